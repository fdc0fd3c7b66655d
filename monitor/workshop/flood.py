"""Whether a version of a watchlist would flood its user. Pure."""

from __future__ import annotations

from typing import NamedTuple

from monitor.workshop.backtest import Backtest

USUAL = 20
"""So many alerts on one day are a flood, where the user has set no other number."""
_FAR_BEYOND = 2
_LARGE_SHARE = 0.02


class Flood(NamedTuple):
    """So many alerts on one day (``items`` is 0), or among so many items, and how many there were before at most."""

    alerts: int
    before: int
    items: int = 0

    def __str__(self) -> str:
        if self.items:
            share = f"{self.alerts / self.items:.0%}"
            return f"it takes {self.alerts:,} of {self.items:,} items, {share} of all that is read"
        before = f"never more than {self.before:,}" if self.before else "none"
        return f"{self.alerts:,} alerts on one day, and {before} before"


def flood_of(found: Backtest, limit: int) -> Flood | None:
    """The flood that a version would be; None where it is none. ``limit``: as the user has set it, 0 for not at all."""
    least = limit or USUAL
    busiest, before = max(found.told.by_day), max(found.before.by_day)
    if busiest >= least and busiest >= _FAR_BEYOND * before:
        return Flood(busiest, before)
    # What first readings brought has no days; but what takes a large share of it will take as much of what is to come.
    taken, items = found.told.matches, found.extent.items
    if taken >= least and taken >= _FAR_BEYOND * found.before.matches and taken >= _LARGE_SHARE * items:
        return Flood(taken, found.before.matches, items)
    return None
