"""A phrase taken apart: what is known in it, what looks like a name, and the ordinary words, with the help of how its
words stand in stored texts.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from monitor.matching import Headline, Pattern, Watch, compile_watches
from monitor.matching.terms.rules import says_nothing
from monitor.matching.words import frequency
from monitor.model import WatchId
from monitor.text.tokens import raw_tokens, spans, token_key, without_possessive

_NAME_BELOW = 4.0
"""A capital at the beginning of a phrase, or among capitals only, makes a name of a word below this Zipf value."""
_PARTNERED = 3.0
"""A name made of an ordinary word (Stream) needs what stands before it (Pakistan)."""
_STICKS = 0.5
_LEAST_PAIRS = 2
_LIFT = 5.0
_ENOUGH = 3
_SMALL_TALK = 6.0
_QUOTED = re.compile(r"[\"«“„]([^\"»”“]*\w[^\"»”“]*)[\"»”“]")
_key = functools.lru_cache(200_000)(token_key)


class Piece(NamedTuple):
    """A part of a phrase, where it stands, and whether it is a name; ``sure``: its capital can mean nothing else."""

    text: str
    start: int
    end: int
    is_name: bool
    sure: bool = False


@dataclass
class Usage:
    """How the words of a phrase stand in stored texts: how many have each word and each pair of neighbours, and how
    often a word is written small.
    """

    texts: int = 0
    words: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    small: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, phrase: str, texts: Iterable[str]) -> Usage:
        """Count the words of ``phrase`` in ``texts``."""
        keys = [token_key(raw) for raw in raw_tokens(phrase)]
        wanted, neighbours = frozenset(keys), frozenset(pairwise(keys))
        usage = cls()
        for text in texts:
            usage.texts += 1
            raw = raw_tokens(text)
            found = list(map(_key, raw))
            if wanted.isdisjoint(found):
                continue
            usage.words.update(wanted.intersection(found))
            usage.pairs.update(neighbours.intersection(pairwise(found)))
            usage.small.update({key for key, one in zip(found, raw, strict=True) if key in wanted and one.islower()})
        return usage

    def sticks(self, one: str, other: str, capital: bool) -> bool:
        """Whether two words that follow one another make one thing: they are mostly met together; or, where their
        ``capital`` letters say that they may be a name, far more often than by chance.
        """
        together, alone = self.pairs[one, other], (self.words[one], self.words[other])
        if together >= _LEAST_PAIRS and together >= _STICKS * min(alone):
            return True
        return capital and together * self.texts >= _LIFT * alone[0] * alone[1] and together > 0

    def is_ordinary(self, key: str) -> bool:
        """Whether a word is mostly or often written small."""
        return self.small[key] * 4 > self.words[key]

    def rarity(self, piece: Piece) -> tuple[float, float]:
        """What pieces are sorted by, the rarest first. What is met nowhere comes last: it may be misspelt."""
        keys = [token_key(raw) for raw in raw_tokens(piece.text)]
        seen = min(self.words[key] for key in keys)
        return (seen or self.texts + 1, min(frequency.ordinary(key) for key in keys))


class _Word(NamedTuple):
    text: str
    key: str
    start: int
    end: int


def known_in(phrase: str, entities: Mapping[str, tuple[Pattern, ...]]) -> list[tuple[int, int, str]]:
    """Where entities stand in ``phrase``, with their names; the longest where they overlap."""
    engine = compile_watches(
        [Watch(WatchId(name), name, "", any=patterns, fields=(1.0, 1.0, 1.0)) for name, patterns in entities.items()]
    )
    hits = [(match.hits[0].start, match.hits[0].end, str(match.watch)) for match in engine.match(Headline(phrase))]
    found: list[tuple[int, int, str]] = []
    for start, end, name in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0], hit[2])):
        if all(end <= other or start >= last for other, last, _ in found):
            found.append((start, end, name))
    return sorted(found)


def pieces_of(phrase: str, taken: Sequence[tuple[int, int, str]], usage: Usage) -> list[Piece]:
    """The names and the ordinary words of ``phrase`` beside what is ``taken``. Words that stick together are one piece;
    so is what stands between quotation marks.
    """
    words = [
        _Word(without_possessive(phrase[start:end]), token_key(phrase[start:end]), start, end)
        for start, end in _units(phrase)
    ]
    free = [word for word in words if not any(start < word.end and word.start < end for start, end, _ in taken)]
    quoted = [Piece(found[1].strip(), *found.span(1), True, True) for found in _QUOTED.finditer(phrase)]
    shouted = _is_shouted(phrase)
    telling = [
        word
        for word, following in zip(free, [*free[1:], None], strict=False)
        if not (_is_small_talk(word, following, shouted) or any(_covers(one, word) for one in quoted))
    ]
    capitals = len(telling) > 2 and all(word.text[0].isupper() for word in telling)
    pieces: list[Piece] = []
    for word in telling:
        doubtful = word.start == 0 or capitals
        is_name = _is_name(word, doubtful, usage)
        own = Piece(word.text, word.start, word.end, is_name, is_name and not doubtful)
        before = pieces[-1] if pieces and pieces[-1].end + 1 == word.start else None
        if before and _belongs(before, own, usage):
            text, named = f"{before.text} {own.text}", before.is_name or is_name
            pieces[-1] = Piece(text, before.start, own.end, named, before.sure and own.sure)
        else:
            pieces.append(own)
    return sorted([*pieces, *quoted], key=lambda piece: piece.start)


def _covers(piece: Piece, word: _Word) -> bool:
    return piece.start <= word.start < piece.end


def needs_partner(before: str, piece: Piece, usage: Usage) -> bool:
    """Whether a name is an ordinary word that only what stands ``before`` it makes one: Pakistan Stream, but not Russia
    Ukraine.
    """
    if not piece.is_name or " " in piece.text:
        return False
    key, last = token_key(piece.text), token_key(raw_tokens(before)[-1])
    if usage.sticks(last, key, capital=False):
        return True
    if usage.words[key] >= _ENOUGH and not usage.is_ordinary(key):
        return False
    return frequency.ordinary(key) >= _PARTNERED and not _has_adjective(key)


def _has_adjective(key: str) -> bool:
    """Whether there is an adjective as countries have one: Ukraine, Ukrainian."""
    made = (key + "n", key + "ian", key[:-1] + "ian", key + "ese", key[:-1] + "ese", key + "i")
    return any(frequency.ordinary(one) >= _PARTNERED for one in made)


def _units(phrase: str) -> list[tuple[int, int]]:
    """Where words stand. What is joined by a hyphen to a single letter or to digits (F-16) is one, and so is AT&T."""
    found: list[tuple[int, int]] = []
    for start, end in spans(phrase):
        joined = found and phrase[found[-1][1] : start] in ("-", "\u2011") and found[-1][1] + 1 == start
        is_firm = found and phrase[found[-1][1] : start] == "&"
        if is_firm or (joined and (phrase[start:end].isdigit() or found[-1][1] - found[-1][0] == 1)):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _is_shouted(phrase: str) -> bool:
    """Whether a phrase is written in capitals throughout, so that they mean nothing."""
    return phrase.isupper() and len(phrase.split()) > 1


def _is_small_talk(word: _Word, following: _Word | None, shouted: bool) -> bool:
    """Words that say nothing. What is written in capitals among others is a name: US, IT, WHO; so is New in New York,
    and at the beginning of a phrase where another name follows.
    """
    if word.key.isdigit():
        return True
    if len(word.text) > 1 and word.text.isupper() and not shouted:
        return False
    named = word.start > 0 or (following is not None and following.start == word.end + 1 and _is_capital(following))
    if _is_capital(word) and named and not says_nothing(word.key):
        return False
    return says_nothing(word.key) or frequency.ordinary(word.key) >= _SMALL_TALK or _connects(word)


def _connects(word: _Word) -> bool:
    """Whether a word is one of those that connect others in some language (für, sur, para), and none that would be
    meant in the first one of its script: fur.
    """
    is_foreign = not word.text.isascii() or frequency.ordinary(word.key) < _NAME_BELOW
    return word.text.islower() and is_foreign and frequency.elsewhere(word.key) >= _SMALL_TALK


def _is_capital(word: _Word) -> bool:
    return word.text[0].isupper()


def _is_name(word: _Word, doubtful: bool, usage: Usage) -> bool:
    if not word.text[0].isupper():
        return False
    if not doubtful or word.text.isupper():
        return True
    if usage.words[word.key]:
        return not usage.is_ordinary(word.key)
    return frequency.ordinary(word.key) < _NAME_BELOW or _has_adjective(word.key)


def _belongs(before: Piece, piece: Piece, usage: Usage) -> bool:
    """Whether ``piece``, one word, continues the piece before it. Capitals decide where they are sure (European Central
    Bank), then what is stored, where the words are met often enough to tell, then capitals that may be some.
    """
    if before.sure and piece.sure:
        return True
    last, first = token_key(raw_tokens(before.text)[-1]), token_key(raw_tokens(piece.text)[0])
    capital = before.text[0].isupper() and piece.text[0].isupper()
    if min(usage.words[last], usage.words[first]) >= _ENOUGH or usage.pairs[last, first]:
        return usage.sticks(last, first, capital)
    if capital and piece.is_name:
        return not (before.text.isupper() or piece.text.isupper())
    return before.is_name == piece.is_name and " " not in before.text
