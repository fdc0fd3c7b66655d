"""Where the blocks of an entry's text begin. A clean text is one line, which no longer tells."""

from __future__ import annotations

import re

from monitor.text.clean import plain

BLOCK = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|td|table|tbody|blockquote|section|aside|article|header|footer|figure|dl|dt|dd"
    r"|figcaption)(?=[\s>/])[^<>]*|br\s*/?|hr\s*/?)>",
    re.IGNORECASE,
)
"""A tag that begins or ends a block."""
_LINE = re.compile(r"\r?\n\s*\n")
_MOST_MARKUP, _WINDOW = 20_000, 1_000


def borders(markup: str, text: str) -> tuple[int, ...]:
    """Where blocks of ``text``, which is the plain text of ``markup``, begin near its end, in order."""
    found: list[int] = []
    place = len(text)
    for block in reversed(_blocks(markup[-_MOST_MARKUP:])):
        if place <= len(text) - _WINDOW:
            break
        words = plain(block)
        start = text.rfind(words, 0, place) if words else -1
        if start > 0 and not text[start - 1].strip():
            found.append(start)
            place = start
    return tuple(reversed(found))


def _blocks(markup: str) -> list[str]:
    """In text without markup an empty line parts them."""
    return (BLOCK if "<" in markup else _LINE).split(markup)
