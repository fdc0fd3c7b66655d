"""What is not wrong with a watchlist, but worth a second look. It never keeps a watchlist from working."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from monitor.errors import Level, Problem
from monitor.matching import Engine, Headline, Kind, Pattern, Watch
from monitor.matching import frequency as words_in_use
from monitor.matching.lexicon import allowance
from monitor.matching.rules import Mode, Word
from monitor.model import Band
from monitor.text.clean import plain
from monitor.watchlist.load import Watchlists

_FREQUENT = 0.02
"""From this share of headlines on, what a watchlist hangs on is called very frequent."""
_SMALL_WORD = 5.5
"""Zipf value from which on a word is one of grammar: who, us, it."""
_WELL_KNOWN = 4.0
"""Zipf value from which on a word is known to everybody."""
_NAMED = 6
_LEAST_LETTERS = 5


def warnings(lists: Watchlists, engine: Engine) -> Iterator[Problem]:
    """Warnings and notes for every watchlist. Loads the lists of words."""
    for watch in lists.watches:
        file = lists.file(watch.id)
        terms = ("all",) if watch.all else ("any",)
        if said := _only_names(watch):
            yield replace(file.problem(terms, *said), level=Level.NOTE, code="only-names")
        if said := _without_fuzz(watch):
            yield replace(file.problem(("title",), *said), level=Level.NOTE, code="no-typing-errors")
        for pattern in _shouted(watch):
            yield replace(file.problem(terms, *_as_a_word(pattern)), level=Level.NOTE, code="word-in-capitals")
        if frequent := _frequent(watch, engine):
            level, what, hint = frequent
            yield replace(file.problem(terms, what, hint), level=level, code="very-frequent")
        for index, (text, _) in enumerate(lists.examples(watch.id).match):
            match = engine.match_one(watch.id, Headline(plain(text)))
            if match and match.band is not Band.ALERT:
                said = f'the example "{text}" reaches only the digest: {match.why}', "lower alert"
                problem = file.problem(("examples", "match", index), *said)
                yield replace(problem, level=Level.WARNING, code="example-weak")


def _terms(watch: Watch) -> list[Pattern]:
    return list(dict.fromkeys((*watch.any, *(pattern for concept in watch.all for pattern in concept.patterns))))


def _only_names(watch: Watch) -> tuple[str, str] | None:
    if not all(_is_name(pattern) for pattern in _terms(watch)):
        return None
    return (
        "only proper names: an article that names none of them is not found",
        'add how else they are called: "Russian premier" for the man, "the bloc" for the organisation',
    )


def _shouted(watch: Watch) -> Iterator[Pattern]:
    """Terms that count as acronyms by their capitals, and are common words: ΚΥΠΡΟΣ."""
    for pattern in _terms(watch):
        word = pattern.words[0]
        is_long = len(pattern.words) == 1 and word.mode is Mode.ACRONYM and len(word.key) >= _LEAST_LETTERS
        if is_long and words_in_use.zipf(word.key) >= _WELL_KNOWN:
            yield pattern


def _as_a_word(pattern: Pattern) -> tuple[str, str]:
    return (
        f'"{pattern.text}" is an acronym by its capitals: it is found in capitals only',
        f'write "{pattern.text.capitalize()}" for the word',
    )


def _is_name(pattern: Pattern) -> bool:
    return all(
        word.mode is Mode.ACRONYM or word.kind.is_name or (word.kind is Kind.TERM and word.named)
        for word in pattern.words
    )


def _without_fuzz(watch: Watch) -> tuple[str, str] | None:
    """Ordinary words, and why no misspelling of them is found. Short words and acronyms go without saying."""
    words = {word for pattern in _terms(watch) for word in pattern.words if _could_be_misspelt(word)}
    off = sorted({word.key for word in words if not allowance(word)})
    if not off:
        return None
    shown = ", ".join(off[:_NAMED]) + (f" and {len(off) - _NAMED} more" if len(off) > _NAMED else "")
    one = off[0]
    return (
        f"typing errors are not forgiven in ordinary words: {shown}",
        f'"monitor watch term {one}" shows the words that stand near to it',
    )


def _could_be_misspelt(word: Word) -> bool:
    return word.mode is Mode.WORD and word.fuzz > 0 and len(word.key) >= _LEAST_LETTERS and not word.fuzz_set


def _frequent(watch: Watch, engine: Engine) -> tuple[Level, str, str] | None:
    """What a watch hangs on, when it stands in very many headlines: then it says little, and costs time. Of an acronym
    that is a small word, too (WHO), nobody has counted how often it stands in capitals.
    """
    needs = [[pattern] for pattern in watch.any]
    if watch.all:
        needs.append(list(min((concept.patterns for concept in watch.all), key=lambda c: _share(list(c), engine))))
    for need in needs:
        share = _share(need, engine)
        if share >= _FREQUENT:
            word = max((_rarest(pattern, engine) for pattern in need), key=lambda pair: pair[1])[0]
            small = word.mode is Mode.ACRONYM and words_in_use.ordinary(word.key) >= _SMALL_WORD
            return (
                Level.NOTE if small else Level.WARNING,
                f'"{word.key}" stands in about {share:.1%} of all headlines{", in capitals or not" if small else ""}',
                "look for something rarer, or add a concept",
            )
    return None


def _share(patterns: list[Pattern], engine: Engine) -> float:
    return sum(_rarest(pattern, engine)[1] for pattern in patterns)


def _rarest(pattern: Pattern, engine: Engine) -> tuple[Word, float]:
    return min(((word, _share_of(word, engine)) for word in pattern.words), key=lambda pair: pair[1])


def _share_of(word: Word, engine: Engine) -> float:
    seen = engine.read.share(word.key)
    return 10 ** (words_in_use.ordinary(word.key) - 8) if seen is None else seen
