"""What a TOML file may be: a file and no pipe, not too large, not nested beyond all need. Whatever else somebody puts
there costs nothing: it is refused before it is read or parsed. And whether it looks like half of a save.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

LARGEST = 5_000_000
"""Bytes. Real watchlists, with thousands of terms, have 100 kB; a configuration of ten thousand feeds has 1 MB."""
_DEEPEST = 20
"""Tables and arrays inside one another, and the parts of a dotted key."""
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a directory",
}
_TOKEN = re.compile(
    r"""(?P<quote>\"{3}|'{3}|["'])"""
    r"|#[^\n]*"
    r"|(?P<open>[\[{])"
    r"|(?P<close>[\]}])"
    r"|(?P<dot>\.)"
    r"|(?P<end>[=,\n])"
    r"|[^\"'#\[\]{}.=,\n]+",
)
# What ends a string, or is an escape in one. A line's end belongs to no string of one line.
_IN_STRING = {
    '"""': re.compile(r'\\.|"{3,5}', re.DOTALL),
    "'''": re.compile(r"'{3,5}"),
    '"': re.compile(r'\\.|"|(?=\n)', re.DOTALL),
    "'": re.compile(r"'|(?=\n)"),
}


class NotUsable(Exception):
    """What stands there is no file that can be read as TOML; the message says why."""


def read_bytes(path: Path) -> tuple[bytes, os.stat_result]:
    """The bytes of a file, with what the system said of it when it was opened. Never waits for anybody: a pipe would
    let the reader wait until somebody writes.

    Raises NotUsable for what is no regular file or too large, and OSError.
    """
    _check(os.stat(path))  # before it is opened: opening a device may already do something
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), "rb") as file:
        found = os.fstat(file.fileno())
        _check(found)
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:  # it has grown
        raise NotUsable(_TOO_LARGE)
    return raw, found


_TOO_LARGE = f"is larger than {LARGEST // 1_000_000} MB"


def _check(found: os.stat_result) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        raise NotUsable(f"is no file but {_KINDS.get(kind, 'something else')}")
    if found.st_size > LARGEST:
        raise NotUsable(_TOO_LARGE)


def too_deep(text: str) -> int:
    """The line (from 1) on which tables, arrays or dotted keys go deeper than anybody needs; 0 when none do. The time
    to parse them would grow with the square of their depth.
    """
    depth = dots = place = 0
    while token := _TOKEN.match(text, place):
        kind = token.lastgroup
        place = _end_of_string(text, token) if kind == "quote" else token.end()
        if kind == "open":
            depth, dots = depth + 1, 0
        elif kind == "close":
            depth, dots = max(0, depth - 1), 0
        elif kind == "dot":
            dots += 1
        elif kind == "end":
            dots = 0
        if depth > _DEEPEST or dots >= _DEEPEST:
            return text.count("\n", 0, token.start()) + 1
    return 0


def _end_of_string(text: str, quote: re.Match[str]) -> int:
    """Where the string ends that begins with ``quote``; the end of the text if it never does."""
    for part in _IN_STRING[quote[0]].finditer(text, quote.end()):
        if not part[0].startswith("\\"):
            return part.end()
    return len(text)


# --- saves that die on the way ---------------------------------------------------------------------------------------
# What they leave is often a whole TOML document with its end missing, and nothing tells it from one whose last lines
# somebody has deleted. So a file that looks cut is used only when it is saved once more, or when somebody asks for it.


_COMPARED = 20
"""So many lines are compared, from the end; files of one and the same line would take for ever otherwise."""
_END = 3
"""So many lines are the end of a file, which stands in the new version where something was only added below it."""


def is_cut(new: bytes, old: bytes) -> bool:
    """Whether ``new`` looks like a version of ``old`` whose end is missing, with or without an edit above."""
    if new.rstrip() == old.rstrip() and (new == old or new.endswith(b"\n")):
        return False
    if old.startswith(new):
        return True
    lines, before = new.rstrip().splitlines(), old.rstrip().splitlines()
    if not lines or not before:
        return False
    if new.endswith(b"\n"):
        return _lacks_end(lines, before)
    # The last line may be the beginning of one.
    if old.endswith(b"\n"):
        return len(new) < len(old) or _lacks_end(lines, before) or _lacks_end(lines[:-1], before)
    return _lacks_end(lines, before) or (lines[-1] != before[-1] and before[-1].startswith(lines[-1]))


def _lacks_end(lines: Sequence[bytes], before: Sequence[bytes]) -> bool:
    """Whether ``lines`` end as ``before`` does somewhere in its middle, rather than as it does at its end."""
    if not lines:
        return True
    at_end = _alike(lines, before, len(before))
    if not at_end and len(lines) < len(before):
        return True
    if at_end == _COMPARED:
        return False
    in_middle = (_alike(lines, before, end) for end in range(1, len(before)) if before[end - 1] == lines[-1])
    if max(in_middle, default=0) <= at_end:
        return False
    end = list(before[-_END:])
    return not any(list(lines[at : at + len(end)]) == end for at in range(len(lines)))


def _alike(lines: Sequence[bytes], before: Sequence[bytes], end: int) -> int:
    """How many lines before ``end`` are those that ``lines`` ends with."""
    most = min(len(lines), end, _COMPARED)
    return next((count for count in range(most) if lines[-1 - count] != before[end - 1 - count]), most)


class Seen(NamedTuple):
    """A file that looks cut, as it was seen last."""

    raw: bytes
    saved: tuple[int, ...]
    is_meant: bool


class Halves:
    """Which files look cut, and which of them are meant, because they were saved once more."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}

    def refuses(self, name: str, raw: bytes, saved: tuple[int, ...], is_asked: bool) -> bool:
        """Whether the file ``name``, which looks cut, is not to be used. ``saved`` differs with each time that it is
        written; ``is_asked``: somebody wants files to be used as they are.
        """
        before = self._seen.get(name)
        again = before is not None and before.raw == raw and (before.is_meant or before.saved != saved or is_asked)
        self._seen[name] = Seen(raw, saved, again)
        return not again

    def forget(self, name: str) -> None:
        """The file ``name`` does not look cut."""
        self._seen.pop(name, None)
