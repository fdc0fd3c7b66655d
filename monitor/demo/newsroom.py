"""The newsroom: a web server on this machine whose feeds grow as the story goes on."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from aiohttp import ETag, web

from monitor.clock import utc
from monitor.demo.documents import CONTENT_TYPES, document
from monitor.demo.story import BEGINS, ENDS, ITEMS, OUTLETS, NewsItem, Outlet

SHOWN = 12
"""A feed shows its newest items only, as real ones do."""


class Newsroom:
    """Serves the feed of every outlet. Use as ``async with Newsroom() as newsroom``; the story waits for ``begin``."""

    def __init__(self) -> None:
        self.requests = 0
        self.unchanged = 0
        self._url = ""
        self._began: float | None = None
        self._seconds = 0.0
        self._asked = asyncio.Event()
        self._told: dict[str, int] = {}  # by outlet: how many items it had published when it was last asked

    async def __aenter__(self) -> Newsroom:
        app = web.Application()
        app.router.add_get("/{outlet}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def url(self, outlet: Outlet) -> str:
        """The address of the outlet's feed."""
        return f"{self._url}/{outlet.id}"

    def begin(self, seconds: float) -> None:
        """Let the story begin now, and take ``seconds``."""
        self._began, self._seconds = asyncio.get_running_loop().time(), seconds

    def moment(self) -> float:
        """Where the story is, in its own time."""
        if self._began is None:
            return BEGINS
        past = (asyncio.get_running_loop().time() - self._began) / self._seconds
        return BEGINS + min(past, 1.0) * (ENDS - BEGINS)

    async def first_reading(self) -> None:
        """Wait until every feed has been asked for."""
        await self._until(lambda: len(self._told) == len(OUTLETS))

    async def last_reading(self) -> None:
        """Wait until every feed has been asked for since its last item was published."""
        await self._until(lambda: all(self._told.get(outlet.id) == len(published(outlet, ENDS)) for outlet in OUTLETS))

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._asked.clear()
            await self._asked.wait()

    async def _answer(self, request: web.Request) -> web.Response:
        outlet = next((outlet for outlet in OUTLETS if outlet.id == request.match_info["outlet"]), None)
        if outlet is None:
            raise web.HTTPNotFound
        items = published(outlet, self.moment())
        body = document(outlet, items[:SHOWN])
        etag = ETag(hashlib.sha256(body).hexdigest()[:16], is_weak=True)
        modified = max((item.published for item in items), default=0.0)
        self.requests += 1
        self._told[outlet.id] = len(items)
        self._asked.set()
        if _is_known(request, etag, modified):
            self.unchanged += 1
            response = web.Response(status=304)
        else:
            response = web.Response(body=body, content_type=CONTENT_TYPES[outlet.format], charset=outlet.charset)
            if outlet.compressed:
                response.enable_compression()
        response.etag = etag
        response.last_modified = modified
        return response


def published(outlet: Outlet, moment: float) -> list[NewsItem]:
    """What ``outlet`` has published before ``moment``, newest first."""
    return [item for item in reversed(ITEMS) if item.outlet == outlet.id and item.published < moment]


def _is_known(request: web.Request, etag: ETag, modified: float) -> bool:
    """Whether the reader has this version already. The date counts only without an ETag (RFC 9110 section 13.2.2)."""
    if request.if_none_match is not None:
        return any(known.value in (etag.value, "*") for known in request.if_none_match)
    since = request.if_modified_since
    return since is not None and utc(modified) <= since
