"""Which of an entry's addresses is the page that a reader wants to open, and what of its markup lists other stories.

feedparser keeps all links of an entry in ``links``, and in ``link`` the last one that it met: that may be the picture
of an article, whose element holds text instead of ``href``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from monitor.feeds.parse.blocks import BLOCK
from monitor.model import Aside, Part
from monitor.text.beside import phrases
from monitor.text.beside.footers import credit, names_somebody
from monitor.text.clean import plain, web_link

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


# --- lists of other stories ------------------------------------------------------------------------------------------
# Collectors of news put a story's relatives below it, each with the name of its outlet, and sites their own: "Read
# also". A morning's overview is a list of links, too, and the story itself; so a list is one of relatives only where a
# heading says so, or where the story itself stands in it.


_MOST_MARKUP, _MOST_BLOCKS = 200_000, 2_000
_ANCHOR = re.compile(r"<(/?)a(?=[\s>/])[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_CAPTION = re.compile(r"<figcaption\b[^<>]*>", re.IGNORECASE)
_END_OF_CAPTION = re.compile(r"</figcaption", re.IGNORECASE)
_LONGEST_CAPTION = 2_000
# An element without others inside: each reading of it ends at the next "<".
_SHORT = re.compile(r"<(span|p|div|small|cite|em|i)\s([^<>]*)>([^<>]{0,200})</\1(?=[\s>])", re.IGNORECASE)
_CLASSES = re.compile(r"""\bclass\s*=\s*["']([^"'<>]*)""", re.IGNORECASE)
_CREDIT = re.compile(r"(?:(?!has-|no-)[a-z]+[-_]{1,2})*(?:credits?|photographer|byline)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MOST_BESIDE_LINK = 8
_MOST_OF_HEADING = 6
_MOST_OF_PARAGRAPH = 40
_LEAST_TITLE = 8


class _Block(NamedTuple):
    text: str
    linked: str
    hrefs: tuple[str, ...]

    @property
    def is_link(self) -> bool:
        """Whether it is a link, with an outlet's name or a date behind it at most."""
        words, linked = len(_WORD.findall(self.text)), len(_WORD.findall(self.linked))
        is_footer = phrases.FIRST_ON.search(self.text) or phrases.READ_ON.match(self.text)
        return (
            bool(self.hrefs) and linked > 0 and words - linked <= min(_MOST_BESIDE_LINK, linked + 2) and not is_footer
        )

    @property
    def is_heading(self) -> bool:
        """Whether it says that other stories follow, and nothing else."""
        found = phrases.RELATED.match(self.text)
        rest = self.text[found.end() :] if found else ""
        return found is not None and len(_WORD.findall(rest)) <= _MOST_OF_HEADING and not self.hrefs

    @property
    def leads_away(self) -> bool:
        """Whether it names another story behind "Read also"."""
        found = phrases.RELATED.match(self.text)
        if not found or len(_WORD.findall(self.text)) > _MOST_OF_PARAGRAPH:
            return False
        behind = self.text[found.end() :].lstrip()
        beside = len(_WORD.findall(behind)) - len(_WORD.findall(self.linked))
        return behind[:1] in (":", "：", "|", "»") or (bool(self.hrefs) and beside <= _MOST_OF_HEADING)


def related(markup: str, field: str, text: str, title: str, link: str) -> tuple[Aside, ...]:
    """The parts of ``text``, which is the plain text of ``markup``, that are other stories than that of the entry with
    this ``title`` and ``link`` as it is written there.
    """
    if "<" not in markup or not text or not _may_hold_some(markup, title, link):
        return ()
    blocks = [_block(part) for part in BLOCK.split(markup[:_MOST_MARKUP], _MOST_BLOCKS)]
    blocks = [one for one in blocks if one.text]
    found: list[Aside] = []
    place = 0
    others = _others(blocks, title, link)
    for number, one in enumerate(blocks):
        start = text.find(one.text, place)
        if start < 0:
            continue
        place = start + len(one.text)
        if number not in others:
            continue
        if found and not text[found[-1].end : start].strip():
            start = found.pop().start
        found.append(Aside(field, start, place, Part.RELATED))
    return tuple(found)


def credited(markup: str, field: str, text: str) -> tuple[Aside, ...]:
    """The parts of ``text`` that name who took a picture: at the end of a caption, or marked as a credit."""
    found: list[Aside] = []
    place = 0
    for written, is_marked in _short_texts(markup[:_MOST_MARKUP]) if "<" in markup else ():
        words = plain(written)
        start = text.find(words, place) if words else -1
        if start < 0:
            continue
        place = start + len(words)
        if is_marked and names_somebody(words):
            found.append(Aside(field, start, place, Part.FOOTER))
        elif (at := credit(words)) >= 0:
            found.append(Aside(field, start + at, place, Part.FOOTER))
    return tuple(found)


def _short_texts(markup: str) -> list[tuple[str, bool]]:
    """The captions in ``markup``, and what it calls credits, in their order; each with whether it is called so."""
    found = [
        (one.end(), markup[one.end() : end.start()], False)
        for one in _CAPTION.finditer(markup)
        if (end := _END_OF_CAPTION.search(markup, one.end(), one.end() + _LONGEST_CAPTION))
    ]
    for one in _SHORT.finditer(markup):
        classes = _CLASSES.search(one[2])
        if classes and any(map(_CREDIT.fullmatch, classes[1].split())):
            found.append((one.start(3), one[3], True))
    return [(written, is_marked) for _, written, is_marked in sorted(found)]


def _may_hold_some(markup: str, title: str, link: str) -> bool:
    if phrases.RELATED.search(markup):
        return True
    return "<a" in markup.lower() and ((bool(link) and link in markup) or (bool(title) and title[:20] in markup))


def _block(markup: str) -> _Block:
    hrefs = []
    linked = []
    opened = -1
    for tag in _ANCHOR.finditer(markup):
        if tag[1]:
            if opened >= 0:
                linked.append(markup[opened : tag.start()])
            opened = -1
        elif href := _HREF.search(tag[0]):
            hrefs.append(href[1])
            opened = tag.end()
    return _Block(plain(markup), plain(" ".join(linked)), tuple(hrefs))


def _others(blocks: Sequence[_Block], title: str, link: str) -> frozenset[int]:
    """The blocks that are other stories, or only say so."""
    found: set[int] = set()
    for run in _runs(blocks):
        heading = run[0] - 1
        under_heading = heading >= 0 and blocks[heading].is_heading
        if under_heading:
            found.add(heading)
        itself = {number for number in run if _is_itself(blocks[number], title, link)}
        if under_heading or itself:
            found.update(number for number in run if number not in itself)
    found.update(number for number, one in enumerate(blocks) if one.leads_away)
    return frozenset(found)


def _runs(blocks: Sequence[_Block]) -> Iterator[list[int]]:
    run: list[int] = []
    for number, one in enumerate(blocks):
        if one.is_link and not one.is_heading:
            run.append(number)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_itself(block: _Block, title: str, link: str) -> bool:
    """Whether a link is that of the story: by its address, or by its words, which a title may add an outlet to."""
    words = block.linked.casefold()
    same = len(words) >= _LEAST_TITLE and title.casefold().startswith(words)
    return same or (bool(link) and block.hrefs[0] == link and title.casefold()[:_LEAST_TITLE] == words[:_LEAST_TITLE])
