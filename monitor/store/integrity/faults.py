"""What an error of SQLite means: damage, trouble that may pass, or a mistake of the program."""

from __future__ import annotations

import contextlib
import enum
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from monitor.errors import DatabaseRefused, DatabaseTrouble, Fault, StoreError
from monitor.model import reasons
from monitor.model.reasons import Because
from monitor.store import sentences
from monitor.text.clean import single_line

Choice = TypeVar("Choice", bound=enum.StrEnum)

_DAMAGED = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_IOERR_SHORT_READ,
        sqlite3.SQLITE_IOERR_DATA,
        sqlite3.SQLITE_IOERR_CORRUPTFS,
    }
)
_PASSING = {
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_BUSY: Fault.LOCKED,
    sqlite3.SQLITE_LOCKED: Fault.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Fault.LOCKED,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_PERM: Fault.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Fault.READ_ONLY,
    sqlite3.SQLITE_IOERR: Fault.FAILED,
    sqlite3.SQLITE_NOMEM: Fault.FAILED,
    sqlite3.SQLITE_INTERNAL: Fault.FAILED,
    sqlite3.SQLITE_INTERRUPT: Fault.FAILED,
}
_IN_WORDS = {
    Fault.FULL: "no room is left on its disk",
    Fault.LOCKED: "another process keeps the database locked",
}
_JOURNAL = (
    "a rollback journal (the same name with -journal) lies beside it: another program has begun to change the database "
    "and did not end. Do not delete the journal; let that program, or sqlite3, open the database once and undo the rest"
)
_PRIMARY = 0xFF
"""The lower byte of a result code is its kind; see sqlite.org/rescode.html."""


def meant_by(error: BaseException, path: Path | None = None) -> StoreError | None:
    """What ``error`` says of the database at ``path``; None when it says nothing, and is a mistake of the program."""
    if isinstance(error, StoreError):
        return error
    if not _is_sqlites(error):
        return None
    for one in _chain(error):  # after damage a savepoint cannot be released either, and that would be "locked"
        code = getattr(one, "sqlite_errorcode", None)
        if code is None:  # it is Python's, and quotes what is stored; or it is ours
            return damaged(path, str(one) if isinstance(one, _Unreadable) else "what should be text is none")
        if code in _DAMAGED or code & _PRIMARY in _DAMAGED:
            return damaged(path, str(one))
    code = int(getattr(error, "sqlite_errorcode", 0))
    if code == sqlite3.SQLITE_READONLY_ROLLBACK:
        return DatabaseTrouble(f"{_name(path)}: {_JOURNAL}", Fault.FAILED)
    fault = _PASSING.get(code & _PRIMARY)
    if fault is None:
        return None
    return DatabaseTrouble(f"{_name(path)}: {_IN_WORDS.get(fault, single_line(str(error)))}", fault)


def _is_sqlites(error: BaseException) -> bool:
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """``error`` and those of SQLite that it was raised in the handling of. One may be its own cause."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if _is_sqlites(error):
            yield error
        error = error.__cause__ or error.__context__


def damaged(path: Path | None, detail: str) -> DatabaseRefused:
    """The error that a damaged database is, with what can be done about it."""
    file = path.name if path else "monitor.db"
    return DatabaseRefused(
        f"{f'{path}: ' if path else ''}the database is damaged ({single_line(detail, 300)}). It was left as it is. "
        f"Restore a backup; first move this file away, and {file}-wal and {file}-shm with it. Without a backup, rescue "
        f"what can be read (.recover or .dump of sqlite3; see the guide). To begin anew, move {file}.record away, too"
    )


class _Unreadable(sqlite3.DatabaseError):
    pass


def unreadable(detail: str) -> sqlite3.DatabaseError:
    """The error for something that was stored and makes no sense any more."""
    return _Unreadable(detail)


@contextlib.contextmanager
def readable(what: str) -> Iterator[None]:
    """Around all that makes values of what is stored: what makes no sense was not written by this program. Raises
    sqlite3.DatabaseError, as where SQLite sees it.
    """
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise unreadable(f"{what} that is stored cannot be read") from error


def from_json(what: str, stored: str) -> Any:
    """The JSON of a column, which holds ``what``."""
    with readable(what):
        return json.loads(stored)


def reason_in(stored: str) -> Because | None:
    """The reason that a column holds. A reason explains and decides nothing: what this release does not know, as
    another one has written it, is kept as a sentence.
    """
    try:
        return reasons.from_json(stored)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return sentences.reason_of(stored)


def number(what: str, stored: str) -> float:
    """The number that a text is, which holds ``what``."""
    with readable(what):
        return float(stored)


def known(what: str, kind: type[Choice], stored: str) -> Choice:
    """The one of its kind that a column holds."""
    with readable(what):
        return kind(stored)


def _name(path: Path | None) -> str:
    return str(path) if path else "the database"
