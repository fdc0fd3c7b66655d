"""How feeds are, and what the user hears of it: each test is some days of a small world."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.alerts.routing import DeskRules
from monitor.matching import Life
from monitor.model import FeedSpec, Fetched, FetchFailed, NotModified, Validators
from monitor.pipeline import Patience
from tests.pipeline import world as worlds
from tests.pipeline.bureau import AT_ONCE, a_watch
from tests.pipeline.world import (
    DAY,
    HOUR,
    MINUTE,
    Answer,
    Piece,
    Site,
    World,
    failing,
    page,
    spec_of,
    unreachable,
)

open_world = partial(worlds.open_world, interval=HOUR)  # months pass here, and each poll takes its time

PAKISTAN = a_watch("pakistan", "Pakistan")


def dawn(**fields: object) -> Site:
    site = Site("https://dawn.example/feed", "Dawn", **fields)  # type: ignore[arg-type]
    site.publish(*(f"Old news {number}" for number in range(20)))
    return site


def elsewhere(world: World, site: Site) -> Site:
    """The same feed at a new address of its own."""
    new = world.sites["https://www.dawn.example/rss"] = replace(site, url="https://www.dawn.example/rss")
    new.pieces = site.pieces
    return new


async def test_a_failing_feed_is_told_once_and_again_when_it_can_be_read(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.mood = failing(500)
        await world.wait(20 * MINUTE)
        assert (await world.feed("dawn.example"))["health"] == "failing"
        assert world.notices == []  # once is nothing
        await world.wait(2 * DAY)
        assert world.notices == ["The feed dawn.example cannot be read"]
        assert "the server answered 500" in world.reader.got[0].stories[0].alert.lines[0]
        site.mood = None
        site.publish("Pakistan is back")
        await world.wait(7 * HOUR)
        assert world.notices[1:] == ["The feed dawn.example can be read again"]
        assert world.told == ["Pakistan is back"]


async def test_E26_a_feed_that_fails_for_a_month_is_asked_each_day_and_told_of_each_week(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.mood = failing(404)
        await world.wait(30 * DAY)
        asked = world.asked(site.url)
        assert max(later - earlier for earlier, later in pairwise(asked)) <= DAY
        first, *reminders = world.notices
        assert first == "The feed dawn.example cannot be read"
        assert reminders == ["The feed dawn.example still cannot be read"] * 4
        site.mood = None
        site.publish("Pakistan is back")
        await world.wait(DAY)
        assert world.told == ["Pakistan is back"]


async def test_a_network_that_fails_is_one_notice(tmp_path: Path) -> None:
    sites = [Site(f"https://news{number}.example/feed") for number in range(12)]
    for site in sites:
        site.publish("Old news")
    async with open_world(tmp_path, [PAKISTAN], *sites) as world:
        await world.wait(HOUR)
        for site in sites:
            site.mood = unreachable
        await world.wait(6 * HOUR)
        assert world.notices == ["None of the 12 feeds can be read: is this machine offline?"]
        for site in sites:
            site.mood = None
        await world.wait(HOUR)
        assert world.notices[1:] == ["12 feeds: 12 can be read again"]


async def test_E24_a_login_page_for_an_hour_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site, interval=15 * MINUTE) as world:
        await world.wait(HOUR)
        before = await world.feed("dawn.example")
        site.mood = page
        await world.wait(HOUR)
        during = await world.feed("dawn.example")
        kept = ("url", "asked_url", "etag", "items", "title", "moved_to")
        assert [during[name] for name in kept] == [before[name] for name in kept]
        assert "a web page" in during["last_error"]
        site.mood = None
        await world.wait(2 * HOUR)
        assert world.told == []
        assert world.notices == ["The feed dawn.example cannot be read", "The feed dawn.example can be read again"]


async def test_E25_a_feed_that_is_gone_for_good_is_told_once_and_asked_again_only_when_the_user_says(
    tmp_path: Path,
) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.mood = failing(410)
        await world.wait(HOUR)
        asked = len(world.asked(site.url))
        await world.follow(*world.specs)  # as after a restart
        await world.wait(6 * DAY)
        assert len(world.asked(site.url)) == asked
        assert world.notices == ["The feed dawn.example is gone for good"]
        row = await world.feed("dawn.example")
        assert (row["health"], row["next_poll"]) == ("gone", None)

        site.mood = None
        site.publish("Pakistan is back")
        await world.store.call(lambda store: store.resume_feed(row["id"], world.clock.time))
        await world.wait(HOUR)
        assert world.told == ["Pakistan is back"]
        assert len(world.notices) == 1


@pytest.mark.parametrize("back", [True, False])
async def test_E25_a_feed_that_was_dropped_and_is_listed_again_is_asked_again(back: bool, tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        site.mood = failing(410)
        await world.wait(HOUR)
        specs = list(world.specs)
        await world.follow()
        await world.follow(*specs)
        site.mood = None if back else site.mood
        await world.wait(HOUR)
        assert (await world.feed("dawn.example"))["health"] == ("healthy" if back else "gone")
        assert world.notices == ["The feed dawn.example is gone for good"] * (1 if back else 2)


# --- moves -----------------------------------------------------------------------------------------------------------


async def test_E23_a_move_is_believed_after_a_week_and_told_once(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        await world.wait(HOUR)
        site.moved_to = new.url
        await world.wait(6.9 * DAY)
        assert world.asked(new.url) == []
        await world.wait(DAY)
        assert world.asked(new.url)
        old = len(world.asked(site.url))
        site.publish("Pakistan joins")
        await world.wait(10 * DAY)
        assert len(world.asked(site.url)) == old
        assert (world.told, world.notices) == (["Pakistan joins"], ["The feed dawn.example has moved"])
        row = await world.feed("dawn.example")
        assert (row["url"], row["asked_url"], row["items"]) == (site.url, new.url, 21)


async def test_E23_a_move_that_was_said_once_and_one_that_is_not_for_good_are_not_believed(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        for _ in range(10):
            site.moved_to = "https://elsewhere.example/feed"
            await world.wait(20 * MINUTE)
            site.moved_to = ""  # 302 and the like come without
            await world.wait(2 * DAY)
        assert {request.url for request in world.requests} == {site.url}
        assert world.notices == []


@pytest.mark.parametrize("is_listed", [True, False])
async def test_E34_of_two_feeds_that_turn_out_to_be_one_the_user_is_told(is_listed: bool, tmp_path: Path) -> None:
    site = dawn()
    second = replace(site, url="https://www.dawn.example/rss" if is_listed else "http://old.example/rss")
    second.pieces = site.pieces
    async with open_world(tmp_path, [PAKISTAN], site, second) as world:
        site.moved_to = elsewhere(world, site).url
        second.moved_to = "" if is_listed else site.moved_to
        await world.wait(8 * DAY)
        told = "\n".join(line for message in world.reader.got for line in message.stories[0].alert.lines)
        assert f"now. {second.url.split('/')[2]} is asked there as well: one of the two is enough." in told
        assert "To drop it: monitor feeds remove dawn.example" in told


async def test_an_address_that_is_no_more_leads_to_where_it_pointed(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site, interval=15 * MINUTE) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(2 * HOUR)
        site.mood = failing(410)
        site.publish("Pakistan joins")
        await world.wait(HOUR)
        assert world.told == ["Pakistan joins"]
        assert world.notices == ["The feed dawn.example has moved"]


async def test_a_new_address_that_fails_is_left_for_the_old_one(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(8 * DAY)
        assert world.asked(new.url)
        new.mood, site.moved_to = failing(410), ""
        site.publish("Pakistan joins")
        await world.wait(DAY)
        assert world.told == ["Pakistan joins"]
        assert (await world.feed("dawn.example"))["asked_url"] == ""


async def test_E26_a_new_address_whose_name_has_expired_is_left_for_the_old_one(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(8 * DAY)
        new.mood, site.moved_to = unreachable, ""
        await world.wait(3 * DAY)
        assert (await world.feed("dawn.example"))["asked_url"] == new.url
        site.publish("Pakistan joins")
        await world.wait(5 * DAY)
        assert world.told == ["Pakistan joins"]


@pytest.mark.parametrize("old", [unreachable, failing(500), failing(410)], ids=["unreachable", "500", "410"])
async def test_E26_a_new_address_that_fails_for_days_is_come_back_to_where_the_old_one_is_no_more(
    old: Answer, tmp_path: Path
) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(8 * DAY)
        site.mood, new.mood = old, failing(503)
        await world.wait(3 * DAY)
        new.mood = None
        site.publish("Pakistan joins")
        await world.wait(DAY)
        assert world.told == ["Pakistan joins"]
        cannot, can = "The feed dawn.example cannot be read", "The feed dawn.example can be read again"
        assert world.notices[1:] == [cannot, can]


@pytest.mark.parametrize(("old", "new"), [(410, 404), (404, 404), (404, 500), (404, 410)])
async def test_a_feed_that_is_at_neither_of_its_addresses_is_told_once_and_of_each_week(
    old: int, new: int, tmp_path: Path
) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        other = elsewhere(world, site)
        site.moved_to = other.url
        await world.wait(8 * DAY)
        site.mood, other.mood = failing(old), failing(new)
        await world.wait(16 * DAY)
        told = ["The feed dawn.example has moved", "The feed dawn.example cannot be read"]
        assert world.notices == told + ["The feed dawn.example still cannot be read"] * 2


async def test_E25_a_feed_that_is_gone_for_good_at_both_of_its_addresses_is_gone(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(8 * DAY)
        site.mood = new.mood = failing(410)
        await world.wait(3 * DAY)
        assert (await world.feed("dawn.example"))["health"] == "gone"
        assert world.notices[-1] == "The feed dawn.example is gone for good"
        asked = len(world.requests)
        await world.wait(3 * DAY)
        assert len(world.requests) == asked


@pytest.mark.parametrize(
    "url", ["http://www.dawn.example/feed/", "https://other.example/rss"], ids=["another form", "elsewhere"]
)
async def test_I31_a_feed_whose_address_the_user_edits_keeps_its_history(url: str, tmp_path: Path) -> None:
    site = dawn()
    site.publish("Pakistan of old")
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.follow(replace(world.specs[0], name="Dawn"))
        await world.wait(HOUR)
        site.publish("Pakistan joins")
        world.sites[url] = replace(site, url=url, pieces=list(site.pieces))
        await world.follow(replace(world.specs[0], url=url))
        await world.wait(HOUR)
        assert world.told == ["Pakistan joins"]
        row = await world.feed("Dawn")
        assert (row["url"], row["items"], row["etag"] != "") == (url, 21, True)


async def test_I31_a_feed_whose_token_the_user_renews_keeps_its_history(tmp_path: Path) -> None:
    site = replace(dawn(), url="https://dawn.example/feed?section=world&token=abc")
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.publish("Pakistan joins")
        new = replace(site, url=site.url.replace("abc", "def"), pieces=site.pieces)
        world.sites[new.url] = new
        await world.follow(spec_of(new))
        await world.wait(HOUR)
        assert world.told == ["Pakistan joins"]


async def test_I31_another_feed_under_the_same_name_floods_nobody(tmp_path: Path) -> None:
    site = dawn()
    other = Site("https://dawn.example/sport", "Dawn Sport")
    other.publish(*(f"Pakistan wins again, {number}" for number in range(20)))
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        world.sites[other.url] = other
        await world.follow(spec_of(other))
        await world.wait(HOUR)
        assert world.told == []
        other.publish("Pakistan loses")
        await world.wait(HOUR)
        assert (world.told, world.notices) == (["Pakistan loses"], [])


async def test_E23_an_hour_without_a_network_does_not_undo_a_move(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(2 * HOUR)
        site.mood = failing(410)
        await world.wait(HOUR)
        for trouble, length in ((unreachable, 3 * HOUR), (failing(503), 4 * HOUR), (failing(503), 3 * DAY)):
            new.mood = trouble
            await world.wait(length)
            new.mood = None
            site.publish(f"Pakistan after {length / HOUR:.0f} hours")
            await world.wait(DAY)
        assert len(world.told) == 3
        assert "gone" not in str(world.notices)


async def test_E23_what_was_missed_while_a_move_was_taken_up_alerts(tmp_path: Path) -> None:
    site = dawn(window=10)
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        new = elsewhere(world, site)
        site.moved_to = new.url
        await world.wait(2 * HOUR)
        site.mood = failing(410)
        site.publish(*(f"Pakistan {number}" for number in range(12)))
        await world.wait(2 * HOUR)
        assert len(world.told) == 10
        assert world.notices[-1] == "The feed dawn.example may have lost items"


async def test_a_404_of_the_target_is_none_of_the_address(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        site.moved_to = "https://www.dawn.example/rss"
        await world.wait(2 * HOUR)
        site.mood = lambda feed, now: FetchFailed("http", "the server answered 404", 0.0, 404, "www.dawn.example")
        await world.wait(2 * HOUR)
        assert (await world.feed("dawn.example"))["asked_url"] == ""


# --- hosts -----------------------------------------------------------------------------------------------------------


async def test_E16_a_host_that_sends_one_feed_away_is_left_alone_by_the_others(tmp_path: Path) -> None:
    sites = [Site(f"https://news.example/{name}") for name in ("one", "two", "three")]
    for site in sites:
        site.publish("Old news")
    async with open_world(tmp_path, [PAKISTAN], *sites, interval=15 * MINUTE) as world:
        one, two, three = (replace(spec, name=spec.url[-5:]) for spec in world.specs)
        await world.follow(one, two, replace(three, host_wait=False))
        await world.wait(HOUR)
        sites[0].answers.append(failing(429, 7200.0)(None, 0.0))  # type: ignore[arg-type]
        await world.wait(16 * MINUTE)
        sent_away = world.asked(sites[0].url)[-1]
        await world.wait(4 * HOUR)
        for site in sites[:2]:
            later = [at for at in world.asked(site.url) if at > sent_away]
            assert min(later) >= sent_away + 7200
            assert min(later) < sent_away + 7200 + 20 * MINUTE
        assert min(at for at in world.asked(sites[2].url) if at > sent_away) < sent_away + HOUR


async def test_E33_many_new_feeds_are_first_asked_one_after_the_other(tmp_path: Path) -> None:
    sites = [Site(f"https://news{number}.example/feed") for number in range(500)]
    async with open_world(tmp_path, [PAKISTAN], *sites) as world:
        await world.wait(MINUTE)
        asked = [request.at for request in world.requests]
        assert len(asked) == 500
        assert max(asked) - min(asked) > 20
        assert max(asked.count(at) for at in set(asked)) <= 51


# --- gaps and strangers ----------------------------------------------------------------------------------------------


async def test_I29_a_reading_without_a_common_item_is_a_possible_gap(tmp_path: Path) -> None:
    site = dawn(window=10)
    async with open_world(tmp_path, [PAKISTAN], site, interval=15 * MINUTE, max_interval=4 * HOUR) as world:
        await world.wait(7 * DAY)
        before = [later - earlier for earlier, later in pairwise(world.asked(site.url)[-5:])]
        assert min(before) > HOUR
        site.publish(*(f"News of the hour {number}" for number in range(9)))
        await world.wait(5 * HOUR)
        assert (await world.feed("dawn.example"))["health"] == "healthy"
        site.publish(*(f"More news {number}" for number in range(12)))
        await world.wait(5 * HOUR)
        row = await world.feed("dawn.example")
        assert row["health"] == "gap"
        assert world.notices == ["The feed dawn.example may have lost items"]
        await world.wait(20 * HOUR - 1)
        asked = [at for at in world.asked(site.url) if row["gap_at"] <= at < row["gap_at"] + DAY - HOUR]
        assert max(later - earlier for earlier, later in pairwise(asked)) == 15 * MINUTE
        await world.wait(2 * DAY)
        assert (await world.feed("dawn.example"))["health"] == "healthy"
        site.publish(*(f"Even more {number}" for number in range(12)))
        await world.wait(HOUR)
        assert len(world.notices) == 1  # once a week is enough


async def test_I29_a_feed_of_one_item_and_a_226_are_no_gaps(tmp_path: Path) -> None:
    single, delta = dawn(window=1), Site("https://delta.example/feed")
    delta.publish(*(f"Story {number}" for number in range(5)))
    async with open_world(tmp_path, [PAKISTAN], single, delta) as world:
        await world.wait(HOUR)
        single.publish("Another daily briefing")
        changes = Site("https://delta.example/feed")
        changes.publish(Piece("Pakistan joins", "new1"), Piece("Something else", "new2"))
        delta.answers.append(replace(changes.document(), status=226))  # type: ignore[arg-type]
        await world.wait(HOUR)
        assert world.notices == []
        assert world.told == ["Pakistan joins"]


async def test_I27_a_feed_that_is_taken_over_is_quarantined_until_the_user_accepts_it(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        spam = Site(site.url, "Cheap shoes")
        spam.publish(*(Piece(f"Pakistan shoes {n}", f"s{n}", f"https://shoes.example/{n}") for n in range(40)))
        spam.window = 40
        world.sites[site.url] = spam
        await world.wait(2 * DAY)
        row = await world.feed("dawn.example")
        assert (row["health"], row["items"]) == ("quarantined", 60)
        assert world.told == []
        assert world.notices == ["The feed dawn.example may be somebody else's now"]
        assert "40 matches are kept back" in world.reader.got[0].stories[0].alert.lines[0]

        spam.publish(Piece("Pakistan sandals", "s40", "https://shoes.example/40"))
        await world.wait(HOUR)
        assert world.told == []
        number = row["id"]
        assert await world.store.call(lambda store: store.accept_feed(number, world.clock.time)) == 41
        spam.publish(Piece("Pakistan boots", "s41", "https://shoes.example/41"))
        await world.wait(HOUR)
        assert len(world.told) == 42
        assert len(world.notices) == 1
        assert (await world.feed("dawn.example"))["health"] == "healthy"


async def test_I27_a_feed_that_becomes_itself_again_is_no_longer_quarantined(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        spam = Site(site.url, "Cheap shoes")
        spam.publish(*(Piece(f"Pakistan shoes {n}", f"s{n}", f"https://shoes.example/{n}") for n in range(10)))
        world.sites[site.url] = spam
        await world.wait(HOUR)
        site.publish("Pakistan joins")
        world.sites[site.url] = site
        await world.wait(HOUR)
        assert (await world.feed("dawn.example"))["health"] != "quarantined"
        assert world.told == ["Pakistan joins"]


def stranger(url: str, number: int = 10, title: str = "Cheap shoes", link: str = "https://shoes.example/%d") -> Site:
    """Somebody else, who has taken over the address."""
    site = Site(url, title)
    site.publish(*(Piece(f"Pakistan shoes {n}", f"s{n}", link and link % n) for n in range(number)))
    return site


@pytest.mark.parametrize("between", ["an empty document", "no links", "one item", "gone"])
async def test_I27_nothing_but_itself_or_the_user_ends_a_quarantine(between: str, tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        spam = world.sites[site.url] = stranger(site.url, 1 if between == "one item" else 10)
        await world.wait(HOUR)
        if between == "an empty document":
            spam.pieces = []
        elif between == "no links":
            spam.pieces = [replace(one, link="") for one in spam.pieces]
        elif between == "gone":
            spam.answers.append(FetchFailed("gone", "the server answered 410", 0.0, 410))
        await world.wait(HOUR)
        spam.publish(Piece("Pakistan sandals", "s99", "https://shoes.example/99"))
        await world.wait(HOUR)
        assert (await world.feed("dawn.example"))["health"] == "quarantined"
        assert world.told == []


async def test_I27_E23_where_a_stranger_redirects_to_is_not_believed(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        spam = stranger(site.url)
        spam.moved_to = "https://shoes.example/feed"
        world.sites[site.url] = world.sites[spam.moved_to] = spam
        await world.wait(10 * DAY)
        world.sites[site.url] = site  # the owner has it back
        site.publish("Pakistan joins")
        await world.wait(HOUR)
        assert world.told == ["Pakistan joins"]
        assert world.notices[-1] == "The feed dawn.example is itself again"


async def test_E25_I27_a_quarantined_feed_that_cannot_be_read_is_told_of_as_such(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        spam = world.sites[site.url] = stranger(site.url)
        await world.wait(HOUR)
        spam.mood = failing(410)
        await world.wait(8 * DAY)
        assert world.notices[1:] == ["The feed dawn.example is still quarantined"]
        assert "cannot be read, either: the server answered 410" in world.reader.got[-1].stories[0].alert.lines[1]


@pytest.mark.parametrize("link", ["", "https://shoes.example/%d"])
async def test_I27_an_empty_document_before_does_not_hide_a_takeover(link: str, tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        world.sites[site.url] = stranger(site.url, 0)
        await world.wait(HOUR)
        world.sites[site.url] = stranger(site.url, 10, link=link)
        await world.wait(HOUR)
        assert (await world.feed("dawn.example"))["health"] == "quarantined"
        assert world.told == []


async def test_I27_a_quarantined_feed_is_no_second_source_and_floods_nobody(tmp_path: Path) -> None:
    watches = [a_watch("pakistan", "Pakistan"), a_watch("shared", "shoes", min_sources=2)]
    site, other = dawn(), Site("https://other.example/feed", "Other")
    other.publish("Old news elsewhere")
    rules = DeskRules((AT_ONCE,), flood=5)
    async with open_world(tmp_path, watches, site, other, rules=rules) as world:
        await world.wait(HOUR)
        world.sites[site.url] = stranger(site.url, 30)
        await world.wait(HOUR)
        other.publish("Pakistan shoes 7", "Pakistan shoes 8")
        await world.wait(HOUR)
        assert world.told == ["Pakistan shoes 7", "Pakistan shoes 8"]
        assert [story.copies for message in world.reader.got for story in message.stories if story.copies] == []
        number = (await world.feed("dawn.example"))["id"]
        assert await world.store.at_desk(lambda book: world.delivering.desk.release(book, "watch", "pakistan")) == 0
        assert await world.store.call(lambda store: store.accept_feed(number, world.clock.time)) == 40


async def test_I29_each_gap_is_told_at_most_once_a_week_and_none_is_hidden_by_another_notice(tmp_path: Path) -> None:
    site = dawn(window=10)
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.mood = failing(500)
        await world.wait(3 * HOUR)
        site.mood = None
        await world.wait(7 * HOUR)
        assert len(world.notices) == 2
        for day in range(42):
            if day % 3 == 0:
                site.publish(*(f"News of day {day}, {number}" for number in range(12)))
            await world.wait(DAY)
        assert 5 <= world.notices.count("The feed dawn.example may have lost items") <= 6


async def test_I29_a_feed_that_comes_back_with_a_gap_is_said_to_be_back(tmp_path: Path) -> None:
    site = dawn(window=10)
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        await world.wait(HOUR)
        site.mood = failing(500)
        await world.wait(3 * HOUR)
        site.mood = None
        site.publish(*(f"News of later, {number}" for number in range(12)))
        await world.wait(7 * HOUR)
        failed, gap = (message.stories[0].alert for message in world.reader.got if message.kind == "notice")
        assert "cannot be read" in failed.headline
        assert "it can be read again" in gap.lines[0]


async def test_I29_a_feed_that_never_stops_losing_items_is_told_of_each_week(tmp_path: Path) -> None:
    site = dawn(window=10)
    async with open_world(tmp_path, [PAKISTAN], site, interval=HOUR) as world:
        await world.wait(HOUR)
        for turn in range(15 * 24):
            site.publish(*(f"News of turn {turn}, {number}" for number in range(12)))
            await world.wait(HOUR)
        assert world.notices == ["The feed dawn.example may have lost items"] * 3


# --- silences of watchlists ------------------------------------------------------------------------------------------


async def test_a_watchlist_without_a_match_for_longer_than_its_user_wants_is_told_once(tmp_path: Path) -> None:
    watch = a_watch("pakistan", "Pakistan", silence=3 * DAY)
    site, *others = dawn(), *(Site(f"https://other{number}.example/feed", mood=failing(500)) for number in range(2))
    async with open_world(tmp_path, [watch], site, *others, patience=Patience(trouble_after=90 * DAY)) as world:
        await world.wait(HOUR)
        site.publish("Pakistan joins")
        await world.wait(HOUR)
        await world.wait(2.8 * DAY)
        assert world.notices == []
        await world.wait(7 * DAY)
        assert world.notices == ["Nothing for Pakistan in 3 d"]
        said = world.reader.got[-1].stories[0].alert.lines
        assert said[1].startswith(
            "Only 1 of 3 feeds could be read within the last day: it may be the reading that fails"
        )
        for other in others:
            other.mood = None
        site.publish("Pakistan again")
        await world.wait(4 * DAY)
        assert world.notices[1:] == ["Nothing for Pakistan in 3 d"]
        assert world.reader.got[-1].stories[0].alert.lines[1] == "3 of 3 feeds could be read within the last day."


async def test_what_nobody_looked_for_is_no_silence(tmp_path: Path) -> None:
    watch = a_watch("pakistan", "Pakistan", silence=3 * DAY)
    site = dawn()
    async with open_world(tmp_path, [watch], site) as world:
        site.publish("Pakistan joins")
        await world.wait(HOUR)
        world.clock.time += 10 * DAY  # the program was off
        site.publish("Pakistan again")
        await world.wait(HOUR)
        site.mood = unreachable
        await world.wait(10 * DAY)
        assert [one for one in world.notices if one.startswith("Nothing")] == []


async def test_a_silence_is_told_only_when_all_feeds_were_asked(tmp_path: Path) -> None:
    watch = a_watch("pakistan", "Pakistan", silence=3 * DAY)
    site, other = dawn(), Site("https://other.example/feed")
    other.publish("Pakistan joins")
    async with open_world(tmp_path, [watch], site, other) as world:
        await world.wait(HOUR)
        world.clock.time += 10 * DAY  # the program was off
        other.publish("Pakistan again")
        late = "UPDATE feeds SET next_due = ? WHERE name = 'other.example'"
        await world.store.call(lambda store: store.db.execute(late, [world.clock.time + 5 * MINUTE]))
        await world.wait(HOUR)
        assert (world.told, world.notices) == (["Pakistan again"], [])


async def test_a_watchlist_is_not_silent_before_its_first_day(tmp_path: Path) -> None:
    watch = replace(a_watch("pakistan", "Pakistan", silence=3 * DAY), life=Life(start=date(2024, 10, 24)))
    async with open_world(tmp_path, [watch], dawn()) as world:
        await world.store.note_versions({"pakistan": "1"}, world.clock.time)
        await world.wait(12 * DAY)
        assert world.notices == []
        await world.wait(DAY)
        assert len(world.notices) == 1


def test_worlds_answer_as_servers_do() -> None:
    site = dawn()
    first = site.document()
    assert isinstance(first, Fetched)
    spec = FeedSpec(site.url, "dawn", 900.0)
    from monitor.model import Feed, FeedId, FeedState

    again = site.document(Feed(FeedId(1), spec, FeedState(Validators(first.validators.etag))))
    assert isinstance(again, NotModified)


@pytest.mark.parametrize("restarted", [True, False])
async def test_D25_what_was_learnt_while_the_clock_was_ahead_holds_up_nothing(restarted: bool, tmp_path: Path) -> None:
    site, other = dawn(), Site("https://other.example/feed", mood=failing(500))
    async with open_world(tmp_path, [PAKISTAN], site, other) as world:
        await world.wait(HOUR)
        world.clock.time += 400 * DAY
        site.answers.append(FetchFailed("http", "the server answered 429", 7200.0, 429))
        await world.step()
        world.clock.time -= 400 * DAY
        if restarted:
            await world.follow(*world.specs)
        else:
            await world.store.shift_due(-400 * DAY, world.clock.time)
        site.publish("Pakistan joins")
        await world.wait(2 * DAY)
        assert world.told == ["Pakistan joins"]
        assert "The feed other.example cannot be read" in world.notices


@pytest.mark.parametrize("ahead", [20 * HOUR, 400 * DAY])
async def test_D25_a_clock_that_was_ahead_and_is_set_right_while_nothing_runs_holds_up_nothing(
    ahead: float, tmp_path: Path
) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site, interval=HOUR) as world:
        await world.wait(HOUR)
        world.clock.time += ahead
        await world.step()
        world.clock.time -= ahead
        asked = len(world.asked(site.url))
        await world.follow(*world.specs)  # as after a start
        await world.wait(HOUR - 1)
        assert len(world.asked(site.url)) == asked
        site.publish("Pakistan joins")
        await world.wait(HOUR)
        assert world.told == ["Pakistan joins"]


async def test_D25_a_round_asks_what_was_read_while_the_clock_was_ahead(tmp_path: Path) -> None:
    site = dawn()
    async with open_world(tmp_path, [PAKISTAN], site) as world:
        world.clock.time += 400 * DAY
        await world.poller.round()
        await world.poller.drain()
        world.clock.time -= 400 * DAY
        for force in (True, False):
            asked = len(world.asked(site.url))
            await world.follow(*world.specs)
            world.clock.time += HOUR
            await world.poller.round(force)
            await world.poller.drain()
            assert len(world.asked(site.url)) == asked + 1
