"""Dates as feeds write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import moment

NOON = 1_726_660_800.0  # 18 September 2024, 12:00 UTC


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 18 Sep 2024 12:00:00 GMT",
        "Wed, 18 Sep 2024 12:00:00 +0000",
        "Wed, 18 Sep 2024 12:00:00 -0000",
        "Wed, 18 Sep 2024 12:00 Z",
        "18 September 2024 12:00:00 UT",
        "Wed,18 Sep 24 12:00:00 GMT",
        "Wednesday, 18-Sep-24 12:00:00 GMT",
        "Thu, 19 Sep 2024 02:00:00 +1400",
        "Wed, 18 Sep 2024 08:30:00 -0330",
        "Wed, 18 Sep 2024 07:00:00 EST",
        "Wed, 18 Sep 2024 08:00:00 EDT",
        "Wed, 18 Sep 2024 15:00:00 MSK",
        "Wed, 18 Sep 2024 17:00:00 PKT",
        "Wed, 18 Sep 2024 14:00:00 CEST",
        "Wed, 18 Sep 2024 15:00:00 GMT+03:00",
        "Wed, 18 Sep 2024 15:00:00 +0300 (MSK)",
        "2024-09-18T12:00:00Z",
        "2024-09-18T15:00:00+03:00",
        "2024-09-18 15:00:00 +0300",
        "2024-09-18t15:00+03",
        "Qua, 18 Set 2024 09:00:00 -0300",
        "Wed Sep 18 12:00:00 +0000 2024",
        "Wed Sep 18 12:00:00 GMT 2024",
        "Wed, Sep 18, 2024 12:00:00 +0000",
        "Wed , 18 Sep 2024 12:00:00 GMT",
        "Wed, 18 Sep 2024 15:00:00 +0300 GMT",
        "Wed, 18 Sep 2024 07:00:00 -0500 EST",
        "Wed, 18 Sep 2024 17:30:00 +0530 IST",
        "Wed, 18 Sep 2024 22:00:00 AEST",
        "Wed, 18 Sep 2024 20:00:00 SGT",
        "Wed, 18 Sep 2024 14:00:00 SAST",
        "Wed, 18 Sep 2024 19:00:00 WIB",
        "2024-09-18T12:00:00.1234567890Z",
        "2024-09-18T15:00:00+03:00[Europe/Moscow]",
    ],
)
def test_I23_a_date_with_a_zone_is_an_instant(written: str) -> None:
    assert moment(written) == NOON


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 18 Sep 2024 12:00:00",
        "2024-09-18T12:00:00",
        "2024-09-18 12:00:00",
        "2024-09-18",
        "18 Sep 2024",
        "Wed, 18 Sep 2024 12:00:00 IST",  # Indian, Irish, Israeli
        "Wed, 18 Sep 2024 12:00:00 BST",  # British summer, Bangladesh
        "Wed, 18 Sep 2013 15:00:00 MSK",  # +4 then, +3 a year later
        "Wed, 18 Sep 2024 12:00:00 A",  # RFC 5322 section 4.3: used both ways round
        "Wed, 18 Sep 2024 12:00:00 +2500",
        "Wed, 18 Sep 2024 12:00:00 +0360",
    ],
)
def test_I23_a_date_without_a_zone_or_in_one_of_several_meanings_is_unknown(written: str) -> None:
    assert moment(written, (2024, 9, 18, 12, 0, 0, 2, 262, 0)) is None


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 31 Feb 2024 12:00:00 GMT",
        "Wed, 18 Sep 2024 24:00:00 GMT",
        "Wed, 18 Sep 2024 12:61:00 GMT",
        "Wed, 18 Sep 2024 12:00:99 GMT",
        "2024-13-18T12:00:00Z",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1726567200",
        "yesterday",
        "",
        "18 сентября 2024 12:00:00 +0300",
        "٢٠٢٤-٠٩-١٨T12:00:00Z",
        "1 " * 100_000,
    ],
)
def test_I20_I22_a_date_that_cannot_be_is_unknown(written: str) -> None:
    assert moment(written) is None


def test_I22_a_leap_second_is_the_second_before() -> None:
    assert moment("Sat, 31 Dec 2016 23:59:60 GMT") == moment("Sat, 31 Dec 2016 23:59:59 GMT")


def test_I22_other_forms_are_left_to_feedparser_where_they_name_a_zone() -> None:
    noon = (2024, 9, 18, 12, 0, 0, 2, 262, 0)
    assert moment("2024년 09월 18일  21:00:00", noon) == NOON  # Korean sites mean Korean time
    assert moment("2024-szeptember-18T14:00+02:00", noon) == NOON
    assert moment("Wed Sep 18 12:00:00 2024", noon) is None


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{2,4} \d\d:\d\d:\d\d .{0,8}"))
def test_I22_no_text_makes_it_raise(written: str) -> None:
    assert moment(written, (9999, 99, 99, 99, 99, 99, 0, 0, 0)) is None or 0 < (moment(written) or 1) < 5e9
