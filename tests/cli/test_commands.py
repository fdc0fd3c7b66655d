"""Commands that need no server: help, watchlists, errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tests.support import Home, run_monitor, started
from tests.terminal import opened

COMMANDS = [
    [],
    ["run"],
    ["once"],
    ["demo"],
    ["status"],
    ["matches"],
    ["items"],
    ["feedback"],
    ["feeds"],
    ["feeds", "list"],
    ["feeds", "check"],
    ["feeds", "add"],
    ["feeds", "remove"],
    ["feeds", "import"],
    ["feeds", "export"],
    ["watch", "list"],
    ["watch", "check"],
    ["watch", "test"],
    ["watch", "add-term"],
    ["watch", "remove-term"],
    ["watch", "add-example"],
    ["watch", "close"],
    ["watch", "reopen"],
    ["watch", "entity"],
    ["watch", "entity", "list"],
    ["watch", "entity", "add"],
    ["watch", "entity", "remove-name"],
    ["watch", "entity", "rename"],
    ["completion"],
    ["watch", "why"],
    ["watch", "why-not"],
    ["alerts", "list"],
    ["alerts", "test"],
    ["service", "show"],
]


@pytest.fixture
def quiet_home(tmp_path: Path) -> Home:
    return Home(tmp_path, ["https://u:secret@news.example/feed?token=tok"]).write()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str]) -> None:
    from click.testing import CliRunner

    from monitor.cli.main import cli

    result = CliRunner().invoke(cli, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_help_does_not_load_the_heavy_libraries() -> None:
    code = (
        "import sys, monitor.cli.main; "
        "heavy = {'aiohttp', 'feedparser', 'apscheduler', 'sqlite_utils', 'rich.table', 'pydantic', "
        "'jinja2', 'rapidfuzz', 'selectolax'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


async def test_watch_test_says_why_and_exits_like_grep(quiet_home: Home) -> None:
    config = str(quiet_home.config)
    code, out, _ = await run_monitor("watch", "test", "Pakistan &amp; BRICS", "--config", config)
    assert code == 0
    assert "alert for brics (Pakistan's BRICS bid)" in out
    assert "why: 1.00 = Pakistan (exact, title) + BRICS (acronym, title)" in out
    code, out, _ = await run_monitor("watch", "test", "Bricks", "--config", config)
    assert (code, out) == (1, "no watchlist matches\n")


async def test_watch_test_as_json(quiet_home: Home) -> None:
    _, out, _ = await run_monitor(
        "watch", "test", "Talks", "--summary", "Pakistan, BRICS", "--json", "--config", str(quiet_home.config)
    )
    assert [match["watch"] for match in json.loads(out)["matches"]] == ["brics"]


async def test_watch_list_and_check(quiet_home: Home) -> None:
    config = str(quiet_home.config)
    _, out, _ = await run_monitor("watch", "list", "--json", "--config", config)
    assert [row["id"] for row in json.loads(out)] == ["brics", "pipeline"]
    code, out, _ = await run_monitor("watch", "check", "--config", config)
    assert code == 0
    assert out.endswith("2 files: all is well\n")


async def test_watch_check_finds_examples_that_do_not_hold(quiet_home: Home) -> None:
    path = quiet_home.folder / "watchlists" / "brics.toml"
    path.write_text(path.read_text() + '[examples]\nmatch = ["Nothing here"]\nnomatch = ["Pakistan in BRICS"]\n')
    code, out, _ = await run_monitor("watch", "check", "--config", str(quiet_home.config))
    assert code == 78
    assert f'{path}:4:10: error: the example "Nothing here" should match, and does not: Found: nothing' in out
    assert f'{path}:5:12: error: the example "Pakistan in BRICS" should not match' in out


async def test_H28_listings_hide_the_secrets_of_addresses(quiet_home: Home) -> None:
    for options in ([], ["--json"]):
        _, out, _ = await run_monitor("feeds", "list", *options, "--config", str(quiet_home.config))
        assert "news.example" in out
        assert "secret" not in out
        assert "tok\n" not in out
        assert "=tok" not in out


async def test_listings_before_the_first_poll_are_empty_and_say_what_to_do(quiet_home: Home) -> None:
    for command in (["matches"], ["alerts", "list"]):
        code, out, err = await run_monitor(*command, "--config", str(quiet_home.config))
        assert (code, out) == (0, "")
        assert "there is no database yet; the first `monitor run`" in err
        code, out, _ = await run_monitor(*command, "--json", "--config", str(quiet_home.config))
        assert (code, json.loads(out)) == (0, [])


@pytest.mark.parametrize(
    ("command", "fresh"),
    [
        (["--help"], False),
        (["feeds", "--help"], False),
        (["feeds", "list"], True),
        (["watch", "list", "--json"], False),
    ],
    ids=["help", "help of feeds", "feeds in an interpreter of its own", "watchlists"],
)
def test_a_reader_who_has_seen_enough_is_no_failure(quiet_home: Home, command: list[str], fresh: bool) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    env = {**os.environ, "MONITOR_CONFIG": str(quiet_home.config)}
    with open(os.devnull, "rb") as nothing, TemporaryFile() as said:
        process = started(*command, env=env, stdin=nothing.fileno(), stdout=writing, stderr=said.fileno(), fresh=fresh)
        os.close(writing)
        assert process.wait() == 0
        assert os.pread(said.fileno(), 65_536, 0) == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_an_error_in_words(quiet_home: Home) -> None:
    with open("/dev/full", "w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "monitor", "feeds", "list", "--config", str(quiet_home.config)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert process.returncode == 1
    assert process.stderr == "error: the output cannot be written: No space left on device\n"


def on_a_terminal(columns: int, command: list[str]) -> tuple[int, str]:
    """The exit code and output of a command on a terminal that is so wide."""
    ours, theirs = opened()
    termios.tcsetwinsize(theirs, (24, columns))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with open(os.devnull, "r+b", buffering=0) as nothing:
        beside = {"stdin": nothing.fileno(), "stderr": nothing.fileno()}
        process = started(*command, env={**environment, "TERM": "xterm"}, stdout=theirs, **beside)
    os.close(theirs)
    shown = b""
    while chunk := read_terminal(ours):
        shown += chunk
    os.close(ours)
    return process.wait(), shown.decode()


def read_terminal(file: int) -> bytes:
    try:
        return os.read(file, 65536)
    except OSError:  # EIO: the other end is closed
        return b""


@pytest.mark.parametrize(("columns", "table"), [(120, True), (60, True), (59, False), (20, False)])
def test_a_terminal_too_narrow_for_a_table_gets_lines(quiet_home: Home, columns: int, table: bool) -> None:
    code, shown = on_a_terminal(columns, ["feeds", "list", "--config", str(quiet_home.config)])
    assert code == 0
    assert ("Feed" in shown) == table
    assert ("feed0\tnew\t0" in shown) != table


async def test_the_config_is_found_by_environment(quiet_home: Home) -> None:
    code, out, _ = await run_monitor("watch", "list", env={"MONITOR_CONFIG": str(quiet_home.config)})
    assert code == 0
    assert "brics" in out


def test_no_config_anywhere_is_explained(tmp_path: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "monitor", "status"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 78
    assert "no configuration found" in process.stderr
    assert "Traceback" not in process.stderr


async def test_an_unknown_command_is_a_usage_error() -> None:
    code, _, err = await run_monitor("wach")
    assert code == 2
    assert "No such command" in err


async def test_service_show_prints_unit_and_commands(quiet_home: Home) -> None:
    code, out, _ = await run_monitor("service", "show", "--user", "--config", str(quiet_home.config))
    assert code == 0
    assert "systemctl --user enable --now news-monitor.service" in out
    _, unit, _ = await run_monitor("service", "show", "--user", "--unit-only", "--config", str(quiet_home.config))
    assert unit.startswith("[Unit]\n")


# --- arguments that are no text --------------------------------------------------------------------------------------

_NO_TEXT = os.fsdecode(b"Pakist\xe1n")


@pytest.mark.parametrize(
    "words",
    [
        ("watch", "test", _NO_TEXT),
        ("watch", "add-term", "brics", _NO_TEXT),
        ("watch", "add-term", "brics", "x", "--to", _NO_TEXT),
        ("watch", "check", f"--{_NO_TEXT}"),
        ("feeds", "add", f"https://news.example/{_NO_TEXT}", "--no-check"),
        ("items", _NO_TEXT),
        (_NO_TEXT,),
    ],
    ids=lambda words: " ".join(words).encode("ascii", "replace").decode(),
)
async def test_an_argument_that_is_not_utf_8_is_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    home = Home(tmp_path, []).write()
    code, out, err = await run_monitor(*words, env={"MONITOR_CONFIG": str(home.config)})
    assert (code, out) == (2, "")
    assert "Pakist\\xe1n" in err
    assert "is not UTF-8 text" in err


async def test_files_may_be_called_what_is_not_utf_8(tmp_path: Path) -> None:
    folder = tmp_path / _NO_TEXT
    folder.mkdir()
    home = Home(folder, []).write()
    draft = tmp_path / f"{_NO_TEXT}.toml"
    draft.write_text('title = "Bid"\nall = ["Pakistan", "BRICS"]\n', "utf-8")
    code, out, err = await run_monitor("watch", "check", str(folder / "watchlists" / "brics.toml"))
    assert (code, err.count("Traceback")) == (0, 0), err
    code, out, err = await run_monitor("watch", "test", "Pakistan joins BRICS", "--config", str(home.config))
    assert (code, "Pakistan's BRICS bid" in out) == (0, True), err
    code, out, err = await run_monitor("watch", "close", "brics", f"--config={home.config}")
    assert code == 0, err
    code, out, err = await run_monitor("watch", "backtest", "brics", "--file", str(draft), "--config", str(home.config))
    assert (code, "there is no database yet" in err) == (1, True), err
