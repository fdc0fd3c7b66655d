"""Items, the keys they are known by, and their matches."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from monitor.model import FeedId, ItemKey, Matched, MatchedItem, Outcome
from monitor.store import outbox

_KEYS_PER_QUERY = 500


def known(db: Database, feed: FeedId, keys: Collection[ItemKey]) -> set[ItemKey]:
    """Which of ``keys`` the feed has had before."""
    found: set[ItemKey] = set()
    wanted = list(keys)
    for start in range(0, len(wanted), _KEYS_PER_QUERY):
        part = wanted[start : start + _KEYS_PER_QUERY]
        marks = ",".join("?" * len(part))
        # Only question marks are put into the statement.
        rows = db.execute(f"SELECT key FROM item_keys WHERE feed_id = ? AND key IN ({marks})", [feed, *part])  # noqa: S608
        found.update(ItemKey(row[0]) for row in rows)
    return found


def insert(db: Database, feed: FeedId, matched: MatchedItem) -> int:
    """Store an item with its keys and matches; how many of these wait for the desk. An item that was there already
    stays as it is.
    """
    item = matched.item
    rows = db.query(
        """
        INSERT INTO items (feed_id, key, guid, link, title, summary, body, published, first_seen, language)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed_id, key) DO NOTHING RETURNING id
        """,
        [
            feed,
            item.key,
            item.guid,
            item.link,
            item.title,
            item.summary,
            item.body,
            item.published,
            item.first_seen,
            item.language,
        ],
    )
    inserted = next(iter(rows), None)
    for key in matched.keys:
        db.execute("INSERT INTO item_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING", [feed, key, item.first_seen])
    if inserted is None:
        return 0
    for one in matched.matches:
        _insert_match(db, inserted["id"], one, item.first_seen)
    return sum(one.outcome is Outcome.WAITING for one in matched.matches)


def _insert_match(db: Database, item: int, matched: Matched, now: float) -> None:
    match = matched.match
    if matched.alert:
        outbox.put(db, matched.alert)
    db.execute(
        """
        INSERT INTO matches (item_id, watch, watch_title, version, score, band, outcome, why, explanation, created,
                             alert_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        [
            item,
            match.watch,
            match.title,
            match.version,
            match.score,
            match.band,
            matched.outcome,
            match.why,
            json.dumps(match.explanation, ensure_ascii=False),
            now,
            matched.alert.id if matched.alert else "",
        ],
    )


def matches(
    db: Database, limit: int, watch: str | None = None, since: float | None = None, outcome: str | None = None
) -> list[dict[str, Any]]:
    """The newest matches with their items, newest first."""
    rows = db.query(
        """
        SELECT matches.id, watch, watch_title, score, band, outcome, reason, alert_id, story,
               why, matches.created AS at, items.title, link,
               feeds.name AS source, published, first_seen, items.language, explanation
        FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
        WHERE (:watch IS NULL OR watch = :watch) AND (:since IS NULL OR matches.created >= :since)
          AND (:outcome IS NULL OR outcome = :outcome)
        ORDER BY matches.created DESC, matches.id DESC LIMIT :limit
        """,
        {"watch": watch, "since": since, "outcome": outcome, "limit": limit},
    )
    return [{**row, "explanation": json.loads(row["explanation"])} for row in rows]


def recent_texts(db: Database, limit: int) -> list[str]:
    """Title and summary of the newest ``limit`` items."""
    rows = db.execute("SELECT title || ' ' || summary FROM items ORDER BY id DESC LIMIT ?", [limit])
    return [text for (text,) in rows]


def counts(db: Database) -> dict[str, int]:
    """How many items and matches there are."""
    items = db.execute("SELECT count(*) FROM items").fetchone()[0]
    found = db.execute("SELECT count(*) FROM matches").fetchone()[0]
    return {"items": items, "matches": found}
