"""What ``monitor run`` says of itself: a line when all feeds have been asked, and the last line of a terminal."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest

from monitor.daemon.logs import Progress, StatusLine, status_line
from monitor.model import Feed, FeedId, FeedSpec, FeedState, PollReport
from tests.support import Home, NewsServer, until
from tests.terminal import Terminal, opened

NOW = 1_728_907_200.0


CLEAR = "\r\x1b[2K"


def read(terminal: int, length: int) -> str:
    """So many characters of what is shown."""
    shown = b""
    while len(shown.decode("utf-8", "ignore")) < length:
        shown += os.read(terminal, 1000)
    return shown.decode()


def report(number: int, result: str = "read", **values: int) -> PollReport:
    """A poll of one feed."""
    feed = Feed(FeedId(number), FeedSpec(f"https://{number}.example/", f"feed{number}", 900.0), FeedState())
    return PollReport(feed, result, **values)  # type: ignore[arg-type]


def test_U09_what_came_of_the_first_polls_is_said_in_numbers_that_agree() -> None:
    progress = Progress()
    assert progress.asked_all(NOW + 240, NOW) == "no feed is due yet; next poll in 4 min"
    progress.note(report(1, seen=9, new=9, matched=5, baseline=True), NOW)
    progress.note(report(2, seen=4, new=1, matched=1, alerts=1), NOW)
    said = "2 feeds asked: 10 new items, 6 matches, 5 of these at a first reading, which alerts nobody"
    assert progress.asked_all(NOW + 600, NOW) == f"{said}; next poll in 10 min"
    progress.note(report(3, "http"), NOW)
    assert progress.asked_all(None, NOW) == f"3 feeds asked: {said[15:]}, feed3 cannot be read; no poll is due"
    assert progress.line(3, NOW + 600, NOW + 60) == (
        "next poll in 9 min · feed3 cannot be read · 10 new items, 6 matches, 1 worth an alert since the start · "
        "last poll 1 min ago · 3 feeds"
    )
    progress.note(report(3), NOW)
    assert "cannot be read" not in progress.line(3, NOW, NOW)
    assert progress.line(3, NOW, NOW).startswith("polling · ")


def test_U09_the_line_is_cut_to_the_terminal_and_stands_below_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = opened()
    monkeypatch.setenv("COLUMNS", "30")
    with open(theirs, "w") as stream:
        line = StatusLine(stream)
        shown = "金砖" * 7
        line.show("金砖" * 20)
        assert read(ours, len(CLEAR + shown)) == CLEAR + shown
        with line.aside():
            stream.write("a line\n")
        written = f"{CLEAR}a line\r\n{shown}"
        assert read(ours, len(written)) == written
        line.end()
        assert read(ours, len(CLEAR)) == CLEAR
        with line.aside():
            stream.write("x\n")
            stream.flush()
        assert read(ours, 3) == "x\r\n"
    os.close(ours)


def test_U09_a_pipe_has_no_such_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with status_line() as line:
        assert line is None


async def test_U09_a_run_says_when_all_is_read_what_was_found_and_when_it_polls_next(tmp_path: Path) -> None:
    async with NewsServer() as news:
        news.publish("/feed", *((f"g{n}", f"Pakistan and BRICS, part {n}") for n in range(6)), ("x", "Other"))
        home = Home(tmp_path, [f"{news.url}/feed"], polling='interval = "15m"\nmin_interval = "1s"\n').write()
        async with home.daemon() as daemon:
            await until(lambda: " asked: " in daemon.err and "First reading" in daemon.out, what="the first reading")
        found = "7 new items, 6 matches, 6 of these at a first reading, which alerts nobody"
        assert f"1 feed asked: {found}; next poll in 1" in daemon.err
        assert "feed0: first reading, 7 items, 6 matches" in daemon.err
        assert "First reading of 1 feed: 7 items, 6 matches already there" in daemon.out
        assert "\x1b" not in daemon.err + daemon.out
        assert "\r" not in daemon.err + daemon.out


async def test_U09_a_terminal_has_a_line_that_is_written_anew(tmp_path: Path) -> None:
    home = Home(tmp_path, []).write()
    with Terminal("run", "--config", str(home.config), cwd=tmp_path) as terminal:
        terminal.expect("no feed is due yet; no poll is due")
        terminal.expect("\r\x1b[2Kno poll is due · 0 new items, 0 matches, 0 worth an alert since")
        terminal.expect("\r\x1b[2Kno poll is due · ")
        terminal.interrupt()
        assert terminal.end() == 0
        assert re.search(r"\x1b\[2K[^\r]*INFO +stopped\n", terminal.shown)
