"""The fourth page: messages go out. An attempt is recorded before its first byte is sent and its outcome after the
last; what was never acknowledged is tried again, with the same identity.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.alerts import compose, retry
from monitor.alerts.retry import RetryPolicy
from monitor.clock import Clock
from monitor.model import (
    AttemptOutcome,
    DeliveryState,
    Dispatch,
    Message,
    MessageKind,
    Partly,
    SendFailed,
    SendResult,
    Sent,
)
from monitor.pipeline.bundle import bundle
from monitor.pipeline.desk import Desk
from monitor.ports import Channel, Outbox

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

log = logging.getLogger("monitor.pipeline")

_BATCH = 50
_TOLERATED = 900.0
"""Seconds that a channel may fail before the user hears of it on the others."""


@dataclass(frozen=True)
class DeliveryReport:
    """How a round of deliveries on one channel went. ``died`` of the ``failed`` are never tried again; ``rest``
    (seconds) is set when the channel itself failed.
    """

    sent: int = 0
    failed: int = 0
    died: int = 0
    rest: float = 0.0
    last_failure: str = ""
    more: bool = False
    """Whether so much was due that there may be more."""


@dataclass
class Delivering:
    """Sends what is due in the outbox."""

    outbox: Outbox
    clock: Clock
    desk: Desk
    retry: RetryPolicy
    _in_trouble: dict[str, bool] = field(default_factory=dict)
    """By channel, as far as this process knows: spares a transaction after each message."""
    _left_out: dict[str, frozenset[str]] = field(default_factory=dict)
    """Whom the server of a channel refuses; kept for the same reason."""

    async def settle(self) -> None:
        """Decide about all matches that wait."""
        while await self.outbox.at_desk(lambda book: self.desk.settle(book, self.clock.now())):
            pass

    async def bundle(self, channel: Channel, hurry: bool = False) -> int:
        """Make the messages that are due on ``channel``; how many."""
        now = self.clock.now()
        return await self.outbox.at_desk(lambda book: bundle(self.desk, book, channel.name, now, hurry))

    async def deliver(self, channel: Channel, stopping: Callable[[], bool] = lambda: False) -> DeliveryReport:
        """One round: send what is due on ``channel``, urgent messages first, then the oldest. One bad message does not
        stop the others; a dead channel does, and so does ``stopping``, asked before each.
        """
        report = DeliveryReport()
        dispatches = await self.outbox.due_dispatches(channel.name, self.clock.now(), _BATCH)
        report = replace(report, more=len(dispatches) == _BATCH)
        for dispatch in dispatches:
            if stopping():
                break
            attempt = await self.outbox.begin_attempt(dispatch.id, self.clock.now())
            if attempt is None:
                continue
            result = await attempt_to_send(channel, dispatch.message, dispatch.partly)
            now = self.clock.now()
            outcome = retry.outcome(dispatch, result, now, self.retry)
            await self.outbox.finish_attempt(dispatch.id, attempt, outcome, now)
            report = await self._noted(channel, dispatch, result, outcome, report)
            if outcome.rest:
                report = replace(report, rest=outcome.rest, more=False)
                break
        if dispatches:
            try:
                await channel.end_batch()
            except Exception as error:  # what was sent is sent
                log.warning("%s: %s: %s", channel.name, type(error).__name__, error, exc_info=True)
        return report

    async def _noted(
        self, channel: Channel, dispatch: Dispatch, result: SendResult, outcome: AttemptOutcome, report: DeliveryReport
    ) -> DeliveryReport:
        """The report with one more dispatch. What went wrong is told on other channels, once."""
        trouble = f"trouble.{channel.name}"
        now = self.clock.now()
        others = self.desk.rules.complaints(channel.name)
        if not isinstance(result, SendFailed):
            if self._in_trouble.pop(channel.name, True):
                await self.outbox.at_desk(lambda book: book.forget_fact(trouble))
            self._in_trouble[channel.name] = False
            await self._note_refused(channel.name, result)
            return replace(report, sent=report.sent + 1)
        self._in_trouble[channel.name] = True

        def tell(book: DeskBook) -> None:
            if outcome.state is DeliveryState.DEAD:
                # Never of a notice: two channels would tell each other of each other's for ever. It goes to others.
                if dispatch.message.kind is MessageKind.NOTICE:
                    for story in dispatch.message.stories:
                        book.pass_on(story.alert, others)
                elif dispatch.message.kind in (MessageKind.ALERT, MessageKind.DIGEST) and book.is_dead(dispatch.id):
                    title = dispatch.message.title
                    notice = compose.dead_notice(channel.name, title, outcome.detail, now)
                    # Where there is no other one it is told on the channel itself, which may take other messages.
                    book.notice(notice, others or (channel.name,))
            elif result.unreachable:
                since = book.fact(trouble)
                if since is None or since > now:
                    since = now
                    book.set_fact(trouble, since, now)
                if result.needs_user or now - since >= _TOLERATED:
                    waiting = book.unsent(channel.name)
                    book.notice(compose.trouble_notice(channel.name, since, waiting, result.detail, now), others)

        await self.outbox.at_desk(tell)
        died = report.died + (outcome.state is DeliveryState.DEAD)
        return replace(report, failed=report.failed + 1, died=died, last_failure=outcome.detail)

    async def _note_refused(self, channel: str, sent: Sent) -> None:
        """Tell, once, that some recipients of ``channel`` were refused for good, while others got the message. Who took
        one is refused no more; of those that were not asked nothing is known.
        """
        never = frozenset(sent.partly.never if sent.partly else ())
        known = self._left_out.get(channel)
        if known is not None and never <= known and known.isdisjoint(sent.takers):
            return
        now = self.clock.now()

        def tell(book: DeskBook) -> tuple[frozenset[str], frozenset[str]]:
            before = book.left_out(channel)
            after = before.difference(sent.takers) | never
            if after != before:
                book.leave_out(channel, after, now)
            if after - before:
                reasons = sent.partly.refused if sent.partly else ()
                notice = compose.refused_notice(channel, sorted(after - before), reasons, now)
                book.notice(notice, self.desk.rules.notices)
            return after, after - before

        self._left_out[channel], new = await self.outbox.at_desk(tell)
        if new:
            whom = ", ".join(sorted(new))
            log.warning("%s: the server refuses %s for good; the others get the message", channel, whom)


async def attempt_to_send(channel: Channel, message: Message, partly: Partly | None = None) -> SendResult:
    """Let ``channel`` try once. A channel that breaks its promise and raises has failed, and its alerts wait."""
    try:
        return await channel.send(message, partly)
    except Exception as error:
        log.error("%s: a mistake of the channel: %s", channel.name, error, exc_info=True)
        return SendFailed(f"the channel failed: {type(error).__name__}: {error}", unreachable=True)
