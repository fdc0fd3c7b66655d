"""An engine that is rebuilt is the engine that would have been built; filters, days and verdicts."""

from __future__ import annotations

import random
from datetime import date

import pytest

from monitor.matching import Headline, Life, Watch, compile_watches
from monitor.model import Band, WatchId
from tests.matching.helpers import a_watch, concepts, match, patterns

NAMES = (
    *("Pakistan", "BRICS", "Kazan", "Islamabad", "Mishustin", "Gazprom"),
    *("Lahore", "Karachi", "Moscow", "Delhi", "Kabul", "Astana"),
)
HEADLINES = [Headline(f"{one} meets {other} in {third}") for one in NAMES for other in NAMES for third in NAMES[:3]]


def a_random_watch(pick: random.Random, number: int) -> Watch:
    if pick.random() < 0.3:
        return a_watch(f"w{number}", any=patterns(*pick.sample(NAMES, 2)))
    first, second, third = pick.sample(NAMES, 3)
    return a_watch(f"w{number}", all=concepts(first, [second, third]))


@pytest.mark.parametrize("turns", [5, pytest.param(12, marks=pytest.mark.long)])
def test_a_rebuilt_engine_is_the_engine_that_would_have_been_built(turns: int) -> None:
    pick = random.Random(1)
    watches = {number: a_random_watch(pick, number) for number in range(40)}
    engine = compile_watches(watches.values())
    for turn in range(turns):
        for number in pick.sample(range(50), 4):
            if number in watches and pick.random() < 0.4:
                del watches[number]
            else:
                watches[number] = a_random_watch(pick, number)
        before = engine
        told = [before.match(headline) for headline in HEADLINES[:40]]
        engine = engine.rebuilt(watches.values())
        fresh = compile_watches(watches.values())
        some = HEADLINES[turn % 5 :: 5]
        assert [engine.match(h) for h in some] == [fresh.match(h) for h in some]
        assert engine.watches == tuple(watches.values())
        assert [before.match(headline) for headline in HEADLINES[:40]] == told, "the old engine has changed"


def test_many_watches_on_one_word_are_all_found() -> None:
    watches = [a_watch(f"w{number}", all=concepts("Pakistan", f"Name{number}x")) for number in range(50)]
    watches += [a_watch("any", any=patterns("Pakistan")), a_watch("only", all=concepts("Pakistan"))]
    engine = compile_watches(watches)
    found = {match.watch for match in engine.match(Headline("Pakistan and Name7x and Name31x"))}
    assert found == {"w7", "w31", "any", "only"}


def test_nothing_is_passed_over_that_would_match_if_every_watch_were_evaluated() -> None:
    pick = random.Random(2)
    terms = [*NAMES[:8], "Pak Stream", "Kazan Declaration", "New New Silk Road", "Stream of Kazan", "silk*", "=road"]
    loose = [*NAMES[:8], "Stream", "Streams", "Declaration", "New", "Silk", "Road", "silken", "PakStream", "Pak", "of"]

    def some(most: int) -> list[str]:
        return pick.sample(terms, pick.randint(1, most))

    watches = []
    for number in range(120):
        rules: dict[str, object] = {"all": concepts(*(some(3) for _ in range(pick.randint(1, 3))))}
        if pick.random() < 0.4:
            rules["any"] = patterns(*some(2))
        watches.append(a_watch(f"w{number}", digest=0.1, **rules))
    engine = compile_watches(watches)
    matched = 0
    for _ in range(100):
        words = [pick.choice(loose) for _ in range(pick.randint(1, 7))]
        headline = Headline(" ".join(words), " ".join(pick.choices(loose, k=3)) if pick.random() < 0.5 else "")
        found = {match.watch for match in engine.match(headline)}
        assert found == {watch.id for watch in watches if engine.match_one(watch.id, headline)}, headline
        matched += bool(found)
    assert matched > 50


# --- filters ---------------------------------------------------------------------------------------------------------


def test_languages_sources_and_their_absence() -> None:
    watch = a_watch(any=patterns("Pakistan"), languages=frozenset(["en"]), not_sources=frozenset(["spam daily"]))
    assert match(watch, Headline("Pakistan", language="en"))
    assert match(watch, Headline("Pakistan", language="en-GB"))
    assert match(watch, Headline("Pakistan")), "what is not known refuses nothing"
    assert match(watch, Headline("Pakistan", language="fr")) is None
    assert match(watch, Headline("Pakistan", language="ru")), "what its letters contradict refuses nothing"
    assert match(watch, Headline("Pakistan", feed_name="Spam Daily")) is None
    only = a_watch(any=patterns("Pakistan"), sources=frozenset(["dawn"]))
    assert match(only, Headline("Pakistan", feed_name="Dawn"))
    assert match(only, Headline("Pakistan", feed_name="TASS")) is None
    assert match(only, Headline("Pakistan"))


def test_a_term_of_one_language_counts_only_there() -> None:
    gift = patterns("Gift")[0]._replace(language="de")
    watch = a_watch(any=(gift,))
    assert match(watch, Headline("Gift gefunden", language="de-AT"))
    assert match(watch, Headline("Gift shop opens", language="en")) is None
    assert match(watch, Headline("Gift"))


# --- days ------------------------------------------------------------------------------------------------------------

LIFE = Life(date(2024, 9, 15), date(2024, 10, 20), "digest", ((date(2024, 10, 15), date(2024, 10, 16)),))


@pytest.mark.parametrize(
    ("day", "band"),
    [
        (None, Band.ALERT),
        (date(2024, 9, 14), None),
        (date(2024, 9, 15), Band.ALERT),
        (date(2024, 10, 20), Band.ALERT),
        (date(2024, 10, 21), Band.DIGEST),
    ],
)
def test_a_watch_counts_while_it_is_active(day: date | None, band: Band | None) -> None:
    found = match(a_watch(any=patterns("Pakistan"), life=LIFE), "Pakistan", day)
    assert (found.band if found else None) == band


@pytest.mark.parametrize(("after", "band"), [("alert", Band.ALERT), ("digest", Band.DIGEST), ("silent", None)])
def test_after_its_end_a_watch_does_as_it_says(after: str, band: Band | None) -> None:
    life = Life(until=date(2024, 10, 20), after=after)  # type: ignore[arg-type]
    found = match(a_watch(any=patterns("Pakistan"), life=life), "Pakistan", date(2024, 11, 1))
    assert (found.band if found else None) == band


def test_what_is_expected_takes_less_to_be_noted() -> None:
    watch = a_watch(any=patterns("Pakistan^0.4"), life=LIFE)
    assert match(watch, "Pakistan", date(2024, 10, 14)) is None
    assert match(watch, "Pakistan", date(2024, 10, 15)).band is Band.DIGEST  # type: ignore[union-attr]
    assert match(watch, "Pakistan", date(2024, 10, 17)) is None


# --- verdicts --------------------------------------------------------------------------------------------------------


def lines(watch: Watch, headline: Headline | str, day: date | None = None) -> str:
    text = Headline(headline) if isinstance(headline, str) else headline
    return " ".join(compile_watches([watch]).explain(watch.id, text, day).lines)


def test_a_verdict_says_what_is_missing_and_what_came_near() -> None:
    watch = a_watch(all=concepts("Pakistan", "Islamabad"))
    text = lines(watch, "Pakistan and Islamabed-like Islamic towns")
    assert "It is an alert" in text, "two errors in a long name are forgiven"
    text = lines(a_watch(all=concepts("Pakistan", "Kazan")), "Pakistan and the Kazak steppe")
    assert 'Found: "Pakistan" (title).' in text
    assert 'Missing: "Kazan".' in text
    assert '"Kazak" is near to "Kazan", but refused: a common word' in text


def test_a_verdict_names_veto_mask_filter_day_and_score() -> None:
    watch = a_watch(
        all=concepts("Pakistan", "BRICS"),
        vetoes=patterns("cricket"),
        masks=patterns("BRICS and mortar"),
        context=patterns("bid"),
        context_weight=0.7,
        sources=frozenset(["dawn"]),
        life=LIFE,
    )
    assert 'holds "cricket"' in lines(watch, "Pakistan BRICS cricket")
    assert 'an exception covers it: "BRICS"' in lines(watch, "Pakistan: BRICS and mortar")
    assert 'only at the sources that it names, and "TASS" is none' in lines(
        watch, Headline("Pakistan BRICS bid", feed_name="TASS")
    )
    assert "active from 2024-09-15 on" in lines(watch, "Pakistan BRICS bid", date(2024, 1, 1))
    silent = a_watch(any=patterns("Pakistan"), life=Life(until=date(2024, 1, 1), after="silent"))
    assert "was active until 2024-01-01" in lines(silent, "Pakistan", date(2024, 1, 2))
    assert "The score is 0.30, and the digest takes 0.45" in lines(watch, "Pakistan and BRICS")
    assert "no context word x 0.30" in lines(watch, "Pakistan and BRICS")


def test_a_veto_in_the_running_text_does_not_rule_out() -> None:
    watch = a_watch(any=patterns("Pakistan"), vetoes=patterns("cricket"))
    assert match(watch, Headline("Pakistan", "", "They also play cricket."))
    assert match(watch, Headline("Pakistan", "They also play cricket.")) is None


def test_an_explanation_holds_every_part_of_the_score() -> None:
    watch = a_watch(
        all=concepts("Pakistan", "BRICS"),
        context=patterns("bid", "summit"),
        context_weight=0.4,
        masks=patterns("Pakistan Today"),
    )
    found = match(watch, "Pakistan Today: Pakistan renews BRICS bid at summit")
    assert found is not None
    told = found.explanation
    assert told["score"] == 1.0
    assert told["context"] == ["bid", "summit"]
    assert told["masked"] == ["Pakistan"]
    assert told["proximity"] == {"span": 2, "P": 1.0}
    assert [concept["e"] for concept in told["concepts"]] == [1.0, 1.0]
    first = told["concepts"][0]
    assert (first["text"], first["span"], first["rule"]) == ("Pakistan", [16, 24], "exact")


def test_an_unknown_watch_has_no_verdict() -> None:
    with pytest.raises(KeyError):
        compile_watches([]).explain(WatchId("nobody"), Headline("x"))
