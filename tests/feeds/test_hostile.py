"""Documents that are broken, and documents that mean harm. They stand in ``tests/data/feeds``, or are made here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse.document import parse_document
from monitor.feeds.parse.entries import MOST_ENTRIES
from monitor.model import Parsed, ParseFailed
from monitor.text.clean import BODY_LIMIT, LINK_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT
from tests.feeds.documents import FEEDS, URL, assert_clean, parsed, result, rss, titles
from tests.work import LINEAR, growth


@pytest.mark.parametrize(
    "name",
    [
        "truncated.xml",
        "truncated-in-a-title.xml",
        "truncated-atom.xml",
        "truncated-rdf.xml",
    ],
)
def test_E08_a_document_without_its_end_is_incomplete(name: str) -> None:
    assert not parsed(name).complete


@pytest.mark.parametrize("name", ["bare-ampersand.xml", "warning-in-front.xml", "control-characters.xml"])
def test_E08_a_malformed_document_with_its_end_is_complete(name: str) -> None:
    assert parsed(name).complete


def test_E08_the_whole_items_of_a_cut_document_are_kept() -> None:
    assert titles("truncated.xml")[:4] == ["Story 0", "Story 1", "Story 2", "Story 3"]


@pytest.mark.parametrize(
    ("name", "whole"), [("truncated.xml", 4), ("truncated-in-a-title.xml", 4), ("truncated-atom.xml", 1)]
)
def test_E08_the_item_that_was_cut_is_left_for_the_next_poll(name: str, whole: int) -> None:
    # Without its guid it would be told again when it is whole; with half of its text it would not be matched again.
    assert len(parsed(name).entries) == whole


def test_H42_undefined_entities_and_namespaces_cost_no_item() -> None:
    assert titles("bare-ampersand.xml")[1:] == ["Fish chips", "Third"]


def test_H40_a_bare_ampersand_stays_an_ampersand() -> None:
    assert titles("bare-ampersand.xml")[0] == "AT&T wins"


def test_H40_a_bare_ampersand_stays_an_ampersand_in_atom_too() -> None:
    assert titles("bare-ampersand-atom.xml") == ["AT&T wins"]


def test_H40_ampersands_and_unknown_entities_stay_what_they_were_everywhere() -> None:
    item = "<title>at&t and R&D, Q&A &nbsp;x&y=2 &rsquo;</title><link>http://x.example/?a=1&b=2&copy=3</link>"
    item += "<description>&lt;p&gt;AT&amp;T, fish&chips</description>"
    result = parse_document(rss(f"<item>{item}</item><item><title><![CDATA[AT&T & <b>x</b>]]></title></item>"), URL, "")
    assert isinstance(result, Parsed)
    assert result.complete
    first, second = result.entries
    assert first.title == "at&t and R&D, Q&A x&y=2 \u2019"
    assert first.link == "http://x.example/?a=1&b=2&copy=3"
    assert first.summary == "AT&T, fish&chips"
    assert second.title == "AT&T & x"


def test_H42_an_undeclared_namespace_costs_no_item() -> None:
    result = parse_document(rss("<item><title>One</title><media:thumbnail url='x'/></item>"), URL, "text/xml")
    assert isinstance(result, Parsed)
    assert [entry.title for entry in result.entries] == ["One"]


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#xDFFF;", "&#0;", "&#11;", "&#x110000;", "&#xFFFE;", "&#99999999999;"]
)
def test_H12_H13_a_reference_to_no_character_costs_no_other_item(reference: str) -> None:
    body = rss(f"<item><title>a{reference}b</title><guid>g{reference}</guid></item><item><title>Whole</title></item>")
    result = parse_document(body, URL, "text/xml")
    assert isinstance(result, Parsed)
    assert result.entries[1].title == "Whole"
    assert_clean(result)


@pytest.mark.parametrize("control", ["\0", "\x07", "\x0b", "\x1b", "\x7f", "\u2028"])
def test_H13_controls_in_guid_and_link_are_cleaned_the_same_way_each_time(control: str) -> None:
    body = rss(
        f"<item><title>a{control}b</title><guid>g{control}h</guid><link>https://n.example/{control}x</link></item>"
    )
    first, second = (parse_document(body, URL, "text/xml") for _ in range(2))
    assert isinstance(first, Parsed)
    assert first == second
    assert first.entries[0].title == "a b"
    assert_clean(first)


def test_H12_a_lone_surrogate_is_an_error_of_its_feed_or_is_cleaned() -> None:
    document = result("lone-surrogate.xml")
    if isinstance(document, Parsed):
        assert "A whole one" in [entry.title for entry in document.entries]
    else:
        assert document.kind == "parser"


def test_H01_entities_that_multiply_are_not_expanded() -> None:
    document = result("billion-laughs.xml")
    assert isinstance(document, ParseFailed) or all(len(entry.title) < 100 for entry in document.entries)


def test_H01_one_long_entity_many_times_is_not_expanded() -> None:
    entities = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>'
    body = rss(f"<item><title>{'&a;' * 50_000}</title></item>").replace(b"<rss", entities.encode() + b"<rss")
    result = parse_document(body, URL, "text/xml")
    assert isinstance(result, ParseFailed) or all(len(entry.title) <= TITLE_LIMIT for entry in result.entries)


def test_H02_external_entities_are_not_read() -> None:
    document = parsed("external-entity.xml")
    assert len(document.entries) == 1
    assert "root:" not in repr(document)
    assert "/bin" not in repr(document)


@pytest.mark.parametrize("name", sorted(path.name for path in FEEDS.iterdir()))
def test_H09_H13_whatever_the_document_its_texts_are_clean(name: str) -> None:
    document = result(name)
    texts = [document.detail] if isinstance(document, ParseFailed) else [document.title, document.language]
    for entry in document.entries if isinstance(document, Parsed) else ():
        texts += [entry.guid, entry.link, entry.title, entry.summary, entry.body]
        assert entry.link == "" or entry.link.startswith(("http://", "https://"))
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for text in texts for char in text)


def test_H09_escape_codes_lose_their_escape() -> None:
    assert titles("control-characters.xml")[0] == "Clear [2J screen and ]8;;https://evil.example link"


def test_H10_a_title_is_one_line() -> None:
    assert titles("control-characters.xml")[1].startswith("One Bcc: x@evil.example two")


# Pieces of documents, so that chance finds its way into them.
PIECES = st.sampled_from(
    [
        *(b"<item>", b"</item>", b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"&#x202e;", b"&#xD800;", b"&#27;"),
        *(b"<ttl>", b"<pubDate>", b"<guid isPermaLink='true'>", b"<skipHours><hour>", b"&amp;", b"\xff", b"\xd0\x94"),
        *(b"\0", b"{", b'"', b"<!--", b"<?xml version='1.0' encoding='koi8-r'?>", b"<!ENTITY a 'b'>", b"<a b='"),
        b"<entry xmlns='http://x'>",
    ]
)
BODIES = st.lists(PIECES | st.binary(max_size=12), max_size=25).map(b"".join)
HEADERS = st.sampled_from(
    ["", "text/xml", "text/html; charset=utf-16", "application/json; charset=big5", ";charset=\x1b"]
)


@given(BODIES, HEADERS)
def test_H44_whatever_the_bytes_the_parser_does_not_raise_and_its_texts_are_clean(body: bytes, header: str) -> None:
    assert_clean(parse_document(body, URL, header))
    assert_clean(parse_document(rss("<item><title>%s</title></item>").replace(b"%s", body), URL, header))
    feed = b'{"version": "https://jsonfeed.org/version/1", "items": [{"title": "%s"}]}'
    assert_clean(parse_document(feed.replace(b"%s", body), URL, header))


def test_H44_a_poison_document_costs_the_next_one_nothing() -> None:
    expected = parsed("rss20.xml")
    for name in sorted(path.name for path in FEEDS.iterdir()):
        assert isinstance(result(name), Parsed | ParseFailed)
        assert parsed("rss20.xml") == expected


def test_H19_tags_nested_without_end_do_not_raise() -> None:
    document = parse_document(rss("<item><title>" + "<b>" * 20_000 + "x</title></item>"), URL, "text/xml")
    assert isinstance(document, Parsed | ParseFailed)


def test_H20_texts_are_cut_and_entries_counted_up_to_a_limit() -> None:
    long = f"<item><title>{'t ' * 60_000}</title><link>https://n.example/{'l' * 9000}</link>"
    long += f"<guid isPermaLink='false'>{'g' * 9000}</guid><description>{'s ' * 60_000}</description></item>"
    document = parse_document(rss(long + "<item><title>x</title></item>" * MOST_ENTRIES), URL, "text/xml")
    assert isinstance(document, Parsed)
    assert len(document.entries) == MOST_ENTRIES
    assert document.cut == 1
    first = document.entries[0]
    assert len(first.title) <= TITLE_LIMIT
    assert len(first.summary) <= SUMMARY_LIMIT
    assert len(first.body) <= BODY_LIMIT
    assert max(len(first.link), len(first.guid)) <= LINK_LIMIT


def test_H20_a_hundred_thousand_items_cost_no_more_than_those_that_are_kept() -> None:
    items = "".join(f"<item><guid>{number}</guid><title>Story {number}</title></item>" for number in range(100_000))
    document = parse_document(rss(items + "<ttl>60</ttl>"), URL, "text/xml")
    assert isinstance(document, Parsed)
    assert document.complete
    assert [document.entries[place].guid for place in (0, -1)] == ["0", str(MOST_ENTRIES - 1)]
    assert document.cut == 100_000 - MOST_ENTRIES
    assert document.ttl == 3600


def test_H20_a_title_of_5_mb_is_cut() -> None:
    document = parse_document(rss(f"<item><title>{'word ' * 1_000_000}</title></item>"), URL, "text/xml")
    assert isinstance(document, Parsed)
    assert len(document.entries[0].title) <= TITLE_LIMIT


def _fields(name: str, times: int) -> str:
    return "".join(f"<{name}>{name}{number}</{name}>" for number in range(times))


@pytest.mark.parametrize(
    ("poison", "most"),
    [
        (lambda size: "<foo " + " ".join(f'a{number}="1"' for number in range(size)) + "/>", 40_000),
        (lambda size: "<author>a@" + "a." * size + "!</author>", 32_000),
        (lambda size: "<author><name>a@" + "a." * size + "!</name></author>", 32_000),
        (lambda size: "<author><dc:creator>a@" + "a." * size + "!</dc:creator>", 1_900),
        (lambda size: _fields("category", size), 20_000),
        (lambda size: _fields("guid", size), 100_000),
        (lambda size: _fields("title", size), 100_000),
        (lambda size: "<x>" * size + "</x>" * size, 200_000),
        (lambda size: "<x>" * size, 200_000),
        (lambda size: "<author>" * size, 200_000),
        (lambda size: "<x/>" * size, 400_000),
        (lambda size: '<a href="x>' * size, 100_000),
        (lambda size: "".join(f"<a{number}:author>" for number in range(size)), 100_000),
    ],
    ids=[
        *("attributes", "author", "author's name", "author inside", "categories", "guids", "titles", "nested"),
        *("without end", "authors", "many", "quotes", "prefixes"),
    ],
)
@pytest.mark.parametrize(
    ("share", "small"), [(10, 250), pytest.param(1, 2_000, marks=pytest.mark.long)], ids=["part", "most"]
)
def test_H19_one_hostile_entry_costs_no_more_than_its_size_and_none_of_the_others(
    poison: Callable[[int], str], most: int, share: int, small: int
) -> None:
    others = "".join(f"<item><guid>{number}</guid><title>Story {number}</title></item>" for number in range(20))

    def read(size: int) -> Parsed | ParseFailed:
        # What makes the document one for feedparser.
        unusual = "<foo><b/></foo>"
        poisoned = f"<item><guid isPermaLink='false'>x</guid><title>Poison</title>{poison(size)}</item>"
        return parse_document(rss(f"{unusual}{others}{poisoned}"), URL, "text/xml")

    document = read(most // share)
    assert isinstance(document, Parsed)
    assert [entry.title for entry in document.entries][:20] == [f"Story {number}" for number in range(20)]
    assert growth(read, small) < LINEAR  # from some size on, much is cut


def test_H19_what_is_cut_for_its_tags_keeps_its_words_and_its_neighbours() -> None:
    words = "".join(f"<p>word{number} <b>bold</b></p>" for number in range(3_000))
    content = f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{words}</div></content>"
    entries = f"<entry><id>1</id><title>One</title>{content}</entry><entry><id>2</id><title>Two</title></entry>"
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>{entries}</feed>".encode()
    document = parse_document(body, URL, "application/atom+xml")
    assert isinstance(document, Parsed)
    assert document.complete
    assert [entry.title for entry in document.entries] == ["One", "Two"]
    first = document.entries[0]
    assert first.summary.startswith("word0 bold word1 bold")
    assert first.body.endswith("word2999 bold")


def test_what_is_never_asked_for_costs_nothing_that_is() -> None:
    item = "<title>One <![CDATA[<author> & </author>]]></title><author>Bob<guid isPermaLink='false'>g</guid>"
    item += "<dc:creator>Eve</dc:creator><category/><category>c</category></author><link>http://x.example/1</link>"
    document = parse_document(rss(f"<foo><b/></foo><item>{item}</item>"), URL, "text/xml")
    assert isinstance(document, Parsed)
    (entry,) = document.entries
    assert (entry.title, entry.link) == ("One <author> & </author>", "http://x.example/1")


@pytest.mark.parametrize(
    "element",
    [
        '<pos xmlns="http://www.opengis.net/gml">1 2</pos>',
        '<posList xmlns="http://www.opengis.net/gml">1 2 3</posList>',
        '<where xmlns="http://www.georss.org/georss"><Point xmlns="http://www.opengis.net/gml" srsName="EPSG:x">'
        "<pos>1 2</pos></Point></where>",
        '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters"><psc:chapter title="x"/></psc:chapters>',
        "<textInput><name>x</name></textInput>",
        '<textInput><link href="http://x/"/></textInput>',
    ],
)
def test_H44_an_odd_element_in_one_item_costs_none(element: str) -> None:
    items = "".join(f"<item><guid>{number}</guid><title>Story {number}</title></item>" for number in range(3))
    odd = f"<item><guid>odd</guid><title>Odd</title>{element}<link>https://news.example/odd</link></item>"
    document = parse_document(rss(items + odd + items.replace("Story", "Late story")), URL, "")
    assert isinstance(document, Parsed), document
    assert [entry.title for entry in document.entries][2:5] == ["Story 2", "Odd", "Late story 0"]
    assert document.entries[3].link == "https://news.example/odd"


@pytest.mark.parametrize("opens", ["<![CDATA[", "<!--"])
def test_E08_an_end_tag_in_the_text_of_a_cut_document_is_not_its_end(opens: str) -> None:
    whole = rss(f"<item><title>A</title></item><item><title>B</title><description>{opens}close </rss> and").decode()
    document = parse_document(whole.partition(" and")[0].encode() + b" and", URL, "")
    assert isinstance(document, Parsed)
    assert not document.complete
