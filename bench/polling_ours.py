"""The program's own readings of bench.polling, each in a process of its own, so that memory is that of one reading."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.common import children_running, clean_up_when_terminated, cpu_seconds, rss_mb
from bench.polling_server import NEWEST, FeedServer

if TYPE_CHECKING:
    from monitor.daemon.app import Program
    from monitor.store import Store

_PARSER = "monitor.feeds.parse.worker"
_ROUNDS = (("first", "read"), ("unchanged", "unchanged"))
_INTERVAL = 900.0
_TICK = 0.5
"""Seconds from one look for feeds that are due to the next, as in the daemon."""
_CHANGES_LOOK = 5.0
_CHANGED = 0.01
"""The share of documents that are not as they were at the poll before."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """What a reading is made with. ``polling`` is what stands in ``[polling]`` besides the interval; where it is empty,
    the program's own settings hold.
    """

    server: FeedServer
    watchlists: Path
    polling: dict[str, int]
    folder: Path | None


def in_a_process(
    work: Callable[[Settings, Path, int], Coroutine[Any, Any, Any]], settings: Settings, number: int
) -> Any:
    """What ``work`` returns, done in a new process in a new folder."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-", dir=settings.folder) as folder:
        process = context.Process(target=_run, args=(work, settings, Path(folder), number, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            return ours.recv()
        except EOFError:
            raise SystemExit("the measured process has died") from None
        finally:
            process.join(5.0)
            process.kill()
            process.join()


def _run(
    work: Callable[[Settings, Path, int], Coroutine[Any, Any, Any]],
    settings: Settings,
    folder: Path,
    number: int,
    pipe: Connection,
) -> None:
    clean_up_when_terminated()
    pipe.send(asyncio.run(work(settings, folder, number)))


def write_config(settings: Settings, folder: Path) -> Path:
    """A configuration for all feeds of the server, with its database in ``folder`` and nobody to alert."""
    feeds = "".join(
        f'[[feeds]]\nurl = "{url}"\nname = "Feed {number}"\nallow_private = true\n'
        for number, url in enumerate(settings.server.urls())
    )
    polling = "".join(f"{name} = {value}\n" for name, value in settings.polling.items())
    path = folder / "config.toml"
    path.write_text(
        f'[monitor]\ndatabase = "monitor.db"\nwatchlists = {json.dumps(str(settings.watchlists.absolute()))}\n'
        f'[polling]\ninterval = "15m"\nmax_interval = "15m"\n{polling}[alerts.console]\nenabled = false\n{feeds}',
        "utf-8",
    )
    return path


# --- all feeds at once -----------------------------------------------------------------------------------------------


async def read_twice(settings: Settings, folder: Path, number: int) -> list[Row]:
    """All feeds for the first time, then unchanged, with a new database: a row of figures each."""
    from monitor.config.settings import load
    from monitor.daemon.app import assembled

    rows = []
    async with assembled(load(write_config(settings, folder)), by_hand=True) as program:
        for name, result in _ROUNDS:
            program.reports.clear()
            stored = (await program.store.counts())["items"]
            cpu, parsers_cpu, began = time.process_time(), _parsers_cpu(), time.perf_counter()
            await program.poller.round(force=True)
            await program.poller.drain()
            seconds = time.perf_counter() - began
            results = Counter(report.result for report in program.reports)
            main, parsers = time.process_time() - cpu, _parsers_cpu() - parsers_cpu
            rows.append(
                {
                    "round": name,
                    "feeds": len(program.reports),
                    "seconds": seconds,
                    "cpu_seconds": main + parsers,
                    "main_cpu_seconds": main,
                    "parsers_cpu_seconds": parsers,
                    "items": (await program.store.counts())["items"] - stored,
                    # A poll that raised has no report.
                    "errors": abs(number - len(program.reports)) + results.total() - results[result],
                    **_memory(),
                }
            )
    return rows


def _parsers_cpu() -> float:
    return sum(cpu_seconds(pid) for pid in children_running(_PARSER))


def _memory() -> Row:
    parsers = [rss_mb(pid, peak=True) or 0.0 for pid in children_running(_PARSER)]
    return {"peak_rss_mb": rss_mb(peak=True), "parsers_peak_rss_mb": round(sum(parsers), 1)}


# --- many feeds, day in, day out -------------------------------------------------------------------------------------


@dataclass
class JumpingClock:
    """Time that does not wait."""

    time: float = NEWEST + 3600.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


async def read_steadily(settings: Settings, folder: Path, number: int) -> Row:
    """``number`` polls of feeds at 15 minutes that have been read before, of which one in a hundred finds a change.

    Time jumps from one look for what is due to the next, so each look finds what it would find, and each commit holds
    what it would hold; only the waiting between is left out. The time in which documents are changed does not count.
    """
    from monitor.config.settings import load
    from monitor.daemon.app import assembled

    clock = JumpingClock()
    async with assembled(load(write_config(settings, folder)), clock, by_hand=True) as program:
        await program.poller.round(force=True)
        await program.poller.drain()
        failed = sum(report.result != "read" for report in program.reports)
        await _announce(program, clock, changes=True)
        await program.store.call(lambda store: _spread_evenly(store, clock.now()))
        began, stored = clock.time, (await program.store.counts())["items"]
        parsers_cpu, first_rss = _parsers_cpu(), rss_mb()
        results, changed, cpu = await _poll_on(settings, program, clock, number)
        parsers_cpu = _parsers_cpu() - parsers_cpu
        polls, feeds = results.total(), settings.server.feeds.number
        share = (cpu + parsers_cpu) / polls * feeds / _INTERVAL
        return {
            "feeds": feeds,
            "polls": polls,
            "simulated_seconds": round(clock.time - began),
            "documents_changed": changed,
            "polls_with_news": results["read"],
            "items": (await program.store.counts())["items"] - stored,
            "errors": failed + polls - results["read"] - results["unchanged"],
            "cpu_ms_per_poll": round((cpu + parsers_cpu) / polls * 1000, 3),
            "main_cpu_seconds": round(cpu, 2),
            "parsers_cpu_seconds": round(parsers_cpu, 2),
            "share_of_one_core_percent": round(share * 100, 2),
            "rss_after_first_reading_mb": first_rss,
            "rss_mb": rss_mb(),
            **_memory(),
        }


async def _poll_on(
    settings: Settings, program: Program, clock: JumpingClock, number: int
) -> tuple[Counter[str], int, float]:
    """Results of polls, documents changed, and processor seconds of this process."""
    pick, feeds = random.Random(number), settings.server.feeds
    results: Counter[str] = Counter()
    changed, cpu, looks = 0, 0.0, 0
    while results.total() < number:
        clock.time += _TICK
        looks += 1
        # So often that a document has changed since its last poll with the probability wanted.
        if pick.random() < feeds.number * _CHANGED / _INTERVAL * _TICK:
            feeds.change(pick.randrange(feeds.number), changed, pick)
            changed += 1
        program.reports.clear()
        before = time.process_time()
        await program.poller.tick()
        await program.poller.drain()
        await _announce(program, clock, changes=not looks % round(_CHANGES_LOOK / _TICK))
        cpu += time.process_time() - before
        results.update(report.result for report in program.reports)
        if clock.time > NEWEST + 3600 + 10 * _INTERVAL + number * _TICK:
            raise SystemExit("feeds are not polled as they should be")
    return results, changed, cpu


async def _announce(program: Program, clock: JumpingClock, changes: bool) -> None:
    """What the daemon looks for besides."""
    from monitor.pipeline import announce_baselines

    await announce_baselines(program.store, clock.now(), program.polling.policy.desk.names)
    if changes:
        await program.store.at_desk(program.changes_at(clock.now()))


def _spread_evenly(store: Store, now: float) -> None:
    """Feeds are due one after the other over the whole interval, as they are some hours after a start."""
    store.db.execute(
        "UPDATE feeds SET next_due = :now + :interval * id / (SELECT max(id) FROM feeds)",
        {"now": now, "interval": _INTERVAL},
    )
