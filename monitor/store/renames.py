"""Watchlists that go on under another id, and feeds under another address: what is known of them goes along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlite_utils import Database

from monitor.model import FeedSpec
from monitor.text.clean import host_of, redact


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


# --- feeds under another address -------------------------------------------------------------------------------------
# Feeds whose address the user has changed keep their history.


T = TypeVar("T")
_START = re.compile(r"^https?://(?:[^/?#]*@)?(?:www\.)?", re.IGNORECASE)


def readdress(db: Database, specs: Sequence[FeedSpec]) -> None:
    """Let feeds that were dropped go on under a new address, where ``specs`` hold one for them: the one that their
    server had pointed to, the same in another form, or any that bears the feed's name. Their next reading takes what it
    finds for old if it has nothing in common with the last one.
    """
    listed = {spec.url for spec in specs}
    rows = list(db.query("SELECT id, url, name, asked_url, moved_to FROM feeds"))
    known = {row["url"] for row in rows}
    new = [spec for spec in specs if spec.url not in known]
    # One that was dropped long ago and is listed anew under the same name counts as well.
    dropped = [row for row in rows if row["url"] not in listed]
    if not new or not dropped:
        return
    _pair(db, new, dropped, lambda row: str(row["asked_url"]), lambda spec: spec.url)
    _pair(db, new, dropped, lambda row: str(row["moved_to"]), lambda spec: spec.url)
    _pair(db, new, dropped, lambda row: bare(row["url"]), lambda spec: bare(spec.url))
    _pair(db, new, dropped, lambda row: _given(row["name"], row["url"]), lambda spec: _given(spec.name, spec.url))


def _given(name: str, url: str) -> str:
    """A name that somebody gave; that of a host is only what stands where there is none."""
    return "" if name.lower() == host_of(url) else name


def _pair(
    db: Database,
    new: list[FeedSpec],
    dropped: list[dict[str, Any]],
    old_name: Callable[[dict[str, Any]], str],
    new_name: Callable[[FeedSpec], str],
) -> None:
    """Those that have a name in common, if nobody else has it."""
    old = _alone(dropped, old_name)
    for name, spec in _alone(new, new_name).items():
        if row := old.get(name):
            _give(db, row, spec.url)
            new.remove(spec)
            dropped.remove(row)


def _give(db: Database, row: Mapping[str, Any], url: str) -> None:
    db.execute(
        """
        UPDATE feeds SET url = :url, asked_host = host_of(:url), readdressed = 1,
            asked_url = '', told_url = '', moved_to = '', moved_since = 0, moved_polls = 0,
            -- Validators are of the address that they came from.
            etag = iif(asked_url = :url, etag, ''), last_modified = iif(asked_url = :url, last_modified, ''),
            health = iif(health = 'gone', 'failing', health), failures = 0,
            next_due = min(next_due, coalesce(last_polled, 0) + interval)
        WHERE id = :id
        """,
        {"url": url, "id": row["id"]},
    )


def _alone(things: Iterable[T], name_of: Callable[[T], str]) -> dict[str, T]:
    """Things by their names; without names that are empty, or that several have."""
    named = [(name_of(thing), thing) for thing in things]
    counts = Counter(name for name, _ in named)
    return {name: thing for name, thing in named if name and counts[name] == 1}


def bare(url: str) -> str:
    """``url`` without what its server hardly tells apart (scheme, user, www, a slash at the end) and without tokens,
    which are renewed now and then.
    """
    return _START.sub("", redact(url)).rstrip("/")
