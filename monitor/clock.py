"""Time, injected. Nothing else in the program asks the system for it, so tests own time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from typing import Protocol

FIRST_FEEDS = datetime(1995, 1, 1, tzinfo=UTC).timestamp()
"""Unix time. Dates before feeds were thought of are mistakes, and tell nothing of an item's age."""


class Clock(Protocol):
    """Two readings: the wall (what a calendar says, may jump) and the monotonic one (only ever forward)."""

    def now(self) -> float:
        """Unix time in seconds, UTC."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start; never goes back, unlike the wall clock."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


def utc(timestamp: float) -> datetime:
    """The aware UTC datetime of a unix ``timestamp``."""
    return datetime.fromtimestamp(timestamp, UTC)


def local_text(timestamp: float | None) -> str:
    """``2024-10-15 14:05`` in the machine's own zone, or ``unknown`` where there is no time or an impossible one."""
    if timestamp is None:
        return "unknown"
    try:
        return utc(timestamp).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, OSError, ValueError):
        return "unknown"


def clock_text(timestamp: float, zone: tzinfo) -> str:
    """``Tue 07:00`` in ``zone``: a moment within the next or last days."""
    try:
        return datetime.fromtimestamp(timestamp, zone).strftime("%a %H:%M")
    except (OverflowError, OSError, ValueError):
        return "unknown"


def ago(seconds: float) -> str:
    """A length of time in the largest fitting unit: ``45 s``, ``12 min``, ``3 h``, ``5 d``."""
    seconds = abs(seconds)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
