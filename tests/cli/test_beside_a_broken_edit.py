"""Commands that read go on beside an edit of ``config.toml`` that does not load, as the daemon does."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli.status.status import NOT_RUNNING, TROUBLED
from monitor.config import lenient, settings
from monitor.errors import ConfigError
from tests.cli.conftest import tell
from tests.cli.test_alerts import monitor
from tests.support import Home, NewsServer, until_status


def _gone(path: Path) -> None:
    path.unlink()


def _as(change: Callable[[str], str]) -> Callable[[Path], None]:
    return lambda path: path.write_text(change(path.read_text()), errors="surrogateescape") and None


EDITS: dict[str, Callable[[Path], None]] = {
    "an unknown key": _as(lambda text: f"{text}\ntittle = 1\n"),
    "an unknown channel": _as(lambda text: f'{text}\n[[routes]]\nwatchlists = ["brics"]\nchannels = ["emial"]\n'),
    "no feed in it": _as(lambda text: text.replace("[[feeds]]", "[[feed]]")),
    "a value of another type": _as(lambda text: text.replace('database = "monitor.db"', "database = 7")),
    "an open string where the database is": _as(lambda text: text.replace('"monitor.db"', '"monitor.db')),
    "another place, and broken": _as(lambda text: text.replace('"monitor.db"', '"elsewhere.db"') + "\n["),
    "a line that is no TOML": _as(lambda text: text.replace("[polling]", "[polling]\ninterval 5 minutes")),
    "no text at all": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "a file that is gone": _gone,
}


SOME = ("an unknown key", "another place, and broken", "a file that is gone")
"""Edits that break a file in different ways: its meaning, its text, all of it."""

in_turn = pytest.mark.parametrize(
    "edits", [SOME, pytest.param(tuple(EDITS), marks=pytest.mark.long)], ids=["some", "all"]
)


@in_turn
async def test_U10_status_answers_beside_an_edit_that_does_not_load(
    home: Home, news: NewsServer, edits: tuple[str, ...]
) -> None:
    await tell(home, news)
    async with home.daemon() as daemon:
        await until_status(home, "running, process")
        for edit in edits:
            EDITS[edit](home.config)
            daemon.signal(signal.SIGHUP)
            await until_status(home, "config-refused")
            code, out, _ = await monitor(home, "status")
            assert (code, out.split()[0]) == (TROUBLED, "config-refused"), edit
            for words in ("running, process", "1 healthy, 0 failing", "version before it is in use"):
                assert words in out, (edit, words, out)
            (sent,) = re.findall(r"email: (\d+) sent", out)
            assert int(sent) >= 2, "a refusal that has stood for long is told of, too"
            code, out, _ = await monitor(home, "status", "--json")
            values = json.loads(out)
            found = (code, values["running"], values["healthy"], values["followed"])
            assert found == (TROUBLED, True, False, 1), edit
            assert [one["code"] for one in values["troubles"]] == ["config-refused"], edit
            assert values["feeds"]["healthy"] == 1, edit
            assert values["database"] == str(home.database), edit
            assert str(home.config) in values["config_refusal"], edit
            home.write()
            daemon.signal(signal.SIGHUP)
            await until_status(home, "config-refused", is_shown=False)


READING = ("alerts list", "alerts silenced", "matches", "items BRICS", "feeds list", "audit", "watch why 2")


@in_turn
async def test_U10_what_is_stored_can_be_read_beside_an_edit_that_does_not_load(
    home: Home, news: NewsServer, edits: tuple[str, ...]
) -> None:
    await tell(home, news)
    for number, edit in enumerate(edits):
        EDITS[edit](home.config)
        for words in READING if edits != SOME else READING[number :: len(SOME)]:
            code, out, err = await monitor(home, *words.split())
            assert code == 0, (edit, words, err)
            assert "warning: " in err, (edit, words)
            said = f"{home.config} does not load; this is read from {home.database}"
            assert said in err, (edit, words)
            if words in ("alerts list", "matches", "items BRICS"):
                assert "Pakistan applies for BRICS membership" in out, (edit, words)
            if words == "feeds list":
                assert "feed0\thealthy\t2" in out, edit
        code, out, _ = await monitor(home, "status", "--json")
        assert code == ConfigError.exit_code, "no daemon runs, and none can be started"
        assert [one["code"] for one in json.loads(out)["troubles"]] == ["stopped", "config-refused"], edit
        code, out, _ = await monitor(home, "status")
        assert "config.toml: the next start will refuse what is written there now" in out, edit
        assert "in use" not in out, edit
        home.write()


async def test_U10_where_no_database_is_known_that_is_said(home: Home, news: NewsServer) -> None:
    EDITS["an unknown key"](home.config)
    for words in ("status", "alerts list"):
        code, out, err = await monitor(home, *words.split())
        assert (code, out) == (ConfigError.exit_code, "")
        assert 'unknown key "tittle"' in err
        assert "there is no database that is known to belong to it" in err


async def test_U10_without_a_daemon_the_files_are_judged_as_they_are(told: Home) -> None:
    home = told
    (home.folder / "watchlists" / "brics.toml").write_text("titel = 1\n")
    code, out, _ = await monitor(home, "status")
    assert code == NOT_RUNNING
    assert "watchlists-refused  watchlists: the next start will refuse what is written there now" in out
    assert "in use" not in out
    home.write()
    assert "refused" not in (await monitor(home, "status"))[1]


def test_U10_all_that_makes_sense_is_read_of_a_broken_file(tmp_path: Path) -> None:
    path, state = tmp_path / "config.toml", tmp_path / "state"
    path.write_text(
        '[monitor]\ndatabase = "here.db"\nwatchlist = "typo"\n[polling]\ninterval "5m"\n'
        '[[feeds]]\nurl = "https://a.example/feed"\ninterval = []\n'
        '[[feeds]]\nname = "without an address"\n'
        '[alerts]\nlimit = "many"\nflood = 3\n[alerts.console]\n[[routes]]\nchannels = ["console"]\nmode = "never"\n'
    )
    (found,) = lenient.read(path, [state])
    assert found.database == tmp_path / "here.db"
    assert found.alerts.flood == 3
    assert found.alerts.active == ("console",)
    assert [route.mode for route in found.routes] == ["immediate"]


def test_U10_a_file_that_others_can_write_says_nothing_of_places(tmp_path: Path) -> None:
    path, state = tmp_path / "config.toml", tmp_path / "state"
    path.write_text('[monitor]\ndatabase = "mine.db"\n')
    lenient.remember(settings.load(path), state)
    path.write_text('[monitor]\ndatabase = "theirs.db"\ntypo = 1\n')
    path.chmod(0o666)
    found = [one.database.name for one in lenient.read(path, [state])]
    assert found[0] == "mine.db"
    assert "theirs.db" not in found


def test_U10_a_note_that_is_damaged_or_cannot_be_written_is_passed_over(tmp_path: Path) -> None:
    path, state = tmp_path / "config.toml", tmp_path / "state"
    path.write_text('[monitor]\ndatabase = "mine.db"\n')
    lenient.remember(settings.load(path), path / "below a file")
    lenient.remember(settings.load(path), state)
    (note,) = state.iterdir()
    for text in ("", "[", "[1, 2]", '["a"]', "{}", "\xff"):
        note.write_text(text, "latin-1")
        (found,) = lenient.read(path, [state])
        assert found.database == tmp_path / "mine.db"
