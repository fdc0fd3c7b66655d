"""The database, on a real file."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils import Database

from monitor.alerts.compose import message
from monitor.alerts.routing import ChannelRules, DeskRules
from monitor.alerts.schedule import DigestTimes
from monitor.errors import DatabaseTrouble, StoreError
from monitor.matching import Handling
from monitor.model import (
    Alert,
    AlertId,
    AlertKind,
    AttemptOutcome,
    Band,
    DeliveryState,
    Edited,
    Factor,
    FeedId,
    FeedSpec,
    FeedState,
    Health,
    Hit,
    IngestPlan,
    Item,
    ItemKey,
    Match,
    Matched,
    MatchedItem,
    Message,
    MessageKind,
    Outcome,
    Partly,
    Rule,
    Story,
    Validators,
    WatchId,
    Wishes,
)
from monitor.model.reasons import Alike, DueBy, Flood, Noted, QuietHours, SameStory, SnoozedWatchlist
from monitor.pipeline import Desk
from monitor.store import Store, StoreWriter
from monitor.store.feeds import as_feed
from tests.support import until

CHANNELS = ("console", "email")
DATABASES = Path(__file__).parent.parent / "data" / "databases"
FIRST, SECOND = "1ad76ca7b9b03a875f98", "7407e119a3845c95d7ac"
"""The alerts of format-2.sql."""
HIT = Hit("@brics", "БРИКС", "БРИКС", "title", 3, 8, Rule.ACRONYM, 1.0)
MATCH = Match(WatchId("w"), "v1", "Watch", 0.9, Band.ALERT, 0.7, "all", (HIT,), (Factor("evidence", 0.9, ""),))
SPEC = FeedSpec("https://a.example/f", "A", 900.0)
ALERT = Alert(AlertId("a1"), AlertKind.NEW, 100.0, "Headline", watch="w", hits=(HIT,), lines=("x",))


def item(key: str, first_seen: float = 100.0, outcome: Outcome = Outcome.WAITING) -> MatchedItem:
    new = Item(
        ItemKey(key), "Feed", "guid", "https://news.example/1", "Title", "Summary", None, first_seen, "Body", "en"
    )
    return MatchedItem(new, (ItemKey(key), ItemKey("w:" + key)), (Matched(MATCH, outcome, ALERT),))


def plan(*items: MatchedItem) -> IngestPlan:
    state = FeedState(
        Validators('"e"', "lm"), next_due=1000.0, last_polled=100.0, last_success=100.0, title="T", baseline_at=50.0
    )
    return IngestPlan(FeedId(1), state, items)


def put_message(store: Store, alert: Alert = ALERT) -> None:
    """Let ``alert`` be told on two channels, as a message of its own on each."""
    store.put_alert(alert, CHANNELS)
    for channel in CHANNELS:
        (one,) = store.desk.open_deliveries(channel, "now", 5)
        store.desk.put_message(message(channel, [Story(alert)], 100.0), channel, [one.id], 100.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.writing(tmp_path / "monitor.db")
    opened.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 10.0)
    yield opened
    opened.close()


def test_a_new_feed_is_due_at_once_and_claimed_only_once(store: Store) -> None:
    ((feed, url, state),) = store.claim_due(10.0, 5, 60.0)
    assert (feed, url, state.baseline_at) == (1, "https://a.example/f", None)
    assert store.claim_due(11.0, 5, 60.0) == []


def test_a_claim_whose_poll_died_lasts_for_the_interval(store: Store) -> None:
    store.claim_due(10.0, 5, 60.0)
    assert store.claim_due(909.0, 5, 60.0) == []
    assert len(store.claim_due(911.0, 5, 60.0)) == 1


def test_a_plan_is_written_whole_and_applying_it_again_changes_nothing(store: Store) -> None:
    store.claim_due(10.0, 5, 60.0)
    assert store.apply(plan(item("k1"))) == 1
    assert store.apply(plan(item("k1"))) == 0
    assert store.counts() == {"items": 1, "matches": 1, "deliveries": {}, "unsent": {}}
    (report,) = store.desk.waiting(10)
    assert (report.watch, report.alert, report.source, report.alerting) == ("w", "a1", "A", True)
    ((_, _, state),) = store.claim_due(1000.0, 5, 60.0)
    assert state.validators == Validators('"e"', "lm")


def test_items_of_one_poll_are_stored_together(store: Store) -> None:
    """Each statement gives up Python's lock, and may wait for it 5 ms: a poll's must not grow with its items."""

    def statements(*items: MatchedItem) -> int:
        seen: list[str] = []
        store.db.conn.set_trace_callback(seen.append)
        store.apply(plan(*items))
        store.db.conn.set_trace_callback(None)
        return len(seen)

    def found(first: int, last: int) -> list[MatchedItem]:
        return [replace(item(f"k{number}"), matches=()) for number in range(first, last)]

    assert statements(*found(0, 1)) == statements(*found(1, 31))
    assert store.counts()["items"] == 31
    assert len(store.recall(FeedId(1), [ItemKey(f"w:k{number}") for number in range(31)])) == 31


def test_more_items_than_one_statement_holds_are_all_stored_once(store: Store) -> None:
    many = [item(f"k{number}") for number in range(1_250)]
    assert store.apply(plan(*many[:700])) == 700
    assert store.apply(plan(*many)) == 550
    assert store.counts()["items"] == store.counts()["matches"] == 1_250
    known = store.recall(FeedId(1), [key for one in many for key in one.keys])
    assert len(known) == 2_500
    assert all(one.item for one in known.values())


def test_a_look_for_due_feeds_does_not_read_those_that_are_not(store: Store) -> None:
    store.sync_feeds([FeedSpec(f"https://a.example/{number}", str(number), 900.0) for number in range(2_000)], 10.0)
    store.db.execute("UPDATE feeds SET next_due = 1000")
    steps: list[int] = []
    store.db.conn.set_progress_handler(lambda: steps.append(1), 100)
    assert store.claim_due(999.0, 32, 60.0) == []
    store.db.conn.set_progress_handler(None, 0)
    assert len(steps) < 10


def test_only_matches_that_nothing_has_been_decided_about_wait(store: Store) -> None:
    assert store.apply(plan(item("k1", outcome=Outcome.BASELINE))) == 0
    assert store.desk.waiting(10) == []


def test_what_is_to_be_told_is_counted_by_delivery_and_what_waits_for_its_channel_by_message(store: Store) -> None:
    store.put_alert(ALERT, CHANNELS)
    assert store.counts()["deliveries"] == {"console": {"pending": 1}, "email": {"pending": 1}}
    assert store.counts()["unsent"] == {}
    assert store.due_dispatches("email", 100.0, 10) == []
    (one,) = store.desk.open_deliveries("email", "now", 5)
    store.desk.put_message(message("email", [Story(ALERT)], 100.0), "email", [one.id], 100.0)
    assert store.counts()["unsent"] == {"email": 1}


def test_keys_are_remembered_by_feed(store: Store) -> None:
    store.apply(plan(item("k1")))
    asked = {ItemKey("k1"), ItemKey("w:k1"), ItemKey("other")}
    assert set(store.recall(FeedId(1), asked)) == {"k1", "w:k1"}
    assert store.recall(FeedId(2), asked) == {}


def test_an_alert_comes_back_from_the_outbox_as_it_went_in(store: Store) -> None:
    put_message(store)
    (delivery,) = store.due_dispatches("email", 100.0, 10)
    assert delivery.message == message("email", [Story(ALERT)], 100.0)
    assert delivery.attempts == 0


def test_a_delivery_is_tried_sent_and_not_due_again(store: Store) -> None:
    put_message(store)
    (delivery,) = store.due_dispatches("email", 100.0, 10)
    attempt = store.begin_attempt(delivery.id, 101.0)
    store.finish_attempt(delivery.id, attempt, AttemptOutcome(DeliveryState.PENDING, 200.0, "451 later"), 102.0)
    assert store.due_dispatches("email", 199.0, 10) == []
    (again,) = store.due_dispatches("email", 200.0, 10)
    assert again.attempts == 1
    attempt = store.begin_attempt(again.id, 201.0)
    store.finish_attempt(again.id, attempt, AttemptOutcome(DeliveryState.SENT, 201.0, "250 ok"), 202.0)
    assert store.due_dispatches("email", 9999.0, 10) == []
    assert len(store.due_dispatches("console", 100.0, 10)) == 1
    assert store.counts()["deliveries"] == {"console": {"pending": 1}, "email": {"sent": 1}}
    assert store.counts()["unsent"] == {"console": 1}


def test_attempts_that_the_last_process_did_not_finish_are_ambiguous(store: Store) -> None:
    put_message(store)
    (delivery,) = store.due_dispatches("email", 100.0, 10)
    store.begin_attempt(delivery.id, 101.0)
    assert store.close_interrupted(300.0) == 1
    assert store.close_interrupted(300.0) == 0
    assert len(store.due_dispatches("email", 300.0, 10)) == 1


def test_a_feed_that_is_no_longer_listed_stops_and_keeps_its_history(store: Store) -> None:
    store.apply(plan(item("k1")))
    store.sync_feeds([], 20.0)
    assert store.claim_due(99999.0, 5, 60.0) == []
    store.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 30.0)
    assert set(store.recall(FeedId(1), {ItemKey("k1")})) == {"k1"}
    assert store.list_feeds()[0]["items"] == 1


def test_a_shorter_interval_counts_from_the_last_poll(store: Store) -> None:
    store.apply(plan())
    store.sync_feeds([FeedSpec("https://a.example/f", "A", 300.0)], 110.0)
    assert store.list_feeds()[0]["next_due"] == 400.0


@pytest.mark.parametrize("reason", DueBy)
def test_E18_a_shorter_interval_does_not_cut_short_what_a_server_or_the_feed_asks_for(
    reason: DueBy, store: Store
) -> None:
    store.apply(replace(plan(), state=replace(plan().state, next_due=7300.0, why_due=reason)))
    store.sync_feeds([replace(SPEC, interval=300.0)], 110.0)
    wish = reason in (DueBy.MAX_AGE, DueBy.TTL, DueBy.SKIPPED, DueBy.RETRY_AFTER)
    assert store.list_feeds()[0]["next_due"] == (7300.0 if wish else 400.0)


@pytest.mark.parametrize("wishes", [Wishes(ttl=800.0), Wishes(fresh_for=800.0), Wishes(ttl=800.0, fresh_for=300.0)])
def test_E18_a_shorter_interval_is_no_shorter_than_what_a_server_or_the_feed_asks_for(
    wishes: Wishes, store: Store
) -> None:
    store.apply(replace(plan(), state=replace(plan().state, next_due=1000.0, wishes=wishes)))
    store.sync_feeds([FeedSpec("https://a.example/f", "A", 300.0)], 110.0)
    assert store.list_feeds()[0]["next_due"] == 900.0


def test_a_plan_made_while_the_clock_was_a_year_ahead_is_dropped(store: Store) -> None:
    store.db.execute("UPDATE feeds SET next_due = 40000000.0")
    store.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 110.0)
    assert store.list_feeds()[0]["next_due"] == 110.0


def test_a_poll_that_ends_after_the_address_was_changed_teaches_nothing_of_the_new_one(store: Store) -> None:
    store.apply(plan(item("k1")))
    (polled,) = (as_feed(one, {SPEC.url: SPEC}) for one in store.claim_due(5000.0, 5, 60.0))
    store.sync_feeds([replace(SPEC, url="https://b.example/f")], 5001.0)
    store.apply(replace(plan(item("k2")), polled=polled))
    (row,) = store.list_feeds()
    assert (row["url"], row["items"], row["etag"], row["readdressed"]) == ("https://b.example/f", 2, "", 1)
    assert row["claimed_until"] == 0


def test_a_poll_that_ends_after_the_user_accepted_the_feed_does_not_quarantine_it_again(store: Store) -> None:
    store.apply(replace(plan(), state=replace(plan().state, health=Health.QUARANTINED)))
    (polled,) = (as_feed(one, {SPEC.url: SPEC}) for one in store.claim_due(5000.0, 5, 60.0))
    assert polled
    store.accept_feed(polled.id, 5001.0)
    store.apply(IngestPlan(polled.id, replace(polled.state, title="Other"), polled=polled))
    assert store.list_feeds()[0]["health"] == "healthy"
    (polled,) = (as_feed(one, {SPEC.url: SPEC}) for one in store.claim_due(9000.0, 5, 60.0))
    assert polled
    store.apply(IngestPlan(polled.id, replace(polled.state, health=Health.FAILING), polled=polled))
    assert store.list_feeds()[0]["health"] == "failing"


def test_force_takes_each_feed_once_a_round(store: Store) -> None:
    store.apply(plan())
    assert len(store.claim_due(500.0, 5, 60.0, round_began=500.0, force=True)) == 1
    state = FeedState(last_polled=501.0, next_due=1500.0)
    store.apply(IngestPlan(FeedId(1), state))
    assert store.claim_due(502.0, 5, 60.0, round_began=500.0, force=True) == []


def test_matches_are_listed_with_their_items(store: Store) -> None:
    store.apply(plan(item("k1")))
    (row,) = store.list_matches(10)
    assert (row["watch"], row["outcome"], row["title"], row["source"]) == ("w", "waiting", "Title", "A")
    assert row["explanation"]["concepts"][0]["text"] == "БРИКС"
    assert store.list_matches(10, watch="other") == []


def test_the_newest_texts_are_given_to_be_learnt_from(store: Store) -> None:
    store.apply(plan(item("k1"), item("k2"), item("k3")))
    texts = store.recent_texts(2)
    assert len(texts) == 2
    assert all(text.startswith("Title") for text in texts)


def test_S30_the_files_are_for_the_owner_alone(store: Store, tmp_path: Path) -> None:
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_Q16_a_database_of_a_newer_release_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    Store.writing(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer release"):
        Store.writing(path)
    assert path.read_bytes() == before


def test_Q08_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(b"not a database, but somebody's notes" * 100)
    with pytest.raises(StoreError, match="left as it is"):
        Store.writing(path)
    assert path.read_bytes() == b"not a database, but somebody's notes" * 100


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE songs (id)")
    db.close()
    with pytest.raises(StoreError, match="another program"):
        Store.writing(path)


def test_reading_cannot_write(store: Store, tmp_path: Path) -> None:
    reader = Store.reading(tmp_path / "monitor.db")
    with pytest.raises(DatabaseTrouble, match="readonly"):
        reader.set_fact("a", "b", 1.0)
    reader.close()


def test_reading_before_there_is_anything_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="monitor once"):
        Store.reading(tmp_path / "monitor.db")


async def test_the_writer_keeps_a_failing_call_from_harming_its_neighbours(tmp_path: Path) -> None:
    def fail(store: Store) -> None:
        store.set_fact("half", "done", 1.0)
        raise RuntimeError("on purpose")

    async with StoreWriter(tmp_path / "monitor.db") as writer:
        results = await asyncio.gather(
            writer.set_fact("before", "x", 1.0),
            writer.call(fail),
            writer.set_fact("after", "y", 1.0),
            return_exceptions=True,
        )
        facts = await writer.call(lambda store: store.facts())
    assert isinstance(results[1], RuntimeError)
    assert "half" not in facts
    assert {"before", "after"} < set(facts)


async def test_the_writer_waits_for_another_process_and_then_says_so(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    async with StoreWriter(path) as writer:
        await writer.call(lambda store: store.db.execute("PRAGMA busy_timeout = 50") and None)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseTrouble, match="locked"):
            await writer.set_fact("a", "b", 1.0)
        other.execute("ROLLBACK")
        other.close()
        await writer.set_fact("a", "c", 2.0)
        assert (await writer.call(lambda store: store.facts()))["a"] == ("c", 2.0)


def test_S10_a_database_that_is_made_while_it_is_looked_at_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "monitor.db"
    path.touch()

    class Slow(Database):
        """Another process makes the database right after the look at its version."""

        def execute(self, sql: str, *arguments: Any) -> Any:
            found = super().execute(sql, *arguments).fetchall()
            if "user_version" in sql:
                monkeypatch.undo()
                Store.writing(path).close()
            return SimpleNamespace(fetchone=lambda: found.pop(0))

    monkeypatch.setattr("monitor.store.connection.Database", Slow)
    with pytest.raises(StoreError, match="older release"):
        Store.reading(path)


async def test_a_writer_that_is_given_up_while_it_opens_closes_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, opened, mistakes = threading.Event(), Store.writing, list[object]()

    def slow(path: Path) -> Store:
        let_go.wait()
        return opened(path)

    monkeypatch.setattr(Store, "writing", slow)
    monkeypatch.setattr(threading, "excepthook", mistakes.append)
    writer = StoreWriter(tmp_path / "monitor.db")
    opening = asyncio.create_task(writer.__aenter__())
    await until(writer._thread.is_alive, what="the writer's thread")
    opening.cancel()
    await asyncio.wait({opening})
    let_go.set()
    await until(lambda: not writer._thread.is_alive(), what="the end of the thread")
    assert opening.cancelled()
    assert (mistakes, (tmp_path / "monitor.db-wal").exists()) == ([], False)


async def test_a_database_that_cannot_be_opened_fails_at_the_door(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_bytes(b"junk" * 1000)
    with pytest.raises(StoreError):
        async with StoreWriter(tmp_path / "monitor.db"):
            pass


def test_E33_of_many_new_feeds_fifty_are_due_at_once_and_twenty_a_second_after_them(tmp_path: Path) -> None:
    store = Store.writing(tmp_path / "many.db")
    store.sync_feeds([FeedSpec(f"https://{number}.example/f", "F", 900.0) for number in range(70)], 100.0)
    assert sorted(row["next_due"] for row in store.list_feeds()) == [100.0] * 51 + [
        100 + late / 20 for late in range(1, 20)
    ]
    assert len(store.claim_due(100.0, 70, 60.0)) == 51
    assert len(store.claim_due(100.5, 70, 60.0)) == 10
    store.close()


def test_E34_a_feed_whose_poll_outlives_its_lease_is_not_claimed_again(store: Store) -> None:
    ((feed, _, _),) = store.claim_due(10.0, 5, 60.0)
    assert store.claim_due(99_999.0, 5, 60.0, busy=[feed]) == []
    assert len(store.claim_due(99_999.0, 5, 60.0)) == 1


def test_who_is_still_owed_an_alert_is_kept_with_its_delivery(store: Store) -> None:
    put_message(store)
    partly = Partly(("b@desk.example",), ("c@desk.example was refused: 550 никого",), True)
    (delivery,) = store.due_dispatches("email", 100.0, 5)
    assert delivery.partly is None
    attempt = store.begin_attempt(delivery.id, 100.0)
    outcome = AttemptOutcome(DeliveryState.PENDING, 160.0, "450 later", partly=partly)
    store.finish_attempt(delivery.id, attempt, outcome, 101.0)
    (delivery,) = store.due_dispatches("email", 160.0, 5)
    assert delivery.partly == partly


def database_of(release: str, folder: Path) -> Path:
    """A database as an older release left it."""
    path = folder / "monitor.db"
    with sqlite3.connect(path) as db:
        db.executescript((DATABASES / f"{release}.sql").read_text("utf-8"))
    db.close()
    return path


def test_D01_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """In a process of its own, as the tests do not wait (``tests/conftest.py``). 2: FULL."""
    asks = "import sys, pathlib; from monitor.store.connection import open_for_writing as opened;"
    asks += "print(opened(pathlib.Path(sys.argv[1])).execute('PRAGMA synchronous').fetchone())"
    asked = subprocess.run([sys.executable, "-c", asks, tmp_path / "monitor.db"], stdout=subprocess.PIPE, check=True)
    assert asked.stdout == b"(2,)\n"


@pytest.mark.parametrize("release", sorted(path.stem for path in DATABASES.glob("format-*.sql")))
def test_Q15_a_database_of_an_older_release_is_brought_up_to_date_with_all_it_holds(
    release: str, tmp_path: Path
) -> None:
    path = database_of(release, tmp_path)
    partly = (
        None
        if release == "format-1"
        else Partly(("b@desk.example",), ("c@desk.example was refused: 550 никого",), True)
    )
    with pytest.raises(StoreError, match="older release"):
        Store.reading(path)
    for _ in range(2):
        opened = Store.writing(path)
        (delivery,) = opened.due_dispatches("email", 300.0, 5)
        # The same Message-ID as before: who got the mail in an earlier try sees no second one.
        asked = Message("a1", MessageKind.ALERT, 100.0, (Story(ALERT),), "w")
        assert (delivery.message, delivery.attempts, delivery.partly) == (asked, 1, partly)
        assert opened.due_dispatches("email", 259.0, 5) == []
        assert [row["url"] for row in opened.list_feeds()] == ["https://a.example/f"]
        opened.close()
    Store.reading(path).close()


def test_Q15_reasons_that_an_older_release_has_stored_as_sentences_are_codes_now(tmp_path: Path) -> None:
    opened = Store.writing(database_of("format-7", tmp_path))
    rows = sorted(opened.list_matches(10), key=lambda row: int(row["id"]))
    assert [row["reason"] for row in rows] == [
        SameStory(Alike.TITLE, 1.0, "The Example"),
        SnoozedWatchlist(datetime(2023, 11, 14, 22, 14).astimezone().timestamp()),
        Noted("for a reason of long ago"),
        None,
        Flood(20),
    ]
    assert QuietHours("07:00") in [row["reason"] for row in opened.list_deliveries(10)]
    assert [row["why_due"] for row in opened.list_feeds()] == [DueBy.TTL]
    opened.close()


def test_Q15_deliveries_and_attempts_of_the_release_without_a_desk_become_messages_of_one_story(
    tmp_path: Path,
) -> None:
    opened = Store.writing(database_of("format-2", tmp_path))
    messages = list(opened.db.query("SELECT * FROM messages ORDER BY id"))
    assert [(row["uid"], row["channel"], row["kind"], row["watch"], row["state"]) for row in messages] == [
        (FIRST, "console", "alert", "w", "sent"),
        (FIRST, "email", "alert", "w", "sent"),
        (SECOND, "console", "alert", "w", "pending"),
        (SECOND, "email", "alert", "w", "dead"),
        ("a1", "email", "alert", "w", "pending"),
        ("fccece27e24d461d407b", "email", "notice", "", "sent"),
    ]
    kept = ("created", "attempts", "next_attempt", "finished", "detail", "urgent")
    assert [tuple(row[name] for name in kept) for row in messages] == [
        (100.0, 1, 101.0, 102.0, "", 0),
        (100.0, 2, 170.0, 171.0, "250 taken", 0),
        (100.0, 0, 100.0, None, "", 0),
        (100.0, 1, 105.0, 106.0, "refused for good: 554 no", 0),
        (100.0, 1, 260.0, None, "450 later", 0),
        (90.0, 1, 95.0, 96.0, "250 taken", 0),
    ]
    deliveries = opened.db.query("SELECT * FROM deliveries ORDER BY id")
    assert [(row["message_id"], row["alert_id"], row["channel"], row["mode"], row["state"]) for row in deliveries] == [
        (row["id"], row["uid"], row["channel"], "now", row["state"]) for row in messages
    ]
    attempts = opened.db.query("SELECT * FROM attempts ORDER BY id")
    assert [tuple(row.values()) for row in attempts] == [
        (1, 1, 101.0, 102.0, "sent", ""),
        (2, 2, 102.0, 103.0, "ambiguous", "timeout"),
        (3, 2, 170.0, 171.0, "sent", "250 taken"),
        (4, 4, 105.0, 106.0, "failed", "refused for good: 554 no"),
        (5, 5, 200.0, 201.0, "failed", "450 later"),
        (6, 6, 95.0, 96.0, "sent", "250 taken"),
    ]
    assert all(
        opened.desk.open_deliveries(channel, mode, 5) == [] for channel in CHANNELS for mode in ("now", "digest")
    )
    (unsaid,) = opened.due_dispatches("console", 300.0, 5)
    assert unsaid.message.title == "БРИКС: саммит отложен до весны"
    assert opened.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert opened.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    attempt = opened.begin_attempt(unsaid.id, 300.0)
    opened.finish_attempt(unsaid.id, attempt, AttemptOutcome(DeliveryState.SENT, 300.0, ""), 301.0)
    assert opened.counts()["deliveries"] == {
        "console": {"sent": 2},
        "email": {"dead": 1, "pending": 1, "sent": 2},
    }
    opened.close()


def test_Q15_what_was_alerted_before_the_desk_is_a_story_that_its_copies_join(tmp_path: Path) -> None:
    opened = Store.writing(database_of("format-2", tmp_path))
    rows = {row["title"]: (row["outcome"], row["alert_id"], row["story"]) for row in opened.list_matches(10)}
    assert rows == {
        "В БРИКС принят Пакистан": ("alerted", FIRST, FIRST),
        "БРИКС: саммит отложен до весны": ("alerted", SECOND, SECOND),
        "БРИКС упомянут": ("digest", "", ""),
        "Старое о БРИКС": ("baseline", "", ""),
    }
    assert [opened.desk.was_alerted(story) for story in (FIRST, SECOND)] == [True, True]
    assert opened.db.execute("SELECT count(*) FROM stories").fetchone() == (2,)

    opened.sync_feeds([FeedSpec("https://b.example/f", "B", 900.0)], 200.0)
    copy = replace(item("k9", 200.0).item, title="В БРИКС принят Пакистан", link="https://b.example/9")
    alert = replace(ALERT, id=AlertId("copy"), headline=copy.title)
    matched = MatchedItem(copy, (copy.key,), (Matched(MATCH, Outcome.WAITING, alert),))
    assert opened.apply(IngestPlan(FeedId(2), FeedState(baseline_at=150.0), (matched,))) == 1
    rules = DeskRules(tuple(ChannelRules(channel) for channel in CHANNELS))
    assert Desk(rules, lambda watch: Handling()).settle(opened.desk, 200.0) == 1
    (newest,) = opened.list_matches(1)
    assert (newest["outcome"], newest["story"]) == ("joined", FIRST)
    assert all(
        opened.desk.open_deliveries(channel, mode, 5) == [] for channel in CHANNELS for mode in ("now", "digest")
    )
    opened.close()


def test_an_edit_raises_what_was_for_the_digest_and_tells_it_once(store: Store) -> None:
    weak = replace(MATCH, score=0.6, band=Band.DIGEST)
    first = replace(item("k1"), matches=(Matched(weak, Outcome.WAITING, ALERT),))
    assert store.apply(plan(first)) == 1
    desk = Desk(
        DeskRules((ChannelRules("email", digest=DigestTimes(time(8), frozenset(range(7)))),)), lambda watch: None
    )
    assert desk.settle(store.desk, 100.0) == 1
    assert len(store.desk.open_deliveries("email", "digest", 5)) == 1

    row = store.db.execute("SELECT id FROM items").fetchone()[0]
    new = replace(first.item, title="Edited", text_key="2", first_seen=200.0)
    strong = Matched(MATCH, Outcome.WAITING, replace(ALERT, headline="Edited"))
    edited = Edited(row, new, (strong,))
    assert store.apply(replace(plan(), edited=(edited,))) == 1
    assert store.apply(replace(plan(), edited=(edited,))) == 0
    desk.settle(store.desk, 200.0)
    assert store.desk.open_deliveries("email", "digest", 5) == []
    assert [one.alert.headline for one in store.desk.open_deliveries("email", "now", 5)] == ["Edited"]


def test_an_edit_does_not_lower_a_match(store: Store) -> None:
    store.apply(plan(item("k1")))
    row = store.db.execute("SELECT id FROM items").fetchone()[0]
    weak = Matched(replace(MATCH, band=Band.DIGEST), Outcome.WAITING, ALERT)
    new = replace(item("k1").item, title="Edited", text_key="2")
    assert store.apply(replace(plan(), edited=(Edited(row, new, (weak,)),))) == 0
    assert store.list_matches(5)[0]["band"] == "alert"


def test_Q15_feeds_and_items_of_the_release_without_states_go_on_as_they_were(tmp_path: Path) -> None:
    opened = Store.writing(database_of("format-4", tmp_path))
    (feed,) = opened.list_feeds()
    assert (feed["health"], feed["asked_host"], feed["told_health"]) == ("healthy", "a.example", "healthy")
    assert feed["last_new"] == opened.db.execute("SELECT max(first_seen) FROM items").fetchone()[0]
    assert opened.desk.standings(0.0) == []
    keys = opened.db.execute("SELECT key, id FROM items").fetchall()
    known = opened.recall(feed["id"], [ItemKey(key) for key, _ in keys])
    assert {key: one.item for key, one in known.items()} == dict(keys)
    assert keys
    assert all(one.text for one in known.values())
