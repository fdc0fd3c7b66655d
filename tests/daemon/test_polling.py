"""The poller, with a real database and real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.clock import SystemClock
from monitor.daemon.polling import Poller
from monitor.matching import compile_watches
from monitor.model import (
    Entry,
    Feed,
    FeedSpec,
    Fetched,
    FetchResult,
    Parsed,
    ParseResult,
    PollReport,
    Validators,
)
from monitor.pipeline import Policy, Polling
from monitor.ports import Fetcher, Parser
from monitor.store import StoreWriter

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
    database: Path, urls: Sequence[str], fetcher: Fetcher, parser: Parser, concurrency: int = 4
) -> AsyncIterator[tuple[Poller, StoreWriter, list[PollReport]]]:
    specs = {url: FeedSpec(url, url.split("/")[2], 900.0, allow_private=True) for url in urls}
    reports: list[PollReport] = []
    clock = SystemClock()
    async with StoreWriter(database) as store:
        await store.sync_feeds(specs.values(), clock.now())
        polling = Polling(fetcher, parser, store, compile_watches([]), clock, Policy())
        yield Poller(polling, store, specs, clock, concurrency, 60.0, reports.append), store, reports


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
