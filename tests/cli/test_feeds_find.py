"""``monitor feeds add`` of a web page, and what ``monitor feeds check`` explains: on a real server and a terminal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from monitor.cli.feeds import check
from monitor.cli.feeds.reading import Reading, addresses
from monitor.config.settings import load
from monitor.model import Entry, FeedSpec, Fetched, Parsed, Validators
from tests.pipeline.bureau import NOON
from tests.support import NewsServer, Page, rss, run_monitor
from tests.terminal import Terminal

BEFORE = '[[feeds]]\nurl = "https://www.dawn.com/feeds/home"\nname = "Dawn"\n\n[alerts.console]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(BEFORE, "utf-8")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "p.toml").write_text('title = "P"\nany = ["Pakistan"]\n', "utf-8")
    return tmp_path


@pytest.fixture
async def server() -> AsyncIterator[NewsServer]:
    async with NewsServer() as server:
        yield server


def page(server: NewsServer, path: str, *links: tuple[str, str]) -> str:
    """A web page that names feeds by (address, title); the address of the page."""
    named = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">' for href, title in links
    )
    server.pages[path] = Page(f"<!doctype html><html><head>{named}</head></html>".encode(), content_type="text/html")
    return server.url + path


async def monitor(home: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml")}, cwd=home)


async def on_terminal(home: Path, words: list[str], talk: Callable[[Terminal], None]) -> tuple[int, str]:
    """What ``talk`` leads to on a terminal, while the server of this process goes on."""

    def run() -> tuple[int, str]:
        with Terminal(*words, cwd=home) as terminal:
            talk(terminal)
            return terminal.end(), terminal.shown

    return await asyncio.to_thread(run)


def asked(server: NewsServer) -> list[str]:
    return [request.path for request in server.requests]


# --- a page with feeds -----------------------------------------------------------------------------------------------


async def test_on_a_terminal_the_feeds_of_a_page_are_read_and_offered(home: Path, server: NewsServer) -> None:
    url = page(server, "/", ("/comments/feed", "Site: comments"), ("/feed", "Site \x9b31m"), ("/gone", "Old"))
    server.publish("/feed", ("1", "Pakistan"), ("2", "x"))
    server.publish("/comments/feed", ("1", "x"))
    server.pages["/gone"] = Page(status=404)

    def talk(terminal: Terminal) -> None:
        terminal.expect("is a web page and no feed. It has 3 feeds:\n  1  Site 31m (2 items)\n")
        terminal.expect(f"  2  Old (cannot be read: the server answered 404 Not Found)\n     {server.url}/gone\n")
        terminal.expect("  3  Site: comments (1 item)\n")
        terminal.expect("Which one? (0 for none) [1]:")
        terminal.answer("3")

    code, shown = await on_terminal(home, ["feeds", "add", url, "--allow-private", "--tag", "mine"], talk)
    assert code == 0, shown
    (_, added) = load(home / "config.toml").feeds
    assert (added.url, added.name) == (f"{server.url}/comments/feed", "Test feed")
    assert (added.tags, added.allow_private) == (("mine",), True)
    assert sorted(asked(server)) == ["/", "/comments/feed", "/feed", "/gone"]


@pytest.mark.parametrize("answer", ["n", ""])
async def test_one_feed_is_added_after_a_yes_only(home: Path, server: NewsServer, answer: str) -> None:
    url = page(server, "/", ("/feed", "Site"))
    server.publish("/feed", ("1", "Pakistan"))

    def talk(terminal: Terminal) -> None:
        terminal.expect("Add it? [Y/n]:")
        terminal.answer(answer)

    code, shown = await on_terminal(home, ["feeds", "add", url, "--allow-private"], talk)
    assert (code, len(load(home / "config.toml").feeds)) == ((1, 1) if answer else (0, 2))
    assert ("Nothing was written." in shown) == bool(answer)


async def test_in_a_pipe_feeds_are_listed_and_none_is_added(home: Path, server: NewsServer) -> None:
    url = page(server, "/", ("/feed?token=tok", "Site"), ("/b", "B"))
    server.publish("/feed", ("1", "x"))
    code, out, err = await monitor(home, "feeds", "add", url, "--allow-private")
    assert code == 1
    assert out == (
        f"1\t{server.url}/feed?token=***\tSite\t1 item\n2\t{server.url}/b\tB\tcannot be read: the document is empty\n"
    )
    assert err == (
        "Error: this is a web page and no feed; it has 2 feeds: add one by its address, or with --pick and its number\n"
    )
    code, out, _ = await monitor(home, "feeds", "add", url, "--allow-private", "--json")
    values = json.loads(out)
    assert (code, values["written"]) == (1, False)
    assert [(one["number"], one["title"], one["items"]) for one in values["feeds"]] == [(1, "Site", 1), (2, "B", None)]
    assert (home / "config.toml").read_text("utf-8") == BEFORE


async def test_the_feed_of_a_number_is_picked_without_asking(home: Path, server: NewsServer) -> None:
    url = page(server, "/", ("/a", "A"), ("/b", "B"))
    server.publish("/b", ("1", "x"))
    for number, (code, told) in {
        1: (1, "/a cannot be used as a feed"),
        3: (2, "there are 2 feeds to pick from"),
    }.items():
        found, _, err = await monitor(home, "feeds", "add", url, "--allow-private", "--pick", str(number))
        assert (found, told in err) == (code, True), err
    assert (await monitor(home, "feeds", "add", url, "--allow-private", "--pick", "2"))[0] == 0
    assert load(home / "config.toml").feeds[-1].url == f"{server.url}/b"
    code, _, err = await monitor(home, "feeds", "add", url, "--allow-private", "--pick", "2")
    assert code == 1
    assert "this feed is already listed" in err
    code, _, err = await monitor(home, "feeds", "add", f"{server.url}/b#news", "--allow-private")
    assert code == 1
    assert "this feed is already listed" in err


async def test_what_is_not_read_has_nothing_to_pick_from(home: Path) -> None:
    for option in (["--pick", "1"], ["--guess"]):
        code, _, err = await monitor(home, "feeds", "add", "https://a.example/", "--no-check", *option)
        assert code == 2
        assert "leave out --pick and --guess" in err


async def test_of_many_feeds_five_are_read(home: Path, server: NewsServer) -> None:
    url = page(server, "/", *((f"/{number}", "N") for number in range(8)))
    for number in range(8):
        server.publish(f"/{number}", ("1", "x"))
    _, out, _ = await monitor(home, "feeds", "add", url, "--allow-private")
    assert [line.rpartition("\t")[2] for line in out.splitlines()] == ["1 item"] * 5 + ["not read"] * 3
    assert len(asked(server)) == 6
    assert (await monitor(home, "feeds", "add", url, "--allow-private", "--pick", "8"))[0] == 0
    assert load(home / "config.toml").feeds[-1].url == f"{server.url}/7"


async def test_H25_the_permission_is_for_the_server_of_the_page_only(home: Path, server: NewsServer) -> None:
    async with NewsServer() as router:
        router.publish("/feed", ("1", "x"))
        url = page(server, "/", (f"{router.url}/feed", "Router"))
        code, out, _ = await monitor(home, "feeds", "add", url, "--allow-private")
        assert (code, router.requests) == (1, [])
        assert "127.0.0.1 is not a public address" in out


async def test_only_what_the_page_names_is_asked_for_unless_guessing_is_wanted(home: Path, server: NewsServer) -> None:
    url = page(server, "/news/today")
    server.publish("/rss.xml", ("1", "x"))
    code, out, err = await monitor(home, "feeds", "add", url, "--allow-private")
    assert (code, out) == (1, "")
    assert "The page names no feeds; --guess asks for the usual addresses on its server.\n" in err
    assert asked(server) == ["/news/today"]
    code, out, err = await monitor(home, "feeds", "add", url, "--allow-private", "--guess")
    assert (code, out) == (1, f"1\t{server.url}/rss.xml\tTest feed\t1 item\n")
    server.pages["/rss.xml"] = Page(status=404)
    code, out, err = await monitor(home, "feeds", "add", url, "--allow-private", "--guess")
    assert (code, out) == (1, "")
    assert "The page names no feeds, and its server has none at the usual addresses.\n" in err


async def test_a_link_that_only_looks_like_a_feed_is_not_offered(home: Path, server: NewsServer) -> None:
    url = page(server, "/rss", ("/named", "Named"))
    server.pages["/rss"].body += b'<a href="/rss/help">What is RSS?</a><a href="/rss/sport">Sport</a>'
    server.publish("/rss/sport", ("1", "x"))
    _, out, _ = await monitor(home, "feeds", "add", url, "--allow-private")
    assert out == (
        f"1\t{server.url}/named\tNamed\tcannot be read: the document is empty\n"
        f"2\t{server.url}/rss/sport\tSport\t1 item\n"
    )


@pytest.mark.parametrize("words", [["add"], ["add", "--guess"], ["check"], ["check", "--json"]], ids=" ".join)
async def test_H28_no_failure_says_a_secret(home: Path, server: NewsServer, words: list[str]) -> None:
    private = server.url.replace("://", "://u:secret@")
    page(server, "/page", ("/feed?token=secret", "Site"))
    server.pages["/error"] = Page(status=500)
    server.pages["/bad"] = Page(b"<rss")
    for url in (
        "https://u:secret@no.invalid/f?token=secret",
        "https://u:secret@127.0.0.1:9/f?token=secret",
        *(f"{private}/{path}?token=secret" for path in ("error", "bad", "page")),
    ):
        code, out, err = await monitor(home, "feeds", *words, url, "--allow-private")
        assert (code, "secret" in out + err) == (1, False), out + err


async def test_a_feed_in_another_spelling_is_added_with_a_remark(home: Path) -> None:
    code, _, err = await monitor(home, "feeds", "add", "http://www.dawn.com/feeds/home/", "--no-check")
    assert code == 0
    assert 'It looks like a feed that is listed already: "Dawn", https://www.dawn.com/feeds/home.\n' in err


# --- check -----------------------------------------------------------------------------------------------------------

_FEED = (
    b'<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><title>The Wire</title>'
    b"<language>en-gb</language>"
    b"<item><guid>1</guid><title>Pakistan talks</title><pubDate>Mon, 05 Oct 2026 10:00:00 GMT</pubDate></item>"
    b"<item><guid>2</guid><title>B</title><pubDate>Mon, 05 Oct 2026 09:00:00 GMT</pubDate></item>"
    b"<item><title>C</title><pubDate>Mon, 05 Oct 2026 07:00:00 GMT</pubDate></item>"
    b"<item><guid>4</guid><title>D</title></item></channel></rss>"
)


async def test_check_explains_how_a_feed_would_be_read(home: Path, server: NewsServer) -> None:
    server.pages["/feed"] = Page(_FEED, headers={"Cache-Control": "max-age=3600"})
    code, out, err = await monitor(home, "feeds", "check", f"{server.url}/feed", "--allow-private")
    assert (code, err) == (0, "")
    for line in (
        "format: RSS 2.0, iso-8859-1, language en-gb\n",
        "changes can be asked for: yes, by ETag\n",
        "would be asked every 1 h: the interval is 15 min, the server asks for 1 h (Cache-Control)\n",
        "a new item about every 90 min, by the dates of its items\n",
        "1 item has no guid\n1 item has no date\n",
        "alert for p: Pakistan talks\n",
        "What it holds at its first reading would be stored and not alerted.\n",
    ):
        assert line in out


async def test_check_says_whether_the_first_reading_is_over_or_alerted(home: Path, server: NewsServer) -> None:
    server.publish("/feed", ("1", "x"))
    feed = f'[[feeds]]\nurl = "{server.url}/feed"\nname = "Wire"\nallow_private = true\ninterval = "20m"\n'
    config = home / "config.toml"
    config.write_text(f"{feed}[alerts]\nbaseline = true\n[alerts.console]\n", "utf-8")
    _, out, _ = await monitor(home, "feeds", "check", "wire")
    assert "would be alerted, too: baseline = true under [alerts].\n" in out
    assert "would be asked every 20 min: the interval is 20 min\n" in out
    assert (await monitor(home, "once"))[0] == 0
    code, out, _ = await monitor(home, "feeds", "check", f"{server.url}/feed", "--json")
    values = json.loads(out)
    assert (code, values["first_reading"], values["listed"], values["interval"]) == (0, "over", True, 1200)


async def test_check_of_a_page_names_its_feeds_and_asks_for_none(home: Path, server: NewsServer) -> None:
    url = page(server, "/", ("/feed", "Site"), ("/sport", ""))
    code, out, _ = await monitor(home, "feeds", "check", url, "--allow-private")
    assert code == 1
    assert f"The page names 2 feeds:\n  {server.url}/feed  Site\n  {server.url}/sport\n" in out
    assert asked(server) == ["/"]
    _, out, _ = await monitor(home, "feeds", "check", url, "--allow-private", "--json")
    assert [feed["url"] for feed in json.loads(out)["feeds"]] == [f"{server.url}/feed", f"{server.url}/sport"]


async def test_a_broken_watchlist_keeps_nobody_from_checking_a_feed(home: Path, server: NewsServer) -> None:
    server.publish("/feed", ("1", "Pakistan"))
    (home / "watchlists" / "broken.toml").write_text("any = [", "utf-8")
    code, out, err = await monitor(home, "feeds", "check", f"{server.url}/feed", "--allow-private")
    assert (code, "alert for p: Pakistan" in out) == (0, True)
    assert "broken.toml" in err


async def test_U13_an_address_without_a_scheme_is_tried_with_https_and_then_with_http(
    home: Path, server: NewsServer
) -> None:
    server.pages["/rss"] = Page(rss(("a", "A")))
    bare = f"{server.url.removeprefix('http://')}/rss"
    code, out, _ = await monitor(home, "feeds", "check", bare, "--allow-private", "--json")
    assert code == 0
    assert json.loads(out)["url"] == f"http://{bare}"
    code, _, err = await monitor(home, "feeds", "add", bare, "--allow-private")
    assert (code, err.count("1 item")) == (0, 1)
    assert load(home / "config.toml").feeds[-1].url == f"http://{bare}"
    code, _, err = await monitor(home, "feeds", "add", bare, "--allow-private")
    assert code == 1
    assert "already listed" in err


@pytest.mark.parametrize(
    ("written", "tried"),
    [
        ("dawn.com", ("https://dawn.com", "http://dawn.com")),
        (
            " www.dawn.com/feeds/home?a=1 ",
            ("https://www.dawn.com/feeds/home?a=1", "http://www.dawn.com/feeds/home?a=1"),
        ),
        ("новости.рф:8080/rss", ("https://новости.рф:8080/rss", "http://новости.рф:8080/rss")),
        ("localhost:8000/rss", ("https://localhost:8000/rss", "http://localhost:8000/rss")),
        ("feed://dawn.com/rss", ("https://dawn.com/rss", "http://dawn.com/rss")),
        ("feed:https://dawn.com/rss", ("https://dawn.com/rss",)),
        ("http://dawn.com", ("http://dawn.com",)),
        ("Dawn", ("Dawn",)),
        ("mailto:a@dawn.com", ("mailto:a@dawn.com",)),
        ("user:secret@dawn.com", ("user:secret@dawn.com",)),
    ],
)
def test_U13_only_what_looks_like_a_host_is_taken_for_one(written: str, tried: tuple[str, ...]) -> None:
    assert addresses(written) == tried


async def test_U13_a_listed_feed_is_checked_with_the_permission_that_the_command_gives(
    home: Path, server: NewsServer
) -> None:
    server.pages["/rss"] = Page(rss(("a", "A")))
    with (home / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f'[[feeds]]\nurl = "{server.url}/rss"\nname = "Mine"\n')
    for named in ("Mine", f"{server.url}/rss"):
        code, out, _ = await monitor(home, "feeds", "check", named)
        assert (code, "not a public address" in out) == (1, True)
        code, out, _ = await monitor(home, "feeds", "check", named, "--allow-private", "--json")
        assert code == 0
        assert json.loads(out)["listed"] is True


async def test_what_is_no_address_and_no_name_is_a_usage_error(home: Path) -> None:
    code, out, err = await monitor(home, "feeds", "check", "Dwan")
    assert (code, out) == (2, "")
    assert 'there is no feed "Dwan"' in err


def test_all_that_a_feed_asks_for_is_told() -> None:
    spec = FeedSpec("https://a.example/f", "A", 900.0)
    answer = Fetched("https://b.example/f", 200, rss(), "", Validators(), 120.0, True, "https://b.example/f?key=tok")
    document = Parsed(
        "A", "", (Entry("", "", "x", "", "", None),), False, "https://a.example/", 7200.0, (1, 2), (5, 6), 12
    )
    values = check.facts_of(Reading(spec, answer, document), None, NOON)
    assert (values["first_interval"], values["home"]) == (7200.0, "https://a.example/")
    assert list(check.lines(values)) == [
        "A: 1 item, 89 bytes",
        "format: RSS 2.0, utf-8",
        "moved for good to https://b.example/f?key=***: taken up once the new address has proved itself",
        "changes can be asked for: no, every poll reads the whole document",
        "would be asked every 2 h: the interval is 15 min, the server asks for 2 min (Cache-Control), "
        "the feed asks for 2 h (ttl)",
        "asks not to be polled in these hours (UTC): 1, 2",
        "asks not to be polled on these days (UTC): Saturday, Sunday",
        "1 item has no guid",
        "1 item has no date",
        "12 more items would be left out: there are too many",
        "the document's end is missing",
        "  unknown  x",
        "no configuration: not matched",
        "What it holds at its first reading would be stored and not alerted.",
    ]


def test_H09_what_a_server_calls_its_answer_is_shown_without_escape_codes() -> None:
    spec = FeedSpec("https://a.example/f", "A", 900.0)
    answer = Fetched("https://a.example/f", 200, rss(), "text/xml\x1b[2J\x9b31m\udce9", Validators())
    shown = json.dumps(check.facts_of(Reading(spec, answer, Parsed("A", "", ())), None, NOON), ensure_ascii=False)
    assert shown.isprintable()
    assert "text/xml" in shown
