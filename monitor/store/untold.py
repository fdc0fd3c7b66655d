"""What was found and is told to nobody: first reports of stories, on no channel and in no digest."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Silent:
    """A match that nobody is told of, nor of any report of its story."""

    match: int
    watch: str
    alert: str
    title: str
    seen: float


_FIND = """
    SELECT matches.id, matches.watch, alert_id, items.title, matches.created
    FROM matches JOIN items ON items.id = item_id JOIN alerts ON alerts.id = alert_id
    WHERE matches.created >= ? AND outcome IN ('untold', 'digest') AND alert_id = story AND NOT EXISTS (
        SELECT 1 FROM matches AS report CROSS JOIN deliveries ON deliveries.alert_id = report.alert_id
        WHERE report.story = matches.story)
    ORDER BY matches.created, matches.id
"""


def is_silent(db: Database, alert: str) -> bool:
    """Whether the match that would be told as ``alert`` is one of them."""
    return next(iter(db.execute(_FIND.replace("WHERE", "WHERE alert_id = ? AND", 1), [alert, 0.0])), None) is not None


def find(db: Database, since: float) -> list[Silent]:
    """All of them since then, oldest first."""
    return [Silent(*row) for row in db.execute(_FIND, [since])]
