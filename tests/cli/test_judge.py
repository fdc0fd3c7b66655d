"""``monitor watch test|why-not|term|schema``: one headline, many of them, and the words behind."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.watchlist.schema import text
from tests.support import Child, run_monitor, until

CONFIG = '[monitor]\ndatabase = "m.db"\nwatchlists = "watchlists"\n'
WATCHLIST = """title = "BRICS bid"
all = ["@pakistan", "BRICS"]
context = ["bid", "membership"]
context_weight = 0.4
none = ["cricket"]
expect = { from = 2024-10-22, until = 2024-10-24 }
active = { until = 2024-12-31, after = "silent" }
"""
ENTITIES = '[pakistan]\nkind = "place"\nnames = ["Pakistan", "Пакистан"]\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "brics.toml").write_text(WATCHLIST, "utf-8")
    (tmp_path / "watchlists" / "entities.toml").write_text(ENTITIES, "utf-8")
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return tmp_path / "config.toml"


async def judge(config: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor("watch", *words, "--config", str(config))


async def stream(config: Path, given: bytes, *options: str) -> list[dict[str, object]]:
    """The answers to the lines of standard input."""
    code, out, _ = await run_monitor("watch", "test", "--json", "-", "--config", str(config), *options, given=given)
    assert code in (0, 1)
    return [json.loads(line) for line in out.splitlines()]


async def test_a_headline_is_judged_and_explained(config: Path) -> None:
    code, out, _ = await judge(config, "test", "Pakistan renews its BRICS bid")
    assert code == 0
    assert out == (
        "alert for brics (BRICS bid)\n"
        '  why: 1.00 = Pakistan (exact, title) + BRICS (acronym, title), 3 words apart, context "bid"\n'
        "  told at once on console\n"
    )
    code, out, _ = await judge(config, "test", "Pakistan bricks")
    assert (code, out) == (1, "no watchlist matches\n")


async def test_json_holds_the_whole_explanation(config: Path) -> None:
    _, out, _ = await judge(config, "test", "--json", "Talks", "--summary", "Pakistan renews its BRICS bid")
    told = json.loads(out)
    assert told["title"] == "Talks"
    assert told["matches"][0].keys() == {"watch", "score", "band", "why"}
    assert told["explanations"][0]["concepts"][0]["field"] == "summary"


async def test_lines_are_judged_in_order_each_with_its_summary(config: Path) -> None:
    given = (
        "Pakistan renews BRICS bid\nnothing\nTalks\tПакистан: BRICS membership\n\nPakistan&#39;s <b>BRICS</b> bid\r\n"
    )
    answers = await stream(config, given.encode())
    assert [answer["title"] for answer in answers] == [
        "Pakistan renews BRICS bid",
        "nothing",
        "Talks",
        "",
        "Pakistan&#39;s <b>BRICS</b> bid",
    ]
    found = [[(m["watch"], m["band"], m["score"]) for m in answer["matches"]] for answer in answers]  # type: ignore[attr-defined]
    assert found == [[("brics", "alert", 1.0)], [], [("brics", "alert", 0.85)], [], [("brics", "alert", 1.0)]]


async def test_bytes_that_are_no_text_do_not_end_the_stream(config: Path) -> None:
    answers = await stream(config, b"\xff\xfe\x00 broken\nPakistan renews BRICS bid\nno newline at the end")
    assert [bool(answer["matches"]) for answer in answers] == [False, True, False]


async def test_a_line_is_answered_before_the_next_one_comes(config: Path) -> None:
    read_from, write_to = os.pipe()
    process = await Child.start("watch", "test", "--json", "-", "--config", str(config), given=read_from)
    os.close(read_from)
    for number, title in enumerate(("Pakistan renews BRICS bid", "nothing"), 1):
        os.write(write_to, f"{title}\n".encode())
        await until(lambda number=number: process.out.count("\n") == number, what="the answer")  # type: ignore[misc]
        assert json.loads(process.out.splitlines()[-1])["title"] == title
    os.close(write_to)
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (b"nothing\nPakistan renews BRICS bid\n", 0, ""),
        (b"nothing\nnothing else\n", 1, ""),
        (b"", 1, "Standard input holds no line; each is a headline.\n"),
    ],
    ids=["one matches", "none matches", "empty"],
)
async def test_lines_are_answered_as_one_headline_is(config: Path, given: bytes, code: int, said: str) -> None:
    found, _, err = await run_monitor("watch", "test", "-", "--config", str(config), given=given)
    assert (found, err) == (code, said)


async def test_a_standard_input_that_is_closed_holds_no_line(config: Path) -> None:
    words = [sys.executable, "-m", "monitor", "watch", "test", "-", "--config", str(config)]
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", 'exec "$@" <&-', "sh", *words), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, err = await process.communicate()
    assert (process.returncode, err.decode()) == (1, "Standard input holds no line; each is a headline.\n")


async def test_the_calendar_counts_only_when_a_day_is_given(config: Path) -> None:
    line = b"Pakistan and the BRICS summit\n"
    (free,) = await stream(config, line)
    assert [match["band"] for match in free["matches"]] == ["digest"]  # type: ignore[attr-defined]
    (late,) = await stream(config, line, "--at", "2025-01-01")
    assert late["matches"] == []
    code, out, _ = await judge(config, "why-not", "brics", "Pakistan renews BRICS bid", "--at", "2025-01-01")
    assert code == 0
    assert "was active until 2024-12-31" in out


async def test_why_not_says_what_is_missing(config: Path) -> None:
    code, out, _ = await judge(config, "why-not", "brics", "Pakistan bricks kilns told to close")
    assert code == 0
    assert 'Found: "Pakistan" (title).' in out
    assert '"bricks" is near to "BRICS", but refused: an acronym has to be met exactly.' in out
    _, out, _ = await judge(config, "why-not", "brics", "Pakistan BRICS cricket", "--json")
    told = json.loads(out)
    assert told["matches"] is False
    assert told["veto"]["text"] == "cricket"


async def test_why_not_of_an_unknown_watchlist_suggests_one(config: Path) -> None:
    code, _, err = await judge(config, "why-not", "briks", "x")
    assert code == 2
    assert 'there is no watchlist "briks"; did you mean "brics"?' in err


async def test_a_term_is_shown_with_its_forms_and_neighbours(config: Path) -> None:
    code, out, _ = await judge(config, "term", "stream")
    assert code == 0
    assert "fuzz off (an ordinary word" in out
    assert "steam 4.5" in out
    assert "used in: no watchlist" in out
    code, out, _ = await judge(config, "term", "@pakistan", "--json")
    told = json.loads(out)
    assert [one["term"] for one in told["terms"]] == ["Pakistan", "Пакистан"]
    assert told["used_in"] == ["brics"]
    assert "пакистаном" in told["terms"][1]["words"][0]["forms"]


@pytest.mark.parametrize(("word", "told"), [("x", "is a single letter"), ("@nobody", "there is no entity")])
async def test_a_term_that_means_nothing_is_refused(config: Path, word: str, told: str) -> None:
    code, _, err = await judge(config, "term", word)
    assert code == 2
    assert told in err


@pytest.mark.parametrize("name", ["watchlist", "entities"])
async def test_the_schema_is_printed_for_editors(name: str) -> None:
    code, out, _ = await run_monitor("watch", "schema", name)
    assert (code, out) == (0, text(name))
