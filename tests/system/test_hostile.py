"""Broken and hostile documents over real connections: what is read all the same, what is an error, and that no feed is
another one's trouble.
"""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.feeds.documents import FEEDS
from tests.pipeline.bureau import a_watch
from tests.pipeline.world import HOUR
from tests.support import Home, rss, until
from tests.system.web import Answer, Site
from tests.system.wire import open_wire

OLD = [(f"old{number}", f"Old news {number}") for number in range(5)]


def document(*items: str, channel: str = "") -> bytes:
    """RSS of items as they are written here, after old ones."""
    old = "".join(f"<item><guid>{guid}</guid><title>{title}</title></item>" for guid, title in OLD)
    written = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Test</title>{channel}{written}{old}</channel></rss>'.encode()


# --- what is no feed -------------------------------------------------------------------------------------------------

NO_FEEDS = {
    "page": (Answer((FEEDS / "page.html").read_bytes(), content_type="text/html"), "a web page"),
    "pdf": (Answer((FEEDS / "document.pdf").read_bytes(), content_type="application/pdf"), "a PDF"),
    "image": (Answer((FEEDS / "image.png").read_bytes(), content_type="image/png"), "an image"),
    "json": (Answer((FEEDS / "error.json").read_bytes(), content_type="application/json"), "JSON"),
    "empty": (Answer(b""), "empty"),
    "204": (Answer(b"", 204), "empty"),
}


async def test_H39_what_is_no_feed_is_an_error_of_its_own_and_costs_nothing(tmp_path: Path, site: Site) -> None:
    etag = [("ETag", '"a"')]
    for name, (answer, _) in NO_FEEDS.items():
        whole = Answer(rss(*OLD), headers=etag)
        site.script(f"/{name}", whole, replace(answer, headers=[("ETag", '"b"')]), whole)
    async with open_wire(tmp_path, [a_watch("news", "news")], site, *(f"/{name}" for name in NO_FEEDS)) as world:
        await world.wait(1.5 * HOUR)
        for name, (_, said) in NO_FEEDS.items():
            row = await world.feed(name)
            assert said in row["last_error"], name
            assert (row["etag"], row["items"], row["failures"]) == ('"a"', 5, 1)
        await world.wait(HOUR)
        assert {(await world.feed(name))["last_error"] for name in NO_FEEDS} == {""}
        assert world.told == []
    for name in NO_FEEDS:
        assert [request.header("If-None-Match") for request in site.asked(f"/{name}")] == ["", '"a"', '"a"']


# --- what is broken, and read all the same ---------------------------------------------------------------------------

RUSSIAN = "<guid>1</guid><title>Пакистан подал заявку на вступление в БРИКС</title>"
URDU = "<guid>1</guid><title>پاکستان نے برکس میں شمولیت کی درخواست دے دی</title>"
JAPANESE = "<guid>1</guid><title>パキスタンがBRICS加盟を申請したと外務省が発表した</title>"
DECLARED = b'<?xml version="1.0" encoding="utf-8"?>'
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Test</title><id>x</id>
<entry><id>1</id><title>Pakistan joins</title></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><title>Test</title></channel><item><title>Pakistan joins</title><link>https://a.example/1</link></item></rdf:RDF>"""
OLD_ATOM = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Test</title>
<entry><id>1</id><title>Pakistan joins</title></entry></feed>"""
OLD_RSS = '<rss version="0.91"><channel><title>Test</title><item><title>Pakistan joins</title></item></channel></rss>'
JSON_FEED = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Pakistan joins"}]}
JOINS = "<guid>1</guid><title>Pakistan joins</title>"
READ = {
    # what is sent, the term, the headline that has to be told
    "H07-cp1251": (DECLARED + document(RUSSIAN).decode().encode("cp1251"), "Пакистан", RUSSIAN[21:-8]),
    "H07-koi8-r": (DECLARED + document(RUSSIAN).decode().encode("koi8-r"), "БРИКС", RUSSIAN[21:-8]),
    "H07-windows-1256": (
        DECLARED + document(URDU).decode().encode("cp1256", "xmlcharrefreplace"),
        "پاکستان",
        URDU[21:-8],
    ),
    "H07-shift-jis": (DECLARED + document(JAPANESE).decode().encode("shift_jis"), "BRICS", JAPANESE[21:-8]),
    "H08-mark": (b"\xef\xbb\xbf\n\n" + document(JOINS), "Pakistan", "Pakistan joins"),
    "H08-utf-16": (document(JOINS).decode().encode("utf-16"), "Pakistan", "Pakistan joins"),
    "H08-utf-32": (document(JOINS).decode().encode("utf-32"), "Pakistan", "Pakistan joins"),
    "H08-warning": (
        b"Warning: mysql_connect() in /srv/a.php on line 3\n" + document(JOINS),
        "Pakistan",
        "Pakistan joins",
    ),
    "H12-surrogate": (document("<guid>1</guid><title>Pakistan &#xD800; joins</title>"), "Pakistan", "Pakistan joins"),
    "H13-controls": (
        document("<guid>1\0\x07</guid><link>https://a.example/\x1b1</link><title>Pakistan\0\x1b joins</title>"),
        "Pakistan",
        "Pakistan joins",
    ),
    "H40-ampersand": (document("<guid>1</guid><title>AT&T buys R&D</title>"), "AT&T", "AT&T buys R&D"),
    "H41-twice": (
        document("<guid>1</guid><title>Pakistan&amp;#8217;s &amp;amp; India&amp;#8217;s talks</title>"),
        "Pakistan",
        "Pakistan\u2019s & India\u2019s talks",
    ),
    "H41-tags": (
        document("<guid>1</guid><title>In&lt;br&gt;Pakistan&lt;p&gt;today</title>"),
        "Pakistan",
        "In Pakistan today",
    ),
    "H42-entities": (
        document("<guid>1</guid><media:group/><title>Pakistan&nbsp;joins</title>"),
        "Pakistan",
        "Pakistan joins",
    ),
    "H43-atom": (ATOM.encode(), "Pakistan", "Pakistan joins"),
    "H43-rdf": (RDF.encode(), "Pakistan", "Pakistan joins"),
    "H43-atom-0.3": (OLD_ATOM.encode(), "Pakistan", "Pakistan joins"),
    "H43-rss-0.91": (OLD_RSS.encode(), "Pakistan", "Pakistan joins"),
    "H43-json": (json.dumps(JSON_FEED).encode(), "Pakistan", "Pakistan joins"),
}


@pytest.mark.parametrize("name", READ)
async def test_H07_H08_H12_H13_H40_H41_H42_H43_what_is_broken_or_old_is_read_matched_and_told_once(
    name: str, tmp_path: Path, site: Site
) -> None:
    body, term, headline = READ[name]
    site.script("/feed", Answer(document()), Answer(body))
    async with open_wire(tmp_path, [a_watch("wanted", term)], site, "/feed") as world:
        await world.wait(3.5 * HOUR)
        assert world.told == [headline]
        assert (await world.feed("feed"))["last_error"] == ""
    assert len(site.requests) == 4


async def test_H08_one_feed_in_many_encodings_is_one_feed(tmp_path: Path, site: Site) -> None:
    clean = document(RUSSIAN)
    text = clean.decode()
    site.script(
        "/feed",
        Answer(clean),
        Answer(b"\xef\xbb\xbf" + clean),
        Answer(text.encode("utf-16")),
        Answer(text.encode("utf-32")),
        Answer(clean, content_type="application/rss+xml; charset=iso-8859-1"),
        Answer(clean, content_type="text/xml; charset=no-such-thing"),
        Answer(b'<?xml version="1.0" encoding="windows-1251"?>' + text.encode("cp1251"), content_type="text/plain"),
        Answer(b"<br /><b>Warning</b>: include() on line 3<br />\n" + clean),
        Answer(clean),
    )
    async with open_wire(tmp_path, [a_watch("all", "Пакистан", "news")], site, "/feed") as world:
        for _ in range(9):
            await world.wait(HOUR + 1)
            assert ((await world.feed("feed"))["items"], (await world.feed("feed"))["last_error"]) == (6, "")
        assert (world.told, world.notices) == ([], [])


# --- poison ----------------------------------------------------------------------------------------------------------


@functools.cache
def bomb(coding: str) -> bytes:
    """200 million blanks, packed."""
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS + (16 if coding == "gzip" else 0))
    return b"".join(packer.compress(b" " * 1_000_000) for _ in range(200)) + packer.flush()


def inside(*parts: str, declared: str = "") -> Answer:
    """A document with these in one item."""
    return Answer(declared.encode() + document("".join(parts)))


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def poison(canary: Site, secret: Path) -> Iterator[tuple[str, Answer]]:
    """One answer of each kind that has ever hurt a reader of feeds."""
    yield "laughs", inside("<title>&l9;</title>", declared=f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>')
    yield "quadratic", inside(f"<title>{'&a;' * 9000}</title>", declared=f'<!DOCTYPE rss [<!ENTITY a "{"a" * 9000}">]>')
    for name, target in (("file", secret.as_uri()), ("url", f"{canary.url}/entity")):
        doctype = f'<!DOCTYPE rss SYSTEM "{canary.url}/dtd" [<!ENTITY x SYSTEM "{target}">'
        doctype += f'<!ENTITY % y SYSTEM "{target}"> %y;]>'
        yield f"entity-{name}", inside("<title>Pakistan &x;</title>", declared=doctype)
    yield "gzip", Answer(bomb("gzip"), headers=[("Content-Encoding", "gzip")])
    yield "deflate", Answer(bomb("deflate"), headers=[("Content-Encoding", "deflate")])
    yield "gzip-gzip", Answer(gzip.compress(bomb("gzip")), headers=[("Content-Encoding", "gzip, gzip")])
    yield "redirect-bomb", Answer(bomb("gzip"), 302, headers=[("Location", "/laughs"), ("Content-Encoding", "gzip")])
    yield "endless", Answer(itertools.repeat(b"<item>" * 10_000))
    yield "headers", Answer(raw=[b"HTTP/1.1 200 OK\r\n", *(b"X-%d: %b\r\n" % (n, b"y" * 1000) for n in range(10_000))])
    yield "continue", Answer(raw=[b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b"HTTP/1.1 200 OK\r\n\r\n"])
    yield "drip", Answer(document(), drip=0.5)
    yield "reset", Answer(document(), cut=50, ending="reset")
    yield "short", Answer(document(), length=50)
    yield "author", inside(f"<author>{'a@' + 'a.' * 32_000}!</author>")
    yield "attributes", Answer(b"<!DOCTYPE rss><rss " + b" ".join(b"a%d=''" % n for n in range(60_000)) + b"></rss>")
    yield "nested", Answer(b"<!DOCTYPE rss><rss>" + b"".join(b"<t%d>" % n for n in range(100_000)))
    yield "title", inside(f"<title>{'word ' * 1_000_000}</title>")
    yield "items", Answer(document(*(f"<guid>i{n}</guid><title>Item {n}</title>" for n in range(60_000))))
    yield "surrogate", inside("<title>&#xD800;</title>")
    yield "controls", inside("<guid>\0</guid><title>\x1b[2J\x9b\0</title><link>\x07</link>")
    yield (
        "numbers",
        Answer(b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": ' + b"9" * 100_000 + b"}]}"),
    )
    yield "brackets", Answer(b"[" * 1_000_000)
    yield "loop", Answer(status=301, headers=[("Location", "/loop")])
    yield "nowhere", Answer(status=301)
    yield "inside-out", Answer(status=302, headers=[("Location", f"{canary.url}/private")])
    yield "metadata", Answer(status=302, headers=[("Location", "http://169.254.169.254/latest/meta-data")])
    yield "passwd", Answer(status=302, headers=[("Location", secret.as_uri())])
    yield "random", Answer(bytes(n * n % 251 for n in range(10_000)))
    yield "retry-after", Answer(status=500, headers=[("Retry-After", "9" * 40)])
    for name, (answer, _) in NO_FEEDS.items():
        yield name, answer


CYCLES = 5
GOOD = 20


async def test_H01_H02_H03_H19_H20_H44_poison_of_each_kind_costs_good_feeds_nothing(tmp_path: Path, site: Site) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<!ENTITY z 'hunter2'>hunter2")
    async with Site(host="127.0.0.2") as good, Site(host="127.0.0.3") as canary:
        bad = dict(poison(canary, secret))
        for name, answer in bad.items():
            site.script(f"/{name}", answer)
        for feed in range(GOOD):
            news = [(f"{feed}-{n}", f"Pakistan Stream {n * GOOD + feed}") for n in range(CYCLES)]
            documents = (rss(*news[:cycle][::-1], *OLD) for cycle in range(CYCLES + 1))
            good.script(f"/{feed}", *(Answer(body) for body in documents))
        urls = [*(f"{site.url}/{name}" for name in bad), *(f"{good.url}/{feed}" for feed in range(GOOD))]
        watchlist = 'title = "Stream"\nany = ["Pakistan Stream"]\ngroup = "none"\n'
        home = Home(tmp_path, urls, parsers=2, watchlists={"stream.toml": watchlist})
        home.limits = 'timeout = "20s"\nparse_timeout = "20s"\n'
        home.write()
        wanted = {f"Pakistan Stream {number}" for number in range(CYCLES * GOOD)}
        async with home.daemon() as daemon:
            most: list[int] = []

            def is_done() -> bool:
                most.extend(_memory(daemon.process.pid))
                return all(site.asked(f"/{name}") for name in bad) and wanted <= set(_headlines(daemon.out))

            await until(is_done, what="the alerts of the good ones")
            assert daemon.process.returncode is None
        assert not canary.connections
    told = _headlines(daemon.out)
    assert sorted(told) == sorted(wanted)
    for feed in range(GOOD):
        assert len(good.asked(f"/{feed}")) >= CYCLES + 1
    assert max(most) < 300_000, "kilobytes, of the daemon and of each parser"
    with closing(sqlite3.connect(home.database)) as database:
        kept = "\n".join(database.iterdump())
    assert "hunter2" not in kept + daemon.out + daemon.err
    assert "Traceback" not in daemon.err


def _headlines(out: str) -> list[str]:
    return [line.strip() for line in out.splitlines() if line.strip().startswith("Pakistan Stream ")]


def _memory(pid: int) -> Iterator[int]:
    """The most that a process and each of its children ever held, in kilobytes."""
    with suppress(OSError):
        for one in (str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            status = Path(f"/proc/{one}/status").read_text()
            yield from (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
