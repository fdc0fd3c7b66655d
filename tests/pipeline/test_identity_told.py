"""What a feed's ways with guids, links and dates come to for the user: how often each story is told."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from monitor.matching import Handling
from monitor.model import Fetched, FetchFailed, Validators
from monitor.pipeline import announce_baselines
from tests.pipeline.bureau import NOON, a_watch
from tests.pipeline.world import DAY, HOUR, MINUTE, Piece, Site, World, open_world

STORY = a_watch("all", "Story")
APART = replace(STORY, handling=Handling(group="none"))
SUBJECTS = (
    *("cotton exports fall", "railways strike again", "courts reject appeal", "cricket board resigns"),
    *("wheat harvest fails", "monsoon floods Sindh", "elections in spring", "tariffs on steel rise"),
    *("port of Gwadar opens", "power cuts in Lahore"),
)


def stories(**fields: Any) -> list[Piece]:
    """Ten pieces with nothing in common but a word."""
    return [replace(Piece(f"Story: {subject}"), **fields) for subject in SUBJECTS]


def site_of(*pieces: Piece) -> Site:
    return Site("https://news.example/feed", pieces=list(pieces), window=2000)


def written(*items: str) -> Fetched:
    """A document of items as they are written here."""
    body = f"<rss version='2.0'><channel><title>The Example</title>{''.join(items)}</channel></rss>"
    return Fetched("https://news.example/feed", 200, body.encode(), "application/rss+xml", Validators())


async def count(world: World, table: str) -> int:
    found: int = await world.store.call(lambda store: store.db[table].count)
    return found


async def test_I01_fifty_old_matches_are_one_notice_and_the_fifty_first_alerts(tmp_path: Path) -> None:
    site = site_of()
    site.publish(*(f"Story {number} of the past" for number in range(50)))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        assert await announce_baselines(world.store, world.clock.time, ["desk"])
        await world.wait(HOUR)
        assert not await announce_baselines(world.store, world.clock.time, ["desk"])
        assert world.told == []
        (notice,) = world.reader.got
        assert "50" in " ".join(notice.stories[0].alert.lines)
        site.publish("Story of today")
        await world.wait(HOUR)
        assert world.told == ["Story of today"]


async def test_I05_guids_that_switch_between_http_and_https_tell_a_story_once(tmp_path: Path) -> None:
    site = site_of(*(replace(one, guid=f"http://news.example/?p={n}") for n, one in enumerate(stories())))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(16 * MINUTE)
        site.publish(Piece("Story of today", "http://news.example/?p=99"))
        for poll in range(20):
            old, new = [("http:", "https:"), ("https:", "http:")][poll % 2]
            site.pieces = [replace(one, guid=one.guid.replace(old, new)) for one in site.pieces]
            await world.wait(16 * MINUTE)
        assert world.told == ["Story of today"]
        assert await count(world, "items") == 11
        assert len(world.requests) > 20


async def test_I06_a_random_token_in_each_link_tells_each_story_once(tmp_path: Path) -> None:
    chance = random.Random(7)
    site = site_of(stories()[0], *stories()[6:8], stories()[9])
    async with open_world(tmp_path, [STORY], site) as world:
        for poll in range(12):
            if poll in (2, 5, 8):
                site.publish(replace(stories()[poll], published=world.clock.time))
            site.pieces = [
                replace(one, link=f"https://news.example/{one.title[7:12].strip()}?v={chance.random()}")
                for one in site.pieces
            ]
            await world.wait(16 * MINUTE)
        assert sorted(world.told) == sorted(stories()[number].title for number in (2, 5, 8))
        assert await count(world, "items") == 7


async def test_I07_ten_items_with_one_guid_are_ten_alerts_and_none_again(tmp_path: Path) -> None:
    site = site_of(Piece("Nothing", "same"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.pieces = stories(guid="same") + site.pieces
        await world.wait(HOUR)
        assert sorted(world.told) == sorted(one.title for one in stories())
        await world.wait(HOUR)
        assert len(world.told) == 10


async def test_I07_warnings_of_one_title_without_guids_on_one_page_are_all_stored(tmp_path: Path) -> None:
    def warning(day: int) -> Piece:
        return Piece("Story: floods", "", "https://met.example/warnings", NOON + day * DAY, f"The river of day {day}")

    site = site_of(warning(-1))
    async with open_world(tmp_path, [STORY], site) as world:
        for day in range(3):
            await world.wait(DAY)
            site.pieces.insert(0, warning(day))
        await world.wait(DAY)
        assert await count(world, "items") == 4
        assert world.told


PRODUCTS = ("Acme Foo", "Adobe Reader", "Apple Safari", "Linksys Router", "Oracle Java")
ADVISORIES = [f"Story ZDI-24-{n}: {one} Remote Code Execution" for n, one in enumerate(PRODUCTS)]


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("link", ["https://news.example/", "https://news.example/advisories"])
@pytest.mark.parametrize("titles", [[one.title for one in stories()], ADVISORIES], ids=["strange", "alike"])
async def test_I08_different_guids_with_one_shared_link_each_alert(
    titles: list[str], link: str, at_once: bool, tmp_path: Path
) -> None:
    site = site_of(Piece("Nothing", "g", link))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        for number, title in enumerate(titles):
            site.publish(Piece(title, f"g{number}", link))
            if not at_once:
                await world.wait(HOUR)
        await world.wait(2 * HOUR)
        assert sorted(world.told) == sorted(titles)


async def test_I08_a_new_guid_and_title_of_the_same_page_tell_nothing_twice(tmp_path: Path) -> None:
    site = site_of(*(replace(one, guid=one.title, link=f"https://news.example/{one.title}") for one in stories()))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.publish(Piece("Story of today", "first", "https://news.example/today"))
        await world.wait(HOUR)
        site.pieces[0] = Piece("Story: what came of today", "second", "https://news.example/today")
        await world.wait(HOUR)
        assert world.told == ["Story of today"]


async def test_I09_items_without_guid_and_link_are_told_once(tmp_path: Path) -> None:
    site = site_of(Piece("Nothing"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.pieces = stories() + site.pieces
        for _ in range(3):
            await world.wait(16 * MINUTE)
        assert sorted(world.told) == sorted(one.title for one in stories())


@pytest.mark.parametrize("guid", ["<guid></guid>", "<guid>  \n </guid>", "<guid/>", ""])
async def test_I10_items_whose_guids_are_blank_are_each_told_once(guid: str, tmp_path: Path) -> None:
    def document(titles: list[str]) -> Fetched:
        return written(*(f"<item>{guid}<title>{title}</title></item>" for title in titles))

    site, titles = site_of(), [one.title for one in stories()]
    site.mood = lambda feed, now: document(titles[:1])
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.mood = lambda feed, now: document(titles)
        await world.wait(2 * HOUR)
        assert sorted(world.told) == sorted(titles[1:])


async def test_I11_space_around_a_guid_on_alternate_polls_tells_a_story_once(tmp_path: Path) -> None:
    def item(guid: str, title: str) -> str:
        return f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title></item>"

    site = site_of()
    site.mood = lambda feed, now: written(item("g0", "Nothing"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        for poll in range(6):
            # Its title changes, too: only the guid says that it is the same.
            guid = ["g1", "\n  g1\n"][poll % 2]
            site.answers.append(written(item(guid, f"Story as told by {SUBJECTS[poll]}"), item("g0", "Nothing")))
            await world.wait(16 * MINUTE)
        assert world.told == [f"Story as told by {SUBJECTS[0]}"]


async def test_I12_a_guid_that_is_no_permalink_is_no_link_of_the_alert(tmp_path: Path) -> None:
    site = site_of(Piece("Nothing"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        guid = "<guid isPermaLink='{}'>https://news.example/{}</guid>"
        first, second = SUBJECTS[:2]
        site.mood = lambda feed, now: written(
            f"<item>{guid.format('false', 1)}<title>Story: {first}</title></item>",
            f"<item>{guid.format('true', 2)}<title>Story: {second}</title></item>",
        )
        await world.wait(HOUR)
        alerts = [story.alert for one in world.reader.got if one.kind != "notice" for story in one.stories]
        assert {one.headline: one.link for one in alerts} == {
            f"Story: {first}": "",
            f"Story: {second}": "https://news.example/2",
        }


def _shuffled(pieces: list[Piece]) -> list[Piece]:
    return random.Random(7).sample(pieces, len(pieces))


@pytest.mark.parametrize("order", [lambda pieces: pieces[::-1], _shuffled], ids=["reversed", "shuffled"])
async def test_I16_another_order_tells_nothing(order: Callable[[list[Piece]], list[Piece]], tmp_path: Path) -> None:
    site = site_of(*(replace(one, guid=f"g{number}") for number, one in enumerate(stories())))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.pieces = order(site.pieces)
        await world.wait(HOUR)
        assert (world.told, world.notices, await count(world, "items")) == ([], [], 10)


async def test_I17_what_is_appended_to_a_thousand_items_oldest_first_alerts(tmp_path: Path) -> None:
    site = site_of(*(Piece(f"Story {n}", f"g{n}", published=NOON - (1000 - n) * HOUR) for n in range(1000)))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.pieces.append(Piece("Story of today", "g1000", published=world.clock.time))
        await world.wait(HOUR)
        assert world.told == ["Story of today"]


async def test_I19_an_item_without_a_date_is_told_once_and_first_seen_once(tmp_path: Path) -> None:
    site = site_of(Piece("Nothing", "g0"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.publish(Piece("Story of today", "g1"))
        seen = set()
        for _ in range(5):
            await world.wait(16 * MINUTE)
            query = "SELECT first_seen, published FROM items WHERE guid = 'g1'"
            seen.add(await world.store.call(lambda store: store.db.execute(query).fetchone()))  # noqa: B023
        assert world.told == ["Story of today"]
        ((first_seen, published),) = seen
        assert (first_seen < NOON + HOUR + 16 * MINUTE, published) == (True, None)


async def test_I20_dates_that_no_news_can_have_stop_no_alert(tmp_path: Path) -> None:
    dates = [
        *("Fri, 01 Jan 2124 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"),
        *("Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "99999-01-01T00:00:00Z"),
    ]
    site = site_of(*(Piece(f"Old {n}", f"o{n}", published=NOON - n * DAY) for n in range(5)))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.mood = lambda feed, now: written(
            *(
                f"<item><guid>{number}</guid><title>Story: {SUBJECTS[number]}</title><pubDate>{date}</pubDate></item>"
                for number, date in enumerate(dates)
            ),
            "<item><guid isPermaLink='false'>o0</guid><title>Old 0</title></item>",
        )
        await world.wait(2 * HOUR)
        assert sorted(world.told) == sorted(f"Story: {subject}" for subject in SUBJECTS[: len(dates)])


async def test_I21_after_an_item_of_next_year_the_others_alert_as_ever(tmp_path: Path) -> None:
    site = site_of(*(Piece(f"Old {n}", f"o{n}", published=NOON - n * DAY) for n in range(5)))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        site.publish(Piece("Story of next year", "g", published=NOON + 365 * DAY))
        await world.wait(HOUR)
        for number, one in enumerate(stories()):
            site.publish(replace(one, guid=f"g{number}", published=world.clock.time))
            await world.wait(HOUR)
        assert world.told == ["Story of next year", *(one.title for one in stories())]


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Mon, 14 Oct 2024 12:00:00 +1400", "2024-10-13 22:00"),
        ("Mon, 14 Oct 2024 12:00:00 -0330", "2024-10-14 15:30"),
        ("Mon, 14 Oct 2024 12:00:00 EST", "2024-10-14 17:00"),
        ("Mon, 14 Oct 2024 12:00:00 EDT", "2024-10-14 16:00"),
        ("Mon, 14 Oct 2024 12:00:00", "2024-10-14"),
        ("Mon, 14 Oct 2024", "2024-10-14"),
        ("Mon, 14 Oct 2024 12:00:00 IST", "2024-10-14"),
        ("31 Feb 2024 12:00:00 GMT", "unknown"),
        ("Mon, 14 Oct 2024 24:00:00 GMT", "unknown"),
        ("1728907200", "2024-10-14 12:00"),
        ("14 октября 2024 12:00", "2024-10-14"),
        ("in October", "unknown"),
        ("Mon, 14 Oct 2024 12:00:00 MSK", "2024-10-14 09:00"),
        ("Tue, 14 Oct 2025 12:00:00 GMT", "2025-10-14 12:00 (uncertain)"),
        ("Sat, 01 Jan 1983 12:00:00 GMT", "1983-01-01 12:00 (uncertain)"),
    ],
)
async def test_I22_I23_an_alert_tells_the_instant_that_a_date_means_or_that_it_is_not_known(
    date: str, published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.alerts.render import facts

    monkeypatch.setenv("TZ", "UTC")
    site = site_of(Piece("Nothing", "g0"))
    async with open_world(tmp_path, [STORY], site) as world:
        await world.wait(HOUR)
        item = f"<item><guid>g1</guid><title>Story of today</title><pubDate>{date}</pubDate></item>"
        site.mood = lambda feed, now: written(item)
        await world.wait(HOUR)
        assert world.told == ["Story of today"]
        (message,) = (one for one in world.reader.got if one.kind != "notice")
        assert dict(facts(message.stories[0]))["published"] == published


async def test_I26_opaque_links_guids_of_changing_form_and_an_outlet_in_the_title_are_one_alert(
    tmp_path: Path,
) -> None:
    site = site_of(Piece("Nothing", "g0", "https://news.example/rss/articles/CBMi0", NOON - HOUR))
    async with open_world(tmp_path, [a_watch("brics", "BRICS")], site) as world:
        await world.wait(16 * MINUTE)
        published = world.clock.time
        for guid, link, title in (
            ("tag:news.example,2005:cluster=521", "CBMiA1", "Pakistan applies for BRICS membership - Dawn"),
            ("CBMiA1", "CBMiA1?oc=5", "Pakistan applies for BRICS membership - Dawn"),
            ("https://news.example/rss/articles/CBMiZZ9", "CBMiZZ9", "Pakistan applies for BRICS membership - Dawn"),
        ):
            piece = Piece(title, guid, f"https://news.example/rss/articles/{link}", published)
            site.pieces = [piece, site.pieces[-1]]
            await world.wait(16 * MINUTE)
        assert world.told == ["Pakistan applies for BRICS membership - Dawn"]
        assert {request.url for request in world.requests} == {site.url}


async def test_I30_a_briefing_of_one_title_is_one_alert_a_day(tmp_path: Path) -> None:
    site = site_of(*(Piece(f"Old {n}", f"o{n}", published=NOON - n * DAY) for n in range(5)))
    async with open_world(tmp_path, [a_watch("briefing", "briefing")], site) as world:
        await world.wait(HOUR)
        for day in range(5):
            day_s = formatdate(world.clock.time)[5:11]
            link = f"https://news.example/briefing/{day}"
            site.publish(Piece("Daily briefing", f"b{day}", link, world.clock.time, f"What happened on {day_s}"))
            await world.wait(DAY)
            assert world.told == ["Daily briefing"] * (day + 1)


@pytest.mark.parametrize("dated", [61.0, HOUR, 0.0], ids=["with dates", "with hours", "without dates"])
@pytest.mark.parametrize("title", [True, False], ids=["with titles", "without titles"])
@pytest.mark.parametrize("guid", [True, False], ids=["with guids", "without guids"])
async def test_I04_one_old_item_among_new_ones_after_a_move_while_it_was_down_is_told_once(
    guid: bool, title: bool, dated: float, tmp_path: Path
) -> None:
    def piece(number: int, site: str = "https://news.example") -> Piece:
        text = f"Story: {SUBJECTS[number]}"
        return Piece(
            text if title else "",
            f"{site}?p={number}" if guid else "",
            f"{site}/{number}",
            NOON + dated * number if dated else None,
            "" if title else text,
        )

    site = site_of(*(piece(number) for number in range(3)))
    async with open_world(tmp_path, [APART], site, interval=HOUR) as world:
        await world.wait(HOUR)
        site.publish(piece(3), piece(4))
        await world.wait(HOUR)
        site.mood = lambda feed, now: FetchFailed("http", "the server answered 500", 0.0, 500)
        await world.wait(DAY)
        site.pieces = [piece(number, "https://other.example") for number in (7, 6, 5, 4)]
        site.mood = None
        await world.wait(DAY)
        assert sorted(world.told) == sorted(f"Story: {SUBJECTS[number]}" for number in range(3, 8))
        site.publish(*(piece(number, "https://other.example") for number in (3, 8)))
        await world.wait(DAY)
        assert len(world.told) == len(set(world.told)) == 6


@pytest.mark.parametrize("dated", [61.0, HOUR], ids=["exact", "by the hour"])
async def test_I04_so_it_is_where_new_items_still_lead_to_the_old_site(dated: float, tmp_path: Path) -> None:
    def piece(number: int, site: str = "https://news.example") -> Piece:
        text = f"Story: {SUBJECTS[number]}"
        return Piece(text, f"{site}?p={number}", f"{site}/{number}", NOON + dated * number)

    site = site_of(*(piece(number) for number in range(3)))
    async with open_world(tmp_path, [APART], site) as world:
        await world.wait(HOUR)
        site.publish(piece(3))
        await world.wait(HOUR)
        site.pieces = [piece(6), piece(5), piece(4), piece(3, "https://other.example")]
        await world.wait(DAY)
        assert sorted(world.told) == sorted(f"Story: {SUBJECTS[number]}" for number in range(3, 7))
