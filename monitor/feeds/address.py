"""A feed's address as it is asked for: byte for byte as the user wrote it, but for what a request cannot carry."""

from __future__ import annotations

import re
from urllib.parse import quote

from yarl import URL

_PARTS = re.compile(r"(\w+://(?:[^/?#]*@)?)([^/?#:@]+)(.*)", re.DOTALL)
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


def address(written: str) -> URL:
    """``written`` as an address to be asked for. Raises ValueError when it cannot be one.

    Escapes stay as they are, because servers tell ``%2F`` from ``/``; only letters beyond ASCII are encoded, those of
    the host by IDNA (RFC 5891), the others in UTF-8 (RFC 3987).
    """
    if not written.isascii():
        parts = _PARTS.match(written)
        start, host, rest = parts.groups() if parts else ("", "", written)
        written = start + _idna(host) + _BEYOND_ASCII.sub(lambda letters: quote(letters[0]), rest)
    url = URL(written, encoded=True)
    try:
        _ = url.port, url.host  # yarl looks at these when it is asked for them, and raises only then
        (url.raw_host or "").encode("idna")  # as the resolver will; "a..b" is not a name
    except UnicodeError as error:
        raise ValueError("its host is not a name") from error
    return url


def _idna(host: str) -> str:
    try:
        return host if host.isascii() else URL.build(scheme="http", host=host).raw_host or ""
    except UnicodeError:
        return host  # not a name, which the caller finds out
