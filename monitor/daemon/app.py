"""The composition root: the one place that knows which classes the program is made of.

The daemon, ``monitor once``, the demo and the tests all start the program here. Nothing is built at import time.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.alerts.routing import gaps
from monitor.clock import Clock, SystemClock
from monitor.config import lenient
from monitor.config.alerts import ChannelSection, ConsoleSection, lost_routes
from monitor.config.find import state_folder, state_folders
from monitor.config.settings import Config, PollingSection
from monitor.daemon.channels import channels_of, policy_of
from monitor.daemon.guarding import DatabaseGuard, tell_recovery, tell_refusal, tell_trouble
from monitor.daemon.lock import DatabaseLock
from monitor.daemon.logs import Progress
from monitor.daemon.polling import Poller, log_report
from monitor.daemon.reload import configuring
from monitor.daemon.reload.flooding import FloodGuard, tell_edited
from monitor.daemon.reload.refusals import log_problems, lost_ids, note_start
from monitor.daemon.reload.watching import LiveWatchlists, listed
from monitor.daemon.sending import Sender
from monitor.errors import ConfigError, DatabaseRefused, DatabaseTrouble, Level, Problem, WatchlistError
from monitor.matching import Engine, Handling
from monitor.model import PollReport, WatchId
from monitor.pipeline import Delivering, Desk, Polling, announce_feeds, announce_restored, announce_silences, catch_up
from monitor.ports import Channel
from monitor.store import Store, StoreWriter
from monitor.store.integrity import keeping
from monitor.store.integrity.faults import meant_by
from monitor.store.integrity.keeping import Keeper

if TYPE_CHECKING:
    from monitor.feeds.fetch.client import FetchLimits
    from monitor.store.desk import DeskBook

log = logging.getLogger("monitor.daemon")


@dataclass
class Program:
    """The assembled program: open, but not doing anything yet."""

    config: Config
    clock: Clock
    store: StoreWriter
    watchlists: LiveWatchlists
    polling: Polling
    poller: Poller
    sender: Sender
    channels: Sequence[Channel]
    lock: DatabaseLock
    guard: DatabaseGuard
    reports: list[PollReport]
    """The reports of polls since the start, when they were asked for."""
    progress: Progress

    def changes_at(self, now: float) -> Callable[[DeskBook], bool]:
        """Tells which feeds and watchlists are not as they were; whether there was anything to tell."""
        policy, watches = self.polling.policy, self.watchlists.engine.watches

        def tell(book: DeskBook) -> bool:
            feeds = announce_feeds(book, now, policy.patience, policy.desk.notices)
            restored = announce_restored(book, now, policy.desk.notices)
            return announce_silences(book, watches, now, policy.desk) or feeds or restored

        return tell


@asynccontextmanager
async def assembled(
    config: Config, clock: Clock | None = None, by_hand: bool = False, restored: bool = False
) -> AsyncIterator[Program]:
    """Open everything, in an order in which whatever can fail does so before anything is touched. ``by_hand``: for
    somebody who polls by rounds; reports are kept, and all new feeds are due at once. ``restored``: the user says that
    the database is a backup.

    Raises ConfigError, WatchlistError, AlreadyRunning, StoreError.
    """
    from monitor.feeds.fetch.client import HttpFetcher
    from monitor.feeds.parse.worker import ParserPool

    clock = clock or SystemClock()
    channels = channels_of(config, clock)
    floods = FloodGuard(config.database, config.alerts.flood, clock)
    watchlists = LiveWatchlists(config.watchlists, config.feed_names, floods)
    if unknown := lost_routes(config.file, config.routes, tags_of(watchlists.engine)):
        raise ConfigError(unknown)
    if not watchlists.engine.watches:
        refuse_lost(config)
    _warn(config, watchlists.engine)
    async with AsyncExitStack() as stack:
        gone = _gone(config)  # before anything is made where it was
        lock = stack.enter_context(DatabaseLock(config.database))
        keeper = Keeper(config.database, clock.now, by_hand, state_folder(), state_folders(), restored)
        writer = StoreWriter(config.database, clock.now, keeper)
        for channel in channels:
            stack.push_async_callback(channel.close)
        before = writer.record.record.trouble
        await stack.enter_async_context(_telling_of_database(config, channels, writer, clock, by_hand))
        if gone:
            raise gone
        store = await stack.enter_async_context(writer)
        lock.hold_database()  # it may have been made just now
        fetcher = await stack.enter_async_context(HttpFetcher(limits_of(config.polling), clock))
        parser = await stack.enter_async_context(ParserPool(config.polling.parsers, config.polling.parse_timeout))
        policy = policy_of(config)
        guard = DatabaseGuard(config.database, store, channels, policy.desk.notices, clock, config.free_space, before)
        reports: list[PollReport] = []
        progress = Progress()
        polling = Polling(fetcher, parser, store, watchlists.engine, clock, policy, store.lost)
        desk = Desk(policy.desk, lambda watch: handling_of(watchlists, watch))
        sender = Sender(Delivering(store, clock, desk, policy.retry), channels, clock)

        def on_report(report: PollReport) -> None:
            log_report(report)
            progress.note(report, clock.now())
            if by_hand:
                reports.append(report)
            if report.waiting:
                sender.wake()

        poller = Poller(
            polling,
            store,
            {spec.url: spec for spec in config.feeds},
            clock,
            concurrency=config.polling.concurrency,
            per_host=config.polling.per_host,
            lease=config.polling.min_interval,
            on_report=on_report,
        )
        # Polls still under way, after Ctrl-C say, must not find the rest closed: their feeds have not failed.
        stack.push_async_callback(poller.stop)
        await store.sync_feeds(config.feeds, clock.now(), at_once=by_hand)
        fetcher.leave_alone(await store.resting(clock.now()))
        await store.close_interrupted(clock.now())
        await _note_start(config, store, watchlists.engine, floods, clock)
        await store.at_desk(lambda book: catch_up(desk, book, clock.now()))
        yield Program(
            config, clock, store, watchlists, polling, poller, sender, channels, lock, guard, reports, progress
        )


async def _note_start(config: Config, store: StoreWriter, engine: Engine, floods: FloodGuard, clock: Clock) -> None:
    """Tell what has become of the watchlists since the last run, and note what is in use from now on."""
    notices = policy_of(config).desk.notices
    await tell_edited(store, floods, engine, notices, clock.now())
    await store.note_versions(versions_of(engine), clock.now())
    for watch in await note_start(store, config.watchlists, engine, notices, clock.now()):
        log.warning("the watchlist %s is not followed any more: its file is gone since the last run", watch)
    await store.set_fact(configuring.IN_USE, configuring.text_of(config, engine), clock.now())
    lenient.remember(config, state_folder())


def _gone(config: Config) -> DatabaseRefused | None:
    try:
        keeping.refuse_lost(config.database, state_folders(), config.since)
    except DatabaseRefused as error:
        return error
    return None


def no_watchlist(folder: Path) -> Problem:
    """What there is to say of a folder without a watchlist. It is no mistake: the first one learns from items."""
    said = "holds no watchlist yet: what the feeds bring is stored, and nobody is told"
    return Problem(folder, 0, said, 'write the first one with: monitor watch new "a few words"', level=Level.WARNING)


def _warn(config: Config, engine: Engine) -> None:
    """Log what leaves somebody without news; as errors where nothing is read or told, as ``once`` logs nothing less."""
    if not engine.watches:
        log_problems(logging.WARNING, [no_watchlist(config.watchlists)])
    if not config.feeds:
        log.error("%s holds no feed: nothing is read, and nobody is told of anything", config.path)
        log.error("add one with: monitor feeds add https://...")
    warn_of_routes(config, engine)
    if list(config.alerts.channels.values()) and all(map(_nobody_reads, config.alerts.channels.values())):
        log.error("alerts go to standard output alone, and that is %s: nobody reads them", _what_output_is())


@asynccontextmanager
async def _telling_of_database(
    config: Config, channels: Sequence[Channel], writer: StoreWriter, clock: Clock, by_hand: bool
) -> AsyncIterator[None]:
    """Tell on the channels when the database is refused, at the start or later; and, ``by_hand``, when it cannot be
    written, and when it can be again: no guard watches over a single round.
    """
    before = writer.record.record.trouble
    try:
        yield
    except Exception as error:
        meant = meant_by(error, config.database)
        if isinstance(meant, DatabaseTrouble) and by_hand:
            await tell_trouble(channels, writer.record, before, meant, clock.now())
        if not isinstance(meant, DatabaseRefused):
            raise
        await tell_refusal(channels, writer.record, config.database, meant, clock.now())
        raise meant from error
    if by_hand and before:
        await tell_recovery(channels, before, clock.now())


def refuse_lost(config: Config) -> None:
    """Raises WatchlistError when there is no watchlist, and there were some at the last run that nobody has ended: what
    they would find while their folder is away could never be told. Raises StoreError.
    """
    if not config.database.exists():
        return
    store = Store.reading(config.database)
    lost = lost_ids(store.facts(), config.watchlists)
    store.close()
    if lost:
        if len(lost) == 1:
            said = f"holds no watchlist any more; at the last run there was one: {lost[0]}"
            hint = f"put it back, or end it with: monitor watch remove {lost[0]}"
        else:
            said = f"holds no watchlist any more; at the last run there were {len(lost):,}: {listed(lost)}"
            hint = "put them back, or end each of them with: monitor watch remove ID"
        raise WatchlistError([Problem(config.watchlists, 0, said, hint)])


def warn_of_routes(config: Config, engine: Engine) -> None:
    """Log which watchlists find what nobody is told of; as an error, which ``once`` shows, where nobody chose it."""
    for gap in gaps(policy_of(config).desk, engine.watches):
        log.log(logging.WARNING if gap.untold.is_chosen else logging.ERROR, "%s", gap.words)


def _nobody_reads(section: ChannelSection) -> bool:
    """Whether a channel speaks into the void: the console, where standard output is thrown away."""
    try:
        return isinstance(section, ConsoleSection) and os.path.samestat(os.fstat(1), os.stat(os.devnull))
    except OSError:  # it is closed: the channel will fail, and say so
        return False


def _what_output_is() -> str:
    try:
        sys.stdout.fileno()
    except OSError:  # no file stands behind what the program puts in its place
        return "closed"
    return os.devnull


def handling_of(watchlists: LiveWatchlists, watch: str) -> Handling | None:
    """How a watchlist wants to be told; None when it is gone."""
    found = watchlists.engine.watch(WatchId(watch))
    return found.handling if found else None


def tags_of(engine: Engine) -> dict[str, frozenset[str]]:
    """The tags of each watchlist."""
    return {watch.id: watch.handling.tags for watch in engine.watches}


def versions_of(engine: Engine) -> dict[str, str]:
    """The version of each watchlist."""
    return {watch.id: watch.version for watch in engine.watches}


def limits_of(polling: PollingSection) -> FetchLimits:
    """What one request may take."""
    from monitor.feeds.fetch.client import FetchLimits

    return FetchLimits(polling.connect_timeout, polling.timeout, polling.body_limit, polling.per_host, polling.contact)
