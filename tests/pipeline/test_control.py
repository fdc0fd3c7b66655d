"""What the user says of alerts, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from monitor.alerts.schedule import DigestTimes
from monitor.errors import MonitorError
from monitor.model import MessageKind, SendFailed
from monitor.store import Store
from monitor.store.archive import control
from tests.pipeline.bureau import AT_ONCE, DAY, HOUR, MINUTE, Bureau, bureau
from tests.pipeline.test_desk import GROUPED, unlike

WITH_DIGEST = replace(AT_ONCE, digest=DigestTimes(time(18, 0)))
STORY = "Pakistan applies to join the BRICS group"


async def name_of(news: Bureau, headline: str = STORY) -> str:
    """The short name of the first alert with this headline."""
    rows = await news.store.call(lambda store: store.list_deliveries(1000))
    return str(next(row["alert_id"] for row in reversed(rows) if row["headline"] == headline))[:8]


async def quieten(news: Bureau, kind: str, target: str, length: float) -> None:
    now = news.clock.now()
    await news.store.call(lambda store: control.quieten(store.db, kind, target, now + length, now))


async def test_D20_a_snoozed_watchlist_is_silent_until_it_ends_and_the_digest_has_the_rest(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST]) as news:
        await news.turn()
        await quieten(news, "snooze", "pakistan", HOUR)
        await news.bring("Dawn", STORY)
        assert news.desk.got == []
        assert await news.outcomes() == {STORY: "snoozed"}
        news.restart()
        await news.wait(HOUR)
        await news.bring("Tribune", STORY)  # told of, in a way: a copy does not alert when the snooze is over
        assert news.desk.got == []
        await news.bring("Dawn", unlike(1))
        assert news.desk.headlines == [[unlike(1)]]
        await news.wait(6 * HOUR, HOUR)
        (story,) = news.desk.got[1].stories
        assert (story.alert.headline, [copy.source for copy in story.copies]) == (STORY, ["Tribune"])
        assert story.remark.startswith("the watchlist is snoozed until")


async def test_D22_a_snooze_survives_a_restart(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await quieten(news, "snooze", "pakistan", HOUR)
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", STORY)
        assert news.desk.got == []
        (row,) = await news.store.call(lambda store: control.quietings(store.db, news.clock.now()))
        assert (row["kind"], row["target"], row["silenced"]) == ("snooze", "pakistan", 1)


async def test_a_snooze_can_be_ended(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await quieten(news, "snooze", "pakistan", HOUR)
        assert (
            await news.store.call(lambda store: control.end_quiet(store.db, "snooze", "pakistan", news.clock.now()))
            == 1
        )
        await news.bring("Dawn", STORY)
        assert len(news.desk.got) == 1


async def test_a_muted_story_is_silent_also_in_the_digest_and_others_are_not(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[WITH_DIGEST]) as news:
        await news.turn()
        await news.bring("Dawn", STORY)
        alert = await name_of(news)
        story, _ = await news.store.call(lambda store: control.story_of(store.db, control.find(store.db, alert)))
        await quieten(news, "mute", story, DAY)
        await news.bring("Tribune", STORY)
        await news.bring("Tribune", unlike(3))
        await news.wait(7 * HOUR, HOUR)
        assert news.desk.headlines == [[STORY], [unlike(3)]]
        rows = await news.store.call(lambda store: store.list_matches(10, outcome="muted"))
        assert [row["source"] for row in rows] == ["Tribune"]


async def test_D16_an_alert_that_was_given_up_is_sent_again_under_its_own_id(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        news.desk.answers = [SendFailed("550 no", permanent=True)]
        await news.bring("Dawn", STORY)
        (row,) = await news.store.call(lambda store: store.list_deliveries(5, "dead"))
        alert = await name_of(news)
        assert await news.store.call(lambda store: control.retry(store.db, control.find(store.db, alert), 0.0)) == 1
        await news.turn()
        message, notice = news.desk.got
        assert message.id == row["message"]
        assert notice.kind is MessageKind.NOTICE, "there is no other channel that could tell of it"
        details = await news.store.call(lambda store: control.details(store.db, control.find(store.db, alert)))
        (delivery,) = details["deliveries"]
        assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["failed", "sent"]


async def test_a_dropped_alert_is_never_sent_and_can_be_taken_back(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        await news.bring("Dawn", STORY)
        alert = await name_of(news)
        now = news.clock.now()
        assert await news.store.call(lambda store: control.drop(store.db, control.find(store.db, alert), now)) == 1
        await news.wait(HOUR)
        assert news.desk.got == []
        assert await news.store.call(lambda store: control.retry(store.db, control.find(store.db, alert), now)) == 1
        await news.wait(HOUR)
        assert news.desk.headlines == [[STORY]]


async def test_one_of_several_in_a_message_cannot_be_dropped(tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[GROUPED]) as news:
        news.desk.answers = [SendFailed("451 later")]
        await news.bring("Dawn", STORY, unlike(1))
        await news.wait(31)
        alert = await name_of(news)
        with pytest.raises(MonitorError, match="part of a message with 1 other"):
            await news.store.call(lambda store: control.drop(store.db, control.find(store.db, alert), 0.0))


async def test_I27_what_was_held_as_a_flood_is_told_when_it_is_released(tmp_path: Path) -> None:
    async with bureau(tmp_path, flood=5) as news:
        await news.bring("Dawn", *(unlike(number) for number in range(12)))
        assert list((await news.outcomes()).values()).count("held") == 7
        (row,) = await news.store.call(lambda store: control.quietings(store.db, news.clock.now()))
        assert (row["kind"], row["target"], row["what"], row["silenced"]) == ("flood", "pakistan", "Pakistan", 7)
        desk = news.delivering.desk
        assert await news.store.at_desk(lambda book: desk.release(book, "watch", "pakistan")) == 7
        await news.turn()
        told = [headline for headlines in news.desk.headlines for headline in headlines]
        assert sorted(one for one in told if one.startswith("Pakistan")) == sorted(map(unlike, range(12)))
        assert await news.store.at_desk(lambda book: desk.release(book, "watch", "pakistan")) == 0
        await news.wait(2 * HOUR, HOUR)
        assert len(news.desk.got) == 13, "what was released does not stand in a digest, too"


@pytest.mark.parametrize(
    ("name", "words"),
    [("zz", "not the name of an alert"), ("", "not the name"), ("ffffffff", "there is no alert"), ("'; --", "not the")],
)
def test_an_unknown_name_is_refused_in_words(name: str, words: str, tmp_path: Path) -> None:
    store = Store.writing(tmp_path / "monitor.db")
    with pytest.raises(MonitorError, match=words):
        control.find(store.db, name)
    store.close()


async def test_unseen_alerts_are_those_that_nothing_was_said_of(tmp_path: Path) -> None:
    async with bureau(tmp_path) as news:
        await news.bring("Dawn", STORY, unlike(1))
        first, second = await news.store.call(lambda store: control.unseen(store.db, 10))
        await news.store.call(lambda store: control.acknowledge(store.db, first, "irrelevant", 1.0))
        assert await news.store.call(lambda store: control.unseen(store.db, 10)) == [second]


async def test_what_a_digest_has_told_is_not_released_again(tmp_path: Path) -> None:
    channels = [WITH_DIGEST, replace(AT_ONCE, name="mail", digest=DigestTimes(time(23)))]
    async with bureau(tmp_path, flood=2, channels=channels) as news:
        await news.turn()
        await news.bring("Dawn", *(unlike(number) for number in range(6)))
        await news.wait(7 * HOUR, HOUR)  # the desk's digest is out, the mail's is not
        desk = news.delivering.desk
        assert await news.store.at_desk(lambda book: desk.release(book, "watch", "pakistan")) == 4
        await news.wait(DAY, HOUR)
        for reader in news.readers.values():
            told = [one for headlines in reader.headlines for one in headlines if one.startswith("Pakistan")]
            assert sorted(told) == sorted(map(unlike, range(6))), reader.name


@pytest.mark.parametrize("kind", ["mute", "snooze"])
async def test_what_waits_is_silenced_too(kind: str, tmp_path: Path) -> None:
    async with bureau(tmp_path, channels=[replace(GROUPED, digest=DigestTimes(time(18)))]) as news:
        await news.turn()
        await news.bring("Dawn", STORY)
        alert = await name_of(news)
        story, watch = await news.store.call(lambda store: control.story_of(store.db, control.find(store.db, alert)))
        await quieten(news, kind, story if kind == "mute" else watch, HOUR)
        await news.wait(7 * HOUR, MINUTE * 10)
        assert [message.kind for message in news.desk.got] == ([] if kind == "mute" else ["digest"])
