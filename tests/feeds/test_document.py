"""What is told of a feed's document to people."""

from __future__ import annotations

import pytest

from monitor.feeds.parse.document import encoding_of, format_of, typical_gap
from monitor.model import Entry


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<?xml version="1.0"?><rss xmlns:a="b" version="2.0"><channel/></rss>', "RSS 2.0"),
        ("<rss version='0.91'>", "RSS 0.91"),
        ("<rss>", "RSS"),
        ('<rdf:RDF xmlns="http://purl.org/rss/1.0/">', "RSS 1.0 (RDF)"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "Atom"),
        ('<a:feed version="1.0" xmlns:a="http://www.w3.org/2005/Atom">', "Atom"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#">', "Atom 0.3"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "JSON Feed"),
        ('[{"title": "The Desk", "items": []}]', "JSON Feed"),
        ("<html></html>", ""),
        ("", ""),
    ],
)
def test_the_format_is_named(body: str, told: str) -> None:
    assert format_of(body.encode()) == told
    assert format_of(body.encode("utf-16")) == told


def test_the_encoding_is_the_one_that_counts() -> None:
    declared = b'<?xml version="1.0" encoding="KOI8-R"?><rss/>'
    assert encoding_of(declared, "text/xml") == "koi8-r"
    assert encoding_of(declared, 'text/xml; charset="Windows-1251"') == "windows-1251"
    assert encoding_of(b"\xef\xbb\xbf" + declared, "text/xml; charset=windows-1251") == "utf-8"
    assert encoding_of("<rss/>".encode("utf-16"), "") == "utf-16"
    assert encoding_of(b"<rss/>", "text/xml") == "utf-8"


def test_the_typical_gap_is_that_in_the_middle() -> None:
    def entries(*dates: float | None) -> list[Entry]:
        return [Entry("", "", "", "", "", date) for date in dates]

    assert typical_gap(entries(100.0, None, 0.0, 700.0, 160.0)) == 100.0
    assert typical_gap(entries(100.0, 0.0)) is None
