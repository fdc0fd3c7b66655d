"""Which addresses a feed may lead to. Checked on the address that is really connected to, so no name can get around it.

A feed's server chooses where redirects go and what its name resolves to. Without this guard it could make the daemon
read from the user's router, cloud metadata service or other programs on the same machine.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from monitor.errors import ForbiddenAddress

# Global by the letter of Python's tables, and yet doors to private networks: NAT64 (RFC 6052, RFC 8215), 6to4
# (RFC 3056), site-local (RFC 3879), IPv4-compatible (RFC 4291) and IPv4-translated addresses (RFC 2765).
_TUNNELS = tuple(
    map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10", "::/96", "::ffff:0:0:0/96"))
)

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


def is_public(address: str) -> bool:
    """Whether ``address`` (an IP literal) belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip in network for network in _TUNNELS if network.version == ip.version)
    )


def guarded_socket(info: AddressInfo) -> socket.socket:
    """A socket for ``info``, for aiohttp's ``socket_factory``. Raises ForbiddenAddress for anything but a public
    address.
    """
    address = str(info[4][0])
    if not is_public(address):
        raise ForbiddenAddress(f"{address} is not a public address")
    return open_socket(info)


def open_socket(info: AddressInfo) -> socket.socket:
    """A socket for ``info`` without a check, for feeds that the user allowed to be private."""
    made = socket.socket(info[0], info[1], info[2])
    made.setblocking(False)
    return made
