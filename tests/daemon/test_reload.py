"""Watchlists that are edited while they are live: real files, and the ways in which people and programs save them."""

from __future__ import annotations

import codecs
import contextlib
import logging
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from monitor.daemon.reload.refusals import Refusals, log_problems
from monitor.daemon.reload.watching import LiveWatchlists, Reloaded, listed
from monitor.errors import Problem, WatchlistError
from monitor.matching import Headline
from monitor.toml import limits
from tests.work import LINEAR, growth

TODAY = date(2026, 11, 29)
BRICS = 'title = "BRICS bid"\nall = ["@pakistan", "BRICS"]\n'
GAS = 'title = "Gas"\nany = ["Pakistan Stream", "PSGP"]\n'
ENTITIES = '[pakistan]\nkind = "place"\nnames = ["Pakistan"]\n'
EDIT = 'title = "Gas, again"\nany = ["Nord Stream"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two watchlists and their entities."""
    path = tmp_path / "watchlists"
    path.mkdir()
    for name, text in (("brics", BRICS), ("gas", GAS), ("entities", ENTITIES)):
        (path / f"{name}.toml").write_text(text, "utf-8")
    return path


@pytest.fixture
def live(folder: Path) -> LiveWatchlists:
    """The watchlists of the folder, live."""
    return LiveWatchlists(folder)


def reloads(live: LiveWatchlists) -> list[Reloaded]:
    """What four looks bring: more than any edit needs."""
    return [found for _ in range(4) if (found := live.look())]


def reloaded(live: LiveWatchlists) -> Reloaded:
    """The one thing that four looks bring."""
    (found,) = reloads(live)
    return found


def titles(live: LiveWatchlists) -> list[str]:
    return [watch.title for watch in live.engine.watches]


def matches(live: LiveWatchlists, headline: str) -> list[str]:
    return [match.watch for match in live.engine.match(Headline(headline))]


# --- one file's mistake is its own -----------------------------------------------------------------------------------


def test_S05_a_broken_file_keeps_its_last_good_version_and_the_others_go_live(
    folder: Path, live: LiveWatchlists
) -> None:
    (folder / "brics.toml").write_text(BRICS + 'al = ["BRICS"]\n')
    (folder / "gas.toml").write_text(EDIT)
    (folder / "lithium.toml").write_text('title = "Lithium"\nany = ["Atacama lithium"]\n')
    found = reloaded(live)
    assert found.engine is live.engine
    assert str(found.changes) == "changed: gas; new: lithium"
    assert [(one.file.name, one.line, one.message) for one in found.refused] == [("brics.toml", 3, 'unknown key "al"')]
    assert titles(live) == ["BRICS bid", "Gas, again", "Lithium"]
    assert matches(live, "Pakistan in BRICS") == ["brics"]


def test_S05_a_new_file_that_is_broken_is_refused_and_taken_up_when_it_is_mended(
    folder: Path, live: LiveWatchlists
) -> None:
    (folder / "new.toml").write_text('title = "New"\nany = [\n')
    found = reloaded(live)
    assert found.engine is None
    assert [one.file.name for one in found.refused] == ["new.toml"]
    assert len(titles(live)) == 2
    (folder / "new.toml").write_text('title = "New"\nany = ["lithium"]\n')
    found = reloaded(live)
    assert (str(found.changes), found.refused) == ("new: new", ())


def test_S05_examples_that_do_not_hold_refuse_their_own_file_only(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_text(EDIT + '[examples]\nmatch = ["Pakistan Stream"]\n')
    (folder / "bad.toml").write_text('title = "Bad"\nany = ["x-ray"]\n[examples]\nmatch = ["nothing"]\n')
    (folder / "good.toml").write_text('title = "Good"\nany = ["lithium"]\n')
    found = reloaded(live)
    assert sorted((one.file.name, one.line) for one in found.refused) == [("bad.toml", 4), ("gas.toml", 4)]
    assert str(found.changes) == "new: good"
    assert matches(live, "Pakistan Stream") == ["gas"]
    assert matches(live, "lithium, and an x-ray") == ["good"]


def test_S05_broken_entities_leave_the_ones_before_in_use(folder: Path, live: LiveWatchlists) -> None:
    (folder / "entities.toml").write_text('[pakistan]\nkind = "planet"\nnames = ["Pakistan"]\n')
    (folder / "gas.toml").write_text(EDIT)
    found = reloaded(live)
    assert [(one.file.name, one.line) for one in found.refused] == [("entities.toml", 2)]
    assert str(found.changes) == "changed: gas"
    assert matches(live, "Pakistan in BRICS") == ["brics"]


def test_a_changed_entity_shows_in_the_watchlists_that_name_it(folder: Path, live: LiveWatchlists) -> None:
    (folder / "entities.toml").write_text(ENTITIES.replace('["Pakistan"]', '["Pakistan", "Islamabad"]'))
    assert str(reloaded(live).changes) == "changed: brics"
    assert matches(live, "Islamabad and BRICS") == ["brics"]


def test_an_entity_that_goes_is_told_where_it_is_named_and_stays_there(folder: Path, live: LiveWatchlists) -> None:
    (folder / "entities.toml").write_text('[india]\nkind = "place"\nnames = ["India"]\n')
    found = reloaded(live)
    (problem,) = found.refused
    assert (problem.file.name, problem.line, problem.message) == ("brics.toml", 2, 'unknown entity "@pakistan"')
    assert "entities.toml has changed" in problem.hint
    assert matches(live, "Pakistan in BRICS") == ["brics"]
    (folder / "gas.toml").write_text('title = "Gas"\nall = ["@india", "PSGP"]\n')
    found = reloaded(live)
    assert found.refused == (problem,)
    assert matches(live, "India and PSGP") == ["gas"]
    assert matches(live, "Pakistan in BRICS") == ["brics"]


def test_an_id_that_differs_in_case_alone_does_not_push_out_the_one_in_use(folder: Path, live: LiveWatchlists) -> None:
    (folder / "Gas.toml").write_text(EDIT)
    if len(list(folder.glob("[gG]as.toml"))) == 1:
        pytest.skip("this file system does not tell them apart")
    found = reloaded(live)
    assert [(one.file.name, one.message) for one in found.refused] == [
        ("Gas.toml", 'the id "Gas" is taken by gas.toml')
    ]
    assert titles(live) == ["BRICS bid", "Gas"]


# --- half-written saves ----------------------------------------------------------------------------------------------


def test_S07_a_save_in_slices_is_read_when_it_is_whole(folder: Path, live: LiveWatchlists) -> None:
    path, whole = folder / "gas.toml", EDIT.replace('["Nord Stream"]', '[\n  "Nord Stream",\n  "Baltic Pipe",\n]')
    for end in (0, 30, 50, len(whole)):
        path.write_text(whole[:end])
        assert live.look() is None
        assert titles(live)[1] == "Gas"
    assert str(reloaded(live).changes) == "changed: gas"
    assert matches(live, "Baltic Pipe") == ["gas"]


def test_a_file_that_is_written_all_the_time_holds_up_no_other(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_text(EDIT)
    found = []
    for number in range(3):
        (folder / "brics.toml").write_text(f'title = "{"x" * number}"\nall = ["@pakistan", "BRICS"]\n')
        found.append(live.look())
    assert found[:2] == [None, None]
    assert found[2]
    assert str(found[2].changes) == "changed: gas"
    assert titles(live) == ["BRICS bid", "Gas, again"]
    assert str(reloaded(live).changes) == "changed: brics"


def test_what_is_wrong_with_a_file_stands_while_it_is_written_again(folder: Path, live: LiveWatchlists) -> None:
    (folder / "brics.toml").write_text("broken")
    refused = reloaded(live).refused
    (folder / "gas.toml").write_text(EDIT)
    found = []
    for number in range(3):
        (folder / "brics.toml").write_text("broken" + "!" * number)
        found.append(live.look())
    assert found[2]
    assert found[2].refused == refused


# --- ways of saving --------------------------------------------------------------------------------------------------


def over_by_rename(path: Path, text: str) -> None:
    """vim with backupcopy=no, and most editors that save safely."""
    draft = path.with_name(".gas.toml.swp")
    draft.write_text(text)
    draft.replace(path)


def with_a_backup(path: Path, text: str) -> None:
    """vim with a backup: the old file moves away first."""
    path.rename(path.with_name("gas.toml~"))
    path.write_text(text)
    path.with_name("gas.toml~").unlink()


def in_place(path: Path, text: str) -> None:
    """nano."""
    path.write_text(text)


def by_sed(path: Path, text: str) -> None:
    (path.parent / ".text").write_text(text)
    # Only the first line of the old text is replaced by the new text; the others go.
    subprocess.run(["sed", "-i", "-e", f"1r {path.parent}/.text", "-e", "1,$d", str(path)], check=True)


def by_mv(path: Path, text: str) -> None:
    other = path.parent.parent / "draft.toml"
    other.write_text(text)
    subprocess.run(["mv", str(other), str(path)], check=True)


def by_symlink(path: Path, text: str) -> None:
    """A link that is switched from one version to another."""
    target = path.parent.parent / f"version-{len(list(path.parent.parent.iterdir()))}.toml"
    target.write_text(text)
    subprocess.run(["ln", "-sfn", str(target), str(path)], check=True)


WAYS = [over_by_rename, with_a_backup, in_place, by_sed, by_mv, by_symlink]


@pytest.mark.parametrize("save", WAYS, ids=lambda way: way.__name__)
def test_S08_each_way_of_saving_is_picked_up_once_and_later_edits_too(
    save: Callable[[Path, str], None], folder: Path, live: LiveWatchlists
) -> None:
    for edit in ("Nord Stream", "TurkStream", "Blue Stream"):
        save(folder / "gas.toml", f'title = "Gas"\nany = ["{edit}"]\n')
        found = reloaded(live)
        assert (str(found.changes), found.refused, found.gone) == ("changed: gas", (), ())
        assert matches(live, edit) == ["gas"]
    assert live.look() is None


def test_S08_a_folder_that_is_a_link_may_be_switched(folder: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    shutil.copytree(folder, second)
    (second / "gas.toml").write_text(EDIT)
    link = tmp_path / "current"
    link.symlink_to(folder)
    live = LiveWatchlists(link)
    for target, title in ((second, "Gas, again"), (folder, "Gas"), (second, "Gas, again")):
        subprocess.run(["ln", "-sfn", str(target), str(link)], check=True)
        assert str(reloaded(live).changes) == "changed: gas"
        assert titles(live) == ["BRICS bid", title]
    (second / "gas.toml").write_text(GAS)
    assert str(reloaded(live).changes) == "changed: gas"


def checkout(folder: Path, branch: dict[str, str]) -> None:
    """What git does to the files of a folder: those that differ are removed, and made anew."""
    for file in folder.iterdir():
        if file.read_text() != branch.get(file.name):
            file.unlink()
    for name in sorted(branch):
        with contextlib.suppress(FileExistsError), (folder / name).open("x") as made:
            made.write(branch[name])


def test_S08_branches_of_a_git_repository_may_be_switched(folder: Path) -> None:
    main = {file.name: file.read_text() for file in folder.iterdir()}
    other = main | {"gas.toml": EDIT, "lithium.toml": 'title = "Lithium"\nany = ["lithium"]\n'}
    live = LiveWatchlists(folder)
    checkout(folder, other)
    assert str(reloaded(live).changes) == "changed: gas; new: lithium"
    checkout(folder, main)
    found = reloaded(live)
    assert str(found.changes) == "changed: gas"
    assert [one.file.name for one in found.gone] == ["lithium.toml"]
    assert matches(live, "lithium") == ["lithium"]
    checkout(folder, other)
    found = reloaded(live)
    assert (str(found.changes), found.refused, found.gone) == ("changed: gas", (), ())


@pytest.mark.parametrize(
    "raw", [codecs.BOM_UTF8 + EDIT.encode(), EDIT.replace("\n", "\r\n").encode()], ids=["BOM", "CRLF"]
)
def test_S09_marks_and_line_ends_of_other_systems_are_fine(raw: bytes, folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_bytes(raw)
    assert str(reloaded(live).changes) == "changed: gas"


def test_S09_a_term_that_is_there_twice_is_one_warning(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_text('title = "Gas"\nany = ["Nord Stream", "nord stream", "PSGP", "PSGP"]\n')
    found = reloaded(live)
    assert (found.refused, str(found.changes)) == ((), "changed: gas")
    (remark,) = live.remarks((), TODAY)
    assert (remark.file.name, remark.line, remark.code) == ("gas.toml", 2, "term-twice")
    assert remark.message == '"nord stream" stands here twice, first as "Nord Stream"; 1 more term does, too'
    (folder / "brics.toml").write_text(BRICS.replace("bid", "wish"))
    reloaded(live)
    assert live.remarks((), TODAY) == LiveWatchlists(folder).remarks((), TODAY) == [remark]


def test_a_copy_under_another_name_is_a_warning_when_it_comes(folder: Path, live: LiveWatchlists) -> None:
    assert live.remarks((), TODAY) == []
    (folder / "gas-old.toml").write_text(GAS)
    reloaded(live)
    (remark,) = live.remarks((), TODAY)
    assert (remark.code, remark.file.name) == ("same-again", "gas.toml")


@pytest.mark.parametrize("name", ["gas.sync-conflict-20261126-120000-ABCDEFG.toml", "gas_REMOTE_4711.toml"])
def test_S08_a_copy_that_a_merge_leaves_is_refused_and_tells_nothing_twice(
    name: str, folder: Path, live: LiveWatchlists
) -> None:
    (folder / name).write_text(GAS)
    found = reloaded(live)
    assert [(one.file.name, one.hint) for one in found.refused] == [
        (name, "keep what you want of it in gas.toml, and delete it")
    ]
    assert sorted(titles(live)) == sorted(titles(LiveWatchlists(folder)))
    (remark,) = LiveWatchlists(folder).remarks((), TODAY)
    assert remark == found.refused[0]
    (folder / name).unlink()
    found = reloaded(live)
    assert (found.refused, found.gone, str(found.changes)) == ((), (), "no changes")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_S09_utf_16_is_refused_and_called_so(encoding: str, folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_bytes(EDIT.encode(encoding))
    (problem,) = reloaded(live).refused
    assert "it is UTF-16" in problem.message
    assert problem.hint == "save it as UTF-8"
    assert titles(live)[1] == "Gas"


# --- empty, gone, ended ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n \n", "# nothing\n", "\ufeff"])
def test_S09_an_emptied_file_is_refused(text: str, folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_text(text, "utf-8")
    found = reloaded(live)
    assert found.engine is None
    assert [one.message for one in found.refused] == ["the file is empty"]
    assert matches(live, "PSGP") == ["gas"]
    with pytest.raises(WatchlistError, match="the file is empty"):
        LiveWatchlists(folder)


def test_S09_a_vanished_file_stays_in_use_with_one_warning_and_may_come_back(
    folder: Path, live: LiveWatchlists
) -> None:
    (folder / "gas.toml").unlink()
    found = reloaded(live)
    (warning,) = found.gone
    assert (found.engine, found.refused) == (None, ())
    assert str(warning).endswith("put it back, or end the watchlist with: monitor watch remove gas")
    assert matches(live, "PSGP") == ["gas"]
    (folder / "brics.toml").write_text(BRICS.replace("bid", "wish"))
    assert reloaded(live).gone == (warning,)
    assert matches(live, "PSGP") == ["gas"]
    (folder / "gas.toml").write_text(EDIT)
    found = reloaded(live)
    assert (str(found.changes), found.gone) == ("changed: gas", ())


def test_S09_a_file_that_cannot_be_read_keeps_its_last_good_version(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").unlink()
    (folder / "gas.toml").mkdir()
    found = reloaded(live)
    assert [one.message for one in found.refused] == ["is no file but a directory"]
    assert matches(live, "PSGP") == ["gas"]


@pytest.mark.parametrize("way", ["gone", "a file", "all files"])
def test_S09_a_folder_that_is_gone_is_one_warning(way: str, folder: Path, live: LiveWatchlists) -> None:
    away = folder.with_name("away")
    shutil.move(folder, away)
    if way == "a file":
        folder.write_text("no folder")
    elif way == "all files":
        folder.mkdir()
    found = reloaded(live)
    assert (found.engine, found.refused, len(found.gone)) == (None, (), 1)
    assert matches(live, "Pakistan, BRICS and PSGP") == ["brics", "gas"]
    if way == "a file":
        folder.unlink()
    elif way == "all files":
        folder.rmdir()
    shutil.move(away, folder)
    found = reloads(live)[-1]
    assert (found.engine, found.refused, found.gone) == (live.engine, (), ())
    (folder / "gas.toml").write_text(EDIT)
    assert str(reloaded(live).changes) == "changed: gas"


@pytest.mark.parametrize("way", ["gone", "emptied"])
def test_S09_entities_that_are_gone_or_empty_stay_in_use(way: str, folder: Path, live: LiveWatchlists) -> None:
    path = folder / "entities.toml"
    if way == "gone":
        path.unlink()
    else:
        path.write_text("")
    found = reloaded(live)
    assert [one.file.name for one in (*found.refused, *found.gone)] == ["entities.toml"]
    (folder / "brics.toml").write_text(BRICS.replace("bid", "wish"))
    assert str(reloaded(live).changes) == "changed: brics"
    assert matches(live, "Pakistan in BRICS") == ["brics"]
    path.write_text(ENTITIES)
    found = reloaded(live)
    assert (found.refused, found.gone) == ((), ())


def test_S09_a_file_that_is_put_aside_ends_its_watchlist(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").rename(folder / "gas.toml.off")
    found = reloaded(live)
    assert (str(found.changes), found.refused, found.gone) == ("ended: gas", (), ())
    assert matches(live, "Pakistan, BRICS and PSGP") == ["brics"]
    (folder / "gas.toml.off").rename(folder / "gas.toml")
    assert str(reloaded(live).changes) == "new: gas"


def test_S09_a_file_that_has_vanished_may_be_ended_afterwards(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").unlink()
    assert reloaded(live).gone
    (folder / "gas.toml.off").write_text("# gone\n")
    found = reloaded(live)
    assert (str(found.changes), found.refused, found.gone) == ("ended: gas", (), ())


def test_the_last_watchlist_may_be_ended_on_purpose(folder: Path, live: LiveWatchlists) -> None:
    for name in ("gas", "brics"):
        (folder / f"{name}.toml").rename(folder / f"{name}.toml.off")
    assert str(reloaded(live).changes) == "ended: brics, gas"
    assert live.engine.watches == ()


def test_S09_a_renamed_file_is_the_same_watchlist_under_another_id(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").rename(folder / "pipeline.toml")
    found = reloaded(live)
    assert (str(found.changes), found.refused, found.gone) == ("renamed: gas to pipeline", (), ())
    assert matches(live, "PSGP") == ["pipeline"]


RENAMED = {
    "the same title": (GAS, 'title = "GAS"\nany = ["Nord Stream"]\n'),
    "half of the terms": (GAS, 'title = "Pipes"\nany = ["PSGP^0.9"]\nall = ["Russia", "gas pipeline"]\n'),
    "all terms of all": (BRICS, 'title = "Other"\nall = [["bricks", "BRICS"], "@pakistan"]\n'),
}


@pytest.mark.parametrize("together", [True, False], ids=["at once", "one after the other"])
@pytest.mark.parametrize(("before", "after"), RENAMED.values(), ids=RENAMED.keys())
def test_S09_a_file_that_is_renamed_and_edited_says_nothing_twice(
    before: str, after: str, together: bool, folder: Path, live: LiveWatchlists
) -> None:
    old = "gas" if before == GAS else "brics"
    (folder / f"{old}.toml").unlink()
    if not together:
        assert [one.file.name for one in reloaded(live).gone] == [f"{old}.toml"]
    (folder / "new.toml").write_text(after)
    found = reloaded(live)
    assert (str(found.changes), found.renamed, found.gone) == (f"renamed: {old} to new", {old: "new"}, ())
    assert len(live.engine.watches) == 2


STRANGERS = {
    "shares a name of an entity": {"new": 'title = "Other"\nall = ["@pakistan", "cricket"]\n'},
    "shares less than half": {"new": 'title = "Other"\nany = ["cricket"]\n'},
    "two are alike": {name: f'title = "BRICS bid"\nany = ["{name} one"]\n' for name in ("new", "newer")},
}


@pytest.mark.parametrize("files", STRANGERS.values(), ids=STRANGERS.keys())
def test_S09_a_file_that_is_gone_stays_in_use_beside_new_ones_that_are_not_surely_the_same(
    files: dict[str, str], folder: Path, live: LiveWatchlists
) -> None:
    (folder / "brics.toml").unlink()
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text)
    found = reloaded(live)
    assert ([one.file.name for one in found.gone], found.renamed) == (["brics.toml"], {})
    assert matches(live, "Pakistan in BRICS") == ["brics"]


def test_S09_of_two_files_that_are_gone_none_is_the_one_that_both_are_alike_to(
    folder: Path, live: LiveWatchlists
) -> None:
    (folder / "pipes.toml").write_text(GAS.replace("Stream", "Pipe"))
    assert reloaded(live)
    for name in ("gas", "pipes"):
        (folder / f"{name}.toml").unlink()
    (folder / "new.toml").write_text(GAS.replace("Gas", "New") + 'none = ["football"]\n')
    found = reloaded(live)
    assert ([one.file.name for one in found.gone], found.renamed) == (["gas.toml", "pipes.toml"], {})


# --- asked for, and cheap --------------------------------------------------------------------------------------------


def test_S06_sighup_waits_for_nothing(folder: Path, live: LiveWatchlists) -> None:
    (folder / "gas.toml").write_text(EDIT)
    found = live.look(now_at_once=True)
    assert found
    assert str(found.changes) == "changed: gas"
    found = live.look(now_at_once=True)
    assert found
    assert (found.engine, str(found.changes)) == (live.engine, "no changes")
    assert live.look() is None


def test_a_look_reads_no_file_that_has_not_changed(
    folder: Path, live: LiveWatchlists, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "gas.toml").write_text(EDIT)
    read: list[str] = []
    original = limits.read_bytes

    def noted(path: Path) -> tuple[bytes, os.stat_result]:
        read.append(path.name)
        return original(path)

    monkeypatch.setattr(limits, "read_bytes", noted)
    assert reloads(live)
    assert read == ["gas.toml"]


def test_a_name_that_is_no_text_does_no_harm(folder: Path, live: LiveWatchlists) -> None:
    try:
        (folder / os.fsdecode(b"\xff.toml")).write_text(GAS)
    except OSError:
        pytest.skip("this file system has names in Unicode only")
    (refused,) = reloaded(live).refused
    assert refused.message == "the file's name is the watchlist's id"


def test_of_many_names_the_first_are_told() -> None:
    assert listed([str(number) for number in range(12)]).endswith("8, 9, and 2 more")


# --- who has been told -----------------------------------------------------------------------------------------------


def problem(name: str, message: str = "broken") -> Problem:
    return Problem(Path(name), 1, message)


def test_a_refusal_is_logged_once_and_told_once_it_has_stood() -> None:
    standing = Refusals()
    first, other = problem("a.toml"), problem("b.toml")
    assert standing.update([first], 100.0) == [first]
    assert standing.update([first, other], 101.0) == [other]
    assert standing.due(102.9) == []
    assert standing.due(103.0) == [first]
    assert standing.due(104.0) == [first, other]
    standing.mark_told([first, other])
    assert standing.due(200.0) == []


def test_a_file_is_told_of_once_until_it_has_been_good() -> None:
    standing = Refusals()
    standing.update([problem("a.toml")], 0.0)
    standing.mark_told(standing.due(5.0))
    worse = problem("a.toml", "still broken, otherwise")
    assert standing.update([worse], 6.0) == [worse]
    assert standing.due(60.0) == []
    assert standing.update([], 61.0) == []
    standing.update([worse], 62.0)
    assert standing.due(63.0) == []
    assert standing.due(65.0) == [worse]


def test_a_file_that_is_mended_in_time_is_not_told_of() -> None:
    standing = Refusals()
    for moment in range(0, 100, 2):
        standing.update([problem("a.toml")], moment)
        assert standing.due(moment + 1) == []
        standing.update([], moment + 1)


def test_thousands_of_problems_are_told_in_a_few_lines_and_cost_no_more_than_their_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refused(number: int) -> Refusals:
        standing, broken = Refusals(), [problem(f"{number}.toml") for number in range(number)]
        assert standing.update(broken, 0.0) == broken
        assert standing.update([*broken, problem("0.toml", "worse")], 1.0) == [problem("0.toml", "worse")]
        return standing

    assert growth(refused, 500) < LINEAR
    standing, broken = refused(5_000), [problem(f"{number}.toml") for number in range(5_000)]
    assert standing.text.count("\n") == 20
    assert standing.text.endswith("\nand 4,981 more: monitor watch check lists them")
    log_problems(logging.ERROR, broken)
    assert len(caplog.messages) == 21
    assert caplog.messages[-1] == "and 4,980 more: monitor watch check lists them"


def test_the_stamp_of_a_file_changes_though_its_time_is_set_back(folder: Path, live: LiveWatchlists) -> None:
    path = folder / "gas.toml"
    before = path.stat()
    path.write_text(GAS.replace("PSGP", "TAPI"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert str(reloaded(live).changes) == "changed: gas"
