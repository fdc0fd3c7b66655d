"""Opening the SQLite file, with the settings that every connection needs."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import stat
import tempfile
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from monitor.errors import DatabaseRefused, DatabaseTrouble, Fault, Refusal, StoreError
from monitor.store.integrity import faults, sense
from monitor.store.integrity.record import stamp_of
from monitor.store.migrations import LATEST, STEPS, migrate
from monitor.text.clean import host_of
from monitor.text.likeness import text_key

APPLICATION_ID = 0x4E4D6F6E  # "NMon", in the file's header: tells our database from anybody else's
_SYNCHRONOUS = "FULL"
"""A commit is on disk when it returns, also if the power fails: a sent mail that is forgotten would be sent twice."""
_BUSY_TIMEOUT = 5.0
_ANY_FORMAT = 1_000
"""No release will ever write a format with a higher number; a header that is damaged may."""


def open_for_writing(path: Path) -> Database:
    """The one writing connection, in the calling thread; creates the file and brings it to the newest format.

    Raises StoreError when the file is not ours, newer than this program, damaged or not writable. Such a file is left
    as it is.
    """
    before = os.umask(0o077)  # what is followed is nobody else's business
    connection = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT, isolation_level=None)
        return _prepared(connection, path)
    except BaseException as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise _explained(path, error) from error
        if isinstance(error, OSError):
            raise StoreError(f"{path}: the database cannot be created: {error.strerror}") from error
        raise
    finally:
        os.umask(before)


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    db = Database(connection)
    look(connection, path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"PRAGMA synchronous = {_SYNCHRONOUS}")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA journal_size_limit = 67108864")
    connection.create_function("host_of", 1, host_of, deterministic=True)
    connection.create_function("text_key", 3, text_key, deterministic=True)
    migrate(db)
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return db


class _Cursor(sqlite3.Cursor):
    """Says in its errors which database is damaged, or cannot be used for now, and what to do: raises StoreError."""

    connection: _Reading

    def execute(self, *arguments: Any) -> _Cursor:
        try:
            super().execute(*arguments)
        except sqlite3.Error as error:
            raise self._explained(error) from error
        return self

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def fetchall(self) -> Any:
        try:
            return super().fetchall()
        except sqlite3.Error as error:
            raise self._explained(error) from error

    def _explained(self, error: sqlite3.Error) -> Exception:
        connection = self.connection
        return faults.meant_by(sense.meant_by(error, connection) or error, connection.path) or error


class _Reading(sqlite3.Connection):
    path: Path

    def execute(self, *arguments: Any) -> _Cursor:
        return self.cursor(_Cursor).execute(*arguments)


def read_only(path: Path, more: str = "") -> sqlite3.Connection:
    """A connection that cannot write, nor move the log into the file when it is closed. ``more``: of the query of a
    ``file:`` address. Raises sqlite3.Error; its calls raise StoreError.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{more}",
        uri=True,
        timeout=_BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
        factory=_Reading,
    )
    connection.path = path
    return connection


def open_for_reading(path: Path) -> Database:
    """A connection that cannot write, for commands beside a running daemon. Raises StoreError when there is nothing to
    read.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no database yet; the first `monitor run` or `monitor once` makes it")
    must_be_files(path)
    try:
        connection, version = _to_be_read(path)
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    if version < LATEST:
        raise StoreError(f"{path}: the database is of an older release; start the daemon once to bring it up to date")
    return Database(connection)


def _to_be_read(path: Path) -> tuple[sqlite3.Connection, int]:
    try:
        connection = read_only(path)
        return connection, look(connection, path)
    except DatabaseTrouble as error:
        # To read a database with a log, SQLite makes a file beside it. Where it cannot, nothing else can write, either.
        if error.fault is not Fault.READ_ONLY or not os.access(path, os.R_OK):
            raise
    connection = _copied(path) if size_of(Path(f"{path}-wal")) else read_only(path, "&immutable=1")
    return connection, look(connection, path)


def _copied(path: Path) -> sqlite3.Connection:
    """A copy of a database whose log is not part of it yet, in a folder for temporary files that is gone at once."""
    try:
        with tempfile.TemporaryDirectory(prefix="news-monitor-") as folder:
            copy = Path(folder) / path.name
            before = None
            while before != (before := stamp_of(path)):  # it may be written to by way of another mount
                shutil.copyfile(path, copy)
                shutil.copyfile(f"{path}-wal", f"{copy}-wal")
            connection = sqlite3.connect(copy, isolation_level=None, factory=_Reading)
            connection.path = path
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA query_only = ON")
            return connection
    except OSError as error:
        raise StoreError(
            f"{path}: nothing can be written beside it, and it cannot be copied to be read: {error.strerror}"
        ) from error


def size_of(path: Path) -> int | None:
    """How long a file is; None when there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def look(connection: sqlite3.Connection, path: Path) -> int:
    """The format of a database that is ours. Raises StoreError for one that is not, and sqlite3.Error."""
    # In one statement: another process may be bringing it up to date.
    owner, version, tables = connection.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if owner not in (0, APPLICATION_ID) or (owner == 0 and tables and not version):
        raise DatabaseRefused(
            f"{path}: this database belongs to another program; name another file under [monitor] database",
            Refusal.FOREIGN,
        )
    if owner == APPLICATION_ID and tables and not version:
        raise faults.damaged(path, "the number of its format is gone")
    if version > LATEST:
        if version > _ANY_FORMAT and 0 < (steps := _steps_taken(connection)) <= LATEST:
            raise faults.damaged(path, f"the number of its format is {version}, and should be {steps}")
        raise StoreError(
            f"{path}: this database was written by a newer release (format {version}, known here: {LATEST}); "
            "update the program"
        )
    if version and not tables:
        raise faults.damaged(path, "its tables are gone")
    return int(version)


def _steps_taken(connection: sqlite3.Connection) -> int:
    """How many steps have brought a database to its format; 0 where that is not known."""
    try:
        return int(connection.execute(f"SELECT count(*) FROM {STEPS}").fetchone()[0])  # noqa: S608 - ours
    except (sqlite3.Error, StoreError):
        return 0


def must_be_files(path: Path) -> None:
    """Raises DatabaseRefused where something else stands in the place of a database, or of its log: a folder, a pipe.
    SQLite would say no more than that it cannot read.
    """
    for one in (path, Path(f"{path}-wal")):
        with contextlib.suppress(OSError):
            if not stat.S_ISREG(mode := os.stat(one).st_mode):
                log = "" if one == path else "'s log"
                what = "a folder" if stat.S_ISDIR(mode) else "no file"
                raise DatabaseRefused(
                    f"{one}: this is {what}, where the database{log} should be; "
                    "move it away, or name another file under [monitor] database",
                    Refusal.FOREIGN,
                )


def _explained(path: Path, error: sqlite3.Error) -> StoreError:
    return told_apart(faults.meant_by(error, path) or StoreError(f"{path}: {error}"), path)


def told_apart(meant: StoreError, path: Path) -> StoreError:
    """``meant``, with what keeps the database from being written, if that is the trouble."""
    if isinstance(meant, DatabaseTrouble) and meant.fault is Fault.READ_ONLY and (why := _why_read_only(path)):
        return DatabaseTrouble(f"{path}: {why}", meant.fault)
    return meant


def _why_read_only(path: Path) -> str:
    """What keeps a database from being written, where that can be seen; SQLite says only that it cannot."""
    with contextlib.suppress(OSError):
        if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
            return f"the database cannot be changed: the file system that {path.parent} is on is read-only"
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return f"the database cannot be changed: this user may not write in the folder {path.parent}"
        if path.exists() and not os.access(path, os.W_OK):
            return "the database cannot be changed: this user may not write the file"
    return ""
