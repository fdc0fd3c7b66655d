"""Lists of other stories in markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse.links import related
from monitor.text.clean import plain

TITLE, LINK = "Antwerp ferry stops - Harbour News", "https://hn.example/1"
OTHER = '<a href="https://z.example/2">Ferry chaos spreads</a>'


def rest(markup: str, title: str = TITLE) -> str:
    """What is left of a text."""
    text = plain(markup)
    for one in reversed(related(markup, "summary", text, title, LINK)):
        text = text[: one.start] + text[one.end :]
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        (
            f'<ol><li><a href="{LINK}">Antwerp ferry stops</a>&nbsp;&nbsp;<font>Harbour News</font></li>'
            f"<li>{OTHER}&nbsp;&nbsp;<font>The Zanzibar Herald</font></li></ol>",
            "Antwerp ferry stops Harbour News",
        ),
        (
            f'<a href="{LINK}">Antwerp ferry stops</a> Harbour News<br>{OTHER} Zanzibar Herald',
            "Antwerp ferry stops Harbour News",
        ),
        (f"<p>Boats wait.</p><h3>Related stories</h3><ul><li>{OTHER} (Zanzibar)</li></ul>", "Boats wait."),
        (f"<p>Boats wait.</p><p><b>Read also:</b> {OTHER} Zanzibar</p><p>More boats.</p>", "Boats wait. More boats."),
        ("<p>Boats wait.</p><p>Читайте также: Занзибар голосует</p><p>Ждут.</p>", "Boats wait. Ждут."),
        (f"<p>Boats wait.</p><p>یہ بھی پڑھیں</p><ul><li>{OTHER}</li><li>{OTHER} Zanzibar</li></ul>", "Boats wait."),
        (f"<p>Boats wait.</p><p>关联</p><p>相关阅读：{OTHER}</p>", "Boats wait. 关联"),
    ],
)
def test_F03_a_list_of_other_stories_is_not_the_story(markup: str, left: str) -> None:
    assert rest(markup) == left


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>This morning:</p><ul><li>{OTHER}</li><li><a href='https://z.example/3'>Zanzibar votes</a></li></ul>",
        f"<ul><li>Zanzibar votes on Sunday, as {OTHER} and thousands of people wait at the ports.</li></ul>",
        f"<p>The ferry to Zanzibar stops. {OTHER}</p>",
        f'<a href="{LINK}">Antwerp ferry stops</a> on its way to Zanzibar, where thousands of people wait for it.',
        "<p>More on the ferry: it was on its way to Zanzibar, and it is not known " + "when " * 40 + "</p>",
        "Zanzibar < Pemba & others",
    ],
)
def test_F03_links_of_the_story_itself_are_a_part_of_it(markup: str) -> None:
    assert rest(markup) == plain(markup)


@given(
    st.lists(
        st.sampled_from(["<li>", "</li>", "<a href=x>", "</a>", "Related:", "Antwerp ferry", " ", "<p>", "&", "<"])
    )
)
def test_any_markup_has_parts_in_order_within_its_text(parts: list[str]) -> None:
    markup = "".join(parts)
    text = plain(markup)
    place = 0
    for one in related(markup, "summary", text, TITLE, LINK):
        assert place <= one.start < one.end <= len(text)
        place = one.end
