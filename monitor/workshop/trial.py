"""A watchlist tried on what is stored: everything that a backtest needs, fetched and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.matching import Read, Watch
from monitor.model import WatchId
from monitor.store import Store
from monitor.workshop.backtest import Backtest, as_decided, backtest, decisions
from monitor.workshop.replay import Progress, read_of, replay

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
