"""Connections that serve more than one request, and servers that close them without a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched, FetchFailed
from tests.feeds.asking import LIMITS, failed, feed, fetched
from tests.support import rss
from tests.system.web import Answer, Site

BODY = rss(("a", "A"))
Ending = Literal["close", "reset"]
ENDINGS = pytest.mark.parametrize("ending", ["close", "reset"])


def moved(ending: Literal["", "close"] = "") -> Answer:
    """A redirect to /there, by a server that says nothing of closing."""
    return Answer(status=302, headers=[("Location", "/there")], ending=ending)


def hangs_up(ending: Ending, *raw: bytes) -> Answer:
    """No answer, or the beginning of one."""
    return Answer(raw=raw, ending=ending)


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        yield fetcher


async def test_R03_F14_a_server_that_closes_behind_each_answer_without_saying_so_can_redirect(site: Site) -> None:
    site.script("/feed", moved("close"))
    site.script("/there", Answer(BODY, ending="close"))
    assert (await fetched(f"{site.url}/feed")).body == BODY
    assert [request.path for request in site.requests] == ["/feed", "/there"]


async def test_R03_F14_a_server_that_closes_behind_each_answer_is_read_every_time(
    site: Site, fetcher: HttpFetcher
) -> None:
    site.script("/feed", Answer(BODY, ending="close"))
    answers = [await fetcher.fetch(feed(f"{site.url}/feed")) for _ in range(8)]
    assert [isinstance(answer, Fetched) for answer in answers] == [True] * 8
    assert len(site.requests) == 8


@ENDINGS
async def test_R03_F14_who_meets_the_end_of_a_used_connection_asks_once_more_over_a_new_one(
    ending: Ending, site: Site
) -> None:
    site.script("/feed", moved())
    site.script("/there", hangs_up(ending), Answer(BODY))
    assert (await fetched(f"{site.url}/feed")).body == BODY
    assert [request.path for request in site.requests] == ["/feed", "/there", "/there"]
    assert site.requests[1].head == site.requests[2].head
    assert site.connections == 2


@ENDINGS
async def test_R03_a_server_that_hangs_up_is_asked_again_once_at_most(ending: Ending, site: Site) -> None:
    site.script("/feed", moved())
    site.script("/there", hangs_up(ending))
    assert (await failed(f"{site.url}/feed")).kind == "cut"
    assert [request.path for request in site.requests] == ["/feed", "/there", "/there"]
    assert site.connections == 2


@ENDINGS
@pytest.mark.parametrize("begun", [b"\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"], ids=["blank", "head"])
async def test_R03_an_answer_that_breaks_off_is_not_asked_for_again(begun: bytes, ending: Ending, site: Site) -> None:
    site.script("/feed", moved())
    site.script("/there", hangs_up(ending, begun))
    assert (await failed(f"{site.url}/feed")).kind in ("cut", "protocol")
    assert [request.path for request in site.requests] == ["/feed", "/there"]


@ENDINGS
async def test_R03_who_asks_again_uses_no_other_connection_that_waits(
    ending: Ending, site: Site, fetcher: HttpFetcher
) -> None:
    site.script("/feed", Answer(BODY, together=2))
    await asyncio.gather(*(fetcher.fetch(feed(f"{site.url}/feed")) for _ in range(2)))
    assert site.connections == 2
    site.script("/feed", hangs_up(ending), Answer(BODY))
    assert isinstance(await fetcher.fetch(feed(f"{site.url}/feed")), Fetched)
    assert site.connections == 3


@ENDINGS
async def test_R03_over_a_new_connection_nothing_is_asked_twice(
    ending: Ending, site: Site, fetcher: HttpFetcher
) -> None:
    site.script("/feed", hangs_up(ending))
    for poll in range(1, 4):
        assert isinstance(await fetcher.fetch(feed(f"{site.url}/feed")), FetchFailed)
        assert len(site.requests) == site.connections == poll
