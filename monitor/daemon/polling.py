"""Claims feeds that are due and keeps as many polls going as allowed."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from monitor.clock import Clock
from monitor.errors import StoreError
from monitor.model import Feed, FeedSpec, PollReport
from monitor.pipeline import Polling, unexpected
from monitor.store import StoreWriter
from monitor.store.feeds import as_feed
from monitor.text.clean import host_of, redact
from monitor.text.wording import counted

log = logging.getLogger("monitor.polling")

_LOOK_AGAIN = 0.5


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
        per_host: int,
        lease: float,
        on_report: Callable[[PollReport], None],
    ) -> None:
        self._polling = polling
        self._store = store
        self._specs = specs
        self._clock = clock
        self._concurrency = concurrency
        self._per_host = per_host
        self._lease = lease
        self._on_report = on_report
        self._running: dict[asyncio.Task[None], Feed] = {}
        self._ticking = asyncio.Lock()
        self._ending = False
        self._stopped = False
        self.trouble: StoreError | None = None
        """Why the last poll that could not be written could not, since the start."""
        self.progressed = clock.monotonic()
        """When (monotonic seconds) feeds were last claimed or a poll last ended: a stuck poller stands still."""

    @property
    def is_idle(self) -> bool:
        """Whether no poll is under way."""
        return not self._running

    def follow(self, specs: Mapping[str, FeedSpec], lease: float) -> None:
        """Poll these feeds from now on; polls that are under way go on as they began."""
        self._specs = specs
        self._lease = lease

    async def tick(self) -> None:
        """Start polls of all feeds that are due or become so meanwhile; returns when none is left to claim."""
        async with self._ticking:
            await self._claim_all()

    async def round(self, force: bool = False) -> None:
        """As ``tick``, but no feed twice, however long the round lasts and however soon a feed is due again. ``force``:
        all feeds, due or not, and whatever a process that died had begun.
        """
        began = self._clock.now()
        async with self._ticking:
            if force:
                await self._store.release_claims()
            await self._claim_all(began, force)

    async def _claim_all(self, began: float | None = None, force: bool = False) -> None:
        while not (self._ending or self._stopped):
            if len(self._running) >= self._concurrency:
                await self._an_end()
            elif not await self._claim(began, force):
                return

    async def _claim(self, began: float | None, force: bool) -> bool:
        """Start what there is room for. Whether there may be more to claim."""
        free = self._concurrency - len(self._running)
        hosts = _Hosts((feed.url for feed in self._running.values()), self._per_host)
        busy = [feed.id for feed in self._running.values()]
        try:
            claimed = await self._store.claim_due(self._clock.now(), free, self._lease, began, force, busy, hosts.take)
        finally:
            self.progressed = self._clock.monotonic()  # without a database, too: another process would fare no better
        for row in claimed:
            feed = as_feed(row, self._specs)
            if feed is None:  # the configuration is just being taken up: under its new address it is asked at once
                await self._store.release_claim(row[0], self._clock.now())
            else:
                task = asyncio.create_task(self._poll(feed))
                self._running[task] = feed
                task.add_done_callback(self._running.pop)
        if len(claimed) < free and hosts.refused:
            await self._an_end()
        return len(claimed) == free or hosts.refused

    async def _an_end(self) -> None:
        """Until a poll ends; not for long, as feeds at other hosts become due meanwhile. Not at all if the last one
        ended while the claim that found no place beside it was made.
        """
        if self._running:
            await asyncio.wait(list(self._running), timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)

    async def _poll(self, feed: Feed) -> None:
        try:
            self._on_report(await self._polling.poll(feed))
        # Nothing could be written. The claim's lease stands, so the feed is asked again after its interval, with its
        # old validators: nothing is lost.
        except StoreError as error:
            self.trouble = error
        except Exception as error:
            failure = unexpected(error)
            self._on_report(PollReport(feed, failure.kind, failure.detail))
            log.debug("%s: the poll could not be written", feed.spec.name, exc_info=True)
        finally:
            self.progressed = self._clock.monotonic()

    async def drain(self, patience: float | None = None) -> None:
        """Claim no more, and wait for running polls, at most ``patience`` seconds; then drop them, to be done again
        after the next start.
        """
        self._ending = True
        async with self._ticking:  # what a tick has just claimed is polled, too
            self._ending = False
            if self._running:
                _, late = await asyncio.wait(list(self._running), timeout=patience)
                for task in late:
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)

    async def stop(self, patience: float = 0.0) -> None:
        """As ``drain``, for good: a tick that comes late claims nothing, as nobody would wait for its polls."""
        self._stopped = True
        await self.drain(patience)


class _Hosts:
    """Free places at the servers, for one claim: a feed that would have to wait for one must not take up a poll's place
    meanwhile, or one hanging server would stop all others' feeds.
    """

    def __init__(self, asked: Iterable[str], per_host: int) -> None:
        self._asked = Counter(map(host_of, asked))
        self._per_host = per_host
        self.refused = False

    def take(self, url: str) -> bool:
        """Whether the feed at ``url`` finds a place; it is then taken."""
        host = host_of(url)
        if self._asked[host] >= self._per_host:
            self.refused = True
            return False
        self._asked[host] += 1
        return True


def log_report(report: PollReport) -> None:
    """One line for what is worth one: failures and news, not "nothing new"."""
    name = report.feed.spec.name
    if not report.ok:
        again = report.feed.state.failures + 1
        log.warning("%s: %s (failure %d in a row, %s)", name, report.detail, again, redact(report.feed.url))
    elif report.baseline and report.result == "read":
        told = f", {report.alerts} worth an alert" if report.alerts else ""
        found = f"{counted(report.new, 'item')}, {counted(report.matched, 'match', 'matches')}"
        log.info("%s: first reading, %s%s", name, found, told)
    elif report.new or report.matched:
        log.info(
            "%s: %d new of %d%s, %d matched, %d worth an alert",
            name,
            report.new,
            report.seen,
            f", {report.edited} edited" if report.edited else "",
            report.matched,
            report.alerts,
        )
    else:
        log.debug("%s: %s", name, report.result)
