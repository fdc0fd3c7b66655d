"""A phrase becomes the draft of a watchlist: what is a name in it, what supports, and what it is worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.matching import TermError, parse_term
from monitor.watchlist import build, load
from monitor.workshop.draft import draft
from monitor.workshop.draft.phrase import Usage
from monitor.workshop.draft.sketch import Sketch, identity_of, sketch
from monitor.workshop.draft.spellings import sounds, spellings, vocabulary
from tests.workshop.stored import SHIPPED, database, story

_LISTS = load(SHIPPED)
ENTITIES = {name: patterns for name in _LISTS.entities.names() if (patterns := _LISTS.entities.patterns(name))}


def made(phrase: str, texts: list[str] | None = None) -> Sketch:
    return sketch(phrase, ENTITIES, Usage.of(phrase, texts or []))


def parts(phrase: str, texts: list[str] | None = None) -> tuple[list[str], list[str]]:
    """The concepts and the supporting words of a phrase."""
    found = made(phrase, texts)
    return [part.terms[0] for part in found.concepts], [part.terms[0] for part in found.context]


@pytest.mark.parametrize(
    ("phrase", "concepts", "context"),
    [
        ("Pakistan's BRICS bid", ["@pakistan", "@brics"], ["bid"]),
        ("Pakistan Stream gas pipeline", ["Pakistan Stream", "@gas_pipeline"], []),
        ("Mishustin's visit to Islamabad", ["@mishustin", "@islamabad"], ["visit"]),
        ("direct flights between Russia and Pakistan", ["@russia", "@pakistan"], ["direct flights"]),
        ("Lithium mining in Chile", ["Lithium", "Chile"], ["mining"]),
        ("interest rates European Central Bank", ["European Central Bank", "interest rates"], []),
        ("climate change", ["climate change"], []),
        ("Elon Musk", ["Elon Musk"], []),
        ('"Sky Shield" air defence', ["Sky Shield", "air defence"], []),
        ("«Щит» и оборона", ["Щит", "оборона"], []),
        ("Заявка Пакистана на вступление в БРИКС", ["Заявка", "@pakistan", "@brics"], ["вступление"]),
        ("پاکستان برکس رکنیت", ["@pakistan", "@brics"], ["رکنیت"]),
        ("Verbot der Atomkraft für Bayern", ["Verbot", "Atomkraft", "Bayern"], []),
        ("accords sur la pêche", ["accords", "pêche"], []),
        ("fur trade Denmark", ["Denmark", "fur trade"], []),
        ("original sin", ["original sin"], []),
        ("F-16 for Ukraine", ["F-16", "Ukraine"], []),
        ("Russia, Pakistan, Mishustin, BRICS: talks", ["@russia", "@pakistan", "@mishustin"], ["@brics", "talks"]),
    ],
)
def test_a_phrase_is_taken_apart(phrase: str, concepts: list[str], context: list[str]) -> None:
    assert parts(phrase) == (concepts, context)


def test_what_is_stored_tells_names_from_words_and_what_sticks_together() -> None:
    texts = [
        "Sam Altman of OpenAI",
        "Talks on Iran",
        "Sam Altman leaves",
        "nuclear talks",
        "OpenAI, Iran: talks",
    ] * 3
    assert parts("OpenAI Sam Altman", texts)[0] == ["OpenAI", "Sam Altman"]
    assert parts("Iran nuclear talks", texts) == (["Iran", "nuclear talks"], [])
    apart = [*texts, *["nuclear power", "a nuclear plant", "talks on trade", "the talks"] * 9]
    assert parts("Iran nuclear talks", apart) == (["Iran", "nuclear"], ["talks"])


@pytest.mark.parametrize("phrase", ["the", "", "   ", "of and to", "2026", "—"])
def test_a_phrase_that_says_nothing_is_refused(phrase: str) -> None:
    with pytest.raises(TermError, match="holds no word that tells"):
        made(phrase)


def test_a_file_is_named_in_latin_letters() -> None:
    assert identity_of("Pakistan's BRICS bid", []) == "pakistan-brics-bid"
    assert identity_of("Ураган «Милтон»", []) == "uragan-milton"
    assert identity_of("پاکستان برکس", made("پاکستان برکس").concepts) == "pakistan-brics"
    assert identity_of("ایران", []) == ""


@pytest.mark.parametrize(
    "same",
    [
        ("overchuk", "оверчук", "اوورچک"),
        ("mishustin", "мишустин", "مشوستن"),
        ("gazprom", "газпром", "گیزپروم"),
        ("guterres", "гутерриш"),
        ("zelensky", "зеленский"),
        ("microsoft", "микрософт"),
        ("pakistan", "пакистан", "پاکستان"),
    ],
)
def test_names_sound_the_same_in_several_scripts(same: tuple[str, ...]) -> None:
    assert len({sounds(key) for key in same}) == 1
    assert sounds(same[0])


def test_short_names_and_unknown_scripts_sound_like_nothing() -> None:
    assert sounds("чили") == ""
    assert sounds("中国") == ""


def test_spellings_are_found_in_what_is_stored_in_their_dictionary_forms() -> None:
    texts = ["Визит Оверчука", "Оверчук прибыл", "переворачивать", "Overchuk lands", "اوورچک کا دورہ", "اوورچک"]
    found = spellings([parse_term("Overchuk")], vocabulary(texts, latin=False))
    assert {(one.term, one.texts) for one in found} == {("اوورچک", 2), ("Оверчук", 2)}
    back = spellings([parse_term("Оверчук")], vocabulary([*texts, "Overchuk again"], latin=True))
    assert ("Overchuk", 2) in {(one.term, one.texts) for one in back}


def test_a_spelling_that_is_met_already_is_not_proposed() -> None:
    words = vocabulary(["Пакистана", "Пакистан", "Пакистану"] * 2, latin=False)
    assert spellings([parse_term("Pakistan")], words)
    assert not spellings([parse_term("Pakistan"), parse_term("Пакистан")], words)


def test_the_initials_of_a_name_are_taken_up_where_texts_write_both() -> None:
    texts = ["The United States waits", "United States: the U.S. waits", "US waits", "The United States, or US"]
    found = sketch("Iran and the United States", ENTITIES, Usage.of("Iran and the United States", texts))
    draft.add_spellings(found, texts)
    assert [part.terms for part in found.concepts] == [["Iran"], ["United States", "US"]]


def test_a_draft_loads_and_says_what_its_parts_are_worth(tmp_path: Path) -> None:
    path = database(tmp_path / "m.db", story())
    texts = draft.stored_texts(path)
    found = sketch("Overchuk in Islamabad", ENTITIES, Usage.of("Overchuk in Islamabad", texts))
    draft.add_spellings(found, texts)
    measured = draft.measure(path, found, 0.0)
    assert measured.items == len(texts)
    assert found.concepts[0].terms == ["Overchuk", "Оверчук"]
    assert measured.counts["Overchuk"] == sum("Overchuk" in text or "Оверчук" in text for text in texts)
    picked = draft.picked(found, measured)
    said = draft.Examples(match=tuple(one.item.title for one in picked if one.band), open=('It\'s "open"\\',))
    text = draft.as_text("x", found, measured, 30, said, with_schema=False)
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "entities.toml").write_text((SHIPPED / "entities.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "w" / "x.toml").write_text(text, "utf-8")
    library = build(tmp_path / "w")
    watch = library.lists.watches[0]
    assert [concept.name for concept in watch.all] == ["Overchuk|Оверчук", "@islamabad"]
    assert f'["Overchuk", "Оверчук"],                  # {measured.counts["Overchuk"]}' in text
    assert '#     "It\'s \\"open\\"\\\\",' in text


def test_supporting_words_of_one_language_are_left_out_where_others_would_suffer(tmp_path: Path) -> None:
    path = database(tmp_path / "m.db", story())
    phrase = "Pakistan's BRICS bid"
    found = sketch(phrase, ENTITIES, Usage())
    measured = draft.measure(path, found, 0.0)
    fairer = draft.fair(found, measured)
    assert measured.unsupported >= 5
    assert not fairer.context
    assert '# context = ["bid"]' in draft.as_text("x", fairer, measured, 30, draft.Examples(), with_schema=False)
    assert len(draft.measure(path, fairer, 0.0).alerts) > len(measured.alerts)
    english = draft.Measured(found=measured.found[:4], unsupported=0)
    assert draft.fair(found, english) is found


def test_a_draft_says_which_names_lack_a_language_of_the_feeds() -> None:
    found = sketch("Overchuk in Islamabad", ENTITIES, Usage())
    text = draft.as_text("x", found, None, 30, draft.Examples(), with_schema=False, languages=["en", "ru", "ur", "xx"])
    assert [line for line in text.splitlines() if "has no name" in line] == [
        '# "Overchuk" has no name in ru, ur yet. Feeds of yours are in it: add one, or what they write is missed.'
    ]


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        (["en", "de", "fr", "ru"], "de, en, fr"),
        (["en", "en-US", "ru", "xx"], None),
        (["ru", "uk"], None),  # "Overchuk" is in neither script: the line above tells it
    ],
)
def test_a_draft_reminds_of_names_in_other_languages_of_its_script(languages: list[str], told: str | None) -> None:
    found = sketch("Overchuk in Islamabad", ENTITIES, Usage())
    text = draft.as_text("x", found, None, 30, draft.Examples(), with_schema=False, languages=languages)
    wanted = f"# Feeds of yours are in {told}. Add what a name is in each (Moscow, Moskau, Moscou)."
    assert [line for line in text.splitlines() if "in each" in line] == ([wanted] if told else [])


def test_examples_are_of_different_stories_and_show_what_only_just_is_none(tmp_path: Path) -> None:
    path = database(tmp_path / "m.db", story())
    found = sketch("Pakistan BRICS", ENTITIES, Usage())
    measured = draft.measure(path, found, 0.0)
    picked = draft.picked(found, measured)
    assert len({one.item.title for one in picked}) == len(picked)
    assert len([one for one in picked if one.band == "alert"]) == 3


def test_a_title_cannot_break_out_of_its_string() -> None:
    import tomllib

    title = 'a "quoted" \\ title\x7f # no comment'
    found = Sketch(title, made("Elon Musk").concepts, [])
    text = draft.as_text("x", found, None, 30, draft.Examples(unwanted=('"]\nall = []',)), with_schema=True)
    read = tomllib.loads(text)
    assert read["title"] == title
    assert read["any"] == ["Elon Musk"]
    assert set(read) == {"title", "any", "examples"}
