"""A watchlist that goes on under another id, in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.model import FeedId, FeedSpec, FeedState, IngestPlan, ItemKey, Outcome, Report
from monitor.store import Store
from monitor.store.archive import control
from monitor.store.renames import rename_watch
from tests.store.test_store import item


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two items that wait to be settled, each with a match for the watchlist ``w``."""
    opened = Store.writing(tmp_path / "monitor.db")
    opened.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 50.0)
    items = []
    for number in (1, 2):
        one = item(f"k{number}", 100.0, Outcome.WAITING)
        alerts = tuple(replace(each, alert=replace(each.alert, id=f"a{number}")) for each in one.matches if each.alert)
        items.append(replace(one, keys=(ItemKey(f"k{number}"),), matches=alerts))
    opened.apply(IngestPlan(FeedId(1), FeedState(), tuple(items)))
    yield opened
    opened.close()


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    return store.db.execute(query).fetchall()


def reports(store: Store) -> list[Report]:
    return store.desk.waiting(10)


def test_all_that_is_known_of_a_watchlist_goes_along(store: Store) -> None:
    for report in reports(store):
        store.desk.open_story(report.alert, report.watch, 100.0)
        store.desk.tell(report, "mail", "now")
    control.quieten(store.db, "snooze", "w", 1e12, 100.0)
    control.quieten(store.db, "mute", "w", 1e12, 100.0)  # a story that is called so
    store.desk.hold_flood("watch", "w", 100.0, 5000.0)
    store.desk.hold_flood("feed", "w", 100.0, 5000.0)
    control.record(store.db, 1, "w", "relevant", 100.0)
    store.note_versions({"w": "v1"}, 50.0)
    store.rename_watches([("w", "n")])
    assert rows(store, "SELECT DISTINCT watch FROM matches") == [("n",)]
    assert [report.watch for report in reports(store)] == ["n", "n"]
    assert rows(store, "SELECT DISTINCT watch FROM stories") == [("n",)]
    assert rows(store, "SELECT DISTINCT watch FROM alerts") == [("n",)]
    assert {one.alert.watch for one in store.desk.open_deliveries("mail", "now", 10)} == {"n"}
    assert store.desk.quieted_until("snooze", "n", 200.0) == 1e12
    assert store.desk.quieted_until("snooze", "w", 200.0) is None
    assert store.desk.quieted_until("mute", "w", 200.0) == 1e12
    assert (store.desk.fuse_until("watch", "n"), store.desk.fuse_until("watch", "w")) == (5000.0, 0.0)
    assert store.desk.fuse_until("feed", "w") == 5000.0
    assert control.verdicts(store.db, "n") == {1: "relevant"}
    assert control.verdicts(store.db, "w") == {}
    assert store.first_known("n") == 50.0
    assert store.first_known("w") is None
    store.note_versions({"n": "v1"}, 200.0)
    assert rows(store, "SELECT * FROM versions") == [("n", "v1", 50.0)]


def test_where_both_ids_are_known_the_newer_verdict_counts_and_nothing_is_lost(store: Store) -> None:
    store.db.execute(
        "INSERT INTO matches (item_id, watch, watch_title, version, score, band, outcome, why, explanation, created) "
        "SELECT item_id, 'n', 'N', version, score, band, outcome, why, explanation, created FROM matches LIMIT 1"
    )
    for watch, number, verdict, at in (
        ("w", 1, "relevant", 300.0),
        ("n", 1, "irrelevant", 200.0),
        ("w", 2, "relevant", 300.0),
        ("n", 2, "irrelevant", 400.0),
    ):
        control.record(store.db, number, watch, verdict, at)
    store.note_versions({"w": "v1"}, 50.0)
    store.note_versions({"n": "v1"}, 60.0)
    store.desk.hold_flood("watch", "w", 100.0, 5000.0)
    store.desk.hold_flood("watch", "n", 100.0, 4000.0)
    rename_watch(store.db, "w", "n")
    assert control.verdicts(store.db, "n") == {1: "relevant", 2: "irrelevant"}
    assert sorted(rows(store, "SELECT item_id, watch FROM matches")) == [(1, "n"), (1, "w"), (2, "n")]
    assert rows(store, "SELECT * FROM versions") == [("n", "v1", 60.0)]
    assert rows(store, "SELECT target, until, held FROM fuses") == [("n", 5000.0, 2)]


def test_other_watchlists_keep_what_is_theirs(store: Store) -> None:
    before = rows(store, "SELECT * FROM matches")
    rename_watch(store.db, "other", "n")
    assert rows(store, "SELECT * FROM matches") == before
