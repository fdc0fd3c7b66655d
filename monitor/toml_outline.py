"""From where to where each part of a TOML document reaches: what ``tomledit`` needs in order to change one of them."""

from __future__ import annotations

from typing import NamedTuple

from monitor.toml_locator import Path, Walker


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
