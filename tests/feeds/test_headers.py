"""What a server's headers say about when to come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from monitor.feeds.fetch.headers import LONGEST_WAIT, fresh_for, http_date, retry_after
from tests.work import LINEAR, growth

NOON = "Wed, 18 Sep 2024 12:00:00 GMT"
NOON_UNIX = 1_726_660_800.0


def wait(value: str, date: str = NOON, now: float = NOON_UNIX) -> float:
    """Seconds that an answer with ``Retry-After: value`` asks to wait."""
    return retry_after({"Retry-After": value, "Date": date}, now)


def fresh(value: str) -> float:
    return fresh_for({"Cache-Control": value}, NOON_UNIX)


@pytest.mark.parametrize(("value", "seconds"), [("7200", 7200), (" 120 ", 120), ("0", 0), ("86400", 86_400)])
def test_E12_retry_after_in_seconds_is_read(value: str, seconds: float) -> None:
    assert wait(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["Wed, 18 Sep 2024 14:00:00 GMT", "Wednesday, 18-Sep-24 14:00:00 GMT", "Wed Sep 18 14:00:00 2024"],
    ids=["IMF-fixdate", "RFC 850", "asctime"],
)
def test_E13_retry_after_is_read_in_all_three_forms_of_a_date(value: str) -> None:
    assert wait(value) == 7200


@pytest.mark.parametrize("error", [-3600.0, 3600.0, 86_400.0])
def test_E13_a_date_is_taken_relative_to_the_server_s_own_clock(error: float) -> None:
    assert wait("Wed, 18 Sep 2024 14:00:00 GMT", now=NOON_UNIX + error) == 7200


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_E13_without_the_server_s_clock_ours_is_used(date: str) -> None:
    assert wait("Wed, 18 Sep 2024 14:00:00 GMT", date, NOON_UNIX + 3600) == 3600


def test_E13_a_date_in_the_past_asks_for_no_wait() -> None:
    assert wait("Wed, 18 Sep 2024 10:00:00 GMT") == 0


@pytest.mark.parametrize(
    "value",
    [
        "-5",
        "abc",
        "",
        "1e9",
        "120, soon",
        "120 240",
        "120 minutes",
        ".5",
        ",",
        "Wed, 32 Sep 2024 14:00:00 GMT",
        "NaN",
        "inf",
    ],
)
def test_E14_a_senseless_retry_after_asks_for_no_wait(value: str) -> None:
    assert wait(value) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120.5", 120.5), ("120 s", 120), ("120s", 120), ("120 Seconds", 120), ("120, 300", 300), ("300,120", 300)],
)
def test_E14_a_retry_after_that_means_seconds_is_read_as_seconds(value: str, seconds: float) -> None:
    assert wait(value) == seconds


@pytest.mark.parametrize("value", ["86401", "9" * 18, "9" * 20, "9" * 5000, "Wed, 18 Sep 9999 14:00:00 GMT"])
def test_E14_a_retry_after_of_ages_is_a_day(value: str) -> None:
    assert wait(value) == LONGEST_WAIT


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789 :,-+GMTWedSp", max_size=40)), st.floats(0, 2e9))
def test_E14_whatever_the_header_says_the_wait_is_between_nothing_and_a_day(value: str, now: float) -> None:
    assert 0 <= wait(value, date=value[::-1], now=now) <= LONGEST_WAIT


@pytest.mark.parametrize("value", ["²", "12³", "①"])
def test_E14_figures_that_are_no_digits_do_not_crash(value: str) -> None:
    assert wait(value) == 0


def test_without_retry_after_no_wait_is_asked_for() -> None:
    assert retry_after({}, NOON_UNIX) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=7200", 7200),
        ("public, max-age=300, must-revalidate", 300),
        ("public,max-age=300", 300),
        ("MAX-AGE=60", 60),
        ('max-age="60"', 60),
        ("s-maxage=10, max-age=20", 20),
    ],
)
def test_E18_max_age_is_read(value: str, seconds: float) -> None:
    assert fresh(value) == seconds


@pytest.mark.parametrize(
    "value",
    ["", "no-cache", "no-store", "max-age=0", "max-age=", "max-age=-1", "max-age=x", "s-maxage=600", "x-max-age=600"],
)
def test_E19_an_answer_that_is_not_fresh_asks_for_no_wait(value: str) -> None:
    assert fresh(value) == 0


def test_E19_without_the_header_no_wait_is_asked_for() -> None:
    assert fresh_for({}, NOON_UNIX) == 0


@pytest.mark.parametrize("value", ["max-age=31536000", "max-age=" + "9" * 18, "max-age=" + "9" * 400])
def test_E20_a_max_age_of_a_year_is_a_day(value: str) -> None:
    assert fresh(value) == LONGEST_WAIT


def expiry(value: str, **others: str) -> float:
    """Seconds that an answer of noon with ``Expires: value`` is fresh for."""
    return fresh_for(
        {"Expires": value, "Date": NOON, **{key.replace("_", "-"): text for key, text in others.items()}}, 0
    )


@pytest.mark.parametrize(
    "value",
    ["Wed, 18 Sep 2024 13:00:00 GMT", "Wednesday, 18-Sep-24 13:00:00 GMT", "Wed Sep 18 13:00:00 2024"],
    ids=["IMF-fixdate", "RFC 850", "asctime"],
)
def test_E18_without_max_age_the_date_of_expiry_counts_by_the_server_s_clock(value: str) -> None:
    assert expiry(value) == 3600


def test_E18_without_the_server_s_clock_ours_is_used() -> None:
    assert fresh_for({"Expires": "Wed, 18 Sep 2024 13:00:00 GMT"}, NOON_UNIX + 600) == 3000


@pytest.mark.parametrize(
    ("cache_control", "seconds"),
    [
        ("max-age=60", 60),
        ("max-age=0", 0),
        ("max-age=junk", 0),
        ("no-cache", 0),
        ("private, no-store", 0),
        ("no-cache, max-age=60", 0),
        ("max-age=60, No-Store", 0),
        ('no-cache="Set-Cookie"', 3600),
        ('no-cache="Set-Cookie, Vary", max-age=60', 60),
        ('note="max-age=5, no-store", max-age=60', 60),
        ("public", 3600),
        ("s-maxage=60", 3600),
        ("max-age=60, max-age=600", 60),
        ("", 3600),
    ],
)
def test_E18_E19_cache_control_stands_above_the_date_of_expiry(cache_control: str, seconds: float) -> None:
    assert expiry("Wed, 18 Sep 2024 13:00:00 GMT", Cache_Control=cache_control) == seconds


@pytest.mark.parametrize("value", ["0", "-1", "", "junk", NOON, "Wed, 18 Sep 2024 11:00:00 GMT", "9" * 400])
def test_E19_what_has_expired_asks_for_no_wait(value: str) -> None:
    assert expiry(value) == 0


def test_E20_an_expiry_in_a_year_is_a_day() -> None:
    assert expiry("Thu, 18 Sep 2025 12:00:00 GMT") == LONGEST_WAIT


def test_the_age_of_a_copy_does_not_shorten_the_wait() -> None:
    assert fresh_for({"Cache-Control": "max-age=3600", "Age": "3500"}, NOON_UNIX) == 3600


def test_of_headers_sent_twice_the_first_expiry_and_the_longest_wait_count() -> None:
    hour, two = "Wed, 18 Sep 2024 13:00:00 GMT", "Wed, 18 Sep 2024 14:00:00 GMT"
    twice = CIMultiDict(
        [("Date", NOON), ("Expires", hour), ("Expires", two), ("Retry-After", "60"), ("Retry-After", two)]
    )
    assert fresh_for(twice, 0) == 3600
    assert retry_after(twice, 0) == 7200


@pytest.mark.parametrize("piece", [" ", ",", '"', "a ", 'a="', "max-age=", "9"])
def test_cache_control_costs_no_more_than_its_length(piece: str) -> None:
    assert growth(lambda times: fresh(piece * times + '"'), 5_000) < LINEAR


@given(st.one_of(st.text(max_size=40), st.from_regex(r"max-age ?= ?\"?[0-9x]{0,30}")))
def test_whatever_cache_control_says_the_time_is_between_nothing_and_a_day(value: str) -> None:
    assert 0 <= fresh(value) <= LONGEST_WAIT
    assert 0 <= expiry(value) <= LONGEST_WAIT


@pytest.mark.parametrize(
    "text", ["", "x", "7200", "Mon, 99 Xyz 2024 99:99:99 GMT", "Wed, 18 Sep 99999999999 14:00:00 GMT"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert http_date(text) is None
