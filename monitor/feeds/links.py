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
    """The address of the page of an entry (or feed) of feedparser's, as it was written; empty when it has none.

    The page itself comes first (RFC 4287 section 4.2.7.2: ``alternate``), as HTML if there are several; then a guid
    that is a whole address; then where the content is, where it was seen, and what is attached (an episode, say).
    """
    return next((link for link in _in_order(found) if link), "")


def _in_order(found: Mapping[str, Any]) -> Iterator[str]:
    links = [link for link in found.get("links") or [] if link.get("href")]
    named, guid = found.get("link") or "", found.get("id") or ""
    pages = [link for link in links if link.get("rel", "alternate") == "alternate"]
    as_html = [link["href"] for link in pages if _media_type(link) in _PAGES]
    yield from (href for href in as_html if href == named)  # of several the last, as feedparser has it
    yield from as_html
    yield from (link["href"] for link in pages)
    if is_whole(guid) and named == guid:  # feedparser takes it for the link where the entry says that it is one
        yield guid
    yield from (part.get("src") or "" for part in found.get("content") or [])
    for rel in ("via", "enclosure"):
        yield from (link["href"] for link in links if link.get("rel") == rel)
    yield from (part.get("url") or "" for part in found.get("media_content") or [])


def is_whole(address: str) -> bool:
    """Whether ``address`` says by itself where it leads to. A guid is a link only then, whatever ``isPermaLink`` says
    (or does not).
    """
    return bool(_WHOLE.match(address))


def _media_type(link: Mapping[str, Any]) -> str:
    return str(link.get("type") or "").partition(";")[0].strip().lower()
