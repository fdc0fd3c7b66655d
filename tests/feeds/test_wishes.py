"""What a feed asks of those who poll it, read from whole documents."""

from __future__ import annotations

import pytest

from monitor.feeds.parse.document import parse_document
from monitor.model import Parsed

SY = "http://purl.org/rss/1.0/modules/syndication/"


def channel(inside: str, behind: str = "") -> Parsed:
    item = "<item><title>x</title></item>"
    body = f'<rss version="2.0" xmlns:sy="{SY}"><channel><title>x</title>{inside}{item}{behind}</channel></rss>'
    result = parse_document(body.encode(), "https://news.example/rss", "application/rss+xml")
    assert isinstance(result, Parsed)
    assert len(result.entries) == 1
    return result


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("60", 3600.0),
        (" 5 ", 300.0),
        ("60 min", 3600.0),
        ("90.0", 5400.0),
        ("0", 0.0),
        ("-1", 0.0),
        ("", 0.0),
        ("1" + "0" * 18, 0.0),
        ("9" * 5000, 0.0),
        ("NaN", 0.0),
        ("inf", 0.0),
        ("1e3", 0.0),
        ("٦٠", 0.0),
        ("hourly", 0.0),
    ],
)
def test_E21_a_ttl_is_minutes_or_nothing(written: str, seconds: float) -> None:
    assert channel(f"<ttl>{written}</ttl>").ttl == seconds


def test_how_often_a_feed_says_that_it_is_written_is_no_wish() -> None:
    inside = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>"
    assert channel(inside).ttl == 0.0
    assert channel(f"<ttl>5</ttl>{inside}").ttl == 300.0


def hours(*written: str) -> str:
    return "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in written) + "</skipHours>"


def test_E22_hours_and_days_to_skip_are_all_read() -> None:
    days = "<skipDays><day>Sunday</day><day> monday </day><day>Sun</day><day>Sunday</day></skipDays>"
    document = channel(hours("1", " 2", "24", "25", "-1", "x", "1.5", "٣", "2"), behind=days)
    assert document.skip_hours == (0, 1, 2)
    assert document.skip_days == (0, 6)


def test_E22_all_hours_and_days_are_passed_on_as_they_are() -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    days = "<skipDays>" + "".join(f"<day>{day}</day>" for day in names) + "</skipDays>"
    document = channel(hours(*map(str, range(24))) + days)
    assert document.skip_hours == tuple(range(24))
    assert document.skip_days == tuple(range(7))


def test_E22_what_an_item_says_about_hours_is_its_text() -> None:
    text = "<item><title>y</title><description><![CDATA[<skipHours><hour>3</hour></skipHours>]]></description></item>"
    body = f"<rss version='2.0'><channel><title>x</title>{text}</channel></rss>"
    result = parse_document(body.encode(), "https://news.example/rss", "application/rss+xml")
    assert isinstance(result, Parsed)
    assert result.skip_hours == ()


def test_the_home_page_is_a_web_link() -> None:
    assert channel("<link>/home?a=1&amp;b=2</link>").home == "https://news.example/home?a=1&b=2"
    assert channel("<link>javascript:alert(1)</link>").home == ""


@pytest.mark.parametrize("around", ["<!-- {} -->", "<description><![CDATA[{}]]></description>"])
def test_E22_hours_in_a_comment_or_a_text_are_no_wish(around: str) -> None:
    assert channel(around.format(hours("3")) + hours("5")).skip_hours == (5,)


def test_E22_hours_are_read_whatever_attributes_their_list_has() -> None:
    assert channel(hours("3").replace("<skipHours>", '<skipHours x="y">')).skip_hours == (3,)
