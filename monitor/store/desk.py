"""What the desk reads and writes: waiting matches, stories, what is to be told where, quietings, fuses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from sqlite_utils import Database

from monitor.model import Alert, Copy, Delivery, ItemKey, Kept, Lost, Message, Outcome, Report, Standing
from monitor.model.reasons import Because, Released, to_json
from monitor.store import feeds, outbox, untold
from monitor.store.integrity import faults, restored
from monitor.store.untold import Silent

_REPORT = """
    SELECT matches.id AS match, watch, watch_title, matches.band = 'alert' AS alerting, alert_id AS alert,
           feed_id AS feed, feeds.name AS source, items.title, link,
           CASE WHEN length(body) > length(summary) THEN body ELSE summary END AS text, matches.created AS seen, story,
           iif(outcome = 'waiting', reason, '') AS aside, coalesce(nullif(items.source, ''), feeds.name) AS outlet,
           perhaps_told
    FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
"""


class DeskBook:
    """The desk's part of the database, inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # matches and stories

    def waiting(self, limit: int) -> list[Report]:
        """Matches that nothing has been decided about, oldest first."""
        rows = self._db.query(_REPORT + " WHERE outcome = 'waiting' ORDER BY matches.id LIMIT ?", [limit])
        return [_report(row) for row in rows]

    def recent(self, watch: str, since: float, limit: int) -> list[Report]:
        """The newest reports of a watchlist that are part of stories, newest first."""
        # Numbers first: sorting whole rows with their texts takes a hundred times as long.
        newest = """
            WHERE matches.id IN (SELECT id FROM matches WHERE watch = ? AND created >= ? AND story != ''
                                 ORDER BY created DESC, id DESC LIMIT ?) ORDER BY matches.id DESC
        """
        rows = self._db.query(_REPORT + newest, [watch, since, limit])
        return [_report(row) for row in rows]

    def is_known(self, feed: int, name: ItemKey) -> bool:
        """Whether something is remembered of a feed under ``name``."""
        rows = self._db.execute("SELECT 1 FROM item_keys WHERE feed_id = ? AND key = ?", [feed, name])
        return rows.fetchone() is not None

    def settle(self, report: Report | Silent, outcome: Outcome, story: str, reason: Because) -> None:
        """Note what becomes of a match, and why."""
        self._db.execute(
            "UPDATE matches SET outcome = ?, story = ?, reason = ? WHERE id = ?",
            [outcome, story, to_json(reason), report.match],
        )

    def open_story(self, story: str, watch: str, now: float) -> None:
        """A story begins."""
        self._db.execute("INSERT INTO stories VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING", [story, watch, now])

    def was_alerted(self, story: str) -> bool:
        """Whether one of the story's reports has been alerted."""
        rows = self._db.execute("SELECT alerted FROM stories WHERE id = ?", [story])
        return bool(next((alerted for (alerted,) in rows), 0))

    def note_alerted(self, story: str) -> None:
        """One of the story's reports is being alerted."""
        self._db.execute("UPDATE stories SET alerted = 1 WHERE id = ?", [story])

    def sources(self, story: str) -> int:
        """In how many feeds a story stands."""
        row = self._db.execute(
            "SELECT count(DISTINCT feed_id) FROM matches JOIN items ON items.id = item_id WHERE story = ?", [story]
        ).fetchone()
        return int(row[0])

    def copies(self, story: str, but: str) -> tuple[Copy, ...]:
        """The other reports of a story, oldest first."""
        rows = self._db.execute(
            """
            SELECT coalesce(nullif(items.source, ''), feeds.name), items.title, link, published
            FROM matches JOIN items ON items.id = item_id JOIN feeds ON feeds.id = feed_id
            WHERE story = ? AND alert_id != ? ORDER BY matches.id
            """,
            [story, but],
        )
        return tuple(Copy(*row) for row in rows)

    # snoozes, mutes, floods

    def quieted_until(self, kind: str, target: str, now: float) -> float | None:
        """Until when a watchlist is snoozed or a story muted; None when it is not."""
        row = self._db.execute(
            "SELECT max(until) FROM quietings WHERE kind = ? AND target = ? AND until > ? AND ended IS NULL",
            [kind, target, now],
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def alerted(self, kind: str, target: str, since: float, until: float) -> tuple[int, float]:
        """How many stories of a watchlist, or of a feed, were alerted or held between two moments, and when the first
        was.
        """
        # CROSS JOIN: SQLite would otherwise go through all items of the feed.
        query = {
            "watch": "matches WHERE watch = ?",
            "feed": "matches CROSS JOIN items ON items.id = item_id WHERE feed_id = ?",
        }[kind]
        row = self._db.execute(
            f"SELECT count(*), coalesce(min(matches.created), 0) FROM {query} "  # noqa: S608 - one of two of ours
            "AND matches.created > ? AND matches.created <= ? AND outcome IN ('alerted', 'held') "
            "AND reason != ?",
            [target, since, until, to_json(Released())],
        ).fetchone()
        return int(row[0]), float(row[1])

    def fuse_until(self, kind: str, target: str) -> float:
        """Until when a flood is held; 0 when there is none."""
        row = self._db.execute("SELECT until FROM fuses WHERE kind = ? AND target = ?", [kind, target]).fetchone()
        return float(row[0]) if row else 0.0

    def hold_flood(self, kind: str, target: str, now: float, until: float) -> None:
        """One more alert of a flood is held."""
        self._db.execute(
            """
            INSERT INTO fuses VALUES (?, ?, ?, ?, 1) ON CONFLICT (kind, target) DO UPDATE SET
            tripped = iif(until <= excluded.tripped, excluded.tripped, tripped),
            held = iif(until <= excluded.tripped, 1, held + 1), until = excluded.until
            """,
            [kind, target, now, until],
        )

    def held(self, kind: str, target: str) -> list[Report]:
        """What is held as a flood and has not been told since, oldest first."""
        query = """
            WHERE outcome = 'held' AND iif(:kind = 'watch', watch, feed_id) = :target AND EXISTS (
                SELECT 1 FROM deliveries WHERE deliveries.alert_id = matches.alert_id AND state = 'pending'
                AND message_id IS NULL)
            ORDER BY matches.id
        """
        rows = self._db.query(
            _REPORT + query,
            {"kind": kind, "target": target if kind == "watch" else int(target)},
        )
        return [_report(row) for row in rows]

    def restored(self) -> list[Report]:
        """What is kept back because it may have been told before the database was restored, oldest first."""
        rows = self._db.query(_REPORT + " WHERE perhaps_told AND outcome = 'restored' ORDER BY matches.id")
        return [_report(row) for row in rows]

    def release_restored(self, report: Report) -> None:
        """A report is kept back no more."""
        self._db.execute("UPDATE matches SET perhaps_told = 0 WHERE id = ?", [report.match])

    def restored_untold(self) -> tuple[Lost | None, Kept]:
        """What the database has forgotten, if the user is not told of it yet, and how much is kept back."""
        lost = restored.untold(self._db)
        return lost, restored.kept(self._db) if lost else Kept()

    def mark_restored_told(self, now: float) -> None:
        """The user is being told that the database is older than it was."""
        restored.mark_told(self._db, now)

    def is_quarantined(self, feed: int) -> bool:
        """Whether nothing of a feed is told until the user has looked at it."""
        row = self._db.execute("SELECT health = 'quarantined' FROM feeds WHERE id = ?", [feed]).fetchone()
        return bool(row and row[0])

    def take_from_digest(self, report: Report, channels: Iterable[str]) -> list[str]:
        """On these channels it will be told in another way; those on which it had not been told yet."""
        taken = []
        for channel in channels:
            rows = self._db.query(
                "DELETE FROM deliveries WHERE alert_id = ? AND channel = ? AND mode = 'digest' AND state = 'pending' "
                "AND message_id IS NULL RETURNING channel",
                [report.alert, channel],
            )
            taken += [str(row["channel"]) for row in rows]
        return taken

    def take_story_from_digest(self, story: str) -> None:
        """The story is being alerted: what waits of it for a digest will be named there."""
        self._db.execute(
            "DELETE FROM deliveries WHERE alert_id IN (SELECT alert_id FROM matches WHERE story = ?) "
            "AND mode = 'digest' AND state = 'pending' AND message_id IS NULL",
            [story],
        )

    def end_flood(self, kind: str, target: str) -> None:
        """What comes now is judged anew."""
        self._db.execute("DELETE FROM fuses WHERE kind = ? AND target = ?", [kind, target])

    # what is to be told

    def tell(
        self, report: Report | Silent, channel: str, mode: str, urgent: bool = False, reason: Because | None = None
    ) -> None:
        """Let a report be told on a channel, as something that came up when it was seen."""
        outbox.tell(self._db, report.alert, channel, mode, report.seen, urgent, reason)

    def silent(self, since: float) -> list[Silent]:
        """What was found since then and is told to nobody, oldest first."""
        return untold.find(self._db, since)

    def notice(self, alert: Alert, channels: Iterable[str]) -> None:
        """Let the program speak of itself."""
        outbox.put(self._db, alert, channels)

    def is_dead(self, message: int) -> bool:
        """Whether a message was given up; the user may have dropped it meanwhile."""
        row = self._db.execute("SELECT state = 'dead' FROM messages WHERE id = ?", [message]).fetchone()
        return bool(row and row[0])

    def pass_on(self, alert: Alert, channels: Iterable[str]) -> None:
        """Let a notice that a channel refused be told on others, too, unless it has been."""
        for channel in channels:
            outbox.tell(self._db, alert.id, channel, "now", alert.created)

    def is_to_be_told(self, story: str, channel: str) -> bool:
        """Whether a report of the story waits to become part of a message on ``channel``; it will name all others."""
        row = self._db.execute(
            """
            SELECT 1 FROM matches CROSS JOIN deliveries ON deliveries.alert_id = matches.alert_id
            WHERE story = ? AND channel = ? AND state = 'pending' AND message_id IS NULL LIMIT 1
            """,
            [story, channel],
        ).fetchone()
        return row is not None

    def open_deliveries(self, channel: str, mode: str, limit: int) -> list[Delivery]:
        """What is to be told on a channel and part of no message yet: urgent first, then the oldest."""
        rows = self._db.query(
            """
            SELECT deliveries.id, payload, deliveries.created, urgent, deliveries.reason,
                   coalesce((SELECT story FROM matches WHERE matches.alert_id = alerts.id), '') AS story
            FROM deliveries JOIN alerts ON alerts.id = deliveries.alert_id
            WHERE channel = :channel AND mode = :mode AND state = 'pending' AND message_id IS NULL
            ORDER BY urgent DESC, deliveries.created, deliveries.id LIMIT :limit
            """,
            {"channel": channel, "mode": mode, "limit": limit},
        )
        return [
            Delivery(
                row["id"],
                outbox.alert_of(row["payload"]),
                row["created"],
                bool(row["urgent"]),
                faults.reason_in(row["reason"]),
                row["story"],
            )
            for row in rows
        ]

    def give_reason(self, deliveries: Sequence[int], reason: Because) -> None:
        """Note why these wait."""
        stored = to_json(reason)
        for one in deliveries:
            self._db.execute("UPDATE deliveries SET reason = ? WHERE id = ? AND reason != ?", [stored, one, stored])

    def oldest_open(self, channel: str, mode: str) -> float | None:
        """Since when the oldest waits that is part of no message on a channel."""
        row = self._db.execute(
            "SELECT min(created) FROM deliveries "
            "WHERE channel = ? AND mode = ? AND state = 'pending' AND message_id IS NULL",
            [channel, mode],
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def leave_untold(self, report: Silent, channel: str, reason: Because) -> None:
        """Note that a report is not told on a channel, and never will be."""
        outbox.tell(self._db, report.alert, channel, "digest", report.seen, False, reason)
        self._db.execute(
            "UPDATE deliveries SET state = 'dropped' WHERE alert_id = ? AND channel = ? AND state = 'pending'",
            [report.alert, channel],
        )

    def withdraw(self, deliveries: Sequence[int], reason: Because) -> None:
        """These will not be told."""
        for one in deliveries:
            self._db.execute("UPDATE deliveries SET state = 'dropped', reason = ? WHERE id = ?", [to_json(reason), one])

    def leave_to_digest(self, deliveries: Sequence[int], reason: Because) -> None:
        """These will stand in the digest."""
        stored = to_json(reason)
        for one in deliveries:
            # Where a route wants both, the digest has it anyway.
            self._db.execute(
                """
                UPDATE deliveries SET state = 'dropped', reason = ? WHERE id = ? AND EXISTS (
                    SELECT 1 FROM deliveries AS other WHERE other.alert_id = deliveries.alert_id
                    AND other.channel = deliveries.channel AND other.mode = 'digest')
                """,
                [stored, one],
            )
            self._db.execute(
                "UPDATE deliveries SET mode = 'digest', reason = ? WHERE id = ? AND state = 'pending'", [stored, one]
            )

    def last_message(self, channel: str, watch: str, now: float) -> float | None:
        """When the newest alert of a watchlist on a channel was made, up to ``now``."""
        row = self._db.execute(
            "SELECT max(created) FROM messages WHERE channel = ? AND watch = ? AND kind = 'alert' AND created <= ?",
            [channel, watch, now],
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def messages_between(self, channel: str, watch: str, since: float, until: float) -> int:
        """How many alerts of a watchlist on a channel were made."""
        row = self._db.execute(
            "SELECT count(*) FROM messages WHERE channel = ? AND watch = ? AND kind = 'alert' AND created > ? "
            "AND created <= ?",
            [channel, watch, since, until],
        ).fetchone()
        return int(row[0])

    def put_message(self, message: Message, channel: str, deliveries: Sequence[int], now: float) -> None:
        """Make a message of what is to be told."""
        outbox.put_message(self._db, message, channel, deliveries, now)

    def fact(self, name: str) -> float | None:
        """A moment that the desk remembers."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return None if row is None else faults.number("a moment", row[0])

    def forget_fact(self, name: str) -> None:
        """Remember a moment no longer."""
        self._db.execute("DELETE FROM facts WHERE name = ?", [name])

    def left_out(self, channel: str) -> frozenset[str]:
        """Whom the server of a channel refuses for good."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", [f"refused.{channel}"]).fetchone()
        return frozenset(faults.from_json("who is refused", row[0])) if row else frozenset()

    def leave_out(self, channel: str, addresses: Collection[str], now: float) -> None:
        """Remember whom it refuses for good."""
        if addresses:
            self._remember(f"refused.{channel}", json.dumps(sorted(addresses)), now)
        else:
            self.forget_fact(f"refused.{channel}")

    def unsent(self, channel: str) -> int:
        """How many messages wait for a channel to take them."""
        return outbox.unsent(self._db).get(channel, 0)

    # how feeds and watchlists are

    def standings(self, remind_before: float) -> list[Standing]:
        """Feeds of which there may be something to tell; see ``feeds.standings``."""
        return feeds.standings(self._db, remind_before)

    def mark_told(self, told: Iterable[Standing], now: float, quietly: bool = False) -> None:
        """The user is being told how these feeds are; or need not be (``quietly``)."""
        feeds.mark_told(self._db, told, now, quietly)

    def last_read(self) -> float | None:
        """Up to when is known what the feeds held: when one was last read, but no later than all have been asked."""
        row = self._db.execute(
            "SELECT min(max(last_success), coalesce(min(last_polled) FILTER (WHERE health != 'gone'), 0)) "
            "FROM feeds WHERE active"
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def readable(self, since: float) -> tuple[int, int]:
        """How many feeds were read since then, of how many."""
        return feeds.readable(self._db, since)

    def last_found(self, watch: str) -> float | None:
        """When something was last found for a watchlist, or since when there has been one; None: it is not known."""
        row = self._db.execute(
            "SELECT coalesce(max(created), (SELECT min(since) FROM versions WHERE watch = :watch)) "
            "FROM matches WHERE watch = :watch AND outcome != 'quarantined'",
            {"watch": watch},
        ).fetchone()
        return None if row[0] is None else float(row[0])

    def set_fact(self, name: str, value: float, now: float) -> None:
        """Remember a moment."""
        self._remember(name, repr(value), now)

    def _remember(self, name: str, value: str, now: float) -> None:
        self._db.execute(
            "INSERT INTO facts VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
            [name, value, now],
        )


def _report(row: dict[str, object]) -> Report:
    flags = {name: bool(row[name]) for name in ("alerting", "perhaps_told")}
    return Report(**{**row, **flags, "aside": faults.reason_in(str(row["aside"]))})  # type: ignore[arg-type]
