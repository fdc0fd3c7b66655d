"""``monitor watch new|backtest|suggest|edit`` as a user has them: on stored news, on a terminal and in a pipe."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from monitor.watchlist import build
from tests.support import run_monitor
from tests.terminal import Terminal
from tests.workshop.stored import DAY, SHIPPED, News, database, shipped_engine, story

CONFIG = '[monitor]\ndatabase = "m.db"\n[alerts]\nflood = 20\n[alerts.console]\n'


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped watchlists, and the demo's story as the news of the last weeks."""
    folder = tmp_path_factory.mktemp("stocked")
    shutil.copytree(SHIPPED, folder / "watchlists")
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    shift = time.time() - max(one.seen for one in story()) - DAY
    news = [News(one.title, one.seen + shift, one.feed, one.summary, language=one.language) for one in story()]
    database(folder / "m.db", news, shipped_engine())
    return folder


@pytest.fixture
def home(tmp_path: Path, stocked: Path) -> Path:
    """A copy of them."""
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    return tmp_path


async def monitor(home: Path, *words: str, editor: str = "") -> tuple[int, str, str]:
    env = {"MONITOR_CONFIG": str(home / "config.toml"), "VISUAL": editor, "EDITOR": editor}
    return await run_monitor(*words, env=env, cwd=home)


def file(home: Path, name: str) -> Path:
    return home / "watchlists" / f"{name}.toml"


# --- new -------------------------------------------------------------------------------------------------------------


async def test_a_draft_is_written_and_loads(home: Path) -> None:
    code, out, err = await monitor(home, "watch", "new", "Overchuk's visit to Islamabad")
    assert code == 0, err
    path = file(home, "overchuk-visit-to-islamabad")
    text = path.read_text("utf-8")
    assert '["Overchuk", "Оверчук"]' in text
    assert str(path) in out
    assert "It takes " in out
    assert build(home / "watchlists").lists.watches
    code, _, err = await monitor(home, "watch", "new", "Overchuk's visit to Islamabad")
    assert code == 1
    assert "exists: monitor watch edit overchuk-visit-to-islamabad changes it" in err
    assert path.read_text("utf-8") == text


async def test_a_dry_run_prints_the_file_alone_and_writes_nothing(home: Path) -> None:
    before = sorted(path.name for path in (home / "watchlists").iterdir())
    code, out, err = await monitor(home, "watch", "new", "Pakistan's BRICS bid", "--dry-run", "--id", "x")
    assert code == 0
    assert "It takes " in err
    assert sorted(path.name for path in (home / "watchlists").iterdir()) == before
    file(home, "x").write_text(out, "utf-8")
    assert build(home / "watchlists").lists.watches


async def test_a_draft_of_what_another_watchlist_follows_says_so(home: Path) -> None:
    code, _, err = await monitor(home, "watch", "new", "Pakistan Stream gas pipeline")
    assert code == 0
    assert 'note: "pakistan-stream" takes the words of this phrase, too' in err
    assert "To take this one back: monitor watch remove pakistan-stream-gas-pipeline" in err
    assert "note:" not in (await monitor(home, "watch", "new", "Overchuk's visit to Islamabad"))[2]


async def test_a_watchlist_that_is_closed_tells_nothing_twice(home: Path) -> None:
    closing = await monitor(home, "watch", "close", "pakistan-stream")
    code, _, err = await monitor(home, "watch", "new", "Pakistan Stream gas pipeline")
    assert (closing[0], code) == (0, 0)
    assert "note:" not in err


def test_on_a_terminal_headlines_become_examples(home: Path) -> None:
    with Terminal(
        "watch", "new", "Pakistan's BRICS hopes", "--config", str(home / "config.toml"), cwd=home
    ) as terminal:
        first = terminal.expect("Is this what you mean? (y, n, s)")
        terminal.answer("y")
        second = terminal.expect("Is this what you mean?")
        terminal.answer("n")
        terminal.expect("Is this what you mean?")
        terminal.answer("s")
        terminal.expect("is written")
        assert terminal.end() == 0
    library = build(home / "watchlists")
    watch = next(one for one in library.lists.watches if one.id == "pakistan-brics-hopes")
    examples = library.lists.source(watch.id).examples
    assert len(examples.match) == 1
    assert examples.match[0] in first
    assert not examples.nomatch, "what matches is no example of what does not"
    text = file(home, "pakistan-brics-hopes").read_text("utf-8")
    rejected = next(line for line in second.splitlines() if "#" in line).partition(": ")[2].strip()
    assert f'#     "{rejected}",' in text


async def test_without_a_database_a_draft_is_written_unmeasured(home: Path) -> None:
    (home / "m.db").unlink()
    code, out, _ = await monitor(home, "watch", "new", "Lithium mining in Chile")
    assert code == 0
    assert "Nothing is stored yet" in out
    assert 'all = [\n    "Lithium",\n    "Chile",\n]' in file(home, "lithium-mining-in-chile").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("the",), 2, "holds no word that tells a text about it from others"),
        (("ایران",), 2, "add --id"),
        (("Pakistan Stream", "--id", "a/b"), 2, '"a/b": use letters, digits, - and _'),
        (("Pakistan Stream", "--id", "entities"), 2, "holds the names that watchlists share"),
        (("Pakistan Stream", "--id", "pakistan-stream"), 1, "exists"),
    ],
)
async def test_what_cannot_be_drafted_is_explained(home: Path, words: tuple[str, ...], code: int, told: str) -> None:
    before = sorted(path.name for path in (home / "watchlists").iterdir())
    found, _, err = await monitor(home, "watch", "new", *words)
    assert found == code
    assert told in err
    assert sorted(path.name for path in (home / "watchlists").iterdir()) == before


# --- backtest --------------------------------------------------------------------------------------------------------


async def test_a_draft_is_tried_beside_the_version_in_use(home: Path) -> None:
    draft = home / "draft.toml"
    draft.write_text('title = "Anything about Pakistan"\nany = ["@pakistan"]\n', "utf-8")
    words = ("watch", "backtest", "pakistan-brics", "--file", "draft.toml", "--days", "60")
    code, out, _ = await monitor(home, *words)
    assert code == 0
    assert "in use  draft.toml" in out
    assert "new alerts: " in out
    assert "why: 1.00 = " in out
    _, out, _ = await monitor(home, *words, "--json")
    values = json.loads(out)
    assert values["now"]["matches"] > values["before"]["matches"] > 8
    assert len(values["gained"]) == values["now"]["matches"] - values["before"]["matches"] + len(values["lost"])
    assert len(values["now"]["by_day"]) == values["days"]
    assert {"item", "at", "title", "why", "score"} <= values["gained"][0].keys()
    assert draft.read_text("utf-8").startswith("title")


async def test_the_version_on_disk_agrees_with_what_was_found_at_the_time(home: Path) -> None:
    code, out, _ = await monitor(home, "watch", "backtest", "pakistan-stream", "--days", "60")
    assert code == 0
    assert "at the time" in out
    assert "the same" in out
    assert "new alerts" not in out


def test_on_a_terminal_there_is_a_bar_while_items_are_judged(home: Path) -> None:
    with Terminal("watch", "backtest", "pakistan-brics", "--config", str(home / "config.toml"), cwd=home) as terminal:
        terminal.expect("judging items")
        assert terminal.end() == 0
        assert "alerts a day" in terminal.shown


async def test_what_cannot_be_tried_is_explained(home: Path) -> None:
    (home / "draft.toml").write_text('title = "x"\nall = ["@pakistn"]\n', "utf-8")
    code, _, err = await monitor(home, "watch", "backtest", "pakistan-brics", "--file", "draft.toml")
    assert code == 78
    assert 'draft.toml:2:8: unknown entity "@pakistn"' in err
    code, _, err = await monitor(home, "watch", "backtest", "pakistan-brics", "--file", "nothing.toml")
    assert code == 78
    assert "nothing.toml: file not found" in err
    code, _, err = await monitor(home, "watch", "backtest", "pakistan-briks")
    assert code == 2
    assert 'did you mean "pakistan-brics"?' in err
    (home / "m.db").unlink()
    code, _, err = await monitor(home, "watch", "backtest", "pakistan-brics")
    assert code == 1
    assert "Nothing polled yet" in err


# --- suggest ---------------------------------------------------------------------------------------------------------

NARROW = '# my watchlist\ntitle = "BRICS bid"\nall   = ["Pakistan", "BRICS"]   # narrow\n'


async def test_proposals_are_shown_and_written_where_they_belong(home: Path) -> None:
    file(home, "narrow").write_text(NARROW, "utf-8")
    _, out, _ = await monitor(home, "watch", "suggest", "narrow", "--days", "60", "--json")
    proposals = json.loads(out)["proposals"]
    numbers = {one["term"]: one["number"] for one in proposals}
    assert {"БРИКС", "Пакистан", "برکس", "پاکستان"} <= numbers.keys()
    chosen = f"{numbers['Пакистан']},{numbers['БРИКС']}"
    code, out, err = await monitor(home, "watch", "suggest", "narrow", "--days", "60", "--apply", chosen)
    assert code == 0, err
    assert file(home, "narrow").read_text("utf-8") == (
        '# my watchlist\ntitle = "BRICS bid"\nall   = [["Pakistan", "Пакистан"], ["BRICS", "БРИКС"]]   # narrow\n'
    )
    assert '+all   = [["Pakistan", "Пакистан"], ["BRICS", "БРИКС"]]   # narrow' in out
    _, out, _ = await monitor(home, "watch", "suggest", "narrow", "--days", "60", "--json")
    assert "БРИКС" not in {one["term"] for one in json.loads(out)["proposals"]}


def test_on_a_terminal_each_proposal_is_asked_for(home: Path) -> None:
    file(home, "narrow").write_text(NARROW, "utf-8")
    words = ("watch", "suggest", "narrow", "--days", "60", "--apply", "--config", str(home / "config.toml"))
    with Terminal(*words, cwd=home) as terminal:
        shown = terminal.expect("Take it up? (y, n, q)")
        terminal.answer("y")
        terminal.expect("Take it up?")
        terminal.answer("q")
        assert terminal.end() == 0
    term = shown.partition('1. "')[2].partition('"')[0]
    assert f'"{term}"' in file(home, "narrow").read_text("utf-8")


async def test_U16_three_verdicts_lead_to_proposals_of_what_to_rule_out(home: Path) -> None:
    news = [
        News("Pakistan and BRICS fans at the cricket stadium", time.time() - 3600, "Sports"),
        News("BRICS cup: Pakistan cricket squad named", time.time() - 3600, "Sports"),
        News("Cricket: BRICS day in Pakistan", time.time() - 3600, "Sports"),
        News("Pakistan joins BRICS talks", time.time() - 3600, "Courier"),
    ]
    (home / "m.db").unlink()
    file(home, "narrow").write_text(NARROW, "utf-8")
    database(home / "m.db", news, build(home / "watchlists").engine)
    for item in ("1", "2", "3"):
        code, out, _ = await monitor(home, "watch", "suggest", "narrow")
        assert (code, out.partition(":")[0]) == (0, "Nothing to propose"), "from fewer than three"
        assert f"(so far: 0 and {int(item) - 1})" in out
        code, _, err = await monitor(home, "feedback", item, "narrow", "irrelevant")
        assert code == 0, err
    code, out, _ = await monitor(home, "watch", "suggest", "narrow")
    assert code == 0
    assert '1. "cricket", a word that rules an item out (none)' in out
    assert "loses 3 alerts, of which you marked 3 as not relevant" in out
    code, out, err = await monitor(home, "watch", "suggest", "narrow", "--apply", "all")
    assert code == 0, err
    assert "none" in file(home, "narrow").read_text("utf-8")
    code, out, _ = await monitor(home, "watch", "test", "BRICS cup: Pakistan cricket squad named")
    assert "narrow" not in out


@pytest.mark.parametrize("verdict", ["relevant", "irrelevant"])
async def test_U16_who_has_judged_enough_is_not_asked_to_judge(home: Path, verdict: str) -> None:
    news = [
        News(title, time.time() - 3600) for title in ("Pakistan near BRICS", "BRICS or Pakistan", "Pakistan, BRICS")
    ]
    (home / "m.db").unlink()
    file(home, "narrow").write_text(NARROW, "utf-8")
    database(home / "m.db", news, build(home / "watchlists").engine)
    for item in ("1", "2", "3"):
        assert (await monitor(home, "feedback", item, "narrow", verdict))[0] == 0
    code, out, _ = await monitor(home, "watch", "suggest", "narrow")
    assert (code, "of the 3 items that you judged no" in out, "monitor feedback" in out) == (0, True, False), out


@pytest.mark.parametrize("numbers", ["0", "99", "x", "1,y"])
async def test_numbers_that_are_none_are_refused(home: Path, numbers: str) -> None:
    file(home, "narrow").write_text(NARROW, "utf-8")
    code, _, err = await monitor(home, "watch", "suggest", "narrow", "--days", "60", "--apply", numbers)
    assert code == 2
    assert "the proposals have the numbers 1 to" in err
    assert file(home, "narrow").read_text("utf-8") == NARROW


async def test_asking_takes_a_terminal(home: Path) -> None:
    file(home, "narrow").write_text(NARROW, "utf-8")
    code, _, err = await monitor(home, "watch", "suggest", "narrow", "--days", "60", "--apply")
    assert code == 2
    assert "name the proposals: --apply 1,3" in err


# --- edit ------------------------------------------------------------------------------------------------------------


def editor(home: Path, script: str) -> str:
    """An editor that does ``script`` to the file in ``$1``, once for each time that it is opened."""
    path = home / "editor.sh"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


async def test_an_edit_is_checked_tried_and_written(home: Path) -> None:
    before = file(home, "pakistan-brics").read_text("utf-8")
    edited = editor(home, 'sed -i \'s/"bid", /"bid", "hopes", /\' "$1"')
    code, out, err = await monitor(home, "watch", "edit", "pakistan-brics", "--days", "60", editor=edited)
    assert code == 0, err
    assert file(home, "pakistan-brics").read_text("utf-8") == before.replace('"bid", ', '"bid", "hopes", ', 1)
    assert "in use      edited" in out
    assert "Watchlists that change: pakistan-brics." in err


async def test_nothing_changed_is_nothing_written(home: Path) -> None:
    stamp = file(home, "pakistan-brics").stat().st_mtime_ns
    code, out, err = await monitor(home, "watch", "edit", "pakistan-brics", editor="true")
    assert (code, out, err) == (0, "", "Nothing was changed.\n")
    assert file(home, "pakistan-brics").stat().st_mtime_ns == stamp


def kept_in(err: str) -> str:
    """What was typed, as the message says where it is; it is deleted then."""
    kept = Path(err.partition("what you typed is in ")[2].splitlines()[0])
    text = kept.read_text("utf-8")
    shutil.rmtree(kept.parent)
    return text


async def test_a_mistake_in_a_pipe_keeps_the_file_and_what_was_typed(home: Path) -> None:
    before = file(home, "pakistan-brics").read_text("utf-8")
    wrong = editor(home, "echo 'all = 5' > \"$1\"")
    code, _, err = await monitor(home, "watch", "edit", "pakistan-brics", editor=wrong)
    assert code == 78
    assert "error: your draft of pakistan-brics.toml:1:" in err
    assert file(home, "pakistan-brics").read_text("utf-8") == before
    assert kept_in(err) == "all = 5\n"


def test_a_mistake_on_a_terminal_leads_back_to_the_editor(home: Path) -> None:
    script = 'if [ -e once ]; then sed -i "s/bidd/bid/" "$1"; else touch once; echo "bidd = 1" >> "$1"; fi'
    script += '; sed -i "s/^bid = 1//" "$1"; sed -i "s/near    = 30/near    = 25/" "$1"'
    words = ("watch", "edit", "pakistan-brics", "--config", str(home / "config.toml"))
    with Terminal(*words, cwd=home, env={"EDITOR": editor(home, script)}) as terminal:
        terminal.expect('unknown key "bidd"')
        terminal.expect("[e]dit again or [q]uit?")
        terminal.answer("e")
        terminal.expect("near    = 25")
        assert terminal.end() == 0
    assert "near    = 25" in file(home, "pakistan-brics").read_text("utf-8")


@pytest.fixture
def flooded(home: Path) -> Path:
    news = [News(f"Russia: event number {index}", time.time() - 3600) for index in range(40)]
    (home / "m.db").unlink()
    database(home / "m.db", news, shipped_engine())
    return home


async def test_an_edit_that_would_flood_is_not_taken_up_unasked(flooded: Path) -> None:
    before = file(flooded, "pakistan-brics").read_text("utf-8")
    wide = editor(flooded, 'printf \'title = "All"\\nany = ["@russia"]\\n\' > "$1"')
    code, out, err = await monitor(flooded, "watch", "edit", "pakistan-brics", editor=wide)
    assert code == 1
    assert "This would be a flood: 40 alerts on one day" in out
    assert "--yes takes it up all the same" in err
    assert kept_in(err).startswith('title = "All"')
    assert file(flooded, "pakistan-brics").read_text("utf-8") == before
    code, _, err = await monitor(flooded, "watch", "edit", "pakistan-brics", "--yes", editor=wide)
    assert code == 0, err
    assert file(flooded, "pakistan-brics").read_text("utf-8").startswith('title = "All"')


def test_on_a_terminal_a_flood_is_asked_about(flooded: Path) -> None:
    before = file(flooded, "pakistan-brics").read_text("utf-8")
    wide = editor(flooded, 'printf \'title = "All"\\nany = ["@russia"]\\n\' > "$1"')
    words = ("watch", "edit", "pakistan-brics", "--config", str(flooded / "config.toml"))
    with Terminal(*words, cwd=flooded, env={"EDITOR": wide}) as terminal:
        terminal.expect("Take it up all the same? [y/N]")
        terminal.answer("n")
        terminal.expect("[e]dit again or [q]uit?")
        terminal.answer("q")
        assert terminal.end() == 1
    assert file(flooded, "pakistan-brics").read_text("utf-8") == before
    with Terminal(*words, cwd=flooded, env={"EDITOR": wide}) as terminal:
        terminal.expect("Take it up all the same?")
        terminal.answer("y")
        assert terminal.end() == 0
    assert file(flooded, "pakistan-brics").read_text("utf-8") != before


async def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(home: Path) -> None:
    target = file(home, "pakistan-brics")
    script = f"echo '# theirs' >> '{target}'; echo '# mine' >> \"$1\""
    code, _, err = await monitor(home, "watch", "edit", "pakistan-brics", editor=editor(home, script))
    assert code == 1
    assert "was changed by somebody else meanwhile" in err
    assert target.read_text("utf-8").endswith("# theirs\n")
    assert kept_in(err).endswith("# mine\n")


async def test_what_was_typed_is_kept_when_the_file_is_gone_or_the_editor_fails(home: Path) -> None:
    target = file(home, "pakistan-brics")
    mine = "echo '# mine' >> \"$1\""
    words = ("watch", "edit", "pakistan-brics")
    code, _, err = await monitor(home, *words, editor=editor(home, f"{mine}; exit 3"))
    assert (code, kept_in(err).endswith("# mine\n")) == (1, True), err
    assert "# mine" not in target.read_text("utf-8")
    code, _, err = await monitor(home, *words, editor=editor(home, f"{mine}; rm '{target}'"))
    assert code != 0
    assert kept_in(err).endswith("# mine\n")
    assert not target.exists()


@pytest.mark.parametrize("how", ["no", "ctrl-c", "end of input"])
def test_U14_quitting_tells_where_the_draft_is_and_is_no_interruption(home: Path, how: str) -> None:
    wrong = editor(home, "echo 'all = 5' > \"$1\"")
    words = ("watch", "edit", "pakistan-brics", "--config", str(home / "config.toml"))
    with Terminal(*words, cwd=home, env={"EDITOR": wrong}) as terminal:
        terminal.expect("your draft of pakistan-brics.toml:1:")
        terminal.expect("[e]dit again or [q]uit?")
        if how == "ctrl-c":
            terminal.interrupt()
        else:
            terminal.answer("no" if how == "no" else "\x04")
        assert terminal.end() == (130 if how == "ctrl-c" else 1)
        assert kept_in(terminal.shown.replace("\r\n", "\n")) == "all = 5\n"


@pytest.mark.parametrize("broken", ['title = "x', "", "titel = 1\n"])
async def test_a_file_that_is_broken_can_be_mended_in_the_editor(home: Path, broken: str) -> None:
    target = file(home, "pakistan-brics")
    target.write_text(broken, "utf-8")
    mended = 'title = "Mended"\nall = ["Pakistan", "BRICS"]\n'
    mends = editor(home, f"cat > \"$1\" <<'END'\n{mended}END")
    code, out, err = await monitor(home, "watch", "edit", "pakistan-brics", editor=mends)
    assert code == 0, err
    assert "at the time" in out
    assert target.read_text("utf-8") == mended


async def test_without_terminal_and_editor_it_refuses_at_once(home: Path) -> None:
    code, out, err = await monitor(home, "watch", "edit", "pakistan-brics")
    assert (code, out) == (2, "")
    assert "there is no terminal for an editor here; set EDITOR" in err


# --- while another file is broken ------------------------------------------------------------------------------------


async def test_a_broken_watchlist_holds_up_no_command_about_another(home: Path) -> None:
    (home / "watchlists" / "kill.toml").write_text('title = "Kill"\nany = ["@nobody"]\n', "utf-8")
    told = f'warning: also broken, not by this: {home}/watchlists/kill.toml:2:8: unknown entity "@nobody"\n'
    mine = editor(home, "echo '# mine' >> \"$1\"")
    for words in (
        ("add-term", "pakistan-brics", "Kasur", "--to", "@pakistan"),
        ("remove-term", "pakistan-brics", "Kasur"),
        ("close", "pakistan-brics"),
        ("edit", "pakistan-brics"),
        ("backtest", "pakistan-brics"),
        ("suggest", "pakistan-brics"),
        ("new", "Gwadar port strike", "--yes"),
        ("entity", "add", "pakistan", "Paquistão", "Pakistaan"),
    ):
        code, _, err = await monitor(home, "watch", *words, editor=mine)
        assert (code, err.count(told)) == (0, 1), (words, err)
    code, _, err = await monitor(home, "watch", "close", "kill")
    assert (code, "Nothing was written" in err) == (78, True)


async def test_broken_entities_hold_up_only_what_names_them(home: Path) -> None:
    file(home, "entities").write_text("[pakistan]\nkind = 5\n", "utf-8")
    file(home, "port").write_text('title = "Port"\nany = ["Gwadar port"]\n', "utf-8")
    code, _, err = await monitor(home, "watch", "close", "port")
    assert code == 0, err
    assert "also broken, not by this" in err
    before = file(home, "pakistan-brics").read_text("utf-8")
    code, _, err = await monitor(home, "watch", "close", "pakistan-brics")
    assert (code, "entities.toml:2" in err) == (78, True)
    assert file(home, "pakistan-brics").read_text("utf-8") == before


@pytest.mark.parametrize("name", ["Pakistan-BRICS", "pakistan-BRICS.toml", "Entities"])
async def test_a_name_that_is_taken_in_another_case_is_refused(home: Path, name: str) -> None:
    before = sorted(path.name for path in (home / "watchlists").iterdir())
    code, out, err = await monitor(home, "watch", "new", "Gwadar port strike", "--id", name, "--yes")
    assert code in (1, 2)
    assert out == ""
    assert "pakistan-brics.toml exists" in err or "cannot be a watchlist" in err
    assert sorted(path.name for path in (home / "watchlists").iterdir()) == before


async def test_an_editor_that_is_not_there_is_told(home: Path) -> None:
    code, _, err = await monitor(home, "watch", "edit", "pakistan-brics", editor="/nonexistent/editor")
    assert code == 1
    assert "Editing failed" in err
