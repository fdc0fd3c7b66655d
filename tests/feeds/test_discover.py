"""The feeds that pages name, and pages that are meant to do harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.feeds.lists import discover
from monitor.feeds.lists.discover import Candidate
from tests.work import LINEAR, growth

PAGE = "https://site.example/news/"


def found(html: str | bytes, url: str = PAGE, content_type: str = "text/html") -> list[str]:
    body = html.encode() if isinstance(html, str) else html
    return [candidate.url for candidate in discover.candidates(body, url, content_type)]


def link(href: str, kind: str = "application/rss+xml", title: str = "", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


def test_feeds_of_the_head_come_first_then_links_then_comments() -> None:
    html = (
        "<!doctype html><html><head>"
        + link("/comments/feed/", title="Site &raquo; Comments Feed")
        + link("feed/?a=1&amp;b=2", title="Site &raquo; Feed")
        + link("//cdn.example/atom.xml", "Application/Atom+XML; charset=utf-8", rel="ALTERNATE nofollow")
        + link("/news.json", "application/feed+json")
        + '</head><body><a href="/rss/sport.xml">Sport <b>in</b> RSS</a></body></html>'
    )
    assert discover.candidates(html.encode(), PAGE, "text/html") == (
        Candidate("https://site.example/news/feed/?a=1&b=2", "Site » Feed", "RSS"),
        Candidate("https://cdn.example/atom.xml", "", "Atom"),
        Candidate("https://site.example/news.json", "", "JSON Feed"),
        Candidate("https://site.example/rss/sport.xml", "Sport in RSS", "link"),
        Candidate("https://site.example/comments/feed/", "Site » Comments Feed", "RSS"),
    )


def test_what_is_no_feed_is_left_out() -> None:
    html = (
        "<html>"
        + link("/wp-json/wp/v2/posts/1", "application/json")
        + link("/oembed?format=xml", "text/xml+oembed")
        + link("/de/", "text/html")
        + link("/style.css", "text/css", rel="stylesheet")
        + link("/icon.xml", "application/xml", rel="icon")
        + '<a href="/newsfeed-for-you">x</a><a href="/feedback">x</a><a href="/sitemap.rss">x</a></html>'
    )
    assert found(html) == []


def test_relative_addresses_start_at_the_base_of_the_page() -> None:
    assert found("<html>" + link("feed")) == ["https://site.example/news/feed"]
    assert found('<html><base href="/x/">' + link("feed")) == ["https://site.example/x/feed"]
    assert found('<html><base href="javascript:x">' + link("feed")) == ["https://site.example/news/feed"]


def test_a_feed_is_named_once_and_the_page_itself_is_none() -> None:
    html = "<html>" + link("/feed") + link("http://site.example/feed/#x") + link(PAGE) + '<a href="/feed">RSS</a>'
    assert found(html) == ["https://site.example/feed"]


@pytest.mark.parametrize("href", ["javascript:feed()", "file:///feed", "feed:x", "data:text/xml,feed", "http://", ""])
def test_only_addresses_of_the_web_are_named(href: str) -> None:
    assert found("<html>" + link(href) + f'<a href="{href}">RSS</a>') == []


def test_what_stands_in_scripts_and_remarks_is_not_named() -> None:
    html = f"<html><script>x = '{link('/a')}'</script><!-- {link('/b')} --><title>{link('/c')}</title>{link('/d')}"
    assert found(html) == ["https://site.example/d"]


def test_titles_are_clean_and_in_the_encoding_of_the_page() -> None:
    html = "<html>" + link("/feed", title="Но\u202eвости &lt;b&gt;x&lt;/b&gt;")
    for encoding in ("utf-8", "utf-16"):
        (one,) = discover.candidates(html.encode(encoding), PAGE, f"text/html; charset={encoding}")
        assert one.title == "Новости x"
    declared = '<html><meta charset="windows-1251">' + link("/feed", title="Новости")
    assert discover.candidates(declared.encode("cp1251"), PAGE, "text/html")[0].title == "Новости"
    assert found("<html>" + link("/feed"), content_type="text/html; charset=punycode") == ["https://site.example/feed"]


@pytest.mark.parametrize(
    "attributes",
    [
        'title="News < World" href="/rss"',
        "title=Bob's href=/rss",
        'href="feed://site.example/rss"',
        'href="feed:https://site.example/rss"',
        'href="https://desk:secret@site.example/rss"',
    ],
)
def test_a_feed_is_found_however_its_link_is_written(attributes: str) -> None:
    (address,) = found(f"<html><link rel=alternate type=application/rss+xml {attributes}>")
    assert address.partition(":")[2] == "//site.example/rss"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_page_in_utf_16_is_one(encoding: str) -> None:
    page = "\ufeff<html>" + link("/feed")
    assert found(page.encode(encoding), content_type="") == ["https://site.example/feed"]


def test_what_is_no_page_is_not_looked_into() -> None:
    assert found(link("/feed"), content_type="application/pdf") == []


def test_no_more_than_twenty_are_named() -> None:
    assert len(found("<html>" + "".join(link(f"/feed/{number}") for number in range(3_000)))) == 20


@pytest.mark.parametrize(
    ("html", "most"),
    [
        (lambda times: "<div>" * times, 200_000),
        (lambda times: "<ul><li>" * times, 120_000),
        (lambda times: "<b><p>" * times, 150_000),
        (lambda times: "<a " * times, 300_000),
        (lambda times: "<a href=/feed>" * times, 70_000),
        (lambda times: '<a x"<div><div>">' * times, 60_000),
        (lambda times: "<a '\"<" * times, 200_000),
        (lambda times: "<!--" * times, 250_000),
        (lambda times: "<script>" * times, 120_000),
        (lambda times: '<a href="' * times, 100_000),
        (lambda times: "<link rel=alternate type=application/rss+xml href=" + "feed/" * times + ">", 190_000),
        (lambda times: "\0\ud800".encode("utf-8", "surrogatepass").decode("latin-1") * times, 200_000),
        (lambda times: "<link " + " ".join(f"a{number}=1" for number in range(times)) + ">", 100_000),
        (lambda times: ("<link " + " ".join(f"a{number}" for number in range(700)) + ">") * times, 250),
        (lambda times: "<a x=\"<<<\" y='<<<' " * times, 60_000),
    ],
    ids=range(15),
)
@pytest.mark.parametrize("share", [10, pytest.param(1, marks=pytest.mark.long)], ids=["part", "most"])
def test_a_hostile_page_costs_no_more_than_its_length(html: Callable[[int], str], most: int, share: int) -> None:
    assert len(found(f"<html>{html(most // share)}")) <= 1
    assert growth(lambda times: found(f"<html>{html(times)}"), max(most // share // 50, 1)) < LINEAR


def test_the_usual_addresses_are_on_the_server_of_the_page() -> None:
    usual = [candidate.url for candidate in discover.well_known("https://site.example/news/today?x=1")]
    assert "https://site.example/feed" in usual
    assert all(discover.of_one_origin(PAGE, url) for url in usual)


def test_another_port_or_scheme_is_another_origin() -> None:
    assert discover.of_one_origin("https://a.example/x", "https://A.example:443/y")
    for other in ("http://a.example/", "https://a.example:8443/", "https://b.example/", "https://a.example:99999/"):
        assert not discover.of_one_origin("https://a.example/", other)
