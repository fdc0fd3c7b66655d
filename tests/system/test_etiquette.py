"""Days and weeks of polls over real connections, with a clock that jumps: when a server is asked again, and how."""

from __future__ import annotations

import logging
import random
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.config.settings import load
from monitor.daemon.app import assembled
from monitor.daemon.once import one_round
from monitor.daemon.polling import log_report
from tests.pipeline.bureau import a_watch
from tests.pipeline.world import DAY, HOUR, MINUTE
from tests.support import Home, rss
from tests.system.web import Answer, Headers, Site
from tests.system.wire import feed_of, gaps, open_wire, times

PAKISTAN = a_watch("pakistan", "Pakistan")
OLD = [(f"old{number}", f"Old news {number}") for number in range(5)]
NEWS = ("n1", "Pakistan joins")
ODD = [("ETag", 'W/"a b-gzip"'), ("Last-Modified", "Wed, 1 Jan 2025 00:00:00 +0000")]


def well(*items: tuple[str, str], headers: Headers = ()) -> Answer:
    """A document of these items before the old ones, with validators."""
    return Answer(rss(*items, *OLD), headers=[("ETag", f'"{len(items)}"'), *headers])


async def test_E08_what_could_not_be_written_is_asked_for_without_its_validators_and_alerts(
    tmp_path: Path, site: Site
) -> None:
    site.script("/feed", well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(30 * MINUTE)
        site.script("/feed", well(NEWS))
        full = "CREATE TRIGGER disk BEFORE INSERT ON items BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        await world.store.call(lambda store: store.db.execute(full))
        await world.wait(HOUR)
        assert world.told == []
        await world.store.call(lambda store: store.db.execute("DROP TRIGGER disk"))
        await world.wait(2 * HOUR)
        assert world.told == [NEWS[1]]
    assert [request.header("If-None-Match") for request in site.requests[:4]] == ["", '"0"', '"0"', '"1"']
    assert [request.status for request in site.requests[:4]] == [200, 200, 200, 304]


async def test_E08_who_sends_a_body_with_a_304_is_asked_without_conditions(tmp_path: Path, site: Site) -> None:
    no_http = Answer(raw=[b"HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\n<rss/>"])
    site.script("/feed", well(), no_http, well(NEWS))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(4 * HOUR)
        assert world.told == [NEWS[1]]
    assert [request.header("If-None-Match") for request in site.requests[:3]] == ["", '"0"', ""]


async def test_E11_a_day_of_polls_has_no_gap_below_the_interval(tmp_path: Path, site: Site) -> None:
    site.script("/feed", well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", spread=random.Random(7).random) as world:
        await world.wait(DAY)
    assert len(gaps(site, "/feed")) >= 21
    assert min(gaps(site, "/feed")) >= HOUR
    assert [request.header("If-None-Match") for request in site.requests[1:]] == ['"0"'] * len(gaps(site, "/feed"))


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "asked",
    [
        "10800",
        "Mon, 14 Oct 2024 16:00:00 GMT",
        "Monday, 14-Oct-24 16:00:00 GMT",
        "Mon Oct 14 16:00:00 2024",
    ],
)
async def test_E12_E13_who_is_sent_away_comes_back_when_told_by_the_server_s_own_clock(
    status: int, asked: str, tmp_path: Path, site: Site
) -> None:
    # It is noon here, and 13:00 there.
    away = Answer(status=status, headers=[("Date", "Mon, 14 Oct 2024 13:00:00 GMT"), ("Retry-After", asked)])
    site.script("/feed", away, well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", interval=15 * MINUTE) as world:
        await world.wait(3 * HOUR + 10 * MINUTE)
    (wait,) = gaps(site, "/feed")
    assert 3 * HOUR <= wait <= 3 * HOUR + MINUTE


@pytest.mark.parametrize(
    ("asked", "wait", "said"),
    [
        (["-5"], HOUR, "its Retry-After makes no sense"),
        (["abc"], HOUR, "its Retry-After makes no sense"),
        (["1e9"], HOUR, "its Retry-After makes no sense"),
        (["9" * 20], DAY, "its Retry-After is longer than a day"),
        (["7200", "abc"], 2 * HOUR, "its Retry-After makes no sense"),
        (["7200"], 2 * HOUR, ""),
    ],
)
async def test_E14_a_senseless_or_endless_wait_is_bounded_and_a_warning_is_logged(
    asked: list[str], wait: float, said: str, tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.script("/feed", Answer(status=429, headers=[("Retry-After", value) for value in asked]), well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", on_report=log_report) as world:
        await world.wait(DAY + HOUR)
    assert gaps(site, "/feed")[0] == pytest.approx(wait, abs=2)
    (record,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "feed: the server answered 429 Too Many Requests" in record.getMessage()
    assert ("Retry-After" in record.getMessage()) == bool(said)
    assert said in record.getMessage()


@pytest.mark.parametrize("status", [429, 403, 500])
async def test_E15_who_is_refused_comes_later_and_as_the_same(status: int, tmp_path: Path, site: Site) -> None:
    refused = Answer(b"no", status, headers=[("Set-Cookie", "a=b")])
    site.script("/feed", Answer(rss(*OLD), headers=ODD), *[refused] * 4, well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", spread=random.Random(7).random) as world:
        await world.wait(DAY)
    first, *later = site.asked("/feed")[:6]
    assert all(gap >= wait for gap, wait in zip(gaps(site, "/feed"), (HOUR, HOUR, 2 * HOUR, 4 * HOUR), strict=False))
    for request in later:
        assert (request.method, request.header("User-Agent")) == ("GET", first.header("User-Agent"))
        assert request.header("User-Agent").startswith("news-monitor/")
        assert [request.header(name) for name in ("If-None-Match", "If-Modified-Since")] == [ODD[0][1], ODD[1][1]]
        assert not request.header("Cookie")


async def test_E16_a_host_that_sends_one_feed_away_is_not_asked_for_another(tmp_path: Path, site: Site) -> None:
    async with Site(host="127.0.0.2") as other:
        for path in ("/one", "/two", "/stubborn"):
            site.script(path, well())
        other.script("/elsewhere", well())
        async with open_wire(tmp_path, [PAKISTAN], site, interval=15 * MINUTE) as world:
            other.clock = site.clock
            one, two, stubborn = (feed_of(site, path, 15 * MINUTE) for path in ("/one", "/two", "/stubborn"))
            elsewhere = feed_of(other, "/elsewhere", 15 * MINUTE)
            await world.follow(one, two, replace(stubborn, host_wait=False), elsewhere)
            await world.wait(20 * MINUTE)
            site.script("/one", Answer(status=429, headers=[("Retry-After", "7200")]), well())
            await world.wait(15 * MINUTE)
            away = times(site, "/one")[-1]
            await world.wait(3 * HOUR)
    for path in ("/one", "/two"):
        back = min(at for at in times(site, path) if at > away)
        assert away + 2 * HOUR <= back <= away + 2 * HOUR + 15 * MINUTE
    assert len([at for at in times(site, "/stubborn") if away < at < away + 2 * HOUR]) >= 7
    assert len([at for at in times(other, "/elsewhere") if away < at < away + 2 * HOUR]) >= 7


async def test_E17_waits_grow_with_chance_up_to_a_cap_and_end_with_the_first_success(
    tmp_path: Path, site: Site
) -> None:
    site.script("/feed", well(), *[Answer(status=500)] * 6, well(NEWS))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", spread=random.Random(7).random) as world:
        await world.wait(3 * DAY)
        assert world.told == [NEWS[1]]
    first, *waits = gaps(site, "/feed")[:7]
    assert HOUR <= first <= 1.1 * HOUR
    expected = [HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 6 * HOUR, 6 * HOUR]
    assert all(least <= wait <= 1.1 * least + 1 for wait, least in zip(waits, expected, strict=True))
    assert len({wait / least for wait, least in zip(waits, expected, strict=True)}) == 6
    assert max(gaps(site, "/feed")[7:]) <= 1.1 * HOUR


async def test_E18_max_age_is_waited_for_after_a_document_and_after_a_304(tmp_path: Path, site: Site) -> None:
    site.script("/feed", well(headers=[("Cache-Control", "max-age=7200")]))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(DAY)
    assert {request.status for request in site.requests[1:]} == {304}
    assert all(2 * HOUR <= gap <= 2.2 * HOUR for gap in gaps(site, "/feed"))


@pytest.mark.parametrize(
    "header",
    [
        ("Cache-Control", "no-cache"),
        ("Cache-Control", "no-store"),
        ("Cache-Control", "max-age=0, must-revalidate"),
        ("Expires", "0"),
    ],
)
async def test_E19_what_must_not_be_cached_is_asked_for_at_the_interval_and_with_conditions(
    header: tuple[str, str], tmp_path: Path, site: Site
) -> None:
    site.script("/feed", Answer(rss(*OLD), headers=[*ODD, header]))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(6 * HOUR)
    assert all(HOUR <= gap <= 1.1 * HOUR for gap in gaps(site, "/feed"))
    assert {request.header("If-None-Match") for request in site.requests[1:]} == {ODD[0][1]}
    assert {request.header("If-Modified-Since") for request in site.requests[1:]} == {ODD[1][1]}


def saying(element: str) -> Answer:
    """A feed with ``element`` in its channel."""
    return Answer(rss(*OLD).replace(b"<channel>", b"<channel>" + element.encode()))


async def test_E20_who_asks_for_a_year_gets_a_day(tmp_path: Path, site: Site) -> None:
    site.script("/max-age", well(headers=[("Cache-Control", "max-age=31536000")]))
    site.script("/ttl", saying("<ttl>1000000000</ttl>"))
    async with open_wire(tmp_path, [PAKISTAN], site, "/max-age", "/ttl") as world:
        await world.wait(5 * DAY)
    for path in ("/max-age", "/ttl"):
        assert len(gaps(site, path)) >= 4
        assert max(gaps(site, path)) <= DAY + 2


@pytest.mark.parametrize(
    ("ttl", "wait"),
    [("0", HOUR), ("-1", HOUR), ("60 min", HOUR), ("", HOUR), ("1" + "0" * 18, HOUR), ("120", 2 * HOUR)],
)
async def test_E21_a_senseless_ttl_leaves_the_interval(ttl: str, wait: float, tmp_path: Path, site: Site) -> None:
    site.script("/feed", saying(f"<ttl>{ttl}</ttl>"))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(DAY + HOUR)
        assert (await world.feed("feed"))["last_error"] == ""
    assert gaps(site, "/feed")[0] == pytest.approx(wait, abs=2)


@pytest.mark.parametrize(
    "skipped",
    [
        f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>",
        "<skipDays>{}</skipDays>".format(
            "".join(
                f"<day>{day}</day>"
                for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
            )
        ),
    ],
    ids=["hours", "days"],
)
async def test_E22_a_feed_that_skips_all_hours_or_days_is_asked_once_a_day_all_the_same(
    skipped: str, tmp_path: Path, site: Site
) -> None:
    site.script("/feed", saying(skipped))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(5 * DAY + HOUR)
        assert (await world.feed("feed"))["why_due"] == "skipped"
    assert gaps(site, "/feed") == pytest.approx([DAY] * 5, abs=10)


@pytest.mark.parametrize("status", [pytest.param(301, marks=pytest.mark.long), 308])
async def test_E23_a_move_for_good_is_believed_after_a_week_and_told_once(
    status: int, tmp_path: Path, site: Site
) -> None:
    site.script("/feed", well())
    site.script("/new", well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", interval=6 * HOUR) as world:
        await world.wait(DAY)
        site.redirect("/feed", "/new", status=status)
        began = world.clock.time
        await world.wait(9 * DAY)
        last = times(site, "/feed")[-1]
        assert 7 * DAY <= last - began <= 7 * DAY + 12 * HOUR
        site.script("/new", well(NEWS))
        await world.wait(5 * DAY)
        assert times(site, "/feed")[-1] == last
        assert (world.told, world.notices) == ([NEWS[1]], ["The feed feed has moved"])
        row = await world.feed("feed")
        assert (row["url"], row["asked_url"], row["items"]) == (f"{site.url}/feed", f"{site.url}/new", 6)


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_E23_a_move_that_is_not_for_good_is_never_believed(status: int, tmp_path: Path, site: Site) -> None:
    site.redirect("/feed", "/new", status=status)
    site.script("/new", well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", interval=6 * HOUR) as world:
        await world.wait(12 * DAY)
        assert len(times(site, "/feed")) == len(times(site, "/new")) > 40
        assert world.notices == []


async def test_E23_one_single_permanent_redirect_changes_nothing(tmp_path: Path, site: Site) -> None:
    gone_to = Answer(status=301, headers=[("Location", "/new")])
    site.script("/feed", well(), gone_to, well())
    site.script("/new", well())
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", interval=6 * HOUR) as world:
        await world.wait(12 * DAY)
        assert len(times(site, "/new")) == 1
        assert (world.notices, (await world.feed("feed"))["asked_url"]) == ([], "")


@pytest.mark.parametrize("status", [301, 302])
async def test_E24_a_redirect_to_a_login_page_for_an_hour_changes_nothing_and_is_told_once(
    status: int, tmp_path: Path, site: Site
) -> None:
    site.script("/feed", well(NEWS))
    site.script("/login", Answer(b"<!DOCTYPE html><html>Log in", content_type="text/html", headers=[("ETag", '"x"')]))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed", interval=10 * MINUTE) as world:
        await world.wait(HOUR)
        before = await world.feed("feed")
        site.redirect("/feed", "/login", status=status)
        await world.wait(HOUR)
        during = await world.feed("feed")
        assert "a web page" in during["last_error"]
        kept = ("url", "asked_url", "etag", "items", "title")
        assert [during[name] for name in kept] == [before[name] for name in kept]
        site.script("/feed", well(NEWS))
        await world.wait(3 * HOUR)
        assert world.told == []
        assert world.notices == ["The feed feed cannot be read", "The feed feed can be read again"]
    assert {request.header("If-None-Match") for request in site.asked("/feed")[1:]} == {before["etag"]}


async def test_E25_a_feed_that_is_gone_is_asked_no_more_until_the_user_wants_it(tmp_path: Path, site: Site) -> None:
    site.script("/feed", well(), Answer(status=410))
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(6 * DAY)
        assert len(site.requests) == 2
        await world.follow(*world.specs)  # as after a restart
        await world.wait(DAY / 2)
        assert (len(site.requests), world.notices) == (2, ["The feed feed is gone for good"])
        number = (await world.feed("feed"))["id"]
        site.script("/feed", well(NEWS))
        await world.store.call(lambda store: store.resume_feed(number, world.clock.time))
        await world.wait(HOUR)
        assert world.told == [NEWS[1]]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(Answer(status=404), marks=pytest.mark.long),
        Answer(status=503),
        pytest.param(Answer(raw=[b""], ending="reset"), marks=pytest.mark.long),
    ],
    ids=["404", "503", "no answer"],
)
async def test_E26_after_a_month_of_trouble_a_feed_comes_back_by_itself(
    trouble: Answer, tmp_path: Path, site: Site
) -> None:
    site.script("/feed", well(), trouble)
    async with open_wire(tmp_path, [PAKISTAN], site, "/feed") as world:
        await world.wait(30 * DAY)
        assert max(gaps(site, "/feed")) <= DAY
        site.script("/feed", well(NEWS))
        await world.wait(DAY)
        assert world.told == [NEWS[1]]


async def test_E32_fifty_feeds_of_one_host_share_two_connections_and_drift_apart(tmp_path: Path, site: Site) -> None:
    paths = [f"/{number}" for number in range(50)]
    for path in paths:
        site.script(path, replace(well(), together=2))
    async with open_wire(tmp_path, [PAKISTAN], site, *paths, spread=random.Random(7).random) as world:
        await world.wait(1.5 * HOUR)
    assert [len(times(site, path)) for path in paths] == [2] * 50
    assert site.most_open == 2
    second = sorted(times(site, path)[1] for path in paths)
    assert second[-1] - second[0] > 4 * MINUTE
    assert max(later - earlier for earlier, later in pairwise(second)) < MINUTE


async def test_E16_a_host_that_sends_one_feed_away_is_not_asked_for_another_that_is_sent_there(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.feeds.fetch.connections.is_public", lambda address: True)
    async with Site(host="127.0.0.2") as other:
        for path in ("/one", "/two", "/stubborn"):
            site.redirect(path, f"{other.url}{path}")
            other.script(path, well())
        async with open_wire(tmp_path, [PAKISTAN], site, interval=15 * MINUTE) as world:
            other.clock = site.clock
            one, two, stubborn = (feed_of(site, path, 15 * MINUTE) for path in ("/one", "/two", "/stubborn"))
            await world.follow(one, two, replace(stubborn, host_wait=False))
            await world.wait(20 * MINUTE)
            other.script("/one", Answer(status=429, headers=[("Retry-After", "7200")]), well())
            await world.wait(15 * MINUTE)
            away = times(other, "/one")[-1]
            await world.wait(3 * HOUR)
            assert world.notices == []
    for path in ("/one", "/two"):
        back = min(at for at in times(other, path) if at > away)
        assert away + 2 * HOUR <= back <= away + 2 * HOUR + 15 * MINUTE
    assert len([at for at in times(other, "/stubborn") if away < at < away + 2 * HOUR]) >= 7


async def test_E09_E16_nor_is_it_after_a_restart(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.feeds.fetch.connections.is_public", lambda address: True)
    async with Site(host="127.0.0.2") as other:
        other.script("/one", Answer(status=429, headers=[("Retry-After", "7200")]))
        other.script("/two", well())
        feeds: list[str] = []
        for path in ("/one", "/two"):
            site.redirect(path, f"{other.url}{path}")
            feeds.append(f"{site.url}{path}")
            async with assembled(load(Home(tmp_path, feeds).write().config), by_hand=True) as program:
                await one_round(program, force=False)
    assert (len(other.asked("/one")), len(site.asked("/two")), other.asked("/two")) == (1, 1, [])
    assert "which has asked to be left alone" in program.reports[0].detail


async def test_E32_feeds_of_many_hosts_that_lead_to_one_share_its_two_connections(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.feeds.fetch.connections.is_public", lambda address: True)
    site.script("/feed", replace(well(), together=2))
    async with AsyncExitStack() as servers, open_wire(tmp_path, [PAKISTAN], site) as world:
        others = [await servers.enter_async_context(Site(host=f"127.0.0.{number}")) for number in range(2, 12)]
        for other in others:
            other.redirect("/", f"{site.url}/feed")
        await world.follow(*(replace(feed_of(other, "/"), name=other.url) for other in others))
        await world.wait(MINUTE)
    assert len(site.asked("/feed")) == 10
    assert site.most_open == 2
