"""Commands that write watchlists, entities and the configuration: on copies of the shipped files."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from monitor.config.settings import load
from tests.cli.test_commands import on_a_terminal
from tests.support import Home, NewsServer, Page, rss, run_monitor, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "config.toml", tmp_path)
    shutil.copytree(ROOT / "watchlists", tmp_path / "watchlists")
    return tmp_path


async def monitor(home: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml")}, cwd=home)


def texts(home: Path) -> dict[str, str]:
    """What the user's files hold; nothing else may lie beside them."""
    assert sorted(os.listdir(home)) == ["config.toml", "watchlists"]
    paths = [home / "config.toml", *(home / "watchlists").glob("*.toml"), *(home / "watchlists").glob(".*")]
    return {path.name: path.read_text("utf-8") for path in paths}


def changed_lines(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]


def comments(text: str) -> list[str]:
    return re.findall(r"#.*", text)


# --- terms -----------------------------------------------------------------------------------------------------------


async def test_a_term_is_added_and_the_diff_shows_the_one_line_that_changes(home: Path) -> None:
    before = texts(home)
    code, out, err = await monitor(home, "watch", "add-term", "pakistan-brics", "Kasur", "--to", "@pakistan")
    assert code == 0, err
    line = '[["@pakistan", "@islamabad"], "@brics"]   # every entry is needed; a nested list means "or"'
    new = line.replace('"@islamabad"]', '"@islamabad", "Kasur"]')
    assert changed_lines(out) == [f"-all     = {line}", f"+all     = {new}"]
    assert out.startswith("--- watchlists/pakistan-brics.toml\n")
    assert err == "Watchlists that change: pakistan-brics.\nA running daemon takes it up within two seconds.\n"
    after = texts(home)
    assert [name for name in after if after[name] != before[name]] == ["pakistan-brics.toml"]
    assert comments(after["pakistan-brics.toml"]) == comments(before["pakistan-brics.toml"])
    code, out, err = await monitor(home, "watch", "remove-term", "pakistan-brics", "Kasur")
    assert (code, texts(home)) == (0, before)


async def test_several_terms_become_one_new_concept(home: Path) -> None:
    code, out, err = await monitor(
        home, *("watch", "add-term", "pakistan-brics"), *("applies", "заявку", "درخواست", "--new-concept")
    )
    assert code == 0, err
    assert '"@brics", ["applies", "заявку", "درخواست"]]' in out


async def test_a_term_that_is_there_is_no_change(home: Path) -> None:
    before = texts(home)
    code, out, err = await monitor(home, "watch", "add-term", "pakistan-brics", "bid", "--to", "context")
    assert (code, out) == (0, "")
    assert err == 'No change: "bid" is already in context.\n'
    assert texts(home) == before


async def test_dry_run_shows_and_writes_nothing(home: Path) -> None:
    before = texts(home)
    words = ("watch", "add-term", "pakistan-brics", "trade bloc", "--to", "context", "--dry-run")
    code, out, err = await monitor(home, *words)
    assert code == 0
    assert '+           "trade bloc"]' in out
    assert err.endswith("Nothing was written.\n")
    _, out, _ = await monitor(home, *words, "--json")
    told = json.loads(out)
    assert told["written"] is False
    assert [one["watch"] for one in told["changed"]] == ["pakistan-brics"]
    assert texts(home) == before


def test_the_diff_has_colours_on_a_terminal(home: Path) -> None:
    config = str(home / "config.toml")
    code, shown = on_a_terminal(80, ["watch", "close", "pakistan-stream", "--config", config])
    assert code == 0
    assert '\x1b[32m+status  = "closed"\x1b[0m' in shown


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add-term", "pakistan-brics", "bricks", "--to", "all:2"), 78, "toml:16:12: the example .* should not match"),
        (("add-term", "pakistan-brics", "@pakistn", "--to", "all:1"), 78, 'unknown entity "@pakistn"'),
        (("add-term", "pakistan-brics", "x^2", "--to", "any"), 1, "the weight of"),
        (("add-term", "pakistan-brics", "Kasur"), 2, "say where it belongs: .* --new-concept; .* all:2: @brics"),
        (("add-term", "pakistan-brics", "Kasur", "--to", "all:9"), 1, "there is no all:9"),
        (("add-term", "pakistan-briks", "Kasur"), 2, r'no watchlist "pakistan-briks"; did you mean "pakistan-brics"\?'),
        (("remove-term", "pakistan-brics", "@pakistan"), 78, "toml:15:12: the example .* should match, and does not"),
        (("remove-term", "pakistan-brics", "@brics"), 1, "is all of all:2"),
        (("remove-term", "pakistan-brics", "biid"), 1, r'did you mean "bid"\?'),
        (("remove-term", "pakistan-brics", "notthere"), 1, "is not in it; known here: .* and \\d+ more"),
    ],
)
async def test_what_would_not_load_is_not_written(home: Path, words: tuple[str, ...], code: int, told: str) -> None:
    before = texts(home)
    found, out, err = await monitor(home, "watch", *words)
    assert (found, out) == (code, "")
    assert re.search(told, err), err
    assert err.startswith({1: ("error: ",), 2: ("Usage: ", "error: "), 78: ("Nothing was written",)}[code])
    assert "Traceback" not in err
    assert texts(home) == before


@pytest.mark.parametrize("broken", ["title = \n", "all = 5\ntitle = 1\n", "any = [[[]]]\n"])
async def test_a_file_that_cannot_be_read_is_told_with_its_line(home: Path, broken: str) -> None:
    (home / "watchlists" / "pakistan-brics.toml").write_text(broken, "utf-8")
    (home / "watchlists" / "entities.toml").write_text(broken, "utf-8")
    for words in (("add-term", "pakistan-brics", "x y", "--to", "any"), ("entity", "add", "title", "x y")):
        code, out, err = await monitor(home, "watch", *words)
        assert (code, out) == (78, "")
        assert re.search(r"\w\.toml:1:", err)
        assert "Traceback" not in err


async def test_line_ends_mark_and_mode_of_the_file_stay(home: Path) -> None:
    path = home / "watchlists" / "pakistan-stream.toml"
    windows = "\ufeff" + path.read_text("utf-8").replace("\n", "\r\n").rstrip()
    path.write_bytes(windows.encode())
    path.chmod(0o600)
    assert (await monitor(home, "watch", "close", "pakistan-stream"))[0] == 0
    line = '\r\nstatus  = "closed"'
    assert path.read_bytes().decode() == windows.replace('\r\nsilence = "30d"', f'\r\nsilence = "30d"{line}')
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_watchlist_is_closed_resolved_and_opened_again(home: Path) -> None:
    code, out, _ = await monitor(home, "watch", "close", "pakistan-stream", "--resolved")
    assert (code, changed_lines(out)) == (0, ['+status  = "resolved"'])
    code, out, _ = await monitor(home, "watch", "reopen", "pakistan-stream")
    assert (code, changed_lines(out)) == (0, ['-status  = "resolved"', '+status  = "open"'])
    code, out, err = await monitor(home, "watch", "reopen", "pakistan-stream")
    assert (code, out, err) == (0, "", "No change: its status is already open.\n")


async def test_a_headline_becomes_an_example_only_if_it_holds(home: Path) -> None:
    words = ("watch", "add-example", "pakistan-brics")
    code, out, err = await monitor(home, *words, "Pakistan asks  for a seat in <b>BRICS</b>")
    assert code == 0, err
    assert changed_lines(out)[-1].rstrip("+ ,]").endswith(', "Pakistan asks for a seat in BRICS"')
    code, out, err = await monitor(home, *words, "Pakistan wins at cricket", "--nomatch")
    assert code == 0, err
    before = texts(home)
    code, out, err = await monitor(home, *words, "Pakistan asks for a seat in BRICS")
    assert (code, out) == (0, "")
    assert "No change: " in err
    for headline, option, code, told in (
        ("Pakistan wins at cricket", (), 1, "is an example under nomatch; remove it there first"),
        ("Weather", (), 78, 'the example "Weather" should match, and does not'),
        ("Pakistan joins BRICS at last", ("--nomatch",), 78, "should not match"),
        ("<p> </p>", (), 2, "write a headline"),
    ):
        found, out, err = await monitor(home, *words, headline, *option)
        assert (found, out) == (code, "")
        assert told in err
    assert texts(home) == before


@pytest.mark.parametrize("term", ["Kas\u202eur", "Kas\nur", "Kas\x1b[31mur", "Kas\u2066ur", "Kas\u200bur"])
async def test_terms_with_characters_that_cannot_be_seen_are_refused(home: Path, term: str) -> None:
    before = texts(home)
    for words in (("add-term", "pakistan-brics", term, "--to", "any"), ("entity", "add", "pakistan", term)):
        code, out, err = await monitor(home, "watch", *words)
        assert (code, out) == (1, "")
        assert re.search(r"Kas(<U\+20..>|[\u2400-\u2421]).*holds a character that cannot be seen", err), err
        assert term not in err
    term = term.replace("\n", "")
    code, _, err = await monitor(home, "watch", "close", term)
    assert code == 2
    assert term not in err or term == "Kasur"
    assert texts(home) == before


# --- entities --------------------------------------------------------------------------------------------------------


async def test_entities_are_listed_with_what_they_are_used_in(home: Path) -> None:
    _, out, _ = await monitor(home, "watch", "entity", "list", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert rows["sco"]["used_in"] == ["mishustin-islamabad"]
    assert rows["brics"]["acronyms"] == ["BRICS", "БРИКС"]
    _, out, _ = await monitor(home, "watch", "entity", "list")
    assert out.splitlines()[2].split("\t")[::3] == ["brics", "pakistan-brics"]


async def test_an_entity_within_another_is_used_where_that_is(home: Path) -> None:
    assert (await monitor(home, "watch", "entity", "add", "kasur", "Kasur", "--kind", "place"))[0] == 0
    code, _, err = await monitor(home, "watch", "entity", "add", "pakistan", "@kasur")
    assert code == 0
    assert err.startswith("Watchlists that change: mishustin-islamabad, pakistan-brics, pakistan-stream.")
    _, out, _ = await monitor(home, "watch", "entity", "list", "--json")
    kasur = json.loads(out)[-1]
    assert kasur["part_of"] == ["pakistan"]
    assert len(kasur["used_in"]) == 3


async def test_names_are_added_and_removed_and_an_entity_is_made(home: Path) -> None:
    before = texts(home)
    code, out, err = await monitor(home, "watch", "entity", "add", "sco", "OCS", "--acronym")
    assert code == 0
    assert changed_lines(out) == ['-acronyms = ["SCO", "ШОС"]', '+acronyms = ["SCO", "ШОС", "OCS"]']
    assert err.startswith("Watchlists that change: mishustin-islamabad.")
    assert (await monitor(home, "watch", "entity", "remove-name", "sco", "OCS"))[0] == 0
    assert texts(home) == before
    code, out, err = await monitor(home, "watch", "entity", "add", "sqm", "Sociedad Química", "--kind", "org")
    assert code == 0
    assert changed_lines(out) == ["+", "+[sqm]", '+kind  = "org"', '+names = ["Sociedad Química"]']
    assert "No watchlist changes in meaning." in err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "pakistn", "x y"), 1, r'no entity "pakistn" \(did you mean "pakistan"\?\); .* of what kind'),
        (("add", "pakistan", "x y", "--kind", "org"), 1, "is of the kind place"),
        (("add", "pakistan", "@nobody"), 78, 'unknown entity "@nobody"'),
        (("add", "pakistan", "the"), 1, "the"),
        (("remove-name", "pakistan", "Pakistann"), 1, r'did you mean "Pakistan"\?'),
        (("rename", "pakistn", "x"), 1, r'no entity "pakistn"; did you mean "pakistan"\?'),
        (("rename", "pakistan", "sco"), 1, 'an entity "sco" already'),
        (("rename", "pakistan", "a^b"), 1, "cannot be the name of an entity"),
    ],
)
async def test_wrong_changes_of_entities_are_refused(home: Path, words: tuple[str, ...], code: int, told: str) -> None:
    before = texts(home)
    found, out, err = await monitor(home, "watch", "entity", *words)
    assert (found, out) == (code, "")
    assert re.search(told, err), err
    assert texts(home) == before


async def test_an_entity_is_renamed_everywhere_and_nothing_else_changes(home: Path) -> None:
    assert (await monitor(home, "watch", "entity", "add", "islamabad", "@pakistan"))[0] == 0
    before = texts(home)
    code, out, err = await monitor(home, "watch", "entity", "rename", "pakistan", "pk")
    assert code == 0
    assert err.startswith("No watchlist changes in meaning.")
    after = texts(home)
    for name, text in after.items():
        old = before[name]
        if name == "entities.toml":
            old = old.replace("\n[pakistan]\n", "\n[pk]\n").replace('"@pakistan"]', '"@pk"]')
        elif name != "config.toml":
            old = old.replace('"@pakistan', '"@pk')
        assert text == old
    assert '"@pk^0.75"' in after["mishustin-islamabad.toml"]
    assert len([line for line in changed_lines(out) if line.startswith("+")]) == 5
    assert (await monitor(home, "watch", "check"))[0] == 0


# --- feeds -----------------------------------------------------------------------------------------------------------


async def test_a_feed_is_read_and_appended_with_its_own_name(home: Path) -> None:
    before = texts(home)["config.toml"]
    async with NewsServer() as server:
        server.pages["/rss"] = Page(rss(("1", "Pakistan"), title="The \u202eWire &amp; \t Co"))
        url = f"{server.url}/rss"
        code, out, err = await monitor(home, *("feeds", "add", url, "--allow-private"), *("--tag", "asia"))
        assert code == 0, err
        assert texts(home)["config.toml"] == (
            f'{before}\n[[feeds]]\nurl = "{url}"\nname = "The Wire & Co"\ntags = ["asia"]\nallow_private = true\n'
        )
        assert all(line.startswith("+") for line in changed_lines(out))
        assert "The Wire & Co: 1 item\n" in err
        code, _, err = await monitor(home, "feeds", "add", url)
        assert code == 1
        assert f"this feed is already listed: {home}/config.toml:" in err
    code, out, err = await monitor(home, "feeds", "remove", "the wire & co")
    assert (code, texts(home)["config.toml"]) == (0, before)
    assert "stay in the database" in err


async def test_what_is_no_feed_is_refused_unless_it_is_not_looked_at(home: Path) -> None:
    before = texts(home)
    async with NewsServer() as server:
        server.pages["/page"] = Page(b"<html><body>no feed</body></html>", content_type="text/html")
        code, out, err = await monitor(home, "feeds", "add", f"{server.url}/page", "--allow-private")
    assert (code, out) == (1, "")
    assert "cannot be used as a feed" in err
    assert "--no-check" in err
    assert texts(home) == before
    code, _, _ = await monitor(home, *("feeds", "add", "https://news.example/x", "--no-check", "--interval", "10m"))
    assert code == 0
    assert load(home / "config.toml").feeds[-1].interval == 600


async def test_a_feed_that_would_be_asked_too_often_is_refused(home: Path) -> None:
    before = texts(home)
    code, _, err = await monitor(home, *("feeds", "add", "https://news.example/x", "--no-check", "--interval", "1s"))
    assert code == 78
    assert err.startswith("Nothing was written")
    assert "below min_interval" in err
    code, _, err = await monitor(home, *("feeds", "add", "https://news.example/x", "--no-check", "--interval", "often"))
    assert code == 2
    assert texts(home) == before


async def test_a_feed_is_removed_by_its_address_with_its_own_comment_only(home: Path) -> None:
    path = home / "config.toml"
    before = path.read_text("utf-8")
    dawn = before.index('[[feeds]]\nurl = "https://www.dawn.com')
    path.write_text(f"{before[:dawn]}# the oldest paper\n{before[dawn:]}", "utf-8")
    code, _, _ = await monitor(home, "feeds", "remove", "https://www.dawn.com/feeds/home")
    assert code == 0
    end = before.index("[[feeds]]", dawn + 1)
    assert path.read_text("utf-8") == before[:dawn] + before[end:]
    code, _, err = await monitor(home, "feeds", "remove", "Al Jazera")
    assert code == 2
    assert 'there is no feed "Al Jazera"; did you mean "Al Jazeera"?' in err


async def test_where_no_watchlist_is_at_all_it_is_said_so(home: Path) -> None:
    (home / "watchlists").rename(home / "elsewhere")
    code, _, err = await monitor(home, "watch", "add-term", "pakistan-brics", "Kasur")
    assert code == 2
    assert 'no watchlist "pakistan-brics"; there are none at all' in " ".join(err.split())


async def test_of_the_last_feed_nobody_says_that_a_daemon_lets_it_go(home: Path) -> None:
    path = home / "config.toml"
    path.write_text('[[feeds]]\nurl = "https://a.example/f"\nname = "A"\n', "utf-8")
    code, _, err = await monitor(home, "feeds", "remove", "A")
    assert (code, path.read_text("utf-8")) == (0, "")
    assert "It was the last feed: a running daemon goes on with it until you add another one" in err
    assert "takes it up" not in err


async def test_of_many_feeds_ten_are_listed(home: Path) -> None:
    text = "".join(f'[[feeds]]\nurl = "https://n{one}.example/f"\nname = "Paper {one}"\n' for one in range(12))
    (home / "config.toml").write_text(text, "utf-8")
    code, _, err = await monitor(home, "feeds", "remove", "nosuch")
    assert code == 2
    assert "Paper 9 and 2 more" in " ".join(err.split())


async def test_a_private_feed_is_refused_with_the_option_that_allows_it(home: Path) -> None:
    before = texts(home)
    async with NewsServer() as server:
        server.publish("/feed", ("1", "Pakistan"))
        code, out, err = await monitor(home, "feeds", "add", f"{server.url}/feed")
    assert (code, out) == (1, "")
    assert "is not a public address; add --allow-private if the feed is meant to be there" in err
    assert texts(home) == before


# --- unknown watchlists ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("watch", "why-not", "pakistan-briks", "x"),
        ("watch", "close", "pakistan-briks"),
        ("matches", "--watch", "pakistan-briks"),
        ("alerts", "list", "--watch", "pakistan-briks"),
        ("alerts", "snooze", "pakistan-briks"),
    ],
    ids=" ".join,
)
async def test_an_unknown_watchlist_is_told_in_the_same_words_everywhere(home: Path, words: tuple[str, ...]) -> None:
    code, out, err = await monitor(home, *words)
    assert (code, out) == (2, "")
    assert 'there is no watchlist "pakistan-briks"; did you mean "pakistan-brics"?' in err


# --- beside a running daemon -----------------------------------------------------------------------------------------


async def test_a_running_daemon_takes_up_that_a_watchlist_is_closed(tmp_path: Path) -> None:
    async with NewsServer() as server:
        server.publish("/a", ("1", "Markets"))
        home = Home(tmp_path, [f"{server.url}/a"]).write()
        config = ("--config", str(home.config))
        async with home.daemon() as daemon:
            await until(lambda: "First reading" in daemon.out, what="the first reading")
            code, out, err = await run_monitor("watch", "close", "brics", *config)
            assert (code, changed_lines(out)) == (0, ['+status = "closed"']), err
            await until(lambda: "watchlists reloaded: 2" in daemon.err, what="the edit")
            server.publish("/a", ("2", "Pakistan joins BRICS"), ("3", "Pakistan Stream is built"), ("1", "Markets"))
            await until(lambda: "Pakistan Stream is built" in daemon.out, what="the alert of the other watchlist")
            assert "Pakistan joins BRICS" not in daemon.out
        _, out, _ = await run_monitor("matches", "--outcome", "archived", "--json", *config)
        assert [(row["title"], row["reason"]) for row in json.loads(out)] == [
            ("Pakistan joins BRICS", "the watchlist is closed")
        ]
