"""JSON Feed through the parser's door."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.feeds.entries import MOST_ENTRIES
from monitor.feeds.parse import parse_document
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


def test_H39_a_json_feed_that_is_cut_is_called_so() -> None:
    body = json.dumps(FEED).encode()
    for length in (1, 50, len(body) - 1):
        result = failure(body[:length])
        assert result.kind == "parser"
        assert "malformed or cut" in result.detail


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
