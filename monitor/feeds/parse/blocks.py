"""Where the blocks of an entry's text begin. A clean text is one line, which no longer tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.text.clean import plain

BLOCK = re.compile(
    r"<(?:/?(?:p|div|li|ul|ol|h[1-6]|tr|td|table|tbody|blockquote|section|aside|article|header|footer|figure|dl|dt|dd"
    r"|figcaption)(?=[\s>/])[^<>]*|br\s*/?|hr\s*/?)>",
    re.IGNORECASE,
)
"""A tag that begins or ends a block."""
_LINE = re.compile(r"\r?\n\s*\n")
_MOST_MARKUP, _WINDOW = 20_000, 1_000
_FIRST, _FRONT = 5, 3_000
"""So many blocks, in so much markup, are looked for at the beginning of a long text."""


def borders(markup: str, text: str) -> tuple[int, ...]:
    """Where blocks of ``text``, the plain text of ``markup``, begin, in order: the first and those near its end."""
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
    return (*(one for one in _first(markup, text) if one < place), *reversed(found))


def _first(markup: str, text: str) -> Iterator[int]:
    """Where the first blocks of a long text begin, and the one behind them."""
    if len(text) <= _WINDOW:
        return
    place = 0
    for block in _blocks(markup[:_FRONT], _FIRST):
        words = plain(block)
        start = text.find(words, place) if words else -1
        if start < 0:
            continue
        if start > 0 and not text[start - 1].strip():
            yield start
        place = start + len(words)


def _blocks(markup: str, most: int = 0) -> list[str]:
    """In text without markup an empty line parts them. ``most``: how often it is parted, from its beginning on."""
    return (BLOCK if "<" in markup else _LINE).split(markup, most)
