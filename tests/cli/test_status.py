"""``monitor status``: healthy, or what is wrong, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.status.status import NOT_RUNNING, TROUBLED
from monitor.cli.status.troubles import Trouble, troubles_of
from tests.cli.test_alerts import monitor
from tests.support import Home, MailServer, NewsServer, Page, rss, until, until_status

WELL: dict[str, Any] = {
    "running": True,
    "refusal": "",
    "held": "",
    "config_refusal": "",
    "gaps": [],
    "database_trouble": None,
    "unsent": {},
    "given_up": {},
    "older": None,
    "kept_back": {"matches": 0, "notices": 0},
    "refused_recipients": {},
    "orphans": {},
    "switched_off": [],
    "followed": 2,
    "watched": 1,
    "failing": [],
    "others": [],
}
GAP = {"chosen": False, "words": "no route leads x anywhere"}


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ({"running": False}, "stopped", "no daemon is running"),
        ({"refusal": "x.toml:1: error"}, "watchlists-refused", "watchlists: the last edit was refused"),
        ({"config_refusal": "config.toml:1: error"}, "config-refused", "config.toml: the last edit was refused"),
        (
            {"running": False, "refusal": "x.toml:1: error"},
            "watchlists-refused",
            "watchlists: the next start will refuse",
        ),
        (
            {"running": False, "config_refusal": "config.toml:1"},
            "config-refused",
            "config.toml: the next start will refuse",
        ),
        ({"watched": 0}, "no-watchlists", "there is no watchlist yet: what the feeds bring is stored"),
        (
            {"kept_back": {"matches": 3, "notices": 1}},
            "kept-back",
            "3 matches and 1 notice are kept back since a backup was restored",
        ),
        ({"kept_back": {"matches": 1, "notices": 0}}, "kept-back", "1 match is kept back"),
        (
            {"older": {"last_written": 0.0, "last_used": 86_400.0}},
            "database-older",
            "the database is older than it was and knows nothing of",
        ),
        (
            {"held": "x.toml:1: would be a flood"},
            "watchlists-held",
            "watchlists: the last edit would be a flood; it is",
        ),
        ({"gaps": [GAP]}, "told-to-nobody", "no route leads x anywhere"),
        (
            {"unsent": {"email": {"messages": 2, "detail": "535 no"}}},
            "channel-failing",
            "email: 2 messages could not be sent yet: 535 no",
        ),
        (
            {"refused_recipients": {"email": ["b@desk.example"]}},
            "recipient-refused",
            "email: the server refuses b@desk.example; others get the alerts",
        ),
        ({"given_up": {"email": 1}}, "not-delivered", "email: 1 message given up within a day"),
        (
            {"orphans": {"mial": 1}},
            "channel-missing",
            "1 alert waits for the channel mial, which config.toml no longer has",
        ),
        ({"followed": 0}, "no-feeds", "config.toml lists no feed"),
        ({"failing": [{"name": "Dawn"}]}, "feeds-failing", "Dawn cannot be read"),
        (
            {"failing": [{"name": name} for name in "ABCDE"]},
            "feeds-failing",
            "A, B, C and 2 more cannot be read",
        ),
        ({"others": [{"name": "Dawn", "state": "gone"}]}, "feeds-gone", "Dawn is gone for good"),
        ({"others": [{"name": "Dawn", "state": "silent"}]}, "feeds-silent", "Dawn has fallen silent"),
        ({"others": [{"name": "Dawn", "state": "gap"}]}, "feeds-gap", "Dawn may have lost items"),
        ({"others": [{"name": "Dawn", "state": "quarantined"}]}, "feeds-quarantined", "Dawn may be somebody else's"),
    ],
)
def test_U10_each_trouble_has_a_code_and_words(values: dict[str, Any], code: str, words: str) -> None:
    assert troubles_of(WELL) == []
    (trouble,) = (one for one in troubles_of(WELL | values) if len(values) == 1 or one.code != "stopped")
    assert isinstance(trouble, Trouble)
    assert trouble.code == code
    assert trouble.message.startswith(words)


def test_U10_what_the_user_has_chosen_is_no_trouble() -> None:
    chosen = {"orphans": {"email": 3}, "switched_off": ["email"], "gaps": [GAP | {"chosen": True}]}
    assert troubles_of(WELL | chosen) == []


async def status(home: Home) -> tuple[int, str, dict[str, Any]]:
    """The exit code, the first word, and the same as data."""
    code, out, _ = await monitor(home, "status")
    return code, out.split()[0], json.loads((await monitor(home, "status", "--json"))[1])


async def test_U10_the_exit_code_and_the_first_word_say_healthy_or_what_is_wrong(tmp_path: Path) -> None:
    async with NewsServer() as news, MailServer() as mail:
        news.pages["/feed"] = Page(rss(("old", "Old")))
        home = Home(tmp_path, [f"{news.url}/feed"], mail.port).write()
        code, word, values = await status(home)
        assert (code, word, [one["code"] for one in values["troubles"]]) == (NOT_RUNNING, "stopped", ["stopped"])
        async with home.daemon():
            await until(lambda: mail.raw, what="the notice of the first reading")
            code, word, values = await status(home)
            assert (code, word, values["healthy"], values["troubles"]) == (0, "healthy", True, [])

            (home.folder / "watchlists" / "brics.toml").write_text("titel = 1\n")
            await until_status(home, "watchlists-refused")
            code, word, values = await status(home)
            assert (code, word, values["healthy"]) == (TROUBLED, "watchlists-refused", False)
            home.write()
            await until_status(home, "watchlists-refused", is_shown=False)

            news.pages["/feed"] = Page(status=410)
            await until_status(home, "feeds-gone")
            code, word, values = await status(home)
            assert (code, word) == (TROUBLED, "feeds-gone")
            (trouble,) = values["troubles"]
            assert trouble == {"code": "feeds-gone", "message": "feed0 is gone for good"}
