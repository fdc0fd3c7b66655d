"""Listings: a row is a line at 80 columns, and CSV has a header."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from monitor.cli.output.listing import as_csv
from monitor.cli.output.listing import widths as widths_of
from tests.cli.test_commands import on_a_terminal
from tests.support import Home, MailServer, NewsServer, run_monitor

LONG = "Pakistan and BRICS: a headline that goes on and on until nobody would read it to its end any more, ever"
WIDE = "金砖国家 Pakistan BRICS " + "巴基斯坦" * 12
FORMULA = "=1+1 Pakistan Stream"


async def shown(home: Home, columns: int, *words: str) -> list[str]:
    """The lines of a command on a terminal."""
    command = [*words, "--config", str(home.config)]
    _, text = await asyncio.to_thread(on_a_terminal, columns, command)
    return re.sub("\x1b\\[[0-9;]*m", "", text).replace("\r", "").rstrip("\n").split("\n")


HANDLES = (
    (("alerts", "list"), "[0-9a-f]{8}"),
    (("alerts", "list", "--state", "dead"), "[0-9a-f]{8}"),
    (("matches",), "[0-9]+"),
    (("items",), "[0-9]+"),
    (("watch", "list"), "pakistan-brics"),
    (("feeds", "list"), "feed0"),
)


@pytest.mark.parametrize(
    "widths", [(60, 80), pytest.param((70, 120, 200), marks=pytest.mark.long)], ids=["narrow", "all others"]
)
async def test_U06_what_commands_take_is_whole_in_every_listing_and_at_every_width(
    tmp_path: Path, widths: tuple[int, ...]
) -> None:
    async with NewsServer() as news, MailServer() as mail:
        news.publish("/feed", ("old", "Old"))
        lists = {"pakistan-brics.toml": f'title = "{LONG}"\nany = ["Pakistan"]\n'}
        home = Home(tmp_path, [f"{news.url}/feed"], mail.port, watchlists=lists).write()
        await run_monitor("once", "--config", str(home.config))
        news.publish("/feed", *((f"g{n}", title) for n, title in enumerate((LONG, WIDE))), ("old", "Old"))
        mail.replies["DATA"] = ["554 never"]
        await run_monitor("once", "--force", "--config", str(home.config))
        news.pages["/feed"].status = 500
        await run_monitor("once", "--force", "--config", str(home.config))
        for words, handle in HANDLES:
            for columns in widths:
                head, *lines = await shown(home, columns, *words)
                assert all(cell_len(line) <= columns for line in lines), (words, columns)
                assert all(re.search(rf"(^|\s){handle}(\s|$)", line) for line in lines), (words, columns, lines)
                assert "…" not in head, (words, columns, head)


async def test_U06_a_row_is_one_line_at_80_columns_with_its_headline_first(tmp_path: Path) -> None:
    async with NewsServer() as news, MailServer() as mail:
        news.publish("/feed", ("old", "Old"))
        home = Home(tmp_path, [f"{news.url}/feed"], mail.port).write()
        await run_monitor("once", "--config", str(home.config))
        news.publish("/feed", *((f"g{n}", title) for n, title in enumerate((LONG, WIDE, FORMULA))), ("old", "Old"))
        mail.replies["DATA"] = ["554 never"]
        await run_monitor("once", "--force", "--config", str(home.config))

        for words, first in ((("alerts", "list"), 5), (("matches",), 3)):
            for columns in (80, 120):
                head, *lines = await shown(home, columns, *words)
                assert head.startswith("Headline")
                assert len(lines) == first, "one row for each, whatever the number of channels"
                assert any(line.startswith(LONG[:20]) for line in lines)
                assert all(len(line) <= columns for line in lines)
        head, line = await shown(home, 80, "alerts", "list", "--state", "dead")
        assert "Detail" in head
        assert "dead: email" in line

        _, out, _ = await run_monitor("alerts", "list", "--csv", "--config", str(home.config))
        rows = list(csv.DictReader(io.StringIO(out)))
        assert {row["headline"] for row in rows} >= {LONG, WIDE, f"'{FORMULA}"}
        assert min(row["told"] for row in rows) == "dead: email; sent: console"
        _, out, _ = await run_monitor("alerts", "list", "--config", str(home.config))
        assert len(out.splitlines()) == 5
        _, out, _ = await run_monitor("alerts", "list", "--json", "--config", str(home.config))
        assert {row["channel"] for row in json.loads(out)} == {"console", "email"}, "each delivery is an object"

        for words in (("matches",), ("items",), ("feeds", "list"), ("watch", "list"), ("alerts", "silenced")):
            _, out, _ = await run_monitor(*words, "--csv", "--config", str(home.config))
            header, *_ = csv.reader(io.StringIO(out))
            assert all(re.fullmatch("[a-z_0-9]+", name) for name in header)
        code, _, err = await run_monitor("matches", "--csv", "--json", "--config", str(home.config))
        assert (code, "choose one" in err) == (2, True)


def plain(key: str, value: object) -> str:
    return str(value)


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@x", "\tx"])
def test_U06_no_cell_of_csv_is_a_formula(value: str) -> None:
    rows = [{"title": value, "score": -0.5}]
    assert as_csv(rows, [("title", "T"), ("score", "S")], plain) == f"title,score\n'{value},-0.5\n"


def test_U06_what_has_no_room_goes_and_the_rest_is_for_the_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"title": "x" * 90, "watch": "w" * 30, "at": "2" * 16, "item": 12345}]
    columns = [("title", "Headline"), ("watch", "Watchlist"), ("at", "Seen"), ("item", "Item")]
    for width, found in (
        (80, {"title": 41, "watch": 12, "at": 16, "item": 5}),
        (60, {"title": 35, "at": 16, "item": 5}),
        (200, {"title": 90, "watch": 30, "at": 16, "item": 5}),
    ):
        monkeypatch.setenv("COLUMNS", str(width))
        assert widths_of(rows, columns, {"title": 28, "watch": 12}, ("watch",), plain) == found
    monkeypatch.setenv("COLUMNS", "50")
    assert widths_of(rows, columns, {"title": 28, "watch": 12}, ("watch",), plain) == {}, (
        "nothing may be cut to nothing"
    )


async def test_U06_an_id_that_fits_on_no_line_is_whole_all_the_same(tmp_path: Path) -> None:
    long = "what-the-members-of-the-shanghai-cooperation-organisation-say"
    home = Home(tmp_path, [], watchlists={f"{long}.toml": 'title = "Talks"\nany = ["Kazan"]\n'}).write()
    assert any(line.startswith(f"{long}\t") for line in await shown(home, 60, "watch", "list"))
