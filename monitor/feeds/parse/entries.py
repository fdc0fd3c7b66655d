"""An entry as all formats give it: the texts cleaned, cut, and put where they belong."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from monitor.feeds.parse.blocks import borders
from monitor.feeds.parse.dates import Published
from monitor.feeds.parse.links import credited, related
from monitor.model import Aside, Entry
from monitor.text.clean import BODY_LIMIT, LINK_LIMIT, SUMMARY_LIMIT, host_of, plain, single_line, web_link
from monitor.text.languages import own_word
from monitor.text.redirectors import behind

MOST_ENTRIES = 5_000
_LONGEST_OUTLET = 200


@dataclass(frozen=True, slots=True)
class Markup:
    """A text as it is written, and as it is read."""

    written: str
    text: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entry says that it comes from: the outlet and its address, its own language, and the page that a
    redirector's link stands for.
    """

    outlet: str = ""
    address: str = ""
    language: str = ""
    page: str = ""


def entry(
    guid: str,
    link: str,
    title: str,
    summary: Markup,
    body: Markup,
    published: Published,
    base: str,
    origin: Origin = Origin(),
) -> Entry:
    """An entry of these parts. ``title`` is clean already, ``guid`` and ``link`` as written; ``published``: see
    ``dates.published``; ``base`` is the address that a relative link is relative to.
    """
    written = web_link(link, base)
    page = web_link(behind(web_link(origin.page) or written))
    asides = _beside(summary, "summary", title, link)
    rest = _beside(body, "body", title, link)
    ends = [*_borders("summary", summary), *_borders("body", body)]
    lead, text = summary.text, body.text
    if not lead or lead == text:
        lead, text = text[:SUMMARY_LIMIT], text[SUMMARY_LIMIT:]
        asides = tuple(_moved(one) for one in rest if one.end <= SUMMARY_LIMIT)
        rest = ()
        ends = [("summary", place) for field, place in ends if field == "body" and place < SUMMARY_LIMIT]
    found = Entry(
        guid=_guid(guid),
        link=page or written,
        title=title,
        summary=lead[:SUMMARY_LIMIT],
        body=text[:BODY_LIMIT],
        published=published[0],
        day=published[1],
        written_link=written if page and page != written else "",
        language=own_word(origin.language),
        asides=(*asides, *rest),
        borders=tuple(ends),
    )
    return _from(found, origin)


def _beside(text: Markup, field: str, title: str, link: str) -> tuple[Aside, ...]:
    return (*related(text.written, field, text.text, title, link), *credited(text.written, field, text.text))


def _borders(field: str, text: Markup) -> list[tuple[str, int]]:
    return [(field, place) for place in borders(text.written, text.text)]


def _moved(one: Aside) -> Aside:
    return one._replace(field="summary")


def _from(found: Entry, origin: Origin) -> Entry:
    """``found`` with the outlet that it names: by its name, or by nothing but an address."""
    name = plain(origin.outlet, _LONGEST_OUTLET)
    address = web_link(origin.address) or (web_link(name) if "://" in name else "")
    host = host_of(address).removeprefix("www.")
    name = host if not name or "://" in name else name
    return replace(found, source=name, source_host=host) if name else found


def _guid(raw: str) -> str:
    guid = single_line(raw, len(raw))
    return guid if len(guid) <= LINK_LIMIT else "sha256:" + hashlib.sha256(guid.encode()).hexdigest()
