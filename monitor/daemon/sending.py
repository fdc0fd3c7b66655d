"""Keeps each channel's part of the outbox moving. Channels are independent: a dead mail server does not delay the
console.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from monitor.clock import Clock, ago
from monitor.errors import StoreError
from monitor.pipeline import Delivering, DeliveryReport
from monitor.ports import Channel

log = logging.getLogger("monitor.alerts")

_LOOK_EVERY = 1.0
_SETTLE_EVERY = 10.0
"""Polls wake the desk; this is for what a process that died has left."""
_PACE = 5.0
"""Seconds between batches of a backlog: fifty messages at once are enough for any server."""
_PAUSE_AFTER_ERROR = 30.0
_PAUSE_WITHOUT_DATABASE = 5.0


class Sender:
    """One loop for each channel, woken by new alerts and by the clock."""

    def __init__(self, delivering: Delivering, channels: Sequence[Channel], clock: Clock) -> None:
        self._delivering = delivering
        self._channels = channels
        self._clock = clock
        self._wake = {channel.name: asyncio.Event() for channel in channels}
        self._new = asyncio.Event()
        self._stopping = False
        self.died = 0
        """How many deliveries were given up, or refused for good, since the start."""
        self.troubles: dict[str, str] = {}
        """Why each channel's last failure happened, until it works again."""

    def wake(self) -> None:
        """There may be something new to decide about, or to send."""
        self._new.set()
        for event in self._wake.values():
            event.set()

    def stop(self) -> None:
        """Finish the alert in hand and end."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Decide and deliver until stopped."""
        await asyncio.gather(self._keep_settling(), *(self._run(channel) for channel in self._channels))

    async def settle(self) -> None:
        """Decide about what waits, once."""
        await self._delivering.settle()

    async def _keep_settling(self) -> None:
        while not self._stopping:
            self._new.clear()
            try:
                await self._delivering.settle()
            except StoreError:  # the daemon tells of it, once
                await self._pause(self._new, _PAUSE_WITHOUT_DATABASE)
                continue
            except Exception as error:
                log.error("matches wait: %s", error, exc_info=True)
                await self._pause(self._new, _PAUSE_AFTER_ERROR)
                continue
            for event in self._wake.values():
                event.set()
            await self._pause(self._new, _SETTLE_EVERY)

    async def _pause(self, event: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return

    async def _run(self, channel: Channel) -> None:
        wake = self._wake[channel.name]
        rest_until = 0.0
        while not self._stopping:
            wake.clear()
            if self._clock.monotonic() >= rest_until:
                rest_until = self._clock.monotonic() + await self.deliver_due(channel)
            await self._pause(wake, _LOOK_EVERY)

    async def deliver_due(self, channel: Channel, hurry: bool = False) -> float:
        """Send all that is due on ``channel``; with ``hurry`` also what waits for more that belongs to it. Returns the
        seconds for which the channel should be left alone: 0 when it works.
        """
        while not self._stopping:
            try:
                await self._delivering.bundle(channel, hurry)
                report = await self._delivering.deliver(channel, lambda: self._stopping)
            # What cannot be recorded must not be sent, or it would be sent again and again.
            except StoreError as error:  # the daemon tells of it, once
                self.troubles[channel.name] = f"alerts cannot be recorded: {error}"
                return _PAUSE_WITHOUT_DATABASE
            except Exception as error:
                self.troubles[channel.name] = f"alerts cannot be recorded: {error}"
                log.error("%s: alerts are held, %s", channel.name, self.troubles[channel.name], exc_info=True)
                return _PAUSE_AFTER_ERROR
            self._take_note(channel, report)
            if report.failed:
                log.warning("%s: %d not delivered: %s", channel.name, report.failed, report.last_failure)
            if report.rest:
                log.warning("%s: next try in %s, nothing is lost", channel.name, ago(report.rest))
                return report.rest
            if report.more and not hurry:
                return _PACE
            if not report.sent + report.failed:
                break
        return 0.0

    def _take_note(self, channel: Channel, report: DeliveryReport) -> None:
        self.died += report.died
        if report.failed:
            self.troubles[channel.name] = report.last_failure
        elif report.sent:
            self.troubles.pop(channel.name, None)
