"""A feed's own rhythm: how much it publishes, at which hours and on which days, learnt from when its items appeared.

It serves two ends. ``pacing`` asks a feed more often when news is likely. And a feed that is quiet far beyond its own
rhythm, although it answers, is told to the user: many a feed has died without an error.

What is certain of an item is the stretch between two polls in which it appeared. The date that it bears is advice: it
sharpens that stretch when it lies inside of it, and counts for nothing otherwise.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

HOUR, DAY = 3600.0, 86_400.0
HALF_LIFE = 14 * DAY
"""Seconds after which an observation counts for half. Anything from one week to four does as well (bench/pacing.py)."""
RECENT = HOUR
"""Seconds after which an item counts for half in what goes on right now."""
AWAY = 30 * HOUR
"""Seconds between two polls beyond which nothing is learnt of what appeared between them: nobody knows when, nor what
fell out of the document meanwhile. No feed that answers is asked so seldom.
"""
LEAST_PAUSES, LEAST_WATCHED, LEAST_QUIET = 12, 14 * DAY, 12 * HOUR
"""Nothing is called silence before so many pauses were measured, two weekends seen, and half a day gone by."""
_SILENT = 2.5
"""Silence is a pause so many times as long as the longest. Measured: see bench/pacing.py."""
_LONGEST_FADES = 180 * DAY
"""Seconds after which the longest pause counts for half its length."""
_MOST_TIMES = 1000
_AT_FIRST = 1.0
"""Before anything is known of a feed it is taken for one that published one item in one day."""
_LATELY = 0.5
"""How much of what goes on right now is expected to go on. Bursts come on top of the profile, but end soon."""
_SHAPE = 1.0
"""Items that each hour, and each day, is taken to have had as its even share: few items make no profile."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of a feed's publishing. Times are unix seconds, hours and days those of UTC, Monday is 0.

    ``hours`` and ``days`` are items, ``watched`` days of observation for each day of the week; the older the less they
    count. ``quiet`` and ``longest`` are active seconds: those of hours and days in which the feed is busy count for
    more, those of its nights and weekends for less.
    """

    hours: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7
    watched: tuple[float, ...] = (0.0,) * 7
    recent: float = 0.0
    """Items of the last hours, the older the less they count."""
    since: float = 0.0
    """When observation began."""
    at: float = 0.0
    """The last successful poll; 0 before the first."""
    newest: float = 0.0
    """When the newest item appeared; 0 before the first that was seen to appear."""
    gaps: int = 0
    """How many pauses before items were measured, at most one for each poll: a burst is no history."""
    gap: float = 0.0
    """The typical pause between items, in seconds; 0 before one was measured."""
    quiet: float = 0.0
    """Active seconds since ``newest``."""
    longest: float = 0.0
    """The longest pause between items, in active seconds."""
    missed_at: float = 0.0
    """When items were last found to be missing between two polls; 0 for never."""

    @property
    def items(self) -> float:
        """How many items the profile rests on, the older the less they count."""
        return sum(self.days)

    @property
    def usual(self) -> float:
        """Items a second, on average."""
        return (self.items + _AT_FIRST) / (sum(self.watched) + _AT_FIRST) / DAY

    @property
    def known(self) -> bool:
        """Whether a day has been observed, so that each hour was."""
        return self.at - self.since >= DAY


# --- learning --------------------------------------------------------------------------------------------------------


def learned(rhythm: Rhythm, now: float, times: Sequence[float | None] = (), missed: bool = False) -> Rhythm:
    """The rhythm after a successful poll at ``now`` (a 304 is one). ``times`` holds, for each item that is new since
    the last successful poll, the date that it bears, or None. ``missed``: no item of the last poll was found in this
    document, so others may have come and gone.

    The first call only begins the observation: what a feed holds at its first reading appeared nobody knows when.
    """
    missed_at = now if missed else rhythm.missed_at
    before = rhythm.at
    if not before or not before <= now:  # the first poll, or the clock was set back
        return replace(rhythm, since=min(rhythm.since or now, now), at=now, missed_at=missed_at)
    rhythm = replace(rhythm, missed_at=missed_at)
    if now - before > AWAY:
        return _after_absence(rhythm, now, bool(times))
    appeared = _appeared(times, before, now)
    kept = 0.5 ** ((now - before) / HALF_LIFE)
    hours, days, watched = (
        [kept * count for count in counts] for counts in (rhythm.hours, rhythm.days, rhythm.watched)
    )
    for moment in appeared:
        hours[int(moment % DAY // HOUR)] += 1
        days[day_of_week(moment)] += 1
    midnight = now - now % DAY
    watched[day_of_week(now)] += (now - max(before, midnight)) / DAY
    watched[day_of_week(before)] += max(0.0, midnight - before) / DAY
    return replace(
        _with_pauses(rhythm, now, appeared),
        hours=tuple(hours),
        days=tuple(days),
        watched=tuple(watched),
        recent=rhythm.recent * 0.5 ** ((now - before) / RECENT)
        + sum(0.5 ** ((now - moment) / RECENT) for moment in appeared),
        at=now,
    )


def _appeared(times: Sequence[float | None], before: float, now: float) -> list[float]:
    """When items became visible, as well as can be told: in order, each after ``before`` and not after ``now``."""
    dated = [time for time in times[:_MOST_TIMES] if time is not None and before < time <= now]
    undated = min(len(times), _MOST_TIMES) - len(dated)
    step = (now - before) / (undated + 1)
    return sorted([*dated, *(before + step * (index + 1) for index in range(undated))])


def _with_pauses(rhythm: Rhythm, now: float, appeared: Sequence[float]) -> Rhythm:
    """What the items of one poll say about pauses."""
    gap, gaps, quiet, last = rhythm.gap, rhythm.gaps, rhythm.quiet, rhythm.at
    longest = rhythm.longest * 0.5 ** ((now - rhythm.at) / _LONGEST_FADES)
    newest = rhythm.newest
    gaps += bool(appeared and newest)
    for moment in appeared:
        quiet += active(rhythm, last, moment)
        if newest:
            longest = max(longest, quiet)
            gap = _towards(gap, max(moment - newest, 1.0), gaps)
        quiet, last, newest = 0.0, moment, moment
    quiet += active(rhythm, last, now)
    return replace(rhythm, gap=gap, gaps=gaps, quiet=quiet, longest=longest, newest=newest)


def _towards(gap: float, measured: float, number: int) -> float:
    """A running mean over about the last 20 pauses, in which no holiday counts for more than five ordinary ones."""
    if number < 2:
        return measured
    return gap + (min(measured, 5 * gap) - gap) * max(1 / number, 0.05)


def _after_absence(rhythm: Rhythm, now: float, news: bool) -> Rhythm:
    if news:
        return replace(rhythm, at=now, newest=now, quiet=0.0, recent=0.0)
    return replace(rhythm, at=now, quiet=rhythm.quiet + active(rhythm, now - AWAY, now), recent=0.0)


# --- how much is to be expected --------------------------------------------------------------------------------------


def ahead(rhythm: Rhythm, now: float, until: float) -> Iterator[tuple[float, float]]:
    """(seconds, items a second) for each hour, or part of one, from ``now`` to ``until``: what the profile says of the
    hour and the day, and some more while a burst goes on.
    """
    usual = rhythm.usual
    burst = rhythm.recent * _LATELY * math.log(2) / RECENT
    for start, end in _stretches(now, until):
        lately = burst * 0.5 ** (max(start - rhythm.at, 0.0) / RECENT)
        yield end - start, usual * _activity(rhythm, start) + lately


def active(rhythm: Rhythm, start: float, end: float) -> float:
    """Active seconds from ``start`` to ``end``: weighted by how busy the feed is at such hours, on average by 1."""
    return sum((until - since) * _activity(rhythm, since) for since, until in _stretches(start, end))


def _stretches(start: float, end: float) -> Iterator[tuple[float, float]]:
    while start < end:
        full = min(end, start - start % HOUR + HOUR)
        yield start, full
        start = full


def _activity(rhythm: Rhythm, moment: float) -> float:
    """How busy the feed is in the hour of ``moment``, compared with its average."""
    day, items = day_of_week(moment), rhythm.items
    hour = (rhythm.hours[int(moment % DAY // HOUR)] + _SHAPE) / (items / 24 + _SHAPE)
    watched = sum(rhythm.watched)
    share = rhythm.watched[day] / watched if watched else 0.0
    return hour * (rhythm.days[day] + _SHAPE) / (items * share + _SHAPE)


def day_of_week(moment: float) -> int:
    """The day of the week of ``moment`` in UTC, Monday is 0; 1970 began on a Thursday."""
    return int(moment // DAY + 3) % 7


# --- silence ---------------------------------------------------------------------------------------------------------


def silent_since(rhythm: Rhythm) -> float | None:
    """Since when the feed has been quiet far beyond its own rhythm; None while it is not, or not enough is known.

    Only what successful polls saw counts: a feed that cannot be fetched fails, it is not silent. Nights and weekends
    count as much as the feed uses to publish in them.
    """
    if rhythm.gaps < LEAST_PAUSES or rhythm.at - rhythm.since < LEAST_WATCHED:
        return None
    return rhythm.newest if rhythm.quiet > max(_SILENT * rhythm.longest, LEAST_QUIET) else None


def usually(rhythm: Rhythm) -> str:
    """How often the feed publishes, for people: ``about every 40 minutes``, ``about 2 a week``; empty when that is not
    known.
    """
    gap = rhythm.gap
    if not gap:
        return ""
    if gap < 20 * HOUR:
        number, unit = (gap / 60, "minute") if gap < 90 * 60 else (gap / HOUR, "hour")
        return f"about every {number:.0f} {unit}s" if number >= 1.5 else f"about every {unit}"
    number, unit = next(
        (period / gap, name)
        for name, period in (("day", DAY), ("week", 7 * DAY), ("month", 30 * DAY), ("year", 365 * DAY))
        if period / gap > 0.8 or name == "year"
    )
    return f"about {number:.0f} a {unit}" if number >= 1.5 else f"about once a {unit}"


# --- in the database -------------------------------------------------------------------------------------------------


def to_text(rhythm: Rhythm) -> str:
    """The rhythm as a short JSON text. Seven digits: with fewer, small steps of forgetting would be rounded away."""
    values = (getattr(rhythm, name) for name in Rhythm.__slots__)
    return f"[{','.join(_written(value) for value in values)}]"


def from_text(text: str) -> Rhythm:
    """The rhythm that ``to_text`` wrote; an empty one for anything else: it is learnt again within days."""
    try:
        values = json.loads(text)
        return _checked(values) if isinstance(values, list) else Rhythm()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return Rhythm()


def _written(value: float | tuple[float, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{','.join([f'{one:.7g}' for one in value])}]"
    # Moments have ten digits before the point.
    return f"{value:.12g}"


def _checked(values: list[object]) -> Rhythm:
    """Raises ValueError or TypeError for what no rhythm consists of."""
    empty = Rhythm()
    names = Rhythm.__slots__
    if len(values) != len(names):
        raise ValueError("another number of values")
    found: dict[str, object] = {}
    for name, value in zip(names, values, strict=True):
        like = getattr(empty, name)
        if isinstance(like, tuple):
            if not isinstance(value, list) or len(value) != len(like):
                raise ValueError(f"no list for {name}")
            found[name] = tuple(_number(one) for one in value)
        else:
            found[name] = type(like)(_number(value))
    return Rhythm(**found)  # type: ignore[arg-type]


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e12:
        raise ValueError(f"{value!r} is no number of a rhythm")
    return float(value)
