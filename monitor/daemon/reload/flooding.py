"""Edits that would flood the user: tried on what is stored before they go live, unless the user has agreed to them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.alerts.notices import edited_notice
from monitor.clock import Clock
from monitor.errors import MonitorError
from monitor.matching import Engine, Read, Watch
from monitor.model import WatchId
from monitor.store import Store, StoreWriter
from monitor.store.integrity.faults import readable
from monitor.toml.limits import Halves
from monitor.workshop.backtest import Flood, flood_of, try_all

log = logging.getLogger("monitor.daemon")

_ACCEPTED = "watchlists.accepted"
"""The fact that holds which versions of watchlists the user wants although they are a flood."""
_REMEMBERED = 500
_DAYS = 30
_MOST_ITEMS = 5_000
"""The newest items tell enough, and are judged beside polls and alerts."""
_MOST_WATCHES = 200


def accept(store: Store, versions: Mapping[str, str], now: float) -> None:
    """The user wants these versions of watchlists, flood or not."""
    known = {watch: version for watch, version in accepted(store).items() if watch not in versions} | dict(versions)
    store.set_fact(_ACCEPTED, json.dumps(dict(list(known.items())[-_REMEMBERED:])), now)


def accepted(store: Store) -> dict[str, str]:
    """The versions that the user wants, flood or not."""
    text, _ = store.facts().get(_ACCEPTED, ("{}", 0.0))
    with readable("which watchlists you want"):
        return {str(watch): str(version) for watch, version in json.loads(text).items()}


class FloodGuard:
    """Finds, among edited watchlists, those that would flood the user. ``limit``: ``flood`` of the configuration; 0:
    nothing is held.
    """

    def __init__(self, database: Path, limit: int, clock: Clock) -> None:
        self._database = database
        self.limit = limit
        self._clock = clock
        self.seen = Halves()

    def floods(self, pairs: Sequence[tuple[Watch, Watch | None]], read: Read | None) -> dict[WatchId, Flood]:
        """Of each pair the first version, if it would flood the user and the second one does not. Of hundreds that are
        edited at once only some are looked at.
        """
        if not self.limit or not pairs:
            return {}
        try:
            store = Store.reading(self._database)
            wanted = accepted(store)
            store.close()
            open_pairs = [pair for pair in pairs if wanted.get(pair[0].id) != pair[0].version][:_MOST_WATCHES]
            tried = try_all(self._database, open_pairs, _DAYS, self._clock.now(), read, _MOST_ITEMS)
        except MonitorError as error:
            log.warning("edited watchlists could not be tried on what is stored: %s", error)
            return {}
        found = {watch: flood_of(one, self.limit) for watch, one in tried.items()}
        return {watch: flood for watch, flood in found.items() if flood}


async def tell_edited(store: StoreWriter, guard: FloodGuard, engine: Engine, names: Sequence[str], now: float) -> None:
    """Tell, in the log and on the channels ``names``, which watchlists would flood the user that are new, or were
    edited, since the last run. They are in use all the same: nothing else is known that could find what they are for,
    and the desk holds a flood of alerts. To be called before their versions are noted, so that each is told of once.
    """
    last = await store.call(lambda book: book.last_versions())
    known = set(last.values())  # under whatever id: files are renamed
    edited = [watch for watch in engine.watches if watch.handling.is_told and watch.version not in known]
    floods = await asyncio.to_thread(guard.floods, [(watch, None) for watch in edited], engine.read)
    for watch, flood in floods.items():
        log.error(
            "the watchlist %s, new or edited since the last run, would be a flood: %s; it is in use, and "
            "where it brings more than %d alerts within an hour, the others are held",
            *(watch, flood, guard.limit),
        )
    if floods:
        notice = edited_notice({str(watch): str(flood) for watch, flood in floods.items()}, guard.limit, now)
        await store.put_alert(notice, names)
