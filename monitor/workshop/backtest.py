"""What a watchlist would have alerted, beside what another version of it would have, or did; and whether that is a
flood. Pure, but for ``try_out`` and ``try_all``, which read what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from monitor.matching import Engine, Read, Watch
from monitor.model import Band, Outcome, WatchId
from monitor.store import Store
from monitor.store.archive.history import Decided, Extent, StoredItem
from monitor.text.likeness import Likeness, likeness_of, same_story
from monitor.workshop.replay import Progress, Replay, read_of, replay

_STORY_WINDOW = 3 * 86_400.0
_COMPARED_WITH = 300
_MOST_GROUPED = 5_000
"""Beyond so many alerts nobody asks how many stories they are."""
_NEAR = 0.2
_NEAREST = 5


class Decision(NamedTuple):
    """What one version of a watchlist makes of an item. ``band`` is None for nothing. ``told``: whether it was alerted;
    None for what nobody was told, because it is only tried.
    """

    item: StoredItem
    score: float
    band: Band | None
    why: str = ""
    vetoed: bool = False
    told: bool | None = None


@dataclass(frozen=True)
class Told:
    """What one version would have told, or did."""

    matches: int
    """Items that are sure enough for an alert."""
    digest: int
    alerts: int | None
    """What is left to be told when copies have joined their stories; None for too many to say."""
    vetoed: int
    """Items that ``none`` ruled out."""
    by_day: tuple[int, ...]
    """Alerts on each of the days that are looked at, oldest first."""
    older: int
    """Alerts for what is older than these days: it stood in feeds when they were first read."""

    def lately(self, days: int) -> int:
        """Alerts on the last ``days`` days."""
        return sum(self.by_day[-days:])


class Changed(NamedTuple):
    """An alert that only one of two versions has, and why."""

    item: StoredItem
    score: float
    why: str


@dataclass(frozen=True)
class Backtest:
    """A version of a watchlist beside another one. Items come newest first."""

    days: tuple[date, ...]
    """The days that are looked at, oldest first, as far as anything is stored of them."""
    extent: Extent
    told: Told
    before: Told
    gained: tuple[Changed, ...]
    lost: tuple[Changed, ...]
    above: tuple[Decision, ...]
    """The alerts that only just are."""
    below: tuple[Decision, ...]
    """What only just is no alert."""
    known_since: float | None = None
    """Since when the watchlist has been in use, where it is compared with what was found at the time."""

    @property
    def a_day(self) -> float:
        """Alerts a day."""
        return sum(self.told.by_day) / len(self.days)


def decisions(replay: Replay, watch: WatchId) -> list[Decision]:
    """What ``watch`` makes of the items that have all of its words."""
    found = []
    for one in replay.judged:
        scored = one.by(watch)
        if scored:
            match = scored.match
            band, why = (match.band, match.why) if match else (None, "")
            found.append(Decision(one.item, scored.score, band, why, scored.vetoed))
    return found


def as_decided(found: Iterable[Decided]) -> list[Decision]:
    """What was decided when the items came."""
    return [
        Decision(one.item, one.score, Band(one.band), one.why, told=one.outcome == Outcome.ALERTED) for one in found
    ]


def backtest(
    watch: Watch, mine: Sequence[Decision], theirs: Sequence[Decision], replay: Replay, days: int, at: float
) -> Backtest:
    """``watch`` with its decisions beside another version's, on the last ``days`` days up to ``at`` (unix seconds)."""
    calendar = _calendar(replay.extent, (*mine, *theirs), days, at)
    before = {one.item.number for one in theirs if one.band is Band.ALERT}
    now = {one.item.number for one in mine if one.band is Band.ALERT}
    gained = [one for one in mine if one.band is Band.ALERT and one.item.number not in before]
    lost = [one for one in theirs if one.band is Band.ALERT and one.item.number not in now]
    in_reach = sorted(mine, key=lambda one: abs(one.score - watch.alert))
    near = [one for one in in_reach if one.score and not one.vetoed and abs(one.score - watch.alert) <= _NEAR]
    return Backtest(
        days=calendar,
        extent=replay.extent,
        told=_told(mine, calendar),
        before=_told(theirs, calendar),
        gained=tuple(Changed(one.item, one.score, one.why) for one in _newest(gained)),
        lost=tuple(Changed(one.item, one.score, why_not(replay.engine, watch, one.item)) for one in _newest(lost)),
        above=tuple(one for one in near if one.band is Band.ALERT)[:_NEAREST],
        below=tuple(one for one in near if one.band is not Band.ALERT)[:_NEAREST],
    )


def why_not(engine: Engine, watch: Watch, item: StoredItem) -> str:
    """Why ``watch`` makes no alert of ``item``, in a few sentences."""
    return " ".join(engine.explain(watch.id, item, datetime.fromtimestamp(item.first_seen, UTC).date()).lines)


def day_of(moment: float) -> date:
    """The day of a moment, as the user's calendar has it."""
    return datetime.fromtimestamp(moment).date()


def _newest(found: Iterable[Decision]) -> list[Decision]:
    return sorted(found, key=lambda one: (-one.item.moment, -one.item.number))


def _calendar(extent: Extent, found: Iterable[Decision], days: int, at: float) -> tuple[date, ...]:
    last = day_of(at)
    first = last - timedelta(days=days - 1)
    stored = min((day_of(moment) for moment in _moments(extent, found)), default=last)
    first = min(max(first, stored), last)
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def _moments(extent: Extent, found: Iterable[Decision]) -> Iterator[float]:
    if extent.items:
        yield extent.oldest
    yield from (one.item.moment for one in found)


def _told(found: Sequence[Decision], calendar: Sequence[date]) -> Told:
    matches = [one for one in found if one.band is Band.ALERT]
    many = len(matches) > _MOST_GROUPED
    sent = [one.item for one in matches] if many else _sent(matches)
    by_day = dict.fromkeys(calendar, 0)
    for item in sent:
        day = day_of(item.moment)
        if day in by_day:
            by_day[day] += 1
    return Told(
        matches=len(matches),
        digest=sum(one.band is Band.DIGEST for one in found),
        alerts=None if many else len(sent),
        vetoed=sum(one.vetoed for one in found),
        by_day=tuple(by_day.values()),
        older=len(sent) - sum(by_day.values()),
    )


def _sent(matches: Iterable[Decision]) -> list[StoredItem]:
    """What was told; of what is only tried, the first report of each story, as the desk would find: each is compared
    with the newest of the last days.
    """
    lately: list[tuple[StoredItem, Likeness]] = []
    sent = []
    for one in sorted(matches, key=lambda one: (one.item.moment, one.item.number)):
        item = one.item
        if one.told is not None:
            sent += [item] if one.told else []
            continue
        own = likeness_of(item.title, item.source, item.link, item.text, item.feed_name)
        near = [one for one in lately[-_COMPARED_WITH:] if item.moment - one[0].moment <= _STORY_WINDOW]
        if not any(same_story(own, other, past.feed_name != item.feed_name) for past, other in near):
            sent.append(item)
        lately.append((item, own))
    return sent


# --- tried on what is stored -----------------------------------------------------------------------------------------
# Everything that a backtest needs, fetched and put together.


_OTHER = "beside:"
"""No watchlist's id begins so: what two versions are told apart by."""
_DAY = 86_400.0


def try_out(
    database: Path, watch: Watch, beside: Watch | None, days: int, at: float, progress: Progress | None = None
) -> Backtest:
    """``watch`` on the items of the last ``days`` days, beside another version of it; with None, beside what was
    decided when the items came. ``at``: now, in unix seconds. Raises StoreError.
    """
    store = Store.reading(database)
    read, known_since = read_of(store), store.first_known(watch.id) if beside is None else None
    store.close()
    found = try_all(database, [(watch, beside)], days, at, read, progress=progress)[watch.id]
    return replace(found, known_since=known_since)


def try_all(
    database: Path,
    pairs: Sequence[tuple[Watch, Watch | None]],
    days: int,
    at: float,
    read: Read | None,
    most: int = 0,
    progress: Progress | None = None,
) -> dict[WatchId, Backtest]:
    """As ``try_out``, several watchlists, each with what it is beside; only on the newest ``most`` items if that is not
    0. ``read``: what is known of the words of the stream. Raises StoreError.
    """
    if not pairs:
        return {}
    store = Store.reading(database)
    since = max(at - days * _DAY, store.newest_since(most) if most else 0.0)
    decided = {watch.id: as_decided(store.decided(watch.id, since)) for watch, beside in pairs if beside is None}
    store.close()
    others = {watch.id: replace(beside, id=_beside(watch.id)) for watch, beside in pairs if beside}
    replayed = replay(database, [*(watch for watch, _ in pairs), *others.values()], since, read, progress)

    def found(watch: Watch) -> Backtest:
        theirs = decisions(replayed, _beside(watch.id)) if watch.id in others else decided[watch.id]
        return backtest(watch, decisions(replayed, watch.id), theirs, replayed, days, at)

    return {watch.id: found(watch) for watch, _ in pairs}


def _beside(watch: WatchId) -> WatchId:
    return WatchId(_OTHER + watch)


# --- floods ----------------------------------------------------------------------------------------------------------
# Whether a version of a watchlist would flood its user. Pure.


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
