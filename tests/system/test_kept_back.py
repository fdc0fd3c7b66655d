"""What is kept back since a backup was restored: counted, listed and named in the same numbers everywhere."""

from __future__ import annotations

import json
import re
import shutil
import time
from typing import Any

from tests.cli.test_alerts import monitor
from tests.support import Home, MailServer, NewsServer, Page
from tests.system.test_database import NEWS, Kept, dated, subjects, text_of

WEAK = "Kazan hosts a BRICS fair"


def with_digest(home: Home) -> Home:
    """A watchlist of which all matches are worth an alert, and one of which all stand in the digest."""
    home.watchlists = {
        "brics.toml": 'title = "Pakistan and BRICS"\nall = ["Pakistan", "BRICS"]\n',
        "fairs.toml": 'title = "Fairs"\nall = ["BRICS", "fair"]\nstatus = "quiet"\n',
    }
    return home.write()


async def once(home: Home) -> None:
    code, _, err = await monitor(home, "once", "--force")
    assert code == 0, err


async def values(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await monitor(home, "status", "--json"))[1])
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [one["code"] for one in found["troubles"]]


async def restored(home: Home, news: NewsServer, mail: MailServer) -> None:
    """The backup holds a match that waits for the digest; two alerts and another such match came after it."""
    with_digest(home)
    old, waits = ("o", "Old", None), ("w", WEAK, time.time())
    news.pages["/feed"] = Page(dated(old))
    await once(home)
    news.pages["/feed"] = Page(dated(waits, old))
    await once(home)
    shutil.copy(home.database, home.folder / "backup")
    later = [("n1", NEWS, time.time()), ("n2", "Pakistan leaves the BRICS talks in anger", time.time())]
    news.pages["/feed"] = Page(dated(*later, ("w2", "A second BRICS fair opens in Goa", time.time()), waits, old))
    await once(home)
    assert NEWS in str(subjects(mail))
    shutil.copy(home.folder / "backup", home.database)


async def test_R05_status_says_what_is_kept_back_until_the_user_decides(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await restored(home, news, mail)
    found = await values(home)
    assert codes(found) == ["stopped", "database-older"]
    assert found["older"]["last_used"] >= found["older"]["last_written"]
    assert "the database is older than it was" in (await monitor(home, "status"))[1]

    await once(home)
    found = await values(home)
    assert codes(found) == ["stopped", "kept-back"]
    assert (found["older"], found["healthy"]) == (None, False)
    kept = found["kept_back"]
    assert kept == {"matches": 4, "notices": 0}
    words = "4 matches are kept back"
    assert words in (await monitor(home, "status"))[1]

    notice = " ".join(
        next(text_of(one) for one in mail.mails if "The database is older" in str(one["Subject"])).split()
    )
    assert words in notice
    named = re.search(r"[(]monitor (alerts list --restored)[)]", notice)
    assert named
    _, out, _ = await monitor(home, *named[1].split())
    assert len(out.splitlines()) == sum(kept.values())
    for headline in (NEWS, WEAK, "A second BRICS fair opens in Goa"):
        assert headline in out
    _, out, _ = await monitor(home, *named[1].split(), "--json")
    assert sorted(one["kind"] for one in json.loads(out)) == ["new"] * 4
    _, out, _ = await monitor(home, "alerts", "silenced", "--json")
    assert [one["silenced"] for one in json.loads(out)] == [4]

    _, out, _ = await monitor(home, "alerts", "release", "--restored")
    assert out == "4 matches are released: alerts go out now, and all else stands in the next digest.\n"
    assert codes(await values(home)) == ["stopped"]
    assert (await monitor(home, "alerts", "list", "--restored"))[1] == ""


async def test_R05_what_is_dropped_is_kept_back_no_more_and_what_is_released_is_told_as_the_watchlists_want_it_now(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    await restored(home, news, mail)
    await once(home)
    kept = Kept(home)
    _, out, _ = await monitor(home, "alerts", "drop", "--restored")
    assert out == "4 matches dropped.\n"
    found = await values(home)
    assert (codes(found), found["kept_back"]) == (["stopped"], {"matches": 0, "notices": 0})
    assert (await monitor(home, "alerts", "drop", "--restored"))[1] == "Nothing is kept back.\n"

    kept.put_back()
    assert (await monitor(home, "watch", "close", "brics"))[0] == 0
    await monitor(home, "alerts", "release", "--restored")
    rows = json.loads((await monitor(home, "matches", "--json"))[1])
    outcomes = sorted((one["watch"], one["outcome"]) for one in rows)
    assert outcomes == [*[("brics", "archived")] * 2, *[("fairs", "digest")] * 2], "closed and quiet"
