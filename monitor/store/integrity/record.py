"""What is remembered of a database beside it, so that it can be told whether it is still the same, and what is wrong
with it when it cannot say so itself.

The record has to be written when the disk is full, too. So it has its full size from the beginning and is written in
place, into two halves in turn: the half that a power cut tears is the older one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import threading
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

_HALF = 8192
_LONGEST = 600


@dataclass(frozen=True)
class Trouble:
    """What keeps a running program from using its database: a short name, the whole in words, and since when."""

    code: str
    text: str
    since: float


@dataclass(frozen=True)
class Refused:
    """Why the database was refused: as an error's ``Refusal``, in words, when, and what its files were like then
    (``stamp``). ``told``: the user has been told.
    """

    code: str
    text: str
    at: float
    stamp: str
    told: bool = False


@dataclass(frozen=True)
class Record:
    """What is known of a database: its id, how often it was written and when last, and when it was last checked."""

    id: str = ""
    generation: int = 0
    used: float = 0.0
    checked: float = 0.0
    trouble: Trouble | None = None
    refused: Refused | None = None
    failure: Trouble | None = None
    """The mistake of the program that last ended it, and that the user was told of."""
    copy: str = ""
    """Where the copy is that was written last: a unit of systemd has another state folder than a shell."""


class RecordFile:
    """The record beside ``database``, and its copy in the folder ``state``, which is still there when the folder of the
    database is lost, or an older one is put in its place. What was written elsewhere, by a unit of systemd say, is read
    from ``others`` and from where the record says. Writing it never raises: it is worth less than what it is written
    for.
    """

    def __init__(self, database: Path, state: Path | None = None, others: Iterable[Path] = ()) -> None:
        self._paths = [beside(database), *([copy_of(database, state)] if state else [])]
        self._copy = str(self._paths[1]) if state else ""
        self._lock = threading.Lock()
        (number, near), *copies = _found(database, [*([state] if state else []), *others])
        self._number = max([number, *(one for one, _ in copies)])
        self.is_near = bool(near.id)
        """Whether the database is known by the record beside it, and not by the copy alone."""
        self._record = _newest(near, (copy for _, copy in copies))

    @property
    def record(self) -> Record:
        """What was read or written last."""
        return self._record

    def forget(self) -> None:
        """It is of another database."""
        self._record = Record()

    def update(self, **changes: Any) -> None:
        """Remember ``changes``, which are fields of a ``Record``."""
        with self._lock:
            self._number += 1
            self._record = replace(self._record, copy=self._copy or self._record.copy, **changes)
            for path in self._paths:
                with contextlib.suppress(OSError):
                    _write(path, self._number, self._record)


def read(database: Path, states: Iterable[Path] = ()) -> Record:
    """What is remembered of ``database``, beside it or in one of the folders ``states``, of which nothing counts where
    it is of another one; an empty record when nothing is.
    """
    (number, near), *copies = _found(database, states)
    return max([(number, near), *(pair for pair in copies if near.id == pair[1].id)], key=lambda pair: pair[0])[1]


def read_copy(database: Path, state: Path) -> Record:
    """What is remembered of ``database`` in the folder ``state``."""
    return _read(copy_of(database, state))[1]


def _found(database: Path, states: Iterable[Path]) -> list[tuple[int, Record]]:
    """The record beside the database, and its copies, each with its number."""
    near = _read(beside(database))
    copies = [copy_of(database, state) for state in states]
    if os.path.isabs(near[1].copy):
        copies.append(Path(near[1].copy))
    return [near, *map(_read, dict.fromkeys(copies))]


def _newest(near: Record, copies: Iterable[Record]) -> Record:
    newest = near
    for copy in copies:
        if copy.id and (not newest.id or (copy.id == newest.id and copy.generation > newest.generation)):
            newest = copy
    return newest


def copy_of(database: Path, state: Path) -> Path:
    """Where the copy of the record of ``database`` is."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(database))).hexdigest()[:16]
    return state / f"{name}.record"


def beside(database: Path) -> Path:
    """Where the record of ``database`` is: beside the file itself, as a symbolic link is only another name."""
    real = Path(os.path.realpath(database))
    return real.with_name(f"{real.name}.record")


def stamp_of(database: Path) -> str:
    """What tells the files of a database from other ones, and from themselves once they have been changed."""
    return " ".join(_stamp(f"{database}{ending}") for ending in ("", "-wal"))


def _stamp(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return "-"
    # Looking alone makes an empty log.
    return f"{found.st_dev}.{found.st_ino}.{found.st_size}.{found.st_mtime_ns}" if found.st_size else "-"


def _read(path: Path) -> tuple[int, Record]:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return 0, Record()
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return 0, Record()
        halves = [os.pread(file, _HALF, start) for start in (0, _HALF)]
    except OSError:
        return 0, Record()
    finally:
        os.close(file)
    return max((_parsed(half) for half in halves), key=lambda found: found[0])


def _parsed(half: bytes) -> tuple[int, Record]:
    checksum, _, text = half.rstrip(b" \n\0").partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(text):
            return 0, Record()
        number, fields = json.loads(text)
        trouble, refused, failure = fields.pop("trouble"), fields.pop("refused"), fields.pop("failure", None)
        return int(number), Record(
            **fields,
            trouble=Trouble(**trouble) if trouble else None,
            refused=Refused(**refused) if refused else None,
            failure=Trouble(**failure) if failure else None,
        )
    except (ValueError, TypeError, KeyError, AttributeError):  # torn, or of another release
        return 0, Record()


def _write(path: Path, number: int, record: Record) -> None:
    text = json.dumps([number, _fitting(asdict(record))], ensure_ascii=False).encode("utf-8", "backslashreplace")
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True)
    half = f"{zlib.crc32(text):08x} ".encode() + text
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return
        if os.fstat(file).st_size < 2 * _HALF:
            os.pwrite(file, b" " * (2 * _HALF - 1) + b"\n", 0)
        os.pwrite(file, half.ljust(_HALF - 1) + b"\n", number % 2 * _HALF)
    finally:
        os.close(file)


def _fitting(fields: dict[str, Any]) -> dict[str, Any]:
    for part in (fields["trouble"], fields["refused"], fields["failure"]):
        if part:
            part["text"] = part["text"][:_LONGEST]
    return fields
