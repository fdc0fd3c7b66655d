"""``monitor demo``: a newsroom on this machine, the real daemon as a process of its own, and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import BinaryIO

import click

from monitor.demo.newsroom import Newsroom
from monitor.demo.stage import Stage, set_stage
from monitor.demo.story import ITEMS, OUTLETS
from monitor.demo.summary import facts, is_all_told, next_steps, read_tally, silence
from monitor.watchlist import load

_START_PATIENCE = 300.0
_END_PATIENCE = 300.0
_STOP_PATIENCE = 60.0
_BASELINE_SETTLES = 0.5
_LOOK = 0.2
_LOG_LINES = 15


async def play(seconds: float, folder: str | None) -> int:
    """Play the story in ``seconds``; the files stay in ``folder``, or in a new temporary one.

    Exit code 0: every watchlist alerted; 1: one did not, or the daemon failed; 130 or 143: stopped by a signal.
    """
    performance = asyncio.create_task(_perform(seconds, folder))
    received: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        received.append(number)
        performance.cancel()

    # SIGTERM too: the daemon must not stay behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    try:
        return await performance
    except asyncio.CancelledError:
        if not received:
            raise
        click.echo("\nStopped.", err=True)
        return 128 + received[0]


async def _perform(seconds: float, folder: str | None) -> int:
    stage = set_stage(folder)
    watches = load(stage.watchlists).watches
    async with Newsroom() as newsroom:
        stage.write_config(newsroom)
        _introduce(seconds, stage)
        if not await _with_daemon(stage, _story(newsroom, stage, seconds)):
            return _failed(stage)
    tally = read_tally(stage.database)
    _show("What happened", facts(tally, newsroom, watches))
    _show("Why was this not an alert?", silence(watches))
    _show("Try next", (f"{what}:\n    {command}" for what, command in next_steps(stage)))
    return 0 if all(tally.alerts[watch.id] for watch in watches) else 1


async def _story(newsroom: Newsroom, stage: Stage, seconds: float) -> None:
    # The story begins after the first reading, or its first items would be taken for old ones.
    async with _patience(_START_PATIENCE):
        await newsroom.first_reading()
    await asyncio.sleep(_BASELINE_SETTLES)
    newsroom.begin(seconds)
    await asyncio.sleep(seconds)
    async with _patience(_END_PATIENCE):
        await newsroom.last_reading()
        while not is_all_told(stage.database):  # noqa: ASYNC110 - the daemon is another process
            await asyncio.sleep(_LOOK)


@contextlib.asynccontextmanager
async def _patience(seconds: float) -> AsyncIterator[None]:
    """Wait no longer than this; the summary shows what was missed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


async def _with_daemon(stage: Stage, work: Coroutine[object, object, None]) -> bool:
    """Run the daemon for as long as ``work`` takes. False when it ended by itself, or would not end in good order."""
    working = asyncio.create_task(work)
    with stage.log.open("wb") as log:
        daemon = await _start(stage, log)
        dying = asyncio.create_task(daemon.wait())
        try:
            await asyncio.wait({working, dying}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                return False
            working.result()
        finally:
            working.cancel()
            dying.cancel()
            await _stop(daemon)
    return daemon.returncode == 0


async def _start(stage: Stage, log: BinaryIO) -> Process:
    """The real daemon. Its alerts go to our own standard output, its log to a file. Modules are not looked for in the
    current folder (``-P``), where anything may lie.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "monitor",
        "run",
        "--config",
        str(stage.config),
        stdin=DEVNULL,
        stderr=log,
        env={**os.environ, "XDG_STATE_HOME": str(stage.config.parent / "state")},
    )


async def _stop(daemon: Process) -> None:
    try:
        async with asyncio.timeout(_STOP_PATIENCE):
            if daemon.returncode is None:
                daemon.terminate()
            await daemon.wait()
    except TimeoutError:
        click.echo("The daemon did not stop in time and was killed.", err=True)
    finally:  # also when a second Ctrl-C cuts the waiting short
        if daemon.returncode is None:
            daemon.kill()
            await daemon.wait()


def _introduce(seconds: float, stage: Stage) -> None:
    click.secho(f"The autumn of 2024 in {seconds:g} seconds", bold=True)
    click.echo(
        f"{len(OUTLETS)} invented newspapers on this machine publish {len(ITEMS)} items in English, Russian and Urdu.\n"
        "The real daemon reads their feeds with the three watchlists that are shipped. What belongs to one\n"
        "of them appears below as an alert that says why; brick kilns, live streams and other pipelines\n"
        f"must not. No network is used. The files are in {stage.folder}\n"
    )


def _show(heading: str, lines: Iterable[str]) -> None:
    click.secho(heading, bold=True)
    for line in lines:
        click.echo(f"  {line}".rstrip())
    click.echo()


def _failed(stage: Stage) -> int:
    click.echo(f"error: the daemon did not run to the end of the story; the end of {stage.log}:", err=True)
    for line in stage.log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]:
        click.echo(f"  {line}", err=True)
    return 1
