"""Databases of stored news for tests: the demo's story as it would have come in, and single items."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from monitor.demo.story import ITEMS, OUTLETS
from monitor.matching import Engine
from monitor.model import FeedId, FeedSpec, FeedState, IngestPlan, Item, ItemKey, Matched, MatchedItem, Outcome
from monitor.store import Store
from monitor.watchlist import build

DAY = 86_400.0
SHIPPED = Path(__file__).parents[2] / "watchlists"


@dataclass(frozen=True)
class News:
    """One item to be stored. ``baseline``: its feed was read for the first time then."""

    title: str
    seen: float
    feed: str = "Courier"
    summary: str = ""
    body: str = ""
    published: float | None = None
    baseline: bool = False
    language: str = ""


@functools.cache
def shipped_engine() -> Engine:
    """The shipped watchlists, compiled once for all tests of a process."""
    return build(SHIPPED).engine


def database(path: Path, news: Sequence[News], engine: Engine | None = None) -> Path:
    """A database at ``path`` that holds ``news``, numbered from 1; with an ``engine`` also what it found."""
    store = Store.writing(path)
    store.db.execute("BEGIN")
    names = list(dict.fromkeys(one.feed for one in news))
    store.sync_feeds([FeedSpec(f"https://{number}.example/rss", name, 900.0) for number, name in enumerate(names)], 0.0)
    feeds = {row["name"]: row["id"] for row in store.list_feeds()}
    read_first = {one.feed: one.seen for one in news if one.baseline}
    for feed, its in groupby(enumerate(news, 1), lambda numbered: numbered[1].feed):
        state = FeedState(baseline_at=read_first.get(feed, 0.0))
        items = tuple(_decided(number, one, engine) for number, one in its)
        store.apply(IngestPlan(FeedId(feeds[feed]), state, items))
    store.db.execute("COMMIT")
    store.close()
    return path


def _decided(number: int, one: News, engine: Engine | None) -> MatchedItem:
    key = ItemKey(f"item:{number}")
    link = f"https://news.example/{number}"
    item = Item(key, one.feed, key, link, one.title, one.summary, one.published, one.seen, one.body, one.language)
    found = tuple(Matched(match, Outcome.BASELINE) for match in engine.match(item)) if engine else ()
    return MatchedItem(item, (key,), found)


def story() -> list[News]:
    """The demo's story, each item seen when it was published."""
    outlets = {outlet.id: outlet for outlet in OUTLETS}
    return [
        News(one.title, one.published, outlets[one.outlet].name, one.summary, language=outlets[one.outlet].language)
        for one in sorted(ITEMS, key=lambda item: item.published)
    ]


def titles(items: Iterable[object]) -> list[str]:
    """The titles of items, or of what holds an item."""
    return [getattr(one, "item", one).title for one in items]
