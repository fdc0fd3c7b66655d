"""``monitor watch check``: problems as compilers show them, for a folder or for single files."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from monitor.errors import Level
from monitor.watchlist.checks.check import Checked, check_files, check_folder
from tests.cli.test_commands import on_a_terminal
from tests.support import run_monitor

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "watchlists"
BAD = sorted((DATA / "bad").glob("*.toml"))
TODAY = date(2026, 3, 1)
ENTITIES = '[pakistan]\nkind = "place"\nnames = ["Pakistan"]\n'
GOOD = 'title = "Good"\nall = ["@pakistan", ["the bloc", "BRICS"]]\n'
BROKEN = 'title = "Bid"\nall     = [["@pakistn", "Islamabad"], "the bloc"]\n'


def written(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


async def check(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """The command, in ``folder``, where there is no configuration of its own."""
    return await run_monitor("watch", "check", *arguments, cwd=folder, env={"HOME": str(folder)})


def found(folder: Path, **files: str) -> list[tuple[str, int, str, str]]:
    """Level, line, code and message of each problem of a folder."""
    checked = check_folder(written(folder, **files), TODAY)
    return [(str(one.level), one.line, one.code, one.message) for one in checked.problems]


# --- how it looks ----------------------------------------------------------------------------------------------------


async def test_an_error_is_shown_as_compilers_do_and_the_path_begins_here(tmp_path: Path) -> None:
    written(tmp_path / "lists", bid=BROKEN, entities=ENTITIES)
    code, out, err = await check(tmp_path, "lists/bid.toml")
    assert (code, err) == (78, "")
    assert out == (
        'lists/bid.toml:2:13: error: unknown entity "@pakistn"\n'
        '  2 | all     = [["@pakistn", "Islamabad"], "the bloc"]\n'
        "    |             ^~~~~~~~~~\n"
        '    = help: did you mean "pakistan"?\n'
        "1 file: 1 error\n"
    )


@pytest.mark.parametrize(
    "error",
    [
        'any = ["Iran OR Israel", "Iran, deal", "Сasablanca"]\n',  # the first letter is Cyrillic
        'any = ["x", "Iran, deal", "Сasablanca"]\n',
        'all = [["Iran, deal", "Сasablanca"], "@nobody"]\n',
        'any = ["Iran, deal", "Сasablanca"]\ntitel = 1\n',
        'any = ["Iran, deal", "Сasablanca", 5]\n',
        'any = ["Iran, deal", "Сasablanca"]\nalert = 0.2\ndigest = 0.9\n',
    ],
)
def test_U02_an_error_does_not_hide_what_is_odd_in_the_same_file(tmp_path: Path, error: str) -> None:
    codes = [(level, code) for level, _, code, _ in found(tmp_path, one=f'title = "One"\n{error}')]
    assert [level for level, _ in codes].count("error") == 1
    assert ("warning", "or-in-a-phrase") in codes
    assert ("warning", "two-alphabets") in codes


@pytest.mark.parametrize(
    ("before", "cells"),
    [
        ('"plain", ', 9),
        ('\t"a", ', 9),  # a tab is four cells
        ('"金砖", ', 8),
        ('"e\u0301te\u0301", ', 7),
        ('"اسلام\u200cآباد", ', 13),
        ("'ab\u202ec', ", 15),  # <U+202E>
    ],
)
async def test_what_stands_before_does_not_shift_the_caret(tmp_path: Path, before: str, cells: int) -> None:
    written(tmp_path, one=f'title = "One"\nany = [\n{before}"x"]\n')
    _, out, _ = await check(tmp_path, "one.toml")
    lines = out.splitlines()
    (at,) = (number for number, line in enumerate(lines) if "single letter" in line)
    assert lines[at + 2] == "    | " + " " * cells + "^~~"


async def test_control_characters_are_shown_and_do_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_bytes(b'title = "One"\nany = ["Kazan"] # \x1b[31m red\n')
    _, out, _ = await check(tmp_path, "one.toml")
    assert "␛[31m red" in out
    written(tmp_path, two='title = "Two"\nany = ["\\u001b[31mx", "\\u001b"]\n')
    _, out, _ = await check(tmp_path, "two.toml")
    assert "holds no letters or digits" in out
    assert "\x1b" not in out


async def test_of_a_very_long_line_a_part_is_shown(tmp_path: Path) -> None:
    many = ", ".join(f'"Kazan {number}"' for number in range(300))
    written(tmp_path, one=f'title = "One"\nany = [{many}, "x", {many}]\n')
    _, out, _ = await check(tmp_path, "one.toml")
    place, line, caret, *_ = out.splitlines()
    assert '"x" is a single letter' in place
    assert len(line) < 180
    assert line[caret.index("^") :].startswith('"x"')


async def test_a_syntax_error_is_shown_in_its_line(tmp_path: Path) -> None:
    written(tmp_path, one='title = "One"\nany = ["Kazan"\nnear = 3\n')
    _, out, _ = await check(tmp_path, "one.toml")
    assert out.startswith("one.toml:3:1: error: not valid TOML: ")
    assert "the line reads" not in out
    assert "  3 | near = 3\n    | ^\n    = help: the list that begins in line 2 has no end" in out


def test_colours_are_for_terminals_only(tmp_path: Path) -> None:
    path = written(tmp_path, bid=BROKEN, entities=ENTITIES) / "bid.toml"
    code, shown = on_a_terminal(100, ["watch", "check", str(path)])
    assert code == 78
    assert "\x1b[1;31merror: " in shown


# --- what is checked -------------------------------------------------------------------------------------------------


async def test_a_broken_file_does_not_hide_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    written(
        tmp_path / "watchlists",
        broken=BROKEN,
        cut='title = "Cut\n',
        entities=ENTITIES,
        fails=GOOD + '[examples]\nmatch = ["Nothing here"]\n',
        names='title = "Names"\nany = ["they"]\n',
    )
    (tmp_path / "config.toml").write_text('[monitor]\nwatchlists = "watchlists"\n', "utf-8")
    code, out, _ = await check(tmp_path)
    assert code == 78
    heads = [line for line in out.splitlines() if line.startswith("watchlists/")]
    assert [head.partition(": ")[0] for head in heads] == [
        "watchlists/broken.toml:2:13",
        "watchlists/cut.toml:1:13",
        "watchlists/fails.toml:4:10",
        "watchlists/names.toml:2:1",
    ]
    assert out.endswith("5 files: 3 errors, 1 warning\n")
    _, out, _ = await check(tmp_path, "--json")
    told = json.loads(out)
    assert (told["errors"], told["warnings"], told["notes"], told["watchlists"]) == (3, 1, 0, 1)
    assert [one["code"] for one in told["problems"]] == ["unknown-entity", "syntax", "example-fails", "very-frequent"]
    assert told["problems"][0] == {
        "file": "watchlists/broken.toml",
        "line": 2,
        "column": 13,
        "end_column": 23,
        "level": "error",
        "code": "unknown-entity",
        "message": 'unknown entity "@pakistn"',
        "hint": 'did you mean "pakistan"?',
        "source": 'all     = [["@pakistn", "Islamabad"], "the bloc"]',
    }


async def test_with_the_entities_all_watchlists_beside_them_are_checked(tmp_path: Path) -> None:
    written(tmp_path, broken=BROKEN, entities=ENTITIES, good=GOOD)
    code, out, _ = await check(tmp_path, "entities.toml")
    assert (code, out.endswith("3 files: 1 error\n")) == (78, True)
    code, out, _ = await check(tmp_path, "good.toml")
    assert (code, out) == (0, "1 file: all is well\n")


async def test_broken_entities_are_told_once_and_other_watchlists_are_still_tried(tmp_path: Path) -> None:
    other = 'title = "Other"\nany = ["Kazan summit"]\n[examples]\nmatch = ["Nothing"]\n'
    written(tmp_path, entities=ENTITIES.replace("place", "town"), good=GOOD, other=other)
    _, out, _ = await check(tmp_path, "good.toml", "other.toml")
    assert "entities.toml:2:1: error: kind: " in out
    assert 'other.toml:4:10: error: the example "Nothing"' in out
    assert out.endswith("2 files: 2 errors\n")


async def test_a_file_elsewhere_uses_the_entities_of_the_configured_folder(tmp_path: Path) -> None:
    written(tmp_path / "watchlists", entities=ENTITIES, good=GOOD)
    elsewhere = written(tmp_path / "drafts", draft=GOOD)
    (tmp_path / "config.toml").write_text('[monitor]\nwatchlists = "watchlists"\n', "utf-8")
    assert (await check(tmp_path, "drafts/draft.toml"))[:2] == (0, "1 file: all is well\n")
    code, out, _ = await check(elsewhere, "draft.toml")
    assert (code, "= help: there is no entities.toml beside the file" in out) == (78, True)
    config = str(tmp_path / "config.toml")
    assert (await check(elsewhere, "draft.toml", "--config", config))[0] == 0
    code, _, err = await check(elsewhere, "draft.toml", "--config", "nowhere.toml")
    assert (code, "nowhere.toml" in err) == (78, True)


async def test_what_is_no_watchlist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    (tmp_path / "notes.txt").write_text("", "utf-8")
    for name, words in (("config.toml", "config.toml is no watchlist"), ("notes.txt", "is no watchlist")):
        code, _, err = await check(tmp_path, name)
        assert (code, words in err) == (2, True)
    assert (await check(tmp_path, "gone.toml"))[0] == 2


async def test_warnings_fail_only_where_one_is_strict(tmp_path: Path) -> None:
    written(tmp_path, frequent='title = "Names"\nany = ["they"]\n')
    assert [(await check(tmp_path, "frequent.toml", *more))[0] for more in ((), ("--strict",))] == [0, 78]


async def test_notes_are_shown_when_asked_for(tmp_path: Path) -> None:
    written(tmp_path, one='title = "One"\nall = ["premier", "Islamabad"]\n')
    assert (await check(tmp_path, "one.toml", "--strict"))[:2] == (0, "1 file: all is well\n")
    _, out, _ = await check(tmp_path, "one.toml", "--verbose")
    assert "one.toml:1:1: note: typing errors are not forgiven in ordinary words: premier" in out
    assert out.endswith("1 file: 1 note\n")


async def test_a_folder_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[monitor]\nwatchlists = "watchlists"\n', "utf-8")
    code, out, _ = await check(tmp_path)
    assert (code, "the folder of watchlists does not exist" in out) == (78, True)
    assert 'monitor watch new "a few words" writes the first one' in out
    (tmp_path / "watchlists").mkdir()
    code, out, _ = await check(tmp_path)
    assert (code, "watchlists: error: holds no watchlist" in out) == (78, True)


def test_the_shipped_watchlists_have_neither_errors_nor_warnings() -> None:
    checked = check_folder(ROOT / "watchlists", TODAY)
    assert checked.watchlists >= 3
    assert [one for one in checked.problems if one.level is not Level.NOTE] == []


# --- the rules -------------------------------------------------------------------------------------------------------


CODES = {
    *("syntax", "unreadable", "empty-file", "half-written", "more", "no-folder", "no-watchlist", "bad-id"),
    *("duplicate-id", "merge-copy", "example-fails", "unknown-key", "missing-key", "not-a-table", "nothing-asked"),
    *("blank-title", "unknown-feed", "unknown-language", "unknown-watchlist", "unknown-tag", "unknown-entity"),
    *("entity-circle", "entity-empty", "window-reversed", "digest-above-alert", "out-of-reach", "never-met"),
    *("empty-list", "empty-term", "bad-weight", "single-letter", "short-prefix", "no-letters", "too-common"),
    *("foreign-syntax", "bad-term", "wrong-value"),
}
"""What scripts may rely on: none of them is ever renamed."""


def codes_of(checked: Checked) -> set[str]:
    return {one.code for one in checked.problems if one.level is Level.ERROR}


@pytest.mark.parametrize("bad", BAD, ids=lambda path: path.stem)
def test_every_mistake_has_the_code_of_its_rule(tmp_path: Path, bad: Path) -> None:
    is_entities = bad.stem.startswith("entities-")
    shutil.copy(bad, tmp_path / ("entities.toml" if is_entities else "thread.toml"))
    other = "plain.toml" if is_entities else "entities.toml"
    shutil.copy(DATA / other, tmp_path / other)
    codes = codes_of(check_folder(tmp_path, TODAY))
    assert codes
    assert codes <= CODES


def test_what_a_user_wrote_does_not_decide_the_code(tmp_path: Path) -> None:
    text = 'title = "One"\nany = ["unknown entity*x", "Kazan"]\n'
    checked = check_files([written(tmp_path, one=text) / "one.toml"], lambda: None, TODAY)
    assert codes_of(checked) == {"bad-term"}


def test_a_term_that_stands_twice_in_a_concept(tmp_path: Path) -> None:
    text = 'title = "One"\nall = [["Kazan summit", "the summit",\n "kazan summit"], "Kazan summit"]\n'
    text += 'context = ["a b", "a b"]\n'
    assert [one for one in found(tmp_path, one=text) if one[0] == "warning"] == [
        ("warning", 3, "term-twice", '"kazan summit" stands here twice, first as "Kazan summit"'),
        ("warning", 4, "term-twice", '"a b" stands here twice'),
    ]


def test_a_copy_that_a_merge_has_left(tmp_path: Path) -> None:
    text, name = 'title = "One"\nany = ["the meeting"]\n', "one.sync-conflict-20261126-120000-ABCDEFG"
    assert [one for one in found(tmp_path, **{"one": text, name: text}) if one[0] != "note"] == [
        ("warning", 0, "merge-copy", "is a copy that an unfinished merge has left, and is not followed")
    ]


def test_a_copy_under_another_name_is_a_warning(tmp_path: Path) -> None:
    said = "says just what a.toml says, so that each alert comes twice"
    text = 'title = "One"\nany = ["the meeting"]\n'
    problems = found(tmp_path, a=text, b=f"# a copy\n{text}", c=text.replace("One", "Two"))
    assert [one for one in problems if one[0] == "warning"] == [("warning", 2, "same-again", said)]


def test_a_term_that_another_makes_superfluous(tmp_path: Path) -> None:
    text = 'title = "One"\nall = [["gas pipeline", "pipeline", "pipeline^0.5"], ["Kazan", "the meeting"]]\n'
    notes = [one for one in found(tmp_path, one=text) if one[2] == "term-superfluous"]
    assert notes == [
        (
            "note",
            2,
            "term-superfluous",
            '"gas pipeline" adds nothing: "pipeline" stands in every text that it stands in',
        )
    ]
    weak = 'title = "Weak"\nany = ["gas pipeline", "pipeline^0.6"]\n'
    assert not [one for one in found(tmp_path / "weak", weak=weak) if one[2] == "term-superfluous"]


def test_a_word_in_two_alphabets_is_spelt_out(tmp_path: Path) -> None:
    text = 'title = "One"\nany = ["\u0412rics meeting", "IT-специалист"]\n'
    (warning,) = [one for one in found(tmp_path, one=text) if one[0] == "warning"]
    assert warning[2:] == ("two-alphabets", '"\u0412rics" is spelt in two alphabets: \u0412 (U+0412) is Cyrillic')
    names = found(
        tmp_path / "names", entities='[one]\nkind = "org"\nnames = ["Газпр\u006fм"]\n', good=GOOD.replace("@pak", "pak")
    )
    assert [one[1:3] for one in names if one[0] == "warning"] == [(3, "two-alphabets")]


def test_an_entity_that_nobody_names(tmp_path: Path) -> None:
    entities = (
        ENTITIES + '[kazan]\nkind = "place"\nnames = ["Kazan"]\n[tatarstan]\nkind = "place"\nnames = ["@kazan"]\n'
    )
    notes = [one[1:] for one in found(tmp_path, entities=entities, good=GOOD) if one[2] == "entity-unused"]
    assert notes == [
        (4, "entity-unused", "no watchlist names @kazan"),
        (7, "entity-unused", "no watchlist names @tatarstan"),
    ]
    good = GOOD.replace("@pakistan", "@tatarstan")
    notes = [one[1:] for one in found(tmp_path, entities=entities, good=good) if one[2] == "entity-unused"]
    assert notes == [(1, "entity-unused", "no watchlist names @pakistan")]
    # While a file cannot be read nobody knows what it names.
    assert not [one for one in found(tmp_path, cut="title = ") if one[2] == "entity-unused"]


def test_windows_that_are_over(tmp_path: Path) -> None:
    text = GOOD.replace("@pakistan", "Pakistan") + (
        "active = { until = 2026-02-28 }\n"
        "expect = [{ from = 2026-02-01, until = 2026-03-01 }, { from = 2025-01-01, until = 2025-01-02 }]\n"
    )
    assert [one for one in found(tmp_path, one=text) if one[2] == "window-past"] == [
        ("note", 3, "window-past", "active: the thread is over since 2026-02-28; what it finds now is for digest"),
        ("note", 4, "window-past", "expect: the window is over since 2025-01-02"),
    ]


def test_the_same_id_twice_is_told_of_the_file_that_was_asked_for(tmp_path: Path) -> None:
    written(tmp_path, Bid=GOOD.replace("@pak", "pak"), bid=GOOD.replace("@pak", "pak"))
    if len(list(tmp_path.glob("[bB]id.toml"))) == 1:
        pytest.skip("this file system does not tell them apart")
    checked = check_files([tmp_path / "bid.toml"], lambda: None, TODAY)
    assert codes_of(checked) == {"duplicate-id"}
