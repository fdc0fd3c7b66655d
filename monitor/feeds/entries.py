"""An entry as all formats give it: the texts cleaned, cut, and put where they belong."""

from __future__ import annotations

import hashlib

from monitor.feeds.dates import Published
from monitor.model import Entry
from monitor.text.clean import BODY_LIMIT, LINK_LIMIT, SUMMARY_LIMIT, single_line, web_link

MOST_ENTRIES = 5_000


def entry(guid: str, link: str, title: str, summary: str, body: str, published: Published, base: str) -> Entry:
    """An entry of these parts. ``title``, ``summary`` and ``body`` are clean already, ``guid`` and ``link`` as written;
    ``published``: see ``dates.published``; ``base`` is the address that a relative link is relative to.
    """
    if not summary or summary == body:
        summary, body = body[:SUMMARY_LIMIT], body[SUMMARY_LIMIT:]
    return Entry(
        guid=_guid(guid),
        link=web_link(link, base),
        title=title,
        summary=summary[:SUMMARY_LIMIT],
        body=body[:BODY_LIMIT],
        published=published[0],
        day=published[1],
    )


def _guid(raw: str) -> str:
    guid = single_line(raw, len(raw))
    return guid if len(guid) <= LINK_LIMIT else "sha256:" + hashlib.sha256(guid.encode()).hexdigest()
