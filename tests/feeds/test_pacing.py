"""When is a feed due next?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.headers import LONGEST_WAIT
from monitor.feeds.pacing import BACKOFF_CAP, after_failure, after_success

HOUR, DAY = 3600.0, 86_400.0
SPREAD = st.floats(0, 1, exclude_max=True)
INTERVAL = st.floats(1, 7 * DAY)


@given(INTERVAL, st.floats(0, 1e12), SPREAD)
def test_E11_no_poll_comes_before_its_interval(interval: float, fresh_for: float, spread: float) -> None:
    assert after_success(interval, fresh_for, spread) >= interval


@given(INTERVAL, st.integers(1, 10_000), st.floats(0, 1e12), SPREAD)
def test_E11_no_poll_after_a_failure_comes_before_its_interval(
    interval: float, failures: int, retry_after: float, spread: float
) -> None:
    assert after_failure(interval, failures, retry_after, spread) >= interval


@given(SPREAD)
def test_E12_a_wait_that_the_server_asks_for_is_kept_and_the_poll_comes_soon_after(spread: float) -> None:
    assert 7200 <= after_failure(900, 1, 7200, spread) <= 7200 * 1.1


def test_E14_the_longest_wait_is_a_day_whatever_the_server_asks_for() -> None:
    assert after_failure(900, 1, 1e9, 0.0) == LONGEST_WAIT == DAY


def test_E17_waits_double_with_each_failure_up_to_the_cap() -> None:
    assert [after_failure(900, failures, 0.0, 0.0) for failures in range(1, 8)] == [
        900,
        1800,
        3600,
        7200,
        14_400,
        BACKOFF_CAP,
        BACKOFF_CAP,
    ]


def test_E17_waits_are_spread_so_that_feeds_do_not_come_back_together() -> None:
    assert len({after_failure(900, 3, 0.0, spread / 10) for spread in range(10)}) == 10


@given(SPREAD)
def test_E18_the_server_s_max_age_is_another_floor(spread: float) -> None:
    assert after_success(HOUR, 7200, spread) >= 7200


@given(SPREAD)
def test_E19_without_max_age_the_interval_alone_counts(spread: float) -> None:
    assert HOUR <= after_success(HOUR, 0.0, spread) <= HOUR * 1.1


@given(st.floats(1, DAY), st.floats(DAY, 1e12), SPREAD)
def test_E20_a_max_age_of_a_year_delays_the_news_a_day_at_most(
    interval: float, fresh_for: float, spread: float
) -> None:
    assert after_success(interval, fresh_for, spread) <= DAY * 1.1


def test_E20_an_interval_longer_than_a_day_is_what_the_user_wants() -> None:
    assert after_success(7 * DAY, 0.0, 0.0) == 7 * DAY
    assert after_failure(7 * DAY, 5, 0.0, 0.0) == 7 * DAY


@pytest.mark.parametrize("failures", [100, 1000, 10**6])
def test_E26_a_feed_that_failed_for_weeks_is_still_asked_every_day(failures: int) -> None:
    assert after_failure(HOUR, failures, 0.0, 0.99) < DAY
