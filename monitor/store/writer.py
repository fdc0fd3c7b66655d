"""The writer: one thread that owns the only writing connection.

Whatever waits when it looks is committed together: one sync of the disk pays for many polls, and each call is still all
or nothing, because it stands in a savepoint of its own. A caller goes on only after its work is safely on disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from monitor.errors import DatabaseRefused, DatabaseTrouble
from monitor.model import (
    Alert,
    Aside,
    AttemptOutcome,
    Baseline,
    Dispatch,
    FeedId,
    FeedSpec,
    IngestPlan,
    ItemKey,
    Known,
    Lost,
)
from monitor.store.connection import read_only
from monitor.store.desk import DeskBook
from monitor.store.feeds import Claimed
from monitor.store.integrity import faults, sense
from monitor.store.integrity.keeping import Keeper
from monitor.store.integrity.record import RecordFile
from monitor.store.store import Store

T = TypeVar("T")
_Job = tuple[Callable[[Store], Any], "Future[Any]"]
_MOST_PER_COMMIT = 64
_LOG_PAGES = 1000


class StoreWriter:
    """``Store`` for coroutines: the same calls, awaited. Raises DatabaseTrouble where the database cannot be used for
    now, and DatabaseRefused where it is damaged; then nothing of the call was written.

    Until it has been found to be whole, what is written stays in the log beside the database. From when on it is known
    to be damaged, nothing is written at all. ``keeper``: who knows what it was before.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time, keeper: Keeper | None = None) -> None:
        self._path = path
        self._keeper = keeper or Keeper(path, now)
        self._guard: sqlite3.Connection | None = None
        self.lost: Lost | None = None
        """What the database has forgotten, if it was ever found to be older than it was."""
        self.trouble: DatabaseTrouble | None = None
        """Why the last try to write failed."""
        self.failed = 0
        """How many calls have failed since the start because of such trouble."""
        self.damage: DatabaseRefused | None = None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._opened: Future[None] = Future()
        self._closed: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)

    async def __aenter__(self) -> StoreWriter:
        self._thread.start()
        try:
            # Shielded: the thread says that it has opened, whether or not anybody still waits for it.
            await asyncio.shield(asyncio.wrap_future(self._opened))
        except asyncio.CancelledError:
            self._jobs.put(None)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self._jobs.put(None)
        # Not by a thread that joins: the loop's threads may all wait for a DNS server that does not answer.
        await asyncio.shield(asyncio.wrap_future(self._closed))

    async def call(self, work: Callable[[Store], T]) -> T:
        """Run ``work`` in the writer's thread, inside a transaction; returns after the commit."""
        future: Future[T] = Future()
        self._jobs.put((work, future))
        return await asyncio.wrap_future(future)

    @property
    def record(self) -> RecordFile:
        """What is remembered beside the database."""
        return self._keeper.file

    @property
    def is_checked(self) -> bool:
        """Whether it was found to be whole since it was opened, or before."""
        return self._keeper.is_checked

    async def found_whole(self) -> None:
        """The whole database was read, and nothing is wrong with it."""
        self._keeper.note_checked()
        await self.call(_let_log_be_moved)

    def found_damaged(self, error: DatabaseRefused) -> None:
        """Write no more."""
        self.damage = self.damage or error

    # in the thread

    def _run(self) -> None:
        try:
            store = self._open()
        except BaseException as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result(None)
        try:
            while (job := self._jobs.get()) is not None:
                self._commit_together(store, [job, *self._waiting()])
        finally:
            self._close(store)
            self._closed.set_result(None)

    def _open(self) -> Store:
        self._keeper.inspect()
        store: Store | None = None
        try:
            if self._path.exists():
                self._guard = read_only(self._path)
            store = Store.writing(self._path)
            self._guard = self._guard or read_only(self._path)
            self._guard.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the file
            store.db.execute("PRAGMA wal_autocheckpoint = 0")
            store.db.execute("BEGIN IMMEDIATE")
            self.lost = self._keeper.adopt(store.db)
            store.db.execute("COMMIT")
            self._keeper.committed(store.db)
            self._keeper.begin()
            if self.is_checked:
                _let_log_be_moved(store)
        except BaseException as error:
            missing = sense.meant_by(error, store.db.conn) if store else None
            meant = faults.meant_by(missing or error, self._path)
            self.damage = meant if isinstance(meant, DatabaseRefused) else None
            self._close(store)
            raise (meant or error) from error
        return store

    def _close(self, store: Store | None) -> None:
        """The last connection to be closed moves the log into the file, unless it can only read."""
        connections = [store, self._guard] if self.damage else [self._guard, store]
        for one in connections:
            if one:
                with contextlib.suppress(sqlite3.Error):
                    one.close()

    def _waiting(self) -> list[_Job]:
        jobs: list[_Job] = []
        while len(jobs) < _MOST_PER_COMMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)  # the end comes after the work that stood before it
                break
            jobs.append(job)
        return jobs

    def _commit_together(self, store: Store, jobs: Sequence[_Job]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            if self.damage:
                raise self.damage
            # IMMEDIATE: a deferred transaction that reads and then writes fails at once when another process wrote in
            # between.
            store.db.execute("BEGIN IMMEDIATE")
            changes = store.db.conn.total_changes
            for work, future in jobs:
                outcomes.append(_in_savepoint(store, work, future))
            is_changed = store.db.conn.total_changes != changes
            if is_changed:
                self._keeper.count(store.db)
            store.db.execute("COMMIT")
            if is_changed:
                self._keeper.committed(store.db)
                self.trouble = None
        except BaseException as error:
            _roll_back(store)
            failure = self._noted(error, len(jobs))
            outcomes = [(future, None, failure) for _, future in jobs]
        for future, result, failed in outcomes:
            if not future.set_running_or_notify_cancel():
                continue
            if failed is None:
                future.set_result(result)
            else:
                future.set_exception(failed)

    def _noted(self, error: BaseException, calls: int) -> BaseException:
        meant = faults.meant_by(error, self._path)
        if isinstance(meant, DatabaseRefused):
            self.found_damaged(meant)
        elif isinstance(meant, DatabaseTrouble):
            self.failed += calls
            self.trouble = meant
        return meant or error

    # the calls

    async def sync_feeds(self, specs: Iterable[FeedSpec], now: float, at_once: bool = False) -> None:
        await self.call(lambda store: store.sync_feeds(specs, now, at_once))

    async def claim_due(
        self,
        now: float,
        limit: int,
        lease: float,
        round_began: float | None = None,
        force: bool = False,
        busy: Iterable[FeedId] = (),
        takes: Callable[[str], bool] = lambda url: True,
    ) -> list[Claimed]:
        return await self.call(lambda store: store.claim_due(now, limit, lease, round_began, force, busy, takes))

    async def release_claims(self) -> None:
        await self.call(lambda store: store.release_claims())

    async def release_claim(self, feed: FeedId, now: float) -> None:
        await self.call(lambda store: store.release_claim(feed, now))

    async def resting(self, now: float) -> dict[str, float]:
        return await self.call(lambda store: store.resting(now))

    async def recent_texts(self, limit: int) -> list[str]:
        return await self.call(lambda store: store.recent_texts(limit))

    async def recall(self, feed: FeedId, keys: Collection[ItemKey]) -> dict[ItemKey, Known]:
        return await self.call(lambda store: store.recall(feed, keys))

    async def lately(self, feed: FeedId) -> list[tuple[str, str, str]]:
        return await self.call(lambda store: store.lately(feed))

    async def texts(self, rows: Collection[int]) -> dict[int, tuple[str, str, str, tuple[Aside, ...]]]:
        return await self.call(lambda store: store.texts(rows))

    async def apply(self, plan: IngestPlan) -> int:
        return await self.call(lambda store: store.apply(plan))

    async def untold_since(self) -> tuple[float | None, int]:
        return await self.call(lambda store: store.untold_since())

    async def untold_baselines(self) -> list[Baseline]:
        return await self.call(lambda store: store.untold_baselines())

    async def tell_baselines(
        self, baselines: Iterable[Baseline], notice: Alert | None, channels: Iterable[str]
    ) -> None:
        await self.call(lambda store: store.tell_baselines(baselines, notice, channels))

    async def shift_due(self, seconds: float, now: float) -> None:
        await self.call(lambda store: store.shift_due(seconds, now))

    async def put_alert(self, alert: Alert, channels: Iterable[str]) -> bool:
        return await self.call(lambda store: store.put_alert(alert, channels))

    async def at_desk(self, work: Callable[[DeskBook], T]) -> T:
        return await self.call(lambda store: work(store.desk))

    async def due_dispatches(self, channel: str, now: float, limit: int) -> list[Dispatch]:
        return await self.call(lambda store: store.due_dispatches(channel, now, limit))

    async def begin_attempt(self, message: int, now: float) -> int | None:
        return await self.call(lambda store: store.begin_attempt(message, now))

    async def finish_attempt(self, message: int, attempt: int, outcome: AttemptOutcome, now: float) -> None:
        await self.call(lambda store: store.finish_attempt(message, attempt, outcome, now))

    async def close_interrupted(self, now: float) -> int:
        return await self.call(lambda store: store.close_interrupted(now))

    async def note_versions(self, versions: Mapping[str, str], now: float) -> None:
        await self.call(lambda store: store.note_versions(versions, now))

    async def set_fact(self, name: str, value: str, now: float) -> None:
        await self.call(lambda store: store.set_fact(name, value, now))

    async def counts(self) -> dict[str, Any]:
        return await self.call(lambda store: store.counts())


def _in_savepoint(
    store: Store, work: Callable[[Store], Any], future: Future[Any]
) -> tuple[Future[Any], Any, BaseException | None]:
    try:
        with store.db.atomic():
            return future, work(store), None
    except Exception as error:
        if faults.meant_by(error):
            raise  # disk full, locked, damaged: the whole commit is in doubt
        if missing := sense.meant_by(error, store.db.conn):
            raise missing from error
        return future, None, error


def _roll_back(store: Store) -> None:
    with contextlib.suppress(sqlite3.Error):  # a disk that fails has often rolled back by itself
        if store.db.conn.in_transaction:
            store.db.execute("ROLLBACK")


def _let_log_be_moved(store: Store) -> None:
    """SQLite may move the log into the file, now and then."""
    store.db.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
