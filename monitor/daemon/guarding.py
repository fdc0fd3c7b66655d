"""The database under the running program: damage ends it, trouble is waited out, and both are told where that needs no
database.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.alerts import compose, notices
from monitor.clock import Clock, ago
from monitor.errors import DatabaseRefused, DatabaseTrouble, Refusal, StoreError
from monitor.model import Alert, SendFailed, Story
from monitor.pipeline import attempt_to_send
from monitor.ports import Channel
from monitor.store import StoreWriter
from monitor.store.integrity.faults import damaged
from monitor.store.integrity.keeping import damage_of
from monitor.store.integrity.record import RecordFile, Refused, Trouble, stamp_of
from monitor.text.clean import redact_all

log = logging.getLogger("monitor.daemon")

_LOOK = 1.0
_PATIENCE = 10.0
"""Seconds that trouble has to stand before it is told on the channels."""
_TOLD_WITHIN = 15.0
_PROBE = 30.0
"""Seconds between writes that show whether the database can be written; five in trouble, to see its end."""
_PROBE_IN_TROUBLE = 5.0
_ROOM_LOOK = 10.0
_ROOM, _SHARE = 50e6, 0.05
_CLEARLY = 1.25
_DAY = 86_400.0
_OFTEN, _AT_LEAST = 600.0, 5.0
"""A whole database is read again after a thousand times as long as that takes, but not before ten minutes; after two
hundred times as long, but not before five seconds, where its file has been written to.
"""
LOW = "low"
"""The code of a ``Trouble``: the disk is almost full. The others are those of ``Fault``."""


@dataclass
class _Spell:
    """A time in which the database cannot be written."""

    trouble: Trouble
    began: float
    told: bool = False


class DatabaseGuard:
    """Watches over the database of a running program. ``floor``: bytes that should be free on its disk; without it as
    many as are usual. ``before``: the trouble that was told last by an earlier run or round.
    """

    def __init__(
        self,
        database: Path,
        store: StoreWriter,
        channels: Sequence[Channel],
        names: Sequence[str],
        clock: Clock,
        floor: float | None,
        before: Trouble | None = None,
    ) -> None:
        self._database = database
        self._store = store
        self._channels = channels
        self._names = names
        self._clock = clock
        self._floor = floor
        self._opened = identity_of(database)
        self._spell: _Spell | None = None
        self._failed = 0
        self._low = before if before and before.code == LOW else None
        if self._low:
            store.record.update(trouble=self._low)  # a start forgets it, as it does the others
        self._room_looked_at = self._probed = -_DAY
        self._checking: asyncio.Task[None] | None = None
        self._checked, self._cost = clock.monotonic() if store.is_checked else -_DAY, 0.0
        self._written = _written(database)
        self._telling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Watch until the program has to end. Raises DatabaseRefused, and StoreError for one that was replaced."""
        try:
            while True:
                await asyncio.sleep(_LOOK)
                self._look_at_file()
                if self._store.damage:
                    raise self._store.damage
                self._check_when_due()
                self._look_at_trouble()
                await self._look_at_room()
                await self._probe()
        except DatabaseRefused as error:
            await tell_refusal(self._channels, self._store.record, self._database, error, self._clock.now())
            raise
        finally:
            if self._checking:
                self._checking.cancel()

    # is it there, and is it whole?

    def _look_at_file(self) -> None:
        """SQLite goes on with a file that has no name any more; all that it writes then is lost."""
        now_there = identity_of(self._database)
        if now_there == self._opened:
            return
        message = f"{self._database}: deleted or replaced while the program ran; what it learnt since is lost"
        if now_there is None:
            raise DatabaseRefused(message, Refusal.MISSING)
        log.error("%s", message)
        raise StoreError(message)

    def _check_when_due(self) -> None:
        if self._checking and not self._checking.done():
            return
        since = self._clock.monotonic() - self._checked
        pause = min(_DAY, max(_OFTEN, 1_000 * self._cost))
        if _written(self._database) != self._written:
            pause = min(pause, max(_AT_LEAST, 200 * self._cost))
        if since >= pause:
            self._checking = asyncio.create_task(self._check(), name="check")

    async def _check(self) -> None:
        began, self._written = self._clock.monotonic(), _written(self._database)
        try:
            detail = await asyncio.to_thread(damage_of, self._database)
            if detail:
                self._store.found_damaged(damaged(self._database, detail))
            else:
                await self._store.found_whole()
        except StoreError:  # it cannot be read for now
            return
        finally:
            self._checked = self._clock.monotonic()
            self._cost = self._checked - began

    # can it be written?

    async def _probe(self) -> None:
        now = self._clock.monotonic()
        if now - self._probed >= (_PROBE_IN_TROUBLE if self._spell else _PROBE):
            try:
                await self._store.set_fact("alive", "", self._clock.now())
            except StoreError:
                self._look_at_trouble()
            self._probed = self._clock.monotonic()

    def _look_at_trouble(self) -> None:
        error, spell, now = self._store.trouble, self._spell, self._clock.now()
        if error is None:
            if spell:
                self._end(spell, now)
            self._failed = self._store.failed
            return
        if spell is None:
            trouble = Trouble(error.fault, str(error), now)
            self._spell = spell = _Spell(trouble, self._clock.monotonic())
            self._store.record.update(trouble=trouble)
            log.error("%s: nothing can be stored until this is over, and alerts wait", error)
        if not spell.told and self._clock.monotonic() - spell.began >= _PATIENCE:
            spell.told = True
            self._tell(notices.trouble_notice(spell.trouble.text, spell.trouble.since, now))

    def _end(self, spell: _Spell, now: float) -> None:
        self._spell = None
        self._store.record.update(trouble=self._low)
        failed = self._store.failed - self._failed
        lasted = ago(self._clock.monotonic() - spell.began)
        log.warning("the database can be written again after %s; %d tries had failed, nothing is lost", lasted, failed)
        if spell.told:
            self._tell(notices.recovered_notice(spell.trouble.since, now))

    async def _look_at_room(self) -> None:
        if self._clock.monotonic() - self._room_looked_at < _ROOM_LOOK:
            return
        self._room_looked_at = self._clock.monotonic()
        free, floor = room(self._database, self._floor)
        now = self._clock.now()
        if not self._low and free < floor:
            left = notices.megabytes(free)
            text = f"the disk is almost full: {left} are left for the database, {self._database.parent}"
            self._low = Trouble(LOW, text, now)
            log.warning("%s", text)
            self._tell(notices.low_notice(str(self._database.parent), free, now))
        elif self._low and free > _CLEARLY * floor:
            self._low = None
            log.warning("the disk has room again: %s", notices.megabytes(free))
            self._tell(notices.room_notice(free, now))
        if not self._spell and self._store.record.record.trouble != self._low:
            self._store.record.update(trouble=self._low)

    async def look_at_room_once(self) -> None:
        """Tell whether the disk is almost full, or has room again: for a round, over which nobody watches."""
        await self._look_at_room()
        await asyncio.gather(*self._telling)

    def _tell(self, notice: Alert) -> None:
        """Through the outbox, where it can be written; otherwise past it."""
        task = asyncio.create_task(self._tell_somehow(notice))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_somehow(self, notice: Alert) -> None:
        try:
            if self._store.trouble:
                raise self._store.trouble
            await self._store.put_alert(notice, self._names)
        except StoreError:
            await tell_directly(self._channels, notice)


async def tell_directly(channels: Sequence[Channel], notice: Alert) -> bool:
    """Send a notice past the outbox, once, on all channels; whether one took it."""

    async def tell(channel: Channel) -> bool:
        try:
            async with asyncio.timeout(_TOLD_WITHIN):
                result = await attempt_to_send(channel, compose.message(channel.name, [Story(notice)], notice.created))
                await channel.end_batch()
        except TimeoutError:
            return False
        if isinstance(result, SendFailed):
            log.warning("%s: a notice was not delivered: %s", channel.name, result.detail)
        return not isinstance(result, SendFailed)

    return any(await asyncio.gather(*map(tell, channels)))


async def tell_failure(
    channels: Sequence[Channel], record: RecordFile, error: BaseException | None, now: float
) -> None:
    """Tell that the program ends by a mistake of its own; of the same mistake once a day, however often it is started
    again.
    """
    text, before = redact_all(f"{type(error).__name__}: {error}"), record.record.failure
    if before and before.text == text and 0 <= now - before.since < _DAY:
        return
    if await tell_directly(channels, notices.failure_notice(text, now)):
        record.update(failure=Trouble("mistake", text, now))


async def tell_refusal(
    channels: Sequence[Channel], record: RecordFile, database: Path, error: DatabaseRefused, now: float
) -> None:
    """Tell that the database is refused, once for as long as its files stay as they are, and remember it."""
    before, stamp = record.record.refused, stamp_of(database)
    is_told = bool(before and before.told and (before.code, before.stamp) == (error.refusal, stamp))
    if not is_told:
        is_told = await tell_directly(channels, notices.refused_notice(error.refusal, str(error), now))
    # In any case: the record may be gone with the folder, and nothing but it says so to the next start.
    record.update(refused=Refused(error.refusal, str(error), now, stamp, is_told))


async def tell_trouble(
    channels: Sequence[Channel], record: RecordFile, before: Trouble | None, error: DatabaseTrouble, now: float
) -> None:
    """Tell that a round could not write the database, if none ``before`` it has told so, and remember it."""
    if before is None or before.code == LOW:
        before = Trouble(error.fault, str(error), now)
        if not await tell_directly(channels, notices.trouble_notice(before.text, before.since, now)):
            return
    record.update(trouble=before)


async def tell_recovery(channels: Sequence[Channel], before: Trouble, now: float) -> None:
    """Tell that the database can be written again, after the trouble that a round has told of."""
    if before.code != LOW:
        await tell_directly(channels, notices.recovered_notice(before.since, now))


def room(database: Path, floor: float | None) -> tuple[float, float]:
    """How many bytes are free for the database, and how many should be."""
    try:
        disk = os.statvfs(os.path.realpath(database.parent))
    except OSError:
        return float("inf"), 0.0
    usual = min(_ROOM, _SHARE * disk.f_blocks * disk.f_frsize)
    return disk.f_bavail * disk.f_frsize, usual if floor is None else floor


def identity_of(database: Path) -> tuple[int, int] | None:
    """Device and inode of the file that has this name now; None when there is none, or none that can be used."""
    try:
        found = database.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _written(database: Path) -> int:
    try:
        return database.stat().st_mtime_ns
    except OSError:
        return 0
