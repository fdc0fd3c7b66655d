"""Parts of the daemon that can be tried without running it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import shlex
import socket
import sqlite3
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.alerts.channels.console import ConsoleChannel
from monitor.config.alerts import SecretSection
from monitor.daemon import logs, systemd
from monitor.daemon.guarding import tell_failure
from monitor.daemon.lock import DatabaseLock, holder
from monitor.daemon.reload.watching import LiveWatchlists
from monitor.daemon.run import ClockWatch, Every, patient
from monitor.errors import AlreadyRunning, StoreError, WatchlistError
from monitor.store.integrity.record import RecordFile
from tests.support import WATCHLISTS


@dataclass
class HandClock:
    wall: float = 1_000_000.0
    steady: float = 50.0

    def now(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady


def test_D25_a_clock_that_jumps_a_year_makes_one_run() -> None:
    every = Every(60)
    then = datetime(2024, 1, 1, tzinfo=UTC)
    later = then + timedelta(days=365)
    assert every.get_next_fire_time(None, then) == then
    assert every.get_next_fire_time(then, later) == later + timedelta(seconds=60)


def test_D25_a_clock_that_was_set_is_noticed_once() -> None:
    clock = HandClock()
    watch = ClockWatch(clock)
    clock.wall += 3610
    clock.steady += 10
    assert watch.jump() == 3600
    assert watch.jump() == 0
    clock.wall -= 86400
    assert watch.jump() == -86400


def test_time_that_passes_is_no_jump() -> None:
    clock = HandClock()
    watch = ClockWatch(clock)
    clock.wall += 5000.5
    clock.steady += 5000
    assert watch.jump() == 0


def test_the_lock_is_held_by_one_and_names_its_holder(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    assert holder(database) is None
    with DatabaseLock(database):
        assert holder(database) == os.getpid()
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), DatabaseLock(database):
            pass
        assert holder(database) == os.getpid()
    assert holder(database) is None
    with DatabaseLock(database):
        pass


def test_who_looks_for_the_holder_keeps_nobody_from_starting(tmp_path: Path) -> None:
    database = tmp_path / "monitor.db"
    with DatabaseLock(database):
        pass
    with (tmp_path / "monitor.db.lock").open() as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        looking = threading.Timer(0.1, fcntl.flock, (looked_at, fcntl.LOCK_UN))
        looking.start()
        with DatabaseLock(database):
            assert holder(database) == os.getpid()
        looking.join()


def test_S10_a_symbolic_link_to_the_database_is_no_way_around_the_lock(tmp_path: Path) -> None:
    database = tmp_path / "real" / "monitor.db"
    database.parent.mkdir()
    (tmp_path / "folder").symlink_to(database.parent)
    (tmp_path / "file.db").symlink_to(database)
    with DatabaseLock(database):
        for other in (tmp_path / "folder" / "monitor.db", tmp_path / "file.db"):
            assert holder(other) == os.getpid()
            with pytest.raises(AlreadyRunning), DatabaseLock(other):
                pass


def _in_place_of_the_lock(kind: str, lock: Path, other: Path) -> None:
    match kind:
        case "a link":
            lock.symlink_to(other)
        case "a link to nothing":
            lock.symlink_to(other.with_name("nothing"))
        case "a hard link":
            os.link(other, lock)
        case "a pipe":
            os.mkfifo(lock)
        case "a folder":
            lock.mkdir()
        case "a file of the user's":
            lock.write_text("precious\n", "utf-8")


@pytest.mark.parametrize(
    "kind", ["a link", "a link to nothing", "a hard link", "a pipe", "a folder", "a file of the user's"]
)
def test_R07_what_lies_in_the_place_of_the_lock_is_refused_and_left_as_it_is(kind: str, tmp_path: Path) -> None:
    database, other = tmp_path / "monitor.db", tmp_path / "other"
    other.write_text("precious\n", "utf-8")
    _in_place_of_the_lock(kind, tmp_path / "monitor.db.lock", other)
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(StoreError, match=r"monitor\.db\.lock: "), DatabaseLock(database):
        pass
    assert holder(database) is None
    assert other.read_text("utf-8") == "precious\n"
    assert sorted(os.listdir(tmp_path)) == before


def test_R07_a_lock_that_a_backup_has_linked_is_a_lock(tmp_path: Path) -> None:
    """As ``cp -al`` makes copies."""
    with DatabaseLock(tmp_path / "monitor.db"):
        os.link(tmp_path / "monitor.db.lock", tmp_path / "copy")
    with DatabaseLock(tmp_path / "monitor.db"):
        assert holder(tmp_path / "monitor.db") == os.getpid()


@pytest.mark.parametrize("made", ["before", "after"])
def test_R07_a_hard_link_to_the_database_is_no_way_around_the_lock(made: str, tmp_path: Path) -> None:
    database, other = tmp_path / "monitor.db", tmp_path / "elsewhere" / "same.db"
    other.parent.mkdir()
    if made == "before":
        database.write_bytes(b"")
    with DatabaseLock(database) as lock:
        if made == "after":
            database.write_bytes(b"")
            lock.hold_database()
        os.link(database, other)
        with pytest.raises(AlreadyRunning, match="another name"), DatabaseLock(other):
            pass
        assert holder(other) == 0
        assert holder(database) == os.getpid()
    assert holder(other) is None
    with DatabaseLock(other), pytest.raises(AlreadyRunning), DatabaseLock(database):
        pass


def test_R07_the_lock_leaves_sqlite_its_own(tmp_path: Path) -> None:
    """Both lock the same file, in this process and in another one."""
    database = tmp_path / "monitor.db"
    with DatabaseLock(database) as lock, contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("CREATE TABLE t (x)")
        lock.hold_database()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t VALUES (1)")
        write = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('INSERT INTO t VALUES (2)')"
        refused = subprocess.run([sys.executable, "-c", write, database], capture_output=True, text=True, check=False)
        assert "database is locked" in refused.stderr
        db.commit()
        subprocess.run([sys.executable, "-c", write, database], check=True)


def watchlists(folder: Path) -> LiveWatchlists:
    for name, text in WATCHLISTS.items():
        (folder / name).write_text(text)
    return LiveWatchlists(folder)


def test_unchanged_watchlists_are_not_loaded_again(tmp_path: Path) -> None:
    live = watchlists(tmp_path)
    assert live.look() is None
    assert live.look() is None


def test_S07_a_save_is_taken_up_once_it_has_settled(tmp_path: Path) -> None:
    live = watchlists(tmp_path)
    (tmp_path / "brics.toml").write_text('title = "Half')
    assert live.look() is None
    (tmp_path / "brics.toml").write_text('title = "Whole"\nall = ["Pakistan"]\n')
    assert live.look() is None
    reloaded = live.look()
    assert reloaded is not None
    assert reloaded.engine is live.engine
    assert live.engine.watches[0].title == "Whole"
    assert live.look() is None


def test_S09_a_vanished_or_emptied_folder_keeps_the_last_good_watchlists(tmp_path: Path) -> None:
    live = watchlists(tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    live.look()
    reloaded = live.look()
    assert reloaded is not None
    assert [one.message for one in reloaded.gone] == ["holds no watchlist any more"]
    assert len(live.engine.watches) == 2
    tmp_path.rmdir()
    live.look()
    assert len(live.engine.watches) == 2


def test_a_broken_watchlist_at_the_start_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("title = 3\n")
    with pytest.raises(WatchlistError, match=r"x\.toml:1"):
        LiveWatchlists(tmp_path)


def formatted(message: str, journal: bool = False) -> str:
    record = logging.LogRecord("monitor", logging.ERROR, "", 0, message, None, None)
    return logs._Line(journal).format(record)


def test_H37_a_record_is_one_line_without_escape_codes() -> None:
    line = formatted("title\n2024-01-01 forged\x1b[2J\u202ereversed")
    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u202e" not in line


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_H28_a_traceback_names_no_secret(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("monitor"), "level", level)
    logging.getLogger("monitor").manager._clear_cache()  # type: ignore[attr-defined]
    try:
        raise ValueError("cannot use 'https://u:s3cret@news.example/f?token=t0k3n'")
    except ValueError:
        record = logging.LogRecord("monitor", logging.ERROR, "", 0, "failed", None, sys.exc_info())
    line = logs._Line(journal=False).format(record)
    assert "ValueError" in line
    assert not any(secret in line for secret in ("s3cret", "t0k3n"))


def test_S11_the_journal_gets_its_prefix_and_no_second_time_stamp() -> None:
    assert formatted("broken", journal=True) == "<3>broken"


def test_S01_systemd_is_told_over_its_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        systemd.notify("READY=1")
        assert listener.recv(100) == b"READY=1"


def test_a_service_manager_that_is_gone_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    systemd.notify("READY=1")


@pytest.mark.parametrize("user", [True, False])
def test_the_unit_runs_this_installation_on_this_config(user: bool, tmp_path: Path) -> None:
    config = tmp_path / "with space" / "config.toml"
    config.parent.mkdir()
    config.touch()
    unit = systemd.unit(config, tmp_path / "data" / "monitor.db", user)
    assert f'-m monitor run --config "{config}"' in unit.text
    assert "Type=notify" in unit.text
    assert "RestartPreventExitStatus=74 78" in unit.text
    assert "\nKillMode=mixed\n" in unit.text  # or a parser would die of the signal to stop, and its feed seem to fail
    assert ("User=" in unit.text) is not user
    assert any("--user" in command for command in unit.commands) is user


def test_the_folder_that_a_system_unit_may_write_to_is_made_before_it_starts(tmp_path: Path) -> None:
    config, database = tmp_path / "config.toml", tmp_path / "new folder" / "monitor.db"
    config.touch()
    unit = systemd.unit(config, database, user=False)
    (made,) = [line for line in unit.commands if "install -d" in line]
    assert f"'{database.parent}'" in made
    assert unit.commands.index(made) < unit.commands.index("sudo systemctl daemon-reload")
    assert f'ReadWritePaths="{database.parent}"' in unit.text

    database.parent.mkdir()
    assert not any("install -d" in line for line in systemd.unit(config, database, user=False).commands)
    (tmp_path / "link.db").symlink_to(database)
    assert f'ReadWritePaths="{database.parent}"' in systemd.unit(config, tmp_path / "link.db", user=False).text


@pytest.mark.parametrize("user", [True, False])
def test_S17_the_unit_says_where_the_password_comes_from(user: bool, tmp_path: Path) -> None:
    config, database = tmp_path / "config.toml", tmp_path / "monitor.db"
    config.touch()
    by_environment = systemd.unit(config, database, user, [SecretSection(env="DESK_PASSWORD")])
    assert f"EnvironmentFile={tmp_path}/environment\n" in by_environment.text
    assert any("holds the line DESK_PASSWORD=" in line for line in by_environment.commands)
    by_credential = systemd.unit(config, database, user, [SecretSection(credential="smtp")])
    assert f"LoadCredential=smtp:{tmp_path}/smtp\n" in by_credential.text
    assert any(f"chmod 600 {tmp_path}/smtp" in line for line in by_credential.commands)
    by_file = systemd.unit(config, database, user, [SecretSection(file="password")]).text
    assert "LoadCredential" not in by_file
    assert "EnvironmentFile" not in by_file


def test_the_unit_executes_nothing_that_lies_in_its_working_directory(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch()
    (tmp_path / "monitor.py").write_text("raise SystemExit('taken from the working directory')")
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the working directory')")
    text = systemd.unit(config, tmp_path / "monitor.db", user=True).text
    (line,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    command = [*shlex.split(line.removeprefix("ExecStart="))[:-3], "--version"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Environment=PYTHONSAFEPATH=1\n" in text  # for the parser's processes


def test_what_was_read_is_learnt_and_stays_learnt_when_files_change(tmp_path: Path) -> None:
    live = watchlists(tmp_path)
    assert live.learn(["too little"] * 10) is None
    assert live.engine.read.documents == 0
    texts = ["Pakistan again"] * 30 + ["nothing at all"] * 3000
    learnt = live.learn(texts)
    assert learnt is live.engine
    assert learnt.read.share("pakistan") == pytest.approx(30 / 3030)
    (tmp_path / "brics.toml").write_text('title = "Whole"\nall = ["Pakistan"]\n')
    live.look()
    live.look()
    assert live.engine is not learnt
    assert live.engine.read.documents == 3030


async def test_R02_a_job_that_always_fails_ends_the_daemon_and_is_one_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = asyncio.get_running_loop().create_future()
    fails = True

    async def _poll() -> None:
        if fails:
            raise ValueError("no good")

    run = patient(_poll, broken)
    for _ in range(19):
        await run()
    fails = False
    await run()
    fails = True
    for _ in range(19):
        await run()
    assert not broken.done()
    assert [one.getMessage() for one in caplog.records] == ["poll failed: ValueError: no good"] * 2
    await run()
    assert str(broken.exception()) == "no good"


async def test_R02_a_mistake_of_the_program_is_told_once_a_day(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, channel = RecordFile(tmp_path / "monitor.db"), ConsoleChannel()
    for now in (0.0, 10.0, 90_000.0):
        await tell_failure([channel], file, ValueError("no good"), now)
    await channel.close()
    assert capfd.readouterr().out.count("A mistake of the program: news-monitor has stopped") == 2
