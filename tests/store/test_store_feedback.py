"""What the user says of items, in the database: kept, counted, taken back, and moved over from the older format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import MonitorError
from monitor.matching.search import Search
from monitor.model import Band, FeedId, FeedSpec, FeedState, IngestPlan, ItemKey, MatchedItem, Outcome
from monitor.store import Store
from monitor.store.archive import control, find
from tests.store.test_store import FIRST, database_of, item


def stored(number: int, outcome: Outcome | None = None, band: Band = Band.ALERT, at: float = 100.0) -> MatchedItem:
    """An item with a match for the watchlist ``w`` that came to ``outcome``, or with none."""
    one = item(f"k{number}", at, outcome or Outcome.WAITING)
    matches = tuple(
        replace(each, match=replace(each.match, band=band), alert=replace(each.alert, id=f"alert{number}"))
        for each in one.matches
        if outcome and each.alert
    )
    return replace(one, keys=(ItemKey(f"k{number}"),), matches=matches)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Items 1 to 7: alerted, joined, held, snoozed, a digest match, and two that did not match."""
    opened = Store.writing(tmp_path / "monitor.db")
    opened.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 50.0)
    outcomes = (Outcome.ALERTED, Outcome.JOINED, Outcome.HELD, Outcome.SNOOZED)
    items = [stored(number, outcome) for number, outcome in enumerate(outcomes, 1)]
    items += [stored(5, Outcome.DIGEST, Band.DIGEST), stored(6), stored(7, at=9000.0)]
    opened.apply(IngestPlan(FeedId(1), FeedState(), tuple(items)))
    yield opened
    opened.close()


def test_the_last_word_counts_and_looking_is_no_word(store: Store) -> None:
    for verdict in ("relevant", "seen", "irrelevant", "seen"):
        control.record(store.db, 1, "w", verdict, 1.0)
    control.record(store.db, 2, "w", "seen", 1.0)
    assert control.verdicts(store.db, "w") == {1: "irrelevant"}
    assert control.said_of(store.db, 2) == {"w": "seen"}


def test_what_was_said_can_be_taken_back(store: Store) -> None:
    control.record(store.db, 1, "w", "relevant", 1.0)
    control.record(store.db, 2, "w", "seen", 1.0)
    assert [control.take_back(store.db, number, "w") for number in (1, 1, 2, 3)] == [True, False, False, False]
    assert control.verdicts(store.db, "w") == {}


def test_an_alert_is_seen_when_something_was_said_of_its_item(store: Store) -> None:
    assert control.unseen(store.db, 10) == ["alert1"]
    control.acknowledge(store.db, "alert1", "irrelevant", 1.0)
    assert control.unseen(store.db, 10) == []
    assert control.details(store.db, "alert1")["verdict"] == "irrelevant"
    with pytest.raises(MonitorError, match="a notice of the program"):
        control.acknowledge(store.db, "no-match", "relevant", 1.0)


def test_activity_is_that_of_late(store: Store) -> None:
    late = stored(8, Outcome.ALERTED, at=9000.0)
    store.apply(IngestPlan(FeedId(1), FeedState(), (late,)))
    assert control.activity(store.db, ["w", "none"], 200.0) == {
        "w": {"matches": 1, "alerts": 1, "last_match": 9000.0},
        "none": {"matches": 0, "alerts": 0, "last_match": None},
    }


def plan_of(store: Store, query: str) -> str:
    return "\n".join(row[3] for row in store.db.execute(f"EXPLAIN QUERY PLAN {query}"))


def test_no_question_of_the_list_goes_through_all_matches_or_items(store: Store) -> None:
    asked: list[str] = []
    store.db.conn.set_trace_callback(asked.append)
    control.activity(store.db, ["w"], 0.0)
    control.verdicts(store.db, "w")
    store.db.conn.set_trace_callback(None)
    assert len(asked) == 3
    for query in asked:
        steps = plan_of(store, query)
        assert "SCAN matches" not in steps, steps
        assert "items" not in steps, steps
        assert "SEARCH" in steps, steps


def test_Q15_what_was_said_of_alerts_is_said_of_their_items(tmp_path: Path) -> None:
    opened = Store.writing(database_of("format-3", tmp_path))
    rows = opened.db.execute("SELECT item_id, watch, verdict, at FROM feedback ORDER BY item_id").fetchall()
    assert rows == [(1, "w", "irrelevant", 300.0), (2, "w", "seen", 301.0), (5, "w", "relevant", 450.0)]
    assert control.details(opened.db, FIRST)["verdict"] == "irrelevant"
    assert opened.db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert opened.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    tables = {name for (name,) in opened.db.execute("SELECT name FROM sqlite_master")}
    assert "old_feedback" not in tables
    opened.close()


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Store]:
    """Three items of one feed: 1 and 3 have the same headline."""
    opened = Store.writing(tmp_path / "shelf.db")
    opened.sync_feeds([FeedSpec("https://a.example/f", "A", 900.0)], 50.0)
    texts = [
        ("Пакистан и БРИКС", "https://www.news.example/1?utm_source=rss"),
        ("2024", "https://news.example/2?id=7"),
        ("ПАКИСТАН  и брикс", "https://пример.рф/3"),
    ]
    items = [
        replace(one, item=replace(one.item, title=title, link=link))
        for one, (title, link) in zip((stored(1, Outcome.ALERTED), stored(2), stored(3)), texts, strict=True)
    ]
    opened.apply(IngestPlan(FeedId(1), FeedState(), tuple(items)))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" #1 ", 1),
        ("https://www.news.example/1?utm_source=rss", 1),
        ("http://news.example/1#top", 1),
        ("news.example/1", 1),
        ("https://m.news.example/2?utm_medium=x&id=7", 2),
        ("https://xn--e1afmkfd.xn--p1ai/3", 3),
        ("alert1"[:5], None),
        ("пакистан И брикс", 3),
        ("2024", 2),
        ("4", None),
        ("#99999999999999999999", None),
        ("https://news.example/2", None),
        ("", None),
        ("Пакистан", None),
    ],
)
def test_an_item_is_found_by_whatever_one_has_of_it(shelf: Store, text: str, number: int | None) -> None:
    assert find.find_item(shelf.db, text) == number


def test_a_link_is_looked_up_and_a_headline_among_the_newest_only(
    shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "SEARCH items USING" in plan_of(shelf, "SELECT id FROM items WHERE link = 'x' ORDER BY id DESC LIMIT 1")
    assert find.find_item(shelf.db, "пакистан и брикс") == 3
    shelf.db.execute("UPDATE items SET title = 'other' WHERE id = 3")
    monkeypatch.setattr(find, "_NEWEST", 2)
    assert find.find_item(shelf.db, "пакистан и брикс") is None
    assert find.find_item(shelf.db, "other") == 3


def test_an_item_is_found_by_its_alert_if_that_is_one(store: Store) -> None:
    store.db.execute("UPDATE matches SET alert_id = '3f9c21ab77' WHERE item_id = 2")
    store.db.execute("UPDATE matches SET alert_id = '3f9c99ab77' WHERE item_id = 3")
    assert [find.find_item(store.db, name) for name in ("3f9c21", "3F9C99ab", "ffff")] == [2, 3, None]
    with pytest.raises(MonitorError, match="several alerts begin with '3f9c'"):
        find.find_item(store.db, "3f9c")
    found = find.item(store.db, 2)
    assert found is not None
    assert (found.number, found.feed, found.item.feed_name, found.item.body) == (2, 1, "A", "Body")


def test_items_are_listed_newest_first_by_all_of_their_words(shelf: Store) -> None:
    rows = _listed(shelf, ["БРИКС", "пакистан"])
    assert [row["item"] for row in rows] == [3, 1]
    assert [match["outcome"] for match in rows[1]["matches"]] == ["alerted"]
    assert _listed(shelf, ["брикс", "kazan"]) == []
    assert [row["item"] for row in _listed(shelf, [], limit=2)] == [3, 2]
    assert _listed(shelf, [], since=200.0) == []
    assert _listed(shelf, [], feed="B") == []


def test_F21_items_are_listed_by_when_they_were_seen_and_by_watchlist(shelf: Store) -> None:
    moments = [moment for (moment,) in shelf.db.execute("SELECT first_seen FROM items ORDER BY id")]
    assert [row["item"] for row in _listed(shelf, [], until=moments[2])] == [
        number for number in (3, 2, 1) if moments[number - 1] < moments[2]
    ]
    watches = {watch for (watch,) in shelf.db.execute("SELECT watch FROM matches")}
    for watch in watches:
        found = _listed(shelf, [], watch=watch)
        assert found
        assert all(watch in [match["watch"] for match in row["matches"]] for row in found)
    assert _listed(shelf, [], watch="none") == []


def _listed(shelf: Store, words: list[str], limit: int = 10, since: float = 0.0, **wanted: Any) -> list[dict[str, Any]]:
    return find.listing(shelf.db, find.Wanted(since, **wanted), Search(words).finds, limit)


def test_hosts_are_looked_for_in_the_newest_items_and_in_some_of_each_feed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync_feeds([FeedSpec(f"https://{name.lower()}.example/f", name, 900.0) for name in "AB"], 50.0)
    store.db.execute("UPDATE items SET link = 'https://www.Time.com/' || id")
    monkeypatch.setattr(find, "_LINKS_LOOKED_AT", 2)
    for number in range(8, 11):
        store.apply(IngestPlan(FeedId(2), FeedState(), (stored(number),)))
    found = find.feeds_with_pages_of(store.db, "time.com", lambda link: "time.com/" in link.lower())
    assert [row["name"] for row in found] == ["A"]
    assert find.feeds_with_pages_of(store.db, "e.com", lambda link: False) == []
