"""Quiet hours and the times of digests, on clocks that are set ahead and back."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.schedule import DigestTimes, Quiet, latest_slot, next_slot, quiet_until
from monitor.text.wording import EVERY_DAY, parse_days, parse_time

BERLIN, NEW_YORK, KARACHI = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Karachi")
UTC = ZoneInfo("UTC")
HOUR, DAY = 3600.0, 86_400.0
NIGHT = Quiet(time(22), time(7))


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    """``2026-03-29 01:00`` on the clocks of ``zone``, or with its offset (``+01:00``) where that is not enough."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def between(start: str, end: str, days: Iterable[int] = EVERY_DAY) -> Quiet:
    return Quiet(parse_time(start), parse_time(end), frozenset(days))


# ---- quiet hours


def test_D19_a_match_at_night_is_held_until_the_morning() -> None:
    assert quiet_until(at("2026-06-10 23:00"), [NIGHT], BERLIN) == at("2026-06-11 07:00")


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-06-10 21:59", None),
        ("2026-06-10 22:00", "2026-06-11 07:00"),
        ("2026-06-11 00:00", "2026-06-11 07:00"),
        ("2026-06-11 06:59:59.5", "2026-06-11 07:00"),
        ("2026-06-11 07:00", None),
        ("2026-06-11 12:00", None),
    ],
)
def test_D19_a_window_over_midnight_holds_from_its_start_to_before_its_end(now: str, end: str | None) -> None:
    assert quiet_until(at(now), [NIGHT], BERLIN) == (end and at(end))


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-06-12 23:00", "2026-06-13 07:00"),  # Friday's night reaches into Saturday
        ("2026-06-13 06:00", "2026-06-13 07:00"),
        ("2026-06-13 23:00", None),  # Saturday's does not begin
        ("2026-06-15 06:00", None),  # nor did Sunday's
        ("2026-06-15 22:00", "2026-06-16 07:00"),
    ],
)
def test_D19_a_night_belongs_to_the_weekday_on_which_it_starts(now: str, end: str | None) -> None:
    weekdays = between("22:00", "07:00", parse_days("weekdays"))
    assert quiet_until(at(now), [weekdays], BERLIN) == (end and at(end))


@pytest.mark.parametrize(
    ("zone", "evening", "morning", "hours"),
    [
        (BERLIN, "2026-03-28 22:00", "2026-03-29 07:00", 8),
        (BERLIN, "2026-10-24 22:00", "2026-10-25 07:00", 10),
        (NEW_YORK, "2026-03-07 22:00", "2026-03-08 07:00", 8),
        (NEW_YORK, "2026-10-31 22:00", "2026-11-01 07:00", 10),
    ],
)
def test_D19_a_night_is_shorter_in_spring_and_longer_in_autumn(
    zone: ZoneInfo, evening: str, morning: str, hours: int
) -> None:
    start, end = at(evening, zone), at(morning, zone)
    assert end - start == hours * HOUR
    assert quiet_until(start - 1, [NIGHT], zone) is None
    assert {quiet_until(start + hour * HOUR, [NIGHT], zone) for hour in range(hours)} == {end}
    assert quiet_until(end, [NIGHT], zone) is None


@pytest.mark.parametrize(
    ("window", "now", "end"),
    [
        # 02:00 to 03:00 does not exist: 01:59:59+01:00 is followed by 03:00:00+02:00.
        (("02:30", "06:00"), "2026-03-29 01:59:59", None),
        (("02:30", "06:00"), "2026-03-29 03:00:00", "2026-03-29 06:00"),
        (("22:00", "02:30"), "2026-03-29 01:59:59", "2026-03-29 03:00"),
        (("22:00", "02:30"), "2026-03-29 03:00:00", None),
        (("02:10", "02:50"), "2026-03-29 01:59:59", None),
        (("02:10", "02:50"), "2026-03-29 03:00:00", None),
    ],
)
def test_D19_what_starts_or_ends_in_the_lost_hour_does_so_at_the_jump(
    window: tuple[str, str], now: str, end: str | None
) -> None:
    assert quiet_until(at(now), [between(*window)], BERLIN) == (end and at(end))


@pytest.mark.parametrize(
    ("window", "now", "end"),
    [
        # 02:00 to 03:00 comes twice, first at +02:00, then at +01:00.
        (("02:30", "06:00"), "2026-10-25 02:29:59+02:00", None),
        (("02:30", "06:00"), "2026-10-25 02:30+02:00", "2026-10-25 06:00"),
        (("02:30", "06:00"), "2026-10-25 02:15+01:00", "2026-10-25 06:00"),
        (("22:00", "02:30"), "2026-10-25 02:45+02:00", "2026-10-25 02:30+01:00"),
        (("22:00", "02:30"), "2026-10-25 02:29:59+01:00", "2026-10-25 02:30+01:00"),
        (("22:00", "02:30"), "2026-10-25 02:30+01:00", None),
        (("02:10", "02:50"), "2026-10-25 02:55+02:00", "2026-10-25 02:50+01:00"),
    ],
)
def test_D19_in_the_doubled_hour_quiet_starts_at_the_first_and_ends_at_the_second(
    window: tuple[str, str], now: str, end: str | None
) -> None:
    assert quiet_until(at(now), [between(*window)], BERLIN) == (end and at(end))


def test_D19_the_doubled_hour_of_new_york() -> None:
    window = between("22:00", "01:30")
    assert quiet_until(at("2026-11-01 01:45-04:00"), [window], NEW_YORK) == at("2026-11-01 01:30-05:00")


def test_D19_a_changed_zone_is_simply_followed() -> None:
    now = at("2026-06-10 23:00", BERLIN)
    assert quiet_until(now, [NIGHT], BERLIN) == at("2026-06-11 07:00", BERLIN)
    assert quiet_until(now, [NIGHT], NEW_YORK) is None
    assert quiet_until(now, [NIGHT], KARACHI) == at("2026-06-11 07:00", KARACHI)
    assert quiet_until(now, [NIGHT], BERLIN) == at("2026-06-11 07:00", BERLIN)


def test_D19_windows_that_touch_or_overlap_are_one_quiet() -> None:
    windows = [between("06:30", "08:00"), NIGHT, between("08:00", "09:00"), between("09:01", "10:00")]
    assert quiet_until(at("2026-06-10 23:00"), windows, BERLIN) == at("2026-06-11 09:00")
    assert quiet_until(at("2026-06-11 09:00"), windows, BERLIN) is None


def test_D19_the_same_start_and_end_are_a_whole_day() -> None:
    weekend = between("18:00", "18:00", parse_days(["fri", "sat"]))
    assert quiet_until(at("2026-06-12 17:59"), [weekend], BERLIN) is None
    assert quiet_until(at("2026-06-12 18:00"), [weekend], BERLIN) == at("2026-06-14 18:00")


def test_D19_what_is_always_quiet_is_looked_at_again_in_eight_days() -> None:
    now = at("2026-03-25 12:34:56")
    assert quiet_until(now, [between("00:00", "00:00")], BERLIN) == now + 8 * DAY


def test_without_windows_or_days_it_is_never_quiet() -> None:
    assert quiet_until(at("2026-06-10 23:00"), [], BERLIN) is None
    assert quiet_until(at("2026-06-10 23:00"), [between("00:00", "00:00", [])], BERLIN) is None


# ---- digests


def test_a_digest_is_due_at_its_time_on_each_of_its_days() -> None:
    times = DigestTimes(time(8), parse_days("weekdays"))
    friday, monday = at("2026-06-12 08:00"), at("2026-06-15 08:00")
    assert latest_slot(friday, times, BERLIN) == friday
    assert next_slot(friday, times, BERLIN) == monday
    assert latest_slot(monday - 1, times, BERLIN) == friday
    assert next_slot(monday - 1, times, BERLIN) == monday


def test_a_digest_once_a_week_finds_the_last_and_the_next_from_anywhere() -> None:
    times = DigestTimes(time(8), frozenset({0}))
    last, following = at("2026-10-19 08:00"), at("2026-10-26 08:00")
    assert following - last == 7 * DAY + HOUR
    for now in (last, last + 3 * DAY, following - 1):
        assert (latest_slot(now, times, BERLIN), next_slot(now, times, BERLIN)) == (last, following)


def test_a_digest_in_the_lost_hour_is_due_at_the_jump() -> None:
    times, jump = DigestTimes(time(2, 30)), at("2026-03-29 03:00")
    assert next_slot(jump - 1, times, BERLIN) == jump
    assert latest_slot(jump, times, BERLIN) == jump
    assert next_slot(jump, times, BERLIN) == at("2026-03-30 02:30")


def test_a_digest_in_the_doubled_hour_is_due_once() -> None:
    times, first = DigestTimes(time(2, 30)), at("2026-10-25 02:30+02:00")
    assert next_slot(first - 1, times, BERLIN) == first
    assert next_slot(first, times, BERLIN) == at("2026-10-26 02:30")
    assert latest_slot(at("2026-10-25 02:30+01:00"), times, BERLIN) == first


def test_a_digest_without_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        DigestTimes(time(8), frozenset())


# ---- against a clock that is read every minute

CHANGES = [
    (BERLIN, date(2026, 3, 29)),
    (BERLIN, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    (UTC, date(2026, 6, 10)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)),  # half an hour
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    (ZoneInfo("Africa/Cairo"), date(2026, 4, 24)),  # midnight to one
    (ZoneInfo("America/Santiago"), date(2026, 4, 5)),  # midnight back to eleven
    (ZoneInfo("America/St_Johns"), date(2009, 11, 1)),  # a minute past midnight
    (ZoneInfo("Pacific/Apia"), date(2011, 12, 30)),  # a day that never was
]
MINUTES = 16 * 24 * 60


@functools.cache
def clock(zone: ZoneInfo, change: date) -> tuple[float, list[datetime]]:
    """The moment two and a half days before ``change``, and what the clock shows then and in each minute after it."""
    start = datetime.combine(change, time(12), UTC).timestamp() - 3 * DAY
    return start, [datetime.fromtimestamp(start + 60 * n, zone).replace(tzinfo=None, fold=0) for n in range(MINUTES)]


def spans_by_the_clock(window: Quiet, shown: list[datetime]) -> list[range]:
    """The minutes of each window: from the first that shows its start or later to the last that shows less than its
    end.
    """
    latest_so_far, earliest_from_here = list(accumulate(shown, max)), [*accumulate(reversed(shown), min)][::-1]
    spans = []
    for number in range((shown[-1].date() - shown[0].date()).days + 2):
        day = shown[0].date() + timedelta(days=number - 1)
        if day.weekday() in window.days:
            start = datetime.combine(day, window.start)
            end = datetime.combine(day + timedelta(days=window.end <= window.start), window.end)
            spans.append(range(bisect_left(latest_so_far, start), bisect_left(earliest_from_here, end)))
    return spans


TIMES = st.one_of(
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 30, 59])),
    st.builds(time, st.sampled_from([23, 0, 1, 2, 3]), st.integers(0, 59)),
)
DAYS = st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1))


def test_D19_a_quiet_that_ends_where_the_doubled_hour_begins_ends_once() -> None:
    nightly = [Quiet(time(0, 0), time(1, 0), EVERY_DAY), Quiet(time(1, 1), time(0, 0), EVERY_DAY)]
    evening = datetime(2026, 10, 31, 20, tzinfo=NEW_YORK).timestamp()
    assert quiet_until(evening, nightly, NEW_YORK) == datetime(2026, 11, 1, 1, tzinfo=NEW_YORK, fold=0).timestamp()


@given(
    st.sampled_from(CHANGES), st.lists(st.builds(Quiet, TIMES, TIMES, DAYS), max_size=3), st.integers(1440, 6 * 1440)
)
def test_D19_quiet_is_what_a_clock_read_every_minute_says(
    change: tuple[ZoneInfo, date], windows: list[Quiet], minute: int
) -> None:
    start, shown = clock(*change)
    quiet = {n for window in windows for span in spans_by_the_clock(window, shown) for n in span}
    until = next(n for n in range(minute, minute + 8 * 1440 + 1) if n not in quiet or n == minute + 8 * 1440)
    expected = None if until == minute else start + 60 * until
    assert quiet_until(start + 60 * minute, windows, change[0]) == expected


@given(st.sampled_from(CHANGES), TIMES, DAYS, st.integers(0, 6 * 1440))
def test_digests_are_due_when_a_clock_read_every_minute_first_shows_their_time(
    change: tuple[ZoneInfo, date], due: time, days: frozenset[int], later: int
) -> None:
    start, shown = clock(*change)
    dates = [shown[0].date() + timedelta(days=number) for number in range(1, 15)]
    due_at = [datetime.combine(day, due) for day in dates if day.weekday() in days]
    latest_so_far = list(accumulate(shown, max))
    slots = [bisect_left(latest_so_far, one) for one in due_at if one <= shown[-1]]
    times = DigestTimes(due, days)
    for minute in (slots[0], slots[0] + later):
        latest, following = max(n for n in slots if n <= minute), min(n for n in slots if n > minute)
        assert latest_slot(start + 60 * minute, times, change[0]) == start + 60 * latest
        assert next_slot(start + 60 * minute, times, change[0]) == start + 60 * following


# ---- reading them


@pytest.mark.parametrize(
    ("text", "read"), [("22:00", time(22)), ("07:30", time(7, 30)), (" 7:05 ", time(7, 5)), ("00:00", time(0))]
)
def test_a_time_is_hours_and_minutes(text: str, read: time) -> None:
    assert parse_time(text) == read


@pytest.mark.parametrize("text", ["", "22", "2200", "22.00", "25:00", "07:60", "7:5", "10 pm", "٢٢:٠٠", "22:00:00"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match='is no time of day: write for example "07:30"'):
        parse_time(text)


def test_midnight_is_zero() -> None:
    with pytest.raises(ValueError, match='midnight is "00:00"'):
        parse_time("24:00")


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (["mon", "fri"], {0, 4}),
        (["Monday", " SUN "], {0, 6}),
        (["weekdays"], {0, 1, 2, 3, 4}),
        (["weekend", "wed"], {2, 5, 6}),
        (["daily"], {0, 1, 2, 3, 4, 5, 6}),
        ("weekend", {5, 6}),
    ],
)
def test_days_go_by_their_names(names: list[str] | str, days: set[int]) -> None:
    assert parse_days(names) == days


@pytest.mark.parametrize("names", [[], ["fryday"], ["mon", ""], "mo"])
def test_what_is_no_day_is_refused_with_those_that_are(names: list[str] | str) -> None:
    with pytest.raises(ValueError, match=r"use mon, tue, wed, thu, fri, sat, sun, or weekdays, weekend, daily"):
        parse_days(names)
