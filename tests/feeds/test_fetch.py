"""Fetching, against a real HTTP server on loopback: what is asked, and what an answer is taken for."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched, FetchFailed, NotModified, Validators
from tests.feeds.asking import LIMITS, failed, feed, fetch, fetched, resolves_to
from tests.support import NewsServer, Page, rss
from tests.system.web import Answer, Site

QUICK = replace(LIMITS, timeout=0.5)
DATE = ("Date", "Wed, 18 Sep 2024 12:00:00 GMT")


async def test_E01_validators_are_echoed_byte_for_byte(news: NewsServer) -> None:
    odd = {"ETag": 'W/"a b-gzip"', "Last-Modified": "Wed, 1 Jan 2025 00:00:00 +0000"}
    news.pages["/feed"] = Page(rss(), headers=odd)
    first = await fetch(f"{news.url}/feed")
    assert isinstance(first, Fetched)
    await fetch(f"{news.url}/feed", first.validators)
    assert news.requests[1].headers["If-None-Match"] == odd["ETag"]
    assert news.requests[1].headers["If-Modified-Since"] == odd["Last-Modified"]


async def test_E02_a_long_etag_comes_back_whole(site: Site) -> None:
    etag = f'"{"x" * 400}"'
    site.script("/feed", Answer(rss(), headers=[("ETag", etag)]))
    first = await fetched(f"{site.url}/feed")
    assert isinstance(await fetch(f"{site.url}/feed", first.validators), NotModified)
    assert site.requests[1].header("If-None-Match") == etag


@pytest.mark.parametrize("name", ["ETag", "Last-Modified"])
async def test_E02_a_validator_longer_than_servers_take_is_not_kept(name: str, site: Site) -> None:
    longest = '"' + "x" * 4_094 + '"'
    site.script("/feed", *(Answer(rss(), headers=[(name, value)]) for value in (longest, longest + "x", '"a"')))
    kept = [(await fetched(f"{site.url}/feed")).validators for _ in range(3)]
    assert [max(one.etag, one.last_modified) for one in kept] == [longest, "", '"a"']


async def test_E02_a_validator_that_was_kept_too_long_is_not_sent(site: Site) -> None:
    site.script("/feed", Answer(rss()))
    await fetched(f"{site.url}/feed", Validators(etag='"' + "x" * 12_000 + '"', last_modified="a"))
    assert site.requests[0].header("If-None-Match") == ""
    assert site.requests[0].header("If-Modified-Since") == "a"


async def test_E04_a_304_brings_the_validators_that_it_carries(news: NewsServer) -> None:
    news.pages["/feed"] = Page(rss(), headers={"ETag": '"a"', "Cache-Control": "public, max-age=7200"})
    answer = await fetch(f"{news.url}/feed", Validators(etag='"a"'))
    assert answer == NotModified(Validators(etag='"a"'), 7200.0)


async def test_E03_a_304_without_validators_brings_none_in_their_place(site: Site) -> None:
    site.script("/feed", Answer(status=304))
    answer = await fetch(f"{site.url}/feed", Validators('"a"', "x"))
    assert answer == NotModified(Validators())


async def test_E05_new_validators_come_with_an_old_body(site: Site) -> None:
    site.script("/feed", *(Answer(rss(), headers=[("ETag", etag)]) for etag in ('"a"', '"b"')))
    first, second = [await fetched(f"{site.url}/feed") for _ in range(2)]
    assert first.body == second.body
    assert second.validators == Validators('"b"')


async def test_E06_an_answer_without_validators_brings_none(site: Site) -> None:
    site.script("/feed", Answer(rss()))
    answer = await fetched(f"{site.url}/feed", Validators('"a"', "x"))
    assert answer.validators == Validators()


@pytest.mark.parametrize(
    "known",
    [
        Validators('"a"'),
        Validators(last_modified="Wed, 1 Jan 2025 00:00:00 +0000"),
        Validators('"a"', "x"),
        Validators(),
    ],
)
async def test_E07_only_what_is_known_is_asked_for(known: Validators, site: Site) -> None:
    site.script("/feed", Answer(rss(), headers=[DATE]))
    answer = await fetched(f"{site.url}/feed", known)
    names = {name for name, _ in site.requests[0].headers}
    assert site.requests[0].header("If-None-Match") == known.etag
    assert site.requests[0].header("If-Modified-Since") == known.last_modified
    assert {"If-None-Match": bool(known.etag), "If-Modified-Since": bool(known.last_modified)} == {
        name: name in names for name in ("If-None-Match", "If-Modified-Since")
    }
    assert answer.validators == Validators()  # no date of ours, none of the answer


async def test_E09_a_changed_body_under_the_same_etag_is_read(site: Site) -> None:
    same = [("ETag", '"a"')]
    site.script("/feed", *(Answer(rss((guid, guid)), headers=same, conditional=False) for guid in "ab"))
    first = await fetched(f"{site.url}/feed")
    second = await fetched(f"{site.url}/feed", first.validators)
    assert site.requests[1].header("If-None-Match") == '"a"'
    assert second.body == rss(("b", "b"))


async def test_a_304_that_nobody_asked_for_is_a_failure(site: Site) -> None:
    # As an answer it would hide the feed for ever, and look well.
    site.script("/feed", Answer(status=304))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("http", 304)


async def test_E27_the_request_says_who_asks_and_nothing_of_the_user(site: Site) -> None:
    site.script("/feed", Answer(rss(), headers=[("Set-Cookie", "a=b")]))
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        for _ in range(2):  # by name: no library takes cookies of an address
            await fetcher.fetch(feed(f"http://localhost:{site.port}/feed"))
    agent = site.requests[1].header("User-Agent")
    assert re.fullmatch(r"news-monitor/[\w.]+ \(\+https://desk\.example/about\)", agent)
    assert {name for name, _ in site.requests[1].headers} == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


async def test_E27_a_contact_cannot_break_out_of_its_header(site: Site) -> None:
    await fetch(f"{site.url}/feed", limits=replace(LIMITS, contact="a\r\nX-Injected: yes"))
    assert site.requests[0].header("User-Agent").endswith("(+a X-Injected: yes)")


async def test_E28_the_address_is_asked_for_just_as_it_is_written(news: NewsServer) -> None:
    news.publish("/a%20b/c")
    await fetch(f"{news.url}/a%20b/c?x=%2F&y=a+b&&z#part")
    assert news.requests[0].raw_path == "/a%20b/c?x=%2F&y=a+b&&z"


async def test_E28_a_request_asks_for_the_path_and_the_query_and_nothing_else(site: Site) -> None:
    target = "/a%2Fb/%7Ec;d=1/../e?x=%2F&y=a+b&&z='\"|[1]&u=http://a.example/b?c=d"
    await fetch(f"{site.url}{target}#part")
    assert site.requests[0].target == target
    assert site.requests[0].method == "GET"


@pytest.mark.parametrize("status", [429, 503, 500, 403])
@pytest.mark.parametrize(
    "asked",
    [
        "7200",
        "Wed, 18 Sep 2024 14:00:00 GMT",
        "Wednesday, 18-Sep-24 14:00:00 GMT",
        "Wed Sep 18 14:00:00 2024",
    ],
)
async def test_E12_E13_a_refusal_says_when_to_come_back(status: int, asked: str, site: Site) -> None:
    site.script("/feed", Answer(status=status, headers=[DATE, ("Retry-After", asked)]))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status, answer.retry_after) == ("http", status, 7200.0)
    assert str(status) in answer.detail


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        (["-5"], 0),
        (["abc"], 0),
        (["1e9"], 0),
        (["9" * 20], 86_400),
        (["1000000000"], 86_400),
        (["120", "240"], 240),
        (["abc", "240"], 240),
        ([b"\xff\xfe"], 0),
        ([""], 0),
    ],
)
async def test_E14_a_senseless_wait_is_none_and_a_long_one_a_day(
    asked: list[str | bytes], wait: float, site: Site
) -> None:
    site.script("/feed", Answer(status=503, headers=[("Retry-After", value) for value in asked]))
    assert (await failed(f"{site.url}/feed")).retry_after == wait


async def test_E25_gone_is_said_so(site: Site) -> None:
    site.script("/feed", Answer(status=410))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("gone", 410)


async def test_E25_what_is_gone_only_where_a_redirect_led_for_now_is_not_gone(site: Site) -> None:
    site.redirect("/feed", "/new", status=302)
    site.redirect("/moved", "/new", status=301)
    site.script("/new", Answer(status=410))
    assert (await failed(f"{site.url}/feed")).kind == "http"
    assert (await failed(f"{site.url}/moved")).kind == "gone"


@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("Cache-Control", "max-age=7200")], 7200),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=7200"), ("Age", "7000")], 7200),
        ([("Cache-Control", "max-age=7200"), ("Cache-Control", "no-cache")], 0),
        ([DATE, ("Expires", "Wed, 18 Sep 2024 13:00:00 GMT")], 3600),
        ([DATE, ("Expires", "0")], 0),
        ([("Cache-Control", b"max-age=\xff")], 0),
    ],
)
async def test_E18_E19_freshness_is_read_from_a_document_and_from_a_304(
    headers: list[tuple[str, str | bytes]], seconds: float, status: int, site: Site
) -> None:
    site.script("/feed", Answer(rss() if status == 200 else b"", status, headers=headers))
    answer = await fetch(f"{site.url}/feed", Validators('"a"'))
    assert isinstance(answer, Fetched if status == 200 else NotModified)
    assert answer.fresh_for == seconds


async def test_E31_an_answer_of_differences_is_a_document(site: Site) -> None:
    site.script("/feed", Answer(rss(("a", "A")), 226, headers=[("IM", "feed")]))
    answer = await fetched(f"{site.url}/feed")
    assert (answer.status, answer.body) == (226, rss(("a", "A")))
    assert not site.requests[0].header("A-IM")


@pytest.mark.parametrize("status", [200, 202, 204, 205])
async def test_H39_an_answer_without_a_body_is_an_empty_document(status: int, site: Site) -> None:
    site.script("/feed", Answer(b"", status))
    assert (await fetched(f"{site.url}/feed")).body == b""


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ([("Last-Modified", "a"), ("Last-Modified", "b")], Validators(last_modified="a")),
        ([("ETag", "")], Validators()),
        ([("ETag", '""')], Validators('""')),
        ([("ETag", '"é"'.encode("latin-1"))], Validators()),
        ([("ETag", '"é"')], Validators()),
        ([("ETag", '"a\tb"')], Validators()),
    ],
)
async def test_E36_odd_validators_are_sent_back_as_they_were_or_not_at_all(
    headers: list[tuple[str, str | bytes]], known: Validators, site: Site
) -> None:
    site.script("/feed", Answer(rss(), headers=headers))
    answer = await fetched(f"{site.url}/feed")
    assert answer.validators == known
    await fetch(f"{site.url}/feed", answer.validators)
    assert site.requests[1].header("If-None-Match") == known.etag
    assert site.requests[1].header("If-Modified-Since") == known.last_modified


@pytest.mark.parametrize("fold", [b"\r\n ", b"\r\n\t", b"\r", b"\n", b"\0"])
async def test_E36_a_folded_etag_puts_nothing_into_a_request(fold: bytes, site: Site) -> None:
    site.script("/feed", Answer(rss(), headers=[("ETag", b'"a' + fold + b'X-Injected: yes"')]))
    first = await fetch(f"{site.url}/feed")
    if isinstance(first, Fetched):
        await fetch(f"{site.url}/feed", first.validators)
    # As part of the ETag's own line it is only an odd ETag.
    assert all(not request.header("X-Injected") for request in site.requests)


async def test_E32_no_more_than_the_allowed_number_of_connections_to_one_host(site: Site) -> None:
    for i in range(8):
        site.script(f"/{i}", Answer(rss(), together=2))
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        answers = await asyncio.gather(*(fetcher.fetch(feed(f"{site.url}/{i}")) for i in range(8)))
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert site.most_asked == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
async def test_H23_private_addresses_are_not_connected_to(host: str, news: NewsServer) -> None:
    port = news.url.rpartition(":")[2]
    answer = await fetch(f"http://{host}:{port}/feed", private=False)
    assert isinstance(answer, FetchFailed)
    assert not news.requests


@pytest.mark.parametrize("addresses", [["127.0.0.1", "127.0.0.2"], ["::1", "127.0.0.1"], ["127.0.0.1"]])
async def test_H22_a_name_of_private_addresses_only_is_refused_in_words(
    addresses: list[str], news: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolves_to(monkeypatch, *addresses)
    answer = await failed(news.url.replace("127.0.0.1", "news.example") + "/feed", private=False)
    assert answer.kind == "forbidden"
    assert answer.detail.startswith(f"{addresses[0]} is not a public address; set allow_private")
    assert not news.requests


async def test_a_name_that_does_not_resolve_is_a_failure_in_words() -> None:
    answer = await fetch("http://no-such-host.invalid/feed")
    assert isinstance(answer, FetchFailed)
    assert answer.kind in ("dns", "connect")


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


async def test_feeds_of_one_host_share_a_connection(site: Site) -> None:
    site.script("/a", Answer(rss(), headers=[("ETag", '"a"')]))
    site.script("/b", Answer(rss(), coding="gzip"))
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        for path in ("/a", "/b", "/a"):
            await fetcher.fetch(feed(f"{site.url}{path}", Validators('"a"')))
    assert [request.status for request in site.requests] == [304, 200, 304]
    assert site.connections == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=60), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\nLocation: "]))
async def test_whatever_a_server_sends_the_answer_is_a_value(tail: bytes, head: bytes) -> None:
    async with Site() as site:
        site.script("/feed", Answer(raw=[head + tail + b"\r\n\r\n"]))
        answer = await fetch(f"{site.url}/feed", limits=QUICK)
    assert isinstance(answer, Fetched | FetchFailed)
