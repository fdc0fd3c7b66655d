"""The feeds that a web page names: bytes → candidates. Nothing is requested here, and nothing is guessed but on demand.

A page says in its head which feeds it has (the convention of HTML's ``<link rel="alternate">``); what it merely links
to is the second choice, and feeds of comments are the last.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.feeds.identity import canonical_link
from monitor.text.clean import WELL_QUOTED, plain, web_link

MOST_CANDIDATES = 20
_LARGEST = 1_000_000
"""Bytes of a page that are looked at: feeds are named at its beginning."""
_MOST_ELEMENTS = 5_000
_LONGEST_TAG = 4_096
"""Characters. The parser compares each attribute of a tag with all others: 100,000 of them would take a minute."""
# The tags that matter, and what must not be taken for tags. None of those that are kept can hold another.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<raw>script|style|textarea|title|iframe|noembed|noframes|xmp)\b.*?(?=</(?P=raw)|\Z)"
    rf"|(?P<tag><(?P<name>link|base|/?a)\b(?:{WELL_QUOTED}|[^<>]*)>)"
    r"|(?P<text>[^<]+)"
    r"|<(?:[/!?a-z][^<>]*>)?",
    re.IGNORECASE | re.DOTALL,
)
_TITLE_LIMIT = 200

_TYPES = {
    "application/rss+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/rdf+xml": "RDF",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
    "application/xml": "XML",
    "text/xml": "XML",
}
# WordPress calls the interfaces of every page an alternate, too.
_NO_FEED = re.compile(r"/wp-json(?:/|$)|oembed|opensearch|sitemap", re.IGNORECASE)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|[/._=-])(?:rss\d*|atom|feeds?|rdf)(?:[/._?&-]|$)|\.(?:rss|atom|rdf)(?:[?/]|$)", re.IGNORECASE
)
_OF_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|коммента", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_WELL_KNOWN = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may be a feed's. ``kind`` is what the page calls it: RSS, Atom, JSON Feed, XML, or link."""

    url: str
    title: str
    kind: str


def is_page(body: bytes, content_type: str) -> bool:
    """Whether this is a web page, as far as its header and its beginning tell."""
    start = body[:2_000].replace(b"\0", b"").lower()  # UTF-16 has one beside each letter
    return "html" in content_type.lower() or b"<html" in start or b"<!doctype html" in start


def candidates(body: bytes, url: str, content_type: str) -> tuple[Candidate, ...]:
    """The feeds that the page ``body``, which came from ``url``, names: likely ones first, each once, at most
    ``MOST_CANDIDATES``. Only addresses of the web.
    """
    if not is_page(body, content_type):
        return ()
    tree = LexborHTMLParser(_excerpt(_text(body[:_LARGEST], content_type)))
    base = _base(tree, url)
    found: dict[str, Candidate] = {}
    for one in (*_named(tree, base), *_linked(tree, base)):
        found.setdefault(canonical_link(one.url), one)
    found.pop(canonical_link(url), None)  # the page itself, which is no feed
    in_order = sorted(found.values(), key=lambda one: bool(_OF_COMMENTS.search(f"{one.url} {one.title}")))
    return tuple(in_order[:MOST_CANDIDATES])


def well_known(url: str) -> tuple[Candidate, ...]:
    """The addresses at which servers like that of ``url`` often have a feed."""
    return tuple(Candidate(urljoin(url, path), "", "guess") for path in _WELL_KNOWN)


def of_one_origin(url: str, other: str) -> bool:
    """Whether both addresses lead to the same server: scheme, host and port (RFC 6454 section 4)."""
    one, two = urlsplit(url), urlsplit(other)
    usual = {"http": 80, "https": 443}
    try:
        ports = [parts.port or usual.get(parts.scheme) for parts in (one, two)]
    except ValueError:
        return False
    return (one.scheme, one.hostname, ports[0]) == (two.scheme, two.hostname, ports[1])


def _text(body: bytes, content_type: str) -> str:
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:1_024].decode("latin-1"))
    encoding = said[1].lower() if said and not body.startswith(codecs.BOM_UTF8) else "utf-8"
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    if encoding in ("punycode", "idna"):  # known to Python, and slow on long texts
        encoding = "utf-8"
    try:
        text = body.decode(encoding, "replace")
    except (LookupError, ValueError):
        text = body.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")  # as the C parser can take it


def _excerpt(page: str) -> str:
    """The links of ``page`` and the words between them. A page of nothing but ``<div>``, nested 200,000 deep, would
    keep the parser busy for a minute and a half.
    """
    kept: list[str] = []
    is_linked = False
    for token in _TOKEN.finditer(page):
        if token["tag"] and len(token["tag"]) <= _LONGEST_TAG:
            kept.append(token["tag"])
            is_linked = token["name"].lower() == "a"
        elif token["text"] and is_linked:
            kept.append(token["text"][:_TITLE_LIMIT])
        if len(kept) >= 2 * _MOST_ELEMENTS:
            break
    return "".join(kept)


def _base(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    return web_link(_attribute(node, "href"), url) or url if node else url


def _named(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for node in tree.css("link[href]"):
        relations = _attribute(node, "rel").lower().split()
        kind = _TYPES.get(_attribute(node, "type").partition(";")[0].strip().lower(), "")
        if "feed" in relations or ("alternate" in relations and kind):
            link = _link(_attribute(node, "href"), base)
            if link and not _NO_FEED.search(link):
                yield Candidate(link, plain(_attribute(node, "title"), _TITLE_LIMIT), kind or "link")


def _linked(tree: LexborHTMLParser, base: str) -> Iterator[Candidate]:
    for node in tree.css("a[href]"):
        href = _attribute(node, "href")
        if not _LOOKS_LIKE_FEED.search(href):
            continue
        link = _link(href, base)
        parts = urlsplit(link)
        if link and _LOOKS_LIKE_FEED.search(f"{parts.path}?{parts.query}") and not _NO_FEED.search(link):
            title = _attribute(node, "title") or (node.text(deep=True) or "")[: _TITLE_LIMIT * 2]
            yield Candidate(link, plain(title, _TITLE_LIMIT), "link")


def _link(href: str, base: str) -> str:
    """The address of a feed, without the user that a page may have put into it, or the empty string. ``feed:`` is no
    scheme of the web, only an old way to say that this is a feed.
    """
    scheme, _, rest = href.strip().partition(":")
    if scheme.lower() == "feed" and rest.lower().startswith(("//", "http://", "https://")):
        href = f"http:{rest}" if rest.startswith("//") else rest
    link = web_link(href, base)
    parts = urlsplit(link)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else link


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
