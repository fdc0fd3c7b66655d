"""Feeds in the database: what config.toml lists, when each is due, what was learnt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from sqlite_utils import Database

from monitor.model import Baseline, Feed, FeedId, FeedSpec, FeedState, Validators

_LONGEST_PLAN = 2 * 86_400.0

Claimed = tuple[FeedId, str, FeedState]
"""A feed taken to be polled: its id, its address and what is known of it."""


def sync(db: Database, specs: Iterable[FeedSpec], now: float) -> None:
    """Make the active feeds be ``specs``. New ones are due at once; those no longer listed stop, and keep their
    history.
    """
    db.execute("UPDATE feeds SET active = 0")
    # Plans further away than any server may ask for were made while the clock was wrong.
    db.execute(
        "UPDATE feeds SET next_due = :now WHERE next_due > :now + max(2 * interval, :longest)",
        {"now": now, "longest": _LONGEST_PLAN},
    )
    for spec in specs:
        db.execute(
            """
            INSERT INTO feeds (url, name, interval, next_due) VALUES (:url, :name, :interval, :now)
            ON CONFLICT (url) DO UPDATE SET
                active = 1,
                name = excluded.name,
                -- A shorter interval counts from the last poll; what a failure or a server asked for stays.
                next_due = CASE WHEN excluded.interval < interval AND failures = 0 AND last_polled IS NOT NULL
                                THEN min(next_due, last_polled + excluded.interval) ELSE next_due END,
                interval = excluded.interval
            """,
            {"url": spec.url, "name": spec.name, "interval": spec.interval, "now": now},
        )


def claim_due(
    db: Database,
    now: float,
    limit: int,
    lease: float,
    unless_since: float | None = None,
    busy: Iterable[FeedId] = (),
    takes: Callable[[str], bool] = lambda url: True,
) -> list[Claimed]:
    """Take up to ``limit`` feeds that are due, longest overdue first, each as (id, url, state).

    The lease lasts for the feed's interval, at least ``lease`` seconds: a poll that dies with the process is not
    repeated sooner, however often the daemon is restarted. With ``unless_since``, feeds are taken before their time
    too, unless they were polled since then. Never taken are the feeds in ``busy``: their polls are still going on,
    however long they wait for a server. Feeds whose address ``takes`` refuses are passed over, for those behind them.
    """
    due = db.execute(
        """
        SELECT id, url FROM feeds WHERE active = 1 AND claimed_until <= :now
            AND id NOT IN (SELECT value FROM json_each(:busy))
            AND (CASE WHEN :since IS NULL THEN next_due <= :now ELSE coalesce(last_polled, 0) < :since END)
        ORDER BY next_due
        """,
        {"now": now, "since": unless_since, "busy": json.dumps(list(busy))},
    )
    chosen = list(islice((feed for feed, url in due if takes(url)), limit))
    due.close()
    rows = db.query(
        """
        UPDATE feeds SET claimed_until = :now + max(interval, :lease)
        WHERE id IN (SELECT value FROM json_each(:chosen)) RETURNING *
        """,
        {"now": now, "lease": lease, "chosen": json.dumps(chosen)},
    )
    claimed = sorted(rows, key=lambda row: float(row["next_due"]))
    return [(FeedId(row["id"]), row["url"], _state(row)) for row in claimed]


def release_claims(db: Database) -> None:
    """Take back the leases of polls that died with their process, for a user who wants feeds to be asked now."""
    db.execute("UPDATE feeds SET claimed_until = 0")


def save_state(db: Database, feed: FeedId, state: FeedState) -> None:
    """Write what a poll taught, and give the claim back."""
    db.execute(
        """
        UPDATE feeds SET etag = ?, last_modified = ?, next_due = ?, failures = ?, last_polled = ?, last_success = ?,
                         last_error = ?, title = ?, baseline_at = ?, claimed_until = 0
        WHERE id = ?
        """,
        [
            state.validators.etag,
            state.validators.last_modified,
            state.next_due,
            state.failures,
            state.last_polled,
            state.last_success,
            state.last_error,
            state.title,
            state.baseline_at,
            feed,
        ],
    )


def shift_due(db: Database, seconds: float) -> None:
    """Move all plans by ``seconds``: the wall clock was set, but no time has passed."""
    db.execute("UPDATE feeds SET next_due = next_due + ?, claimed_until = claimed_until + ?", [seconds, seconds])
    db.execute("UPDATE messages SET next_attempt = next_attempt + ? WHERE state = 'pending'", [seconds])


def untold_baselines(db: Database) -> tuple[list[Baseline], int, float | None]:
    """First readings that the user has not been told of, how many feeds still wait for theirs, and when the oldest
    was.
    """
    rows = db.query(
        """
        SELECT feeds.id, feeds.name, baseline_at, count(DISTINCT items.id) AS items,
               -- What was only worth a digest is neither alerted nor held back.
               coalesce(sum(matches.band = 'alert'), 0) AS matches,
               coalesce(sum(outcome IN ('alerted', 'waiting') AND matches.band = 'alert'), 0) AS alerted
        FROM feeds LEFT JOIN items ON feed_id = feeds.id AND first_seen <= baseline_at
                   LEFT JOIN matches ON item_id = items.id
        WHERE baseline_at IS NOT NULL AND NOT baseline_told GROUP BY feeds.id ORDER BY feeds.id
        """
    )
    found = list(rows)
    waiting = db.execute("SELECT count(*) FROM feeds WHERE active AND baseline_at IS NULL AND failures = 0").fetchone()[
        0
    ]
    baselines = [
        Baseline(FeedId(row["id"]), row["name"], row["items"], row["matches"], row["alerted"]) for row in found
    ]
    return baselines, waiting, min((row["baseline_at"] for row in found), default=None)


def mark_baselines_told(db: Database, feeds: Iterable[FeedId]) -> None:
    """The user is being told of these first readings."""
    for feed in feeds:
        db.execute("UPDATE feeds SET baseline_told = 1 WHERE id = ?", [feed])


def listing(db: Database) -> list[dict[str, Any]]:
    """All active feeds with their state and counts, for people and scripts."""
    return list(
        db.query(
            """
            SELECT id, name, url, interval, etag, last_modified, max(next_due, claimed_until) AS next_due,
                   last_polled, last_success, failures, last_error, title, baseline_at,
                   (SELECT count(*) FROM items WHERE feed_id = feeds.id) AS items
            FROM feeds WHERE active ORDER BY name COLLATE NOCASE
            """
        )
    )


def _state(row: Mapping[str, Any]) -> FeedState:
    return FeedState(
        validators=Validators(row["etag"], row["last_modified"]),
        next_due=row["next_due"],
        failures=row["failures"],
        last_polled=row["last_polled"],
        last_success=row["last_success"],
        last_error=row["last_error"],
        title=row["title"],
        baseline_at=row["baseline_at"],
    )


def as_feed(claimed: Claimed, specs: Mapping[str, FeedSpec]) -> Feed | None:
    """A claimed row with what the user wrote about it; None when the configuration has dropped it meanwhile."""
    feed, url, state = claimed
    spec = specs.get(url)
    return Feed(feed, spec, state) if spec else None
