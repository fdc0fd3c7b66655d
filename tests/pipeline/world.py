"""A small world of feeds for tests: scripted servers on one side; the real poller, parser, store and desk on the other;
and a clock that jumps from one event to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from pathlib import Path
from typing import Any

from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import DeskRules
from monitor.daemon.polling import Poller
from monitor.feeds.parse.document import parse_document
from monitor.matching import Handling, Watch, compile_watches
from monitor.model import (
    Feed,
    FeedSpec,
    Fetched,
    FetchFailed,
    FetchResult,
    Message,
    NotModified,
    ParseResult,
    PollReport,
    Validators,
)
from monitor.pipeline import Delivering, Desk, Patience, Policy, Polling, announce_feeds, announce_silences
from monitor.store import StoreWriter
from tests.pipeline.bureau import AT_ONCE, HandClock, Reader

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True)
class Piece:
    """An item as its publisher has it."""

    title: str
    guid: str = ""
    link: str = ""
    published: float | None = None
    summary: str = ""


Answer = Callable[[Feed, float], FetchResult]


@dataclass
class Site:
    """A feed's server: shows the newest ``window`` of its ``pieces``, and answers "not modified" when it should.

    ``answers``: what it gives instead, one for each request, before it is itself again; ``mood``: what it gives for as
    long as that is set.
    """

    url: str
    title: str = "The Example"
    window: int = 20
    pieces: list[Piece] = field(default_factory=list)
    answers: list[FetchResult] = field(default_factory=list)
    mood: Answer | None = None
    moved_to: str = ""
    fresh_for: float = 0.0
    extra: str = ""
    """More elements for its channel."""

    def publish(self, *pieces: Piece | str) -> None:
        """New pieces, each before all that is there."""
        for one in pieces:
            number = len(self.pieces)
            piece = one if isinstance(one, Piece) else Piece(one, f"{self.url}#{number}", f"{self.url}/{number}")
            self.pieces.insert(0, piece)

    def answer(self, feed: Feed, now: float) -> FetchResult:
        """What a request brings."""
        if self.answers:
            return self.answers.pop(0)
        return self.mood(feed, now) if self.mood else self.document(feed)

    def document(self, feed: Feed | None = None) -> FetchResult:
        """The feed itself."""
        body = rss(self.title, self.pieces[: self.window], self.extra)
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        if feed and feed.state.validators.etag == tag:
            return NotModified(Validators(), self.fresh_for, self.moved_to)
        return Fetched(
            self.url, 200, body, "application/rss+xml", Validators(tag), self.fresh_for, moved_to=self.moved_to
        )


def rss(title: str, pieces: Sequence[Piece], extra: str = "") -> bytes:
    """An RSS 2.0 document."""

    def item(piece: Piece) -> Iterator[str]:
        yield f"<item><title>{escape(piece.title)}</title>"
        for name, value in (("guid", piece.guid), ("link", piece.link), ("description", piece.summary)):
            if value:
                yield f"<{name}>{escape(value)}</{name}>"
        if piece.published is not None:
            yield f"<pubDate>{formatdate(piece.published, usegmt=True)}</pubDate>"
        yield "</item>"

    items = "".join(part for piece in pieces for part in item(piece))
    return f'<rss version="2.0"><channel><title>{escape(title)}</title>{extra}{items}</channel></rss>'.encode()


def page(_: Feed, now: float) -> FetchResult:
    """A web page where a feed should be."""
    return Fetched("", 200, b"<!DOCTYPE html><html><body>Log in</body></html>", "text/html", Validators('"login"'))


def failing(status: int, retry_after: float = 0.0) -> Answer:
    """An error of a server."""
    kind = "gone" if status == 410 else "http"
    return lambda feed, now: FetchFailed(kind, f"the server answered {status}", retry_after, status)


def unreachable(_: Feed, now: float) -> FetchResult:
    """No server at all."""
    return FetchFailed("connect", "no connection")


@dataclass(frozen=True)
class Request:
    """One request, as the servers saw it."""

    url: str
    at: float
    conditional: bool


@dataclass
class World:
    """Everything: see the module."""

    store: StoreWriter
    clock: HandClock
    delivering: Delivering
    reader: Reader
    watches: list[Watch]
    sites: dict[str, Site]
    polling: Polling = field(init=False)
    poller: Poller = field(init=False)
    specs: list[FeedSpec] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    async def fetch(self, feed: Feed) -> FetchResult:
        """The outside world's part."""
        self.requests.append(Request(feed.url, self.clock.time, bool(feed.state.validators.etag)))
        return self.sites[feed.url].answer(feed, self.clock.time)

    async def parse(self, fetched: Fetched) -> ParseResult:
        """The real parser, in this process."""
        return parse_document(fetched.body, fetched.url, fetched.content_type)

    async def follow(self, *specs: FeedSpec) -> None:
        """These are the feeds, as after an edit of the configuration."""
        self.specs[:] = specs
        self.poller.follow({spec.url: spec for spec in specs}, 1.0)
        await self.store.sync_feeds(specs, self.clock.time)

    async def step(self) -> None:
        """Ask what is due, decide, tell."""
        await self.poller.tick()
        await self.poller.drain()
        await self.delivering.settle()
        await self.store.at_desk(lambda book: self._announce(book))
        await self.delivering.bundle(self.reader)
        while (await self.delivering.deliver(self.reader)).sent:
            pass

    def _announce(self, book: Any) -> bool:
        now, patience = self.clock.time, self.polling.policy.patience
        rules = self.delivering.desk.rules
        return announce_feeds(book, now, patience, rules.notices) | announce_silences(book, self.watches, now, rules)

    async def wait(self, seconds: float, at_least_every: float = HOUR) -> None:
        """Let time pass, from one due poll to the next."""
        end = self.clock.time + seconds
        while True:
            await self.step()
            due = await self.store.call(_next_poll)
            self.clock.time = min(max(due or end, self.clock.time + 1.0), self.clock.time + at_least_every, end)
            if self.clock.time >= end:
                return

    async def feed(self, name: str) -> dict[str, Any]:
        """A feed's row."""
        rows = await self.store.call(lambda store: store.list_feeds())
        return next(row for row in rows if row["name"] == name)

    @property
    def told(self) -> list[str]:
        """The headlines of all alerts, notices left out."""
        return [one for message in self.reader.got if message.kind != "notice" for one in _headlines(message)]

    @property
    def notices(self) -> list[str]:
        """The headlines of all notices."""
        return [one for message in self.reader.got if message.kind == "notice" for one in _headlines(message)]

    def asked(self, url: str) -> list[float]:
        """When a feed was asked."""
        return [request.at for request in self.requests if request.url == url]


def _headlines(message: Message) -> list[str]:
    return [story.alert.headline for story in message.stories]


def _next_poll(store: Any) -> float | None:
    rows = store.db.execute(
        "SELECT min(max(next_due, claimed_until, iif(host_wait, coalesce("
        "(SELECT rest_until FROM hosts WHERE host = asked_host), 0), 0))) FROM feeds WHERE active AND health != 'gone'"
    )
    found = rows.fetchone()[0]
    return None if found is None else float(found)


@asynccontextmanager
async def open_world(
    folder: Path,
    watches: Sequence[Watch],
    *sites: Site,
    interval: float = 15 * MINUTE,
    max_interval: float = 0.0,
    rules: DeskRules | None = None,
    patience: Patience | None = None,
    spread: Callable[[], float] = lambda: 0.0,
    on_report: Callable[[PollReport], None] = lambda report: None,
) -> AsyncIterator[World]:
    """A world with ``sites``, each a feed by the name of its host, at Monday noon."""
    clock = HandClock()
    handling: dict[str, Handling] = {watch.id: watch.handling for watch in watches}
    desk = Desk(rules or DeskRules((AT_ONCE,), flood=0), handling.get)
    policy = Policy(desk.rules, patience=patience or Patience(), spread=spread)
    async with StoreWriter(folder / "world.db") as store:
        await store.found_whole()  # or its log, from which all is read until then, would grow for months
        world = World(
            store,
            clock,
            delivering=Delivering(store, clock, desk, RetryPolicy()),
            reader=Reader(),
            watches=list(watches),
            sites={site.url: site for site in sites},
        )
        world.polling = Polling(world, world, store, compile_watches(watches), clock, policy)
        world.poller = Poller(world.polling, store, {}, clock, 50, 50, 1.0, on_report)
        await world.follow(*(spec_of(site, interval, max_interval) for site in sites))
        yield world


def spec_of(site: Site, interval: float = 15 * MINUTE, max_interval: float = 0.0) -> FeedSpec:
    """``site`` as a user lists it."""
    return FeedSpec(site.url, site.url.split("/")[2], interval, max_interval=max_interval)
