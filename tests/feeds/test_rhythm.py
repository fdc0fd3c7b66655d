"""A feed's own rhythm: learnt, kept, told, and broken by silence."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.pace.rhythm import (
    AWAY,
    DAY,
    HOUR,
    Rhythm,
    active,
    ahead,
    from_text,
    learned,
    silent_since,
    to_text,
    usually,
)

MONDAY = 1_759_708_800.0
"""00:00 UTC."""
DATES = st.lists(st.none() | st.floats(-1e10, 1e11), max_size=5)


def observed(times: list[float], until: float, every: float = HOUR, dated: bool = True) -> Rhythm:
    """The rhythm of a feed that published at ``times`` and was polled from Monday ``until`` then."""
    rhythm, now = Rhythm(), MONDAY
    while now <= until:
        new = [time for time in times if now - every < time <= now]
        rhythm = learned(rhythm, now, new if dated else [None] * len(new))
        now += every
    return rhythm


def daily(days: int, *hours: float, weekdays_only: bool = False) -> list[float]:
    """The same hours of each day."""
    return [
        MONDAY + day * DAY + hour * HOUR
        for day in range(days)
        for hour in hours
        if not (weekdays_only and day % 7 >= 5)
    ]


# --- learning --------------------------------------------------------------------------------------------------------


def test_what_a_feed_holds_at_its_first_reading_says_nothing_of_its_rhythm() -> None:
    assert learned(Rhythm(), MONDAY, [MONDAY - 60, None]) == Rhythm(since=MONDAY, at=MONDAY)


def test_a_date_sharpens_when_an_item_appeared_within_the_two_polls_only() -> None:
    start = learned(Rhythm(), MONDAY)
    within = learned(start, MONDAY + 4 * HOUR, [MONDAY + HOUR + 1])
    before, future, none = (
        learned(start, MONDAY + 4 * HOUR, [date]) for date in (MONDAY - 30 * DAY, MONDAY + 5 * HOUR, None)
    )
    assert [hour for hour in range(24) if within.hours[hour]] == [1]
    assert within.newest == MONDAY + HOUR + 1
    assert before == future == none
    assert none.newest == MONDAY + 2 * HOUR


def test_observations_fade_and_a_new_habit_replaces_the_old() -> None:
    moved = daily(14, 6, 6.5) + [time + 14 * DAY for time in daily(42, 18, 18.5)]
    rhythm = observed(moved, MONDAY + 56 * DAY)
    assert rhythm.hours[18] > 5 * rhythm.hours[6] > 0


def test_hours_and_days_of_the_week_are_told_apart() -> None:
    rhythm = observed(daily(28, 9.5, 10.5, weekdays_only=True), MONDAY + 28 * DAY)
    thursday_ten, thursday_night, sunday_ten = (
        next(ahead(rhythm, MONDAY + day * DAY + hour * HOUR, MONDAY + 30 * DAY))[1]
        for day, hour in ((3, 10), (3, 3), (6, 10))
    )
    assert thursday_ten > 10 * thursday_night
    assert thursday_ten > 5 * sunday_ten


def test_a_week_has_as_many_active_seconds_as_seconds() -> None:
    rhythm = observed(daily(28, 9.5, 10.5, weekdays_only=True), MONDAY + 28 * DAY)
    assert active(rhythm, MONDAY, MONDAY + 7 * DAY) == pytest.approx(7 * DAY, rel=0.05)
    assert active(rhythm, MONDAY + 5 * DAY, MONDAY + 7 * DAY) < DAY


def test_nothing_is_learnt_of_a_time_in_which_nobody_asked() -> None:
    rhythm = observed(daily(14, 9), MONDAY + 14 * DAY)
    now = rhythm.at + AWAY + 1
    back = learned(rhythm, now, [None] * 30)
    assert (back.hours, back.gap, back.longest) == (rhythm.hours, rhythm.gap, rhythm.longest)
    assert (back.newest, back.quiet) == (now, 0.0)


@pytest.mark.parametrize("jump", [-3600.0, -40 * DAY])
def test_a_clock_that_is_set_back_costs_no_more_than_one_poll(jump: float) -> None:
    rhythm = observed(daily(14, 9), MONDAY + 14 * DAY)
    back = learned(rhythm, rhythm.at + jump, [None])
    assert back.at == rhythm.at + jump
    assert back.hours == rhythm.hours
    assert sum(learned(back, back.at + HOUR, [None]).days) > sum(back.days)


@given(st.lists(st.tuples(st.floats(-2 * DAY, 5 * DAY), DATES, st.booleans()), max_size=12))
def test_whatever_dates_and_clocks_say_a_rhythm_stays_one(polls: list[tuple[float, list[float | None], bool]]) -> None:
    rhythm, now = Rhythm(), MONDAY
    for step, dates, missed in polls:
        now += step
        rhythm = learned(rhythm, now, dates, missed)
    assert rhythm.at == (now if polls else 0.0)
    assert all(value >= 0 for value in (*rhythm.hours, *rhythm.days, *rhythm.watched, rhythm.gap, rhythm.quiet))
    assert from_text(to_text(rhythm)) != Rhythm() or not polls
    assert all(rate > 0 for _, rate in ahead(rhythm, now, now + DAY))


# --- silence ---------------------------------------------------------------------------------------------------------


def test_a_feed_that_falls_silent_is_told_within_days() -> None:
    times = daily(28, 7, 9, 11, 13, 15, 17)
    last = times[-1]
    assert silent_since(observed(times, last + 12 * HOUR)) is None
    assert silent_since(observed(times, last + 2.5 * DAY)) == last


def test_a_weekend_is_no_silence_for_a_feed_of_office_hours() -> None:
    times = daily(26, 7, 9, 11, 13, 15, 17, weekdays_only=True)
    sunday_night = MONDAY + 28 * DAY - 60
    assert silent_since(observed(times, sunday_night)) is None
    assert silent_since(observed(times, sunday_night + 4 * DAY)) is not None


def test_a_feed_with_little_history_is_never_silent() -> None:
    assert silent_since(observed([], MONDAY + 60 * DAY)) is None
    assert silent_since(observed(daily(5, 9, 15), MONDAY + 60 * DAY)) is None
    one_burst = [MONDAY + 20 * DAY + minute * 60 for minute in range(40)]
    assert silent_since(observed(one_burst, MONDAY + 60 * DAY)) is None
    young = daily(6, *range(24))
    assert silent_since(observed(young, MONDAY + 12 * DAY)) is None


def test_a_feed_that_cannot_be_fetched_is_not_silent() -> None:
    rhythm = observed(daily(28, 7, 9, 11, 13, 15, 17), MONDAY + 28 * DAY)
    # No successful poll, nothing learnt: the time in which fetching failed does not count.
    assert silent_since(rhythm) is None
    assert silent_since(learned(rhythm, rhythm.at + 10 * DAY, [None])) is None


def test_a_feed_that_answers_again_without_news_after_a_long_absence_is_silent_soon() -> None:
    rhythm = observed(daily(28, 7, 9, 11, 13, 15, 17), MONDAY + 28 * DAY)
    assert silent_since(learned(rhythm, rhythm.at + 10 * DAY)) == rhythm.newest


def test_news_ends_a_silence_and_the_next_one_has_to_be_longer() -> None:
    times = daily(28, 7, 9, 11, 13, 15, 17)
    silent = observed(times, times[-1] + 5 * DAY)
    awake = learned(silent, silent.at + HOUR, [None])
    assert silent_since(silent) is not None
    assert silent_since(awake) is None
    assert awake.longest > 4 * DAY


@pytest.mark.parametrize("years", [2, pytest.param(12, marks=pytest.mark.long)])
def test_chance_alone_is_hardly_ever_taken_for_silence(years: int) -> None:
    pick = random.Random(7)
    alarms = 0
    for _ in range(years):
        times, moment = [], MONDAY
        while moment < MONDAY + 365 * DAY:
            moment += pick.expovariate(3 / DAY)
            times.append(moment)
        rhythm, silent, index = Rhythm(), False, 0
        for now in range(int(MONDAY), int(MONDAY + 365 * DAY), int(3 * HOUR)):
            new = []
            while times[index] <= now:
                new.append(times[index])
                index += 1
            rhythm = learned(rhythm, now, new)
            was, silent = silent, silent_since(rhythm) is not None
            alarms += silent and not was
    assert alarms <= years


# --- for people ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (0.0, ""),
        (20.0, "about every minute"),
        (40 * 60.0, "about every 40 minutes"),
        (HOUR, "about every 60 minutes"),
        (3 * HOUR, "about every 3 hours"),
        (DAY, "about once a day"),
        (3.5 * DAY, "about 2 a week"),
        (7 * DAY, "about once a week"),
        (15 * DAY, "about 2 a month"),
        (31 * DAY, "about once a month"),
        (80 * DAY, "about 5 a year"),
        (400 * DAY, "about once a year"),
    ],
)
def test_how_often_a_feed_publishes_is_said_in_words(gap: float, words: str) -> None:
    assert usually(Rhythm(gap=gap)) == words


def test_the_typical_pause_is_an_average_in_which_a_holiday_counts_little() -> None:
    times = daily(40, 7, 13, 19)
    assert observed(times, MONDAY + 40 * DAY).gap == pytest.approx(8 * HOUR, rel=0.2)
    after = [*times, times[-1] + 21 * DAY]
    assert observed(after, after[-1] + HOUR).gap < 11 * HOUR


# --- in the database -------------------------------------------------------------------------------------------------


def test_a_rhythm_survives_being_written_at_every_poll() -> None:
    written = straight = Rhythm()
    pick = random.Random(3)
    for index in range(2000):
        now = MONDAY + index * 300.0
        dates = [now - 10] if pick.random() < 0.05 else []
        straight, written = learned(straight, now, dates), from_text(to_text(learned(written, now, dates)))
    assert written.hours == pytest.approx(straight.hours, rel=1e-3)
    assert written.watched == pytest.approx(straight.watched, rel=1e-3)
    assert (written.at, written.since, written.gaps) == (straight.at, straight.since, straight.gaps)
    assert written.quiet == pytest.approx(straight.quiet, rel=1e-3)
    assert len(to_text(written)) < 600


@given(st.text() | st.recursive(st.none() | st.floats() | st.integers() | st.booleans(), st.lists).map(json.dumps))
def test_junk_in_the_database_is_an_empty_rhythm(text: str) -> None:
    assert from_text(text) == Rhythm()


@pytest.mark.parametrize("junk", ["NaN", "-1", "1e999", '"1"', "null", "true", "[1]", "1" * 5000])
def test_a_rhythm_with_one_impossible_value_is_an_empty_one(junk: str) -> None:
    good = to_text(observed(daily(3, 9), MONDAY + 3 * DAY))
    assert from_text(good) != Rhythm()
    assert from_text(good.rpartition(",")[0] + f",{junk}]") == Rhythm()
    assert from_text(good.replace("[[", f"[[{junk},", 1)) == Rhythm()
    assert from_text("[" * 100_000) == Rhythm()
