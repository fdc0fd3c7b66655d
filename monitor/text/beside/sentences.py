"""The sentences of a text, and what two of them are alike by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

LEAST_TITLE = 8
"""A shorter title is no mark by which a sentence is known."""
TITLE = "\0"
_WINDOW = 3_000
"""Of a long text so much of its beginning and of its end is read."""
_ENDS = re.compile(r"(?<![.!?…])[.!?…]{1,9}[\"'»”’)\]]{0,3}(?=\s)|[。！？।۔؟]{1,9}[\"'»”’)\]」』]{0,3}")
_NUMBER = re.compile(r"\d+(?:[.,:/\s-]\d+){0,9}(?:st|nd|rd|th|[kKmM])?(?!\w)|\d+")
_AROUND = " \t.!?…。！？।۔؟\"'“”«»‘’()[]|·•-–—→>*"


class Sentence(NamedTuple):
    """Where one stands; ``raw``: as it is written; ``masked``: any number in it is any other."""

    start: int
    end: int
    raw: str
    masked: str


def sentences(text: str, title: str, borders: Sequence[int] = ()) -> Iterator[Sentence]:
    """Those of ``text``; none goes on over one of the ``borders`` of its blocks. The item's own ``title`` in it is any
    title.
    """
    whole = _without(text, title)
    for start, end in _spans(text, borders):
        raw = " ".join(whole[start:end].strip(_AROUND).split())
        if raw:
            yield Sentence(start, end, raw, _NUMBER.sub("0", raw))


def _without(text: str, title: str) -> str:
    folded, title = text.lower(), title.lower()
    if len(title) < LEAST_TITLE or len(folded) != len(text):
        return text
    mark = TITLE + " " * (len(title) - 1)
    parts, place = [], 0
    while (at := folded.find(title, place)) >= 0:
        parts += [text[place:at], mark]
        place = at + len(title)
    return "".join((*parts, text[place:]))


def _spans(text: str, borders: Sequence[int]) -> Iterator[tuple[int, int]]:
    parts = [(0, len(text))] if len(text) <= 2 * _WINDOW else [(0, _WINDOW), (len(text) - _WINDOW, len(text))]
    for first, last in parts:
        places = [first, *(place for place in borders if first < place < last), last]
        for start, end in pairwise(places):
            for found in _ENDS.finditer(text, start, end):
                yield from _stripped(text, start, found.end())
                start = found.end()
            yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    if start < end:
        yield start, end
