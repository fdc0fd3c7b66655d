"""What keeps typing errors and acronyms away from ordinary words, and what is said about it."""

from __future__ import annotations

import pytest

from monitor.matching import Headline, Kind, Read, compile_watches, parse_term
from monitor.matching.lexicon import allowance
from monitor.matching.terms.describe import describe, why_so_many
from monitor.matching.words import frequency
from tests.matching.helpers import a_watch, concepts, match, patterns, seen


@pytest.mark.parametrize(
    ("term", "common"),
    [
        ("Stream", "steam"),
        ("stream", "scream"),
        ("Trump", "tramp"),
        ("Kazan", "Kazak"),
        ("summit", "submit"),
        ("pipeline", "pipelined"),
        ("membership", "memberships'"),
        ("Gazprom", "gazprog"),
        ("поток", "потом"),
        ("Пакистан", "Таджикистан"),
        ("پاکستان", "تاجکستان"),
    ],
)
def test_a_common_word_or_a_distant_one_is_not_a_misspelt_term(term: str, common: str) -> None:
    found = seen(term, f"xx {common} xx")
    assert found is None or term in ("Gazprom", "membership")


def test_words_that_are_no_names_and_common_survive_no_typing_error() -> None:
    budgets = {
        "pipeline": 0,
        "membership": 0,
        "summit": 0,
        "Pakistan": 1,
        "Islamabad": 2,
        "Gazprom": 1,
        "Mishustin": 2,
        "Kazan": 1,
        "Iran": 0,
        "psgp2": 0,
    }
    assert {word: allowance(parse_term(word).words[0]) for word in budgets} == budgets


def test_names_in_scripts_without_capitals_need_to_be_said_to_be_names() -> None:
    assert allowance(parse_term("پاکستان").words[0]) == 0
    assert allowance(parse_term("پاکستان", Kind.PLACE).words[0]) == 1


def test_what_the_monitor_has_often_read_is_a_word_of_its_own() -> None:
    watch = a_watch(any=patterns("Mishustin"))
    headline = Headline("Mishutin opens a bakery")
    assert compile_watches([watch]).match(headline)
    texts = ["Mishutin again"] * 30 + ["nothing at all"] * 3000
    read = Read.of(texts)
    assert compile_watches([watch], read).match(headline) == []
    refusal = compile_watches([watch], read).explain(watch.id, headline)
    assert "a word of its own, read 30 times" in " ".join(refusal.lines)


def test_a_misspelling_that_is_rarer_than_the_name_stays_one_however_often_it_is_read() -> None:
    read = Read.of(["Mishutin again"] * 30 + ["Mishustin"] * 60 + ["nothing at all"] * 3000)
    assert compile_watches([a_watch(any=patterns("Mishustin"))], read).match(Headline("Mishutin opens a bakery"))


def test_little_reading_says_nothing() -> None:
    read = Read.of(["Mishutin again"] * 30)
    assert read.share("mishutin") is None
    assert not read.is_common("mishutin", "mishustin")


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("WHO", "who said that", None),
        ("WHO", "WHO SAID THAT AND WHY", None),
        ("WHO", "The WHO said that", "WHO"),
        ("IT", "it is all right", None),
        ("US", "CAN THEY BEAT US AT HOME", None),
        ("AIDS", "hearing aids are cheap", None),
        ("BRICS", "pakistan wants to join brics", "brics"),
        ("SCO", "islamabad hosts the sco summit", "sco"),
        ("SCO", "Scotland score late", None),
        ("BRICS", "BRICs no more", "BRICs"),
        ("БРИКС", "вступление в БРИКСа", "БРИКСа"),
        ("SCO", "SCOtt speaks", None),
        ("PSGP", "S.C.O. and P.S.G.P. meet", "P.S.G.P."),
    ],
)
def test_an_acronym_is_no_ordinary_word(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


def test_words_are_as_common_as_in_the_language_that_has_most_of_them() -> None:
    assert frequency.zipf("stream") > 4
    assert frequency.zipf("noticias") > 4
    assert frequency.ordinary("noticias") < frequency.zipf("noticias")
    assert frequency.zipf("поток") > 4
    assert frequency.zipf("mishustinx") == 0.0
    assert frequency.zipf("𐎠𐎡") == 0.0


def test_neighbours_are_the_common_words_within_reach() -> None:
    near = dict(frequency.neighbours("stream", 1))
    assert {"steam", "scream", "streams"} <= near.keys()
    assert "stream" not in near


def test_a_near_miss_is_kept_with_the_guard_that_refused_it() -> None:
    watch = a_watch(all=concepts("Pakistan", ["BRICS", "bloc"]))
    found = match(watch, Headline("Pakistan, bricks and the bloc"))
    assert found is not None
    assert [(miss.text, miss.term, miss.why) for miss in found.near_misses] == [
        ("bricks", "BRICS", "an acronym has to be met exactly")
    ]
    assert found.explanation["near_misses"][0]["text"] == "bricks"


def test_a_term_is_described_with_all_that_it_comes_to() -> None:
    described = describe(parse_term("Мишустин", Kind.PERSON))
    (word,) = described.words
    assert "мишустиным" in word.forms
    assert {"mishustin", "michoustine"} <= set(word.transliterations)
    assert word.typing_errors == 1
    both = describe(parse_term("pak stream"))
    assert both.joined == "pakstream"
    stream = both.words[1]
    assert stream.typing_errors == 0
    assert "ordinary word" in stream.why
    assert dict(stream.neighbours)["steam"] > 4
    assert "streams" not in dict(stream.neighbours)
    reasons = {term: why_so_many(parse_term(term).words[0]) for term in ("BRICS", "=gas", "pakist*", "G20x", "gas")}
    assert all(reasons.values())


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("SWIFT", "Taylor Swift tour breaks records", None),
        ("START", "Start of the season", None),
        ("SWIFT", "Banks leave SWIFT", "SWIFT"),
        ("BRICS", "Brics grows", "Brics"),
        ("WHO chief", "Guess who chief ministers voted for", None),
        ("WHO chief", "The WHO chief resigns", "WHO chief"),
        ("US dollar", "Strong exports bring us dollars", None),
        ("AT&T", "Concert at T-Mobile Arena", None),
        ("AT&T", "AT&T sues", "AT&T"),
        ("Pak-US", "PakUS ties", "PakUS"),
        ("Pakistan Stream", "Pakistan streams a new drama", None),
        ("Pakistan Stream", "pakistan stream talks resume", "pakistan stream"),
        ("G20", "G20s and more", "G20s"),
        ("S-400", "two S-400s sold", "S-400s"),
    ],
)
def test_phrases_and_names_keep_their_capitals(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected
