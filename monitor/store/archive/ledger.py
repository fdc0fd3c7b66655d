"""What an audit reads: items with what was stored of their matches, and what became of all that was to be told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from sqlite_utils import Database

from monitor.model import Item, ItemKey
from monitor.store import items


class StoredMatch(NamedTuple):
    """A match as it was stored."""

    watch: str
    version: str
    band: str
    outcome: str


def items_since(db: Database, since: float) -> Iterator[tuple[int, Item]]:
    """Stored items, oldest first, with their numbers."""
    rows = db.execute(
        """
        SELECT items.id, key, feeds.name, guid, link, items.title, summary, published, first_seen, body, language
        FROM items JOIN feeds ON feeds.id = feed_id WHERE first_seen >= ? ORDER BY items.id
        """,
        [since],
    )
    for number, key, *rest in rows:
        yield number, Item(ItemKey(key), *rest)


def earlier(db: Database, number: int, item: Item) -> list[Item]:
    """An item as it was before each of its edits."""
    return [
        replace(item, title=row["title"], summary=row["summary"], body=row["body"])
        for row in items.revisions(db, number)
    ]


def matches_of(db: Database, item: int) -> dict[str, StoredMatch]:
    """What was stored of an item's matches, by watchlist."""
    rows = db.execute("SELECT watch, version, band, outcome FROM matches WHERE item_id = ?", [item])
    return {row[0]: StoredMatch(*row) for row in rows}


def versions(db: Database) -> dict[tuple[str, str], float]:
    """Since when each version of a watchlist judges what is read."""
    return {
        (watch, version): since for watch, version, since in db.execute("SELECT watch, version, since FROM versions")
    }


_FAULTS = {
    "undecided": """
        SELECT title FROM matches JOIN items ON items.id = item_id
        WHERE outcome = 'waiting' AND created >= :since AND created < :now - 300
    """,
    "no way to be told": """
        SELECT title FROM matches JOIN items ON items.id = item_id
        WHERE outcome IN ('alerted', 'held') AND created >= :since AND alert_id != ''
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.alert_id = matches.alert_id)
    """,
    "a story that nobody was told of": """
        SELECT min(title) FROM matches JOIN items ON items.id = item_id JOIN stories ON stories.id = story
        WHERE matches.created >= :since AND outcome NOT IN ('waiting', 'baseline')
        GROUP BY story HAVING NOT max(alerted) AND max(outcome = 'joined' AND band = 'alert')
        AND NOT max(CASE WHEN json_valid(reason) THEN
            coalesce(json_extract(reason, '$.but.code'), json_extract(reason, '$.code')) IN ('more-sources', 'old-date')
            ELSE 0 END)
    """,
    "given up on every channel": """
        SELECT json_extract(payload, '$.headline') FROM alerts
        WHERE created >= :since AND EXISTS (
            SELECT 1 FROM deliveries WHERE alert_id = alerts.id AND state = 'dead')
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE alert_id = alerts.id AND state != 'dead')
    """,
    "sent without a record of it": """
        SELECT json_extract(payload, '$.stories[0].alert.headline') FROM messages
        WHERE state = 'sent' AND created >= :since AND NOT EXISTS (
            SELECT 1 FROM attempts WHERE message_id = messages.id AND outcome = 'sent')
    """,
    "said twice": """
        SELECT min(json_extract(alerts.payload, '$.headline'))
        FROM deliveries JOIN messages ON messages.id = message_id JOIN alerts ON alerts.id = alert_id
        WHERE messages.state = 'sent' AND messages.kind = 'alert' AND messages.created >= :since
        GROUP BY alert_id, deliveries.channel HAVING count(DISTINCT message_id) > 1
    """,
    "a delivery and its message disagree": """
        SELECT json_extract(alerts.payload, '$.headline')
        FROM deliveries JOIN messages ON messages.id = message_id JOIN alerts ON alerts.id = alert_id
        WHERE deliveries.state != messages.state AND messages.created >= :since
    """,
}
"""What must never be there: a name, and headlines of where it is."""


def faults(db: Database, since: float, now: float) -> list[tuple[str, str]]:
    """What must never be there, and is: what it is, and the headline that it is about."""
    found = []
    for what, query in _FAULTS.items():
        rows = db.execute(query, {"since": since, "now": now} if ":now" in query else {"since": since})
        found += [(what, str(headline)) for (headline,) in rows]
    return found


def stranded(db: Database, since: float, channels: Collection[str]) -> list[tuple[str, str]]:
    """What waits only for channels that are not among ``channels``, and was told on no other: the channel, and the
    headline.
    """
    rows = db.execute(
        """
        SELECT channel, json_extract(payload, '$.headline') FROM deliveries JOIN alerts ON alerts.id = alert_id
        WHERE state = 'pending' AND alerts.created >= :since
        AND channel NOT IN (SELECT value FROM json_each(:channels)) AND NOT EXISTS (
            SELECT 1 FROM deliveries AS other WHERE other.alert_id = alerts.id
            AND (other.state = 'sent' OR other.channel IN (SELECT value FROM json_each(:channels))))
        GROUP BY alerts.id ORDER BY alerts.created
        """,
        {"since": since, "channels": json.dumps(list(channels))},
    )
    return rows.fetchall()


def tally(db: Database, since: float) -> dict[str, Any]:
    """How much there was, by outcome and by state; and how many messages may have arrived twice."""
    outcomes = db.execute("SELECT outcome, count(*) FROM matches WHERE created >= ? GROUP BY outcome", [since])
    states = db.execute("SELECT state, count(*) FROM messages WHERE created >= ? GROUP BY state", [since])
    twice = db.execute(
        """
        SELECT count(*) FROM messages WHERE created >= ? AND state = 'sent'
        AND EXISTS (SELECT 1 FROM attempts WHERE message_id = messages.id AND outcome = 'ambiguous')
        """,
        [since],
    ).fetchone()[0]
    return {"outcomes": dict(outcomes.fetchall()), "messages": dict(states.fetchall()), "perhaps_twice": twice}
