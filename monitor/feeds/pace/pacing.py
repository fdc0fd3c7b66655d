"""When is a feed due next? Pure policy over what the user wants, what the server asks, how the last poll went and the
feed's own rhythm. In plain words, with what was measured: docs/pacing.md.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

from monitor.feeds.fetch.headers import LONGEST_WAIT
from monitor.feeds.pace import rhythm as rhythms
from monitor.feeds.pace.rhythm import DAY, HOUR, Rhythm
from monitor.model.reasons import DueBy

BACKOFF_CAP = 6 * 3600.0
"""Seconds. No feed is given up: even one that has failed for weeks is asked a few times a day."""
HURRY = DAY
"""Seconds for which a gap is shown, and the feed asked at its shortest interval, after items may have been missed: the
same hour of the next day is among them.
"""
_JITTER = 0.1
_SKIPPED_JITTER = 300.0
"""Seconds over which polls are spread that all wait for the same hour to begin."""


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a feed is left alone, in seconds, and why."""

    seconds: float
    reason: DueBy


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user, the server and the feed itself ask for. Seconds; hours and days are those of UTC, Monday is 0.

    ``interval`` is the shortest gap between two polls. ``max_interval`` is the longest that the rhythm may lead to;
    where it is no longer than the interval, the feed is asked at fixed intervals.
    """

    interval: float
    max_interval: float
    fresh_for: float = 0.0
    ttl: float = 0.0
    skip_hours: Collection[int] = ()
    skip_days: Collection[int] = ()


def next_poll(asked: Asked, rhythm: Rhythm, now: float, spread: float) -> Wait:
    """How long to wait after a successful poll at ``now``. ``rhythm`` is the one learnt from that poll.

    The user's interval and what the server asks for are floors; the latter are capped at a day. ``spread`` (0 to 1)
    adds up to a tenth. Chance only ever adds: a poll before its time would be impolite, and servers count.
    """
    wait = _by_rhythm(asked, rhythm, now)
    for seconds, reason in ((asked.fresh_for, DueBy.MAX_AGE), (asked.ttl, DueBy.TTL)):
        floor = min(seconds, LONGEST_WAIT)
        if floor > wait.seconds:
            wait = Wait(floor, reason)
    wait = Wait(wait.seconds * (1 + _JITTER * spread), wait.reason)
    due = now + wait.seconds
    latest = max(wait.seconds, LONGEST_WAIT)
    free = _after_skipped(due, now + latest, asked)
    if free == due:
        return wait
    return Wait(min(free - now + _SKIPPED_JITTER * spread, latest), DueBy.SKIPPED)


def after_failure(
    interval: float, failures: int, retry_after: float, spread: float, reached_nobody: bool = False
) -> float:
    """Seconds until the next poll after ``failures`` (1 or more) failed ones in a row: doubling, up to the cap, at
    least Retry-After.

    A poll that reached nobody (``reached_nobody``) burdened nobody, and it may be the user's own network that is down,
    for all feeds at once: they keep to their interval, so that they are all back soon after it is.
    """
    backoff = interval if reached_nobody else min(interval * 2.0 ** min(failures - 1, 20), max(BACKOFF_CAP, interval))
    return max(backoff * (1 + _JITTER * spread), min(retry_after, LONGEST_WAIT))


# --- the feed's rhythm -----------------------------------------------------------------------------------------------


def _by_rhythm(asked: Asked, rhythm: Rhythm, now: float) -> Wait:
    shortest = asked.interval
    longest = min(asked.max_interval, max(LONGEST_WAIT, shortest))
    if longest <= shortest:
        return Wait(shortest, DueBy.INTERVAL)
    if not rhythm.known:
        return Wait(shortest, DueBy.LEARNING)
    wait = _until_worth_it(rhythm, now, shortest, longest)
    if wait <= shortest:
        return Wait(shortest, DueBy.INTERVAL)
    if rhythm.missed_at and 0 <= now - rhythm.missed_at < HURRY:
        return Wait(shortest, DueBy.MISSED)
    return Wait(longest, DueBy.MAX_INTERVAL) if wait >= longest else Wait(wait, DueBy.RHYTHM)


def _until_worth_it(rhythm: Rhythm, now: float, shortest: float, longest: float) -> float:
    """Seconds until a poll is worth its cost.

    For a given number of requests, the items of one feed wait least when polls are as dense as the square root of the
    rate at which they appear, so polls gather at the hours at which items do. Between feeds it is the third root: by
    the square root, the rare items of slow feeds would wait too long. A feed that publishes once in the shortest
    interval is asked at it; at a steady rate the wait is interval^(2/3) x pause between items^(1/3). Measured: see
    bench/pacing.py.
    """
    scale = math.pow(rhythm.usual * shortest, 1 / 3 - 1 / 2)
    worth = waited = 0.0
    for seconds, rate in rhythms.ahead(rhythm, now, now + longest):
        density = math.sqrt(rate / shortest) * scale
        if worth + density * seconds >= 1:
            return waited + (1 - worth) / density
        worth += density * seconds
        waited += seconds
    return longest


def _after_skipped(due: float, latest: float, asked: Asked) -> float:
    """The first moment from ``due`` on, at most ``latest``, at which the feed does not want to be left alone."""
    while due < latest and (int(due % DAY // HOUR) in asked.skip_hours or rhythms.day_of_week(due) in asked.skip_days):
        due = due - due % HOUR + HOUR
    return min(due, latest)
