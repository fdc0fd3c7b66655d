"""What the user says of items: whether they are relevant for a watchlist, found by it or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

VERDICTS = ("relevant", "irrelevant")
"""What can be said. ``seen`` is noted beside them for what was looked at without a word."""


def record(db: Database, item: int, watch: str, verdict: str, now: float) -> None:
    """Keep what the user says of an item for a watchlist: ``relevant``, ``irrelevant``, or that it was ``seen``, which
    takes back nothing that was said before.
    """
    db.execute(
        """
        INSERT INTO feedback VALUES (?, ?, ?, ?) ON CONFLICT (item_id, watch) DO UPDATE
        SET verdict = excluded.verdict, at = excluded.at WHERE excluded.verdict != 'seen'
        """,
        [item, watch, verdict, now],
    )


def take_back(db: Database, item: int, watch: str) -> bool:
    """Forget what was said of an item for a watchlist; whether there was anything."""
    gone = db.execute(
        "DELETE FROM feedback WHERE item_id = ? AND watch = ? AND verdict != 'seen'", [item, watch]
    ).rowcount
    return gone > 0


def said_of(db: Database, item: int) -> dict[str, str]:
    """What was said of an item, by watchlist."""
    return dict(db.execute("SELECT watch, verdict FROM feedback WHERE item_id = ?", [item]).fetchall())


def verdicts(db: Database, watch: str) -> dict[int, str]:
    """The items that something was said of for a watchlist, by number: ``relevant`` or ``irrelevant``."""
    rows = db.execute("SELECT item_id, verdict FROM feedback WHERE watch = ? AND verdict != 'seen'", [watch])
    return dict(rows.fetchall())


def activity(db: Database, watches: Iterable[str], since: float) -> dict[str, dict[str, Any]]:
    """For each of ``watches``: ``matches`` and ``alerts`` (told as such) since a moment, and when the ``last_match``
    was, or None.
    """
    found = {}
    for watch in watches:
        query = "SELECT count(*), coalesce(sum(outcome = 'alerted'), 0) FROM matches WHERE watch = ? AND created >= ?"
        matches, alerts = db.execute(query, [watch, since]).fetchone()
        (last,) = db.execute("SELECT max(created) FROM matches WHERE watch = ?", [watch]).fetchone()
        found[watch] = {"matches": matches, "alerts": alerts, "last_match": last}
    return found
