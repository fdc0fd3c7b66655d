"""Credentials and tokens: to whom they go, and where they never appear."""

from __future__ import annotations

import base64
import logging
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched, FetchFailed
from tests.feeds.asking import LIMITS, failed, feed, fetched
from tests.support import MORE_AND_MORE_TIME, PATIENCE, NewsServer, rss
from tests.system.web import Answer, Site

BASIC = "Basic " + base64.b64encode(b"user:s3cret").decode()
SECRETS = ("s3cret", "t0k3n", BASIC.removeprefix("Basic "))


def with_secrets(address: str) -> str:
    """``address`` with a user, a password and a token."""
    parts = urlsplit(address)
    return parts._replace(netloc=f"user:s3cret@{parts.netloc}", query="token=t0k3n").geturl()


async def test_E35_credentials_travel_as_a_header_and_not_in_the_request_line(site: Site) -> None:
    site.script("/feed", Answer(rss()))
    answer = await fetched(with_secrets(f"{site.url}/feed"))
    [request] = site.requests
    assert request.header("Authorization") == BASIC
    assert request.target == "/feed?token=t0k3n"
    assert b"s3cret" not in request.head
    assert "s3cret" not in answer.url
    assert request.header("Host") == f"127.0.0.1:{site.port}"


@pytest.mark.parametrize("user", ["us%40er:p%3Ass%2Fw", "user:", "user", "%D1%8F:%D1%8F"])
async def test_E35_escapes_in_credentials_are_resolved(user: str, site: Site) -> None:
    site.script("/feed", Answer(rss()))
    await fetched(site.url.replace("http://", f"http://{user}@") + "/feed")
    sent = base64.b64decode(site.requests[0].header("Authorization").removeprefix("Basic ")).decode()
    expected = {"us%40er:p%3Ass%2Fw": "us@er:p:ss/w", "user:": "user:", "user": "user:", "%D1%8F:%D1%8F": "я:я"}
    assert sent == expected[user]


async def test_E35_credentials_stay_with_their_own_origin(site: Site) -> None:
    site.redirect("/feed", "/same")
    site.script("/same", Answer(rss()))
    await fetched(with_secrets(f"{site.url}/feed"))
    assert [request.header("Authorization") for request in site.requests] == [BASIC, BASIC]


async def test_E35_another_origin_gets_nothing_and_is_not_within_the_permission(site: Site) -> None:
    async with Site() as other:
        site.redirect("/feed", f"{other.url}/stolen")
        answer = await failed(with_secrets(f"{site.url}/feed"))
        assert answer.kind == "forbidden"
        assert not other.connections


async def test_E35_another_origin_is_asked_without_credentials(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both sites count as public, as two of the web would.
    monkeypatch.setattr("monitor.feeds.fetch.connections.is_public", lambda address: True)
    async with Site() as other:
        site.redirect("/feed", f"{other.url}/there")
        other.redirect("/there", f"http://user:0ther@127.0.0.1:{site.port}/back")
        site.redirect("/back", "/end")
        site.script("/end", Answer(rss()))
        await fetched(with_secrets(f"{site.url}/feed"))
    assert site.asked("/feed")[0].header("Authorization") == BASIC
    assert not other.requests[0].header("Authorization")
    # Who was away does not come back with keys.
    assert not site.asked("/back")[0].header("Authorization") + site.asked("/end")[0].header("Authorization")


async def test_E35_who_is_asked_for_a_password_elsewhere_is_told_why_it_was_not_sent(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.feeds.fetch.connections.is_public", lambda address: True)
    async with Site() as other:
        site.redirect("/feed", f"{other.url}/there?token=t0k3n", status=301)
        other.script("/there", Answer(status=401))
        answer = await failed(with_secrets(f"{site.url}/feed"))
        assert f"{other.url}/there?token=***; user and password were not sent" in answer.detail
        site.script("/feed", Answer(status=401))
        assert "not sent" not in (await failed(with_secrets(f"{site.url}/feed"))).detail


async def test_E35_an_address_that_was_moved_to_gets_credentials_and_permission_only_at_home(site: Site) -> None:
    async with Site() as other, HttpFetcher(LIMITS, SystemClock()) as fetcher:
        site.script("/new", Answer(rss()))
        moved = feed(with_secrets(f"{site.url}/feed"))
        answer = await fetcher.fetch(replace(moved, state=replace(moved.state, asked_url=f"{site.url}/new")))
        assert isinstance(answer, Fetched)
        assert [request.header("Authorization") for request in site.requests] == [BASIC]
        answer = await fetcher.fetch(replace(moved, state=replace(moved.state, asked_url=f"{other.url}/new")))
        assert isinstance(answer, FetchFailed)
        assert (answer.kind, other.connections) == ("forbidden", 0)


@pytest.mark.parametrize("private", [True, False])
async def test_a_permission_does_not_outlast_leaving_the_feed_s_origin(
    private: bool, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Site() as public:
        monkeypatch.setattr("monitor.feeds.fetch.client.guarded_socket", _only(public.port))
        site.redirect("/feed", f"{public.url}/there")
        public.redirect("/there", f"{site.url}/reboot")
        answer = await failed(f"{site.url}/feed", private=private)
    assert answer.kind == "forbidden"
    assert not site.asked("/reboot")


def _only(port: int) -> object:
    """A guard to whom only this port is public."""
    from monitor.errors import ForbiddenAddress
    from monitor.feeds.fetch.connections import AddressInfo, open_socket

    def guard(info: AddressInfo) -> object:
        if info[4][1] != port:
            raise ForbiddenAddress(f"{info[4][0]} is not a public address")
        return open_socket(info)

    return guard


FAILURES = {
    "500": Answer(status=500),
    "401": Answer(status=401, headers=[("WWW-Authenticate", "Basic")]),
    "410": Answer(status=410),
    "429": Answer(status=429),
    "too large": Answer(bytes(200_000)),
    "too large, endless": Answer([bytes(200_000)]),
    "timeout": Answer(delay=PATIENCE),
    "silence": Answer(rss(), cut=10, ending="silence"),
    "cut": Answer(rss(), cut=10),
    "reset": Answer(rss(), cut=10, ending="reset"),
    "reset at once": Answer(raw=[b""], ending="reset"),
    "br": Answer(b"\x0b\x02\x80" * 30, headers=[("Content-Encoding", "br")]),
    "not gzip": Answer(b"\x0b\x02\x80" * 30, headers=[("Content-Encoding", "gzip")]),
    "not HTTP": Answer(raw=[b"junk\r\n\r\n"]),
    "304": Answer(status=304),
    "redirect nowhere": Answer(status=301),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
async def test_H28_no_failure_names_a_secret(answer: Answer, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.script("/feed", answer)
    is_silent = answer.delay > 0 or answer.ending == "silence"
    for seconds in MORE_AND_MORE_TIME if is_silent else (PATIENCE,):
        failure = await failed(with_secrets(f"{site.url}/feed"), limits=replace(LIMITS, timeout=seconds))
        if site.requests:
            break
    assert site.requests[0].header("Authorization") == BASIC
    assert not any(secret in repr(failure) + caplog.text for secret in SECRETS)


@pytest.mark.parametrize(
    "target",
    [
        "http://user:s3cret@127.0.0.1:1/?token=t0k3n",
        "http://user:s3cret@[::1?token=t0k3n",
        "http://user:s3cret@127.0.0.1:99999/?token=t0k3n",
        "http://user:s3cret@a..b/?token=t0k3n",
        "http://user:s3cret@no-such-host.invalid/?token=t0k3n",
        "http://user:s3cret@2130706433/?token=t0k3n",
        "ftp://user:s3cret@a.example/?token=t0k3n",
        "file://user:s3cret@a.example/?token=t0k3n",
        "//user:s3cret@127.0.0.1:1/?access_token=t0k3n;api%5Fkey=t0k3n",
        "/feed?token=t0k3n",
    ],
)
async def test_H28_no_failed_redirect_names_a_secret(target: str, site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    site.redirect("/feed", target)
    failure = await failed(with_secrets(f"{site.url}/feed"))
    assert not any(secret in repr(failure) + caplog.text for secret in SECRETS)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:s3cret@127.0.0.1:1/feed?token=t0k3n",
        "http://user:s3cret@127.0.0.1/feed?token=t0k3n",
        "http://user:s3cret@no-such-host.invalid/feed?token=t0k3n",
        "http://user:s3cret@host:99999/feed?token=t0k3n",
        "http://user:s3cret/x@host/feed?token=t0k3n",
        "http://user:s3cret@[::1/feed?token=t0k3n",
        "http://user:s3cret@a..b/feed?token=t0k3n",
        "http://user:s3cret@/feed?token=t0k3n",
        "https://user:s3cret@127.0.0.1:1/feed?token=t0k3n",
    ],
)
@pytest.mark.parametrize("private", [True, False])
async def test_H28_no_address_that_fails_names_a_secret(
    url: str, private: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failure = await failed(url, private=private, limits=replace(LIMITS, timeout=1))
    assert not any(secret in repr(failure) + caplog.text for secret in SECRETS)


async def test_H28_a_fetcher_that_is_shown_holds_no_secret(site: Site) -> None:
    site.script("/feed", Answer(rss()))
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        answer = await fetcher.fetch(feed(with_secrets(f"{site.url}/feed")))
        assert isinstance(answer, Fetched)
        assert not any(secret in repr(vars(fetcher)) for secret in SECRETS)


async def test_H28_a_failure_of_tls_names_no_secret(news: NewsServer) -> None:
    failure = await failed(with_secrets(f"{news.url}/feed").replace("http://", "https://"))
    assert failure.kind == "tls"
    assert not any(secret in repr(failure) for secret in SECRETS)
