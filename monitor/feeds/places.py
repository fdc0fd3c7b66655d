"""Places at servers: how many polls there may be at one host at once, and which hosts want to be left alone."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.clock import Clock


class Places:
    """The hosts as the polls of one process see them. Where a feed redirects to is known to nobody before the poll that
    gets there, so its place there cannot be claimed with the feed.
    """

    def __init__(self, per_host: int, clock: Clock) -> None:
        self._clock = clock
        self._free: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))
        self._here: dict[str, int] = defaultdict(int)
        self._rests: dict[str, float] = {}

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        """A place at ``host``, once one is free."""
        self._here[host] += 1
        try:
            async with self._free[host]:
                yield
        finally:
            self._here[host] -= 1
            if not self._here[host]:
                del self._here[host], self._free[host]

    def leave_alone(self, host: str, seconds: float) -> None:
        """``host`` has asked to be left alone for so long."""
        now = self._clock.monotonic()
        self._rests = {one: until for one, until in self._rests.items() if until > now}
        self._rests[host] = max(self._rests.get(host, 0.0), now + seconds)

    def left_alone(self, host: str) -> float:
        """For how many seconds more ``host`` is to be left alone."""
        return max(0.0, self._rests.get(host, 0.0) - self._clock.monotonic())
