"""The errors a user can meet. Each says where the trouble is, what is wrong and what to write instead."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path


class MonitorError(Exception):
    """Base of all errors with a message meant for the user; ``exit_code`` is what the command line ends with."""

    exit_code = 1


class Level(enum.StrEnum):
    """How bad a problem is: an error keeps the file from being used, a warning is most likely a mistake, a note is only
    worth knowing.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one file.

    ``line`` and ``column`` count from 1; 0 means unknown (an unreadable file has no line). ``code`` is a short stable
    name of the rule, where it has been given one.
    """

    file: Path
    line: int
    message: str
    hint: str = ""
    column: int = 0
    level: Level = Level.ERROR
    code: str = ""
    reads: str = ""
    """The line that it is in, where a place alone may not tell it."""

    def __str__(self) -> str:
        place = str(self.file)
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        hints = [self.hint, f"the line reads: {self.reads}" if self.reads else ""]
        hint = f"\n    {'; '.join(filter(None, hints))}" if any(hints) else ""
        return f"{place}: {self.message}{hint}"


HELD = "held"
"""The code of an edit that is sound, and waits for the user to say that it is meant."""


class EditError(MonitorError):
    """A change to a file that cannot be made, or would mean nothing. Says what can be done instead."""


class FileProblems(MonitorError):
    """One or more problems in files that the user wrote; all are listed, not just the first."""

    exit_code = 78  # EX_CONFIG of sysexits.h; systemd units name it in RestartPreventExitStatus

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class ConfigError(FileProblems):
    """``config.toml`` cannot be used as it is."""


class WatchlistError(FileProblems):
    """One or more watchlist files cannot be used as they are."""


class StoreError(MonitorError):
    """The database cannot be used: wrong file, newer format, not writable."""


class Fault(enum.StrEnum):
    """Why a database cannot be used for now."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read-only"
    FAILED = "failed"


class DatabaseTrouble(StoreError):
    """The database cannot be used for now: nothing of what was asked has happened, and later it may."""

    def __init__(self, message: str, fault: Fault = Fault.FAILED) -> None:
        super().__init__(message)
        self.fault = fault


class Refusal(enum.StrEnum):
    """Why a database is not used at all. Missing, empty, foreign: where another one was in use before."""

    DAMAGED = "damaged"
    MISSING = "missing"
    EMPTY = "empty"
    FOREIGN = "foreign"


class DatabaseRefused(StoreError):
    """The database is damaged, or is not the one that was in use here before. It is left as it is."""

    exit_code = 74  # EX_IOERR; systemd units name it in RestartPreventExitStatus

    def __init__(self, message: str, refusal: Refusal = Refusal.DAMAGED) -> None:
        super().__init__(message)
        self.refusal = refusal


class AlreadyRunning(MonitorError):
    """Another process works on the same database."""

    exit_code = 75  # EX_TEMPFAIL: try again later


class ForbiddenAddress(MonitorError):
    """A feed (or a redirect of it) leads to an address that feeds may not reach."""
