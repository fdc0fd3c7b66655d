"""A news bureau for tests: real watchlists, a real database, a hand-moved clock, and channels that take everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import ChannelRules, DeskRules
from monitor.alerts.wording import words_of
from monitor.feeds.identity import identify
from monitor.matching import Handling, Watch, compile_watches, parse_term
from monitor.model import (
    Entry,
    Feed,
    FeedSpec,
    FeedState,
    Fetched,
    Message,
    Parsed,
    Partly,
    SendResult,
    Sent,
    Validators,
    WatchId,
)
from monitor.pipeline import Delivering, Desk, Policy, Reading, plan_ingest
from monitor.store import StoreWriter

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
# Monday, 14 October 2024, 12:00 UTC.
NOON = 1_728_907_200.0
AT_ONCE = ChannelRules("desk", limit=0, group_wait=0.0, group_interval=0.0)


@dataclass
class HandClock:
    """Time that moves only when a test moves it."""

    time: float = NOON

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


@dataclass
class Reader:
    """A channel that takes everything, or answers as arranged."""

    name: str = "desk"
    got: list[Message] = field(default_factory=list)
    answers: list[SendResult] = field(default_factory=list)

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        result = self.answers.pop(0) if self.answers else Sent("ok")
        if isinstance(result, Sent):
            self.got.append(message)
        return result

    async def end_batch(self) -> None:
        pass

    async def close(self) -> None:
        pass

    @property
    def headlines(self) -> list[list[str]]:
        """What it was told, message by message."""
        return [[story.alert.headline for story in message.stories] for message in self.got]


def a_watch(name: str, *terms: str, **handling: Any) -> Watch:
    """A watchlist that alerts for each of ``terms``."""
    patterns = tuple(map(parse_term, terms or ("Pakistan",)))
    return Watch(WatchId(name), name.title(), "1", any=patterns, handling=Handling(**handling))


@dataclass
class Bureau:
    """The program without network: what feeds bring goes in, messages come out."""

    store: StoreWriter
    clock: HandClock
    watches: dict[str, Watch]
    delivering: Delivering
    readers: dict[str, Reader]
    serial: int = 0

    @property
    def desk(self) -> Reader:
        """The channel called ``desk``."""
        return self.readers["desk"]

    def publish(self, *titles: str, summary: str = "", link: str = "") -> list[Entry]:
        """Entries with these titles; each has a link of its own unless one is given."""
        entries = []
        for title in titles:
            self.serial += 1
            own = link or f"https://news.example/{self.serial}/story"
            entries.append(Entry(f"guid-{self.serial}", own, title, summary, "", None))
        return entries

    async def poll(self, feed: str, *entries: Entry | str, first: bool = False) -> int:
        """A feed brings ``entries``; how many matches now wait for the desk."""
        found = [entry for one in entries for entry in ([one] if isinstance(one, Entry) else self.publish(one))]
        now = self.clock.now()
        await self.store.sync_feeds(
            [FeedSpec(f"https://{name}.example/", name, 900.0) for name in self._names(feed)], now
        )
        rows = await self.store.call(lambda store: store.list_feeds())
        number = next(row["id"] for row in rows if row["name"] == feed)
        state = FeedState(baseline_at=None if first else 1.0)
        document = Parsed(feed, "en", tuple(found))
        answer = Fetched("", 200, b"", "", Validators())
        spec = FeedSpec(f"https://{feed}.example/", feed, 900.0)
        engine = compile_watches(self.watches.values())
        identified = identify(found)
        known = await self.store.recall(number, {key for one in identified for key in one.telling})
        reading = Reading(answer, document, identified, known)
        plan = plan_ingest(Feed(number, spec, state), reading, engine, now, Policy(spread=lambda: 0.0))
        return await self.store.apply(plan)

    _feeds: list[str] = field(default_factory=list)

    def _names(self, feed: str) -> Sequence[str]:
        if feed not in self._feeds:
            self._feeds.append(feed)
        return self._feeds

    async def turn(self, hurry: bool = False) -> None:
        """The desk decides, and every channel sends what is due."""
        await self.delivering.settle()
        for reader in self.readers.values():
            await self.delivering.bundle(reader, hurry)
            while (report := await self.delivering.deliver(reader)).sent + report.failed:
                if report.rest:
                    break

    async def bring(self, feed: str, *entries: Entry | str) -> None:
        """A poll and a turn."""
        await self.poll(feed, *entries)
        await self.turn()

    async def wait(self, seconds: float, step: float = 0.0) -> None:
        """Let time pass, with a turn after each ``step``."""
        end = self.clock.time + seconds
        while step and self.clock.time + step < end:
            self.clock.time += step
            await self.turn()
        self.clock.time = end
        await self.turn()

    async def outcomes(self) -> dict[str, str]:
        """What became of each match, by headline."""
        rows = await self.store.call(lambda store: store.list_matches(10_000))
        return {row["title"]: row["outcome"] for row in rows}

    async def reasons(self) -> dict[str, str]:
        """Why, by headline."""
        rows = await self.store.call(lambda store: store.list_matches(10_000))
        return {row["title"]: words_of(row["reason"]) for row in rows}

    def restart(self, **rules: Any) -> None:
        """What a process held in memory is gone; ``rules`` replace those that there were."""
        old = self.delivering
        desk = Desk(replace(old.desk.rules, **rules), lambda watch: _handling(self.watches, watch))
        self.delivering = Delivering(self.store, self.clock, desk, old.retry)


def _handling(watches: dict[str, Watch], watch: str) -> Handling | None:
    return watches[watch].handling if watch in watches else None


@asynccontextmanager
async def bureau(
    folder: Path, *watches: Watch, channels: Sequence[ChannelRules] = (AT_ONCE,), **rules: Any
) -> AsyncIterator[Bureau]:
    """A bureau with a database in ``folder``."""
    async with StoreWriter(folder / "monitor.db") as store:
        clock = HandClock()
        held = {str(watch.id): watch for watch in watches or (a_watch("pakistan"),)}
        desk = Desk(DeskRules(tuple(channels), **({"flood": 0} | rules)), lambda watch: _handling(held, watch))
        readers = {channel.name: Reader(channel.name) for channel in channels}
        yield Bureau(store, clock, held, Delivering(store, clock, desk, RetryPolicy(60, 3600, 5 * DAY)), readers)
