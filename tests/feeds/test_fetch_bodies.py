"""Bodies: how they are packed, how large they may become, and how long they may take."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Literal

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched, FetchFailed
from monitor.text.clean import single_line
from tests.feeds.asking import LIMITS, failed, feed, fetched
from tests.support import MORE_AND_MORE_TIME, PATIENCE, rss, until
from tests.system.web import Answer, Pieces, Site

DOCUMENT = rss(*((str(i), f"Headline {i}") for i in range(200)))
FRAMINGS: tuple[Literal["length", "chunked", "close"], ...] = ("length", "chunked", "close")
QUICK = replace(LIMITS, timeout=0.4)


@functools.cache
def bomb(coding: str) -> bytes:
    """200 million zeros, packed, but for the checksum behind them: nobody comes so far."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    million = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    begins = gzip.compress(b"")[:10] if coding == "gzip" else zlib.compress(b"")[:2]
    return begins + million * 200 + packer.flush()


@contextlib.contextmanager
def memory() -> Iterator[Callable[[], int]]:
    """Gives how many bytes were in use at most, of what was taken meanwhile."""
    tracemalloc.start()
    try:
        yield lambda: peak
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "bare-deflate"])
async def test_E30_what_we_asked_for_is_understood(coding: str, site: Site) -> None:
    for framing, drip in product(FRAMINGS, [False, True]):
        body = rss(("a", "A")) if drip else DOCUMENT
        site.script("/feed", Answer(body, coding=coding, framing=framing, drip=1e-6 if drip else 0))  # type: ignore[arg-type]
        assert (await fetched(f"{site.url}/feed")).body == body, (framing, drip)
        assert site.requests[-1].header("Accept-Encoding") == "gzip, deflate"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("x-gzip", gzip.compress(DOCUMENT)),
        ("GZIP", gzip.compress(DOCUMENT)),
        ("identity", DOCUMENT),
        ("UTF-8", DOCUMENT),
        ("none", DOCUMENT),
        ("identity, gzip", gzip.compress(DOCUMENT)),
        ("gzip, utf-8", gzip.compress(DOCUMENT)),
        ("", DOCUMENT),
        ("gzip", gzip.compress(DOCUMENT[:500]) + gzip.compress(DOCUMENT[500:])),
        ("gzip", gzip.compress(DOCUMENT) + bytes(512)),
        ("gzip", gzip.compress(DOCUMENT)[:-8]),
        ("deflate", zlib.compress(DOCUMENT) + b"junk"),
    ],
    ids=[
        "x-gzip",
        "GZIP",
        "identity",
        "charset",
        "none",
        "identity and gzip",
        "gzip and charset",
        "empty",
        "two members",
        "padding",
        "no checksum",
        "junk behind",
    ],
)
async def test_E30_odd_ways_of_saying_the_same_are_understood(header: str, body: bytes, site: Site) -> None:
    site.script("/feed", Answer(body, headers=[("Content-Encoding", header)]))
    assert (await fetched(f"{site.url}/feed")).body == DOCUMENT


@pytest.mark.parametrize(
    "header", ["br", "zstd", "compress", "gzip, br", "br, gzip", "x\x1b[2j", "gzip, gzip, gzip, gzip"]
)
async def test_E30_H03_what_we_did_not_ask_for_is_a_clear_error(header: str, site: Site) -> None:
    site.script("/feed", Answer(gzip.compress(gzip.compress(DOCUMENT)), headers=[("Content-Encoding", header)]))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("encoding", 200)
    assert answer.detail == f"encoded as {single_line(header)}, which was not asked for"


ONCE, ZLIB = gzip.compress(DOCUMENT), zlib.compress(DOCUMENT)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["gzip, gzip"], gzip.compress(ONCE)),
        (["gzip", "gzip"], gzip.compress(ONCE)),
        (["gzip, gzip"], ONCE),
        (["deflate, gzip"], gzip.compress(ZLIB)),
        (["gzip, deflate"], zlib.compress(ONCE)),
        (["gzip"], DOCUMENT),
        (["deflate"], DOCUMENT),
        (["gzip"], b"\xef\xbb\xbf\n" + DOCUMENT),
        (["br"], DOCUMENT),
        (["gzip"], ZLIB),
        (["deflate"], ONCE),
        (["gzip;q=1.0"], ONCE),
        (['"gzip"'], ONCE),
        (["aws-chunked"], DOCUMENT),
        (["aws-chunked, gzip"], ONCE),
    ],
)
async def test_F14_what_is_packed_otherwise_than_its_header_says_is_unpacked(
    headers: list[str], body: bytes, site: Site
) -> None:
    said = [("Content-Encoding", one) for one in headers]
    pieces = [body[:1], body[1:9], body[9:]]
    for answer in (Answer(pieces, headers=said), *(Answer(body, headers=said, framing=one) for one in FRAMINGS)):
        site.script("/feed", answer)
        assert (await fetched(f"{site.url}/feed")).body.removeprefix(b"\xef\xbb\xbf\n") == DOCUMENT, answer


@pytest.mark.parametrize("body", [b"x" * 200, b"PK\3\4" + bytes(90), ONCE[:50] + bytes(100), bytes(100), b"\xff" * 9])
@pytest.mark.parametrize("header", ["gzip", "deflate", "gzip, gzip"])
async def test_E30_a_body_that_is_not_what_its_header_says_is_a_clear_error(
    header: str, body: bytes, site: Site
) -> None:
    site.script("/feed", Answer(body, headers=[("Content-Encoding", header)], framing="chunked"))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("encoding", 200)
    assert answer.detail == f"the document is not {header}, as its header says"


async def test_H03_a_body_that_is_packed_twice_and_unpacks_to_200_megabytes_is_given_up(site: Site) -> None:
    site.script("/feed", Answer(gzip.compress(bomb("gzip")), headers=[("Content-Encoding", "gzip, gzip")]))
    with memory() as used:
        answer = await failed(f"{site.url}/feed", limits=replace(LIMITS, body_limit=1_000_000))
    assert (answer.kind, answer.status) == ("too-large", 200)
    assert used() < 5_000_000


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_H03_a_small_body_that_unpacks_to_200_megabytes_is_given_up(
    coding: str, framing: str, site: Site
) -> None:
    packed = bomb(coding)
    assert len(packed) < 250_000
    site.script("/feed", Answer(packed, headers=[("Content-Encoding", coding)], framing=framing))  # type: ignore[arg-type]
    with memory() as used:
        answer = await failed(f"{site.url}/feed", limits=replace(LIMITS, body_limit=1_000_000))
    assert (answer.kind, answer.status) == ("too-large", 200)
    assert "1,000,000 bytes" in answer.detail
    assert used() < 5_000_000


async def test_H03_thousands_of_empty_members_are_given_up(site: Site) -> None:
    site.script("/feed", Answer(gzip.compress(b"") * 4_000, headers=[("Content-Encoding", "gzip")]))
    assert (await failed(f"{site.url}/feed")).kind == "encoding"


@pytest.mark.parametrize("size", [99_999, 100_000, 100_001])
@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("framing", ["length", "chunked"])
async def test_H03_the_limit_is_where_it_is_said_to_be(size: int, coding: str, framing: str, site: Site) -> None:
    site.script("/feed", Answer(bytes(size), coding=coding, framing=framing))  # type: ignore[arg-type]
    if size <= LIMITS.body_limit:
        assert len((await fetched(f"{site.url}/feed")).body) == size
    else:
        assert (await failed(f"{site.url}/feed")).kind == "too-large"


async def test_H03_a_body_that_is_announced_as_too_large_is_not_waited_for(site: Site) -> None:
    site.script("/feed", Answer(b"<rss>", length=10**12, ending="silence"))
    assert (await failed(f"{site.url}/feed")).kind == "too-large"


@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_H04_a_body_that_never_ends_is_given_up_by_what_travels(coding: str, site: Site) -> None:
    # In gzip: empty stored blocks, which travel for ever and unpack to nothing.
    pieces: Pieces = itertools.repeat(b"x" * 10_000)
    if coding:
        pieces = itertools.chain([gzip.compress(b"")[:10]], itertools.repeat(b"\0\0\0\xff\xff" * 2_000))
    site.script("/feed", Answer(pieces, headers=[("Content-Encoding", coding)] if coding else []))
    answer = await failed(f"{site.url}/feed")
    assert answer.kind == "too-large"
    assert site.requests[0].sent < 20_000_000, "only what lies in the kernel's buffers"


@pytest.mark.parametrize(
    "raw",
    [
        [b"HTTP/1.1 200 OK\r\n", *(b"X-%d: %b\r\n" % (i, b"y" * 1_000) for i in range(10_000))],
        [b"HTTP/1.1 200 OK\r\nX: ", *[b"y" * 10_000] * 1_000],
        [b"HTTP/1.1 200 ", *[b"y" * 10_000] * 1_000],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", *[b"X: yyyy\r\n" * 1_000] * 1_000],
    ],
    ids=["10,000 headers", "one header", "one status line", "trailers"],
)
async def test_H04_ten_megabytes_of_headers_are_given_up(raw: list[bytes], site: Site) -> None:
    site.script("/feed", Answer(raw=raw))
    with memory() as used:
        answer = await failed(f"{site.url}/feed")
    assert answer.kind in ("protocol", "cut")
    assert used() < 2_000_000


async def test_a_header_of_thirty_kilobytes_is_passed_over(site: Site) -> None:
    site.script("/feed", Answer(DOCUMENT, headers=[("Content-Security-Policy", "x" * 30_000)]))
    assert (await fetched(f"{site.url}/feed")).body == DOCUMENT


async def test_H04_a_thousand_preliminary_answers_are_passed_over(site: Site) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(DOCUMENT), DOCUMENT)
    site.script("/feed", Answer(raw=[b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000, whole]))
    assert (await fetched(f"{site.url}/feed")).body == DOCUMENT


async def test_H04_preliminary_answers_without_end_are_given_up_and_others_go_on_meanwhile(site: Site) -> None:
    site.script("/endless", Answer(raw=itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n" * 10)))
    site.script("/feed", Answer(DOCUMENT))
    async with HttpFetcher(LIMITS, SystemClock()) as patient, HttpFetcher(QUICK, SystemClock()) as fetcher:
        endless = asyncio.create_task(patient.fetch(feed(f"{site.url}/endless")))
        await until(lambda: site.requests and site.requests[0].sent > 1_000_000, what="answers without end")
        assert isinstance(await patient.fetch(feed(f"{site.url}/feed")), Fetched)
        assert not endless.done()
        endless.cancel()
        answer = await fetcher.fetch(feed(f"{site.url}/endless"))
    assert isinstance(answer, FetchFailed)
    assert answer.kind == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(DOCUMENT, delay=PATIENCE),
        Answer(DOCUMENT, drip=0.01),
        Answer(DOCUMENT, coding="gzip", drip=0.01),
        Answer(raw=[b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 100], drip=0.01),
    ],
    ids=["nothing", "head and body in drops", "packed, in drops", "headers in drops"],
)
async def test_H05_a_server_that_does_not_finish_is_given_up(answer: Answer, site: Site) -> None:
    site.script("/feed", answer)
    result = await failed(f"{site.url}/feed", limits=QUICK)
    assert (result.kind, result.detail) == ("timeout", "no complete answer within 0.4 s")


async def test_H05_the_time_counts_over_all_redirects(site: Site) -> None:
    for i in range(5):
        site.script(f"/{i}", Answer(status=302, headers=[("Location", f"/{i + 1}")], delay=0.15))
    result = await failed(f"{site.url}/0", limits=QUICK)
    assert result.kind == "timeout"
    assert len(site.requests) < 5


async def test_H05_a_timeout_in_the_middle_of_a_body_says_what_was_answered(site: Site) -> None:
    site.script("/feed", Answer(DOCUMENT, 203, cut=100, ending="silence"))
    for seconds in MORE_AND_MORE_TIME:
        result = await failed(f"{site.url}/feed", limits=replace(LIMITS, timeout=seconds))
        if result.status:
            break
    assert (result.kind, result.status) == ("timeout", 203)


@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("ending", ["close", "reset"])
@pytest.mark.parametrize("coding", ["", "gzip"])
async def test_H06_a_body_that_breaks_off_is_a_failure(coding: str, ending: str, framing: str, site: Site) -> None:
    etag = [("ETag", '"a"')]
    site.script(
        "/feed",
        Answer(DOCUMENT, headers=etag, coding=coding, cut=100, ending=ending, framing=framing),  # type: ignore[arg-type]
    )
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("cut", 200)
    assert "in the middle of its answer" in answer.detail
    assert "Error" not in answer.detail, "no name of a class"


@pytest.mark.parametrize("ending", ["close", "reset"])
@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nETag: "])
async def test_H06_an_answer_that_breaks_off_before_its_body_is_a_failure(raw: bytes, ending: str, site: Site) -> None:
    site.script("/feed", Answer(raw=[raw], ending=ending))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("cut", 0)
    assert "before it had answered" in answer.detail
    assert "Error" not in answer.detail, "no name of a class"


async def test_H06_a_length_that_is_too_short_cuts_the_body_and_the_connection_is_not_used_again(site: Site) -> None:
    site.script("/feed", Answer(DOCUMENT, length=100))
    async with HttpFetcher(LIMITS, SystemClock()) as fetcher:
        first, second = [await fetcher.fetch(feed(f"{site.url}/feed")) for _ in range(2)]
    # What comes behind the length may be seen in time, or only as the missing end of the document, by the parser.
    for answer in (first, second):
        assert isinstance(answer, FetchFailed) or answer == replace(answer, body=DOCUMENT[:100])
    assert site.connections == 2
