"""Lists of feeds in OPML 1.0 and 2.0, as feed readers exchange them: bytes → outlines, and feeds → text.

Such a file is as hostile as a feed: others have written it. Entities are refused at their declaration, before any can
be expanded; nothing that it names is ever opened. Its texts are cleaned here; whether its addresses can be asked is for
the caller to say.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.errors import MonitorError
from monitor.feeds.lists import opml_mend
from monitor.feeds.parse.encoding import text_of
from monitor.text.clean import LINK_LIMIT, plain, redact, single_line

if TYPE_CHECKING:
    from monitor.model import FeedSpec

LARGEST = 10_000_000
"""Bytes of a file. The largest lists that people share, of some thousand feeds, have 1 MB."""
MOST_FEEDS = 5_000
NAME_LIMIT = 100
_TAG_LIMIT = 60
_MOST_TAGS = 10
_DEEPEST = 50
"""Elements inside one another; readers export one level of folders."""
_MARKUP_LIMIT = 2_000
"""Characters of a name or folder, with its markup, that are looked at."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_ADDRESS = re.compile(r"\w+://|www\.|(?:exec|filter|file|query|javascript):", re.IGNORECASE)
_FEED_SCHEME = re.compile(r"^feed:(//|(?=https?://))", re.IGNORECASE)
_FEED_TYPES = frozenset(("", "rss", "atom", "rdf", "feed", "xml", "json", "jsonfeed", "podcast"))
# Names that programs give to what the format calls xmlUrl.
_ADDRESS_NAMES = ("xml_url", "xml-url", "rssurl", "rss_url", "feedurl", "feed_url", "atomurl")
_ESCAPED = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_MOST_ESCAPES = 5
# Of pages that a reader takes apart itself, by rules of its own: FreshRSS calls them "HTML+XPath" and the like.
_SCRAPED = re.compile(r"(?:html|xml|json)\s*\+|(?:web)?page\b|web\b|html$|scrap", re.IGNORECASE)
_OTHER_ROOTS = {
    "rss": "it is a feed; monitor feeds add takes its address",
    "feed": "it is a feed; monitor feeds add takes its address",
    "rdf:rdf": "it is a feed; monitor feeds add takes its address",
    "html": "it is a web page",
}


class OpmlError(MonitorError):
    """The file cannot be read as OPML; the message says why, as the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of a list. ``url`` is as it was written and may be anything; the rest is clean text."""

    url: str
    name: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""


class NoFeed(enum.StrEnum):
    """What an outline is that is neither a feed nor a folder of some."""

    LINK = "link"
    LIST = "list"
    SCRAPED = "scraped"
    PAGE = "page"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a file in its order; ``beyond`` counts those behind the first ``MOST_FEEDS``, which are not here.
    ``others``: the names of outlines that are no feeds, and what they are; ``cut``: whether the file breaks off.
    """

    feeds: tuple[Outline, ...]
    beyond: int = 0
    others: tuple[tuple[str, NoFeed], ...] = ()
    cut: bool = False


def read(body: bytes) -> FeedList:
    """The feeds that ``body`` lists. Raises OpmlError."""
    if len(body) > LARGEST:
        raise OpmlError(f"is larger than {LARGEST // 1_000_000} MB")
    text = opml_mend.document_in(text_of(body, ""))
    if not text.strip():
        raise OpmlError("is empty")
    try:
        return _parsed(text)
    except expat.ExpatError:
        text = opml_mend.mended(text)
    try:
        return _parsed(text)
    except expat.ExpatError as error:
        found = _by_tags(text)
        if found.feeds:
            return found
        raise OpmlError(f"is not well-formed XML: {expat.ErrorString(error.code)}, line {error.lineno}") from error


def _parsed(text: str) -> FeedList:
    # Not told otherwise, expat would believe the declaration, which spoke of the bytes as they were.
    parser = expat.ParserCreate("utf-8")
    reader = _Reader(lambda: parser.CurrentLineNumber)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.entity
    parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    return reader.found()


def _by_tags(text: str) -> FeedList:
    """The feeds of a list that is no XML even when it is mended: with outlines that are not closed, say."""
    reader = _Reader(lambda: 1)
    reader.start("opml", {})
    for name, attributes in opml_mend.tags(text):
        if attributes is None:
            reader.end(name)
        else:
            reader.start(name, attributes)
    return reader.found(cut=not opml_mend.ENDS.search(text))


class _Reader:
    """Collects outlines while expat walks through the document."""

    def __init__(self, line: Callable[[], int]) -> None:
        self._line = line
        self._folders: list[str] = []
        self._leaf: tuple[str, NoFeed] | None = None
        self._cleaned: dict[str, str] = {}
        self._feeds: list[Outline] = []
        self._others: list[tuple[str, NoFeed]] = []
        self._beyond = 0

    def found(self, cut: bool = False) -> FeedList:
        """What was collected."""
        return FeedList(tuple(self._feeds), self._beyond, tuple(self._others), cut)

    def entity(self, *_: object) -> None:
        """An entity is declared: what it stands for may be a file, or grow beyond all memory."""
        raise OpmlError(f"defines entities (line {self._line()}), which no list of feeds needs")

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = element.lower()
        if not self._folders and name != "opml":
            about = _OTHER_ROOTS.get(name, f"its first element is <{single_line(element, 40)}>")
            raise OpmlError(f"is not OPML: {about}")
        if len(self._folders) >= _DEEPEST:
            raise OpmlError(f"is nested too deeply (line {self._line()})")
        # Of two attributes that differ in case only the first counts.
        found = {key.lower(): value for key, value in reversed(attributes.items())}
        self._folders.append(self._folder(found, name))

    def end(self, _: str) -> None:
        """An element ends."""
        self._folders.pop()
        if self._leaf and len(self._others) < MOST_FEEDS:
            self._others.append(self._leaf)
        self._leaf = None

    def _folder(self, found: Mapping[str, str], element: str) -> str:
        """The tag of what stands in an element, once what it is itself has been noted."""
        self._leaf = None
        if element != "outline":
            return ""
        label = (found.get("text") or found.get("title") or "")[:_MARKUP_LIMIT]
        url = _address_in(found)
        if url is None:  # a folder, or when it ends before anything else begins, neither that nor a feed
            self._leaf = self._name(label), _what(found)
            return label
        if _SCRAPED.match(found.get("type", "").strip()):
            self._leaf = self._name(label), NoFeed.SCRAPED
        elif len(self._feeds) < MOST_FEEDS:
            self._feeds.append(self._outline(url, found))
        else:
            self._beyond += 1
        return ""

    def _name(self, label: str) -> str:
        name = self._clean(label, NAME_LIMIT)
        return "" if _ADDRESS.match(name) else name  # of feeds without a title; it may hold a password

    def _outline(self, url: str, found: Mapping[str, str]) -> Outline:
        tags = [*self._folders, *_categories(found.get("category", "")[:_MARKUP_LIMIT])]
        cleaned = dict.fromkeys(self._clean(tag, _TAG_LIMIT) for tag in tags if tag)
        language = single_line(found.get("language", ""), 40)
        return Outline(
            url=url,
            name=self._name(found.get("text") or found.get("title") or ""),
            tags=tuple(tag for tag in cleaned if tag)[:_MOST_TAGS],
            language=language.replace("_", "-") if _LANGUAGE.fullmatch(language) else "",
        )

    def _clean(self, markup: str, limit: int) -> str:
        # The same few folders stand around all feeds, and cleaning what looks like HTML is not free.
        markup = markup[:_MARKUP_LIMIT]
        if markup not in self._cleaned:
            self._cleaned[markup] = plain(markup, _MARKUP_LIMIT)
        return self._cleaned[markup][:limit].strip()


def _address_in(found: Mapping[str, str]) -> str | None:
    """The address of an outline, None for a folder or a note. ``url`` is of a feed only where no other kind is named:
    that of ``type="link"`` or ``"include"`` leads to a page, or to another list.
    """
    url = found.get("xmlurl") or next((found[name] for name in _ADDRESS_NAMES if found.get(name)), found.get("xmlurl"))
    if url is None and found.get("type", "").strip().lower() in _FEED_TYPES:
        url = found.get("url")
    if url is None:
        return None
    url = url.strip()
    # Some programs escape again each time that they write the list.
    for _ in range(_MOST_ESCAPES):
        url = _ESCAPED.sub("&", url)
    url = url[: LINK_LIMIT + 1]  # one character too many, by which it is known to be too long
    return _FEED_SCHEME.sub(lambda found: "http://" if found[1] == "//" else "", url)


def _what(found: Mapping[str, str]) -> NoFeed:
    kind = found.get("type", "").strip().lower()
    if kind == "include":
        return NoFeed.LIST
    if kind == "link":
        return NoFeed.LINK
    return NoFeed.PAGE if found.get("htmlurl", "").strip() else NoFeed.NOTHING


# --- what others read ------------------------------------------------------------------------------------------------


def holds_secret(url: str) -> bool:
    """Whether ``url`` holds a password, or a value whose name says that it opens doors; also one behind ``;`` or ``#``,
    where ``redact`` does not look.
    """
    place, *rest = re.split(r"[?#&;]", url)
    return "***" in redact(f"{place}?{'&'.join(rest)}")


def written(feeds: Sequence[FeedSpec]) -> str:
    """OPML 2.0 of ``feeds``. A feed stands once, in the folder of its first tag (the only place that most readers look
    at); all of several tags are in ``category``, too. There is no date in it: the same feeds make the same file.
    """
    folders: dict[str, list[FeedSpec]] = defaultdict(list)
    for feed in feeds:
        folders[_attribute_text(feed.tags[0]) if feed.tags else ""].append(feed)
    return "\n".join(_document(folders)) + "\n"


def _document(folders: Mapping[str, Iterable[FeedSpec]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<opml version="2.0">'
    yield "  <head>"
    yield "    <title>Feeds of news-monitor</title>"
    yield "  </head>"
    yield "  <body>"
    for folder, feeds in folders.items():
        indent = "      " if folder else "    "
        if folder:
            yield f"    <outline{_attributes({'text': folder, 'title': folder})}>"
        yield from (f"{indent}<outline{_attributes(_feed_attributes(feed))}/>" for feed in feeds)
        if folder:
            yield "    </outline>"
    yield "  </body>"
    yield "</opml>"


def _feed_attributes(feed: FeedSpec) -> dict[str, str]:
    name = _attribute_text(feed.name)
    tags = [_attribute_text(tag) for tag in feed.tags]
    return {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": feed.url,
        "language": single_line(feed.language),
        "category": ",".join(map(_category, tags)) if len(tags) > 1 else "",
    }


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items() if value)


def _attribute_text(text: str) -> str:
    """``text`` for an attribute that may hold markup (OPML 2.0): what looks like markup and is none is escaped."""
    line = single_line(text)
    return line if plain(line) == line else escape(line, quote=False)


# In ``category`` a comma parts categories, and a slash the levels of one (OPML 2.0); neither has an escape of its own.
_CATEGORY_SIGNS = {"%": "%25", ",": "%2C", "/": "%2F"}


def _category(tag: str) -> str:
    return "".join(_CATEGORY_SIGNS.get(char, char) for char in tag)


def _categories(written: str) -> Iterator[str]:
    for part in re.split(r"[,/]", written):
        yield re.sub("%2C|%2F|%25", lambda sign: chr(int(sign[0][1:], 16)), part, flags=re.IGNORECASE).strip()
