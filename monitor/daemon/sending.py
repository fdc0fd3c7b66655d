"""Keeps each channel's part of the outbox moving. Channels are independent: a dead mail server does not delay the
console.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from monitor.clock import Clock, ago
from monitor.pipeline import Delivering
from monitor.ports import Channel

log = logging.getLogger("monitor.alerts")

_LOOK_EVERY = 1.0
_PAUSE_AFTER_ERROR = 30.0


class Sender:
    """One loop for each channel, woken by new alerts and by the clock."""

    def __init__(self, delivering: Delivering, channels: Sequence[Channel], clock: Clock) -> None:
        self._delivering = delivering
        self._channels = channels
        self._clock = clock
        self._wake = {channel.name: asyncio.Event() for channel in channels}
        self._stopping = False

    def wake(self) -> None:
        """There may be something new to send."""
        for event in self._wake.values():
            event.set()

    def stop(self) -> None:
        """Finish the alert in hand and end."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Deliver until stopped."""
        await asyncio.gather(*(self._run(channel) for channel in self._channels))

    async def _run(self, channel: Channel) -> None:
        wake = self._wake[channel.name]
        rest_until = 0.0
        while not self._stopping:
            wake.clear()
            if self._clock.monotonic() >= rest_until:
                rest_until = self._clock.monotonic() + await self.deliver_due(channel)
            try:
                async with asyncio.timeout(_LOOK_EVERY):
                    await wake.wait()
            except TimeoutError:
                continue

    async def deliver_due(self, channel: Channel) -> float:
        """Send all that is due on ``channel``. Returns the seconds for which the channel should be left alone: 0 when
        it works.
        """
        while not self._stopping:
            try:
                report = await self._delivering.deliver(channel)
            except Exception as error:
                # What cannot be recorded must not be sent, or it would be sent again and again.
                log.error("%s: alerts are held, the database cannot be written: %s", channel.name, error, exc_info=True)
                return _PAUSE_AFTER_ERROR
            if report.failed:
                log.warning("%s: %d not delivered: %s", channel.name, report.failed, report.last_failure)
            if report.rest:
                log.warning("%s: next try in %s, nothing is lost", channel.name, ago(report.rest))
                return report.rest
            if not report.sent + report.failed:
                break
        return 0.0
