"""JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import re
from html.entities import html5
from itertools import islice
from typing import Any

from monitor.feeds.parse.dates import published
from monitor.feeds.parse.entries import MOST_ENTRIES, Markup, Origin, entry
from monitor.feeds.parse.json import repair
from monitor.feeds.parse.links import is_whole, pictures_last, usable
from monitor.model import Entry, Parsed, ParseFailed, ParseResult
from monitor.text.clean import BODY_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT, plain, single_line, web_link
from monitor.text.wording import counted

# Written by the books it is an address; some write the bare number.
_VERSION = re.compile(r"(?:https?://)?(?:www\.)?jsonfeed\.org/.*|1(?:\.[01])?", re.IGNORECASE)
_LOOKED_INTO = 20
"""Parts of a document that is no feed, among which the feed is looked for; items by which one is known."""

_DATES = ("date_published", "date_modified")
_CONTENT = ("content_html", "content_text")
# Whole ones only: in text and in addresses "&copy=2" is what it says.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def read(text: str, url: str) -> ParseResult | None:
    """The feed in the document ``text``, fetched from ``url``; None when there is no JSON in it. Raises RecursionError
    when it is nested too deeply.
    """
    found: ParseResult | None = None
    for start in repair.beginnings(text):
        result = _read(text, start, url)
        if isinstance(result, Parsed) or result.kind not in ("not-a-feed", "parser"):
            return result
        # What stands in front of a feed, or in a page that only speaks of one, is no feed either.
        found = found or (result if start == 0 else None)
    return found


def _read(text: str, start: int, url: str) -> ParseResult:
    try:
        document, complete, lost = repair.read(text, start)
    except ValueError as error:
        return ParseFailed("parser", f"the JSON document is malformed or cut: {single_line(str(error), 200)}")
    feed = _feed_in(document)
    if feed is None:
        if not complete and isinstance(document, dict) and document.get("items"):
            return ParseFailed("cut", "the document breaks off before it says which version of JSON Feed it is")
        return ParseFailed("not-a-feed", f"this is not a feed but a JSON document{_complaint(document)}")
    items = _items(feed)
    if items is None:
        if not complete:
            return ParseFailed("cut", "the document breaks off before its first item")
        return ParseFailed("not-a-feed", "this is a JSON Feed without a list of items")
    items = [item for item in items if isinstance(item, dict)]
    if not complete and not items and not lost:
        return ParseFailed("cut", "the document breaks off before the end of its first item")
    if lost and not items:
        return ParseFailed("broken", f"none of its {counted(lost, 'item')} can be read: the JSON is malformed")
    return Parsed(
        title=_line(feed, "title"),
        language=single_line(_language(feed), 40),
        entries=tuple(_entry(item, url) for item in items[:MOST_ENTRIES]),
        complete=complete,
        home=web_link(_text(feed, "home_page_url"), url),
        cut=max(0, len(items) - MOST_ENTRIES),
        lost=lost,
    )


def _feed_in(document: Any) -> dict[str, Any] | None:
    """The feed that ``document`` is, or that is all that it holds."""
    inside = document if isinstance(document, list) else document.values() if isinstance(document, dict) else ()
    for one in (document, *islice(inside, _LOOKED_INTO)):
        if isinstance(one, dict) and (_VERSION.fullmatch(_text(one, "version").strip()) or _looks_like_one(one)):
            return one
    return None


def _items(feed: dict[str, Any]) -> list[Any] | None:
    items = feed.get("items")
    if isinstance(items, dict):  # PHP makes an object of a list in which a number is missing
        items = list(items.values())
    return items if isinstance(items, list) else None


def _looks_like_one(document: dict[str, Any]) -> bool:
    """Whether ``document``, which does not say that it is a feed, is one by its items: they have texts, and addresses
    or dates. Many write none of the versions that there are.
    """
    items = _items(document)
    names_itself = any(_text(document, name) for name in ("feed_url", "home_page_url"))
    if not items:
        return items is not None and names_itself
    looked_at = items[:_LOOKED_INTO]
    named = names_itself or bool(_text(document, "title"))
    return 2 * sum(isinstance(one, dict) and _is_news(one, named) for one in looked_at) > len(looked_at)


def _is_news(item: dict[str, Any], of_what_has_a_name: bool) -> bool:
    says = any(_text(item, name) for name in ("title", *_CONTENT, "summary"))
    is_told = any(_text(item, name) for name in ("url", "external_url", "link", *_CONTENT, *_DATES))
    return says and (is_told or (of_what_has_a_name and bool(_text(item, "id"))))


def _entry(item: dict[str, Any], url: str) -> Entry:
    markup = _text(item, "content_html")
    return entry(
        guid=_text(item, "id"),
        link=_link(item, url),
        title=_line(item, "title"),
        summary=Markup(_text(item, "summary"), _line(item, "summary", SUMMARY_LIMIT)),
        body=Markup(
            markup or _text(item, "content_text"),
            plain(markup, BODY_LIMIT) if markup else _line(item, "content_text", BODY_LIMIT),
        ),
        published=published(_text(item, name) for name in _DATES),
        base=url,
        origin=_origin(item),
    )


def _link(item: dict[str, Any], url: str) -> str:
    """The page of ``item``, as written: its own, the one that it is about, its id where that is a whole address, or
    else what is attached, and its picture.
    """
    attached = _listed(item.get("attachments"))
    named = [_text(item, "url"), _text(item, "external_url"), _text(item, "id") if is_whole(_text(item, "id")) else ""]
    named += [_text(one, "url") for one in attached]
    named += [_text(item, "link"), _text(item, "permalink")]
    pictures = [_text(item, name) for name in ("image", "banner_image")]
    named += pictures
    pictures += [_text(one, "url") for one in attached if _text(one, "mime_type").lower().startswith("image/")]
    if _text(item, "id"):  # one without a name is known by its link: see links.page_of
        named = pictures_last(named, pictures)
    return usable(map(_decoded, named), url)


def _listed(value: Any) -> list[dict[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _line(values: dict[str, Any], name: str, limit: int = TITLE_LIMIT) -> str:
    """A part that is text, in which "<b>" means just that. Entities have no place in it, but many write them there."""
    return single_line(_decoded(_text(values, name)), limit)


def _decoded(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    return html.unescape(entity[0]) if entity[0][1] == "#" else html5.get(entity[0][1:], entity[0])


def _origin(item: dict[str, Any]) -> Origin:
    """What collectors add to the format: the outlet, as a text or an object."""
    found = next((item[name] for name in ("source", "_source", "publisher") if item.get(name)), "")
    named = found if isinstance(found, dict) else {"name": found if isinstance(found, str) else ""}
    outlet = _line(named, "title") or _line(named, "name")
    return Origin(outlet, _text(named, "url") or _text(named, "home_page_url"), _language(item))


def _language(values: dict[str, Any]) -> str:
    found = next((values[name] for name in ("language", "lang", "_language") if values.get(name)), "")
    several = found if isinstance(found, list) else [found]
    return ", ".join(one for one in several if isinstance(one, str))


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
