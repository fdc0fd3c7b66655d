"""How a watchlist stands with its user: what it makes, as it is now, of the items that the user said something of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor.matching import Watch, compile_watches
from monitor.model import Band
from monitor.store import Store
from monitor.store.archive import control, find
from monitor.workshop.replay import read_of


@dataclass(frozen=True)
class Standing:
    """Of the items that the user said something of: how many ``relevant`` and ``irrelevant`` ones a watchlist takes as
    alerts, and how many relevant ones it does not take at all.
    """

    relevant: int = 0
    irrelevant: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """The share of relevant ones among its alerts; None where nothing was said of any."""
        judged = self.relevant + self.irrelevant
        return self.relevant / judged if judged else None


class Judge:
    """Judges stored items by one watchlist at a time. What was read is learnt when it is first needed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._is_learnt = False

    def bands(self, watch: Watch, items: Iterable[int]) -> dict[int, Band | None]:
        """What ``watch`` makes of stored items, by their numbers, each as of the day that it was seen; None for what it
        does not take. Items that are not stored are left out.
        """
        if not self._is_learnt:
            self._read = read_of(self._store)
            self._is_learnt = True
        engine = compile_watches([watch], self._read)
        found: dict[int, Band | None] = {}
        for number in items:
            one = find.item(self._store.db, number)
            if one:
                day = datetime.fromtimestamp(one.item.first_seen, UTC).date()
                found[number] = next((match.band for match in engine.match(one.item, day)), None)
        return found


def standings(store: Store, watches: Iterable[Watch]) -> dict[str, Standing]:
    """How each of ``watches`` stands, by its id."""
    judge = Judge(store)
    found: dict[str, Standing] = {}
    for watch in watches:
        said = control.verdicts(store.db, watch.id)
        found[watch.id] = _standing(said, judge.bands(watch, said)) if said else Standing()
    return found


def _standing(said: Mapping[int, str], bands: Mapping[int, Band | None]) -> Standing:
    alerts = [said[number] for number, band in bands.items() if band is Band.ALERT]
    missed = sum(band is None and said[number] == "relevant" for number, band in bands.items())
    return Standing(alerts.count("relevant"), alerts.count("irrelevant"), missed)
