"""From publication to sighting: how long news waits for the next poll, and how many requests that costs.

Feeds with the habits of real ones are simulated for two months, and asked at fixed intervals and at those of the
policy (``monitor/feeds/pace/pacing.py``). Nothing is fetched and no time is spent waiting. Three sets of feeds:
``newsroom``, what somebody who watches the news subscribes to, invented; and where there is a folder of feed documents
(``--captured``), ``captured``, with habits measured in it, and ``replayed``, the very dates in it.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.common import ROOT, between, emit, progress
from monitor.feeds.pace import pacing
from monitor.feeds.pace import rhythm as rhythms
from monitor.feeds.pace.rhythm import DAY, HOUR, Rhythm
from monitor.feeds.parse.document import parse_document
from monitor.model import Parsed

CAPTURED = ROOT.parent / "shared" / "data" / "feeds"
MINUTE = 60.0
_START = 1_759_708_800.0
"""A Monday, 00:00 UTC."""
_NEWSDAY = (1, 1, 1, 1, 2, 4, 7, 9, 9, 9, 9, 8, 8, 8, 8, 8, 7, 7, 6, 5, 4, 3, 2, 1)
"""Items by hour of day, local time: the usual shape of an outlet's day, also that of the captured feeds together."""
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 9, 6, 7, 9, 9, 7, 3, 1, 0, 0, 0, 0, 0)
_ONCE = (0, 0, 0, 0, 0, 0, 1, 12, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_EVEN = (1,) * 24


# --- feeds and what they publish -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Habit:
    """How a feed publishes. ``cluster``: items that come together, on average; ``begins`` and ``ends``: in days."""

    kind: str
    a_day: float
    hours: Sequence[float] = _EVEN
    weekend: float = 1.0
    cluster: float = 1.0
    window: int = 20
    dated: bool = True
    begins: float = 0.0
    ends: float = math.inf


@dataclass(frozen=True)
class Feed:
    """A feed to be simulated: its habit and when it published, in order."""

    habit: Habit
    times: Sequence[float]


def published(habit: Habit, days: int, pick: random.Random) -> list[float]:
    """When the items of ``days`` days were published: a Poisson process by hour and day, of clusters."""
    mean_hour = sum(habit.hours) / 24
    mean_day = (5 + 2 * habit.weekend) / 7
    times = []
    for hour in range(days * 24):
        day = hour // 24
        if not habit.begins <= day < habit.ends:
            continue
        factor = habit.hours[hour % 24] / mean_hour * (habit.weekend if day % 7 >= 5 else 1.0) / mean_day
        for _ in range(_poisson(habit.a_day / 24 / habit.cluster * factor, pick)):
            moment = _START + (hour + pick.random()) * HOUR
            times.append(moment)
            while pick.random() < 1 - 1 / habit.cluster:
                moment += pick.expovariate(1 / 600)
                times.append(moment)
    return sorted(moment for moment in times if moment < _START + days * DAY)


def _poisson(mean: float, pick: random.Random) -> int:
    limit, product, number = math.exp(-mean), pick.random(), 0
    while product > limit:
        product *= pick.random()
        number += 1
    return number


def _shifted(hours: Sequence[float], pick: random.Random) -> list[float]:
    """The same day in another time zone."""
    by = pick.randrange(24)
    return [*hours[by:], *hours[:by]]


def newsroom(number: int, days: int, pick: random.Random) -> list[Habit]:
    """Feeds of somebody who watches the news, from agencies to feeds that died long ago."""
    habits = []
    for index in range(number):
        kind = pick.random()
        hours, weekend = _shifted(_NEWSDAY, pick), pick.uniform(0.3, 0.8)
        if kind < 0.15:
            habit = Habit("agency", math.exp(pick.uniform(math.log(40), math.log(150))), hours, weekend, 1.3)
        elif kind < 0.45:
            habit = Habit("outlet", math.exp(pick.uniform(math.log(4), math.log(40))), hours, weekend, 1.5)
        elif kind < 0.60:
            habit = Habit("office", pick.uniform(0.5, 6), _shifted(_OFFICE, pick), 0.03, 2.0)
        elif kind < 0.80:
            habit = Habit("blog", math.exp(pick.uniform(math.log(0.03), math.log(1))), hours, weekend, 1.2)
        elif kind < 0.85:
            habit = Habit("daily", pick.uniform(1, 10), _shifted(_ONCE, pick), pick.choice((0.0, 1.0)), 4.0)
        elif kind < 0.95:
            habit = Habit("dead", 0.0)
        elif kind < 0.98:
            habit = Habit("wakes", pick.uniform(2, 20), hours, weekend, 1.5, begins=days // 2)
        else:
            habit = Habit("dies", pick.uniform(5, 50), hours, weekend, 1.3, ends=days // 2)
        habits.append(replace(habit, window=pick.choice((10, 15, 20, 30)), dated=index % 5 > 0))
    return habits


def documents(folder: Path) -> list[list[float]]:
    """The dates of each feed document in ``folder``, in order, read with the program's own parser."""
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        document = parse_document(path.read_bytes(), "https://feed.example/", "") if path.suffix != ".json" else None
        if isinstance(document, Parsed):
            found.append(sorted(entry.published for entry in document.entries if entry.published is not None))
    return found


def replayed(dates: Sequence[float], days: int) -> Feed | None:
    """What a document tells of the last weeks before it was captured, at the same days and hours; None for too little.
    Before its first date the feed seems dead, which makes this a hard case for any rhythm.
    """
    later = (_START + days * DAY - dates[-1]) // (7 * DAY) * 7 * DAY if dates else 0.0
    times = [date + later for date in dates if date + later >= _START]
    return Feed(Habit("replayed", len(times) / days, window=30), times) if len(times) >= 20 else None


def measured(dates: Sequence[float]) -> Habit | None:
    """The habit behind the dates of a document, None when they are too few or days without a time."""
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    if len(dates) < 10 or sum(date % HOUR == 0 for date in dates) > len(dates) / 2 or dates[-1] - dates[0] < 6 * HOUR:
        return None
    hours = Counter(int(date % DAY // HOUR) for date in dates)
    smooth = [hours[hour] + (hours[(hour + 1) % 24] + hours[(hour - 1) % 24]) / 2 + 0.1 for hour in range(24)]
    weekend = sum((date // DAY + 3) % 7 >= 5 for date in dates) / len(dates)
    factor = min(2.5 * weekend / max(1 - weekend, 0.1), 2.0) if dates[-1] - dates[0] > 14 * DAY else 0.5
    together = sum(gap < 900 for gap in gaps) / len(gaps)
    a_day = len(dates) / ((dates[-1] - dates[0]) / DAY)
    # Gaps below a quarter of an hour that chance alone would give are no clusters.
    alone = 1 - math.exp(-a_day * 900 / DAY)
    cluster = 1 / (1 - min(max(together - alone, 0.0), 0.8))
    return Habit("captured", a_day, smooth, factor, cluster, min(len(dates), 30))


# --- asking them -----------------------------------------------------------------------------------------------------

Policy = Callable[[Rhythm, float, float], float]
"""Seconds to wait: from the rhythm, the time and a number from 0 to 1."""


@dataclass
class Asked:
    """What came of asking one feed: delays in seconds, polls, those that found news, and items that nobody saw."""

    delays: list[float] = field(default_factory=list)
    polls: int = 0
    found: int = 0
    lost: int = 0


def ask(feed: Feed, policy: Policy, days: int, pick: random.Random, learns: bool = True) -> Asked:
    """Ask ``feed`` for ``days`` days, from nothing known. What it held at the first poll has no delay. A policy that
    looks at no rhythm need not spend time on one (``learns``).
    """
    asked, rhythm, window, seen = Asked(), Rhythm(), feed.habit.window, 0
    now = _START + pick.random() * 15 * MINUTE
    while now < _START + days * DAY:
        upto = bisect_left(feed.times, now, seen)
        new = feed.times[seen:upto][-window:]
        if asked.polls:
            asked.delays += [now - moment for moment in new]
            asked.found += bool(new)
            asked.lost += upto - seen - len(new)
        if learns:
            dates = new if feed.habit.dated else [None] * len(new)
            rhythm = rhythms.learned(rhythm, now, dates, missed=asked.polls > 0 and len(new) == window)
        asked.polls += 1
        seen = upto
        now += policy(rhythm, now, pick.random())
    return asked


def fixed(interval: float) -> Policy:
    """The same interval always."""
    return adaptive(interval, interval)


def adaptive(interval: float, max_interval: float) -> Policy:
    """The program's own policy."""
    wishes = pacing.Asked(interval, max_interval)
    return lambda rhythm, now, spread: pacing.next_poll(wishes, rhythm, now, spread).seconds


def by_average(interval: float, max_interval: float) -> Policy:
    """Not used: the wait that is right for the feed's average rate, blind to hours and bursts."""

    def wait(rhythm: Rhythm, now: float, spread: float) -> float:
        best = (interval**2 / rhythm.usual) ** (1 / 3) if rhythm.known else interval
        return min(max(best, interval), max_interval) * (1 + 0.1 * spread)

    return wait


def by_worth(interval: float, max_interval: float, worth: Callable[[float], float]) -> Policy:
    """Not used: a poll whenever so many seconds have passed that, each counted for what it is ``worth`` at the rate
    expected in it, they make 1.
    """

    def wait(rhythm: Rhythm, now: float, spread: float) -> float:
        sum_of_worth = waited = 0.0
        for seconds, rate in rhythms.ahead(rhythm, now, now + max_interval) if rhythm.known else ():
            if sum_of_worth + worth(rate) * seconds >= 1:
                waited += (1 - sum_of_worth) / worth(rate)
                break
            sum_of_worth, waited = sum_of_worth + worth(rate) * seconds, waited + seconds
        return max(waited, interval) * (1 + 0.1 * spread)

    return wait


def policies() -> dict[str, Policy]:
    """What is compared, by name."""
    found = {f"fixed {minutes} min": fixed(minutes * MINUTE) for minutes in (5, 10, 15, 30, 60)}
    for least, most in ((5, 60), (5, 240), (15, 60), (15, 240), (15, 720)):
        found[f"adaptive {least} to {most} min"] = adaptive(least * MINUTE, most * MINUTE)
    bounds = 15 * MINUTE, 240 * MINUTE
    found["average rate, 15 to 240 min"] = by_average(*bounds)
    found["square root between feeds, 15 to 240 min"] = by_worth(*bounds, lambda rate: math.sqrt(rate / bounds[0]))
    found["half an item expected, 15 to 240 min"] = by_worth(*bounds, lambda rate: rate / 0.5)
    return found


# --- figures ---------------------------------------------------------------------------------------------------------


def compared(feeds: Sequence[Feed], days: int) -> dict[str, Any]:
    """All policies on the same feeds; beside each that is not fixed, a fixed interval that costs as many requests."""
    rows = {}

    def row(policy: Policy, learns: bool) -> dict[str, Any]:
        asked = [ask(feed, policy, days, random.Random(index), learns) for index, feed in enumerate(feeds)]
        return figures(asked, days)

    for name, policy in policies().items():
        learns = not name.startswith("fixed")
        rows[name] = row(policy, learns)
        if learns:
            # Chance adds a twentieth on average.
            equal = DAY / rows[name]["requests_a_feed_and_day"] / 1.05
            rows[name]["fixed_at_equal_cost"] = {"interval_minutes": _minutes(equal), **row(fixed(equal), False)}
        progress(f"{name}: {rows[name]['median_minutes']} min, {rows[name]['requests_a_feed_and_day']} requests")
    return rows


def figures(all_asked: Sequence[Asked], days: int) -> dict[str, Any]:
    """Delays by item, and by feed (each feed counts for one), against what they cost."""
    delays = [delay for asked in all_asked for delay in asked.delays]
    living = [asked.delays for asked in all_asked if asked.delays]
    polls = sum(asked.polls for asked in all_asked)
    return {
        "requests_a_feed_and_day": round(polls / len(all_asked) / days, 1),
        "median_minutes": _minutes(statistics.median(delays)),
        "p95_minutes": _minutes(_p95(delays)),
        "median_by_feed_minutes": _minutes(statistics.mean(map(statistics.median, living))),
        "p95_by_feed_minutes": _minutes(statistics.mean(map(_p95, living))),
        "found_news": round(sum(asked.found for asked in all_asked) / polls, 3),
        "items": len(delays),
        "lost": sum(asked.lost for asked in all_asked),
    }


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def _minutes(seconds: float) -> float:
    return round(seconds / MINUTE, 1)


def silence(feeds: Sequence[Feed]) -> dict[str, Any]:
    """False alarms of the silence detector in a year of each feed, by kind; and the days until a dead feed is told.

    Offices, blogs and captured feeds are on holiday for ten days of it, which may be told: it is silence.
    """
    alarms, holidays, years, told = Counter[str](), Counter[str](), Counter[str](), []
    for index, feed in enumerate(feeds):
        away = _START + 219 * DAY
        pauses = feed.habit.kind in ("office", "blog", "captured")
        times = [moment for moment in feed.times if not (pauses and away < moment < away + 10 * DAY)]
        dies = _START + feed.habit.ends * DAY
        found = _alarms(replace(feed, times=times), 365, random.Random(index))
        within = sum(pauses and away < alarm < away + 14 * DAY for alarm in found)
        holidays[feed.habit.kind] += within
        alarms[feed.habit.kind] += sum(alarm < dies for alarm in found) - within
        years[feed.habit.kind] += 1
        told += [(alarm - dies) / DAY for alarm in found if alarm >= dies]
    return {
        "false_alarms_a_feed": {kind: round(alarms[kind] / years[kind], 2) for kind in sorted(years)},
        "holidays_told_of_a_feed": {kind: round(holidays[kind] / years[kind], 2) for kind in sorted(years)},
        "days_until_told": [round(later, 1) for later in sorted(told)],
        "died": sum(feed.habit.ends < 365 for feed in feeds),
    }


def _alarms(feed: Feed, days: int, pick: random.Random) -> list[float]:
    """When the feed was first called silent, each time."""
    rhythm, now, seen, found, silent = Rhythm(), _START, 0, [], False
    policy = adaptive(15 * MINUTE, 240 * MINUTE)
    while now < _START + days * DAY:
        upto = bisect_left(feed.times, now, seen)
        new = feed.times[seen:upto]
        rhythm = rhythms.learned(rhythm, now, new if feed.habit.dated else [None] * len(new))
        was, silent = silent, rhythms.silent_since(rhythm) is not None
        found += [now] if silent and not was else []
        seen = upto
        now += policy(rhythm, now, pick.random())
    return found


def cost_in_microseconds(polls: int = 5000) -> dict[str, float]:
    """Processor time of one poll: what the policy adds to it."""
    pick, rhythm, now = random.Random(1), Rhythm(), _START
    spent = Counter[str]()
    wishes = pacing.Asked(15 * MINUTE, 240 * MINUTE)
    for _ in range(polls):
        dates = [now - 100.0] if pick.random() < 0.2 else []
        clock = [time.perf_counter()]
        for step in (
            lambda rhythm, now: rhythms.from_text(rhythms.to_text(rhythm)),
            lambda rhythm, now, dates=dates: rhythms.learned(rhythm, now, dates),
            lambda rhythm, now: pacing.next_poll(wishes, rhythm, now, 0.5) and rhythm,
        ):
            rhythm = step(rhythm, now)
            clock.append(time.perf_counter())
        for name, (start, end) in zip(("text", "learn", "pace"), pairwise(clock), strict=True):
            spent[name] += end - start
        now += 15 * MINUTE
    return {name: round(seconds / polls * 1e6, 1) for name, seconds in spent.items()}


# --- the command -----------------------------------------------------------------------------------------------------


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.pacing", description="How long news waits for a poll.")
    add = parser.add_argument
    add("--feeds", type=between(10, 10_000), default=200, help="feeds of each set (default: %(default)s)")
    add("--days", type=between(10, 1000), default=60, help="days that are simulated (default: %(default)s)")
    add("--captured", type=Path, default=CAPTURED, metavar="DIR", help="feed documents to take habits from")
    add("--seed", type=int, default=1, help="for the feeds (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    """Simulate and print."""
    args = arguments()
    pick = random.Random(args.seed)
    real = [(habit, dates) for dates in documents(args.captured) if (habit := measured(dates))]
    habits = {"newsroom": newsroom(args.feeds, args.days, pick)}
    if real:
        habits["captured"] = [pick.choice(real)[0] for _ in range(args.feeds)]
    sets = {name: [Feed(one, published(one, args.days, pick)) for one in habits[name]] for name in habits}
    sets["replayed"] = [feed for _, dates in real if (feed := replayed(dates, args.days))]
    found: dict[str, Any] = {}
    for name, feeds in sets.items():
        progress(f"{name}: {len(feeds)} feeds")
        kinds = dict(Counter(feed.habit.kind for feed in feeds))
        found[name] = {"feeds": kinds, "policies": compared(feeds, args.days) if feeds else {}}
    progress("silence, over a year")
    half = args.feeds // 2
    year = [*newsroom(half, 365, pick), *habits.get("captured", [])[:half]]
    quiet = silence([Feed(habit, published(habit, 365, pick)) for habit in year])
    emit("pacing", args, {"sets": found, "silence": quiet, "microseconds_a_poll": cost_in_microseconds()})


if __name__ == "__main__":
    main()
