"""The words of all watchlists, and everything that leads to them: tables that a token is looked up in."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, NamedTuple

from monitor.matching.terms.forms import forms
from monitor.matching.terms.names import romanised, skeleton
from monitor.matching.terms.rules import Kind, Mode, Word
from monitor.model import Rule

FORM_QUALITY = 0.98
ROMANISED_QUALITY = 0.97
VARIANT = "variant"
BEGINNING = 7
"""SymSpell's prefix length: a compromise of memory and time, from its author's measurements."""


class WordHit(NamedTuple):
    """A token stands for the watch word number ``word``. ``case`` is set where what is accepted depends on the field:
    for acronyms, how they are written, and for variants of designations ``VARIANT``.
    """

    word: int
    quality: float
    rule: Rule
    case: str = ""


class Growing(dict[Any, Any]):
    """A dictionary of tuples that grows out of another without changing it: only what is added to is copied."""

    def __init__(self, base: dict[Any, Any]) -> None:
        super().__init__()
        self._base = base

    def __missing__(self, key: Any) -> list[Any]:
        values = self[key] = list(self._base.get(key, ()))
        return values

    def grown(self) -> dict[Any, Any]:
        """The whole, as a plain dictionary."""
        whole = self._base.copy()
        whole.update((key, tuple(values)) for key, values in self.items())
        return whole


class Tables(NamedTuple):
    """The words and everything that leads to them. Never changed once made."""

    words: tuple[Word, ...] = ()
    numbers: dict[Word, int] = {}
    exact: dict[str, tuple[WordHit, ...]] = {}
    acronyms: dict[str, tuple[int, ...]] = {}
    prefixes: dict[str, tuple[int, ...]] = {}
    joined: dict[str, tuple[int, ...]] = {}
    skeletons: dict[str, tuple[int, ...]] = {}
    deletions: dict[int, tuple[int, ...]] = {}

    def with_words(self, words: Iterable[Word]) -> Tables:
        """These tables and ``words``. Takes time for what is new, and for copying seven dictionaries."""
        new = [word for word in dict.fromkeys(words) if word not in self.numbers]
        if not new:
            return self
        exact, acronyms, prefixes, joined, skeletons, deletions = (Growing(base) for base in self[2:])
        for number, word in enumerate(new, len(self.words)):
            table = {Mode.ACRONYM: acronyms, Mode.PREFIX: prefixes, Mode.JOINED: joined}.get(word.mode)
            if table is not None:
                for key in keys_of(word):
                    table[key].append(number)
            else:
                for form, hit in _expansions(word, number):
                    exact[form].append(hit)
            if word.mode is Mode.WORD:
                if consonants := word.kind is Kind.PERSON and skeleton(word.key):
                    skeletons[consonants].append(number)
                if word.fuzz:
                    for deletion in deletions_of(word.key, word.fuzz):
                        deletions[deletion].append(number)
        grown = [table.grown() for table in (exact, acronyms, prefixes, joined, skeletons, deletions)]
        numbers = self.numbers | {word: number for number, word in enumerate(new, len(self.words))}
        return Tables(self.words + tuple(new), numbers, *grown)


def keys_of(word: Word) -> tuple[str, ...]:
    """Its key, and that of its other spelling."""
    return (word.key, word.other) if word.other else (word.key,)


def _expansions(word: Word, number: int) -> Iterator[tuple[str, WordHit]]:
    form_hit = WordHit(number, FORM_QUALITY, Rule.FORM)
    for key in keys_of(word):
        yield key, WordHit(number, 1.0, Rule.EXACT)
        if word.mode is Mode.WORD:
            for form in forms_of(key, word.written, word.kind.is_name):
                yield form, form_hit
    if word.mode is not Mode.WORD:
        return
    if word.kind is Kind.PERSON:
        hit = WordHit(number, ROMANISED_QUALITY, Rule.TRANSLITERATION)
        for name in romanised(word.key):
            yield name, hit


@functools.lru_cache(100_000)
def forms_of(key: str, written: str, is_name: bool) -> tuple[str, ...]:
    """``forms``, remembered."""
    return tuple(forms(key, written, is_name))


def deletions_of(key: str, edits: int) -> set[int]:
    """Hashes of the beginning of ``key`` and of what is left of it after up to ``edits`` deletions."""
    beginning = key[:BEGINNING]
    found = {hash(beginning)}
    for number in range(1, min(edits, len(beginning) - 1) + 1):
        found.update(hash("".join(left)) for left in combinations(beginning, len(beginning) - number))
    return found
