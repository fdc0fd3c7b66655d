"""Whether a database is whole, and still the one that was in use."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.config.find import state_folder, state_folders
from monitor.errors import DatabaseRefused, DatabaseTrouble, Fault, Refusal
from monitor.store import Store, StoreWriter
from monitor.store.connection import size_of
from monitor.store.integrity import faults, record
from monitor.store.integrity.keeping import Keeper, damage_of, refuse_known, refuse_lost
from monitor.store.integrity.record import RecordFile, Refused, Trouble

PAGE = 4096


def now() -> float:
    return 1_000_000.0


async def used(path: Path, **facts: str) -> None:
    """Use the database at ``path`` once; ``facts`` are what it learns."""
    async with StoreWriter(path, now) as writer:
        for name, value in facts.items():
            await writer.set_fact(name, value, 1.0)


def files_of(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.parent.iterdir() if one.suffix != ".record"}


def overwrite(path: Path, page: int, text: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(text)


@pytest.mark.parametrize("text", [b"\xff" * PAGE, bytes(PAGE), b"news" * (PAGE // 4)], ids=["ones", "zeros", "text"])
async def test_R02_whichever_page_is_overwritten_the_database_is_refused_and_left_as_it_is(
    tmp_path: Path, text: bytes
) -> None:
    path = tmp_path / "monitor.db"
    await used(path, **{f"fact{number}": "x" * 200 for number in range(100)})
    whole = path.read_bytes()
    for page in range(len(whole) // PAGE):
        path.write_bytes(whole)
        overwrite(path, page, text)
        before = path.read_bytes()
        with pytest.raises(DatabaseRefused) as refused:
            await used(path)
        assert refused.value.refusal is Refusal.DAMAGED, page
        assert ".recover" in str(refused.value)
        assert path.read_bytes() == before, page


async def test_R02_pages_with_the_rest_of_a_long_text_are_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    await used(path, long="x" * 10 * PAGE)
    page = next(
        page for page in range(path.stat().st_size // PAGE) if path.read_bytes()[page * PAGE :][4:900] == b"x" * 896
    )
    overwrite(path, page, b"\xff" * PAGE)
    with pytest.raises(DatabaseRefused):
        await used(path)


async def test_R02_nothing_is_written_once_damage_is_known_and_the_log_stays(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    await used(path, a="1")
    async with StoreWriter(path, now) as writer:
        await writer.set_fact("b", "2", 2.0)
        before = path.read_bytes()
        writer.found_damaged(faults.damaged(path, "on purpose"))
        with pytest.raises(DatabaseRefused, match="on purpose"):
            await writer.set_fact("c", "3", 3.0)
    assert path.read_bytes() == before
    assert size_of(Path(f"{path}-wal"))  # what was written before is still in it
    assert Store.reading(path).facts()["b"] == ("2", 2.0)
    assert "c" not in Store.reading(path).facts()


async def test_R02_until_a_large_database_is_found_whole_its_file_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "monitor.db"
    await used(path)
    monkeypatch.setattr("monitor.store.integrity.keeping._AT_ONCE", 0)
    before = path.read_bytes()
    async with StoreWriter(path, now) as writer:
        assert not writer.is_checked
        for number in range(30):
            await writer.set_fact(f"fact{number}", "x" * 60 * PAGE, 1.0)
        assert path.read_bytes() == before
        assert not damage_of(path)
        await writer.found_whole()
        await writer.set_fact("more", "x", 1.0)
        assert path.read_bytes() != before


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def without_tables(path: Path) -> None:
    path.unlink()
    sqlite3.connect(path).execute("PRAGMA journal_mode = WAL")


def another(path: Path) -> None:
    path.unlink()
    Store.writing(path).set_fact("database.id", "another", 1.0)


def of_another_program(path: Path) -> None:
    path.unlink()
    sqlite3.connect(path).execute("CREATE TABLE bookmarks (url)")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (Path.unlink, Refusal.MISSING),
        (emptied, Refusal.EMPTY),
        (without_tables, Refusal.EMPTY),
        (another, Refusal.FOREIGN),
        (of_another_program, Refusal.FOREIGN),
    ],
)
async def test_R02_where_a_database_is_known_no_other_one_takes_its_place(
    tmp_path: Path, change: Callable[[Path], None], refusal: Refusal
) -> None:
    path = tmp_path / "monitor.db"
    await used(path, a="1")
    change(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(DatabaseRefused) as refused:
        await used(path)
    assert refused.value.refusal is refusal
    assert (path.read_bytes() if path.exists() else None) == before


async def test_R02_without_the_record_a_new_database_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    await used(path, a="1")
    path.unlink()
    record.beside(path).unlink()
    await used(path)
    assert "a" not in Store.reading(path).facts()


async def test_R02_a_database_that_was_never_here_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    await used(tmp_path / "old" / "monitor.db", a="1")
    path = tmp_path / "monitor.db"
    shutil.copy(tmp_path / "old" / "monitor.db", path)
    async with StoreWriter(path, now) as writer:
        assert writer.lost is None
        assert (await writer.call(lambda store: store.facts()))["a"] == ("1", 1.0)


async def test_R02_the_log_of_another_database_is_not_taken_for_its_own(tmp_path: Path) -> None:
    path, other = tmp_path / "monitor.db", tmp_path / "other.db"
    await used(path, a="1")
    async with StoreWriter(other, now) as writer:
        for number in range(50):
            await writer.set_fact(f"fact{number}", "x" * PAGE, 1.0)
        shutil.copy(f"{other}-wal", f"{path}-wal")
    before = path.read_bytes()
    with pytest.raises(DatabaseRefused):
        await used(path)
    assert path.read_bytes() == before


async def test_R02_a_log_that_was_left_beside_a_restored_file_is_named_as_the_cause(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    await used(path, **{f"fact{number}": "x" * PAGE for number in range(50)})
    backup = tmp_path / "backup.db"
    sqlite3.connect(path).execute("VACUUM INTO ?", [str(backup)])
    await used(path, **{f"more{number}": "x" * PAGE for number in range(50)})
    async with StoreWriter(path, now) as writer:
        await writer.call(lambda store: store.db.execute("DELETE FROM facts WHERE name LIKE 'fact%'") and None)
        shutil.copy(f"{path}-wal", tmp_path / "log")
    shutil.copy(backup, path)
    shutil.copy(tmp_path / "log", f"{path}-wal")
    with pytest.raises(DatabaseRefused, match=r"monitor\.db-wal it is whole"):
        Keeper(path, now).inspect()


async def test_R02_a_known_damage_is_not_looked_for_again_until_the_files_change(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    await used(path, a="1")
    RecordFile(path).update(refused=Refused("damaged", "it was damaged", 1.0, record.stamp_of(path)))
    with pytest.raises(DatabaseRefused, match="it was damaged"):
        await used(path)
    path.touch()
    await used(path)
    assert record.read(path).refused is None


# --- the record ------------------------------------------------------------------------------------------------------


async def test_R02_each_change_counts_in_the_database_and_in_its_record(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with StoreWriter(path, now) as writer:
        first = record.read(path).generation
        await writer.set_fact("a", "1", 1.0)
        await writer.call(lambda store: store.facts())  # reading does not count
        assert record.read(path).generation == first + 1
        facts = await writer.call(lambda store: store.facts())
    assert facts["database.generation"][0] == str(first + 1)
    assert facts["database.id"][0] == record.read(path).id


async def test_R02_a_torn_half_of_the_record_costs_only_the_last_change(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    file = RecordFile(path)
    for generation in range(1, 4):
        file.update(id="a", generation=generation)
    text = bytearray(record.beside(path).read_bytes())
    newest = text.index(b'"generation": 3')
    text[newest : newest + 4] = b"torn"
    record.beside(path).write_bytes(text)
    assert record.read(path).generation == 2


def test_R02_a_record_keeps_its_size_whatever_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    file = RecordFile(path)
    file.update(id="a")
    size = record.beside(path).stat().st_size
    long = "Š" * 5_000
    file.update(trouble=Trouble("full", long, 1.0), refused=Refused("damaged", long, 1.0, "", True))
    assert record.beside(path).stat().st_size == size
    found = record.read(path)
    assert found.trouble
    assert long.startswith(found.trouble.text)
    assert found.refused
    assert found.refused.told


@pytest.mark.parametrize("kind", ["link", "folder", "garbage", "empty"])
def test_R02_what_is_no_record_is_not_read_and_does_no_harm(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "monitor.db"
    place, other = record.beside(path), tmp_path / "other"
    other.write_text(json.dumps("somebody else's"))
    match kind:
        case "link":
            place.symlink_to(other)
        case "folder":
            place.mkdir()
        case "garbage":
            place.write_bytes(b"\x00\xff" * 9_000)
        case _:
            place.touch()
    file = RecordFile(path)
    assert file.record == record.Record()
    file.update(id="a")
    assert other.read_text() == json.dumps("somebody else's")


# --- errors ----------------------------------------------------------------------------------------------------------


async def test_R06_a_locked_database_is_trouble_and_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with StoreWriter(path, now) as writer:
        await writer.call(lambda store: store.db.execute("PRAGMA busy_timeout = 1") and None)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(DatabaseTrouble) as trouble:
                await writer.set_fact("a", "b", 1.0)
            assert trouble.value.fault is Fault.LOCKED
        assert writer.trouble
        assert writer.failed == 3
        other.execute("ROLLBACK")
        await writer.set_fact("a", "b", 1.0)
        assert writer.trouble is None
        assert writer.damage is None


def test_R06_a_full_database_is_trouble_and_no_damage(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small.db", isolation_level=None)
    connection.execute("PRAGMA max_page_count = 3")
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as error:
        connection.execute("INSERT INTO t VALUES (?)", ["x" * 100_000])
    meant = faults.meant_by(error.value)
    assert isinstance(meant, DatabaseTrouble)
    assert meant.fault is Fault.FULL


@pytest.mark.parametrize(
    "error", [ValueError("x"), sqlite3.ProgrammingError("closed"), sqlite3.InterfaceError("x")], ids=repr
)
def test_R02_a_mistake_of_the_program_is_not_blamed_on_the_database(error: Exception) -> None:
    assert faults.meant_by(error) is None


def test_R02_an_error_that_is_its_own_cause_is_looked_at_once(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as error:
        sqlite3.connect(tmp_path / "x.db").execute("SELECT * FROM nothing")
    error.value.__cause__ = error.value
    assert faults.meant_by(error.value) is None


def test_R02_damage_behind_a_savepoint_is_damage(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    connection.execute("CREATE TABLE t AS SELECT CAST(x'ff' AS TEXT) AS x")
    with pytest.raises(sqlite3.OperationalError) as error:
        connection.execute("SELECT x FROM t").fetchall()
    locked = sqlite3.OperationalError("cannot release savepoint - SQL statements in progress")
    locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
    locked.__context__ = error.value
    assert isinstance(faults.meant_by(locked), DatabaseRefused)


def test_R02_an_unknown_table_is_a_mistake_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as error:
        sqlite3.connect(tmp_path / "x.db").execute("SELECT * FROM nothing")
    assert faults.meant_by(error.value) is None


def test_R05_what_is_wrong_is_read_wherever_it_was_written_last(tmp_path: Path) -> None:
    path, unit = tmp_path / "monitor.db", tmp_path / "unit"
    file = RecordFile(path, unit)
    file.update(id="one", used=1.0)
    before = record.beside(path).read_bytes()
    trouble = Trouble("full", "the disk is full", 2.0)
    file.update(trouble=trouble, refused=Refused("damaged", "it was damaged", 2.0, record.stamp_of(path)))
    record.beside(path).write_bytes(before)  # it could not be written there
    assert record.read(path).trouble == trouble
    with pytest.raises(DatabaseRefused):
        refuse_known(path)
    RecordFile(tmp_path / "other.db", unit).update(id="two")
    assert record.read(tmp_path / "other.db").trouble is None


def test_R05_a_shell_refuses_what_a_unit_has_lost(tmp_path: Path) -> None:
    path, shell, unit = tmp_path / "data" / "monitor.db", tmp_path / "shell", tmp_path / "unit"
    RecordFile(path, unit).update(id="one", used=1.0)
    shutil.rmtree(path.parent)
    refuse_lost(path, [shell])
    with pytest.raises(DatabaseRefused) as refused:
        refuse_lost(path, [shell, unit])
    assert refused.value.refusal is Refusal.MISSING
    assert str(record.copy_of(path, unit)) in str(refused.value)
    assert str(shell) not in str(refused.value)


def test_R05_a_shell_knows_the_state_folder_of_units(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    mine, *others = state_folders()
    assert mine == state_folder()
    assert others == [Path("/var/lib/news-monitor"), tmp_path / "news-monitor"]
