"""One round and out, for cron: poll what is due, deliver, report. Or, dry: show what a round would do and change
nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.clock import Clock, utc
from monitor.config.settings import Config
from monitor.daemon.app import Program, limits_of
from monitor.daemon.channels import policy_of
from monitor.daemon.reload.refusals import said_once
from monitor.errors import Problem
from monitor.model import (
    Alert,
    Aside,
    Baseline,
    Feed,
    FeedId,
    FeedState,
    IngestPlan,
    ItemKey,
    Known,
    PollReport,
    Validators,
)
from monitor.pipeline import Polling, announce_baselines
from monitor.store import untold
from monitor.store.states import state_of

if TYPE_CHECKING:
    from monitor.matching import Engine
    from monitor.store import Store


@dataclass(frozen=True)
class Round:
    """What came of one round. ``waiting``, ``died``: messages on the channels that are switched on; ``untold``: matches
    found in it that nobody is told of; ``troubles``: why a channel failed; ``remarks``: what is odd about the
    watchlists, and was not said before; ``followed``: how many watchlists there are.
    """

    reports: Sequence[PollReport]
    waiting: int
    died: int
    untold: int
    troubles: Mapping[str, str]
    remarks: Sequence[Problem] = ()
    followed: int = 1

    @property
    def ok(self) -> bool:
        """Whether all feeds could be read and all alerts delivered."""
        return not self.waiting and not self.died and all(report.ok for report in self.reports)


async def one_round(program: Program, force: bool) -> Round:
    """Poll what is due (with ``force``: everything), then deliver what waits in the outbox."""
    began = program.clock.now()
    await program.poller.round(force)
    await program.poller.drain()
    if program.poller.trouble:
        raise program.poller.trouble
    rules = program.polling.policy.desk
    await announce_baselines(program.store, program.clock.now(), rules.notices, hurry=True)
    await program.guard.look_at_room_once()
    sender = program.sender
    await sender.settle()
    await program.store.at_desk(program.changes_at(program.clock.now()))
    await asyncio.gather(*(sender.deliver_due(channel, hurry=True) for channel in program.channels))
    unsent = (await program.store.counts())["unsent"]
    waiting = sum(unsent.get(channel, 0) for channel in rules.names)
    now = program.clock.now()  # alerts have not waited for what follows
    odd = await asyncio.to_thread(program.watchlists.remarks, program.config.feeds, utc(now).date())
    remarks = await said_once(program.store, odd, now)
    silent = await program.store.call(lambda store: untold.find(store.db, began))
    return Round(
        program.reports,
        waiting,
        sender.died,
        len(silent),
        sender.troubles,
        remarks,
        len(program.watchlists.engine.watches),
    )


@dataclass
class ReadOnly:
    """A store that remembers nothing: what is known comes from the database as it is, what is planned goes nowhere."""

    store: Store | None

    async def recall(self, feed: FeedId, keys: Collection[ItemKey]) -> Mapping[ItemKey, Known]:
        """As stored; nothing when there is no database yet."""
        return self.store.recall(feed, keys) if self.store else {}

    async def texts(self, rows: Collection[int]) -> Mapping[int, tuple[str, str, str, tuple[Aside, ...]]]:
        """As stored."""
        return self.store.texts(rows) if self.store else {}

    async def lately(self, feed: FeedId) -> Sequence[tuple[str, str, str]]:
        """As stored."""
        return self.store.lately(feed) if self.store else ()

    async def apply(self, plan: IngestPlan) -> int:
        """Nothing is written."""
        return 0

    async def untold_since(self) -> tuple[float | None, int]:
        """Nothing to tell."""
        return None, 0

    async def untold_baselines(self) -> list[Baseline]:
        """Nothing to tell."""
        return []

    async def tell_baselines(
        self, baselines: Iterable[Baseline], notice: Alert | None, channels: Iterable[str]
    ) -> None:
        """Nothing is told."""


async def dry_round(
    config: Config, engine: Engine, store: Store | None, clock: Clock, force: bool
) -> list[tuple[IngestPlan, PollReport]]:
    """What polling now would change. Asks servers unconditionally with ``force``, otherwise as a poll would; writes
    nothing.
    """
    from monitor.feeds.fetch.client import HttpFetcher
    from monitor.feeds.parse.worker import ParserPool

    limit = asyncio.Semaphore(config.polling.concurrency)
    async with (
        HttpFetcher(limits_of(config.polling), clock) as fetcher,
        ParserPool(config.polling.parsers, config.polling.parse_timeout) as parser,
    ):
        fetcher.leave_alone(store.resting(clock.now()) if store else {})
        polling = Polling(fetcher, parser, ReadOnly(store), engine, clock, policy_of(config))

        async def prepare(feed: Feed) -> tuple[IngestPlan, PollReport]:
            async with limit:
                return await polling.prepare(feed)

        return await asyncio.gather(*(prepare(feed) for feed in _feeds(config, store, clock.now(), force)))


def _feeds(config: Config, store: Store | None, now: float, force: bool) -> Iterable[Feed]:
    stored = {row["url"]: row for row in store.list_feeds()} if store else {}
    for spec in config.feeds:
        row = stored.get(spec.url)
        if row is None:
            yield Feed(FeedId(0), spec, FeedState())
        elif row["next_poll"] is not None and (force or row["next_poll"] <= now):
            state = state_of(row)
            yield Feed(FeedId(row["id"]), spec, replace(state, validators=Validators()) if force else state)
