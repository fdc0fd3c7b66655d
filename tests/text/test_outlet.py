"""Names of outlets around titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.outlet import around, bare, outlets, without_outlet

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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "form",
    [
        *("{} - {n}", "{} – {n}", "{} — {n}", "{} | {n}", "{} » {n}", "{} · {n}", "{} • {n}", "{} ({n})", "{} [{n}]"),
        *("{n}: {}", "{n} - {}", "{n} | {}", "[{n}] {}", "({n}) {}", "{n} » {}", "{} :: {n}", "{}: {n}", "{}|{n}"),
    ],
)
def test_F03_an_outlet_is_known_by_what_parts_it_from_the_title(form: str, name: str) -> None:
    assert left(form.format(STORY, n=name), name) == STORY


@pytest.mark.parametrize("name", NAMES)
def test_F03_so_is_a_feed_by_its_title_or_its_configured_name_in_any_case(name: str) -> None:
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
