"""Feeds of the usual shape, read in a tenth of feedparser's time: RSS 2.0 and Atom 1.0 that is well-formed and holds
nothing whose meaning is in question. Everything else is left to feedparser.

It may decline what it likes, but what it reads must be what feedparser makes of it; bench/conformance.py compares the
two on every document of the suites. feedparser takes 4 ms for 30 items, most of it for what nobody here asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from monitor.feeds.parse.links import is_whole

_ATOM = "{http://www.w3.org/2005/Atom}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ORIGINAL = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
_MEDIA = "{http://search.yahoo.com/mrss/}"
# A document type may define entities.
_UNUSUAL = re.compile("<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_MOST_TAGS = 200_000
"""Of one document: 5,000 items of twenty elements. A tree of a million elements takes 300 MB."""
# feedparser drops what it cannot take for an address, and decodes entities in one twice.
_ODD_ADDRESS = re.compile(r"\[|&.*;", re.DOTALL)
# Where another address of an entry need not be looked for.
_ADDRESS = re.compile(r"(?:https?:)?//[^/?#\s]|/[^/]", re.IGNORECASE)
_WHOLE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_C1 = re.compile("[\x80-\x9f]")

_RSS_READ = {
    "title": "title",
    "link": "link",
    "guid": "guid",
    "description": "summary",
    _CONTENT: "body",
    "pubDate": "published",
    _DC + "date": "updated",
    _DC + "language": "language",
    _DC + "publisher": "publisher",
    _ORIGINAL: "page",
}
# What an item links to that has no page.
_OTHER_LINKS = frozenset(("enclosure", "comments", _MEDIA + "content", _MEDIA + "thumbnail"))
# Of no concern here, and to feedparser nothing that bears on what is.
_RSS_PASSED = frozenset(
    (
        *("author", "category", "comments", "enclosure"),
        *(_DC + "creator", _DC + "subject", _DC + "rights", _MEDIA + "thumbnail", _MEDIA + "credit"),
        *("{http://purl.org/rss/1.0/modules/slash/}comments", "{http://wellformedweb.org/CommentAPI/}commentRss"),
        *(
            "{com-wordpress:feed-additions:1}post-id",
            "{http://purl.org/syndication/thread/1.0}total",
            _MEDIA + "content",
        ),
        "{http://www.georss.org/georss}point",
    )
)
_FEED_READ = {"title": "title", "link": "link", "language": "language", "ttl": "ttl"}
_COUNTS = frozenset(("title", "link", "language", "ttl", "item", "entry"))
_INSIDE = _COUNTS | {tag.rpartition("}")[2].lower() for tag in _RSS_READ} | {"id", "summary", "content", "updated"}
_INSIDE |= {"published"}
# What feedparser finds no text, or another, in when they have attributes.
_BARE = frozenset(("link", "language", "ttl"))
_NESTED = frozenset(("image", "textinput", "skiphours", "skipdays", "author", "contributor", "category", "owner"))
_SPEAK = {"title": "own_language", "summary": "summary_language", "body": "body_language"}
_ATOM_READ = {"title": "title", "id": "guid", "summary": "summary", "content": "body"}
_ATOM_READ |= {"published": "published", "updated": "updated"}
_ATOM_READ |= {_DC + "language": "language", _DC + "publisher": "publisher", _ORIGINAL: "page"}
_ATOM_PASSED = _RSS_PASSED - {"comments", "enclosure"} | {"contributor", "rights"}


@dataclass(frozen=True, slots=True)
class PlainFeed:
    """A feed and its entries, each as written: name → text. ``title_is_text``: for each entry, whether its title says
    that it is no markup.
    """

    feed: Mapping[str, str]
    entries: tuple[Mapping[str, str], ...]
    title_is_text: tuple[bool, ...]


class _Unusual(Exception):
    """Something that feedparser has to judge."""


def read(text: str) -> PlainFeed | None:
    """The feed in ``text``, or None where it is not of the usual shape, or no feed."""
    if _UNUSUAL.search(text) or text.count("<") > _MOST_TAGS:
        return None
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type nothing expands
        if root.tag == "rss" and len(root) == 1 and root[0].tag == "channel":
            found = _rss(root)
        elif root.tag == _ATOM + "feed":
            found = _atom(root)
        else:
            return None
        # To whole addresses xml:base is nothing.
        return found if "xml:base" not in text or _are_whole(found) else None
    except (ElementTree.ParseError, UnicodeEncodeError, _Unusual):
        return None


def _are_whole(found: PlainFeed) -> bool:
    parts = (found.feed, *found.entries)
    return all(_WHOLE.match(part[name]) for part in parts for name in ("link", "guid") if part.get(name))


def _rss(root: Element) -> PlainFeed:
    feed: dict[str, str] = {}
    entries = []
    for child in root[0]:
        if child.tag == "item":
            entries.append(_rss_entry(child))
        elif name := _FEED_READ.get(child.tag):
            _put(feed, name, child)
        elif not (child.tag == _ATOM + "link" and child.get("rel", "alternate") != "alternate"):
            _pass(child)
    _language(feed, root)
    return PlainFeed(feed, tuple(entries), (False,) * len(entries))


def _rss_entry(item: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    if item.attrib:
        raise _Unusual
    for child in item:
        if name := _RSS_READ.get(child.tag):
            if child.get("type") or child.get("mode"):
                raise _Unusual
            _put(found, name, child)
            _own_language(found, child, name)
            if name == "guid" and child.get("isPermaLink", "true") == "true":
                found["permalink"] = found["guid"]
        elif child.tag == "source":
            _put(found, "source", child)
            found["source_url"] = child.get("url", "")
        elif child.tag not in _RSS_PASSED or len(child):
            raise _Unusual
    has_link = "link" in found
    if not has_link:
        found["link"] = found["permalink"] if is_whole(found.get("permalink", "")) else ""
    if not _ADDRESS.match(found["link"]) and (has_link or any(child.tag in _OTHER_LINKS for child in item)):
        raise _Unusual
    return found


def _atom(root: Element) -> PlainFeed:
    feed: dict[str, str] = {}
    entries, are_text = [], []
    for child in root:
        name = child.tag.removeprefix(_ATOM)
        if name == "entry":
            entry, is_text = _atom_entry(child)
            entries.append(entry)
            are_text.append(is_text)
        elif name == "title":
            _kind(child)
            _put(feed, name, child)
        elif name == "link":
            _link(feed, child)
        else:
            _pass(child)
    _language(feed, root)
    return PlainFeed(feed, tuple(entries), tuple(are_text))


def _atom_entry(entry: Element) -> tuple[dict[str, str], bool]:
    found: dict[str, str] = {}
    is_text = False
    _own_language(found, entry, "title")
    for child in entry:
        name = child.tag.removeprefix(_ATOM)
        if read_as := _ATOM_READ.get(name):
            kind = _kind(child)
            is_text |= name == "title" and kind == "text"
            _put(found, read_as, child)
            _own_language(found, child, read_as)
        elif name == "link":
            _link(found, child)
        elif (
            name not in _ATOM_PASSED
            or (len(child) and name not in ("author", "contributor"))
            or _holds_what_counts(child)
        ):
            raise _Unusual
    if not _ADDRESS.match(found.get("link", "")):
        raise _Unusual
    return found, is_text


def _kind(element: Element) -> str:
    kind = element.get("type", "text")
    if kind not in ("text", "html") or element.get("src") or element.get("mode"):
        raise _Unusual
    return kind


def _link(found: dict[str, str], element: Element) -> None:
    href = element.get("href", "")
    if not href:
        raise _Unusual
    if element.get("rel", "alternate") == "alternate":
        if "link" in found or element.get("type", "text/html") != "text/html":
            raise _Unusual
        found["link"] = href
        found["page_language"] = element.get("hreflang", "")


def _pass(element: Element) -> None:
    """Pass over a part of a feed, unless feedparser could take it for one that counts."""
    name = element.tag.rpartition("}")[2].lower()
    if name in _COUNTS or (len(element) and name not in _NESTED) or _holds_what_counts(element):
        raise _Unusual


def _holds_what_counts(element: Element) -> bool:
    """Whether anything inside ``element`` could be taken for a part of the feed or the entry that it stands in."""
    inside = (part for part in element.iter() if part is not element)
    if element.tag in ("image", "textInput"):  # these have a title and a link of their own
        return any(
            part.tag not in ("title", "link", "url", "width", "height", "description", "name") for part in inside
        )
    return any(part.tag.rpartition("}")[2].lower() in _INSIDE for part in inside)


def _put(found: dict[str, str], name: str, element: Element) -> None:
    text = (element.text or "").strip()
    if name in found or len(element) or not (text.isascii() or _is_clean(text)):
        raise _Unusual
    if name in ("link", "guid") and _ODD_ADDRESS.search(text):
        raise _Unusual
    if element.attrib and name in _BARE:
        raise _Unusual
    found[name] = text


def _is_clean(text: str) -> bool:
    """Whether feedparser takes ``text`` as it is: letters of Windows among controls, and UTF-8 that was encoded twice,
    it puts right.
    """
    if _C1.search(text):
        return False
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return True
    return False


def _own_language(found: dict[str, str], element: Element, name: str) -> None:
    """What an entry, or one of its texts, says itself; also where that is nothing."""
    if name in _SPEAK and (own := element.get(_LANG)) is not None:
        found[_SPEAK[name]] = own


def _language(feed: dict[str, str], root: Element) -> None:
    if "language" not in feed:
        feed["language"] = root.get(_LANG, "").replace("_", "-")
