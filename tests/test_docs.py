"""The documents are true: their commands parse, their examples load, their links lead somewhere.

A block of TOML begins with a comment that names its file, ``# config.toml`` or ``# watchlists/NAME.toml``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from monitor.cli import run
from monitor.cli.alerts import group as alerts
from monitor.cli.feeds import check
from monitor.cli.main import cli
from monitor.cli.status import status
from monitor.cli.watch import group as watch
from monitor.cli.watch import test as watch_test
from monitor.config import settings
from monitor.errors import AlreadyRunning, DatabaseRefused, FileProblems, StoreError
from monitor.watchlist import build

ROOT = Path(__file__).resolve().parent.parent
FOR_USERS = ("README.md", "docs/guide.md", "docs/watchlists.md", "docs/feeds.md")
ALL = (
    *FOR_USERS,
    *("docs/architecture.md", "docs/behaviours.md", "docs/matching.md", "docs/pacing.md", "CHANGELOG.md"),
)

_BLOCK = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_EXIT_CODE = re.compile(r"^\| (\d+) \| (.+) \|$", re.MULTILINE)
_ENDS = frozenset(("|", "||", "&&", ">", ";"))


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(text: str, language: str) -> Iterator[str]:
    """The code blocks of one language, without the indentation of a list that they may stand in."""
    for indent, found, body in _BLOCK.findall(text):
        if found == language:
            yield "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))


def commands(text: str) -> Iterator[str]:
    """Whatever is written as a command line of ours, in blocks and between backticks."""
    for _, language, body in _BLOCK.findall(text):
        if language in ("sh", ""):
            for line in body.splitlines():
                match = re.search(r"(?:^|\s)(monitor [a-z].*)$", line)
                if match and re.match(r"\s*(?:monitor|\*/)", line):
                    yield match[1]
    yield from re.findall(r"`(monitor [a-z-][^`\n]*)`", _BLOCK.sub("", text))


def words_of(line: str) -> list[str]:
    """The arguments of one command line: what a shell would do with them afterwards is left out."""
    words = shlex.split(line, comments=True)
    ends = next((index for index, word in enumerate(words) if word in _ENDS), len(words))
    return words[1:ends]


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def parse(words: list[str]) -> None:
    """Walk down the tree of commands and let click parse what is left. Raises click.UsageError."""
    command: click.Command = cli
    context = click.Context(cli, info_name="monitor")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            raise click.UsageError(f"no such command: {words[0]}")
        command, words = found, words[1:]
        context = click.Context(command, info_name=command.name, parent=context)
    if words not in ([], ["--help"], ["--version"]) or any(p.required for p in command.params):
        # In running text a command may be named without its arguments, but not with wrong ones.
        context.resilient_parsing = not words
        command.parse_args(context, list(words))


COMMANDS = sorted({(name, line) for name in ALL for line in commands(text_of(name))})


@pytest.mark.parametrize(("name", "line"), COMMANDS)
def test_every_command_line_of_the_documents_parses(name: str, line: str) -> None:
    parse(words_of(line))


def test_command_lines_are_found_and_wrong_ones_fail() -> None:
    assert len(COMMANDS) > 40
    for wrong in ("monitor dance", "monitor once --never", "monitor feeds dance", "monitor alerts list --state lost"):
        with pytest.raises(click.UsageError):
            parse(words_of(wrong))


def test_the_table_of_commands_has_all_of_them() -> None:
    table = re.findall(r"^\| `monitor ([a-z -]+?)(?: [A-Z]+)*` \|", text_of("README.md"), re.MULTILINE)

    def paths(group: click.Group) -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                yield from (f"{name} {inner}" for inner in paths(command))
            else:
                yield name

    assert sorted(table) == sorted(paths(cli))


def files_in(name: str) -> list[tuple[str, str]]:
    """The TOML blocks of a document: the name of the file that each says it is, and its text."""
    found = []
    for body in blocks(text_of(name), "toml"):
        first = body.split("\n", 1)[0]
        match = re.fullmatch(r"# (config\.toml|watchlists/[\w.-]+\.toml)", first)
        assert match, f"{name}: a TOML block has to name its file in its first line: {first!r}"
        found.append((match[1], body))
    return found


@pytest.mark.parametrize("name", FOR_USERS)
def test_every_watchlist_of_a_document_loads_and_its_examples_hold(name: str, tmp_path: Path) -> None:
    written = [(file, body) for file, body in files_in(name) if file.startswith("watchlists/")]
    assert written
    assert len({file for file, _ in written}) == len(written), "two blocks of one name would hide one another"
    (tmp_path / "watchlists").mkdir()
    for file, body in written:
        (tmp_path / file).write_text(body, "utf-8")

    assert build(tmp_path / "watchlists").lists.watches


CONFIGS = [(name, body) for name in FOR_USERS for file, body in files_in(name) if file == "config.toml"]


@pytest.mark.parametrize(("name", "body"), CONFIGS)
def test_every_configuration_of_a_document_loads(name: str, body: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(body, "utf-8")

    assert not settings.load(file).warnings


@pytest.mark.parametrize("section", ["polling", "alerts"])
def test_the_values_that_the_guide_calls_usual_are_the_defaults(section: str, tmp_path: Path) -> None:
    body = next(body for _, body in CONFIGS if f"[{section}]\n" in body)
    written, empty = tmp_path / "written.toml", tmp_path / "empty.toml"
    written.write_text(body, "utf-8")
    empty.write_text("", "utf-8")

    assert getattr(settings.load(written), section) == getattr(settings.load(empty), section)


@pytest.mark.parametrize("name", ALL)
def test_every_relative_link_leads_to_a_file_and_a_heading(name: str) -> None:
    text = text_of(name)
    for link in _LINK.findall(_BLOCK.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        assert target.exists(), f"{name}: {link} leads nowhere"
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), f"{name}: {link}: no such heading"


def test_the_exit_codes_of_the_readme_are_those_of_the_code() -> None:
    told = {int(code): meaning for code, meaning in _EXIT_CODE.findall(text_of("README.md"))}

    assert set(told) == {0, 1, 2, 3, 4, 5, 70, 74, 75, 78}
    assert {watch_test.NO_MATCH, check.UNREADABLE, alerts.NOT_DELIVERED, StoreError.exit_code} == {1}
    assert click.UsageError.exit_code == 2
    assert "`status`" in told[status.NOT_RUNNING]
    assert "`once`" in told[run.SOME_FAILED]
    assert "damaged" in told[DatabaseRefused.exit_code]
    assert "already works" in told[AlreadyRunning.exit_code]
    assert "`config.toml`" in told[FileProblems.exit_code]
    assert FileProblems.exit_code == watch.BROKEN


def test_the_shipped_configuration_and_watchlists_load() -> None:
    loaded = settings.load(ROOT / "config.toml")

    assert {feed.language for feed in loaded.feeds} == {"en", "ru", "ur"}
    assert len(build(loaded.watchlists).lists.watches) >= 3


def test_pictures_are_small_and_fetch_nothing() -> None:
    for path in (ROOT / "docs" / "images").iterdir():
        assert path.stat().st_size < 60_000
        if path.suffix == ".svg":
            text = path.read_text("utf-8")
            assert not re.search(r"(?:href|src)\s*=|@import|url\(\s*['\"]?(?!#)", text), path.name


def test_every_behaviour_names_a_test_that_there_is() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    written = {name for source in sources for name in re.findall(r"def (test_\w+)", source)}
    rows = re.findall(
        r"^\| ([A-Z]\d\d) \|.*\| (?:`(test_\w+)`.*)?\| (.*) \|$", text_of("docs/behaviours.md"), re.MULTILINE
    )
    assert len(rows) > 140
    assert len({identity for identity, _, _ in rows}) == len(rows), "no behaviour stands in two tables"
    assert {identity for identity, _, _ in rows} >= {
        *(f"E{number:02}" for number in range(1, 37)),
        *(f"I{number:02}" for number in range(1, 32)),
    }
    for identity, test, state in rows:
        assert test in written if test else state.startswith("not applicable"), identity
        assert not test or identity in test, identity
