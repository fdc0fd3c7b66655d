"""Scripts and languages: those without spaces, those that write words together, those that spell one name in many
ways.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.matching import Headline, Kind, compile_watches
from monitor.matching.terms.names import romanised, skeleton
from monitor.text.beside.around import Texts, asides
from monitor.text.tokens import raw_tokens
from tests.matching.helpers import a_watch, concepts, match, patterns, rule, seen
from tests.support import PATIENCE

# --- without spaces --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("金砖国家", "巴基斯坦申请加入金砖国家", "金砖国家"),
        ("巴基斯坦", "俄总理访问巴基斯坦首都", "巴基斯坦"),
        ("金砖国家", "金砖不是国家", None),
        ("上合组织", "上海合作组织", None),
        ("パキスタン", "パキスタンがBRICSに加盟申請", "パキスタン"),
        ("BRICS", "パキスタンがBRICSに加盟申請", "BRICS"),
        ("ロシア", "ロシアの首相", "ロシア"),
        ("イラン", "トイランドが開園", None),  # a short katakana word stands alone
        ("イラン", "イラン・イラク国境", "イラン"),
        ("ﾊﾟｷｽﾀﾝ", "パキスタンの首相", "パキスタン"),
        ("ガス", "ｶﾞｽ管の建設", "ｶﾞｽ"),
        ("ปากีสถาน", "นายกรัฐมนตรีปากีสถานเยือนมอสโก", "ปากีสถาน"),
        ("ปากีสถาน", "อัฟกานิสถาน", None),
        ("ຣັດເຊຍ", "ປະເທດຣັດເຊຍ", "ຣັດເຊຍ"),
    ],
)
def test_a_term_is_found_inside_text_without_spaces(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


def test_two_concepts_are_found_in_one_run_of_chinese() -> None:
    watch = a_watch(all=concepts("巴基斯坦", "金砖国家"))
    found = match(watch, "巴基斯坦正式申请加入金砖国家合作机制")
    assert found is not None
    assert [(hit.text, hit.start) for hit in found.hits] == [("巴基斯坦", 0), ("金砖国家", 10)]
    assert match(watch, "巴基斯坦正式申请加入") is None


def test_letters_of_scripts_without_spaces_count_for_less_than_a_word() -> None:
    watch = a_watch(all=concepts("巴基斯坦", "金砖国家"), near=20)
    assert match(watch, "巴基斯坦" + "的" * 20 + "金砖国家").score == 1.0  # type: ignore[union-attr]
    far = match(watch, "巴基斯坦" + "的" * 30 + "金砖国家")
    assert far is not None
    assert far.score < 1.0
    thai = match(a_watch(all=concepts("ปากีสถาน", "รัสเซีย")), "ปากีสถาน" + "ก" * 44 + "รัสเซีย")
    assert thai is not None
    assert thai.score == 1.0


def test_a_space_inside_chinese_changes_nothing() -> None:
    assert seen("金砖国家", "加入 金砖 国家") == "金砖 国家"


def test_every_letter_of_a_script_without_spaces_is_a_token() -> None:
    assert raw_tokens("金砖BRICS国") == ["金", "砖", "BRICS", "国"]
    assert raw_tokens("กี่") == ["กี่"]


# --- words written together ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("파키스탄", "파키스탄이 브릭스 가입을 신청했다", "파키스탄이"),
        ("브릭스", "브릭스에 가입", "브릭스에"),
        ("파키스탄", "파키스탄항공", None),
        ("باكستان", "انضمام والباكستان إلى بريكس", "والباكستان"),
        ("بريكس", "انضمت للبريكس", "للبريكس"),
        ("بريكس", "انضمت إلى البريكس", "البريكس"),
        ("Pakistan", "Pakistan'ın BRICS üyeliği", "Pakistan'ın"),
        ("Pakistan", "Pakistan’da toplantı", "Pakistan’da"),
        ("Iran", "La visite de l'Iran", "l'Iran"),
        ("Islamabad", "Le sommet d’Islamabad", "d’Islamabad"),
        ("BRICS", "BRICS'e katılım", "BRICS'e"),
        ("Brien", "O'Brien speaks", "O'Brien"),
        ("النفط", "أسعار للنفط", "للنفط"),
        ("العراق", "زيارة بالعراق", "بالعراق"),
        ("चुनाव", "चुनावों में जीत", "चुनावों"),
        ("महंगाई", "महँगाई बढ़ी", "महँगाई"),
        ("rock", "shamrock'n", None),
    ],
)
def test_endings_prefixes_and_articles_do_not_hide_a_word(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


def test_urdu_words_take_no_arabic_prefixes() -> None:
    assert seen("پاکستان", "والپاکستان") is None


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("Pak Stream", "PakStream: Gazprom eyes stake", "PakStream"),
        ("Pak Stream", "#PakStream", "PakStream"),
        ("Pak-Stream", "Pak Stream", "Pak Stream"),
        ("Pak Stream", "Pak/Stream", "Pak/Stream"),
        ("اسلام آباد", "اسلامآباد میں اجلاس", "اسلامآباد"),
        ("اسلام آباد", "اسلام\u200cآباد میں اجلاس", "اسلام\u200cآباد"),
        ("may be", "maybe later", None),  # together it is a common word
        ("one two three four", "onetwothreefour", None),
        ("Pak Stre*", "PakStre", None),
    ],
)
def test_a_short_phrase_is_found_written_as_one(term: str, text: str, expected: str | None) -> None:
    assert seen(term, text) == expected


def test_a_phrase_written_as_one_is_named_as_such() -> None:
    assert rule("Pak Stream", "PakStream") == "joined"


# --- names in other scripts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("Мишустин", "Mishustin"),
        ("Мишустин", "Michoustine"),
        ("Мишустин", "Mischustin"),
        ("Мишустин", "Miszustin"),
        ("Лавров", "Lavrov"),
        ("Лавров", "Lawrow"),
        ("Дмитрий", "Dmitry"),
        ("Дмитрий", "Dmitri"),
        ("Хрущев", "Khrushchev"),
        ("Чайковский", "Tschaikowski"),
        ("Чайковский", "Chaikovsky"),
        ("Сергей", "Sergei"),
        ("Зеленский", "Zelenskyy"),
        ("Зеленский", "Selenskyj"),
        ("Дудаев", "Dudayev"),
    ],
)
def test_a_cyrillic_name_of_a_person_is_found_in_latin_letters(name: str, spelling: str) -> None:
    assert seen(name, f"{spelling} speaks", Kind.PERSON) == spelling
    assert seen(name, f"{spelling} speaks", Kind.PLACE) is None


def test_names_in_other_scripts_are_not_romanised() -> None:
    assert not list(romanised("mishustin"))
    assert not list(romanised("میشوستین"))


def test_a_person_in_arabic_script_is_known_by_the_consonants() -> None:
    assert seen("میشوستین", "روسی وزیراعظم مشوستن پہنچ گئے", Kind.PERSON) == "مشوستن"
    assert rule("میشوستین", "مشوستن", Kind.PERSON) == "consonants"
    assert seen("میشوستین", "مشوستن", Kind.PLACE) is None


def test_few_consonants_are_no_name() -> None:
    assert skeleton("پوتین") == ""
    assert seen("پوتین", "پتن", Kind.PERSON) is None


# --- Russian, with a dictionary and without --------------------------------------------------------------------------

_CASES = {
    "Мишустин": "Мишустина Мишустину Мишустиным Мишустине",
    "Пакистан": "Пакистана Пакистану Пакистаном Пакистане",
    "поток": "потока потоку потоком потоке потоки потоков",
    "газопровод": "газопровода газопроводу газопроводом газопроводе газопроводы",
    "Россия": "России Россию Россией",
    "Москва": "Москвы Москве Москву Москвой",
    "российский": "российского российскому российским российской российских",
    "заседание": "заседания заседанию заседанием заседании",
    "Карачи": "Карачи",
}


@pytest.mark.parametrize(("word", "cases"), _CASES.items())
def test_the_cases_of_a_russian_word_are_found(word: str, cases: str) -> None:
    assert [seen(word, f"о {case} вчера") for case in cases.split()] == cases.split()


def test_without_a_dictionary_the_same_cases_are_found_and_all_that_the_shipped_watchlists_should() -> None:
    program = f"""
import sys
sys.modules["pymorphy3"] = None  # as where the extra is not installed
import csv
from pathlib import Path
from monitor.matching import Headline
from monitor.matching.terms.forms import _analyzer
from monitor.watchlist import build
from tests.matching.helpers import all_seen
for word, cases in {_CASES!r}.items():
    texts = {{f"о {{case}} вчера": case for case in cases.split()}}
    assert all_seen(word, texts) == texts, word
engine = build(Path("watchlists")).engine
rows = csv.DictReader(open("tests/data/matching.tsv", encoding="utf-8"), delimiter="\\t", quoting=csv.QUOTE_NONE)
for row in rows:
    found = {{f"{{match.watch}}:{{match.band}}" for match in engine.match(Headline(row["title"], row["summary"]))}}
    assert found == set(row["expected"].split()), row
assert _analyzer() is None
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


def test_a_typing_error_in_a_case_form_of_a_name_is_forgiven() -> None:
    assert seen("Мишустин", "Визит Мишутсина") == "Мишутсина"
    assert seen("поток", "потьока") is None


# --- what is not the text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Smog in Lahore - Pakistan Today", "Smog in Lahore | pakistan today"])
def test_the_name_of_the_outlet_behind_the_title_does_not_count(title: str) -> None:
    engine = compile_watches([a_watch(any=patterns("Pakistan"))])
    beside = asides(Texts(title, "", ""), "Pakistan Today")
    assert engine.match(Headline(title, feed_name="The News", asides=beside)) == []
    assert engine.match(Headline(title, feed_name="Pakistan Today"))  # what the user calls a feed tells nothing


def test_a_title_that_ends_with_the_outlet_s_name_by_chance_stays_whole() -> None:
    engine = compile_watches([a_watch(any=patterns("Dawn"))])
    assert engine.match(Headline("An attack at Dawn", feed_name="Dawn"))
    assert engine.match(Headline("Dawn", feed_name="Dawn"))
