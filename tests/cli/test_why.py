"""``monitor watch why`` and ``why-not``: the stage that decided, on databases that the real pipeline has filled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from monitor.alerts.routing import ChannelRules
from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.matching import Watch
from monitor.model import SendFailed
from monitor.model.reasons import Noted, OldDate, to_json
from monitor.store.archive import control
from monitor.text.wording import EVERY_DAY
from tests.cli.conftest import STORY as TOLD
from tests.cli.test_alerts import monitor, name_of
from tests.pipeline.bureau import DAY, HOUR, Bureau, a_watch, bureau
from tests.pipeline.test_desk import unlike
from tests.store.test_store import database_of
from tests.support import Home, NewsServer

CONSOLE = ChannelRules("console", limit=0, group_wait=0.0, group_interval=0.0)
WITH_DIGEST = replace(CONSOLE, digest=DigestTimes(time(18, 0)))
STORY = "Pakistan applies to join the BRICS group"
WATCHLISTS = {"pakistan.toml": 'title = "Pakistan"\nany = ["Pakistan"]\n'}


def at_home(folder: Path, console: str = "", **watchlists: str) -> Home:
    """A home whose database is that of a bureau in the same folder. ``console``: keys of its one channel."""
    files = WATCHLISTS | {f"{name}.toml": text for name, text in watchlists.items()}
    return Home(folder, ["https://dawn.example/feed"], watchlists=files, extra=console).write()


async def why(home: Home, *arguments: str) -> str:
    """What the command says."""
    code, out, err = await monitor(home, "watch", "why", *arguments)
    assert code == 0, err
    return out


async def way(home: Home, *arguments: str) -> dict[str, Any]:
    """The one way of an item, as JSON."""
    (found,) = json.loads(await why(home, *arguments, "--json"))["ways"]
    return dict(found)


def stages(found: dict[str, Any]) -> list[str]:
    """The names of the stages."""
    return [stage["name"] for stage in found["stages"]]


# --- why: each stage -------------------------------------------------------------------------------------------------


async def test_an_alert_that_was_told(told: Home) -> None:
    out = await why(told, "2")
    assert out.startswith("#2  feed0, read 20")
    for part in (
        f"  {TOLD}\n  https://news.example/n1\n",
        "brics (Pakistan's BRICS bid): alerted\n",
        "  match         1.00 = Pakistan (exact, title) + BRICS (acronym, title)",
        "  first reading passed: the feed had been read before\n",
        "  score         passed: 1.00, and an alert takes 0.70\n",
        "  alert         the first report of its story\n",
        "  console       sent 20",
        "  email         sent 20",
        "  decided by    delivery: told: console sent 20",
    ):
        assert part in out
    assert "to change it" not in out
    for name in (await name_of(told), "https://news.example/n1", TOLD.lower()):
        assert await why(told, name) == out


async def test_what_was_there_at_the_first_reading(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("n1", TOLD))
    await monitor(home, "once")
    found = await way(home, "1")
    assert (found["outcome"], found["decided"]["name"]) == ("baseline", "first reading")
    assert "when feed0 was read for the first time" in found["decided"]["said"]
    assert "monitor run --alert-baseline" in found["change"][0]
    assert stages(found) == ["match", "first reading"]


async def test_what_was_there_at_the_first_reading_and_was_to_be_told(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("n1", TOLD))
    await monitor(home, "once", "--alert-baseline")
    found = await way(home, "1")
    assert (found["outcome"], found["decided"]["name"]) == ("alerted", "delivery")
    assert found["stages"][1]["said"] == "passed: alerts for what a feed holds then were asked for"


async def test_a_score_for_the_digest(tmp_path: Path) -> None:
    weak = a_watch("pakistan", "Pakistan^0.5")
    async with bureau(tmp_path, weak, channels=[replace(CONSOLE, digest=DigestTimes(time(18, 0)))]) as news:
        await news.turn()
        await news.bring("Dawn", STORY)
    found = await way(at_home(tmp_path, 'digest = { at = "18:00" }\n'), "1")
    assert found["decided"] == {"name": "score", "said": "0.50, and an alert takes 0.70: it was for the digest"}
    assert found["change"] == ["lower alert in pakistan.toml to 0.50 or less"]
    assert stages(found) == ["match", "first reading", "score", "console"]
    assert found["stages"][-1]["said"].startswith("waits: for the digest, ")


async def test_one_more_report_of_a_story(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
        await news.bring("Tribune", STORY)
    found = await way(at_home(tmp_path), "2")
    assert (found["outcome"], found["decided"]["name"]) == ("joined", "story")
    assert found["decided"]["said"].startswith(f'same title as in Dawn: one more report of "{STORY}", which Dawn had')
    assert found["change"][0].startswith('group = "none" in pakistan.toml')
    assert found["change"][1].startswith("monitor alerts show ")


async def test_a_story_that_waits_for_more_sources(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", min_sources=3), channels=[WITH_DIGEST]) as news:
        await news.bring("Dawn", STORY)
        await news.bring("Tribune", STORY)
    home = at_home(tmp_path)
    for number, said in (("1", "not told yet: in 1 of 3 sources"), ("2", "its story waits for more sources")):
        found = await way(home, number)
        assert found["decided"]["name"] == "sources"
        assert said in found["decided"]["said"]
        assert found["change"] == ["lower min_sources in pakistan.toml"]


IN_FORCE = 4e9
"""A moment that has not come when the command runs, whose clock is the real one."""


async def quieten(news: Bureau, kind: str, target: str, until: float = IN_FORCE) -> None:
    now = news.clock.now()
    await news.store.call(lambda store: control.quieten(store.db, kind, target, until, now))


async def test_a_snoozed_watchlist(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await quieten(news, "snooze", "pakistan")
        await news.bring("Dawn", STORY)
    found = await way(at_home(tmp_path), "1")
    assert (found["outcome"], found["decided"]["name"]) == ("snoozed", "snooze")
    assert found["decided"]["said"].startswith("the watchlist is snoozed until 2096-10-0")
    assert found["change"] == ["monitor alerts snooze pakistan --end"]
    assert stages(found) == ["match", "first reading", "score", "story", "snooze"]


async def test_a_snooze_that_is_over(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await quieten(news, "snooze", "pakistan", news.clock.now() + DAY)
        await news.bring("Dawn", STORY)
    found = await way(at_home(tmp_path), "1")
    assert found["decided"]["said"].startswith("the watchlist was snoozed until 2024-10-15")
    assert "ended" not in found["decided"]["said"]
    assert found["change"] == []


async def test_a_snooze_that_was_ended(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await quieten(news, "snooze", "pakistan")
        await news.bring("Dawn", STORY)
        news.clock.time += HOUR
        await news.store.call(lambda store: control.end_quiet(store.db, "snooze", "pakistan", news.clock.now()))
    home = at_home(tmp_path)
    found = await way(home, "1")
    assert found["decided"]["said"].startswith("the watchlist was snoozed until 2096-10-0")
    assert "; that was ended 2024-10-14 " in found["decided"]["said"]
    assert "is snoozed" not in await why_not(home, "pakistan", "1")


async def test_a_mute_that_was_ended(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
        (row,) = await news.store.call(lambda store: store.list_matches(5))
        await quieten(news, "mute", row["story"])
        await news.bring("Tribune", STORY)
        await news.store.call(lambda store: control.end_quiet(store.db, "mute", row["story"], news.clock.now() + HOUR))
    found = await way(at_home(tmp_path), "2")
    assert found["decided"]["said"].startswith("the story was muted until 2096-10-0")
    assert found["change"] == []


async def test_a_muted_story(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
        (row,) = await news.store.call(lambda store: store.list_matches(5))
        await quieten(news, "mute", row["story"])
        await news.bring("Tribune", STORY)
    found = await way(at_home(tmp_path), "2")
    assert (found["outcome"], found["decided"]["name"]) == ("muted", "mute")
    assert found["change"][0].startswith("monitor alerts mute ")
    assert stages(found) == ["match", "first reading", "score", "story", "mute"]


@pytest.mark.parametrize(
    ("watches", "command"),
    [
        ([a_watch("pakistan")], "monitor alerts release pakistan tells it now"),
        ([a_watch("pakistan"), a_watch("kazan", "Kazan")], "monitor alerts release --feed 1 tells it now"),
    ],
)
async def test_what_is_held_as_a_flood(tmp_path: Path, watches: list[Watch], command: str) -> None:
    async with bureau(tmp_path, *watches, channels=[CONSOLE], flood=2) as news:
        if len(watches) == 2:  # the feed has too much, and neither watchlist
            await news.bring("Dawn", *(f"Kazan: {unlike(number)[:9]} {number} {'x' * number}" for number in (1,)))
            await news.bring("Dawn", "Kazan summit opens with a dinner", unlike(2), unlike(3))
        else:
            await news.bring("Dawn", unlike(1), unlike(2), unlike(3))
        rows = await news.store.call(lambda store: store.list_matches(10, outcome="held"))
    found = await way(
        at_home(tmp_path, "digest = false\n", kazan='title = "Kazan"\nany = ["Kazan"]\n'),
        str(rows[0]["item"]),
        rows[0]["watch"],
    )
    assert (found["outcome"], found["decided"]["name"]) == ("held", "flood")
    assert found["change"][0] == command
    # What is held is told all the same, an hour later.
    assert "waits: an hour, for others" in found["stages"][-1]["said"]


async def test_no_route_leads_to_a_channel(tmp_path: Path) -> None:
    from monitor.alerts.routing import Route

    routes = (Route(("console",), watches=frozenset({"other"})),)
    async with bureau(tmp_path, channels=[CONSOLE], routes=routes) as news:
        await news.bring("Dawn", STORY)
    home = at_home(tmp_path, '[[routes]]\nwatchlists = ["other"]\nchannels = ["console"]\n')
    found = await way(home, "1")
    said = "to nobody: no route leads it to a channel that is switched on"
    assert found["decided"] == {"name": "told", "said": said}
    assert "[[routes]]" in found["change"][0]
    found = await way(at_home(tmp_path), "1")  # it is mended, and not yet taken up
    assert found["decided"]["said"].startswith("to nobody when it was found: no route leads it")
    assert "next start" in found["change"][0]


async def test_what_still_waits_for_the_desk(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.poll("Dawn", STORY)
    found = await way(at_home(tmp_path), "1")
    assert (found["outcome"], found["decided"]["name"]) == ("waiting", "desk")
    assert found["change"] == ["monitor run or monitor once decides about it"]


async def test_a_watchlist_that_is_quiet(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", status="quiet"), channels=[WITH_DIGEST]) as news:
        await news.bring("Dawn", STORY)
    found = await way(at_home(tmp_path), "1")
    assert found["decided"] == {"name": "status", "said": "the watchlist is quiet: it was for the digest"}
    assert found["change"] == ["monitor watch reopen pakistan: what it finds from then on is told"]


async def test_a_watchlist_that_is_closed(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", status="closed"), channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
    closed = 'title = "Pakistan"\nany = ["Pakistan"]\nstatus = "closed"\n'
    home = at_home(tmp_path, pakistan=closed)
    found = await way(home, "1")
    assert found["decided"] == {"name": "archived", "said": "the watchlist is closed"}
    assert found["change"] == ["monitor watch reopen pakistan: what it finds from then on is told"]
    said = await why_not(home, "pakistan", "Pakistan has a new port")
    assert "The watchlist is closed: it is told to nobody.\n" in said
    assert "monitor watch reopen pakistan" in said


async def test_an_item_that_is_dated_long_before_it_was_seen(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
        change = "UPDATE matches SET outcome = 'digest', reason = ?"
        await news.store.call(lambda store: store.db.execute(change, [to_json(OldDate("2024-09-01"))]))
    found = await way(at_home(tmp_path), "1")
    said = "dated 2024-09-01, long before it was first seen: it was for the digest"
    assert found["decided"] == {"name": "date", "said": said}


async def test_an_outcome_that_is_not_known_is_shown_with_its_reason(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        await news.bring("Dawn", STORY)
        change = "UPDATE matches SET outcome = 'archived', reason = ?"
        await news.store.call(lambda store: store.db.execute(change, [to_json(Noted("the watchlist is closed"))]))
    found = await way(at_home(tmp_path), "1")
    assert found["decided"] == {"name": "archived", "said": "the watchlist is closed"}


# --- why: channels ---------------------------------------------------------------------------------------------------

NIGHT = Quiet(time(11, 0), time(13, 0), EVERY_DAY)


async def waiting_in_quiet_hours(news: Bureau) -> None:
    await news.bring("Dawn", STORY)


async def muted_while_it_waited(news: Bureau) -> None:
    await news.bring("Dawn", STORY)
    (row,) = await news.store.call(lambda store: store.list_matches(5))
    await quieten(news, "mute", row["story"])
    await news.turn()


async def snoozed_while_it_waited(news: Bureau) -> None:
    await news.bring("Dawn", STORY)
    await quieten(news, "snooze", "pakistan")
    await news.turn()


async def refused_for_now(news: Bureau) -> None:
    news.readers["console"].answers = [SendFailed("450 later")]
    await news.bring("Dawn", STORY)


async def refused_for_good(news: Bureau) -> None:
    news.readers["console"].answers = [SendFailed("550 never", permanent=True)]
    await news.bring("Dawn", STORY)


async def beyond_the_limit(news: Bureau) -> None:
    await news.bring("Dawn", unlike(1))
    await news.bring("Dawn", STORY)


async def dropped_by_the_user(news: Bureau) -> None:
    await waiting_in_quiet_hours(news)
    (row,) = await news.store.call(lambda store: store.list_matches(5))
    await news.store.call(lambda store: control.drop(store.db, row["alert_id"], news.clock.now()))


Arranged = Callable[[Bureau], Any]


@pytest.mark.parametrize(
    ("arrange", "rules", "said", "change"),
    [
        (waiting_in_quiet_hours, {"quiet": (NIGHT,)}, "waits: quiet hours until Mon 13:00", 'priority = "urgent"'),
        (muted_while_it_waited, {"quiet": (NIGHT,)}, "dropped: the story was muted", "monitor alerts mute"),
        (snoozed_while_it_waited, {"quiet": (NIGHT,)}, "dropped: the watchlist was snoozed", "snooze pakistan --end"),
        (waiting_in_quiet_hours, {"group_wait": HOUR}, "waits: waits until Mon 13:00 for what", "group_wait"),
        (refused_for_now, {}, "waits after 1 failed try, next 2024-10-14 ", "monitor alerts retry"),
        (refused_for_good, {}, "given up: refused for good: 550 never", "monitor alerts retry"),
        (beyond_the_limit, {"limit": 1}, "more than 1 alert of this watchlist within an hour", "raise limit"),
        (dropped_by_the_user, {"quiet": (NIGHT,)}, "dropped: quiet hours until", "monitor alerts retry"),
    ],
)
async def test_an_alert_that_its_channel_has_not_taken(
    tmp_path: Path, arrange: Arranged, rules: dict[str, Any], said: str, change: str
) -> None:
    async with bureau(tmp_path, channels=[replace(CONSOLE, **rules)]) as news:
        await arrange(news)
    found = await way(at_home(tmp_path), STORY)
    assert found["decided"]["name"] == "delivery"
    assert found["decided"]["said"].startswith("not told: console ")
    assert said in found["decided"]["said"]
    assert change in " ".join(found["change"])


async def test_a_channel_that_is_switched_off(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(CONSOLE, name="desk", quiet=(NIGHT,))]) as news:
        await news.bring("Dawn", STORY)
    found = await way(at_home(tmp_path), "1")
    assert "desk waits: the channel is switched off" in found["decided"]["said"]


# --- why: what has no match ------------------------------------------------------------------------------------------


async def test_a_watchlist_that_came_later_would_take_it_today(told: Home) -> None:
    (told.folder / "watchlists" / "member.toml").write_text('title = "M"\nany = ["BRICS membership"]\n', "utf-8")
    out = await why(told, "2")
    assert "member would take it today (alert: 1.00 = BRICS membership" in out
    assert "that watchlist did not exist yet: it has judged nothing so far" in out
    await monitor(told, "once", "--force")
    out = await why(told, "2")
    assert "that watchlist did not exist yet: it judges since 20" in out
    assert "member would" not in await why(told, "2", "brics")


async def test_a_watchlist_that_was_changed_since_would_take_it_today(told: Home) -> None:
    path = told.folder / "watchlists" / "pipeline.toml"
    path.write_text('title = "Pakistan Stream"\nany = ["Nothing of interest"]\n', "utf-8")
    assert "that watchlist had another version; this one has judged nothing so far" in await why(told, "1")
    await monitor(told, "once", "--force")
    assert "that watchlist had another version (until 20" in await why(told, "1")


async def test_what_no_watchlist_takes_has_a_nearest_one(told: Home, news: NewsServer) -> None:
    news.publish("/feed", ("n2", "Pakistan bricks kilns told to close"), ("n1", TOLD))
    await monitor(told, "once", "--force")
    out = await why(told, "3")
    assert 'No watchlist takes it.\nNearest is brics:\n  Found: "Pakistan" (title).\n' in out
    assert 'to change it  if "bricks" is another name for it: monitor watch add-term brics "bricks" --to BRICS\n' in out
    told_json = json.loads(await why(told, "3", "--json"))
    assert (told_json["ways"], told_json["would_match"], told_json["nearest"]["watch"]) == ([], [], "brics")
    assert told_json["item"]["at"].startswith("20")


async def test_a_watchlist_whose_days_are_over_is_nearest_because_of_them(told: Home) -> None:
    over = 'title = "M"\nany = ["Nothing of interest"]\nactive = { until = 2020-01-01, after = "silent" }\n'
    (told.folder / "watchlists" / "member.toml").write_text(over, "utf-8")
    out = await why(told, "1")
    assert "Nearest is member:\n  The watchlist was active until 2020-01-01, and is silent after it.\n" in out
    assert "to change it  change active in member.toml" in out


async def test_broken_watchlists_do_not_hide_what_is_stored(told: Home) -> None:
    (told.folder / "watchlists" / "pipeline.toml").write_text("title = ", "utf-8")
    code, out, err = await monitor(told, "watch", "why", "2")
    assert (code, "brics (Pakistan's BRICS bid): alerted" in out) == (0, True)
    assert "warning: watchlists are broken" in err
    assert (await why(told, "1")).endswith("It has no matches.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("why", "99"), 1, "no stored item is called '99'"),
        (("why", "2", "briks"), 2, 'there is no watchlist "briks"; did you mean "brics"?'),
        (("why-not", "briks", "2"), 2, 'there is no watchlist "briks"; did you mean "brics"?'),
    ],
)
async def test_mistakes_are_answered_in_words(told: Home, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = await monitor(told, "watch", *arguments)
    assert (result[0], words in result[2]) == (code, True), result


async def test_a_database_of_an_older_release_does_not_keep_headlines_from_being_judged(home: Home) -> None:
    database_of("format-3", home.folder)
    for command in (("why-not", "brics", "Pakistan bricks"), ("list",)):
        code, out, err = await monitor(home, "watch", *command)
        assert (code, "warning: " in err, "older release" in err) == (0, True, True)
        assert out
    code, _, err = await monitor(home, "watch", "why-not", "brics", "https://news.example/g:1")
    assert (code, "older release" in err) == (1, True)


async def test_why_needs_a_database(home: Home) -> None:
    code, _, err = await monitor(home, "watch", "why", "1")
    assert (code, "no database yet" in err) == (1, True)


# --- why not ---------------------------------------------------------------------------------------------------------


async def why_not(home: Home, *arguments: str, code: int = 0) -> str:
    found, out, err = await monitor(home, "watch", "why-not", *arguments)
    assert found == code, out + err
    return out


async def test_a_stored_item_is_judged_with_all_that_is_stored_of_it(told: Home) -> None:
    out = await why_not(told, "pipeline", "2")
    assert out.startswith("#2  feed0, read 20")
    assert 'Missing: "Pakistan Stream".' in out
    assert "to change it  if the item names it in other words: monitor watch add-term pipeline WORD --to any" in out
    values = json.loads(await why_not(told, "pipeline", "https://news.example/n1", "--json"))
    assert (values["matches"], values["stored"], values["way"], values["item"]["item"]) == (False, True, None, 2)
    with (told.folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write('\n[[feeds]]\nname = "Dawn"\nurl = "https://dawn.example/feed"\n')
    path = told.folder / "watchlists" / "pipeline.toml"
    path.write_text('title = "P"\nany = ["BRICS membership"]\nsources = ["Dawn"]\n', "utf-8")
    out = await why_not(told, "pipeline", TOLD)
    assert 'looks only at the sources that it names, and "feed0" is none of them' in out
    assert "to change it  change sources, not_sources or lang in pipeline.toml" in out


async def test_a_match_that_stayed_silent_is_explained(home: Home, news: NewsServer) -> None:
    news.publish("/feed", ("n1", TOLD))
    await monitor(home, "once")
    out = await why_not(home, "brics", TOLD)
    assert "  first reading it was there when feed0 was read for the first time, and that alerts nobody\n" in out
    values = json.loads(await why_not(home, "brics", "1", "--json"))
    assert (values["matches"], values["way"]["outcome"]) == (True, "baseline")
    assert "--alert-baseline" in values["change"][0]


async def test_an_item_from_before_the_watchlist_is_explained(told: Home) -> None:
    (told.folder / "watchlists" / "member.toml").write_text('title = "M"\nany = ["BRICS membership"]\n', "utf-8")
    out = await why_not(told, "member", "2")
    assert "member would take it today (alert: " in out
    assert "that watchlist did not exist yet" in out


async def test_a_link_that_is_not_stored(told: Home, news: NewsServer) -> None:
    out = await why_not(told, "brics", f"{news.url}/story/7", code=1)
    assert out.startswith("No item with this link is stored.\nThe feed feed0 is of this host, and was last read 20")
    assert "it may not have carried the item" in out
    out = await why_not(told, "brics", "https://elsewhere.example/7", code=1)
    assert "None of your feeds is of this host" in out
    values = json.loads(await why_not(told, "brics", "https://elsewhere.example/7", "--json", code=1))
    assert values["stored"] is False
    for number in ("#77", "9999"):
        assert (await why_not(told, "brics", number, code=1)).startswith("No item with this number is stored")


async def test_a_link_of_a_host_that_feeds_have_brought(told: Home) -> None:
    out = await why_not(told, "brics", "https://www.news.example/n7", code=1)
    assert "\nFeeds that have brought pages of news.example: feed0 (last read 20" in out
    assert "None of your feeds" not in out


async def test_at_most_three_feeds_are_named(tmp_path: Path) -> None:
    names = ("Dawn", "Tribune", "Daily Times", "The News", "Nation")
    async with bureau(tmp_path, channels=[CONSOLE]) as news:
        for name in names:
            await news.bring(name, f"{name} has brought this")
    out = await why_not(at_home(tmp_path), "pakistan", "https://news.example/none", code=1)
    assert out.count("last read") == 3, out
    assert out.endswith(" and 2 more.\n")


async def test_what_an_older_watchlist_would_bring_to_the_digest_can_be_changed(told: Home) -> None:
    weak = 'title = "M"\nany = ["BRICS membership^0.5"]\n'
    (told.folder / "watchlists" / "member.toml").write_text(weak, "utf-8")
    out = await why_not(told, "member", "2")
    assert "member would take it today (digest: " in out
    assert "to change it  lower alert in member.toml (now 0.7) to 0.50 or less\n" in out
    over = 'title = "M"\nany = ["BRICS membership"]\nactive = { until = 2020-01-01 }\n'
    (told.folder / "watchlists" / "member.toml").write_text(over, "utf-8")
    out = await why_not(told, "member", "2")
    assert "to change it  the days of active are over: move active.until in member.toml" in out
    assert "lower alert" not in out


async def test_a_watchlist_that_was_asked_for_is_not_called_the_nearest(told: Home) -> None:
    out = await why(told, "1", "brics")
    assert "brics does not take it.\n  Found: nothing that it asks for.\n" in out
    assert "Nearest" not in out


async def test_a_link_before_the_first_poll(home: Home, news: NewsServer) -> None:
    out = await why_not(home, "brics", f"{news.url}/story/7", code=1)
    assert "The feed feed0 is of this host; it has not been read yet." in out


@pytest.mark.parametrize(
    ("watchlist", "headline", "change"),
    [
        ('all = ["Pakistan", "BRICS"]\nnone = ["cricket"]', "Pakistan BRICS cricket", 'take "cricket" out of none'),
        (
            'any = ["Kazan"]\nexcept = ["Kazan United"]',
            "Kazan United win",
            'take the phrase around "Kazan" out of except',
        ),
        (
            'all = [["BRICS", "the bloc"], "Pakistan"]',
            "Pakistan bricks",
            'add-term one "bricks" --to BRICS',
        ),
        ('all = ["Kazan", "BRICS"]\nnear = 2', "Kazan so far away from here BRICS", "raise near in one.toml (now 2)"),
        (
            'all = ["Kazan", "BRICS"]\ncontext = ["bid"]\ncontext_weight = 0.6',
            "Kazan BRICS",
            "lower context_weight (now 0.6)",
        ),
        ('any = ["Kazan^0.5"]', "Kazan", "lower alert in one.toml (now 0.7) to 0.50 or less"),
        ('any = ["Kazan"]\nfields = { title = 0.4 }', "Kazan", "lower digest in one.toml (now 0.45) to 0.40 or less"),
    ],
)
async def test_what_would_change_it(tmp_path: Path, watchlist: str, headline: str, change: str) -> None:
    home = at_home(tmp_path, one=f'title = "One"\n{watchlist}\n')
    assert change in await why_not(home, "one", headline)


@pytest.mark.parametrize(
    ("watchlist", "headline", "change"),
    [
        (
            'all = ["Zeebrugge", "protests"]',
            "Protesters march in Zeebrugge",
            '"Protesters" looks like a relative of "protests": monitor watch add-term one protesters --to protests',
        ),
        (
            'all = [["strike", "protests"], "Zeebrugge"]',
            "Zeebrugge hears protester's plea",
            '"protester" looks like a relative of "protests": monitor watch add-term one protester --to strike',
        ),
        (
            'any = ["Iran"]',
            "An Iranian film wins",
            '"Iranian" looks like a relative of "Iran": monitor watch add-term one Iranian --to any',
        ),
    ],
)
async def test_relatives_of_what_is_missing_are_offered(
    tmp_path: Path, watchlist: str, headline: str, change: str
) -> None:
    home = at_home(tmp_path, one=f'title = "One"\n{watchlist}\n')
    out = await why_not(home, "one", headline)
    assert change in out
    assert "in other words" not in out
    command = change.partition(": monitor ")[2].split()
    code, _, err = await monitor(home, *command)
    assert code == 0, err
    assert "Missing" not in await why_not(home, "one", headline)


async def test_what_is_no_relative_is_not_offered(tmp_path: Path) -> None:
    home = at_home(tmp_path, one='title = "One"\nall = ["Moscow", "=IRNA", "gas pipeline"]\n')
    assert "relative" not in await why_not(home, "one", "Kazakh gasoline pipelines, and Iranians")


async def test_an_entity_is_named_as_the_place_of_a_new_name(tmp_path: Path) -> None:
    entities = '[brics]\nkind = "org"\nacronyms = ["BRICS"]\n'
    home = at_home(tmp_path, entities=entities, one='title = "One"\nall = ["Pakistan", ["bloc", "@brics^0.9"]]\n')
    assert 'monitor watch add-term one "Bricks" --to @brics' in await why_not(home, "one", "Bricks of Pakistan")


# --- what is none of the story ---------------------------------------------------------------------------------------


async def test_F12_why_says_that_a_term_stands_in_a_footer_of_a_feed(tmp_path: Path) -> None:
    item = (
        "<item><title>Football results</title><guid>1</guid><description>Home team wins. The post Football results "
        "appeared first on Zanzibar Post.</description></item>"
    )
    async with NewsServer() as news:
        news.pages["/feed"].body = f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>".encode()
        watchlists = {"z.toml": 'title = "Z"\nany = ["Zanzibar"]\n'}
        home = Home(tmp_path, [f"{news.url}/feed"], watchlists=watchlists).write()
        code, _, err = await monitor(home, "once")
        assert code == 0, err
    assert 'Not counted: "Zanzibar" (summary) stands in a footer.' in await why(home, "1")


async def test_F03_watch_test_says_that_a_term_is_the_outlet_s_name(tmp_path: Path) -> None:
    home = at_home(tmp_path)
    headline = ("watch", "test", "Smog in Lahore - Pakistan Today")
    code, out, _ = await monitor(home, *headline)
    assert (code, "alert for pakistan" in out) == (0, True)
    code, out, _ = await monitor(home, *headline, "--source", "Pakistan Today")
    assert (code, out.splitlines()) == (
        1,
        ["no watchlist matches", 'Not counted: "Pakistan" (title) is the name of the outlet.'],
    )
    code, out, _ = await monitor(
        home, "watch", "test", "Smog", "--summary", "Grey. Read more at Pakistan Today", "--json"
    )
    assert json.loads(out)["beside"] == [
        {"watch": "pakistan", "part": "footer", "field": "summary", "text": "Pakistan"}
    ]
    code, out, _ = await monitor(home, "watch", "why-not", "pakistan", *headline[2:], "--source", "Pakistan Today")
    assert "is the name of the outlet" in out
