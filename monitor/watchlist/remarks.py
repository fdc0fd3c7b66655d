"""What is odd about watchlists that can be used, as `watch check` says it: for all else that reads or writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from monitor.errors import Level, Problem
from monitor.matching import Engine
from monitor.model import FeedSpec, WatchId
from monitor.watchlist import lint, tidy
from monitor.watchlist.load import Loaded, Watchlists
from monitor.watchlist.names import feed_remarks

Key = tuple[str, str, str]


def key_of(problem: Problem) -> Key:
    """What tells a remark from others, also when it has moved to another line."""
    return problem.file.name, problem.code, problem.message


class Remarks:
    """Remembers what was odd about each watchlist, as it costs time to see: only what has changed is looked at anew."""

    def __init__(self) -> None:
        self._own: dict[WatchId, tuple[Loaded, tuple[Problem, ...]]] = {}

    def of(self, lists: Watchlists, engine: Engine, feeds: Sequence[FeedSpec], today: date) -> list[Problem]:
        """All that is odd about ``lists`` now. Loads the lists of words."""
        known, self._own = self._own, {}
        for watch, one in lists.loaded.items():
            before = known.get(watch)
            if before is None or before[0] is not one:
                alone = Watchlists(lists.folder, {watch: one}, lists.entities)
                before = one, tuple(_own(alone, engine, today))
            self._own[watch] = before
        own = [problem for _, problems in self._own.values() for problem in problems]
        return [*own, *_of_names(lists), *tidy.same_again(lists, lists.loaded), *feed_remarks(lists, feeds)]


def new_remarks(
    before: tuple[Watchlists, Engine],
    after: tuple[Watchlists, Engine],
    feeds: Sequence[FeedSpec],
    today: date,
) -> list[Problem]:
    """What is odd after a change, and was not before it. Only watchlists that were read anew are looked at."""
    lists, engine = after
    changed = {watch for watch, one in lists.loaded.items() if before[0].loaded.get(watch) is not one}

    def found(lists: Watchlists, engine: Engine) -> list[Problem]:
        some = Watchlists(
            lists.folder, {name: one for name, one in lists.loaded.items() if name in changed}, lists.entities
        )
        own = [*_own(some, engine, today), *_of_names(lists), *tidy.same_again(lists, changed)]
        return [*own, *feed_remarks(some, feeds)]

    known = set(map(key_of, found(*before)))
    return [problem for problem in found(lists, engine) if key_of(problem) not in known]


def _own(lists: Watchlists, engine: Engine, today: date) -> Iterator[Problem]:
    """What is odd about each of ``lists`` by itself."""
    for problem in (*lint.warnings(lists, engine), *tidy.remarks(lists, today)):
        if problem.code != "term-twice" and _is_worth_saying(problem):
            yield problem
    yield from tidy.terms_twice(lists, lists.loaded)


def _is_worth_saying(problem: Problem) -> bool:
    """Most notes are for those who ask; that a thread is over is not, as it may be a slip of the year."""
    return problem.level is Level.WARNING or problem.code == "window-past"


def _of_names(lists: Watchlists) -> list[Problem]:
    file = lists.entities.file
    return list(tidy.entity_remarks(file, lists, is_whole=False)) if file else []
