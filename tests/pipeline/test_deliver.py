"""A round of deliveries, with a real outbox and channels that do as they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import ChannelRules, DeskRules
from monitor.daemon.sending import Sender
from monitor.matching import Handling
from monitor.model import Alert, AlertId, AlertKind, Message, Partly, SendFailed, SendResult, Sent
from monitor.pipeline import Delivering, DeliveryReport, Desk, announce_baselines
from monitor.store import StoreWriter
from monitor.store.archive import control


@dataclass
class HandClock:
    """Time that moves only when a test moves it."""

    time: float = 1000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


@dataclass
class Recorder:
    """A channel that answers as arranged, and else takes everything."""

    name: str = "test"
    answers: dict[str, list[SendResult]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    told: list[Partly | None] = field(default_factory=list)
    batches: int = 0

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        self.told.append(partly)
        answers = self.answers.get(message.title)
        result = answers.pop(0) if answers else Sent("ok")
        if isinstance(result, Sent):
            self.said.append(message.title)
        return result

    async def end_batch(self) -> None:
        self.batches += 1

    async def close(self) -> None:
        pass


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[StoreWriter]:
    async with StoreWriter(tmp_path / "monitor.db") as opened:
        yield opened


async def put(store: StoreWriter, *headlines: str, channels: tuple[str, ...] = ("test",)) -> None:
    for i, headline in enumerate(headlines):
        await store.put_alert(Alert(AlertId(headline), AlertKind.NEW, 1000.0 + i / 10, headline), channels)


def delivering(store: StoreWriter, clock: HandClock) -> Delivering:
    """With a desk that makes a message of every alert, at once."""
    rules = DeskRules((ChannelRules("test", limit=0, group_wait=0.0, group_interval=0.0),), flood=0)
    return Delivering(store, clock, Desk(rules, lambda watch: Handling()), RetryPolicy(60.0, 600.0, 86400.0))


async def one_round(store: StoreWriter, clock: HandClock, channel: Recorder) -> DeliveryReport:
    """Make messages of all that is to be told, and send what is due."""
    work = delivering(store, clock)
    await work.bundle(channel)
    return await work.deliver(channel)


async def test_what_is_due_is_sent_oldest_first_and_only_once(store: StoreWriter) -> None:
    clock, channel = HandClock(1010.0), Recorder()
    await put(store, "one", "two", "three")
    report = await one_round(store, clock, channel)
    await one_round(store, clock, channel)
    assert channel.said == ["one", "two", "three"]
    assert (report.sent, report.failed, channel.batches) == (3, 0, 1)


async def test_S04_who_is_to_stop_finishes_the_alert_in_hand_and_no_other(store: StoreWriter) -> None:
    class Stopping(Recorder):
        async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
            sender.stop()
            return await super().send(message, partly)

    clock, channel = HandClock(1010.0), Stopping()
    sender = Sender(delivering(store, clock), [channel], clock)
    await put(store, "one", "two", "three")
    await sender.deliver_due(channel)
    assert (channel.said, channel.batches) == (["one"], 1)
    assert (await store.counts())["unsent"] == {"test": 2}


@pytest.mark.parametrize("result", [SendFailed("451 later"), SendFailed("554", permanent=True), Sent("ok")])
async def test_what_the_user_drops_while_others_are_sent_is_not_sent(store: StoreWriter, result: SendResult) -> None:
    class Dropping(Recorder):
        async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
            for headline in ("inhand", "later"):
                await store.call(lambda opened, one=headline: control.drop(opened.db, one, 1011.0))  # type: ignore[misc]
            return await super().send(message, partly)

    clock, channel = HandClock(1010.0), Dropping(answers={"inhand": [result]})
    await put(store, "inhand", "later")
    await one_round(store, clock, channel)
    clock.time += 100_000
    await one_round(store, clock, channel)
    was_sent = isinstance(result, Sent)
    assert channel.told == [None]
    assert channel.said == (["inhand"] if was_sent else [])
    assert (await store.counts())["deliveries"]["test"] == ({"dropped": 1, "sent": 1} if was_sent else {"dropped": 2})


async def test_D07_one_alert_that_is_refused_does_not_stop_the_others(store: StoreWriter) -> None:
    clock, channel = HandClock(1010.0), Recorder(answers={"one": [SendFailed("554", permanent=True)]})
    await put(store, "one", "two")
    await one_round(store, clock, channel)
    clock.time += 100_000
    await one_round(store, clock, channel)
    assert channel.said == ["two", "Not delivered by test: one"]
    assert (await store.counts())["deliveries"]["test"] == {"dead": 1, "sent": 2}


async def test_pauses_between_tries_grow(store: StoreWriter) -> None:
    clock, channel = HandClock(1010.0), Recorder(answers={"one": [SendFailed("451 later")] * 4})
    await put(store, "one")
    pauses = []
    for _ in range(4):
        began = clock.time
        await one_round(store, clock, channel)
        while not await store.due_dispatches("test", clock.time, 1):
            clock.time += 10
        pauses.append(clock.time - began)
    assert pauses == [60.0, 120.0, 240.0, 480.0]
    await one_round(store, clock, channel)
    assert channel.said == ["one"]


async def test_an_unreachable_channel_is_left_alone_and_loses_neither_alerts_nor_their_order(
    store: StoreWriter,
) -> None:
    clock, channel = HandClock(1010.0), Recorder(answers={"one": [SendFailed("refused", unreachable=True)]})
    await put(store, "one", "two")
    report = await one_round(store, clock, channel)
    assert (report.rest, channel.said) == (60.0, [])
    clock.time += report.rest
    await one_round(store, clock, channel)
    assert channel.said == ["one", "two"]


async def test_an_alert_is_given_up_after_days_and_stays_visible(store: StoreWriter) -> None:
    clock, channel = HandClock(1000.0), Recorder(answers={"one": [SendFailed("451 later")] * 11})
    await put(store, "one")
    assert await delivering(store, clock).bundle(channel) == 1
    clock.time += 90_000
    for _ in range(11):
        await one_round(store, clock, channel)
        clock.time += 600
    (row,) = await store.call(lambda opened: opened.list_deliveries(5, "dead"))
    assert row["detail"] == "given up after 1 d: 451 later"


async def test_what_cannot_be_recorded_is_not_sent(store: StoreWriter) -> None:
    @dataclass
    class Unwritable:
        inner: StoreWriter

        async def due_dispatches(self, channel: str, now: float, limit: int):  # type: ignore[no-untyped-def]
            return await self.inner.due_dispatches(channel, now, limit)

        async def begin_attempt(self, delivery: int, now: float) -> int:
            raise OSError("disk full")

        async def finish_attempt(self, *arguments: object) -> None:
            raise AssertionError("nothing was begun")

    clock, channel = HandClock(1010.0), Recorder()
    await put(store, "one")
    assert await delivering(store, clock).bundle(channel) == 1
    with pytest.raises(OSError, match="disk full"):
        await replace(delivering(store, clock), outbox=Unwritable(store)).deliver(channel)  # type: ignore[arg-type]
    assert channel.said == []


async def test_a_channel_hears_what_it_said_of_an_earlier_try_until_it_says_otherwise(store: StoreWriter) -> None:
    one, two = Partly(("a", "b")), Partly(("b",), taken=True)
    answers: list[SendResult] = [
        SendFailed("450", partly=one),
        SendFailed("cut", ambiguous=True),
        SendFailed("450", partly=two),
    ]
    clock, channel = HandClock(1010.0), Recorder(answers={"one": answers})
    await put(store, "one")
    for _ in range(4):
        await one_round(store, clock, channel)
        clock.time += 600
    assert channel.told == [None, one, one, two]
    assert channel.said == ["one"]


async def test_a_channel_that_raises_has_failed_and_its_alerts_wait_with_the_reason(store: StoreWriter) -> None:
    @dataclass
    class Broken(Recorder):
        async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
            raise UnicodeError("label too long")

        async def end_batch(self) -> None:
            raise OSError("gone")

    await put(store, "one", "two")
    report = await one_round(store, HandClock(1010.0), Broken())
    assert (report.failed, report.died, report.rest) == (1, 0, 60.0)
    (row, _) = sorted(await store.call(lambda opened: opened.list_deliveries(5, "pending")), key=lambda row: row["id"])
    assert row["detail"] == "the channel failed: UnicodeError: label too long"


async def test_first_readings_are_told_together_once_all_feeds_have_answered(store: StoreWriter) -> None:
    from monitor.model import FeedId, FeedSpec, FeedState, IngestPlan

    await store.sync_feeds([FeedSpec(f"https://{name}.example/", name, 900.0) for name in "ab"], 1000.0)
    read = FeedState(baseline_at=1000.0)
    await store.apply(IngestPlan(FeedId(1), read))
    assert not await announce_baselines(store, 1001.0, ["test"])
    await store.apply(IngestPlan(FeedId(2), read))
    assert await announce_baselines(store, 1002.0, ["test"])
    assert not await announce_baselines(store, 1003.0, ["test"])
    assert await delivering(store, HandClock(1004.0)).bundle(Recorder()) == 1
    (delivery,) = await store.due_dispatches("test", 2000.0, 5)
    assert delivery.message.title == "First reading of 2 feeds: 0 items, 0 matches already there"


async def test_the_notice_of_first_readings_does_not_wait_for_ever(store: StoreWriter) -> None:
    from monitor.model import FeedId, FeedSpec, FeedState, IngestPlan

    await store.sync_feeds([FeedSpec(f"https://{name}.example/", name, 900.0) for name in "ab"], 1000.0)
    await store.apply(IngestPlan(FeedId(1), FeedState(baseline_at=1000.0)))
    assert not await announce_baselines(store, 1119.0, ["test"])
    assert await announce_baselines(store, 1120.0, ["test"])
