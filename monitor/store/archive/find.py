"""Stored items: looked through, and found by whatever a person has of one (number, link, alert or headline). And the
feeds that have brought pages of a host.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from sqlite_utils import Database

from monitor.errors import MonitorError
from monitor.model import Item, ItemKey
from monitor.store.items import from_text
from monitor.text.likeness import canonical_link

_NUMBER = re.compile(r"#?([0-9]{1,18})")
_ALERT = re.compile(r"[0-9a-f]{4,64}")
_ADDRESS = re.compile(r"(?:https?://)?([^\s/?#]+\.[^\s/?#]+)(?:[/?#]\S*)?", re.IGNORECASE)


_NEWEST = 200_000
"""Headlines are looked for among so many items: each has to be read."""


class FoundItem(NamedTuple):
    """An item as it is stored: all that is matched of it, with its number and that of its feed."""

    number: int
    feed: int
    item: Item


def item(db: Database, number: int) -> FoundItem | None:
    """The item with this number."""
    row = db.execute(
        """
        SELECT feed_id, key, feeds.name, guid, link, items.title, summary, published, first_seen, body, language,
               text_key, source, asides
        FROM items JOIN feeds ON feeds.id = feed_id WHERE items.id = ?
        """,
        [number],
    ).fetchone()
    if row is None:
        return None
    feed, key, *values, source, beside = row
    return FoundItem(number, feed, replace(Item(ItemKey(key), *values), source=source, asides=from_text(beside)))


def find_item(db: Database, text: str) -> int | None:
    """The number of the item that ``text`` names: ``123``, ``#123``, its link, the beginning of an alert's id, or its
    headline (whatever the case; of several the newest, and only among the newest 200,000 items). None when there is no
    such item. Raises MonitorError when several alerts begin so.
    """
    wanted = text.strip()
    if (number := _NUMBER.fullmatch(wanted)) and (found := _one(db, "SELECT id FROM items WHERE id = ?", number[1])):
        return found
    if is_link(wanted) and (found := _by_link(db, wanted)):
        return found
    if _ALERT.fullmatch(wanted.lower()) and (found := _by_alert(db, wanted.lower())):
        return found
    return _by_headline(db, wanted)


def is_link(text: str) -> bool:
    """Whether ``text`` is the address of a page, with or without its scheme, and nothing else."""
    match = _ADDRESS.fullmatch(text.strip())
    return bool(match) and ("/" in text or text.lower().startswith(("http://", "https://")))


def is_number(text: str) -> bool:
    """Whether ``text`` can only be the number of an item."""
    return bool(_NUMBER.fullmatch(text.strip()))


def _one(db: Database, query: str, *values: object) -> int | None:
    row = db.execute(query, list(values)).fetchone()
    return int(row[0]) if row else None


def _by_link(db: Database, link: str) -> int | None:
    """By the link as it is, then by what all addresses of one page have in common (no scheme, no tracking)."""
    exact = _one(db, "SELECT id FROM items WHERE link = ? ORDER BY id DESC LIMIT 1", link)
    wanted = canonical_link(link if "://" in link else f"https://{link}")
    if exact or not wanted:
        return exact
    host = re.split("[/?:#]", wanted)[0]
    # Only what may be the page is taken apart: that takes its time.
    parts = re.findall(r"[a-z0-9]+", re.sub(r"%..", " ", wanted[len(host) :].lower()))
    host = "" if "xn--" in host else host  # it may be stored in its own letters
    longest = max(parts, key=len, default="")
    query = "SELECT id, link FROM items WHERE instr(lower(link), ?) AND instr(lower(link), ?) ORDER BY id DESC"
    rows = db.execute(query, [host, longest])
    return next((number for number, other in rows if canonical_link(other) == wanted), None)


def _by_alert(db: Database, name: str) -> int | None:
    query = "SELECT DISTINCT item_id FROM matches WHERE alert_id >= ? AND alert_id < ? LIMIT 2"
    found = [number for (number,) in db.execute(query, [name, name + "{"])]
    if len(found) > 1:
        raise MonitorError(f"several alerts begin with {name!r}: write more of the id")
    return int(found[0]) if found else None


def _by_headline(db: Database, title: str) -> int | None:
    wanted = _folded(title)
    if not wanted:
        return None
    rows = db.execute("SELECT id, title FROM items ORDER BY id DESC LIMIT ?", [_NEWEST])
    return next((number for number, other in rows if _folded(other) == wanted), None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


@dataclass(frozen=True)
class Wanted:
    """Which items are listed: those seen from one moment to before another, of one feed, that matched one watchlist."""

    since: float
    until: float = math.inf
    feed: str | None = None
    watch: str | None = None


def listing(db: Database, wanted: Wanted, holds: Callable[[str, str], bool], limit: int) -> list[dict[str, Any]]:
    """The newest of the wanted items for whose title and summary ``holds`` is true, newest first. ``matches`` lists the
    watchlists that matched, with what became of it.
    """
    rows = db.execute(
        """
        SELECT items.id, items.title, summary FROM items JOIN feeds ON feeds.id = feed_id
        WHERE first_seen >= :since AND first_seen < :until AND (:feed IS NULL OR feeds.name = :feed)
          AND (:watch IS NULL OR items.id IN (SELECT item_id FROM matches WHERE watch = :watch))
        ORDER BY first_seen DESC, items.id DESC
        """,
        asdict(wanted),
    )
    numbers = (number for number, title, summary in rows if holds(title, summary))
    return [_listed(db, number) for number in islice(numbers, limit)]


def _listed(db: Database, number: int) -> dict[str, Any]:
    rows = db.query(
        """
        SELECT items.id AS item, first_seen AS at, published, coalesce(nullif(items.source, ''), feeds.name) AS source,
               feeds.name AS feed, items.title, summary, link,
               language, edits
        FROM items JOIN feeds ON feeds.id = feed_id WHERE items.id = ?
        """,
        [number],
    )
    query = "SELECT watch, band, outcome FROM matches WHERE item_id = ? ORDER BY watch"
    return {**next(iter(rows)), "matches": list(db.query(query, [number]))}


def feed_names(db: Database) -> list[str]:
    """The names of all feeds that were ever read."""
    return [name for (name,) in db.execute("SELECT DISTINCT name FROM feeds ORDER BY name")]


# --- hosts -----------------------------------------------------------------------------------------------------------
# Which feeds have brought pages of a host.


_LINKS_LOOKED_AT = 50_000
_SAMPLE = 20
"""Items of each feed that are looked at besides: of one that seldom brings anything, none may be among the newest."""


def feeds_with_pages_of(db: Database, host: str, is_of: Callable[[str], bool]) -> list[dict[str, Any]]:
    """The feeds (``name``, ``url``, ``last_success``) that have brought items whose links are of ``host``, most of them
    first. ``is_of`` says of a link whether it is. Only the newest items, and some of each feed, are looked at, so that
    it takes no longer the more is stored.
    """
    feeds = {row["id"]: row for row in db.query("SELECT id, name, url, last_success FROM feeds WHERE active")}
    part = ".".join(host.split(".")[-2:])
    newest = (
        "SELECT feed_id, link FROM (SELECT feed_id, link FROM items ORDER BY id DESC LIMIT ?) "
        "WHERE instr(lower(link), ?)"
    )
    found = Counter(
        feed for feed, link in db.execute(newest, [_LINKS_LOOKED_AT, part]) if feed in feeds and is_of(link)
    )
    for feed in feeds.keys() - found.keys():
        links = db.execute("SELECT link FROM items WHERE feed_id = ? LIMIT ?", [feed, _SAMPLE])
        found[feed] = sum(is_of(link) for (link,) in links)
    return [feeds[feed] for feed, number in sorted(found.items(), key=lambda one: (-one[1], one[0])) if number]
