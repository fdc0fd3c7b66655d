"""Certificates: always checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched, FetchFailed, FetchResult
from tests.authority import Authority
from tests.feeds.asking import LIMITS, failed, feed
from tests.support import NewsServer, rss
from tests.system.web import Answer, Site


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def fetch(url: str, authority: Authority) -> FetchResult:
    """What is got by one who trusts ``authority`` as we trust the system's."""
    async with HttpFetcher(LIMITS, SystemClock(), authority.trust) as fetcher:
        return await fetcher.fetch(feed(url))


async def test_H27_P02_a_good_certificate_is_trusted(authority: Authority) -> None:
    async with Site(authority.server()) as site:
        site.script("/feed", Answer(rss()))
        assert isinstance(await fetch(f"{site.url}/feed", authority), Fetched)


@pytest.mark.parametrize(
    ("fault", "said"),
    [("expired", "has expired"), ("wrong name", "mismatch"), ("self-signed", "self-signed")],
)
async def test_H27_a_certificate_that_cannot_be_trusted_is_a_failure(
    fault: str, said: str, authority: Authority
) -> None:
    bad = {
        "expired": lambda: authority.server(days=-1),
        "wrong name": lambda: authority.server("other.example", "127.0.0.2"),
        "self-signed": authority.self_signed,
    }
    async with Site(bad[fault]()) as site:
        site.script("/feed", Answer(rss()))
        answer = await fetch(f"{site.url}/feed", authority)
        assert not site.requests
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "tls"
    assert said in answer.detail
    assert "127.0.0.1" in answer.detail


async def test_H27_whom_the_system_does_not_know_is_not_trusted(authority: Authority) -> None:
    async with Site(authority.server()) as site:
        answer = await failed(f"{site.url}/feed")
        assert not site.requests
    assert answer.kind == "tls"
    assert "unable to get local issuer certificate" in answer.detail


async def test_H27_a_server_that_does_not_speak_tls_is_a_failure(news: NewsServer) -> None:
    answer = await failed(news.url.replace("http://", "https://") + "/feed")
    assert answer.kind == "tls"


async def test_H05_a_server_that_is_silent_from_the_first_is_given_up_after_the_time_for_connecting(site: Site) -> None:
    # It takes the connection and never answers the first word of TLS.
    limits = replace(LIMITS, connect_timeout=0.2)
    answer = await failed(site.url.replace("http://", "https://") + "/feed", limits=limits)
    assert (answer.kind, answer.status) == ("connect", 0)
    assert answer.detail == "no connection to 127.0.0.1 within 0.2 s"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_H26_a_redirect_from_https_to_http_is_refused(status: int, authority: Authority, site: Site) -> None:
    async with Site(authority.server()) as safe:
        safe.redirect("/feed", f"{site.url}/feed?token=t0k3n", status=status)
        url = safe.url.replace("https://", "https://user:s3cret@") + "/feed"
        answer = await fetch(url, authority)
        assert safe.requests[0].header("Authorization")
    assert isinstance(answer, FetchFailed)
    assert (answer.kind, answer.status) == ("redirect", status)
    assert answer.detail == f"redirected from https to the unprotected {site.url}/feed?token=***"
    assert not site.connections
