"""When is a feed due next?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.fetch.headers import LONGEST_WAIT
from monitor.feeds.pace.pacing import BACKOFF_CAP, HURRY, Asked, Wait, after_failure, next_poll
from monitor.feeds.pace.rhythm import Rhythm, learned
from monitor.model.reasons import DueBy

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MONDAY = 1_759_708_800.0
"""00:00 UTC."""
SPREAD = st.floats(0, 1, exclude_max=True)
INTERVAL = st.floats(1, 7 * DAY)
NOW = st.floats(MONDAY, MONDAY + 14 * DAY)
ANY_SECONDS = st.floats(0, 1e12) | st.floats(allow_nan=True, allow_infinity=True)
AMOUNTS = st.floats(0, 1e4)
RHYTHM = st.builds(
    Rhythm,
    hours=st.tuples(*[AMOUNTS] * 24),
    days=st.tuples(*[AMOUNTS] * 7),
    watched=st.tuples(*[st.floats(0, 3)] * 7),
    recent=AMOUNTS,
    since=st.sampled_from((0.0, MONDAY - 10 * DAY, MONDAY)),
    at=NOW,
    missed_at=st.just(0.0) | NOW,
)
WISHES = st.builds(
    Asked,
    interval=INTERVAL,
    max_interval=st.floats(1, 30 * DAY),
    fresh_for=ANY_SECONDS,
    ttl=ANY_SECONDS,
    skip_hours=st.sets(st.integers(-1, 25)),
    skip_days=st.sets(st.integers(-1, 8)),
)


def after_success(interval: float, fresh_for: float, spread: float) -> float:
    """Seconds until the next poll of a feed that is asked at fixed intervals."""
    return next_poll(Asked(interval, interval, fresh_for), Rhythm(), 0.0, spread).seconds


def watched(days: float, every: float = HOUR, a_day: tuple[float, ...] = ()) -> Rhythm:
    """The rhythm of a feed that was watched from a Monday on, and published at the same times of each day."""
    rhythm, now = Rhythm(), MONDAY
    while now <= MONDAY + days * DAY:
        items = [now - now % DAY + time for time in a_day] + [now - now % DAY - DAY + time for time in a_day]
        rhythm = learned(rhythm, now, [item for item in items if now - every < item <= now])
        now += every
    return rhythm


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


@given(WISHES, RHYTHM, NOW, SPREAD)
def test_E11_no_rhythm_and_no_wish_leads_below_the_interval(
    wishes: Asked, rhythm: Rhythm, now: float, spread: float
) -> None:
    wait = next_poll(wishes, rhythm, now, spread)

    assert wait.seconds >= wishes.interval
    assert wait == next_poll(wishes, rhythm, now, spread)


def test_E11_a_simulated_day_has_no_gap_below_the_interval() -> None:
    wishes, rhythm, now, polls = Asked(HOUR, 4 * HOUR), watched(3, a_day=(6 * HOUR, 6.2 * HOUR)), MONDAY + 3 * DAY, []
    while now < MONDAY + 4 * DAY:
        polls.append(now)
        now += next_poll(wishes, rhythm, now, 0.0).seconds
        rhythm = learned(rhythm, now, [now - 60])
    assert len(polls) > 6
    assert all(later - earlier >= HOUR for earlier, later in pairwise(polls))


@given(WISHES, RHYTHM, NOW, SPREAD)
def test_E20_whatever_is_asked_for_no_wait_is_longer_than_a_day_but_by_chance_and_by_the_user(
    wishes: Asked, rhythm: Rhythm, now: float, spread: float
) -> None:
    assert next_poll(wishes, rhythm, now, spread).seconds <= max(DAY, wishes.interval) * 1.1


@given(RHYTHM, NOW, SPREAD, st.floats(1, DAY), st.floats(1, DAY))
def test_E20_the_rhythm_alone_never_leads_beyond_max_interval(
    rhythm: Rhythm, now: float, spread: float, interval: float, more: float
) -> None:
    wait = next_poll(Asked(interval, interval + more), rhythm, now, spread)
    assert interval <= wait.seconds <= (interval + more) * 1.1


@given(RHYTHM, NOW, st.floats(0, DAY), st.floats(0, DAY))
def test_E18_who_asks_for_more_patience_gets_no_less(rhythm: Rhythm, now: float, one: float, other: float) -> None:
    short, long = (
        next_poll(Asked(900, 7200, fresh_for=fresh_for), rhythm, now, 0.5).seconds for fresh_for in sorted((one, other))
    )
    assert short <= long


@given(RHYTHM, NOW, SPREAD)
def test_E18_max_age_and_ttl_hold_against_the_rhythm_too(rhythm: Rhythm, now: float, spread: float) -> None:
    assert next_poll(Asked(900, 3600, fresh_for=7200), rhythm, now, spread).reason is DueBy.MAX_AGE
    assert next_poll(Asked(900, 3600, ttl=7200), rhythm, now, spread).reason is DueBy.TTL
    assert next_poll(Asked(900, 3600, ttl=7200), rhythm, now, spread).seconds >= 7200


@given(RHYTHM, NOW, st.sampled_from((0.0, -1.0, float("nan"), float("-inf"))))
def test_E19_E21_a_max_age_or_ttl_that_says_nothing_changes_nothing(rhythm: Rhythm, now: float, nothing: float) -> None:
    said = next_poll(Asked(900, 7200, fresh_for=nothing, ttl=nothing), rhythm, now, 0.5)
    assert said == next_poll(Asked(900, 7200), rhythm, now, 0.5)


@pytest.mark.parametrize("ttl", [1e18, float("inf")])
def test_E21_a_ttl_of_ages_is_a_day(ttl: float) -> None:
    assert next_poll(Asked(900, 900, ttl=ttl), Rhythm(), MONDAY, 0.0) == Wait(DAY, DueBy.TTL)


@given(st.floats(60, DAY), NOW, SPREAD, st.sampled_from((range(24), ())), st.sampled_from((range(7), ())))
def test_E22_a_feed_that_skips_all_hours_or_days_is_asked_once_a_day(
    interval: float, now: float, spread: float, hours: range, days: range
) -> None:
    wait = next_poll(Asked(interval, interval, skip_hours=hours, skip_days=days), Rhythm(), now, spread)

    assert wait.seconds <= max(DAY, interval * 1.1)
    if hours or days:
        assert wait.seconds > DAY - 0.001  # times of today are kept to less than that
    if wait.seconds > interval * 1.1:
        assert wait.reason is DueBy.SKIPPED


@given(NOW, SPREAD, st.sets(st.integers(0, 23), max_size=23))
def test_E22_skipped_hours_are_kept_while_another_comes_within_a_day(
    now: float, spread: float, hours: set[int]
) -> None:
    wait = next_poll(Asked(900, 900, skip_hours=hours), Rhythm(), now, spread)
    if wait.seconds < DAY:
        assert int((now + wait.seconds) % DAY // HOUR) not in hours


def test_E22_a_night_and_a_weekend_are_slept_through_but_for_a_poll_a_day() -> None:
    night = Asked(900, 900, skip_hours=range(6))
    assert next_poll(night, Rhythm(), MONDAY, 0.0) == Wait(6 * HOUR, DueBy.SKIPPED)
    weekend = Asked(900, 900, skip_days=(5, 6))
    friday_night, saturday_night = MONDAY + 5 * DAY - 600, MONDAY + 6 * DAY - 600
    assert next_poll(weekend, Rhythm(), friday_night, 0.0) == Wait(DAY, DueBy.SKIPPED)
    assert next_poll(weekend, Rhythm(), saturday_night, 0.0) == Wait(DAY, DueBy.SKIPPED)
    assert next_poll(weekend, Rhythm(), MONDAY + 7 * DAY - 600, 0.0) == Wait(900, DueBy.INTERVAL)


@pytest.mark.parametrize("failures", [100, 1000, 10**6])
def test_E26_a_feed_that_failed_for_weeks_is_still_asked_every_day(failures: int) -> None:
    assert after_failure(HOUR, failures, 0.0, 0.99) < DAY


# --- the feed's rhythm -----------------------------------------------------------------------------------------------

ADAPTIVE = Asked(15 * MINUTE, 4 * HOUR)


@given(RHYTHM, NOW, INTERVAL, SPREAD)
def test_a_feed_whose_max_interval_is_its_interval_is_asked_at_fixed_intervals(
    rhythm: Rhythm, now: float, interval: float, spread: float
) -> None:
    wait = next_poll(Asked(interval, interval), rhythm, now, spread)
    assert wait == Wait(interval * (1 + 0.1 * spread), DueBy.INTERVAL)


def test_the_interval_is_kept_until_a_day_was_observed() -> None:
    assert next_poll(ADAPTIVE, Rhythm(), MONDAY, 0.0) == Wait(15 * MINUTE, DueBy.LEARNING)
    assert next_poll(ADAPTIVE, watched(0.9), MONDAY + 0.9 * DAY, 0.0) == Wait(15 * MINUTE, DueBy.LEARNING)
    assert next_poll(ADAPTIVE, watched(1), MONDAY + DAY, 0.0).reason is DueBy.RHYTHM


def test_a_dead_feed_comes_to_cost_next_to_nothing_within_days() -> None:
    wishes = Asked(15 * MINUTE, 2 * HOUR)
    waits = [next_poll(wishes, watched(days), MONDAY + days * DAY, 0.0) for days in (1, 2, 3, 14)]
    assert [wait.seconds for wait in waits] == sorted(wait.seconds for wait in waits)
    assert waits[0].seconds > HOUR
    assert waits[-1] == Wait(2 * HOUR, DueBy.MAX_INTERVAL)


def test_a_busy_feed_is_asked_at_its_interval() -> None:
    busy = watched(7, 15 * MINUTE, tuple(10 * MINUTE * index for index in range(144)))
    assert next_poll(ADAPTIVE, busy, MONDAY + 7 * DAY, 0.0) == Wait(15 * MINUTE, DueBy.INTERVAL)


def test_at_a_steady_rate_the_wait_is_a_mean_of_the_interval_twice_and_the_pause_between_items_once() -> None:
    six_a_day = Rhythm(hours=(3.5,) * 24, days=(12.0,) * 7, watched=(2.0,) * 7, since=MONDAY - 28 * DAY, at=MONDAY)
    wait = next_poll(ADAPTIVE, six_a_day, MONDAY, 0.0)
    assert wait.seconds == pytest.approx((15 * MINUTE) ** (2 / 3) * (4 * HOUR) ** (1 / 3), rel=0.05)


def test_the_morning_rush_is_not_slept_through() -> None:
    rush = watched(14, 15 * MINUTE, tuple(6 * HOUR + 5 * MINUTE * index for index in range(12)))
    at_night, before, within = (
        next_poll(ADAPTIVE, rush, MONDAY + 14 * DAY + moment, 0.0).seconds for moment in (HOUR, 5.8 * HOUR, 6.1 * HOUR)
    )
    assert at_night > HOUR
    assert 0.2 * HOUR <= before <= 0.6 * HOUR
    assert within == 15 * MINUTE


def test_a_feed_that_wakes_up_is_asked_sooner_at_once() -> None:
    dead, now = watched(60), MONDAY + 60 * DAY
    awake = learned(dead, now + HOUR, [now + 100, now + 200])
    assert next_poll(ADAPTIVE, awake, now + HOUR, 0.0).seconds < next_poll(ADAPTIVE, dead, now, 0.0).seconds / 2


def test_a_burst_is_expected_to_go_on_for_a_while() -> None:
    slow = watched(14, a_day=(9 * HOUR,))
    busy = learned(slow, slow.at + HOUR, [slow.at + 60 * minute for minute in range(1, 10)])
    later = busy.at + 12 * HOUR
    for now, sooner in ((busy.at, 0.8), (later, 1.0)):
        with_burst, without = (next_poll(ADAPTIVE, one, now, 0.0) for one in (busy, replace(busy, recent=0.0)))
        assert with_burst.seconds <= without.seconds * sooner
    assert with_burst.seconds == pytest.approx(without.seconds, rel=0.02)


def test_after_items_may_have_been_missed_the_interval_counts_for_a_day() -> None:
    slow, now = watched(14), MONDAY + 14 * DAY + HOUR
    missed = learned(slow, now, [None] * 20, missed=True)
    still = learned(missed, now + HURRY - 1, ())
    later = learned(still, now + HURRY, ())
    assert next_poll(ADAPTIVE, still, now + HURRY - 1, 0.0) == Wait(15 * MINUTE, DueBy.MISSED)
    assert next_poll(ADAPTIVE, later, now + HURRY, 0.0).reason is not DueBy.MISSED
    assert next_poll(Asked(900, 14_400, fresh_for=7200), still, now + HURRY - 1, 0.0).seconds == 7200
