"""A beginner's first hour: feeds, and no watchlist yet. Items are read and stored, for the first one to learn from."""

from __future__ import annotations

import json
import shutil
import signal

import pytest

from monitor.cli.status.status import TROUBLED
from tests.support import Home, NewsServer, run_monitor, until, until_status

YET = "holds no watchlist yet: what the feeds bring is stored, and nobody is told"
NEW = 'write the first one with: monitor watch new "a few words"'


@pytest.fixture
def bare(home: Home, request: pytest.FixtureRequest) -> Home:
    """Without a watchlist: with an empty folder, and with none."""
    shutil.rmtree(home.folder / "watchlists")
    if request.param == "an empty folder":
        (home.folder / "watchlists").mkdir()
    return home


both = pytest.mark.parametrize("bare", ["an empty folder", "no folder"], indirect=True)


async def monitor(home: Home, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, "--config", str(home.config))


@both
async def test_U12_a_round_without_a_watchlist_reads_and_stores(bare: Home, news: NewsServer) -> None:
    news.publish("/feed", ("1", "Ferry to Zanzibar delayed"), ("2", "Ferry to Zanzibar sails again"))
    code, _, err = await monitor(bare, "once", "--dry-run")
    assert (code, not bare.database.exists()) == (0, True), err
    code, _, err = await monitor(bare, "once")
    assert code == 0, err
    assert YET in err
    assert NEW in err
    assert "warning: " in err.splitlines()[0]
    assert "ERROR" not in err
    code, out, _ = await monitor(bare, "status", "--json")
    assert [one["code"] for one in json.loads(out)["troubles"]] == ["stopped", "no-watchlists"]
    _, out, _ = await monitor(bare, "items", "Zanzibar", "--json")
    assert len(json.loads(out)) == 2
    code, out, err = await monitor(bare, "watch", "new", "Zanzibar ferry", "--yes")
    assert code == 0, err
    assert "It takes 2 of the 2 items" in out
    news.publish("/feed", ("3", "Zanzibar ferry runs aground"))
    code, out, err = await monitor(bare, "once", "--force")
    assert (code, "Zanzibar ferry runs aground" in out) == (0, True), err
    assert YET not in err


@both
async def test_U12_the_daemon_runs_without_a_watchlist_and_takes_up_the_first_one(bare: Home, news: NewsServer) -> None:
    news.publish("/feed", ("1", "Ferry to Zanzibar delayed"))
    async with bare.daemon() as daemon:
        await until(lambda: "watching 1 feed for 0 watchlists" in daemon.err, what="the start")
        assert f"WARNING {bare.folder / 'watchlists'}: {YET}" in daemon.err
        assert "ERROR" not in daemon.err
        code, out, _ = await monitor(bare, "status")
        assert (code, out.split()[0]) == (TROUBLED, "no-watchlists")
        assert (await monitor(bare, "watch", "new", "Zanzibar ferry", "--yes"))[0] == 0
        await until(lambda: "watchlists reloaded: 1 (new: zanzibar-ferry)" in daemon.err, what="the first watchlist")
        news.publish("/feed", ("2", "Zanzibar ferry runs aground"))
        await until(lambda: "Zanzibar ferry runs aground" in daemon.out, what="its first alert")
        daemon.signal(signal.SIGTERM)
        assert await daemon.wait() == 0
    await until_status(bare, "refused", is_shown=False)


async def test_U12_watchlists_that_have_vanished_are_still_an_error(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    assert (await monitor(home, "once"))[0] == 0
    (home.folder / "watchlists").rename(home.folder / "elsewhere")
    for command in ("once", "run"):
        code, _, err = await monitor(home, command)
        assert code == 78
        assert "holds no watchlist any more; at the last run there were 2: brics, pipeline" in err
        assert "put them back, or end each of them with: monitor watch remove ID" in err


async def test_U12_after_the_last_watchlist_was_ended_feeds_are_still_read(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    assert (await monitor(home, "once"))[0] == 0
    for name in ("brics", "pipeline"):
        assert (await monitor(home, "watch", "remove", name))[0] == 0
    code, _, err = await monitor(home, "once", "--force")
    assert (code, YET in err) == (0, True)


async def test_U07_one_watchlist_that_has_vanished_is_spoken_of_as_one(home: Home, news: NewsServer) -> None:
    news.publish("/feed")
    (home.folder / "watchlists" / "pipeline.toml").unlink()
    assert (await monitor(home, "once"))[0] == 0
    (home.folder / "watchlists" / "brics.toml").unlink()
    code, _, err = await monitor(home, "once")
    assert code == 78
    assert "holds no watchlist any more; at the last run there was one: brics" in err
    assert "put it back, or end it with: monitor watch remove brics" in err
