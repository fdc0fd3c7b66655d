"""Several commands, or a command and a person, that write the same files at the same time."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

import pytest

from monitor.cli.watch import changes
from monitor.config.settings import load
from monitor.errors import MonitorError
from tests.support import Home, run_monitor


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, []).write()


def brics(home: Home) -> Path:
    return home.folder / "watchlists" / "brics.toml"


@pytest.mark.parametrize("rounds", [2, pytest.param(6, marks=pytest.mark.long)])
async def test_of_terms_that_are_added_at_once_none_is_lost(home: Home, rounds: int) -> None:
    words = ("watch", "add-term", "brics", "--to", "context", "--config", str(home.config))
    expected: list[str] = []
    for _ in range(rounds):
        terms = [f"word{len(expected) + number}" for number in range(4)]
        done = await asyncio.gather(*(run_monitor(*words, term) for term in terms))
        assert [code for code, _, _ in done] == [0] * 4, done
        expected += terms
    assert sorted(tomllib.loads(brics(home).read_text("utf-8"))["context"]) == sorted(expected)


async def test_of_feeds_that_are_added_at_once_none_is_lost(home: Home) -> None:
    urls = [f"https://news.example/{number}" for number in range(4)]
    words = ("feeds", "add", "--no-check", "--config", str(home.config))
    done = await asyncio.gather(*(run_monitor(*words, url) for url in urls))
    assert [code for code, _, _ in done] == [0] * 4, done
    assert sorted(feed.url for feed in load(home.config).feeds) == urls


def test_what_a_person_saved_after_the_command_had_read_the_file_stays(home: Home) -> None:
    config = load(home.config)
    before = changes.watch_text(config, "brics")
    brics(home).write_text(f"{before}# theirs\n", "utf-8")
    with pytest.raises(MonitorError, match=r"brics\.toml: was changed by somebody else meanwhile; nothing was changed"):
        changes.change_watchlists(config, {"brics": f"{before}# ours\n"}, {"brics": before}, False, False)
    assert brics(home).read_text("utf-8") == f"{before}# theirs\n"
    text = home.config.read_text("utf-8")
    home.config.write_text(f"{text}# theirs\n", "utf-8")
    with pytest.raises(MonitorError, match=r"config\.toml: was changed by somebody else meanwhile"):
        changes.change_config(config, f"{text}# ours\n", False, False)
    assert home.config.read_text("utf-8") == f"{text}# theirs\n"


async def test_a_rename_that_was_cut_off_is_finished_by_the_same_command(home: Home) -> None:
    brics(home).write_text('title = "Bid"\nall = ["@old^0.9", "BRICS"]\n', "utf-8")
    (home.folder / "watchlists" / "entities.toml").write_text('[new]\nkind = "place"\nnames = ["Pakistan"]\n', "utf-8")
    words = ("watch", "entity", "rename", "old", "new", "--config", str(home.config))
    code, _, err = await run_monitor(*words)
    assert code == 0, err
    assert brics(home).read_text("utf-8") == 'title = "Bid"\nall = ["@new^0.9", "BRICS"]\n'
    code, _, err = await run_monitor(*words)
    assert (code, 'there is no entity "old"' in err) == (1, True)
