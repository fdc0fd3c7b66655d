"""A folder of watchlist files → watches. All problems of all files are reported at once; nothing is half loaded."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from monitor import tomlfile
from monitor.errors import Problem, WatchlistError
from monitor.matching import Concept, Kind, Pattern, TermError, Watch, parse_term
from monitor.matching.rules import one_as_written, split_weight
from monitor.model import WatchId
from monitor.tomlfile import TomlFile
from monitor.watchlist.entities import ENTITIES, Entities, load_entities
from monitor.watchlist.schema import LongTerm, Term, WatchlistFile

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Examples:
    """A watchlist's own tests, with the lines they stand on."""

    match: tuple[tuple[str, int], ...] = ()
    nomatch: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Watchlists:
    """All watchlists of a folder, checked."""

    folder: Path
    watches: tuple[Watch, ...]
    files: dict[WatchId, TomlFile] = field(default_factory=dict)
    sources: dict[WatchId, WatchlistFile] = field(default_factory=dict)

    def examples(self, watch: WatchId) -> Examples:
        """The examples of ``watch`` with their lines."""
        file, texts = self.files[watch], self.sources[watch].examples

        def lines(name: str, headlines: list[str]) -> tuple[tuple[str, int], ...]:
            return tuple((text, file.line(("examples", name, index))) for index, text in enumerate(headlines))

        return Examples(lines("match", texts.match), lines("nomatch", texts.nomatch))


def files_in(folder: Path) -> list[Path]:
    """The TOML files of ``folder``, sorted; hidden files (editors' drafts and backups) are left out."""
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def load(folder: Path) -> Watchlists:
    """Load every watchlist of ``folder``. Raises WatchlistError with all problems found."""
    if not folder.is_dir():
        raise WatchlistError(
            [
                Problem(
                    folder,
                    0,
                    "the folder of watchlists does not exist",
                    "set watchlists under [monitor] in config.toml",
                )
            ]
        )
    entities, problems = load_entities(folder / ENTITIES)
    loaded: list[tuple[Watch, TomlFile, WatchlistFile]] = []
    for path in files_in(folder):
        if path.name == ENTITIES:
            continue
        result = load_file(path, entities)
        if isinstance(result, list):
            problems.extend(result)
        else:
            loaded.append(result)
    if not problems and not loaded:
        hint = 'write a file like pakistan-brics.toml with a title and all = ["Pakistan", "BRICS"]'
        problems.append(Problem(folder, 0, "holds no watchlist", hint))
    if problems:
        raise WatchlistError(problems)
    return Watchlists(
        folder,
        tuple(watch for watch, _, _ in loaded),
        {watch.id: file for watch, file, _ in loaded},
        {watch.id: source for watch, _, source in loaded},
    )


def load_file(path: Path, entities: Entities) -> tuple[Watch, TomlFile, WatchlistFile] | list[Problem]:
    """One watchlist file, or the list of what is wrong with it."""
    if not _ID.fullmatch(path.stem):
        return [
            Problem(
                path,
                0,
                "the file's name is the watchlist's id",
                "use letters, digits, - and _, for example pakistan-brics.toml",
            )
        ]
    file = tomlfile.read(path)
    if isinstance(file, Problem):
        return [file]
    source = tomlfile.check(file, WatchlistFile)
    if isinstance(source, list):
        return source
    return _Reader(file, source, entities).read()


class _Reader:
    """Turns one checked file into a watch, gathering problems instead of stopping at the first."""

    def __init__(self, file: TomlFile, source: WatchlistFile, entities: Entities) -> None:
        self._file = file
        self._source = source
        self._entities = entities
        self._problems: list[Problem] = []

    def read(self) -> tuple[Watch, TomlFile, WatchlistFile] | list[Problem]:
        source = self._source
        if not source.any and not source.all:
            problem = self._file.problem(
                ("title",), "neither any nor all is given", 'say what must occur, like all = ["Pakistan", "BRICS"]'
            )
            return [problem]
        watch = Watch(
            id=WatchId(self._file.path.stem),
            title=" ".join(source.title.split()),
            version=self._version(),
            any=self._patterns(("any",), source.any),
            all=tuple(self._concept(("all", index), entry) for index, entry in enumerate(source.all)),
            context=self._patterns(("context",), source.context),
            context_weight=source.context_weight,
            masks=(*self._patterns(("except",), source.except_), *self._entity_masks()),
            vetoes=self._patterns(("none",), source.none),
            near=source.near,
            fields=(source.fields.title, source.fields.summary, source.fields.body),
            alert=source.alert,
            digest=source.digest,
        )
        if not watch.title:
            self._problem(
                ("title",), "the title is blank", "write a name for the watchlist, as it should stand above its alerts"
            )
        for index, window in enumerate(source.expect if isinstance(source.expect, list) else [source.expect]):
            if window and str(window.until) < str(window.start):
                key: Key = ("expect", index) if isinstance(source.expect, list) else ("expect",)
                self._problem(key, "expect: the window ends before it begins", "exchange from and until")
        if source.digest > source.alert:
            self._problem(
                ("digest",),
                f"digest ({source.digest:g}) is above alert ({source.alert:g})",
                "digest takes what is too weak for an alert",
            )
        return self._problems or (watch, self._file, source)

    def _concept(self, key: Key, entry: Term | list[Term]) -> Concept:
        terms = entry if isinstance(entry, list) else [entry]
        if not terms:
            self._problem(key, "an empty list can never match", "remove it, or name at least one term")
        patterns = self._patterns(key, terms) if isinstance(entry, list) else tuple(self._term(key, entry))
        return Concept("|".join(_written(term) for term in terms), patterns)

    def _patterns(self, key: Key, terms: Iterable[Term]) -> tuple[Pattern, ...]:
        return tuple(pattern for index, term in enumerate(terms) for pattern in self._term((*key, index), term))

    def _term(self, key: Key, term: Term) -> list[Pattern]:
        """The patterns that one written term stands for: one, or all names of an entity."""
        try:
            if isinstance(term, LongTerm):
                if term.t.strip().startswith("@"):
                    raise TermError(f'"{term.t}" names an entity', f'write it as plain text: "{term.t}"')
                pattern = parse_term(term.t, Kind(term.kind or "term"))
                return [pattern if term.fuzz is None else _with_fuzz(pattern, term.fuzz)]
            name, weight = split_weight(term)
            if not name.startswith("@"):
                return [parse_term(term)]
            patterns = self._entities.patterns(name[1:])
            if patterns is None and self._entities.broken:
                return []  # the trouble is told where it is, and once
            if patterns is None:
                self._problem(key, f'unknown entity "{name}"', tomlfile.suggestion(name[1:], self._entities.names()))
                return []
            return [replace(pattern, weight=pattern.weight * weight) for pattern in patterns]
        except TermError as error:
            self._problem(key, str(error), error.hint)
            return []

    def _entity_masks(self) -> tuple[Pattern, ...]:
        return tuple(mask for name in self._entity_names() for mask in self._entities.masks(name))

    def _entity_names(self) -> list[str]:
        return sorted({name for name in _strings(self._source.model_dump()) if name in self._entities.names()})

    def _version(self) -> str:
        """Changes whenever the file or an entity that it names changes in meaning."""
        used = {name: self._entities.digest(name) for name in self._entity_names()}
        text = json.dumps([self._file.data, used], sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _problem(self, key: Key, message: str, hint: str = "") -> None:
        self._problems.append(self._file.problem(key, message, hint))


def _with_fuzz(pattern: Pattern, fuzz: int) -> Pattern:
    words = [replace(word, fuzz=fuzz if len(word.key) > 4 else 0) for word in pattern.words]
    return replace(pattern, words=tuple(one_as_written(words)))


def _written(term: Term) -> str:
    return term.t if isinstance(term, LongTerm) else term


def _strings(value: Any) -> Iterable[str]:
    """The entity names written anywhere inside ``value``, without their sigil and weight."""
    pick: Callable[[str], str] = lambda text: text[1:].split("^")[0].strip()  # noqa: E731
    if isinstance(value, str) and value.startswith("@"):
        yield pick(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
