"""Edits that would flood the user are asked about by commands, and held by the daemon: on stored news."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest

from monitor.alerts.compose import refusal_notice
from monitor.clock import SystemClock
from monitor.config.settings import load as load_config
from monitor.daemon.app import assembled
from monitor.daemon.reload.flooding import FloodGuard, accept
from monitor.daemon.reload.refusals import Refusals
from monitor.daemon.reload.watching import LiveWatchlists, Reloaded
from monitor.errors import Problem
from monitor.matching import Headline
from monitor.store import Store
from monitor.watchlist import build
from monitor.workshop.backtest import Flood
from tests.support import run_monitor
from tests.terminal import Terminal
from tests.workshop.stored import News, database

CONFIG = '[monitor]\ndatabase = "m.db"\n[[feeds]]\nname = "Courier"\nurl = "https://feeds.example/courier"\n'
LIST = 'title = "Zanzibar"\nany = ["Zanzibar ferry", "@pemba"]\n'
WIDE = LIST.replace('"Zanzibar ferry"', '"Zanzibar ferry", "council"')
ENTITIES = '[pemba]\nkind = "place"\nnames = ["Pemba"]\n'
WIDE_ENTITIES = ENTITIES.replace('"Pemba"', '"Pemba", "council"')


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety stored items, of which thirty speak of a council."""
    folder = tmp_path_factory.mktemp("stocked")
    (folder / "watchlists").mkdir()
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    write(folder)
    towns = ("Arusha", "Dodoma", "Mbeya", "Mwanza", "Tanga", "Moshi", "Songea", "Iringa", "Singida", "Tabora")
    subjects = ("harbour", "council budget", "school roof")
    news = [
        News(f"{town}: {subject} {number}", time.time() - 3600 * number)
        for number, (town, subject) in enumerate((t, s) for t in towns for s in subjects for _ in range(3))
    ]
    database(folder / "m.db", news)
    return folder


@pytest.fixture
def home(tmp_path: Path, stocked: Path) -> Path:
    """A copy of them."""
    shutil.copytree(stocked, tmp_path, dirs_exist_ok=True)
    return tmp_path


def write(home: Path, watchlist: str = LIST, entities: str = ENTITIES) -> None:
    (home / "watchlists" / "zanzibar.toml").write_text(watchlist, "utf-8")
    (home / "watchlists" / "entities.toml").write_text(entities, "utf-8")


async def monitor(home: Path, *words: str, **env: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml"), **env}, cwd=home)


def texts(home: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (home / "watchlists").iterdir()}


# --- commands --------------------------------------------------------------------------------------------------------

COMMANDS = (
    ("watch", "add-term", "zanzibar", "council", "--to", "any"),
    ("watch", "entity", "add", "pemba", "council"),
    ("watch", "new", "council"),
    ("watch", "edit", "zanzibar"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
async def test_U14_a_command_does_not_write_a_flood_unasked(home: Path, words: tuple[str, ...]) -> None:
    before = texts(home)
    editor = home / "editor"
    editor.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{WIDE}END\n", "utf-8")
    editor.chmod(0o755)
    code, out, err = await monitor(home, *words, EDITOR=str(editor))
    assert code == 1, out + err
    assert "--all" not in out + err, "only a backtest has it"
    assert "would be a flood: " in out + err
    assert "--yes" in err
    assert texts(home) == before
    code, _, err = await monitor(home, *words, "--yes", EDITOR=str(editor))
    assert code == 0, err
    assert texts(home) != before


async def test_U14_a_dry_run_says_that_it_would_be_a_flood(home: Path) -> None:
    code, _, err = await monitor(home, *COMMANDS[0], "--dry-run")
    assert code == 0
    assert "warning: zanzibar would be a flood: it takes 30 of 90 items, 33% of all that is read." in err


async def test_U14_what_is_no_flood_is_written_without_a_question(home: Path) -> None:
    for words in (("Pemba ferry",), ("council", "--to", "none"), ("council", "--to", "context")):
        code, _, err = await monitor(
            home, "watch", "add-term", "zanzibar", *words, *([] if "--to" in words else ["--to", "any"])
        )
        assert code == 0, err
        assert "flood" not in err


@pytest.mark.parametrize(("answer", "is_written"), [("y", True), ("n", False), ("", False)])
def test_U14_on_a_terminal_the_user_is_asked(home: Path, answer: str, is_written: bool) -> None:
    with Terminal(*COMMANDS[0], "--config", str(home / "config.toml"), cwd=home) as terminal:
        assert "would be a flood" in terminal.expect("Write it all the same? [y/N]")
        terminal.answer(answer)
        code = terminal.end()
    assert (code == 0, texts(home)["zanzibar.toml"] != LIST) == (is_written, is_written)


# --- a reload --------------------------------------------------------------------------------------------------------


def live_in(home: Path, limit: int = 20) -> LiveWatchlists:
    return LiveWatchlists(home / "watchlists", guard=FloodGuard(home / "m.db", limit, SystemClock()))


def looks(live: LiveWatchlists) -> list[Reloaded]:
    return [found for _ in range(4) if (found := live.look())]


def refused(found: list[Reloaded]) -> list[str]:
    return [f"{one.message} / {one.hint}" for reloaded in found for one in reloaded.refused]


def takes(live: LiveWatchlists, headline: str = "Moshi: council budget") -> list[str]:
    return [str(match.watch) for match in live.engine.match(Headline(headline))]


SAID = "would be a flood: it takes 30 of 90 items, 33% of all that is read / to use it all the same, save {} once more"


def save(path: Path, text: str) -> None:
    """Write it so that its times differ, however fast it goes."""
    last = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, "utf-8")
    os.utime(path, ns=(last + 10**9, last + 10**9))


def test_U14_a_hand_edit_that_would_be_a_flood_is_held_until_it_is_saved_once_more(home: Path) -> None:
    live, path = live_in(home), home / "watchlists" / "zanzibar.toml"
    save(path, WIDE)
    assert refused(looks(live)) == [SAID.format("zanzibar.toml")]
    assert takes(live) == []
    assert takes(live, "Zanzibar ferry sinks") == ["zanzibar"]
    save(home / "watchlists" / "other.toml", 'title = "Other"\nany = ["Unguja"]\n')
    assert refused(looks(live)) == [SAID.format("zanzibar.toml")], "another file's edit changes nothing"
    save(path, WIDE)
    assert refused(looks(live)) == []
    assert takes(live) == ["zanzibar"]


def test_U14_what_is_held_is_not_called_refused_and_says_one_thing_to_do(home: Path) -> None:
    live, path = live_in(home), home / "watchlists" / "council.toml"
    save(path, 'title = "Councils"\nany = ["council"]\n')
    problems = [problem for found in looks(live) for problem in found.refused]
    notice = refusal_notice(problems, 0.0)
    assert notice.headline.startswith("Held: council.toml: would be a flood")
    assert "save council.toml once more" in notice.lines[0]
    assert notice.lines[1:] == ("Until then the version before it, if any, stays in use. You are told once.",)
    standing = Refusals()
    standing.update([*problems, Problem(path.with_name("bad.toml"), 1, "is broken")], 0.0)
    assert ("council.toml" in standing.held, "bad.toml" in standing.held) == (True, False)
    assert ("council.toml" in standing.text, "bad.toml" in standing.text) == (False, True)
    both = refusal_notice([*problems, Problem(path.with_name("bad.toml"), 1, "is broken")], 0.0)
    assert both.headline.startswith("Not taken up: ")


def test_U14_what_had_nothing_before_is_told_so() -> None:
    assert str(Flood(6, 0)) == "6 alerts on one day, and none before"
    assert str(Flood(40, 3)) == "40 alerts on one day, and never more than 3 before"


def test_U14_names_that_make_a_flood_of_a_watchlist_are_held(home: Path) -> None:
    live, path = live_in(home), home / "watchlists" / "entities.toml"
    save(path, WIDE_ENTITIES)
    (said,) = refused(looks(live))
    assert said.startswith(SAID.format("entities.toml"))
    assert (takes(live), takes(live, "Pemba votes")) == ([], ["zanzibar"])
    save(path, WIDE_ENTITIES)
    assert (refused(looks(live)), takes(live)) == ([], ["zanzibar"])


def test_U14_a_new_file_that_would_be_a_flood_is_held(home: Path) -> None:
    live, path = live_in(home), home / "watchlists" / "council.toml"
    save(path, 'title = "Councils"\nany = ["council"]\n')
    assert refused(looks(live)) == [SAID.format("council.toml")]
    assert takes(live) == []
    save(path, path.read_text("utf-8"))
    assert (refused(looks(live)), takes(live)) == ([], ["council"])


def test_U14_a_second_sighup_takes_it_up(home: Path) -> None:
    live = live_in(home)
    save(home / "watchlists" / "zanzibar.toml", WIDE)
    found = live.look(now_at_once=True)
    assert found
    assert refused([found]) == [SAID.format("zanzibar.toml")]
    found = live.look(now_at_once=True)
    assert found
    assert (refused([found]), takes(live)) == ([], ["zanzibar"])


def test_U14_a_flood_beside_a_broken_file_is_held_too(home: Path) -> None:
    live = live_in(home)
    save(home / "watchlists" / "zanzibar.toml", WIDE)
    save(home / "watchlists" / "bad.toml", 'title = "Bad"\nany = ["x-ray"]\n[examples]\nmatch = ["nothing"]\n')
    assert len(refused(looks(live))) == 2
    assert takes(live) == []


def test_U14_an_edit_that_is_another_one_is_asked_about_anew(home: Path) -> None:
    live, path = live_in(home), home / "watchlists" / "zanzibar.toml"
    for text in (WIDE, LIST, WIDE):
        save(path, text)
        found = looks(live)
    assert refused(found) == [SAID.format("zanzibar.toml")]


@pytest.mark.parametrize("words", COMMANDS[:2], ids=" ".join)
async def test_U14_what_a_command_was_told_to_write_is_taken_up_at_once(home: Path, words: tuple[str, ...]) -> None:
    live = live_in(home)
    code, _, err = await monitor(home, *words, "--yes")
    assert code == 0, err
    assert (refused(looks(live)), takes(live)) == ([], ["zanzibar"])


@pytest.mark.parametrize(
    "text",
    [
        WIDE + 'status = "closed"\n',
        LIST + 'none = ["council"]\n',
        LIST.replace("Zanzibar ferry", "Zanzibar council"),
        WIDE + 'not_sources = ["Courier"]\n',
    ],
)
def test_U14_what_tells_little_or_nobody_is_taken_up(home: Path, text: str) -> None:
    live = live_in(home)
    save(home / "watchlists" / "zanzibar.toml", text)
    assert refused(looks(live)) == []
    assert live.engine.watches


# --- a start ---------------------------------------------------------------------------------------------------------


def edited(home: Path) -> Path:
    """The stored version is the one that was in use; then the file was edited, while nobody looked."""
    (home / "config.toml").write_text('[monitor]\ndatabase = "m.db"\n[alerts]\nflood = 20\n', "utf-8")
    store = Store.writing(home / "m.db")
    store.note_versions({watch.id: watch.version for watch in build(home / "watchlists").engine.watches}, 1.0)
    store.close()
    write(home, WIDE)
    return home


def notices(home: Path) -> list[str]:
    store = Store.reading(home / "m.db")
    found = [str(json.loads(row[0])["headline"]) for row in store.db.execute("SELECT payload FROM alerts")]
    store.close()
    return [headline for headline in found if "flood" in headline]


FLOODS = "would be a flood: it takes 30 of 90 items, 33% of all that is read"


async def test_U14_an_edit_made_while_nothing_ran_is_told_once_by_once(home: Path) -> None:
    edited(home)
    code, _, err = await monitor(home, "once")
    assert (code, FLOODS in err) == (0, True), err
    assert "more than 20 alerts within an hour" in err
    code, _, err = await monitor(home, "once")
    assert (code, "flood" in err) == (0, False), err
    assert notices(home) == ["The watchlist zanzibar may flood you"]


async def test_U14_an_edit_made_while_nothing_ran_is_told_once_at_the_start_of_run(home: Path) -> None:
    config = load_config(edited(home) / "config.toml")
    for _ in range(2):
        async with assembled(config) as program:
            assert [str(match.watch) for match in program.watchlists.engine.match(Headline("Moshi: council budget"))]
    assert notices(home) == ["The watchlist zanzibar may flood you"]


@pytest.mark.parametrize("how", ["accepted", "renamed", "narrow", "archived", "switched off"])
async def test_U14_a_start_says_nothing_of_what_is_no_flood_or_is_wanted(home: Path, how: str) -> None:
    edited(home)
    path = home / "watchlists" / "zanzibar.toml"
    if how == "accepted":
        version = build(home / "watchlists").engine.watches[0].version
        store = Store.writing(home / "m.db")
        accept(store, {"zanzibar": version}, 2.0)
        store.close()
    elif how == "renamed":
        store = Store.writing(home / "m.db")
        store.note_versions({"zanzibar": build(home / "watchlists").engine.watches[0].version}, 2.0)
        store.close()
        path.rename(path.with_name("islands.toml"))
    elif how == "narrow":
        path.write_text(LIST.replace("ferry", "council"), "utf-8")
    elif how == "archived":
        path.write_text(WIDE + 'status = "closed"\n', "utf-8")
    else:
        (home / "config.toml").write_text('[monitor]\ndatabase = "m.db"\n[alerts]\nflood = 0\n', "utf-8")
    async with assembled(load_config(home / "config.toml")):
        pass
    assert notices(home) == []


# --- neither ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_stored", [True, False], ids=["switched off", "nothing stored"])
def test_U14_nothing_is_held_where_it_is_switched_off_or_nothing_is_stored(home: Path, is_stored: bool) -> None:
    live = live_in(home, limit=0 if is_stored else 20)
    if not is_stored:
        (home / "m.db").unlink()
    save(home / "watchlists" / "zanzibar.toml", WIDE)
    assert (refused(looks(live)), takes(live)) == ([], ["zanzibar"])
