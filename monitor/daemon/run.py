"""The running daemon: APScheduler's jobs, signals, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from monitor.clock import Clock
from monitor.daemon import stopping, systemd
from monitor.daemon.app import Program
from monitor.daemon.guarding import tell_failure
from monitor.daemon.logs import StatusLine
from monitor.daemon.reload.reloading import Reloading
from monitor.errors import DatabaseTrouble, StoreError
from monitor.pipeline import announce_baselines
from monitor.text.wording import counted

log = logging.getLogger("monitor.daemon")

_TICK = 0.5
_FAILURES = 20
"""A job that has failed so often in a row always will."""
_CHANGES_LOOK = 5.0
_LINE = 1.0
_DAY = 86_400.0
_CLOCK_JUMP = 30.0
_POLLS_DRAIN = 3.0
_SENDS_DRAIN = 3.0
_PATIENCE = 9.0
"""Seconds from the signal to stop until the process ends by force: a supervisor's own patience often is ten."""


class Every(BaseTrigger):  # type: ignore[misc]
    """Fires every so many seconds from now on. Knows nothing of the past: a clock that jumps ahead a year makes one
    run, not a million.
    """

    def __init__(self, seconds: float) -> None:
        self._pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Now for the first time, then after the pause."""
        return now + self._pause if previous_fire_time else now


Job = Callable[[], Awaitable[None]]


def patient(job: Job, broken: asyncio.Future[None] | None = None) -> Job:
    """``job``, which is done later where the database cannot be used; the guard of the database tells of that. One that
    fails again and again because of a mistake of the program sets ``broken``: it would never do its work any more.
    """
    failed = 0

    async def run() -> None:
        nonlocal failed
        try:
            await job()
        except StoreError:
            return
        except Exception as error:
            failed += 1
            if failed == 1:
                name = getattr(job, "__name__", "a job").strip("_").replace("_", " ")
                log.error("%s failed: %s: %s", name, type(error).__name__, error)
                log.debug("where it failed", exc_info=True)
            if failed >= _FAILURES and broken and not broken.done():
                broken.set_exception(error)
        else:
            failed = 0

    return run


class Daemon:
    """Runs an assembled program until it is told to stop, by ``stop``."""

    def __init__(self, program: Program, stop: Stop, line: StatusLine | None = None) -> None:
        self._program = program
        self._stop = stop
        self._line = line
        self._asked_all = False
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # The default grace of one second would drop runs that start late; here a late run is still wanted, once.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._clock_watch = ClockWatch(program.clock)
        self._reloading = Reloading(program)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then finish what is in hand, within ten seconds. Raises what stopped a vital
        part.
        """
        if self._stop.told.is_set():
            log.info("stopped before the first poll")
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload_now)
        broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for job in (self._poll, self._reloading.look, self._announce):
            self._scheduler.add_job(patient(job, broken), Every(_TICK))
        self._scheduler.add_job(patient(self._announce_changes, broken), Every(_CHANGES_LOOK))
        self._scheduler.add_job(patient(self._reloading.learn), Every(_DAY))
        self._scheduler.add_job(patient(self._show_progress), Every(_LINE))
        self._scheduler.add_job(patient(self._reloading.begin))
        self._scheduler.start()
        sending = asyncio.create_task(self._program.sender.run(), name="sending")
        watching = asyncio.create_task(self._watch_clock(), name="clock")
        guarding = asyncio.create_task(self._guard_database(), name="database")
        stopped = asyncio.create_task(self._stop.told.wait(), name="stop")
        config = self._program.config
        watches = counted(len(self._program.watchlists.engine.watches), "watchlist")
        log.info("watching %s for %s, process %d", counted(len(config.feeds), "feed"), watches, os.getpid())
        systemd.notify("READY=1")
        try:
            vital: set[asyncio.Future[Any]] = {sending, watching, guarding, stopped, broken}
            done, _ = await asyncio.wait(vital, return_when=asyncio.FIRST_COMPLETED)
            if broken in done:
                now, record = self._program.clock.now(), self._program.store.record
                await tell_failure(self._program.channels, record, broken.exception(), now)
            for task in done - {stopped}:
                task.result()  # a vital part has ended: better a restart than a daemon that is alive and idle
        finally:
            self._stop.end_by_force(0 if self._stop.told.is_set() else 1)
            systemd.notify("STOPPING=1")
            await self._wind_down(sending, watching, guarding, stopped, broken)

    async def _wind_down(self, sending: asyncio.Task[None], *others: asyncio.Future[Any]) -> None:
        log.info("stopping")
        for task in others:
            task.cancel()
        for job in self._scheduler.get_jobs():
            job.remove()
        await self._program.poller.stop(_POLLS_DRAIN)
        self._program.sender.stop()
        _, cut_short = await asyncio.wait({sending}, timeout=_SENDS_DRAIN)
        if cut_short:
            # A mail server may yet take the alert in hand; the next daemon must not begin before that has ended.
            self._program.lock.keep_until_exit()
        sending.cancel()
        # Only now: this cancels coroutines that APScheduler still runs, and reports each as an error.
        logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
        self._scheduler.shutdown(wait=False)
        await asyncio.gather(sending, *others, return_exceptions=True)
        log.info("stopped")

    # jobs

    async def _poll(self) -> None:
        await self._program.poller.tick()

    async def _announce(self) -> None:
        program = self._program
        if await announce_baselines(program.store, program.clock.now(), program.polling.policy.desk.notices):
            program.sender.wake()

    async def _announce_changes(self) -> None:
        program = self._program
        if await program.store.at_desk(program.changes_at(program.clock.now())):
            program.sender.wake()

    async def _show_progress(self) -> None:
        """Say once that all feeds that were due have been asked; and on a terminal, again and again, how things are."""
        program = self._program
        if self._asked_all and self._line is None:
            return
        not_asked, next_poll = await program.store.call(lambda store: store.outlook())
        feeds, now = len(program.config.feeds), program.clock.now()
        if not (self._asked_all or not_asked) and program.poller.is_idle and (next_poll is None or next_poll > now):
            self._asked_all = True
            log.info("%s", program.progress.asked_all(next_poll, now))
        if self._line:
            self._line.show(program.progress.line(feeds, next_poll, now))

    def _reload_now(self) -> None:
        self._scheduler.add_job(patient(self._reloading.all_now))

    # the database, the clock, and systemd's watchdog

    async def _guard_database(self) -> None:
        """Raises StoreError."""
        try:
            await self._program.guard.run()
        finally:
            self._program.sender.stop()  # what cannot be remembered would be sent again

    async def _watch_clock(self) -> None:
        shift = 0.0
        while True:
            await asyncio.sleep(_TICK)
            jump = self._clock_watch.jump()
            if jump:
                log.warning("the clock was set by %+.0f s", jump)
                shift += min(jump, 0.0)
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=datetime.now(self._scheduler.timezone))
            if self._is_alive():
                systemd.notify("WATCHDOG=1")
            if shift:
                with contextlib.suppress(DatabaseTrouble):  # then at the next look
                    await self._program.store.shift_due(shift, self._program.clock.now())
                    shift = 0.0

    def _is_alive(self) -> bool:
        """Whether polls still begin or end; the slowest of them is over after the longest allowed request and parse."""
        polling = self._program.config.polling
        patience = polling.timeout + polling.parse_timeout + 30
        return self._program.clock.monotonic() - self._program.poller.progressed < patience


class ClockWatch:
    """Notices when the wall clock was set: it then moves differently from the monotonic one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = clock.now() - clock.monotonic()

    def jump(self) -> float:
        """Seconds by which the wall clock was set since the last call; 0 for less than half a minute."""
        offset = self._clock.now() - self._clock.monotonic()
        jump = offset - self._offset
        if abs(jump) < _CLOCK_JUMP:
            return 0.0
        self._offset = offset
        return jump


class Stop:
    """Told by a signal to stop; made inside the running loop. Whatever hangs then, the process ends after some
    patience. That is as safe as a power cut: all that matters is in the database.
    """

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._codes: queue.SimpleQueue[int] = queue.SimpleQueue()  # may be used while a signal is handled
        # It may be the loop that hangs, or the main thread.
        threading.Thread(target=self._end, name="end", daemon=True).start()
        stopping.on_stop(self._told)

    def _told(self) -> None:
        self.end_by_force(0)
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.told.set)

    def end_by_force(self, code: int) -> None:
        """End the process with ``code`` when it has not ended by itself soon; only the first time counts."""
        self._codes.put(code)

    def _end(self) -> None:
        code = self._codes.get()
        time.sleep(_PATIENCE)
        os._exit(code)
