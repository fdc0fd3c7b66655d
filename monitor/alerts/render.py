"""An alert as text: for a terminal, for mail. Clean text comes in; here it is escaped for the place where it is
shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from monitor.clock import local_text
from monitor.model import Alert, AlertKind

if TYPE_CHECKING:
    from jinja2 import Environment
    from rich.text import Text

_LABELS = {AlertKind.NEW: "", AlertKind.NOTICE: "Notice", AlertKind.TEST: "Test"}


def heading(alert: Alert) -> str:
    """What an alert belongs to: its watchlist's title, or what the program calls its own messages."""
    return alert.watch_title or _LABELS[alert.kind] or "News monitor"


def marked(alert: Alert, field: str, text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is part of a hit in ``field``; the pieces joined are ``text``."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for hit in sorted((hit for hit in alert.hits if hit.field == field), key=lambda hit: hit.start):
        # A text that was shortened for the alert may end before the hit, or not be the text that was matched at all.
        if hit.start < at or text[hit.start : hit.end] != hit.text:
            continue
        pieces += [(text[at : hit.start], False), (hit.text, True)]
        at = hit.end
    pieces.append((text[at:], False))
    return [piece for piece in pieces if piece[0]]


def facts(alert: Alert) -> Iterator[tuple[str, str]]:
    """The particulars of an alert, named: source, times, link, why."""
    if alert.source:
        yield "source", alert.source
    if alert.kind is AlertKind.NEW:
        yield "published", local_text(alert.published)
        yield "first seen", local_text(alert.first_seen)
    if alert.link:
        yield "link", alert.link
    if alert.why:
        yield "why", alert.why


def for_terminal(alert: Alert) -> Text:
    """The alert as lines for a terminal; styles vanish by themselves where there is none."""
    from rich.text import Text

    text = Text(no_wrap=True, overflow="ignore")
    text.append(f"{local_text(alert.created)}  ", style="dim")
    text.append(heading(alert), style="bold cyan" if alert.kind is AlertKind.NEW else "bold yellow")
    text.append("\n  ")
    for piece, is_hit in marked(alert, "title", alert.headline):
        text.append(piece, style="bold underline" if is_hit else "bold")
    if alert.kind is AlertKind.NEW:
        text.append(f"\n  {alert.source}, published {local_text(alert.published)}", style="dim")
        if alert.link:
            text.append(f"\n  {alert.link}", style="blue")
    if alert.why:
        text.append(f"\n  why: {alert.why}", style="green")
    for line in alert.lines:
        text.append(f"\n  {line}")
    text.append("\n")
    return text


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("monitor.alerts", "templates"),
        autoescape=lambda name: bool(name and ".html" in name),  # noqa: S701 - on for HTML, off for plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def for_mail(alert: Alert) -> tuple[str, str]:
    """The alert as the body of a mail: plain text and HTML."""
    values = {
        "alert": alert,
        "heading": heading(alert),
        "headline": marked(alert, "title", alert.headline),
        "summary": marked(alert, "summary", alert.summary),
        "facts": dict(facts(alert)),
        "direction": "rtl" if _is_right_to_left(alert.headline) else "ltr",
    }
    return _templates().get_template("alert.txt.j2").render(values), _templates().get_template("alert.html.j2").render(
        values
    )


def _is_right_to_left(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in letters) * 2 > len(letters)
