"""What a title, a lead or a body can reach with the weights of a watchlist."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from monitor.errors import Level, Problem
from monitor.matching import Headline, Pattern
from monitor.matching.terms.rules import Mode
from monitor.model import Band
from monitor.watchlist import build
from monitor.watchlist.checks.check import check_folder

ROOT = Path(__file__).parents[2]
RULES = """
[sco]
kind = "org"
acronyms = ["SCO"]
names = ["Shanghai Cooperation Organisation"]
"""


def _remarks(folder: Path, watchlist: str) -> list[Problem]:
    folder.mkdir(exist_ok=True)
    (folder / "entities.toml").write_text(RULES, "utf-8")
    (folder / "w.toml").write_text(f'title = "W"\n{watchlist}\n', "utf-8")
    found = check_folder(folder, date(2026, 1, 1)).problems
    return [one for one in found if one.code == "alert-out-of-reach"]


def _band(folder: Path, headline: Headline) -> Band | None:
    matches = build(folder).engine.match(headline)
    return matches[0].band if matches else None


@pytest.mark.parametrize(
    ("watchlist", "line", "message", "hint"),
    [
        (
            'all = ["Lima", ["Quito", "@sco^0.75"]]\nfields = { summary = 0.8 }',
            2,
            '"@sco^0.75" can never be an alert from a lead alone: the score is 0.69 at most',
            'the line is 0.7: write "@sco^0.77" or more',
        ),
        (
            'all = [\n  "Lima",\n  ["Quito", "Cusco^0.6", "Puno^0.5"],\n]',
            4,
            '"Cusco^0.6" and "Puno^0.5" can never be an alert from a lead alone: the score is 0.66 at most',
            'the line is 0.7: write "Cusco^0.68" or more',
        ),
        (
            'all = [["Lima", "Puno^0.8"], ["Quito", "Cusco^0.8"]]',
            2,
            '"Puno^0.8" with "Cusco^0.8" can never be an alert from a lead alone: the score is 0.68 at most',
            "the line is 0.7: raise one of these weights, or summary in fields",
        ),
        (
            'all = ["Lima^0.6", "Quito"]',
            2,
            "what all asks for can never be an alert from a lead alone: the score is 0.66 at most",
            "raise summary in fields to 0.91 or the weights of terms, or lower the line (now 0.7)",
        ),
        (
            'all = ["Lima", "Quito"]\nalert = 0.9',
            2,
            "what all asks for can never be an alert from a lead alone: the score is 0.85 at most",
            "raise summary in fields to 0.9, or lower the line (now 0.9)",
        ),
        (
            'all = ["Lima", ["Quito", "Cusco^0.4"]]',
            2,
            '"Cusco^0.4" can never be an alert from a title alone: the score is 0.63 at most',
            'the line is 0.7: write "Cusco^0.49" or more',
        ),
        (
            'all = ["Lima", "Quito"]\ndigest = 0.6',
            2,
            "what all asks for can never reach the digest from a body alone: the score is 0.55 at most",
            "raise body in fields to 0.6, or lower the line (now 0.6)",
        ),
    ],
)
def test_U05_a_line_that_weights_keep_out_of_reach_is_warned_of(
    tmp_path: Path, watchlist: str, line: int, message: str, hint: str
) -> None:
    (found,) = _remarks(tmp_path, watchlist)
    assert (found.level, found.line, found.message, found.hint) == (Level.WARNING, line, message, hint)


def test_U05_the_weight_that_is_advised_is_enough(tmp_path: Path) -> None:
    lead = Headline("Morning briefing", "Officials from Lima met the SCO on Monday")
    asked = 'all = ["Lima", ["Quito", "@sco^{}"]]\nfields = {{ summary = 0.8 }}'
    assert _remarks(tmp_path, asked.format("0.75"))
    assert _band(tmp_path, lead) is Band.DIGEST
    assert not _remarks(tmp_path, asked.format("0.77"))
    assert _band(tmp_path, lead) is Band.ALERT


@pytest.mark.parametrize(
    "watchlist",
    [
        'all = ["Lima", ["Quito", "Cusco^0.75"]]',
        'all = ["Lima", "Quito"]\nfields = { summary = 0.5, body = 0 }',  # so it is meant
        'all = ["Lima", "Quito"]\nfields = { body = 0.3 }',
        'any = ["Lima", "Quito"]',
    ],
)
def test_U05_weights_with_which_all_can_be_reached_are_fine(tmp_path: Path, watchlist: str) -> None:
    assert not _remarks(tmp_path, watchlist)


def test_U05_a_light_term_of_any_is_only_noted(tmp_path: Path) -> None:
    (found,) = _remarks(tmp_path, 'any = ["Lima", "Quito^0.75"]')
    assert (found.level, found.hint) == (Level.NOTE, 'the line is 0.7: write "Quito^0.83" or more')


def test_U05_two_exact_names_near_each_other_in_a_lead_are_an_alert(tmp_path: Path) -> None:
    for weight in ("", "^0.75"):
        _remarks(tmp_path, f'all = ["Lima", ["Quito", "SCO{weight}"]]')
        between = " and ".join(["much"] * 5)
        assert _band(tmp_path, Headline("Briefing", f"Lima {between} SCO")) is Band.ALERT


@pytest.mark.parametrize("most", [2, pytest.param(8, marks=pytest.mark.long)])
def test_U05_any_two_names_of_a_shipped_watchlist_in_a_lead_are_an_alert(most: int) -> None:
    engine = build(ROOT / "watchlists").engine
    assert not [one for one in check_folder(ROOT / "watchlists", date(2024, 1, 1)).problems if "alert" in one.code]
    for watch in engine.watches:
        concepts = [[one.text for one in concept.patterns if _is_whole(one)] for concept in watch.all]
        support = next(one.text for one in watch.context) if watch.context else ""
        for names in product(*(concept[:most] + concept[-most:] for concept in concepts)):
            if len(set(names)) == len(names):
                lead = Headline("", f"{', '.join(names)}. {support}")
                assert {match.watch: match.band for match in engine.match(lead)}.get(watch.id) is Band.ALERT, lead


def _is_whole(pattern: Pattern) -> bool:
    return all(word.mode is not Mode.PREFIX for word in pattern.words)
