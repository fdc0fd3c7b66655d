"""The outbox: what is to be told, the messages that it goes out in, and every attempt on the way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlite_utils import Database

from monitor.model import (
    Alert,
    AlertId,
    AlertKind,
    AttemptOutcome,
    Copy,
    DeliveryState,
    Dispatch,
    Hit,
    Message,
    MessageKind,
    Partly,
    Rule,
    Story,
)
from monitor.model.reasons import Because, to_json
from monitor.store.integrity.faults import known, readable, reason_in


def put(db: Database, alert: Alert, channels: Iterable[str] = ()) -> bool:
    """Write ``alert``, to be told on each of ``channels`` at once. False when an alert of this id is there already:
    nothing is said twice.
    """
    rows = db.query(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
        [alert.id, alert.kind, alert.watch, alert.created, _as_json(alert)],
    )
    if next(iter(rows), None) is None:
        return False
    for channel in channels:
        tell(db, alert.id, channel, "now", alert.created)
    return True


def rewrite(db: Database, alert: Alert) -> None:
    """Let an alert that stands in no message yet, or in none but a digest, say something new."""
    db.execute(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload",
        [alert.id, alert.kind, alert.watch, alert.created, _as_json(alert)],
    )


def tell(
    db: Database,
    alert: str,
    channel: str,
    mode: str,
    created: float,
    urgent: bool = False,
    reason: Because | None = None,
) -> None:
    """Let ``alert`` be told on ``channel``: ``now``, or in its ``digest``. Done once, however often it is asked for."""
    db.execute(
        "INSERT INTO deliveries (alert_id, channel, mode, urgent, created, reason) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [alert, channel, mode, urgent, created, to_json(reason)],
    )


def put_message(db: Database, message: Message, channel: str, deliveries: Iterable[int], now: float) -> None:
    """Make ``message`` of ``deliveries``. Where there is one like it already they become part of that."""
    db.execute(
        """
        INSERT INTO messages (uid, channel, kind, watch, urgent, created, state, attempts, next_attempt, detail, partly,
                              payload)
        VALUES (?, ?, ?, ?, ?, ?, 'pending', 0, ?, '', '', ?) ON CONFLICT DO NOTHING
        """,
        [message.id, channel, message.kind, message.watch, message.urgent, message.created, now, _as_json(message)],
    )
    query = "SELECT id, state, finished FROM messages WHERE channel = ? AND uid = ?"
    number, state, finished = db.execute(query, [channel, message.id]).fetchone()
    for one in deliveries:
        db.execute(
            "UPDATE deliveries SET message_id = ?, state = ?, finished = ? WHERE id = ?", [number, state, finished, one]
        )


def due(db: Database, channel: str, now: float, limit: int) -> list[Dispatch]:
    """Pending messages of ``channel`` whose time has come: urgent ones first, then the oldest."""
    rows = db.query(
        """
        SELECT id, channel, attempts, partly, payload FROM messages
        WHERE state = 'pending' AND channel = ? AND next_attempt <= ? ORDER BY urgent DESC, created, id LIMIT ?
        """,
        [channel, now, limit],
    )
    return [
        Dispatch(row["id"], row["channel"], message_of(row["payload"]), row["attempts"], _partly_of(row["partly"]))
        for row in rows
    ]


def begin_attempt(db: Database, message: int, now: float) -> int | None:
    """Note, before anything is sent, that an attempt begins; returns its number for ``finish_attempt``. None when the
    message is not to be sent any more: the user has dropped it since it was due.
    """
    if not db.execute(
        "UPDATE messages SET attempts = attempts + 1 WHERE id = ? AND state = 'pending'", [message]
    ).rowcount:
        return None
    rows = db.query("INSERT INTO attempts (message_id, started) VALUES (?, ?) RETURNING id", [message, now])
    return int(next(iter(rows))["id"])


def finish_attempt(db: Database, message: int, attempt: int, outcome: AttemptOutcome, now: float) -> None:
    """Note what an attempt led to. What the user has dropped meanwhile stays so, unless it was sent all the same."""
    word = "sent" if outcome.state is DeliveryState.SENT else "ambiguous" if outcome.ambiguous else "failed"
    db.execute(
        "UPDATE attempts SET finished = ?, outcome = ?, detail = ? WHERE id = ?", [now, word, outcome.detail, attempt]
    )
    finished = None if outcome.state is DeliveryState.PENDING else now
    noted = db.execute(
        "UPDATE messages SET state = ?, next_attempt = ?, detail = ?, finished = ?, partly = ? "
        "WHERE id = ? AND (state = 'pending' OR ? = 'sent')",
        [
            outcome.state,
            outcome.next_attempt,
            outcome.detail,
            finished,
            _as_json(outcome.partly) if outcome.partly else "",
            message,
            outcome.state,
        ],
    )
    if finished and noted.rowcount:
        db.execute(
            "UPDATE deliveries SET state = ?, finished = ? WHERE message_id = ?", [outcome.state, finished, message]
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


def counts(db: Database) -> dict[str, dict[str, int]]:
    """Deliveries by channel and state."""
    found: dict[str, dict[str, int]] = {}
    for channel, state, number in db.execute("SELECT channel, state, count(*) FROM deliveries GROUP BY channel, state"):
        found.setdefault(channel, {})[known("the state of a delivery", DeliveryState, state).value] = number
    return found


def unsent(db: Database) -> dict[str, int]:
    """Messages that wait for their channel to take them, by channel."""
    rows = db.execute("SELECT channel, count(*) FROM messages WHERE state = 'pending' GROUP BY channel")
    return dict(rows.fetchall())


def failing(db: Database) -> dict[str, dict[str, Any]]:
    """Of each channel that has failed to take messages: how many wait, and why the last try failed."""
    rows = db.execute(
        "SELECT channel, count(*), detail, max(next_attempt) FROM messages "
        "WHERE state = 'pending' AND attempts > 0 AND detail != '' GROUP BY channel"
    )
    return {channel: {"messages": number, "detail": detail} for channel, number, detail, _ in rows}


def dead_since(db: Database, since: float) -> dict[str, int]:
    """How many messages were given up since then, by channel."""
    rows = db.execute(
        "SELECT channel, count(*) FROM messages WHERE state = 'dead' AND finished >= ? GROUP BY channel", [since]
    )
    return dict(rows.fetchall())


def listing(
    db: Database, limit: int, state: str | None = None, watch: str | None = None, by_alert: bool = False
) -> list[dict[str, Any]]:
    """The newest deliveries, newest first. ``by_alert``: all of those of the newest alerts that have one so."""
    rows = db.query(
        """
        SELECT deliveries.id, alert_id, deliveries.channel, mode, deliveries.state, coalesce(attempts, 0) AS attempts,
               deliveries.created AS at, next_attempt, deliveries.finished, uid AS message,
               coalesce(detail, '') AS detail, deliveries.reason,
               deliveries.state = 'sent' AND coalesce(partly, '') != '' AS in_part, alerts.payload
        FROM deliveries JOIN alerts ON alerts.id = alert_id LEFT JOIN messages ON messages.id = message_id
        WHERE iif(:by_alert, alert_id IN (
                SELECT alert_id FROM deliveries AS one JOIN alerts AS told ON told.id = alert_id
                WHERE (:state IS NULL OR one.state = :state) AND (:watch IS NULL OR told.watch = :watch)
                GROUP BY alert_id ORDER BY max(one.created) DESC, max(one.id) DESC LIMIT :limit),
            (:state IS NULL OR deliveries.state = :state) AND (:watch IS NULL OR alerts.watch = :watch))
        ORDER BY deliveries.created DESC, deliveries.id DESC LIMIT iif(:by_alert, -1, :limit)
        """,
        {"state": state, "watch": watch, "limit": limit, "by_alert": by_alert},
    )
    found = []
    for row in rows:
        alert = alert_of(row.pop("payload"))
        row["state"] = known("the state of a delivery", DeliveryState, row["state"]).value
        row["in_part"] = bool(row["in_part"])
        row["reason"] = reason_in(row["reason"])
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
    with readable("an alert"):
        return _alert(json.loads(payload))


def message_of(payload: str) -> Message:
    """The message that ``payload`` (a row's JSON) holds."""
    with readable("a message"):
        fields = json.loads(payload)
        fields["kind"] = MessageKind(fields["kind"])
        fields["stories"] = tuple(
            Story(_alert(story["alert"]), tuple(Copy(**copy) for copy in story["copies"]), story["remark"])
            for story in fields["stories"]
        )
        return Message(**fields)


def _alert(fields: dict[str, Any]) -> Alert:
    fields["id"] = AlertId(fields["id"])
    fields["kind"] = AlertKind(fields["kind"])
    fields["hits"] = tuple(Hit(**{**hit, "rule": Rule(hit["rule"])}) for hit in fields["hits"])
    fields["lines"] = tuple(fields["lines"])
    return Alert(**fields)


def _partly_of(written: str) -> Partly | None:
    if not written:
        return None
    with readable("who still waits for a message"):
        fields = json.loads(written)
        never = tuple(fields.get("never", ()))  # older releases did not keep it
        return Partly(tuple(fields["owed"]), tuple(fields["refused"]), fields["taken"], never)


def _as_json(value: Any) -> str:
    return json.dumps(asdict(value), ensure_ascii=False)
