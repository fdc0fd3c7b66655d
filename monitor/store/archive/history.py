"""What is stored, to be judged again: items by stretches, and what was decided about them when they came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlite_utils import Database

from monitor.model import Aside
from monitor.store.items import from_text


class Extent(NamedTuple):
    """How much is stored since some moment. ``first`` and ``last`` are numbers of items; both 0 for nothing."""

    items: int
    first: int
    last: int
    oldest: float
    feeds: int


class StoredItem(NamedTuple):
    """An item with what matching asks for. ``baseline``: it stood in its feed at the first reading."""

    number: int
    title: str
    summary: str
    body: str
    feed_name: str
    language: str
    link: str
    published: float | None
    first_seen: float
    baseline: bool
    source: str = ""
    beside: str = ""

    @property
    def asides(self) -> tuple[Aside, ...]:
        """What of its texts does not count."""
        return from_text(self.beside)

    @property
    def outlet(self) -> str:
        """Who reports it: the outlet that it names, else its feed."""
        return self.source or self.feed_name

    @property
    def moment(self) -> float:
        """When it would have been told, had anybody read its feed then: when it was first seen; for what a first
        reading found, when it was published, as far as that can be true.
        """
        if self.baseline and self.published and 0 < self.published < self.first_seen:
            return self.published
        return self.first_seen

    @property
    def text(self) -> str:
        """The longer one of its texts below the title."""
        return max(self.body, self.summary, key=len)


def extent(db: Database, since: float) -> Extent:
    """How much has been seen since then (unix seconds)."""
    row = db.execute(
        "SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0), coalesce(min(first_seen), 0), "
        "count(DISTINCT feed_id) FROM items WHERE first_seen >= ?",
        [since],
    ).fetchone()
    return Extent(*row)


def newest_since(db: Database, number: int) -> float:
    """Since when the newest ``number`` items have been seen; 0 where there are fewer."""
    row = db.execute("SELECT first_seen FROM items ORDER BY first_seen DESC LIMIT 1 OFFSET ?", [number - 1]).fetchone()
    return float(row[0]) if row else 0.0


_ITEM = """
    SELECT items.id, items.title, summary, body, feeds.name, language, link, published, first_seen,
           first_seen <= coalesce(baseline_at, 0), source, asides
    FROM items JOIN feeds ON feeds.id = feed_id
"""


def first_known(db: Database, watch: str) -> float | None:
    """Since when there has been a watchlist of this id; None when the daemon has never met it."""
    row = db.execute("SELECT min(since) FROM versions WHERE watch = ?", [watch]).fetchone()
    return None if row[0] is None else float(row[0])


def stretch(db: Database, first: int, last: int, since: float) -> Iterator[StoredItem]:
    """The items with numbers from ``first`` to ``last``, both included, that were seen since then."""
    rows = db.execute(_ITEM + "WHERE items.id BETWEEN ? AND ? AND first_seen >= ?", [first, last, since])
    return map(StoredItem._make, rows)


def newest(db: Database, limit: int) -> Iterator[StoredItem]:
    """The newest items, newest first."""
    return map(StoredItem._make, db.execute(_ITEM + "ORDER BY items.id DESC LIMIT ?", [limit]))


class Decided(NamedTuple):
    """What was decided about an item when it came."""

    item: StoredItem
    score: float
    band: str
    why: str
    outcome: str


def decided(db: Database, watch: str, since: float) -> Iterator[Decided]:
    """What ``watch`` was found to have of what has been seen since then, as it was decided when it came."""
    rows = db.execute(
        _ITEM.replace("FROM items", ", score, band, why, outcome FROM items JOIN matches ON item_id = items.id")
        + "WHERE watch = ? AND first_seen >= ? ORDER BY items.id",
        [watch, since],
    )
    for row in rows:
        yield Decided(StoredItem(*row[:12]), *row[12:])
