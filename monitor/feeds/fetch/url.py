"""A feed's address as it is asked for: byte for byte as the user wrote it, but for what a request cannot carry."""

from __future__ import annotations

import re
from urllib.parse import quote

from yarl import URL

_PARTS = re.compile(r"((?:\w+:)?//(?:[^/?#]*@)?)([^/?#:@]+)(.*)", re.DOTALL)
_NOT_TO_BE_SENT = re.compile(r"[^!-~]+")


def address(written: str) -> URL:
    """``written`` as an address to be asked for. Raises ValueError when it cannot be one, in words that hold no part of
    it: it may hold a password.

    Escapes stay as they are, because servers tell ``%2F`` from ``/``; only spaces and letters beyond ASCII are encoded,
    those of the host by IDNA (RFC 5891), the others in UTF-8 (RFC 3987), or as the bytes that they came as in a header.
    """
    if _NOT_TO_BE_SENT.search(written):
        parts = _PARTS.match(written)
        start, host, rest = parts.groups() if parts else ("", "", written)
        written = start + _idna(host) + _sendable(rest)
    try:
        url = URL(written, encoded=True)
        _ = url.port, url.host  # yarl looks at these when it is asked for them, and raises only then
        host = url.raw_host or ""
        host.encode("idna")  # as the resolver will; "a..b" is not a name
    except ValueError as error:
        raise ValueError("its host or its port cannot be one") from error
    if _NOT_TO_BE_SENT.search(host):
        raise ValueError("its host is not a name")
    return url


def _sendable(text: str) -> str:
    return _NOT_TO_BE_SENT.sub(lambda part: quote(part[0].encode("utf-8", "surrogateescape")), text)


def _idna(host: str) -> str:
    try:
        return host if host.isascii() else URL.build(scheme="http", host=host).raw_host or ""
    except ValueError:
        return host  # not a name, which the caller finds out
