"""The demo as a user meets it: one command, the real daemon, alerts on standard output."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from pathlib import Path

import pytest

from monitor.demo.story import BEGINS, ITEMS
from monitor.watchlist import load
from tests.support import Child, run_monitor, until


def started_daemons(folder: Path) -> list[int]:
    """The processes that have the demo's configuration in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                arguments = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(folder / "config.toml") in arguments:
                found.append(int(entry.name))
    return found


EDITOR = {"EDITOR": "true", "VISUAL": "true"}
"""Somebody's whose editor changes nothing."""


async def run_printed(command: str) -> tuple[int | None, str]:
    """Run a command line that the demo has printed, as a shell would."""
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        env={**os.environ, **EDITOR},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def test_the_demo_alerts_for_every_watchlist_and_for_no_lookalike(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = await Child.start("demo", "--seconds", "5", "--keep", str(folder))
    code = await demo.wait()
    assert (code, demo.err) == (0, "")

    story, summary = demo.out.split("What happened\n")
    assert "First reading of 10 feeds: 11 items, 3 matches already there" in story
    for watch in load(folder / "watchlists").watches:
        assert f"  {watch.title}\n" in story
    for item in ITEMS:
        expected = bool(item.expect) and not item.weak and item.published >= BEGINS
        # Once also where two outlets have it: the later report joins the story of the first.
        assert story.count(f"\n  {item.title}\n") == expected, item.guid
    assert "\x1b" not in demo.out

    assert f"{len(ITEMS)} items read" in summary
    assert "2 more reports joined a story that another outlet had told, and alerted nobody again." in summary
    assert "Why was this not an alert?" in summary
    assert "Missing: any of " in summary
    assert not started_daemons(folder)
    commands = [line.strip() for line in summary.splitlines() if f"--config {folder}" in line]
    assert len(commands) == 7
    result, out = await run_printed(commands[0])
    assert (result, bool(out)) == (0, True), commands[0]
    (program,) = {command.partition(" ")[0] for command in commands}
    assert "monitor" in program
    for command in commands[1:]:
        result, out, err = await run_monitor(*shlex.split(command)[1:], env=EDITOR)
        assert (result, bool(out + err)) == (0, True), command


async def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\n", "utf-8")
    code, out, err = await run_monitor("demo", "--keep", str(tmp_path))
    assert (code, out) == (1, "")
    assert "is not empty; name a new folder with --keep" in err
    assert os.listdir(tmp_path) == ["config.toml"]


@pytest.mark.parametrize(
    ("number", "expected"), [pytest.param(signal.SIGINT, 130, marks=pytest.mark.long), (signal.SIGTERM, 143)]
)
async def test_a_stopped_demo_takes_its_daemon_along_and_runs_no_file_of_the_current_folder(
    tmp_path: Path, number: signal.Signals, expected: int
) -> None:
    for name in ("random.py", "calendar.py", "monitor.py"):
        (tmp_path / name).write_text("raise SystemExit('a file of the user was run')\n")
    folder = tmp_path / "demo"
    demo = await Child.start("demo", "--keep", str(folder), cwd=tmp_path)
    await until(lambda: "First reading" in demo.out, what="the daemon at work")
    demo.signal(number)
    assert await demo.wait() == expected
    assert "Stopped." in demo.err
    assert "was run" not in demo.err
    assert not started_daemons(folder)


async def test_a_daemon_that_dies_is_told_of_with_the_end_of_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    demo = await Child.start("demo", "--keep", str(folder))
    await until(lambda: "First reading" in demo.out, what="the daemon at work")
    for process in started_daemons(folder):
        os.kill(process, signal.SIGKILL)
    assert await demo.wait() == 1
    assert "the daemon did not run to the end of the story" in demo.err
    assert "first reading" in demo.err


async def test_a_checkout_is_found_from_anywhere(tmp_path: Path) -> None:
    code = "from monitor.demo.stage import starter; print(starter('watchlists'))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert (Path(out.decode().strip()) / "pakistan-brics.toml").is_file()
