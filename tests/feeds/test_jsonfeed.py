"""JSON Feed through the parser's door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.parse.document import parse_document
from monitor.feeds.parse.entries import MOST_ENTRIES
from monitor.feeds.parse.json import loose
from monitor.model import Entry, Parsed, ParseFailed

URL = "https://news.example/feeds/feed.json"
NOON = 1_726_660_800.0  # 18 September 2024, 12:00 UTC
FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Desk",
    "language": "ru",
    "home_page_url": "https://news.example/",
    "items": [
        {
            "id": "desk-1",
            "url": "/1",
            "title": "Pakistan <applies> & waits",
            "summary": "Talks follow.",
            "content_html": "<p>The whole</p><p>story</p><script>x</script>",
            "date_published": "2024-09-18T15:00:00.5+03:00",
            "date_modified": "2024-09-19T15:00:00Z",
            "authors": [{"name": "A"}],
        },
        {"id": 2, "external_url": "https://other.example/2", "content_text": "1 < 2 is text", "date_modified": "bad"},
        {"id": 1e2, "url": "javascript:alert(1)", "title": "Пакистан\u202eи БРИКС\n\x1b[2J"},
    ],
}


def read(document: Any, encoding: str = "utf-8", content_type: str = "application/feed+json") -> Parsed:
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode(encoding)
    result = parse_document(body, URL, content_type)
    assert isinstance(result, Parsed), result
    return result


def failure(body: bytes) -> ParseFailed:
    result = parse_document(body, URL, "application/json")
    assert isinstance(result, ParseFailed)
    return result


def test_H43_json_feed_is_read_whole() -> None:
    document = read(FEED)
    assert (document.title, document.language, document.home) == ("The Desk", "ru", "https://news.example/")
    assert document.complete
    assert document.entries == (
        Entry(
            "desk-1",
            "https://news.example/1",
            "Pakistan <applies> & waits",
            "Talks follow.",
            "The whole story",
            NOON,
        ),
        Entry("2", "https://other.example/2", "", "1 < 2 is text", "", None),
        Entry("100.0", "", "Пакистани БРИКС [2J", "", "", None),
    )


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "http://www.jsonfeed.org/version/1.1", "1.0"])
def test_H43_json_feed_is_known_by_its_version(version: str) -> None:
    assert len(read(FEED | {"version": version}).entries) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_H08_json_feed_is_read_in_any_unicode_encoding(encoding: str) -> None:
    assert read(FEED, encoding).entries == read(FEED).entries


def test_H43_what_is_no_item_is_passed_over_and_what_has_the_wrong_type_is_empty() -> None:
    items: list[Any] = [None, 5, "x", [], {"id": ["a"], "title": {"b": 1}, "url": True}, {"id": "whole", "title": "A"}]
    assert [(entry.guid, entry.title) for entry in read(FEED | {"items": items}).entries] == [("", ""), ("whole", "A")]


def test_H20_items_of_a_json_feed_beyond_the_limit_are_counted() -> None:
    document = read(FEED | {"items": [{"id": number} for number in range(MOST_ENTRIES + 7)]})
    assert (len(document.entries), document.cut) == (MOST_ENTRIES, 7)


def test_H39_the_error_of_an_interface_is_told() -> None:
    for body, words in (
        (b'{"error": "rate limit exceeded"}', "this is not a feed but a JSON document: rate limit exceeded"),
        (b'{"error": {"code": 1, "message": "no\\u001b key"}}', "this is not a feed but a JSON document: no key"),
        (b"[1, 2]", "this is not a feed but a JSON document"),
    ):
        result = failure(body)
        assert (result.kind, result.detail) == ("not-a-feed", words)


def test_H39_a_json_feed_that_is_cut_before_its_first_item_ends_is_called_so() -> None:
    body = json.dumps(FEED).encode()
    for length, kind in ((1, "parser"), (50, "parser"), (body.index(b'"Talks'), "cut")):
        result = failure(body[:length])
        assert result.kind == kind
        assert "cut" in result.detail or "breaks off" in result.detail


def test_F08_of_a_json_feed_that_is_cut_the_whole_items_are_read() -> None:
    body = json.dumps(FEED).encode()
    document = read(body[: body.index(b"javascript")])
    assert [entry.guid for entry in document.entries] == ["desk-1", "2"]
    assert not document.complete
    assert document.title == "The Desk"


ITEMS = '{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}'


@pytest.mark.parametrize(
    ("front", "items", "behind"),
    [
        pytest.param("", ITEMS.replace("One", "O\nne").replace("Two", "T\two\x01"), "", id="controls in texts"),
        pytest.param("", ITEMS.replace("One", r"One\'s \x"), "", id="escapes that JSON does not know"),
        pytest.param("", ITEMS.replace("One", r"One \u12 \u"), "", id="numbers of characters that break off"),
        pytest.param("", ITEMS + ", ", "", id="a comma behind the last item"),
        pytest.param("", ITEMS.replace('"}', '",}'), "", id="a comma behind the last part"),
        pytest.param("", ITEMS.replace("}, {", "}, {:}, {"), "", id="an item that is none"),
        pytest.param("", ITEMS.replace("One", 'O "n" e, "1"'), "", id="bare quotes"),
        pytest.param("", ITEMS.replace("One", "One \\"), "", id="a bare backslash at the end of a text"),
        pytest.param("", ITEMS.replace("}, {", "} {"), "", id="no comma between items"),
        pytest.param("", ITEMS.replace('", "', '" "'), "", id="no comma between parts"),
        pytest.param("", ITEMS.replace(", {", ",, {"), "", id="a comma too many"),
        pytest.param("", ITEMS.replace("}, {", "}}, {"), "", id="a brace too many"),
        pytest.param("", ITEMS.replace("}, {", ", {"), "", id="a brace too few"),
        pytest.param("", "// all\n/* of */" + ITEMS.replace("}, {", "}, // more\n{"), "", id="comments"),
        pytest.param("", ITEMS.replace('"id"', "id").replace('"title"', "title"), "", id="bare names"),
        pytest.param("", ITEMS.replace('"', "'").replace("One", "One's"), "", id="single quotes"),
        pytest.param("", ITEMS.replace("}", ', "a": undefined, "b": None, "c": NaN, "d": True}'), "", id="words"),
        pytest.param('Warning: key ["a"] {"b"} in {x}\n', ITEMS, "", id="brackets and texts in front"),
        pytest.param("// all\n", ITEMS, "", id="a comment in front"),
        pytest.param("<br />\n<b>Warning</b>: {x} in y.php on line 1<br />\n", ITEMS, "", id="a warning in front"),
        pytest.param("[notice] slow\n", ITEMS, "", id="a note in brackets in front"),
        pytest.param("read(", ITEMS, ");", id="a call around it"),
        pytest.param("", ITEMS, "\n<!-- 12 queries -->", id="a comment behind"),
    ],
)
def test_F08_what_is_mended_in_xml_is_mended_in_json(front: str, items: str, behind: str) -> None:
    head = '{"version": "https://jsonfeed.org/version/1.1", "title": "The Desk", "items": ['
    document = read(f"{front}{head}{items}]}}{behind}".encode())
    assert [entry.guid for entry in document.entries] == ["1", "2"]
    assert (document.title, document.complete) == ("The Desk", True)
    assert document.entries[1].title.startswith("T")


SAME = json.dumps(FEED | {"items": json.loads(f"[{ITEMS}]")})


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(f"[{SAME}]", id="in a list"),
        pytest.param(f'{{"feed": {SAME}}}', id="in an object"),
        pytest.param(SAME.replace("[", '{"0": ').replace("]", "}").replace("}, {", '}, "3": {'), id="as an object"),
        pytest.param(SAME.replace("https:", "HTTP:"), id="a version in capitals"),
        pytest.param("Warning: slow\n" + SAME.replace("/", "\\/"), id="escaped slashes, and a warning in front"),
        pytest.param(f'{{"items": [{ITEMS}, {{:}}], ' + SAME[1:].partition(', "items"')[0] + "}", id="items first"),
        pytest.param(SAME.replace('"', "'"), id="single quotes everywhere"),
        pytest.param(SAME.replace('"version"', "version").replace('"items"', "items"), id="bare names everywhere"),
        pytest.param(SAME[:-2] + "}", id="a bracket too few"),
    ],
)
def test_F08_a_json_feed_in_other_clothes_is_read(document: str) -> None:
    found = read(document.encode())
    assert [(entry.guid, entry.title) for entry in found.entries] == [("1", "One"), ("2", "Two")]
    assert (found.title, found.complete) == ("The Desk", True)


def test_F08_items_that_cannot_be_read_are_counted_and_none_left_is_a_failure() -> None:
    found = read(SAME.replace("}, {", "}, {:}, {: :}, {").encode())
    assert ([entry.guid for entry in found.entries], found.lost, found.complete) == (["1", "2"], 2, True)
    nothing = failure(SAME.replace(f"{json.dumps(json.loads(f'[{ITEMS}]'))[1:-1]}", "{:}, {:}").encode())
    assert (nothing.kind, nothing.detail) == ("broken", "none of its 2 items can be read: the JSON is malformed")


def test_F08_a_document_that_breaks_off_between_two_items_is_not_whole() -> None:
    cut = SAME[:-2]
    assert ([entry.guid for entry in read(cut.encode()).entries], read(cut.encode()).complete) == (["1", "2"], False)
    first = f'{{"items": [{ITEMS}], "title": "The Desk"'
    assert ([entry.guid for entry in read(first.encode()).entries], read(first.encode()).complete) == (
        ["1", "2"],
        False,
    )
    assert failure(f'{{"items": [{ITEMS}], "ti'.encode()).kind == "cut"


NEWS = {"id": "1", "title": "Zanzibar", "url": "https://news.example/1"}


@pytest.mark.parametrize("version", [None, "", "1", "1.2", 2, "v1", "jsonfeed", "https://feeds.example/version/1", {}])
@pytest.mark.parametrize(
    "item",
    [
        NEWS,
        {"title": "Zanzibar", "link": "https://news.example/1"},
        {"title": "Zanzibar", "content_html": "<p>Visas"},
        {"content_text": "Zanzibar"},
        {"title": "Zanzibar", "date_published": "2026-11-29T10:00:00Z"},
    ],
)
def test_F08_a_feed_that_does_not_say_so_is_known_by_its_items(item: dict[str, Any], version: Any) -> None:
    for document in ({"items": [item]}, {"data": {"items": {"0": item}}}, {"title": "The Desk", "items": [item, item]}):
        for inner in (document, document.get("data")):
            if isinstance(inner, dict) and "items" in inner and version is not None:
                inner["version"] = version
        assert read(document).entries[0].title == item.get("title", "")


def test_F08_a_feed_that_says_nothing_of_its_version_may_be_empty() -> None:
    assert read({"title": "The Desk", "feed_url": "https://news.example/feed.json", "items": []}).entries == ()


@pytest.mark.parametrize(
    "document",
    [
        {"items": []},
        {"items": [{"id": 1, "name": "Lamp", "price": 3}]},
        {"items": ["a", "b"]},
        {"items": [{"id": "1", "title": "Lamp"}], "total": 1},
        {"version": "1.2", "items": [{"login": "a", "url": "https://news.example/a"}]},
        {"version": "3", "dependencies": {}},
        {"items": [NEWS, 1, 2]},
        {"title": "The Desk"},
        [],
        {},
    ],
)
def test_F08_what_is_clearly_no_feed_is_called_a_json_document(document: Any) -> None:
    found = failure(json.dumps(document).encode())
    assert (found.kind, found.detail) == ("not-a-feed", "this is not a feed but a JSON document")


def test_F08_what_is_attached_to_an_item_that_breaks_off_is_no_item() -> None:
    attached = '{"id": "3", "attachments": [{"url": "https://a.example/1"}, {"url": "https://a.example/2"}, {"ur'
    found = read((SAME[:-2] + ", " + attached).encode())
    assert ([entry.guid for entry in found.entries], found.complete) == (["1", "2"], False)


def test_F08_a_page_that_speaks_of_json_feeds_is_a_page() -> None:
    page = b'<!DOCTYPE html><html><script>x = {"items": [{"id": 1}]}</script>https://jsonfeed.org/version/1</html>'
    assert failure(page).detail == "this is not a feed but a web page"


@given(st.lists(st.dictionaries(st.sampled_from(["title", "summary", "content_html"]), st.text()), min_size=1))
def test_F08_the_loose_reader_reads_what_the_strict_one_reads(items: list[dict[str, str]]) -> None:
    document = FEED | {"items": [{"id": str(number), **item} for number, item in enumerate(items)]}
    for separators in (None, (",", ":")):
        text = json.dumps(document, ensure_ascii=False, separators=separators)
        assert loose.read(text, 0) == (document, True, 0)


@pytest.mark.parametrize("piece", ['"', '"/*', "{", '{"a":', "/*", "//\n", "},{", '{"a"},{', ',"a" ', "'", '\\"', "[{"])
@pytest.mark.parametrize("size", [10_000, pytest.param(50_000, marks=pytest.mark.long)])
def test_F08_what_is_broken_again_and_again_comes_to_an_end(piece: str, size: int) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{piece * (size // len(piece))}'
    assert isinstance(parse_document(body.encode(), URL, ""), (Parsed, ParseFailed))


@given(st.lists(st.text(), min_size=1, max_size=5), st.data())
def test_F08_whatever_stands_in_texts_is_read_and_a_cut_costs_only_the_last(
    texts: list[str], data: st.DataObject
) -> None:
    items = [{"id": str(number), "title": text} for number, text in enumerate(texts)]
    document = json.dumps(FEED | {"items": items}, ensure_ascii=False)
    assert [entry.guid for entry in read(document.encode("utf-8", "replace")).entries] == [item["id"] for item in items]
    first = json.dumps(items[0], ensure_ascii=False)
    cut = data.draw(st.integers(document.index(first) + len(first), len(document)))
    found = read(document[:cut].encode("utf-8", "replace")).entries
    assert [entry.guid for entry in found] == [item["id"] for item in items[: len(found)]]
    assert found


def test_F07_entities_in_the_texts_of_a_json_feed_are_decoded_once() -> None:
    item = {
        "id": "1",
        "url": "/1?a=1&amp;b=2&copy=3",
        "title": "Zanzibar&#8217;s &#x201c;deal&rdquo; &amp;amp; &lt;more&gt; AT&T R&D &unknown;",
        "summary": "Caf&eacute; &notit;",
        "content_text": "1 &lt; 2",
    }
    document = read(FEED | {"title": "Caf&#233; news", "items": [item]})
    entry = document.entries[0]
    assert entry.title == "Zanzibar’s “deal” &amp; <more> AT&T R&D &unknown;"
    assert (entry.summary, entry.body) == ("Café &notit;", "1 < 2")
    assert entry.link == "https://news.example/1?a=1&b=2&copy=3"
    assert document.title == "Café news"


def test_F18_an_item_without_a_page_links_to_its_id_or_to_what_is_attached() -> None:
    attached = [{"mime_type": "text/plain"}, {"url": "https://pod.example/2.mp3", "mime_type": "audio/mpeg"}]
    items = [
        {"id": "https://news.example/1", "attachments": attached},
        {"id": "p2", "attachments": attached},
        {"id": "p3", "attachments": "none"},
        {"id": "https://news.example/4", "external_url": "https://other.example/4", "attachments": attached},
    ]
    assert [entry.link for entry in read(FEED | {"items": items}).entries] == [
        "https://news.example/1",
        "https://pod.example/2.mp3",
        "",
        "https://other.example/4",
    ]


@pytest.mark.parametrize("start", [b"[", b'{"items":', b'{"version":"https://jsonfeed.org/version/1","items":['])
def test_H19_json_that_is_nested_without_end_is_an_error(start: bytes) -> None:
    assert failure(start * 100_000).kind == "parser"


def test_H44_numbers_of_any_length_are_no_trouble() -> None:
    body = json.dumps(FEED | {"items": [{"id": "NUMBER"}]}).replace('"NUMBER"', "9" * 100_000).encode()
    assert read(body).entries[0].guid.startswith("sha256:")
    assert read(json.dumps(FEED | {"items": [{"id": float("nan"), "title": "A"}]}).encode()).entries[0].title == "A"


def test_I22_a_date_that_cannot_be_read_does_not_hide_the_other_one() -> None:
    item = {"id": "1", "date_published": "yesterday", "date_modified": "2024-09-18T12:00:00Z"}
    assert read(FEED | {"items": [item]}).entries[0].published == NOON


def test_H43_what_is_no_number_is_no_id() -> None:
    assert read(json.dumps(FEED | {"items": [{"id": float("nan"), "title": "A"}]}).encode()).entries[0].guid == ""
