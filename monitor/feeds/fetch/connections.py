"""Connections to servers: to which addresses there may be any, and how many at once. What comes over them is mended,
and one that closes between two requests costs no poll.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import (
    ClientHandlerType,
    ClientOSError,
    ClientPayloadError,
    ClientRequest,
    ClientResponse,
    ClientTimeout,
    ServerDisconnectedError,
    TCPConnector,
    ThreadedResolver,
)
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from monitor.clock import Clock
from monitor.errors import ForbiddenAddress
from monitor.feeds.fetch.body import Body
from monitor.feeds.fetch.headers import END, is_interim, may_become_a_head, mended


class BrokenBodyError(ClientPayloadError):
    """A body is not as HTTP wants it; the message says why."""


class Request(ClientRequest):
    """One request, which knows the connection that it went over."""

    handler: _Handler | None = None
    wants_fresh: bool = False
    """Whether only a connection will do that has served no other request."""


class Connector(TCPConnector):
    """Connections whose answers are mended before they are parsed."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._factory: Any = lambda: _Handler(self._loop)

    async def connect(self, req: ClientRequest, traces: list[Any], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109
        """A connection for ``req``, new or used."""
        connection = await super().connect(req, traces, timeout)
        assert isinstance(req, Request)
        while req.wants_fresh and isinstance(connection.protocol, _Handler) and connection.protocol.requests:
            connection.close()
            connection = await super().connect(req, traces, timeout)
        req.handler = connection.protocol if isinstance(connection.protocol, _Handler) else None
        return connection


async def ask_again_if_closed(request: ClientRequest, send: ClientHandlerType) -> ClientResponse:
    """Send ``request``, and once more over a new connection if it met the end of a used one.

    Many servers close a connection behind an answer without saying so, and the next request goes nowhere. That is so
    only where not a byte of an answer came (RFC 9110 section 9.2.2). Over a new connection nothing is sent twice.
    """
    assert isinstance(request, Request)
    try:
        return await send(request)
    except (ClientOSError, ServerDisconnectedError):
        if request.handler is None or not request.handler.was_closed_unused:
            raise
    request.handler, request.wants_fresh = None, True
    return await send(request)


class _Handler(ResponseHandler):
    """Holds back the head of each answer until it is whole."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._head: bytes | None = b""  # None while a body is read
        self._body = Body()
        self.requests = 0
        """How many were sent over this connection."""
        self._is_answered = False

    @property
    def was_closed_unused(self) -> bool:
        """Whether the connection had served a request before, and nothing at all came in answer to the last one."""
        return self.requests > 1 and not self._is_answered

    def set_response_params(self, **params: Any) -> None:
        """The next answer is expected."""
        self._head, self._body = b"", Body()
        self.requests += 1
        self._is_answered = False
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """More of an answer has come."""
        if not data:  # the library's own word that a parser which had to wait may go on
            super().data_received(data)
            return
        if self._head is None:
            self._pass(b"", data)
            return
        self._is_answered = True
        searched = max(0, len(self._head) - 3)  # an end has up to four bytes
        self._head += data
        while self._head and (end := END.search(self._head, searched)):
            searched = 0
            head, rest = self._head[: end.end()], self._head[end.end() :]
            self._head = rest if is_interim(head) else None
            found = mended(head)
            if found.is_ambiguous:
                self.force_close()  # whoever is in between may read it otherwise (RFC 9112 section 6.3)
            if self._head is not None:
                super().data_received(found.written)
            else:
                self._body = found.body
                self._pass(found.written, rest)
        if self._head and not may_become_a_head(self._head):
            self._give_up_waiting()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Nothing more will come."""
        if self._head:
            self._give_up_waiting()
        elif self._head is None and exc is None and (rest := self._body.rest()):
            super().data_received(rest)
        super().connection_lost(exc)

    def _pass(self, head: bytes, data: bytes) -> None:
        """Let the parser have ``head``, and what of ``data`` belongs to the body behind it."""
        taken = self._body.taken(data)
        if self._body.is_doubtful or self._body.has_excess or self._body.fault:
            self.force_close()
        if head or taken:
            super().data_received(head + taken)
        if self._body.fault and self._payload is not None:
            # The parser would say so only to who has not begun to read.
            self._payload.set_exception(BrokenBodyError(self._body.fault))
            self._payload = None
        if (self._body.has_excess or self._body.fault) and self.transport:
            self.transport.close()  # or the next request would get this for an answer

    def _give_up_waiting(self) -> None:
        data, self._head = self._head or b"", None
        super().data_received(data)


# --- addresses that a feed may lead to -------------------------------------------------------------------------------
# Checked is the address that is really connected to, so no name can get around it. A feed's server chooses where
# redirects go and what its name resolves to: without this guard it could make the daemon read from the user's router,
# cloud metadata service or other programs on the same machine.


# Global by the letter of Python's tables, and yet doors to private networks: NAT64 (RFC 6052, RFC 8215), 6to4
# (RFC 3056) and its relays (RFC 7526), site-local (RFC 3879), IPv4-compatible (RFC 4291) and IPv4-translated addresses
# (RFC 2765); examples (RFC 9637) and segment routing (RFC 9602); the host service of every machine at Azure.
_DOORS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "fec0::/10", "::/96", "::ffff:0:0:0/96"),
        *("3fff::/20", "5f00::/16", "168.63.129.16/32"),
    )
)
_ISATAP = 0x5EFE
_UNIVERSAL = 0x0200_0000

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


def is_public(address: str) -> bool:
    """Whether ``address`` (an IP literal) belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if int(ip) >> 32 & 0xFFFF_FFFF & ~_UNIVERSAL == _ISATAP:  # a site's own tunnel (RFC 5214 section 6.1)
            return False
        ip = ip.ipv4_mapped or ip
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip in network for network in _DOORS if network.version == ip.version)
    )


class PublicResolver(ThreadedResolver):
    """Finds the public addresses of a name. Raises ForbiddenAddress where all that it has are others: of several, the
    HTTP library would tell that none could be connected to, and not why.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Each address of ``host`` that is public."""
        found = await super().resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise ForbiddenAddress(f"{found[0]['host']} is not a public address")
        return public


def guarded_socket(info: AddressInfo) -> socket.socket:
    """A socket for ``info``, for aiohttp's ``socket_factory``. Raises ForbiddenAddress for anything but a public
    address.
    """
    address = str(info[4][0])
    if not is_public(address):
        raise ForbiddenAddress(f"{address} is not a public address")
    return open_socket(info)


def open_socket(info: AddressInfo) -> socket.socket:
    """A socket for ``info`` without a check, for feeds that the user allowed to be private."""
    made = socket.socket(info[0], info[1], info[2])
    made.setblocking(False)
    return made


# --- places at servers -----------------------------------------------------------------------------------------------
# How many polls there may be at one host at once, and which hosts want to be left alone.


class Places:
    """The hosts as the polls of one process see them. Where a feed redirects to is known to nobody before the poll that
    gets there, so its place there cannot be claimed with the feed.
    """

    def __init__(self, per_host: int, clock: Clock) -> None:
        self._clock = clock
        self._free: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))
        self._here: dict[str, int] = defaultdict(int)
        self._rests: dict[str, float] = {}

    @asynccontextmanager
    async def at(self, host: str) -> AsyncIterator[None]:
        """A place at ``host``, once one is free."""
        self._here[host] += 1
        try:
            async with self._free[host]:
                yield
        finally:
            self._here[host] -= 1
            if not self._here[host]:
                del self._here[host], self._free[host]

    def leave_alone(self, host: str, seconds: float) -> None:
        """``host`` has asked to be left alone for so long."""
        now = self._clock.monotonic()
        self._rests = {one: until for one, until in self._rests.items() if until > now}
        self._rests[host] = max(self._rests.get(host, 0.0), now + seconds)

    def left_alone(self, host: str) -> float:
        """For how many seconds more ``host`` is to be left alone."""
        return max(0.0, self._rests.get(host, 0.0) - self._clock.monotonic())
