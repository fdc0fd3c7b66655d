"""Stored items judged again: the same as when they came, in any number of processes, and compared by version."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.watch.backtest import lines_of
from monitor.config.settings import load
from monitor.matching import Headline, compile_watches
from monitor.model import Band
from monitor.store import Store
from monitor.watchlist import build
from monitor.workshop import replay as replaying
from monitor.workshop.backtest import day_of, try_out
from monitor.workshop.replay import replay
from tests.matching.helpers import a_watch, concepts, patterns
from tests.support import Child, Home, until
from tests.workshop.stored import DAY, SHIPPED, News, database, story, titles

NOW = datetime(2024, 10, 27, 12, tzinfo=UTC).timestamp()
BRICS = a_watch("brics", all=concepts("Pakistan", "BRICS"))
MANY = replaying._WORTH_PROCESSES + 10
SEVERAL = pytest.mark.skipif(
    len(os.sched_getaffinity(0)) < 2 or replaying._pool(2) is None,
    reason="one process judges by itself: there is one processor, or no lock can be shared",
)


def test_items_are_judged_as_the_daemon_judges_them(tmp_path: Path) -> None:
    engine = build(SHIPPED).engine
    path = database(tmp_path / "m.db", story())
    replayed = replay(path, engine.watches, 0.0)
    assert replayed.extent.items == len(story())
    found = {
        (one.item.title, scored.watch, scored.match.band, scored.score)
        for one in replayed.judged
        for scored in one.scores
        if scored.match
    }
    expected = {
        (one.title, match.watch, match.band, match.score)
        for one in story()
        for match in engine.match(
            Headline(one.title, one.summary, "", one.feed, one.language), datetime.fromtimestamp(one.seen, UTC).date()
        )
    }
    assert len(found) > 20
    assert found == expected


_WORDS = ["Pakistan", "pakistan's", "BRICS", "Brics", "bid", "S.C.O.", "Pak-Stream", "PakStream", "gas", "Пакистана"]
_WORDS += ["БРИКС,", "Mishutin", "«Пакистан»", "پاکستان", "برکس", "اسلام‌آباد", "l'Iran", "—", "U.S.", "中国", "x"]


@given(st.lists(st.sampled_from(_WORDS), max_size=8), st.lists(st.sampled_from(_WORDS), max_size=8))
def test_nothing_is_passed_over_because_its_words_seem_idle(title: list[str], summary: list[str]) -> None:
    headline = Headline(" ".join(title), "\u00a0".join(summary))
    judged = [(one.watch, one.match.score) for one in _ENGINE.judge(headline) if one.match]
    assert sorted(judged) == sorted((match.watch, match.score) for match in _ENGINE.match(headline))


_ENGINE = build(SHIPPED).engine


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of so many items that several processes judge them: all of them match, and take some time."""
    text = "Pakistan, BRICS and Russia " * 10
    news = [News(f"Pakistan in BRICS {index}", NOW, body=text) for index in range(MANY)]
    return database(tmp_path_factory.mktemp("many") / "m.db", news)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many items, of which each thousandth matches."""
    news = [News("Pakistan in BRICS" if index % 1_000 == 0 else f"Nothing {index}", 10.0) for index in range(MANY)]
    return database(tmp_path_factory.mktemp("quiet") / "m.db", news)


def test_many_items_are_judged_by_several_processes_with_the_same_result(quiet: Path) -> None:
    told: list[tuple[int, int]] = []
    replayed = replay(quiet, [BRICS], 0.0, progress=lambda done, total: told.append((done, total)))
    assert [one.item.number for one in replayed.judged] == [index + 1 for index in range(0, MANY, 1_000)]
    assert told[0] == (0, MANY)
    assert told[-1] == (MANY, MANY)
    assert len(told) > 2
    assert not replaying._shared


def test_P02_many_items_are_judged_where_processes_cannot_share_a_lock(quiet: Path) -> None:
    with contextlib.closing(Store.reading(quiet)) as store, no_new_bytes():  # a lock is a small file in shared memory
        list(store.stretch(1, 1, 0.0))
        assert replaying._pool(2) is None
        replayed = replay(quiet, [BRICS], 0.0)
    assert [one.item.number for one in replayed.judged] == [index + 1 for index in range(0, MANY, 1_000)]
    assert replayed.extent.items == MANY


@contextlib.contextmanager
def no_new_bytes() -> Iterator[None]:
    """No file may be made larger by this process."""
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]


def is_running(process: int) -> bool:
    """Whether a process is there, and not only its exit code."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@SEVERAL
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_signal_ends_a_backtest_with_all_its_processes(
    tmp_path: Path, many: Path, number: signal.Signals
) -> None:
    home = Home(tmp_path, []).write()
    shutil.copy(many, home.database)
    child = await Child.start("watch", "backtest", "brics", "--days", "3650", "--config", str(home.config))
    try:
        await until(lambda: len(children(child.process.pid)) > 1, what="processes that judge")
        workers = children(child.process.pid)
        child.signal(number)
        assert await child.wait() == -number  # which a shell calls 143, or 137
        assert (child.out, child.err) == ("", "")
        await until(lambda: not any(map(is_running, workers)), what="their end")
    finally:
        await child.kill()


@SEVERAL
async def test_a_backtest_one_of_whose_processes_is_killed_ends_and_says_so(tmp_path: Path, many: Path) -> None:
    home = Home(tmp_path, []).write()
    shutil.copy(many, home.database)
    child = await Child.start("watch", "backtest", "brics", "--days", "3650", "--config", str(home.config))
    try:
        await until(lambda: len(children(child.process.pid)) > 1, what="processes that judge")
        worker, *others = children(child.process.pid)
        os.kill(worker, signal.SIGKILL)
        assert await child.wait() == 1
        assert child.err == "error: a process that judged stored items was killed, perhaps for want of memory\n"
        await until(lambda: not any(map(is_running, others)), what="their end")
    finally:
        await child.kill()


def test_a_draft_is_compared_with_the_version_in_use(tmp_path: Path) -> None:
    news = [
        News("Pakistan applies to BRICS", NOW - 3 * DAY),
        News("Islamabad applies to BRICS", NOW - 2 * DAY),
        News("Islamabad applies to BRICS", NOW - 2 * DAY, "Ledger"),
        News("Pakistan and BRICS: a cricket match", NOW - DAY),
        News("Weather", NOW - DAY),
    ]
    path = database(tmp_path / "m.db", news)
    draft = replace(BRICS, all=concepts(["Pakistan", "Islamabad"], "BRICS"), vetoes=patterns("cricket"))
    found = try_out(path, draft, BRICS, 30, NOW)
    assert titles(found.gained) == ["Islamabad applies to BRICS"] * 2
    assert "Islamabad (exact, title)" in found.gained[0].why
    assert titles(found.lost) == ["Pakistan and BRICS: a cricket match"]
    assert found.lost[0].why == 'It holds "cricket" (cricket, title), and that rules it out.'
    assert (found.told.matches, found.before.matches) == (3, 2)
    assert found.told.alerts == 2, "a copy in another paper is the same story"
    assert found.told.vetoed == 1
    assert found.days[-1] == day_of(NOW)
    assert len(found.days) == 4, "nothing older is stored"
    assert found.told.by_day == (1, 1, 0, 0)
    assert found.before.by_day == (1, 0, 1, 0)


def test_without_a_draft_it_is_compared_with_what_was_found_at_the_time(tmp_path: Path) -> None:
    news = [News("Pakistan applies to BRICS", NOW - DAY), News("Islamabad applies to BRICS", NOW - DAY)]
    path = database(tmp_path / "m.db", news, compile_watches([BRICS]))
    wider = replace(BRICS, all=concepts("Islamabad", "BRICS"))
    found = try_out(path, wider, None, 30, NOW)
    assert titles(found.gained) == ["Islamabad applies to BRICS"]
    assert titles(found.lost) == ["Pakistan applies to BRICS"]
    assert "Missing" in found.lost[0].why
    assert (found.before.matches, found.before.alerts) == (1, 0), "it was found, and nobody was told"


def test_what_lies_near_the_threshold_is_shown_on_both_sides(tmp_path: Path) -> None:
    news = [
        News("Pakistan in BRICS", NOW - DAY),
        News("Trade", NOW - DAY, summary="Pakistan in BRICS"),
        News("Ministers meet", NOW - DAY, body="Pakistan in BRICS"),
        News("Pakistan", NOW - DAY),
    ]
    found = try_out(database(tmp_path / "m.db", news), BRICS, BRICS, 30, NOW)
    assert [(one.item.title, one.score) for one in found.above] == [("Trade", 0.85)]
    assert [(one.item.title, one.score, one.band) for one in found.below] == [("Ministers meet", 0.55, Band.DIGEST)]
    assert not found.gained
    assert not found.lost


def test_what_a_first_reading_found_counts_when_it_was_published(tmp_path: Path) -> None:
    news = [
        News("Pakistan in BRICS", NOW, published=NOW - 5 * DAY, baseline=True),
        News("Pakistan joins BRICS", NOW, published=NOW - 400 * DAY, baseline=True),
        News("Pakistan leaves BRICS", NOW, published=NOW + 9 * DAY, baseline=True),
    ]
    found = try_out(database(tmp_path / "m.db", news), BRICS, None, 30, NOW)
    assert found.told.matches == 3
    assert found.told.older == 1
    assert sum(found.told.by_day) == 2
    assert found.told.by_day[-6] == 1
    assert found.told.by_day[-1] == 1, "a date in the future is no date"
    assert found.told.lately(7) == 2


def test_days_of_another_year_are_named_with_it(tmp_path: Path) -> None:
    news = [News("Pakistan joins BRICS", NOW, published=NOW - 400 * DAY, baseline=True)]
    path, config = database(tmp_path / "m.db", news), load(Home(tmp_path, ["https://one.example/feed"]).write().config)
    year = list(lines_of(try_out(path, BRICS, None, 500, NOW, None), BRICS, ("at the time", "now"), config))
    assert any(line.split() == ["23", "Sep", "2023", "27", "Oct", "2024"] for line in year), year
    month = list(lines_of(try_out(path, BRICS, None, 30, NOW, None), BRICS, ("at the time", "now"), config))
    assert "a larger --days shows them by day." in month


def test_items_older_than_asked_are_left_out(tmp_path: Path) -> None:
    news = [News("Pakistan in BRICS", NOW - 40 * DAY), News("Pakistan joins BRICS", NOW - DAY)]
    path = database(tmp_path / "m.db", news)
    assert try_out(path, BRICS, None, 30, NOW).told.alerts == 1
    assert try_out(path, BRICS, None, 60, NOW).told.alerts == 2
    assert len(try_out(path, BRICS, None, 30, NOW).days) == 2


def test_an_empty_database_has_an_empty_backtest(tmp_path: Path) -> None:
    Store.writing(tmp_path / "m.db").close()
    found = try_out(tmp_path / "m.db", BRICS, None, 30, NOW)
    assert found.extent.items == 0
    assert found.days == (day_of(NOW),)
    assert found.told.by_day == (0,)


def test_what_was_told_at_the_time_is_what_was_told(tmp_path: Path) -> None:
    news = [News("Pakistan applies to BRICS", NOW - DAY), News("BRICS hears Pakistan", NOW - DAY)]
    path = database(tmp_path / "m.db", news, compile_watches([BRICS]))
    store = Store.writing(path)
    store.db.execute("UPDATE matches SET outcome = iif(item_id = 1, 'alerted', 'snoozed')")
    store.note_versions({"brics": "1"}, NOW - DAY / 2)
    store.db.execute("UPDATE versions SET since = ?", [NOW - DAY / 2])
    store.close()
    found = try_out(path, BRICS, None, 30, NOW)
    assert (found.before.matches, found.before.alerts, found.before.lately(7)) == (2, 1, 1)
    assert (found.told.matches, found.told.alerts, found.told.lately(7)) == (2, 2, 2)
    assert found.known_since == NOW - DAY / 2
