"""The tables of the first release, which ``migrations`` begins with."""

from __future__ import annotations

FIRST_FORMAT = """
CREATE TABLE feeds (
    id            INTEGER PRIMARY KEY,
    url           TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    active        INTEGER NOT NULL DEFAULT 1,   -- 0: no longer in config.toml; history is kept
    interval      REAL NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    next_due      REAL NOT NULL,
    claimed_until REAL NOT NULL DEFAULT 0,      -- a lease: a poll that dies is not repeated before this
    failures      INTEGER NOT NULL DEFAULT 0,
    last_polled   REAL,
    last_success  REAL,
    last_error    TEXT NOT NULL DEFAULT '',
    title         TEXT NOT NULL DEFAULT '',
    baseline_at   REAL,                         -- the first reading, which alerts nobody
    baseline_told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX feeds_due ON feeds (active, next_due);
CREATE TABLE items (
    id         INTEGER PRIMARY KEY,
    feed_id    INTEGER NOT NULL REFERENCES feeds (id),
    key        TEXT NOT NULL,
    guid       TEXT NOT NULL,
    link       TEXT NOT NULL,
    title      TEXT NOT NULL,
    summary    TEXT NOT NULL,
    body       TEXT NOT NULL,
    published  REAL,
    first_seen REAL NOT NULL,
    language   TEXT NOT NULL,
    UNIQUE (feed_id, key)
) STRICT;
CREATE INDEX items_seen ON items (first_seen);
CREATE TABLE item_keys (                        -- outlive their items, so that nothing old is ever new again
    feed_id    INTEGER NOT NULL REFERENCES feeds (id),
    key        TEXT NOT NULL,
    first_seen REAL NOT NULL,
    PRIMARY KEY (feed_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE matches (
    id          INTEGER PRIMARY KEY,
    item_id     INTEGER NOT NULL REFERENCES items (id),
    watch       TEXT NOT NULL,
    watch_title TEXT NOT NULL,
    version     TEXT NOT NULL,
    score       REAL NOT NULL,
    band        TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    why         TEXT NOT NULL,
    explanation TEXT NOT NULL,                  -- the whole match, as JSON
    created     REAL NOT NULL,
    UNIQUE (item_id, watch)
) STRICT;
CREATE INDEX matches_created ON matches (created);
CREATE TABLE alerts (
    id      TEXT PRIMARY KEY,
    kind    TEXT NOT NULL,
    watch   TEXT NOT NULL,
    created REAL NOT NULL,
    payload TEXT NOT NULL                       -- the whole alert, as JSON: a retry says the same again
) STRICT, WITHOUT ROWID;
CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY,
    alert_id     TEXT NOT NULL REFERENCES alerts (id),
    channel      TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'pending',
    attempts     INTEGER NOT NULL DEFAULT 0,
    created      REAL NOT NULL,
    next_attempt REAL NOT NULL,
    finished     REAL,
    detail       TEXT NOT NULL DEFAULT '',
    UNIQUE (alert_id, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (state, channel, next_attempt);
CREATE TABLE attempts (                         -- one row for each try, begun before the first byte is sent
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id),
    started     REAL NOT NULL,
    finished    REAL,
    outcome     TEXT NOT NULL DEFAULT 'begun',  -- begun, sent, failed, ambiguous
    detail      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX attempts_of ON attempts (delivery_id);
CREATE TABLE facts (                            -- single values about the daemon itself
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    at    REAL NOT NULL
) STRICT, WITHOUT ROWID
"""
