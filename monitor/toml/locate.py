"""Where each key and array element of a TOML document stands.

tomllib and pydantic report key paths without lines; people need lines. ``locate`` walks a document that tomllib has
already accepted, so it only has to find its way, not to judge: every rule of the grammar that does not move a key is
left out.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import NamedTuple

Path = tuple[str | int, ...]


class Position(NamedTuple):
    """A place in a text file; both count from 1."""

    line: int
    column: int


def locate(text: str) -> dict[Path, Position]:
    """Map every key path of the valid TOML document ``text`` to where it is written.

    Tables are found under their header, keys under their name, array elements under their index:
    ``("feeds", 2, "url")``, ``("all", 0, 1)``.
    """
    return Walker(text).walk()


def nearest(positions: dict[Path, Position], path: Path) -> Position:
    """The position of ``path`` or of its closest written ancestor; the first line when there is none."""
    for length in range(len(path), -1, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return Position(1, 1)


def token_end(line: str, column: int) -> int:
    """The column behind the string, key or table header that begins at ``column`` of a line, or behind one character
    where none can be made out. Columns count from 1.
    """
    at = column - 1
    for pattern in (*_STRINGS[2:], _HEADER, _DOTTED_KEY):
        if match := pattern.match(line, at):
            return match.end() + 1
    return column + 1


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_DOTTED_KEY = re.compile(r"[A-Za-z0-9_.-]+")
_HEADER = re.compile(r"\[{1,2}[A-Za-z0-9_. -]+\]{1,2}(?=\s*(?:#|$))")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
# Multi-line strings may end in up to two quotes of their own before the closing three.
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    re.compile(r'"(?:[^"\\]|\\.)*"'),
    re.compile(r"'[^']*'"),
)


class Walker:
    """Finds its way through a valid document. ``monitor.toml.outline`` notes more on the same way."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._tables_in_array: dict[Path, int] = {}
        self._found: dict[Path, Position] = {}

    def walk(self) -> dict[Path, Position]:
        """Where each key path is written."""
        table: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._key_and_value(table)
            self._skip(_BLANK)
        return self._found

    def _header(self) -> Path:
        start = self._at
        is_array = self._text.startswith("[[", start)
        self._at += 2 if is_array else 1
        parts = self._dotted_key()
        self._at = self._text.index("]", self._at) + (2 if is_array else 1)
        path: Path = ()
        for part in parts[:-1]:
            path = self._into_last_table((*path, part))
            self._note(path, start)
        path = (*path, parts[-1])
        if is_array:
            index = self._tables_in_array.get(path, 0)
            self._tables_in_array[path] = index + 1
            self._note(path, start)
            path = (*path, index)
        else:
            path = self._into_last_table(path)
        self._note(path, start)
        return path

    def _into_last_table(self, path: Path) -> Path:
        count = self._tables_in_array.get(path)
        return path if count is None else (*path, count - 1)

    def _key_and_value(self, table: Path) -> None:
        start = self._at
        path = table
        for part in self._dotted_key():
            path = (*path, part)
            self._note(path, start)
        self._at = self._text.index("=", self._at) + 1
        self._skip_space()
        self._value(path)

    def _dotted_key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            parts.append(self._simple_key())
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _simple_key(self) -> str:
        for pattern in _STRINGS[2:]:
            if match := pattern.match(self._text, self._at):
                self._at = match.end()
                return str(tomllib.loads(f"key = {match[0]}")["key"])
        match = _BARE_KEY.match(self._text, self._at)
        assert match, "only documents that tomllib accepts are walked"
        self._at = match.end()
        return match[0]

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            for pattern in _STRINGS:
                if match := pattern.match(self._text, self._at):
                    self._at = match.end()
                    return
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "]":
                break
            self._note((*path, index), self._at)
            self._value((*path, index))
            index += 1
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == "}":
                break
            self._key_and_value(path)
            self._skip(_BLANK)
            if self._text[self._at] == ",":
                self._at += 1
        self._at += 1

    def _skip_space(self) -> None:
        self._skip(_SPACE)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _note(self, path: Path, offset: int) -> None:
        if path not in self._found:
            line = bisect_right(self._line_starts, offset) - 1
            self._found[path] = Position(line + 1, offset - self._line_starts[line] + 1)
