"""A database that is older than it was: a backup was restored, or its log is lost. What may have been told before is
kept back, to be released or dropped by the user.
"""

from __future__ import annotations

import json
from typing import Any

from sqlite_utils import Database

from monitor.model import Kept, Lost
from monitor.model.alerts import AlertKind
from monitor.model.reasons import PerhapsSent, to_json
from monitor.store.integrity.faults import readable, reason_in

_LOST = "restored.lost"
_TOLD = "restored.told"
_WHY = "it may have been sent before the database was restored"


def begin(db: Database, lost: Lost) -> None:
    """Note what the database has forgotten, and keep back what waits in it to be told: that was long ago."""
    earlier = lost_of(db)
    if earlier:  # restored once more
        lost = Lost(min(earlier.since, lost.since), max(earlier.until, lost.until), lost.at)
    db.execute(
        "INSERT INTO facts VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
        [_LOST, json.dumps([lost.since, lost.until]), lost.at],
    )
    db.execute("DELETE FROM facts WHERE name = ?", [_TOLD])
    db.execute("UPDATE matches SET perhaps_told = 1 WHERE outcome = 'waiting'")
    db.execute(
        "UPDATE messages SET state = 'dropped', perhaps_told = 1, finished = ?, detail = ? WHERE state = 'pending'",
        [lost.at, _WHY],
    )
    db.execute(
        "UPDATE deliveries SET state = 'dropped', perhaps_told = 1, finished = ?, reason = ? WHERE state = 'pending'",
        [lost.at, to_json(PerhapsSent())],
    )


def lost_of(db: Database) -> Lost | None:
    """What the database has forgotten, if it was ever found to be older than it was."""
    row = db.execute("SELECT value, at FROM facts WHERE name = ?", [_LOST]).fetchone()
    if row is None:
        return None
    with readable("what the database has forgotten"):
        since, until = json.loads(row[0])
        return Lost(float(since), float(until), row[1])


def untold(db: Database) -> Lost | None:
    """The same, if the user has not been told of it, and all that was found since is decided about."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM facts WHERE name = ?) "
        "OR EXISTS (SELECT 1 FROM matches WHERE perhaps_told AND outcome = 'waiting')"
    )
    return None if db.execute(query, [_TOLD]).fetchone()[0] else lost_of(db)


def mark_told(db: Database, now: float) -> None:
    """The user is being told."""
    db.execute("INSERT INTO facts VALUES (?, '', ?) ON CONFLICT DO NOTHING", [_TOLD, now])


KEPT = """
SELECT alert_id, max(at) AS at, min(why) AS why FROM (
    SELECT alert_id, created AS at, reason AS why FROM matches WHERE perhaps_told AND outcome = 'restored'
    UNION ALL
    SELECT alert_id, created, reason FROM deliveries WHERE perhaps_told AND state = 'dropped'
) GROUP BY alert_id
"""
"""All that is kept back: what was found since, and what waited in the backup to be told."""


def kept_rows(db: Database, watch: str | None = None) -> list[dict[str, Any]]:
    """All that is kept back, newest first."""
    rows = list(
        db.query(
            f"SELECT kept.*, alerts.kind, payload FROM ({KEPT}) AS kept JOIN alerts ON alerts.id = alert_id "  # noqa: S608
            "WHERE :watch IS NULL OR alerts.watch = :watch ORDER BY at DESC, alert_id",
            {"watch": watch},
        )
    )
    return [{**row, "why": reason_in(row["why"])} for row in rows]


def kept(db: Database) -> Kept:
    """How much is kept back."""
    query = f"SELECT kind = ?, count(*) FROM ({KEPT}) JOIN alerts ON id = alert_id GROUP BY 1"  # noqa: S608
    found = {bool(is_notice): number for is_notice, number in db.execute(query, [AlertKind.NOTICE])}
    return Kept(found.get(False, 0), found.get(True, 0))


def release_messages(db: Database, now: float) -> None:
    """Let what waited to be told be told after all."""
    db.execute(
        "UPDATE messages SET state = 'pending', perhaps_told = 0, next_attempt = ?, attempts = 0, finished = NULL, "
        "detail = '' WHERE perhaps_told AND state = 'dropped'",
        [now],
    )
    db.execute(
        "UPDATE deliveries SET state = 'pending', perhaps_told = 0, finished = NULL, reason = '' "
        "WHERE perhaps_told AND state = 'dropped'"
    )


def drop(db: Database) -> Kept:
    """Never tell what is kept back; how much that is."""
    before = kept(db)
    for table in ("matches", "messages", "deliveries"):
        db.execute(f"UPDATE {table} SET perhaps_told = 0 WHERE perhaps_told")  # noqa: S608 - one of ours
    return before
