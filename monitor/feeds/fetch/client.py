"""Fetching a feed: conditional, identified, bounded in time and size, and never to an address it may not reach.

The answer is a value (``Fetched``, ``NotModified`` or ``FetchFailed``); no exception of the network leaves this module.
Nothing but the feed's own address and where it redirects to is ever requested.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Literal

import aiohttp
from yarl import URL

from monitor import __version__
from monitor.clock import Clock
from monitor.errors import ForbiddenAddress
from monitor.feeds.fetch import headers
from monitor.feeds.fetch.body import ACCEPTED, read_body
from monitor.feeds.fetch.connections import (
    AddressInfo,
    BrokenBodyError,
    Connector,
    Places,
    PublicResolver,
    Request,
    ask_again_if_closed,
    guarded_socket,
    open_socket,
)
from monitor.feeds.fetch.exchange import Way, redirect
from monitor.feeds.fetch.url import address
from monitor.model import Feed, Fetched, FetchFailed, FetchResult, NotModified, Validators
from monitor.text.clean import redact, single_line

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
# Seconds that a connection waits for the next feed of its host. Each is a file that the process holds open, and of ten
# thousand feeds a hundred and more may be asked in a second.
_KEEP_ALIVE = 2.0
# Bytes of one header. Servers do send policies of more than the usual 8 KB, to every page alike.
_LONGEST_HEADER = 32_768
# Characters of one validator. Servers take 8 KB of headers in all as a rule, and answer 400 to more: at every poll.
_LONGEST_VALIDATOR = 4_096
_HEADER_SHOWN = re.compile(r"b['\"]([A-Za-z][\w-]{0,60})\s*:")


@dataclass(frozen=True)
class FetchLimits:
    """Seconds, bytes and counts that one request must stay within."""

    connect_timeout: float = 10.0
    timeout: float = 60.0
    body_limit: int = 10_000_000
    per_host: int = 2
    contact: str = ""


class HttpFetcher:
    """Fetches feeds over HTTP. Use as ``async with HttpFetcher(...) as fetcher``.

    ``trust``: what the certificates of servers are checked against, the system's authorities as a rule. They always
    are checked.
    """

    def __init__(self, limits: FetchLimits, clock: Clock, trust: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._trust: ssl.SSLContext | Literal[True] = trust or True
        self._clock = clock
        self._places = Places(limits.per_host, clock)

    def leave_alone(self, rests: Mapping[str, float]) -> None:
        """Follow no redirect to these hosts for so many seconds: what they asked for before the program was started."""
        for host, seconds in rests.items():
            self._places.leave_alone(host, seconds)

    async def __aenter__(self) -> HttpFetcher:
        self._public = self._session(guarded_socket, PublicResolver())
        self._private = self._session(open_socket, aiohttp.ThreadedResolver())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._public.close()
        await self._private.close()

    def _session(
        self, socket_factory: Callable[[AddressInfo], socket.socket], resolver: aiohttp.ThreadedResolver
    ) -> aiohttp.ClientSession:
        contact = f" (+{single_line(self._limits.contact)})" if self._limits.contact else ""
        session = aiohttp.ClientSession(
            connector=Connector(
                socket_factory=socket_factory,
                resolver=resolver,
                ssl=self._trust,
                limit=0,
                keepalive_timeout=_KEEP_ALIVE,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": f"news-monitor/{__version__}{contact}",
                "Accept": _ACCEPT,
                "Accept-Encoding": ACCEPTED,
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_timeout),
            trust_env=False,
            auto_decompress=False,  # see body.py
            max_field_size=_LONGEST_HEADER,
            request_class=Request,
            middlewares=(ask_again_if_closed,),
        )
        # One request a poll: aiohttp itself would ask a server that hangs up again, over a new connection, too.
        session._retry_connection = False
        return session

    async def fetch(self, feed: Feed) -> FetchResult:
        """Ask for ``feed``. Waiting for a free place at its host does not count against the time limit; waiting for one
        at a host that it redirects to does.
        """
        try:
            url, written = address(feed.url), address(feed.spec.url)
            if not url.raw_host or url.scheme not in ("http", "https"):
                raise ValueError("it is not one of the web")
        except ValueError as error:
            return FetchFailed("address", f"this address cannot be asked: {single_line(str(error), 200)}")
        # Where it has moved to, it may be at home as well.
        way = Way(feed, url, at_home=url.origin() == written.origin())
        async with AsyncExitStack() as place:
            await place.enter_async_context(self._places.at(way.host))
            return await self._within_time(way, place)

    async def _within_time(self, way: Way, place: AsyncExitStack) -> FetchResult:
        try:
            async with asyncio.timeout(self._limits.timeout):
                answer = await self._follow(way, place)
        except aiohttp.ConnectionTimeoutError:  # a TimeoutError, too
            waited = f"{self._limits.connect_timeout:g} s"
            answer = FetchFailed("connect", f"no connection to {host_of(way.url)} within {waited}")
        except TimeoutError:
            answer = FetchFailed("timeout", f"no complete answer within {self._limits.timeout:g} s", status=way.status)
        except ForbiddenAddress as error:
            answer = FetchFailed("forbidden", f"{error}; {way.permission}")
        except (aiohttp.ClientError, ssl.SSLError, ValueError, OSError) as error:
            answer = _failure(error, host_of(way.url), way.status)
        return _not_before(answer, way.wait) if way.wait else answer

    async def _follow(self, way: Way, place: AsyncExitStack) -> FetchResult:
        # Credentials in the address go to its own origin only, as a header, and never into a request line.
        way.url, _ = _parted(way.url)
        _, credentials = _parted(address(way.feed.spec.url))
        # Validators go along on every hop: a server has to ignore them where it redirects (RFC 9110 section 13.2.1),
        # and they belong to the document at the end.
        conditions = _conditions(way.feed)
        while True:
            # The user's permission covers the address that the user wrote, not where its server points.
            session = self._private if way.feed.spec.allow_private and way.at_home else self._public
            headers_now = conditions | (credentials if way.at_home else {}) | way.cookies()
            async with session.get(way.url, headers=headers_now, allow_redirects=False) as response:
                way.status = response.status
                if response.status not in _REDIRECTS:
                    return await self._read(way, response)
                way.wait = max(way.wait, headers.retry_after(response.headers, self._clock.now()))
                way.keep_cookies(response.headers.getall("Set-Cookie", ()))
                target = response.headers.get("Location", "")
            step = redirect(way.url, target, way.status)
            if isinstance(step, FetchFailed):
                return step
            if way.redirects == _MOST_REDIRECTS:
                wants = "; the site wants cookies, and perhaps a login" if way.has_cookies else ""
                return FetchFailed("redirect", f"more than {_MOST_REDIRECTS} redirects{wants}", status=way.status)
            before = way.host
            way.go(step)
            if way.host != before:
                await place.aclose()
                await place.enter_async_context(self._places.at(way.host))
                rest = self._places.left_alone(way.host) if way.feed.spec.host_wait else 0.0
                if rest:
                    said = f"redirected to {host_of(step)}, which has asked to be left alone"
                    return FetchFailed("redirect", said, rest, host=way.host)

    async def _read(self, way: Way, response: aiohttp.ClientResponse) -> FetchResult:
        status = response.status
        if status == 304 or 200 <= status < 300:
            validators = Validators(_echo(response, "ETag"), _echo(response, "Last-Modified"))
            fresh_for = headers.fresh_for(response.headers, self._clock.now())
            if status == 304:
                return _unchanged(way, validators, fresh_for)
            body = await read_body(response, self._limits.body_limit)
            if isinstance(body, FetchFailed):
                return body
            content_type = response.headers.get("Content-Type", "")
            url, redirected = str(way.url), way.redirects > 0
            return Fetched(url, status, body, content_type, validators, fresh_for, redirected, way.moved_to)
        wait = headers.retry_after(response.headers, self._clock.now())
        if wait and status in (429, 503):
            self._places.leave_alone(way.host, wait)
        # Who was sent elsewhere for now, and finds nothing there, knows nothing of the address itself.
        kind = "gone" if status == 410 and way.permanent else "http"
        said = f"the server answered {status} {single_line(response.reason or '', 80)}".rstrip()
        if odd := headers.oddity(response.headers, self._clock.now()):
            said = f"{said}; {odd}"
        if status in (401, 403) and not way.at_home and _parted(address(way.feed.spec.url))[1]:
            there = redact(str(way.url))
            said = f"{said} at {there}; user and password were not sent, as config.toml has another address for them"
        host = way.host if way.redirects else ""
        return FetchFailed(kind, said, wait, status, host)


def host_of(url: URL) -> str:
    """The host of ``url`` as it may be shown."""
    return single_line(url.host or "?", 200)


def _conditions(feed: Feed) -> dict[str, str]:
    validators = feed.state.validators
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    # Those of a database from before may be longer than is kept today.
    return {name: value for name, value in conditions.items() if 0 < len(value) <= _LONGEST_VALIDATOR}


def _parted(url: URL) -> tuple[URL, dict[str, str]]:
    """``url`` without credentials and fragment, and the header that holds the credentials."""
    credentials = {"Authorization": aiohttp.encode_basic_auth(url.user, url.password or "")} if url.user else {}
    if "@" in url.raw_authority:
        url = url.with_user(None)
    return url.with_fragment(None) if url.raw_fragment else url, credentials


def _echo(response: aiohttp.ClientResponse, name: str) -> str:
    """A validator to be sent back byte for byte; one that cannot be sent in a header again, or that servers refuse for
    its length, is left out.
    """
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() and len(value) <= _LONGEST_VALIDATOR else ""


def _not_before(answer: FetchResult, wait: float) -> FetchResult:
    """``answer``, asking for at least ``wait`` seconds before the next request."""
    if isinstance(answer, FetchFailed):
        return replace(answer, retry_after=max(answer.retry_after, wait))
    if isinstance(answer, NotModified):
        return replace(answer, fresh_for=max(answer.fresh_for, wait))
    return replace(answer, fresh_for=max(answer.fresh_for, wait))


def _unchanged(way: Way, validators: Validators, fresh_for: float) -> NotModified | FetchFailed:
    """A 304, which is an answer only to a question with conditions. To any other it would hide the feed for ever."""
    if way.feed.state.validators == Validators():
        return FetchFailed("http", "the server answered 304 to a request without conditions", status=way.status)
    return NotModified(validators, fresh_for, way.moved_to)


def _failure(error: Exception, host: str, status: int) -> FetchFailed:
    """What an exception of the network means. ``status``: of the answer that it came in the middle of, or 0."""
    short = _short(error)
    match error:
        case aiohttp.ClientConnectorDNSError():
            return FetchFailed("dns", f"the name {host} cannot be resolved")
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return FetchFailed("tls", f"no trustworthy connection to {host}: {short}")
        case aiohttp.ClientConnectorError():
            return FetchFailed("connect", f"no connection to {host}: {short}")
        case BrokenBodyError():
            return FetchFailed("protocol", f"the answer is not proper HTTP: {error}", status=status)
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return FetchFailed("cut", _cut(error, status), status=status)
        case aiohttp.ClientResponseError():
            return FetchFailed("protocol", f"the answer is not proper HTTP: {_parsers_word(error)}", status=status)
        case aiohttp.InvalidURL():
            return FetchFailed("address", f"{host} is not a host that can be asked", status=status)
    return FetchFailed("http", f"the answer cannot be read: {short}", status=status)


def _cut(error: Exception, status: int) -> str:
    """How a connection ended too soon; ``status`` as above."""
    when = "in the middle of its answer" if status else "before it had answered"
    reason = getattr(_innermost(error), "strerror", None)
    if reason:
        return f"the connection to the server broke off {when}: {single_line(str(reason), 200)}"
    return f"the server closed the connection {when}"


def _parsers_word(error: aiohttp.ClientResponseError) -> str:
    """What the parser says of an answer, with the name of the header that it speaks of; its value may be a secret."""
    said, _, shown = error.message.partition("\n")
    header = _HEADER_SHOWN.search(shown)
    where = f" (in {header[1]})" if header and header[1].lower() not in said.lower() else ""
    return single_line(said.rstrip(": ") + where, 200) or type(error).__name__


def _short(error: Exception) -> str:
    """The innermost reason, without addresses that might hold credentials."""
    inner = _innermost(error)
    text = getattr(inner, "verify_message", None) or getattr(inner, "strerror", None) or type(inner).__name__
    return single_line(str(text), 200)


def _innermost(error: BaseException) -> BaseException:
    while cause := getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error.__cause__:
        error = cause
    return error
