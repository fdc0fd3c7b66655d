"""A folder of watchlist files → watches. All problems of all files are reported at once; nothing is half loaded."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from monitor.errors import Problem, WatchlistError
from monitor.matching import Watch
from monitor.model import WatchId
from monitor.toml import tomlfile
from monitor.toml.tomlfile import EMPTY, NO_STAMP, Stamp, TomlFile, stamp_of
from monitor.watchlist.checks.names import feed_problems
from monitor.watchlist.entities import ENTITIES, Entities, load_entities
from monitor.watchlist.reader import Reader, entities_in, rests_on
from monitor.watchlist.schema import WatchlistFile

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_TOML = ".toml"
_COPY = re.compile(r"(?P<of>.+?)(?:\.sync-conflict-\d{8}-\d{6}(?:-\w+)?|_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+)\.toml")
"""The names of copies that Syncthing and ``git mergetool`` put beside a file of which there are two versions: followed,
each would tell everything once more, and go on when it is gone.
"""
BEGIN = 'monitor watch new "a few words" writes the first one; or set watchlists under [monitor] in config.toml'
"""What to do where there is no folder of watchlists."""
OFF = ".toml.off"
"""How the name of a watchlist's file ends that was put aside: nobody follows it, and nothing is lost."""


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
    """The TOML files of ``folder``, sorted; hidden files (editors' drafts and backups) and copies of unfinished merges
    are left out.
    """
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith(".") and not copied(path.name))


def copied(name: str) -> str:
    """The name of the file that the file ``name`` is a copy of, as programs make them while a merge is not finished;
    empty for all others.
    """
    found = _COPY.fullmatch(name)
    return f"{found['of']}{_TOML}" if found else ""


def left_by_merge(path: Path) -> Problem:
    """What there is to say of such a copy."""
    hint = f"keep what you want of it in {copied(path.name)}, and delete it"
    return Problem(path, 0, "is a copy that an unfinished merge has left, and is not followed", hint, code="merge-copy")


def ids_in(folder: Path) -> list[str]:
    """The ids of the watchlists of ``folder``, whether they can be loaded or not."""
    return [path.stem for path in files_in(folder) if path.name != ENTITIES]


@dataclass(frozen=True)
class Look:
    """What there is in a folder of watchlists: each TOML file, and each that was put aside (``.toml.off``), with its
    stamp. ``trouble`` says why the folder cannot be read; ``is_missing``: because there is none.
    """

    files: dict[str, Stamp] = field(default_factory=dict)
    trouble: str = ""
    is_missing: bool = False

    @property
    def watchlists(self) -> list[str]:
        """The names of the files of watchlists, sorted."""
        return sorted(name for name in self.files if name.endswith(_TOML) and name != ENTITIES and not copied(name))

    @property
    def copies(self) -> list[str]:
        """The names of the copies that unfinished merges have left, sorted."""
        return sorted(filter(copied, self.files))


def look_at(folder: Path) -> Look:
    """Look at ``folder``, without reading its files. Hidden files (editors' drafts and backups) are left out."""
    try:
        with os.scandir(folder) as entries:
            names = [one.name for one in entries if one.name.endswith((_TOML, OFF)) and not one.name.startswith(".")]
    except FileNotFoundError:
        return Look(trouble="the folder of watchlists does not exist", is_missing=True)
    except OSError as error:
        return Look(trouble=f"the folder of watchlists cannot be read: {error.strerror}")
    return Look({name: stamp_of(f"{folder}/{name}") for name in names})


def load(
    folder: Path,
    previous: Watchlists | None = None,
    drafts: Mapping[str, str] | None = None,
    feeds: Collection[str] | None = None,
    may_be_empty: bool = False,
) -> Watchlists:
    """Load every watchlist of ``folder``. Raises WatchlistError with all problems found.

    Files that are the same as in ``previous`` are not read again. ``drafts``: texts by watchlist id (or "entities"),
    which are read in place of the files, or beside them; nothing is written. ``feeds``: the names that feeds have, for
    watchlists to name; None where they are not known. ``may_be_empty``: see ``read_all``.
    """
    lists, problems = read_all(folder, previous, drafts, feeds, may_be_empty)
    if problems:
        raise WatchlistError(problems)
    return lists


def read_all(
    folder: Path,
    previous: Watchlists | None = None,
    drafts: Mapping[str, str] | None = None,
    feeds: Collection[str] | None = None,
    may_be_empty: bool = False,
) -> tuple[Watchlists, list[Problem]]:
    """The watchlists of ``folder`` that can be read, as ``load`` does, and what is wrong with the others. Raises
    WatchlistError when the folder itself cannot be read. ``may_be_empty``: no watchlist, or no folder, is right.
    """
    look, drafts = look_at(folder), {f"{name}.toml": text for name, text in (drafts or {}).items()}
    if look.trouble and not (may_be_empty and look.is_missing):
        raise WatchlistError([Problem(folder, 0, look.trouble, BEGIN, code="no-folder")])
    known = previous.entities if previous else None
    entities, found = load_entities(folder / ENTITIES, look.files.get(ENTITIES), known, drafts.get(ENTITIES))
    names = sorted({*look.watchlists, *drafts} - {ENTITIES})
    problems = [*found, *twice(folder, names)]
    loaded: dict[WatchId, Loaded] = {}
    for name in names:
        before = previous.loaded.get(id_of(name)) if previous else None
        stamp, draft = look.files.get(name, NO_STAMP), drafts.get(name)
        result = load_file(folder / name, NO_STAMP if draft is not None else stamp, entities, before, draft)
        if isinstance(result, list):
            problems.extend(result)
        elif unknown := list(feed_problems(result.file, result.source, feeds)):
            problems.extend(unknown)
        elif not rests_on(entities, result.source):
            loaded[result.watch.id] = result
    if not problems and not loaded and not may_be_empty:
        hint = 'write a file like pakistan-brics.toml with a title and all = ["Pakistan", "BRICS"]'
        problems.append(Problem(folder, 0, "holds no watchlist", hint, code="no-watchlist"))
    return Watchlists(folder, loaded, entities), problems


def load_watch(folder: Path, watch: str) -> Watch | None:
    """One watchlist of ``folder`` by itself, as its file is now; None where it cannot be used, or is not there."""
    path = folder / f"{watch}{_TOML}"
    entities_file = folder / ENTITIES
    entities, _ = load_entities(entities_file, NO_STAMP if entities_file.exists() else None)
    result = load_file(path, NO_STAMP, entities, None)
    return None if isinstance(result, list) or rests_on(entities, result.source) else result.watch


def id_of(name: str) -> WatchId:
    """The id of the watchlist in the file ``name``."""
    return WatchId(name.removesuffix(_TOML))


def twice(folder: Path, names: Iterable[str]) -> list[Problem]:
    """Ids that differ in case alone would be one on another file system, and look like one in an alert. Of several the
    first in ``names`` is right.
    """
    by_id = defaultdict(list)
    for name in names:
        by_id[id_of(name).casefold()].append(name)
    return [
        Problem(
            folder / name,
            0,
            f'the id "{id_of(name)}" is taken by {same[0]}',
            "rename one of the two files",
            code="duplicate-id",
        )
        for same in by_id.values()
        for name in same[1:]
    ]


def load_file(
    path: Path, stamp: Stamp, entities: Entities, before: Loaded | None, draft: str | None = None
) -> Loaded | list[Problem]:
    """One file (or what a ``draft`` has in its place), read and checked, or what is wrong with it; ``before`` when
    neither it nor its entities have changed.
    """
    if not is_id(path.stem):
        hint = "use letters, digits, - and _, for example pakistan-brics.toml"
        return [Problem(path, 0, "the file's name is the watchlist's id", hint, code="bad-id")]
    if before and stamp != NO_STAMP and before.stamp == stamp and before.file.path == path:
        if before.entities == _used(before.file, entities):
            return before
        file, source = before.file, before.source
    else:
        read = tomlfile.read(path, draft)
        if isinstance(read, Problem):
            return [read]
        if read.is_empty:
            hint = 'write a title and what must occur, like all = ["Pakistan", "BRICS"]'
            return [Problem(path, 1, EMPTY, hint, code="empty-file")]
        checked = tomlfile.check(read, WatchlistFile)
        if isinstance(checked, list):
            return checked
        file, source = read, checked
    watch = Reader(file, source, entities).read()
    return watch if isinstance(watch, list) else Loaded(stamp, _used(file, entities), watch, file, source)


def is_id(text: str) -> bool:
    """Whether a watchlist can be called so."""
    return bool(_ID.fullmatch(text))


def _used(file: TomlFile, entities: Entities) -> tuple[tuple[str, str], ...]:
    return tuple((name, entities.digest(name)) for name in entities_in(file, entities))
