"""What a watchlist means, ready to be compiled: words, patterns, concepts and the watch that they make up."""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import zip_longest
from typing import Literal, NamedTuple

from monitor.matching.terms.advice import TermError
from monitor.matching.terms.designations import Part, parts_of, respelt
from monitor.matching.terms.syntax import foreign
from monitor.model import WatchId
from monitor.text import tokens
from monitor.text.tokens import is_spaceless


class Mode(enum.StrEnum):
    """How a word of a pattern is compared."""

    WORD = "word"
    EXACT = "exact"
    PREFIX = "prefix"
    ACRONYM = "acronym"
    JOINED = "joined"


JOINED_WORDS = 3
"""Phrases of up to so many words are also met written as one."""


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


# One of these may stand between two words of a phrase.
BETWEEN = frozenset(("of", "the", "and", "de", "la", "for", "to", "и", "в", "کا", "کی", "کے"))
# A term of these alone would be met in every text of its language.
_EVERYWHERE = BETWEEN | {
    *("a", "an", "in", "on", "at", "by", "is", "it", "he", "or", "but", "be", "as", "are", "was", "we", "i", "you"),
    *("le", "les", "des", "du", "et", "en", "un", "une", "der", "die", "das", "und", "el", "los", "las", "y", "que"),
    *("на", "с", "по", "о", "что", "не", "он", "как", "это", "к", "из", "у", "за", "от"),
    *("کو", "میں", "سے", "نے", "ہے", "اور", "کہ", "پر", "من", "في", "على", "के", "का", "की", "में", "से", "है", "को"),
}


# Between names they say how these are connected, not what a text is about.
_CONNECTING = frozenset(
    ("between", "with", "from", "after", "before", "about", "against", "over", "under", "into", "vs", "versus")
) | {"между", "для", "при", "после", "против", "об", "до", "или", "от", "درمیان", "بعد", "خلاف", "لیے"}


def says_nothing(key: str) -> bool:
    """Whether a word is met in every text, or only connects others."""
    return key in _EVERYWHERE or key in _CONNECTING


class Word(NamedTuple):
    """One word of a pattern.

    ``fuzz`` is the number of typing errors that its length and script allow; how common it is may leave fewer, unless
    the user has set them (``fuzz_set``). ``named``: its kind or its capital says that it is a name. ``written`` is the
    word before folding, where that matters for its forms.
    """

    key: str
    mode: Mode
    fuzz: int = 0
    kind: Kind = Kind.TERM
    named: bool = False
    written: str = ""
    fuzz_set: bool = False
    other: str = ""
    """Its key as it is written without special letters: Müller has muller, and mueller."""
    glued: bool = False
    """It is one name with the word before it, as in G-7: no other word may stand between, and no comma."""


class Pattern(NamedTuple):
    """A term: a word or an in-order phrase. ``text`` is how the user wrote it."""

    text: str
    words: tuple[Word, ...]
    weight: float = 1.0
    language: str = ""
    """Where not empty, the pattern holds only for items in this language."""
    respelt: tuple[Word, ...] = ()
    """The words of a name of letters and digits in its other spelling: G7 for G-7, and G-7 for G7."""

    @property
    def spellings(self) -> tuple[Pattern, ...]:
        """All patterns that it is looked for as: itself, and one for its other spelling."""
        return (self, self._replace(words=self.respelt, respelt=())) if self.respelt else (self,)

    @property
    def joined(self) -> Word | None:
        """The words written as one, for short phrases: ``PakStream``."""
        modes = {word.mode for word in self.words}
        if not 2 <= len(self.words) <= JOINED_WORDS or not modes <= {Mode.WORD, Mode.ACRONYM} or Mode.WORD not in modes:
            return None
        if is_spaceless(self.words[0].key):
            return None
        kinds = {word.kind for word in self.words}
        kind = kinds.pop() if len(kinds) == 1 else Kind.TERM
        other = "".join(word.other or word.key for word in self.words) if any(word.other for word in self.words) else ""
        return Word("".join(word.key for word in self.words), Mode.JOINED, kind=kind, other=other)


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that must be there, under any of its names."""

    name: str
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """When a watch is active, and when something is expected; days are included at both ends."""

    start: date | None = None
    until: date | None = None
    after: Literal["alert", "digest", "silent"] = "digest"
    expected: tuple[tuple[date, date], ...] = ()

    @property
    def begins(self) -> float:
        """When its first day begins (unix seconds); 0 for one that was always active."""
        return datetime(*self.start.timetuple()[:3], tzinfo=UTC).timestamp() if self.start else 0.0

    def is_on(self, moment: float) -> bool:
        """Whether ``moment`` (unix seconds) lies within its days."""
        day = datetime.fromtimestamp(moment, UTC).date()
        return (self.start or day) <= day <= (self.until or day)

    def expects(self, day: date) -> bool:
        """Whether ``day`` lies in a window in which something is expected."""
        return any(first <= day <= last for first, last in self.expected)


@dataclass(frozen=True, slots=True)
class Handling:
    """How the matches of a watch are told. Kept here and used by the desk: matching itself knows nothing of it."""

    tags: frozenset[str] = frozenset()
    priority: Literal["urgent", "normal", "low"] = "normal"
    group: Literal["thread", "story", "none"] = "thread"
    min_sources: int = 1
    status: Literal["open", "quiet", "closed", "resolved"] = "open"
    silence: float = 0.0
    """Seconds without a match after which the user wants to know; 0: never."""

    @property
    def is_told(self) -> bool:
        """Whether anybody is told of what is found."""
        return self.status in ("open", "quiet")


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
    fields: tuple[float, float, float] = (1.0, 0.85, 0.55)
    """Weights of title, summary and body."""
    alert: float = 0.70
    digest: float = 0.45
    languages: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    not_sources: frozenset[str] = frozenset()
    """Folded names of feeds."""
    life: Life = Life()
    handling: Handling = Handling()


def same_meaning(watch: Watch, other: Watch | None) -> bool:
    """Whether two versions match and alert alike, whatever their files and concepts are called."""
    return watch is other or (other is not None and _meaning(watch) == _meaning(other))


def _meaning(watch: Watch) -> tuple[object, ...]:
    rest = replace(watch, version="", all=(), masks=())
    return rest, tuple(concept.patterns for concept in watch.all), frozenset(watch.masks)


_OPERATORS = {
    "OR": "any is a list of alternatives, and so is each list inside all",
    "AND": "all is a list of what has to be there",
    "NOT": 'what rules an item out stands under none: none = ["cricket"]',
}
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
            "bad-weight",
            f'the weight of "{term}" is {weight:g}',
            "a weight lies above 0 and goes up to 1, like term^0.75",
        )
    return term[: match.start()].rstrip(), weight


def parse_term(term: str, kind: Kind = Kind.TERM) -> Pattern:
    """A term of a watchlist (``word``, ``a phrase``, ``=exact``, ``prefix*``, each with ``^weight``) as a pattern.

    Raises TermError where the term could only match everything or nothing.
    """
    return _parsed(term, kind)


@functools.lru_cache(20_000)
def _parsed(term: str, kind: Kind) -> Pattern:
    text, weight = split_weight(term)
    if not text:
        raise TermError(
            "empty-term", "an empty term would match everything", "remove it, or write the word that you mean"
        )
    exact = text.startswith("=")
    body = text[1:].strip() if exact else text
    if exact and body.startswith("@"):
        raise TermError("bad-term", f'"{term}": an entity is not a word that could be exact', f'write "{body}"')
    refuse_foreign(term, body)
    if body in _OPERATORS and not exact:
        raise TermError(
            "foreign-syntax",
            f'"{term}": an operator is not understood here',
            f'{_OPERATORS[body]}; "={body}" is the word',
        )
    if "^" in body:
        hint = "write it as a number from 0 to 1 with a point: term^0.75"
        raise TermError("bad-weight", f'the weight of "{term}" cannot be read', hint)
    if not _stars_end_words(body):
        raise TermError(
            "bad-term", f'"{term}": a star stands only at the end of a word', "write the beginning of the word: pakist*"
        )
    parts = parts_of(body)
    words = _words(parts, exact, kind)
    if not words:
        raise TermError(
            "no-letters", f'"{term}" holds no letters or digits', "write a word; punctuation is not compared"
        )
    if all(word.key in _EVERYWHERE for word in words) and not is_acronym(body):
        raise TermError(
            "too-common", f'"{term}" holds only words that occur in every text', "add the word that you mean"
        )
    _refuse_short_prefixes(term, words)
    if len(words) == 1:
        is_letter = _is_one_letter(term, words[0], body, exact)
        if is_acronym(body) or is_letter:
            words = (Word(words[0].key, Mode.ACRONYM, other=words[0].other),)
    other = [] if exact else respelt(parts)
    return Pattern(body, words, weight, respelt=_words(other, exact, kind))


def refuse_foreign(term: str, body: str, with_quotes: bool = True) -> None:
    """Raises TermError where ``body``, all or a part of ``term``, is written in another program's query language."""
    if found := foreign(body, with_quotes):
        raise TermError("foreign-syntax", f'"{term}": {found.what} is not understood here', found.hint, found)


def _stars_end_words(body: str) -> bool:
    spans = tokens.spans(body)
    ends, starts = {end for _, end in spans}, {start for start, _ in spans}
    return all(at in ends and at + 1 not in starts for at, char in enumerate(body) if char == "*")


def acronym(term: str) -> Pattern:
    """An acronym that an entity declares: compared with regard to case, never fuzzy. Raises TermError."""
    refuse_foreign(term, term)
    if term.strip()[:1] in ("=", "@") or "*" in term or "^" in term:
        raise TermError(
            "bad-term", f'"{term}" is written with a sigil', "an acronym is met exactly as it is; write it plainly"
        )
    pattern = parse_term(term)
    words, respelt = (
        tuple(word._replace(mode=Mode.ACRONYM, fuzz=0, kind=Kind.TERM, named=False, written="") for word in words)
        for words in (pattern.words, pattern.respelt)
    )
    return pattern._replace(words=words, respelt=respelt)


def unforgiving(pattern: Pattern) -> Pattern:
    """``pattern`` without typing errors: what rules a text out must really be there."""
    words, respelt = (tuple(word._replace(fuzz=0) for word in words) for words in (pattern.words, pattern.respelt))
    return pattern._replace(words=words, respelt=respelt)


def is_acronym(text: str) -> bool:
    """An all-caps single token of 2 to 7 letters: ``BRICS``, ``ШОС``, ``S.C.O.``."""
    return 2 <= tokens.capitals(text) <= 7


def _words(parts: list[Part], exact: bool, kind: Kind) -> tuple[Word, ...]:
    shouted = "".join(part.raw for part in parts).isupper() and any(len(part.raw) > 3 for part in parts)
    words = []
    for part, following in zip_longest(parts, parts[1:]):
        word = _word(part, exact, kind, len(parts) > 1 and not shouted)
        if not word.other and ((following and following.glued) or any(map(str.isdigit, word.key))):
            word = word._replace(other=tokens.look_alike_key(part.raw))
        if word.key:
            words.append(word)
    return tuple(words)


def _word(part: Part, exact: bool, kind: Kind, may_be_acronym: bool) -> Word:
    raw = part.raw
    key, other = tokens.token_key(raw), tokens.other_key(raw)
    if part.starred:
        return Word(key, Mode.PREFIX, other=other)
    if may_be_acronym and 1 <= tokens.capitals(tokens.without_possessive(raw)) <= 7:
        # WHO chief, AT&T: no "who" and no "at" will do
        return Word(key, Mode.ACRONYM, other=other, glued=part.glued)
    if exact:
        return Word(key, Mode.EXACT, other=other, glued=part.glued)
    named = kind.is_name or raw[:1].isupper()
    written = raw if "\u0600" <= key[:1] <= "\u06ff" else ""
    budget = fuzz_budget(key, named) if key else 0
    return Word(key, Mode.WORD, budget, kind, named, written, other=other, glued=part.glued)


def fuzz_budget(key: str, named: bool) -> int:
    """How many typing errors a word of this length and script survives, when it is rare enough: none up to 4 letters,
    one up to 8, two from 9. In scripts without capitals, whose words are shorter and their neighbours more, one, and
    only names.
    """
    if len(key) <= 4 or any(char.isdigit() for char in key):
        return 0
    if key[0] >= "\u0530":
        return 1 if named and not is_spaceless(key) else 0
    return 1 if len(key) <= 8 else 2


def _is_one_letter(term: str, word: Word, body: str, exact: bool) -> bool:
    """Whether a term is a single capital that is asked for as it is: ``=X``, which is met with its case, like an
    acronym, and as a word of its own. Raises TermError for other letters of scripts that have words.
    """
    if len(word.key) != 1 or _is_ideograph(word.key):
        return False
    written = body.strip()
    if exact and written.lower() == written.upper():
        return False  # a digit, or a letter without case
    if exact and written.isupper():
        return True
    hint = f'one letter matches far too much; write a longer word, or "={written.upper()}" for this letter as a word'
    raise TermError("single-letter", f'"{term}" is a single letter', hint)


def _refuse_short_prefixes(term: str, words: tuple[Word, ...]) -> None:
    for word in words:
        if word.mode is Mode.PREFIX and len(word.key) < 4 and not _is_ideograph(word.key):
            raise TermError(
                "short-prefix",
                f'"{term}" is too short for a prefix',
                f'write at least four letters before the star, or list the words: "{word.key}..."',
            )


def is_in(language: str, wanted: str) -> bool:
    """Whether ``language`` (en, en-GB, EN_gb) is ``wanted`` or a variety of it."""
    language, wanted = (one.casefold().replace("_", "-") for one in (language, wanted))
    return language == wanted or language.startswith(f"{wanted}-")


def _is_ideograph(key: str) -> bool:
    return "\u3400" <= key[0] <= "\u9fff" or "\uf900" <= key[0] <= "\ufaff" or key[0] >= "\U00020000"
