"""Standard streams that whoever has started the program has closed (``>&-``)."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import Any


class OutputClosed(OSError):
    """Something was to be written to a standard output that is closed."""


class _Closed(io.RawIOBase):
    """A standard output that is closed: what is written to it fails, in words."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        raise OutputClosed(errno.EBADF, "standard output is closed")


def open_closed_ones() -> None:
    """Let all three streams be there. Python has nothing in the place of one that is closed, and the next file that is
    opened, the database perhaps, would get its number.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)  # gets the lowest number that is free
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for as long as the program runs
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(_Closed(), encoding="utf-8", errors="backslashreplace", write_through=True)


def let_go() -> None:
    """Before the end: Python would write once more what could not be written."""
    with contextlib.suppress(AttributeError):
        if isinstance(sys.stdout.buffer, _Closed):
            sys.stdout = None
