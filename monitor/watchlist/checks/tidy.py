"""More that is worth a second look: terms that add nothing, letters of another alphabet, windows that are over, names
that nobody asks for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from monitor.errors import Level, Problem
from monitor.matching import Kind, Pattern, TermError, Watch, parse_term
from monitor.matching.terms.rules import Word, split_weight
from monitor.model import WatchId
from monitor.text.tokens import one_script, raw_tokens
from monitor.text.wording import counted
from monitor.toml.tomlfile import TomlFile
from monitor.watchlist.checks.contradictions import Weighed, out_of_reach
from monitor.watchlist.checks.terms import Parts, lookalike
from monitor.watchlist.entities import Entities
from monitor.watchlist.load import Watchlists
from monitor.watchlist.reader import entities_in
from monitor.watchlist.schema import Day, LongTerm, Term, WatchlistFile

Key = tuple[str | int, ...]


class Written(NamedTuple):
    """A term where it is written, with the patterns that it stands for; ``entity`` is the name behind an @."""

    key: Key
    text: str
    entity: str
    patterns: tuple[Pattern, ...]


def remarks(lists: Watchlists, today: date) -> Iterator[Problem]:
    """Warnings and notes for each watchlist by itself. ``today`` says which windows are over."""
    for watch in lists.watches:
        file, source = lists.file(watch.id), lists.source(watch.id)
        for key, terms, is_concept in _lists_of(source):
            written = list(_written(key, terms, lists.entities))
            yield from _twice(file, written)
            yield from _in_two_alphabets(file, ((one.key, one.text) for one in written))
            yield from _lookalikes(file, ((one.key, one.patterns[0]) for one in written if not one.entity))
            if is_concept:
                yield from _superfluous(file, written)
        yield from _out_of_reach(lists, watch)
        yield from _over(file, watch, source, today)


def remarks_beside_errors(file: TomlFile, entities: Entities) -> Iterator[Problem]:
    """What is odd about the terms of a file that cannot be used: of those that can be read by themselves."""
    for key, terms in _raw_lists(file.data):
        written: list[Written] = []
        for index, term in enumerate(terms):
            with contextlib.suppress(TermError):
                if isinstance(term, str):
                    written += (one._replace(key=(*key, index)) for one in _written(key, [term], entities))
        yield from _twice(file, written)
        yield from _in_two_alphabets(file, ((one.key, one.text) for one in written))
        yield from _lookalikes(file, ((one.key, one.patterns[0]) for one in written if not one.entity))


def _raw_lists(data: Mapping[str, Any]) -> Iterator[tuple[Key, list[Any]]]:
    """The lists of terms in what may be no watchlist."""
    for name in ("any", "all", "context", "except", "none"):
        terms = data.get(name)
        if isinstance(terms, list) and name != "all":
            yield (name,), terms
        elif isinstance(terms, list):
            for index, entry in enumerate(terms):
                yield (name, index), entry if isinstance(entry, list) else [entry]


def terms_twice(lists: Watchlists, watches: Iterable[WatchId]) -> Iterator[Problem]:
    """For each of these watchlists one warning, where terms stand twice in the same list."""
    for watch in watches:
        of_lists = (_written(key, terms, lists.entities) for key, terms, _ in _lists_of(lists.source(watch)))
        found = [problem for written in of_lists for problem in _twice(lists.file(watch), written)]
        if len(found) > 1:
            yield replace(found[0], message=f"{found[0].message}; {_as_well(len(found) - 1)}")
        else:
            yield from found


def same_again(lists: Watchlists, watches: Iterable[WatchId]) -> Iterator[Problem]:
    """A warning for each watchlist that says just what another one says, if one of the two is among ``watches``: a copy
    of a file that was meant to be put aside tells everything once more.
    """
    chosen, first = set(watches), dict[str, WatchId]()
    for watch in lists.watches:
        other = first.setdefault(watch.version, watch.id)
        if other != watch.id and not chosen.isdisjoint((watch.id, other)):
            said = f"says just what {other}.toml says, so that each alert comes twice"
            hint = f"if one of them is a copy, end it: monitor watch remove {watch.id}, or {other}"
            yield replace(lists.file(watch.id).problem(("title",), said, hint), level=Level.WARNING, code="same-again")


def _lists_of(source: WatchlistFile) -> Iterator[tuple[Key, list[Term], bool]]:
    """The lists of terms of a file, and whether one of its terms is enough for a concept."""
    yield ("any",), source.any, True
    for index, entry in enumerate(source.all):
        yield ("all", index), entry if isinstance(entry, list) else [entry], True
    yield ("context",), source.context, False
    yield ("except",), source.except_, False
    yield ("none",), source.none, False


def _written(key: Key, terms: list[Term], entities: Entities) -> Iterator[Written]:
    for index, term in enumerate(terms):
        text = term.t if isinstance(term, LongTerm) else term
        name, _ = split_weight(text)
        place = (*key, index)
        if name.startswith("@"):
            yield Written(place, text, name[1:], entities.patterns(name[1:]) or ())
            continue
        kind, language = (term.kind, term.lang or "") if isinstance(term, LongTerm) else (None, "")
        pattern = parse_term(text, Kind(kind or "term"))._replace(language=language.casefold())
        yield Written(place, text, "", (pattern,))


def _twice(file: TomlFile, written: Iterable[Written]) -> Iterator[Problem]:
    seen: dict[str, Written] = {}
    for one in written:
        meaning = one.entity or [(*map(_compared, pattern.words), pattern.language) for pattern in one.patterns]
        first = seen.setdefault(str(meaning), one)
        is_explicit = first.text.startswith("=") != one.text.startswith("=")  # "=BRICS" beside "BRICS" is on purpose
        if first is not one and not is_explicit:
            same = f'"{one.text}" stands here twice' + (f', first as "{first.text}"' if first.text != one.text else "")
            yield replace(file.problem(one.key, same, "remove one of the two"), level=Level.WARNING, code="term-twice")


def _compared(word: Word) -> tuple[str, str]:
    return word.key, word.mode


def _superfluous(file: TomlFile, written: list[Written]) -> Iterator[Problem]:
    """Terms that another one of their concept is part of: wherever they stand, the other does, and counts as much. What
    is asked for exactly is meant.
    """
    others = [(other, wider) for other in written if not _is_exact(other) for wider in other.patterns]
    parts = Parts(wider for _, wider in others)
    for one in written:
        if one.entity or _is_exact(one):
            continue
        pattern = one.patterns[0]
        first = min((number for number in parts.of(pattern) if _says_as_much(others[number][1], pattern)), default=None)
        if first is not None:
            other, found = others[first]
            message = f'"{one.text}" adds nothing: "{found.text}" stands in every text that it stands in'
            where = f" (a name of @{other.entity})" if other.entity else ""
            hint = f'remove one of the two; "{found.text}"{where} finds more'
            yield replace(file.problem(one.key, message, hint), level=Level.NOTE, code="term-superfluous")


def _is_exact(one: Written) -> bool:
    return one.text.startswith("=")


def _says_as_much(wider: Pattern, pattern: Pattern) -> bool:
    """Whether ``wider``, which is part of ``pattern``, says no less."""
    return wider.words != pattern.words and wider.weight >= pattern.weight and wider.language in ("", pattern.language)


def _out_of_reach(lists: Watchlists, watch: Watch) -> Iterator[Problem]:
    file, source = lists.file(watch.id), lists.source(watch.id)
    terms = [
        Weighed(one.key, one.text, (split_weight(one.text)[1] if one.entity else 1.0) * one.patterns[0].weight)
        for key, terms, is_concept in _lists_of(source)
        if is_concept
        for one in _written(key, terms, lists.entities)
        if one.patterns
    ]
    for key, message, hint, is_note in out_of_reach(watch, source, terms):
        level = Level.NOTE if is_note else Level.WARNING
        yield replace(file.problem(key, message, hint), level=level, code="alert-out-of-reach")


def _in_two_alphabets(file: TomlFile, texts: Iterable[tuple[Key, str]]) -> Iterator[Problem]:
    for key, text in texts:
        for token in raw_tokens(text):
            cyrillic = [char for char in token if "\u0400" <= char <= "\u04ff"]
            latin = [char for char in token if char.isascii() and char.isalpha()]
            if not cyrillic or not latin:
                continue
            few, name = (cyrillic, "Cyrillic") if len(cyrillic) <= len(latin) else (latin, "Latin")
            letters = ", ".join(f"{char} (U+{ord(char):04X})" for char in dict.fromkeys(few))
            other = "Latin" if name == "Cyrillic" else "Cyrillic"
            message = f'"{token}" is spelt in two alphabets: {letters} {"is" if len(set(few)) == 1 else "are"} {name}'
            repaired = one_script(token)
            hint = f'write "{repaired}"' if repaired != token else f"the other letters are {other}"
            yield replace(file.problem(key, message, hint), level=Level.WARNING, code="two-alphabets")


def _lookalikes(file: TomlFile, terms: Iterable[tuple[Key, Pattern]]) -> Iterator[Problem]:
    for key, pattern in terms:
        if found := lookalike(pattern):
            yield replace(file.problem(key, found.message, found.hint), level=Level.WARNING, code=found.code)


def _over(file: TomlFile, watch: Watch, source: WatchlistFile, today: date) -> Iterator[Problem]:
    several = isinstance(source.expect, list)
    for index, window in enumerate(source.expect if isinstance(source.expect, list) else [source.expect]):
        if window and _date(window.until) < today:
            key: Key = ("expect", index) if several else ("expect",)
            said = f"expect: the window is over since {_date(window.until)}"
            yield replace(
                file.problem(key, said, "remove it, or write the next one"), level=Level.NOTE, code="window-past"
            )
    if watch.life.until and watch.life.until < today:
        is_silent = watch.life.after == "silent"
        now = "it finds nothing any more" if is_silent else f"what it finds now is for {watch.life.after}"
        said = f"active: the thread is over since {watch.life.until}; {now}"
        problem = file.problem(("active",), said, "move the file out of the folder, or set a later until")
        yield replace(problem, level=Level.WARNING if is_silent else Level.NOTE, code="window-past")


def _date(value: Day) -> date:
    return value.date() if isinstance(value, datetime) else value


# --- entities.toml --------------------------------------------------------------------------------------------------


def entity_remarks(file: TomlFile, lists: Watchlists, is_whole: bool) -> Iterator[Problem]:
    """Warnings and notes for ``entities.toml``. ``is_whole``: all watchlists of the folder are there, so that what none
    of them names is named by none.
    """
    for name, table in file.data.items():
        for part in ("names", "acronyms", "except"):
            texts = table.get(part, []) if isinstance(table, dict) else []
            written = [((name, part, index), text) for index, text in enumerate(texts)]
            yield from _in_two_alphabets(file, written)
            yield from _lookalikes(file, _parsed(written))
    if is_whole:
        used = _used(lists)
        for name in lists.entities.names():
            if name not in used:
                problem = file.problem((name,), f"no watchlist names @{name}", "remove it, or keep it for later")
                yield replace(problem, level=Level.NOTE, code="entity-unused")


def _parsed(written: Iterable[tuple[Key, str]]) -> Iterator[tuple[Key, Pattern]]:
    """The terms that can be read; what is wrong with the others is told as an error."""
    for key, text in written:
        with contextlib.suppress(TermError):
            if not text.startswith("@"):
                yield key, parse_term(text)


def _used(lists: Watchlists) -> set[str]:
    """The entities that watchlists name, and those that these name."""
    used: set[str] = set()
    waiting = {name for watch in lists.watches for name in entities_in(lists.file(watch.id), lists.entities)}
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting |= set(lists.entities.others(name))
    return used


def _as_well(more: int) -> str:
    return f"{counted(more, 'more term')} {'does' if more == 1 else 'do'}, too"
