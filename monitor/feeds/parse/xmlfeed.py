"""RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, CDF: what feedparser reads, in clean text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.feeds.pace import hints
from monitor.feeds.parse import dates, fast_path
from monitor.feeds.parse.dates import Published
from monitor.feeds.parse.entries import MOST_ENTRIES, Markup, Origin, entry
from monitor.feeds.parse.links import home_of, page_of
from monitor.feeds.parse.repair import is_feed, may_be_a_feed, shortened, trimmed, well_formed
from monitor.model import Entry, Parsed
from monitor.text.clean import BODY_LIMIT, SUMMARY_LIMIT, plain, single_line, web_link, without_false_entities
from monitor.text.languages import NOT_KNOWN

_ENTRY_BEGINS = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_ENDS = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_OUTERMOST = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b[^<>]*>", re.IGNORECASE)
_LANG = re.compile(r"""\s(?:xml:)?lang\s*=\s*["']([^"'<>]{0,80})["']""", re.IGNORECASE)
_HEAD = 8_192
_SECTIONS = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_END_TAG = re.compile(r"</\s*(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
# What feedparser 6.0 raises KeyError, TypeError or ValueError of when it does not stand where it should: places on the
# earth, chapters of podcasts, licences, and the parts of a channel in an item. Nobody here asks for them.
_NAMESPACES = re.compile(
    r"http://(?:www\.opengis\.net/gml|www\.georss\.org/georss|podlove\.org/simple-chapters|web\.resource\.org/cc/"
    r"|(?:backend\.userland\.com|cyber\.law\.harvard\.edu/rss)/creativecommonsrssmodule(?:\.html)?)/?",
    re.IGNORECASE,
)
_PREFIXES = re.compile(r"(</?)(?:gml|georss|psc|cc|creativecommons):", re.IGNORECASE)
_CHANNEL_PARTS = re.compile(r"<(image|textinput)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_RDF = ("rss090", "rss10")
_DATES = ("published", "updated", "prism_publicationdate", "news_publication_date")
_ORIGINAL = "_origlink"
"""What collectors call the page behind a link, in namespaces of several names."""
# An author's element takes feedparser long; a publisher's is a name, which it shall leave alone.
_PUBLISHER = re.compile(r"(</?)dc:publisher(?=[\s>/])", re.IGNORECASE)


def read(text: str, url: str) -> Parsed | None:
    """The feed in ``text``, fetched from ``url``; None when it is none. Raises what feedparser raises even
    without the elements that it is known to stumble over.
    """
    if not may_be_a_feed(text):
        return None
    text, cut = shortened(trimmed(text), MOST_ENTRIES)
    found = of_plain_feed(text, url) or by_feedparser(text, url)
    return replace(found, cut=found.cut + cut) if found and cut else found


def of_plain_feed(text: str, url: str) -> Parsed | None:
    """The same without feedparser, of most feeds; None where the document is not of the usual shape."""
    document = fast_path.read(text)
    if not document or any(found["link"] == url for found in document.entries):
        return None
    entries, inherited = [], _inherited(text)
    for found, is_text in zip(document.entries, document.title_is_text, strict=True):
        entries.append(_plain_entry(found, is_text, url, inherited))
    return _parsed(document.feed, tuple(entries), text, url)


def _plain_entry(found: Mapping[str, str], title_is_text: bool, url: str, inherited: str) -> Entry:
    return _entry(
        guid=found.get("guid", ""),
        link=found["link"],
        title=_title(found.get("title", ""), title_is_text),
        summary=found.get("summary", ""),
        body=found.get("body", ""),
        published=dates.published(found[name] for name in ("published", "updated") if found.get(name)),
        url=url,
        origin=Origin(
            found.get("source") or found.get("publisher", ""),
            found.get("source_url", ""),
            found.get("language")
            or _own_language(
                inherited, *(found.get(f"{part}_language", inherited) for part in ("own", "summary", "body"))
            )
            or found.get("page_language", ""),
            found.get("page", ""),
        ),
    )


def by_feedparser(text: str, url: str) -> Parsed | None:
    """The same by feedparser, which reads whatever was ever called a feed."""
    try:
        document = _feedparser_document(text)
    except (LookupError, TypeError, ValueError):  # of one odd element in one item, which must not cost the others
        document = _feedparser_document(_without_stumbling_blocks(text))
    if not document.get("version") and not document.entries and not is_feed(text):
        return None
    complete = bool(_has_end(text)) or not document.get("bozo")
    # An entry that was cut off in the middle is left for the poll that gets the whole document.
    entries = document.entries[:-1] if not complete and _ends_inside_an_entry(text) else document.entries
    inherited = _inherited(text)
    found = tuple(_feedparser_entry(entry, url, document.version, inherited) for entry in entries[:MOST_ENTRIES])
    # Where no page is named, feedparser takes the feed's id for it.
    parsed = _parsed({**document.feed, "link": home_of(document.feed)}, found, text, url)
    return replace(parsed, complete=complete, cut=max(0, len(entries) - MOST_ENTRIES))


def _feedparser_document(text: str) -> Any:
    import feedparser

    if "dc:publisher" in text:
        text = _PUBLISHER.sub(r"\1publishername", text)
    return feedparser.parse(
        # A plain bytes or str argument could be taken for a path or an address; a stream cannot.
        io.BytesIO(well_formed(text).encode("utf-8", "replace")),
        # Not told where it comes from, it makes no addresses of guids, which would change when the feed moves.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # all markup is stripped here anyway
        resolve_relative_uris=False,
    )


def _without_stumbling_blocks(text: str) -> str:
    # It goes by the namespace where it knows that, and else by the prefix.
    text = _PREFIXES.sub(r"\1unused-", _NAMESPACES.sub("urn:unused", text))
    return _CHANNEL_PARTS.sub("", text)


def _parsed(feed: Mapping[str, Any], entries: tuple[Entry, ...], text: str, url: str) -> Parsed:
    hours, days = hints.skipped(text)
    return Parsed(
        title=plain(feed.get("title") or ""),
        language=single_line(feed.get("language") or "", 40),
        entries=entries,
        home=web_link(feed.get("link") or "", url),
        ttl=hints.ttl(feed),
        skip_hours=hours,
        skip_days=days,
    )


def _has_end(text: str) -> bool:
    # In text that was cut off before its CDATA or comment ended, an end tag is a part of that.
    ends = list(_END_TAG.finditer(text, max(0, len(text) - 4096)))
    return bool(ends) and not any(
        text.rfind(opens, 0, ends[-1].start()) > text.rfind(closes) for opens, closes in _SECTIONS
    )


def _ends_inside_an_entry(text: str) -> bool:
    opened = max((match.start() for match in _ENTRY_BEGINS.finditer(text)), default=-1)
    return not _ENTRY_ENDS.search(text, max(opened, 0)) if opened >= 0 else False


def _feedparser_entry(found: Mapping[str, Any], url: str, version: str, inherited: str) -> Entry:
    # Only Atom says whether a title is text or markup (RFC 4287 section 3.1); of RSS one has to guess.
    is_atom = version.startswith("atom")
    is_text = is_atom and (found.get("title_detail") or {}).get("type") == "text/plain"
    summary = found.get("summary") or ""
    body = " ".join(part.get("value") or "" for part in found.get("content") or [])
    return _entry(
        guid=found.get("id") or "",
        link=page_of(found, url, is_atom or version in _RDF),
        title=_title(found.get("title") or "", is_text),
        summary="" if summary == body else summary,  # feedparser makes a summary of the content where there is none
        body=body,
        published=dates.published(_dates(found)),
        url=url,
        origin=_origin(found, inherited),
    )


def _origin(found: Mapping[str, Any], inherited: str) -> Origin:
    source = found.get("source")
    source = source if isinstance(source, Mapping) else {"title": source if isinstance(source, str) else ""}
    names = (source.get("title"), found.get("news_source"), found.get("dc_source"), found.get("publishername"))
    address = source.get("href") or source.get("link") or ""
    alternates = [one for one in found.get("links") or () if one.get("rel", "alternate") == "alternate"]
    page_language = alternates[0].get("hreflang") if len(alternates) == 1 else ""
    return Origin(
        next((str(name) for name in names if name), ""),
        str(address),
        found.get("language")
        or _own_language(inherited, *(one.get("language") for one in _details(found)))
        or page_language
        or "",
        # Where its prefix is not declared, feedparser leaves its escapes as they are.
        next((str(found[name]) for name in found if name.endswith(_ORIGINAL)), "").replace("&amp;", "&"),
    )


def _details(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What is known of an entry's texts besides what they say. The language of each is that of its entry, or of the
    feed, where it has none of its own.
    """
    yield from (one for name in ("title_detail", "summary_detail") if (one := found.get(name)))
    yield from found.get("content") or ()


def _own_language(inherited: str, *said: str | None) -> str:
    """What the texts of an entry say themselves of their language. What they have from the feed is no word of their
    own; an empty word (``xml:lang=""``) says that it is not known.
    """
    theirs = (one or (NOT_KNOWN if inherited else "") for one in said)
    return next((one for one in theirs if one and one.replace("_", "-").casefold() != inherited), "")


def _inherited(text: str) -> str:
    """The language that a feed's outermost elements hand down to all in it (``xml:lang``)."""
    found = (_LANG.search(tag[0]) for tag in _OUTERMOST.finditer(text, 0, _HEAD))
    return next((one[1].replace("_", "-").casefold() for one in reversed([*found]) if one), "")


def _entry(
    guid: str, link: str, title: str, summary: str, body: str, published: Published, url: str, origin: Origin
) -> Entry:
    """``title`` is clean, the rest as written."""
    texts = Markup(summary, plain(summary, SUMMARY_LIMIT)), Markup(body, plain(body, BODY_LIMIT))
    return entry(guid, link, title, *texts, published, url, origin)


def _title(title: str, is_text: bool) -> str:
    return single_line(without_false_entities(title)) if is_text else plain(title)


def _dates(found: Mapping[str, Any]) -> list[str]:
    """What an entry says of its publication; where it says nothing, of its creation, which may be long before."""
    names = found.keys()  # a plain "in" looks at other names too
    return [str(found[name]) for name in _DATES if name in names and found[name]] or [str(found.get("created") or "")]
