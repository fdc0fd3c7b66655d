"""Feeds in the database: what config.toml lists, when each is due, what was learnt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from sqlite_utils import Database

from monitor.model import Baseline, Feed, FeedId, FeedSpec, FeedState, Health, Standing
from monitor.model.reasons import ASKED_FOR
from monitor.store.integrity.faults import known
from monitor.store.renames import readdress
from monitor.store.states import SETTERS, columns, state_of
from monitor.text.clean import host_of

_LONGEST_PLAN = 2 * 86_400.0
_NEVER = 1e300
_MOMENTS = ("health_since", "told_at", "gap_told_at", "gap_at", "storm_at", "moved_since", "last_success", "last_new")
_ASKED_FOR = json.dumps(sorted(ASKED_FOR))
_AT_ONCE = 50
_FIRST_POLLS_A_SECOND = 20.0
"""So many new feeds are due at once, and so many a second after them: ten thousand are no burst on a network."""

Claimed = tuple[FeedId, str, FeedState]
"""A feed taken to be polled: its id, its address and what is known of it."""


def sync(db: Database, specs: Iterable[FeedSpec], now: float, at_once: bool = False) -> None:
    """Make the active feeds be ``specs``. New ones are due at once; of many, unless ``at_once``, one after the other.
    Those no longer listed stop, and keep their history.
    """
    specs = list(specs)
    readdress(db, specs)
    # Whoever lists a feed again that was dropped wants it to be asked again.
    db.execute(
        "UPDATE feeds SET health = 'failing', told_health = 'healthy', next_due = :now "
        "WHERE NOT active AND health = 'gone'",
        {"now": now},
    )
    db.execute("UPDATE feeds SET active = 0")
    _forget_the_future(db, now)
    new = 0
    for spec in specs:
        rows = db.query(
            """
            INSERT INTO feeds (url, name, interval, max_interval, host_wait, asked_host, next_due)
            VALUES (:url, :name, :interval, :max_interval, :host_wait, :host, :due)
            ON CONFLICT (url) DO UPDATE SET
                active = 1,
                name = excluded.name,
                -- A shorter interval counts from the last poll; what a failure or a server asked for stays.
                next_due = CASE WHEN (excluded.interval < interval OR excluded.max_interval < max_interval)
                                AND failures = 0 AND last_polled IS NOT NULL
                                AND why_due NOT IN (SELECT value FROM json_each(:asked_for))
                                THEN min(next_due, last_polled + max(
                                    iif(excluded.interval < interval, excluded.interval, excluded.max_interval),
                                    iif(wishes = '', 0, coalesce(json_extract(wishes, '$[0]'), 0)),
                                    iif(wishes = '', 0, coalesce(json_extract(wishes, '$[3]'), 0)))) ELSE next_due END,
                interval = excluded.interval,
                max_interval = excluded.max_interval,
                host_wait = excluded.host_wait
            RETURNING last_polled IS NULL AS new
            """,
            {
                "url": spec.url,
                "name": spec.name,
                "interval": spec.interval,
                "max_interval": spec.max_interval,
                "host_wait": spec.host_wait,
                "host": host_of(spec.url),
                "asked_for": _ASKED_FOR,
                "due": now if at_once else now + max(0, new - _AT_ONCE) / _FIRST_POLLS_A_SECOND,
            },
        )
        new += next(iter(rows))["new"]


def _forget_the_future(db: Database, now: float) -> None:
    """Plans further away than any server may ask for, and memories of times to come, were made while the clock was
    wrong. Who was asked at a time to come was asked just now, for all that is known.
    """
    latest = {"now": now, "longest": _LONGEST_PLAN}
    db.execute(
        "UPDATE feeds SET next_due = min(next_due, :now + max(next_due - last_polled, 0)), last_polled = :now "
        "WHERE last_polled > :now",
        latest,
    )
    for name in ("next_due", "claimed_until"):
        db.execute(
            f"UPDATE feeds SET {name} = :now WHERE {name} > :now + max(2 * max(interval, max_interval), :longest)",  # noqa: S608
            latest,
        )
    for name in _MOMENTS:
        db.execute(f"UPDATE feeds SET {name} = :now WHERE {name} > :now", {"now": now})  # noqa: S608 - one of ours
    db.execute("DELETE FROM hosts WHERE rest_until < :now OR rest_until > :now + :longest", latest)


def claim_due(
    db: Database,
    now: float,
    limit: int,
    lease: float,
    round_began: float | None = None,
    force: bool = False,
    busy: Iterable[FeedId] = (),
    takes: Callable[[str], bool] = lambda url: True,
) -> list[Claimed]:
    """Take up to ``limit`` feeds that are due, longest overdue first, each as (id, url, state).

    The lease lasts for the feed's interval, at least ``lease`` seconds: a poll that dies with the process is not
    repeated sooner, however often the daemon is restarted. With ``force``, feeds are taken before their time too. Never
    taken are the feeds that were polled between ``round_began`` and now; those in ``busy``: their polls are still going
    on, however long they wait for a server; those that are gone for good; and, unless they are taken before their time,
    those whose host asked for rest. Feeds whose address ``takes`` refuses are passed over, for those behind them.
    """
    due = db.execute(
        """
        SELECT id, iif(asked_url = '', url, asked_url) FROM feeds
        WHERE active = 1 AND next_due <= :latest AND claimed_until <= :now AND health != 'gone'
            AND (:since IS NULL OR coalesce(last_polled, 0) NOT BETWEEN :since AND :now)
            AND (:force OR NOT (host_wait AND EXISTS (
                SELECT 1 FROM hosts WHERE host = asked_host AND rest_until > :now)))
            AND id NOT IN (SELECT value FROM json_each(:busy))
        ORDER BY next_due
        """,
        {
            "now": now,
            # A bound that an index knows: the daemon asks twice a second, and mostly few of thousands are due.
            "latest": _NEVER if force else now,
            "since": round_began,
            "force": force,
            "busy": json.dumps(list(busy)),
        },
    )
    chosen = list(islice((feed for feed, url in due if takes(url)), limit))
    due.close()
    if not chosen:
        return []
    rows = db.query(
        """
        UPDATE feeds SET claimed_until = :now + max(interval, :lease)
        WHERE id IN (SELECT value FROM json_each(:chosen)) RETURNING *
        """,
        {"now": now, "lease": lease, "chosen": json.dumps(chosen)},
    )
    claimed = sorted(rows, key=lambda row: float(row["next_due"]))
    return [(FeedId(row["id"]), row["url"], state_of(row)) for row in claimed]


def release_claims(db: Database) -> None:
    """Take back the leases of polls that died with their process, for a user who wants feeds to be asked now."""
    db.execute("UPDATE feeds SET claimed_until = 0")


def release_claim(db: Database, feed: FeedId, now: float) -> None:
    """Give a claim back without a poll. It is due a second later, so that nobody claims it again and again."""
    db.execute("UPDATE feeds SET next_due = max(next_due, ?), claimed_until = 0 WHERE id = ?", [now + 1, feed])


def save_state(db: Database, feed: FeedId, state: FeedState, polled: Feed | None = None) -> None:
    """Write what a poll taught, and give the claim back. What the user has changed since it began stays: another
    address, to which nothing of this applies, and the end of a state that was waiting for him.
    """
    values = {**columns(state), "id": feed, "url": None, "before": None}
    if polled:
        values |= {"url": polled.spec.url, "before": polled.state.health}
    db.execute(
        f"UPDATE feeds SET {SETTERS}, {_HEALTH}, "  # noqa: S608 - the names are ours
        "baseline_told = iif(:baseline_at IS baseline_at, baseline_told, 0), "
        "asked_host = host_of(iif(:asked_url = '', url, :asked_url)) WHERE id = :id AND url = coalesce(:url, url)",
        values,
    )
    db.execute("UPDATE feeds SET claimed_until = 0 WHERE id = ?", [feed])


_HEALTH = ", ".join(
    f"{name} = iif(health = coalesce(:before, health), :{name}, {name})" for name in ("health", "health_since")
)


def rest_host(db: Database, host: str, until: float) -> None:
    """No feed of ``host`` is asked before ``until``."""
    db.execute(
        "INSERT INTO hosts VALUES (?, ?) "
        "ON CONFLICT (host) DO UPDATE SET rest_until = max(rest_until, excluded.rest_until)",
        [host, until],
    )


def resting(db: Database, now: float) -> dict[str, float]:
    """The hosts that have asked for rest, and for how many seconds more."""
    return dict(db.execute("SELECT host, rest_until - :now FROM hosts WHERE rest_until > :now", {"now": now}))


def shift_due(db: Database, seconds: float, now: float) -> None:
    """Move all plans by ``seconds``: the wall clock was set to ``now``, but no time has passed."""
    db.execute(
        "UPDATE feeds SET next_due = next_due + :by, claimed_until = claimed_until + :by, "
        "last_polled = last_polled + :by",
        {"by": seconds},
    )
    db.execute("UPDATE hosts SET rest_until = rest_until + ?", [seconds])
    db.execute("UPDATE messages SET next_attempt = next_attempt + ? WHERE state = 'pending'", [seconds])
    _forget_the_future(db, now)


def outlook(db: Database) -> tuple[int, float | None]:
    """How many feeds have never been asked, and when the next one is due; None when none is."""
    unasked, due = db.execute(
        "SELECT count(*) FILTER (WHERE last_polled IS NULL), min(max(next_due, claimed_until, "
        "iif(host_wait, coalesce(rest_until, 0), 0))) FILTER (WHERE health != 'gone') "
        "FROM feeds LEFT JOIN hosts ON host = asked_host WHERE active"
    ).fetchone()
    return int(unasked), None if due is None else float(due)


def untold_since(db: Database) -> tuple[float | None, int]:
    """When the oldest of the first readings was that the user has not been told of, and how many feeds still wait for
    theirs; None and 0 when there is nothing to tell.
    """
    oldest = db.execute("SELECT min(baseline_at) FROM feeds WHERE NOT baseline_told").fetchone()[0]
    if oldest is None:
        return None, 0
    waiting = db.execute("SELECT count(*) FROM feeds WHERE active AND baseline_at IS NULL AND failures = 0").fetchone()
    return float(oldest), int(waiting[0])


def untold_baselines(db: Database) -> list[Baseline]:
    """First readings that the user has not been told of. Looks at all their items: not to be asked before it is time
    to tell (see ``untold_since``).
    """
    rows = db.query(
        """
        SELECT feeds.id, feeds.name, count(DISTINCT items.id) AS items,
               count(matches.id) AS matches,
               coalesce(sum(outcome IN ('alerted', 'waiting') AND matches.band = 'alert'), 0) AS alerted
        FROM feeds LEFT JOIN items ON feed_id = feeds.id AND first_seen BETWEEN baseline_at - 86400 AND baseline_at
                   LEFT JOIN matches ON item_id = items.id
        WHERE baseline_at IS NOT NULL AND NOT baseline_told GROUP BY feeds.id ORDER BY feeds.id
        """
    )
    return [Baseline(FeedId(row["id"]), row["name"], row["items"], row["matches"], row["alerted"]) for row in rows]


def mark_baselines_told(db: Database, feeds: Iterable[FeedId]) -> None:
    """The user is being told of these first readings."""
    for feed in feeds:
        db.execute("UPDATE feeds SET baseline_told = 1 WHERE id = ?", [feed])


def standings(db: Database, remind_before: float) -> list[Standing]:
    """Feeds that are not as the user was last told, and those that have been in trouble since he was told of it before
    that moment.
    """
    rows = db.query(
        """
        SELECT id AS feed, name, health, health_since AS since, told_health AS told, told_at, failures,
               last_error AS error, last_success, last_new, gap_at, gap_told_at, rhythm, asked_url, told_url,
               iif(told_health != 'quarantined' AND health != 'quarantined', 0, (
                   SELECT count(*) FROM matches JOIN items ON items.id = item_id
                   WHERE feed_id = feeds.id AND outcome = 'quarantined')) AS held,
               coalesce(iif(asked_url = '', '', (
                   SELECT other.name FROM feeds AS other
                   WHERE other.active AND other.id != feeds.id AND feeds.asked_url IN (other.url, other.asked_url)
                   ORDER BY other.id LIMIT 1)), '') AS same
        FROM feeds WHERE active AND (
            iif(health = 'new', 'healthy', health) != told_health OR asked_url != told_url
            OR (health IN ('failing', 'gone', 'silent', 'quarantined') AND told_at < :before)
            -- Of a gap, when there was another one since.
            OR (health = 'gap' AND gap_told_at < :before AND gap_at > gap_told_at))
        ORDER BY name COLLATE NOCASE
        """,
        {"before": remind_before},
    )
    return [Standing(**{**row, "health": _health(row["health"]), "told": _health(row["told"])}) for row in rows]


def _health(stored: str) -> Health:
    return known("the state of a feed", Health, stored)


def mark_told(db: Database, told: Iterable[Standing], now: float, quietly: bool = False) -> None:
    """The user knows how these feeds are. ``quietly``: he was not told, as there was nothing that he needs to know."""
    for one in told:
        health = Health.HEALTHY if one.health is Health.NEW else one.health
        db.execute(
            "UPDATE feeds SET told_health = :health, told_url = :url, told_at = iif(:quietly, told_at, :now), "
            "gap_told_at = iif(:quietly OR :health != 'gap', gap_told_at, :now) WHERE id = :id",
            {"health": health, "url": one.asked_url, "quietly": quietly, "now": now, "id": one.feed},
        )


def readable(db: Database, since: float) -> tuple[int, int]:
    """How many active feeds were read since then, of how many."""
    row = db.execute("SELECT coalesce(sum(last_success >= ?), 0), count(*) FROM feeds WHERE active", [since]).fetchone()
    return int(row[0]), int(row[1])


def resume(db: Database, feed: FeedId, now: float) -> None:
    """Ask a feed again that was gone."""
    db.execute(
        "UPDATE feeds SET health = 'failing', health_since = :now, told_health = 'healthy', failures = 0, "
        "next_due = min(next_due, :now) WHERE id = :feed AND health = 'gone'",
        {"now": now, "feed": feed},
    )


def accept(db: Database, feed: FeedId, now: float) -> int:
    """Trust a feed that was quarantined, as it is now; how many matches that were kept are decided about again."""
    db.execute(
        # Whose feed it is now is what it will be compared with.
        "UPDATE feeds SET health = 'healthy', health_since = :now, told_health = 'healthy', title = '', site = '' "
        "WHERE id = :feed AND health = 'quarantined'",
        {"now": now, "feed": feed},
    )
    kept = db.execute(
        "UPDATE matches SET outcome = 'waiting', reason = '' WHERE outcome = 'quarantined' "
        "AND item_id IN (SELECT id FROM items WHERE feed_id = ?) RETURNING id",
        [feed],
    )
    return len(kept.fetchall())


def listing(db: Database) -> list[dict[str, Any]]:
    """All active feeds with their state and counts, for people and scripts."""
    rows = list(
        db.query(
            """
            SELECT feeds.*, coalesce(rest_until, 0) AS rest_until,
                   iif(health = 'gone', NULL, max(next_due, claimed_until, coalesce(rest_until, 0))) AS next_poll,
                   (SELECT count(*) FROM items WHERE feed_id = feeds.id) AS items
            FROM feeds LEFT JOIN hosts ON host = asked_host AND host_wait
            WHERE active ORDER BY name COLLATE NOCASE
            """
        )
    )
    return [{**row, "health": _health(row["health"]).value} for row in rows]


def as_feed(claimed: Claimed, specs: Mapping[str, FeedSpec]) -> Feed | None:
    """A claimed row with what the user wrote about it; None when the configuration has dropped it meanwhile."""
    feed, url, state = claimed
    spec = specs.get(url)
    return Feed(feed, spec, state) if spec else None
