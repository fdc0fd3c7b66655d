"""The log: one line for each record on standard error, so that standard output is for alerts alone; and, on a terminal,
a last line that says how things are.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import queue
import select
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, TextIO

from monitor.clock import ago
from monitor.model import PollReport
from monitor.text.clean import redact_all, single_line
from monitor.text.wording import counted

_SYSLOG_LEVELS = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
_RECORD_LIMIT = 4_000
_MOST_LINES = 2_000
_LAST_PATIENCE = 1.0


class _Line(logging.Formatter):
    """One record, one line: a feed's text cannot forge a second one or carry escape codes to the terminal."""

    converter = staticmethod(time.gmtime)

    def __init__(self, journal: bool) -> None:
        super().__init__("%(message)s" if journal else "%(asctime)sZ %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        line = redact_all(single_line(super().format(record), _RECORD_LIMIT))
        return f"<{_SYSLOG_LEVELS.get(record.levelno, 6)}>{line}" if self._journal else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of logging.Formatter
        """Only the end of the story: a traceback is for developers, who get it with --verbose."""
        text = redact_all(super().formatException(ei))  # type: ignore[arg-type]
        return text if logging.getLogger("monitor").isEnabledFor(logging.DEBUG) else text.rsplit("\n", 1)[-1]


class _Unhurried(logging.Handler):
    """Writes to ``stream`` in a thread of its own: a pipe that nobody reads must not hold up the program. What is too
    much to be kept is counted.
    """

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__()
        self._stream = stream
        self._lost = 0
        self._lines: queue.Queue[str] = queue.Queue(_MOST_LINES)
        threading.Thread(target=self._write, name="log", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._lost += 1

    def wait_until_written(self, patience: float) -> None:
        """Wait as long as that for what was logged up to now to be written."""
        with self._lines.all_tasks_done:
            self._lines.all_tasks_done.wait_for(lambda: not self._lines.unfinished_tasks, patience)

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            if self._stream:  # None when it is closed
                with contextlib.suppress(OSError, ValueError):
                    self._stream.write(f"{line}\n")
                    self._stream.flush()
                    self._tell_what_is_lost(self._stream)
            self._lines.task_done()

    def _tell_what_is_lost(self, stream: TextIO) -> None:
        lost, self._lost = self._lost, 0
        if lost:
            stream.write(f"{counted(lost, 'line')} of the log lost: nobody read it\n")
            stream.flush()


def wait_until_written() -> None:
    """Let the last lines of the log be written, if somebody reads them."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Unhurried):
            handler.wait_until_written(_LAST_PATIENCE)


def set_up(verbose: bool = False, quiet: bool = False) -> None:
    """Send the program's log to standard error; with the prefixes of sd-daemon(3) when the journal reads it.

    ``quiet``: only errors, for commands that report failing feeds themselves.
    """
    handler = _Unhurried(sys.stderr)
    handler.setFormatter(_Line(journal=bool(os.environ.get("JOURNAL_STREAM"))))
    logging.raiseExceptions = False  # a closed standard error must not stop the daemon
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries warn of what is usual here: ticks that are still claiming as the next is due, cookies that are odd.
    root.setLevel(logging.ERROR)
    logging.getLogger("monitor").setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)


# --- the last line of a terminal -------------------------------------------------------------------------------------
# It says how things are while the log and the alerts go on above it.


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


# --- progress --------------------------------------------------------------------------------------------------------
# What has come of the polls since the start, in words: for the log, and for the line at the end of a terminal.


class Progress:
    """Counts what polls report."""

    def __init__(self) -> None:
        self._asked: set[int] = set()
        self._failing: dict[int, str] = {}
        self.items = self.matches = self.alerts = self.held = 0
        self.last: float | None = None
        """When the last poll ended."""

    def note(self, report: PollReport, now: float) -> None:
        """One more poll has ended."""
        self.last = now
        self._asked.add(report.feed.id)
        self.items += report.new
        self.matches += report.matched
        self.alerts += report.alerts
        self.held += report.matched if report.baseline and not report.alerts else 0
        if report.ok:
            self._failing.pop(report.feed.id, None)
        else:
            self._failing[report.feed.id] = report.feed.spec.name

    def asked_all(self, next_poll: float | None, now: float) -> str:
        """One line when all feeds that were due at the start have been asked."""
        if not self._asked:
            return f"no feed is due yet; {_next(next_poll, now)}"
        found = [counted(self.items, "new item"), counted(self.matches, "match", "matches")]
        if self.held:
            found.append(f"{self.held:,} of these at a first reading, which alerts nobody")
        if self._failing:
            found.append(self._cannot_be_read())
        return f"{counted(len(self._asked), 'feed')} asked: {', '.join(found)}; {_next(next_poll, now)}"

    def line(self, feeds: int, next_poll: float | None, now: float) -> str:
        """How things are now, for the last line of a terminal: what changes most comes first, as the end may be cut."""
        parts = [_next(next_poll, now)]
        if self._failing:
            parts.append(self._cannot_be_read())
        parts.append(
            f"{counted(self.items, 'new item')}, {counted(self.matches, 'match', 'matches')}, "
            f"{self.alerts:,} worth an alert since the start"
        )
        if self.last is not None:
            parts.append(f"last poll {ago(max(0.0, now - self.last))} ago")
        parts.append(counted(feeds, "feed"))
        return " · ".join(parts)

    def _cannot_be_read(self) -> str:
        several = len(self._failing)
        return f"{next(iter(self._failing.values()))} cannot be read" if several == 1 else f"{several:,} cannot be read"


def _next(next_poll: float | None, now: float) -> str:
    if next_poll is None:
        return "no poll is due"
    return f"next poll in {ago(next_poll - now)}" if next_poll > now + 1 else "polling"
