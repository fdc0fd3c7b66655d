"""Feed bytes → entries of clean text. Runs in a worker process: the bytes are hostile, and the parser can raise or burn
time.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections.abc import Mapping
from typing import Any

from monitor.feeds.encoding import mended
from monitor.model import Entry, Parsed, ParseFailed, ParseResult
from monitor.text.clean import (
    BODY_LIMIT,
    LINK_LIMIT,
    SUMMARY_LIMIT,
    plain,
    single_line,
    web_link,
    without_false_entities,
)

MOST_ENTRIES = 5_000
# Years that a news item can bear; outside of them a date is a mistake and better called unknown.
_EARLIEST, _LATEST = calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.timegm((2100, 1, 1, 0, 0, 0))
# The zones that feedparser reads rightly (RFC 5322 section 4.3); it takes others for UTC.
_ZONES = frozenset(("UT", "UTC", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"))
_ENTRY_BEGINS = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_ENDS = re.compile(rb"</(?:item|entry)\s*>", re.IGNORECASE)
_END_TAG = re.compile(rb"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)


def parse_document(body: bytes, url: str, content_type: str) -> ParseResult:
    """The feed in ``body``, fetched from ``url`` with the header ``Content-Type: content_type``. Never raises."""
    if not body.strip():
        return ParseFailed("empty", "the document is empty")
    import feedparser

    try:
        document = feedparser.parse(
            # A plain bytes or str argument could be taken for a path or an address; a stream cannot.
            io.BytesIO(mended(body, content_type)),
            # Not told where it comes from, it makes no addresses of guids, which would change when the feed moves.
            response_headers={"content-type": content_type},
            sanitize_html=False,  # all markup is stripped here anyway
            resolve_relative_uris=False,
        )
        if not document.get("version") and not document.entries:
            return ParseFailed("not-a-feed", f"this is not a feed but {_looks_like(body)}")
        complete = bool(_END_TAG.search(body[-4096:])) or not document.get("bozo")
        # An entry that was cut off in the middle is left for the poll that gets the whole document.
        entries = document.entries[:-1] if not complete and _ends_inside_an_entry(body) else document.entries
        is_atom = document.version.startswith("atom")
        return Parsed(
            title=plain(document.feed.get("title") or ""),
            language=single_line(document.feed.get("language") or "", 40),
            entries=tuple(_entry(entry, url, is_atom) for entry in entries[:MOST_ENTRIES]),
            complete=complete,
        )
    except RecursionError:
        return ParseFailed("parser", "the document is nested too deeply")
    except Exception as error:  # feedparser raises whatever it meets; one poison document must not cost the worker
        return ParseFailed("parser", f"the parser failed with {type(error).__name__}: {single_line(str(error), 200)}")


def _ends_inside_an_entry(body: bytes) -> bool:
    opened = max((match.start() for match in _ENTRY_BEGINS.finditer(body)), default=-1)
    return not _ENTRY_ENDS.search(body, max(opened, 0)) if opened >= 0 else False


def _entry(entry: Mapping[str, Any], url: str, is_atom: bool) -> Entry:
    summary = plain(entry.get("summary") or "", SUMMARY_LIMIT)
    body = plain(" ".join(part.get("value") or "" for part in entry.get("content") or []), BODY_LIMIT)
    if not summary or summary == body:
        summary, body = body[:SUMMARY_LIMIT], body[SUMMARY_LIMIT:]
    return Entry(
        guid=_guid(entry.get("id") or ""),
        link=web_link(entry.get("link") or "", url),
        title=_title(entry, is_atom),
        summary=summary,
        body=body,
        published=_date(entry),
    )


def _title(entry: Mapping[str, Any], is_atom: bool) -> str:
    title = entry.get("title") or ""
    # Only Atom says whether a title is text or markup (RFC 4287 section 3.1); of RSS one has to guess.
    says_text = is_atom and (entry.get("title_detail") or {}).get("type") == "text/plain"
    return single_line(without_false_entities(title)) if says_text else plain(title)


def _guid(raw: str) -> str:
    guid = single_line(raw, len(raw))
    return guid if len(guid) <= LINK_LIMIT else "sha256:" + hashlib.sha256(guid.encode()).hexdigest()


def _date(entry: Mapping[str, Any]) -> float | None:
    """The date of an entry; None when it has none, or one that can only be guessed at."""
    for name in ("published", "updated", "created"):
        if name in entry.keys() and entry.get(f"{name}_parsed"):  # noqa: SIM118 - a plain "in" looks at other names too
            return _moment(str(entry[name]).strip(), entry[f"{name}_parsed"])
    return None


def _moment(written: str, parts: Any) -> float | None:
    zone = re.search(r"[A-Za-z]{2,5}$", written)
    iso = re.match(r"\d{4}-(\d\d)-(\d\d)", written)
    if written.isdigit() or (zone and zone[0].upper() not in _ZONES) or (iso and not _is_day(int(iso[1]), int(iso[2]))):
        return None
    try:
        moment = calendar.timegm(parts)
    except (ValueError, OverflowError, TypeError):
        return None
    return float(moment) if _EARLIEST <= moment < _LATEST else None


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _looks_like(body: bytes) -> str:
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1000].lower()
    if start.startswith(b"%pdf"):
        return "a PDF document"
    if start.startswith((b"{", b"[")):
        return "a JSON document" + (" (JSON Feed is not read yet)" if b"jsonfeed.org" in start else "")
    if start.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8")):
        return "an image"
    if b"<html" in start or b"<!doctype html" in start:
        return "a web page"
    if start.startswith(b"<"):
        return "some other XML"
    return "something else"
