"""The composition root: the one place that knows which classes the program is made of.

The daemon, ``monitor once``, the demo and the tests all start the program here. Nothing is built at import time.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.channels.console import ConsoleChannel
from monitor.alerts.retry import RetryPolicy
from monitor.clock import Clock, SystemClock
from monitor.config import Config, PollingSection
from monitor.daemon.lock import DatabaseLock
from monitor.daemon.polling import Poller, log_report
from monitor.daemon.sending import Sender
from monitor.daemon.watching import LiveWatchlists
from monitor.model import PollReport
from monitor.pipeline import Delivering, Policy, Polling
from monitor.ports import Channel
from monitor.store import StoreWriter

if TYPE_CHECKING:
    from monitor.feeds.fetch import FetchLimits


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
    reports: list[PollReport]
    """The reports of polls since the start, when they were asked for."""


@asynccontextmanager
async def assembled(config: Config, clock: Clock | None = None, keep_reports: bool = False) -> AsyncIterator[Program]:
    """Open everything, in an order in which whatever can fail does so before anything is touched.

    Raises ConfigError, WatchlistError, AlreadyRunning, StoreError.
    """
    from monitor.feeds.fetch import HttpFetcher
    from monitor.feeds.worker import ParserPool

    clock = clock or SystemClock()
    channels = channels_of(config)
    watchlists = LiveWatchlists(config.watchlists)
    async with AsyncExitStack() as stack:
        lock = stack.enter_context(DatabaseLock(config.database))
        store = await stack.enter_async_context(StoreWriter(config.database))
        for channel in channels:
            stack.push_async_callback(channel.close)
        fetcher = await stack.enter_async_context(HttpFetcher(limits_of(config.polling), clock))
        parser = await stack.enter_async_context(ParserPool(config.polling.parsers, config.polling.parse_timeout))
        policy = policy_of(config, channels)
        reports: list[PollReport] = []
        sender = Sender(Delivering(store, clock, policy), channels, clock)

        def on_report(report: PollReport) -> None:
            log_report(report)
            if keep_reports:
                reports.append(report)
            if report.alerts:
                sender.wake()

        polling = Polling(fetcher, parser, store, watchlists.engine, clock, policy)
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
        await store.sync_feeds(config.feeds, clock.now())
        await store.close_interrupted(clock.now())
        yield Program(config, clock, store, watchlists, polling, poller, sender, channels, lock, reports)


def channels_of(config: Config) -> list[Channel]:
    """The channels that the configuration switches on; the console when it names none. Raises ConfigError for a missing
    secret.
    """
    alerts = config.alerts
    channels: list[Channel] = []
    if "console" in alerts.active:
        channels.append(ConsoleChannel(sys.stdout))
    if alerts.email and "email" in alerts.active:
        from monitor.alerts.channels.email import EmailChannel, MailServer

        email = alerts.email
        password = config.read_secret(email.password, ("alerts", "email", "password")) if email.password else ""
        server = MailServer(email.host, email.actual_port, email.security, email.username, password, email.timeout)
        channels.append(EmailChannel(server, email.sender, email.to))
    return channels


def policy_of(config: Config, channels: Sequence[Channel]) -> Policy:
    """What the user decided about alerting."""
    alerts = config.alerts
    return Policy(
        channels=tuple(channel.name for channel in channels),
        alert_baseline=alerts.baseline,
        retry=RetryPolicy(alerts.retry_first, alerts.retry_max, alerts.give_up_after),
    )


def limits_of(polling: PollingSection) -> FetchLimits:
    """What one request may take."""
    from monitor.feeds.fetch import FetchLimits

    return FetchLimits(polling.connect_timeout, polling.timeout, polling.body_limit, polling.per_host, polling.contact)
