"""Edits while the program runs, file by file: what is good is taken up; what is broken, empty or gone leaves the last
good version of that file in use.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from monitor.errors import HELD, Problem
from monitor.matching import Read, Watch, compile_watches, same_meaning
from monitor.model import WatchId
from monitor.toml.limits import Halves
from monitor.toml.tomlfile import EMPTY, TomlFile, stamp_of
from monitor.watchlist.build import Library, failed_examples
from monitor.watchlist.checks.names import feed_problems
from monitor.watchlist.entities import ENTITIES, Entities, load_entities
from monitor.watchlist.load import OFF, Loaded, Look, Watchlists, id_of, left_by_merge, load_file, look_at, twice
from monitor.watchlist.schema import LongTerm

_ENTITIES_CHANGED = f"{ENTITIES} has changed"


class Guard(Protocol):
    """Knows which edits would flood the user. ``seen`` remembers which of them have been saved again."""

    seen: Halves

    def floods(self, pairs: Sequence[tuple[Watch, Watch | None]], read: Read | None) -> Mapping[WatchId, object]:
        """Of each pair the first version, if it would flood the user and the second one does not, with what to say."""


@dataclass(frozen=True)
class Reload:
    """What a reload led to. ``refused``: what is wrong with files, whose last good versions stay; ``gone``: files that
    are not there any more, and stay in use all the same; ``moving``: the names of files that changed while they were
    read, and have to be read again; ``renamed``: old id → new id.
    """

    library: Library
    refused: tuple[Problem, ...] = ()
    gone: tuple[Problem, ...] = ()
    moving: frozenset[str] = frozenset()
    renamed: dict[WatchId, WatchId] = field(default_factory=dict)


def reload(
    folder: Path,
    previous: Library,
    look: Look | None = None,
    unsettled: Collection[str] = frozenset(),
    halves: Halves | None = None,
    is_asked: bool = False,
    feeds: Collection[str] | None = None,
    guard: Guard | None = None,
) -> Reload:
    """``previous`` with the edits that were made in ``folder`` since. Files are used only as they were seen in ``look``
    (by default: now); ``unsettled`` ones, which are still being written, are left as they are. ``halves`` remembers
    from one reload to the next which files look cut; ``is_asked``: somebody wants these to be used all the same.
    ``feeds``: the names of all feeds, None where they are not known. ``guard`` holds edits that would be a flood.

    Raises nothing: whatever is wrong comes back as problems. When all files are gone, that is a single one.
    """
    look = look or look_at(folder)
    if look.trouble:
        return Reload(previous, gone=(Problem(folder, 0, look.trouble, "what was loaded stays in use; put it back"),))
    return _Reloading(folder, previous, look, unsettled, halves or Halves(), is_asked, feeds, guard).run()


class _Reloading:
    """One reload under way."""

    def __init__(
        self,
        folder: Path,
        previous: Library,
        look: Look,
        unsettled: Collection[str],
        halves: Halves,
        is_asked: bool,
        feeds: Collection[str] | None,
        guard: Guard | None,
    ) -> None:
        self._folder = folder
        self._before = previous.lists.loaded
        self._previous = previous
        self._look = look
        self._unsettled = unsettled
        self._halves = halves
        self._is_asked = is_asked
        self._feeds = feeds
        self._guard = guard
        self._loaded: dict[WatchId, Loaded] = {}
        self._refused: list[Problem] = []
        self._gone_entities: list[Problem] = []
        self._gone: list[Problem] = []
        self._renamed: dict[WatchId, WatchId] = {}
        self._moving: set[str] = set()

    def run(self) -> Reload:
        entities = self._entities()
        for name in self._names():
            self._read(name, entities)
        self._keep_what_is_gone()
        library = self._compiled(entities)
        broken = {
            watch.id: problems
            for watch in library.lists.watches
            if self._previous.engine.watch(watch.id) is not watch
            if (problems := list(failed_examples(library.lists, library.engine, watch.id)))
        }
        library = self._without(broken, library)
        library = self._without(self._floods(library), library)
        return Reload(library, tuple(self._refused), tuple(self._gone), frozenset(self._moving), self._renamed)

    def _without(self, refused: Mapping[WatchId, list[Problem]], library: Library) -> Library:
        """``library`` with the last good versions in place of what is ``refused``."""
        if not refused:
            return library
        for identity, problems in refused.items():
            self._refuse(identity, problems)
        self._keep_what_is_gone()
        return self._compiled(library.lists.entities)

    def _floods(self, library: Library) -> dict[WatchId, list[Problem]]:
        """The edited watchlists that would flood the user, and that nobody has asked for twice."""
        if self._guard is None:
            return {}
        old = {self._renamed.get(watch, watch): one.watch for watch, one in self._before.items()}
        told = [watch for watch in library.lists.watches if watch.handling.is_told]
        pairs = [(new, old.get(new.id)) for new in told if not same_meaning(new, old.get(new.id))]
        floods = self._guard.floods(pairs, library.engine.read)
        for watch in library.lists.watches:
            if watch.id not in floods:
                self._guard.seen.forget(f"{watch.id}.toml")
        held: dict[WatchId, list[Problem]] = {}
        for name, watches in self._by_file(floods).items():
            file = self._loaded[watches[0]].file if name != ENTITIES else library.lists.entities.file
            assert file is not None, "it has changed, and so it is there"
            if self._guard.seen.refuses(name, file.raw, file.stamp[:3], self._is_asked):
                held |= {watch: [self._flood_problem(watch, name, floods[watch])] for watch in watches}
        return held

    def _by_file(self, watches: Iterable[WatchId]) -> dict[str, list[WatchId]]:
        """Watchlists by the file whose edit has changed them: their own, or that of the entities."""
        by_file: dict[str, list[WatchId]] = defaultdict(list)
        for watch in watches:
            before = self._before.get(watch)
            is_own = before is None or before.stamp != self._loaded[watch].stamp
            by_file[f"{watch}.toml" if is_own else ENTITIES].append(watch)
        return by_file

    def _flood_problem(self, watch: WatchId, name: str, flood: object) -> Problem:
        hint = f"to use it all the same, save {name} once more"
        return replace(self._loaded[watch].file.problem(("title",), f"would be a flood: {flood}", hint), code=HELD)

    def _compiled(self, entities: Entities) -> Library:
        # By the names of their files, as at the start.
        loaded = dict(sorted(self._loaded.items(), key=lambda pair: f"{pair[0]}.toml"))
        lists = Watchlists(self._folder, loaded, entities)
        engine = self._previous.engine
        return Library(lists, compile_watches(lists.watches, engine.read, engine))

    # entities.toml

    def _entities(self) -> Entities:
        """The shared names as they are to be used: as before, when the file is broken, empty or gone."""
        before, path = self._previous.lists.entities, self._folder / ENTITIES
        stamp = self._look.files.get(ENTITIES)
        if ENTITIES in self._unsettled:
            return before
        if stamp is None:
            if before.file and not self._is_off(ENTITIES):
                hint = f"put it back, or leave an empty {ENTITIES}.off to end them"
                self._gone_entities = [Problem(path, 0, "the file is gone; the names in it stay in use", hint)]
                return before
            return Entities.none()
        entities, problems = load_entities(path, stamp, before)
        if entities is not before and stamp_of(path) != stamp:
            self._moving.add(ENTITIES)
            return before
        if not problems and before.file and entities.file and entities is not before:
            if entities.file.is_empty and not before.file.is_empty:
                hint = f"the names before it stay in use; to end them, rename it to {ENTITIES}.off"
                problems = [Problem(path, 1, EMPTY, hint)]
            elif self._is_half(entities.file, before.file):
                problems = [entities.file.half_written()]
        self._refused += problems
        return before if problems else entities

    # the files of watchlists

    def _names(self) -> Iterable[str]:
        """The files to read: those of one id once, and what is in use comes before what is new."""
        names = sorted(self._look.watchlists, key=lambda name: (id_of(name) not in self._before, name))
        doubles = twice(self._folder, names)
        self._refused += [*doubles, *(left_by_merge(self._folder / name) for name in self._look.copies)]
        refused = {problem.file.name for problem in doubles}
        return [name for name in names if name not in refused]

    def _read(self, name: str, entities: Entities) -> None:
        watch, path, stamp = id_of(name), self._folder / name, self._look.files[name]
        before = self._before.get(watch)
        if name in self._unsettled:
            self._put_back(watch)
            return
        result = load_file(path, stamp, entities, before)
        if isinstance(result, Loaded) and before and self._is_half(result.file, before.file):
            result = [result.file.half_written()]
        if isinstance(result, Loaded) and (unknown := list(feed_problems(result.file, result.source, self._feeds))):
            result = unknown
        is_same = before is not None and before.stamp == stamp
        if not is_same and stamp_of(path) != stamp:
            self._moving.add(name)
            self._put_back(watch)
        elif isinstance(result, list):
            self._refuse(watch, result)
        else:
            self._loaded[watch] = result

    def _is_half(self, file: TomlFile, used: TomlFile) -> bool:
        name = file.path.name
        if not file.looks_cut(used):
            self._halves.forget(name)
            return False
        return self._halves.refuses(name, file.raw, file.stamp[:3], self._is_asked)

    def _refuse(self, watch: WatchId, problems: Iterable[Problem]) -> None:
        """Tell what is wrong with a file, and use its last good version, when it has one."""
        before = self._before.get(watch)
        if before and before.stamp == self._look.files.get(f"{watch}.toml"):
            # The file is as it was; what it names is not.
            problems = [replace(one, hint="; ".join(filter(None, (one.hint, _ENTITIES_CHANGED)))) for one in problems]
        self._refused += problems
        self._put_back(watch)

    def _put_back(self, watch: WatchId) -> None:
        if before := self._before.get(watch):
            self._loaded[watch] = before
        else:
            self._loaded.pop(watch, None)

    # files that are gone

    def _keep_what_is_gone(self) -> None:
        """Keep watchlists whose files are gone, unless they were put aside or renamed."""
        gone: dict[WatchId, Loaded] = {}
        for watch, one in self._before.items():
            name = f"{watch}.toml"
            if name in self._look.files or self._is_off(name):
                continue
            if name in self._unsettled:
                self._loaded[watch] = one
            else:
                gone[watch] = one
        new = {watch: one for watch, one in self._loaded.items() if watch not in self._before}
        self._renamed = renamed(gone, new)
        for watch in self._renamed:
            self._loaded.pop(watch, None)
            del gone[watch]
        self._loaded.update(gone)
        if len(gone) > 1 and len(gone) == len(self._loaded):
            hint = "what was loaded stays in use; put the files back"
            self._gone = [Problem(self._folder, 0, "holds no watchlist any more", hint)]
        else:
            self._gone = [*self._gone_entities, *map(self._gone_problem, gone)]

    def _gone_problem(self, watch: WatchId) -> Problem:
        hint = f"put it back, or end the watchlist with: monitor watch remove {watch}"
        path = self._folder / f"{watch}.toml"
        return Problem(path, 0, "the file is gone; its last good version stays in use", hint)

    def _is_off(self, name: str) -> bool:
        """Whether the file that is not there was put aside on purpose."""
        off = f"{name.removesuffix('.toml')}{OFF}"
        return off in self._look.files and off not in self._unsettled and name not in self._look.files


# --- renames ---------------------------------------------------------------------------------------------------------
# Which new files hold watchlists whose own files are gone: taken for two, everything would be told twice.


def renamed(gone: Mapping[WatchId, Loaded], new: Mapping[WatchId, Loaded]) -> dict[WatchId, WatchId]:
    """Old id → new id, of each of ``gone`` that is alike to just one of ``new``, which no other one is alike to: in all
    bytes; or in its title, or in half of its terms.
    """
    by_text: dict[bytes, WatchId] = {}
    for watch, one in new.items():
        by_text.setdefault(one.file.raw, watch)
    found = {watch: by_text[one.file.raw] for watch, one in gone.items() if one.file.raw in by_text}
    taken = set(found.values())
    kin = _Kin({watch: one for watch, one in new.items() if watch not in taken})
    alike = {watch: kin.of(one) for watch, one in gone.items() if watch not in found}
    claims = Counter(watch for ones in alike.values() for watch in ones)
    certain = ((watch, *ones) for watch, ones in alike.items() if len(ones) == 1)
    return found | {watch: other for watch, other in certain if claims[other] == 1}


class _Kin:
    """The new watchlists, by their titles and terms."""

    def __init__(self, new: Mapping[WatchId, Loaded]) -> None:
        self._titles: defaultdict[str, list[WatchId]] = defaultdict(list)
        self._terms: defaultdict[str, list[WatchId]] = defaultdict(list)
        for watch, one in new.items():
            self._titles[one.watch.title.casefold()].append(watch)
            for term in _terms(one):
                self._terms[term].append(watch)

    def of(self, gone: Loaded) -> set[WatchId]:
        """The new watchlists that may be ``gone`` under another name."""
        terms = _terms(gone)
        shared = Counter(watch for term in terms for watch in self._terms.get(term, ()))
        alike = {watch for watch, count in shared.items() if 2 * count >= len(terms)}
        return alike.union(self._titles.get(gone.watch.title.casefold(), ()))


def _terms(one: Loaded) -> set[str]:
    """The terms that a watchlist asks for. What it shares with others by way of entities does not tell it from them,
    unless it has nothing else.
    """
    terms = set(_written(one))
    return {term for term in terms if not term.startswith("@")} or terms


def _written(one: Loaded) -> Iterator[str]:
    entries: Iterable[object] = (*one.source.any, *one.source.all)
    for entry in entries:
        for term in entry if isinstance(entry, list) else [entry]:
            text = term.t if isinstance(term, LongTerm) else str(term)
            yield text.split("^")[0].strip().casefold()
