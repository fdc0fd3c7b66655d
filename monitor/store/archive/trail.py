"""What is stored of an item's way: its matches, what became of each, and each attempt to tell it."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from monitor.model.alerts import Outcome
from monitor.store import untold
from monitor.store.archive import control
from monitor.store.integrity.faults import from_json, known, reason_in


def matches_of(db: Database, item: int) -> list[dict[str, Any]]:
    """All matches of an item, surest first. Each has the ``first`` report of its story (None for the first itself), its
    ``deliveries`` with their attempts, and the ``snoozes`` and ``mutes`` since it came; ``is_later`` says whether its
    feed had been read before, and ``silent`` that nobody is told of it.
    """
    rows = list(
        db.query(
            """
            SELECT watch, watch_title, version, score, band, outcome, reason, why, explanation, alert_id, story,
                   matches.created AS at, feed_id AS feed, feeds.name AS source,
                   baseline_at IS NOT NULL AND matches.created > baseline_at AS is_later
            FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
            WHERE item_id = ? ORDER BY score DESC, watch
            """,
            [item],
        )
    )
    return [
        {
            **row,
            "outcome": known("what became of a match", Outcome, row["outcome"]).value,
            "explanation": from_json("why an item matched", row["explanation"]),
            "reason": reason_in(row["reason"]),
            "first": _first(db, row["story"]) if row["story"] not in ("", row["alert_id"]) else None,
            "deliveries": control.deliveries(db, row["alert_id"]) if row["alert_id"] else [],
            "silent": untold.is_silent(db, row["alert_id"]),
            "snoozes": _quietings(db, "snooze", row["watch"], row["at"]),
            "mutes": _quietings(db, "mute", row["story"], row["at"]),
        }
        for row in rows
    ]


def _first(db: Database, story: str) -> dict[str, Any] | None:
    """The report that a story is named after."""
    rows = db.query(
        """
        SELECT item_id AS item, alert_id, items.title, coalesce(nullif(items.source, ''), feeds.name) AS source,
               matches.created AS at, outcome, reason
        FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id WHERE alert_id = ?
        """,
        [story],
    )
    return next(({**row, "reason": reason_in(row["reason"])} for row in rows), None)


def _quietings(db: Database, kind: str, target: str, since: float) -> list[dict[str, Any]]:
    """The snoozes of a watchlist, or the mutes of a story, that have held since then, oldest first. ``ended``: when the
    user ended one before its time, or put another in its place.
    """
    query = (
        "SELECT until, ended FROM quietings "
        "WHERE kind = ? AND target = ? AND until > ? AND (ended IS NULL OR ended > ?) ORDER BY id"
    )
    return list(db.query(query, [kind, target, since, since]))


def versions_of(db: Database, watch: str) -> list[tuple[str, float]]:
    """The versions of a watchlist that have judged what was read, each with since when, oldest first."""
    return db.execute("SELECT version, since FROM versions WHERE watch = ? ORDER BY since", [watch]).fetchall()
