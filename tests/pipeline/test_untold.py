"""Nothing that is found is told to nobody without the user's knowing it: digests, routes, and what came before them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from monitor.alerts.routing import ChannelRules, DeskRules, Gap, Route, Untold, gaps, reach
from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.matching import Watch
from monitor.model import Band, MessageKind
from monitor.pipeline import catch_up
from monitor.store import untold
from monitor.store.archive import ledger
from tests.pipeline.bureau import AT_ONCE, DAY, HOUR, Bureau, a_watch, bureau
from tests.pipeline.test_desk import unlike

EVENING = replace(AT_ONCE, digest=DigestTimes(time(18, 0)))
WEAK = a_watch("pakistan", "Pakistan^0.6")
STORY = "Pakistan applies to join the BRICS group"
NOWHERE = (Route(("desk",), watches=frozenset({"other"})),)


async def silent(news: Bureau) -> list[str]:
    """The headlines that nobody is told of."""
    return [one.title for one in await news.store.call(lambda store: untold.find(store.db, 0.0))]


async def start(news: Bureau) -> int:
    """What a start does about them."""
    return await news.store.at_desk(lambda book: catch_up(news.delivering.desk, book, news.clock.now()))


QUIET = a_watch("pakistan", status="quiet")
SEVERAL = a_watch("pakistan", min_sources=3)


@pytest.mark.parametrize("watch", [WEAK, QUIET, SEVERAL], ids=["weak", "quiet", "sources"])
async def test_U01_what_is_no_alert_is_told_in_the_digest_or_noted_as_untold(tmp_path: Path, watch: Watch) -> None:
    for folder, channel, outcome in (("on", EVENING, "digest"), ("off", AT_ONCE, "untold")):
        (tmp_path / folder).mkdir()
        async with bureau(tmp_path / folder, watch, channels=[channel]) as news:
            await news.turn()
            await news.bring("Dawn", STORY)
            assert await news.outcomes() == {STORY: outcome}
            assert await silent(news) == ([] if outcome == "digest" else [STORY])
            reason = (await news.reasons())[STORY]
            assert ("the digest is switched off on every channel that it goes to" in reason) == (outcome == "untold")
            await news.wait(7 * HOUR, HOUR)
            assert len(news.desk.got) == (outcome == "digest")


@pytest.mark.parametrize("channel", [EVENING, AT_ONCE], ids=["digest", "no digest"])
async def test_a_story_that_waits_for_more_sources_is_no_fault(tmp_path: Path, channel: ChannelRules) -> None:
    async with bureau(tmp_path, SEVERAL, channels=[channel]) as news:
        await news.bring("Dawn", STORY)
        await news.bring("Dawn", f"{STORY} - Dawn", "https://dawn.example/again")
        assert "joined" in (await news.outcomes()).values()
        assert await news.store.call(lambda store: ledger.faults(store.db, 0.0, news.clock.now())) == []


async def test_U01_an_alert_that_no_route_leads_anywhere_is_noted_as_untold(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[EVENING], routes=NOWHERE) as news:
        await news.bring("Dawn", STORY)
        await news.bring("Tribune", STORY)
        assert await silent(news) == [STORY], "a story counts once"
        assert (await news.reasons())[STORY] == "no route leads it to a channel that is switched on"


async def test_U01_what_found_no_way_stands_in_the_first_digest_after_there_is_one(tmp_path: Path) -> None:
    async with bureau(tmp_path, WEAK, channels=[AT_ONCE]) as news:
        await news.bring("Dawn", STORY)
        assert await start(news) == 0, "there still is no way"
        news.restart(channels=(EVENING,))
        assert await start(news) == 1
        assert await start(news) == 0
        assert await news.outcomes() == {STORY: "digest"}
        await news.turn()
        await news.wait(7 * HOUR, HOUR)
        (message,) = news.desk.got
        assert message.kind is MessageKind.DIGEST
        assert [story.remark for story in message.stories] == ["found while it could be told to nobody"]
        assert await silent(news) == []


async def test_U01_an_alert_whose_route_is_mended_is_told(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[EVENING], routes=NOWHERE) as news:
        await news.bring("Dawn", STORY)
        news.restart(routes=())
        assert await start(news) == 1
        await news.turn()
        await news.wait(7 * HOUR, HOUR)
        assert news.desk.headlines == [[STORY]]


async def test_U01_of_a_database_from_before_the_last_week_is_told_and_the_rest_is_counted(tmp_path: Path) -> None:
    async with bureau(tmp_path, WEAK, channels=[AT_ONCE]) as news:
        await news.bring("Dawn", unlike(1), unlike(2))
        await news.wait(40 * DAY)
        await news.bring("Dawn", unlike(3))
        # As it was left by releases in which this was the outcome, whether there was a digest or not.
        await news.store.call(lambda store: store.db.execute("UPDATE matches SET outcome = 'digest'"))
        assert len(await silent(news)) == 3
        news.restart(channels=(EVENING,))
        assert await start(news) == 3
        assert (await start(news), await silent(news)) == (0, [])
        await news.turn()
        await news.wait(DAY, HOUR)
        notice, digest = news.desk.got
        assert notice.title.startswith("2 matches that nobody was told of since 2024-10-14")
        assert "The newest 1 stands in the next digest." in notice.stories[0].alert.lines
        assert (digest.kind, [story.alert.headline for story in digest.stories]) == (MessageKind.DIGEST, [unlike(3)])
        await news.wait(3 * DAY, HOUR)
        assert len(news.desk.got) == 2, "once"


async def test_U01_what_a_closed_watchlist_left_is_not_told_after_all(tmp_path: Path) -> None:
    async with bureau(tmp_path, WEAK, channels=[AT_ONCE]) as news:
        await news.bring("Dawn", STORY)
        news.watches["pakistan"] = a_watch("pakistan", status="closed")
        news.restart(channels=(EVENING,))
        assert await start(news) == 0


async def test_U01_a_digest_that_nobody_has_set_a_time_for_keeps_quiet_hours(tmp_path: Path) -> None:
    quiet = (Quiet(time(17, 0), time(20, 0)),)
    for waits, got in ((False, 1), (True, 0)):
        folder = tmp_path / str(waits)
        folder.mkdir()
        async with bureau(folder, WEAK, channels=[replace(EVENING, quiet=quiet, digest_waits=waits)]) as news:
            await news.turn()
            await news.bring("Dawn", STORY)
            await news.wait(7 * HOUR, 60.0)
            assert len(news.desk.got) == got
            await news.wait(2 * HOUR, 60.0)
            assert len(news.desk.got) == 1


async def test_U01_what_waits_for_a_channel_that_is_gone_is_found(tmp_path: Path) -> None:
    async with bureau(tmp_path, WEAK, channels=[EVENING]) as news:
        await news.bring("Dawn", STORY)
        for channels, found in ((["desk"], []), (["mail"], [("desk", STORY)])):
            stranded = await news.store.call(lambda store, names=channels: ledger.stranded(store.db, 0.0, names))
            assert stranded == found


# --- in words ---------------------------------------------------------------------------------------------------------


def test_U01_it_is_said_whom_a_match_reaches() -> None:
    mail = replace(AT_ONCE, name="mail")
    rules = DeskRules((EVENING, mail))
    plain, quiet, closed = (a_watch("one", status=status) for status in ("open", "quiet", "closed"))
    assert reach(rules, plain, Band.ALERT).words == "told at once on desk, mail"
    assert reach(rules, plain, Band.DIGEST).words == "told in the digest of desk"
    assert reach(rules, quiet, Band.ALERT).words == "told in the digest of desk"
    assert reach(rules, closed, Band.ALERT).words == "told to nobody: the watchlist is closed"
    off = DeskRules((mail,))
    assert reach(off, plain, Band.ALERT).words == "told at once on mail"
    assert reach(off, plain, Band.DIGEST).untold is Untold.NO_DIGEST
    assert reach(off, quiet, Band.ALERT).untold is Untold.NO_DIGEST
    assert reach(DeskRules(), plain, Band.ALERT).untold is Untold.NO_CHANNEL
    assert reach(DeskRules((mail,), NOWHERE), plain, Band.ALERT).untold is Untold.NO_ROUTE


def test_U01_gaps_name_the_watchlists_and_leave_out_those_that_are_closed() -> None:
    watches = [a_watch("one"), a_watch("two"), a_watch("three", status="closed")]
    assert list(gaps(DeskRules((EVENING,)), watches)) == []
    assert list(gaps(DeskRules((AT_ONCE,)), watches)) == [Gap(Untold.NO_DIGEST, ("one", "two"), True)]
    routes = (Route(("desk",), watches=frozenset({"one"})),)
    (gap,) = gaps(DeskRules((EVENING,), routes), watches)
    assert (gap.untold, gap.watches) == (Untold.NO_ROUTE, ("two",))
    assert gap.words == "no route leads two to a channel that is switched on: what is found there is told to nobody"
