"""The poller, with a real database and real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.clock import Clock, SystemClock
from monitor.daemon.polling import Poller
from monitor.feeds.fetch.client import FetchLimits, HttpFetcher
from monitor.feeds.parse.worker import ParserPool
from monitor.matching import compile_watches
from monitor.model import Entry, Feed, FeedSpec, Fetched, FetchResult, Parsed, ParseResult, PollReport, Validators
from monitor.pipeline import Policy, Polling
from monitor.ports import Fetcher, Parser
from monitor.store import StoreWriter
from tests.support import PATIENCE, NewsServer, Page, rss, until

CLOCK = SystemClock()
GOOD, BAD = "http://good.example/feed", "http://bad.example/feed"


class World:
    """Answers every feed with one item; what it does with the bad one is up to the test."""

    def __init__(self, title: str = "", error: Exception | None = None) -> None:
        self.title, self.error = title, error

    async def fetch(self, feed: Feed) -> FetchResult:
        if feed.spec.url == BAD and self.error:
            raise self.error
        return Fetched(feed.spec.url, 200, b"", "", Validators())

    async def parse(self, fetched: Fetched) -> ParseResult:
        title = self.title if fetched.url == BAD else "Title"
        return Parsed("Feed", "en", (Entry("1", "", title, "", "", None),))


@asynccontextmanager
async def poller(
    database: Path,
    urls: Sequence[str],
    fetcher: Fetcher,
    parser: Parser,
    concurrency: int = 4,
    per_host: int = 2,
    clock: Clock = CLOCK,
    writer: type[StoreWriter] = StoreWriter,
) -> AsyncIterator[tuple[Poller, StoreWriter, list[PollReport]]]:
    specs = {url: FeedSpec(url, url.split("/")[2], 900.0, allow_private=True) for url in urls}
    reports: list[PollReport] = []
    async with writer(database) as store:
        await store.sync_feeds(specs.values(), clock.now())
        polling = Polling(fetcher, parser, store, compile_watches([]), clock, Policy())
        yield Poller(polling, store, specs, clock, concurrency, per_host, 60.0, reports.append), store, reports


async def polled(database: Path, world: World) -> tuple[dict[str, PollReport], dict[str, dict[str, object]]]:
    """One round of the good feed and the bad one: the reports, and what is stored."""
    async with poller(database, [GOOD, BAD], world, world) as (one, store, reports):
        await one.tick()
        await one.drain()
        rows = {row["url"]: row for row in await store.call(lambda it: it.list_feeds())}
    return {report.feed.spec.url: report for report in reports}, rows


async def test_S03_an_exception_in_a_poll_is_a_failure_of_its_feed_alone(tmp_path: Path) -> None:
    error = RuntimeError("stumbled over http://u:secret@bad.example/feed?token=tok")
    reports, rows = await polled(tmp_path / "monitor.db", World(error=error))
    assert reports[GOOD].ok
    assert (reports[BAD].result, reports[BAD].ok) == ("internal", False)
    assert reports[BAD].detail.startswith("the poll could not be finished: RuntimeError: stumbled over http://***@bad")
    assert "tok" not in reports[BAD].detail.replace("token", "")
    assert (rows[BAD]["failures"], rows[BAD]["last_error"]) == (1, reports[BAD].detail)


async def test_S03_what_cannot_be_written_is_a_failure_of_its_feed_alone(tmp_path: Path) -> None:
    reports, rows = await polled(tmp_path / "monitor.db", World(title="\ud800"))
    assert reports[GOOD].ok
    assert reports[BAD].result == "internal"
    assert "UnicodeEncodeError" in reports[BAD].detail
    assert (rows[BAD]["failures"], rows[BAD]["items"]) == (1, 0)


async def test_many_feeds_on_a_host_that_hangs_do_not_hold_up_those_on_others(tmp_path: Path, news: NewsServer) -> None:
    hanging = [f"{news.url}/hangs/{i}" for i in range(40)]
    others = [f"{news.url.replace('127.0.0.1', 'localhost')}/{i}" for i in range(5)]
    for url in hanging:
        news.pages[urlsplit(url).path] = Page(rss(), delay=PATIENCE)
    for url in others:
        news.publish(urlsplit(url).path, ("a", "A"))
    limits = FetchLimits(PATIENCE, PATIENCE, per_host=2)
    async with (
        HttpFetcher(limits, SystemClock()) as fetcher,
        ParserPool(1, PATIENCE) as parser,
        poller(tmp_path / "monitor.db", [*hanging, *others], fetcher, parser) as (one, store, reports),
    ):
        tick = asyncio.create_task(one.tick())
        await until(lambda: len(reports) == len(others), what="the feeds of the other host")
        claimed = await store.call(lambda it: it.db.execute("SELECT url FROM feeds WHERE claimed_until").fetchall())
        await one.drain(0)
        await tick
    assert all(report.ok for report in reports)
    # Those that were never asked are not held back by a lease either, should the program end now.
    assert len(claimed) == len([request for request in news.requests if "hangs" in request.path]) == 2


async def test_all_feeds_of_one_host_get_their_turn_in_one_tick(tmp_path: Path, news: NewsServer) -> None:
    urls = [f"{news.url}/{i}" for i in range(9)]
    for url in urls:
        news.publish(urlsplit(url).path, ("a", "A"))
    async with (
        HttpFetcher(FetchLimits(PATIENCE, PATIENCE, per_host=2), SystemClock()) as fetcher,
        ParserPool(1, PATIENCE) as parser,
        poller(tmp_path / "monitor.db", urls, fetcher, parser) as (one, _, reports),
    ):
        await one.round(force=True)
        await one.drain()
    assert sorted(report.feed.spec.url for report in reports) == urls


class Held(World):
    """The bad feed answers only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def fetch(self, feed: Feed) -> FetchResult:
        if feed.url.startswith(BAD):
            await self.let_go.wait()
        return await super().fetch(feed)


async def test_a_poll_that_ends_while_a_claim_finds_no_place_beside_it_is_no_mistake(tmp_path: Path) -> None:
    world, ends_of_bad = Held(), []

    class Late(StoreWriter):
        async def claim_due(self, *arguments: Any) -> list[Any]:
            claimed = await super().claim_due(*arguments)
            if any(report.feed.url == GOOD for report in reports) and not ends_of_bad:
                ends_of_bad.append(claimed)
                world.let_go.set()
                await until(lambda: len(reports) == 2, what="the end of the only poll under way")
            return claimed

    urls = [GOOD, BAD, BAD + "/2"]
    async with poller(tmp_path / "monitor.db", urls, world, world, 4, 1, writer=Late) as (one, _, reports):
        await one.tick()
        await one.drain()
    assert ends_of_bad == [[]]
    assert sorted(report.feed.url for report in reports) == sorted(urls)


async def test_a_tick_that_comes_late_claims_nothing_after_the_end(tmp_path: Path) -> None:
    async with poller(tmp_path / "monitor.db", [GOOD], World(), World()) as (one, store, reports):
        late = asyncio.create_task(one.tick())
        await one.stop()
        await late
        await one.drain()
        claimed = await store.call(lambda it: it.db.execute("SELECT url FROM feeds WHERE claimed_until").fetchall())
    assert (reports, claimed) == ([], [])


async def test_D25_a_clock_that_is_set_back_while_a_document_is_read_makes_no_feed_late(tmp_path: Path) -> None:
    class Set(SystemClock):
        by = 0.0

        def now(self) -> float:
            return super().now() + self.by

    class Slow(World):
        async def parse(self, fetched: Fetched) -> ParseResult:
            clock.by = -5 * 3600.0
            await store.shift_due(clock.by, clock.now())
            return await super().parse(fetched)

    clock, world = Set(), Slow()
    async with poller(tmp_path / "monitor.db", [GOOD], world, world, clock=clock) as (one, store, _):
        await one.tick()
        await one.drain()
        (row,) = await store.call(lambda it: it.list_feeds())
    assert 0 < row["next_due"] - clock.now() <= 900 * 1.1


class Hasty(SystemClock):
    """Whenever it is looked at, every feed has become due again."""

    passed = 0.0

    def now(self) -> float:
        self.passed += 1_000
        return super().now() + self.passed


async def test_a_round_asks_no_feed_twice_however_soon_it_is_due_again(tmp_path: Path) -> None:
    urls = [f"https://{number}.example/feed" for number in range(9)]
    async with poller(tmp_path / "monitor.db", urls, World(), World(), clock=Hasty()) as (one, _, reports):
        await one.round()
        await one.drain()
        assert sorted(report.feed.spec.url for report in reports) == urls
        await one.round()
        await one.drain()
    assert len(reports) == 2 * len(urls)


async def test_force_asks_also_what_a_dead_process_had_begun(tmp_path: Path) -> None:
    world = World()
    for force, expected in ((False, 0), (True, 1)):
        async with poller(tmp_path / "monitor.db", [GOOD], world, world) as (one, store, reports):
            await store.claim_due(SystemClock().now(), 1, 60.0)
            await one.round(force)
            await one.drain()
        assert len(reports) == expected
