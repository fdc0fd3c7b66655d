"""Lists of feeds that are not quite XML: real ones hold bare ampersands, and descriptions with quotes and tags in them.

Of 118 lists that people share 22 were so (../shared/data/opml); their addresses and names are all there to be read.
"""

from __future__ import annotations

import re

_AMPERSAND = re.compile(r"&(?:(?P<name>(?:amp|lt|gt|quot|apos);)|#(?:(?P<code>\d{1,7})|x(?P<hex>[0-9A-Fa-f]{1,6}));)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEGINS = re.compile(r"\s[\w:.-]{1,40}\s{0,5}=\s{0,5}([\"'])")
# A quote ends a value where another attribute follows, or the end of a tag and then an element of OPML. Repetitions are
# bounded, so that looking takes no longer the more blanks there are.
_BEHIND = (
    r"(?=\s{1,50}[\w:.-]{1,40}\s{0,5}=\s{0,5}[\"']|\s{0,50}[/?]?>\s{0,200}<(?:/?(?:outline|body|head|opml)\b|[!?]))"
)
_ENDS = {quote: re.compile(quote + _BEHIND, re.IGNORECASE) for quote in ('"', "'")}


def mended(text: str) -> str:
    """``text`` with what stands between the quotes of attributes escaped, as it should have been. In one pass."""
    text = _NOT_XML.sub("", text)
    parts, at = [], 0
    while begin := _BEGINS.search(text, at):
        end = _ENDS[begin[1]].search(text, begin.end())
        if not end:
            break
        value = text[begin.end() : end.start()].replace("<", "&lt;").replace(begin[1], f"&#{ord(begin[1])};")
        parts += [text[at : begin.end()], value]
        at = end.start()
    return _AMPERSAND.sub(_reference, "".join([*parts, text[at:]]))


def _reference(found: re.Match[str]) -> str:
    """A reference as XML knows it: a bare ``&`` is escaped, and one to what is no character is left out."""
    if found["name"]:
        return found[0]
    if not (found["code"] or found["hex"]):
        return "&amp;"
    code = int(found["code"]) if found["code"] else int(found["hex"], 16)
    return found[0] if code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else ""
