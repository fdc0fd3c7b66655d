"""Saves that die on the way, and edits that only look so."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config import settings
from monitor.daemon.reload.configuring import LiveConfig
from monitor.daemon.reload.watching import LiveWatchlists

USED = """\
# BRICS, and who wants to join
title = "Pakistan BRICS"
all = [
    ["Pakistan", "Islamabad"],
    "BRICS",
]
none = ["cricket", "football"]
context = ["accession"]

[examples]
match = ["Pakistan joins BRICS"]
nomatch = ["Pakistan and BRICS at football"]
"""
LINES = USED.splitlines(keepends=True)
CUT = "looks half-written: its end is missing"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A watchlist of twelve lines."""
    path = tmp_path / "watchlists" / "brics.toml"
    path.parent.mkdir()
    path.write_text(USED)
    return path


def refused(live: LiveWatchlists) -> list[str]:
    found = live.look(now_at_once=True)
    assert found
    return [one.message for one in found.refused]


def version(live: LiveWatchlists) -> str:
    return live.engine.watches[0].version


EDITS = {
    "the same text": USED,
    "a changed title": USED.replace('"Pakistan BRICS"', '"Pakistan and BRICS"'),
    "a shorter title": USED.replace('"Pakistan BRICS"', '"P"'),
    "lines added near the top": USED.replace("all = [", 'near = 20\nlang = ["en"]\ndigest = 0.5\nall = ['),
    "a line removed near the top": USED.replace("# BRICS, and who wants to join\n", ""),
    "much added near the top": USED.replace("title", "# more\n" * 20 + "title", 1),
}


def lengths(text: str, is_each: bool) -> list[int]:
    """Where a save may die: everywhere, or about the ends of lines and here and there in them."""
    at_ends = {found.start() + more for found in re.finditer("\n", text) for more in (0, 1)}
    return [length for length in range(len(text)) if is_each or length in at_ends or length % 29 == 0]


each = pytest.mark.parametrize("is_each", [False, pytest.param(True, marks=pytest.mark.long)], ids=["some", "each"])


@each
@pytest.mark.parametrize("end", ["\n", ""], ids=["newline", "no newline"])
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_S07_whatever_a_save_that_dies_leaves_is_never_in_use(edit: str, end: str, is_each: bool, file: Path) -> None:
    used, edit = USED.rstrip("\n") + end, edit.rstrip("\n") + end
    file.write_text(used)
    live = LiveWatchlists(file.parent)
    before = version(live)
    file.write_text(edit)
    assert refused(live) == []
    after = version(live)
    for length in lengths(edit, is_each):
        file.write_text(used)
        live.look(now_at_once=True)
        assert version(live) == before
        file.write_text(edit[:length])
        told = refused(live)
        assert version(live) == before or (version(live) == after and not edit[length:].strip())
        assert told or not edit[length:].strip()


def test_S07_a_save_that_died_is_no_edit_when_nothing_but_its_stamp_is_looked_at(file: Path) -> None:
    live = LiveWatchlists(file.parent)
    file.write_text("".join(LINES[:8]))
    assert refused(live) == [CUT]
    before = version(live)
    assert live.look() is None
    file.chmod(0o600)
    assert [one.message for found in [live.look(), live.look()] if found for one in found.refused] == [CUT]
    assert version(live) == before


@pytest.mark.parametrize("way", ["saved again", "SIGHUP"])
def test_S07_last_lines_that_were_deleted_are_taken_for_meant_at_the_second_time(way: str, file: Path) -> None:
    live = LiveWatchlists(file.parent)
    before = version(live)
    file.write_text("".join(LINES[:8]))
    looked = [found for _ in range(3) if (found := live.look())]
    assert [one.message for found in looked for one in found.refused] == [CUT]
    assert "if you deleted it, save it once more" in str(looked[0].refused[0])
    if way == "SIGHUP":
        assert refused(live) == []
    else:
        file.write_text("".join(LINES[:8]))
        looked = [found for _ in range(3) if (found := live.look())]
        assert [(str(one.changes), one.refused) for one in looked] == [("changed: brics", ())]
    assert version(live) != before
    assert live.engine.watches[0].vetoes


def test_S07_what_is_meant_stays_so_until_it_is_taken_up(file: Path) -> None:
    (file.parent / "entities.toml").write_text('[cricket]\nkind = "thing"\nnames = ["cricket"]\n')
    live = LiveWatchlists(file.parent)
    shorter = "".join(LINES[:7]).replace('"football"', '"@football"')  # which is not there yet
    for _ in range(2):
        file.write_text(shorter)
        (problem,) = refused(live)
        assert "@football" in problem
    (file.parent / "entities.toml").write_text('[football]\nkind = "thing"\nnames = ["football"]\n')
    assert refused(live) == [CUT]
    assert refused(live) == []


ORDINARY = {
    "changed in the middle": USED.replace("accession", "accede"),
    "a changed last line": USED.replace("BRICS at football", "BRICS at cricket"),
    "lines added in the middle": USED.replace("context", "near = 20\nalert = 0.8\ncontext"),
    "lines removed in the middle": USED.replace("".join(LINES[7:11]), "[examples]\n"),
    "one line removed in the middle": USED.replace('context = ["accession"]\n', ""),
    "lines added at the end": USED + '[active]\nfrom = 2026-01-01\nafter = "digest"\n',
    "a line without an end added": USED + "# more",
    "a line like others added": USED.replace("[examples]", "near = 20\n\n[examples]") + "# more\n",
}


@pytest.mark.parametrize("edit", ORDINARY.values(), ids=ORDINARY.keys())
def test_S07_ordinary_edits_go_live_at_once(edit: str, file: Path) -> None:
    live = LiveWatchlists(file.parent)
    inode = file.stat().st_ino
    file.write_text(edit)
    assert file.stat().st_ino == inode
    assert refused(live) == []
    assert live.engine.watches[0].version == LiveWatchlists(file.parent).engine.watches[0].version


def by_rename(path: Path, text: str) -> None:
    path.with_name(".draft").write_text(text)
    path.with_name(".draft").replace(path)


def test_S07_last_lines_that_are_deleted_by_renaming_go_live_at_once(file: Path) -> None:
    live = LiveWatchlists(file.parent)
    for count in (11, 9, 8, 7, 6):
        by_rename(file, "".join(LINES[:count]))
        assert refused(live) == []
    assert live.engine.watches[0].vetoes == ()


def test_S07_entities_that_are_half_written_are_refused_until_they_are_saved_again(file: Path) -> None:
    entities = file.with_name("entities.toml")
    one, two = '[pakistan]\nkind = "place"\nnames = ["Pakistan"]\n', '[india]\nkind = "place"\nnames = ["India"]\n'
    entities.write_text(one + two)
    live = LiveWatchlists(file.parent)
    for end in (len(one), len(one) - 1):
        entities.write_text((one + two)[:end])
        assert refused(live) == [CUT]
    entities.write_text(one)
    assert refused(live) == [CUT]
    entities.write_text(one)
    assert refused(live) == []


def config_text(names: str) -> str:
    return "".join(f'[[feeds]]\nurl = "https://{name}.example/feed"\ninterval = "15m"\n' for name in names)


def taken_up(live: LiveConfig) -> list[str] | str:
    """The feeds of what was taken up now, or why it was not."""
    found = live.look(now_at_once=True)
    assert found
    return [spec.name[0] for spec in found.config.feeds] if found.config else found.problems[0].message


@each
def test_S07_a_configuration_that_is_half_written_is_refused(is_each: bool, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    text = '[polling]\ncontact = "a@b.example"\n' + config_text("abcd")
    file.write_text(text)
    live = LiveConfig(settings.load(file))
    edit = text.replace("a@b.example", "desk@b.example")
    for length in lengths(edit[:-1], is_each):
        file.write_text(edit[:length])
        assert isinstance(taken_up(live), str)
        file.write_text(text)
        assert taken_up(live) == ["a", "b", "c", "d"]
    file.write_text(edit)
    assert taken_up(live) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda text: text + config_text("e"), "abcde"),
        (lambda text: text.replace(config_text("c"), ""), "abd"),
        (lambda text: text.replace(config_text("a"), ""), "bcd"),
        (lambda text: config_text("x") + text, "xabcd"),
        (lambda text: text.replace("https://d", "https://e"), "abce"),
    ],
    ids=["added", "removed", "removed first", "added first", "changed last"],
)
def test_S07_ordinary_edits_of_feeds_go_live_at_once(edit: Callable[[str], str], expected: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config_text("abcd"))
    live = LiveConfig(settings.load(file))
    file.write_text(edit(config_text("abcd")))
    assert taken_up(live) == list(expected)


def test_S07_a_configuration_whose_last_feed_was_deleted_is_saved_once_more(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(config_text("abcd"))
    live = LiveConfig(settings.load(file))
    for expected in (CUT, ["a", "b", "c"]):
        file.write_text(config_text("abc"))
        assert taken_up(live) == expected
    file.write_text(config_text("ab"))
    assert taken_up(live) == CUT
    assert taken_up(live) == ["a", "b"]  # SIGHUP
