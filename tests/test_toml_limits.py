"""What stands where a TOML file should be, and what is written to keep its reader busy."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config import settings
from monitor.daemon.reload.configuring import LiveConfig
from monitor.daemon.reload.watching import LiveWatchlists
from monitor.errors import ConfigError, Problem
from monitor.toml import tomlfile
from monitor.toml.limits import LARGEST, too_deep
from monitor.watchlist.entities import Entities, load_entities
from monitor.watchlist.load import load_file
from tests.support import run_monitor
from tests.work import LINEAR, counted, growth

GAS = 'title = "Gas"\nany = ["Pakistan Stream"]\n'


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


WAYS: dict[str, Callable[[Path], object]] = {
    "is no file but a pipe": os.mkfifo,
    "is no file but a socket": socket_at,
    "is no file but a device": lambda path: path.symlink_to("/dev/zero"),
    "is no file but a directory": Path.mkdir,
    "is larger than 5 MB": lambda path: path.write_text("#" * (LARGEST + 1)),
}


@pytest.mark.parametrize(("told", "put"), WAYS.items())
def test_S09_what_is_no_file_is_refused_and_holds_up_nothing(
    told: str, put: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets have to be short
    for name in ("gas", "brics"):
        Path(f"{name}.toml").write_text(GAS)
    live = LiveWatchlists(Path())
    Path("gas.toml").unlink()
    for name in ("gas.toml", "entities.toml"):
        put(Path(name))
    Path("brics.toml").write_text(GAS.replace("Gas", "Not BRICS"))
    found = live.look(now_at_once=True)
    assert found
    assert [(one.file.name, one.message) for one in found.refused] == [("entities.toml", told), ("gas.toml", told)]
    assert str(found.changes) == "changed: brics"
    assert len(live.engine.watches) == 2


@pytest.mark.parametrize(("told", "put"), WAYS.items())
def test_S09_a_configuration_that_is_no_file_is_refused(
    told: str, put: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("config.toml")
    path.write_text('[[feeds]]\nurl = "https://a.example/feed"\n')
    live = LiveConfig(settings.load(path))
    path.unlink()
    put(path)
    found = live.look(now_at_once=True)
    assert found
    assert [one.message for one in found.problems] == [told]
    with pytest.raises(ConfigError, match=told):
        settings.load(path)


async def test_S09_no_command_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.toml")
    code, _, err = await run_monitor("status", "--config", str(tmp_path / "config.toml"))
    assert (code, "is no file but a pipe" in err) == (78, True)


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "gas.toml"
    path.write_text(GAS + "#" * (LARGEST - len(GAS)))
    assert isinstance(tomlfile.read(path), tomlfile.TomlFile)


@pytest.mark.parametrize(
    "nested",
    [
        lambda times: ".".join(["a"] * times) + " = 1",
        lambda times: ".".join(['"a"'] * times) + " = 1",
        lambda times: "[" + " . ".join(["a"] * times) + "]",
        lambda times: "x = " + "[" * times + "]" * times,
        lambda times: "x = " + "{a = " * times + "1" + "}" * times,
        lambda times: "x = [" + ",\n".join("[" * 30 + "]" * 30 for _ in range(times)) + "]",
    ],
    ids=["dotted", "quoted", "header", "arrays", "tables", "many"],
)
def test_what_is_nested_beyond_all_need_is_refused_at_once(nested: Callable[[int], str]) -> None:
    text = GAS + nested(10_000)
    found, steps = counted(lambda: tomlfile.read(Path("gas.toml"), text))
    assert isinstance(found, Problem)
    assert (found.line, found.message) == (3, "is nested too deeply")
    assert steps < 1_000, "what comes behind is not looked at"


@pytest.mark.parametrize(
    "text",
    [
        'x = "' + "a." * 500 + '"',
        "x = '" + "[" * 500 + "'",
        'x = """' + '\n"[{a.' * 100 + '\n"""',
        "x = '''" + "\n'[{a." * 100 + "\n'''",
        "# " + "a.[" * 500,
        "x = [" + ", ".join(["1.5"] * 500) + "]",
        "x = [" + ", ".join(["[1.5]", "{a.b = 2}"] * 500) + "]",
        "\n".join(f"a.b{number} = 2024-01-01T00:00:00.5Z" for number in range(500)),
        'x = "\\"" # ' + "[" * 500,
    ],
)
def test_dots_and_brackets_inside_texts_and_comments_are_no_nesting(text: str) -> None:
    assert too_deep(text) == 0
    assert isinstance(tomlfile.read(Path("gas.toml"), text), tomlfile.TomlFile)


def names(letter: str, count: int) -> str:
    return "[" + ", ".join(f'"{letter}{number} x"' for number in range(count)) + "]\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (lambda size: "any = [" + "1," * size + "]\n", 251),
        (lambda size: "any = " + names("a", size) + "none = " + names("b", size) + "except = " + names("c", size), 0),
    ],
    ids=["wrong values", "many terms"],
)
def test_what_is_large_costs_no_more_than_its_size(text: Callable[[int], str], problems: int, tmp_path: Path) -> None:
    path = tmp_path / "gas.toml"

    def loaded(size: int) -> list[Problem]:
        path.write_text('title = "Gas"\n' + text(size))
        found = load_file(path, tomlfile.stamp_of(path), Entities.none(), None)
        return found if isinstance(found, list) else []

    found = loaded(1_000)
    assert len(found) == problems
    if found:
        assert str(found[-1]).endswith("more problems\n    mend those above first")
    assert growth(loaded, 200) < LINEAR


def test_entities_behind_one_another_without_end_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "entities.toml"
    chain = (f'[e{number}]\nkind = "place"\nnames = ["@e{number + 1}"]\n' for number in range(1_500))
    path.write_text("".join(chain) + '[e1500]\nkind = "place"\nnames = ["Pakistan"]\n')
    _, problems = load_entities(path, tomlfile.stamp_of(path))
    assert problems[0].message == "entities name each other more than 20 deep"
