"""What texts are made of, for proposals: their words and pairs of words, and how much these belong to some texts more
than to others.
"""

from __future__ import annotations

import functools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from monitor.matching.terms.rules import BETWEEN
from monitor.matching.words import frequency
from monitor.store.archive.history import StoredItem
from monitor.text.tokens import is_spaceless, spans, token_key, without_possessive

_EVERYWHERE = 5.0
"""From this Zipf value on (a word in 10,000) a word says nothing about what a text is about."""
_LEAST_LETTERS = 3
_BESIDE = frozenset((" ", "-", "\u00a0", "\u2011"))
"""What may stand between two words that make one name; a comma or a dash parts them."""
_LONGEST_TEXT = 800
"""Of a long text the beginning says what it is about."""

_key = functools.lru_cache(200_000)(token_key)

Key = tuple[str, ...]
"""One or two words, folded."""


@dataclass
class Words:
    """In how many of some texts each word and each pair of words stands, how it is mostly written, and in which feeds
    it is met.
    """

    texts: int = 0
    counts: Counter[Key] = field(default_factory=Counter)
    written: dict[Key, Counter[str]] = field(default_factory=dict)
    feeds: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, items: Iterable[StoredItem]) -> Words:
        """The words of ``items``, each counted once for each item."""
        words = cls()
        for item in items:
            words.texts += 1
            found = dict(terms_of(item))
            words.counts.update(found.keys())
            for key, text in found.items():
                words.written.setdefault(key, Counter())[text] += 1
                words.feeds[key].add(item.feed_name)
        return words

    def as_written(self, key: Key) -> str:
        """How the word or pair is mostly written."""
        return self.written[key].most_common(1)[0][0]


def terms_of(item: StoredItem) -> Iterator[tuple[Key, str]]:
    """The words of an item that may say something, and the pairs of neighbours among them, as they are written."""
    for text in (item.title, item.text[:_LONGEST_TEXT]):
        before: tuple[str, str, int] | None = None
        for start, end in spans(text):
            raw = text[start:end]
            key = _key(raw)
            if not is_telling(key):
                before = None
                continue
            written = without_possessive(raw)
            yield (key,), written
            if before and text[before[2] : start] in _BESIDE:
                yield (before[0], key), f"{before[1]} {written}"
            before = (key, written, end)


@functools.lru_cache(200_000)
def is_telling(key: str) -> bool:
    """Whether a word may say what a text is about: it is not met everywhere, too short or a number."""
    if not key or key in BETWEEN or key.isdigit() or is_spaceless(key):
        return False
    if len(key) < _LEAST_LETTERS and key.isascii():
        return False
    return frequency.ordinary(key) < _EVERYWHERE


def surprise(inside: int, texts: int, outside: int, others: int) -> float:
    """How much likelier a word is in these ``texts`` than in the ``others``: Dunning's log-likelihood ratio (1993);
    negative where it is rarer. 11 is one chance in a thousand.
    """
    if not texts or not others:
        return 0.0
    share = (inside + outside) / (texts + others)
    ratio = 2 * (_part(inside, texts * share) + _part(outside, others * share))
    return ratio if inside / texts >= outside / others else -ratio


def _part(seen: int, expected: float) -> float:
    return seen * math.log(seen / expected) if seen else 0.0
