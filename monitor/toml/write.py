"""Writing files that people and a running daemon read: whole or not at all. And showing what changes in them."""

from __future__ import annotations

import contextlib
import difflib
import fcntl
import os
import re
import signal
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from monitor.errors import MonitorError
from monitor.toml.limits import NotUsable, read_bytes


def read_text(path: Path) -> str:
    """The text of ``path`` with its byte order mark and line ends as they are. Raises MonitorError."""
    try:
        return read_bytes(path)[0].decode("utf-8")
    except NotUsable as error:
        raise MonitorError(f"{path}: {error}") from error
    except OSError as error:
        raise MonitorError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MonitorError(
            f"{path}: is not UTF-8 text (byte {error.start}); save it with the encoding UTF-8"
        ) from error


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path``: whoever reads it meets the old text or the new one. Raises MonitorError.

    The file keeps its mode and, where that is allowed, its owner. Where ``path`` is a link, the file behind it is
    written.
    """
    write_all({path: text})


def write_as_it_is(path: Path, text: str) -> bool:
    """Write ``text`` to ``path`` where that is no file but a pipe, a device or something that is open already, none of
    which is replaced; returns whether it is one. Raises MonitorError, and OSError for what goes wrong while it is
    written, as for standard output.
    """
    descriptor = _DESCRIPTOR.fullmatch(str(path))
    try:
        if not descriptor and (not path.exists() or stat.S_ISREG(path.stat().st_mode)):
            return False
        handle = os.dup(int(descriptor[1] or 2)) if descriptor else os.open(path, os.O_WRONLY | os.O_NOCTTY)
    except OSError as error:
        raise MonitorError(f"{path}: cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8"))
    return True


_DESCRIPTOR = re.compile(r"/dev/stderr|/(?:dev|proc/self)/fd/(\d{1,9})")
"""Other names of what is open already: where that is a file, it is not to be replaced by another one either."""


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other commands from writing files of ``folder`` meanwhile: what is read within is what is changed.

    The lock is on the folder itself, so nothing lies beside the user's files. Where there is no folder, or its file
    system has no locks, it keeps out nobody. Raises MonitorError when another command holds it for ten seconds.
    """
    place = folder.resolve()
    if place in _locked:
        yield
        return
    handle = _locked_handle(place)
    if handle is None:
        yield
        return
    _locked.add(place)
    try:
        yield
    finally:
        _locked.discard(place)
        os.close(handle)


_PATIENCE = 60.0
_locked: set[Path] = set()
"""The folders that this process has locked."""


def _locked_handle(folder: Path) -> int | None:
    """The folder, opened and locked; None where that cannot be done."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return None
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                os.close(handle)
                raise MonitorError(f"{folder}: another command is writing here; nothing was changed") from error
            time.sleep(0.02)
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise


def write_all(texts: Mapping[Path, str], was: Mapping[Path, str] | None = None) -> None:
    """Write several files, as ``write_atomically`` does: all or none, unless the process is killed (SIGKILL, a power
    cut) in the very moment in which they take their places. All are on the disk before the first does; signals wait.

    ``was``: what the files held when the change was thought of, the empty text for one that was not there; where one
    is another now, nothing is written. What writers that were killed have left in the folders is removed. Raises
    MonitorError.
    """
    with contextlib.ExitStack() as stack:
        for folder in sorted({_target(path).parent for path in texts}):
            stack.enter_context(only_writer(folder))
            _sweep(folder)
        stack.enter_context(_signals_wait())
        for path, text in (was or {}).items():
            _compare(path, text)
        drafts = []
        for path, text in texts.items():
            target = _target(path)
            try:
                draft = _draft(target, text.encode("utf-8"))
                stack.callback(draft.unlink, missing_ok=True)
                kept = _draft(target, target.read_bytes()) if len(texts) > 1 and target.is_file() else None
            except (OSError, RuntimeError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                raise MonitorError(f"{path}: cannot be written: {reason}; nothing was changed") from error
            if kept:
                stack.callback(kept.unlink, missing_ok=True)
            drafts.append(_Replacement(path, target, draft, kept))
        _replace(drafts)
        for folder in {one.target.parent for one in drafts}:
            _keep(folder)


class _Replacement(NamedTuple):
    """A file that is to be written. ``kept``: a copy of what it holds, to be put back; None where there is nothing."""

    path: Path
    target: Path
    draft: Path
    kept: Path | None


def _target(path: Path) -> Path:
    """The file behind a link."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # links in a circle
        reason = getattr(error, "strerror", None) or str(error)
        raise MonitorError(f"{path}: cannot be written: {reason}; nothing was changed") from error


def _compare(path: Path, text: str) -> None:
    """Raises MonitorError when ``path`` does not hold ``text`` any more."""
    there = path.exists()
    if (read_text(path) if there else "") != text:
        what = "changed" if there else "removed"
        raise MonitorError(f"{path}: was {what} by somebody else meanwhile; nothing was changed, try again")


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Let the signals that end a process come afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _replace(drafts: list[_Replacement]) -> None:
    """Let drafts take the places of their targets: all of them, or none."""
    begun: list[_Replacement] = []
    for one in drafts:
        try:
            begun.append(one)
            os.replace(one.draft, one.target)
        except BaseException as error:
            lost = _put_back(begun) if len(drafts) > 1 else []
            if lost:
                names = ", ".join(lost)
                raise MonitorError(f"{one.path}: cannot be written, and could not be put back: {names}") from error
            if isinstance(error, OSError):
                raise MonitorError(f"{one.path}: cannot be written: {error.strerror}; nothing was changed") from error
            raise


def _put_back(begun: list[_Replacement]) -> list[str]:
    """Undo replacements, of which the last may not have come about. Returns the files for which that failed: they hold
    the new text.
    """
    lost = []
    for one in begun:
        if one.draft.exists():  # it has not taken its place
            continue
        try:
            if one.kept:
                os.replace(one.kept, one.target)
            else:
                one.target.unlink(missing_ok=True)
        except OSError:
            lost.append(str(one.path))
    return lost


def _sweep(folder: Path) -> None:
    """Remove drafts of writers that were killed: nobody else writes here now."""
    if folder not in _locked:
        return
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if _DRAFT.fullmatch(name):
                (folder / name).unlink(missing_ok=True)


_DRAFT = re.compile(r"\..+\.toml\.[a-z0-9_]{8}\.new")


def _draft(target: Path, text: bytes) -> Path:
    """A file beside ``target`` with ``text``, under a hidden name, so that nobody takes it for a watchlist."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            _like(target, file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _like(target: Path, handle: int) -> None:
    """Mode and owner of the file that is there; of a new file, those that the user's other new files have."""
    try:
        old = target.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(handle, 0o666 & ~mask)
        return
    with contextlib.suppress(OSError):  # only root may give files away; the text matters more
        os.fchown(handle, old.st_uid, old.st_gid)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _keep(folder: Path) -> None:
    """Have the new names on the disk, too, where the file system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def diff(before: str, after: str, name: str, shown: Callable[[str], str] = str) -> list[str]:
    """What changes in the file ``name``, as the lines of a unified diff; empty when nothing does. ``shown`` makes of
    each text what may be seen of it, line for line.
    """
    if before == after:
        return []
    return [
        f"--- {name}",
        f"+++ {name}",
        *_hunks(_lines(before), _lines(after), _lines(shown(before)), _lines(shown(after))),
    ]


def _hunks(old: list[str], new: list[str], shown_old: list[str], shown_new: list[str]) -> Iterator[str]:
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes():
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for kind, start, end, other_start, other_end in group:
            if kind == "equal":
                yield from _marked(" ", shown_old[start:end])
            if kind in ("replace", "delete"):
                yield from _marked("-", shown_old[start:end])
            if kind in ("replace", "insert"):
                yield from _marked("+", shown_new[other_start:other_end])


def _marked(mark: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield mark + line.rstrip("\r\n")
        if not line.endswith("\n"):
            yield "\\ no newline at the end of the file"


def _range(start: int, end: int) -> str:
    """Lines as a unified diff counts them: those of an empty range by the line before it."""
    length = end - start
    return f"{start + (1 if length else 0)}" + ("" if length == 1 else f",{length}")


def _lines(text: str) -> list[str]:
    """Lines as editors count them: U+2028 and the like do not end one."""
    parts = text.split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else [])]
