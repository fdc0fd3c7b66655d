"""The documents keep what they promise: commands exist, examples load, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from monitor import config
from monitor.cli import alerts, feeds, running, status, watch
from monitor.cli.main import cli
from monitor.watchlist import load

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "docs" / "guide.md", ROOT / "docs" / "architecture.md", ROOT / "CHANGELOG.md"]
README, GUIDE = PAGES[0].read_text("utf-8"), PAGES[1].read_text("utf-8")


def commands() -> list[str]:
    written = re.findall(r"`(?:\.venv/bin/)?(monitor [^`\n]+)`", README + GUIDE)
    written += re.findall(r"^(monitor .+)$", GUIDE, re.MULTILINE)
    return sorted({command for command in written if "|" not in command})


@pytest.mark.parametrize("line", commands())
def test_every_command_in_the_documents_exists(line: str) -> None:
    current: click.Command = cli
    words = shlex.split(line)[1:]
    while words and isinstance(current, click.Group):
        assert words[0] in current.commands, line
        current = current.commands[words.pop(0)]
    known = {name for parameter in current.params for name in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("--")} <= known


def blocks(name: str) -> list[tuple[str, str]]:
    found = re.findall(r"```toml\n((?:   )?# (\S+)\n.*?)```", README + GUIDE, re.DOTALL)
    return [(path, text) for text, path in found if path.startswith(name)]


def test_the_watchlists_in_the_documents_load_and_their_examples_hold(tmp_path: Path) -> None:
    from monitor.cli.watch import _failed_examples
    from monitor.matching import compile_watches

    assert len(blocks("watchlists/")) == 3
    for path, text in blocks("watchlists/"):
        (tmp_path / Path(path).name).write_text(text, "utf-8")
    lists = load(tmp_path)
    assert list(_failed_examples(lists, compile_watches(lists.watches))) == []


def test_the_configurations_in_the_documents_load(tmp_path: Path) -> None:
    assert len(blocks("config.toml")) == 2
    for _, text in blocks("config.toml"):
        (tmp_path / "config.toml").write_text(text, "utf-8")
        config.load(tmp_path / "config.toml")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_exit_codes_are_those_of_the_code() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    codes = {
        feeds.UNREADABLE,
        alerts.NOT_DELIVERED,
        watch.NO_MATCH,
        watch.BROKEN,
        status.NOT_RUNNING,
        running.SOME_FAILED,
    }
    assert codes < told


def test_the_shipped_configuration_and_watchlists_load() -> None:
    loaded = config.load(ROOT / "config.toml")
    assert len(loaded.feeds) >= 12
    assert {feed.language for feed in loaded.feeds} == {"en", "ru", "ur"}
    assert len(load(loaded.watchlists).watches) >= 3
