"""Which address of an entry is its link: the page that a reader wants to open."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape

import pytest

from monitor.feeds.parse.document import parse_document
from monitor.model import Entry, Parsed

URL = "https://site.example/feeds/all.xml"
PAGE = "https://site.example/zanzibar"
PICTURE = "https://img.example/45.jpg?w=329"
SOUND = "https://pod.example/2.mp3"


def entry(document: str) -> Entry:
    found = parse_document(document.encode(), URL, "application/xml")
    assert isinstance(found, Parsed), found
    assert len(found.entries) == 1
    return found.entries[0]


def rss(parts: str, about: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>T</title><link>https://site.example/</link><item><title>Zanzibar</title>{parts}</item>"
        "</channel></rss>"
    )


def rdf(parts: str, about: str = PAGE) -> str:
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<channel rdf:about="https://site.example/"><title>T</title><link>https://site.example/</link></channel>'
        f'<item rdf:about="{about}"><title>Zanzibar</title>{parts}</item></rdf:RDF>'
    )


def atom(parts: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>urn:t</id>'
        f"<entry><title>Zanzibar</title><updated>2026-11-29T10:00:00Z</updated>{parts}</entry></feed>"
    )


@pytest.mark.parametrize(
    ("document", "link"),
    [
        (rss("<link>/news/a/</link><guid>/news/a/</guid>"), "https://site.example/news/a/"),
        (rss("<link>/news/a/</link><guid isPermaLink='false'>/news/a/</guid>"), "https://site.example/news/a/"),
        (rss("<guid>b.html</guid><link>b.html</link>"), "https://site.example/feeds/b.html"),
        (rss("<link>?id=7</link><guid>?id=7</guid>"), "https://site.example/feeds/all.xml?id=7"),
        (rss("<link>//site.example/c</link><guid>//site.example/c</guid>"), "https://site.example/c"),
        (rdf("<link>/news/a/</link>", about="/news/a/"), "https://site.example/news/a/"),
        (atom("<id>/news/a/</id><link href='/news/a/'/>"), "https://site.example/news/a/"),
        (
            atom("<id>/news/a/</id><link rel='alternate' type='text/html' href='/news/a/'/>"),
            "https://site.example/news/a/",
        ),
    ],
)
def test_F04_a_relative_link_that_is_the_guid_too_is_resolved(document: str, link: str) -> None:
    assert entry(document).link == link


@pytest.mark.parametrize("guid", ["/news/a/", "a-1", "urn:uuid:5", "tag:site.example,2026:1"])
def test_F04_a_guid_that_is_no_whole_address_is_no_link(guid: str) -> None:
    assert entry(rss(f"<guid>{guid}</guid>")).link == ""
    assert entry(rss(f"<guid isPermaLink='true'>{guid}</guid>")).link == ""
    assert entry(atom(f"<id>{guid}</id>")).link == ""


ALTERNATE = f"<link rel='alternate' type='text/html' href='{PAGE}'/>"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        f"<link rel='enclosure' type='image/jpeg'>{PICTURE}</link>",
        f"<link rel='enclosure' type='image/jpeg' href='{PICTURE}'/>",
        f"<link rel='enclosure' href='{SOUND}'>{SOUND}</link>",
        "<link rel='self' type='application/atom+xml'>https://site.example/1.atom</link>",
        "<link rel='replies' type='text/html' href='https://site.example/zanzibar/comments'/>",
        "<link rel='related'>https://other.example/</link>",
        "<link rel='alternate' type='application/json' href='https://site.example/zanzibar.json'/>",
        "<link rel='alternate' type='image/jpeg'>https://img.example/1.jpg</link>",
        "<link rel='via' href='https://other.example/'/>",
    ],
)
def test_F05_the_link_is_the_page_in_html_whatever_else_is_linked(other: str, first: bool) -> None:
    parts = ALTERNATE + other if first else other + ALTERNATE
    assert entry(atom(f"<id>urn:1</id>{parts}")).link == PAGE
    in_rss = other.replace("<link", "<atom:link").replace("</link", "</atom:link")
    page = f"<link>{PAGE}</link>"
    assert entry(rss(page + in_rss if first else in_rss + page)).link == PAGE


def test_F05_a_page_in_another_format_is_better_than_what_is_attached() -> None:
    json = "<link rel='alternate' type='application/json' href='https://site.example/zanzibar.json'/>"
    picture = f"<link rel='enclosure' type='image/jpeg'>{PICTURE}</link>"
    assert entry(atom(f"<id>urn:1</id>{json}{picture}")).link == "https://site.example/zanzibar.json"


@pytest.mark.parametrize(
    ("document", "link"),
    [
        (rss(f"<enclosure url='{SOUND}' length='2' type='audio/mpeg'/><guid isPermaLink='false'>p2</guid>"), SOUND),
        (rss(f"<link></link><enclosure url='{SOUND}' length='2' type='audio/mpeg'/>"), SOUND),
        (rss(f"<guid isPermaLink='false'>p2</guid><media:content url='{SOUND}' medium='audio'/>"), SOUND),
        (rss("<enclosure url='/2.mp3' type='audio/mpeg'/>"), "https://site.example/2.mp3"),
        (rss(f"<guid>{PAGE}</guid><enclosure url='{SOUND}' type='audio/mpeg'/>"), PAGE),
        (rss(f"<link>{PAGE}</link><enclosure url='{SOUND}' type='audio/mpeg'/>"), PAGE),
        (atom(f"<id>urn:1</id><link rel='enclosure' type='audio/mpeg' href='{SOUND}'/>"), SOUND),
        (atom(f"<id>urn:1</id><link rel='enclosure' href='{SOUND}'/><link rel='via' href='{PAGE}'/>"), PAGE),
        (atom(f"<id>urn:1</id><link rel='self' href='{PAGE}.atom'/><content type='text/html' src='{PAGE}'/>"), PAGE),
        (atom(f"<id>{PAGE}</id><link rel='enclosure' href='{SOUND}'/>"), PAGE),
        (rss("<enclosure url='javascript:alert(1)' type='audio/mpeg'/>"), ""),
    ],
)
def test_F18_an_entry_without_a_page_links_to_what_it_is_about(document: str, link: str) -> None:
    assert entry(document).link == link


LONELY = f"<guid>{PAGE}</guid>"


NOWHERE = (
    *("", " ", "#", "#top", "None", "null", "undefined", URL),
    *("javascript:void(0)", "ftp://site.example/a", "magnet:?xt=1", "about:blank", "mailto:a@b.example", "tel:1"),
)


@pytest.mark.parametrize("form", ["RSS", "RSS, the guid in front", "RSS, attached", "RDF", "Atom", "JSON"])
def test_F18_a_link_that_leads_nowhere_hides_no_other(form: str) -> None:
    forms: dict[str, Callable[[str], str]] = {
        "RSS": lambda link: rss(f"<link>{link}</link><guid isPermaLink='true'>{PAGE}</guid>"),
        "RSS, the guid in front": lambda link: rss(f"{LONELY}<link>{link}</link>"),
        "RSS, attached": lambda link: rss(
            f"<link>{link}</link><guid isPermaLink='false'>p</guid><enclosure url='{PAGE}'/>"
        ),
        "RDF": lambda link: rdf(f"<link>{link}</link>"),
        "Atom": lambda link: atom(f"<id>{PAGE}</id><link href='{link}'/>"),
        "JSON": lambda link: json_feed(id=PAGE, url=link),
    }
    for link in NOWHERE:
        assert entry(forms[form](link)).link == PAGE, link


def json_feed(**item: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"title": "Z", **item}]})


GUID = "<guid isPermaLink='false'>1</guid>"


def dublin(form: str, name: str, value: str) -> str:
    part = f"{GUID if form == 'rss' else ''}<dc:{name} xmlns:dc='http://purl.org/dc/elements/1.1/'>{value}</dc:{name}>"
    return {
        "rss": rss,
        "rdf": lambda parts: rdf(parts, about="urn:z"),
        "atom": lambda parts: atom("<id>urn:1</id>" + parts),
    }[form](part)


@pytest.mark.parametrize(
    ("document", "link"),
    [
        (rdf(""), PAGE),
        (rss(f"<comments>{PAGE}#comments</comments>"), f"{PAGE}#comments"),
        (rss(f"<media:player url='{PAGE}'/>"), PAGE),
        (atom(f"<id>urn:1</id><link rel='related' href='{PAGE}'/>"), PAGE),
        (atom(f"<id>urn:1</id><link rel='self' href='{PAGE}.atom'/>"), f"{PAGE}.atom"),
        (atom(f"<id>urn:1</id><link rel='self' href='{PAGE}.atom'/><link rel='via' href='{PAGE}'/>"), PAGE),
        (json_feed(id="1", url=" ", external_url=PAGE), PAGE),
        (json_feed(id="1", url="javascript:x", external_url=PAGE), PAGE),
        (json_feed(id="1", attachments={"url": SOUND}), SOUND),
        (json_feed(id="1", image=PICTURE), PICTURE),
        (json_feed(id="1", image=PICTURE, attachments=[{"url": SOUND}]), SOUND),
        (rss("<link>www.site.example/zanzibar</link>"), PAGE),
        (atom("<id>urn:1</id><link href='www.site.example/zanzibar'/>"), PAGE),
        (json_feed(id="1", url="www.site.example/zanzibar"), PAGE),
        (rss("<guid isPermaLink='false'>https://site.example/1</guid>"), ""),
        (
            rss(f"{GUID}<enclosure url='{PICTURE}' type='image/jpeg'/><enclosure url='{SOUND}' type='audio/mpeg'/>"),
            SOUND,
        ),
        (rss(f"{GUID}<enclosure url='{PICTURE}'/><comments>{PAGE}#c</comments>"), f"{PAGE}#c"),
        (rss(f"{GUID}<enclosure url='{PICTURE}'/>"), PICTURE),
        (rss(f"{GUID}<media:content url='https://img.example/1' medium='image'/><media:player url='{PAGE}'/>"), PAGE),
        (rss(f"{GUID}<media:thumbnail url='{PICTURE}'/>"), PICTURE),
        (rss(f"{GUID}<enclosure url='{SOUND}'/>"), SOUND),
        (dublin("rss", "identifier", PAGE), PAGE),
        (dublin("rss", "source", PAGE), PAGE),
        (dublin("rdf", "identifier", PAGE), PAGE),
        (dublin("atom", "source", PAGE), PAGE),
        (dublin("rss", "identifier", "doi:10.1000/1"), ""),
        (dublin("rss", "source", "https://site.example/"), ""),
        (
            atom(f"<id>1</id><link rel='enclosure' type='image/png' href='{PICTURE}'/><link rel='via' href='{PAGE}'/>"),
            PAGE,
        ),
        (json_feed(id="1", attachments=[{"url": PICTURE, "mime_type": "image/jpeg"}, {"url": SOUND}]), SOUND),
        (json_feed(id="1", attachments=[{"url": PICTURE, "mime_type": "image/jpeg"}], link=PAGE), PAGE),
        (json_feed(id="1", image=PICTURE, permalink=PAGE), PAGE),
    ],
)
def test_F18_the_first_address_that_can_be_opened_is_the_link(document: str, link: str) -> None:
    assert entry(document).link.replace("//www.", "//") == link


@pytest.mark.parametrize("relation", ["alternate nofollow", "nofollow Alternate", "", "ALTERNATE", "canonical"])
@pytest.mark.parametrize("prefix", ["", "http://www.iana.org/assignments/relation/"])
def test_F05_a_page_is_known_by_its_relation_however_that_is_written(prefix: str, relation: str) -> None:
    page = f"<link rel='{(prefix if relation else '') + relation}' href='{PAGE}'/>"
    picture = f"<link rel='enclosure' type='image/jpeg' href='{PICTURE}'/>"
    assert entry(atom(f"<id>urn:1</id>{picture}{page}")).link == PAGE
    assert entry(atom(f"<id>urn:1</id>{page}{picture}")).link == PAGE


@pytest.mark.parametrize("picture", ["https://img.example/1.jpg", "https://img.example/1.PNG?w=9"])
def test_F05_of_two_links_a_picture_comes_last(picture: str) -> None:
    assert entry(rss(f"<link>{PAGE}</link><link>{picture}</link>")).link == PAGE
    assert entry(rss(f"<link>{picture}</link><link>{PAGE}</link>")).link == PAGE
    assert entry(rss(f"<link>{picture}</link>")).link == picture


@pytest.mark.parametrize("name", ["origLink", "origlink", "ORIGLINK"])
@pytest.mark.parametrize(
    "declared",
    [
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
        'xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
        'xmlns:fb="https://rssnamespace.org/feedburner/ext/2.0/"',
        'xmlns:feedburner="urn:x"',
        'xmlns:pheedo="http://www.pheedo.com/namespace/pheedo"',
        "",
    ],
)
def test_F11_the_original_link_is_known_by_whatever_prefix(declared: str, name: str) -> None:
    prefix = declared.partition("=")[0].removeprefix("xmlns:") or "feedburner"
    written = f"<{prefix}:{name}>{PAGE}?a=1&amp;b=2</{prefix}:{name}>"
    document = rss(f"<link>http://feedproxy.google.com/~r/d/~3/abc/</link>{written}")
    assert entry(document.replace("<rss ", f"<rss {declared} ")).link == f"{PAGE}?a=1&b=2"


@pytest.mark.parametrize("form", ["RSS", "Atom", "RDF", "JSON"])
def test_F18_what_a_text_links_to_is_not_its_page_and_may_be_another_story(form: str) -> None:
    text = f'A report. Earlier: <a class="more" href="{PAGE}">More</a>'
    forms = {
        "RSS": lambda: rss(f"<guid isPermaLink='false'>1</guid><description>{escape(text)}</description>"),
        "Atom": lambda: atom(f"<id>urn:1</id><content type='html'>{escape(text)}</content>"),
        "RDF": lambda: rdf(f"<description>{escape(text)}</description>", about="urn:z"),
        "JSON": lambda: json_feed(id="1", content_html=text),
    }
    assert entry(forms[form]()).link == ""


@pytest.mark.parametrize(
    "shared",
    [
        f"<dc:source>{PAGE}</dc:source>",
        f"<dc:identifier>{PAGE}</dc:identifier>",
        f"<media:thumbnail url='{PICTURE}'/>",
    ],
)
def test_F18_an_entry_without_a_name_is_not_known_by_what_others_may_have_too(shared: str) -> None:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    document = rss(f"<title>News</title>{shared}").replace("<rss ", f"<rss {spaces} ")
    assert entry(document).link == ""
    named = rss(f"<guid isPermaLink='false'>1</guid><title>News</title>{shared}").replace("<rss ", f"<rss {spaces} ")
    assert entry(named).link.replace("//www.", "//") in (PAGE, PICTURE)
