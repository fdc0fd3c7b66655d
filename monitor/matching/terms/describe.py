"""What a term comes to: the forms that it is met in, the typing errors that it survives, the words that stand near.

For ``monitor watch term``, and for the warnings of ``monitor watch check``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.matching.lexicon import KNOWN, ORDINARY, allowance
from monitor.matching.terms.forms import forms
from monitor.matching.terms.names import romanised, skeleton
from monitor.matching.terms.rules import Kind, Mode, Pattern, Word
from monitor.matching.words import frequency
from monitor.text.tokens import is_spaceless


@dataclass(frozen=True)
class WordDescription:
    """One word of a term."""

    word: str
    mode: str
    zipf: float
    forms: tuple[str, ...]
    transliterations: tuple[str, ...]
    consonants: str
    typing_errors: int
    why: str
    """Why so many typing errors are survived, and no more."""
    neighbours: tuple[tuple[str, float], ...]
    """Ordinary words within two errors (one for short words), with their Zipf values; never taken for the term."""


@dataclass(frozen=True)
class TermDescription:
    """One term."""

    term: str
    joined: str
    respelt: str
    """A name of letters and digits in its other spelling: g-7 for G7."""
    words: tuple[WordDescription, ...]


def describe(pattern: Pattern) -> TermDescription:
    """All that ``pattern`` stands for."""
    joined = pattern.joined
    respelt = "".join(f"{'-' if word.glued else ' '}{word.key}" for word in pattern.respelt).lstrip()
    return TermDescription(
        pattern.text,
        joined.key if joined and not respelt else "",
        respelt,
        tuple(_describe(word) for word in dict.fromkeys(pattern.words)),
    )


def _describe(word: Word) -> WordDescription:
    is_word = word.mode is Mode.WORD
    person = is_word and word.kind is Kind.PERSON
    found = _forms(word) if is_word else ()
    own = {word.key, *found}
    near = [] if is_spaceless(word.key) else frequency.neighbours(word.key, 1 if len(word.key) <= 8 else 2)
    return WordDescription(
        word=word.key,
        mode=word.mode,
        zipf=round(frequency.ordinary(word.key), 2),
        forms=found or ((word.other,) if _is_shown(word) else ()),
        transliterations=tuple(name for name in romanised(word.key) if name != word.key) if person else (),
        consonants=skeleton(word.key) if person else "",
        typing_errors=allowance(word) if is_word else 0,
        why=why_so_many(word),
        neighbours=tuple(pair for pair in near if pair[0] not in own),
    )


def _forms(word: Word) -> tuple[str, ...]:
    found = [*forms(word.key, word.written)]
    return (word.other, *found, *forms(word.other, word.written)) if _is_shown(word) else tuple(found)


def _is_shown(word: Word) -> bool:
    """Whether its other spelling is one that people know of, and not the same letters of another script."""
    return bool(word.other) and frequency.script_of(word.other) == frequency.script_of(word.key)


def why_so_many(word: Word) -> str:
    """Why ``word`` survives as many typing errors as it does."""
    reasons = {
        Mode.ACRONYM: "an acronym is met exactly, in capitals",
        Mode.EXACT: "written with =, so it is met exactly",
        Mode.PREFIX: "the beginning of a word is met exactly",
    }
    if word.mode in reasons:
        return reasons[word.mode]
    if word.fuzz_set:
        return "set in the watchlist"
    return " and ".join(_limits(word)) or "a long, rare name"


def _limits(word: Word) -> Iterator[str]:
    value = frequency.ordinary(word.key)
    if is_spaceless(word.key):
        yield "its script has no spaces"
    elif any(char.isdigit() for char in word.key):
        yield "it holds a digit"
    elif len(word.key) <= 4:
        yield "words of up to four letters have too many neighbours"
    elif not word.named and word.key[0] >= "\u0530":
        yield "in a script without capitals only names are forgiven an error"
    elif not word.named and value >= ORDINARY:
        yield f"an ordinary word (Zipf {value:.1f})"
    elif word.named and value >= KNOWN and word.fuzz > 1:
        yield f"a well-known name (Zipf {value:.1f})"
    elif word.fuzz == 1 or not word.named:
        yield "words of five to eight letters survive one" if len(word.key) <= 8 else "no name, but rare"
