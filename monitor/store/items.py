"""Items, the keys they are known by, and their matches."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from sqlite_utils import Database

from monitor.model import Aside, Band, Edited, FeedId, Item, ItemKey, Known, Match, Matched, MatchedItem, Outcome, Part
from monitor.model.reasons import to_json
from monitor.store import outbox
from monitor.store.integrity.faults import from_json, known, readable, reason_in

_KEYS_PER_QUERY = 500
_ITEMS_PER_STATEMENT = 100
_KEYS_PER_STATEMENT = 500
_LATELY = 30


def recall(db: Database, feed: FeedId, keys: Collection[ItemKey]) -> dict[ItemKey, Known]:
    """Which of ``keys`` the feed has had before, and what is remembered under each."""
    found: dict[ItemKey, Known] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), _KEYS_PER_QUERY):
        part = wanted[start : start + _KEYS_PER_QUERY]
        marks = ",".join("?" * len(part))
        rows = db.execute(
            # Only question marks are put into the statement.
            "SELECT item_keys.key, items.id, coalesce(text_key, ''), coalesce(edits, 0), coalesce(title, ''), "  # noqa: S608
            "coalesce(link, ''), published, item_keys.first_seen FROM item_keys LEFT JOIN items ON items.id = item_id "
            f"WHERE item_keys.feed_id = ? AND item_keys.key IN ({marks})",
            [feed, *part],
        )
        found.update((ItemKey(key), Known(*past)) for key, *past in rows)
    return found


def texts(db: Database, rows: Collection[int]) -> dict[int, tuple[str, str, str, tuple[Aside, ...]]]:
    """Title, summary and body of items, and what of these does not count, by their rows."""
    found = db.execute(
        "SELECT id, title, summary, body, asides FROM items WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(rows))],
    )
    return {row: (title, summary, body, from_text(beside)) for row, title, summary, body, beside in found}


def lately(db: Database, feed: FeedId) -> list[tuple[str, str, str]]:
    """Title, summary and body of a feed's last items, newest first."""
    rows = db.execute(
        "SELECT title, summary, body FROM items WHERE feed_id = ? ORDER BY id DESC LIMIT ?", [feed, _LATELY]
    )
    return rows.fetchall()


def insert(db: Database, feed: FeedId, found: Sequence[MatchedItem]) -> int:
    """Store what a poll found, seen at the same moment, with its keys and matches; how many of these wait for the desk.
    An item that was there already stays as it is.
    """
    rows: dict[ItemKey, int] = {}
    for start in range(0, len(found), _ITEMS_PER_STATEMENT):
        rows |= _insert_items(db, feed, [one.item for one in found[start : start + _ITEMS_PER_STATEMENT]])
    names = ((key, rows.get(one.item.key)) for one in found for key in one.keys)
    remember(db, feed, names, found[0].item.first_seen if found else 0.0)
    stored = [(rows[one.item.key], one) for one in found if one.item.key in rows]
    return sum(_insert_match(db, row, match, one.item.first_seen) for row, one in stored for match in one.matches)


def _insert_items(db: Database, feed: FeedId, items: Iterable[Item]) -> dict[ItemKey, int]:
    """Store those that are not there yet; the rows that they are in now.

    One statement for all of them: SQLite's thread gives Python up for each, and then waits until another thread does
    the same, up to 5 ms. With one for each item, storing took five times as long while polls went on.
    """
    by_key = {item.key: item for item in items}
    last, known = db.execute(
        """
        SELECT (SELECT coalesce(max(id), 0) FROM items),
               (SELECT json_group_array(key) FROM items
                WHERE feed_id = ? AND key IN (SELECT value FROM json_each(?)))
        """,
        [feed, json.dumps(list(by_key))],
    ).fetchone()
    for key in json.loads(known):
        del by_key[key]
    if not by_key:
        return {}
    rows = {key: row for row, key in enumerate(by_key, last + 1)}
    places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    db.execute(
        "INSERT INTO items (id, feed_id, key, guid, link, title, summary, body, published, first_seen, language, "  # noqa: S608
        f"text_key, source, asides) VALUES {places}",
        [value for item in by_key.values() for value in _values(rows[item.key], feed, item)],
    )
    return rows


def _values(row: int, feed: FeedId, item: Item) -> tuple[Any, ...]:
    return (
        row,
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
        item.text_key,
        item.source,
        to_text(item.asides),
    )


def remember(db: Database, feed: FeedId, names: Iterable[tuple[ItemKey, int | None]], now: float) -> None:
    """Note the names that items, given by their rows, may come back under."""
    wanted = list(names)
    for start in range(0, len(wanted), _KEYS_PER_STATEMENT):
        part = wanted[start : start + _KEYS_PER_STATEMENT]
        places = ", ".join(f"(?1, ?{number}, ?2, ?{number + 1})" for number in range(3, 3 + 2 * len(part), 2))
        db.execute(
            f"INSERT INTO item_keys VALUES {places} ON CONFLICT DO NOTHING",  # noqa: S608
            [feed, now, *chain.from_iterable(part)],
        )


def edit(db: Database, edited: Edited) -> int:
    """Give an item its new text, keep the old one, and store what it matches besides now; how many of these matches
    wait for the desk.
    """
    item = edited.item
    db.execute(
        """
        INSERT INTO revisions (item_id, title, summary, body, text_key, replaced)
        SELECT id, title, summary, body, text_key, ? FROM items WHERE id = ? AND text_key != ?
        ON CONFLICT DO NOTHING
        """,
        [item.first_seen, edited.row, item.text_key],
    )
    db.execute(
        "UPDATE items SET title = ?, summary = ?, body = ?, text_key = ?, asides = ?, edits = edits + 1, "
        "link = iif(? = '', link, ?), published = coalesce(?, published) WHERE id = ? AND text_key != ?",
        [
            *(item.title, item.summary, item.body, item.text_key, to_text(item.asides)),
            *(item.link, item.link, item.published),
            *(edited.row, item.text_key),
        ],
    )
    return sum(
        _insert_match(db, edited.row, one, item.first_seen) or _raise_match(db, edited.row, one, item.first_seen)
        for one in edited.matches
    )


def _raise_match(db: Database, item: int, matched: Matched, now: float) -> bool:
    """Let a match that was worth no more than the digest be decided about again, now that the item says more; whether
    it was one.
    """
    match = matched.match
    if match.band is not Band.ALERT or not matched.alert:
        return False
    rows = db.execute(
        """
        UPDATE matches SET version = ?, score = ?, band = ?, outcome = ?, why = ?, explanation = ?, alert_id = ?,
            reason = ?, created = ?, perhaps_told = ?
        WHERE item_id = ? AND watch = ? AND band != ? AND outcome != ? RETURNING id
        """,
        [
            match.version,
            match.score,
            match.band,
            matched.outcome,
            match.why,
            _as_json(match),
            matched.alert.id,
            to_json(matched.aside),
            now,
            matched.perhaps_told,
            item,
            match.watch,
            match.band,
            Outcome.WAITING,
        ],
    ).fetchall()
    if rows:
        outbox.rewrite(db, matched.alert)
    return bool(rows) and matched.outcome is Outcome.WAITING


def _as_json(match: Match) -> str:
    return json.dumps(match.explanation, ensure_ascii=False)


def _insert_match(db: Database, item: int, matched: Matched, now: float) -> bool:
    """Store a match, unless the item has one of this watchlist already; whether it waits for the desk."""
    match = matched.match
    rows = db.execute(
        """
        INSERT INTO matches (item_id, watch, watch_title, version, score, band, outcome, why, explanation, created,
                             alert_id, reason, perhaps_told)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id
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
            _as_json(match),
            now,
            matched.alert.id if matched.alert else "",
            to_json(matched.aside),
            matched.perhaps_told,
        ],
    ).fetchall()
    if rows and matched.alert:
        outbox.put(db, matched.alert)
    return bool(rows) and matched.outcome is Outcome.WAITING


def matches(
    db: Database, limit: int, watch: str | None = None, since: float | None = None, outcome: str | None = None
) -> list[dict[str, Any]]:
    """The newest matches with their items, newest first."""
    rows = db.query(
        """
        SELECT matches.id, item_id AS item, watch, watch_title, score, band, outcome, reason, alert_id, story,
               why, matches.created AS at, items.title, link,
               coalesce(nullif(items.source, ''), feeds.name) AS source, feeds.name AS feed, published, first_seen,
               items.language, explanation
        FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
        WHERE (:watch IS NULL OR watch = :watch) AND (:since IS NULL OR matches.created >= :since)
          AND (:outcome IS NULL OR outcome = :outcome)
        ORDER BY matches.created DESC, matches.id DESC LIMIT :limit
        """,
        {"watch": watch, "since": since, "outcome": outcome, "limit": limit},
    )
    return [
        {
            **row,
            "outcome": known("what became of a match", Outcome, row["outcome"]).value,
            "explanation": from_json("why an item matched", row["explanation"]),
            "reason": reason_in(row["reason"]),
        }
        for row in rows
    ]


def recent_texts(db: Database, limit: int) -> list[str]:
    """Title and summary of the newest ``limit`` items."""
    rows = db.execute("SELECT title || ' ' || summary FROM items ORDER BY id DESC LIMIT ?", [limit])
    return [text for (text,) in rows]


def counts(db: Database) -> dict[str, int]:
    """How many items and matches there are."""
    items = db.execute("SELECT count(*) FROM items").fetchone()[0]
    found = db.execute("SELECT count(*) FROM matches").fetchone()[0]
    return {"items": items, "matches": found}


def revisions(db: Database, item: int) -> list[dict[str, Any]]:
    """What an item said before it was edited, oldest first: title, summary, body, and when that was replaced."""
    query = "SELECT title, summary, body, replaced FROM revisions WHERE item_id = ? ORDER BY id"
    return list(db.query(query, [item]))


# --- asides ----------------------------------------------------------------------------------------------------------
# What of an item's texts does not count, as it is stored: JSON, and nothing for nothing.


def to_text(asides: Sequence[Aside]) -> str:
    """As a column holds them."""
    return json.dumps(asides, separators=(",", ":")) if asides else ""


def from_text(stored: str) -> tuple[Aside, ...]:
    """What a column holds."""
    if not stored:
        return ()
    with readable("what of an item is no story"):
        return tuple(Aside(field, start, end, Part(part)) for field, start, end, part in json.loads(stored))
