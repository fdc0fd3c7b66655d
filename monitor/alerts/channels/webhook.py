"""Alerts by HTTP, as JSON, in the manner of Standard Webhooks: signed, with an id that stays through all retries."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp
from yarl import URL

from monitor import __version__
from monitor.alerts.render import as_json
from monitor.model import Message, Partly, SendFailed, SendResult, Sent
from monitor.text.clean import single_line
from monitor.text.retry_after import retry_after
from monitor.text.secrets import without

_GONE = 410
_REFUSED = frozenset({400, 413, 422})
"""This message never: the receiver has read it and will not have it."""
_LATER = frozenset({408, 409, 425})
_BUSY = frozenset({429, 503})
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets begin with


def signing_key(secret: str) -> bytes:
    """The key in ``secret``: what follows ``whsec_`` in base64, or else the text itself. Raises ValueError."""
    if not secret:
        raise ValueError("the secret is empty")
    if not secret.startswith(_SECRET_PREFIX):
        return secret.encode("utf-8", "surrogateescape")
    try:
        return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except ValueError:  # without its text: nothing of the secret is repeated
        raise ValueError(f"what follows {_SECRET_PREFIX} is not base64") from None


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


class WebhookChannel:
    """Posts messages to ``url``. ``now`` is the clock that goes into signatures; ``key`` signs, when there is one."""

    def __init__(
        self, url: str, now: Callable[[], float], key: bytes = b"", timeout: float = 15.0, name: str = "webhook"
    ) -> None:
        self.name = name
        self._url = url
        self._now = now
        self._key = key
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Post one message; whatever the receiver or the network does comes back as a value."""
        try:
            url = URL(self._url)
            where = single_line(str(url.origin()), 200)
        except ValueError:
            return SendFailed("the webhook's address cannot be read", unreachable=True, needs_user=True)
        progress = SimpleNamespace(begun=False)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(url, where, message, progress)
        except TimeoutError:
            reason = f"{where}: no answer within {self._timeout:g} s"
        except aiohttp.ClientConnectorDNSError:
            reason = f"{where}: the name cannot be resolved"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            reason = f"{where}: {'the connection broke off' if progress.begun else 'no connection'}: {_short(error)}"
        return SendFailed(reason, ambiguous=progress.begun, unreachable=not progress.begun)

    async def end_batch(self) -> None:
        """Let go of the session; the next message opens another."""
        await self.close()

    async def close(self) -> None:
        """The same: connections are closed without a farewell."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, url: URL, where: str, message: Message, progress: SimpleNamespace) -> SendResult:
        body = as_json(message)
        headers = self._headers(message, body) | _credentials(url)
        self._session = self._session or _session()
        async with self._session.post(
            url.with_user(None), data=body, headers=headers, allow_redirects=False, trace_request_ctx=progress
        ) as response:
            return self._judge(response, where, _secrets(url) | {self._key.decode("utf-8", "ignore")})

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        timestamp = int(self._now())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(timestamp),
        }
        if self._key:
            headers["webhook-signature"] = signature(self._key, message.id, timestamp, body)
        return headers

    def _judge(self, response: aiohttp.ClientResponse, where: str, secrets: set[str]) -> SendResult:
        status = response.status
        answer = f"{status} {single_line(without(response.reason or '', secrets), 80)}".rstrip()
        said = f"{where} answered {answer}"
        if 200 <= status < 300:
            return Sent(answer)
        if 300 <= status < 400:
            said += ": redirects are not followed; write the final address"
            return SendFailed(said, unreachable=True, needs_user=True)
        if status == _GONE:
            # Standard Webhooks: stop sending. The messages wait until the user has found another address.
            return SendFailed(f"{said}: the receiver wants no more", unreachable=True, needs_user=True)
        if status in _REFUSED:
            return SendFailed(said, permanent=True)
        if status in _BUSY:
            return SendFailed(said, unreachable=True, retry_after=retry_after(response.headers, self._now()))
        wrong = status < 500 and status not in _LATER  # the address, or who we are
        return SendFailed(said, unreachable=wrong, needs_user=wrong)


def _session() -> aiohttp.ClientSession:
    """Each message has a connection of its own. One that was kept could have been closed by the other side meanwhile,
    which would look as if the message may have arrived.
    """
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_has_begun)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"news-monitor/{__version__}"},
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=[trace],
        trust_env=False,
    )


async def _has_begun(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    """From here on the receiver may have taken the message, whatever comes back."""
    context.trace_request_ctx.begun = True


def _credentials(url: URL) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(url.user, url.password or "")} if url.user else {}


def _secrets(url: URL) -> set[str]:
    """Everything of an address but its host: many services know who is allowed to write by the path alone."""
    return {url.password or "", url.user or "", *url.parts, *url.raw_parts, *url.query.values(), url.query_string}


def _short(error: Exception) -> str:
    """The innermost reason, without addresses that might hold credentials."""
    inner = getattr(error, "os_error", None) or error.__cause__ or error
    text = getattr(inner, "strerror", None)
    if not text and isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        text = "the server closed it"
    text = text or type(inner).__name__
    return single_line(str(text), 200)
