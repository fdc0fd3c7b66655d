"""What the shell completes, asked as the shell asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import run_monitor

ROOT = Path(__file__).resolve().parents[2]
WATCHES = ["mishustin-islamabad", "pakistan-brics", "pakistan-stream"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "config.toml", tmp_path)
    shutil.copytree(ROOT / "watchlists", tmp_path / "watchlists")
    return tmp_path


async def complete(home: Path, line: str, shell: str = "bash", **env: str) -> list[str]:
    """The answer to TAB at the end of ``line``."""
    asked = {f"{shell}_complete": "", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    told = {"_MONITOR_COMPLETE": f"{shell}_complete", **asked, **env}
    code, out, err = await run_monitor(env=told, cwd=home)
    assert (code, err) == (0, "")
    return [line for line in out.splitlines() if line]


@pytest.mark.parametrize(
    "line",
    [
        "monitor watch why-not ",
        "monitor watch add-term ",
        "monitor watch remove-term ",
        "monitor watch close ",
        "monitor watch reopen ",
        "monitor matches --watch ",
        "monitor alerts list --watch ",
        "monitor alerts snooze ",
        "monitor alerts release ",
    ],
)
async def test_watchlists_are_completed(home: Path, line: str) -> None:
    assert await complete(home, line) == [f"plain,{watch}" for watch in WATCHES]
    assert await complete(home, f"{line}pakistan-b") == ["plain,pakistan-brics"]


@pytest.mark.parametrize("line", ["monitor watch list --config ", "monitor run --config ", "monitor watch check "])
async def test_files_are_left_to_the_shell(home: Path, line: str) -> None:
    assert await complete(home, f"{line}conf") == ["file,conf"]


async def test_titles_are_the_help(home: Path) -> None:
    told = await complete(home, "monitor watch close pakistan-b", "zsh")
    assert told == ["plain", "pakistan-brics", "Pakistan's BRICS bid"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("monitor watch term @s", ["@sco"]),
        ("monitor watch term s", []),
        ("monitor watch add-term pakistan-brics @is", ["@islamabad"]),
        ("monitor watch add-term pakistan-brics x --to c", ["context"]),
        ("monitor watch add-term pakistan-brics x --to @br", ["@brics"]),
        ("monitor watch add-term pakistan-brics x --to a", ["any", "all:1", "all:2"]),
        ("monitor watch add-term nosuch x --to a", ["any"]),
        ("monitor watch remove-term pakistan-brics @", ["@pakistan", "@islamabad", "@brics"]),
        ("monitor watch remove-term pakistan-brics exp", ["expansion"]),
        ("monitor watch remove-term nosuch ", []),
        ("monitor watch entity rename ru", ["russian_pm", "russia"]),
        ("monitor watch entity add gas", ["gas_pipeline"]),
        ("monitor feeds remove Da", ["Dawn"]),
        ("monitor feeds check Da", ["Dawn"]),
        ("monitor feeds im", ["import"]),
        ("monitor matches --outcome arch", ["archived"]),
        ("monitor completion f", ["fish"]),
    ],
)
async def test_entities_places_and_feeds_are_completed(home: Path, line: str, found: list[str]) -> None:
    assert await complete(home, line) == [f"plain,{one}" for one in found]


async def test_the_configuration_that_is_named_is_the_one_that_counts(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "lists").mkdir(parents=True)
    (other / "lists" / "lithium.toml").write_text('title = "Lithium"\nany = ["lithium"]\n', "utf-8")
    (other / "lists" / ".hidden.toml").write_text("", "utf-8")
    (other / "c.toml").write_text('[monitor]\nwatchlists = "lists"\n', "utf-8")
    config = str(other / "c.toml")
    assert await complete(home, f"monitor watch close --config {config} ") == ["plain,lithium"]
    assert await complete(home, "monitor watch close ", MONITOR_CONFIG=config) == ["plain,lithium"]


@pytest.mark.parametrize("broken", ["config", "watchlist", "folder", "nothing"])
async def test_what_is_broken_is_met_with_silence(home: Path, broken: str) -> None:
    line = "monitor watch close "
    if broken == "config":
        (home / "config.toml").write_text("[monitor\n", "utf-8")
    elif broken == "folder":
        shutil.rmtree(home / "watchlists")
    elif broken == "nothing":
        line = "monitor watch close --config nowhere.toml "
    else:
        (home / "watchlists" / "pakistan-brics.toml").write_bytes(b"\xff")
    assert await complete(home, line) == ([f"plain,{watch}" for watch in WATCHES] if broken == "watchlist" else [])


def test_completing_loads_no_heavy_library(home: Path) -> None:
    asked = {"_MONITOR_COMPLETE": "bash_complete", "COMP_WORDS": "monitor watch close ", "COMP_CWORD": "3"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "monitor"],
        capture_output=True,
        text=True,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT), **asked},
        check=True,
    )
    assert len(done.stdout.splitlines()) == 3
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "tomllib" in loaded
    assert not loaded & {
        "pydantic",
        "aiohttp",
        "sqlite3",
        "rapidfuzz",
        "wordfreq",
        "tomlkit",
        "rich",
        "monitor.matching",
    }


@pytest.mark.parametrize(
    ("shell", "file"), [("bash", "~/.bashrc"), ("zsh", "~/.zshrc"), ("fish", "~/.config/fish/config.fish")]
)
async def test_the_script_says_where_it_belongs(shell: str, file: str) -> None:
    code, out, _ = await run_monitor("completion", shell)
    assert code == 0
    assert out.startswith(f"# Put this line into {file}:   ")
    assert f"_MONITOR_COMPLETE={shell}_complete" in out


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes_with_the_script(home: Path, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "monitor"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -P -m monitor "$@"\n', "utf-8")
    program.chmod(0o755)
    script = """
        eval "$(monitor completion bash)"
        COMP_WORDS=(monitor watch close pakistan-b); COMP_CWORD=3
        _monitor_completion monitor
        echo "${COMPREPLY[@]}"
        case $COMP_WORDBREAKS in *[@:]*) echo "@ and : still part words";; esac
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        text=True,
        cwd=home,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        check=False,
    )
    assert (done.stdout, done.stderr) == ("pakistan-brics\n", "")
