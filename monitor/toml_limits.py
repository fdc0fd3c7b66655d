"""What a TOML file may be: a file and no pipe, not too large, not nested beyond all need. Whatever else somebody puts
there costs nothing: it is refused before it is read or parsed.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

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
