"""What the user does about alerts and says of items, and what there is to know about one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from monitor.errors import MonitorError
from monitor.model.alerts import DeliveryState
from monitor.store import items
from monitor.store.integrity import restored
from monitor.store.integrity.faults import from_json, known, reason_in
from monitor.text.wording import counted

_NOTICE = "that is a notice of the program: it belongs to no watchlist and no story"
_EXAMPLE = "see monitor alerts list for what there is"


def find(db: Database, name: str) -> str:
    """The id of the alert called ``name``, which may be the beginning of an id. Raises MonitorError."""
    wanted = name.strip().lower()
    if len(wanted) < 4 or not wanted.isalnum():
        raise MonitorError(f"{name!r} is not the name of an alert: it has eight letters and digits; {_EXAMPLE}")
    rows = db.execute("SELECT id FROM alerts WHERE id >= ? AND id < ? LIMIT 2", [wanted, wanted + "{"])
    found = [alert for (alert,) in rows]
    if not found:
        raise MonitorError(f"there is no alert {name!r}; {_EXAMPLE}")
    if len(found) > 1:
        raise MonitorError(f"several alerts begin with {name!r}: write more of the id")
    return str(found[0])


def details(db: Database, alert: str) -> dict[str, Any]:
    """All that is known of an alert: what it says, its match, its story, and each attempt to tell it."""
    payload = db.execute("SELECT payload FROM alerts WHERE id = ?", [alert]).fetchone()[0]
    match = next(iter(db.query("SELECT * FROM matches WHERE alert_id = ?", [alert])), None)
    story = match["story"] if match else ""
    said = said_of(db, match["item_id"]).get(match["watch"]) if match else None
    return {
        **from_json("an alert", payload),
        "outcome": match["outcome"] if match else None,
        "reason": reason_in(match["reason"]) if match else None,
        "explanation": from_json("why an item matched", match["explanation"]) if match else None,
        "story": story,
        "reports": _reports(db, story) if story else [],
        "verdict": said,
        "revisions": items.revisions(db, match["item_id"]) if match else [],
        "deliveries": deliveries(db, alert),
    }


def _reports(db: Database, story: str) -> list[dict[str, Any]]:
    rows = db.query(
        """
        SELECT alert_id, coalesce(nullif(items.source, ''), feeds.name) AS source, items.title, link, published,
               first_seen, outcome, reason
        FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
        WHERE story = ? ORDER BY matches.id
        """,
        [story],
    )
    return [{**row, "reason": reason_in(row["reason"])} for row in rows]


def deliveries(db: Database, alert: str) -> list[dict[str, Any]]:
    """Where and how an alert is told, oldest first, each with its ``attempts``."""
    rows = list(
        db.query(
            """
            SELECT deliveries.id, deliveries.channel, mode, deliveries.state, reason, message_id, uid AS message,
                   deliveries.created AS at, next_attempt, deliveries.finished, coalesce(detail, '') AS detail
            FROM deliveries LEFT JOIN messages ON messages.id = message_id WHERE alert_id = ? ORDER BY deliveries.id
            """,
            [alert],
        )
    )
    for row in rows:
        attempts = "SELECT started, finished, outcome, detail FROM attempts WHERE message_id = ? ORDER BY id"
        row["state"] = known("the state of a delivery", DeliveryState, row["state"]).value
        row["reason"] = reason_in(row["reason"])
        row["attempts"] = list(db.query(attempts, [row.pop("message_id")]))
    return rows


def retry(db: Database, alert: str, now: float) -> int:
    """Send the messages that hold ``alert`` again, as new as ever, under the ids they had; how many these are."""
    messages = _messages(db, alert, ("dead", "dropped", "pending"))
    for message in messages:
        db.execute(
            "UPDATE messages SET state = 'pending', next_attempt = ?, attempts = 0, finished = NULL WHERE id = ?",
            [now, message],
        )
        db.execute("UPDATE deliveries SET state = 'pending', finished = NULL WHERE message_id = ?", [message])
    again = db.execute(
        "UPDATE deliveries SET state = 'pending', finished = NULL "
        "WHERE alert_id = ? AND state = 'dropped' AND finished IS NOT NULL AND message_id IS NULL",
        [alert],
    ).rowcount
    return len(messages) + again


def drop(db: Database, alert: str, now: float) -> int:
    """Never send ``alert`` where it has not been sent yet; how many deliveries that were. Raises MonitorError when it
    is part of a message with others.
    """
    for message in _messages(db, alert, ("pending",)):
        others = db.execute("SELECT count(*) FROM deliveries WHERE message_id = ?", [message]).fetchone()[0] - 1
        if others:
            raise MonitorError(
                f"it waits as part of a message with {counted(others, 'other')}, and cannot be dropped from it"
            )
        db.execute(
            "UPDATE messages SET state = 'dropped', finished = ?, detail = 'dropped by the user' WHERE id = ?",
            [now, message],
        )
    return db.execute(
        "UPDATE deliveries SET state = 'dropped', finished = ? WHERE alert_id = ? AND state = 'pending'", [now, alert]
    ).rowcount


def _messages(db: Database, alert: str, states: tuple[str, ...]) -> list[int]:
    rows = db.execute(
        "SELECT DISTINCT messages.id, messages.state FROM messages JOIN deliveries ON message_id = messages.id "
        "WHERE alert_id = ?",
        [alert],
    )
    return [number for number, state in rows if state in states]


def acknowledge(db: Database, alert: str, verdict: str, now: float) -> None:
    """Keep what the user says of an alert: ``relevant``, ``irrelevant``, or only that it was ``seen``. Raises
    MonitorError for a notice, of which there is nothing to say.
    """
    row = db.execute("SELECT item_id, watch FROM matches WHERE alert_id = ?", [alert]).fetchone()
    if row is None:
        raise MonitorError(_NOTICE)
    record(db, row[0], row[1], verdict, now)


def story_of(db: Database, alert: str) -> tuple[str, str]:
    """The story and the watchlist of an alert. Raises MonitorError for a notice, which has none."""
    row = db.execute("SELECT story, watch FROM matches WHERE alert_id = ?", [alert]).fetchone()
    if row is None:
        raise MonitorError(_NOTICE)
    return str(row[0]), str(row[1])


def quieten(db: Database, kind: str, target: str, until: float, now: float) -> None:
    """Snooze a watchlist, or mute a story. What was said before of the same is replaced."""
    end_quiet(db, kind, target, now)
    db.execute("INSERT INTO quietings (kind, target, until, created) VALUES (?, ?, ?, ?)", [kind, target, until, now])


def end_quiet(db: Database, kind: str, target: str, now: float) -> int:
    """End a snooze or a mute now; how many there were."""
    return db.execute(
        "UPDATE quietings SET ended = ? WHERE kind = ? AND target = ? AND ended IS NULL AND until > ?",
        [now, kind, target, now],
    ).rowcount


def quietings(db: Database, now: float) -> list[dict[str, Any]]:
    """What is snoozed, muted or held as a flood now, and how much that has kept silent."""
    return list(
        db.query(
            f"""
            SELECT kind, target, created AS at, until,
                   CASE kind WHEN 'mute' THEN (SELECT json_extract(payload, '$.headline') FROM alerts WHERE id = target)
                             ELSE (SELECT watch_title FROM matches WHERE watch = target LIMIT 1) END AS what,
                   (SELECT count(*) FROM matches WHERE outcome = iif(kind = 'mute', 'muted', 'snoozed')
                    AND iif(kind = 'mute', story, watch) = target AND matches.created >= quietings.created) AS silenced
            FROM quietings WHERE ended IS NULL AND until > :now
            UNION ALL
            SELECT 'flood', iif(kind = 'feed', '--feed ' || target, target), tripped, until,
                   CASE kind WHEN 'feed' THEN (SELECT name FROM feeds WHERE id = CAST(target AS INTEGER))
                             ELSE (SELECT watch_title FROM matches WHERE watch = target LIMIT 1) END, held
            FROM fuses WHERE until > :now
            UNION ALL
            SELECT 'restored', '--restored', NULL, NULL, 'may have been told before', kept
            FROM (SELECT count(*) AS kept FROM ({restored.KEPT}) JOIN alerts ON id = alert_id) WHERE kept
            ORDER BY until
            """,  # noqa: S608 - a query of ours
            {"now": now},
        )
    )


def unseen(db: Database, limit: int) -> list[str]:
    """Alerts that were told and that the user has said nothing of, newest first."""
    rows = db.execute(
        """
        SELECT alert_id FROM matches WHERE outcome = 'alerted' AND alert_id != ''
        AND NOT EXISTS (SELECT 1 FROM feedback WHERE feedback.item_id = matches.item_id
                        AND feedback.watch = matches.watch)
        ORDER BY matches.id DESC LIMIT ?
        """,
        [limit],
    )
    return [alert for (alert,) in rows]


# --- feedback --------------------------------------------------------------------------------------------------------
# What the user says of items: whether they are relevant for a watchlist, found by it or not.


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
