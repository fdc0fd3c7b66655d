"""The body of an answer: where it ends, unpacked and bounded.

It is unpacked here and not by the HTTP library, for three reasons: what counts is both what travels and what comes out
of it, the body of a redirect or a refusal is never unpacked at all, and what is understood (gzip and deflate, as we
asked for) does not depend on which other packages happen to be installed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import aiohttp

from monitor.model import FetchFailed
from monitor.text.clean import single_line

ACCEPTED = "gzip, deflate"
"""What a request says it understands (RFC 9110 section 12.5.3)."""
_UNDERSTOOD = ("gzip", "x-gzip", "deflate")  # RFC 9110 section 8.4.1
# No coding at all: what servers say instead of nothing, charsets among it.
_NO_CODING = re.compile(r"|identity|none|binary|[78]bit|aws-chunked|utf-?8|us-ascii|iso-8859-\d+|windows-125\d")
_PARAMETERS = re.compile(r";.*")
_MOST_CODINGS = 3
"""One over the other, of one body: a second is a slip."""
_MOST_MEMBERS = 100
"""Of one gzip stream (RFC 1952 section 2.2). A feed is one or a few; thousands of empty ones only cost time."""
_ENOUGH = 16
"""Bytes by which it is known what a body is."""
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[?!a-zA-Z]|[{\[]\s*[\"{\[])|\xff\xfe|\xfe\xff")


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes | FetchFailed:
    """The body of ``response``, unpacked; neither it nor what travels may be larger than ``limit`` bytes.

    A stream of gzip that ends early in an answer that does not is read as far as it goes: whether a feed's end is
    missing is seen in the document. What is a text already needs no unpacking, whatever the header says. Raises what
    aiohttp does when the answer breaks off.
    """
    status = response.status
    codings = _codings(response)
    said = single_line(", ".join(codings), 80)
    not_asked_for = FetchFailed("encoding", f"encoded as {said}, which was not asked for", status=status)
    if len(codings) > _MOST_CODINGS:
        return not_asked_for
    too_large = FetchFailed("too-large", f"the document is larger than {limit:,} bytes", status=status)
    if (response.content_length or 0) > limit:
        return too_large
    unpackers = [_Unpacker(coding, limit) for coding in reversed(codings)]
    body = bytearray()
    travelled = 0
    try:
        async for chunk in response.content.iter_any():
            travelled += len(chunk)
            body += _unpacked(chunk, unpackers)
            if max(travelled, len(body)) > limit:
                return too_large
        body += _unpacked(b"", unpackers, is_last=True)
    except _NotUnderstoodError:
        return not_asked_for
    except _TooLargeError:
        return too_large
    except zlib.error:
        return FetchFailed("encoding", f"the document is not {said}, as its header says", status=status)
    return bytes(body) if len(body) <= limit else too_large


def _codings(response: aiohttp.ClientResponse) -> list[str]:
    """The codings of a body, the innermost first."""
    said = ",".join(response.headers.getall("Content-Encoding", ())).lower().split(",")
    names = (_PARAMETERS.sub("", name).strip(" \t\"'") for name in said)
    return [name for name in names if not _NO_CODING.fullmatch(name)]


class _NotUnderstoodError(Exception):
    """It is coded as nobody asked for."""


class _TooLargeError(Exception):
    """More comes out than may."""


def _unpacked(packed: bytes, unpackers: Sequence[_Unpacker], is_last: bool = False) -> bytes:
    for one in unpackers:
        packed = one.unpack(packed, is_last)
    return packed


class _Unpacker:
    """One body, or what another coding made of it, piece by piece. Gives at most one byte more than ``limit``."""

    def __init__(self, coding: str, limit: int) -> None:
        self._coding = coding
        self._room = limit
        self._start: bytes | None = b""
        self._window: int | None = None  # what zlib calls the format; None for what is not packed
        self._members = 0
        self._stream: zlib._Decompress | None = None
        self._finished = False

    def unpack(self, packed: bytes, is_last: bool = False) -> bytes:
        """What ``packed`` adds. Raises zlib.error, or when it cannot or may not be read."""
        if self._start is not None:
            self._start += packed
            if not self._start or (len(self._start) < _ENOUGH and not is_last):
                return b""
            packed, self._start = self._start, None
            self._window = self._format_of(packed)
        added = packed if self._window is None else self._inflated(packed, self._window)
        self._room -= len(added)
        if self._room < 0:
            raise _TooLargeError
        return added

    def _format_of(self, start: bytes) -> int | None:
        """By the first bytes (RFC 1952 section 2.3, RFC 1950 section 2.2), as servers mix up the names."""
        if self._coding in _UNDERSTOOD:
            if start.startswith(b"\x1f\x8b"):
                return 16 + zlib.MAX_WBITS
            if start[0] & 0x8F == 8 and int.from_bytes(start[:2]) % 31 == 0:
                return zlib.MAX_WBITS
        if _TEXT.match(start):
            return None
        if self._coding not in _UNDERSTOOD:
            raise _NotUnderstoodError
        if self._coding != "deflate":
            raise zlib.error("neither packed nor text")
        # "deflate" means zlib's format, but many servers send the bare stream (RFC 9110 section 8.4.1.2).
        return -zlib.MAX_WBITS

    def _inflated(self, packed: bytes, window: int) -> bytes:
        added = b""
        while packed and not self._finished and len(added) <= self._room:
            stream = self._stream = self._stream or self._begin(window)
            added += stream.decompress(packed, self._room + 1 - len(added))
            if not stream.eof:
                break
            packed = stream.unused_data
            self._stream = None
            # Another member begins as the first did; anything else is padding, which servers do send.
            self._finished = window <= zlib.MAX_WBITS or (bool(packed) and packed[0] != 0x1F)
        return added

    def _begin(self, window: int) -> zlib._Decompress:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise zlib.error("too many members")
        return zlib.decompressobj(window)


# --- where a body ends -----------------------------------------------------------------------------------------------
# Chunks that are not quite chunks are made so where curl and Python's own client read them, too. Lines end with a line
# feed alone, sizes have blanks around them or what nobody asks for behind them, and what stands behind the last chunk
# is no header.


_SIZE = re.compile(rb"(?:0[xX])?([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)  # RFC 9112 section 7.1
_MAY_BECOME_ONE = re.compile(rb"\s*(?:0[xX])?[0-9A-Fa-f]{0,16}(?:[\s;].*)?", re.DOTALL)
_LONGEST_LINE = 16_384
_MOST_BEHIND = 65_536
"""Bytes of what stands behind the last chunk."""


class Body:
    """The body of an answer, as it comes. This one ends with the connection."""

    is_doubtful = False
    """Whether somebody in between may see its end elsewhere: its connection is not to be used again."""
    has_excess = False
    """Whether something came behind it."""
    fault = ""
    """Why no more of it can be read."""

    def taken(self, data: bytes) -> bytes:
        """What ``data`` adds to it, as HTTP wants it."""
        return data

    def rest(self) -> bytes:
        """What its end lacks when the connection is closed."""
        return b""


class Measured(Body):
    """One whose length is known. Servers that count letters instead of bytes send more than they say."""

    def __init__(self, length: int) -> None:
        self._left = length

    def taken(self, data: bytes) -> bytes:
        """As much as belongs to it."""
        part = data[: self._left]
        self._left -= len(part)
        self.has_excess = self.has_excess or len(part) < len(data)
        return part


class Chunked(Body):
    """One in chunks."""

    def __init__(self) -> None:
        self._line = b""  # the beginning of one
        self._left = 0  # of the chunk
        self._is_behind_chunk = False
        self._behind = -1  # bytes behind the last chunk; -1 before it
        self._is_over = False

    def taken(self, data: bytes) -> bytes:
        """Its chunks, or parts of them, each as one of its own."""
        data, self._line = self._line + data, b""
        found: list[bytes] = []
        at = 0
        while at < len(data) and not self.fault:
            if self._is_over:
                self.has_excess = True
                break
            if self._left:
                part = data[at : at + self._left]
                found.append(b"%x\r\n%b\r\n" % (len(part), part))
                at += len(part)
                self._left -= len(part)
                self._is_behind_chunk = not self._left
                continue
            end = data.find(b"\n", at)
            if end < 0 and self._is_worth_waiting_for(data, at):
                self._line = data[at:]
                break
            line = data[at : end + 1] if end >= 0 else data[at:]
            found.append(self._read(line))
            at += len(line)
        return b"".join(found)

    def rest(self) -> bytes:
        """The empty line behind the last chunk, which some leave out."""
        return b"0\r\n\r\n" if self._behind >= 0 and not self._is_over and not self.fault else b""

    def _is_worth_waiting_for(self, data: bytes, at: int) -> bool:
        """Whether what stands at the end of ``data`` may be the beginning of a line."""
        return len(data) - at <= _LONGEST_LINE and (self._behind >= 0 or bool(_MAY_BECOME_ONE.fullmatch(data, at)))

    def _read(self, line: bytes) -> bytes:
        """Take note of ``line``; what it adds to what is passed on."""
        text = line.strip()
        self.is_doubtful |= line != text + b"\r\n"
        if self._behind >= 0:
            self._behind += len(line)
            self._is_over = not text
            if self._behind > _MOST_BEHIND:
                self.fault = "too much stands behind the last chunk"
            return b"0\r\n\r\n" if self._is_over else b""
        if not text and self._is_behind_chunk:
            self._is_behind_chunk = False
        elif size := _SIZE.fullmatch(text):
            self.is_doubtful |= self._is_behind_chunk  # what ends a chunk is not there
            self._left = int(size[1], 16)
            self._behind = -1 if self._left else 0
            self._is_behind_chunk = False
        else:
            self.fault = "a chunk does not begin with its size"
        return b""
