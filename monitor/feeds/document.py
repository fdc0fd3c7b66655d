"""What can be told of a feed's document without reading its entries, and of its entries' dates. For people who ask what
the daemon will meet; nothing here decides anything.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from monitor.model import Entry, Parsed
from monitor.text.languages import is_a_country, language_code, language_of, unopposed

_START = 4_096
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_RSS = re.compile(r"<rss\b[^>]*>", re.IGNORECASE)
_RSS_VERSION = re.compile(r"\bversion\s*=\s*[\"']\s*([\d.]{1,8})", re.IGNORECASE)
_ATOM = re.compile(r"<(?:\w+:)?feed\b[^>]*>", re.IGNORECASE)


def format_of(body: bytes) -> str:
    """``RSS 2.0``, ``RSS 1.0 (RDF)``, ``Atom``, ``Atom 0.3``, ``JSON Feed``; empty for what is not known."""
    start = _start(body)
    if match := _RSS.search(start):
        version = _RSS_VERSION.search(match[0])
        return f"RSS {version[1]}" if version else "RSS"
    if re.search(r"<(?:\w+:)?RDF\b", start, re.IGNORECASE):
        return "RSS 1.0 (RDF)"
    if match := _ATOM.search(start):
        return "Atom 0.3" if re.search(r"version\s*=\s*[\"']0\.3", match[0]) else "Atom"
    return "JSON Feed" if start.lstrip()[:1] in ("{", "[") and ("jsonfeed.org" in start or '"items"' in start) else ""


def encoding_of(body: bytes, content_type: str) -> str:
    """The encoding that a document is said to be in: by its byte order mark, HTTP, or XML (RFC 7303 section 3)."""
    if body.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    said = _CHARSET.search(content_type) or _DECLARED.search(_start(body))
    return said[1].lower() if said else "utf-8"


def contradicted(document: Parsed, configured: str = "") -> int:
    """How many items of a feed show by their letters or words that they are not in their language: their own, the
    ``configured`` or the feed's.
    """
    titles = [one.title for one in document.entries if not one.language]
    said = configured or document.language
    ours, theirs = unopposed(configured, titles), unopposed(document.language, titles)
    return sum(
        bool(language_code(one.language or said))
        and not is_a_country(one.language or said)
        and not language_of(one.language, ours, theirs, one.title, one.summary)
        for one in document.entries
    )


def typical_gap(entries: Sequence[Entry]) -> float | None:
    """Seconds between two neighbouring items by their dates, in the middle case; None for fewer than three dates."""
    dates = sorted(entry.published for entry in entries if entry.published is not None)
    return median(later - earlier for earlier, later in pairwise(dates)) if len(dates) > 2 else None


def _start(body: bytes) -> str:
    is_utf16 = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return body[:_START].decode("utf-16" if is_utf16 else "utf-8", "replace").lstrip("\ufeff")
