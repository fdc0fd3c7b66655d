"""Bytes → text. What a document is declared as is advice: a server's default, or a program's habit, is often wrong,
and read in the wrong encoding every headline becomes garbage.
"""

from __future__ import annotations

import codecs
import re

from monitor.feeds.parse.charsets import likeliest

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_LANGUAGE = re.compile(rb"(?:<(?:dc:)?language>\s*|xml:lang\s*=\s*[\"'])([a-z]{2})\b", re.IGNORECASE)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Two characters of ASCII, as every document begins with, in encodings of two and four bytes a character.
_WIDE = (
    (re.compile(rb"[^\0]\0\0\0[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0[^\0]\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"),
    (re.compile(re.escape("<?xml".encode("cp037"))), "cp037"),
)
# A run of text in ISO-2022-JP (RFC 1468), up to the return to ASCII if there is one; neither the end of a line nor an
# end tag can be part of it.
_ISO_2022 = re.compile(
    r"\x1b(?:\$[@AB]|\$\(D|\(J)[\x1b\x20-\x7e]*?(?:(?P<back>\x1b\([BJ])|(?=</[a-z]{3}|[^\x1b\x20-\x7e]|\Z))",
    re.IGNORECASE,
)
# What the web means by these names (the WHATWG Encoding Standard, section 4.2): what browsers read them as, and
# therefore what such pages hold.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "koi8-r": "koi8_u",  # the same but for some box drawings, in whose place are the letters of Ukrainian
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
}
# Names of encodings of text. Python knows others, of which some are no text and some take the time of a square.
_KNOWN = re.compile(
    r"utf-8|ascii|tis-620|koi8-[rtu]|kz1048|ptcp154|iso8859-\d+|mac-\w+|cp(?:037|437|7\d\d|8\d\d|9\d\d|125\d)"
    r"|shift_jis\w*|euc_\w+|gb2312|gbk|gb18030|big5\w*|johab|hz"
)
_ASCII = bytes(range(0x80))
_REPLACEMENT = "\ufffd"


def text_of(body: bytes, content_type: str) -> str:
    """``body`` as text, without its byte order mark; U+FFFD stands for bytes that cannot be read. ``content_type``: the
    header that it came with.

    The first that fits: a byte order mark; UTF-16 and UTF-32 by their zeros; ASCII, in which runs of ISO-2022-JP may
    stand; UTF-8, if all bytes are valid, or nearly
    all where nothing else is declared; the encoding that the header names, then that of the XML declaration, if a text
    comes out; else the one in which it reads best.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for begins, encoding in _WIDE:
        if begins.match(body):
            return body.decode(encoding, "replace")
    has_mark = body.startswith(codecs.BOM_UTF8)
    body = body.removeprefix(codecs.BOM_UTF8)
    if body.isascii():
        return _ISO_2022.sub(_from_iso_2022, body.decode("ascii"))
    declared = [] if has_mark else _declared(body, content_type)
    return _as_utf8(body, declared) or _as_another(body, declared)


def _from_iso_2022(run: re.Match[str]) -> str:
    """``run`` in the letters that it stands for. Each is read by itself: one that is broken, or was put into a headline
    to spoil the others, stays as it is written.
    """
    if not run["back"]:
        return run[0]
    try:
        return run[0].encode("ascii").decode("iso2022_jp_2")
    except (UnicodeDecodeError, RuntimeError):  # Python's codec fails with the latter on bytes that it did not foresee
        return run[0]


def _as_utf8(body: bytes, declared: list[str]) -> str:
    """``body`` read as UTF-8, if that is what it is; otherwise nothing."""
    legacy = bool(declared) and declared[0] != "utf-8"
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = body[: error.start]
        if error.end == len(body) and error.reason == "unexpected end of data":
            # A document that is cut inside a letter; the letter tells nothing.
            return "" if legacy and start.isascii() else start.decode("utf-8")
    text = body.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    good = len(text) - bad - (len(body) - _beyond_ascii(body))
    # Texts in other encodings hardly ever look like UTF-8 by chance.
    return text if (bad * 4 <= good if legacy else bad <= good) else ""


def _beyond_ascii(body: bytes) -> int:
    return len(body.translate(None, _ASCII))


def _as_another(body: bytes, declared: list[str]) -> str:
    language = _LANGUAGE.search(body[:4096])
    others = [encoding for encoding in declared if encoding != "utf-8"]
    agreed = len(declared) == 1 and _fits(body, declared[0])
    encoding = likeliest(body, others, agreed, language[1].decode().lower() if language else "")
    return body.decode(encoding, "replace")


def _fits(body: bytes, encoding: str) -> bool:
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _declared(body: bytes, content_type: str) -> list[str]:
    """The encodings that the header and the document name, as Python calls them; made-up names say nothing."""
    in_header, in_document = _CHARSET.search(content_type), _DECLARATION.match(body)
    names = [in_header[1] if in_header else "", in_document[1].decode("ascii", "ignore") if in_document else ""]
    return list(dict.fromkeys(known for name in names if (known := _known(name))))


def _known(name: str) -> str:
    try:
        name = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(name, name) if _KNOWN.fullmatch(name) else ""
