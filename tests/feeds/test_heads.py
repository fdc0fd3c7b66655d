"""Answers whose heads are not quite HTTP, from a real server, through the real client."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import re

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import HttpFetcher
from monitor.model import Fetched
from tests.feeds.asking import LIMITS, failed, feed, fetch, fetched
from tests.support import rss
from tests.system.web import Answer, Site

BODY = rss(("a", "A"))
PACKED = gzip.compress(BODY)
LENGTH = f"Content-Length: {len(BODY)}"
CHUNKS = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"


def answer(*headers: str, status: str = "HTTP/1.1 200 OK", body: bytes = BODY, newline: str = "\r\n") -> bytes:
    return newline.join([status, *headers, "", ""]).encode("latin-1") + body


CHUNKED = "Transfer-Encoding: chunked"
SIZE = f"{len(BODY):x}".encode()


def chunked(body: bytes, *headers: str) -> bytes:
    return answer(CHUNKED, *headers, body=body)


LENIENT = {
    "chunks in lines of line feeds": chunked(SIZE + b"\n" + BODY + b"\n0\n\n"),
    "chunks in lines of both kinds": chunked(SIZE + b"\n" + BODY + b"\r\n0\n\r\n"),
    "chunks of one byte": chunked(b"".join(b"1\n%c\n" % byte for byte in BODY) + b"0\n\n"),
    "chunks with more behind the size": chunked(SIZE + b';a=b;c="d\\"e;\r" \r\n' + BODY + b"\r\n0;x\r\n\r\n"),
    "chunks with blanks around the size": chunked(b" " + SIZE + b" \t\r\n" + BODY + b"\r\n0 \r\n\r\n"),
    "chunks with zeros in front": chunked(b"000" + SIZE.upper() + b"\r\n" + BODY + b"\r\n000\r\n\r\n"),
    "chunks as Python writes such numbers": chunked(b"0x" + SIZE + b"\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "chunks without a line behind": chunked(SIZE + b"\r\n" + BODY + b"0\r\n\r\n"),
    "chunks without the last line": chunked(SIZE + b"\r\n" + BODY + b"\r\n0\r\n"),
    "headers behind the chunks": chunked(CHUNKS[:-2] + b"X-A: 1\r\n\r\n"),
    "no headers behind the chunks": chunked(CHUNKS[:-2] + b"X A 1\n\r\n"),
    "more behind the chunks": chunked(CHUNKS + b"junk"),
    "more behind the length": answer(LENGTH, body=BODY + b"\r\nHTTP/1.1 200 OK\r\n\r\n"),
    "packed for the way": answer(
        "Transfer-Encoding: gzip, chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)
    ),
    "no other headers": answer(),
    "a later version": answer(LENGTH, status="HTTP/1.2 200 OK"),
    "a version of other lines": answer(LENGTH, status="HTTP/2 200"),
    "no blank in the status line": answer(LENGTH, status="HTTP/1.1 200OK"),
    "a long header": answer("X-Policy: " + "x" * 60_000, LENGTH),
    "a length twice": answer(LENGTH, LENGTH),
    "a length twice in one header": answer(f"{LENGTH}, {len(BODY)}"),
    "a length three times, in three ways": answer(
        LENGTH, f"content-length:0{len(BODY)}", f"Content-Length: +{len(BODY)}"
    ),
    "a length and chunks": answer(LENGTH, "Transfer-Encoding: chunked", body=CHUNKS),
    "chunks and a wrong length": answer("Transfer-Encoding: Chunked", "Content-Length: 3", body=CHUNKS),
    "chunks twice": answer("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=CHUNKS),
    "a coding that is none": answer("Transfer-Encoding: identity", LENGTH),
    "a blank behind a name": answer("Server : x", LENGTH),
    "a blank behind a name that counts": answer(f"Content-Length : {len(BODY)}"),
    "a tab behind a name": answer("Server\t: x", LENGTH),
    "a name with a blank": answer("X-Powered By: PHP", LENGTH),
    "a name with a blank, and a line more": answer("X-Powered By: PHP", " 5.3", LENGTH),
    "a name in other letters": answer("X-Größe: 5", LENGTH),
    "no name": answer(": x", LENGTH),
    "no colon": answer("junk", LENGTH),
    "a warning among the headers": answer("<b>Warning</b> in line 5", LENGTH),
    "a folded header": answer("X-A: 1", "\t2", LENGTH),
    "line feeds alone": answer("Server : x", LENGTH, newline="\n"),
    "a word before the answer": answer("A B: x", status="HTTP/1.1 103 Early Hints", body=b"")
    + answer("C D: x", LENGTH),
    "no reason": answer("Server : x", LENGTH, status="HTTP/1.1 200"),
    "no length": answer("Server : x"),
    "blanks in the status line": answer(LENGTH, status="HTTP/1.1  200  OK"),
    "small letters": answer(LENGTH, status="http/1.1 200 OK"),
    "bytes behind a length": answer(f"{LENGTH} bytes"),
    "a length with a fraction": answer(f"{LENGTH}.0"),
    "a length twice, once with its unit": answer(f"{LENGTH} B", LENGTH),
    "a return in a value": answer("X-A: one\rtwo", LENGTH),
    "a return in a value that counts": answer(f"{LENGTH}\r"),
    "two returns at each end": answer("Server: x", LENGTH, newline="\r\r\n").replace(b"\r\r\n\r\r\n", b"\r\r\n\r\n"),
    "a length in quotes": answer(f'Content-Length: "{len(BODY)}"'),
    "a length that is empty": answer("Content-Length:"),
    "a zero byte in a value": answer("X-A: one\0two", LENGTH),
    "more headers than anybody reads": answer(*(f"X-{number}: 1" for number in range(300)), LENGTH),
}


async def test_F14_a_head_that_other_clients_read_is_read(site: Site) -> None:
    for name, raw in LENIENT.items():
        path = f"/{name.replace(' ', '-')}"
        site.script(path, Answer(raw=[raw], ending="close"))
        found = await fetch(f"{site.url}{path}")
        assert isinstance(found, Fetched), (name, found)
        assert found.body == BODY, name
        assert len(site.asked(path)) == 1, name


async def test_F14_a_head_may_come_byte_by_byte(site: Site) -> None:
    for name, raw in LENIENT.items():
        pieces = re.findall(rb"x{1000}|.", raw, re.DOTALL)
        site.script("/feed", Answer(raw=pieces, ending="close"))
        found = await fetch(f"{site.url}/feed")
        assert isinstance(found, Fetched), (name, found)
        assert found.body == BODY, name


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (answer(LENGTH, "Content-Length: 3"), "Content-Length"),
        (answer("Content-Length: many"), "Content-Length"),
        (answer("Content-Length: -1"), "Content-Length"),
        (b"ICY 200 OK\r\n\r\n", "status line"),
        (b"220 mail.example ESMTP ready\r\n", "status line"),
        (b"HTTP/1.1 twohundred OK\r\n\r\n", ""),
        (chunked(BODY), "a chunk does not begin with its size"),
        (chunked(b"-5\r\n" + BODY), "a chunk does not begin with its size"),
        (chunked(SIZE + b"\r\n" + BODY + b"\r\nmore\r\n0\r\n\r\n"), "a chunk does not begin with its size"),
    ],
)
async def test_F14_what_cannot_be_read_is_named(raw: bytes, named: str, site: Site) -> None:
    site.script("/feed", Answer(raw=[raw], ending="close"))
    answer = await failed(f"{site.url}/feed")
    assert answer.kind == "protocol"
    assert answer.detail.startswith("the answer is not proper HTTP: ")
    assert named in answer.detail
    assert "BadHttpMessage" not in answer.detail
    assert "3" not in answer.detail.partition("HTTP:")[2]


@pytest.mark.parametrize("ending", ["close", "reset"])
@pytest.mark.parametrize(
    "raw",
    [[], [b"\r\n"], [b"HTTP/1.1 200 OK\r\nContent-Le"], [answer(LENGTH)[:-5]]],
    ids=["nothing", "blank", "head", "body"],
)
async def test_R03_a_server_that_hangs_up_is_asked_once_a_poll(raw: list[bytes], ending: str, site: Site) -> None:
    site.script("/feed", Answer(raw=raw, ending=ending))  # type: ignore[arg-type]
    for poll in (1, 2):
        assert (await failed(f"{site.url}/feed")).kind in ("cut", "protocol")
        assert len(site.asked("/feed")) == poll


# --- cookies ---------------------------------------------------------------------------------------------------------


class Gate:
    """A site that lets nobody in who does not bring its cookie back."""

    def __init__(self, site: Site, *cookies: str) -> None:
        headers = [("Location", f"{site.url}/feed"), *(("Set-Cookie", one) for one in cookies)]
        site.script("/feed", Answer(status=302, headers=headers), Answer(BODY))


async def test_F13_a_cookie_that_a_redirect_sets_comes_back_within_the_poll_and_no_later(site: Site) -> None:
    for _ in range(2):
        Gate(site, "seen=1; Path=/; HttpOnly", "b=x y; Path=/other", "c=2; Max-Age=60")
        asked = len(site.requests)
        assert (await fetched(f"{site.url}/feed")).body == BODY
        first, second = site.requests[asked:]
        assert first.header("Cookie") == ""
        assert second.header("Cookie") == "seen=1; c=2"


async def test_F13_a_cookie_goes_to_nobody_but_its_own_host_and_path(site: Site) -> None:
    async with Site(host="127.0.0.2") as other:
        cookies = [
            ("Set-Cookie", "a=1; Path=/"),
            ("Set-Cookie", "b=2; Domain=example.org"),
            ("Set-Cookie", "s=3; Secure"),
        ]
        site.script("/feed", Answer(status=302, headers=[("Location", "/next"), *cookies]))
        site.script("/next", Answer(status=302, headers=[("Location", f"{other.url}/there")]))
        assert (await fetch(f"{site.url}/feed")) is not None
        assert [request.header("Cookie") for request in site.requests] == ["", "a=1"]
        assert all(request.header("Cookie") == "" for request in other.requests)


async def test_F13_a_cookie_that_is_changed_and_taken_back_on_the_way_is_so_for_the_next_request(site: Site) -> None:
    site.script("/1", Answer(status=302, headers=[("Location", "/2"), ("Set-Cookie", "a=1; Path=/")]))
    site.script("/2", Answer(status=302, headers=[("Location", "/3"), ("Set-Cookie", "a=2; Path=/")]))
    site.script("/3", Answer(status=302, headers=[("Location", "/4"), ("Set-Cookie", "a=; Path=/; Max-Age=0")]))
    site.script("/4", Answer(BODY))
    assert (await fetched(f"{site.url}/1")).body == BODY
    assert [request.header("Cookie") for request in site.requests] == ["", "a=1", "a=2", ""]


async def test_F13_a_site_that_wants_more_than_a_cookie_is_said_to_want_one(site: Site) -> None:
    site.script("/feed", Answer(status=302, headers=[("Location", "/feed"), ("Set-Cookie", "a=1")]))
    answer = await failed(f"{site.url}/feed")
    assert answer.detail == "more than 5 redirects; the site wants cookies, and perhaps a login"
    site.script("/feed", Answer(status=302, headers=[("Location", "/feed")]))
    assert (await failed(f"{site.url}/feed")).detail == "more than 5 redirects"


@pytest.mark.parametrize(
    "raw",
    [
        chunked(CHUNKS + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        answer(LENGTH, body=BODY + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        chunked(SIZE + b"\n" + BODY + b"\n0\n\n"),
    ],
    ids=["more behind chunks", "more behind a length", "chunks in lines of line feeds"],
)
async def test_F14_what_comes_behind_an_answer_is_no_answer_to_the_next_question(raw: bytes) -> None:
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(raw)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed"
    async with server, HttpFetcher(LIMITS, SystemClock()) as fetcher:
        answers = [await fetcher.fetch(feed(url)) for _ in range(3)]
    assert [one.body for one in answers if isinstance(one, Fetched)] == [BODY] * 3
    assert connections == 3


async def test_F14_a_chunk_that_breaks_behind_others_is_told_at_once(site: Site) -> None:
    raw = [answer(CHUNKED, body=b""), SIZE, b"\r\n", BODY, b"\r\n", b"more\r\n", b"0\r\n\r\n"]
    site.script("/feed", Answer(raw=raw, ending="silence", drip=1e-6))
    found = await failed(f"{site.url}/feed")
    assert (found.kind, found.status) == ("protocol", 200)
    assert found.detail == "the answer is not proper HTTP: a chunk does not begin with its size"


async def test_F14_more_chunks_than_the_library_takes_at_once_are_read_over_a_connection_that_stays(site: Site) -> None:
    body = b"".join(b"3\r\n012\r\n" for _ in range(30_000)) + b"0\r\n\r\n"
    site.script("/feed", Answer(raw=[answer(CHUNKED, body=b"") + body], ending="silence"))
    found = await fetched(f"{site.url}/feed")
    assert len(found.body) == 90_000
