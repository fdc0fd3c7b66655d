"""Mail addresses and host names as they travel: in ASCII, with the punycode of international domains (RFC 5891).

SMTPUTF8 (RFC 6531), which international local parts need, is not used: few servers offer it to the end.
"""

from __future__ import annotations

import ipaddress
import re
from email.utils import formataddr, getaddresses

_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
_LOCAL = re.compile(r"[!-~]+")


def host_in_ascii(host: str) -> str:
    """``host`` (a name or an IP address) as DNS knows it. Raises ValueError."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("a part of it is empty, too long or not allowed") from error
    if not _HOST.fullmatch(name):
        raise ValueError("it is not a host name")
    return name


def split_address(text: str) -> tuple[str, str]:
    """The name and the address in ``"Desk <desk@example.org>"``, the address in ASCII. Raises ValueError."""
    written = getaddresses([text])
    if len(written) != 1 or not text.isprintable():
        raise ValueError("it is not one address")
    name, address = written[0]
    if address not in text:
        raise ValueError("it holds a space or a remark")
    local, at, domain = address.rpartition("@")
    if not (at and local and domain):
        raise ValueError("it has no part before or after the @")
    if not local.isascii():
        raise ValueError("the part before the @ has to be in ASCII letters")
    if not _LOCAL.fullmatch(local):
        raise ValueError("the part before the @ holds a space")
    literal = domain.startswith("[") and domain.endswith("]") and domain.isascii() and " " not in domain
    return name, f"{local}@{domain if literal else host_in_ascii(domain)}"


def address_in_ascii(text: str) -> str:
    """``text``, an address with or without a name, as the header of a mail can hold it. Raises ValueError."""
    name, address = split_address(text)
    if name.isascii():
        return formataddr((name, address))
    # In its own letters: the mail's policy encodes them.
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + f'" <{address}>'
