"""Saves that die on the way, or are slow: what they leave is often a whole TOML document, with its end missing.

Nothing tells such a file from one whose last lines somebody has deleted, but that the deletion is meant: then it can be
saved once more. So a file that looks cut is used only when it is saved again, or when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_COMPARED = 20
"""So many lines are compared, from the end; files of one and the same line would take for ever otherwise."""
_END = 3
"""So many lines are the end of a file, which stands in the new version where something was only added below it."""


def is_cut(new: bytes, old: bytes) -> bool:
    """Whether ``new`` looks like a version of ``old`` whose end is missing, with or without an edit above."""
    if new.rstrip() == old.rstrip() and (new == old or new.endswith(b"\n")):
        return False
    if old.startswith(new):
        return True
    lines, before = new.rstrip().splitlines(), old.rstrip().splitlines()
    if not lines or not before:
        return False
    if new.endswith(b"\n"):
        return _lacks_end(lines, before)
    # The last line may be the beginning of one.
    if old.endswith(b"\n"):
        return len(new) < len(old) or _lacks_end(lines, before) or _lacks_end(lines[:-1], before)
    return _lacks_end(lines, before) or (lines[-1] != before[-1] and before[-1].startswith(lines[-1]))


def _lacks_end(lines: Sequence[bytes], before: Sequence[bytes]) -> bool:
    """Whether ``lines`` end as ``before`` does somewhere in its middle, rather than as it does at its end."""
    if not lines:
        return True
    at_end = _alike(lines, before, len(before))
    if not at_end and len(lines) < len(before):
        return True
    if at_end == _COMPARED:
        return False
    in_middle = (_alike(lines, before, end) for end in range(1, len(before)) if before[end - 1] == lines[-1])
    if max(in_middle, default=0) <= at_end:
        return False
    end = list(before[-_END:])
    return not any(list(lines[at : at + len(end)]) == end for at in range(len(lines)))


def _alike(lines: Sequence[bytes], before: Sequence[bytes], end: int) -> int:
    """How many lines before ``end`` are those that ``lines`` ends with."""
    most = min(len(lines), end, _COMPARED)
    return next((count for count in range(most) if lines[-1 - count] != before[end - 1 - count]), most)


class Seen(NamedTuple):
    """A file that looks cut, as it was seen last."""

    raw: bytes
    saved: tuple[int, ...]
    is_meant: bool


class Halves:
    """Which files look cut, and which of them are meant, because they were saved once more."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}

    def refuses(self, name: str, raw: bytes, saved: tuple[int, ...], is_asked: bool) -> bool:
        """Whether the file ``name``, which looks cut, is not to be used. ``saved`` differs with each time that it is
        written; ``is_asked``: somebody wants files to be used as they are.
        """
        before = self._seen.get(name)
        again = before is not None and before.raw == raw and (before.is_meant or before.saved != saved or is_asked)
        self._seen[name] = Seen(raw, saved, again)
        return not again

    def forget(self, name: str) -> None:
        """The file ``name`` does not look cut."""
        self._seen.pop(name, None)
