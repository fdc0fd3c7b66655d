"""``entities.toml``: names that several watchlists share. ``@pakistan`` stands for every spelling of Pakistan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from monitor.errors import Problem
from monitor.matching import Kind, Pattern, TermError, parse_term
from monitor.matching.terms.rules import acronym, refuse_foreign
from monitor.toml import locate, tomlfile
from monitor.toml.advice import suggestion
from monitor.toml.tomlfile import NO_STAMP, Stamp, TomlFile
from monitor.watchlist.schema import EntitySection

ENTITIES = "entities.toml"
UNKNOWN_ENTITY, _CIRCLE = "unknown-entity", "entity-circle"
_DEEPEST = 20
"""So many entities may stand behind one another's names."""


class Entities:
    """The shared names, resolved: entities that name others hold the others' patterns too."""

    def __init__(self, file: TomlFile | None, sections: dict[str, EntitySection]) -> None:
        self._file = file
        self._sections = sections
        self._patterns: dict[str, tuple[Pattern, ...]] = {}
        self._masks: dict[str, tuple[Pattern, ...]] = {}
        self.problems: list[Problem] = []
        self._others: dict[str, list[str]] = {}
        for name in sections:
            self._masks[name] = tuple(self._parse((name, "except"), sections[name].except_, Kind.TERM))
        for name in sections:
            self._resolve(name, ())
        self.broken = False
        """Whether the file could not be used: then nothing can be said about which names exist."""
        self.stamp: Stamp = NO_STAMP
        self._digests: dict[str, str] = {}

    @classmethod
    def none(cls) -> Entities:
        """No entities at all."""
        return cls(None, {})

    @property
    def file(self) -> TomlFile | None:
        """The file that they were read from."""
        return self._file

    def names(self) -> Iterable[str]:
        """The names that ``@`` may stand before."""
        return self._sections.keys()

    def section(self, name: str) -> EntitySection | None:
        """What is written in the file of the entity."""
        return self._sections.get(name)

    def patterns(self, name: str) -> tuple[Pattern, ...] | None:
        """All spellings of the entity, or None when there is no such entity."""
        return self._patterns.get(name)

    def masks(self, name: str) -> tuple[Pattern, ...]:
        """Phrases in which the entity's name means something else."""
        own = self._masks.get(name, ())
        return (*own, *(mask for other in self._others.get(name, ()) for mask in self.masks(other)))

    def others(self, name: str) -> tuple[str, ...]:
        """The entities that the entity names itself."""
        return tuple(self._others.get(name, ()))

    def digest(self, name: str) -> str:
        """A short hash of what the entity means now."""
        if name not in self._digests:
            meaning = repr((self._patterns.get(name), self.masks(name)))
            self._digests[name] = hashlib.sha256(meaning.encode()).hexdigest()[:12]
        return self._digests[name]

    def _resolve(self, name: str, trail: tuple[str, ...]) -> tuple[Pattern, ...]:
        if name in self._patterns:
            return self._patterns[name]
        section = self._sections[name]
        own = [text for text in section.names if not text.startswith("@")]
        found = [*self._parse((name, "names"), section.names, Kind(section.kind), skip_entities=True)]
        found += self._parse((name, "acronyms"), section.acronyms, None)
        for index, text in enumerate(section.names):
            if text in own:
                continue
            other = text[1:].strip()
            if other not in self._sections:
                self._unknown((name, "names", index), text, other)
            elif other in (*trail, name):
                circle = " -> ".join(f"@{part}" for part in (*trail, name, other))
                said = f"entities name each other in a circle: {circle}"
                self._problem((name, "names", index), _CIRCLE, said, "remove one of the names")
            elif len(trail) >= _DEEPEST:
                self._problem(
                    (name, "names", index),
                    _CIRCLE,
                    f"entities name each other more than {_DEEPEST} deep",
                    "write the names themselves here",
                )
            else:
                found += self._resolve(other, (*trail, name))
                self._others.setdefault(name, []).append(other)
        if not section.names and not section.acronyms:
            hint = 'add names = ["..."] or acronyms = ["..."]'
            self._problem((name,), "entity-empty", f'the entity "{name}" has no names', hint)
        self._patterns[name] = tuple(dict.fromkeys(found))
        return self._patterns[name]

    def _unknown(self, key: tuple[str | int, ...], text: str, other: str) -> None:
        try:
            refuse_foreign(text, text)
        except TermError as error:
            self._problem(key, error.code, str(error), error.hint_at(str(key[1])))
        else:
            hint = suggestion(other, self._sections)
            self._problem(key, UNKNOWN_ENTITY, f'unknown entity "{text}"', hint)

    def _parse(
        self, key: tuple[str, str], texts: list[str], kind: Kind | None, skip_entities: bool = False
    ) -> list[Pattern]:
        patterns = []
        for index, text in enumerate(texts):
            if skip_entities and text.startswith("@"):
                continue
            try:
                patterns.append(acronym(text) if kind is None else parse_term(text, kind))
            except TermError as error:
                self._problem((*key, index), error.code, str(error), error.hint_at(key[1]))
        return patterns

    def _problem(self, key: tuple[str | int, ...], code: str, message: str, hint: str) -> None:
        assert self._file is not None, "entities come from a file"
        self.problems.append(self._file.problem(key, message, hint, code))


def _broken() -> Entities:
    entities = Entities(None, {})
    entities.broken = True
    return entities


def load_entities(
    path: Path, stamp: Stamp | None, previous: Entities | None = None, draft: str | None = None
) -> tuple[Entities, list[Problem]]:
    """The entities of ``path`` (none where ``stamp`` is None: there is no such file) and what is wrong with them.
    ``previous`` stays when the file is the same. A ``draft`` is read in place of the file.
    """
    if draft is not None:
        stamp = NO_STAMP
    if stamp is None:
        return Entities.none(), []
    if previous and stamp != NO_STAMP and previous.stamp == stamp:
        return previous, []
    file = tomlfile.read(path, draft)
    if isinstance(file, Problem):
        return _broken(), [file]
    sections: dict[str, EntitySection] = {}
    problems: list[Problem] = []
    adapter = TypeAdapter(dict[str, object])
    positions: dict[str | int, dict[locate.Path, locate.Position]] = {}
    for key, place in file.positions.items():
        positions.setdefault(key[0], {})[key[1:]] = place
    for name, table in file.data.items():
        try:
            adapter.validate_python(table, strict=True)
        except ValidationError:
            problems.append(
                file.problem(
                    (name,),
                    f'"{name}" is not a table',
                    f"write [{name}] on a line of its own, its keys below it",
                    "not-a-table",
                )
            )
            continue
        one = TomlFile(file.path, table, positions[name])
        checked = tomlfile.check(one, EntitySection)
        if isinstance(checked, list):
            problems.extend(checked)
        else:
            sections[name] = checked
    if problems:
        return _broken(), problems
    entities = Entities(file, sections)
    entities.stamp = stamp
    return entities, entities.problems
