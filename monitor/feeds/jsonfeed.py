"""JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
import re
from typing import Any

from monitor.feeds.dates import moment
from monitor.feeds.entries import MOST_ENTRIES, entry
from monitor.model import Entry, Parsed, ParseFailed, ParseResult
from monitor.text.clean import BODY_LIMIT, SUMMARY_LIMIT, plain, single_line, web_link

# Written by the books it is an address; some write the bare number.
_VERSION = re.compile(r"(?:https?://)?(?:www\.)?jsonfeed\.org/.*|1(?:\.[01])?")

_DATES = ("date_published", "date_modified")


def read(text: str, url: str) -> ParseResult:
    """The feed in the JSON document ``text``, fetched from ``url``. Raises RecursionError when it is nested too
    deeply.
    """
    try:
        # Numbers stay as they are written: an id that is one is a name, and some are longer than a number may be.
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=_nothing)
    except ValueError as error:
        return ParseFailed("parser", f"the JSON document is malformed or cut: {single_line(str(error), 200)}")
    if not isinstance(document, dict) or not _VERSION.fullmatch(_text(document, "version")):
        return ParseFailed("not-a-feed", f"this is not a feed but a JSON document{_complaint(document)}")
    items = document.get("items")
    if not isinstance(items, list):
        return ParseFailed("not-a-feed", "this is a JSON Feed without a list of items")
    items = [item for item in items if isinstance(item, dict)]
    return Parsed(
        title=single_line(_text(document, "title")),
        language=single_line(_text(document, "language"), 40),
        entries=tuple(_entry(item, url) for item in items[:MOST_ENTRIES]),
        home=web_link(_text(document, "home_page_url"), url),
        cut=max(0, len(items) - MOST_ENTRIES),
    )


def _entry(item: dict[str, Any], url: str) -> Entry:
    # The title, the summary and content_text are text, in which "<b>" means just that.
    html = _text(item, "content_html")
    return entry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=single_line(_text(item, "title")),
        summary=single_line(_text(item, "summary"), SUMMARY_LIMIT),
        body=plain(html, BODY_LIMIT) if html else single_line(_text(item, "content_text"), BODY_LIMIT),
        published=next((date for name in _DATES if (date := moment(_text(item, name))) is not None), None),
        base=url,
    )


def _nothing(constant: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), and as an id all items would share it."""


def _text(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _complaint(document: Any) -> str:
    """What an interface says is wrong, when it says so in a usual place."""
    if not isinstance(document, dict):
        return ""
    for name in ("error", "errors", "message", "detail"):
        value = document.get(name)
        if isinstance(value, dict):
            value = value.get("message")
        if isinstance(value, str) and value.strip():
            return f": {single_line(value, 200)}"
    return ""
