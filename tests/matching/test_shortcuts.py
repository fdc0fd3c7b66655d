"""What few watchlists let the lexicon skip changes nothing of what it finds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from monitor.matching import compile_watches
from monitor.matching.index import patterns_of
from monitor.matching.lexicon import Lexicon
from monitor.watchlist import load

WATCHES = load(Path(__file__).parents[2] / "watchlists").watches
_LETTERS = "abcdefgiop" + "аеикмопрст" + "اپکس"


def misspelt(word: str, pick: random.Random) -> str:
    """``word`` with one letter lost, added, exchanged or swapped with the next."""
    letters = list(word)
    at = pick.randrange(len(letters))
    way = pick.randrange(4)
    if way == 0 and len(letters) > 1:
        del letters[at]
    elif way == 1:
        letters.insert(at, pick.choice(_LETTERS))
    elif way == 2:
        letters[at] = pick.choice(_LETTERS)
    else:
        letters[at : at + 2] = reversed(letters[at : at + 2])
    return "".join(letters)


def words(seed: int, times: int) -> set[str]:
    """Words of the watchlists, each misspelt so many times by one error or two, in several ways of writing."""
    pick = random.Random(seed)
    own = sorted({word.key for watch in WATCHES for pattern in patterns_of(watch) for word in pattern.words})
    found = set()
    for word in own:
        for _ in range(times):
            once = misspelt(word, pick)
            twice = misspelt(once, pick) if once else word
            found |= {word, once, once.capitalize(), once.upper(), twice, twice.capitalize(), f"l'{once}", f"{once}'s"}
    return found - {""}


@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.long)])
@pytest.mark.parametrize("watch", WATCHES, ids=lambda watch: watch.id)
def test_words_that_begin_like_nothing_are_rightly_skipped(watch: object, times: int) -> None:
    engine = compile_watches([watch])  # type: ignore[list-item]
    short = Lexicon(engine._index.tables, engine.read)
    full = Lexicon(engine._index.tables, engine.read)
    assert short._openings is not None
    full._openings = full._beginnings = None
    for word in words(1, times):
        assert set(short.look_up(word)) == set(full.look_up(word)), word
        assert short.refusals(word) == full.refusals(word), word
