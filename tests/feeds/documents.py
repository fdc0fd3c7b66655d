"""What the tests of feed documents share: the documents of ``tests/data/feeds``, through the real parser."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from monitor.feeds.parse.document import parse_document
from monitor.model import Entry, Parsed, ParseFailed, ParseResult

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://news.example/feeds/rss"
NOON = 1_726_660_800.0  # 18 September 2024, 12:00 UTC


def result(name: str, content_type: str = "application/rss+xml", url: str = URL) -> ParseResult:
    return parse_document((FEEDS / name).read_bytes(), url, content_type)


def parsed(name: str, content_type: str = "application/rss+xml", url: str = URL) -> Parsed:
    """The document called ``name``, which can be read."""
    document = result(name, content_type, url)
    assert isinstance(document, Parsed), document
    return document


def titles(name: str, content_type: str = "application/rss+xml") -> list[str]:
    return [entry.title for entry in parsed(name, content_type).entries]


def by_title(name: str) -> dict[str, Entry]:
    return {entry.title: entry for entry in parsed(name).entries}


def rss(item: str) -> bytes:
    """A small RSS document around ``item``."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode()


FORBIDDEN = {"Cc", "Cs", "Zl", "Zp"}
BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def assert_clean(result: ParseResult) -> None:
    """No text of ``result`` holds a control, surrogate, line-breaking or direction-changing character."""
    texts = [result.detail] if isinstance(result, ParseFailed) else [result.title, result.language, result.home]
    for entry in result.entries if isinstance(result, Parsed) else ():
        texts += [entry.guid, entry.link, entry.title, entry.summary, entry.body]
    assert not any(unicodedata.category(char) in FORBIDDEN or char in BIDI for text in texts for char in text)
