"""What the test suites of other feed parsers expect, as far as it can be read off, compared with what ours finds."""

from __future__ import annotations

import ast
import calendar
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.model import ParseFailed, ParseResult
from monitor.text.clean import plain, single_line, web_link

_COMMENT = re.compile(rb"<!--(.*?)-->", re.DOTALL)
_HEADER = re.compile(r"^\s*(?:Header:\s*)?Content-type:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_EXPECT = re.compile(r"Expect:\s*(.*?)\s*\Z", re.DOTALL)
_ENTRY_IS = re.compile(r"entries\[(\d+)\](?:\.|\[u?['\"])(\w+)(?:['\"]\])?\s*==\s*(.+)", re.DOTALL)
_FEED_IS = re.compile(r"feed(?:\.|\[u?['\"])title(?:['\"]\])?\s*==\s*(.+)", re.DOTALL)
_NUMBER_IS = re.compile(r"len\(entries\)\s*==\s*(\d+)")
# Why we differ and leave it so, by document. Judged one by one.
_HTML_5 = "the suite decodes this entity as HTML 4 did; HTML 5, and browsers, as we do"
_ELSEWHERE = "relative to the address that the suite serves from, or to a header that the daemon does not pass on"
_GUID = "a relative id stays as it is written, or it would change when the feed moves"
_UNCLOSED = "the feed's title is closed by another tag, and lost with it"
_KNOWN = {
    "xml_unclosed_comment.xml": "what looks like a comment and has no end is text in a headline",
    "lang.xml": _HTML_5,
    "rang.xml": _HTML_5,
    "http_entry_id_base_content_location.xml": _GUID,
    "http_entry_id_base_docuri.xml": _GUID,
    "http_item_link_base_content_location.xml": _ELSEWHERE,
    "http_item_link_base_docuri.xml": _ELSEWHERE,
    "xml_declaration_unexpected_character.xml": "a title of nothing but markup is empty",
    "xml_malicious_comment.xml": "HTML 5 reads a comment without an end up to the end",
    "atom10_feed_title_xhtml_escaped_markup.xml": _UNCLOSED,
    "atom10_feed_title_xhtml_inline_markup.xml": _UNCLOSED,
    "rss_channel_item_guid_naked_markup.xml": "feedparser finds no guid where an element stands inside it",
    "rss_channel_item_illegal_char.xml": "a control character parts words: a space, where the suite drops it",
    "rss_channel_item_uri_at_protocol.xml": "feedparser takes the attribute uri for the link; it is no web address",
}
_DATES = ("published_parsed", "updated_parsed", "created_parsed")
_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]")


@dataclass(frozen=True)
class Difference:
    """A value that is not what the suite expects. ``reason``: why that is right or does not matter, if known."""

    path: Path
    what: str
    expected: Any
    found: Any
    reason: str = ""

    def shown(self, folder: Path) -> dict[str, Any]:
        """As it is printed."""
        return asdict(self) | {"path": str(self.path.relative_to(folder))}


@dataclass(frozen=True)
class _Expected:
    """One value: ``what`` of the entry number ``entry``, or of the feed where that is None."""

    what: str
    value: Any
    entry: int | None = None


def content_type(body: bytes) -> str:
    """The header that feedparser's suite wants a document to be served with; that of RSS where it says nothing."""
    comment = _COMMENT.search(body[:4096])
    header = _HEADER.search(comment[1].decode("utf-8", "replace")) if comment else None
    return header[1] if header else "application/rss+xml"


def differences(suite: str, path: Path, result: ParseResult, address: str) -> tuple[int, list[Difference]]:
    """How many values were compared, and which of them differ."""
    readers = {"feedparser": _of_feedparser, "gofeed": _of_gofeed, "feedvalidator": _of_feedvalidator}
    expected = list(readers[suite](path)) if suite in readers else []
    found = []
    for one in expected:
        ours, theirs = _values(one, result, address)
        # A title that says it is text is not taken for markup; which it is, the expectation does not tell.
        if ours != theirs and not (one.what == "title" and ours == single_line(one.value)):
            cut = "it has no item, and breaks off" if isinstance(result, ParseFailed) and result.kind == "cut" else ""
            found.append(Difference(path, one.what, theirs, ours, _KNOWN.get(path.name.rpartition("--")[2], cut)))
    return len(expected), found


def _values(one: _Expected, result: ParseResult, address: str) -> tuple[Any, Any]:
    """Our value and theirs, cleaned alike."""
    if isinstance(result, ParseFailed):
        return f"{result.kind}: {result.detail}", one.value
    if one.entry is None:
        feed: dict[str, Any] = {"title": result.title, "entries": len(result.entries), "read": True}
        return feed[one.what], plain(one.value) if one.what == "title" else one.value
    if one.entry >= len(result.entries):
        return "no such entry", one.value
    entry = result.entries[one.entry]
    match one.what:
        case "title":
            return entry.title, plain(one.value)
        case "link":
            return entry.link, web_link(one.value, address)
        case "guid":
            return entry.guid, single_line(one.value)
        case _:
            return entry.published, one.value


# --- the suites ------------------------------------------------------------------------------------------------------


def _of_feedparser(path: Path) -> Iterator[_Expected]:
    body = path.read_bytes()
    if path.suffix == ".json":
        text = json.loads(body).get("__TEST__", "")
    else:
        comment = _COMMENT.search(_as_ascii(body[:8192]))
        text = comment[1].decode("utf-8", "replace") if comment else ""
    expect = _EXPECT.search(text)
    for clause in re.split(r"\s+and\s+", expect[1].removesuffix("-->").strip() if expect else ""):
        if number := _NUMBER_IS.fullmatch(clause):
            yield _Expected("entries", int(number[1]))
        elif (title := _FEED_IS.fullmatch(clause)) and isinstance(value := _literal(title[1]), str):
            yield _Expected("title", value)
        elif entry := _ENTRY_IS.fullmatch(clause):
            yield from _entry_is(int(entry[1]), entry[2], _literal(entry[3]))


def _entry_is(number: int, what: str, value: Any) -> Iterator[_Expected]:
    if what in _DATES and isinstance(value, tuple):
        yield _Expected(what, float(calendar.timegm(value)), number)
    elif what in ("title", "link", "id", "guid") and isinstance(value, str):
        yield _Expected({"id": "guid"}.get(what, what), value, number)


def _as_ascii(body: bytes) -> bytes:
    """A document in UTF-16 or UTF-32 with its zeros removed: enough to read the comment."""
    return body.replace(b"\0", b"")


def _literal(written: str) -> Any:
    try:
        return ast.literal_eval(written.strip())
    except (ValueError, SyntaxError):
        return None


def _of_gofeed(path: Path) -> Iterator[_Expected]:
    other = path.with_suffix(".json") if path.suffix == ".xml" else path.with_name(f"{path.stem}_expected.json")
    if not other.exists():
        return
    expected = json.loads(other.read_text("utf-8"))
    if isinstance(title := expected.get("title"), str):
        yield _Expected("title", title)
    items = expected.get("items") or expected.get("entries") or []
    yield _Expected("entries", len(items))
    for number, item in enumerate(items):
        for name, what in (("title", "title"), ("link", "link"), ("url", "link"), ("guid", "guid"), ("id", "guid")):
            value = item.get(name)
            value = value.get("value") if isinstance(value, dict) else value
            if isinstance(value, str) and value:
                yield _Expected(what, value, number)
        date = next((item[name] for name in ("publishedParsed", "pubDateParsed") if item.get(name)), "")
        if date:
            # Ours are whole seconds, as those of RSS.
            yield _Expected("published_parsed", float(int(datetime.fromisoformat(date).timestamp())), number)


def _of_feedvalidator(path: Path) -> Iterator[_Expected]:
    # Its expectations are errors and warnings; whatever they are, what has the root of a feed is to be read as one.
    if _ROOT.search(path.read_bytes()):
        yield _Expected("read", True)
