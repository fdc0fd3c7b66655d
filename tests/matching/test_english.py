"""The other number of English words: forms that exist, both ways."""

from __future__ import annotations

import pytest

from monitor.matching.terms.forms import forms, other_number

PAIRS = (
    "talk/talks city/cities box/boxes church/churches bus/buses virus/viruses class/classes tax/taxes "
    "sanction/sanctions "
    "minister/ministers treaty/treaties agency/agencies cookie/cookies cache/caches house/houses man/men "
    "woman/women child/children person/people crisis/crises analysis/analyses knife/knives wolf/wolves hero/heroes "
    "embargo/embargoes photo/photos protest/protests strike/strikes forces/force"
)


@pytest.mark.parametrize("pair", PAIRS.split())
def test_U07_a_plural_and_its_singular_are_forms_of_each_other_and_nothing_else(pair: str) -> None:
    one, other = pair.split("/")
    assert list(forms(one)) == [other]
    assert list(forms(other)) == [one]


@pytest.mark.parametrize("word", ["series", "species", "news", "politics", "economics", "headquarters", "aircraft"])
def test_U07_what_has_no_other_number_has_no_other_form(word: str) -> None:
    assert other_number(word) == []


def test_U07_names_that_nobody_has_counted_keep_their_usual_forms() -> None:
    assert other_number("baerbock") == ["baerbocks"]
    assert other_number("zorblaxians") == ["zorblaxian"]
    assert set(other_number("zorblaxy")) == {"zorblaxies", "zorblaxys"}
    assert other_number("bases") == ["base", "basis"]
    assert list(forms("gates", "Gates", True)) == []


@pytest.mark.parametrize("word", ["talks", "sanctions", "cities", "boxes", "strikes", "elections", "forces", "taxes"])
def test_U07_no_plural_is_made_of_a_plural(word: str) -> None:
    assert not [form for form in forms(word) if form.endswith("ses") and len(form) > len(word)]
