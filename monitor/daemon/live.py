"""The last line of a terminal, which says how things are while the log and the alerts go on above it."""

from __future__ import annotations

import contextlib
import io
import os
import queue
import select
import shutil
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

_CLEAR = "\r\x1b[2K"
_PATIENCE = 1.0
"""Seconds that a line of the log waits for an alert that is just being written."""


class StatusLine:
    """One line on ``stream``, a terminal, that is written anew. That happens in a thread of its own: a terminal that
    has been stopped (Ctrl-S) must not stop the program.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""
        self._lock = threading.Lock()
        self._texts: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._keep_writing, name="status line", daemon=True).start()

    def show(self, text: str) -> None:
        """Let the line say ``text``, cut to the width of the terminal. Waits for nobody."""
        if self._texts.empty():  # otherwise it is not even known whether the last one can be written
            self._texts.put(text)

    def _keep_writing(self) -> None:
        from rich.cells import set_cell_size

        while text := self._texts.get():
            cut = set_cell_size(text, shutil.get_terminal_size().columns - 1).rstrip()
            with self._lock:
                self._shown = cut
                self._write(_CLEAR + cut)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Take the line away while something else is written."""
        mine = self._lock.acquire(timeout=_PATIENCE)
        try:
            if self._shown:
                self._write(_CLEAR)
            yield
            if self._shown:
                self._write(self._shown)
        finally:
            if mine:
                self._lock.release()

    def end(self) -> None:
        """Take it away for good."""
        self._texts.put("")
        if not self._lock.acquire(timeout=_PATIENCE):
            return
        self._shown, shown = "", self._shown
        with contextlib.suppress(OSError, ValueError):
            if shown and select.select([], [self._stream], [], 0)[1]:
                self._write(_CLEAR)
        self._lock.release()

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


class _Above:
    """A stream whose texts stand above the line."""

    def __init__(self, stream: TextIO, line: StatusLine) -> None:
        self._stream = stream
        self._line = line

    def write(self, text: str) -> int:
        with self._line.aside():
            written = self._stream.write(text)
            self._stream.flush()
        return written

    def fileno(self) -> int:
        """None: who writes past the stream would write into the line."""
        raise io.UnsupportedOperation("fileno")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def status_line() -> Iterator[StatusLine | None]:
    """A line below all that is written to standard output and standard error, where the latter is a terminal; None
    where it is none: a pipe or a journal gets plain lines.
    """
    if not _is_terminal(sys.stderr) or os.environ.get("TERM", "dumb") == "dumb":
        yield None
        return
    line = StatusLine(sys.stderr)
    usual = sys.stdout, sys.stderr
    if _is_terminal(sys.stdout):
        sys.stdout = _Above(sys.stdout, line)
    sys.stderr = _Above(sys.stderr, line)
    try:
        yield line
    finally:
        sys.stdout, sys.stderr = usual
        line.end()


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False
