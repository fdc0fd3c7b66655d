"""An outlet's items as the document of its feed: RSS 2.0, Atom or RDF (RSS 1.0)."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formatdate
from xml.sax.saxutils import escape, quoteattr

from monitor.clock import utc
from monitor.demo.story import Format, NewsItem, Outlet

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
