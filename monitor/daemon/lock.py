"""One process for one database. The kernel lets go of the lock when its holder dies, however it dies.

Two locks are held: a file beside the database, which tells who the holder is, and one byte of the database itself, far
behind its end, which keeps out whoever comes by another name of the same file (a hard link).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
import struct
import time
from pathlib import Path
from types import TracebackType

from monitor.errors import AlreadyRunning, StoreError

_TRIES = 50
_BETWEEN = 0.01
"""Seconds. Whoever looks for the holder (``holder``) keeps others out for a moment."""


class DatabaseLock:
    """``with DatabaseLock(database):`` holds the lock of the database. Raises AlreadyRunning, and StoreError where what
    lies in the place of the lock's file is none: it is left as it is.
    """

    def __init__(self, database: Path) -> None:
        self._database = Path(os.path.realpath(database))
        self._path = _lock_of(database)
        self._file = self._byte = -1
        self._kept = False

    def __enter__(self) -> DatabaseLock:
        self._file = _opened(self._path)
        try:
            if not self._lock():
                holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
                raise AlreadyRunning(f"a monitor (process {holder or 'unknown'}) already works on {self._database}")
            self.hold_database()
        except BaseException:
            os.close(self._file)
            raise
        os.ftruncate(self._file, 0)
        with contextlib.suppress(OSError):  # on a full disk nobody is told who holds it
            os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

    def hold_database(self) -> None:
        """Lock the database file, too; again after it has been made. Raises AlreadyRunning.

        It stays open until all is closed: closing it drops the locks that SQLite has on it in this process.
        """
        if self._byte >= 0 or not hasattr(fcntl, "F_OFD_SETLK"):
            return
        try:
            byte = os.open(self._database, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return  # it is not there yet, or SQLite will say what is wrong with it
        if _try_byte(byte, fcntl.F_WRLCK):
            self._byte = byte
            return
        os.close(byte)
        raise AlreadyRunning(f"a monitor already works on {self._database}, by another name of the same file")

    def _lock(self) -> bool:
        for _ in range(_TRIES):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            time.sleep(_BETWEEN)
        return False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._kept:
            return
        os.ftruncate(self._file, 0)
        for file in (self._file, self._byte):
            if file >= 0:
                os.close(file)

    def keep_until_exit(self) -> None:
        """Leave it to the kernel to let go: something of this process may still work on what the lock guards."""
        self._kept = True


def holder(database: Path) -> int | None:
    """The process that works on ``database`` now, None when there is none."""
    try:
        file = os.open(_lock_of(database), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return _other_holder(database)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(file, 20, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else 0
    else:
        return _other_holder(database)
    finally:
        os.close(file)


def _other_holder(database: Path) -> int | None:
    """0 where a process works on the file by another name: the kernel does not say which."""
    try:
        if not hasattr(fcntl, "F_OFD_SETLK") or os.stat(database).st_nlink < 2:
            return None
        file = os.open(database, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        return None if _try_byte(file, fcntl.F_RDLCK) else 0
    finally:
        os.close(file)


_FAR_OFF = 1 << 62
"""No database reaches so far, and SQLite's own locks lie within the first two gigabytes."""


def _try_byte(file: int, kind: int) -> bool:
    """Lock the byte for whoever holds ``file`` open; False when somebody else has it. Where the file system has no such
    locks, nobody is kept out.
    """
    try:
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi", kind, os.SEEK_SET, _FAR_OFF, 1, 0))
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


_NUMBER = re.compile(rb"\d*\n?")


def _opened(path: Path) -> int:
    """The lock's file, made where there is none. Raises StoreError for what is another file: a link, say."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StoreError(f"{path}: is a link, and the program's lock is a file: remove the link") from error
        raise StoreError(f"{path}: cannot be created: {error.strerror}") from error
    if stat.S_ISREG(os.fstat(file).st_mode) and _NUMBER.fullmatch(os.pread(file, 21, 0)):
        return file
    os.close(file)
    raise StoreError(f"{path}: is not the program's lock, which holds a process's number at most: move it away")


def _lock_of(database: Path) -> Path:
    """Beside the file itself: a symbolic link to a database is another name, not another database."""
    real = Path(os.path.realpath(database))
    return real.with_name(real.name + ".lock")
