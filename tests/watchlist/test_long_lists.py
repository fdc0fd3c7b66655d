"""What checking a list of thousands of terms costs: it grows with the list, and not with its square."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from monitor.matching import parse_term
from monitor.watchlist.checks.check import check_files
from monitor.watchlist.checks.terms import Parts

SYLLABLES = [first + second for first, second in product("bdfgklmnprstvz", "aeiou")]


def names(number: int, beginning: str = "") -> list[str]:
    """So many names, no two of them alike."""
    words = ("".join(parts).capitalize() for parts in product(SYLLABLES, SYLLABLES[::-1], SYLLABLES[::3]))
    return [f"{beginning}{word}" for word, _ in zip(words, range(number), strict=False)]


LISTS: dict[str, Callable[[int], str]] = {
    "names": lambda n: f"any = {names(n)}\n",
    "phrases that begin alike": lambda n: f"any = {['Port', *names(n, 'Port ')]}\n",
    "phrases that end alike": lambda n: f"any = {[f'{name} port' for name in names(n)]}\n",
    "prefixes": lambda n: f"any = {[f'{name}*' for name in names(n)]}\n",
    "vetoes": lambda n: f'all = ["the bloc", {names(n, "Bay ")}]\nnone = {names(n, "Cape ")}\n',
    "exceptions": lambda n: f"any = {names(n, 'Bay ')}\nexcept = {names(n, 'Old Bay ')}\n",
    "a concept": lambda n: f'all = ["the bloc", {names(n)}]\n',
}


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called by ``work``: a measure of its cost that no other process changes."""
    count = 0

    def on_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("lines", LISTS.values(), ids=LISTS)
def test_R12_checking_twice_the_terms_costs_twice_as_much(tmp_path: Path, lines: Callable[[int], str]) -> None:
    path = tmp_path / "long.toml"

    def cost(number: int) -> int:
        path.write_text(f'title = "Long"\n{lines(number)}', "utf-8")
        return calls_of(lambda: check_files([path], lambda: None, date(2026, 3, 1)))

    cost(10)  # whatever is loaded once
    small, large = cost(100), cost(200)
    assert large < 2.4 * small


def test_R12_a_part_is_found_without_looking_at_all_terms() -> None:
    patterns = [parse_term(name) for name in names(1_000, "Port ")]
    parts = Parts(patterns)
    assert list(parts.of(patterns[234])) == [234]
    assert parts.steps < 50


@pytest.mark.parametrize(
    ("part", "whole", "is_part"),
    [
        ("pipeline", "gas pipelines", True),
        ("gas pipeline", "the new gas pipelines", True),
        ("gas pipeline", "pipeline gas", False),
        ("pipe*", "gas pipeline", True),
        ("pipe*", "pipes*", True),
        ("pipel*", "pipeline*", True),
        ("pipeline", "pipeline*", False),
        ("BRICS", "BRICS summit", True),
        ("WHO", "who", False),
        ("who knows", "WHO knows", True),
        ("=pipeline", "gas pipelines", False),
        ("a b c", "a b", False),
    ],
)
def test_R12_what_is_part_of_what(part: str, whole: str, is_part: bool) -> None:
    assert bool(list(Parts([parse_term(part)]).of(parse_term(whole)))) is is_part
