"""Which addresses a feed may lead to. Checked on the address that is really connected to, so no name can get around it.

A feed's server chooses where redirects go and what its name resolves to. Without this guard it could make the daemon
read from the user's router, cloud metadata service or other programs on the same machine.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult

from monitor.errors import ForbiddenAddress

# Global by the letter of Python's tables, and yet doors to private networks: NAT64 (RFC 6052, RFC 8215), 6to4
# (RFC 3056) and its relays (RFC 7526), site-local (RFC 3879), IPv4-compatible (RFC 4291) and IPv4-translated addresses
# (RFC 2765); examples (RFC 9637) and segment routing (RFC 9602); the host service of every machine at Azure.
_DOORS = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24", "fec0::/10", "::/96", "::ffff:0:0:0/96"),
        *("3fff::/20", "5f00::/16", "168.63.129.16/32"),
    )
)
_ISATAP = 0x5EFE
_UNIVERSAL = 0x0200_0000

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


def is_public(address: str) -> bool:
    """Whether ``address`` (an IP literal) belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if int(ip) >> 32 & 0xFFFF_FFFF & ~_UNIVERSAL == _ISATAP:  # a site's own tunnel (RFC 5214 section 6.1)
            return False
        ip = ip.ipv4_mapped or ip
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip in network for network in _DOORS if network.version == ip.version)
    )


class PublicResolver(ThreadedResolver):
    """Finds the public addresses of a name. Raises ForbiddenAddress where all that it has are others: of several, the
    HTTP library would tell that none could be connected to, and not why.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Each address of ``host`` that is public."""
        found = await super().resolve(host, port, family)
        public = [one for one in found if is_public(one["host"])]
        if found and not public:
            raise ForbiddenAddress(f"{found[0]['host']} is not a public address")
        return public


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
