"""Which headlines belong to which watchlists, and why.

``tests/data/matching.tsv`` holds headlines with what the shipped watchlists must make of them: ``watch:band``, or
nothing. The tests below look at one rule at a time.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from itertools import pairwise, permutations, product
from math import prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import Concept, Engine, Kind, Pattern, TermError, Watch, compile_watches, parse_term
from monitor.matching.evaluate import proximity
from monitor.matching.terms.forms import forms
from monitor.matching.terms.rules import acronym
from monitor.model import Aside, Band, Match, Rule, WatchId
from monitor.watchlist import load

CASES = Path(__file__).parents[1] / "data" / "matching.tsv"
SHIPPED = Path(__file__).parents[2] / "watchlists"

Term = str | Pattern


@dataclass(frozen=True)
class Item:
    title: str = ""
    summary: str = ""
    body: str = ""
    feed_name: str = ""
    language: str = ""
    asides: tuple[Aside, ...] = ()


def pattern(term: Term) -> Pattern:
    return parse_term(term) if isinstance(term, str) else term


def patterns(*terms: Term) -> tuple[Pattern, ...]:
    return tuple(pattern(term) for term in terms)


def concepts(*concepts: Term | list[Term]) -> tuple[Concept, ...]:
    """``"Pakistan", ["BRICS", "NDB"]`` as a watchlist's ``all``."""
    alternatives = [concept if isinstance(concept, list) else [concept] for concept in concepts]
    return tuple(Concept("|".join(str(term) for term in terms), patterns(*terms)) for terms in alternatives)


def a_watch(name: str = "w", **rules: object) -> Watch:
    return Watch(WatchId(name), name, "1", **rules)  # type: ignore[arg-type]


def match(watch: Watch, title: str, summary: str = "", body: str = "") -> Match | None:
    """What ``watch`` makes of an item."""
    found = compile_watches([watch]).match(Item(title, summary, body))
    return found[0] if found else None


def seen(term: Term, text: str) -> str | None:
    """The piece of ``text`` that ``term`` is found in, if any."""
    found = match(a_watch(any=patterns(term), digest=0.0), text)
    return found.hits[0].text if found and found.score else None


def score(watch: Watch, title: str, summary: str = "", body: str = "") -> float:
    found = match(replace(watch, digest=0.0), title, summary, body)
    return found.score if found else 0.0


# --- whole headlines -------------------------------------------------------------------------------------------------


def rows() -> list[tuple[Item, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(Item(row["title"], row["summary"]), row["expected"]) for row in cases]


@pytest.fixture(scope="module")
def shipped() -> Engine:
    """The watchlists that the program comes with."""
    return compile_watches(load(SHIPPED).watches)


def test_a_headline_is_matched_as_its_row_says(shipped: Engine) -> None:
    for item, expected in rows():
        found = sorted(f"{match.watch}:{match.band}" for match in shipped.match(item))
        assert ",".join(found) == expected, item


@pytest.mark.parametrize("kind", ["match", "nomatch"])
def test_the_shipped_watchlists_keep_their_own_examples(shipped: Engine, kind: str) -> None:
    lists = load(SHIPPED)
    for watch in lists.watches:
        for text, line in getattr(lists.examples(watch.id), kind):
            found = watch.id in [match.watch for match in shipped.match(Item(text))]
            assert found == (kind == "match"), f"{watch.id}.toml:{line}: {text}"


VOCABULARY = """
    Pakistan Pakistan's BRICS brics Brics bid cricket Islamabad United Stream gas pipeline Russian Deputy Prime Minister
    Мишустина Исламабаде ШОС Пакистана برکس پاکستان روس کے وزیراعظم the of x Nord 🎉 <b> « » —
"""
WORDS = st.sampled_from(VOCABULARY.split())
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=14).map(" ".join)


@given(TEXTS, TEXTS, TEXTS)
def test_hits_point_at_their_text_and_reasons_multiply_to_the_score(title: str, summary: str, body: str) -> None:
    item = Item(title, summary, body)
    for found in ENGINE.match(item):
        assert all(getattr(item, hit.field)[hit.start : hit.end] == hit.text for hit in found.hits)
        assert prod(reason.factor for reason in found.reasons) == pytest.approx(found.score, abs=1e-4)
        assert 0 < found.score <= 1
        assert found.band is (Band.ALERT if found.score >= found.threshold else Band.DIGEST)


ENGINE = compile_watches(load(SHIPPED).watches)


@given(TEXTS)
def test_what_was_matched_before_does_not_matter(title: str) -> None:
    fresh = compile_watches(ENGINE.watches)
    assert ENGINE.match(Item(title)) == fresh.match(Item(title))


# --- words and phrases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("pipeline", "The Pipeline deal", "Pipeline"),
        ("pipeline", "two pipelines", "pipelines"),
        ("Pakistan", "Pakistan’s bid", "Pakistan’s"),
        ("Pakistan", "Pakistan-backed plan", "Pakistan"),
        ("Pakistan", "«Pakistan»", "Pakistan"),
        ("Pakistan", "#Pakistan_news", "Pakistan"),
        ("country", "three countries", "countries"),
        ("church", "two churches", "churches"),
        ("pipeline", "a pipelined design", None),
        ("gas", "gasoline", None),
        ("stan", "Pakistan", None),
        ("Пакистан", "в Пакистане", "Пакистане"),
        ("Мишустин", "встреча с Мишустиным", "Мишустиным"),
        ("Россия", "из России", "России"),
        ("российский", "российского газа", "российского"),
        ("поток", "строительство потока", "потока"),
        ("Лавров", "Лавровым", "Лавровым"),
        ("Исламабад", "Исламабадская", None),
        ("AT&T", "AT&T sues", "AT&T"),
        ("COVID-19", "covid 19", "covid 19"),
        ("10", "the 10 rules", "10"),
        ("10", "the 100 rules", None),
    ],
)
def test_a_word_is_found_whole_and_in_its_forms(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


@pytest.mark.parametrize("case", ["нефтяной платформе", "нефтяную платформу", "нефтяных платформ"])
def test_a_feminine_adjective_is_found_in_its_cases(case: str) -> None:
    assert seen("нефтяная платформа", f"Авария на {case}") == case


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("=bid", "the bid", "bid"),
        ("=bid", "the bids", None),
        ("=Mishustin", "Mishustn", None),
        ("=heads of state", "heads of state", "heads of state"),
        ("join*", "joining", "joining"),
        ("join*", "join", "join"),
        ("join*", "joi", None),
        ("пакистанск*", "пакистанскими", "пакистанскими"),
        ("live stream*", "live streaming", "live streaming"),
        ("live stream*", "live video stream", None),
    ],
)
def test_the_sigils_make_a_term_exact_or_a_prefix(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


@pytest.mark.parametrize("word", ["सदस्यता", "पाकिस्तानी"])
def test_a_prefix_may_end_in_a_vowel_sign(word: str) -> None:
    assert seen(f"{word}*", word) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russian Prime Minister arrives", "Russian Prime Minister"),
        ("Russian, Prime-Minister", "Russian, Prime-Minister"),
        ("the Russian Prime Ministers", "Russian Prime Ministers"),
        ("Russian Deputy Prime Minister", None),
        ("Prime Russian Minister", None),
        ("Russian Prime", None),
    ],
)
def test_a_phrase_is_found_in_order_and_without_other_words_between(text: str, expected: str | None) -> None:
    assert seen("Russian Prime Minister", text) == expected


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("heads government", "heads of government", "heads of government"),
        ("heads of government", "heads of the government", "heads of the government"),
        ("heads government", "heads of the government", None),
        ("визит Исламабад", "визит в Исламабад", "визит в Исламабад"),
        ("روس وزیراعظم", "روس کے وزیراعظم", "روس کے وزیراعظم"),
        ("heads government", "heads say government", None),
    ],
)
def test_one_stop_word_may_stand_inside_a_phrase(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


@pytest.mark.parametrize(
    ("title", "summary", "body"), [("Prime", "Minister", ""), ("", "Prime", "Minister"), ("Prime", "", "Minister")]
)
def test_a_phrase_does_not_run_on_into_the_next_field(title: str, summary: str, body: str) -> None:
    watch = a_watch(any=patterns("Prime Minister"), fields=(1, 1, 1))
    assert match(watch, title, summary, body) is None


def test_a_phrase_is_found_wherever_it_starts_again() -> None:
    assert seen("Pakistan Stream", "Pakistan Pakistan Stream") == "Pakistan Stream"


@pytest.mark.parametrize("term", ["", "  ", "^0.5", "!", "=", "—", "x", "=я", "pak*", "word^0", "word^2"])
def test_H30_a_term_that_means_nothing_or_everything_is_refused(term: str) -> None:
    with pytest.raises(TermError):
        parse_term(term)


@pytest.mark.parametrize("term", ["中", "中*"])
def test_one_ideograph_is_a_word(term: str) -> None:
    assert seen(term, "中 国") == "中"


# --- typing errors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Pakistan", "Pakisan"),
        ("Pakistan", "Pakisttan"),
        ("Pakistan", "Pakiztan"),
        ("Pakistan", "Pakitsan"),
        ("Pakistan", "aPkistan"),
        ("Islamabad", "Islmabd"),
        ("Мишустин", "Мишутин"),
    ],
)
def test_a_name_survives_a_typing_error(term: str, text: str) -> None:
    assert seen(term, text) == text


def test_each_typing_error_costs_certainty() -> None:
    one, two = (
        score(a_watch(any=patterns("Islamabad")), "Islmabad"),
        score(a_watch(any=patterns("Islamabad")), "Islmabd"),
    )
    assert (one, two) == (0.92, 0.84)


def test_a_typing_error_is_named_as_such() -> None:
    found = match(a_watch(any=patterns("Pakistan")), "Pakisan")
    assert found is not None
    assert (found.hits[0].rule, found.hits[0].alias) == (Rule.FUZZY, "Pakistan")


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Pakistan", "Pakiztam"),  # two errors in eight letters
        ("Islamabad", "Islmbd"),  # three
        ("Iran", "Iraq"),  # too short
        ("Pakistan", "Bakistan"),  # the first letter is hardly ever the wrong one
        ("stream", "steam"),  # an ordinary word
        ("gas", "gap"),
        ("G2000", "G2001"),  # a number is meant as it stands
        ("BRICS", "BRICKS"),
        ("BRICS", "bricks"),
        ("ШОС", "ШОК"),
        ("Austria", "Australia"),
        ("Slovakia", "Slovenia"),
        ("Uzbekistan", "Turkmenistan"),
    ],
)
def test_what_is_another_word_is_no_typing_error(term: str, text: str) -> None:
    assert seen(term, text) is None


@pytest.mark.parametrize(("name", "other"), [("پاکستان", "تاجکستان"), ("برکس", "سرکس"), ("پاکستان", "پکستن")])
def test_names_in_scripts_without_capitals_survive_one_error_at_most(name: str, other: str) -> None:
    assert seen(parse_term(name, Kind.PLACE), other) is None


def test_names_in_scripts_without_capitals_survive_one_error_when_said_to_be_names() -> None:
    assert seen(parse_term("پاکستان", Kind.PLACE), "پاکستن") == "پاکستن"
    assert seen(parse_term("پاکستان"), "پاکستن") is None


def test_a_phrase_of_names_is_not_made_up_of_typing_errors_alone() -> None:
    assert seen("Pakistan Stream", "Pakisan Stream") == "Pakisan Stream"
    assert seen("Pakistan Stream", "Pakisan Streem") is None


@pytest.mark.parametrize(
    ("name", "word"), [("Apple", "apply"), ("India", "indie"), ("Macron", "macro"), ("Trump", "tramp")]
)
def test_an_ordinary_word_is_not_a_misspelt_name(name: str, word: str) -> None:
    assert seen(name, f"How they {word} it") is None


# --- acronyms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("BRICS", "A BRICS summit", "BRICS"),
        ("BRICS", "A Brics summit", "Brics"),
        ("BRICS", "A brics summit", None),
        ("SCO", "The SCO summit", "SCO"),
        ("SCO", "The S.C.O. summit", "S.C.O."),
        ("S.C.O.", "The SCO summit", "SCO"),
        ("SCO", "The SCO's summit", "SCO's"),
        ("SCO", "The Sco summit", None),
        ("SCO", "Scotland score late", None),
        ("WHO", "Who won the cup", None),
        ("WHO", "people who won", None),
        ("WHO", "The WHO warns", "WHO"),
        ("US", "between us and Them", None),
        ("ШОС", "Саммит ШОС", "ШОС"),
        ("ШОС", "Шоссе закрыто", None),
        ("БРИКС", "В БРИКC", "БРИКC"),  # the last letter is Latin
    ],
)
def test_an_acronym_is_known_by_its_capitals(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("WHO", "GUESS WHO IS COMING TO DINNER", None),
        ("IT", "it rained all day", None),
        ("US", "COME WITH US TO THE MOUNTAINS", None),
        ("BRICS", "PAKISTAN TO JOIN BRICS SOON", "BRICS"),
        ("BRICS", "pakistan to join brics soon", "brics"),
        ("БРИКС", "пакистан вступит в брикс", "брикс"),
    ],
)
def test_where_case_tells_nothing_only_long_acronyms_count(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


@pytest.mark.parametrize(
    ("text", "certainty"),
    [("The BRICS summit", 1.0), ("The Brics", 0.95), ("the brics", 0.9), ("THE BRICS SUMMIT", 0.9)],
)
def test_an_acronym_is_surer_the_more_it_looks_like_one(text: str, certainty: float) -> None:
    assert score(a_watch(any=patterns("BRICS")), text) == certainty


def test_shouting_is_judged_field_by_field() -> None:
    watch = a_watch(any=patterns("SCO"), fields=(1, 1, 1))
    found = match(watch, "SUMMIT OF SCO OPENS", "The SCO summit has opened.")
    assert found is not None
    assert found.hits[0].field == "summary"


def test_an_entity_s_acronym_is_one_in_lower_case_too() -> None:
    assert seen(acronym("brics"), "a brics summit in Kazan") is None
    assert seen(acronym("brics"), "a BRICS summit in Kazan") == "BRICS"


@pytest.mark.parametrize(
    ("term", "text"), [("WHO", "Who's afraid of Them"), ("WHO", "who's afraid"), ("IT", "it’s raining again")]
)
def test_a_possessive_does_not_make_a_word_an_acronym(term: str, text: str) -> None:
    assert seen(term, text) is None


@pytest.mark.parametrize("text", ["بھارت میں SCO اور BRICS کے اجلاس", "भारत में SCO और BRICS की बैठक"])
def test_acronyms_in_a_script_without_case_are_not_shouted(text: str) -> None:
    assert seen("SCO", text) == "SCO"


# --- all, any, near --------------------------------------------------------------------------------------------------


def test_every_concept_is_needed() -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS"))
    assert match(watch, "Pakistan joins BRICS")
    assert match(watch, "Pakistan joins") is None
    assert match(watch, "The BRICS expand") is None


def test_the_order_of_concepts_in_the_text_does_not_matter() -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS", "bid"))
    scores = {score(watch, " ".join(words)) for words in permutations(["Pakistan", "BRICS", "bid"])}
    assert scores == {1.0}


def test_a_nested_list_means_or() -> None:
    watch = a_watch(all=concepts(["Pakistan", "Islamabad"], "BRICS"))
    assert [bool(match(watch, f"{name} and BRICS")) for name in ("Pakistan", "Islamabad", "Lahore")] == [
        True,
        True,
        False,
    ]


def test_the_concept_is_named_by_what_the_user_wrote() -> None:
    found = match(a_watch(all=concepts(["Pakistan", "Islamabad"], "BRICS")), "Islamabad and BRICS")
    assert found is not None
    assert [(hit.concept, hit.alias) for hit in found.hits] == [("Pakistan|Islamabad", "Islamabad"), ("BRICS", "BRICS")]


def test_a_word_inside_a_phrase_is_evidence_beside_it() -> None:
    watch = a_watch(all=concepts("Pakistan Stream", "Pakistan"))
    assert match(watch, "Gazprom and the Pakistan Stream")
    assert match(watch, "Pakistan steams") is None


def test_one_text_counts_once_even_when_both_concepts_name_it() -> None:
    watch = a_watch(all=concepts(["Pakistan", "SCO"], ["Pakistan", "BRICS"]))
    assert match(watch, "Pakistan") is None
    assert match(watch, "Pakistan and Pakistan")


def test_any_needs_one_hit_only() -> None:
    watch = a_watch(any=patterns("PSGP", "Pakistan Stream"), all=concepts("gas", "Russia"))
    assert match(watch, "The PSGP plan")
    assert match(watch, "gas from Russia")
    assert match(watch, "gas from Iran") is None


def test_any_beats_all_where_it_is_surer() -> None:
    watch = a_watch(any=patterns("PSGP"), all=concepts("gas^0.5", "Russia"))
    found = match(watch, "PSGP: gas from Russia")
    assert found is not None
    assert (found.via, found.score, [hit.text for hit in found.hits]) == ("any", 1.0, ["PSGP"])


def test_all_beats_any_where_it_is_surer() -> None:
    watch = a_watch(any=patterns("PSGP^0.5"), all=concepts("gas", "Russia"))
    found = match(watch, "PSGP: gas from Russia")
    assert found is not None
    assert (found.via, found.score) == ("all", 1.0)


def test_the_longer_of_two_equally_sure_patterns_is_shown() -> None:
    found = match(a_watch(any=patterns("Stream", "Pakistan Stream")), "The Pakistan Stream")
    assert found is not None
    assert found.hits[0].text == "Pakistan Stream"


@pytest.mark.parametrize(
    ("distance", "near", "factor"),
    [
        (1, 40, 1.0),
        (12, 40, 1.0),
        (26, 40, 0.8),
        (40, 40, 0.6),
        (41, 40, 0.35),
        (5, 5, 1.0),
        (6, 5, 0.35),
        (13, 13, 0.6),
    ],
)
def test_proximity_falls_from_twelve_words_to_near(distance: int, near: int, factor: float) -> None:
    assert proximity(distance, near) == pytest.approx(factor)


@pytest.mark.parametrize(("between", "expected"), [(0, 1.0), (11, 1.0), (25, 0.8), (39, 0.6), (40, 0.35)])
def test_concepts_count_less_the_further_apart_they_stand(between: int, expected: float) -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS"), near=40)
    assert score(watch, "Pakistan " + "word " * between + "BRICS") == pytest.approx(expected)


def test_title_and_summary_are_one_lead_and_the_body_stands_further_off() -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS"), near=13, fields=(1, 1, 1))
    assert score(watch, "Pakistan", "BRICS") == 1.0
    assert score(watch, "Pakistan", "", "BRICS") == 0.35


def test_the_nearest_of_several_places_is_chosen() -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS"), near=20)
    found = match(watch, "Pakistan " + "word " * 30 + "Pakistan joins BRICS")
    assert found is not None
    assert found.score == 1.0
    assert found.hits[0].start > 100


@pytest.mark.parametrize(
    "times",
    [
        40,
        600,
    ],
)
def test_the_nearest_place_is_chosen_in_a_long_text_too(times: int) -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS"), near=30, fields=(1, 1, 1))
    assert score(watch, "Notes", "Pakistan word word word. " * times + "Pakistan joins BRICS") == 1.0


def test_the_nearest_places_of_many_concepts_are_chosen_in_a_long_text() -> None:
    watch = a_watch(all=concepts("Pakistan", "BRICS", "bid"), near=30, fields=(1, 1, 1))
    assert score(watch, "Notes", "Pakistan bid word word. " * 40 + "word " * 50 + "Pakistan BRICS bid") == 1.0


def test_concepts_that_could_share_words_are_found_in_a_long_text_too() -> None:
    watch = a_watch(all=concepts("Pakistan Stream", "Pakistan", "Russia"), fields=(1, 1, 1))
    assert score(watch, "Notes", "Pakistan Stream " * 3 + "Russia") == 1.0
    assert score(watch, "Notes", "Pakistan Stream " * 30 + "Russia") > 0.9


@given(st.lists(st.sampled_from(["Pakistan", "Stream", "Russia", "word", "word"]), max_size=12))
def test_the_best_of_all_combinations_is_chosen(words: list[str]) -> None:
    watch = a_watch(all=concepts("Pakistan Stream", "Pakistan", "Russia"), near=5)
    places = [
        [(at, at + 1) for at, pair in enumerate(pairwise(words)) if pair == ("Pakistan", "Stream")],
        *([(at, at) for at, word in enumerate(words) if word == name] for name in ("Pakistan", "Russia")),
    ]
    best = 0.0
    for window in product(*places):
        if len(set(window)) == len(window):
            distance = max(start for start, _ in window) - min(end for _, end in window)
            best = max(best, 1.0 if distance <= 5 else 0.35)
    assert score(watch, " ".join(words)) == best


def test_the_strength_of_all_is_the_geometric_mean_of_its_concepts() -> None:
    assert score(a_watch(all=concepts("Pakistan^0.5", "BRICS")), "Pakistan and BRICS") == pytest.approx(
        0.5**0.5, abs=1e-4
    )


# --- weights and bands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "expected"),
    [(Item("A pipeline"), 1.0), (Item("x", "A pipeline"), 0.85), (Item("x", "", "A pipeline"), 0.55)],
)
def test_a_hit_weighs_by_its_field(item: Item, expected: float) -> None:
    assert score(a_watch(any=patterns("pipeline")), item.title, item.summary, item.body) == pytest.approx(expected)


def test_the_heavier_field_is_shown() -> None:
    found = match(a_watch(any=patterns("BRICS")), "The BRICS", "The BRICS again")
    assert found is not None
    assert found.hits[0].field == "title"


def test_the_weight_of_a_term_weighs_its_hits() -> None:
    watch = a_watch(any=patterns("Pakistan", "SCO^0.5"))
    assert (score(watch, "The SCO"), score(watch, "The SCO in Pakistan")) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("weight", "band"),
    [("1", Band.ALERT), ("0.7", Band.ALERT), ("0.69", Band.DIGEST), ("0.45", Band.DIGEST), ("0.44", None)],
)
def test_the_band_follows_from_the_thresholds(weight: str, band: Band | None) -> None:
    found = match(a_watch(any=patterns(f"Pakistan^{weight}")), "Pakistan")
    assert (found.band if found else None) is band


def test_matches_come_surest_first() -> None:
    engine = compile_watches([a_watch("b", any=patterns("BRICS^0.8")), a_watch("a", any=patterns("BRICS"))])
    assert [found.watch for found in engine.match(Item("The BRICS"))] == ["a", "b"]


def test_a_match_explains_itself_in_one_line() -> None:
    found = match(
        a_watch(all=concepts("Пакистан", "БРИКС"), context=patterns("заявк*"), context_weight=0.4),
        "Заявка Пакистана в БРИКС",
    )
    assert found is not None
    assert found.why == (
        '0.99 = Пакистана (Пакистан, form, title) + БРИКС (acronym, title), 2 words apart, context "Заявка"'
    )


# --- context, except, none -------------------------------------------------------------------------------------------

BID = a_watch(all=concepts("Pakistan", "BRICS"), context=patterns("bid", "membership"), context_weight=0.4)


def test_without_context_the_score_is_lower() -> None:
    assert (score(BID, "Pakistan BRICS bid"), score(BID, "Pakistan and BRICS")) == (1.0, 0.6)


def test_context_may_stand_in_any_field() -> None:
    assert score(BID, "Pakistan and BRICS", "", "The membership of ...") == 1.0


def test_missing_context_is_said() -> None:
    found = match(BID, "Pakistan and BRICS")
    assert found is not None
    assert "no context word" in found.why


def test_context_does_not_weigh_on_any() -> None:
    watch = replace(BID, any=patterns("PSGP"))
    assert score(watch, "The PSGP") == 1.0


def test_except_hides_the_hits_inside_its_phrase_and_no_others() -> None:
    watch = a_watch(all=concepts("Islamabad", "BRICS"), masks=patterns("Islamabad United"))
    assert match(watch, "Islamabad United at the BRICS games") is None
    found = match(watch, "Islamabad United: Islamabad hosts BRICS")
    assert found is not None
    assert found.hits[0].start == 18


@pytest.mark.parametrize("mask", ["Deputy Prime Minister", "Russia today", "of Russia today"])
def test_except_hides_hits_that_only_overlap_its_phrase(mask: str) -> None:
    watch = a_watch(any=patterns("Prime Minister of Russia"), masks=patterns(mask))
    assert match(watch, "Deputy Prime Minister of Russia today") is None


def test_except_hides_hits_of_any_too() -> None:
    watch = a_watch(any=patterns("pipeline"), masks=patterns("Iran pipeline"))
    assert match(watch, "The Iran pipeline") is None
    assert match(watch, "The Iran pipeline and another pipeline")


def test_except_hides_context_too() -> None:
    watch = replace(BID, masks=patterns("bid farewell"))
    assert score(watch, "Pakistan and BRICS bid farewell") == 0.6


@pytest.mark.parametrize("text", ["Pakistan, BRICS and cricket", "Cricket: Pakistan in BRICS cup"])
def test_none_vetoes_the_item(text: str) -> None:
    assert match(replace(BID, vetoes=patterns("cricket")), text) is None


def test_none_vetoes_any_and_in_the_summary_too() -> None:
    watch = a_watch(any=patterns("PSGP"), vetoes=patterns("Nord Stream"))
    assert match(watch, "The PSGP plan", "Unlike Nord Stream it is small") is None
    assert match(watch, "The PSGP plan", "Unlike the Nord")


def test_a_watch_does_not_veto_or_mask_for_another() -> None:
    strict = a_watch("strict", any=patterns("BRICS"), vetoes=patterns("cricket"), masks=patterns("BRICS cup"))
    engine = compile_watches([strict, a_watch("lax", any=patterns("BRICS"))])
    assert [found.watch for found in engine.match(Item("BRICS cup and cricket"))] == ["lax"]


# --- the engine ------------------------------------------------------------------------------------------------------


def test_an_empty_item_matches_nothing() -> None:
    assert ENGINE.match(Item()) == []


def test_an_engine_without_watches_matches_nothing() -> None:
    assert compile_watches([]).match(Item("Pakistan joins BRICS")) == []


def test_watches_together_find_what_each_finds_alone() -> None:
    watches = [
        a_watch(f"w{index}", all=concepts(*pair))
        for index, pair in enumerate(permutations(["Pakistan", "BRICS", "Russian Prime Minister", "join*"], 2))
    ]
    item = Item("Russian Prime Minister joins Pakistan", "The BRICS bid")
    together = {found.watch: found.score for found in compile_watches(watches).match(item)}
    assert len(together) == len(watches)
    assert together == {watch.id: score(watch, item.title, item.summary) for watch in watches}


def test_generated_forms_are_forms_and_not_the_word_itself() -> None:
    for word in ("россия", "поток", "казань", "заявка", "pipeline", "country", "summits"):
        assert word not in list(forms(word))
