"""Which of an entry's addresses is the page that a reader wants to open.

feedparser keeps all links of an entry in ``links``, and in ``link`` the last one that it met: that may be the picture
of an article, whose element holds text instead of ``href``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_WHOLE = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_PAGES = frozenset(("", "text/html", "application/xhtml+xml"))


def page_of(found: Mapping[str, Any]) -> str:
    """The address of the page of an entry of feedparser's, as it was written; empty when it has none.

    The page itself comes first, as HTML if there are several; then a guid that is a whole address; then where the
    content is, where it was seen, and what is attached (an episode, say).
    """
    return next((link for link in (*_pages(found), *_instead(found)) if link), "")


def home_of(feed: Mapping[str, Any]) -> str:
    """The address of the page that a feed of feedparser's belongs to, as it was written; empty when it has none."""
    return next(_pages(feed), "")


def _pages(found: Mapping[str, Any]) -> Iterator[str]:
    """What stands there as the thing itself (RFC 4287 section 4.2.7.2: ``alternate``)."""
    pages = [link for link in _links(found) if link.get("rel", "alternate") == "alternate"]
    as_html = [link["href"] for link in pages if _media_type(link) in _PAGES]
    yield from (href for href in as_html if href == found.get("link"))  # of several the last, as feedparser has it
    yield from as_html
    yield from (link["href"] for link in pages)


def _instead(found: Mapping[str, Any]) -> Iterator[str]:
    guid = found.get("id") or ""
    if is_whole(guid) and found.get("link") == guid:  # so it is where an entry does not say that its guid is none
        yield guid
    yield from (part.get("src") or "" for part in found.get("content") or [])
    for rel in ("via", "enclosure"):
        yield from (link["href"] for link in _links(found) if link.get("rel") == rel)
    yield from (part.get("url") or "" for part in found.get("media_content") or [])


def _links(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [link for link in found.get("links") or [] if link.get("href")]


def is_whole(address: str) -> bool:
    """Whether ``address`` says by itself where it leads to. A guid is a link only then, whatever ``isPermaLink`` says
    (or does not).
    """
    return bool(_WHOLE.match(address))


def _media_type(link: Mapping[str, Any]) -> str:
    return str(link.get("type") or "").partition(";")[0].strip().lower()
