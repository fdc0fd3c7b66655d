"""The newsroom: a web server on this machine whose feeds grow as the story goes on."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from email.utils import formatdate
from xml.sax.saxutils import escape, quoteattr

from aiohttp import ETag, web

from monitor.clock import utc
from monitor.demo.story import BEGINS, ENDS, ITEMS, OUTLETS, Format, NewsItem, Outlet

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


# --- documents -------------------------------------------------------------------------------------------------------
# An outlet's items as the document of its feed: RSS 2.0, Atom or RDF (RSS 1.0).


CONTENT_TYPES = {
    Format.RSS: "application/rss+xml",
    Format.ATOM: "application/atom+xml",
    Format.RDF: "application/rdf+xml",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"


def document(outlet: Outlet, items: Sequence[NewsItem]) -> bytes:
    """The feed of ``outlet`` with ``items`` (newest first), in its format and its encoding."""
    write = {Format.RSS: _rss, Format.ATOM: _atom, Format.RDF: _rdf}[outlet.format]
    text = f'<?xml version="1.0" encoding="{outlet.charset}"?>\n{write(outlet, items)}\n'
    return text.encode(outlet.charset, "xmlcharrefreplace")


def site(outlet: Outlet) -> str:
    """The outlet's home page, in a domain that leads nowhere (RFC 2606)."""
    return f"https://{outlet.id}.example/"


def link(outlet: Outlet, item: NewsItem) -> str:
    """The address of ``item``'s page."""
    return site(outlet) + item.guid.removeprefix(f"{outlet.id}-")


def _rss(outlet: Outlet, items: Sequence[NewsItem]) -> str:
    entries = "\n".join(
        f"<item>{_tag('title', item.title)}{_tag('link', link(outlet, item))}"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>'
        # Summaries in RSS are HTML, written as text: so they are escaped twice.
        f"{_tag('description', f'<p>{escape(item.summary)}</p>')}{_tag('pubDate', formatdate(item.published))}</item>"
        for item in items
    )
    head = f"{_tag('title', outlet.name)}{_tag('link', site(outlet))}{_tag('description', outlet.name)}"
    return f'<rss version="2.0"><channel>{head}{_tag("language", outlet.language)}\n{entries}\n</channel></rss>'


def _atom(outlet: Outlet, items: Sequence[NewsItem]) -> str:
    entries = "\n".join(
        f"<entry>{_tag('id', f'tag:{outlet.id}.example,2024:{item.guid}')}{_tag('title', item.title)}"
        f"<link href={quoteattr(link(outlet, item))}/>{_tag('updated', _iso(item.published))}"
        f"{_tag('published', _iso(item.published))}{_tag('summary', item.summary)}</entry>"
        for item in items
    )
    newest = max((item.published for item in items), default=0.0)
    head = f"{_tag('id', site(outlet))}{_tag('title', outlet.name)}{_tag('updated', _iso(newest))}"
    attributes = f'xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(outlet.language)}'
    return f"<feed {attributes}>{head}<link href={quoteattr(site(outlet))}/>\n{entries}\n</feed>"


def _rdf(outlet: Outlet, items: Sequence[NewsItem]) -> str:
    places = [quoteattr(link(outlet, item)) for item in items]
    entries = "\n".join(
        f"<item rdf:about={place}>{_tag('title', item.title)}{_tag('link', link(outlet, item))}"
        f"{_tag('description', item.summary)}{_tag('dc:date', _iso(item.published))}</item>"
        for place, item in zip(places, items, strict=True)
    )
    contents = "".join(f"<rdf:li rdf:resource={place}/>" for place in places)
    head = f"{_tag('title', outlet.name)}{_tag('link', site(outlet))}{_tag('description', outlet.name)}"
    channel = (
        f"<channel rdf:about={quoteattr(site(outlet))}>{head}{_tag('dc:language', outlet.language)}"
        f"<items><rdf:Seq>{contents}</rdf:Seq></items></channel>"
    )
    return f'<rdf:RDF xmlns:rdf="{_RDF}" xmlns:dc="{_DC}" xmlns="http://purl.org/rss/1.0/">{channel}\n{entries}\n</rdf:RDF>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _iso(moment: float) -> str:
    return utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")
