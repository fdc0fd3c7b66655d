"""``monitor items``, with the real program on what it has stored."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.cli.conftest import STORY
from tests.cli.test_alerts import monitor
from tests.support import Home


async def test_items_are_listed_with_their_numbers_and_watchlists(told: Home) -> None:
    code, out, _ = await monitor(told, "items")
    assert code == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        ("2", "feed0", STORY, "brics (alerted)"),
        ("1", "feed0", "Nothing of interest here", "-"),
    ]
    _, out, _ = await monitor(told, "items", "--json", "--limit", "1")
    (row,) = json.loads(out)
    assert (row["item"], row["link"]) == (2, "https://news.example/n1")
    assert row["matches"] == [{"watch": "brics", "band": "alert", "outcome": "alerted"}]
    assert row["at"].startswith("20")


async def test_all_words_have_to_occur(told: Home) -> None:
    _, out, _ = await monitor(told, "items", "pakistan", "MEMBERSHIP")
    assert [line.split("\t")[0] for line in out.splitlines()] == ["2"]
    code, out, err = await monitor(told, "items", "pakistan", "cricket")
    assert (code, out) == (0, "")
    assert "--since looks further back" in err


async def test_F21_words_are_met_as_in_watchlists_and_items_by_day_and_watchlist(told: Home) -> None:
    async def found(*arguments: str) -> list[int]:
        code, out, _ = await monitor(told, "items", *arguments, "--json")
        assert code == 0
        return [row["item"] for row in json.loads(out)]

    assert await found("pakistan", "memb") == []  # a part of a word is none
    assert await found("memb*") == [2]
    assert await found("cricket", "OR", "pakistans") == [2]
    assert await found("nothing of interest") == [1]
    assert await found("interest of nothing") == []
    assert await found("--watch", "brics") == [2]
    today = datetime.now().astimezone().date()
    assert await found("--since", str(today - timedelta(1)), "--until", str(today)) == [2, 1]
    assert await found("--since", "30d", "--until", str(today - timedelta(2))) == []
    for wrong in (["--until", "soon"], ["--watch", "bircs"], ["the"]):
        code, _, err = await monitor(told, "items", *wrong)
        assert (code, "Error" in err) == (2, True), wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pakistan", "--since", "1d", "--until", "2d"), "1d is later than --until 2d"),
        (("--since", "2026-02-02", "--until", "2026-01-01"), "2026-02-02 is later than --until 2026-01-01"),
        (("--until", "2020-01-01"), "30d is later than --until 2020-01-01"),
        (("--since", "2999-01-01"), "2999-01-01 lies in the future"),
        (("geneve", "OR"), '"OR" stands between two words'),
        (("OR", "geneve"), '"OR" stands between two words'),
        (("geneve", "OR", "OR", "genf"), '"OR" stands between two words'),
        (("geneve OR",), '"OR" stands between two words'),
    ],
)
async def test_F21_what_can_find_nothing_is_an_error_that_says_so(
    told: Home, words: tuple[str, ...], said: str
) -> None:
    code, _, err = await monitor(told, "items", *words)
    assert (code, said in err) == (2, True), err


async def test_items_of_one_feed(told: Home) -> None:
    _, out, _ = await monitor(told, "items", "--feed", "feed0", "--json")
    assert len(json.loads(out)) == 2
    code, _, err = await monitor(told, "items", "--feed", "fed0")
    assert (code, 'there is no feed "fed0"; did you mean "feed0"?' in err) == (2, True)


@pytest.mark.parametrize("since", ["soon", "0d"])
async def test_a_length_of_time_that_is_none(told: Home, since: str) -> None:
    assert (await monitor(told, "items", "--since", since))[0] == 2


async def test_matches_show_the_numbers_of_their_items(told: Home) -> None:
    _, out, _ = await monitor(told, "matches", "--json")
    assert [row["item"] for row in json.loads(out)] == [2]
    _, out, _ = await monitor(told, "matches")
    assert out.split("\t")[5] == "2"


async def test_before_the_first_poll_there_are_none(home: Home) -> None:
    code, out, err = await monitor(home, "items")
    assert (code, out, "no database yet" in err) == (0, "", True)
    assert (await monitor(home, "items", "--json"))[1] == "[]\n"
