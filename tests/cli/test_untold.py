"""What commands say where something that is found is told to nobody; with the real program."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from tests.cli.test_alerts import monitor
from tests.support import Home, NewsServer, started, until

WEAK = {
    "weak.toml": 'title = "Weak"\nany = ["Zanzibar^0.6"]\n',
    "sure.toml": 'title = "Sure"\nany = ["Zanzibar^0.9"]\n',
}
STORY = "Zanzibar opens a port"
NO_DIGEST = "the digest is switched off on every channel: what is found and is worth no alert is told to nobody"
NO_ROUTE = "no route leads weak to a channel that is switched on: what is found there is told to nobody"
ROUTES = '[[routes]]\nwatchlists = ["sure"]\nchannels = ["console"]\n'


@asynccontextmanager
async def found(folder: Path, **home: str) -> AsyncIterator[Home]:
    """A home that has found one item, for two watchlists: an alert of one, and no alert of the other."""
    async with NewsServer() as news:
        news.publish("/feed", ("old", "Old"))
        made = replace(Home(folder, [f"{news.url}/feed"], watchlists=WEAK), **home).write()  # type: ignore[arg-type]
        await monitor(made, "once")
        news.publish("/feed", ("n1", STORY), ("old", "Old"))
        await monitor(made, "once", "--force")
        yield made


@pytest.mark.parametrize(
    ("home", "words", "code"),
    [
        ({"digest": "digest = false\n"}, NO_DIGEST, 0),
        ({"digest": "", "extra": 'digest = "off"\n'}, NO_DIGEST, 0),
        ({"extra": ROUTES}, NO_ROUTE, 1),
    ],
    ids=["all", "channel", "route"],
)
async def test_U01_every_command_says_what_nobody_is_told_of(
    tmp_path: Path, home: dict[str, str], words: str, code: int
) -> None:
    async with found(tmp_path, **home) as made:
        _, out, _ = await monitor(made, "matches", "--json")
        assert {row["watch"]: row["outcome"] for row in json.loads(out)} == {"sure": "alerted", "weak": "untold"}

        _, out, _ = await monitor(made, "status", "--json")
        values = json.loads(out)
        assert ([gap["words"] for gap in values["gaps"]], values["told_to_nobody"]) == ([words], 1)
        assert ("told-to-nobody" in [one["code"] for one in values["troubles"]]) == bool(code)
        _, out, _ = await monitor(made, "status")
        assert words in out
        assert "1 match of the last 30 days: monitor matches --outcome untold" in out

        audited, out, _ = await monitor(made, "audit")
        assert audited == code
        assert ("told to nobody, as you chose: 1 match" in out) == (not code)
        assert ("DISAGREES   found and told to nobody" in out) == bool(code)

        for command in (("list",), ("check",)):
            assert words in (await monitor(made, "watch", *command))[2]
        _, out, _ = await monitor(made, "watch", "test", STORY)
        assert "told at once on console" in out
        assert "told to nobody: " in out
        _, out, _ = await monitor(made, "watch", "why", "2", "weak")
        assert "decided by    told" in out
        assert "to nobody: " in out
        _, out, _ = await monitor(made, "watch", "why-not", "weak", STORY + " again")
        assert "It would be told to nobody: " in out

        async with made.daemon() as daemon:
            await until(lambda: words in daemon.err, what=words)


@pytest.mark.parametrize(
    ("home", "error"), [({"digest": "digest = false\n"}, ""), ({"extra": ROUTES}, NO_ROUTE)], ids=["chosen", "route"]
)
async def test_U01_a_round_says_what_it_told_nobody_and_why_where_nobody_chose_it(
    tmp_path: Path, home: dict[str, str], error: str
) -> None:
    async with NewsServer() as news:
        news.publish("/feed", ("old", "Old"))
        made = replace(Home(tmp_path, [f"{news.url}/feed"], watchlists=WEAK), **home).write()  # type: ignore[arg-type]
        _, _, first = await monitor(made, "once")
        assert "told to nobody: see" not in first
        news.publish("/feed", ("n1", STORY), ("old", "Old"))
        _, _, second = await monitor(made, "once", "--force")
        assert "1 match is told to nobody: see monitor matches --outcome untold." in second
        assert (error in second, "is told to nobody\n" in second) == (True, bool(error))
        _, _, third = await monitor(made, "once", "--force")
        assert "told to nobody: see" not in third


async def test_U01_a_new_watchlist_and_a_snooze_say_it_too(tmp_path: Path) -> None:
    made = replace(Home(tmp_path, [], watchlists=WEAK), digest="digest = false\n").write()
    _, out, err = await monitor(made, "watch", "new", "Lithium mining in Chile", "--id", "lithium", "--yes")
    assert "is written" in out
    assert NO_DIGEST.split(":")[0] in err


async def test_U01_by_itself_every_channel_has_a_digest_and_nothing_is_to_be_said(tmp_path: Path) -> None:
    async with found(tmp_path, digest="") as made:
        _, out, _ = await monitor(made, "matches", "--json")
        assert {row["watch"]: row["outcome"] for row in json.loads(out)} == {"sure": "alerted", "weak": "digest"}
        code, out, _ = await monitor(made, "audit")
        assert (code, "told to nobody" in out) == (0, False)
        _, out, _ = await monitor(made, "watch", "test", STORY)
        assert "told in the digest of console" in out
        _, out, _ = await monitor(made, "watch", "list", "--json")
        assert {row["id"]: (row["alerts_to"], row["digest_of"]) for row in json.loads(out)} == {
            "weak": (["console"], ["console"]),
            "sure": (["console"], ["console"]),
        }


async def test_U01_cron_gets_the_digest_when_it_is_due(tmp_path: Path) -> None:
    async with found(tmp_path) as made:
        _, out, _ = await monitor(made, "once")
        assert "Digest" not in out, "it is due tomorrow"
        with contextlib.closing(sqlite3.connect(made.database)) as db, db:
            db.execute("UPDATE facts SET value = value - 86400 WHERE name = 'digest.console'")
        _, out, _ = await monitor(made, "once")
        assert "Digest: 1 story" in out
        assert STORY in out
        assert "Digest" not in (await monitor(made, "once"))[1]


def test_U01_alerts_that_go_to_the_null_device_alone_are_complained_of(tmp_path: Path) -> None:
    made = Home(tmp_path, [], watchlists=WEAK).write()
    words = ("once", "--config", str(made.config))
    with open(os.devnull, "r+b", buffering=0) as nothing, TemporaryFile() as read:
        for target, complains in ((nothing, True), (read, False)):
            with TemporaryFile() as err:
                streams = {"stdin": nothing.fileno(), "stdout": target.fileno(), "stderr": err.fileno()}
                assert started(*words, env=dict(os.environ), **streams).wait() == 0
                assert (b"nobody reads them" in os.pread(err.fileno(), 65_536, 0)) == complains
