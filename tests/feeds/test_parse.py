"""Feed documents, through the real parser. The documents stand in ``tests/data/feeds``."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.feeds.parse import MOST_ENTRIES, parse_document
from monitor.model import Entry, Parsed, ParseFailed, ParseResult
from monitor.text.clean import BODY_LIMIT, LINK_LIMIT, SUMMARY_LIMIT, TITLE_LIMIT

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://news.example/feeds/rss"
NOON = 1_726_660_800.0  # 18 September 2024, 12:00 UTC


def result(name: str, content_type: str = "application/rss+xml", url: str = URL) -> ParseResult:
    return parse_document((FEEDS / name).read_bytes(), url, content_type)


def parsed(name: str, content_type: str = "application/rss+xml", url: str = URL) -> Parsed:
    """The document called ``name``, which can be read."""
    document = result(name, content_type, url)
    assert isinstance(document, Parsed), document
    return document


def titles(name: str, content_type: str = "application/rss+xml") -> list[str]:
    return [entry.title for entry in parsed(name, content_type).entries]


def by_title(name: str) -> dict[str, Entry]:
    return {entry.title: entry for entry in parsed(name).entries}


def rss(item: str) -> bytes:
    """A small RSS document around ``item``."""
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{item}</channel></rss>'.encode()


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
        ("feed.json", "JSON Feed is not read yet"),
        ("error.json", "a JSON document"),
        ("document.pdf", "a PDF document"),
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


def test_a_feed_without_items_is_a_feed() -> None:
    assert parsed("no-items.xml").entries == ()


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


@pytest.mark.xfail(strict=True, reason="feedparser falls back on cp1252; no other encoding is tried")
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


# --- broken documents ------------------------------------------------------------------------------------------------


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


def test_H12_a_lone_surrogate_is_an_error_of_its_feed_or_is_cleaned() -> None:
    document = result("lone-surrogate.xml")
    if isinstance(document, Parsed):
        assert "A whole one" in [entry.title for entry in document.entries]
    else:
        assert document.kind == "parser"


def test_H01_entities_that_multiply_are_not_expanded() -> None:
    document = result("billion-laughs.xml")
    assert isinstance(document, ParseFailed) or all(len(entry.title) < 100 for entry in document.entries)


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


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=50)
def test_H44_no_bytes_make_the_parser_raise(body: bytes) -> None:
    assert isinstance(parse_document(body, URL, "text/xml"), Parsed | ParseFailed)
    inside = rss("<item><title>%s</title></item>").replace(b"%s", body)
    assert isinstance(parse_document(inside, URL, "text/xml"), Parsed | ParseFailed)


def test_H19_tags_nested_without_end_do_not_raise() -> None:
    document = parse_document(rss("<item><title>" + "<b>" * 20_000 + "x</title></item>"), URL, "text/xml")
    assert isinstance(document, Parsed | ParseFailed)


def test_H20_texts_are_cut_and_entries_counted_up_to_a_limit() -> None:
    long = f"<item><title>{'t ' * 60_000}</title><link>https://n.example/{'l' * 9000}</link>"
    long += f"<guid isPermaLink='false'>{'g' * 9000}</guid><description>{'s ' * 60_000}</description></item>"
    document = parse_document(rss(long + "<item><title>x</title></item>" * MOST_ENTRIES), URL, "text/xml")
    assert isinstance(document, Parsed)
    assert len(document.entries) == MOST_ENTRIES
    first = document.entries[0]
    assert len(first.title) <= TITLE_LIMIT
    assert len(first.summary) <= SUMMARY_LIMIT
    assert len(first.body) <= BODY_LIMIT
    assert max(len(first.link), len(first.guid)) <= LINK_LIMIT


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
