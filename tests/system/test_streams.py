"""Standard streams that are closed, and files that are none."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import Home, MailServer, NewsServer, run_monitor

EXPORT = '[[feeds]]\nurl = "https://news.example/feed"\nname = "Dawn"\n'


@pytest.fixture
def home(home: Home) -> Home:
    """Asked as seldom as a user may wish: interpreters that start here know of no other."""
    return replace(home, polling=Home.polling).write()


async def closed(how: str, *words: str, cwd: Path) -> tuple[int, str, str]:
    """What ``monitor`` says when it is started with streams closed, as by ``>&-``."""
    command = ("sh", "-c", f'exec "$@" {how}', "sh", sys.executable, "-P", "-m", "monitor", *words)
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"MONITOR_CONFIG": "config.toml"},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


COMMANDS = {
    "--help": True,
    "status": True,
    "feeds list --json": False,
    "feeds export": False,
    "feeds export /dev/stdout": True,
    "watch check": False,
    "watch new lithium --dry-run": True,
    "completion bash": False,
}
"""Each starts an interpreter: those that are True in every run of the tests."""


@pytest.mark.parametrize(
    "command",
    [pytest.param(one, marks=() if quick else pytest.mark.long) for one, quick in COMMANDS.items()],
)
async def test_F22_a_closed_standard_output_is_told_in_plain_words(command: str, home: Home) -> None:
    code, out, err = await closed(">&-", *command.split(), cwd=home.folder)
    assert (code, out) == (1, "")
    assert err.endswith("error: the output cannot be written: standard output is closed\n")
    assert "Traceback" not in err
    assert "NoneType" not in err


QUICK = {"feeds list": ["2>&-"], "watch new lithium --dry-run": ["<&- 2>&-"], "judge": ["<&-"]}


@pytest.mark.parametrize("is_each", [False, pytest.param(True, marks=pytest.mark.long)], ids=["by turns", "each"])
@pytest.mark.parametrize("command", QUICK)
async def test_F22_other_streams_that_are_closed_are_as_good_as_empty(command: str, is_each: bool, home: Home) -> None:
    code, out, err = await run_monitor(*command.split(), "--config", str(home.config))
    for how in ("<&-", "2>&-", "<&- 2>&-") if is_each else QUICK[command]:
        found = await closed(how, *command.split(), cwd=home.folder)
        assert found == (code, out, "" if "2>&-" in how else err), how


@pytest.mark.parametrize("how", [">&-", "<&- >&- 2>&-"])
async def test_F22_once_without_an_output_keeps_what_the_console_is_owed_and_sends_the_rest(
    how: str, home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed", ("1", "Pakistan applies for BRICS membership"))
    code, out, err = await closed(how, "once", "--alert-baseline", cwd=home.folder)
    assert (code, out) == (4, "")
    assert "NoneType" not in err
    if how == ">&-":
        assert "console: standard output cannot be written: [Errno 9] standard output is closed" in err
    assert len(mail.raw) >= 1
    # No file had the number of a stream, or what is written to that would stand in it.
    with sqlite3.connect(home.database) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    code, out, _ = await run_monitor("once", "--config", str(home.config))
    assert (code, "Pakistan applies for BRICS membership" in out) == (0, True)


@pytest.mark.parametrize(("how", "what"), [(">&-", "closed"), (">/dev/null", "/dev/null")])
async def test_F22_once_says_what_its_output_is_where_alerts_go_nowhere_else(
    how: str, what: str, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text("[alerts.console]\n", "utf-8")
    _, _, err = await closed(how, "once", cwd=tmp_path)
    assert f"alerts go to standard output alone, and that is {what}: nobody reads them" in err


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "-", "pipe", "link"])
async def test_R11_a_pipe_is_written_to(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CONFIG", "config.toml")
    (tmp_path / "config.toml").write_text(EXPORT, "utf-8")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    reading = asyncio.to_thread((tmp_path / "pipe").read_text, "utf-8") if name in ("pipe", "link") else None
    running = asyncio.create_task(run_monitor("feeds", "export", name, cwd=tmp_path))
    text = await reading if reading else ""
    code, out, err = await running
    assert (code, err) == (0, "1 feed exported.\n")
    assert '"https://news.example/feed"' in (text or out)
    assert sorted(os.listdir(tmp_path)) == ["config.toml", "link", "pipe"]


async def test_R11_standard_output_that_is_a_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXPORT, "utf-8")
    (tmp_path / "log").write_text("before\n", "utf-8")
    number = (tmp_path / "log").stat().st_ino
    code, _, err = await closed(">> log", "feeds", "export", "/dev/stdout", cwd=tmp_path)
    assert (code, err) == (0, "1 feed exported.\n")
    text = (tmp_path / "log").read_text("utf-8")
    assert text.startswith("before\n<?xml")
    assert (tmp_path / "log").stat().st_ino == number


async def test_R11_a_device_that_is_full_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXPORT, "utf-8")
    config = str(tmp_path / "config.toml")
    code, _, err = await run_monitor("feeds", "export", "/dev/full", "--config", config)
    assert (code, err) == (1, "error: the output cannot be written: No space left on device\n")
