"""Whether a database is whole, and still the one that was in use here before.

Each commit that changes anything counts one further, in the database and then in the record beside it. So a database
that has counted less than its record is older than what was here before: a backup was restored, or its log is lost.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import DatabaseRefused, Refusal
from monitor.model import Lost
from monitor.store.connection import look, must_be_files, read_only, size_of
from monitor.store.integrity import faults, record, restored, sense
from monitor.store.integrity.record import Record, RecordFile, beside
from monitor.store.migrations import LATEST

_ID = "database.id"
_GENERATION = "database.generation"
_AT_ONCE = 32_000_000
"""Bytes. A smaller database is checked before it is used, which takes less than a second; a larger one meanwhile."""
_DAY = 86_400.0


Facts = Mapping[str, tuple[str, float]]


class Keeper:
    """Knows what the database at ``path`` was when it was last used. ``patient``: larger ones are checked before they
    are used, too, at most once a day. ``state``: the folder with the copy of the record; ``others``: where else one may
    be. ``is_restored``: the user says that the database is a backup.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], float],
        patient: bool = False,
        state: Path | None = None,
        others: Iterable[Path] = (),
        is_restored: bool = False,
    ) -> None:
        self._path = path
        self._now = now
        self._patient = patient
        self._generation = 0
        self._is_restored = is_restored
        self.file = RecordFile(path, state, others)
        self.is_checked = False
        """Whether it was checked before it was used."""

    def inspect(self) -> None:
        """Refuse what is not the database that was here. Nothing is written. Raises DatabaseRefused, StoreError."""
        must_be_files(self._path)
        known, size = self.file.record, size_of(self._path)
        if size:
            refuse_known(self._path)
            self._look(known.id)
            if size <= _AT_ONCE or (self._patient and not 0 <= self._now() - known.checked < _DAY):
                self._check()
        elif self.file.is_near and known.id:
            raise _replaced(self._path, Refusal.MISSING if size is None else Refusal.EMPTY, known.used)
        else:
            self.file.forget()
            self.is_checked = True  # there is nothing in it yet

    def _look(self, known: str) -> None:
        try:
            with contextlib.closing(read_only(self._path)) as connection:
                version = look(connection, self._path)
                if version == LATEST and (missing := sense.lacking(connection)):
                    raise faults.damaged(self._path, missing)
                facts = _facts(connection) if version else {}
        except DatabaseRefused as error:
            blame = _blame_of_log(self._path) if error.refusal is Refusal.DAMAGED else ""
            raise (faults.damaged(self._path, str(error.__cause__ or error) + blame) if blame else error) from error
        if known and not version:
            self._refuse(Refusal.EMPTY)
        if known and facts.get(_ID, (known,))[0] != known:
            self._refuse(Refusal.FOREIGN)

    def _refuse(self, refusal: Refusal) -> None:
        """Raises DatabaseRefused where a record beside the database speaks of another one."""
        if self.file.is_near:
            raise _replaced(self._path, refusal, self.file.record.used)
        self.file.forget()

    def _check(self) -> None:
        if detail := damage_of(self._path):
            raise faults.damaged(self._path, detail + _blame_of_log(self._path))
        self.note_checked()

    def note_checked(self) -> None:
        """It was found to be whole."""
        self.is_checked = True
        self.file.update(checked=self._now())

    def adopt(self, db: Database) -> Lost | None:
        """Take a database into use, which was just opened for writing. Returns what it has forgotten, if it was ever
        found to be older than it was.
        """
        before, now = self.file.record, self._now()
        facts = _facts(db.conn)
        known, _ = facts.get(_ID, ("", 0.0))
        generation, used = _generation_of(facts), last_written(facts)
        if is_older(facts, before):
            until = now if self._is_restored else before.used
            restored.begin(db, Lost(used or _last_used(db), until, now))
        elif self._is_restored:
            restored.begin(db, Lost(used or _last_used(db), now, now))
        self._generation = max(generation, before.generation) + 1
        _put(db, _ID, known or before.id or uuid.uuid4().hex, now)
        _put(db, _GENERATION, str(self._generation), now)
        return restored.lost_of(db)

    def count(self, db: Database) -> None:
        """What is about to be committed changes something."""
        self._generation += 1
        _put(db, _GENERATION, str(self._generation), self._now())

    def committed(self, db: Database) -> None:
        """It was committed."""
        if not self.file.record.id:
            self.file.update(id=_facts(db.conn)[_ID][0])
        self.file.update(generation=self._generation, used=self._now())

    def begin(self) -> None:
        """It is in use from now on, and what was wrong before is no more."""
        if self.file.record.refused or self.file.record.trouble:
            self.file.update(refused=None, trouble=None)


def is_older(facts: Facts, before: Record) -> bool:
    """Whether a database that holds ``facts`` is older than the one that was last used."""
    return bool(before.id) and (_generation_of(facts) < before.generation or not facts.get(_ID, ("",))[0])


def last_written(facts: Facts) -> float | None:
    """When a database was last written that holds ``facts``; None where it does not say."""
    return facts[_GENERATION][1] if _GENERATION in facts else None


def _generation_of(facts: Facts) -> int:
    return int(faults.number("how often the database was written", facts.get(_GENERATION, ("0",))[0]))


def damage_of(path: Path, more: str = "") -> str:
    """What is wrong inside the database file, with the log beside it: pages, indexes, or values that make no sense;
    empty when it is whole. Reads all of it. ``more``: see ``read_only``. Raises DatabaseTrouble when it cannot be read
    for now.
    """
    try:
        with contextlib.closing(read_only(path, more)) as connection:
            return damage_in(connection, path)
    except sqlite3.Error as error:
        raise (faults.meant_by(error, path) or error) from error


def damage_in(connection: sqlite3.Connection, path: Path) -> str:
    """What is wrong inside the database at ``path``, read by an open connection: see ``damage_of``."""
    try:
        rows = connection.execute("PRAGMA integrity_check(3)").fetchall()
        found = [" ".join(str(text).removeprefix("*** in database main ***").split()) for (text,) in rows]
        if found != ["ok"]:
            return "; ".join(found)
        return sense.nonsense(connection) if look(connection, path) == LATEST else ""
    except (sqlite3.Error, DatabaseRefused) as error:
        meant = faults.meant_by(error, path)
        if isinstance(meant, DatabaseRefused):
            return str(error.__cause__ or error)
        raise (meant or error) from error


def _blame_of_log(path: Path) -> str:
    """Whether the file alone is whole. Only before anything else here has it open: SQLite lets go of all locks on a
    file that it closes after reading it like this.
    """
    with contextlib.suppress(sqlite3.Error, DatabaseRefused):
        if size_of(Path(f"{path}-wal")) and not damage_of(path, "&immutable=1"):
            return f"; without {path.name}-wal it is whole: that file belongs to another database, or is itself damaged"
    return ""


def refuse_known(database: Path, states: Iterable[Path] = ()) -> None:
    """Raises DatabaseRefused when the database was refused and has not been changed since."""
    refused = record.read(database, states).refused
    if refused and refused.stamp == record.stamp_of(database):
        raise DatabaseRefused(refused.text, Refusal(refused.code))


def refuse_lost(database: Path, states: Iterable[Path] = (), since: float = 0.0) -> None:
    """Raises DatabaseRefused when there was a database here, and now there is none, or nothing in it. ``states``: the
    folders where copies of its record may be; one counts where all of the program's files beside the database are gone,
    too, as they are when a disk is not mounted. ``since``: when the user's own files were written; a database that was
    last used before that belonged to an earlier installation.
    """
    must_be_files(database)
    known, size = record.read(database), size_of(database)
    if size:
        return
    refusal = Refusal.MISSING if size is None else Refusal.EMPTY
    if known.id:
        raise _replaced(database, refusal, known.used)
    if Path(f"{os.path.realpath(database)}.lock").exists():
        return  # whoever removes the record alone wants to begin anew
    found = {record.copy_of(database, state): record.read_copy(database, state) for state in states}
    counting = {path: copy.used for path, copy in found.items() if copy.id and since <= copy.used}
    if counting:
        raise _replaced(database, refusal, max(counting.values()), "".join(f" and {path}" for path in counting))


def _replaced(path: Path, refusal: Refusal, used: float, more: str = "") -> DatabaseRefused:
    from monitor.clock import local_text

    what = {
        Refusal.MISSING: "the database is gone",
        Refusal.EMPTY: "the database is empty",
        Refusal.FOREIGN: "this is another database than the one that was here",
    }[refusal]
    return DatabaseRefused(
        f"{path}: {what}; it was last used at {local_text(used)}. Put it back, or restore a backup. To begin anew on "
        f"purpose, remove {beside(path)}{more}",
        refusal,
    )


def _facts(connection: sqlite3.Connection) -> Facts:
    return {name: (value, at) for name, value, at in connection.execute("SELECT name, value, at FROM facts")}


def _put(db: Database, name: str, value: str, now: float) -> None:
    db.execute(
        "INSERT INTO facts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
        [name, value, now],
    )


def _last_used(db: Database) -> float:
    """When a database that does not count yet was last used."""
    row = db.execute(
        "SELECT max((SELECT coalesce(max(at), 0) FROM facts), (SELECT coalesce(max(last_polled), 0) FROM feeds))"
    ).fetchone()
    return float(row[0])
