"""JSON documents that are not quite JSON, read where it is plain what was meant: as feeds in XML with such defects are.

Line breaks and tabs stand in texts as they are, escapes are made up, a comma follows the last item, a warning of PHP
stands in front, or the document breaks off. What one broken item costs is that item.
"""

from __future__ import annotations

import json
import re
from typing import Any

_FRONT = 20_000
"""Characters in front of the document in which its beginning is looked for."""
_BEGINS = re.compile(r'[{\[]\s*(?=["{])')
# A text, and behind any other part a comma that nothing follows. Both take time in proportion to the document.
_PARTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|,(?=\s{0,1000}[}\]])', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?:u(?![0-9a-fA-F]{4})|([^"\\/bfnrtu]))|(\\.)', re.DOTALL)
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_ITEM = re.compile(r"\}\s*,\s*(?=\{)")
_MOST_BROKEN = 100
"""Broken items of one document, behind which the next one is looked for."""


def beginning(text: str) -> int | None:
    """Where the JSON Feed in ``text`` begins that has something else in front of it; None when there is none."""
    at = text.find("jsonfeed.org/version", 0, 2 * _FRONT)
    begins = _BEGINS.search(text, 0, min(at, _FRONT)) if at >= 0 else None
    return begins.start() if begins else None


def read(text: str) -> tuple[Any, bool]:
    """The JSON document that ``text`` begins with, and whether it is whole. What follows it is passed over.

    Numbers stay as they are written: an id that is one is a name, and some are longer than a number may be. Raises
    ValueError when nothing can be read, RecursionError when it is nested too deeply.
    """
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_nothing, strict=False)
    try:
        return decoder.raw_decode(text)[0], True
    except ValueError as error:
        text = _PARTS.sub(_mended, text)
        try:
            return decoder.raw_decode(text)[0], True
        except ValueError:
            items = _ITEMS.search(text)
            if not items:
                raise error from None
            head = decoder.raw_decode(text[: items.end()] + "]}")[0]
            return head | {"items": _whole_items(decoder, text, items.end())}, text.rstrip().endswith("}")


def _whole_items(decoder: json.JSONDecoder, text: str, place: int) -> list[Any]:
    """The items from ``place`` on that can be read."""
    found: list[Any] = []
    broken = 0
    while (match := _BETWEEN.match(text, place)) and text[match.end() : match.end() + 1] == "{":
        try:
            item, place = decoder.raw_decode(text, match.end())
            found.append(item)
        except ValueError:
            broken += 1
            behind = _NEXT_ITEM.search(text, match.end()) if broken <= _MOST_BROKEN else None
            if not behind:
                break
            place = behind.end()
    return found


def _mended(part: re.Match[str]) -> str:
    return "" if part[0] == "," else _BAD_ESCAPE.sub(_as_text, part[0])


def _as_text(escape: re.Match[str]) -> str:
    """An escape that JSON does not know (RFC 8259 section 7) stands for what is behind its backslash; ``\\u`` without a
    number for itself.
    """
    if escape[2]:
        return escape[2]
    return escape[1] or r"\\u"


def _nothing(constant: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), and as an id all items would share it."""
