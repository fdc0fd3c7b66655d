"""Quiet hours and the times of digests: from times on the clock on the wall to moments, and back. Pure.

Twice a year a clock on the wall lies. In spring it leaves out an hour: what begins or ends within it does so at the
moment of the jump, the first at which the clock shows that time or a later one. In autumn it shows an hour twice: what
begins within it begins at the first showing and what ends within it ends at the second, so that nobody is woken early;
a digest goes out at the first only. Some zones jump at midnight, by half an hour or over a whole day; the same holds.

Nothing is kept between calls, so a zone may change from one to the next.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.text.wording import EVERY_DAY

_LONGEST_QUIET = 8 * 86_400.0
# The longest quiet, or the week between two digests, and a date more: clocks are set at midnight too.
_DATES_AROUND = range(-9, 10)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``start`` to before ``end``; over midnight when ``end`` is not later, so a whole day when both are the same.

    ``days`` are those on which it starts.
    """

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """At ``at`` on each of ``days``."""

    at: time
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if not self.days & EVERY_DAY:
            raise ValueError("a digest needs at least one day of the week")


def quiet_until(now: float, windows: Sequence[Quiet], zone: ZoneInfo) -> float | None:
    """When the quiet at ``now`` ends, or None when it is not quiet.

    Windows that touch or overlap are one quiet. One longer than eight days is cut there: it may never end.
    """
    dates = _dates_around(now, zone)
    until = now
    for start, end in sorted(_span(window, day, zone) for window in windows for day in _on(window.days, dates)):
        if start <= until < end:
            until = end
    return min(until, now + _LONGEST_QUIET) if until > now else None


def latest_slot(now: float, times: DigestTimes, zone: ZoneInfo) -> float:
    """The newest moment for a digest that is not after ``now``."""
    return max(slot for slot in _slots(now, times, zone) if slot <= now)


def next_slot(now: float, times: DigestTimes, zone: ZoneInfo) -> float:
    """The first moment for a digest after ``now``."""
    return min(slot for slot in _slots(now, times, zone) if slot > now)


def _span(window: Quiet, day: date, zone: ZoneInfo) -> tuple[float, float]:
    """When the window of ``day`` begins and ends; nothing lies between when both are within a jump."""
    last_day = day if window.start < window.end else day + timedelta(days=1)
    return _first(day, window.start, zone), _last(last_day, window.end, zone)


def _slots(now: float, times: DigestTimes, zone: ZoneInfo) -> list[float]:
    return [_first(day, times.at, zone) for day in _on(times.days, _dates_around(now, zone))]


def _dates_around(now: float, zone: ZoneInfo) -> list[date]:
    """The dates that matter to ``now``."""
    today = datetime.fromtimestamp(now, zone).date()
    return [today + timedelta(days=days) for days in _DATES_AROUND]


def _on(days: frozenset[int], dates: Sequence[date]) -> list[date]:
    return [day for day in dates if day.weekday() in days]


def _first(day: date, at: time, zone: ZoneInfo) -> float:
    """The moment at which the clock first shows ``at`` on ``day``, or jumps over it."""
    before, after = _readings(day, at, zone)
    return before if before <= after else _jump(after, before, zone)


def _last(day: date, at: time, zone: ZoneInfo) -> float:
    """The moment at which the clock last comes to show ``at`` on ``day``, or jumps over it; before, it shows less."""
    before, after = _readings(day, at, zone)
    if before > after:
        return _jump(after, before, zone)
    # Where the doubled hour begins with ``at``, its second showing comes after something later, and not less.
    just_before = datetime.fromtimestamp(after - 1, zone).replace(tzinfo=None)
    return after if just_before < datetime.combine(day, at) else before


def _readings(day: date, at: time, zone: ZoneInfo) -> tuple[float, float]:
    """The moments that are meant by the offset before a change and by that after it; the same where nothing changes.

    In a doubled hour the first is earlier. In a gap it is later: neither exists, and the jump is between them.
    """
    shown = datetime.combine(day, at, zone)
    return shown.replace(fold=0).timestamp(), shown.replace(fold=1).timestamp()


def _jump(before: float, after: float, zone: ZoneInfo) -> float:
    """The moment between ``before`` and ``after`` at which the clock is set ahead."""
    seconds = range(int(before), int(after))
    offset = datetime.fromtimestamp(after, zone).utcoffset()
    return float(
        seconds.start
        + bisect_left(seconds, True, key=lambda second: datetime.fromtimestamp(second, zone).utcoffset() == offset)
    )
