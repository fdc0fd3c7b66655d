"""Names of outlets around titles."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.beside.outlet import around, bare, outlets, shown_by, without_outlet

STORY = "Dockers walk out in Rotterdam"
NAMES = [
    "Zanzibar Today",
    "Новости Занзибара",
    "روزنامہ زنجبار",
    "ज़ांज़ीबार समाचार",
    "桑给巴尔日报",
    "dawn.com",
    "Straßen-Blatt",
]


def left(title: str, source: str, *others: str) -> str:
    """What is left of a title."""
    for start, end in reversed(around(title, outlets(source, *others))):
        title = title[:start] + title[end:]
    return title


FORMS = (
    *("{} - {n}", "{} – {n}", "{} — {n}", "{} | {n}", "{} » {n}", "{} · {n}", "{} • {n}", "{} ({n})", "{} [{n}]"),
    *("{n}: {}", "{n} - {}", "{n} | {}", "[{n}] {}", "({n}) {}", "{n} » {}", "{} :: {n}", "{}: {n}", "{}|{n}"),
)


@pytest.mark.parametrize("name", NAMES)
def test_F03_an_outlet_is_known_by_what_parts_it_from_the_title(name: str) -> None:
    for form in FORMS:
        assert left(form.format(STORY, n=name), name) == STORY, form


@pytest.mark.parametrize("name", NAMES)
def test_F03_so_is_a_feed_by_a_title_that_names_an_outlet_in_any_case(name: str) -> None:
    assert left(f"{STORY} - {name.upper() if name.isascii() else name}", "", "Some feed", name) == STORY


def test_F03_several_names_may_stand_behind_each_other() -> None:
    assert left(f"{STORY} - Zanzibar Today - Collected News", "Zanzibar Today", "Collected News") == STORY
    assert left(f"{STORY} | www.zt.example", "Zanzibar Today", "www.zt.example") == STORY
    assert left(f"{STORY} - Zanzibar Post", "", "Zanzibar Post » Feed") == STORY
    assert left(f"{STORY} - Zanzibar Post", "", "Zanzibar Post - Latest News RSS") == STORY


@pytest.mark.parametrize(
    ("title", "source", "feed"),
    [
        ("Zanzibar: ferry sinks", "", "Zanzibar Post"),
        ("Zanzibar: ferry sinks", "Zanzibar Post", "Zanzibar"),
        ("[Zanzibar] ferry sinks", "", "Zanzibar"),
        ("Ferry sinks (Zanzibar)", "", "Zanzibar"),
        ("A day in the life of Zanzibar", "Zanzibar", "Zanzibar"),
        ("Minister sues Zanzibar Today", "Zanzibar Today", "Zanzibar Today"),
        ("The new Anglo-Zanzibar", "Zanzibar", "Zanzibar"),
        ("Zanzibar Today journalist held", "Zanzibar Today", ""),
        ("Zanzibar Today", "Zanzibar Today", ""),
        (" - Zanzibar Today", "Zanzibar Today", ""),
        ("Tanzania–Zanzibar", "", "Zanzibar"),
        ("", "Zanzibar", "Zanzibar"),
    ],
)
def test_F03_a_name_that_belongs_to_the_sentence_stays(title: str, source: str, feed: str) -> None:
    assert left(title, source, feed) == title
    assert bare(title, source, feed) == title


SUBJECTS = ("South Africa", "Hong Kong", "Middle East", "Южный Судан", "Deutsche Bahn", "Deutsche Post", "زنجبار")
NAMING = (
    *("{n}: miners strike", "{n} - miners strike", "({n}) Miners strike", "Miners strike: {n}", "{n} | miners strike"),
    *("Cricket: England – {n}", "Miners strike ({n})", "Miners strike - {n}", "Miners strike, {n}"),
)


FEEDS = ("{n}", "Google Alert - {n}", '"{n}" - Google News', "UN News - {n}", "{n} | The Guardian")


@pytest.mark.parametrize("name", SUBJECTS)
def test_F03_a_subject_that_a_feed_is_called_by_stays(name: str) -> None:
    for form, feed in product(NAMING, FEEDS):
        title = form.format(n=name)
        assert left(title, "", feed.format(n=name), "collector.example") == title, feed
        assert left(title, "Reuters", feed.format(n=name)) == title, feed


SPELT = [
    *(("The Zanzibar Today", "Zanzibar Today"), ("Zanzibar Herald", "The Zanzibar Herald"), ("Zanzíbar", "Zanzibar")),
    *(("زنجبار الیوم", "زنجبار اليوم"), ("\u200fزنجبار اليوم", "زنجبار اليوم"), ("Zanzibar-Today", "Zanzibar Today")),
    *(("जंजीबार टुडे", "जंज़ीबार टुडे"), ("Zanzibar’s News", "Zanzibar's News"), ("Zanzibar Today", "«Zanzibar Today»")),
    *(
        ("Zanzibar Today Online", "Zanzibar Today"),
        ("Zanzibar Herald", "zanzibarherald.com"),
        ("@ZanzibarToday", "Zanzibar Today"),
    ),
    *(("Zanzibar Today.", "Zanzibar Today"), ("Zanzibar Today | Latest News", "Zanzibar Today")),
    *(
        ("Zanzi\u0301bar Hoy", "Zanzíbar Hoy"),
        ("ZANZIBAR TODAY", "Zanzibar Today"),
        ("РИА Занзибар, 30.11.2026", "РИА Занзибар"),
    ),
]


MARKS = (
    " - ",
    " – ",
    " — ",
    "— ",
    " | ",
    "|",
    " > ",
    " * ",
    " \\ ",
    " ✦ ",
    " ❘ ",
    " ǀ ",
    " ⎮ ",
    "--",
    "- ",
    " \u200f- ",
)


@pytest.mark.parametrize(("written", "source"), SPELT)
def test_F03_an_outlet_is_known_in_every_spelling_behind_every_mark(written: str, source: str) -> None:
    for mark in MARKS:
        assert left(f"{STORY}{mark}{written}", source) == STORY, mark


@pytest.mark.parametrize("mark", ["_", "--", "—", "｜", "・"])
def test_F03_scripts_without_spaces_part_an_outlet_without_them(mark: str) -> None:
    assert left(f"码头工人罢工{mark}桑给巴尔日报", "桑给巴尔日报") == "码头工人罢工"


@pytest.mark.parametrize(
    "title",
    [
        *(
            "Zanzibar Herald - World",
            "World – Zanzibar Herald",
            "Top stories | Zanzibar Herald",
            "Zanzibar Herald » Feed",
        ),
        *(
            "Latest from Zanzibar Herald",
            "Zanzibar Herald: News from the isles",
            "Latest news from the Zanzibar Herald",
        ),
    ],
)
def test_F03_a_part_of_a_feed_s_title_may_name_its_outlet(title: str) -> None:
    assert left(f"{STORY} - Zanzibar Herald", "", title) == STORY


def test_F03_a_host_shows_what_of_a_feed_s_title_is_its_outlet() -> None:
    assert left(f"{STORY} - Dawn", "", "Dawn - World", "dawn.com") == STORY
    assert left("Dawn: a new day", "", "Dawn - World", "dawn.com") == "Dawn: a new day"
    assert left(f"{STORY} - Dawn", "", "Dawn - World", "collector.example") == f"{STORY} - Dawn"


def shown(form: str, *called: str, number: int = 6) -> list[str]:
    """What is left of titles that all look so."""
    titles = [form.format(f"Subject {word}") for word in ("one", "two", "three", "four", "five", "six")[:number]]
    names = outlets("", shown=shown_by(titles, *called))
    spans = [around(title, names) for title in titles]
    return [
        "".join(char for place, char in enumerate(title) if not any(a <= place < b for a, b in cut))
        for title, cut in zip(titles, spans, strict=True)
    ]


@pytest.mark.parametrize("form", ["{} - Zanzibar Eye", "{} | Zanzibar Eye", "Zanzibar Eye | {}", "{} [Zanzibar live]"])
def test_F03_what_stands_apart_in_nearly_all_titles_is_their_outlet(form: str) -> None:
    assert shown(form)[0] == "Subject one"
    assert shown(form, number=4)[0] == form.format("Subject one")


@pytest.mark.parametrize(
    "form", ["{} - Zanzibar", "Zanzibar: {}", "South Africa: {}", "South Africa - {}", "{}: South Africa"]
)
def test_F03_a_place_that_all_titles_name_stays(form: str) -> None:
    assert shown(form, "South Africa")[0] == form.format("Subject one")


def test_without_a_name_only_the_end_is_cut_so_that_offsets_stay_true() -> None:
    assert without_outlet("Dawn: Smog in Lahore - Dawn", "Dawn") == "Dawn: Smog in Lahore"
    assert bare("Dawn: Smog in Lahore - Dawn", "Dawn") == "Smog in Lahore"


@given(st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_any_title_and_names_leave_parts_in_order_and_never_nothing(title: str, source: str, feed: str) -> None:
    spans = around(title, outlets(source, feed))
    assert spans == sorted(spans)
    assert all(0 <= start < end <= len(title) for start, end in spans)
    if title.strip():
        assert left(title, source, feed).strip()
