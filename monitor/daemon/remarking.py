"""What is odd about the watchlists in use: said once, and kept for ``monitor status`` and for the next round."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.errors import Problem
from monitor.store import StoreWriter
from monitor.store.faults import readable
from monitor.watchlist.remarks import Key, key_of

REMARKS = "watchlists.remarks"
"""The fact that holds them, as a list of ``Remark``."""
_KEPT = 200
"""So many are kept in words; of the others only that they were said."""


@dataclass(frozen=True)
class Remark:
    """A remark as it is kept: what tells it from others, and the whole in words."""

    key: Key
    text: str


class Remarking:
    """What is odd at this moment, of which nothing is said twice. ``known``: what was said before."""

    def __init__(self, known: Iterable[Remark] = ()) -> None:
        self._said = {one.key for one in known}
        self._problems: tuple[Problem, ...] = ()

    def update(self, problems: Iterable[Problem]) -> list[Problem]:
        """This is all that is odd now. Returns what has not been said; what is over may come again."""
        self._problems = tuple(problems)
        fresh = [one for one in self._problems if key_of(one) not in self._said]
        self._said = set(map(key_of, self._problems))
        return fresh

    @property
    def text(self) -> str:
        """Fit to be stored: the names of files may hold bytes that are no text."""
        kept = [[*key_of(one), str(one) if at < _KEPT else ""] for at, one in enumerate(self._problems)]
        return json.dumps(kept).encode("utf-8", "replace").decode("utf-8") if kept else ""


def remarks_in(facts: Mapping[str, tuple[str, float]]) -> list[Remark]:
    """What was odd when the watchlists were last read."""
    text, _ = facts.get(REMARKS, ("", 0.0))
    with readable("what is odd about watchlists"):
        return [
            Remark((str(file), str(code), str(said)), str(whole))
            for file, code, said, whole in json.loads(text or "[]")
        ]


async def said_once(store: StoreWriter, problems: Iterable[Problem], now: float) -> list[Problem]:
    """Of all that is odd now what no run or round has said before; it is remembered as said."""
    known = remarks_in(await store.call(lambda book: book.facts()))
    remarking = Remarking(known)
    fresh = remarking.update(problems)
    if fresh or known:
        await store.set_fact(REMARKS, remarking.text, now)
    return fresh
