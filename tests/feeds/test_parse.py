"""Feed documents, through the real parser. The documents stand in ``tests/data/feeds``."""

from __future__ import annotations

import pytest

from monitor.feeds.parse.document import parse_document
from monitor.model import Entry, Parsed, ParseFailed
from tests.feeds.documents import FEEDS, NOON, URL, by_title, parsed, result, rss, titles

# --- formats ---------------------------------------------------------------------------------------------------------


def test_H43_rss_2_is_read_whole() -> None:
    document = parsed("rss20.xml")
    assert (document.title, document.language, document.complete) == ("The Desk", "en", True)
    assert document.entries == (
        Entry(
            "desk-1",
            "https://news.example/1",
            "Pakistan applies for BRICS membership",
            "The bid was long expected. Talks follow.",
            "",
            NOON,
        ),
        Entry("https://news.example/2", "https://news.example/2", "Второй заголовок", "", "", NOON),
    )


def test_H43_atom_is_read_whole() -> None:
    document = parsed("atom.xml", "application/atom+xml")
    assert (document.title, document.complete) == ("The Desk", True)
    assert document.entries == (
        Entry(
            "tag:news.example,2024:1",
            "https://news.example/1",
            "Talks on Pakistan Stream",
            "A short text",
            "The whole story",
            NOON,
        ),
        Entry("tag:news.example,2024:2", "https://news.example/2", "Only content", "All of it", "", NOON),
    )


def test_H43_rdf_is_read_whole() -> None:
    document = parsed("rdf.xml", "application/rdf+xml")
    assert document.complete
    assert [(entry.guid, entry.title) for entry in document.entries] == [
        ("https://news.example/1", "Mishustin lands in Islamabad"),
        ("https://news.example/2", "SCO meeting opens"),
    ]
    assert document.entries[0].published == 1_728_982_800.0


@pytest.mark.parametrize(
    ("name", "looks_like"),
    [
        ("page.html", "a web page"),
        ("error.json", "a JSON document"),
        ("document.pdf", "a PDF document"),
        ("image.png", "an image"),
        ("other.xml", "some other XML"),
    ],
)
def test_H39_what_is_no_feed_is_called_what_it_is(name: str, looks_like: str) -> None:
    failure = result(name)
    assert isinstance(failure, ParseFailed)
    assert failure.kind == "not-a-feed"
    assert looks_like in failure.detail


@pytest.mark.parametrize("name", ["empty.xml", "blank.xml"])
def test_H39_an_empty_body_is_called_empty(name: str) -> None:
    failure = result(name)
    assert isinstance(failure, ParseFailed)
    assert failure.kind == "empty"


@pytest.mark.parametrize("body", [b"", b"\xef\xbb\xbf", b"\xff\xfe \0", b"\0\0", b"\n\t "])
def test_H39_a_body_of_nothing_but_marks_and_blanks_is_called_empty(body: bytes) -> None:
    assert parse_document(body, URL, "text/xml") == ParseFailed("empty", "the document is empty")


def test_H39_every_kind_of_body_that_is_no_feed_has_a_sentence_of_its_own() -> None:
    bodies = (
        b"",
        b"<html><body>x</body></html>",
        b"%PDF-1.7",
        b"GIF89a",
        b'{"error": "x"}',
        b'{"a',
        b"PK\3\4",
        b"<svg/>",
    )
    failures = [parse_document(body, URL, "text/xml") for body in bodies]
    assert len({failure.detail for failure in failures if isinstance(failure, ParseFailed)}) == len(bodies)


def test_a_feed_without_items_is_a_feed() -> None:
    assert parsed("no-items.xml").entries == ()


@pytest.mark.parametrize(
    "document",
    [
        '<rss version="0.91"><channel><title>T</title>ITEMS</channel></rss>',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss.dtd">'
        '<rss version="0.91"><channel><title>T</title>ITEMS</channel></rss>',
        '<rss version="0.92"><channel><title>T</title>ITEMS</channel></rss>',
        '<rss version="0.93"><channel><title>T</title>ITEMS</channel></rss>',
        '<rss version="0.94"><channel><title>T</title>ITEMS</channel></rss>',
        "<rss><channel><title>T</title>ITEMS</channel></rss>",
        '<rss version="2.0" xmlns="http://backend.userland.com/rss2"><channel><title>T</title>ITEMS</channel></rss>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        "<channel><title>T</title></channel>ITEMS</rdf:RDF>",
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title>One</title>'
        '<link rel="alternate" href="https://news.example/1"/></entry></feed>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>One</title>'
        '<link href="https://news.example/1"/></entry></feed>',
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title><a:entry><a:title>One</a:title>'
        '<a:link href="https://news.example/1"/></a:entry></a:feed>',
        # feedparser takes the last title of a CDF document for its own.
        '<CHANNEL><ITEM HREF="https://news.example/1"><TITLE>One</TITLE></ITEM><TITLE>T</TITLE></CHANNEL>',
    ],
)
def test_H43_every_old_format_gives_its_items(document: str) -> None:
    item = "<item><title>One</title><link>https://news.example/1</link></item>"
    result = parse_document(document.replace("ITEMS", item).encode(), URL, "application/rss+xml")
    assert isinstance(result, Parsed)
    assert result.title == "T"
    assert [(entry.title, entry.link) for entry in result.entries] == [("One", "https://news.example/1")]


@pytest.mark.parametrize(
    "document", ["<rss/>", "<!-- x --><rss version='2.0'></rss>", "<CHANNEL><TITLE>T</TITLE></CHANNEL>"]
)
def test_H43_a_root_of_a_feed_is_enough(document: str) -> None:
    assert isinstance(parse_document(document.encode(), URL, "text/xml"), Parsed)


# --- encodings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("cp1251-declared.xml", "application/rss+xml"),
        ("cp1251-declared.xml", ""),
        ("koi8-r-declared.xml", "application/rss+xml"),
        ("utf-16.xml", "application/rss+xml"),
        ("cp1251-in-the-header-only.xml", "application/rss+xml; charset=windows-1251"),
        ("byte-order-mark-and-blank-lines.xml", "application/rss+xml"),
        ("byte-order-mark-and-blank-lines.xml", "application/rss+xml; charset=iso-8859-1"),
        ("byte-order-mark-and-blank-lines.xml", "application/rss+xml; charset=bogus"),
        ("warning-in-front.xml", "text/html"),
    ],
)
def test_H08_the_items_are_found_in_any_declared_encoding(name: str, content_type: str) -> None:
    assert titles(name, content_type) == ["Пакистан подал заявку в БРИКС"]


@pytest.mark.parametrize("name", ["cp1251-declared-as-utf-8.xml", "cp1251-in-the-header-only.xml"])
def test_H07_the_items_are_found_in_an_encoding_that_is_not_the_declared_one(name: str) -> None:
    assert titles(name) == ["Пакистан подал заявку в БРИКС"]


def urdu_and_russian(summary: bytes = b"\xd0\x94\xd0\xb0") -> bytes:
    """A document in UTF-8 whose second item has the bytes ``summary``."""
    first, second = "Пакистан подал заявку в БРИКС", "پاکستان اور برکس"
    items = f"<item><guid>1</guid><title>{first}</title></item><item><guid>2</guid><title>{second}</title>"
    start = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}<description>'
    return start.encode() + summary + b"</description></item></channel></rss>"


@pytest.mark.parametrize("content_type", ["application/rss+xml", "text/xml; charset=UTF-8", "text/html", ""])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_H07_a_summary_that_ends_in_half_a_letter_costs_no_title_its_letters(content_type: str, mark: bytes) -> None:
    document = parse_document(mark + urdu_and_russian("конец".encode()[:-1]), URL, content_type)
    assert isinstance(document, Parsed)
    assert document.complete
    assert [entry.title for entry in document.entries] == ["Пакистан подал заявку в БРИКС", "پاکستان اور برکس"]
    assert document.entries[1].summary == "коне\ufffd"


def test_H07_a_document_cut_inside_a_letter_keeps_the_letters_before() -> None:
    body = urdu_and_russian()
    cut = body[: body.index("پ".encode()) + 1]
    document = parse_document(cut, URL, "application/rss+xml; charset=utf-8")
    assert isinstance(document, Parsed)
    assert not document.complete
    assert [entry.title for entry in document.entries] == ["Пакистан подал заявку в БРИКС"]


def test_H07_an_english_document_cut_inside_its_only_odd_letter_keeps_its_items() -> None:
    body = rss("<item><guid>1</guid><title>One</title></item><item><guid>2</guid><title>Caf\xe9")
    document = parse_document(body[: body.index("\xe9".encode()) + 1], URL, "application/rss+xml")
    assert isinstance(document, Parsed)
    assert [entry.title for entry in document.entries] == ["One"]


def test_H07_a_western_document_without_a_declaration_is_not_taken_for_broken_utf_8() -> None:
    body = rss("<item><guid>1</guid><title>Caf\xe9 na\xefve</title></item>").decode().encode("latin-1")
    document = parse_document(body, URL, "application/rss+xml")
    assert isinstance(document, Parsed)
    assert document.entries[0].title == "Caf\xe9 na\xefve"


PHP = "<br />\n<b>Warning</b>:  Undefined variable in <b>/var/www/feed.php</b> on line <b>3</b><br />\n"


@pytest.mark.parametrize("front", ["\n\n", " \t", "\ufeff", "\ufeff\n\ufeff", PHP, "Notice: x\n", "<!-- cached -->\n"])
def test_H08_what_stands_around_a_document_changes_nothing_in_it(front: str) -> None:
    text = (FEEDS / "rss20.xml").read_text("utf-8")
    for back in ("", "\n\0\0", "<!-- 0.02 s -->", "<script>track()</script>", PHP):
        result = parse_document(f"{front}{text}{back}".encode(), URL, "text/html")
        assert result == parsed("rss20.xml"), back


# --- texts -----------------------------------------------------------------------------------------------------------


def test_H14_H41_titles_are_text_decoded_once() -> None:
    assert titles("escapes.xml") == [
        "AT&T wins",
        "AT&T wins",
        "It’s on",
        "Russia backs bid",
        "Tom & Jerry",
        "one two",
        "hello",
        "safe",
        "5 < 6",
    ]


def test_H41_a_title_that_says_it_is_text_is_taken_as_text() -> None:
    assert titles("text-title.xml") == ["What <canvas> means for &amp; in pages"]


# --- guids, links, dates ---------------------------------------------------------------------------------------------


def test_I10_missing_and_blank_guids_are_empty() -> None:
    entries = by_title("missing-parts.xml")
    assert (entries["No guid"].guid, entries["Blank guid"].guid) == ("", "")


def test_I11_a_guid_loses_the_space_around_it() -> None:
    assert by_title("missing-parts.xml")["Padded guid"].guid == "g5"


def test_I12_a_guid_that_is_no_permalink_is_not_offered_as_a_link() -> None:
    entry = by_title("missing-parts.xml")["No link"]
    assert (entry.guid, entry.link) == ("https://news.example/2", "")


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        ("<guid isPermaLink='false'>https://news.example/2</guid>", ""),
        ("<guid isPermaLink='FALSE'>https://news.example/2</guid>", ""),
        ("<guid isPermaLink='true'>https://news.example/2</guid>", "https://news.example/2"),
        ("<guid>https://news.example/2</guid>", "https://news.example/2"),
        ("<guid>desk-2</guid>", ""),
        ("<guid isPermaLink='true'>/2</guid>", ""),
        ("<guid>javascript:alert(1)</guid>", ""),
    ],
)
def test_I12_a_guid_is_a_link_only_where_it_says_so_and_is_one(guid: str, link: str) -> None:
    result = parse_document(rss(f"<item><title>x</title>{guid}</item>"), URL, "text/xml")
    assert isinstance(result, Parsed)
    assert result.entries[0].link == link


def test_an_item_without_a_title_keeps_its_text() -> None:
    entry = next(entry for entry in parsed("missing-parts.xml").entries if entry.guid == "untitled")
    assert (entry.title, entry.summary) == ("", "No title at all")


def test_I19_missing_dates_are_unknown_and_not_now() -> None:
    assert {entry.published for entry in parsed("missing-parts.xml").entries} == {None}


def test_H16_only_web_links_are_links() -> None:
    links = {title: entry.link for title, entry in by_title("bad-links.xml").items()}
    assert {title for title, link in links.items() if not link} == {"script", "capital", "data", "file"}


def test_links_are_relative_to_the_document() -> None:
    assert by_title("bad-links.xml")["relative"].link == "https://news.example/feeds/story?id=1&x=2"


def test_I31_a_guid_does_not_depend_on_where_the_document_came_from() -> None:
    here, there = (parsed("short-guids.xml", url=f"https://{host}.example/rss") for host in ("old", "new"))
    assert [entry.guid for entry in here.entries] == [entry.guid for entry in there.entries]


@pytest.mark.parametrize("name", ["utc", "plus 14", "minus 0330", "EST", "EDT", "ISO"])
def test_I23_a_date_with_a_zone_is_an_instant(name: str) -> None:
    assert by_title("dates.xml")[name].published == NOON


@pytest.mark.parametrize("name", ["31 February", "hour 24", "Russian", "words", "year 9999", "year 1", "2124", "empty"])
def test_I20_I22_a_date_that_cannot_be_is_unknown(name: str) -> None:
    assert by_title("dates.xml")[name].published is None


def test_I20_the_epoch_is_a_date_that_was_never_set() -> None:
    assert by_title("dates.xml")["epoch"].published is None


@pytest.mark.parametrize("name", ["Moscow", "Karachi", "Berlin", "unix", "month 13"])
def test_I22_a_date_that_was_not_understood_is_unknown_or_right(name: str) -> None:
    assert by_title("dates.xml")[name].published in (None, NOON)


def test_I22_a_date_that_cannot_be_read_does_not_hide_the_other_one() -> None:
    dates = "<published>yesterday</published><updated>2024-09-18T12:00:00Z</updated>"
    entry = f'<entry><id>1</id><title>T</title><link href="https://news.example/1"/>{dates}</entry>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{entry}</feed>'.encode()
    document = parse_document(body, URL, "application/atom+xml")
    assert isinstance(document, Parsed)
    assert document.entries[0].published == NOON
