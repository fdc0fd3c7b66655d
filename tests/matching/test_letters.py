"""Spellings and letters that the user asks for in so many words: they count just as they are written."""

from __future__ import annotations

import pytest

from monitor.matching import Headline, TermError, Watch, compile_watches, parse_term
from monitor.model import WatchId


def takes(terms: list[str], headline: str) -> bool:
    watch = Watch(WatchId("one"), "One", "", any=tuple(map(parse_term, terms)))
    return bool(compile_watches([watch]).match(Headline(headline)))


@pytest.mark.parametrize(
    ("headline", "is_met"),
    [
        ("Regulator fines X over blue ticks", True),
        ("X fined by regulator", True),
        ("Regulator looks into X's ticks", True),
        ("Is it time to leave X?", True),
        ("«X» оштрафована регулятором", True),
        ("REGULATOR FINES X OVER BLUE TICKS", True),
        ("regulator fines x over blue ticks", False),
        ("Solve for x and y", False),
        ("X-ray of the pyramid", False),
        ("Results of an A/X test", False),
        ("SpaceX launches", False),
        ("The ex-minister speaks", False),
        ("Xi speaks", False),
    ],
)
def test_U15_one_letter_is_met_with_its_case_and_as_a_word(headline: str, is_met: bool) -> None:
    assert takes(["=X"], headline) is is_met


@pytest.mark.parametrize(("term", "headline"), [("=Я", "Альбом «Я» вышел"), ("=7", "Channel 7 goes dark"), ("=ก", "ก")])
def test_U15_letters_of_other_scripts_and_digits_are_asked_for_likewise(term: str, headline: str) -> None:
    assert takes([term], headline)
    assert not takes([term], "Nothing of the kind 7,000")


@pytest.mark.parametrize("term", ["X", "x", "=x", "я", "7"])
def test_U15_a_letter_that_is_not_asked_for_as_it_is_stays_refused(term: str) -> None:
    with pytest.raises(TermError) as raised:
        parse_term(term)
    assert f'"={term.removeprefix("=").upper()}"' in raised.value.hint


@pytest.mark.parametrize("pair", [("Tehran", "Teheran"), ("Mueller", "Müller"), ("BRICS", "=BRICS"), ("Kyiv", "Kiev")])
def test_U15_each_spelling_that_is_listed_is_met(pair: tuple[str, str]) -> None:
    for spelling in pair:
        assert takes(list(pair), f"Talks in {spelling.removeprefix('=')} go on")


def test_U15_a_letter_in_a_phrase_needs_no_capital_where_there_are_none() -> None:
    assert takes(["Malcolm X"], "the letters of malcolm x are for sale")
    assert takes(["Malcolm X"], "The letters of Malcolm X are for sale")
