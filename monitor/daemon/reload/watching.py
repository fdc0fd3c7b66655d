"""The watchlists that are live: loaded at start, reloaded when their files change, never replaced by anything
broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from monitor.errors import Problem
from monitor.matching import Engine, Read, compile_watches
from monitor.model import FeedSpec, WatchId
from monitor.toml.limits import Halves
from monitor.watchlist import Library, Reload, build, reload
from monitor.watchlist.checks.lint import Remarks, lost_feeds
from monitor.watchlist.load import Look, left_by_merge, look_at
from monitor.watchlist.reload import Guard

_SHOWN = 10


@dataclass(frozen=True)
class Changes:
    """Which watchlists a reload changed in meaning."""

    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As it is told in the log: ``changed: a, b; new: c``."""
        parts = (("changed", self.changed), ("new", self.new), ("ended", self.ended), ("renamed", self.renamed))
        return "; ".join(f"{what}: {listed(names)}" for what, names in parts if names) or "no changes"

    def __bool__(self) -> bool:
        return bool(self.changed or self.new or self.ended or self.renamed)


def listed(names: Collection[str]) -> str:
    """``a, b, c``; only the first ones of many."""
    more = len(names) - _SHOWN
    return ", ".join([*list(names)[:_SHOWN], *([f"and {more:,} more"] if more > 0 else [])])


@dataclass(frozen=True)
class Reloaded:
    """What a look at the folder led to: a new engine, when something was taken up, and all problems that stand now:
    what was ``refused``, and files that are ``gone``. ``renamed``: old id → new id.
    """

    engine: Engine | None = None
    changes: Changes = field(default_factory=Changes)
    refused: tuple[Problem, ...] = ()
    gone: tuple[Problem, ...] = ()
    renamed: dict[WatchId, WatchId] = field(default_factory=dict)


class LiveWatchlists:
    """Watches a folder by looking: works on every file system, and sees every way in which editors save."""

    def __init__(self, folder: Path, feeds: Collection[str] | None = None, guard: Guard | None = None) -> None:
        self._folder = folder
        self._feeds = feeds
        self._guard = guard
        self._loaded = self._seen = look_at(folder)
        self._copies = tuple(self._loaded.copies)
        self._library = build(folder, feeds=feeds, may_be_empty=True)
        self._has_waited = False
        self._halves = Halves()
        self._refused: tuple[Problem, ...] = ()
        self._remarks = Remarks()

    @property
    def engine(self) -> Engine:
        """The engine of the last good watchlists."""
        return self._library.engine

    def learn(self, texts: Iterable[str]) -> Engine | None:
        """Compile anew with what ``texts``, items read of late, tell of the words of the stream: which are rare
        enough to hang watchlists on, and which are no misspellings. None when they are too few to tell.
        """
        read = Read.of(texts)
        if not read.is_enough:
            return None
        lists = self._library.lists
        self._library = Library(lists, compile_watches(lists.watches, read))
        return self.engine

    def look(self, now_at_once: bool = False) -> Reloaded | None:
        """Reload the files that have changed and then held still for one look; None when there is nothing to do.

        A save in several writes is thus not read half-way. Where others are still being written, it is waited for one
        look more, as they may belong together. ``now_at_once`` (SIGHUP) does not wait.
        """
        current = look_at(self._folder)
        before, self._seen = self._seen, current
        changed = _differing(current, self._loaded)
        if now_at_once:
            return self._take_up(current, changed, frozenset(), told=True)
        unsettled = changed & _differing(current, before)
        if current == self._loaded or current.trouble != before.trouble or (changed and changed == unsettled):
            return None
        if unsettled and not self._has_waited:
            self._has_waited = True
            return None
        self._has_waited = False
        return self._take_up(current, changed, unsettled)

    def with_feeds(self, feeds: Collection[str]) -> Reloaded | None:
        """The feeds have these names now: watchlists that were refused for a name can perhaps be used. None where the
        names are the same.
        """
        if self._feeds is not None and set(self._feeds) == set(feeds):
            return None
        self._feeds = feeds
        return self._take_up(self._loaded, frozenset(), frozenset())

    def lost_feeds(self, feeds: Collection[str], config: Path) -> list[Problem]:
        """What would be lost if the feeds had these names: watchlists whose feeds would be gone, also as their files
        are now.
        """
        if self._feeds is None or set(self._feeds) <= set(feeds):
            return []
        found = reload(self._folder, self._library, look_at(self._folder), feeds=feeds)
        return lost_feeds(found.library.lists, feeds, config)

    def _take_up(
        self, current: Look, changed: frozenset[str], unsettled: frozenset[str], told: bool = False
    ) -> Reloaded:
        """Exchange the library. ``told``: somebody asked for it, and is to hear of it even if nothing has changed."""
        before = self._library
        found = reload(self._folder, before, current, unsettled, self._halves, told, self._feeds, self._guard)
        # What could not be read yet is looked at again; what is wrong with it stands until then.
        later = unsettled | found.moving
        files = {name: stamp for name, stamp in current.files.items() if name not in later}
        files.update({name: self._loaded.files[name] for name in later & self._loaded.files.keys()})
        self._loaded = replace(current, files=files)
        self._library = found.library
        self._refused = (*found.refused, *(one for one in self._refused if one.file.name in later))
        changes = _changes(before, found)
        broken = later | {problem.file.name for problem in (*self._refused, *found.gone)}
        good = any(name.endswith(".toml") for name in changed - broken)
        is_gone = any(problem.file == self._folder for problem in found.gone)
        engine = self.engine if told or ((good or changes) and not is_gone) else None
        return Reloaded(engine, changes, self._refused, found.gone, found.renamed)

    def remarks(self, feeds: Sequence[FeedSpec], today: date) -> list[Problem]:
        """All that is odd about the watchlists in use. Copies that a merge has left are refused where they appear
        later.
        """
        copies = [left_by_merge(self._folder / name) for name in self._copies if name in self._loaded.copies]
        return [*copies, *self._remarks.of(self._library.lists, self.engine, feeds, today)]


def _differing(one: Look, other: Look) -> frozenset[str]:
    """The names of the files that are not the same in both."""
    return frozenset(name for name, _ in one.files.items() ^ other.files.items())


def _changes(previous: Library, found: Reload) -> Changes:
    before = {watch.id: watch.version for watch in previous.lists.watches}
    after = {watch.id: watch.version for watch in found.library.lists.watches}
    renamed = found.renamed
    return Changes(
        changed=tuple(watch for watch, version in after.items() if before.get(watch, version) != version),
        new=tuple(watch for watch in after if watch not in before and watch not in renamed.values()),
        ended=tuple(watch for watch in before if watch not in after and watch not in renamed),
        renamed=tuple(f"{old} to {new}" for old, new in renamed.items()),
    )
