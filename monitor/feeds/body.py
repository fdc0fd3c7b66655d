"""The body of an answer, unpacked and bounded.

It is unpacked here and not by the HTTP library, for three reasons: what counts is both what travels and what comes out
of it, the body of a redirect or a refusal is never unpacked at all, and what is understood (gzip and deflate, as we
asked for) does not depend on which other packages happen to be installed.
"""

from __future__ import annotations

import re
import zlib

import aiohttp

from monitor.model import FetchFailed
from monitor.text.clean import single_line

ACCEPTED = "gzip, deflate"
"""What a request says it understands (RFC 9110 section 12.5.3)."""
_GZIP = ("gzip", "x-gzip")  # RFC 9110 section 8.4.1.3
# No coding at all: what servers say instead of nothing, charsets among it.
_NO_CODING = re.compile(r"|identity|none|binary|[78]bit|utf-?8|us-ascii|iso-8859-\d+|windows-125\d")
_MOST_MEMBERS = 100
"""Of one gzip stream (RFC 1952 section 2.2). A feed is one or a few; thousands of empty ones only cost time."""


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes | FetchFailed:
    """The body of ``response``, unpacked; neither it nor what travels may be larger than ``limit`` bytes.

    A stream of gzip that ends early in an answer that does not is read as far as it goes: whether a feed's end is
    missing is seen in the document. Raises what aiohttp does when the answer breaks off.
    """
    status = response.status
    said = ",".join(response.headers.getall("Content-Encoding", ())).lower().split(",")
    coding = ", ".join(name for name in map(str.strip, said) if not _NO_CODING.fullmatch(name))
    if coding not in ("", "deflate", *_GZIP):
        return FetchFailed("encoding", f"encoded as {single_line(coding, 80)}, which was not asked for", status=status)
    too_large = FetchFailed("too-large", f"the document is larger than {limit:,} bytes", status=status)
    if (response.content_length or 0) > limit:
        return too_large
    unpacker = _Unpacker(coding) if coding else None
    body = bytearray()
    travelled = 0
    async for chunk in response.content.iter_any():
        travelled += len(chunk)
        try:
            body += unpacker.unpack(chunk, limit - len(body)) if unpacker else chunk
        except zlib.error:
            return FetchFailed("encoding", f"the document is not {coding}, as its header says", status=status)
        if max(travelled, len(body)) > limit:
            return too_large
    return bytes(body)


class _Unpacker:
    """One body in gzip or deflate, piece by piece."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding in _GZIP
        self._members = 0
        self._stream: zlib._Decompress | None = None
        self._finished = False

    def unpack(self, packed: bytes, room: int) -> bytes:
        """What ``packed`` adds. Of more than ``room`` bytes, one more than that, as the caller gives up then. Raises
        zlib.error.
        """
        added = b""
        while packed and not self._finished and len(added) <= room:
            stream = self._stream = self._stream or self._begin(packed)
            added += stream.decompress(packed, room + 1 - len(added))
            if not stream.eof:
                break
            packed = stream.unused_data
            self._stream = None
            # Another member begins as the first did; anything else is padding, which servers do send.
            self._finished = not self._gzip or (bool(packed) and packed[0] != 0x1F)
        return added

    def _begin(self, packed: bytes) -> zlib._Decompress:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise zlib.error("too many members")
        if self._gzip:
            return zlib.decompressobj(16 + zlib.MAX_WBITS)
        # "deflate" means zlib's format (RFC 1950), but many servers send the bare stream (RFC 9110 section 8.4.1.2).
        bare = packed[0] & 0x0F != 8
        return zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS)
