"""A watchlist tried on what is stored: everything that a backtest needs, fetched and put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.matching import Watch
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
    since = at - days * _DAY
    store = Store.reading(database)
    read = read_of(store)
    then = as_decided(store.decided(watch.id, since)) if beside is None else []
    known_since = store.first_known(watch.id) if beside is None else None
    store.close()
    other = replace(beside, id=WatchId(_OTHER + beside.id)) if beside else None
    replayed = replay(database, [watch, other] if other else [watch], since, read, progress)
    theirs = decisions(replayed, other.id) if other else then
    found = backtest(watch, decisions(replayed, watch.id), theirs, replayed, days, at)
    return replace(found, known_since=known_since)
