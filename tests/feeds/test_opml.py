"""Lists of feeds: what readers export, what people write by hand, and what is meant to do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.feeds.lists import opml
from monitor.feeds.lists.opml import FeedList, NoFeed, OpmlError, Outline
from monitor.model import FeedSpec
from tests.work import LINEAR, growth

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "opml"


def listed(*outlines: str, start: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    return f'{start}<opml version="2.0"><head><title>x</title></head><body>{"".join(outlines)}</body></opml>'.encode()


def feeds(*outlines: str) -> list[Outline]:
    return list(opml.read(listed(*outlines)).feeds)


# --- what readers write ----------------------------------------------------------------------------------------------


def test_folders_become_tags_and_text_the_name() -> None:
    found = feeds(
        '<outline text="World" title="World"><outline text="Asia">'
        '<outline type="rss" text="Dawn" title="Dawn.com" xmlUrl="https://www.dawn.com/feeds/home" language="en_PK"/>'
        "</outline></outline>",
        '<outline title="No folder" xmlUrl=" https://news.example/rss "/>',
    )
    assert found == [
        Outline("https://www.dawn.com/feeds/home", "Dawn", ("World", "Asia"), "en-PK"),
        Outline("https://news.example/rss", "No folder"),
    ]


@pytest.mark.parametrize(
    "attributes",
    [
        'xmlurl="https://news.example/rss"',
        'XMLURL="https://news.example/rss"',
        'type="rss" url="https://news.example/rss"',
        'url="https://news.example/rss"',
        'type="atom" feedUrl="https://news.example/rss"',
        'fz:quickMode="true" version="RSS" xmlUrl="https://news.example/rss"',
    ],
)
def test_each_way_of_writing_an_address_is_understood(attributes: str) -> None:
    assert feeds(f"<outline {attributes}/>") == [Outline("https://news.example/rss")]


def test_F16_what_is_no_feed_is_named_with_what_it_is() -> None:
    page = 'xmlUrl="https://news.example/page" xPathItem="//article"'
    found = opml.read(
        listed(
            '<outline type="link" text="A page" url="https://news.example/"/>',
            '<outline type="Include" text="A list" url="https://news.example/more.opml"/>',
            '<outline type="rss" text="A site" htmlUrl="https://news.example/"/>',
            *(f'<outline type="{kind}" text="Scraped" {page}/>' for kind in ("HTML+XPath", "JSON+DotNotation")),
            '<outline text="A note &amp;amp; more"/>',
            '<outline text="A folder"><outline text="Inside" xmlUrl="https://a.example/"/></outline>',
            '<outline text="https://u:secret@news.example/"/>',
        )
    )
    assert [feed.name for feed in found.feeds] == ["Inside"]
    assert found.others == (
        ("A page", NoFeed.LINK),
        ("A list", NoFeed.LIST),
        ("A site", NoFeed.PAGE),
        ("Scraped", NoFeed.SCRAPED),
        ("Scraped", NoFeed.SCRAPED),
        ("A note & more", NoFeed.NOTHING),
        ("", NoFeed.NOTHING),
    )


def test_F16_an_address_that_was_escaped_twice_is_read() -> None:
    (found,) = feeds('<outline xmlUrl="https://d.example/feed?x=1&amp;amp;y=2&amp;z=3"/>')
    assert found.url == "https://d.example/feed?x=1&y=2&z=3"


@pytest.mark.parametrize("escaped", ["&amp;amp;amp;", "&amp;#38;", "&amp;amp;#x26;", "&amp;AMP;"])
def test_F16_an_address_is_read_however_often_it_was_escaped(escaped: str) -> None:
    (found,) = feeds(f'<outline xmlUrl="https://d.example/feed?x=1{escaped}y=2"/>')
    assert found.url == "https://d.example/feed?x=1&y=2"


@pytest.mark.parametrize("kind", ["scraper", "HTML + XPath", "XML+XPath", "json + dotnotation", "webpage", "WebPage"])
def test_F16_a_page_that_a_reader_takes_apart_is_no_feed(kind: str) -> None:
    found = opml.read(listed(f'<outline text="Scraped" type="{kind}" xmlUrl="https://d.example/"/>'))
    assert (found.feeds, found.others) == ((), (("Scraped", NoFeed.SCRAPED),))


@pytest.mark.parametrize(
    "written", ['type="podcast" url', "rssUrl", "RSS_URL", "xml_url", "xml-url", "feedUrl", "feed_url", "atomUrl"]
)
def test_F16_an_address_is_found_by_other_names(written: str) -> None:
    (found,) = feeds(f'<outline {written}="https://d.example/feed"/>')
    assert found.url == "https://d.example/feed"


def test_a_folder_that_is_a_feed_itself_is_no_tag() -> None:
    inner = '<outline text="B" xmlUrl="https://b.example/"/>'
    assert [feed.tags for feed in feeds(f'<outline text="A" xmlUrl="https://a.example/">{inner}</outline>')] == [(), ()]


def test_categories_are_tags_beside_the_folder() -> None:
    (found,) = feeds(
        '<outline text="World"><outline xmlUrl="https://a.example/" category="/World/Asia,50%25%2C off"/></outline>'
    )
    assert found.tags == ("World", "Asia", "50%, off")


def test_an_old_address_of_feed_readers_is_one_of_the_web() -> None:
    assert feeds('<outline xmlUrl="feed://a.example/rss"/>')[0].url == "http://a.example/rss"
    assert feeds('<outline xmlUrl="feed:https://a.example/rss"/>')[0].url == "https://a.example/rss"


def test_texts_are_cleaned_and_what_is_no_language_is_none() -> None:
    (found,) = feeds(
        '<outline text="&lt;i&gt;Fol&#x202E;der&lt;/i&gt;"><outline text="A &amp;amp; B&#10;&#9;&lt;b&gt;C&lt;/b&gt;'
        f'{"x" * 5_000}" xmlUrl="https://a.example/" language="unknown one"/></outline>'
    )
    assert found.tags == ("Folder",)
    assert found.name.startswith("A & B Cxxx")
    assert len(found.name) == opml.NAME_LIMIT
    assert found.language == ""


def test_H28_a_name_that_is_an_address_is_none() -> None:
    (found,) = feeds('<outline text="https://u:secret@a.example/?token=tok" xmlUrl="https://u:secret@a.example/"/>')
    assert found.name == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251", "koi8-r", "iso-8859-5"])
def test_each_encoding_that_is_declared_or_marked_is_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><opml><body><outline text="Новости" xmlUrl="https://a.example/"/></body></opml>'
    assert opml.read(text.encode(encoding)).feeds == (Outline("https://a.example/", "Новости"),)


def test_utf16_without_a_mark_is_read() -> None:
    text = '<opml><body><outline text="Новости" xmlUrl="https://a.example/"/></body></opml>'
    for encoding in ("utf-16-le", "utf-16-be"):
        assert opml.read(text.encode(encoding)).feeds[0].name == "Новости"


# --- what is not quite XML -------------------------------------------------------------------------------------------


def test_what_people_forget_to_escape_is_read() -> None:
    body = (
        b'<opml><body><outline text="Q & A" title="Q & A" xmlUrl="https://a.example/f?a=1&b=2"/>\n'
        b'<outline text="The "Wire"" description="<p>By <a href="https://x.example" rel="me">me</a></p>"'
        b' xmlUrl="https://b.example/" />\n'
        b"<outline text='It's' xmlUrl='https://c.example/'/>\n"
        b'<outline text="Bell&#7;\x07" xmlUrl="https://d.example/"/></body></opml>'
    )
    assert [(feed.name, feed.url) for feed in opml.read(body).feeds] == [
        ("Q & A", "https://a.example/f?a=1&b=2"),
        ('The "Wire"', "https://b.example/"),
        ("It's", "https://c.example/"),
        ("Bell", "https://d.example/"),
    ]


_A = '<outline text="A" xmlUrl="https://a.example/rss"'
_B = '<outline text="B" xmlUrl="https://b.example/rss"'


@pytest.mark.parametrize(
    "text",
    [
        f'\n\n<?xml version="1.0"?>\n<opml><body>{_A}/>{_B}/></body></opml>',
        f"<br />\n<b>Warning</b>: x in y.php<br />\n<?xml version='1.0'?><opml><body>{_A}/>{_B}/></body></opml>",
        f"Notice: slow & late\n<opml><body>{_A}/>{_B}/></body></opml>",
        f"<opml><body>{_A}/>{_B}/></body></opml>\n<script>x</script><p>12 queries",
        f"<opml><body>{_A}/>{_B}/></body></opml>\0\0",
        f'<opml><body>{_A} text="Again"/>{_B}/></body></opml>',
        f"<opml><body>{_A} xmlurl='https://other.example/'/>{_B}/></body></opml>",
        f"<opml><body>{_A}>{_B}></body></opml>",
        f"<opml><body>{_A}></outline>{_B}></body></opml>",
        f"<opml><body>{_A}>\n{_B}/>\n</body></opml>",
        f"<opml><body><!-- {_A} --><outline text=A xmlUrl=https://a.example/rss />{_B}/></body></opml>",
        f"<opml><body>{_A}/>{_B}/></body>",
        f"<opml><body>{_A}/>{_B}/></body></opml>".replace('" xmlUrl', '"xmlUrl'),
        f"<o:opml xmlns:o='urn:x'><o:body>{_A.replace('<', '<o:')}/>{_B.replace('<', '<o:')}/></o:body></o:opml>",
        f"<o:opml><o:body>{_A.replace('<', '<o:')}/>{_B.replace('<', '<o:')}/></o:body></o:opml>",
        f"<?xml version='1.0'?><body>{_A}/>{_B}/></body>",
        f"{_A}/>{_B}/>",
        f"<opml><body><!-- ours {_A}/>{_B}/></body></opml>",
        "<opml><body><outline text=“A” xmlUrl=“https://a.example/rss”/>" + f"{_B}/></body></opml>",
    ],
    ids=range(19),
)
def test_F15_a_list_is_read_with_the_defects_that_a_feed_may_have(text: str) -> None:
    found = opml.read(text.encode())
    assert [(feed.name, feed.url) for feed in found.feeds] == [
        ("A", "https://a.example/rss"),
        ("B", "https://b.example/rss"),
    ]
    assert not found.cut


def test_F15_outlines_that_are_not_closed_keep_to_their_folder() -> None:
    for ends in (">", "></outline>"):
        body = f'<opml><body><outline text="F">{_A}{ends}{_B}></outline></body></opml>'
        assert [(feed.name, feed.tags) for feed in opml.read(body.encode()).feeds] == [("A", ("F",)), ("B", ("F",))]


@pytest.mark.parametrize("end", ["", _B, '<outline text="F">', "</outl"])
def test_F15_of_a_list_that_breaks_off_the_whole_outlines_are_read(end: str) -> None:
    found = opml.read(f"<opml><body>{_A}/>{end}".encode())
    assert [feed.name for feed in found.feeds] == ["A"]
    assert found.cut


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collection of real lists is not here")
def test_real_lists_are_read_to_their_last_feed() -> None:
    lists = sorted(SHARED.glob("*.opml"))
    assert lists
    for path in lists:
        body = path.read_bytes()
        found = opml.read(body).feeds
        assert len(found) == body.count(b"xmlUrl="), path.name
        assert all(feed.url.startswith("http") for feed in found), path.name


# --- what is meant to do harm ----------------------------------------------------------------------------------------

_INSIDE = '<outline text="&a;" xmlUrl="https://a.example/"/>'


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    ],
)
def test_H35_entities_are_refused_where_they_are_declared(doctype: str) -> None:
    with pytest.raises(OpmlError, match=r"^defines entities \(line 1\)"):
        opml.read(listed(_INSIDE, start=doctype))


def test_H35_an_external_definition_is_never_fetched_and_keeps_nothing_from_being_read() -> None:
    body = listed('<outline xmlUrl="https://a.example/"/>', start='<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/x.dtd">')
    assert opml.read(body) == FeedList((Outline("https://a.example/"),))


def test_H35_of_50_000_feeds_the_first_5_000_are_taken_and_the_rest_is_counted() -> None:
    body = listed(*(f'<outline text="{number}" xmlUrl="https://a.example/{number}"/>' for number in range(50_000)))
    found = opml.read(body)
    assert len(found.feeds) == opml.MOST_FEEDS
    assert found.feeds[-1].name == "4999"
    assert found.beyond == 45_000


_MEGABYTE = 1_000_000


@pytest.mark.parametrize("name", ["made-up", "zlib", "punycode"])
def test_a_made_up_encoding_says_nothing(name: str) -> None:
    body = f'<?xml version="1.0" encoding="{name}"?><opml><body><outline xmlUrl="https://a.example/"/></body></opml>'
    assert [one.url for one in opml.read(body.encode()).feeds] == ["https://a.example/"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf  \n", "is empty"),
        (b"<opml><body>" + b"<outline text='x'>" * 100_000, r"is nested too deeply \(line 1\)"),
        (b"<opml>" + b" " * 50 * _MEGABYTE, "is larger than 10 MB"),
        (b"<rss version='2.0'/>", "is not OPML: it is a feed; monitor feeds add takes its address"),
        (b"<html><body/></html>", "is not OPML: it is a web page"),
        (b"<notes/>", "is not OPML: its first element is <notes>"),
        (b"https://a.example/\nhttps://b.example/\n", "is not well-formed XML: .*, line 1"),
        (b"<opml><body>", "is not well-formed XML: no element found, line 1"),
        (b"<opml>\xff\xfe\x80\x81", r"is not well-formed XML"),
        (b'<?xml version="1.0" encoding="punycode"?>' + b"a-b" * _MEGABYTE, "is not well-formed XML"),
        (b'<?xml version="1.0" encoding="utf-16-le"?><opml>\xd0', "is not well-formed XML"),
        (b"<opml><body>" + b'<outline a="' * 700_000, "is not well-formed XML"),
        (b'<opml><body><outline a="' + b'"' + b" " * 9 * _MEGABYTE, "is not well-formed XML"),
    ],
    ids=range(14),
)
def test_H35_what_cannot_be_read_is_told_in_words(body: bytes, told: str) -> None:
    with pytest.raises(OpmlError, match=told):
        opml.read(body)


def test_H35_megabytes_of_markup_cost_no_more_than_their_length() -> None:
    def names(times: int) -> list[str]:
        outlines = '<outline text="&lt;b&gt;a&amp;amp;b" category="a,b/c"/>' * times
        return [feed.name for feed in opml.read(listed(outlines, _INSIDE.replace("&a;", "A"))).feeds]

    assert names(20_000) == ["A"]
    assert growth(names, 500) < LINEAR


# --- what is written -------------------------------------------------------------------------------------------------


def spec(url: str, name: str, *tags: str, language: str = "") -> FeedSpec:
    return FeedSpec(url, name, 900.0, language, tags=tags)


def test_what_is_written_is_read_back() -> None:
    specs = [
        spec("https://a.example/f?a=1&b=2", 'The "A" & <b>Co</b>', "World, all", "50% <off>", "a/b", language="en"),
        spec("https://b.example/", "Новости &amp; more"),
        spec("https://c.example/", "C", "World, all"),
    ]
    found = opml.read(opml.written(specs).encode()).feeds
    assert sorted((one.url, one.name, one.tags, one.language) for one in found) == [
        (one.url, one.name, one.tags, one.language) for one in specs
    ]


def test_the_folder_is_the_first_tag_and_each_feed_stands_once() -> None:
    text = opml.written([spec("https://a.example/", "A", "One", "Two"), spec("https://b.example/", "B", "One")])
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<opml version="2.0">\n  <head>\n    <title>Feeds of news-monitor</title>\n  </head>\n  <body>\n'
        '    <outline text="One" title="One">\n'
        '      <outline type="rss" text="A" title="A" xmlUrl="https://a.example/" category="One,Two"/>\n'
        '      <outline type="rss" text="B" title="B" xmlUrl="https://b.example/"/>\n'
        "    </outline>\n  </body>\n</opml>\n"
    )


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://u:secret@a.example/f", True),
        ("https://u@a.example/f", True),
        ("https://a.example/f?token=tok", True),
        ("https://a.example/f?x=1&api_key=tok", True),
        ("https://a.example/f;sig=tok", True),
        ("https://a.example/f#access_token=tok", True),
        ("https://a.example/f?page=1#top", False),
        ("https://a.example/f", False),
    ],
)
def test_H28_addresses_that_hold_secrets_are_known(url: str, secret: bool) -> None:
    assert opml.holds_secret(url) is secret
