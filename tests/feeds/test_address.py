"""Addresses: what the user wrote, as it can be asked for."""

from __future__ import annotations

import pytest

from monitor.config.settings import can_be_polled
from monitor.feeds.fetch.url import address

BAD = [
    "http://[::1",
    "http://127.0.0.1:99999/",
    "http://a..b/",
    "http:///feed",
    f"http://{'я' * 70}.example/",
    "http://",
]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("http://пример.испытание/feed", "http://xn--e1afmkfd.xn--80akhbyknj4f/feed"),
        ("http://user:pa%40ss@ПРИМЕР.рф:8080/x", "http://user:pa%40ss@xn--e1afmkfd.xn--p1ai:8080/x"),
        ("http://рф:рф@рф/рф?рф=%2f", "http://рф:рф@xn--p1ai/%D1%80%D1%84?%D1%80%D1%84=%2f"),
        ("https://a.example/%7Ex?a=b+c&&d#e", "https://a.example/%7Ex?a=b+c&&d#e"),
        ("https://faß.de/", "https://xn--fa-hia.de/"),
    ],
)
def test_E28_only_what_a_request_cannot_carry_is_encoded(written: str, asked: str) -> None:
    assert str(address(written)) == asked
    assert can_be_polled(written)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/a b?c d#e f", "/a%20b?c%20d#e%20f"),
        ("/a\tb\r\nX: y", "/a%09b%0D%0AX:%20y"),
        ("/\udce9", "/%E9"),
        ("//пример.рф/ я", "//xn--e1afmkfd.xn--p1ai/%20%D1%8F"),
    ],
)
def test_H21_what_a_redirect_may_hold_is_encoded(written: str, asked: str) -> None:
    assert str(address(written)) == asked


@pytest.mark.parametrize("written", BAD)
def test_what_is_no_address_is_refused_by_the_configuration(written: str) -> None:
    assert not can_be_polled(written)


@pytest.mark.parametrize("written", BAD[:3])
def test_what_is_no_address_raises_a_value_error(written: str) -> None:
    with pytest.raises(ValueError):
        address(written)


@pytest.mark.parametrize(
    "written",
    ["http://u:s3cret@host:99999/", "http://u:s3cret/x@h/", "http://u:s3cret@[::1/", "http://u:s3@cr:et@h:p/"],
)
def test_H28_what_is_said_of_an_address_holds_no_part_of_it(written: str) -> None:
    with pytest.raises(ValueError) as caught:
        address(written)
    assert "s3" not in str(caught.value)
