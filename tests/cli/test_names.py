"""Names that must exist: feeds in watchlists, watchlists and tags in routes. On every way in."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.support import run_monitor
from tests.workshop.stored import News, database

CONFIG = """\
[[feeds]]
name = "Dawn"
url = "https://feeds.example/dawn"
[[feeds]]
name = "Geo News"
url = "https://feeds.example/geo"
[alerts.console]
timezone = "Europe/Berlin"
[[routes]]
watchlists = ["talks"]
tags = ["gulf"]
channels = ["console"]
"""
LIST = 'title = "Talks"\nany = ["Tehran talks"]\nsources = ["Dawn"]\ntags = ["gulf"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "watchlists").mkdir()
    write(tmp_path)
    return tmp_path


def write(home: Path, config: str = CONFIG, watchlist: str = LIST) -> None:
    (home / "config.toml").write_text(config, "utf-8")
    (home / "watchlists" / "talks.toml").write_text(watchlist, "utf-8")


async def monitor(home: Path, *words: str, **env: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"HOME": str(home), **env}, cwd=home)


NAMES = (
    ('sources = ["Dawn"]', 'sources = ["Dwan"]', "Dawn"),
    ('sources = ["Dawn"]', 'not_sources = ["Gio News"]', "Geo News"),
    ('watchlists = ["talks"]', 'watchlists = ["tolks"]', "talks"),
    ('tags = ["gulf"]\nchannels', 'tags = ["golf"]\nchannels', "gulf"),
    ('channels = ["console"]', 'channels = ["consle"]', "console"),
    ("Europe/Berlin", "Europe/Berln", "Europe/Berlin"),
)
WAYS = (("watch", "check"), ("run",), ("once",), ("watch", "test", "Tehran talks"), ("once", "--dry-run"))

ALL = pytest.param(True, marks=pytest.mark.long)
some_or_all = pytest.mark.parametrize("is_whole", [False, ALL], ids=["some", "all"])
"""Whether each is tried on each way, or only such that none is left out."""


@some_or_all
async def test_U03_a_name_that_does_not_exist_is_an_error_with_the_one_that_is_meant(
    home: Path, is_whole: bool
) -> None:
    for number, (old, new, meant) in enumerate(NAMES):
        write(home, CONFIG.replace(old, new), LIST.replace(old, new))
        for words in WAYS if is_whole else WAYS[number % len(WAYS) :: len(WAYS)]:
            code, out, err = await monitor(home, *words)
            assert (code, f'did you mean "{meant}"?' in out + err) == (78, True), (new, words, out, err)


@pytest.mark.parametrize(("old", "new"), [('["talks"]', '["tolks"]'), ('["gulf"]\nch', '["golf"]\nch')])
async def test_U03_an_audit_says_which_route_is_wrong(home: Path, old: str, new: str) -> None:
    database(home / "news-monitor.db", [News("Tehran talks go on", time.time())])
    text = '[monitor]\ndatabase = "news-monitor.db"\n' + CONFIG
    write(home, text)
    assert (await monitor(home, "audit"))[0] == 0
    write(home, text.replace(old, new))
    code, out, err = await monitor(home, "audit")
    assert (code, "DISAGREES   the next start refuses a route: " in out, "did you mean" in out) == (1, True, True), err


async def test_U03_commands_that_judge_or_write_refuse_a_name_that_no_feed_has(home: Path) -> None:
    write(home, watchlist=LIST.replace("Dawn", "Dwan"))
    hint = 'did you mean "Dawn"?'
    for words in (("watch", "test", "Tehran talks"), ("watch", "add-term", "talks", "Qom")):
        code, _, err = await monitor(home, *words)
        assert (code, hint in err) == (78, True), words
    _, _, err = await monitor(home, "feeds", "list")
    assert "warning:" in err
    assert hint in err


async def test_U03_a_feed_that_a_watchlist_names_is_not_removed(home: Path) -> None:
    code, _, err = await monitor(home, "feeds", "remove", "Dawn")
    assert code == 78
    assert 'talks.toml, line 3, does not fit these feeds: no feed is called "Dawn"' in err
    assert (home / "config.toml").read_text("utf-8") == CONFIG
    assert (await monitor(home, "feeds", "remove", "Geo News"))[0] == 0


async def test_U03_a_file_is_checked_against_the_configuration_beside_it(home: Path, tmp_path: Path) -> None:
    write(home, watchlist=LIST.replace("Dawn", "Dwan"))
    code, out, _ = await monitor(home, "watch", "check", "watchlists/talks.toml")
    assert (code, 'did you mean "Dawn"?' in out) == (78, True)
    alone = tmp_path / "alone" / "lists"
    alone.mkdir(parents=True)
    (alone / "talks.toml").write_text(LIST, "utf-8")
    code, out, err = await run_monitor("watch", "check", "talks.toml", cwd=alone, env={"HOME": str(alone)})
    assert (code, out) == (0, "1 file: all is well\n")
    assert err == "talks.toml names feeds; no config.toml that can be read says whether there are such.\n"
    _, out, _ = await run_monitor("watch", "check", "--json", "talks.toml", cwd=alone, env={"HOME": str(alone)})
    assert json.loads(out)["unchecked"] == ["talks.toml"]


async def test_U03_the_end_of_a_watchlist_says_which_routes_are_lost(home: Path) -> None:
    other = 'title = "Other"\nany = ["Qom seminary"]\n'
    (home / "watchlists" / "other.toml").write_text(other, "utf-8")
    _, out, _ = await monitor(home, "watch", "remove", "talks")
    assert "name talks; mend that before the next start" in out
    assert 'no watchlist has the tag "gulf" any more; mend that before the next start' in out


async def test_U03_feeds_that_exclude_one_another_are_an_error(home: Path) -> None:
    write(home, watchlist=LIST + 'not_sources = ["dawn", "Geo News"]\n')
    code, out, _ = await monitor(home, "watch", "check")
    assert code == 78
    assert "nothing can meet this watchlist: each feed under sources is also under not_sources" in out


async def test_U03_fewer_feeds_than_min_sources_are_a_warning(home: Path) -> None:
    write(home, watchlist=LIST + "min_sources = 2\n")
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, "warning: nothing can be an alert: min_sources is 2, and it looks at 1" in out) == (0, True)


NO_FEED_LEFT = (
    'not_sources = ["Dawn", "geo  news"]\n',
    'sources = ["Dawn"]\nnot_sources = ["DAWN"]\n',
    'sources = ["Dawn"]\nnot_sources = ["Geo News", "dawn"]\n',
)


@some_or_all
async def test_U03_a_watchlist_that_no_feed_is_left_to_is_refused_on_every_way_in(home: Path, is_whole: bool) -> None:
    said, good = "nothing can meet this watchlist: ", LIST.replace('sources = ["Dawn"]\n', "")
    ways = (("watch", "check", "watchlists/talks.toml"), ("watch", "add-term", "talks", "Qom"), *WAYS[:4])
    editor = home / "editor"
    for number, lines in enumerate(NO_FEED_LEFT):
        bad = good + lines
        write(home, watchlist=bad)
        for words in ways if is_whole else ways[number :: len(NO_FEED_LEFT)]:
            code, out, err = await monitor(home, *words)
            assert (code, (out + err).count(said)) == (78, 1), (lines, words, out, err)
        assert (home / "watchlists" / "talks.toml").read_text("utf-8") == bad
        write(home, watchlist=good)
        editor.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{bad}END\n", "utf-8")
        editor.chmod(0o755)
        code, _, err = await monitor(home, "watch", "edit", "talks", EDITOR=str(editor))
        assert (code != 0, said in err) == (True, True), (lines, err)
        assert (home / "watchlists" / "talks.toml").read_text("utf-8") == good


async def test_U03_the_last_feed_that_a_watchlist_looks_at_is_not_removed(home: Path) -> None:
    write(home, watchlist=LIST.replace("sources", "not_sources"))
    code, _, err = await monitor(home, "feeds", "remove", "Geo News")
    assert code == 78
    assert "talks.toml, line 3, does not fit these feeds: nothing can meet this watchlist" in err
    assert (home / "config.toml").read_text("utf-8") == CONFIG


@pytest.mark.parametrize(
    ("lang", "languages", "is_told"),
    [
        ("ru", ("en", "en"), True),
        ("ru", ("en-GB", "ur"), True),
        ("ru", ("en", ""), False),
        ("ru", ("", ""), False),
        ("en", ("en-GB", "ur"), False),
        ("ru", ("ru", "ur"), False),
    ],
)
async def test_U03_a_language_that_none_of_its_feeds_has_is_a_warning(
    home: Path, lang: str, languages: tuple[str, str], is_told: bool
) -> None:
    config = CONFIG
    for name, language in zip(("Dawn", "Geo News"), languages, strict=True):
        declared = f'name = "{name}"\nlanguage = "{language}"' if language else f'name = "{name}"'
        config = config.replace(f'name = "{name}"', declared)
    write(home, config, LIST.replace('sources = ["Dawn"]\n', f'lang = ["{lang}"]\n'))
    code, out, _ = await monitor(home, "watch", "check")
    assert (code, "warning: lang leaves out each feed that it looks at" in out) == (0, is_told), out


async def test_U03_a_watchlist_that_is_over_and_silent_is_a_warning(home: Path) -> None:
    write(home, watchlist=LIST + 'active = { until = 2020-01-01, after = "silent" }\n')
    code, out, _ = await monitor(home, "watch", "check")
    said = "warning: active: the thread is over since 2020-01-01; it finds nothing any more"
    assert (code, said in out) == (0, True), out


@pytest.mark.parametrize("words", [("feeds", "check"), ("feeds", "remove")])
@pytest.mark.parametrize(("written", "meant"), [("Dwan", "Dawn"), ("dwan", "Dawn"), ("Geo Nws", "Geo News")])
async def test_U03_a_command_about_a_feed_says_which_name_is_meant(
    home: Path, words: tuple[str, str], written: str, meant: str
) -> None:
    code, _, err = await monitor(home, *words, written)
    assert (code, f'there is no feed "{written}"; did you mean "{meant}"?' in err) == (2, True), err


@pytest.mark.parametrize("written", ["ftp://feeds.example/x", "mailto:dawn@feeds.example", "file:///dawn"])
async def test_U03_what_is_meant_for_an_address_is_told_as_one(home: Path, written: str) -> None:
    code, _, err = await monitor(home, "feeds", "check", written)
    assert (code, "is not an address that can be polled" in err) == (2, True), err
