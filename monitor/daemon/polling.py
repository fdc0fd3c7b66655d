"""Claims feeds that are due and keeps as many polls going as allowed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from monitor.clock import Clock
from monitor.model import Feed, FeedId, FeedSpec, PollReport
from monitor.pipeline import Polling, unexpected
from monitor.store import StoreWriter
from monitor.store.feeds import as_feed
from monitor.text.clean import redact

log = logging.getLogger("monitor.polling")


class Poller:
    """Runs polls. ``lease`` in seconds: the least time before a feed whose poll died with the process is asked
    again.
    """

    def __init__(
        self,
        polling: Polling,
        store: StoreWriter,
        specs: Mapping[str, FeedSpec],
        clock: Clock,
        concurrency: int,
        lease: float,
        on_report: Callable[[PollReport], None],
    ) -> None:
        self._polling = polling
        self._store = store
        self._specs = specs
        self._clock = clock
        self._concurrency = concurrency
        self._lease = lease
        self._on_report = on_report
        self._running: dict[asyncio.Task[None], FeedId] = {}
        self.progressed = clock.monotonic()
        """When (monotonic seconds) feeds were last claimed or a poll last ended: a stuck poller stands still."""

    async def tick(self, force: bool = False) -> None:
        """Start polls of all feeds that are due; returns when none is left to claim. ``force``: all feeds, due or
        not.
        """
        began = self._clock.now() if force else None
        while True:
            while len(self._running) >= self._concurrency:
                await asyncio.wait(list(self._running), return_when=asyncio.FIRST_COMPLETED)
            free = self._concurrency - len(self._running)
            claimed = await self._store.claim_due(
                self._clock.now(), free, self._lease, began, list(self._running.values())
            )
            self.progressed = self._clock.monotonic()
            for row in claimed:
                feed = as_feed(row, self._specs)
                if feed:
                    task = asyncio.create_task(self._poll(feed))
                    self._running[task] = feed.id
                    task.add_done_callback(self._running.pop)
            if len(claimed) < free:
                return

    async def _poll(self, feed: Feed) -> None:
        try:
            self._on_report(await self._polling.poll(feed))
        except Exception as error:
            # Nothing could be written. The claim's lease stands, so the feed is asked again after its interval, with
            # its old validators: nothing is lost.
            failure = unexpected(error)
            self._on_report(PollReport(feed, failure.kind, failure.detail))
            log.debug("%s: the poll could not be written", feed.spec.name, exc_info=True)
        finally:
            self.progressed = self._clock.monotonic()

    async def drain(self, patience: float | None = None) -> None:
        """Wait for running polls, at most ``patience`` seconds; then drop them, to be done again after the next
        start.
        """
        if self._running:
            _, late = await asyncio.wait(list(self._running), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def log_report(report: PollReport) -> None:
    """One line for what is worth one: failures and news, not "nothing new"."""
    name = report.feed.spec.name
    if not report.ok:
        again = report.feed.state.failures + 1
        log.warning("%s: %s (failure %d in a row, %s)", name, report.detail, again, redact(report.feed.spec.url))
    elif report.baseline and report.result == "read":
        log.info("%s: first reading, %d items, %d matches", name, report.new, report.matched)
    elif report.new:
        log.info(
            "%s: %d new of %d, %d matched, %d alerts", name, report.new, report.seen, report.matched, report.alerts
        )
    else:
        log.debug("%s: %s", name, report.result)
