"""Alerts as text, with titles that mean harm."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from monitor.alerts.compose import message
from monitor.alerts.mail import for_mail
from monitor.alerts.render import facts, for_terminal, heading, marked
from monitor.model import Alert, AlertId, AlertKind, Copy, Hit, Message, Rule, Story

HOSTILE = [
    "[/red] [bold]x[/bold] [link=https://evil.example]y[/link]",
    ":smile: [@click=app.quit]",
    "{{7*7}} {% raw %} ${7*7} {0.__class__}",
    "<script>alert(1)</script>",
    "</h1></body><img src=x onerror=alert(1)>",
    '"onmouseover="alert(1)',
    "%s%n %(title)s",
    "&lt;b&gt; &amp;",
    "$(touch /tmp/x) `id` -rf",
]


def alert(headline: str = "Pakistan applies for BRICS membership", **fields: object) -> Alert:
    values: dict[str, object] = {
        "id": AlertId("abc"),
        "kind": AlertKind.NEW,
        "created": 1_726_660_800.0,
        "watch": "pakistan-brics",
        "watch_title": "Pakistan's BRICS bid",
        "source": "The Desk",
        "link": "https://news.example/1",
        "why": "1.00 = Pakistan",
    }
    return Alert(headline=headline, **{**values, **fields})  # type: ignore[arg-type]


def by_itself(one: Alert) -> Message:
    """A message of nothing else."""
    return message("email", [Story(one)], one.created)


def mailed(one: Alert) -> tuple[str, str]:
    """The alert as plain text and as HTML."""
    return for_mail(by_itself(one))


def hit(start: int, end: int, text: str, field: str = "title") -> Hit:
    return Hit("c", text, text, field, start, end, Rule.EXACT, 1.0)


def terminal(one: Alert, width: int = 400, color: bool = False) -> str:
    """The alert as a terminal of that width shows it."""
    out = io.StringIO()
    system = "truecolor" if color else None
    console = Console(file=out, width=width, soft_wrap=True, force_terminal=color, color_system=system)  # type: ignore[arg-type]
    console.print(for_terminal(by_itself(one)))
    return out.getvalue()


class Page(HTMLParser):
    """What a mail program makes of a page: its tags and their attributes, and the text in between."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def page(one: Alert) -> Page:
    return Page(mailed(one)[1])


# --- terminal --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", HOSTILE)
def test_H38_a_hostile_title_is_printed_literally(title: str) -> None:
    one = alert(title, watch_title=title, source=title, why=title, lines=(title,))
    assert terminal(one).count(title) == 5


def test_a_long_line_is_not_wrapped_or_cut_on_a_narrow_terminal() -> None:
    title = "Pakistan " * 50
    assert title.strip() in terminal(alert(title.strip()), width=40)


def test_an_alert_on_a_terminal_says_what_where_and_why() -> None:
    shown = terminal(alert(published=None))
    for part in ("Pakistan's BRICS bid", "Pakistan applies", "The Desk", "published unknown", "https://news.example/1"):
        assert part in shown
    assert "why: 1.00 = Pakistan" in shown


def test_hits_are_underlined_and_nothing_else_is() -> None:
    spans = for_terminal(by_itself(alert(hits=(hit(0, 8, "Pakistan"),))))
    underlined = [spans.plain[span.start : span.end] for span in spans.spans if "underline" in str(span.style)]
    assert underlined == ["Pakistan"]


def test_without_colour_there_is_no_escape_code() -> None:
    assert "\x1b" not in terminal(alert(hits=(hit(0, 8, "Pakistan"),)))
    assert "\x1b" in terminal(alert(), color=True)


def test_an_alert_ends_with_a_blank_line() -> None:
    assert terminal(alert()).endswith("\n\n")


def test_a_notice_shows_its_lines_and_no_times_of_publication() -> None:
    shown = terminal(
        alert("First reading", kind=AlertKind.NOTICE, watch_title="", lines=("one", "two"), link="", why="")
    )
    assert "Notice" in shown
    assert "\n  one\n  two\n" in shown
    assert "published" not in shown


# --- mail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", HOSTILE)
def test_H14_H38_a_hostile_title_is_inert_text_in_a_mail(title: str) -> None:
    one = alert(
        title, watch_title=title, summary=f"{title} again", source=title, why=title, lines=(title,), watch=title
    )
    plain, _ = mailed(one)
    shown = page(one)
    harmless = page(alert("x", watch_title="x", summary="y", source="x", why="x", lines=("x",), watch="x"))
    assert [tag for tag, _ in shown.tags] == [tag for tag, _ in harmless.tags]
    assert shown.text.count(title) >= 7
    assert plain.count(title) >= 7


@pytest.mark.parametrize(
    "link", ['https://news.example/"onmouseover="alert(1)', "https://news.example/'><b>", "https://x/?a=1&b=2"]
)
def test_H17_a_link_cannot_break_out_of_its_attribute(link: str) -> None:
    shown = page(alert(link=link))
    assert shown.links == [link, link]
    assert all(set(attributes) <= {"href", "style"} for tag, attributes in shown.tags if tag == "a")


def test_H18_a_mail_loads_nothing_from_anywhere() -> None:
    html = mailed(alert(summary="<img src=https://evil.example/p.gif>", link="https://news.example/1"))[1]
    assert {tag for tag, _ in Page(html).tags}.isdisjoint({"img", "link", "script", "iframe", "style"})
    assert not re.search(r"url\(|@import|src=\"", html)


def test_without_a_link_there_is_none_to_click() -> None:
    assert page(alert(link="")).links == []


def test_hits_are_marked_in_title_and_summary() -> None:
    one = alert(
        summary="The BRICS agreed", hits=(hit(0, 8, "Pakistan"), hit(21, 26, "BRICS"), hit(4, 9, "BRICS", "summary"))
    )
    html = mailed(one)[1]
    assert re.findall(r'<span style="background:[^"]*">([^<]*)</span>', html) == ["Pakistan", "BRICS", "BRICS"]


def test_marking_adds_no_space_to_the_text() -> None:
    assert (
        "Pakistan applies for BRICS membership" in page(alert(hits=(hit(0, 8, "Pakistan"), hit(21, 26, "BRICS")))).text
    )


def test_a_summary_that_repeats_the_title_is_left_out() -> None:
    one = alert("Pakistan applies", summary="Pakistan applies")
    assert mailed(one)[0].count("Pakistan applies") == 1


@pytest.mark.parametrize(
    ("title", "direction"),
    [
        ("پاکستان نے برکس کی رکنیت", "rtl"),
        ("Pakistan applies", "ltr"),
        ("Пакистан", "ltr"),
        ("PTI: پاکستان کی درخواست", "rtl"),
        ("", "ltr"),
    ],
)
def test_the_direction_of_the_text_is_that_of_most_of_its_letters(title: str, direction: str) -> None:
    assert f'<h1 dir="{direction}"' in mailed(alert(title))[1]


def test_D31_a_mail_says_why_it_was_sent() -> None:
    plain, _ = mailed(alert(first_seen=1_726_660_800.0))
    for part in (
        "The Desk",
        "https://news.example/1",
        "1.00 = Pakistan",
        "pakistan-brics",
        "abc",
        "published:",
        "first seen:",
    ):
        assert part in plain


def test_I22_an_unknown_date_is_called_unknown() -> None:
    assert dict(facts(Story(alert(published=None))))["published"] == "unknown"


def test_F17_of_a_date_without_a_time_the_day_is_shown() -> None:
    assert dict(facts(Story(alert(published=None, day="2026-11-22"))))["published"] == "2026-11-22"
    assert "published 2026-11-22" in terminal(alert(published=None, day="2026-11-22"))


def test_I20_an_impossible_date_does_not_stop_an_alert() -> None:
    assert dict(facts(Story(alert(published=1e30))))["published"] == "unknown"


def test_a_notice_has_no_dates_of_publication() -> None:
    assert {"published", "first seen"}.isdisjoint(dict(facts(Story(alert(kind=AlertKind.NOTICE)))))


@pytest.mark.parametrize(
    ("kind", "watch_title", "expected"),
    [
        (AlertKind.NEW, "BRICS", "BRICS"),
        (AlertKind.NEW, "", "News monitor"),
        (AlertKind.NOTICE, "", "Notice"),
        (AlertKind.TEST, "", "Test"),
    ],
)
def test_an_alert_is_headed_by_its_watchlist_or_by_what_it_is(kind: AlertKind, watch_title: str, expected: str) -> None:
    assert heading(by_itself(alert(kind=kind, watch_title=watch_title))) == expected


# --- marked ----------------------------------------------------------------------------------------------------------

HITS = st.builds(
    lambda start, length, field: Hit("c", "a", "x" * length, field, start, start + length, Rule.EXACT, 1.0),
    st.integers(0, 12),
    st.integers(0, 5),
    st.sampled_from(["title", "summary"]),
)


@given(st.text(alphabet="xxx y", max_size=12), st.lists(HITS, max_size=6).map(tuple))
def test_the_pieces_joined_are_the_text(text: str, hits: tuple[Hit, ...]) -> None:
    pieces = marked(alert(hits=hits), "title", text)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


def test_overlapping_hits_are_marked_once() -> None:
    hits = (hit(0, 15, "Pakistan Stream"), hit(9, 15, "Stream"), hit(16, 19, "gas"))
    assert marked(alert(hits=hits), "title", "Pakistan Stream gas") == [
        ("Pakistan Stream", True),
        (" ", False),
        ("gas", True),
    ]


def test_a_hit_beyond_a_shortened_text_is_not_marked() -> None:
    assert marked(alert(hits=(hit(20, 28, "Pakistan"),)), "title", "Another text") == [("Another text", False)]


def test_a_hit_that_the_text_does_not_hold_is_not_marked() -> None:
    assert marked(alert(hits=(hit(0, 8, "Pakistan"),)), "title", "Islamabad") == [("Islamabad", False)]


def test_a_users_own_template_is_used_and_the_others_are_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "message.txt.j2").write_text("{% for story in stories %}MINE {{ story.alert.headline }}{% endfor %}")
    plain, html = for_mail(by_itself(alert()), tmp_path)
    assert plain == "MINE Pakistan applies for BRICS membership"
    assert "monitor alerts irrelevant abc" in html


def test_an_alert_says_what_can_be_done_about_it_and_who_else_has_it() -> None:
    told = message("test", [Story(alert(), (Copy("Dawn", "x", "https://dawn.example/1"),))], 1_726_660_800.0)
    for text in (*for_mail(told), for_terminal(told).plain):
        assert "Dawn" in text
        for word in ("relevant", "irrelevant", "mute", "snooze", "abc"):
            assert word in text
