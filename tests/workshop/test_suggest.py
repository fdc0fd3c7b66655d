"""Proposals: learnt from what is stored and from feedback, and worth what they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.matching import Concept, Watch, compile_watches, parse_term
from monitor.model import Band
from monitor.workshop.suggest.suggest import Proposal, suggest
from monitor.workshop.suggest.words import Words, surprise
from tests.matching.helpers import a_watch, concepts, patterns
from tests.workshop.stored import News, database, story, titles

BRICS = a_watch("brics", all=concepts("Pakistan", "BRICS"))
FILLER = [
    News(f"{what} number {index} in the {place}", float(index), f"Paper {index % 7}")
    for index in range(12)
    for what in ("Storm", "Election", "Football match", "Harvest", "Exhibition")
    for place in ("north", "south", "capital")
]


def proposed(found: list[Proposal], where: str) -> dict[str, Proposal]:
    return {one.term: one for one in found if one.where == where}


def test_spellings_in_other_scripts_are_proposed_with_what_they_gain_together(tmp_path: Path) -> None:
    found = suggest(database(tmp_path / "m.db", story()), BRICS, {}, 0.0)
    assert set(proposed(found, "all:1")) >= {"Пакистан", "پاکستان"}
    assert set(proposed(found, "all:2")) >= {"БРИКС", "برکس"}
    russian = proposed(found, "all:2")["БРИКС"]
    assert russian.gained
    assert all("БРИКС" in title for title in titles(russian.gained))
    assert russian.reason.startswith('sounds like "BRICS"')


def widened(watch: Watch, found: Proposal) -> Watch:
    """The watch with a proposed name."""
    index = int(found.where.removeprefix("all:")) - 1
    concept = watch.all[index]
    changed = Concept(concept.name, (*concept.patterns, parse_term(found.term)))
    return replace(watch, all=(*watch.all[:index], changed, *watch.all[index + 1 :]))


BLOC = [
    News("Pakistan applies for BRICS membership at the Kazan summit", 1.0, "Courier"),
    News("BRICS membership: Pakistan waits for the Kazan summit", 2.0, "Ledger"),
    News("The Kazan summit, membership and Pakistan: what BRICS wants", 3.0, "World"),
    News("Pakistan seeks membership of the Emerging Economies Club at the Kazan summit", 4.0, "Dawn"),
    News("Membership in the Emerging Economies Club at Kazan: Pakistan hopes", 5.0, "Ledger"),
    News("Kazan: Pakistan and the Emerging Economies Club discuss membership", 6.0, "Courier"),
    News("Pakistan floods displace thousands", 7.0, "Courier"),
    News("Pakistan wins the cricket series", 8.0, "Courier"),
]


def test_U16_what_stands_where_a_concept_is_missing_is_proposed_when_three_such_items_are_relevant(
    tmp_path: Path,
) -> None:
    path = database(tmp_path / "m.db", [*BLOC, *FILLER])
    found = suggest(path, BRICS, dict.fromkeys((4, 5, 6), "relevant"), 0.0)
    names = proposed(found, "all:2")
    best = next(iter(names.values()))
    assert best.term in ("Emerging Economies", "Economies Club")
    assert sorted(titles(best.gained)) == sorted(one.title for one in BLOC[3:6])
    assert not {"floods", "cricket"} & names.keys()
    for verdicts in ({}, {4: "relevant"}, {4: "relevant", 5: "relevant"}):
        assert not suggest(path, BRICS, verdicts, 0.0)


def test_a_word_of_one_feed_alone_is_its_byline_and_no_name(tmp_path: Path) -> None:
    news = [replace(one, feed="Ledger") for one in BLOC]
    assert not suggest(database(tmp_path / "m.db", [*FILLER, *news]), BRICS, {}, 0.0)


def test_relatives_of_the_own_words_come_first_and_are_gained_together(tmp_path: Path) -> None:
    news = [
        News("Iran: protests in three cities", 1.0),
        News("Iranian protesters defy the crackdown", 2.0, "World"),
        News("Iranians mourn slain protesters", 3.0, "World"),
        News("Protesters march in Iran", 4.0, "Dawn"),
        News("Iranian oil exports rise", 5.0, "Dawn"),
        News("Iranians vote", 6.0, "Dawn"),
    ]
    watch = a_watch("iran", all=concepts("Iran", "protests"))
    found = suggest(database(tmp_path / "m.db", [*FILLER, *news]), watch, {}, 0.0)
    assert [(one.term, one.where) for one in found] == [("Iranian", "all:1"), ("protesters", "all:2")]
    assert titles(found[0].gained) == [news[2].title, news[1].title], "the plural is met as well"
    assert sorted(titles(found[1].gained)) == sorted(one.title for one in news[1:4])
    assert found[1].reason == 'looks like a relative of "protests", in 3 items'


TALKS = [
    News("Iran and the United States to meet in Oman", 1.0, summary="The US delegation is led by an envoy."),
    News("United States: talks with Iran go on", 2.0, "World", summary="The U.S. wants more."),
    News("US and Iran hold a second round", 3.0, "World"),
    News("Iran calls talks with U.S. constructive", 4.0, "Dawn"),
    News("Iran tells us nothing", 5.0, "Dawn"),
]


def test_the_initials_of_a_name_are_proposed_where_texts_write_both(tmp_path: Path) -> None:
    watch = a_watch("talks", all=concepts("Iran", "United States"))
    found = suggest(database(tmp_path / "m.db", [*FILLER, *TALKS]), watch, {}, 0.0)
    assert [(one.term, one.where, one.is_sure) for one in found] == [("US", "all:2", True)]
    assert found[0].reason == 'the initials of "United States", in 4 items'
    assert titles(found[0].gained) == [TALKS[3].title, TALKS[2].title]


@pytest.mark.parametrize(
    "names", [["United States", "US"], ["united states"], ["=United States"], ["Islamic Republic"]]
)
def test_initials_that_are_known_or_stand_for_nothing_are_not_proposed(tmp_path: Path, names: list[str]) -> None:
    watch = a_watch("talks", all=concepts("Iran", names))
    assert not suggest(database(tmp_path / "m.db", [*FILLER, *TALKS]), watch, {}, 0.0)


def test_U16_what_one_missed_item_alone_has_is_not_proposed(tmp_path: Path) -> None:
    news = [*FILLER, *BLOC[:3], News("Pakistan hopes for Kazan, says Harold Cunningham", 9.0)]
    assert not suggest(database(tmp_path / "m.db", news), BRICS, {len(news): "relevant"}, 0.0)


def test_U16_what_three_relevant_items_have_that_were_missed_teaches_names(tmp_path: Path) -> None:
    watch = a_watch("ps", all=concepts("Pakistan Stream", ["gas pipeline", "газопровод"]))
    news = [
        News("Строительство «Пакистанского потока» начнётся весной", 1.0, "Курьер"),
        News("«Пакистанский поток»: стороны сверили сроки", 2.0, "Лента"),
        News("Трубы для «Пакистанского потока» пришли в порт", 3.0, "Мир"),
        News("Pakistan Stream gas pipeline: talks go on", 4.0, "Dawn"),
    ]
    path = database(tmp_path / "m.db", [*news, *FILLER])
    found = suggest(path, watch, dict.fromkeys((1, 2, 3), "relevant"), 0.0)
    name = proposed(found, "any")["Пакистанский поток"]
    assert sorted(titles(name.gained)) == sorted(one.title for one in news[:3])
    for verdicts in ({}, {1: "relevant"}, {1: "relevant", 2: "relevant"}):
        assert not proposed(suggest(path, watch, verdicts, 0.0), "any")


def test_what_a_proposal_says_it_gains_is_what_it_gains(tmp_path: Path) -> None:
    news = [*FILLER, *story()]
    known = a_watch("brics", all=concepts(["Pakistan", "Islamabad"], ["BRICS", "БРИКС"]))
    found = [one for one in suggest(database(tmp_path / "m.db", news), known, {}, 0.0) if one.where.startswith("all")]
    measured = [one for one in found if "sounds" not in one.reason]
    for one in measured:
        before, after = compile_watches([known]), compile_watches([widened(known, one)])
        gained = [
            item.title
            for item in news
            if any(m.band is Band.ALERT for m in after.match(_text(item)))
            and not any(m.band is Band.ALERT for m in before.match(_text(item)))
        ]
        assert sorted(titles(one.gained)) == sorted(gained), one.term


def _text(news: News) -> object:
    from monitor.matching import Headline

    return Headline(news.title, news.summary, news.body, news.feed, news.language)


NOISE = [
    News("Pakistan and BRICS fans at the cricket stadium", 1.0, "Sports"),
    News("BRICS cup: Pakistan cricket squad named", 2.0, "Sports"),
    News("Pakistan joins BRICS talks", 3.0, "Courier"),
    News("BRICS door opens for Pakistan", 4.0, "Courier"),
]
CRICKET = News("Cricket: BRICS day in Pakistan", 5.0, "Sports")


def test_U16_what_three_items_marked_as_not_relevant_have_is_ruled_out_and_nothing_else(tmp_path: Path) -> None:
    path = database(tmp_path / "m.db", [*NOISE, CRICKET, *FILLER])
    found = suggest(path, BRICS, {1: "irrelevant", 2: "irrelevant", 5: "irrelevant", 3: "relevant"}, 0.0)
    negatives = proposed(found, "none")
    assert next(iter(negatives)) == "cricket"
    assert titles(negatives["cricket"].lost) == [CRICKET.title, NOISE[1].title, NOISE[0].title]
    assert negatives["cricket"].marked == 3
    assert not suggest(path, BRICS, {1: "irrelevant", 2: "irrelevant", 3: "relevant"}, 0.0)
    for one in negatives.values():
        assert NOISE[2].title not in titles(one.lost)


def test_a_word_that_rules_out_less_than_another_does_is_no_choice(tmp_path: Path) -> None:
    noise = [
        News("Pakistan and BRICS at the cricket stadium", 1.0, "Sports"),
        News("Cricket stadium of Pakistan hosts BRICS", 2.0, "Sports"),
        News("BRICS, Pakistan, cricket: a stadium opens", 3.0, "Sports"),
        News("Pakistan: cricket for BRICS", 4.0, "Sports"),
    ]
    marked = dict.fromkeys((1, 2, 3, 4), "irrelevant")
    found = proposed(suggest(database(tmp_path / "m.db", [*noise, *FILLER]), BRICS, marked, 0.0), "none")
    assert "cricket" in found
    assert "stadium" not in found


def test_a_name_that_many_items_have_is_not_why_one_is_not_meant(tmp_path: Path) -> None:
    filler = [News(f"{one.title} on Tuesday", one.seen, one.feed) for one in FILLER]
    gala = [News(f"BRICS and Pakistan: the Goodwill Gala on Tuesday, {what}", 1.0) for what in ("1", "2", "3")]
    verdicts = dict.fromkeys((1, 2, 3), "irrelevant")
    negatives = proposed(
        suggest(database(tmp_path / "m.db", [*gala, *NOISE[2:], *filler]), BRICS, verdicts, 0.0), "none"
    )
    assert next(iter(negatives)) == "Goodwill Gala"


def test_without_feedback_nothing_is_ruled_out(tmp_path: Path) -> None:
    found = suggest(database(tmp_path / "m.db", [*NOISE, *FILLER]), BRICS, {}, 0.0)
    assert not proposed(found, "none")
    assert not proposed(found, "except")


def test_supporting_words_are_proposed_for_matches_that_have_none(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    news = [
        News("Pakistan renews its BRICS bid", 1.0),
        News("Pakistan nears BRICS accession", 2.0, "Ledger"),
        News("BRICS: accession of Pakistan delayed", 3.0, "World"),
    ]
    news.append(News("Accession to BRICS: Pakistan waits", 4.0, "World"))
    path = database(tmp_path / "m.db", [*news, *FILLER])
    found = proposed(suggest(path, watch, dict.fromkeys((2, 3, 4), "relevant"), 0.0), "context")
    assert "accession" in found
    assert sorted(titles(found["accession"].gained)) == sorted(one.title for one in news[1:])
    assert not suggest(path, watch, {}, 0.0)


def test_what_one_match_alone_says_is_no_supporting_word(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    news = [News("Pakistan renews its BRICS bid", 1.0), News("Pakistan pitting BRICS members exerting pressure", 2.0)]
    assert not proposed(suggest(database(tmp_path / "m.db", [*news, *FILLER * 6]), watch, {}, 0.0), "context")


def test_an_item_whose_long_text_supports_it_already_is_not_gained(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    news = [
        News("Pakistan nears BRICS accession", 1.0, "Ledger"),
        News("BRICS: accession of Pakistan delayed", 2.0, "World"),
        News("Accession to BRICS: Pakistan waits", 3.0, "World"),
        News("Pakistan, BRICS and accession", 4.0, "Courier", body="and so on " * 700 + "its bid"),
    ]
    verdicts = dict.fromkeys((1, 2, 3, 4), "relevant")
    found = proposed(suggest(database(tmp_path / "m.db", [*news, *FILLER]), watch, verdicts, 0.0), "context")
    assert sorted(titles(found["accession"].gained)) == sorted(one.title for one in news[:3])


def test_what_was_wanted_is_gained_as_an_alert_or_as_a_line_in_the_digest(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    news = [
        News("Pakistan nears BRICS accession", 1.0, "Ledger"),
        News("BRICS: accession of Pakistan delayed", 2.0, "World"),
        News("Talks on accession", 3.0, "Courier", body="BRICS hears Pakistan in a closed session"),
    ]
    verdicts = {1: "relevant", 2: "relevant", 3: "relevant"}
    found = proposed(suggest(database(tmp_path / "m.db", [*news, *FILLER]), watch, verdicts, 0.0), "context")
    assert sorted(titles(found["accession"].gained)) == sorted(one.title for one in news)
    assert found["accession"].faint == 1


def test_what_one_feed_alone_writes_everywhere_is_no_supporting_word(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    news = [News(f"Pakistan and BRICS, part {index}", index, body=f"[brightplayer {index}]") for index in range(1, 5)]
    found = suggest(database(tmp_path / "m.db", [*news, *FILLER]), watch, {}, 0.0)
    assert not proposed(found, "context")


def test_a_companion_of_a_name_stands_for_no_other(tmp_path: Path) -> None:
    watch = a_watch("greenland", all=concepts("Trump", "Greenland"))
    about = (
        "Donald Trump sends troops and envoys to {}",
        "Envoys, troops, Donald Trump: what {} fears",
        "{} hears of troops from Donald Trump and his envoys",
    )
    there = [News(one.format("Greenland"), index, f"Paper {index}") for index, one in enumerate(about)]
    lacking = [News(one.format("Nuuk"), 9.0 + index, f"Paper {index}") for index, one in enumerate(about)]
    lacking.append(News(about[0].format("the far north"), 20.0))
    verdicts = dict.fromkeys((4, 5, 6), "relevant")
    found = suggest(database(tmp_path / "m.db", [*there, *lacking, *FILLER]), watch, verdicts, 0.0)
    assert proposed(found, "all:2")
    assert "Donald" not in proposed(found, "all:2")


def test_a_capital_that_only_headlines_give_rules_nothing_out(tmp_path: Path) -> None:
    small = [News(f"The ministry announces reform {index}", index, f"Paper {index % 3}") for index in range(6)]
    news = [*NOISE[:2], News("Pakistan Announces BRICS Evening at Lahore Zoo", 9.0), *small]
    found = suggest(database(tmp_path / "m.db", [*news, *FILLER]), BRICS, {3: "irrelevant"}, 0.0)
    assert not {"Announces", "Pakistan Announces"} & {one.term for one in found}


def test_a_weak_match_that_was_wanted_lacks_no_name(tmp_path: Path) -> None:
    watch = replace(BRICS, context=patterns("bid"), context_weight=0.4)
    wanted = News("Denmark beefs up its navy", 1.0, body="BRICS hears Pakistan in a closed session")
    found = suggest(database(tmp_path / "m.db", [wanted, *FILLER]), watch, {1: "relevant"}, 0.0)
    assert not proposed(found, "any")


def test_an_empty_database_proposes_nothing(tmp_path: Path) -> None:
    assert suggest(database(tmp_path / "m.db", []), BRICS, {}, 0.0) == []
    assert suggest(database(tmp_path / "n.db", FILLER), BRICS, {}, 0.0) == []


def test_names_that_are_enough_by_themselves_get_their_spellings_too(tmp_path: Path) -> None:
    found = suggest(database(tmp_path / "m.db", story()), a_watch("visit", any=patterns("Overchuk")), {}, 0.0)
    assert [(one.term, one.where) for one in found] == [("Оверчук", "any")]
    assert all("Оверчук" in one.title + one.summary for one in found[0].gained)


def test_what_is_relevant_and_found_is_not_taken_for_missed(tmp_path: Path) -> None:
    path = database(tmp_path / "m.db", [*BLOC, *FILLER])
    unsaid = suggest(path, BRICS, {}, 0.0)
    assert suggest(path, BRICS, {1: "relevant", 2: "relevant", 3: "relevant"}, 0.0) == unsaid


@pytest.mark.parametrize(
    ("inside", "texts", "outside", "others", "sign"), [(5, 10, 1, 100, 1), (0, 10, 50, 100, -1), (0, 0, 1, 1, 0)]
)
def test_surprise_is_positive_for_what_is_likelier_inside(
    inside: int, texts: int, outside: int, others: int, sign: int
) -> None:
    value = surprise(inside, texts, outside, others)
    assert (value > 0) - (value < 0) == sign


def test_words_are_counted_once_for_each_text() -> None:
    from monitor.store.archive.history import StoredItem

    item = StoredItem(1, "Kazan and Kazan again: the Kazan summit", "", "", "f", "", "", None, 0.0, False)
    words = Words.of([item])
    assert words.counts[("kazan",)] == 1
    assert words.as_written(("kazan", "summit")) == "Kazan summit"
    assert ("the",) not in words.counts
