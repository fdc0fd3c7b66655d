"""Files that cannot be used while the program runs, and what is odd about those in use: who has been told of what, so
that nothing is said twice.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.alerts import compose
from monitor.errors import HELD, Problem
from monitor.matching import Engine
from monitor.store import StoreWriter
from monitor.store.integrity.faults import readable
from monitor.watchlist.checks.lint import Key, key_of
from monitor.watchlist.load import OFF

log = logging.getLogger("monitor.daemon")

_PATIENCE = 3.0
"""Seconds that a refusal has to stand before it is sent anywhere: editors that save by themselves save half words."""
WATCHLISTS = "watchlists.refusal"
WATCHLISTS_HELD = "watchlists.held"
CONFIG = "config.refusal"
"""The facts that ``monitor status`` shows: what is refused or held now, as text."""
WAITING = "config.waiting"
"""The sections of ``config.toml`` that wait for the next start, for ``monitor status``, too."""
_LIVE = "watchlists.live"


_TOLD = 20
"""So many problems are told at once; somebody who reads them cannot use more."""


@dataclass
class _Spell:
    """The time in which a file cannot be used, whatever is wrong with it in the course of it."""

    since: float
    problems: list[Problem]
    told: bool = False


class Refusals:
    """What is wrong with files at this moment. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._spells: dict[Path, _Spell] = {}

    def update(self, problems: Sequence[Problem], now: float) -> list[Problem]:
        """These are all problems that there are now. Returns those that were not there before."""
        before, self._spells = self._spells, {}
        for problem in problems:
            known = before.get(problem.file)
            fresh = _Spell(known.since if known else now, [], bool(known and known.told))
            self._spells.setdefault(problem.file, fresh).problems.append(problem)
        known_before = {problem for spell in before.values() for problem in spell.problems}
        return [one for one in problems if one not in known_before]

    @property
    def text(self) -> str:
        """What is refused, of many problems only the first ones; fit to be stored: the names of files may hold bytes
        that are no text.
        """
        return self._text(is_held=False)

    @property
    def held(self) -> str:
        """The same of edits that are held until the user says that they are meant."""
        return self._text(is_held=True)

    def _text(self, is_held: bool) -> str:
        every = (problem for spell in self._spells.values() for problem in spell.problems)
        problems = [problem for problem in every if (problem.code == HELD) == is_held]
        first, more = problems[:_TOLD], len(problems) - _TOLD
        lines = [*map(str, first), *([_more(more)] if more > 0 else [])]
        return "\n".join(lines).encode("utf-8", "replace").decode("utf-8")

    def due(self, now: float) -> list[Problem]:
        """What has stood long enough to be told, of files that have not been told of since they were good."""
        return [
            problem
            for spell in self._spells.values()
            if not spell.told and now - spell.since >= _PATIENCE
            for problem in spell.problems
        ]

    def mark_told(self, problems: Sequence[Problem]) -> None:
        """The user has been told of these."""
        for problem in problems:
            self._spells[problem.file].told = True


def log_problems(level: int, problems: Sequence[Problem]) -> None:
    """Tell problems in the log; of many only the first ones."""
    for problem in problems[:_TOLD]:
        for line in str(problem).split("\n"):
            log.log(level, "%s", line)
    if len(problems) > _TOLD:
        log.log(level, "%s", _more(len(problems) - _TOLD))


def _more(count: int) -> str:
    return f"and {count:,} more: monitor watch check lists them"


async def note_start(store: StoreWriter, folder: Path, engine: Engine, names: Sequence[str], now: float) -> list[str]:
    """Begin with nothing refused, and remember which watchlists live. Watchlists of the last run whose files are gone,
    and were not put aside, are told on the channels ``names``; returns their ids.
    """
    live = {watch.id for watch in engine.watches}
    lost = lost_ids(await store.call(lambda book: book.facts()), folder, live)
    if lost:
        await store.put_alert(compose.lost_notice(lost, str(folder), now), names)
    for fact in (WATCHLISTS, WATCHLISTS_HELD, CONFIG, WAITING):
        await store.set_fact(fact, "", now)
    await note_live(store, engine, now)
    return lost


def lost_ids(facts: dict[str, tuple[str, float]], folder: Path, live: Collection[str] = ()) -> list[str]:
    """The watchlists of the last run that are none of those that ``live``, and were not put aside."""
    return sorted(watch for watch in live_ids(facts) - set(live) if not _is_aside(folder, watch))


def _is_aside(folder: Path, watch: str) -> bool:
    return os.path.lexists(folder / f"{watch}{OFF}")


async def note_live(store: StoreWriter, engine: Engine, now: float) -> None:
    """Remember which watchlists live."""
    await store.set_fact(_LIVE, json.dumps([watch.id for watch in engine.watches]), now)


def live_ids(facts: dict[str, tuple[str, float]]) -> set[str]:
    """The watchlists that lived when the program last noted so."""
    with readable("which watchlists live"):
        return {str(watch) for watch in json.loads(facts[_LIVE][0])} if _LIVE in facts else set()


# --- remarks ---------------------------------------------------------------------------------------------------------
# What is odd about the watchlists in use: said once, and kept for ``monitor status`` and for the next round.


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
