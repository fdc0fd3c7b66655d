"""What feeds declare of languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.languages import contradicts, language_code, language_of, spoken


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
            ("桑给巴尔举行选举", "ja"),
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
    assert language_of("en", "ru", "en", "Занзибар голосует") == "ru"
    assert language_of("en", "", "en", "Занзибар голосует") == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_declaration_can_be_read_again(declared: str, text: str) -> None:
    code = language_code(declared)
    assert language_code(code) == code
    contradicts(text, declared)
