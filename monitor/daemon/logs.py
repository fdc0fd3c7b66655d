"""The log: one line for each record on standard error, so that standard output is for alerts alone."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
import time
from typing import TextIO

from monitor.text.clean import redact_all, single_line
from monitor.text.numbers import counted

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
