"""Connections to servers: what comes over them is mended, and one that closes between two requests costs no poll."""

from __future__ import annotations

import asyncio
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
)
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from monitor.feeds.framing import Body
from monitor.feeds.heads import END, is_interim, may_become_a_head, mended


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
