"""The outbox: what is to be told, where it has arrived, and every attempt on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from monitor.model import Alert, AlertId, AlertKind, AttemptOutcome, Delivery, DeliveryState, Hit, Partly, Rule


def put(db: Database, alert: Alert, channels: Iterable[str]) -> bool:
    """Write ``alert`` for each of ``channels``. False when an alert of this id is there already: nothing is said
    twice.
    """
    rows = db.query(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        [alert.id, alert.kind, alert.watch, alert.created, json.dumps(asdict(alert), ensure_ascii=False)],
    )
    if next(iter(rows), None) is None:
        return False
    for channel in channels:
        db.execute(
            "INSERT INTO deliveries (alert_id, channel, created, next_attempt) VALUES (?, ?, ?, ?)",
            [alert.id, channel, alert.created, alert.created],
        )
    return True


def due(db: Database, channel: str, now: float, limit: int) -> list[Delivery]:
    """Pending deliveries of ``channel`` whose time has come, oldest first."""
    rows = db.query(
        """
        SELECT deliveries.id, channel, attempts, partly, payload FROM deliveries JOIN alerts ON alerts.id = alert_id
        WHERE state = 'pending' AND channel = ? AND next_attempt <= ? ORDER BY deliveries.created, deliveries.id LIMIT ?
        """,
        [channel, now, limit],
    )
    return [
        Delivery(row["id"], row["channel"], alert_of(row["payload"]), row["attempts"], _partly_of(row["partly"]))
        for row in rows
    ]


def begin_attempt(db: Database, delivery: int, now: float) -> int:
    """Note, before anything is sent, that an attempt begins; returns its number for ``finish_attempt``."""
    db.execute("UPDATE deliveries SET attempts = attempts + 1 WHERE id = ?", [delivery])
    rows = db.query("INSERT INTO attempts (delivery_id, started) VALUES (?, ?) RETURNING id", [delivery, now])
    return int(next(iter(rows))["id"])


def finish_attempt(db: Database, delivery: int, attempt: int, outcome: AttemptOutcome, now: float) -> None:
    """Note what an attempt led to."""
    word = "sent" if outcome.state is DeliveryState.SENT else "ambiguous" if outcome.ambiguous else "failed"
    db.execute(
        "UPDATE attempts SET finished = ?, outcome = ?, detail = ? WHERE id = ?", [now, word, outcome.detail, attempt]
    )
    finished = None if outcome.state is DeliveryState.PENDING else now
    db.execute(
        "UPDATE deliveries SET state = ?, next_attempt = ?, detail = ?, finished = ?, partly = ? WHERE id = ?",
        [
            outcome.state,
            outcome.next_attempt,
            outcome.detail,
            finished,
            json.dumps(asdict(outcome.partly), ensure_ascii=False) if outcome.partly else "",
            delivery,
        ],
    )


def close_interrupted(db: Database, now: float) -> int:
    """Attempts that the last process began and did not live to finish may have arrived: they are counted as
    ambiguous.
    """
    return db.execute(
        """
        UPDATE attempts SET finished = ?, outcome = 'ambiguous', detail = 'the program was stopped meanwhile'
        WHERE outcome = 'begun'
        """,
        [now],
    ).rowcount


def next_attempt(db: Database, channel: str) -> float | None:
    """When the next pending delivery of ``channel`` is due, None when there is none."""
    value = db.execute(
        "SELECT min(next_attempt) FROM deliveries WHERE state = 'pending' AND channel = ?", [channel]
    ).fetchone()[0]
    return None if value is None else float(value)


def pending_count(db: Database) -> int:
    """How many deliveries wait."""
    return int(db.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()[0])


def counts(db: Database) -> dict[str, dict[str, int]]:
    """Deliveries by channel and state."""
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in db.execute("SELECT channel, state, count(*) FROM deliveries GROUP BY channel, state"):
        found.setdefault(channel, {})[state] = number
    return found


def listing(db: Database, limit: int, state: str | None = None) -> list[dict[str, Any]]:
    """The newest deliveries, newest first."""
    rows = db.query(
        """
        SELECT deliveries.id, alert_id, channel, state, attempts, deliveries.created AS at, next_attempt,
               finished, detail, payload
        FROM deliveries JOIN alerts ON alerts.id = alert_id
        WHERE (:state IS NULL OR state = :state) ORDER BY deliveries.created DESC, deliveries.id DESC LIMIT :limit
        """,
        {"state": state, "limit": limit},
    )
    found = []
    for row in rows:
        alert = alert_of(row.pop("payload"))
        found.append(
            {
                **row,
                "kind": alert.kind,
                "watch": alert.watch,
                "headline": alert.headline,
                "source": alert.source,
                "link": alert.link,
            }
        )
    return found


def alert_of(payload: str) -> Alert:
    """The alert that ``payload`` (a row's JSON) holds."""
    fields = json.loads(payload)
    fields["id"] = AlertId(fields["id"])
    fields["kind"] = AlertKind(fields["kind"])
    fields["hits"] = tuple(Hit(**{**hit, "rule": Rule(hit["rule"])}) for hit in fields["hits"])
    fields["lines"] = tuple(fields["lines"])
    return Alert(**fields)


def _partly_of(written: str) -> Partly | None:
    if not written:
        return None
    fields = json.loads(written)
    return Partly(tuple(fields["owed"]), tuple(fields["refused"]), fields["taken"])
