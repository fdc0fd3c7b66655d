"""What a server's headers say about when to come back, read leniently and never trusted beyond a cap. And heads that
are not quite HTTP, mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from monitor.feeds.fetch.body import Body, Chunked, Measured
from monitor.text.retry_after import LONGEST_WAIT as LONGEST_WAIT
from monitor.text.retry_after import http_date as http_date
from monitor.text.retry_after import oddity as oddity
from monitor.text.retry_after import retry_after as retry_after
from monitor.text.retry_after import server_time, values

# One directive of Cache-Control (RFC 9111 section 5.2); its value may be quoted, and then hold commas.
_DIRECTIVE = re.compile(r'(?:"[^"]*"?|[^,"])+')


def fresh_for(headers: Mapping[str, str], now: float) -> float:
    """Seconds for which the server calls its answer fresh, at most a day; 0 when it says nothing, or nothing sensible.

    That is ``Cache-Control: max-age``, or else ``Expires`` relative to ``Date`` (RFC 9111 section 4.2.1), ``now``
    standing in for a server that does not say the time. ``no-cache`` and ``no-store`` make it 0. ``s-maxage`` is for
    caches that many share.

    ``Age`` is not subtracted, as a cache would have to: it tells how long a copy has lain on the way, and max-age how
    often the feed's owner wishes to be asked. Nor would the difference be news sooner, on the whole: intervals are
    about as long as max-age, and coming early at every poll is what gets readers banned.
    """
    directives = _directives(",".join(values(headers, "Cache-Control")))
    # With a value, these two are about single headers and not the whole answer (RFC 9111 section 5.2.2.4).
    if directives.get("no-store") is not None or directives.get("no-cache") == "":
        return 0.0
    max_age = directives.get("max-age")
    if max_age is not None:
        return min(float(max_age[:18]), LONGEST_WAIT) if max_age.isascii() and max_age.isdigit() else 0.0
    until = http_date(next(iter(values(headers, "Expires")), ""))
    return 0.0 if until is None else min(max(0.0, until - server_time(headers, now)), LONGEST_WAIT)


def _directives(cache_control: str) -> dict[str, str]:
    """Names in lower case with their values; where one is repeated, the first holds (RFC 9111 section 4.2.1)."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(cache_control):
        name, _, value = match[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


# --- heads that are not quite HTTP -----------------------------------------------------------------------------------
# They are made so where browsers, curl and Python's own client read them, too: aiohttp's parser refuses an answer for a
# header that nobody asks for. Servers behind which no user ever sees an error write such headers for years: names with
# spaces, a length twice, a length beside chunks.


END = re.compile(rb"\r?\n\r?\n")
"""Where a head ends."""
_LONGEST_HEAD = 262_144
"""Bytes in which the end of a head is looked for; the HTTP library has limits of its own."""
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.1
_LENGTH = re.compile(rb"\+?0*(\d{1,18})(?:\.0*|\s*(?:bytes?|b))?", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\0-\x08\x0a-\x1f]+")
_MOST_HEADERS = 100
"""The HTTP library refuses more than 128."""
_LONGEST_HEADER = 30_000
"""Bytes. What is longer is some policy, and more than the HTTP library takes."""
_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
# What the program reads of an answer. Of headers beyond the limit these stay.
_READ = frozenset(
    (
        *(b"cache-control", b"connection", b"content-encoding", b"content-type", b"date", b"etag", b"expires"),
        *(b"last-modified", b"location", b"retry-after", b"set-cookie"),
    )
)


class Head(NamedTuple):
    """A head as HTTP wants it, and the body that it announces.

    ``is_ambiguous``: it says two things of where that ends.
    """

    written: bytes
    body: Body
    is_ambiguous: bool = False


def is_interim(head: bytes) -> bool:
    """Whether another head follows ``head``: that of the answer itself."""
    return bool(_INTERIM.match(head))


def may_become_a_head(begun: bytes) -> bool:
    """Whether it is worth waiting for the rest: what is no HTTP at all has no head."""
    status = begun.lstrip(b"\r\n")[:5]
    return len(begun) <= _LONGEST_HEAD and b"HTTP/".startswith(status.upper())


def mended(head: bytes) -> Head:
    """``head``, from the status line to the empty line behind the last header, as HTTP wants it.

    Headers whose names are none are left out, as nobody reads them, and long ones and those beyond a hundred that do
    not matter here; blanks behind a name go. Of lengths that are the same one stays, without its unit, and beside
    chunks none (RFC 9112 section 6.3). What remains in doubt is left for the parser to refuse.
    """
    status, *lines = re.split(rb"\r*\n", head.strip(b"\r\n"))
    headers: list[bytes] = []
    lengths: list[bytes] = []
    codings: list[bytes] = []
    kept = headers
    for written in lines:
        line = _CONTROLS.sub(b" ", written)  # RFC 9110 section 5.5
        if line[:1] in (b" ", b"\t"):  # the line before goes on (RFC 9112 section 5.2)
            if kept:
                kept[-1] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        is_too_much = len(headers) >= _MOST_HEADERS or len(line) > _LONGEST_HEADER
        if not colon or not _NAME.fullmatch(name) or (is_too_much and name.lower() not in _READ | _FRAMING):
            kept = []
            continue
        kept = {b"content-length": lengths, b"transfer-encoding": codings}.get(name.lower(), headers)
        kept.append(value.strip() if kept is not headers else name + b":" + value)
    length, coding = _one_length(lengths), _one_coding(codings)
    status, has_no_body = _status(status)
    body: Body
    if coding.endswith(b", chunked"):  # what it was packed in on the way, it is packed in
        headers.append(b"Content-Encoding: " + coding.removesuffix(b", chunked"))
        coding = b"chunked"
    if has_no_body:
        body = Body()  # one that comes all the same is a failure: what is new may be in it
    elif coding == b"chunked":
        body = Chunked()
    else:
        body = Measured(int(length[0])) if len(length) == 1 and length[0].isdigit() and not coding else Body()
    if coding == b"chunked" and lengths:
        return Head(_joined(status, headers, [b"Transfer-Encoding: chunked"]), body, is_ambiguous=True)
    framing = [b"Content-Length: " + one for one in length] + ([b"Transfer-Encoding: " + coding] if coding else [])
    return Head(_joined(status, headers, framing), body)


def _one_length(lengths: list[bytes]) -> list[bytes]:
    said = [_LENGTH.fullmatch(one.strip(b"\"' \t")) for value in lengths if value for one in value.split(b",")]
    alike = {one[1] if one else b"" for one in said}
    if not said:
        return []  # an answer that says nothing of its length ends with the connection
    return [alike.pop()] if len(alike) == 1 and all(said) else lengths


def _one_coding(codings: list[bytes]) -> bytes:
    names = [name.strip().lower() for value in codings for name in value.split(b",")]
    return b", ".join(dict.fromkeys(name for name in names if name not in (b"", b"identity")))


def _status(line: bytes) -> tuple[bytes, bool]:
    """The status line as HTTP wants it, and whether its status is one without a body (RFC 9112 section 6.3)."""
    if not (said := _STATUS.fullmatch(line)):
        return line.rstrip(b" "), False
    version = b"1.0" if said[1] in (b"1.0", b"1") else b"1.1"
    return b"HTTP/%s %s %s" % (version, said[2], said[3].strip()), said[2] in (b"204", b"304")


def _joined(status: bytes, headers: list[bytes], framing: list[bytes]) -> bytes:
    return b"\r\n".join([status, *headers, *framing, b"", b""])
