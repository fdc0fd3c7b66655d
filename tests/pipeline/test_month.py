"""A month of many feeds and all their troubles, in short; ``make month`` does it at length."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.pipeline.month import STYLES, simulate

FEEDS, DAYS = int(os.environ.get("MONTH_FEEDS", "8")), float(os.environ.get("MONTH_DAYS", "2"))


@pytest.mark.timeout(3 * 3600)
@pytest.mark.parametrize(
    "seed",
    [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, int(os.environ.get("MONTH_SEEDS", "2"))))],
)
async def test_of_a_month_nothing_is_lost_nothing_said_twice_and_no_server_hurried(seed: int, tmp_path: Path) -> None:
    found = await simulate(tmp_path, FEEDS, DAYS, seed)
    assert found.world.told
    assert (found.lost, found.twice, found.out_of_place) == (set(), [], set())
    assert (found.hasty, found.rude) == ([], [])


@pytest.mark.timeout(3 * 3600)
async def test_of_feeds_in_all_styles_nothing_is_lost_and_nothing_said_twice(tmp_path: Path) -> None:
    found = await simulate(tmp_path, max(FEEDS, len(STYLES)), DAYS, 5, STYLES)
    assert found.world.told
    assert (found.lost, found.twice, found.out_of_place) == (set(), [], set())
