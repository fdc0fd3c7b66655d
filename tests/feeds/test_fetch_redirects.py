"""Where a server may send us, and what is remembered of it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from monitor.model import Fetched, NotModified, Validators
from tests.feeds.asking import failed, fetch, fetched
from tests.support import rss
from tests.system.web import Answer, Site


async def test_a_redirect_within_the_allowed_origin_is_followed(site: Site) -> None:
    site.redirect("/feed", "/new")
    site.script("/new", Answer(rss(("a", "A"))))
    answer = await fetched(f"{site.url}/feed")
    assert answer.url == f"{site.url}/new"
    assert answer.redirected
    assert not (await fetched(f"{site.url}/new")).redirected


@pytest.mark.parametrize(
    ("hops", "moved"),
    [
        ([], False),
        ([301], True),
        ([308], True),
        ([301, 308, 301], True),
        ([302], False),
        ([303], False),
        ([307], False),
        ([301, 302], False),
        ([302, 301], False),
        ([308, 307, 308], False),
    ],
)
async def test_E23_only_permanent_redirects_all_the_way_are_a_move(hops: list[int], moved: bool, site: Site) -> None:
    for i, status in enumerate(hops):
        site.redirect(f"/{i}", f"/{i + 1}?x=%2F#part", status=status)
    site.script(f"/{len(hops)}", Answer(rss(), headers=[("ETag", '"a"')]))
    expected = f"{site.url}/{len(hops)}?x=%2F" if moved else ""
    secret = site.url.replace("http://", "http://user:secret@")
    assert (await fetched(f"{secret}/0")).moved_to == expected
    unchanged = await fetch(f"{secret}/0", Validators('"a"'))
    assert isinstance(unchanged, NotModified)
    assert unchanged.moved_to == expected


async def test_validators_go_along_to_the_document_that_they_belong_to(site: Site) -> None:
    site.redirect("/feed", "/new")
    site.script("/new", Answer(rss(), headers=[("ETag", '"a"')]))
    first = await fetched(f"{site.url}/feed")
    assert isinstance(await fetch(f"{site.url}/feed", first.validators), NotModified)


@pytest.mark.parametrize("asked", ["600", "Thu, 01 Jan 1970 00:10:00 GMT"])
async def test_E13_a_redirect_that_asks_to_wait_is_followed_and_the_wait_kept(asked: str, site: Site) -> None:
    headers = [("Location", "/new"), ("Retry-After", asked), ("Date", "Thu, 01 Jan 1970 00:00:00 GMT")]
    site.script("/feed", Answer(status=302, headers=headers))
    site.script("/new", Answer(rss(), headers=[("ETag", '"a"')]), Answer(status=304), Answer(status=500))
    assert (await fetched(f"{site.url}/feed")).fresh_for == 600
    unchanged = await fetch(f"{site.url}/feed", Validators('"a"'))
    assert isinstance(unchanged, NotModified)
    assert unchanged.fresh_for == 600
    assert (await failed(f"{site.url}/feed")).retry_after == 600


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_H21_a_circle_of_redirects_ends(status: int, site: Site) -> None:
    site.redirect("/feed", "/other", status=status)
    site.redirect("/other", "/feed", status=status)
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("redirect", status)
    assert len(site.requests) == 6


async def test_H21_five_hops_are_followed_and_thirty_are_not(site: Site) -> None:
    for i in range(30):
        site.redirect(f"/{i}", f"/{i + 1}")
    site.script("/30", Answer(rss()))
    assert (await fetched(f"{site.url}/25")).url == f"{site.url}/30"
    answer = await failed(f"{site.url}/0")
    assert (answer.kind, answer.detail) == ("redirect", "more than 5 redirects")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_H21_a_redirect_without_a_target_is_a_failure_in_words(status: int, site: Site) -> None:
    site.script("/feed", Answer(status=status))
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.detail, answer.status) == ("redirect", "redirected without saying where to", status)


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/a b  c", "/a%20b%20%20c"),
        ("/новое?я=1", "/%D0%BD%D0%BE%D0%B2%D0%BE%D0%B5?%D1%8F=1"),
        ("/é".encode("latin-1"), "/%E9"),
        ("/%D0%BD?x=%2f", "/%D0%BD?x=%2f"),
        (b"/\x7f", "/%7F"),
        ("?only=query", "/old/feed?only=query"),
        ("beside", "/old/beside"),
        ("../above", "/above"),
    ],
)
async def test_H21_a_target_in_any_letters_arrives_encoded(target: str | bytes, asked: str, site: Site) -> None:
    site.script("/old/feed", Answer(status=301, headers=[("Location", target)]))
    await fetch(f"{site.url}/old/feed")
    assert site.requests[1].target == asked


@pytest.mark.parametrize(
    "target", ["http://[::1", "http://127.0.0.1:99999/", "http://a..b/", "//", "http://a b/", "http://"]
)
async def test_H21_a_redirect_to_what_is_no_address_is_a_failure_in_words(target: str, site: Site) -> None:
    site.redirect("/feed", target)
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("redirect", 302)
    assert "Error" not in answer.detail


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://host/x", "gopher://host/x", "data:text/xml,x", "javascript:x"]
)
async def test_H24_a_redirect_out_of_the_web_is_an_error(target: str, site: Site) -> None:
    site.redirect("/feed", target)
    answer = await failed(f"{site.url}/feed")
    assert (answer.kind, answer.status) == ("redirect", 302)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "0x7f.1", "2130706433"]
)
async def test_H22_a_redirect_to_a_private_address_is_not_followed(host: str, site: Site) -> None:
    async with Site() as canary:
        # The feed's own address is allowed to be private, and the permission reaches no further.
        site.redirect("/feed", f"http://{host}:{canary.port}/")
        answer = await failed(f"{site.url}/feed")
        assert not canary.connections
    assert answer.kind in ("forbidden", "address", "connect", "dns")
    assert "allow_private" not in answer.detail


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]"]
)
async def test_H22_no_network_of_the_user_s_own_is_asked(address: str, site: Site) -> None:
    site.redirect("/feed", f"http://{address}/latest/meta-data")
    answer = await failed(f"{site.url}/feed")
    assert answer.kind == "forbidden"
    assert "is not a public address" in answer.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"])
async def test_H22_H25_a_private_address_needs_permission(host: str, site: Site) -> None:
    await failed(f"http://{host}:{site.port}/feed", private=False)
    assert not site.connections
    site.script("/feed", Answer(rss()))
    await fetched(f"{site.url}/feed")


async def test_H23_what_a_name_was_a_moment_ago_does_not_count(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server that gives a public address to whoever looks first, and then our own.
    given = ["93.184.215.14", "127.0.0.1"]
    asked = []

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        address = given.pop(0) if len(given) > 1 else given[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    await asyncio.get_running_loop().getaddrinfo("rebind.example", site.port)
    answer = await failed(f"http://rebind.example:{site.port}/feed", private=False)
    assert asked == ["rebind.example"] * 2
    assert answer.kind == "forbidden"
    assert not site.connections


async def test_the_failure_names_the_host_that_failed(site: Site) -> None:
    site.redirect("/feed", "http://no-such-host.invalid/")
    answer = await failed(f"{site.url}/feed")
    assert answer.kind in ("dns", "connect")
    assert "no-such-host.invalid" in answer.detail
    assert answer.status == 0


async def test_H03_the_body_of_a_redirect_is_not_read(site: Site) -> None:
    def bomb() -> object:
        while True:
            yield bytes(65_536)

    site.script("/feed", Answer(bomb(), 302, headers=[("Location", "/new"), ("Content-Encoding", "gzip")]))  # type: ignore[arg-type]
    site.script("/new", Answer(rss()))
    assert isinstance(await fetch(f"{site.url}/feed"), Fetched)
    first = site.requests[0]
    assert first.sent < 20_000_000, "only what lies in the kernel's buffers"
