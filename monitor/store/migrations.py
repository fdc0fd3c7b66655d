"""The database's format, step by step. A step that has been released never changes; new ones are added below it."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database, Migrations

from monitor.model.reasons import to_json
from monitor.store import sentences
from monitor.store.first_format import FIRST_FORMAT

migrations = Migrations("news-monitor")
STEPS = migrations.migrations_table
"""The table that lists the steps which a database has taken."""


@migrations()
def m001_first_format(db: Database) -> None:
    """Feeds and what is learnt of them; items and the names they are known by; matches; the outbox and its log."""
    for statement in FIRST_FORMAT.split(";\n"):
        db.execute(statement)


@migrations()
def m002_partly_delivered(db: Database) -> None:
    """Deliveries that some of their recipients still wait for."""
    db.execute("ALTER TABLE deliveries ADD COLUMN partly TEXT NOT NULL DEFAULT ''")  # JSON; empty: nothing of the kind


@migrations()
def m003_desk(db: Database) -> None:
    """Between matches and deliveries: stories, messages, snoozes and mutes. What was an alert on a channel becomes a
    message with one story.
    """
    for statement in _DESK.split(";\n"):
        db.execute(statement)
    rows = list(
        db.query(
            "SELECT old.*, alerts.payload, alerts.kind AS kind, alerts.watch AS watch FROM old_deliveries AS old "
            "JOIN alerts ON alerts.id = alert_id"
        )
    )
    for row in rows:
        db.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                row["id"],
                row["alert_id"],
                row["channel"],
                "alert" if row["kind"] == "new" else row["kind"],
                row["watch"],
                row["created"],
                row["state"],
                row["attempts"],
                row["next_attempt"],
                row["finished"],
                row["detail"],
                row["partly"],
                _one_story(row),
            ],
        )
        db.execute(
            "INSERT INTO deliveries (alert_id, channel, state, created, message_id, finished) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [row["alert_id"], row["channel"], row["state"], row["created"], row["id"], row["finished"]],
        )
    _found_stories(db)
    db.execute("INSERT INTO attempts_new SELECT * FROM attempts")
    db.execute("DROP TABLE attempts")
    db.execute("ALTER TABLE attempts_new RENAME TO attempts")
    db.execute("CREATE INDEX attempts_of ON attempts (message_id)")
    db.execute("DROP TABLE old_deliveries")


@migrations()
def m004_feedback_of_items(db: Database) -> None:
    """What the user says is kept by item and watchlist, so that it can also be said of what was not found."""
    for statement in _FEEDBACK.split(";\n"):
        db.execute(statement)


@migrations()
def m005_health_and_revisions(db: Database) -> None:
    """How feeds are, their rhythm and where they have moved; hosts that asked for rest; what items said before they
    were edited.
    """
    for statement in _HEALTH.split(";\n"):
        db.execute(statement)
    # Until now an item's row was found by its main key alone.
    db.execute(
        "UPDATE item_keys SET item_id = (SELECT id FROM items WHERE items.feed_id = item_keys.feed_id "
        "AND items.key = item_keys.key)"
    )
    db.execute("UPDATE feeds SET asked_host = host_of(url)")
    db.execute("UPDATE items SET text_key = text_key(title, summary, body)")


@migrations()
def m006_outlets_and_asides(db: Database) -> None:
    """The outlet that an item names; what of its texts does not count, as JSON; and an index of a feed's last items."""
    for column in ("source", "asides"):
        db.execute(f"ALTER TABLE items ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX items_of_feed ON items (feed_id)")


@migrations()
def m007_perhaps_told(db: Database) -> None:
    """What may have been told before the database became older than it was."""
    for table in ("matches", "messages", "deliveries"):
        db.execute(f"ALTER TABLE {table} ADD COLUMN perhaps_told INTEGER NOT NULL DEFAULT 0")
        db.execute(f"CREATE INDEX {table}_perhaps_told ON {table} (id) WHERE perhaps_told")


@migrations()
def m008_reasons_as_codes(db: Database) -> None:
    """Reasons were sentences; they are codes now, with what belongs to them."""
    db.conn.create_function(
        "_reason_of", 1, functools.lru_cache(100_000)(lambda sentence: to_json(sentences.reason_of(sentence)))
    )
    db.conn.create_function("_due_by", 1, sentences.due_by)
    for table in ("matches", "deliveries"):
        db.execute(f"UPDATE {table} SET reason = _reason_of(reason) WHERE reason != ''")  # noqa: S608 - one of ours
    db.execute("UPDATE feeds SET why_due = _due_by(why_due) WHERE why_due != ''")


def _found_stories(db: Database) -> None:
    """Every match that was alerted began a story: its copies must not alert again after the update."""
    rows = list(
        db.query(
            "SELECT matches.id, watch, created, feed_id, key FROM matches JOIN items ON items.id = item_id "
            "WHERE outcome = 'alerted'"
        )
    )
    for row in rows:
        about = f"new\n{row['watch']}\n{row['feed_id']}\n{row['key']}"
        alert = hashlib.sha256(about.encode("utf-8", "replace")).hexdigest()[:20]
        db.execute("UPDATE matches SET alert_id = ?, story = ? WHERE id = ?", [alert, alert, row["id"]])
        story = [alert, row["watch"], row["created"]]
        db.execute("INSERT INTO stories VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING", story)


def _one_story(row: Mapping[str, Any]) -> str:
    alert = json.loads(row["payload"])
    kind = "alert" if row["kind"] == "new" else row["kind"]
    story = {"alert": alert, "copies": [], "remark": ""}
    message = {"id": row["alert_id"], "kind": kind, "created": row["created"], "stories": [story], "late": ""}
    return json.dumps({**message, "watch": alert["watch"], "watch_title": alert["watch_title"]}, ensure_ascii=False)


# Of a match: how it would be told (empty: never), the story that it is part of (by the alert of its first report), and
# why it has become what it has.
_DESK = """
-- alert_id: how it is told; empty: never
ALTER TABLE matches ADD COLUMN alert_id TEXT NOT NULL DEFAULT '';
-- story: the alert of its first report
ALTER TABLE matches ADD COLUMN story TEXT NOT NULL DEFAULT '';
-- reason: of the outcome, in words
ALTER TABLE matches ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX matches_waiting ON matches (id) WHERE outcome = 'waiting';
CREATE INDEX matches_of_watch ON matches (watch, created);
CREATE INDEX matches_of_alert ON matches (alert_id);
CREATE INDEX matches_of_story ON matches (story);
CREATE TABLE stories (
    id      TEXT PRIMARY KEY,                   -- the alert of its first report
    watch   TEXT NOT NULL,
    created REAL NOT NULL,
    alerted INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE messages (                         -- what a channel is handed at once; never changed once made
    id           INTEGER PRIMARY KEY,
    uid          TEXT NOT NULL,
    channel      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    watch        TEXT NOT NULL,                 -- empty for what is about several, or none
    urgent       INTEGER NOT NULL,
    created      REAL NOT NULL,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL,
    next_attempt REAL NOT NULL,
    finished     REAL,
    detail       TEXT NOT NULL,
    partly       TEXT NOT NULL,
    payload      TEXT NOT NULL,
    UNIQUE (channel, uid)
) STRICT;
CREATE INDEX messages_due ON messages (state, channel, urgent, created);
CREATE INDEX messages_made ON messages (channel, watch, created);
DROP INDEX deliveries_due;
DROP INDEX attempts_of;
CREATE TABLE attempts_new (
    id          INTEGER PRIMARY KEY,
    message_id  INTEGER NOT NULL REFERENCES messages (id),
    started     REAL NOT NULL,
    finished    REAL,
    outcome     TEXT NOT NULL DEFAULT 'begun',  -- begun, sent, failed, ambiguous
    detail      TEXT NOT NULL DEFAULT ''
) STRICT;
ALTER TABLE deliveries RENAME TO old_deliveries;
CREATE TABLE deliveries (                       -- what is to be told where; message_id once it is part of a message
    id         INTEGER PRIMARY KEY,
    alert_id   TEXT NOT NULL REFERENCES alerts (id),
    channel    TEXT NOT NULL,
    mode       TEXT NOT NULL DEFAULT 'now',     -- now, digest
    state      TEXT NOT NULL DEFAULT 'pending',
    urgent     INTEGER NOT NULL DEFAULT 0,
    created    REAL NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',        -- why it waits, or why it stands in a digest
    message_id INTEGER REFERENCES messages (id),
    finished   REAL,
    UNIQUE (alert_id, channel, mode)
) STRICT;
CREATE INDEX deliveries_open ON deliveries (channel, mode, urgent, created)
    WHERE state = 'pending' AND message_id IS NULL;
CREATE INDEX deliveries_of_message ON deliveries (message_id);
CREATE TABLE quietings (                        -- snoozed watchlists and muted stories
    id      INTEGER PRIMARY KEY,
    kind    TEXT NOT NULL,                      -- snooze, mute
    target  TEXT NOT NULL,                      -- a watchlist, or a story
    until   REAL NOT NULL,
    created REAL NOT NULL,
    ended   REAL
) STRICT;
CREATE INDEX quietings_of ON quietings (kind, target);
CREATE TABLE feedback (                         -- what the user says of a match
    alert_id TEXT PRIMARY KEY REFERENCES alerts (id),
    verdict  TEXT NOT NULL,                     -- relevant, irrelevant, seen
    at       REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE versions (                         -- since when each version of a watchlist judges what is read
    watch   TEXT NOT NULL,
    version TEXT NOT NULL,
    since   REAL NOT NULL,
    PRIMARY KEY (watch, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE fuses (                            -- floods that were held, and told once
    kind    TEXT NOT NULL,                      -- watch, feed
    target  TEXT NOT NULL,
    tripped REAL NOT NULL,
    until   REAL NOT NULL,
    held    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, target)
) STRICT, WITHOUT ROWID
"""

_FEEDBACK = """
ALTER TABLE feedback RENAME TO old_feedback;
CREATE TABLE feedback (                         -- what the user says of an item for a watchlist
    item_id INTEGER NOT NULL REFERENCES items (id),
    watch   TEXT NOT NULL,
    verdict TEXT NOT NULL,                      -- relevant, irrelevant, seen
    at      REAL NOT NULL,
    PRIMARY KEY (item_id, watch)
) STRICT, WITHOUT ROWID;
INSERT INTO feedback SELECT item_id, watch, verdict, at FROM old_feedback
    JOIN matches ON matches.alert_id = old_feedback.alert_id;
CREATE INDEX feedback_of_watch ON feedback (watch, verdict);
CREATE INDEX items_link ON items (link);
DROP TABLE old_feedback
"""

_HEALTH = """
-- new, healthy, failing, gone, silent, gap, quarantined
ALTER TABLE feeds ADD COLUMN health TEXT NOT NULL DEFAULT 'new';
ALTER TABLE feeds ADD COLUMN health_since REAL;
-- what the user was last told of it, and when; the address that he was told it moved to
ALTER TABLE feeds ADD COLUMN told_health TEXT NOT NULL DEFAULT 'healthy';
ALTER TABLE feeds ADD COLUMN told_at REAL;
ALTER TABLE feeds ADD COLUMN gap_told_at REAL;
ALTER TABLE feeds ADD COLUMN told_url TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN why_due TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN rhythm TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN last_new REAL;
ALTER TABLE feeds ADD COLUMN gap_at REAL;
-- the site that its links lead to
ALTER TABLE feeds ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN asked_url TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN asked_host TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN max_interval REAL NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN host_wait INTEGER NOT NULL DEFAULT 1;
ALTER TABLE feeds ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE feeds ADD COLUMN moved_since REAL NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN moved_polls INTEGER NOT NULL DEFAULT 0;
-- what its document asks of readers, as JSON
ALTER TABLE feeds ADD COLUMN wishes TEXT NOT NULL DEFAULT '';
-- names of most items changed, at so many readings in a row, and when
ALTER TABLE feeds ADD COLUMN storms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feeds ADD COLUMN storm_at REAL;
-- how much its dates are worth
ALTER TABLE feeds ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;
-- its address has changed since it was last read
ALTER TABLE feeds ADD COLUMN readdressed INTEGER NOT NULL DEFAULT 0;
UPDATE feeds SET health = CASE WHEN failures > 0 THEN 'failing' WHEN last_success IS NULL THEN 'new' ELSE 'healthy' END,
                 health_since = last_success,
                 last_new = (SELECT max(first_seen) FROM items WHERE feed_id = feeds.id);
CREATE TABLE hosts (                            -- servers that asked to be left alone
    host       TEXT PRIMARY KEY,
    rest_until REAL NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE items ADD COLUMN text_key TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN edits INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item_keys ADD COLUMN item_id INTEGER REFERENCES items (id) ON DELETE SET NULL;
CREATE INDEX item_keys_of ON item_keys (item_id) WHERE item_id IS NOT NULL;
CREATE TABLE revisions (                        -- what items said before they were edited
    id       INTEGER PRIMARY KEY,
    item_id  INTEGER NOT NULL REFERENCES items (id) ON DELETE CASCADE,
    title    TEXT NOT NULL,
    summary  TEXT NOT NULL,
    body     TEXT NOT NULL,
    text_key TEXT NOT NULL,
    replaced REAL NOT NULL,
    UNIQUE (item_id, text_key)
) STRICT
"""

LATEST = 8
"""The format that this release writes, in the file's user_version: how many steps stand above."""


def migrate(db: Database) -> None:
    """Bring ``db`` to the newest format, all steps or none."""
    if db.execute("PRAGMA user_version").fetchone()[0] >= LATEST:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
        db.execute(f"PRAGMA user_version = {LATEST}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
