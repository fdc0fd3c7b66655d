"""Which of an entry's addresses is the page that a reader wants to open.

feedparser keeps all links of an entry in ``links``, and in ``link`` the last one that it met: that may be the picture
of an article, whose element holds text instead of ``href``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from monitor.text.clean import web_link

_WHOLE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_PAGES = frozenset(("", "text/html", "application/xhtml+xml"))
_PICTURE = re.compile(r"[^?#]+\.(?:jpe?g|png|gif|webp|avif|svg)(?:[?#].*)?", re.IGNORECASE)
_IANA = "http://www.iana.org/assignments/relation/"
# What programs write where there is no link.
_NOTHING = frozenset(("none", "null", "nil", "undefined", "false", "nan", "n/a"))
# What an entry may name its page by besides. An identifier or a source need be no address.
_NAMES = ("prism_url", "dc_identifier", "dcterms_identifier", "dc_source", "dcterms_source")
_WITHOUT_SCHEME = re.compile(r"www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[/?#:]|$)", re.IGNORECASE | re.ASCII)


def usable(addresses: Iterable[str], base: str) -> str:
    """The first of the ``addresses`` that leads to a page, as it was written; empty when none does. A script does not,
    nor does the address of the feed itself, which is ``base``.
    """
    for address in addresses:
        address = address.strip()
        if _WITHOUT_SCHEME.match(address):
            address = f"https://{address}"
        if address.lower() in _NOTHING or address.startswith("#"):
            continue
        if (link := web_link(address, base)) and link != base:
            return address
    return ""


def page_of(found: Mapping[str, Any], base: str, names_are_addresses: bool = False) -> str:
    """The address of the page of an entry of feedparser's, as it was written; empty when it has none.

    The page itself comes first, as HTML if there are several; then a guid that is a whole address; then where the
    content is, where it was seen, and what is attached (an episode, say); in the end whatever it links to. A picture
    comes last. ``names_are_addresses``: in RDF and Atom an id that could be an address is meant as one.

    An entry without a name of its own is known by this address. So what several entries may share (a source, a
    thumbnail) is not asked for there: they would be one. And no text is looked into: what it links to may be another
    feed's story.
    """
    if page := usable(_pages(found), base):
        return page
    name = found.get("id") or "" if names_are_addresses else ""
    others = [*_instead(found, base), name if is_whole(name) else "", *_at_last(found)]
    if found.get("id"):
        others = [*others, *_named(found), *_thumbnails(found)]
        others = pictures_last(others, _pictures(found))
    return usable(others, base)


def pictures_last(addresses: Iterable[str], pictures: Iterable[str]) -> list[str]:
    """``addresses`` in their order, but behind all others those that are ``pictures``, or look like some."""
    known = frozenset(pictures)
    return sorted(addresses, key=lambda one: one in known or bool(_PICTURE.fullmatch(one.strip())))


def _leads_inside(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.path.strip("/") or parts.query)


def home_of(feed: Mapping[str, Any]) -> str:
    """The address of the page that a feed of feedparser's belongs to, as it was written; empty when it has none."""
    return next(_pages(feed), "")


def _pages(found: Mapping[str, Any]) -> Iterator[str]:
    """What stands there as the thing itself (RFC 4287 section 4.2.7.2: ``alternate``)."""
    pages = [link for link in _links(found) if "alternate" in _relations(link)]
    as_html = [link["href"] for link in pages if _media_type(link) in _PAGES]
    if len(as_html) > 1:
        as_html.sort(key=lambda href: bool(_PICTURE.fullmatch(href)))
    yield from (href for href in as_html if href == found.get("link") and not _PICTURE.fullmatch(href))
    yield from as_html  # of several the last comes first, as feedparser has it
    yield from (link["href"] for link in pages)
    yield from _related(found, "canonical")


def _instead(found: Mapping[str, Any], base: str) -> Iterator[str]:
    # The guid is the link where an entry does not say that it is none; so it is where the link is empty, or no address.
    guid, link = found.get("id") or "", found.get("link")
    if is_whole(guid) and link is not None and (link == guid or not usable((link,), base)):
        yield guid
    yield from (part.get("src") or "" for part in found.get("content") or [])
    yield from _related(found, "via")
    yield from _related(found, "enclosure")
    yield from (part.get("url") or "" for part in found.get("media_content") or [])


def _at_last(found: Mapping[str, Any]) -> Iterator[str]:
    attached = found.get("enc_enclosure")
    if isinstance(attached, Mapping):
        yield str(attached.get("rdf:resource") or attached.get("resource") or "")
    yield from _related(found, "related")
    player = found.get("media_player")
    if isinstance(player, Mapping):
        yield str(player.get("url") or "")
    yield str(found.get("comments") or "")
    yield from _related(found, "self")


def _named(found: Mapping[str, Any]) -> Iterator[str]:
    """What names the page besides, where that is an address."""
    named = (str(found.get(name) or "") for name in _NAMES)
    yield from (address for address in named if is_whole(address) and _leads_inside(address))


def _pictures(found: Mapping[str, Any]) -> Iterator[str]:
    """What is attached and says that it is a picture."""
    yield from (link["href"] for link in _links(found) if _media_type(link).startswith("image/"))
    for part in found.get("media_content") or []:
        if _media_type(part).startswith("image/") or part.get("medium") == "image":
            yield part.get("url") or ""
    yield from _thumbnails(found)


def _thumbnails(found: Mapping[str, Any]) -> Iterator[str]:
    yield from (part.get("url") or "" for part in found.get("media_thumbnail") or [])


def _related(found: Mapping[str, Any], relation: str) -> Iterator[str]:
    yield from (link["href"] for link in _links(found) if relation in _relations(link))


def _relations(link: Mapping[str, Any]) -> list[str]:
    """What ``link`` is to its entry (RFC 4287 section 4.2.7.2, and as HTML has it: several words)."""
    return [word.removeprefix(_IANA) for word in str(link.get("rel") or "").lower().split()] or ["alternate"]


def _links(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in found.get("links") or [] if link.get("href")]


def is_whole(address: str) -> bool:
    """Whether ``address`` says by itself where it leads to. A guid is a link only then, whatever ``isPermaLink`` says
    (or does not).
    """
    return bool(_WHOLE.match(address))


def _media_type(link: Mapping[str, Any]) -> str:
    return str(link.get("type") or "").partition(";")[0].strip().lower()
