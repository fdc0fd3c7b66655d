"""Which addresses a feed may lead to."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import ForbiddenAddress
from monitor.feeds.fetch.connections import AddressInfo, PublicResolver, guarded_socket, is_public, open_socket
from tests.feeds.asking import resolves_to


def info(address: str) -> AddressInfo:
    """What the resolver gives for an IPv4 ``address``."""
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_public_internet_may_be_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:7f00:1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:0:7f00:1::",
    ],
)
def test_H22_a_private_address_is_not_public_however_it_is_written(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("text", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "", "localhost", "news.example"])
def test_H22_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize(
    "address",
    [
        "fec0::1",  # site-local (RFC 3879)
        "64:ff9b:1::a00:1",  # NAT64 of a local network (RFC 8215)
        "::127.0.0.1",  # IPv4-compatible (RFC 4291 section 2.5.5.1)
        "::ffff:0:127.0.0.1",  # IPv4-translated (RFC 2765)
        "192.88.99.1",  # relays of 6to4 (RFC 7526)
        "3fff::1",  # examples (RFC 9637)
        "5f00::1",  # segment routing (RFC 9602)
        "2606:4700::5efe:7f00:1",  # ISATAP (RFC 5214)
        "2606:4700::200:5efe:a00:1",
        "168.63.129.16",  # the host service of machines at Azure
    ],
)
def test_H22_doors_to_private_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="127.0.0.0/8"))
def test_H22_no_private_address_passes_wrapped_into_IPv6(address: ipaddress.IPv4Address) -> None:
    high, low = int(address) >> 16, int(address) & 0xFFFF
    assert not is_public(f"::ffff:{address}")
    assert not is_public(f"64:ff9b::{high:x}:{low:x}")
    assert not is_public(f"2002:{high:x}:{low:x}::1")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "192.168.0.1"])
def test_H23_no_socket_is_made_for_a_private_address(address: str) -> None:
    with pytest.raises(ForbiddenAddress, match=address):
        guarded_socket(info(address))


def test_a_socket_for_a_public_address_does_not_block() -> None:
    with guarded_socket(info("8.8.8.8")) as made:
        assert not made.getblocking()
        assert made.family is socket.AF_INET


def test_H25_with_permission_a_socket_is_made_for_a_private_address() -> None:
    with open_socket(info("127.0.0.1")) as made:
        assert not made.getblocking()


async def test_H22_of_the_addresses_of_a_name_only_the_public_ones_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, "127.0.0.1", "8.8.8.8", "169.254.169.254")
    assert [one["host"] for one in await PublicResolver().resolve("news.example", 80)] == ["8.8.8.8"]
