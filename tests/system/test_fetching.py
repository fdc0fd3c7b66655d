"""The running daemon and the web: what it asks, what it remembers of an answer, and what no answer makes it lose."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import Child, Home, rss, run_monitor, until
from tests.system.history import OFTEN
from tests.system.web import Answer, Site

NEWS = ("n1", "Pakistan applies for BRICS membership")
OLD = ("old", "Nothing of interest")
DATE = ("Date", "Wed, 18 Sep 2024 12:00:00 GMT")


@pytest.fixture
def at(tmp_path: Path, site: Site) -> Callable[..., Home]:
    """A home with these paths of ``site`` as feeds. ``told``: whether first readings are alerted, too."""

    def home(*paths: str, told: bool = False) -> Home:
        alerts = 'group_wait = "0s"\nlimit = 0\nflood = 0\n' + ("baseline = true\n" if told else "")
        return Home(tmp_path, [f"{site.url}{path}" for path in paths], alerts=alerts).write()

    return home


def told(daemon: Child) -> bool:
    return NEWS[1] in daemon.out


def with_etag(etag: str, *items: tuple[str, str]) -> Answer:
    return Answer(rss(*items), headers=[("ETag", etag)])


ODD = [("ETag", 'W/"a b-gzip"'), ("Last-Modified", "Wed, 1 Jan 2025 00:00:00 +0000")]
VALIDATORS = {
    # the second answer, and what the third request asks with; the first answer has the ODD ones
    "E01-the-same": (Answer(status=304, headers=ODD), (ODD[0][1], ODD[1][1])),
    "E03-a-304-without-any": (Answer(status=304), (ODD[0][1], ODD[1][1])),
    "E04-a-304-with-another": (Answer(status=304, headers=[("ETag", '"b"')]), ('"b"', ODD[1][1])),
    "E05-another-of-the-same-body": (Answer(rss(OLD), headers=[("ETag", '"b"')]), ('"b"', "")),
    "E06-a-document-without-any": (Answer(rss(OLD), headers=[DATE]), ("", "")),
}


async def test_E01_E03_E04_E05_E06_the_daemon_asks_with_what_it_was_last_told(
    at: Callable[..., Home], site: Site
) -> None:
    for name, (second, _) in VALIDATORS.items():
        site.script(f"/{name}", Answer(rss(OLD), headers=ODD), second)
    async with at(*(f"/{name}" for name in VALIDATORS)).daemon():
        await until(lambda: all(len(site.asked(f"/{name}")) > 2 for name in VALIDATORS), what="three polls of each")
    for name, (_, expected) in VALIDATORS.items():
        asked = [(one.header("If-None-Match"), one.header("If-Modified-Since")) for one in site.asked(f"/{name}")]
        assert asked[:3] == [("", ""), (ODD[0][1], ODD[1][1]), expected], name


PACKED = b"\x0b\x02\x80" * 30
BROKEN = {
    # How the first answer fails; the second is complete. Each tells a story of its own.
    "closed": ({"cut": 60}, "cotton"),
    "reset": ({"cut": 60, "ending": "reset"}, "railways"),
    "chunked": ({"cut": 60, "framing": "chunked"}, "the courts"),
    "short": ({"length": 60}, "cricket"),
    "truncated": ({"body": rss(OLD).removesuffix(b"</channel></rss>")}, "wheat"),
    "page": ({"body": b"<html><body>Back soon</body></html>"}, "the monsoon"),
    "empty": ({"body": b"", "status": 204}, "elections"),
    "gzip": ({"body": PACKED, "headers": [("ETag", '"a"'), ("Content-Encoding", "gzip")]}, "tariffs"),
    "brotli": ({"body": PACKED, "headers": [("ETag", '"a"'), ("Content-Encoding", "br")]}, "ports"),
}


async def test_E08_H06_validators_of_what_could_not_be_read_are_not_kept_and_its_items_alert(
    at: Callable[..., Home], site: Site
) -> None:
    for name, (fault, subject) in BROKEN.items():
        whole = with_etag('"a"', OLD, (name, f"Pakistan asks BRICS about {subject}"))
        site.script(f"/{name}", replace(whole, **fault), whole)  # type: ignore[arg-type]
    async with at(*(f"/{name}" for name in BROKEN), told=True).daemon() as daemon:
        for name, (_, subject) in BROKEN.items():
            await until(lambda told=f"about {subject}": told in daemon.out, what=f"the alert of {name}")  # type: ignore[misc]
    for name in BROKEN:
        assert not site.asked(f"/{name}")[1].header("If-None-Match"), name


async def test_E09_news_under_an_old_etag_alerts(at: Callable[..., Home], site: Site) -> None:
    site.script("/feed", with_etag('"a"', OLD), Answer(rss(NEWS, OLD), headers=[("ETag", '"a"')], conditional=False))
    async with at("/feed").daemon() as daemon:
        await until(lambda: told(daemon), what="the alert")
    assert site.asked("/feed")[1].header("If-None-Match") == '"a"'


async def test_E31_what_an_answer_of_differences_leaves_out_is_not_removed(at: Callable[..., Home], site: Site) -> None:
    later = ("n2", "Pakistan Stream is delayed")
    differences = Answer(rss(later), 226, headers=[("IM", "feed"), ("ETag", '"b"')])
    end = ("n3", "Pakistan loses its BRICS vote")
    site.script("/feed", with_etag('"a"', NEWS), differences, with_etag('"c"', end, later, NEWS))
    async with at("/feed", told=True).daemon() as daemon:
        await until(lambda: end[1] in daemon.out, what="the last alert")
    assert [daemon.out.count(item[1]) for item in (NEWS, later)] == [1, 1]
    assert not any(request.header("A-IM") for request in site.requests)


async def test_E27_E29_only_feeds_are_asked_for_and_nothing_tells_of_the_user(
    at: Callable[..., Home], site: Site
) -> None:
    async with Site() as elsewhere:
        there = elsewhere.url
        document = f"""<?xml version="1.0"?><?xml-stylesheet href="{there}/style.xsl"?>
            <!DOCTYPE rss SYSTEM "{there}/rss.dtd">
            <rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Test</title>
            <link>{there}/</link><image><url>{there}/logo.png</url></image>
            <item><guid isPermaLink="true">{there}/news</guid><link>{there}/news</link><title>{NEWS[1]}</title>
            <description>&lt;img src="{there}/pixel.gif"&gt;&lt;iframe src="{there}/frame"&gt;</description>
            <enclosure url="{there}/talk.mp3" type="audio/mpeg" length="1"/><media:content url="{there}/photo.jpg"/>
            <comments>{there}/comments</comments></item></channel></rss>"""
        cookie = [("Set-Cookie", "reader=1"), ("Link", f"<{there}/hub>; rel=hub"), ("Refresh", f"1; url={there}/")]
        site.script("/feed", Answer(document.encode(), headers=cookie))
        site.script("/page", Answer(f'<html><link rel="icon" href="{there}/i"><p>No feed'.encode(), headers=cookie))
        async with at("/feed?x=%2F&&#part", "/page", told=True).daemon() as daemon:
            await until(lambda: min(len(site.asked("/feed")), len(site.asked("/page"))) == 2, what="two polls of both")
            await until(lambda: told(daemon), what="the alert")
        assert not elsewhere.connections
    assert {request.target for request in site.requests} == {"/feed?x=%2F&&", "/page"}
    for request in site.requests:
        assert request.header("User-Agent").startswith("news-monitor/")
        assert {name for name, _ in request.headers} == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


async def test_E32_fifty_feeds_of_one_host_share_two_connections(tmp_path: Path, site: Site) -> None:
    paths = [f"/{number}" for number in range(50)]
    for path in paths:
        site.script(path, Answer(rss(OLD), together=2))
    home = Home(tmp_path, [f"{site.url}{path}" for path in paths], polling='interval = "1h"\n').write()
    async with home.daemon():
        await until(lambda: len(site.requests) == 50, what="a request of each")
    assert {request.path for request in site.requests} == set(paths)
    assert (site.most_open, site.most_asked) == (2, 2)


async def test_E33_feeds_of_many_hosts_are_asked_no_more_than_allowed_at_once(tmp_path: Path) -> None:
    async with Site(host="0.0.0.0") as web:
        web.script("/feed", Answer(rss(OLD), together=8))
        urls = [f"http://127.0.1.{number}:{web.port}/feed" for number in range(1, 71)]
        home = Home(tmp_path, urls, polling='interval = "1h"\nconcurrency = 8\n').write()
        async with home.daemon():
            await until(lambda: len(web.requests) == 70, what="a request of each")
        assert web.most_asked == 8
    assert {request.header("Host") for request in web.requests} == {url.split("/")[2] for url in urls}


async def test_E34_a_feed_that_is_listed_twice_is_asked_once(tmp_path: Path, site: Site) -> None:
    site.script("/feed", Answer(rss(OLD)))
    home = Home(tmp_path, [f"{site.url}/feed", f" {site.url}/feed "], polling='interval = "1h"\n').write()
    async with home.daemon() as daemon:
        await until(lambda: "first reading" in daemon.err, what="the first reading")
    assert "already listed on line" in daemon.err
    assert len(site.requests) == 1


async def test_H05_a_server_that_drips_does_not_make_other_feeds_late(at: Callable[..., Home], site: Site) -> None:
    site.script("/slow", Answer(rss(OLD) + b" " * 100_000, drip=0.2))
    site.script("/feed", Answer(rss(OLD)))
    async with at("/slow", "/feed").daemon():
        await until(lambda: len(site.asked("/feed")) == 3, what="three polls of the other")
    assert len(site.asked("/slow")) == 1
    assert site.asked("/slow")[0].ended is None, "it drips on while the other is polled"


async def test_H28_nothing_that_the_program_says_or_keeps_of_failing_feeds_names_a_secret(
    tmp_path: Path, site: Site
) -> None:
    names = ("500", "cut", "page", "loop", "silent", "refusal", "line", "login")
    secret = "user:s3cret@"
    urls = [
        *(f"http://{secret}127.0.0.1:{site.port}/{name}?token=t0k3n" for name in ("well", *names)),
        f"https://{secret}127.0.0.1:{site.port}/tls?token=t0k3n",
        f"http://{secret}127.0.0.1:1/refused?token=t0k3n",
        f"http://{secret}no-such-host.invalid/dns?token=t0k3n",
    ]
    home = Home(tmp_path, urls)
    home.alerts += 'baseline = true\ntrouble_after = "1s"\n'
    home.polling = f'interval = "{OFTEN}s"\nmin_interval = "{OFTEN}s"\nper_host = 16\n'
    home.limits = 'timeout = "2s"\n'
    home.write()
    site.script("/well", Answer(rss(NEWS)))
    site.script("/500", Answer(status=500))
    site.script("/cut", Answer(rss(OLD), cut=10))
    site.script("/page", Answer(b"<html><body>No feed"))
    site.redirect("/loop", "/loop?token=t0k3n")
    site.script("/silent", Answer(ending="silence"))
    # Some servers repeat what they were asked.
    site.script("/refusal", Answer(b'{"error": "s3cret may not use the key t0k3n"}', content_type="application/json"))
    site.script("/line", Answer(raw=[b"HTTP/1.1 404 no /line?token=t0k3n here\r\nContent-Length: 0\r\n\r\n"]))
    site.redirect("/login", "ftp://127.0.0.1/login?back=%2Flogin%3Ftoken%3Dt0k3n")
    failing = [f"feed{number}" for number in range(1, len(urls))]
    async with home.daemon(fresh=True) as daemon:  # for its command line
        await until(lambda: all(f"{name}: " in daemon.err for name in failing), what="a failure of each in the log")
        await until(lambda: "cannot be read" in daemon.out and told(daemon), what="the notice and the alert")
        said = [daemon.out, daemon.err, command_line(daemon)]
    for words in (["feeds", "list", "--json"], ["feeds", "export", "-"], ["status"], ["alerts", "list", "--json"]):
        said += (await run_monitor(*words, "--config", str(home.config)))[1:]
    for name in ("refusal", "line", "login"):
        url = f"http://{secret}127.0.0.1:{site.port}/{name}?token=t0k3n"
        said += (await run_monitor("feeds", "check", url, "--config", str(home.config)))[1:]
    with closing(sqlite3.connect(home.database)) as database:
        database.execute("UPDATE feeds SET url = id")  # where it has to be kept
        said += database.iterdump()
    assert any('INSERT INTO "feeds"' in text for text in said)
    for text in said:
        assert "s3cret" not in text
        assert "t0k3n" not in text


def command_line(child: Child) -> str:
    return Path(f"/proc/{child.process.pid}/cmdline").read_text()


async def test_a_part_that_nobody_asked_for_is_told_as_what_it_is(at: Callable[..., Home], site: Site) -> None:
    whole = rss(("1", "Uno"), ("2", "Due"))
    site.script("/feed", Answer(whole[: whole.index(b"<item>") + 12], 206))
    home = at("/feed")
    code, _, err = await run_monitor("once", "--config", str(home.config))
    assert (code, "the server answered 206, which is a part of the document" in err) == (4, True), err
    site.script("/feed", Answer(whole, 206))
    code, _, err = await run_monitor("once", "--force", "--config", str(home.config))
    assert code == 0, "what is whole is read"
