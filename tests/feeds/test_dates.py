"""Dates as feeds write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse.dates import day, moment, published
from monitor.feeds.parse.days import NAMES
from monitor.feeds.parse.document import parse_document
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
    assert moment(written) is None


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
        "172656720",
        "yesterday",
        "",
        "18 листопада 2024 12:00:00 +0900 +0300",
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
        *("", "2026", "2026-11", "yesterday", "11/12/2026", "Nov 2026", "22 поября 2026", "1 " * 100_000),
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
    assert published(["2024-09-18", "Wed, 18 Sep 2024 12:00:00 GMT"]) == (NOON, "")
    assert published(["soon", "2026-11-22", "2026-11-23"]) == (None, "2026-11-22")
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


def test_F17_an_instant_that_the_day_in_front_of_it_contradicts_is_none() -> None:
    assert published(["2026-11-22", "Wed, 18 Sep 2024 12:00:00 GMT"]) == (None, "2026-11-22")
    assert published(["2024-09-18", "Tue, 17 Sep 2024 20:00:00 GMT"])[0] is not None  # another zone's day


NOVEMBER_22 = 1_795_341_600.0  # 22 November 2026, 10:00 UTC


@pytest.mark.parametrize(
    "written",
    [
        *("22-11-2026 10:00:00 GMT", "22-11-2026T10:00:00Z", "22/11/2026 10:00 GMT", "11/22/2026 10:00:00 AM GMT"),
        *("2026.11.22 10:00:00 GMT", "2026/11/22 10:00 +0000", "Sun, 2026/11/22 05:00:00 EST", "20261122T100000Z"),
        *("2026-11-22T10Z", "2026年11月22日 10:00 GMT", "2026年11月22日 上午10:00 GMT", "22.11.2026 11:00 +0100"),
        *(
            "2026년 11월 22일 19:00:00",
            "2026. 11. 22. 오후 7:00",
            "2026-11-22 (일) 19:00",
            "Κυρ, 22 Νοε 2026 10:00:00 GMT",
        ),
        *("2026-november-22T12:00+02:00", "22 ноября 2026 г. в 13:00 +0300", "22 November 2026 at 10:00 am GMT"),
        *("٢٠٢٦-١١-٢٢T10:00:00Z", "\u200f22 نومبر 2026 15:00 PKT", "1795341600", "1795341600000"),
        *("22nd Nov 2026 10:00:00 GMT", "2026\u201111\u201122T10:00:00Z", "Sun Nov 22 10:00:00 +0000 2026"),
        *("Sun, 22 Nov 2026 10:00 AM GMT", "2026-11-22 10:00:00 AM +0000", "Nov 22, 2026 05:00 a.m. EST"),
    ],
)
def test_F17_an_instant_is_read_in_every_form_that_leaves_no_doubt(written: str) -> None:
    assert moment(written) == NOVEMBER_22


@pytest.mark.parametrize(
    "written",
    [
        *("22-11-2026", "22/11/2026", "11/22/2026", "2026. 11. 22.", "22. 11. 2026", "2026-11-22+05:00", "2026-11-22Z"),
        *("22. November 2026", "22nd Nov 2026", "the 22nd of November 2026", "November 22nd, 2026", "22 Nov 26"),
        *("22 ноября 2026", "22 ноября 2026 года, 10:00", "22 лістапада 2026 г."),
        *("22 de noviembre de 2026", "22 de novembre del 2026", "2026. gada 22. novembris"),
        *("22 نومبر 2026ء", "الأحد، ٢٢ نوفمبر ٢٠٢٦", "22 تشرين الثاني 2026", "22 نوفمبر/تشرين الثاني 2026"),
        *("रविवार, 22 नवंबर 2026", "२२ नवम्बर २०२६", "২২ নভেম্বর ২০২৬", "22 พฤศจิกายน 2026", "22 Kasım 2026 Pazar"),
        *(
            "22 marraskuuta 2026",
            "2026 m. lapkričio 22 d.",
            "2026年11月22日",
            "2026年11月22日星期日",
            "2026년 11월 22일",
        ),
        *("22 tháng 11 năm 2026", "Chủ nhật, 22 tháng 11, 2026", "Sun Nov 22 10:00:00 2026", "Mar, 22 nov. 2026"),
    ],
)
def test_F17_a_day_is_read_as_people_write_it(written: str) -> None:
    assert day(written) == "2026-11-22"


@pytest.mark.parametrize(
    "written",
    [
        *("01-02-2026 10:00 GMT", "01/02/2026 10:00 GMT", "01-02-2026", "22.11.26", "26.11.22 10:00 GMT", "12-11-10"),
        *("22 listopada 2026 10:00 GMT", "10:00:00 GMT", "2026Z", "2026-11Z", "--11-22Z", "2026-326T10:00Z"),
        *("2026-W47-7T10:00Z", "-26-11-22T10:00Z", "2611-22T10:00Z", "2026112210", "22 11 2026 10:00 GMT"),
        *("22 آبان ۱۴۰۵", "115年11月22日 10:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ],
)
def test_F17_what_can_be_read_in_two_ways_or_is_not_all_there_is_no_date(written: str) -> None:
    assert (moment(written), day(written)) == (None, "")


def test_F17_a_day_that_some_read_otherwise_is_no_instant() -> None:
    assert moment("02.01.2026 10:00 +0100") is None
    assert day("02.01.2026 10:00 +0100") == "2026-01-02"
    assert moment("02.02.2026 10:00 +0100") is not None


DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９")
NUMBERED = (
    "{y}{s}{m:02}{s}{d:02}",
    "{y}{s}{m}{s}{d}",
    "{d:02}{s}{m:02}{s}{y}",
    "{m:02}{s}{d:02}{s}{y}",
    "{d}{s}{m}{s}{y}",
)
BEHIND = (
    "",
    " 10:00:00 GMT",
    "T10:00:00Z",
    "T10:00:00+05:30",
    "Z",
    " GMT",
    "+05:00",
    " 10:00",
    " 10:00 +0000",
    " 3:15 PM EST",
)


@given(
    when=st.dates(date(1971, 1, 1), date(2099, 12, 30)),
    form=st.sampled_from(NUMBERED),
    mark=st.sampled_from(("-", "/", ".", "\u2010", "\u2212", ". ", " / ", ":", " ", "", "_")),
    digits=st.sampled_from(DIGITS),
    front=st.sampled_from(("", "Sun, ", "الأحد ", "\u200f", "воскресенье, ")),
    behind=st.sampled_from(BEHIND),
)
def test_F17_numbers_are_read_as_the_day_that_was_meant_or_not_at_all(
    when: date, form: str, mark: str, digits: str, front: str, behind: str
) -> None:
    written = form.format(y=when.year, m=when.month, d=when.day, s=mark).translate(str.maketrans(DIGITS[0], digits))
    seconds, found = moment(front + written + behind), day(front + written + behind)
    numbers = (when.month, when.day)
    month_first_with_dots = form.startswith("{m") and "." in mark and max(numbers) < 13
    if seconds is not None:
        assert abs(datetime.fromtimestamp(seconds, UTC).date() - when) <= timedelta(days=1)
    if found and not month_first_with_dots:
        assert found == when.isoformat()
    if form.startswith("{y}") and mark in ("-", "/", "."):
        assert found == when.isoformat()


@given(
    when=st.dates(date(1971, 1, 1), date(2099, 12, 31)),
    name=st.sampled_from([(month, name) for month, names in enumerate(NAMES, 1) for name in names.split()]),
    form=st.sampled_from(
        ("{d} {m} {y}", "{d}. {m}. {y}", "{m} {d}, {y}", "{y} {m} {d}", "{d} de {m} de {y}", "{d}-{m}-{y}")
    ),
    capital=st.booleans(),
)
def test_F17_the_months_are_known_by_their_names(when: date, name: tuple[int, str], form: str, capital: bool) -> None:
    month, called = name[0], name[1].replace("_", " ")
    when = when.replace(month=month, day=min(when.day, 28))
    written = form.format(d=when.day, m=called.title() if capital else called, y=when.year)
    assert day(written) == when.isoformat()
    assert moment(written + " 12:00:00 GMT") == datetime(when.year, month, when.day, 12, tzinfo=UTC).timestamp()


def test_F17_no_name_is_that_of_two_months() -> None:
    names = [name for names in NAMES for name in names.split()]
    assert len(names) == len(set(names))


@given(st.text("0123456789 -./:TZ+年月日년월일novмая", max_size=24))
def test_F17_a_date_is_read_only_where_year_month_and_day_are_written(written: str) -> None:
    read = [datetime.fromtimestamp(seconds, UTC).date() for seconds in [moment(written)] if seconds]
    if read and len(written.strip()) in (10, 13) and written.strip().isdecimal():
        return  # unix time
    for found in read or [date.fromisoformat(found) for found in [day(written)] if found]:
        days = {found + timedelta(days=shift) for shift in (-1, 0, 1)}  # the day in another zone
        numbers = {int(number) for number in re.findall(r"\d+", written)} | {
            int(part) for run in re.findall(r"\d{8}", written) for part in (run[:4], run[4:6], run[6:])
        }
        assert any({one.year, one.day} <= numbers or {one.year % 100, one.day} <= numbers for one in days)
        assert any(one.month in numbers for one in days) or re.search("nov|мая|май|ма", written)


@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{2,4} \d\d:\d\d:\d\d .{0,8}"))
def test_I22_no_text_makes_it_raise(written: str) -> None:
    assert moment(written) is None or 0 < (moment(written) or 1) < 5e9


ITEMS = {
    "RSS": "<rss version='2.0'><channel><title>T</title><item><title>A</title>{date}</item></channel></rss>",
    "Atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><id>1</id><title>A</title>"
    "<link href='http://a.example/'/>{date}</entry></feed>",
    "JSON": '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", {date}}}]}}',
}


@pytest.mark.parametrize(
    ("format_", "date_"),
    [
        ("RSS", "<pubDate>22-11-2026 10:00:00 GMT</pubDate>"),
        ("RSS", "<pubDate>1795341600</pubDate>"),
        (
            "RSS",
            "<prism:publicationDate xmlns:prism='http://prismstandard.org/namespaces/basic/2.0/'>2026-11-22T10:00:00Z"
            "</prism:publicationDate>",
        ),
        (
            "RSS",
            "<news:publication_date xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>2026-11-22T10:00:00Z"
            "</news:publication_date>",
        ),
        ("Atom", "<published>20261122T100000Z</published>"),
        ("Atom", "<published>2026년 11월 22일 19:00</published>"),
        ("JSON", '"date_published": 1795341600'),
        ("JSON", '"date_published": 1795341600000'),
        ("JSON", '"date_published": 1795341600.0'),
        ("JSON", '"date_published": 1.7953416e9'),
        ("JSON", '"date_modified": "22/11/2026 10:00 GMT"'),
    ],
)
def test_F17_dates_are_read_in_every_format(format_: str, date_: str) -> None:
    found = parse_document(ITEMS[format_].format(date=date_).encode(), "http://a.example/feed", "")
    assert isinstance(found, Parsed)
    assert [entry.published for entry in found.entries] == [NOVEMBER_22]


def test_F17_when_a_thing_was_created_counts_only_where_nothing_else_is_said() -> None:
    created = "<dcterms:created xmlns:dcterms='http://purl.org/dc/terms/'>2019-01-02T10:00:00Z</dcterms:created>"
    for said, expected in (("", 1_546_423_200.0), ("<pubDate>11/12/2026</pubDate>", None)):
        body = ITEMS["RSS"].format(date=said + created).encode()
        found = parse_document(body, "http://a.example/feed", "")
        assert isinstance(found, Parsed)
        assert found.entries[0].published == expected
