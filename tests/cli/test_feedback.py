"""``monitor feedback``, and what ``monitor watch list`` makes of it, with the real program on what it has stored."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from monitor.watchlist import build
from tests.cli.conftest import STORY
from tests.cli.test_alerts import monitor, name_of
from tests.cli.test_commands import on_a_terminal
from tests.support import Home
from tests.workshop.stored import News, database


async def listed(home: Home) -> dict[str, dict[str, object]]:
    _, out, _ = await monitor(home, "watch", "list", "--json")
    return {row["id"]: row for row in json.loads(out)}


async def test_what_one_says_of_alerts_becomes_their_precision(told: Home) -> None:
    assert (await listed(told))["brics"]["precision"] is None
    assert await monitor(told, "feedback", STORY.upper(), "brics", "relevant") == (
        0,
        f"Noted: relevant for brics: #2 {STORY}\n",
        "",
    )
    row = (await listed(told))["brics"]
    assert (row["relevant"], row["irrelevant"], row["missed"], row["precision"]) == (1, 0, 0, 1.0)
    assert (row["matches"], row["alerts"]) == (1, 1)
    assert str(row["last_match"]).startswith("20")
    _, out, _ = await monitor(told, "watch", "list")
    brics, pipeline = (line.split("\t") for line in out.splitlines())
    assert brics[4:7] == ["1.00 (1 of 1)", "1", "1"]
    assert pipeline[4:8] == ["-", "0", "0", "-"]
    await monitor(told, "alerts", "irrelevant", await name_of(told))
    assert (await listed(told))["brics"]["precision"] == 0.0


async def test_an_item_that_was_not_found_is_said_to_be_missed(told: Home) -> None:
    code, out, _ = await monitor(told, "feedback", "1", "pipeline", "relevant")
    assert code == 0
    assert out.startswith("Noted: relevant for pipeline, which does not take it: #1 Nothing of interest here\n")
    assert "monitor watch why-not pipeline 1 " in out
    assert "monitor watch suggest pipeline " in out
    assert (await listed(told))["pipeline"]["missed"] == 1
    code, out, _ = await monitor(told, "feedback", "#1", "pipeline", "--undo")
    assert (code, out) == (0, "Taken back: #1 Nothing of interest here\n")
    assert (await listed(told))["pipeline"]["missed"] == 0
    _, out, _ = await monitor(told, "feedback", "#1", "pipeline", "--undo")
    assert out == "Nothing was said of it for pipeline: #1 Nothing of interest here\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("1", "briks", "relevant"), 2, 'there is no watchlist "briks"; did you mean "brics"?'),
        (("99", "brics", "relevant"), 1, "no stored item is called '99'"),
        (("1", "brics"), 2, "say relevant or irrelevant, or --undo"),
        (("1", "brics", "relevant", "--undo"), 2, "say relevant or irrelevant, or --undo"),
        (("1", "brics", "great"), 2, "'great' is not one of"),
    ],
)
async def test_mistakes_are_answered_in_words(lasting: Home, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = await monitor(lasting, "feedback", *arguments)
    assert (result[0], words in result[2]) == (code, True), result


async def test_a_watchlist_that_is_gone_can_still_be_judged_by_what_it_found(told: Home) -> None:
    (told.folder / "watchlists" / "brics.toml").unlink()
    assert (await monitor(told, "feedback", "2", "brics", "irrelevant"))[0] == 0
    assert (await monitor(told, "feedback", "1", "brics", "irrelevant"))[0] == 2


async def test_an_edited_watchlist_is_judged_as_it_is_now(told: Home) -> None:
    path = told.folder / "watchlists" / "pipeline.toml"
    for number in ("1", "2"):
        await monitor(told, "feedback", number, "pipeline", "relevant")
    row = (await listed(told))["pipeline"]
    assert (row["relevant"], row["missed"], row["precision"]) == (0, 2, None)
    path.write_text('title = "P"\nany = ["BRICS membership"]\n', "utf-8")
    row = (await listed(told))["pipeline"]
    assert (row["relevant"], row["irrelevant"], row["missed"], row["precision"]) == (1, 0, 1, 1.0)
    _, out, _ = await monitor(told, "feedback", "2", "pipeline", "relevant")
    assert out == f"Noted: relevant for pipeline: #2 {STORY}\n"
    _, out, _ = await monitor(told, "feedback", "2", "pipeline", "irrelevant")
    assert out.splitlines()[1:] == [
        "  monitor watch suggest pipeline   proposes what would rule it out, when three such items have it"
    ]
    assert (await listed(told))["pipeline"]["precision"] == 0.0
    _, out, _ = await monitor(told, "feedback", "1", "pipeline", "irrelevant")
    assert out == "Noted: irrelevant for pipeline, which does not take it: #1 Nothing of interest here\n"
    path.write_text('title = "P"\nany = ["BRICS membership^0.5"]\n', "utf-8")
    _, out, _ = await monitor(told, "feedback", "2", "pipeline", "relevant")
    assert out == f"Noted: relevant for pipeline, which takes it for the digest: #2 {STORY}\n"
    row = (await listed(told))["pipeline"]
    assert (row["relevant"], row["missed"], row["precision"]) == (0, 0, None)


async def test_a_broken_watchlist_keeps_the_list_and_the_feedback_working(told: Home) -> None:
    await monitor(told, "feedback", "2", "brics", "relevant")
    (told.folder / "watchlists" / "brics.toml").write_text("title = ", "utf-8")
    code, out, err = await monitor(told, "watch", "list")
    brics, pipeline = (line.split("\t") for line in out.splitlines())
    assert (code, brics[:6], pipeline[2]) == (0, ["brics", "-", "broken", "-", "-", "1"], "open")
    assert err == "warning: brics cannot be used; monitor watch check says why\n"
    code, out, _ = await monitor(told, "feedback", "2", "brics", "irrelevant")
    assert (code, out) == (0, f"Noted: irrelevant for brics: #2 {STORY}\n")


async def test_without_usable_entities_only_watchlists_that_name_none_are_judged(told: Home) -> None:
    folder = told.folder / "watchlists"
    (folder / "entities.toml").write_text("[pakistan]\nkind = 1\n", "utf-8")
    (folder / "pipeline.toml").write_text('title = "P"\nall = ["BRICS", "@pakistan"]\n', "utf-8")
    code, out, err = await monitor(told, "watch", "list")
    assert (code, [line.split("\t")[2] for line in out.splitlines()]) == (0, ["open", "broken"])
    assert "warning: pipeline cannot be used" in err


async def test_before_there_is_a_database_nothing_is_known(home: Home) -> None:
    code, out, _ = await monitor(home, "watch", "list")
    assert code == 0
    assert [line.split("\t")[4:8] for line in out.splitlines()] == [["-"] * 4] * 2
    assert (await monitor(home, "feedback", "1", "brics", "relevant"))[0] == 1


def test_on_a_terminal_ids_are_whole_and_titles_are_shortened(tmp_path: Path) -> None:
    names = ("shanghai-cooperation-organisation", "brics")
    lists = {f"{name}.toml": f'title = "{name} and what its members say of it"\nany = ["Kazan"]\n' for name in names}
    home = Home(tmp_path, [], watchlists=lists).write()
    code, shown = on_a_terminal(100, ["watch", "list", "--config", str(home.config)])
    lines = re.sub("\x1b\\[[0-9;]*m|\r", "", shown).splitlines()
    assert code == 0, shown
    assert max(map(len, lines)) <= 100
    assert all(any(line.startswith(f"{name}  ") for line in lines) for name in names), shown
    assert "…  open" in shown
    assert ".toml" not in shown
    code, wide = on_a_terminal(200, ["watch", "list", "--config", str(home.config)])
    assert "organisation and what its members say of it  open" in wide


def test_a_terminal_of_eighty_columns_breaks_no_word_of_the_table(tmp_path: Path) -> None:
    names = ("mishustin-islamabad", "brics")
    lists = {f"{name}.toml": f'title = "{name} and what its members say of it"\nany = ["Kazan"]\n' for name in names}
    home = Home(tmp_path, [], watchlists=lists).write()
    when = 1_795_694_400.0
    database(tmp_path / "monitor.db", [News("Kazan calls", when)], build(home.folder / "watchlists").engine)
    code, shown = on_a_terminal(80, ["watch", "list", "--config", str(home.config)])
    lines = re.sub("\x1b\\[[0-9;]*m|\r", "", shown).splitlines()
    assert code == 0, shown
    assert max(map(len, lines)) <= 80
    words = set(" ".join(lines).split())
    assert {"Status", "Precision", "Matches", "Alerts", "Last", "match", "mishustin-islamabad"} <= words
    assert "Terms" not in words
    code, shown = on_a_terminal(80, ["matches", "--config", str(home.config)])
    words = set(re.sub("\x1b\\[[0-9;]*m|\r", "", shown).split())
    assert {"Watchlist", "Outcome", "baseline", "brics"} <= words
    assert "mishustin-islama…" in words  # a row is one line
