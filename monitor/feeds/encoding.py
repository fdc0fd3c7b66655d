"""UTF-8 with a flaw. A document that is cut inside a letter, or one of whose summaries was, is no longer valid UTF-8;
feedparser then reads all of it as another encoding, and every headline becomes garbage.
"""

from __future__ import annotations

import codecs
import re

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_REPLACEMENT = "\ufffd"


def mended(body: bytes, content_type: str) -> bytes:
    """``body``, with U+FFFD for the bad bytes of a document that is UTF-8 all the same; anything else as it is.

    It is UTF-8 when it says so (or says nothing) and its bad bytes are fewer than its good letters beyond ASCII: texts
    in other encodings hardly ever look like UTF-8 by chance. A letter that the document's end cuts off tells nothing.
    """
    if not _claims_utf8(body, content_type):
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(body) and error.reason == "unexpected end of data":
            return body[: error.start]
    else:
        return body
    text = body.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    good = len(text) - bad - sum(byte < 0x80 for byte in body)
    return text.encode("utf-8") if bad <= good else body


def _claims_utf8(body: bytes, content_type: str) -> bool:
    """What the document is declared as, in the order that its reader keeps: byte order mark, HTTP, XML, else UTF-8."""
    if body.startswith(codecs.BOM_UTF8):
        return True
    in_header, in_document = _CHARSET.search(content_type), _DECLARATION.match(body)
    declared = in_header[1] if in_header else in_document[1].decode() if in_document else "utf-8"
    try:
        return codecs.lookup(declared).name == "utf-8"
    except LookupError:
        return True  # a made-up name says nothing
