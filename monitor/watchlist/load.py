"""A folder of watchlist files → watches. All problems of all files are reported at once; nothing is half loaded."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from monitor import tomlfile
from monitor.errors import Problem, WatchlistError
from monitor.matching import Watch
from monitor.model import WatchId
from monitor.tomlfile import Stamp, TomlFile, stamp_of
from monitor.watchlist.entities import ENTITIES, Entities, load_entities
from monitor.watchlist.reader import Reader, entities_in
from monitor.watchlist.schema import WatchlistFile

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Examples:
    """A watchlist's own tests, with the lines they stand on."""

    match: tuple[tuple[str, int], ...] = ()
    nomatch: tuple[tuple[str, int], ...] = ()


class Loaded(NamedTuple):
    """One file, read: kept for as long as neither it nor an entity that it names changes."""

    stamp: Stamp
    entities: tuple[tuple[str, str], ...]
    watch: Watch
    file: TomlFile
    source: WatchlistFile


@dataclass(frozen=True)
class Watchlists:
    """All watchlists of a folder, checked."""

    folder: Path
    loaded: dict[WatchId, Loaded] = field(default_factory=dict)
    entities: Entities = field(default_factory=Entities.none)

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The watches, by the names of their files."""
        return tuple(one.watch for one in self.loaded.values())

    def file(self, watch: WatchId) -> TomlFile:
        """The file of ``watch``."""
        return self.loaded[watch].file

    def source(self, watch: WatchId) -> WatchlistFile:
        """What is written in the file of ``watch``."""
        return self.loaded[watch].source

    def examples(self, watch: WatchId) -> Examples:
        """The examples of ``watch`` with their lines."""
        file, texts = self.file(watch), self.source(watch).examples

        def lines(name: str, headlines: list[str]) -> tuple[tuple[str, int], ...]:
            return tuple((text, file.line(("examples", name, index))) for index, text in enumerate(headlines))

        return Examples(lines("match", texts.match), lines("nomatch", texts.nomatch))


def files_in(folder: Path) -> list[Path]:
    """The TOML files of ``folder``, sorted; hidden files (editors' drafts and backups) are left out."""
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def load(folder: Path, previous: Watchlists | None = None) -> Watchlists:
    """Load every watchlist of ``folder``. Raises WatchlistError with all problems found.

    Files that are the same as in ``previous`` are not read again.
    """
    if not folder.is_dir():
        hint = "set watchlists under [monitor] in config.toml"
        raise WatchlistError([Problem(folder, 0, "the folder of watchlists does not exist", hint)])
    entities, problems = load_entities(folder / ENTITIES, previous.entities if previous else None)
    paths = [path for path in files_in(folder) if path.name != ENTITIES]
    problems += _twice(paths)
    loaded: dict[WatchId, Loaded] = {}
    for path in paths:
        before = previous.loaded.get(WatchId(path.stem)) if previous else None
        result = _load_file(path, entities, before)
        if isinstance(result, list):
            problems.extend(result)
        else:
            loaded[result.watch.id] = result
    if not problems and not loaded:
        hint = 'write a file like pakistan-brics.toml with a title and all = ["Pakistan", "BRICS"]'
        problems.append(Problem(folder, 0, "holds no watchlist", hint))
    if problems:
        raise WatchlistError(problems)
    return Watchlists(folder, loaded, entities)


def _twice(paths: Iterable[Path]) -> list[Problem]:
    """Ids that differ in case alone would be one on another file system, and look like one in an alert."""
    by_id = defaultdict(list)
    for path in paths:
        by_id[path.stem.casefold()].append(path)
    return [
        Problem(path, 0, f'the id "{path.stem}" is taken by {same[0].name}', "rename one of the two files")
        for same in by_id.values()
        for path in same[1:]
    ]


def _load_file(path: Path, entities: Entities, before: Loaded | None) -> Loaded | list[Problem]:
    if not _ID.fullmatch(path.stem):
        hint = "use letters, digits, - and _, for example pakistan-brics.toml"
        return [Problem(path, 0, "the file's name is the watchlist's id", hint)]
    stamp = stamp_of(path)
    if before and before.stamp == stamp and before.file.path == path:
        if before.entities == _used(before.file, entities):
            return before
        file, source = before.file, before.source
    else:
        read = tomlfile.read(path)
        if isinstance(read, Problem):
            return [read]
        checked = tomlfile.check(read, WatchlistFile)
        if isinstance(checked, list):
            return checked
        file, source = read, checked
    watch = Reader(file, source, entities).read()
    return watch if isinstance(watch, list) else Loaded(stamp, _used(file, entities), watch, file, source)


def _used(file: TomlFile, entities: Entities) -> tuple[tuple[str, str], ...]:
    return tuple((name, entities.digest(name)) for name in entities_in(file, entities))
