"""The words of all watchlists together: which of them does a token of a text stand for?

Every distinct token is looked up once and remembered: news repeats its vocabulary, so nearly every token of a headline
costs one dictionary access.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from monitor.matching.forms import forms
from monitor.matching.rules import Mode, Word
from monitor.model import Rule
from monitor.text import tokens

FORM_QUALITY = 0.98
PREFIX_QUALITY = 0.97
COST_OF_AN_EDIT = 0.08
MEMO_LIMIT = 500_000


class WordHit(NamedTuple):
    """A token stands for the watch word number ``word``. ``case`` is set for acronyms, whose acceptance depends on the
    field.
    """

    word: int
    quality: float
    rule: Rule
    case: str = ""


class Lexicon(dict[str, tuple[WordHit, ...]]):
    """A memo from raw token to the watch words that it stands for: ``lexicon["Пакистана"]``.

    Safe to share between threads that only look up: two threads at worst compute the same entry twice.
    """

    def __init__(self, words: Iterable[Word]) -> None:
        super().__init__()
        self.numbers: dict[Word, int] = {}
        self._exact: dict[str, list[WordHit]] = defaultdict(list)
        self._acronyms: dict[str, list[int]] = defaultdict(list)
        self._prefixes: dict[str, list[int]] = defaultdict(list)
        self._fuzzy: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for word in words:
            if word not in self.numbers:
                self.numbers[word] = len(self.numbers)
                self._add(word, self.numbers[word])
        self._prefix_lengths = sorted({len(prefix) for prefix in self._prefixes})
        self._fuzzy_keys = {letter: list(bucket) for letter, bucket in self._fuzzy.items()}

    def _add(self, word: Word, number: int) -> None:
        if word.mode is Mode.ACRONYM:
            self._acronyms[word.key].append(number)
        elif word.mode is Mode.PREFIX:
            self._prefixes[word.key].append(number)
        else:
            self._exact[word.key].append(WordHit(number, 1.0, Rule.EXACT))
            if word.mode is Mode.WORD:
                for form in forms(word.key):
                    self._exact[form].append(WordHit(number, FORM_QUALITY, Rule.FORM))
                if word.fuzz:
                    self._fuzzy[word.key[0]][word.key].append((number, word.fuzz))

    def __missing__(self, raw: str) -> tuple[WordHit, ...]:
        if len(self) >= MEMO_LIMIT:
            self.clear()
        hits = self[raw] = tuple(self._look_up(raw))
        return hits

    def _look_up(self, raw: str) -> Iterable[WordHit]:
        key = tokens.token_key(raw)
        if not key:
            return ()
        best: dict[int, WordHit] = {}
        for hit in (
            *self._exact.get(key, ()),
            *self._by_prefix(key),
            *self._by_acronym(raw, key),
            *self._by_typing_error(key),
        ):
            if hit.word not in best or best[hit.word].quality < hit.quality:
                best[hit.word] = hit
        return best.values()

    def _by_prefix(self, key: str) -> Iterable[WordHit]:
        for length in self._prefix_lengths:
            if length > len(key):
                break
            for number in self._prefixes.get(key[:length], ()):
                yield WordHit(number, PREFIX_QUALITY, Rule.PREFIX)

    def _by_acronym(self, raw: str, key: str) -> Iterable[WordHit]:
        numbers = self._acronyms.get(key)
        if not numbers:
            return
        stem = raw.replace(".", "").split("'")[0].split("’")[0]
        case = (
            "upper"
            if stem.isupper()
            else "title"
            if stem[:1].isupper() and stem[1:].islower()
            else "lower"
            if stem.islower()
            else ""
        )
        if case or not (stem.isupper() or stem.islower()):
            for number in numbers:
                if case:
                    yield WordHit(number, 1.0, Rule.ACRONYM, case)

    def _by_typing_error(self, key: str) -> Iterable[WordHit]:
        if len(key) <= 4:
            return
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        # The first letter is hardly ever the wrong one; but the first two may have been swapped.
        for letter in {key[0], key[1]}:
            candidates = self._fuzzy_keys.get(letter)
            if not candidates:
                continue
            for candidate, distance, _ in process.extract(
                key, candidates, scorer=OSA.distance, score_cutoff=2, limit=None
            ):
                if distance == 0 or (candidate[0] != key[0] and candidate[:2] != key[1::-1]):
                    continue
                for number, budget in self._fuzzy[letter][candidate]:
                    if distance <= budget:
                        yield WordHit(number, 1.0 - COST_OF_AN_EDIT * distance, Rule.FUZZY)
