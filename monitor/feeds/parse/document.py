"""Feed bytes → entries of clean text, and what else a document tells. Runs in a worker process: the bytes are hostile,
and the parser can raise or burn time.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from monitor.feeds.parse import xmlfeed
from monitor.feeds.parse.encoding import text_of
from monitor.feeds.parse.json import jsonfeed
from monitor.model import Entry, Parsed, ParseFailed, ParseResult
from monitor.text.clean import single_line
from monitor.text.languages import is_a_country, language_code, language_of, unopposed

# What other files begin with.
_FILES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\0\0\1\0", "an image"),
    (b"RIFF", "an image, a sound or a film"),
    (b"\x1f\x8b", "compressed data"),
    (b"\x28\xb5\x2f\xfd", "compressed data"),
    (b"PK\3\4", "a ZIP archive"),
)


def parse_document(body: bytes, url: str, content_type: str) -> ParseResult:
    """The feed in ``body``, fetched from ``url`` with the header ``Content-Type: content_type``. Never raises."""
    if file := next((name for begins, name in _FILES if body.startswith(begins)), ""):
        return ParseFailed("not-a-feed", f"this is not a feed but {file}")
    try:
        text = text_of(body, content_type)
        start = text[:1000].lstrip("\ufeff \t\r\n\0") or text.lstrip("\ufeff \t\r\n\0")[:1000]
        if not start:
            return ParseFailed("empty", "the document is empty")
        found: ParseResult | None = None if start[0] in "{[" else xmlfeed.read(text, url)
        found = found or jsonfeed.read(text.strip("\ufeff \t\r\n\0"), url)
        if not isinstance(found, Parsed):
            return found or ParseFailed("not-a-feed", f"this is not a feed but {_looks_like(start)}")
        if not found.complete and not found.entries:
            return ParseFailed("cut", "the document breaks off before the end of its first item")
        return found
    except RecursionError:
        return ParseFailed("parser", "the document is nested too deeply")
    except Exception as error:  # feedparser raises whatever it meets; one poison document must not cost the worker
        return ParseFailed("parser", f"the parser failed with {type(error).__name__}: {single_line(str(error), 200)}")


def _looks_like(start: str) -> str:
    start = start.lower()
    if "<html" in start or "<!doctype html" in start:
        return "a web page"
    return "some other XML" if start.startswith("<") else "something else"


# --- for people who ask ----------------------------------------------------------------------------------------------
# What can be told of a feed's document without reading its entries, and of its entries' dates, to people who ask what
# the daemon will meet. Nothing here decides anything.


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
