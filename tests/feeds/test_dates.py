"""Dates as feeds write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import day, moment, published
from monitor.feeds.parse import parse_document
from monitor.model import Parsed

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


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22",
        "2026-11-2",
        " 2026-11-22 ",
        "2026/11/22",
        "2026.11.22",
        "20261122",
        "2026-11-22 10:30",
        "2026-11-22T10:30:00",
        "2026-11-22T10:30:00 IST",
        "22 Nov 2026",
        "22 November 2026",
        "Sun, 22 Nov 2026",
        "Sunday, 22 November 2026 10:30",
        "Sun, 22 Nov 2026 10:30:00 BST",
        "22-Nov-2026",
        "Nov 22, 2026",
        "November 22 2026",
        "Sunday, November 22, 2026",
        "22.11.2026",
        "22.11.2026 10:30",
    ],
)
def test_F17_a_date_that_names_no_instant_names_a_day(written: str) -> None:
    expected = "2026-11-02" if written.endswith("-2") else "2026-11-22"
    assert moment(written) is None
    assert day(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        *("", "2026", "2026-11", "yesterday", "11/22/2026", "Nov 2026", "22 сентября 2026", "1 " * 100_000),
        *("2026-11-22T99:00:00Z", "22 Nov 2026 10:60", "Sun, 22 Nov 2026 24:00:00 GMT", "2026-11-22 10:00:61"),
        *("2026-13-01", "2026-02-30", "31.06.2026", "0001-01-01", "9999-01-01"),
        *("1726567200", "202611221030", "2026-11-223", "2026-1122"),
    ],
)
def test_F17_what_names_no_day_has_none(written: str) -> None:
    assert day(written) == ""


@given(st.text(max_size=60))
def test_F17_no_text_makes_a_day_raise(written: str) -> None:
    assert day(written) == "" or len(day(written)) == 10


def test_F17_an_instant_is_worth_more_than_a_day() -> None:
    assert published([("2026-11-22", None), ("Wed, 18 Sep 2024 12:00:00 GMT", None)]) == (NOON, "")
    assert published([("soon", None), ("2026-11-22", None), ("2026-11-23", None)]) == (None, "2026-11-22")
    assert published([]) == (None, "")


DOCUMENTS = {
    "RDF": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>'
    "<item rdf:about='1'><title>A</title><dc:date>2026-11-22</dc:date></item></rdf:RDF>",
    "RSS": "<rss version='2.0'><channel><title>T</title><item><title>A</title><pubDate>22 Nov 2026</pubDate></item>"
    "</channel></rss>",
    "Atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>1</id><title>A</title>"
    "<link href='http://a.example/'/><updated>2026-11-22</updated></entry></feed>",
    "JSON": '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "date_published": "2026-11-22"}]}',
}


@pytest.mark.parametrize("format_", DOCUMENTS)
def test_F17_the_day_is_read_in_every_format(format_: str) -> None:
    found = parse_document(DOCUMENTS[format_].encode(), "http://a.example/feed", "")
    assert isinstance(found, Parsed)
    assert [(entry.published, entry.day) for entry in found.entries] == [(None, "2026-11-22")]


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
