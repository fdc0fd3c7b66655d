"""Documents that are not well-formed, made so where it is plain what was meant.

feedparser has a second, looser parser for them, which finds the items, too, but misreads more: "AT&T" as an entity,
and it takes several times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from xml.parsers import expat

from monitor.text.clean import QUOTED

_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|item|entry)\b", re.IGNORECASE)
_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_FRONT = 20_000
"""Characters in front of the document in which its beginning is looked for."""
# XML 1.0 section 2.2: characters that no document may hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|\w{1,32};)?", re.DOTALL
)
_OF_XML = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))
_ENTRY = re.compile(r"<(item|entry)[\s>]")
_PART = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
    rf"|<(?P<end>/?)(?P<full>(?:[\w.-]+:)?(?P<name>[a-z][\w.-]*))(?![\w.-])(?:{QUOTED}|[^<>]*)>",
    re.IGNORECASE | re.DOTALL,
)
# Nothing of these is ever asked for, and feedparser takes quadratic time over them: an author of 64 KB costs 13 s.
_UNUSED = frozenset(("author", "contributor", "managingeditor", "webmaster", "creator", "publisher", "owner"))
_UNUSED |= {"category", "keywords", "subject"}
_READ = frozenset(("rss", "feed", "rdf", "channel", "item", "entry", "title", "link", "guid", "id", "language", "ttl"))
_READ |= {"description", "summary", "subtitle", "tagline", "content", "encoded", "body", "fullitem"}
_READ |= {"pubdate", "date", "published", "updated", "modified", "created", "issued"}
_READ |= {"skiphours", "hour", "skipdays", "day"}
_MOST_TAGS = 2_000
"""Of one entry, or between two. Articles have some hundreds; feedparser takes 13 µs for each, and more for nested ones.
"""
_MOST_FOREIGN_TAGS = 100_000
"""Of one document, beside those that are read."""
_LONGEST_UNUSED = 4_096
"""Characters in which the end of an unused element is looked for."""
_LONGEST_TAG = 4_096
_MOST_ATTRIBUTES = 200

_PROLOG = re.compile(
    r"(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*<(?:[\w.-]+:)?([\w.-]+)",
    re.DOTALL,
)


def may_be_a_feed(text: str) -> bool:
    """Whether any element of a feed stands in ``text``: where none does, no parser has to look for one."""
    return bool(_ROOT.search(text))


def is_feed(text: str) -> bool:
    """Whether the root element is that of a feed, if one without items."""
    root = _PROLOG.match(text[:_FRONT])
    name = root[1].lower() if root else ""
    return name in ("rss", "feed", "channel") or (name == "rdf" and "channel" in text)


def trimmed(text: str) -> str:
    """``text`` without what stands in front of the XML declaration (blank lines, a warning of PHP) and behind the
    document's end.
    """
    text = text.lstrip("\ufeff \t\r\n\0")
    start = text.find("<?xml", 0, _FRONT)
    if start > 0 and not _ROOT.search(text, 0, start):
        text = text[start:]
    behind = max(text.rfind(end) for end in ("</rss>", "</feed>", "</rdf:RDF>"))
    if behind >= 0:
        end = text.index(">", behind) + 1
        if text[end:].strip() and not _ENTRY.search(text, end):
            text = text[:end]
    return text


def well_formed(text: str) -> str:
    """``text`` for feedparser: without what would keep it busy for nothing, and with its bare ampersands, unknown
    entities and illegal characters made harmless if anything in it is wrong.
    """
    text = _lean(text)
    # Entities that a document declares itself are left to feedparser, which expands only the harmless ones.
    if "<!ENTITY" in text or _is_well_formed(text):
        return text
    return _AMPERSAND.sub(_escaped, _ILLEGAL.sub(" ", text))


def _lean(text: str) -> str:
    for cuts in (_unused, _excess):
        kept: list[str] = []
        place = 0
        for start, end, instead in cuts(text):
            kept += text[place:start], instead
            place = end
        text = "".join((*kept, text[place:]))
    return text


def _unused(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the elements stand that are never asked for, and what takes their place: nothing. Of one without its own
    end only the tag goes.
    """
    place = 0
    for tag in _PART.finditer(text):
        if tag.start() < place or (tag["name"] or "").lower() not in _UNUSED:
            continue
        place = tag.end()
        if not tag["end"] and not tag[0].endswith("/>"):
            own = f"</{tag['full']}>"
            end = text.find(own, place, place + _LONGEST_UNUSED)
            if end > 0 and text.find("</item>", place, end) < 0 and text.find("</entry>", place, end) < 0:
                place = end + len(own)
        yield tag.start(), place, ""


def _excess(text: str) -> Iterator[tuple[int, int, str]]:
    """Where tags are one too many or too long, and what takes their place: a space, or the tag without attributes."""
    tags = foreign = dropped = 0
    for tag in _PART.finditer(text):
        if not tag["name"]:
            continue
        name = tag["name"].lower()
        is_alone = tag[0].endswith("/>")
        if name in ("item", "entry"):
            tags = dropped = 0
        elif tag["end"] and dropped:
            dropped -= 1
            yield tag.start(), tag.end(), " "
            continue
        elif not tag["end"]:
            tags += 1
            foreign += name not in _READ
            if tags > _MOST_TAGS or (foreign > _MOST_FOREIGN_TAGS and name not in _READ):
                dropped += not is_alone
                yield tag.start(), tag.end(), " "
                continue
        if len(tag[0]) > _LONGEST_TAG or tag[0].count("=") > _MOST_ATTRIBUTES:
            yield tag.start(), tag.end(), f"<{tag['end']}{tag['full']}{'/' if is_alone else ''}>"


def _is_well_formed(text: str) -> bool:
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        return False
    return True


def _escaped(match: re.Match[str]) -> str:
    if match[0][0] == "<":
        return match[0]
    name = match[1] or ""
    if name in _OF_XML:
        return match[0]
    if name.startswith("#"):
        return match[0] if _is_legal(name) else " "
    return html5.get(name, f"&amp;{name}")


def _is_legal(reference: str) -> bool:
    digits = reference[1:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return code <= 0x10FFFF and not _ILLEGAL.match(chr(code))


def shortened(text: str, most: int) -> tuple[str, int]:
    """``text`` with no more than ``most`` entries, and how many were left out: parsing them all would take minutes."""
    if text.count("<item") + text.count("<entry") <= most:
        return text, 0
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if len(starts) <= most:
        return text, 0
    last = max(text.rfind("</item>"), text.rfind("</entry>"))
    end = text.index(">", last) + 1 if last > starts[most] else len(text)
    return text[: starts[most]] + text[end:], len(starts) - most
