"""``compile_watches(watches) -> Engine``; ``engine.match(item) -> [Match, ...]``.

The usual headline has nothing to do with any watchlist, and costs one dictionary access per token. Where words of
watchlists occur, only watches that hang on such a word as their anchor are looked at; where the words of all their
concepts occur, they are evaluated in full. So cost follows matches, not the number of watchlists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from monitor.matching.evaluate import Scan, evaluate
from monitor.matching.lexicon import Lexicon
from monitor.matching.rules import Concept, Pattern, Watch, Word
from monitor.model import Match

Requirements = tuple[frozenset[int], ...]


class Texts(Protocol):
    """What is matched: an item's three texts, clean and unescaped."""

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> str: ...


class Engine:
    """All watchlists, compiled. A value: it does not change, so any thread may use it and a reload swaps it whole."""

    def __init__(self, watches: tuple[Watch, ...]) -> None:
        self.watches = watches
        self._lexicon = Lexicon(word for watch in watches for pattern in _patterns(watch) for word in pattern.words)
        self._anchored: dict[int, list[int]] = defaultdict(list)
        self._needs: list[Requirements] = []
        for index, watch in enumerate(watches):
            self._index(index, watch)

    def _index(self, index: int, watch: Watch) -> None:
        concepts = sorted(watch.all, key=_commonness)
        anchors = {self._number(pattern.anchor) for pattern in watch.any}
        if concepts:
            anchors |= self._anchor_numbers(concepts[0])
        for number in anchors:
            self._anchored[number].append(index)
        # A watch with patterns of its own (any) cannot be ruled out by a missing concept.
        self._needs.append(() if watch.any else tuple(self._anchor_numbers(concept) for concept in concepts[1:]))

    def _anchor_numbers(self, concept: Concept) -> frozenset[int]:
        return frozenset(self._number(pattern.anchor) for pattern in concept.patterns)

    def _number(self, word: Word) -> int:
        return self._lexicon.numbers[word]

    def match(self, item: Texts) -> list[Match]:
        """The watches that ``item`` belongs to, surest first; empty for nearly every item."""
        scan = Scan.of((item.title, item.summary, item.body), self._lexicon)
        if scan is None:
            return []
        found = scan.words.keys()
        candidates = {index for number in found for index in self._anchored.get(number, ())}
        matches = []
        for index in candidates:
            if all(not need.isdisjoint(found) for need in self._needs[index]):
                match = evaluate(self.watches[index], scan)
                if match:
                    matches.append(match)
        matches.sort(key=lambda match: (-match.score, match.watch))
        return matches


def compile_watches(watches: Iterable[Watch]) -> Engine:
    """The engine for ``watches``. Their ids must differ."""
    return Engine(tuple(watches))


def _patterns(watch: Watch) -> Iterable[Pattern]:
    yield from watch.any
    for concept in watch.all:
        yield from concept.patterns
    yield from watch.context
    yield from watch.masks
    yield from watch.vetoes


def _commonness(concept: Concept) -> float:
    """An estimate of how often a concept occurs: short words are common, and every further name adds its own share."""
    return sum(2.0 ** -min(len(pattern.anchor.key), 16) for pattern in concept.patterns)
