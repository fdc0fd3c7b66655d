"""The log: one line for each record on standard error, so that standard output is for alerts alone."""

from __future__ import annotations

import logging
import os
import sys
import time

from monitor.text.clean import redact_all, single_line

_SYSLOG_LEVELS = {logging.CRITICAL: 2, logging.ERROR: 3, logging.WARNING: 4, logging.INFO: 6, logging.DEBUG: 7}
_RECORD_LIMIT = 4_000


class _Line(logging.Formatter):
    """One record, one line: a feed's text cannot forge a second one or carry escape codes to the terminal."""

    converter = staticmethod(time.gmtime)

    def __init__(self, journal: bool) -> None:
        super().__init__("%(message)s" if journal else "%(asctime)sZ %(levelname)-7s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        line = single_line(super().format(record), _RECORD_LIMIT)
        return f"<{_SYSLOG_LEVELS.get(record.levelno, 6)}>{line}" if self._journal else line

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of logging.Formatter
        """Only the end of the story: a traceback is for developers, who get it with --verbose."""
        text = redact_all(super().formatException(ei))  # type: ignore[arg-type]
        return text if logging.getLogger("monitor").isEnabledFor(logging.DEBUG) else text.rsplit("\n", 1)[-1]


def set_up(verbose: bool = False, quiet: bool = False) -> None:
    """Send the program's log to standard error; with the prefixes of sd-daemon(3) when the journal reads it.

    ``quiet``: only errors, for commands that report failing feeds themselves.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(journal=bool(os.environ.get("JOURNAL_STREAM"))))
    logging.raiseExceptions = False  # a closed standard error must not stop the daemon
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries warn of what is usual here: ticks that are still claiming as the next is due, cookies that are odd.
    root.setLevel(logging.ERROR)
    logging.getLogger("monitor").setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)
