"""One checked watchlist file → a watch, with every problem that its terms and rules have together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, overload

from monitor.errors import Problem
from monitor.matching import Concept, Handling, Kind, Life, Pattern, TermError, Watch, parse_term
from monitor.matching.terms.rules import Mode, refuse_foreign, split_weight, unforgiving
from monitor.model import WatchId
from monitor.text.languages import known_names, language_code
from monitor.toml.advice import meant, suggestion
from monitor.toml.tomlfile import TomlFile
from monitor.watchlist.checks.contradictions import contradictions
from monitor.watchlist.checks.names import folded
from monitor.watchlist.entities import UNKNOWN_ENTITY, Entities
from monitor.watchlist.schema import Active, Day, LongTerm, Term, WatchlistFile

Key = tuple[str | int, ...]


class Reader:
    """Turns one checked file into a watch, gathering problems instead of stopping at the first."""

    def __init__(self, file: TomlFile, source: WatchlistFile, entities: Entities) -> None:
        self._file = file
        self._source = source
        self._entities = entities
        self._problems: list[Problem] = []

    def read(self) -> Watch | list[Problem]:
        """The watch, or everything that is wrong."""
        source = self._source
        if not source.any and not source.all:
            problem = self._file.problem(
                ("title",),
                "neither any nor all is given",
                'say what must occur, like all = ["Pakistan", "BRICS"]',
                "nothing-asked",
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
            # What rules a text out has to stand there as written: a typing error must not hide news.
            masks=tuple(map(unforgiving, (*self._patterns(("except",), source.except_), *self._entity_masks()))),
            vetoes=tuple(map(unforgiving, self._patterns(("none",), source.none))),
            near=source.near,
            fields=(source.fields.title, source.fields.summary, source.fields.body),
            alert=source.alert,
            digest=source.digest,
            languages=frozenset(map(_language, source.lang)),
            sources=frozenset(map(folded, source.sources)),
            not_sources=frozenset(map(folded, source.not_sources)),
            life=_life(source),
            handling=Handling(
                frozenset(tag.casefold() for tag in source.tags),
                source.priority,
                source.group,
                source.min_sources,
                source.status,
                source.silence or 0.0,
            ),
        )
        for index, language in enumerate(source.lang):
            self._check_language(("lang", index), language)
        if not watch.title:
            self._problem(
                ("title",),
                "blank-title",
                "the title is blank",
                "write a name for the watchlist, as it should stand above its alerts",
            )
        for index, window in enumerate(source.expect if isinstance(source.expect, list) else [source.expect]):
            if window and str(window.until) < str(window.start):
                key: Key = ("expect", index) if isinstance(source.expect, list) else ("expect",)
                self._problem(
                    key, "window-reversed", "expect: the window ends before it begins", "exchange from and until"
                )
        life = _life(source)
        if life.start and life.until and life.until < life.start:
            self._problem(
                ("active",), "window-reversed", "active: the thread ends before it begins", "exchange from and until"
            )
        if source.digest > source.alert:
            self._problem(
                ("digest",),
                "digest-above-alert",
                f"digest ({source.digest:g}) is above alert ({source.alert:g})",
                "digest takes what is too weak for an alert",
            )
        # Where entities are wrong, what follows from them would only be told twice.
        if not self._problems and not self._entities.broken and not self._entities.problems:
            for key, code, message, hint in contradictions(watch, source):
                self._problem(key, code, message, hint)
        return self._problems or watch

    def _concept(self, key: Key, entry: Term | list[Term]) -> Concept:
        terms = entry if isinstance(entry, list) else [entry]
        if not terms:
            self._problem(key, "empty-list", "an empty list can never match", "remove it, or name at least one term")
        patterns = self._patterns(key, terms) if isinstance(entry, list) else tuple(self._term(key, entry))
        return Concept("|".join(_written(term) for term in terms), patterns)

    def _patterns(self, key: Key, terms: Iterable[Term]) -> tuple[Pattern, ...]:
        return tuple(pattern for index, term in enumerate(terms) for pattern in self._term((*key, index), term))

    def _term(self, key: Key, term: Term) -> list[Pattern]:
        """The patterns that one written term stands for: one, or all names of an entity."""
        try:
            if isinstance(term, LongTerm):
                self._check_language(key, term.lang)
                if term.t.strip().startswith("@"):
                    raise TermError("bad-term", f'"{term.t}" names an entity', f'write it as plain text: "{term.t}"')
                pattern = parse_term(term.t, Kind(term.kind or "term"))._replace(language=_language(term.lang or ""))
                return [pattern if term.fuzz is None else _with_fuzz(pattern, term.fuzz)]
            name, weight = split_weight(term)
            if not name.startswith("@"):
                return [parse_term(term)]
            patterns = self._entities.patterns(name[1:])
            if patterns is None and self._entities.broken:
                return []  # the trouble is told where it is, and once
            if patterns is None:
                refuse_foreign(term, name)
                hint = suggestion(name[1:], self._entities.names())
                self._problem(key, UNKNOWN_ENTITY, f'unknown entity "{name}"', hint)
                return []
            return [pattern._replace(weight=pattern.weight * weight) for pattern in patterns]
        except TermError as error:
            self._problem(key, error.code, str(error), error.hint_at(str(key[0])))
            return []

    def _check_language(self, key: Key, written: str | None) -> None:
        if not written or language_code(written):
            return
        hint = meant(written, known_names())
        hint = hint or 'write its two letters of ISO 639, like "en", "ru" or "ur"'
        self._problem(key, "unknown-language", f'no language is called "{written}"', hint)

    def _entity_masks(self) -> tuple[Pattern, ...]:
        return tuple(mask for name in self._entity_names() for mask in self._entities.masks(name))

    def _entity_names(self) -> list[str]:
        return entities_in(self._file, self._entities)

    def _version(self) -> str:
        """Changes whenever the file or an entity that it names changes in meaning."""
        used = {name: self._entities.digest(name) for name in self._entity_names()}
        text = json.dumps([self._file.data, used], sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def _problem(self, key: Key, code: str, message: str, hint: str = "") -> None:
        self._problems.append(self._file.problem(key, message, hint, code))


def entities_in(file: TomlFile, entities: Entities) -> list[str]:
    """The entities that a file names, sorted."""
    return sorted({name for name in _strings(file.data) if name in entities.names()})


def rests_on(entities: Entities, source: WatchlistFile) -> bool:
    """Whether a watchlist names entities, and these cannot all be used: then nothing can be said of what it means."""
    if not entities.broken and not entities.problems:
        return False
    terms: list[Term] = [*source.any, *source.context, *source.except_, *source.none]
    for entry in source.all:
        terms += entry if isinstance(entry, list) else [entry]
    return any((term.t if isinstance(term, LongTerm) else term).strip().startswith("@") for term in terms)


def _with_fuzz(pattern: Pattern, fuzz: int) -> Pattern:
    words = (
        word._replace(fuzz=fuzz, fuzz_set=True) if word.mode is Mode.WORD and len(word.key) > 4 else word
        for word in pattern.words
    )
    return pattern._replace(words=tuple(words))


def _language(written: str) -> str:
    """The code of a language in lower case; what names none stays as it is."""
    return (language_code(written) or written).casefold()


def _life(source: WatchlistFile) -> Life:
    active = source.active or Active()
    windows = source.expect if isinstance(source.expect, list) else [source.expect]
    return Life(
        start=_day(active.start),
        until=_day(active.until),
        after=active.after,
        expected=tuple((_day(one.start), _day(one.until)) for one in windows if one),
    )


@overload
def _day(value: Day) -> date: ...
@overload
def _day(value: None) -> None: ...
def _day(value: Day | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


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
