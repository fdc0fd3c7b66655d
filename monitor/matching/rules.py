"""What a watchlist means, ready to be compiled: words, patterns, concepts and the watch that they make up."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.model import WatchId
from monitor.text import tokens


class Mode(enum.StrEnum):
    """How a word of a pattern is compared."""

    WORD = "word"
    EXACT = "exact"
    PREFIX = "prefix"
    ACRONYM = "acronym"


class Kind(enum.StrEnum):
    """What a term names. Names may be misspelt and still be meant; ordinary words have too many close neighbours for
    that.
    """

    PERSON = "person"
    PLACE = "place"
    ORG = "org"
    TITLE = "title"
    THING = "thing"
    TERM = "term"

    @property
    def is_name(self) -> bool:
        """Whether a term of this kind is a proper name."""
        return self in (Kind.PERSON, Kind.PLACE, Kind.ORG)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a pattern. ``fuzz`` is the number of typing errors that it survives."""

    key: str
    mode: Mode
    fuzz: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A term: a word or an in-order phrase. ``text`` is how the user wrote it."""

    text: str
    words: tuple[Word, ...]
    weight: float = 1.0

    @property
    def anchor(self) -> Word:
        """The word most worth looking for first: the longest one is the rarest, as a rule."""
        return max(self.words, key=lambda word: len(word.key))


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that must be there, under any of its names."""

    name: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """A watchlist with its entities resolved: all that matching needs to know, and nothing of files."""

    id: WatchId
    title: str
    version: str
    any: tuple[Pattern, ...] = ()
    all: tuple[Concept, ...] = ()
    context: tuple[Pattern, ...] = ()
    context_weight: float = 0.0
    masks: tuple[Pattern, ...] = ()
    vetoes: tuple[Pattern, ...] = ()
    near: int = 40
    fields: tuple[float, float, float] = (1.0, 0.8, 0.55)
    """Weights of title, summary and body."""
    alert: float = 0.70
    digest: float = 0.45


class TermError(ValueError):
    """A term that cannot mean anything. ``hint`` says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


_WEIGHT = re.compile(r"\^(\d*\.?\d+)$")


def split_weight(term: str) -> tuple[str, float]:
    """``"@sco^0.75"`` → ``("@sco", 0.75)``. Raises TermError for a weight outside 0 to 1."""
    term = term.strip()
    match = _WEIGHT.search(term)
    if not match:
        return term, 1.0
    weight = float(match[1])
    if not 0 < weight <= 1:
        raise TermError(
            f'the weight of "{term}" is {weight:g}', "a weight lies above 0 and goes up to 1, like term^0.75"
        )
    return term[: match.start()].rstrip(), weight


def parse_term(term: str, kind: Kind = Kind.TERM) -> Pattern:
    """A term of a watchlist (``word``, ``a phrase``, ``=exact``, ``prefix*``, each with ``^weight``) as a pattern.

    Raises TermError where the term could only match everything or nothing.
    """
    text, weight = split_weight(term)
    if not text:
        raise TermError("an empty term would match everything", "remove it, or write the word that you mean")
    exact = text.startswith("=")
    body = text[1:] if exact else text
    if "^" in body:
        raise TermError(
            f'the weight of "{term}" cannot be read', "write it as a number from 0 to 1 with a point: term^0.75"
        )
    if not _stars_end_words(body):
        raise TermError(
            f'"{term}": a star stands only at the end of a word', "write the beginning of the word: pakist*"
        )
    words = tuple(_words(body, exact, kind))
    if not words:
        raise TermError(f'"{term}" holds no letters or digits', "write a word; punctuation is not compared")
    if len(words) == 1:
        _refuse_too_short(term, body, words[0])
        if not exact and is_acronym(body):
            words = (replace(words[0], mode=Mode.ACRONYM, fuzz=0),)
    return Pattern(text=body, words=tuple(one_as_written(words)), weight=weight)


def _stars_end_words(body: str) -> bool:
    spans = list(tokens.spans(body))
    ends, starts = {end for _, end in spans}, {start for start, _ in spans}
    return all(at in ends and at + 1 not in starts for at, char in enumerate(body) if char == "*")


def one_as_written(words: Sequence[Word]) -> Sequence[Word]:
    """``words`` of a phrase with at least one that has to be met without typing errors, or errors could make it up."""
    if len(words) < 2 or not all(word.fuzz for word in words):
        return words
    longest = max(words, key=lambda word: len(word.key))
    return [word if word is longest else replace(word, fuzz=0) for word in words]


def acronym(term: str) -> Pattern:
    """An acronym that an entity declares: compared with regard to case, never fuzzy."""
    pattern = parse_term(term)
    return replace(pattern, words=tuple(replace(word, mode=Mode.ACRONYM, fuzz=0) for word in pattern.words))


def is_acronym(text: str) -> bool:
    """An all-caps single token of 2 to 7 letters: ``BRICS``, ``ШОС``, ``S.C.O.``."""
    letters = text.replace(".", "")
    return 2 <= len(letters) <= 7 and letters.isalpha() and letters.isupper()


def _words(text: str, exact: bool, kind: Kind) -> list[Word]:
    words = []
    for start, end in tokens.spans(text):
        raw = text[start:end]
        key = tokens.token_key(raw)
        if not key:
            continue
        if text[end : end + 1] == "*":
            words.append(Word(key, Mode.PREFIX))
        elif exact:
            words.append(Word(key, Mode.EXACT))
        else:
            words.append(Word(key, Mode.WORD, fuzz_budget(raw, key, kind)))
    return words


def fuzz_budget(raw: str, key: str, kind: Kind) -> int:
    """How many typing errors a word survives: none in short or ordinary words, at most two in long names.

    Names of five or six letters have ordinary words for neighbours (Trump and tramp, India and indie).
    ``kind`` or a capital letter shows a name. In scripts without capitals one error is the limit: their words are
    shorter, and their neighbours more.
    """
    if len(key) <= 6 or any(char.isdigit() for char in key):
        return 0
    if not (kind.is_name or raw[:1].isupper()):
        return 0
    return 2 if raw[:1].isupper() and len(key) >= 9 else 1


def _refuse_too_short(term: str, body: str, word: Word) -> None:
    if len(word.key) == 1 and not _is_ideograph(word.key):
        raise TermError(f'"{term}" is a single letter', "one letter matches far too much; write a longer word")
    if word.mode is Mode.PREFIX and len(word.key) < 4 and not _is_ideograph(word.key):
        raise TermError(
            f'"{term}" is too short for a prefix',
            f'write at least four letters before the star, or list the words: "{body[:-1]}..."',
        )


def _is_ideograph(key: str) -> bool:
    return "\u2e80" <= key[0] <= "\ud7ff"
