"""A watchlist that goes on under another id: what is known of it goes along."""

from __future__ import annotations

from sqlite_utils import Database


def rename_watch(db: Database, old: str, new: str) -> None:
    """Let all that belongs to the watchlist ``old`` belong to ``new``: matches, stories, verdicts, versions, snoozes,
    floods and messages. So nothing that was told is told again, and what is silent stays so. To be called in a
    transaction.

    Where both have something of the same item, the verdict is the newer one, and the match is the one of ``new``.
    """
    names = {"old": old, "new": new}
    for statement in _STATEMENTS:
        db.execute(statement, names)


_STATEMENTS = (
    "UPDATE OR IGNORE matches SET watch = :new WHERE watch = :old",
    "UPDATE stories SET watch = :new WHERE watch = :old",
    "UPDATE quietings SET target = :new WHERE kind = 'snooze' AND target = :old",
    "UPDATE messages SET watch = :new WHERE watch = :old",
    # What is part of no message yet is grouped by what its alert says.
    """
    UPDATE alerts SET payload = json_set(payload, '$.watch', :new) WHERE watch = :old AND EXISTS (
        SELECT 1 FROM deliveries WHERE alert_id = alerts.id AND state = 'pending' AND message_id IS NULL)
    """,
    "UPDATE alerts SET watch = :new WHERE watch = :old",
    """
    INSERT INTO feedback SELECT item_id, :new, verdict, at FROM feedback WHERE watch = :old
    ON CONFLICT (item_id, watch) DO UPDATE SET verdict = excluded.verdict, at = excluded.at
    WHERE excluded.at > feedback.at
    """,
    "DELETE FROM feedback WHERE watch = :old",
    """
    INSERT INTO versions SELECT :new, version, since FROM versions WHERE watch = :old
    ON CONFLICT (watch, version) DO UPDATE SET since = max(since, excluded.since)
    """,
    "DELETE FROM versions WHERE watch = :old",
    """
    INSERT INTO fuses SELECT kind, :new, tripped, until, held FROM fuses WHERE kind = 'watch' AND target = :old
    ON CONFLICT (kind, target) DO UPDATE SET until = max(until, excluded.until), held = held + excluded.held
    """,
    "DELETE FROM fuses WHERE kind = 'watch' AND target = :old",
)
