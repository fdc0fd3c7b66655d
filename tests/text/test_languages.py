"""What feeds declare of languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.languages import contradicts, known_names, language_code, language_of, own_word, spoken, unopposed


def known_codes() -> list[str]:
    return [code for name in known_names() if len(name) == 2 and (code := language_code(name)) == name]


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        *(("en", "en"), ("EN-gb", "en-GB"), ("en_US", "en-US"), ("eng", "en"), ("English", "en"), (" english ", "en")),
        *(("English (UK)", "en"), ("en-US.UTF-8", "en-US"), ("rus", "ru"), ("Русский", "ru"), ("Russian", "ru")),
        *(("zh-hans", "zh-Hans"), ("iw", "he"), ("fre", "fr"), ("fra", "fr"), ("ger", "de"), ("deu", "de")),
        *(
            ("nb-NO", "no-NO"),
            ("cmn", "zh"),
            ("اردو", "ur"),
            ("हिन्दी", "hi"),
            ("中文", "zh"),
            ("sr-Latn-RS", "sr-Latn-RS"),
        ),
        *(("und", ""), ("mul", ""), ("zxx", ""), ("mis", ""), ("x-klingon", ""), ("i-default", ""), ("en, fr", "")),
        *(("none", ""), ("N/A", ""), ("xx", ""), ("us", ""), ("", ""), ("-", ""), ("und-Cyrl", ""), ("klingon", "")),
    ],
)
def test_F06_a_language_is_known_by_its_codes_and_names_and_all_else_is_not_known(declared: str, code: str) -> None:
    assert language_code(declared) == code


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("Занзибар голосует", "en"), ("Zanzibar votes", "ru"), ("زنجبار میں ووٹنگ", "en"), ("Zanzibar votes", "uk")),
        *(("桑给巴尔举行选举投票", "fr"), ("Η Ζανζιβάρη ψηφίζει", "tr"), ("ज़ांज़ीबार में मतदान", "ur")),
    ],
)
def test_F06_letters_that_a_language_is_not_written_in_contradict_it(text: str, language: str) -> None:
    assert contradicts(text, language)
    assert spoken(text, language) == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("Zanzibar votes", "en"), ("Занзибар голосует", "uk"), ("Занзибар: iPhone", "ru"), ("Занзибар гласа", "sr")),
        *(("Zanzibar glasa", "sr-Latn"), ("BBC", "ru"), ("2024: 5 %", "ru"), ("Zanzibar votes", "xx"), ("", "ru")),
        *(
            ("ザンジバルで選挙", "ja"),
            ("日本銀行総裁会見", "ja"),
            ("잔지바르 선거 실시한다", "ko"),
            ("Zanzibar votes", ""),
        ),
    ],
)
def test_F06_what_may_be_true_is_contradicted_by_nothing(text: str, language: str) -> None:
    assert not contradicts(text, language)


def test_F06_the_entry_s_word_comes_before_the_user_s_and_that_before_the_feed_s() -> None:
    assert language_of("fr", "de", "en", "Zanzibar vote") == "fr"
    assert language_of("", "de", "en", "Zanzibar vote") == "de"
    assert language_of("", "", "en-GB", "Zanzibar vote") == "en-GB"
    assert language_of("und", "Deutsch", "en", "Zanzibar vote") == "de"
    assert language_of("de", "en", "de", "Sansibar") == "de"
    assert language_of("en", "ru", "en", "Занзибар голосует") == "ru"
    assert language_of("en", "", "en", "Занзибар голосует") == ""


@pytest.mark.parametrize("own", ["und", "mul", "klingon", "xx", "kr", "ru"])
def test_F06_an_item_that_does_not_know_its_language_is_not_spoken_for_by_its_feed(own: str) -> None:
    assert language_of(own_word(own), "", "de", "Zanzibar") == ""


SHORT = {"ru": "Занзибар: вот", "ur": "زنجبار ووٹ", "zh": "桑给巴尔", "hi": "जंज़ीबार", "ko": "잔지바르", "el": "Κύπρος"}


@pytest.mark.parametrize("script", SHORT)
def test_F06_a_short_title_in_letters_of_another_language_contradicts_every_declaration(script: str) -> None:
    for declared in sorted(set(known_codes())):
        written = contradicts(SHORT[script], declared)
        assert written or declared in _SHARING[script], declared


_SHARING = {
    "ru": "ru uk bg be mk sr kk ky tg mn tt ba uz az os ab av ce cu cv kv ku tk ug mo sh pi",
    "ur": "ar ur fa ps sd ug ku pa ks az kk ky ha ms uz tk pi",
    "zh": "zh ja pi",
    "hi": "hi mr ne sa ks sd bh pi",
    "ko": "ko pi",
    "el": "el pi",
}

SAME_SCRIPT = [
    ("Die Wahl auf Sansibar ist am Sonntag und wird mit Spannung erwartet", "en fr es it nl pl tr br se"),
    ("Le vote à Zanzibar aura lieu dimanche, selon la commission", "en de nl pl tr"),
    ("Presiden Zanzibar dan menteri akan datang untuk pemilu di Unguja", "en de fr ru"),
    ("The vote in Zanzibar will be on Sunday, says the commission", "de fr es hi ur ca eu et ga cy"),
    ("زنجبار میں انتخابات اتوار کو ہوں گے، وزیر اعظم کا اعلان", "ar fa ps sd"),
    ("انتخابات زنگبار در روز یکشنبه با حضور مردم برگزار می شود", "ar ur ps"),
    ("تجري الانتخابات في زنجبار يوم الأحد بعد حملة طويلة على الجزيرة", "fa ur ps"),
    ("Президент Зеленський прибув на Занзибар у неділю ввечері", "ru bg sr mk"),
    ("Выборы на Занзибаре: объявлены итоги, явка высокая", "uk bg sr mk"),
    ("Изборите в Занзибар ще са в неделя, каза той след срещата", "ru uk"),
    ("ザンジバルで選挙が行われる", "zh ko"),
    ("桑给巴尔总统选举将于周日举行", "ja ko"),
    ("ज़ांज़ीबार में चुनाव रविवार को है और मतदान शांत रहा", "mr ne"),
    ("झांझिबार मध्ये निवडणूक आहे आणि मतदान झाला", "hi ne"),
]


@pytest.mark.parametrize(("title", "codes"), SAME_SCRIPT)
def test_F06_letters_and_little_words_contradict_a_language_of_the_same_script(title: str, codes: str) -> None:
    for declared in codes.split():
        assert contradicts(title, declared), declared


HEADLINES = Path(__file__).parents[1] / "data" / "headlines.tsv"


def test_F06_no_headline_contradicts_its_own_language() -> None:
    for line in HEADLINES.read_text("utf-8").splitlines():
        language, headline = line.split("\t")
        assert not contradicts(headline, language.partition("-")[0]), line


def test_F06_a_summary_tells_where_a_title_is_too_short() -> None:
    assert language_of("", "", "en", "Sansibar", "Die Wahl auf der Insel ist am Sonntag und wird erwartet.") == ""
    assert language_of("", "", "en", "BBC", "Выборы на острове объявлены.") == ""
    assert language_of("", "", "en", "زنجبار", "Read more about it on the page of the paper.") == ""
    assert language_of("", "", "en", "Zanzibar", "The vote is on Sunday.") == "en"


def test_F06_titles_of_a_feed_tell_together_what_none_tells_alone() -> None:
    titles = ["Sansibar wählt", "Streik im Hafen", "Regen auf Pemba", "Wahl und Streit", "Der Minister geht", "Ein Tag"]
    assert not any(contradicts(title, "en-us") for title in titles)
    assert unopposed("en-us", titles) == ""
    assert unopposed("de", titles) == "de"


@pytest.mark.parametrize("declared", ["kr", "se", "br", "ch", "in", "sa", "kr-KR", "ca-CA", "et_ET", "BR"])
def test_F06_a_country_s_code_is_not_taken_for_a_language(declared: str) -> None:
    assert spoken("Zanzibar", declared) == ""
    assert own_word(declared) == "und"


@pytest.mark.parametrize(
    "declared", ["br-FR", "ca", "et-EE", "ca-ES", "de-CH", "pt-BR", "en-IN", "se-NO", "fr-FR", "id-ID"]
)
def test_F06_a_language_with_its_country_is_known(declared: str) -> None:
    assert spoken("Zanzibar", declared) == declared


def test_F06_two_languages_named_at_once_are_none() -> None:
    assert language_code("deutsch/englisch") == ""
    assert language_code("Deutsch (Deutschland)") == "de"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_declaration_can_be_read_again(declared: str, text: str) -> None:
    code = language_code(declared)
    assert language_code(code) == code
    contradicts(text, declared)
