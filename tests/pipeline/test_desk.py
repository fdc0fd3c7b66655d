"""What becomes of matches: stories, routes, grouping, limits, floods, quiet hours, digests, snoozes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.alerts.routing import ChannelRules, Mode, Route
from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.alerts.wording import words_of
from monitor.model import MessageKind, SendFailed
from monitor.model.reasons import ClosedWatchlist
from monitor.store import Store
from tests.pipeline.bureau import AT_ONCE, DAY, HOUR, MINUTE, NOON, a_watch, bureau

GROUPED = ChannelRules("desk", limit=0, group_wait=30.0, group_interval=300.0)
WITH_DIGEST = replace(AT_ONCE, digest=DigestTimes(time(18, 0)))

# --- one story, one alert --------------------------------------------------------------------------------------------


async def test_I24_one_story_in_three_feeds_is_one_alert_that_names_them(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        for feed, mark in (("Dawn", "utm_source=a"), ("Tribune", "utm_medium=b&fbclid=c"), ("Herald", "gclid=d")):
            entry = news.publish("Pakistan applies to join BRICS", link=f"https://wire.example/story/1?{mark}")
            await news.poll(feed, *entry)
        await news.wait(31)
        ((story,),) = [message.stories for message in news.desk.got]
        assert (story.alert.source, [copy.source for copy in story.copies]) == ("Dawn", ["Tribune", "Herald"])
        rows = await news.store.call(lambda store: store.list_matches(10))
        assert sorted(row["outcome"] for row in rows) == ["alerted", "joined", "joined"]
        assert [words_of(row["reason"]) for row in reversed(rows)] == [
            "the first report of its story",
            "same link as in Dawn",
            "same link as in Tribune",
        ]


async def test_a_wire_copy_under_another_outlets_name_joins_its_story(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", "Pakistan formally applies for BRICS membership, envoy says")
        await news.bring("Aggregator", "Pakistan formally applies for BRICS membership, envoy says - Dawn")
        assert len(news.desk.got) == 1


async def test_another_story_alerts(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", "Pakistan formally applies for BRICS membership")
        await news.bring("Tribune", "Pakistan opens talks about the gas pipeline with Russia")
        assert len(news.desk.got) == 2


async def test_late_copies_raise_the_count_and_stand_in_the_digest(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST]) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(HOUR)
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        assert len(news.desk.got) == 1
        await news.wait(6 * HOUR)
        digest = news.desk.got[1]
        assert digest.kind is MessageKind.DIGEST
        assert [story.remark for story in digest.stories] == ["same title as in Dawn"]


async def test_a_story_is_not_remembered_for_ever(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(4 * DAY)
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        assert len(news.desk.got) == 2


async def test_copies_join_within_their_watchlist_only(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan"), a_watch("brics", "BRICS")) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        assert sorted(message.watch for message in news.desk.got) == ["brics", "pakistan"]


async def test_with_group_none_only_the_same_page_is_the_same_report(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", group="none")) as news:
        await news.bring(
            "Dawn", *news.publish("Pakistan applies to join BRICS now", link="https://a.example/1?utm_x=1")
        )
        await news.bring("Tribune", "Pakistan applies to join BRICS now")
        await news.bring("Herald", *news.publish("Pakistan applies to join BRICS now", link="https://a.example/1"))
        assert len(news.desk.got) == 2


async def test_min_sources_waits_for_so_many_feeds_and_then_names_them(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", min_sources=3)) as news:
        for feed in ("Dawn", "Tribune"):
            await news.bring(feed, "Pakistan applies to join the BRICS group")
        assert news.desk.got == []
        await news.bring("Herald", "Pakistan applies to join the BRICS group")
        (message,) = news.desk.got
        assert {message.stories[0].alert.source, *(copy.source for copy in message.stories[0].copies)} == {
            *("Dawn", "Tribune", "Herald")
        }


async def test_D33_the_same_match_by_two_terms_is_one_message_with_both(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("w", "Pakistan", "BRICS")) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        (message,) = news.desk.got
        assert len(message.stories) == 1


# --- D03, D23, D24: nothing lost, nothing twice ----------------------------------------------------------------------


async def test_D03_matches_that_a_dead_process_left_are_decided_by_the_next(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        assert await news.poll("Dawn", "Pakistan applies to join the BRICS group") == 1
        assert set((await news.outcomes()).values()) == {"waiting"}
    async with bureau(tmp_path) as news:
        await news.turn()
        assert len(news.desk.got) == 1


async def test_D23_restarts_alert_nothing_again(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        for _ in range(5):
            news.restart()
            await news.turn()
        assert len(news.desk.got) == 1


async def test_D32_what_a_deleted_watchlist_had_found_is_delivered(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.poll("Dawn", "Pakistan applies to join the BRICS group")
        news.watches.clear()
        await news.turn()
        assert len(news.desk.got) == 1


# --- grouping --------------------------------------------------------------------------------------------------------


async def test_D17_ten_matches_within_group_wait_are_one_message(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        for number in range(10):
            await news.bring("Dawn", f"Pakistan tops the news of section {number}, says editor {number * 7}")
            await news.wait(2)
        assert news.desk.got == []
        await news.wait(20)
        (message,) = news.desk.got
        assert len(message.stories) == 10
        assert message.title.startswith("10 stories: Pakistan tops the news")


async def test_D18_what_comes_after_waits_for_the_next_group(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(31, 1)
        assert len(news.desk.got) == 1
        await news.bring("Dawn", "Pakistan opens talks about a gas pipeline")
        await news.wait(200, 10)
        assert len(news.desk.got) == 1
        await news.wait(120, 10)
        assert news.desk.headlines[1] == ["Pakistan opens talks about a gas pipeline"]


async def test_D22_group_times_survive_a_restart(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(31)
        await news.bring("Dawn", "Pakistan opens talks about a gas pipeline")
        news.restart()
        await news.wait(100)
        assert len(news.desk.got) == 1
        news.restart()
        await news.wait(250)
        assert len(news.desk.got) == 2


async def test_watchlists_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan"), a_watch("iran", "Iran"), channels=[GROUPED]) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group", "Iran signs an agreement on gas")
        await news.wait(31)
        assert sorted(message.watch for message in news.desk.got) == ["iran", "pakistan"]


async def test_once_waits_for_nothing(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        await news.poll("Dawn", "Pakistan applies to join the BRICS group")
        await news.turn(hurry=True)
        assert len(news.desk.got) == 1


# --- limits and floods -----------------------------------------------------------------------------------------------


def unlike(number: int) -> str:
    """Headlines of different stories."""
    words = (
        "cotton",
        "railways",
        "courts",
        "cricket",
        "monsoon",
        "elections",
        "textiles",
        "Karachi",
        "tariffs",
        "power",
    )
    return f"Pakistan and {words[number % 10]}: report {number} on {words[number // 10 % 10]} and {number * 37}"


async def test_D21_beyond_the_limit_alerts_become_a_digest_and_none_is_lost(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(AT_ONCE, limit=10)]) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(100)))
        await news.turn()
        assert [len(message.stories) for message in news.desk.got] == [1] * 10
        await news.wait(HOUR, 5 * MINUTE)
        digest = news.desk.got[10]
        assert (digest.kind, len(digest.stories)) == (MessageKind.DIGEST, 90)
        told = {story.alert.headline for message in news.desk.got for story in message.stories}
        assert told == {unlike(number) for number in range(100)}
        await news.wait(DAY, HOUR)
        assert len(news.desk.got) == 11


async def test_I28_five_hundred_matches_in_one_poll_are_few_messages_and_all_are_listed(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(AT_ONCE, limit=10)], flood=20) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(500)))
        await news.wait(2 * HOUR, 5 * MINUTE)
        assert len(news.desk.got) <= 13
        told = [story.alert.headline for message in news.desk.got for story in message.stories]
        assert {unlike(number) for number in range(500)} <= set(told)
        assert len([one for one in told if one.startswith("Pakistan")]) == 500


async def test_I27_a_feed_that_floods_is_held_and_announced_once(tmp_path: Path) -> None:
    watches = [a_watch(f"w{number}", f"report {number}") for number in range(40)]
    async with bureau(tmp_path, *watches, flood=20) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(40)))
        notices = [message for message in news.desk.got if message.kind is MessageKind.NOTICE]
        assert [notice.title for notice in notices] == [
            "A flood: the feed Dawn brought more than 20 alerts within an hour"
        ]
        assert list((await news.outcomes()).values()).count("held") == 20
        await news.bring("Tribune", "Elsewhere there is a report 7 too, on quite other things")
        assert news.desk.headlines[-1] == ["Elsewhere there is a report 7 too, on quite other things"]


async def test_a_busy_watchlists_habit_is_no_flood(tmp_path: Path) -> None:
    async with bureau(tmp_path, flood=5) as news:
        for hour in range(48):
            for part in range(4):
                await news.bring("Dawn", unlike(hour * 4 + part))
            await news.wait(HOUR)
        before = len(news.desk.got)
        await news.bring("Dawn", *(unlike(1000 + number) for number in range(5)))
        assert len(news.desk.got) == before + 5
        assert "held" not in (await news.outcomes()).values()


# --- quiet hours -----------------------------------------------------------------------------------------------------

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = replace(GROUPED, zone=BERLIN, quiet=(Quiet(time(22), time(7)),))


async def test_D19_in_quiet_hours_alerts_wait_for_the_morning(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[NIGHT]) as news:
        news.clock.time = NOON + 9 * HOUR  # 23:00 in Berlin
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(8 * HOUR - 1, 10 * MINUTE)
        assert news.desk.got == []
        (row,) = await news.store.call(lambda store: store.list_deliveries(5))
        assert words_of(row["reason"]) == "quiet hours until Tue 07:00"
        await news.wait(1)
        assert len(news.desk.got) == 1


async def test_D19_urgent_watchlists_pass(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", priority="urgent"), channels=[NIGHT]) as news:
        news.clock.time = NOON + 9 * HOUR
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(31)
        assert len(news.desk.got) == 1
        assert news.desk.got[0].urgent


async def test_D19_a_change_of_zone_holds_at_once(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[NIGHT]) as news:
        news.clock.time = NOON + 9 * HOUR
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(HOUR)
        assert news.desk.got == []
        news.restart(channels=(replace(NIGHT, zone=ZoneInfo("Asia/Tokyo")),))  # there it is 07:00
        await news.turn()
        assert len(news.desk.got) == 1


# --- digests ---------------------------------------------------------------------------------------------------------


async def test_the_digest_holds_what_was_not_worth_an_alert_best_first(tmp_path: Path) -> None:
    watches = [replace(a_watch("pakistan", "Pakistan^0.6", "BRICS^0.65"), alert=0.7)]
    async with bureau(tmp_path, *watches, channels=[WITH_DIGEST]) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan plans a railway to the sea", "BRICS summit planned for the autumn")
        await news.wait(6 * HOUR - 1, HOUR)
        assert news.desk.got == []
        await news.wait(1)
        assert news.desk.headlines == [["BRICS summit planned for the autumn", "Pakistan plans a railway to the sea"]]
        assert news.desk.got[0].late == ""
        await news.wait(DAY, HOUR)
        assert len(news.desk.got) == 1, "an empty digest is not sent unless it is wanted"


async def test_D22_a_digest_is_sent_late_after_downtime_once_and_says_so(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST], routes=(Route(("desk",), mode=Mode.DIGEST),)) as news:
        await news.turn()
        await news.poll("Dawn", "Pakistan applies to join the BRICS group")
        news.clock.time += 9 * HOUR  # the program was down at 18:00
        news.restart()
        await news.turn()
        news.restart()
        await news.turn()
        assert [message.late for message in news.desk.got] == ["due at Mon 18:00, sent 3 h later"]


async def test_an_empty_digest_is_sent_to_who_wants_it(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(WITH_DIGEST, empty_digest=True)]) as news:
        await news.turn()
        await news.wait(3 * DAY, HOUR)
        assert [message.title for message in news.desk.got] == ["Digest: nothing new"] * 3


# --- routes ----------------------------------------------------------------------------------------------------------


async def test_routes_lead_by_id_tag_and_priority(tmp_path: Path) -> None:
    channels = [replace(AT_ONCE, name=name) for name in ("desk", "ann", "pager")]
    watches = [
        a_watch("pakistan", tags=frozenset(["asia"])),
        a_watch("iran", "Iran", priority="urgent"),
        a_watch("chile", "Chile"),
    ]
    routes = (
        Route(("ann",), tags=frozenset(["asia"])),
        Route(("pager", "ann"), priorities=frozenset(["urgent"])),
        Route(("desk",), watches=frozenset(["chile"])),
    )
    async with bureau(tmp_path, *watches, channels=channels, routes=routes) as news:
        await news.bring("Dawn", "Pakistan holds talks today", "Iran holds talks today", "Chile holds talks today")
        told = {name: sorted(message.watch for message in reader.got) for name, reader in news.readers.items()}
        assert told == {"desk": ["chile"], "ann": ["iran", "pakistan"], "pager": ["iran"]}


async def test_a_route_may_want_alerts_and_the_digest(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST], routes=(Route(("desk",), mode=Mode.BOTH),)) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(6 * HOUR)
        assert [message.kind for message in news.desk.got] == [MessageKind.ALERT, MessageKind.DIGEST]


async def test_D13_channels_do_not_wait_for_each_other(tmp_path: Path) -> None:
    channels = [replace(AT_ONCE, name=name) for name in ("desk", "mail")]
    async with bureau(tmp_path, channels=channels) as news:
        news.readers["mail"].answers = [SendFailed("refused", unreachable=True)] * 3
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        assert (len(news.desk.got), len(news.readers["mail"].got)) == (1, 0)
        assert (await news.store.counts())["deliveries"] == {"desk": {"sent": 1}, "mail": {"pending": 1}}


# --- D05, D25, D34: backlogs and clocks ------------------------------------------------------------------------------


async def test_D05_after_an_outage_all_arrive_oldest_first_with_their_own_times(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        for number in range(40):
            news.desk.answers = [SendFailed("refused", unreachable=True)]
            await news.bring("Dawn", unlike(number))
            news.clock.time += 9 * MINUTE
        news.desk.answers = []
        await news.turn()
        seen = [message.stories[0].alert.first_seen for message in news.desk.got]
        assert seen == [NOON + number * 9 * MINUTE for number in range(40)]


async def test_D34_the_newest_urgent_alert_is_not_behind_all_old_ones(tmp_path: Path) -> None:
    watches = [a_watch("pakistan"), a_watch("iran", "Iran", priority="urgent")]
    async with bureau(tmp_path, *watches) as news:
        news.desk.answers = [SendFailed("refused", unreachable=True)]
        await news.bring("Dawn", *(unlike(number) for number in range(30)))
        news.desk.answers = []
        await news.bring("Dawn", "Iran closes the strait for a day")
        assert news.desk.got[0].watch == "iran"


async def test_D25_a_clock_that_is_set_back_holds_up_no_alert(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(GROUPED, digest=DigestTimes(time(18)), limit=1)]) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(31)
        news.clock.time -= DAY
        await news.bring("Dawn", "Pakistan opens talks about a gas pipeline")
        await news.wait(31)
        assert len(news.desk.got) == 2


# --- D12, D16: a channel that does not work is told of on the others -------------------------------------------------

TWO = [replace(AT_ONCE, name=name) for name in ("desk", "mail")]


async def test_D12_a_refused_login_is_told_at_once_elsewhere_and_nothing_is_lost(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=TWO) as news:
        mail = news.readers["mail"]
        mail.answers = [SendFailed("535 wrong password", unreachable=True, needs_user=True)] * 3
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        for _ in range(2):
            await news.wait(HOUR)
            news.restart()
        told = [headlines for headlines in news.desk.headlines if "do not reach" in headlines[0]]
        assert told == [["Alerts do not reach the channel mail"]]
        await news.wait(HOUR)
        assert mail.headlines == [["Pakistan applies to join the BRICS group"]]
        mail.answers = [SendFailed("535 wrong again", unreachable=True, needs_user=True)]
        await news.bring("Dawn", "Pakistan opens talks about a gas pipeline")
        await news.turn()
        assert len([headlines for headlines in news.desk.headlines if "do not reach" in headlines[0]]) == 2


async def test_a_short_outage_is_not_told(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=TWO) as news:
        news.readers["mail"].answers = [SendFailed("refused", unreachable=True)]
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.wait(2 * MINUTE)
        assert news.desk.headlines == news.readers["mail"].headlines


async def test_D16_what_is_given_up_is_told_elsewhere(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=TWO) as news:
        news.readers["mail"].answers = [SendFailed("554 spam", permanent=True)]
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.turn()
        assert ["Not delivered by mail: Pakistan applies to join the BRICS group"] in news.desk.headlines


async def test_two_channels_that_refuse_all_do_not_tell_each_other_for_ever(tmp_path: Path) -> None:
    channels = [replace(AT_ONCE, name=name) for name in ("desk", "one", "two")]
    async with bureau(tmp_path, channels=channels) as news:
        for name in ("one", "two"):
            news.readers[name].answers = [SendFailed("554 no", permanent=True)] * 500
        await news.bring("Dawn", *(unlike(number) for number in range(10)))
        await news.wait(10 * MINUTE, MINUTE)
        notices = [headlines for headlines in news.desk.headlines if headlines[0].startswith("Not delivered")]
        assert len(notices) == 2, "one for each channel, not for each message"
        assert len(news.readers["one"].answers) > 480


async def test_several_late_copies_all_stand_in_the_digest(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST]) as news:
        await news.turn()
        for feed in ("Dawn", "Tribune", "Herald", "Courier"):
            await news.bring(feed, "Pakistan applies to join the BRICS group")
            await news.wait(MINUTE)
        await news.wait(6 * HOUR)
        (story,) = news.desk.got[1].stories
        assert {story.alert.source, *(copy.source for copy in story.copies)} == {"Dawn", "Tribune", "Herald", "Courier"}


async def test_min_sources_that_are_reached_leave_nothing_for_the_digest(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", min_sources=2), channels=[WITH_DIGEST]) as news:
        await news.turn()
        for feed in ("Dawn", "Tribune"):
            await news.bring(feed, "Pakistan applies to join the BRICS group")
        await news.wait(DAY, HOUR)
        assert [message.kind for message in news.desk.got] == [MessageKind.ALERT]


async def test_a_watchlist_that_no_route_takes_says_so(tmp_path: Path) -> None:
    async with bureau(tmp_path, routes=(Route(("desk",), tags=frozenset(["asia"])),)) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        assert list((await news.reasons()).values()) == ["no route leads it to a channel that is switched on"]
        assert news.desk.got == []


async def test_urgent_watchlists_pass_the_limit(tmp_path: Path) -> None:
    channels = [replace(AT_ONCE, limit=2)]
    async with bureau(tmp_path, a_watch("pakistan", priority="urgent"), channels=channels) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(5)))
        assert len(news.desk.got) == 5


async def test_no_question_of_the_desk_goes_through_all_matches(tmp_path: Path) -> None:
    async with bureau(tmp_path, flood=1, channels=[replace(WITH_DIGEST, limit=1)]) as news:
        asked: set[str] = set()
        await news.store.call(lambda store: store.db.conn.set_trace_callback(asked.add))
        for feed in ("Dawn", "Tribune"):
            await news.bring(feed, "Pakistan applies to join the BRICS group", unlike(1), unlike(2), unlike(3))
        await news.wait(DAY, HOUR)
        await news.store.call(lambda store: store.db.conn.set_trace_callback(None))

        def scans(store: Store) -> list[str]:
            found = []
            for query in sorted(asked):
                # As the program asks, with parameters: a value that SQLite can see would let it choose better.
                bare = re.sub(r"'[0-9a-f]{20}'", "?", query)
                if not bare.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
                    continue
                plan = store.db.execute(f"EXPLAIN QUERY PLAN {bare}", [""] * bare.count("?"))
                found += [f"{row[3]}: {bare}" for row in plan if whole.match(row[3])]
            return found

        whole = re.compile(r"SCAN (matches|deliveries|items|messages|alerts)\b(?!.*INDEX)")
        assert len(asked) > 15
        assert await news.store.call(scans) == []


# --- where a watchlist stands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["closed", "resolved"])
async def test_matches_of_a_closed_watchlist_are_stored_and_told_to_nobody(tmp_path: Path, status: str) -> None:
    async with bureau(tmp_path, a_watch("pakistan", status=status), channels=[WITH_DIGEST]) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        await news.wait(DAY)
        assert news.desk.got == []
        rows = await news.store.call(lambda store: store.list_matches(10))
        assert [(row["outcome"], row["reason"]) for row in rows] == [("archived", ClosedWatchlist(status))] * 2


async def test_a_watchlist_that_is_opened_again_alerts_also_for_stories_that_went_on(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", status="closed")) as news:
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        news.watches["pakistan"] = a_watch("pakistan")
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        (message,) = news.desk.got
        assert message.stories[0].alert.source == "Tribune"


async def test_a_quiet_watchlist_is_told_in_the_digest_only(tmp_path: Path) -> None:
    async with bureau(tmp_path, a_watch("pakistan", status="quiet"), channels=[WITH_DIGEST]) as news:
        await news.turn()
        await news.bring("Dawn", "Pakistan applies to join the BRICS group")
        await news.bring("Tribune", "Pakistan applies to join the BRICS group")
        assert news.desk.got == []
        assert await news.reasons() == {"Pakistan applies to join the BRICS group": "the watchlist is quiet"}
        await news.wait(6 * HOUR)
        (digest,) = news.desk.got
        assert digest.kind is MessageKind.DIGEST
        assert [story.alert.source for story in digest.stories] == ["Dawn"]
