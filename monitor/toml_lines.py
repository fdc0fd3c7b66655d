"""The lines of a file that is meant to be TOML, and what each is, however broken the file: nothing here is certain."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import NamedTuple

_NAME = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_TABLE = re.compile(rf"\s*\[{{1,2}}\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*\]{{0,2}}\s*(?:#.*)?")
_KEY = re.compile(rf"\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_INNER = re.compile(rf"[{{,]\s*({_NAME}(?:\s*\.\s*{_NAME})*)\s*=")
_PART = re.compile(_NAME)
_TOKEN = re.compile(r"""#.*|\"\"\"|'''|"(?:[^"\\]|\\.)*"|'[^']*'|[\[\]{}]""")
_WORD = re.compile(r"[\w-]+")


class Shape(enum.Enum):
    """What a line is."""

    TABLE = enum.auto()
    KEY = enum.auto()
    MORE = enum.auto()
    """It goes on with the value of the line before, or holds nothing but values, or nothing."""
    OTHER = enum.auto()
    """Words at a place where a key should stand."""


class Line(NamedTuple):
    """A line with the keys that stand in it; of a line that is something else, the words at its beginning."""

    text: str
    shape: Shape
    keys: tuple[str, ...] = ()


def shapes(text: str) -> Iterator[Line]:
    """The lines of ``text``."""
    depth, quotes = 0, ""
    for line in text.split("\n"):
        found = Line(line, Shape.MORE) if quotes else _shape(line, depth)
        if found.shape is not Shape.MORE:
            depth = 0
        yield found
        depth, quotes = _opened(line, depth, quotes)


def _shape(line: str, depth: int) -> Line:
    if (table := _TABLE.fullmatch(line)) and not depth:
        return Line(line, Shape.TABLE, _parts(table[1]))
    if key := _KEY.match(line):
        inner = [name for found in _INNER.finditer(_blanked(line)) for name in _parts(found[1])]
        return Line(line, Shape.KEY, (*_parts(key[1]), *inner))
    if depth or not re.match(r"\s*\w", line):
        return Line(line, Shape.MORE)
    return Line(line, Shape.OTHER, tuple(_WORD.findall(re.split("[=:]", line)[0])))


def _parts(written: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(written))


def _blanked(line: str) -> str:
    """``line`` without what stands in quotes, unless it is a key."""
    return re.sub(r"""("[^"]*"|'[^']*')(?!\s*=)""", "", line)


def _opened(line: str, depth: int, quotes: str) -> tuple[int, str]:
    """How many brackets, and which three quotes, are open behind ``line``."""
    at = 0
    while True:
        if quotes:
            end = line.find(quotes, at)
            if end < 0:
                return depth, quotes
            at, quotes = end + 3, ""
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, ""
        at = token.end()
        if token[0] in ('"""', "'''"):
            quotes = token[0]
        elif token[0] in ("[", "{"):
            depth += 1
        elif token[0] in ("]", "}"):
            depth = max(0, depth - 1)
