"""A small web whose every byte a test can choose, and which remembers every byte that it was asked.

    async with Site() as site:
        site.script("/feed", Answer(rss(("a", "A")), headers=[("ETag", '"1"')]), Answer(status=503))
        ...
        assert site.asked("/feed")[1].header("If-None-Match") == '"1"'

A path's answers are given in order, one for each request; the last one is repeated. What is not scripted is a 404. An
answer with validators is a 304 to whom has them already, unless ``conditional`` is off.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import ssl
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

Pieces = Iterable[bytes]
Headers = Sequence[tuple[str, str | bytes]]


@dataclass
class Answer:
    """What is sent back to one request."""

    body: bytes | Pieces = b""
    """Bytes, or pieces that are sent one by one as the reader takes them: ``itertools.repeat(b"x")`` never ends."""
    status: int = 200
    headers: Headers = ()
    """Sent in this order and just as they are, repeated names and odd bytes too; text travels as UTF-8."""
    content_type: str = "application/rss+xml"
    """Empty: none is sent."""
    coding: Literal["", "gzip", "deflate", "bare-deflate"] = ""
    """How ``body``, if it is bytes, is packed, with the header that says so."""
    framing: Literal["length", "chunked", "close"] = "length"
    """How the end of the body is told; pieces are never told by length."""
    length: int | None = None
    """A Content-Length other than the true one."""
    delay: float = 0.0
    """Seconds before the first byte."""
    together: int = 0
    """Nothing is sent before so many requests have been under way at one time."""
    drip: float = 0.0
    """Seconds between one byte and the next, of head and body."""
    cut: int | None = None
    """Nothing is sent after this many bytes of the body (before they are framed)."""
    ending: Literal["", "close", "reset", "silence"] = ""
    """What follows the last byte: the next request, or, always where a body was cut, the end of the connection, as if
    all were well or by a RST; or nothing at all.
    """
    conditional: bool = True
    raw: Pieces | None = None
    """Sent in place of all of the above but for ``delay``, ``drip`` and ``ending``; the connection ends after it."""

    def value(self, name: str) -> str:
        """The first header of this name, or nothing."""
        found = (value for key, value in self.headers if key.lower() == name.lower())
        return next((value if isinstance(value, str) else value.decode("latin-1") for value in found), "")

    def known_to(self, request: Request) -> bool:
        """Whether ``request`` has this document already (RFC 9110 section 13.2.2, by equality alone)."""
        if not self.conditional or self.status != 200:
            return False
        if asked := request.header("If-None-Match"):
            return asked == self.value("ETag")
        asked = request.header("If-Modified-Since")
        return bool(asked) and asked == self.value("Last-Modified")


@dataclass
class Request:
    """One request as it arrived. Times are of the site's clock, ``time.monotonic()`` as a rule."""

    began: float
    method: str
    target: str
    """What stood in the request line, byte for byte (Latin-1)."""
    headers: list[tuple[str, str]]
    ended: float | None = None
    """When the answer was sent, or the reader had gone."""
    status: int = 0
    """What was answered."""
    sent: int = 0
    """Bytes of the answer that went out."""
    head: bytes = b""
    """All of the request's head, raw."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str:
        """The header's value, or nothing. Fails when it was sent twice."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} was sent {len(values)} times"
        return values[0] if values else ""


@dataclass
class Site:
    """A server on loopback. Use as ``async with Site() as site``. ``tls``: its certificate, if it is to have one.
    ``host``: the address that it listens at; all of 127.0.0.0/8 is loopback, and each address a host of its own.

    ``connections`` counts those that were ever opened: a site that must not be reached has 0. ``most_open`` is how many
    there were at one time.
    """

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    clock: Callable[[], float] = time.monotonic
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    most_open: int = 0
    most_asked: int = 0
    """How many requests were under way at one time."""
    url: str = ""
    _scripts: dict[str, list[Answer]] = field(default_factory=dict)
    _dialogues: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Site:
        self._server = await asyncio.start_server(self._dialogue, self.host, 0, ssl=self.tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for dialogue in self._dialogues:
            dialogue.cancel()
        await asyncio.gather(*self._dialogues, return_exceptions=True)

    def script(self, path: str, *answers: Answer) -> None:
        """From now on ``path`` gives these answers, in order, and the last one for ever."""
        self._scripts[path] = list(answers)

    def redirect(self, path: str, *targets: str, status: int = 302) -> None:
        """From now on ``path`` redirects, to each of ``targets`` in turn."""
        self.script(path, *(Answer(status=status, headers=[("Location", target)]) for target in targets))

    def asked(self, path: str) -> list[Request]:
        """The requests for ``path``, with or without a query."""
        return [request for request in self.requests if request.path == path]

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._dialogues.add(task)
        self.connections += 1
        self.most_open = max(self.most_open, len(self._dialogues))
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._dialogues.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection stays open."""
        request = _request(await reader.readuntil(b"\r\n\r\n"), self.clock())
        self.requests.append(request)
        self.most_asked = max(self.most_asked, sum(one.ended is None for one in self.requests))
        answers = self._scripts.get(request.path) or [Answer(b"nothing here", 404)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(answer.delay)
        while self.most_asked < answer.together:  # noqa: ASYNC110 - any answer of the site may be let go by it
            await asyncio.sleep(0.01)
        try:
            for piece in _pieces(request, answer):
                for part in (bytes([byte]) for byte in piece) if answer.drip else (piece,):
                    await asyncio.sleep(answer.drip)
                    writer.write(part)
                    await writer.drain()
                    request.sent += len(part)
        finally:
            request.ended = self.clock()
        if answer.ending == "silence":
            await reader.read()  # until the other side has had enough
        if answer.ending == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        return not answer.ending and answer.cut is None and answer.raw is None and answer.framing != "close"


def _request(head: bytes, now: float) -> Request:
    first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    method, _, rest = first.partition(" ")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return Request(now, method, rest.rpartition(" ")[0], headers, head=head)


def _pieces(request: Request, answer: Answer) -> Iterable[bytes]:
    request.status = answer.status
    if answer.raw is not None:
        yield from answer.raw
        return
    if answer.known_to(request):
        request.status = 304
        yield _head(304, answer.headers)
        return
    body = _PACKED[answer.coding](answer.body) if isinstance(answer.body, bytes) else answer.body
    headers = [*answer.headers]
    if answer.content_type:
        headers.append(("Content-Type", answer.content_type))
    if answer.coding:
        headers.append(("Content-Encoding", answer.coding.removeprefix("bare-")))
    chunked = answer.framing == "chunked" or (answer.framing == "length" and not isinstance(body, bytes))
    if chunked:
        headers.append(("Transfer-Encoding", "chunked"))
    elif answer.framing == "length":
        assert isinstance(body, bytes)
        headers.append(("Content-Length", str(len(body) if answer.length is None else answer.length)))
    yield _head(answer.status, headers)
    yield from _up_to(answer.cut, [body] if isinstance(body, bytes) else body, chunked)


def _up_to(cut: int | None, pieces: Pieces, chunked: bool) -> Iterable[bytes]:
    left = cut
    for piece in pieces:
        part = piece if left is None else piece[:left]
        if part:
            yield b"%x\r\n%b\r\n" % (len(part), part) if chunked else part
        if left is not None:
            left -= len(part)
            if not left:
                return
    if chunked:
        yield b"0\r\n\r\n"


def _head(status: int, headers: Headers) -> bytes:
    reason = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Odd"
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
        for name, value in headers
    ]
    return b"HTTP/1.1 %d %b\r\n%b\r\n" % (status, reason.encode(), b"".join(lines))


_PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "bare-deflate": lambda body: zlib.compress(body)[2:-4],
}
