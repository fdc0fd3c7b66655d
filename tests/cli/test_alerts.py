"""``monitor alerts`` and ``monitor audit``, with the real program on what it has stored."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from tests.cli.conftest import STORY
from tests.support import Home, NewsServer, run_monitor


async def monitor(home: Home, *arguments: str) -> tuple[int, str, str]:
    return await run_monitor(*arguments, "--config", str(home.config))


async def name_of(home: Home) -> str:
    _, out, _ = await monitor(home, "alerts", "list", "--watch", "brics", "--json")
    return str(json.loads(out)[0]["name"])


async def test_all_about_an_alert(told: Home) -> None:
    name = await name_of(told)
    code, out, _ = await monitor(told, "alerts", "show", name)
    assert code == 0
    for part in (
        STORY,
        "outcome:     alerted",
        "published:   unknown",
        "the first report of its story",
        "email: sent",
        "250 taken",
    ):
        assert part in out
    _, out, _ = await monitor(told, "alerts", "show", name, "--json")
    values: dict[str, Any] = json.loads(out)
    assert values["headline"] == STORY
    assert values["explanation"]["watch"] == "brics"


async def test_what_the_user_says_is_kept_and_listed(told: Home) -> None:
    name = await name_of(told)
    assert await monitor(told, "alerts", "irrelevant", name) == (0, "Noted: not relevant.\n", "")
    code, out, _ = await monitor(told, "alerts", "snooze", name, "--for", "2h")
    assert (code, out.startswith("The watchlist brics is snoozed until ")) == (0, True)
    code, out, _ = await monitor(told, "alerts", "mute", name)
    assert (code, out.startswith("The story is muted until ")) == (0, True)
    _, out, _ = await monitor(told, "alerts", "silenced", "--json")
    assert sorted((row["kind"], row["what"]) for row in json.loads(out)) == [
        ("mute", STORY),
        ("snooze", "Pakistan's BRICS bid"),
    ]
    assert (await monitor(told, "alerts", "snooze", "brics", "--end"))[1] == "It is heard of again.\n"
    _, out, _ = await monitor(told, "alerts", "show", name)
    assert "verdict:     irrelevant" in out


async def standing(home: Home) -> tuple[int, int, object]:
    """How many relevant and irrelevant verdicts count for the watchlist, and its precision."""
    _, out, _ = await monitor(home, "watch", "list", "--json")
    row = next(one for one in json.loads(out) if one["id"] == "brics")
    return row["relevant"], row["irrelevant"], row["precision"]


async def verdict(home: Home, name: str) -> object:
    _, out, _ = await monitor(home, "alerts", "show", name, "--json")
    return json.loads(out)["verdict"]


async def test_U04_to_have_seen_an_alert_says_nothing_of_its_worth(told: Home) -> None:
    name = await name_of(told)
    assert await monitor(told, "alerts", "ack", name) == (0, "Noted: seen.\n", "")
    assert await verdict(told, name) == "seen"
    assert await standing(told) == (0, 0, None)


@pytest.mark.parametrize(
    ("words", "said", "counted"),
    [
        (("relevant",), "relevant", (1, 0, 1.0)),
        (("irrelevant",), "irrelevant", (0, 1, 0.0)),
        (("ack", "--relevant"), "relevant", (1, 0, 1.0)),
        (("ack", "--irrelevant"), "irrelevant", (0, 1, 0.0)),
    ],
)
async def test_U04_a_verdict_counts_and_is_not_taken_back_by_seeing_it(
    told: Home, words: tuple[str, ...], said: str, counted: tuple[int, int, float]
) -> None:
    name = await name_of(told)
    code, _, err = await monitor(told, "alerts", *words, name)
    assert code == 0, err
    assert (await verdict(told, name), await standing(told)) == (said, counted)
    await monitor(told, "alerts", "ack", name)
    assert (await verdict(told, name), await standing(told)) == (said, counted)


async def test_U04_several_alerts_are_judged_at_once_or_none(told: Home) -> None:
    name = await name_of(told)
    code, _, err = await monitor(told, "alerts", "irrelevant", name, "ffffffff")
    assert (code, "there is no alert 'ffffffff'" in err) == (1, True)
    assert await verdict(told, name) is None
    assert (await monitor(told, "alerts", "ack", name, name[:6]))[:2] == (0, "Noted of 2 alerts: seen.\n")
    assert (await monitor(told, "alerts", "ack", "--relevant", "--irrelevant", name))[0] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "ffffffff"), 1, "there is no alert 'ffffffff'"),
        (("ack", "x"), 1, "not the name of an alert"),
        (("snooze", "brics", "--for", "soon"), 2, "is not a length of time"),
        (("snooze", "no-such-watchlist"), 2, 'there is no watchlist "no-such-watchlist"; known here: brics'),
        (("release", "briks"), 2, 'there is no watchlist "briks"; did you mean "brics"?'),
        (("snooze", "brics", "--for", "99999999999w"), 2, "is more than ten years"),
        (("release", "--feed", "foo"), 2, "a feed has a number"),
        (("release", "--feed", "9" * 20), 2, "a feed has a number"),
        (("review",), 1, "review needs a terminal"),
    ],
)
async def test_mistakes_are_answered_in_words(lasting: Home, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = await monitor(lasting, "alerts", *arguments)
    assert result[0] == code
    assert words in result[2]
    assert "Traceback" not in result[2]


async def test_there_is_nothing_to_retry_or_drop_of_what_has_arrived(told: Home) -> None:
    name = await name_of(told)
    for command in ("retry", "drop"):
        code, _, err = await monitor(told, "alerts", command, name)
        assert (code, "nothing of it" in err) == (1, True)


async def test_an_audit_agrees_and_sees_what_was_lost_or_made_up(told: Home) -> None:
    code, out, _ = await monitor(told, "audit", "--since", "1h")
    assert (code, "agrees" in out) == (0, True), out
    with sqlite3.connect(told.database) as db:
        db.execute("DELETE FROM deliveries")
    code, out, _ = await monitor(told, "audit", "--json")
    assert (code, {fault["what"] for fault in json.loads(out)["faults"]}) == (1, {"no way to be told"})
    with sqlite3.connect(told.database) as db:
        db.execute("DELETE FROM matches")
    code, out, _ = await monitor(told, "audit")
    assert code == 1
    assert "brics should have had it" in out


async def test_I03_an_edit_that_newly_matches_is_told_once_shown_with_what_it_was_and_agreed_to(
    told: Home, news: NewsServer
) -> None:
    for headline in ("Pakistan joins BRICS after all", "Pakistan, BRICS: not yet", "All is as it was"):
        news.publish("/feed", ("n1", STORY), ("old", headline))
        code, _, err = await monitor(told, "once", "--force")
        assert code == 0, err
    _, out, _ = await monitor(told, "alerts", "list", "--watch", "brics", "--json")
    newest, *others = {row["alert_id"]: row for row in json.loads(out)}.values()
    assert (newest["headline"], len(others)) == ("Pakistan joins BRICS after all", 1)
    _, out, _ = await monitor(told, "alerts", "show", newest["alert_id"])
    assert "it read: Nothing of interest here" in out
    assert "since it was edited" in out
    code, out, _ = await monitor(told, "audit", "--since", "1h")
    assert (code, "agrees" in out) == (0, True), out


async def test_without_a_database_it_says_so(home: Home) -> None:
    for arguments in (("alerts", "show", "ffffffff"), ("alerts", "ack", "ffffffff"), ("audit",)):
        code, _, err = await monitor(home, *arguments)
        assert (code, "no database yet" in err) == (1, True)
