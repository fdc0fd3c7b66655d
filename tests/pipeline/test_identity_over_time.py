"""What is new, what is the same, what was edited: each test is some days of a small world."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.wording import words_of
from monitor.matching import compile_watches
from monitor.model import Feed, Fetched, FetchResult, Validators
from tests.pipeline.bureau import NOON, a_watch
from tests.pipeline.world import DAY, HOUR, MINUTE, Piece, Site, failing, open_world, page

PAKISTAN = a_watch("pakistan", "Pakistan")
BRICS = a_watch("brics", "BRICS")


def dated(number: int, published: float | None, title: str = "") -> Piece:
    return Piece(title or f"Story {number}", f"g{number}", f"https://news.example/{number}", published)


def steady(days: int = 20, **fields: object) -> Site:
    """A feed whose items bear right dates, one a day."""
    site = Site("https://news.example/feed", **fields)  # type: ignore[arg-type]
    site.publish(*(dated(number, NOON - (days - number) * DAY) for number in range(days)))
    return site


async def test_I03_an_edit_tells_nothing_twice_and_what_newly_matches_once(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [PAKISTAN, BRICS], site) as world:
        await world.wait(HOUR)
        site.publish(dated(100, world.clock.time, "Pakistan meets neighbours"))
        await world.wait(HOUR)
        assert world.told == ["Pakistan meets neighbours"]
        for title in ("Pakistan meets its neighbours", "Pakistan seeks BRICS seat", "Pakistan seeks a BRICS seat"):
            site.pieces[0] = replace(site.pieces[0], title=title)
            await world.wait(HOUR)
        assert world.told == ["Pakistan meets neighbours", "Pakistan seeks BRICS seat"]
        newly = world.reader.got[-1].stories[0].alert
        assert newly.watch == "brics"
        assert newly.why.endswith("; since it was edited")
        kept = await world.store.call(
            lambda store: store.db.execute("SELECT title FROM revisions ORDER BY id").fetchall()
        )
        assert [title for (title,) in kept] == [
            "Pakistan meets neighbours",
            "Pakistan meets its neighbours",
            "Pakistan seeks BRICS seat",
        ]
        (item,) = await world.store.call(
            lambda store: store.db.execute("SELECT title, edits FROM items WHERE edits > 0").fetchall()
        )
        assert item == ("Pakistan seeks a BRICS seat", 3)


async def test_I03_an_edited_text_is_an_edit_and_a_counter_in_it_is_not_one_for_ever(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [BRICS], site) as world:
        site.publish(dated(100, NOON, "A meeting"))
        await world.wait(HOUR)
        for readers in range(60):
            site.pieces[0] = replace(site.pieces[0], summary=f"Read {readers} times")
            await world.wait(HOUR)
        kept = await world.store.call(lambda store: store.db.execute("SELECT count(*) FROM revisions").fetchone()[0])
        assert kept == 20
        site.pieces[0] = replace(site.pieces[0], title="A BRICS meeting")
        await world.wait(HOUR)
        assert world.told == ["A BRICS meeting"]


async def test_I03_two_versions_in_turn_are_two_revisions(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [BRICS], site) as world:
        await world.wait(HOUR)
        for turn in range(12):
            site.pieces[0] = replace(site.pieces[0], title=f"Headline {'AB'[turn % 2]}")
            await world.wait(30 * MINUTE)
        kept = await world.store.call(lambda store: store.db.execute("SELECT count(*) FROM revisions").fetchone()[0])
        assert kept == 3  # the first one, and both


async def test_I04_every_guid_and_link_changes_and_nothing_is_new(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.pieces = [
            replace(one, guid=f"https://cms.example/?p={one.guid}", link=one.link.replace("news.", "www.news."))
            for one in site.pieces
        ]
        await world.wait(HOUR)
        assert (world.told, world.notices) == ([], [])
        # The new names are known from now on: an edit of title and date does not make anything new.
        site.pieces = [replace(one, title=f"{one.title}!", published=None) for one in site.pieces]
        await world.wait(HOUR)
        assert (world.told, (await world.feed("news.example"))["items"]) == ([], 20)


async def test_I06_tokens_in_links_do_not_fill_the_database(tmp_path: Path) -> None:
    site = Site("https://news.example/feed")
    site.publish(*(Piece(f"Story {n}", "", f"https://news.example/{n}", NOON - n * DAY) for n in range(20)))
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        for token in range(100):
            site.pieces = [replace(one, link=f"https://news.example/t{token}/{one.title[6:]}") for one in site.pieces]
            await world.wait(15 * MINUTE)
        keys = await world.store.call(lambda store: store.db.execute("SELECT count(*) FROM item_keys").fetchone()[0])
        assert keys < 20 * 25  # a few storms, and not a hundred
        assert world.told == []
        site.pieces.insert(0, Piece("Story of today", "", "https://news.example/t101/new", world.clock.time))
        await world.wait(HOUR)
        assert world.told == ["Story of today"]


async def test_I06_tokens_in_links_and_readers_that_are_counted_tell_each_story_once(tmp_path: Path) -> None:
    site = Site("https://news.example/feed")
    async with open_world(tmp_path, [a_watch("all", "Story", group="none")], site) as world:
        for count in range(10):
            site.pieces = [
                Piece(f"Story {n}", "", f"https://news.example/{n}?v={count}{n}", None, f"Read {count} times")
                for n in range(5 if count < 5 else 6)
            ]
            await world.wait(HOUR)
        assert world.told == ["Story 5"]


async def test_I13_an_old_item_that_slides_back_into_the_window_pages_nobody(tmp_path: Path) -> None:
    site = steady(10, window=10)
    site.pieces.append(dated(999, NOON - 400 * DAY, "Story of last year"))
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        del site.pieces[0]
        await world.wait(HOUR)
        assert world.told == []
        (match,) = await world.store.call(lambda store: store.list_matches(5, outcome="untold"))
        assert match["title"] == "Story of last year"
        assert words_of(match["reason"]).startswith(
            "dated 2023-09-10, long before it was first seen, but the digest is switched off"
        )


@pytest.mark.parametrize("number", [1, 600])
async def test_I14_items_of_years_ago_are_stored_and_page_nobody_but_that_of_yesterday(
    number: int, tmp_path: Path
) -> None:
    site = steady(window=1000)
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.publish(*(dated(1000 + one, NOON - (1000 + one) * DAY) for one in range(number)))
        site.publish(dated(5000, NOON - DAY, "Story of yesterday"))
        await world.wait(HOUR)
        assert world.told == ["Story of yesterday"]
        assert (await world.feed("news.example"))["items"] == 21 + number


async def test_I14_after_weeks_without_power_all_that_came_meanwhile_alerts(tmp_path: Path) -> None:
    site = steady(window=100)
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.publish(*(dated(100 + day, NOON + day * DAY) for day in range(30)))
        world.clock.time += 30 * DAY
        await world.wait(HOUR)
        assert len(world.told) == 30


@pytest.mark.parametrize("published", [0.0, 86_400.0 * 365, 978_307_200.0, 4_000_000_000.0])
async def test_I20_a_feed_whose_dates_are_all_wrong_alerts(published: float, tmp_path: Path) -> None:
    site = Site("https://news.example/feed")
    site.publish(*(dated(number, published) for number in range(10)))
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.publish(dated(100, published, "Story of today"))
        await world.wait(HOUR)
        assert world.told == ["Story of today"]


def broken(_: Feed, now: float) -> FetchResult:
    """A document that breaks off inside of an item."""
    body = b"<rss version='2.0'><channel><title>The Example</title><item><title>Sto"
    return Fetched("https://news.example/feed", 200, body, "application/rss+xml", Validators('"broken"'))


async def test_I15_errors_and_empty_documents_make_nothing_new(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        pieces = site.pieces
        for trouble in (failing(500), page, broken, None):
            site.mood, site.pieces = trouble, []
            await world.wait(3 * HOUR)
            site.mood, site.pieces = None, pieces
            await world.wait(7 * HOUR)
        assert world.told == []
        assert not [one for one in world.notices if "lost" in one]


async def test_I18_names_outlive_items(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        pieces, site.pieces = site.pieces, [dated(100, NOON, "Something else")]
        await world.wait(HOUR)

        def forget(store: object) -> None:
            db = store.db  # type: ignore[attr-defined]
            db.execute("DELETE FROM matches")
            db.execute("DELETE FROM items")

        await world.store.call(forget)
        site.pieces = pieces
        await world.wait(HOUR)
        assert world.told == []


async def test_I02_a_new_watchlist_does_not_alert_for_what_is_stored(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        world.polling.matcher = compile_watches([PAKISTAN, a_watch("all", "Story")])
        await world.wait(HOUR)
        site.publish(dated(100, world.clock.time))
        await world.wait(HOUR)
        assert world.told == ["Story 100"]


async def test_I02_an_edit_alerts_a_new_watchlist_only_where_it_is_the_edit_that_matches(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [BRICS], site) as world:
        await world.wait(HOUR)
        world.polling.matcher = compile_watches([BRICS, a_watch("all", "Story")])
        site.pieces = [replace(one, summary="1 comment") for one in site.pieces]
        site.pieces[3] = replace(site.pieces[3], summary="BRICS")
        await world.wait(HOUR)
        assert world.told == [site.pieces[3].title]
        assert world.reader.got[-1].stories[0].alert.watch == "brics"


async def test_S09_what_an_edit_brings_goes_to_a_watchlist_that_is_renamed_meanwhile(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [BRICS], site) as world:
        await world.wait(HOUR)
        texts = world.store.texts

        async def renaming(rows: Collection[int]) -> dict[int, tuple[str, str, str]]:
            found = await texts(rows)
            world.polling.matcher = compile_watches([a_watch("bloc", "BRICS")])
            await world.store.call(lambda store: store.rename_watches([("brics", "bloc")]))
            return found

        world.store.texts = renaming  # type: ignore[method-assign]
        site.pieces[3] = replace(site.pieces[3], summary="BRICS")
        await world.wait(HOUR)
        matches = await world.store.call(lambda store: store.list_matches(10))
    assert [row["watch"] for row in matches] == ["bloc"]


def briefings(day: int, published: float | None = None) -> list[Piece]:
    """What two offices said on a day, each under a name of its own and the title of every day."""
    return [
        Piece(
            f"Daily briefing of the {office}",
            f"{office}-{day}",
            f"https://news.example/{office}" + ("" if published else f"/{day}"),
            published,
            f"What the {office} said on day {day}",
        )
        for office in ("foreign ministry", "prime minister", "army")
    ]


@pytest.mark.parametrize("is_dated", [True, False])
async def test_I30_titles_that_come_back_together_are_no_storm(is_dated: bool, tmp_path: Path) -> None:
    site = Site("https://news.example/feed", window=3)
    async with open_world(tmp_path, [a_watch("briefing", "briefing", group="none")], site) as world:
        for day in range(5):
            site.publish(*briefings(day, world.clock.time if is_dated else None))
            await world.wait(DAY)
        assert (await world.feed("news.example"))["items"] == 5 * 3
        assert len(world.told) == (3 if is_dated else 4 * 3)  # one page is one story


async def test_I30_after_a_storm_a_briefing_is_one_alert_a_day(tmp_path: Path) -> None:
    site = Site("https://news.example/feed", window=4)
    async with open_world(tmp_path, [a_watch("briefing", "briefing", group="none")], site) as world:
        site.publish(*(f"A long and undated story, number {number}" for number in range(10)), *briefings(0))
        await world.wait(HOUR)
        site.pieces = [
            replace(one, guid=f"new-{one.guid}", link=one.link.replace("news.", "www.")) for one in site.pieces
        ]
        await world.wait(HOUR)
        assert world.told == []
        for day in range(1, 4):
            for briefing in briefings(day):
                site.publish(briefing, *(f"A long and undated story of day {day}, {number}" for number in range(2)))
                await world.wait(8 * HOUR)
        assert len(world.told) == 3 * 3


@pytest.mark.parametrize("apart", [HOUR, 10 * MINUTE, None])
async def test_a_guid_that_numbers_the_places_in_a_feed_hides_nothing(apart: float | None, tmp_path: Path) -> None:
    site = Site("https://news.example/feed", window=5)
    words = ("harbour", "violin", "glacier", "lantern", "meadow", "copper", "saddle", "thistle")
    pieces = [
        Piece(f"Story of {word} {word}s", "", f"https://news.example/{word}", NOON + n * apart if apart else None)
        for n, word in enumerate(words)
    ]

    def show(newest: int) -> None:
        shown = reversed(pieces[max(0, newest - 4) : newest + 1])
        site.pieces = [replace(one, guid=str(place)) for place, one in enumerate(shown)]

    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        show(4)
        await world.wait(HOUR)
        for newest in (5, 6, 7):
            show(newest)
            await world.wait(HOUR)
            await world.wait(HOUR)
        assert world.told == [one.title for one in pieces[5:]]
        assert (await world.feed("news.example"))["items"] == 8


async def test_the_same_title_under_the_same_guid_is_new_a_year_later(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.pieces[0] = replace(site.pieces[0], published=NOON + 365 * DAY)
        world.clock.time += 365 * DAY
        await world.wait(2 * HOUR)
        assert world.told == ["Story 19"]


async def test_I04_what_is_edited_while_every_guid_and_link_changes_is_not_new(tmp_path: Path) -> None:
    site = Site("https://news.example/feed")
    site.publish(*(f"A long and undated story, number {number}" for number in range(10)))
    async with open_world(tmp_path, [a_watch("all", "story")], site) as world:
        await world.wait(HOUR)
        site.pieces = [
            replace(one, guid=f"new-{one.guid}", link=one.link.replace("news.", "www.")) for one in site.pieces
        ]
        site.pieces[:4] = [replace(one, summary="Corrected") for one in site.pieces[:4]]
        await world.wait(HOUR)
        assert (world.told, (await world.feed("news.example"))["items"]) == ([], 10)


async def test_I04_guids_and_dates_change_together_and_nothing_is_new(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        site.pieces = [replace(one, guid=f"n{one.guid}", published=(one.published or 0) + HOUR) for one in site.pieces]
        await world.wait(HOUR)
        assert (world.told, world.notices) == ([], [])


async def test_I14_a_feed_whose_new_items_are_all_old_is_believed_no_longer(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [a_watch("all", "Story")], site) as world:
        await world.wait(HOUR)
        for number in range(100, 120):
            site.publish(dated(number, NOON - 365 * DAY))
            site.pieces = site.pieces[: number - 98]
            world.clock.time += 3 * DAY
            await world.wait(HOUR)
        assert len(world.told) >= 10


async def test_an_edit_takes_link_and_date_along(tmp_path: Path) -> None:
    site = steady()
    async with open_world(tmp_path, [BRICS], site) as world:
        await world.wait(HOUR)
        site.pieces[0] = replace(site.pieces[0], title="Story 19 of BRICS", link="https://news.example/19-brics")
        await world.wait(HOUR)
        (match,) = await world.store.call(lambda store: store.list_matches(5))
        assert (match["title"], match["link"]) == ("Story 19 of BRICS", "https://news.example/19-brics")
