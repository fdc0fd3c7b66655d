"""From where to where each part of a TOML document reaches: what ``edit`` needs in order to change one of them. And
what each line of any file is, be it TOML or not, for ``quotes``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import NamedTuple

from monitor.toml.locate import Path, Walker


class Span(NamedTuple):
    """Offsets into the text: the first character, and the one behind the last."""

    start: int
    end: int


class Pair(NamedTuple):
    """A key and its value. ``home`` is the table (or inline table) that the line stands in; ``equals`` is where the
    sign stands.
    """

    path: Path
    home: Path
    start: int
    equals: int
    end: int


class Header(NamedTuple):
    """``[table]`` or ``[[table]]``. The path of the latter ends with an index."""

    path: Path
    start: int
    end: int
    is_array: bool


class Outline:
    """The parts of one document, in the order in which they are written."""

    def __init__(self, text: str) -> None:
        walker = _Outliner(text)
        walker.walk()
        self.text = text
        self.values = walker.values
        self.pairs = walker.pairs
        self.headers = walker.headers
        self.keys = walker.keys
        """Each place where a key is written, also inside dotted keys and headers."""
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def elements(self, path: Path) -> list[Span]:
        """The elements of the array at ``path``."""
        found: list[Span] = []
        while (span := self.values.get((*path, len(found)))) is not None:
            found.append(span)
        return found

    def pairs_in(self, home: Path) -> list[Pair]:
        """The lines that stand in the table ``home`` itself."""
        return [pair for pair in self.pairs.values() if pair.home == home]

    def is_inline(self, path: Path) -> bool:
        """Whether an inline table is written at ``path``."""
        return path in self.values and self.text[self.values[path].start] == "{"

    def is_array(self, path: Path) -> bool:
        """Whether an array in brackets is written at ``path``."""
        return path in self.values and self.text[self.values[path].start] == "["

    def line_start(self, offset: int) -> int:
        """Where the line of ``offset`` begins."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line of ``offset`` ends, before its line break."""
        end = self.text.find("\n", offset)
        if end < 0:
            return len(self.text)
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of ``offset`` begins; the end of the text when there is none."""
        return self.text.find("\n", offset) + 1 or len(self.text)


class _Outliner(Walker):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.values: dict[Path, Span] = {}
        self.pairs: dict[Path, Pair] = {}
        self.headers: list[Header] = []
        self.keys: list[tuple[Path, Span]] = []
        self._simple: list[Span] = []

    def _simple_key(self) -> str:
        start = self._at
        key = super()._simple_key()
        self._simple.append(Span(start, self._at))
        return key

    def _header(self) -> Path:
        start, self._simple = self._at, []
        is_array = self._text.startswith("[[", start)
        path = super()._header()
        named = [number for number, part in enumerate(path, 1) if isinstance(part, str)]
        self.keys += [(path[:length], span) for length, span in zip(named, self._simple, strict=True)]
        self.headers.append(Header(path, start, self._at, is_array))
        return path

    def _key_and_value(self, table: Path) -> None:
        start, self._simple = self._at, []
        path = table
        for part, span in zip(self._dotted_key(), self._simple, strict=True):
            path = (*path, part)
            self.keys.append((path, span))
        equals = self._text.index("=", self._at)
        self._at = equals + 1
        self._skip_space()
        self._value(path)
        self.pairs[path] = Pair(path, table, start, equals, self.values[path].end)

    def _value(self, path: Path) -> None:
        start = self._at
        super()._value(path)
        written = self._text[start : self._at].rstrip(" \t")
        self.values[path] = Span(start, start + len(written))


# --- lines, also of a broken file ------------------------------------------------------------------------------------
# The lines of a file that is meant to be TOML, and what each is, however broken the file: nothing here is certain.


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
