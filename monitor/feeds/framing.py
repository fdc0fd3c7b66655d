"""Where the body of an answer ends; chunks that are not quite chunks, made so where curl and Python's own client read
them, too.

Lines end with a line feed alone, sizes have blanks around them or what nobody asks for behind them, and what stands
behind the last chunk is no header.
"""

from __future__ import annotations

import re

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
