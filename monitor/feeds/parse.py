"""Feed bytes → entries of clean text. Runs in a worker process: the bytes are hostile, and the parser can raise or burn
time.
"""

from __future__ import annotations

from monitor.feeds import jsonfeed, xmlfeed
from monitor.feeds.encoding import text_of
from monitor.model import Parsed, ParseFailed, ParseResult
from monitor.text.clean import single_line

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
