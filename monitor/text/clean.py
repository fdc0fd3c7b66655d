"""The border: whatever a feed says becomes plain, harmless, single-line text here, once.

Feed text can carry markup, terminal escape codes, line separators that split mail headers, and marks that reverse the
rest of a line. Everything behind this module may rely on their absence; where text is shown it is still escaped for
that place.
"""

from __future__ import annotations

import functools
import re
from html.entities import html5
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

TITLE_LIMIT = 20_000
SUMMARY_LIMIT = 20_000
BODY_LIMIT = 50_000
LINK_LIMIT = 4_096

_BLOCK = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|br|dd|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|img|li|main|nav|ol|p|pre"
    r"|section|table|tbody|td|tfoot|th|thead|tr|ul)\b)",
    re.IGNORECASE,
)
# In documents that are not well-formed, feedparser reads "AT&T" as an entity and returns "AT&T;".
_FALSE_ENTITY = re.compile(r"&([A-Z]\w{0,7});(?=\W|$)")


@functools.cache
def _unwanted() -> dict[int, str | None]:
    """What each unwanted character becomes: a space where it may have parted words, nothing otherwise."""
    table: dict[int, str | None] = {}
    spaces = [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
    # Bidi embeddings, overrides and isolates; zero-width space, joiners of nothing, byte order mark; interlinear and
    # tag marks.
    nothing = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, *range(0x2060, 0x2065), 0xFEFF]
    nothing += [*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000)]
    table.update(dict.fromkeys(spaces, " "))
    table.update(dict.fromkeys(nothing, None))
    return table


def single_line(text: str, limit: int = TITLE_LIMIT) -> str:
    """``text`` without control, line-breaking and direction-changing characters, white space folded, cut at ``limit``
    characters.
    """
    text = text[: limit * 2]
    if not (text.isascii() and text.isprintable()):
        text = text.translate(_unwanted())
    return " ".join(text.split())[:limit]


def plain(markup: str, limit: int = TITLE_LIMIT) -> str:
    """HTML or text as one clean line of text: tags removed, entities decoded once, words of neighbouring blocks kept
    apart.
    """
    # Markup is up to some ten times longer than its text; what lies beyond is not worth the time of parsing it.
    markup = markup[: limit * 20]
    if "<" in markup or "&" in markup:
        markup = _text_of(without_false_entities(markup))
    return single_line(markup, limit)


def without_false_entities(text: str) -> str:
    """``text`` with the ``;`` removed that feedparser puts behind what it took for an entity: ``AT&T;``."""
    return _FALSE_ENTITY.sub(_unless_entity, text)


def _unless_entity(match: re.Match[str]) -> str:
    return match[0] if f"{match[1]};" in html5 else f"&{match[1]}"


def _text_of(markup: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    # Lone surrogates and NUL cannot cross into the C parser.
    safe = _BLOCK.sub(" <", markup).encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    tree = LexborHTMLParser(safe)
    tree.strip_tags(["script", "style", "template", "noscript", "iframe"])
    body = tree.body
    return body.text() if body else ""


_BEFORE_OUTLET = " -|–—·:•"


def without_outlet(title: str, outlet: str) -> str:
    """``title`` without the name of its own outlet at the end (`` - Reuters``, `` | Dawn``), which aggregators add.

    Only the end is cut, so offsets stay true.
    """
    if not outlet or len(title) <= len(outlet) or title[-len(outlet) :].casefold() != outlet.casefold():
        return title
    rest = title[: -len(outlet)]
    head = rest.rstrip(_BEFORE_OUTLET)
    # "Life in Pakistan" of the outlet "Pakistan" has no separator: there the name belongs to the sentence.
    return head if head and rest[len(head) :].strip() else title


def web_link(link: str, base: str = "") -> str:
    """``link`` made absolute, when it is one that a person may safely click (http or https), otherwise the empty
    string.
    """
    link = single_line(link, LINK_LIMIT).replace(" ", "%20")
    if not link:
        return ""
    try:
        absolute = urljoin(base, link)
        parts = urlsplit(absolute)
    except ValueError:
        return ""
    return absolute if parts.scheme in ("http", "https") and parts.hostname else ""


# Query parameters whose values open doors: never shown, logged or exported.
_SECRET_NAME = re.compile(r"token|key|secret|pass|pwd|auth|sig|session|credential", re.IGNORECASE)

_PARAMETER = re.compile(r"([^=&;]+)=[^&;]*")


def _hidden(pair: re.Match[str]) -> str:
    name = unquote(pair[1])
    return f"{name}=***" if _SECRET_NAME.search(name) else pair[0]


def redact(url: str) -> str:
    """``url`` fit to be shown: without user, password and the values of parameters that look like secrets."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        host += f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(unreadable address)"
    query = _PARAMETER.sub(_hidden, parts.query)
    user = "***@" if parts.username or parts.password else ""
    return urlunsplit((parts.scheme, user + host, parts.path, query, ""))
