"""JSON documents that are not quite JSON, read where it is plain what was meant: as feeds in XML with such defects are.

Line breaks and tabs stand in texts as they are, escapes are made up, a comma follows the last item, a warning of PHP
stands in front, or the document breaks off. What one broken item costs is that item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from monitor.feeds.parse.json import loose

_FRONT = 20_000
"""Characters in front of the document in which its beginning is looked for."""
_MOST_BEGINNINGS = 20
_BEGINS = re.compile(r"[{\[](?=[\s\[{]{0,1000}[\"'/\w$])")
# PHP escapes slashes.
_SAYS_WHAT_IT_IS = re.compile(r"jsonfeed\.org\\?/version")
# A text, and behind any other part a comma that nothing follows. Both take time in proportion to the document.
_PARTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|,(?=\s{0,1000}[}\]])', re.DOTALL)
_ITEMS = re.compile(r"""items["']?\s{0,100}(?:/[/*].{0,200}?)?:""", re.DOTALL)


def beginnings(text: str) -> Iterator[int]:
    """Where a JSON Feed may begin in ``text``: at once, or behind what something else has put in front of it."""
    if text[:1] in ("{", "["):
        yield 0
    if not (says := _SAYS_WHAT_IT_IS.search(text)):
        return
    for number, begins in enumerate(_BEGINS.finditer(text, 0, min(says.start(), _FRONT))):
        if number == _MOST_BEGINNINGS:
            return
        if begins.start():
            yield begins.start()


def read(text: str, start: int) -> tuple[Any, bool, int]:
    """The JSON document that begins at ``start`` of ``text``, whether it is whole, and how many items of it cannot be
    read. What follows it is passed over.

    Numbers stay as they are written: an id that is one is a name, and some are longer than a number may be. Raises
    ValueError when nothing can be read, RecursionError when it is nested too deeply.
    """
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_nothing, strict=False)
    try:
        return decoder.raw_decode(text, start)[0], True, 0
    except ValueError as error:
        try:
            return decoder.raw_decode(_PARTS.sub(_mended, text[start:]))[0], True, 0
        except ValueError:
            if not _ITEMS.search(text, start):
                raise error from None
            return loose.read(text, start)


def _mended(part: re.Match[str]) -> str:
    return "" if part[0] == "," else loose.BAD_ESCAPE.sub(loose.as_text, part[0])


def _nothing(constant: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), and as an id all items would share it."""
