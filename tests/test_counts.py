"""One of anything is said in the singular, wherever there is a count."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.alerts.compose import flood_notice, refusal_notice
from monitor.alerts.notices import untold_notice
from monitor.errors import Problem
from monitor.text.wording import counted


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(1, "match", "matches"), "1 match"),
        (counted(2, "match", "matches"), "2 matches"),
        (counted(1, "more problem"), "1 more problem"),
        (
            flood_notice("watch", "x", "X", 1, 0.0).headline,
            "A flood: the watchlist X brought more than 1 alert within an",
        ),
        (untold_notice(1, 1, 0.0, 0.0).headline, "1 match that nobody was told of since 1970-01-01"),
        (untold_notice(1, 1, 0.0, 0.0).lines[1], "The newest 1 stands in the next digest."),
    ],
)
def test_U07_one_is_singular(said: str, words: str) -> None:
    assert said.startswith(words)


def test_U07_one_more_problem_is_singular() -> None:
    problems = [Problem(Path(f"{number}.toml"), 1, "is wrong") for number in range(11)]
    assert "... and 1 more problem" in refusal_notice(problems, 0.0).lines
