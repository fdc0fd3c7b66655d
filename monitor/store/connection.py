"""Opening the SQLite file, with the settings that every connection needs."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.store.migrations import LATEST, migrate
from monitor.text.clean import host_of
from monitor.text.fingerprint import text_key

APPLICATION_ID = 0x4E4D6F6E  # "NMon", in the file's header: tells our database from anybody else's
_BUSY_TIMEOUT = 5.0


def open_for_writing(path: Path) -> Database:
    """The one writing connection, in the calling thread; creates the file and brings it to the newest format.

    Raises StoreError when the file is not ours, newer than this program, damaged or not writable. Such a file is left
    as it is.
    """
    before = os.umask(0o077)  # what is followed is nobody else's business
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT, isolation_level=None)
        db = Database(connection)
        _refuse_foreign(db, path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # a sent mail that is forgotten would be sent twice
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA journal_size_limit = 67108864")
        connection.create_function("host_of", 1, host_of, deterministic=True)
        connection.create_function("text_key", 3, text_key, deterministic=True)
        migrate(db)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        return db
    except sqlite3.Error as error:
        raise StoreError(_advice(path, error)) from error
    except OSError as error:
        raise StoreError(f"{path}: the database cannot be created: {error.strerror}") from error
    finally:
        os.umask(before)


def open_for_reading(path: Path) -> Database:
    """A connection that cannot write, for commands beside a running daemon. Raises StoreError when there is nothing to
    read.
    """
    if not path.exists():
        raise StoreError(f"{path}: there is no database yet; the first `monitor run` or `monitor once` makes it")
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None
        )
        db = Database(connection)
        if _refuse_foreign(db, path) < LATEST:
            raise StoreError(
                f"{path}: the database is of an older release; start the daemon once to bring it up to date"
            )
        return db
    except sqlite3.Error as error:
        raise StoreError(_advice(path, error)) from error


def _refuse_foreign(db: Database, path: Path) -> int:
    """The format of a database that is ours."""
    # In one statement: another process may be bringing it up to date.
    owner, version, tables = db.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) "
        "FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    if owner not in (0, APPLICATION_ID) or (owner == 0 and tables and not version):
        raise StoreError(
            f"{path}: this database belongs to another program; name another file under [monitor] database"
        )
    if version > LATEST:
        raise StoreError(
            f"{path}: this database was written by a newer release (format {version}, known here: {LATEST}); "
            "update the program"
        )
    return int(version)


def _advice(path: Path, error: sqlite3.Error) -> str:
    text = str(error)
    if "not a database" in text or "malformed" in text:
        return (
            f"{path}: the file is damaged or not a database ({text}); it was left as it is: "
            "restore a backup, or move it away to start anew"
        )
    return f"{path}: {text}"
