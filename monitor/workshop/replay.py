"""Stored items, judged again by watches that may be drafts: a month of two hundred feeds in a few seconds.

The items are cut into stretches, which processes judge side by side. They are forks: what the parent has compiled is
theirs as well.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from monitor.errors import MonitorError
from monitor.matching import Engine, Read, Scored, Watch, compile_watches
from monitor.matching.words.frequency import LEARNT_FROM
from monitor.model import WatchId
from monitor.store import Store
from monitor.store.archive.history import Extent, StoredItem

_STRETCH = 4_000
_WORTH_PROCESSES = 15_000
"""Fewer items are judged sooner than processes have been started."""
_MOST_PROCESSES = 4
_MOST_TEXT = 6_000

Progress = Callable[[int, int], None]
"""Is told how many items have been judged, and of how many."""


class Judged(NamedTuple):
    """A stored item of which at least one watch makes something: ``scores``."""

    item: StoredItem
    scores: tuple[Scored, ...]

    def by(self, watch: WatchId) -> Scored | None:
        """What ``watch`` makes of it; None for nothing."""
        return next((one for one in self.scores if one.watch == watch), None)


@dataclass(frozen=True)
class Replay:
    """What watches make of what is stored. ``engine`` has judged it, and can explain it."""

    engine: Engine
    extent: Extent
    judged: tuple[Judged, ...]


def read_of(store: Store) -> Read | None:
    """What the daemon would know of the words of the stream; None when it has read too little to know anything."""
    read = Read.of(store.recent_texts(LEARNT_FROM))
    return read if read.is_enough else None


def replay(
    database: Path, watches: Sequence[Watch], since: float, read: Read | None = None, progress: Progress | None = None
) -> Replay:
    """Judge all items seen since then (unix seconds) by ``watches``, whose ids must differ, each as of the day that it
    was seen. Items come oldest first. Raises StoreError, and MonitorError when a process that judges is killed.
    """
    engine = compile_watches(watches, read)
    store = Store.reading(database)
    extent = store.extent(since)
    store.close()  # a connection must not be carried over into another process
    judged: list[Judged] = []
    done = 0
    if progress:
        progress(0, extent.items)
    for number, found in _results(_Judge(engine, database, since), extent):
        judged += found
        done += number
        if progress:
            progress(done, extent.items)
    return Replay(engine, extent, tuple(judged))


class _Judge:
    """Judges one stretch of items after the other."""

    def __init__(self, engine: Engine, database: Path, since: float) -> None:
        self._engine = engine
        self._database = database
        self._since = since
        self._store: Store | None = None

    def __call__(self, stretch: tuple[int, int]) -> tuple[int, list[Judged]]:
        """How many items there were, and those of which a watch makes something."""
        self._store = self._store or Store.reading(self._database)
        number = 0
        found = []
        for item in self._store.stretch(*stretch, self._since):
            number += 1
            scores = self._engine.judge(item, datetime.fromtimestamp(item.first_seen, UTC).date())
            if scores:
                found.append(Judged(_shortened(item), tuple(scores)))
        return number, found


def _shortened(item: StoredItem) -> StoredItem:
    return item._replace(summary=item.summary[:_MOST_TEXT], body=item.body[:_MOST_TEXT])


def whole(database: Path, items: Iterable[StoredItem]) -> Iterator[StoredItem]:
    """Items of a replay, which keeps the beginning of long texts, as they are stored. Raises StoreError."""
    store = Store.reading(database)
    for item in items:
        is_cut = _MOST_TEXT in (len(item.summary), len(item.body))
        yield from store.stretch(item.number, item.number, 0.0) if is_cut else (item,)
    store.close()


def _results(judge: _Judge, extent: Extent) -> Iterator[tuple[int, list[Judged]]]:
    stretches = [
        (first, min(first + _STRETCH - 1, extent.last)) for first in range(extent.first, extent.last + 1, _STRETCH)
    ]
    processes = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    pool = _pool(processes) if extent.items >= _WORTH_PROCESSES and processes > 1 else None
    if pool is None:
        yield from map(judge, stretches if extent.items else [])
        return
    _shared.append(judge)
    try:
        yield from pool.map(_judge_stretch, stretches)
        pool.shutdown()
    except BrokenProcessPool as error:
        raise MonitorError("a process that judged stored items was killed, perhaps for want of memory") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        _shared.clear()


def _pool(processes: int) -> ProcessPoolExecutor | None:
    """None where processes cannot share a lock: in a bare container /dev/shm may be missing, or not for every user."""
    # Not multiprocessing's own pool: it waits for ever for what a process that was killed had in hand.
    try:
        return ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin, (os.getpid(),))
    except OSError:
        return None


_shared: list[_Judge] = []
"""What forked processes find in their copy of this one's memory: an engine is far too large to be sent."""


_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def _begin(parent: int) -> None:
    """Let this process end with its parent, however that ends: it would wait for a lock for ever, or complain of a
    broken pipe. What goes wrong here is told by the parent.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the parent, and the parent ends its processes
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with contextlib.suppress(OSError, AttributeError):  # where there is no such thing
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _judge_stretch(stretch: tuple[int, int]) -> tuple[int, list[Judged]]:
    return _shared[0](stretch)
