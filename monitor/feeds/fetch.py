"""Fetching a feed: conditional, identified, bounded in time and size, and never to an address it may not reach.

The answer is a value (``Fetched``, ``NotModified`` or ``FetchFailed``); no exception of the network leaves this module.
Nothing but the feed's own address and where it redirects to is ever requested.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from dataclasses import dataclass, replace

import aiohttp
from yarl import URL

from monitor import __version__
from monitor.clock import Clock
from monitor.errors import ForbiddenAddress
from monitor.feeds import headers
from monitor.feeds.address import address
from monitor.feeds.guard import guarded_socket, open_socket
from monitor.model import Feed, Fetched, FetchFailed, FetchResult, NotModified, Validators
from monitor.text.clean import redact, single_line

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
_CHUNK = 65_536


@dataclass(frozen=True)
class FetchLimits:
    """Seconds, bytes and counts that one request must stay within."""

    connect_timeout: float = 10.0
    timeout: float = 60.0
    body_limit: int = 10_000_000
    per_host: int = 2
    contact: str = ""


class HttpFetcher:
    """Fetches feeds over HTTP. Use as ``async with HttpFetcher(...) as fetcher``."""

    def __init__(self, limits: FetchLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.per_host))
        self._waiting: dict[str, int] = defaultdict(int)

    async def __aenter__(self) -> HttpFetcher:
        self._public = self._session(aiohttp.TCPConnector(socket_factory=guarded_socket, limit=0))
        self._private = self._session(aiohttp.TCPConnector(socket_factory=open_socket, limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._public.close()
        await self._private.close()

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        contact = f" (+{single_line(self._limits.contact)})" if self._limits.contact else ""
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": f"news-monitor/{__version__}{contact}",
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._limits.connect_timeout),
            trust_env=False,
        )

    async def fetch(self, feed: Feed) -> FetchResult:
        """Ask for ``feed``. Waiting for a free place at its host does not count against the time limit."""
        try:
            url = address(feed.spec.url)
            url.origin()
        except ValueError as error:
            return FetchFailed("address", f"this address cannot be asked: {single_line(str(error), 200)}")
        host = (url.raw_host or "").lower()
        self._waiting[host] += 1
        try:
            async with self._hosts[host]:
                return await self._within_time(feed, url)
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._hosts[host]

    async def _within_time(self, feed: Feed, url: URL) -> FetchResult:
        try:
            async with asyncio.timeout(self._limits.timeout):
                return await self._follow(feed, url)
        except TimeoutError:
            return FetchFailed("timeout", f"no complete answer within {self._limits.timeout:g} s")
        except ForbiddenAddress as error:
            return FetchFailed(
                "forbidden", f"{error}; set allow_private = true for this feed if it is meant to be there"
            )
        except aiohttp.ClientConnectorDNSError:
            return FetchFailed("dns", f"the name {host_of(url)} cannot be resolved")
        except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError, ssl.SSLError) as error:
            return FetchFailed("tls", f"no trustworthy connection to {host_of(url)}: {_short(error)}")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return FetchFailed("connect", f"no connection to {host_of(url)}: {_short(error)}")
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError) as error:
            return FetchFailed("cut", f"the answer broke off: {_short(error)}")
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return FetchFailed("http", f"the answer cannot be read: {_short(error)}")

    async def _follow(self, feed: Feed, url: URL) -> FetchResult:
        origin = url.origin()
        # Credentials in the address go to its own origin only, as a header, and never into a request line.
        credentials = _credentials(url)
        url = url.with_user(None)
        for redirects in range(_MOST_REDIRECTS + 1):
            at_home = url.origin() == origin
            # The user's permission covers the address that the user wrote, not where its server points.
            session = self._private if feed.spec.allow_private and at_home else self._public
            headers_now = _conditions(feed) | (credentials if at_home else {})
            async with session.get(url, headers=headers_now, allow_redirects=False) as response:
                if response.status not in _REDIRECTS:
                    answer = await self._read(response)
                    return replace(answer, redirected=redirects > 0) if isinstance(answer, Fetched) else answer
                target = response.headers.get("Location", "")
            step = _redirect(url, target)
            if isinstance(step, FetchFailed):
                return step
            url = step
        return FetchFailed("redirect", f"more than {_MOST_REDIRECTS} redirects")

    async def _read(self, response: aiohttp.ClientResponse) -> FetchResult:
        validators = Validators(_echo(response, "ETag"), _echo(response, "Last-Modified"))
        fresh_for = headers.fresh_for(response.headers)
        if response.status == 304:
            return NotModified(validators, fresh_for)
        if not 200 <= response.status < 300:
            wait = headers.retry_after(response.headers, self._clock.now())
            reason = single_line(response.reason or "", 80)
            return FetchFailed("http", f"the server answered {response.status} {reason}".rstrip(), wait)
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk  # counted after decompression, so that a small bomb cannot grow large
            if len(body) > self._limits.body_limit:
                return FetchFailed("too-large", f"the document is larger than {self._limits.body_limit:,} bytes")
        content_type = response.headers.get("Content-Type", "")
        return Fetched(str(response.url), response.status, bytes(body), content_type, validators, fresh_for)


def host_of(url: URL) -> str:
    """The host of ``url`` as it may be shown."""
    return single_line(url.host or "?", 200)


def _conditions(feed: Feed) -> dict[str, str]:
    validators = feed.state.validators
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _credentials(url: URL) -> dict[str, str]:
    if not url.user:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(url.user, url.password or "")}


def _echo(response: aiohttp.ClientResponse, name: str) -> str:
    """A validator to be sent back byte for byte; one that cannot be sent in a header again is left out."""
    value = response.headers.get(name, "")
    return value if value.isascii() and value.isprintable() else ""


def _redirect(url: URL, target: str) -> URL | FetchFailed:
    if not target:
        return FetchFailed("redirect", "redirected without saying where to")
    try:
        step = url.join(address(target)).with_fragment(None)
    except ValueError:
        return FetchFailed("redirect", f"redirected to {single_line(target, 200)}, which is not an address")
    shown = redact(str(step))
    if step.scheme not in ("http", "https") or not step.host:
        return FetchFailed("redirect", f"redirected to {shown}, which is not an address of the web")
    if url.scheme == "https" and step.scheme == "http":
        return FetchFailed("redirect", f"redirected from https to the unprotected {shown}")
    return step.with_user(None)


def _short(error: Exception) -> str:
    """The innermost reason, without addresses that might hold credentials."""
    inner = getattr(error, "os_error", None) or error.__cause__ or error
    text = getattr(inner, "strerror", None) or type(inner).__name__
    return single_line(str(text), 200)
