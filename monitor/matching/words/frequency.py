"""How common a word is in the languages of its script: what tells a typing error from another word.

The figures come from the wordfreq package (Zipf scale: log10 of the occurrences in a billion words; the data stand at
about 2021) and from what the monitor has read itself. Tables are loaded when they are first asked for, a script at a
time.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.matching.words.wordlists import COMMON, by_value, key_of, table
from monitor.text.tokens import raw_tokens, token_key

# The first language of a script is asked first, and alone says how ordinary a watchlist's own word is: nearly every
# word means something in one language or another (kasur is Indonesian for a mattress).
_LANGUAGES = {
    "LATIN": ("en", "es", "fr", "de", "pt", "it", "tr", "id", "pl", "nl"),
    "CYRILLIC": ("ru", "uk", "bg"),
    "ARABIC": ("ur", "ar", "fa"),
    "DEVANAGARI": ("hi",),
    "BENGALI": ("bn",),
    "GREEK": ("el",),
    "HEBREW": ("he",),
    "HANGUL": ("ko",),
    "TAMIL": ("ta",),
}
LEARNT_FROM = 20_000
"""So many of the newest items say which words are rare in the stream: some days of a hundred feeds."""
_OFTEN_READ = 20
_ENOUGH_READ = 2_000


@dataclass(frozen=True)
class Read:
    """In how many of ``documents`` items that the monitor has read each word occurred."""

    documents: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Read:
        """Count the words of ``texts``, each once for each text."""
        counts: Counter[str] = Counter()
        key = functools.lru_cache(200_000)(token_key)
        documents = 0
        for text in texts:
            documents += 1
            counts.update(set(map(key, raw_tokens(text))))
        return cls(documents, {word: number for word, number in counts.items() if number > 1})

    @property
    def is_enough(self) -> bool:
        """Whether it says anything."""
        return self.documents >= _ENOUGH_READ

    def is_common(self, candidate: str, word: str) -> bool:
        """Whether ``candidate`` is met so often, and more often than ``word``, that it is no misspelling of it."""
        number = self.counts.get(candidate, 0)
        return self.is_enough and number >= _OFTEN_READ and number > self.counts.get(word, 0)

    def share(self, word: str) -> float | None:
        """The share of items that hold ``word``; None before enough has been read."""
        if not self.is_enough:
            return None
        return max(self.counts.get(word, 0), 0.5) / self.documents


def zipf(key: str) -> float:
    """How common the word with ``key`` is (0 when it is on no list), in the language of its script that has most of
    it.
    """
    first = ordinary(key)
    rest = _LANGUAGES.get(script_of(key), ())[1:]
    return first if first >= COMMON or not rest else max(first, table(rest).zipf(key))


def ordinary(key: str) -> float:
    """How common the word with ``key`` is in the first language of its script."""
    languages = _LANGUAGES.get(script_of(key), ())
    return table(languages[:1]).zipf(key) if languages else 0.0


def elsewhere(key: str) -> float:
    """How common the word with ``key`` is in the other languages of its script, where it is commonest."""
    rest = _LANGUAGES.get(script_of(key), ())[1:]
    return table(rest).zipf(key) if rest else 0.0


def neighbours(key: str, distance: int) -> list[tuple[str, float]]:
    """The common words within ``distance`` typing errors of ``key``, commonest first. Reads whole lists: for people
    who ask.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found: dict[str, float] = {}
    for language in _LANGUAGES.get(script_of(key), ()):
        words = {key_of(word): value / 100 for value, same in by_value(language) for word in same}
        for word, _, _ in process.extract(key, list(words), scorer=OSA.distance, score_cutoff=distance, limit=None):
            if word != key:
                found[word] = max(found.get(word, 0.0), words[word])
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def script_of_language(language: str) -> str:
    """The script that ``language`` (en, ru-RU) is written in; empty for one that is not known here."""
    short = language.casefold().replace("_", "-").partition("-")[0]
    return next((script for script, languages in _LANGUAGES.items() if short in languages), "")


@functools.cache
def script_of(key: str) -> str:
    """The script of the first letter, as its Unicode name begins: LATIN, CYRILLIC, ARABIC."""
    if key.isascii():
        return "LATIN"
    letter = next((char for char in key if char.isalpha()), None)
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0] if letter else ""
