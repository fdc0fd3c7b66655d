"""The database breaks, is full, is locked, is lost or is older than it was: what the user hears, and what goes on."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

import pytest

from monitor.config.find import state_folder
from monitor.store.integrity.record import copy_of
from tests.forking import wrapped
from tests.support import Child, Home, MailServer, NewsServer, Page, run_monitor, until, until_status

PAGE = 4096
NEWS = "Pakistan applies for BRICS membership"


def subjects(mail: MailServer) -> list[str]:
    return [str(one["Subject"]) for one in mail.mails]


def text_of(mail: EmailMessage) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]


async def first_reading(daemon: Child) -> None:
    await until(lambda: "First reading" in daemon.out, what="the first reading")


async def have_run(home: Home, news: NewsServer) -> None:
    """Let the program have been at work."""
    news.publish("/feed", *((f"o{number}", f"Old story {number}") for number in range(30)))
    assert (await run_monitor("once", "--config", str(home.config)))[0] == 0


def in_a_folder(home: Home) -> Path:
    """Let the database have a folder of its own."""
    home.config.write_text(home.config.read_text("utf-8").replace('"monitor.db"', '"data/monitor.db"'), "utf-8")
    return home.folder / "data"


async def commands(home: Home, *names: str) -> dict[str, tuple[int, str, str]]:
    return {name: await run_monitor(*name.split(), "--config", str(home.config)) for name in names}


def overwrite(path: Path, page: int) -> bytes:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(b"\xff" * PAGE)
    return path.read_bytes()


# --- damage ----------------------------------------------------------------------------------------------------------


async def test_R02_a_damaged_database_is_told_once_and_left_as_it_is(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await have_run(home, news)
    before = overwrite(home.database, 4)
    told, asked = len(mail.raw), len(news.requests)
    for _ in range(2):
        code, _, err = await run_monitor("run", "--config", str(home.config))
        assert code == 74
        assert "the database is damaged" in err
        assert ".recover" in err
    code, _, _ = await run_monitor("once", "--config", str(home.config))
    assert code == 74
    assert len(news.requests) == asked
    assert len(mail.raw) == told + 1
    assert subjects(mail)[-1].endswith("The database is damaged: news-monitor has stopped")
    assert "Restore a backup" in text_of(mail.mails[-1])
    assert home.database.read_bytes() == before

    code, out, _ = await run_monitor("status", "--config", str(home.config), "--json")
    assert code == 74
    assert json.loads(out)["database_trouble"]["code"] == "damaged"
    assert home.database.read_bytes() == before


async def test_R02_every_command_says_in_one_message_that_the_database_is_damaged(home: Home, news: NewsServer) -> None:
    await have_run(home, news)
    overwrite(home.database, 0)
    found = await commands(
        home, "status", "alerts list", "audit", "items Pakistan", "matches", "feeds list", "alerts snooze brics",
        "alerts silenced", "watch why-not brics https://news.example/o1",
    )  # fmt: skip
    for name, (code, out, err) in found.items():
        assert code == 74, name
        assert "the database is damaged" in (out if name == "status" else err), name
        assert err.count("\n") <= 1, name


async def test_R02_damage_under_a_running_daemon_ends_it_and_blames_no_feed(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await have_run(home, news)
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        asked = len(news.requests)
        await until(lambda: len(news.requests) > asked + 1, what="a poll")
        for page in range(3, home.database.stat().st_size // PAGE):
            overwrite(home.database, page)
        before = home.database.read_bytes()
        assert await daemon.wait() == 74
        assert "the database is damaged" in daemon.err
        assert "in a row" not in daemon.err
    assert home.database.read_bytes() == before
    assert subjects(mail)[-1].endswith("The database is damaged: news-monitor has stopped")
    assert not [subject for subject in subjects(mail) if "cannot be read" in subject]


# --- another database, or none ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["gone", "empty"])
async def test_R02_a_database_that_is_gone_or_empty_is_not_taken_for_a_new_installation(
    home: Home, news: NewsServer, mail: MailServer, lost: str
) -> None:
    await have_run(home, news)
    saved = home.database.read_bytes()
    if lost == "gone":
        home.database.unlink()
    else:
        home.database.write_bytes(b"")
    news.publish("/feed", ("n1", NEWS), *((f"o{number}", f"Old story {number}") for number in range(30)))
    code, _, err = await run_monitor("run", "--config", str(home.config))
    assert code == 74
    assert f"the database is {lost}" in err
    assert "monitor.db.record" in err
    assert subjects(mail)[-1].endswith(f"The database is {lost}: news-monitor has stopped")
    for name, (code, out, err) in (await commands(home, "status", "alerts list", "audit")).items():
        assert code == 74, name
        assert f"the database is {lost}" in out + err, name

    home.database.write_bytes(saved)
    async with home.daemon() as daemon:
        await until(lambda: NEWS in daemon.out, what="the news of the time in between")


async def test_R02_a_new_database_is_begun_on_purpose(home: Home, news: NewsServer) -> None:
    await have_run(home, news)
    home.database.unlink()
    (home.folder / "monitor.db.record").unlink()
    async with home.daemon() as daemon:
        await first_reading(daemon)


async def test_R02_a_folder_that_is_gone_is_not_taken_for_a_new_installation(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    data = in_a_folder(home)
    await have_run(home, news)
    for made in (False, True):
        shutil.rmtree(data)
        if made:  # a disk that is not mounted leaves an empty folder
            data.mkdir()
        for name, (code, out, err) in (await commands(home, "status", "alerts list", "audit")).items():
            assert code == 74, name
            assert "the database is gone" in out + err, name
        for command in ("once", "run", "once"):
            code, _, err = await run_monitor(command, "--config", str(home.config))
            assert code == 74, command
            assert "the database is gone" in err
        assert subjects(mail)[-1].endswith("The database is gone: news-monitor has stopped")
    (data / "monitor.db.record").unlink()  # as the message says, to begin anew
    code, _, err = await run_monitor("once", "--config", str(home.config))
    assert code == 0
    assert "read for the first time" in err


async def test_R02_a_new_installation_in_the_place_of_an_old_one_is_one(home: Home, news: NewsServer) -> None:
    data = in_a_folder(home)
    await have_run(home, news)
    shutil.rmtree(data)
    for path in (home.config, *(home.folder / "watchlists").iterdir()):
        path.write_bytes(path.read_bytes())
    code, _, err = await run_monitor("once", "--config", str(home.config))
    assert code == 0
    assert "read for the first time" in err


# --- trouble that passes ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def no_room(home: Home, process: int) -> Iterator[None]:
    """The daemon's files may not grow: what a full disk does to it."""
    log = Path(f"{home.database}-wal")
    _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (log.stat().st_size, most))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, most))


@contextlib.contextmanager
def locked(home: Home, process: int) -> Iterator[None]:
    other = sqlite3.connect(home.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("trouble", [no_room, locked])
async def test_R06_trouble_with_the_database_is_told_when_it_begins_and_when_it_is_over(
    home: Home, news: NewsServer, mail: MailServer, trouble: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_TESTS_LOCKED", "0.3")
    news.publish("/feed", ("old", "Old"))
    async with home.daemon() as daemon:
        await first_reading(daemon)
        with trouble(home, daemon.process.pid):  # type: ignore[operator]
            news.publish("/feed", ("n1", NEWS), ("old", "Old"))
            await until_status(home, "database-")
            code, out, _ = await run_monitor("status", "--config", str(home.config), "--json")
            assert code == 5
            assert json.loads(out)["troubles"][0]["code"] in ("database-failed", "database-full", "database-locked")
            assert json.loads(out)["database_trouble"]["since"]
            await until(lambda: "The database cannot be written" in str(subjects(mail)), what="the first notice")
        await until(lambda: "The database can be written again" in str(subjects(mail)), what="the second notice")
        await until(lambda: NEWS in str(subjects(mail)), what="what came meanwhile")
        await until_status(home, "database-", is_shown=False)
        assert (await run_monitor("status", "--config", str(home.config)))[0] == 0
        daemon.signal(signal.SIGTERM)
        assert await daemon.wait() == 0
    assert len([line for line in daemon.err.split("\n") if " ERROR " in line]) == 1
    assert re.search(r"WARNING the database can be written again after .*; \d+ tries had failed", daemon.err)
    assert " at 0x" not in daemon.err
    assert len([subject for subject in subjects(mail) if NEWS in subject]) == 1


async def test_R06_a_round_that_cannot_write_is_told_once_and_so_is_the_first_that_can(
    home: Home, news: NewsServer, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_TESTS_LOCKED", "0.3")
    await have_run(home, news)
    words = ("once", "--force", "--config", str(home.config))
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            code, _, err = await run_monitor(*words)
            assert (code, "Traceback" in err) == (1, False)
        assert "database-locked" in (await run_monitor("status", "--config", str(home.config)))[1]
    news.publish("/feed", ("n1", NEWS), ("o1", "Old story 1"))
    for _ in range(2):
        code, _, err = await run_monitor(*words)
        assert code == 0, err
    assert "database-locked" not in (await run_monitor("status", "--config", str(home.config)))[1]
    of_the_database = [subject for subject in subjects(mail) if "database" in subject]
    assert ["cannot be written" in one for one in of_the_database] == [True, False]
    assert "can be written again" in of_the_database[1]
    assert len([subject for subject in subjects(mail) if NEWS in subject]) == 1


async def test_R06_a_disk_that_is_almost_full_is_told_before_it_is(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    text = home.config.read_text("utf-8")
    home.config.write_text(text.replace("[monitor]\n", '[monitor]\nfree_space = "900000000GB"\n'), "utf-8")
    news.publish("/feed")
    async with home.daemon():
        await until(lambda: "The disk is almost full" in str(subjects(mail)), what="the notice")
        code, out, _ = await run_monitor("status", "--config", str(home.config))
    assert code == 5
    assert "database-low" in out
    assert "the disk is almost full" in out
    assert shutil.disk_usage(home.folder).free


async def test_R06_rounds_and_starts_tell_of_a_disk_that_is_almost_full_once_and_once_when_it_is_not(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    text = home.config.read_text("utf-8")

    def floor(size: str) -> None:
        home.config.write_text(text.replace("[monitor]\n", f'[monitor]\nfree_space = "{size}"\n'), "utf-8")

    def of_the_disk() -> list[str]:
        return [one.partition(": ")[0].removeprefix("[Notice] ") for one in subjects(mail) if "The disk" in one]

    news.publish("/feed")
    floor("900000000GB")
    for _ in range(2):
        assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
        assert "database-low" in (await run_monitor("status", "--config", str(home.config)))[1]
    assert of_the_disk() == ["The disk is almost full"]
    async with home.daemon() as daemon:
        await until_status(home, "database-low")
        await stopped(daemon)
    floor("1 B")
    for _ in range(2):
        assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
        assert "database-low" not in (await run_monitor("status", "--config", str(home.config)))[1]
    assert of_the_disk() == ["The disk is almost full", "The disk has room again"]


# --- where nothing can be written ------------------------------------------------------------------------------------

_READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


@contextlib.contextmanager
def only_read(place: Path) -> Iterator[None]:
    """Commands run where neither databases nor their folders can be written to: root can write to every other one."""
    as_root = os.geteuid() == 0
    command = ("unshare", "-m", "sh", "-c", _READ_ONLY, str(place)) if as_root else ()
    if command and subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("no read-only mount here")
    if not as_root:
        _permit(place, 0o400, 0o500)
    try:
        with wrapped(*command):
            yield
    finally:
        _permit(place, 0o600, 0o700)


def _permit(place: Path, files: int, folder: int) -> None:
    for home in place.iterdir():
        if home.is_dir():
            home.chmod(0o700)
            for one in home.glob("monitor.db*"):
                one.chmod(files)
            home.chmod(folder)


async def test_R13_commands_that_only_read_work_where_nothing_can_be_written(
    tmp_path: Path, home: Home, news: NewsServer
) -> None:
    homes = {left: replace(home, folder=tmp_path / left) for left in ("nothing", "the log", "the log and its index")}
    for left, home in homes.items():
        home.folder.mkdir()
        await have_left(left, home.write(), news)
    files = contents(tmp_path)
    with only_read(tmp_path):
        for left, home in homes.items():
            for command in ("alerts list", "items Pakistan", "matches"):
                code, out, err = await run_monitor(*command.split(), "--config", str(home.config))
                assert (code, err) == (0, ""), (left, command)
                assert NEWS in out, (left, command)
            code, out, err = await run_monitor("audit", "--config", str(home.config))
            assert code == 0, (left, out + err)
            code, out, _ = await run_monitor("status", "--config", str(home.config))
            assert code == 3, left
            assert "2 items, 1 match" in out, left
            code, _, err = await run_monitor("alerts", "snooze", "brics", "--config", str(home.config))
            assert code == 1, left
            assert err.startswith("error: "), left
            assert "mistake of the program" not in err
            # D09: SQLite says no more than that it cannot open the file.
            assert "the database cannot be changed: " in err, left
            assert "read-only" in err or "may not write in the folder" in err, left
    assert contents(tmp_path) == files


def contents(place: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in place.glob("*/monitor.db*")}


async def have_left(left: str, home: Home, news: NewsServer) -> None:
    """Let the program have told of something, and have left this beside its database."""
    news.publish("/feed", ("old", "Old"))
    async with home.daemon() as daemon:
        await first_reading(daemon)
        news.publish("/feed", ("n1", NEWS), ("old", "Old"))
        await until(lambda: NEWS in daemon.out, what="the news")
        if left == "nothing":
            await stopped(daemon)
        else:
            await daemon.kill()
    index = home.folder / "monitor.db-shm"
    if left == "the log":
        index.unlink()
    assert index.exists() == (left == "the log and its index")


# --- a backup --------------------------------------------------------------------------------------------------------


def dated(*items: tuple[str, str, float | None]) -> bytes:
    entries = "".join(
        f"<item><guid>{guid}</guid><title>{headline}</title><link>https://news.example/{guid}</link>"
        f"{f'<pubDate>{formatdate(published)}</pubDate>' if published else ''}</item>"
        for guid, headline, published in items
    )
    return f'<rss version="2.0"><channel><title>Test feed</title>{entries}</channel></rss>'.encode()


async def stopped(daemon: Child) -> None:
    daemon.signal(signal.SIGTERM)
    assert await daemon.wait() == 0


async def test_R05_what_was_told_after_a_backup_is_kept_back_until_the_user_says_so(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    old, told = ("o", "Old", None), [(f"n{number}", f"{NEWS}, part {number}", time.time()) for number in range(3)]
    undated = ("u", "Pakistan and BRICS: a talk", None)
    news.pages["/feed"] = Page(dated(old))
    async with home.daemon() as daemon:
        await first_reading(daemon)
        await until_status(home, "email: 1 sent")
        backup = sqlite3.connect(home.folder / "backup")
        source = sqlite3.connect(home.database)
        source.backup(backup)
        source.close()
        news.pages["/feed"] = Page(dated(undated, *told, old))
        await until(lambda: len(mail.raw) == 5, what="the alerts")
        await stopped(daemon)

    shutil.copy(home.folder / "backup", home.database)
    fresh = ("f", "Pakistan and BRICS: it was refused", time.time() + 60)
    news.pages["/feed"] = Page(dated(fresh, undated, *told, old))
    async with home.daemon() as daemon:
        await until(lambda: "The database is older than it was" in str(subjects(mail)), what="the notice")
        await until(lambda: len(mail.raw) == 7, what="the news")
        await stopped(daemon)
    assert [subject for subject in subjects(mail)[5:] if fresh[1] in subject]
    notice = next(one for one in mail.mails if "The database is older" in str(one["Subject"]))
    assert "4 matches are kept back" in text_of(notice)
    for command in (("matches", "--outcome", "restored"), ("alerts", "list", "--restored")):
        _, out, _ = await run_monitor(*command, "--config", str(home.config))
        assert len(out.splitlines()) == 4
    assert (await run_monitor("audit", "--config", str(home.config)))[0] == 0

    code, out, _ = await run_monitor("alerts", "release", "--restored", "--config", str(home.config))
    assert (code, out) == (0, "4 matches are released: alerts go out now, and all else stands in the next digest.\n")
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 11, what="what was kept back")
        await stopped(daemon)
    assert len(mail.raw) == 11
    _, out, _ = await run_monitor("alerts", "release", "--restored", "--config", str(home.config))
    assert out == "Nothing is kept back.\n"


@pytest.mark.parametrize("restored", ["the folder", "the database alone"])
async def test_R05_what_was_told_after_the_folder_was_saved_is_kept_back(
    home: Home, news: NewsServer, mail: MailServer, restored: str
) -> None:
    data, saved = in_a_folder(home), home.folder / "saved"
    await have_run(home, news)
    shutil.copytree(data, saved)
    news.pages["/feed"] = Page(dated(("n1", NEWS, time.time()), ("o1", "Old story 1", None)))
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    assert NEWS in subjects(mail)[-1]
    shutil.rmtree(data.resolve())
    if restored == "the database alone":
        data.mkdir()
        shutil.copy2(saved / "monitor.db", data / "monitor.db")
    else:
        shutil.copytree(saved, data.resolve())
    for _ in range(2):
        assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    assert len([subject for subject in subjects(mail) if NEWS in subject]) == 1
    assert len([subject for subject in subjects(mail) if "The database is older than it was" in subject]) == 1
    code, out, _ = await run_monitor("alerts", "release", "--restored", "--config", str(home.config))
    assert (code, out) == (0, "1 match is released: alerts go out now, and all else stands in the next digest.\n")


@pytest.mark.parametrize("said", [("--restored",), ()], ids=["said", "not said"])
async def test_R05_a_folder_on_another_machine_is_kept_back_where_the_user_says_that_it_is_a_backup(
    home: Home, news: NewsServer, mail: MailServer, said: tuple[str, ...]
) -> None:
    data, saved = in_a_folder(home), home.folder / "saved"
    await have_run(home, news)
    shutil.copytree(data, saved)
    news.pages["/feed"] = Page(dated(("n1", NEWS, time.time()), ("o1", "Old story 1", None)))
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    shutil.rmtree(data.resolve())
    shutil.copytree(saved, data.resolve())
    copy_of(data / "monitor.db", state_folder()).unlink()  # which another machine does not have
    for options in (said, ()):
        assert (await run_monitor("once", "--force", *options, "--config", str(home.config)))[0] == 0
    assert len([one for one in subjects(mail) if NEWS in one]) == (1 if said else 2)
    assert len([one for one in subjects(mail) if "The database is older" in one]) == (1 if said else 0)


async def test_R05_a_shell_finds_the_copy_that_a_unit_of_systemd_has_written(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    data, saved, unit = in_a_folder(home), home.folder / "saved", {"STATE_DIRECTORY": str(home.folder / "state")}
    await have_run(home, news)
    assert (await run_monitor("once", "--config", str(home.config), env=unit))[0] == 0
    shutil.copytree(data, saved)
    news.pages["/feed"] = Page(dated(("n1", NEWS, time.time()), ("o1", "Old story 1", None)))
    assert (await run_monitor("once", "--force", "--config", str(home.config), env=unit))[0] == 0
    shutil.rmtree(data.resolve())
    shutil.copytree(saved, data.resolve())
    copy_of(data / "monitor.db", state_folder()).unlink()
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    assert len([one for one in subjects(mail) if NEWS in one]) == 1


async def test_R05_a_folder_that_was_only_moved_is_not_older(home: Home, news: NewsServer, mail: MailServer) -> None:
    data = in_a_folder(home)
    await have_run(home, news)
    shutil.copytree(data, home.folder / "copy")
    shutil.rmtree(data)
    shutil.move(home.folder / "copy", data)
    news.pages["/feed"] = Page(dated(("n1", NEWS, time.time()), ("o1", "Old story 1", None)))
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    assert NEWS in subjects(mail)[-1]
    assert "older than it was" not in str(subjects(mail))


async def test_R05_after_a_plain_pause_everything_is_told(home: Home, news: NewsServer, mail: MailServer) -> None:
    await have_run(home, news)
    news.pages["/feed"] = Page(dated(("n1", NEWS, time.time()), ("n2", "Pakistan and BRICS: a talk", None)))
    async with home.daemon() as daemon:
        await until(lambda: len(mail.raw) == 3, what="both")
        await stopped(daemon)
    assert "older than it was" not in str(subjects(mail))


async def test_R05_a_database_without_its_log_is_older_than_it_was(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await have_run(home, news)
    news.publish("/feed", ("n1", NEWS), ("o1", "Old story 1"))
    async with home.daemon() as daemon:
        await until(lambda: NEWS in str(subjects(mail)), what="the alert")
        await daemon.kill()
    (home.folder / "monitor.db-wal").unlink()
    async with home.daemon() as daemon:
        await until(lambda: "The database is older than it was" in str(subjects(mail)), what="the notice")
        await stopped(daemon)
    assert len([subject for subject in subjects(mail) if NEWS in subject]) == 1
    code, out, _ = await run_monitor("alerts", "drop", "--restored", "--config", str(home.config))
    assert (code, out) == (0, "1 match dropped.\n")


# --- whole, and without sense ----------------------------------------------------------------------------------------

NONSENSE = {
    "the state of a feed": "UPDATE feeds SET health = 'heqlthy'",
    "the state that was told": "UPDATE feeds SET told_health = ''",
    "what a feed asks for": "UPDATE feeds SET wishes = '[1'",
    "other JSON than it was": "UPDATE feeds SET wishes = '{}'",
    "the state of a delivery": "UPDATE deliveries SET state = 'p0nding'",
    "the kind of a message": "UPDATE messages SET kind = 'alarm'",
    "an alert": "UPDATE alerts SET payload = 'x' || payload",
    "what became of a match": "UPDATE matches SET outcome = 'found'",
    "why it matched": "UPDATE matches SET explanation = ''",
    "how often it was written": "UPDATE facts SET value = 'often' WHERE name = 'database.generation'",
    "which watchlists live": "UPDATE facts SET value = '[' WHERE name = 'watchlists.live'",
    "text that is none": "UPDATE feeds SET rhythm = CAST(x'5b30ff' AS TEXT)",
    "a table": "DROP TABLE deliveries",
    "a column": "ALTER TABLE items DROP COLUMN source",
    "the number of the format": "PRAGMA user_version = 0",
    "a number of a format to come": "PRAGMA user_version = 1409286151",
    "the name of a column": "ALTER TABLE matches RENAME COLUMN band TO sureness",
}


def change(database: Path, *statements: str) -> None:
    connection = sqlite3.connect(database, isolation_level=None)
    for statement in ("PRAGMA ignore_check_constraints = 1", "PRAGMA foreign_keys = 0", *statements):
        connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def have_told(home: Home, news: NewsServer, mail: MailServer) -> None:
    """Let the program have told of a match."""
    await have_run(home, news)
    news.publish("/feed", ("n1", NEWS), ("o1", "Old story 1"))
    assert (await run_monitor("once", "--force", "--config", str(home.config)))[0] == 0
    assert NEWS in str(subjects(mail))


class Kept:
    """The files of a database, and what is remembered of it apart from them, as they are now."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._files = {path: path.read_bytes() for path in self._paths()}

    def put_back(self) -> None:
        for path in self._paths():
            path.unlink() if not path.is_dir() else path.rmdir()
        for path, content in self._files.items():
            path.write_bytes(content)

    def _paths(self) -> list[Path]:
        return [*self._home.folder.glob("monitor.db*"), copy_of(self._home.database, state_folder())]


async def test_R02_what_is_no_file_in_the_place_of_the_database_is_called_so(home: Home, news: NewsServer) -> None:
    await have_run(home, news)
    kept = Kept(home)
    makers: tuple[Callable[[Path], None], ...] = (Path.mkdir, os.mkfifo)
    for place, make in itertools.product(("monitor.db", "monitor.db-wal"), makers):
        kept.put_back()
        (home.folder / place).unlink(missing_ok=True)
        make(home.folder / place)
        for command in ("once", "items Pakistan", "status"):
            code, out, err = await run_monitor(*command.split(), "--config", str(home.config))
            assert code == 74, (place, make, command, out + err)
            assert "where the database" in out + err, (place, make, command)
            assert "move it away" in out + err, (place, make, command)


READING = ("alerts list", "items Pakistan", "matches", "feeds list", "watch why https://news.example/n1")


@pytest.mark.parametrize("is_whole", [False, pytest.param(True, marks=pytest.mark.long)], ids=["by turns", "each"])
async def test_R02_what_is_stored_and_makes_no_sense_is_damage_like_any_other(
    home: Home, news: NewsServer, mail: MailServer, is_whole: bool
) -> None:
    await have_told(home, news, mail)
    kept = Kept(home)
    for number, (what, statement) in enumerate(NONSENSE.items()):
        kept.put_back()
        change(home.database, statement)
        before, told = home.database.read_bytes(), len(mail.raw)

        def some(*names: str, number: int = number) -> tuple[str, ...]:
            return names if is_whole or not number else (names[number // 2 % len(names)],)

        for name, (code, _, err) in (await commands(home, *(some(*READING) if is_whole or number % 2 else ()))).items():
            assert code in (0, 74), (what, name, err)
        for command in some("once", "run"):
            code, _, err = await run_monitor(command, "--config", str(home.config))
            assert code == 74, (what, command, err)
            assert "the database is damaged" in err, (what, command)
            assert " at 0x" not in err, (what, command)
        assert len(mail.raw) == told + 1, what
        assert subjects(mail)[-1].endswith("The database is damaged: news-monitor has stopped")
        assert home.database.read_bytes() == before, what
        told_of = some("status", "audit") if is_whole or not number % 2 else ()
        for name, (code, out, err) in (await commands(home, *told_of)).items():
            assert code == 74, (what, name)
            assert "the database is damaged" in out + err, (what, name)


async def test_R02_nonsense_under_a_running_daemon_ends_it(home: Home, news: NewsServer, mail: MailServer) -> None:
    await have_run(home, news)
    async with home.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        connection = sqlite3.connect(home.database, isolation_level=None, timeout=900)
        connection.execute("UPDATE feeds SET health = 'heqlthy'")
        connection.close()
        assert await daemon.wait() == 74
    assert " at 0x" not in daemon.err
    assert subjects(mail)[-1].endswith("The database is damaged: news-monitor has stopped")


async def test_R02_an_index_that_lacks_a_row_is_damage(home: Home, news: NewsServer, mail: MailServer) -> None:
    await have_told(home, news, mail)
    connection = sqlite3.connect(home.database)
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_matches_1'"
    page = connection.execute(query).fetchone()[0]
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with home.database.open("r+b") as file:
        file.seek(page * PAGE - 20)
        file.write(bytes(letter ^ 1 for letter in home.database.read_bytes()[page * PAGE - 20 : page * PAGE]))
    before = home.database.read_bytes()
    for command in ("audit", "once"):
        code, _, err = await run_monitor(command, "--config", str(home.config))
        assert code == 74, command
        assert "the database is damaged" in err, command
    assert home.database.read_bytes() == before
