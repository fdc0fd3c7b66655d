"""One process for one database. The kernel lets go of the lock when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from monitor.errors import AlreadyRunning, StoreError

_TRIES = 50
_BETWEEN = 0.01
"""Seconds. Whoever looks for the holder (``holder``) keeps others out for a moment."""


class DatabaseLock:
    """``with DatabaseLock(database):`` holds the lock beside the database file. Raises AlreadyRunning."""

    def __init__(self, database: Path) -> None:
        # A file of its own: closing the database file itself would drop SQLite's own locks on it.
        self._path = _lock_of(database)
        self._file = -1
        self._kept = False

    def __enter__(self) -> DatabaseLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be created: {error.strerror}") from error
        if not self._lock():
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip()
            os.close(self._file)
            raise AlreadyRunning(
                f"a monitor (process {holder or 'unknown'}) already works on {self._path.with_suffix('')}"
            )
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()}\n".encode(), 0)
        return self

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
        if not self._kept:
            os.ftruncate(self._file, 0)
            os.close(self._file)

    def keep_until_exit(self) -> None:
        """Leave it to the kernel to let go: something of this process may still work on what the lock guards."""
        self._kept = True


def holder(database: Path) -> int | None:
    """The process that works on ``database`` now, None when there is none."""
    try:
        file = os.open(_lock_of(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.pread(file, 20, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else 0
    else:
        return None
    finally:
        os.close(file)


def _lock_of(database: Path) -> Path:
    """Beside the file itself: a symbolic link to a database is another name, not another database."""
    real = Path(os.path.realpath(database))
    return real.with_name(real.name + ".lock")
