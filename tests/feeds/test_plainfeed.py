"""Our own reader of usual feeds finds what feedparser finds, or leaves the document to it."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse.encoding import text_of
from monitor.feeds.parse.repair import trimmed
from monitor.feeds.parse.xmlfeed import by_feedparser, of_plain_feed
from tests.feeds.documents import FEEDS, URL

SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
SPACES += ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:a="http://www.w3.org/2005/Atom"'
SPACES += ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


@pytest.mark.parametrize("name", sorted(path.name for path in FEEDS.iterdir()))
def test_every_document_is_read_as_by_feedparser_or_left_to_it(name: str) -> None:
    text = trimmed(text_of((FEEDS / name).read_bytes(), ""))
    assert of_plain_feed(text, URL) in (None, by_feedparser(text, URL))


@pytest.mark.parametrize("name", ["rss20.xml", "escapes.xml"])
def test_usual_documents_are_not_left_to_feedparser(name: str) -> None:
    assert of_plain_feed(trimmed((FEEDS / name).read_text("utf-8")), URL)


TEXTS = st.sampled_from(
    [
        *(
            "",
            " ",
            "Headline",
            "AT&T",
            "AT&amp;T",
            "<b>bold</b> text",
            "1 < 2",
            "https://news.example/1",
            "/2",
            "guid-1",
        ),
        *(
            "Пакистан",
            "Caf\xe9",
            "\xc3\xa9",
            "\x85",
            "a\nb",
            "Wed, 18 Sep 2024 12:00:00 GMT",
            "2024-09-18T12:00:00Z",
            "60",
        ),
        *("yesterday", "javascript:alert(1)", "urn:uuid:1", "&#8217;", "x" * 5000),
    ]
)
RSS_TAGS = st.sampled_from(
    [
        *("title", "link", "guid", "description", "pubDate", "content:encoded", "dc:date", "dc:creator", "author"),
        *("category", "comments", "media:content", "media:title", "a:link", "a:updated", "Title", "ttl", "enclosure"),
    ]
)
FEED_TAGS = st.sampled_from(
    ["title", "link", "language", "ttl", "dc:date", "sy:updatePeriod", "a:link", "image", "dc:title"]
)
ATOM_TAGS = st.sampled_from(
    ["title", "id", "summary", "content", "published", "updated", "author", "rights", "subtitle"]
)
ATTRIBUTES = st.sampled_from(
    ["", "", "", ' isPermaLink="false"', ' type="html"', ' type="text"', ' rel="self" href="/x"']
)
LINKS = st.sampled_from(["", '<link href="/1"/>', '<link rel="self" href="/s"/><link href="https://news.example/2"/>'])


@st.composite
def elements(draw: st.DrawFn, tags: st.SearchStrategy[str]) -> str:
    tag, attributes, text = draw(tags), draw(ATTRIBUTES), draw(TEXTS)
    written = f"<![CDATA[{text}]]>" if draw(st.booleans()) else escape(text)
    return f"<{tag}{attributes}>{written}</{tag}>"


def lists(tags: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(elements(tags), max_size=most, unique_by=lambda element: element.partition(">")[0]).map("".join)


@given(lists(FEED_TAGS, 3), st.lists(lists(RSS_TAGS, 5), max_size=3))
def test_an_rss_document_is_read_as_by_feedparser_or_left_to_it(feed: str, items: list[str]) -> None:
    entries = "".join(f"<item>{item}</item>" for item in items)
    text = f'<rss version="2.0" {SPACES}><channel>{feed}{entries}</channel></rss>'
    assert of_plain_feed(text, URL) in (None, by_feedparser(text, URL))


@given(lists(ATOM_TAGS, 2), LINKS, st.lists(st.tuples(lists(ATOM_TAGS, 5), LINKS), max_size=3))
def test_an_atom_document_is_read_as_by_feedparser_or_left_to_it(
    feed: str, link: str, parts: list[tuple[str, str]]
) -> None:
    entries = "".join(f"<entry>{inside}{where}</entry>" for inside, where in parts)
    text = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en_GB">{feed}{link}{entries}</feed>'
    assert of_plain_feed(text, URL) in (None, by_feedparser(text, URL))


ODD_ITEMS = [
    '<item href="https://other.example/"><title>T</title><guid>1</guid></item>',
    '<item><title>T</title><description type="xhtml">x</description></item>',
    '<item><title type="xhtml">T</title></item>',
    '<item><title>T</title><description mode="base64">eHg=</description></item>',
    "<author><item><title>T</title></item></author>",
    "<image><pubDate>Wed, 18 Sep 2024 12:00:00 GMT</pubDate></image><item><title>T</title></item>",
    "<category><ttl>60</ttl></category><item><title>T</title></item>",
    "<image><ttl>60</ttl></image><item><title>T</title></item>",
]


@pytest.mark.parametrize("inside", ODD_ITEMS)
def test_what_is_not_sure_is_left_to_feedparser(inside: str) -> None:
    assert of_plain_feed(f'<rss version="2.0"><channel><title>x</title>{inside}</channel></rss>', URL) is None
