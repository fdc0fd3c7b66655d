"""Lists of feeds that are not quite XML: real ones hold bare ampersands, and descriptions with quotes and tags in them;
programs write warnings in front of them, and people leave outlines open.

Of 118 lists that people share 22 were so; their addresses and names are all there to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_AMPERSAND = re.compile(r"&(?:(?P<name>(?:amp|lt|gt|quot|apos);)|#(?:(?P<code>\d{1,7})|x(?P<hex>[0-9A-Fa-f]{1,6}));)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGINS = re.compile(r"[\s\"'][\w:.-]{1,40}\s{0,5}=\s{0,5}([\"'])")
# A quote ends a value where another attribute follows, or the end of a tag and then an element of OPML. Repetitions are
# bounded, so that looking takes no longer the more blanks there are.
_BEHIND = (
    r"(?=\s{0,50}[\w:.-]{1,40}\s{0,5}=\s{0,5}[\"']|\s{0,50}[/?]?>\s{0,200}<(?:/?(?:outline|body|head|opml)\b|[!?]))"
)
_QUOTE_ENDS = {quote: re.compile(quote + _BEHIND, re.IGNORECASE) for quote in ('"', "'")}
_FRONT = 20_000
"""Characters in front of the document in which its beginning is looked for."""
_ROOT = re.compile(r"<!DOCTYPE\s+opml\b|<(?:[\w.-]{1,40}:)?opml\b", re.IGNORECASE)
_INSIDE = re.compile(r"<(?:body|outline)\b", re.IGNORECASE)
_OTHER_ROOT = re.compile(r"<(?:rss|feed|html|(?:\w+:)?rdf)\b", re.IGNORECASE)
ENDS = re.compile(r"</(?:opml|body)\s*>", re.IGNORECASE)
"""What a list ends with that is whole."""
# One that is never closed is a slip: what follows it is the list.
_COMMENT = re.compile(r"<!--.*?-->|<!--", re.DOTALL)
# Word processors make them of the straight ones around values.
_CURLY = re.compile(r"(=\s{0,5})[“”„‟″]([^“”„‟″<>\"]{0,5000})[“”„‟″](?=\s|/|\?|>|[\w:.-]{1,40}=)")
_PREFIX = re.compile(r"(</?)[\w.-]{1,40}:(?=(?:opml|head|body|outline)\b)", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(outline|body|opml)\b([^<>]{0,20000})>", re.IGNORECASE)
_PAIR = re.compile(r"([\w:.-]{1,40})\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def mended(text: str) -> str:
    """``text`` with what stands between the quotes of attributes escaped, as it should have been. In one pass."""
    text = _COMMENT.sub("", _NOT_XML.sub("", text))
    text = _CURLY.sub(r'\1"\2"', text)
    parts, at = [], 0
    while begin := _BEGINS.search(text, at):
        end = _QUOTE_ENDS[begin[1]].search(text, begin.end())
        if not end:
            break
        value = text[begin.end() : end.start()].replace("<", "&lt;").replace(begin[1], f"&#{ord(begin[1])};")
        # Attributes are parted by a blank (XML 1.0 section 3.1), whatever stood between them.
        parts += [
            text[at : begin.start()],
            begin[0] if begin[0][0].isspace() else f"{begin[0][0]} {begin[0][1:]}",
            value,
        ]
        at = end.start()
    return _AMPERSAND.sub(_reference, "".join([*parts, text[at:]]))


def document_in(text: str) -> str:
    """``text`` without what stands in front of the list (blank lines, a warning of PHP) and behind its end."""
    if root := _ROOT.search(text, 0, _FRONT):
        text = text[root.start() :]
    elif (inside := _INSIDE.search(text, 0, _FRONT)) and not _OTHER_ROOT.search(text, 0, inside.start()):
        return f"<opml>{_PREFIX.sub(lambda found: found[1], text[inside.start() :])}</opml>"
    text = _PREFIX.sub(lambda found: found[1], text)
    end = max(text.rfind(name) for name in ("</opml>", "</OPML>"))
    return text[: end + len("</opml>")] if end >= 0 else text


def tags(mended: str) -> Iterator[tuple[str, dict[str, str] | None]]:
    """The tags of a ``mended`` list that still is no XML, in their order: each element's name, in lower case, with its
    attributes, or with None where it ends. Of an attribute that stands twice the first counts.
    """
    inside: list[bool] = []  # for each open outline, whether it is a feed
    for tag in _TAG.finditer(mended):
        attributes = {} if tag[1] else _attributes(tag[3])
        # A feed holds nothing: where another outline begins, or the list ends, its own end was left out.
        if inside and inside[-1] and not (tag[1] and tag[2].lower() == "outline"):
            inside.pop()
            yield "outline", None
        if tag[2].lower() != "outline":
            continue
        if not tag[1]:
            yield "outline", attributes
            inside.append("xmlurl" in attributes)
        if inside and (tag[1] or tag[3].endswith("/")):
            inside.pop()
            yield "outline", None


def _attributes(written: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *values in _PAIR.findall(written):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found


def _reference(found: re.Match[str]) -> str:
    """A reference as XML knows it: a bare ``&`` is escaped, and one to what is no character is left out."""
    if found["name"]:
        return found[0]
    if not (found["code"] or found["hex"]):
        return "&amp;"
    code = int(found["code"]) if found["code"] else int(found["hex"], 16)
    return found[0] if code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else ""
