"""What is odd about watchlists that can be used is said on every way in, and once."""

from __future__ import annotations

import json
import re

import pytest

from tests.support import Home, NewsServer, run_monitor, until, until_status

ODD = {
    "an operator or a name": ('any = ["Peru & Chile"]\n', "met only with its two words in a row"),
    "a comma": ('any = ["Peru, Chile"]\n', "met only with its two words in a row"),
    "a small or": ('any = ["Peru or Chile"]\n', "met only with its three words in a row"),
    "an operator of another script": ('any = ["ایران یا عراق"]\n', "met only with its three words in a row"),
    "one that rules out": ('any = ["Lima"]\nnone = ["Peru & Chile"]\n', "met only with its two words in a row"),
    "a site": ('any = ["news.example"]\n', "only where a text names the site so"),
    "a lead that is no alert": ('all = [["Peru^0.5"], ["Chile"]]\n', "can never be an alert from a lead alone"),
    "a language of no feed": ('any = ["Lima"]\nlang = ["ru"]\n', "lang leaves out each feed that it looks at"),
    "a thread that is over": ('any = ["Lima"]\n[active]\nuntil = 2025-01-01\n', "the thread is over since 2025-01-01"),
}
GOOD = 'title = "Talks"\nany = ["Quito"]\n'


def text(odd: str) -> str:
    return f'title = "Talks"\n{ODD[odd][0]}'


@pytest.fixture
def spoken(home: Home, news: NewsServer) -> Home:
    """A home with one feed, in Spanish, and one watchlist."""
    news.publish("/feed")
    home.watchlists = {"talks.toml": GOOD}
    home.write()
    home.config.write_text(home.config.read_text().replace("[[feeds]]", '[[feeds]]\nlanguage = "es"'))
    return home


def save(home: Home, text: str, name: str = "talks") -> None:
    """Put a file in the place of the watchlist, as editors do that leave no half of it."""
    draft = home.folder / "draft"
    draft.write_text(text, "utf-8")
    draft.replace(home.folder / "watchlists" / f"{name}.toml")


async def monitor(home: Home, *words: str, editor: str = "") -> tuple[int, str, str]:
    env = {"MONITOR_CONFIG": str(home.config), "VISUAL": editor, "EDITOR": editor}
    return await run_monitor(*words, env=env, cwd=home.folder)


def slug(odd: str) -> str:
    return odd.replace(" ", "-")


def times(text: str) -> dict[str, int]:
    """How often what is odd is said of the watchlist that is odd in this way, where it is said at all."""
    counts = ((odd, len(re.findall(rf"{slug(odd)}\.toml.*{re.escape(said)}", text))) for odd, (_, said) in ODD.items())
    return {odd: count for odd, count in counts if count}


async def test_U02_U05_a_round_warns_once_of_what_is_odd_about_a_watchlist(spoken: Home) -> None:
    names = list(ODD)
    for some in (names[:5], names[5:]):  # more are not told of one by one
        for odd in some:
            save(spoken, text(odd), slug(odd))
        for dry in (("--dry-run", "--force"), ()):
            code, _, err = await monitor(spoken, "once", *dry)
            assert (code, times(err)) == (0, dict.fromkeys(some, 1)), err
        for dry in ((), ("--dry-run", "--force")):
            _, _, err = await monitor(spoken, "once", *dry)
            assert times(err) == {}
        values = json.loads((await monitor(spoken, "status", "--json"))[1])
        assert times("\n".join(values["watchlist_warnings"])) == dict.fromkeys(some, 1)
        assert len(values["watchlist_warnings"]) == len(some)
        assert values["troubles"] == [{"code": "stopped", "message": "no daemon is running (monitor run starts it)"}]
        for odd in some:
            save(spoken, GOOD.replace("Quito", f"Quito{names.index(odd)}"), slug(odd))
        assert (await monitor(spoken, "once"))[0] == 0
        assert json.loads((await monitor(spoken, "status", "--json"))[1])["watchlist_warnings"] == []


async def test_U02_U05_a_running_daemon_warns_once_of_each_and_status_shows_what_stands(spoken: Home) -> None:
    save(spoken, text("a comma"))
    async with spoken.daemon() as daemon:
        await until(lambda: ODD["a comma"][1] in daemon.err, what="the warning at the start")
        for odd, (_, said) in ODD.items():
            before = daemon.err.count(said)
            save(spoken, text(odd))
            await until_status(spoken, said)
            if odd != "a comma":  # which was said at the start
                await until(lambda said=said, before=before: daemon.err.count(said) > before, what=said)
        said = ODD["a site"][1]
        save(spoken, text("a site"))
        await until_status(spoken, said)
        warned = daemon.err.count(said)
        reloads = daemon.err.count("watchlists reloaded")
        save(spoken, "# only a comment, and other lines\n" + text("a site"))
        await until(lambda: daemon.err.count("watchlists reloaded") > reloads, what="the reload")
        await until_status(spoken, "talks.toml:3:")
        assert daemon.err.count(said) == warned
        save(spoken, GOOD)
        await until_status(spoken, "when they were last read", is_shown=False)


async def test_U02_a_change_of_config_toml_that_leaves_no_language_is_warned_of(spoken: Home) -> None:
    save(spoken, 'title = "Talks"\nany = ["Quito"]\nlang = ["es"]\n')
    async with spoken.daemon() as daemon:
        await until(lambda: "watching" in daemon.err, what="the start")
        spoken.config.write_text(spoken.config.read_text().replace('language = "es"', 'language = "en"'))
        await until(lambda: "lang leaves out each feed" in daemon.err, what="the warning")
        await until_status(spoken, "lang leaves out each feed")
        assert daemon.err.count("lang leaves out each feed") == 1


@pytest.mark.parametrize(
    "odd", [pytest.param(odd, marks=() if number % 3 == 0 else pytest.mark.long) for number, odd in enumerate(ODD)]
)
async def test_U02_U05_an_edit_warns_of_what_is_odd(odd: str, spoken: Home) -> None:
    draft = spoken.folder / "draft.toml"
    draft.write_text(text(odd), "utf-8")
    code, _, err = await monitor(spoken, "watch", "edit", "talks", "--yes", editor=f"cp {draft}")
    assert (code, err.count(ODD[odd][1])) == (0, 1), err
    draft.write_text("# once more\n" + text(odd), "utf-8")
    code, _, err = await monitor(spoken, "watch", "edit", "talks", "--yes", editor=f"cp {draft}")
    assert (code, ODD[odd][1] in err) == (0, False), err


async def test_U02_commands_that_write_warn_of_each_term_that_is_odd(spoken: Home) -> None:
    (spoken.folder / "watchlists" / "entities.toml").write_text('[qom]\nkind = "place"\nnames = ["Qom"]\n')
    assert (await monitor(spoken, "watch", "add-term", "talks", "Peru & Chile", "--to", "none"))[0] == 0
    said = "is met only with its two words in a row"
    code, _, err = await monitor(spoken, "watch", "add-term", "talks", "Lima & Cusco", "--to", "none")
    assert (code, err.count("warning: "), f'"Lima & Cusco" {said}' in err) == (0, 1, True), err
    code, out, err = await monitor(spoken, "watch", "add-term", "talks", "Ica, Puno", "--to", "none", "--json")
    assert [one["message"] for one in json.loads(out)["warnings"]] == [f'"Ica, Puno" {said}']
    code, _, err = await monitor(spoken, "watch", "entity", "add", "qom", "Kashan & Yazd")
    assert (code, err.count(said), "entities.toml:3:17" in err) == (0, 1, True), err
    code, out, _ = await monitor(spoken, "watch", "term", "Peru & Chile")
    assert (code, f'warning: "Peru & Chile" {said}' in out) == (0, True)
