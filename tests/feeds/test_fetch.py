"""Fetching, against a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch import FetchLimits, HttpFetcher
from monitor.model import Feed, FeedId, FeedSpec, FeedState, Fetched, FetchFailed, FetchResult, NotModified, Validators
from tests.support import NewsServer, Page, rss

LIMITS = FetchLimits(connect_timeout=2, timeout=2, body_limit=100_000, contact="https://desk.example/about")


def feed(url: str, validators: Validators | None = None, private: bool = True) -> Feed:
    return Feed(
        FeedId(1), FeedSpec(url, "Test", 900, allow_private=private), FeedState(validators=validators or Validators())
    )


async def fetch(
    url: str, validators: Validators | None = None, private: bool = True, limits: FetchLimits = LIMITS
) -> FetchResult:
    async with HttpFetcher(limits, SystemClock()) as fetcher:
        return await fetcher.fetch(feed(url, validators, private))


async def test_E01_validators_are_echoed_byte_for_byte(news: NewsServer) -> None:
    odd = {"ETag": 'W/"a b-gzip"', "Last-Modified": "Wed, 1 Jan 2025 00:00:00 +0000"}
    news.pages["/feed"] = Page(rss(), headers=odd)
    first = await fetch(f"{news.url}/feed")
    assert isinstance(first, Fetched)
    await fetch(f"{news.url}/feed", first.validators)
    assert news.requests[1].headers["If-None-Match"] == odd["ETag"]
    assert news.requests[1].headers["If-Modified-Since"] == odd["Last-Modified"]


async def test_E02_a_long_etag_comes_back_whole(news: NewsServer) -> None:
    etag = f'"{"x" * 400}"'
    news.pages["/feed"] = Page(rss(), headers={"ETag": etag})
    first = await fetch(f"{news.url}/feed")
    assert isinstance(first, Fetched)
    assert first.validators.etag == etag


async def test_E04_a_304_brings_the_validators_that_it_carries(news: NewsServer) -> None:
    news.pages["/feed"] = Page(rss(), headers={"ETag": '"a"', "Cache-Control": "public, max-age=7200"})
    answer = await fetch(f"{news.url}/feed", Validators(etag='"a"'))
    assert answer == NotModified(Validators(etag='"a"'), 7200.0)


async def test_E07_without_validators_nothing_conditional_is_asked(news: NewsServer) -> None:
    news.publish("/feed")
    await fetch(f"{news.url}/feed")
    assert "If-None-Match" not in news.requests[0].headers
    assert "If-Modified-Since" not in news.requests[0].headers


async def test_E27_the_request_says_who_asks_and_nothing_of_the_user(news: NewsServer) -> None:
    news.pages["/feed"] = Page(rss(), headers={"Set-Cookie": "a=b"})
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        for _ in range(2):
            await fetcher.fetch(feed(f"{news.url}/feed"))
    headers = news.requests[1].headers
    assert headers["User-Agent"].startswith("news-monitor/")
    assert "https://desk.example/about" in headers["User-Agent"]
    assert not {"Cookie", "Referer", "Origin"} & set(headers)


async def test_E28_the_address_is_asked_for_just_as_it_is_written(news: NewsServer) -> None:
    news.publish("/a%20b/c")
    await fetch(f"{news.url}/a%20b/c?x=%2F&y=a+b&&z#part")
    assert news.requests[0].raw_path == "/a%20b/c?x=%2F&y=a+b&&z"


async def test_E12_retry_after_is_read_from_a_refusal(news: NewsServer) -> None:
    news.pages["/feed"] = Page(status=429, headers={"Retry-After": "7200"})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, FetchFailed)
    assert (answer.kind, answer.retry_after) == ("http", 7200.0)
    assert "429" in answer.detail


async def test_E32_no_more_than_the_allowed_number_of_connections_to_one_host(news: NewsServer) -> None:
    at_once = most = 0

    def begin() -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)

    for i in range(8):
        news.pages[f"/{i}"] = Page(rss(), delay=0.05)
    reached = news.reached

    def watch(moment: str, detail: str = "") -> None:
        nonlocal at_once
        if moment == "request":
            begin()
        elif moment == "headers":
            at_once -= 1
        reached(moment, detail)

    news.reached = watch  # type: ignore[method-assign]
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        answers = await asyncio.gather(*(fetcher.fetch(feed(f"{news.url}/{i}")) for i in range(8)))
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert most == 2


async def test_E35_credentials_go_to_their_own_origin_as_a_header_only(news: NewsServer) -> None:
    async with NewsServer() as other:
        other.publish("/stolen")
        news.pages["/feed"] = Page(status=302, headers={"Location": f"{other.url}/stolen"})
        url = news.url.replace("http://", "http://user:secret@") + "/feed"
        answer = await fetch(url)
        assert news.requests[0].headers["Authorization"].startswith("Basic ")
        assert "secret" not in str(news.requests[0].url)
        # The other origin is private too, and the permission does not reach it.
        assert isinstance(answer, FetchFailed)
        assert answer.kind == "forbidden"
        assert not other.requests


async def test_a_redirect_within_the_allowed_origin_is_followed(news: NewsServer) -> None:
    news.publish("/new", ("a", "A"))
    news.pages["/feed"] = Page(status=301, headers={"Location": "/new"})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, Fetched)
    assert answer.url == f"{news.url}/new"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://host/x", "gopher://host/x", "data:text/xml,x", "http://"]
)
async def test_H24_a_redirect_out_of_the_web_is_an_error(target: str, news: NewsServer) -> None:
    news.pages["/feed"] = Page(status=302, headers={"Location": target})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, FetchFailed)


async def test_a_circle_of_redirects_ends(news: NewsServer) -> None:
    news.pages["/feed"] = Page(status=302, headers={"Location": "/feed"})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "redirect"
    assert len(news.requests) == 6


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
async def test_H23_private_addresses_are_not_connected_to(host: str, news: NewsServer) -> None:
    port = news.url.rpartition(":")[2]
    answer = await fetch(f"http://{host}:{port}/feed", private=False)
    assert isinstance(answer, FetchFailed)
    assert not news.requests


async def test_H03_a_small_body_that_unpacks_too_large_is_given_up(news: NewsServer) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    news.pages["/feed"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "too-large"


async def test_H05_a_server_that_does_not_finish_is_given_up(news: NewsServer) -> None:
    news.pages["/feed"] = Page(rss(), delay=60)
    answer = await fetch(f"{news.url}/feed", limits=replace(LIMITS, timeout=0.2))
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "timeout"


async def test_H06_a_body_that_breaks_off_is_a_failure() -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "a"\r\nContent-Length: 1000\r\n\r\n<rss>')
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answer = await fetch(f"http://127.0.0.1:{port}/feed")
    server.close()
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "cut"


async def test_H28_a_failure_does_not_name_the_secrets_of_the_address() -> None:
    answer = await fetch("http://user:secret@127.0.0.1:1/feed?token=tok")
    assert isinstance(answer, FetchFailed)
    assert "secret" not in answer.detail
    assert "tok" not in answer.detail


async def test_a_name_that_does_not_resolve_is_a_failure_in_words() -> None:
    answer = await fetch("http://no-such-host.invalid/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind in ("dns", "connect")


async def test_H27_a_certificate_that_cannot_be_trusted_is_a_failure(news: NewsServer) -> None:
    answer = await fetch(news.url.replace("http://", "https://") + "/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind in ("tls", "connect")


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://127.0.0.1:99999/", "no-scheme/feed", "http://a..b/", "http:///x"]
)
async def test_an_address_that_cannot_be_asked_is_a_failure_in_words(url: str) -> None:
    answer = await fetch(url)
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "address"
    assert "Error" not in answer.detail


async def test_a_name_in_another_script_is_looked_up_as_any_other() -> None:
    answer = await fetch("http://пример.invalid/новости")
    assert isinstance(answer, FetchFailed)
    assert answer.kind in ("dns", "connect")
    assert "пример.invalid" in answer.detail


async def test_letters_of_another_script_in_a_path_arrive_encoded(news: NewsServer) -> None:
    news.pages["/старое"] = Page(status=301, headers={"Location": "/новое?я"})
    news.publish("/новое", ("a", "A"))
    answer = await fetch(f"{news.url}/старое")
    assert isinstance(answer, Fetched)
    assert answer.redirected
    assert [request.path for request in news.requests] == ["/старое", "/новое"]


@pytest.mark.parametrize("target", ["http://[::1", "http://127.0.0.1:99999/", "http://a..b/"])
async def test_H21_a_redirect_to_what_is_no_address_is_a_failure_in_words(target: str, news: NewsServer) -> None:
    news.pages["/feed"] = Page(status=302, headers={"Location": target})
    answer = await fetch(f"{news.url}/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "redirect"
