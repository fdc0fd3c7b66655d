"""``monitor feeds import`` and ``export``, on real files and a real server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli.feeds.imports import Look, is_private, plan, refusal, same_feed
from monitor.config.settings import load
from monitor.feeds.lists import opml
from monitor.feeds.lists.opml import Outline
from monitor.model import FeedSpec
from tests.support import NewsServer, Page, rss, run_monitor
from tests.terminal import Terminal

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "opml"
BEFORE = (
    "# my feeds\n[[feeds]]\n"
    'url = "https://www.dawn.com/feeds/home" # the oldest\nname = "Dawn"\n\n[alerts.console]\n# the end\n'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(BEFORE, "utf-8")
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "watchlists" / "p.toml").write_text('title = "P"\nany = ["Pakistan"]\n', "utf-8")
    return tmp_path


async def monitor(home: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml")}, cwd=home)


def write(home: Path, *outlines: str) -> str:
    text = f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'
    (home / "list.opml").write_text(text, "utf-8")
    return "list.opml"


def outline(url: str, name: str = "", more: str = "") -> str:
    return f'<outline text="{name}" xmlUrl="{url}" {more}/>'


# --- import ----------------------------------------------------------------------------------------------------------


async def test_feeds_are_added_and_all_else_stays_as_it_is(home: Path) -> None:
    file = write(
        home,
        f'<outline text="Asia">{outline("https://a.example/rss", "A", "language=&quot;en&quot;")}</outline>'.replace(
            "&quot;", '"'
        ),
        outline("https://b.example/rss"),
    )
    code, out, err = await monitor(home, "feeds", "import", file, "--tag", "mine")
    assert (code, out) == (0, ""), err
    added = (
        '[[feeds]]\nurl = "https://a.example/rss"\nname = "A"\nlanguage = "en"\ntags = ["mine", "Asia"]\n\n'
        '[[feeds]]\nurl = "https://b.example/rss"\ntags = ["mine"]\n\n'
    )
    assert (home / "config.toml").read_text("utf-8") == BEFORE.replace("[alerts", f"{added}[alerts")
    assert err == (
        "2 feeds added.\n"
        "None of them was read: `monitor feeds check URL` reads one, `monitor once --dry-run` all of them.\n"
        "What a feed holds at its first reading is not alerted.\n"
        "A running daemon takes it up within two seconds.\n"
    )


async def test_a_dry_run_shows_the_diff_and_writes_nothing(home: Path) -> None:
    file = write(home, outline("https://a.example/rss", "A"))
    code, out, err = await monitor(home, "feeds", "import", file, "--dry-run")
    assert code == 0
    assert '+url = "https://a.example/rss"\n' in out
    assert err.startswith("1 feed would be added.\n")
    assert err.endswith("Nothing was written.\n")
    assert (home / "config.toml").read_text("utf-8") == BEFORE


async def test_what_is_listed_already_is_left_out_whatever_its_spelling(home: Path) -> None:
    file = write(home, outline("https://www.dawn.com/feeds/home"), outline("http://WWW.dawn.com/feeds/home/#x"))
    code, out, err = await monitor(home, "feeds", "import", file)
    assert (code, out) == (0, "")
    assert err == (
        "0 feeds added, 2 listed already.\n"
        "listed already: http://www.dawn.com/feeds/home/, as https://www.dawn.com/feeds/home\n"
        "Nothing was written.\n"
    )
    assert (home / "config.toml").read_text("utf-8") == BEFORE


async def test_a_list_comes_on_standard_input_and_scripts_get_all_of_it(home: Path) -> None:
    body = f"<opml><body>{outline('https://a.example/?token=tok', 'A')}{outline('exec:x', 'E')}</body></opml>"
    with Terminal("feeds", "import", "-", "--json", "--dry-run", cwd=home) as terminal:
        terminal.answer(body)
        terminal.answer("\x04")
        assert terminal.end() == 0
        values = json.loads(terminal.shown[terminal.shown.index("{\n") :])
    assert values["written"] is False
    assert values["added"] == [{"url": "https://a.example/?token=***", "name": "A"}]
    assert values["refused"] == [{"name": "E", "why": "exec: is not the web"}]
    assert values["listed"] == values["unreadable"] == []
    assert values["beyond"] == 0


async def test_H35_what_is_not_the_web_is_refused_with_a_line_each_and_the_rest_is_kept(home: Path) -> None:
    bad = ["exec:~/bin/x --token=tok", "filter:cat:https://x.example", "file:///etc/passwd", "javascript:alert(1)"]
    bad += [
        "ftp://x.example/rss",
        "/rss",
        "https://a b.example/",
        "https:///rss",
        "",
        "https://x.example/" + "x" * 5_000,
    ]
    file = write(
        home,
        *(outline(url, f"bad {number}\u202e&#x9b;") for number, url in enumerate(bad)),
        *(outline("exec:x", "more") for _ in range(3)),
        outline("https://a.example/rss", "A"),
        outline("http://192.168.0.1/rss", "Router"),
    )
    code, _, err = await monitor(home, "feeds", "import", file)
    assert code == 0
    assert "2 feeds added, 13 refused.\n" in err
    for line in (
        'refused: "bad 0": exec: is not the web\n',
        'refused: "bad 2": file: is not the web\n',
        'refused: "bad 5": its address is relative\n',
        'refused: "bad 8": it has no address\n',
        'refused: "bad 9": its address is longer than 4,096 characters\n',
        "  and 3 more like that; --json lists all\n",
        "1 of them is in a private network, and not read before you set allow_private = true there.\n",
    ):
        assert line in err
    assert "tok" not in err
    feeds = load(home / "config.toml").feeds
    assert [(feed.name, feed.allow_private) for feed in feeds[1:]] == [("A", False), ("Router", False)]


async def test_F16_what_is_no_feed_is_named_with_its_reason(home: Path) -> None:
    file = write(
        home,
        '<outline text="A page" type="link" url="https://b.example/rss"/>',
        '<outline text="A site" type="rss" htmlUrl="https://c.example/?token=tok"/>',
        '<outline text="Scraped" type="HTML+XPath" xmlUrl="https://d.example/"/>',
        outline("https://a.example/rss", "A"),
    )
    code, out, err = await monitor(home, "feeds", "import", file, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["refused"] == [
        {"name": "A page", "why": "it is a link to a page, not a feed"},
        {"name": "A site", "why": "it names a page but no feed; monitor feeds add finds the feeds of a page"},
        {"name": "Scraped", "why": "it is a web page that the other reader takes apart by its own rules, not a feed"},
    ]


async def test_F15_a_list_that_breaks_off_is_taken_as_far_as_it_goes_and_said_to_be_cut(home: Path) -> None:
    file = home / "cut.opml"
    file.write_text(f'<opml><body>{outline("https://a.example/rss", "A")}<outline text="B" xmlU', "utf-8")
    code, _, err = await monitor(home, "feeds", "import", str(file))
    assert code == 0
    assert "1 feed added.\n" in err
    assert "warning: the file breaks off; feeds behind its last line are missing\n" in err


async def test_H35_a_list_with_entities_is_refused_as_a_whole(home: Path) -> None:
    text = f'<!DOCTYPE opml [<!ENTITY a "x">]><opml><body>{outline("https://a.example/", "&a;")}</body></opml>'
    (home / "bomb.opml").write_text(text, "utf-8")
    code, out, err = await monitor(home, "feeds", "import", "bomb.opml")
    assert (code, out) == (1, "")
    assert err == "Error: bomb.opml: defines entities (line 1), which no list of feeds needs\n"
    assert (home / "config.toml").read_text("utf-8") == BEFORE


@pytest.mark.long
async def test_H35_of_50_000_feeds_the_first_5_000_are_taken(home: Path) -> None:
    file = write(home, *(outline(f"https://h{number}.example/rss", "News") for number in range(50_000)))
    code, _, err = await monitor(home, "feeds", "import", file)
    assert code == 0
    assert err.startswith(
        "5,000 feeds added.\nThe list is cut: 45,000 more feeds stand behind its first 5,000; split it.\n"
    )
    feeds = load(home / "config.toml").feeds
    assert len(feeds) == 5_001
    assert len({feed.name for feed in feeds}) == 5_001


async def test_H35_a_configuration_that_could_not_be_read_again_is_never_written(home: Path) -> None:
    before = BEFORE + f"# {'x' * 997}\n" * 4_995  # not quite 5 MB
    (home / "config.toml").write_text(before, "utf-8")
    file = write(home, *(outline(f"https://a.example/{'x' * 2_000}{number}") for number in range(3)))
    code, out, err = await monitor(home, "feeds", "import", file)
    assert (code, out) == (1, "")
    assert "Nothing was written: config.toml would be larger than 5 MB" in err
    assert (home / "config.toml").read_text("utf-8") == before


async def test_files_that_cannot_be_read_are_told(home: Path) -> None:
    (home / "config2.opml").write_bytes(b"\x89PNG\r\n\x1a\n")
    for file, told in (
        ("missing.opml", "missing.opml: cannot be read: No such file or directory"),
        ("config2.opml", "config2.opml: is not well-formed XML"),
        ("config.toml", "config.toml: is not well-formed XML"),
    ):
        code, out, err = await monitor(home, "feeds", "import", file)
        assert (code, out) == (1, "")
        assert told in err


async def test_with_check_only_what_can_be_read_is_added_and_named_by_itself(home: Path) -> None:
    async with NewsServer() as server:
        server.publish("/private", ("1", "Pakistan"))
        file = write(home, outline(f"{server.url}/private"), outline("https://no.invalid/rss", "Gone"))
        code, out, err = await monitor(home, "feeds", "import", file, "--check")
        assert server.requests == []
    assert (code, out) == (1, "")
    assert "0 feeds added, 2 cannot be read.\n" in err
    assert "127.0.0.1 is not a public address; if it is meant to be there: monitor feeds add --allow-private\n" in err
    assert "left out: https://no.invalid/rss: the name no.invalid cannot be resolved\n" in err
    assert (home / "config.toml").read_text("utf-8") == BEFORE


def test_with_check_the_progress_is_shown_on_a_terminal(home: Path) -> None:
    write(home, outline("http://127.0.0.1:9/a"), outline("http://127.0.0.1:9/b"))
    with Terminal("feeds", "import", "list.opml", "--check", cwd=home) as terminal:
        terminal.expect("Reading the feeds")
        terminal.expect("2/2")
        terminal.expect("0 feeds added, 2 cannot be read.")
        assert terminal.end() == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the collection of real lists is not here")
def test_real_lists_can_be_imported_one_after_the_other(home: Path) -> None:
    from monitor.toml import edit

    text = BEFORE
    for path in sorted(SHARED.glob("*.opml")):
        feeds = load(home / "config.toml", text).feeds
        result = plan(opml.read(path.read_bytes()).feeds, feeds)
        assert not result.refused, path.name
        text = edit.append_tables(text, "feeds", result.new) if result.new else text
    feeds = load(home / "config.toml", text).feeds
    assert len(feeds) > 500
    assert len({same_feed(feed.url) for feed in feeds}) == len(feeds)
    again = edit.append_tables("", "feeds", plan(opml.read(opml.written(feeds).encode()).feeds, []).new)
    assert {feed.url: feed for feed in load(home / "config.toml", again).feeds} == {feed.url: feed for feed in feeds}


# --- what becomes of each feed ---------------------------------------------------------------------------------------


def spec(url: str, name: str) -> FeedSpec:
    return FeedSpec(url, name, 900.0)


def test_a_feed_in_two_folders_is_one_feed_with_two_tags() -> None:
    two = [Outline("https://a.example/f", "A", ("One",)), Outline("http://a.example/f/", "A", ("Two", "One"))]
    assert plan(two, []).new == [{"url": "https://a.example/f", "name": "A", "tags": ["One", "Two"]}]


def test_feeds_of_one_name_are_told_apart() -> None:
    outlines = [Outline(f"https://{host}.example/{path}", "News") for host, path in ("ax", "bx", "by", "bz")]
    outlines.append(Outline("https://c.example/", "news (B.example) 2"))
    names = [table["name"] for table in plan(outlines, [spec("https://x.example/", "NEWS")]).new]
    assert names == [
        "News (a.example)",
        "News (b.example)",
        "News (b.example) 2",
        "News (b.example) 3",
        "news (B.example) 2 (c.example)",
    ]


def test_another_users_feed_is_another_feed() -> None:
    assert same_feed("https://a:x@n.example/f") != same_feed("https://b:x@n.example/f")
    assert same_feed("https://a:x@n.example/f") != same_feed("https://n.example/f")


def test_what_a_look_has_shown_fills_what_the_list_leaves_out() -> None:
    outlines = [Outline("https://a.example/", "", (), ""), Outline("https://b.example/", "B", (), "ur")]
    outlines += [Outline("https://c.example/"), Outline("https://d.example/")]
    look = Look("Title", "en")
    looks = {"https://a.example/": look, "https://b.example/": look, "https://c.example/": Look(why="it is a page")}
    result = plan(outlines, [], (), looks)
    assert result.new == [
        {"url": "https://a.example/", "name": "Title", "language": "en"},
        {"url": "https://b.example/", "name": "B", "language": "ur"},
    ]
    assert result.unreadable == [("https://c.example/", "it is a page"), ("https://d.example/", "it was not read")]


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1/", True),
        ("http://[::1]:8080/", True),
        ("http://10.0.0.1/", True),
        ("http://169.254.169.254/", True),
        ("http://localhost/", True),
        ("http://8.8.8.8/", False),
        ("http://news.example/", False),
    ],
)
def test_private_addresses_are_known(url: str, private: bool) -> None:
    assert is_private(url) is private
    assert refusal(url) == ""


# --- export ----------------------------------------------------------------------------------------------------------


async def test_what_is_exported_is_imported_again(home: Path) -> None:
    (home / "config.toml").write_text(
        '[[feeds]]\nurl = "https://a.example/f?a=1&b=2"\nname = "A <b> & \\"Co\\""\nlanguage = "en"\n'
        'tags = ["World, all", "a/b", "c"]\n'
        '[[feeds]]\nurl = "https://b.example/"\n',
        "utf-8",
    )
    before = load(home / "config.toml").feeds
    code, out, err = await monitor(home, "feeds", "export", "out.opml")
    assert (code, out, err) == (0, "", "2 feeds exported.\n")
    code, out, err = await monitor(home, "feeds", "import", "out.opml")
    assert err.startswith("0 feeds added, 2 listed already.\n")
    (home / "config.toml").write_text("", "utf-8")
    assert (await monitor(home, "feeds", "import", "out.opml"))[0] == 0
    assert load(home / "config.toml").feeds == before


async def test_H28_no_export_holds_a_secret_unless_it_is_asked_for(home: Path) -> None:
    secrets = ["https://u:secret@a.example/f", "https://b.example/f?api_key=secret", "https://c.example/f#token=secret"]
    tables = "".join(f'[[feeds]]\nurl = "{url}"\nname = "Feed {number}"\n' for number, url in enumerate(secrets))
    (home / "config.toml").write_text(BEFORE + tables, "utf-8")
    code, out, err = await monitor(home, "feeds", "export")
    assert code == 0
    assert "https://www.dawn.com/feeds/home" in out
    assert "secret" not in out + err.replace("--with-secrets", "")
    assert err == (
        "1 feed exported.\nwarning: left out, because an address holds a password or a key: Feed 0, Feed 1, Feed 2; "
        "--with-secrets includes them\n"
    )
    _, out, err = await monitor(home, "feeds", "export", "--with-secrets", "-")
    assert out.count("secret") == 3
    assert err == "4 feeds exported.\n"


async def test_H28_no_import_says_a_secret(home: Path) -> None:
    secret = "https://u:secret@a.example/f?token=secret"
    file = write(home, outline(secret, secret), outline("https://u:secret@" + "b" * 70 + ".example/"), outline(secret))
    for words in ([], [], ["--check"]):
        _, out, err = await monitor(home, "feeds", "import", file, *words)
        assert "secret" not in out + err
    assert load(home / "config.toml").feeds[-1].name == "a.example"


async def test_an_export_replaces_an_old_one_and_nothing_else(home: Path) -> None:
    assert (await monitor(home, "feeds", "export", "out.opml"))[0] == 0
    assert (await monitor(home, "feeds", "export", "out.opml"))[0] == 0
    code, _, err = await monitor(home, "feeds", "export", "config.toml")
    assert code == 1
    assert "config.toml: is there already, and is no OPML; name another file" in err
    assert (home / "config.toml").read_text("utf-8") == BEFORE
    code, _, err = await monitor(home, "feeds", "export", "no/such/place.opml")
    assert code == 1
    assert "cannot be written" in err


async def test_a_page_in_a_list_is_no_feed_and_its_first_feed_is_named(home: Path) -> None:
    async with NewsServer() as server:
        server.pages["/"] = Page(b"<html></html>", content_type="text/html")
        server.pages["/page"] = Page(b'<html><a href="/rss?key=tok">RSS</a></html>', content_type="text/html")
        server.pages["/rss"] = Page(rss(("1", "x"), title="The Wire"))
        looks = await _looks(home, [f"{server.url}/{path}" for path in ("", "page", "rss")])
    no_feed = "this is not a feed but a web page"
    assert [look.why for look in looks] == [no_feed, f"{no_feed}; it names {server.url}/rss?key=***", ""]
    assert looks[2].title == "The Wire"


async def _looks(home: Path, urls: list[str]) -> list[Look]:
    """What reading shows of feeds on this machine, which a list itself could never reach."""
    from monitor.cli.feeds.opml import look_of
    from monitor.cli.feeds.reading import FeedReader

    async with FeedReader(load(home / "config.toml")) as reader:
        return [look_of(await reader.read(FeedSpec(url, url, 900.0, allow_private=True))) for url in urls]
