"""A database of a month of news, for measurements: feeds and items as the monitor stores them."""

from __future__ import annotations

import random
from pathlib import Path

from bench.common import Newsroom, progress
from monitor.matching import Headline
from monitor.model import FeedSpec, FeedState, IngestPlan, Item, ItemKey, MatchedItem
from monitor.store import Store

_AT_ONCE = 2_000


def fill(path: Path, items: int, feeds: int, days: float, now: float, seed: int, real: list[Headline]) -> None:
    """Make a database of ``items`` items in ``feeds`` feeds, spread over ``days`` up to ``now``: the ``real`` ones, and
    invented ones with a summary of three sentences.
    """
    newsroom, pick = Newsroom(seed), random.Random(seed)
    store = Store.writing(path)
    store.db.execute("BEGIN")
    store.sync_feeds([FeedSpec(f"https://feed{n}.example/rss", f"Feed {n}", 900.0) for n in range(feeds)], now)
    numbers = [row["id"] for row in store.list_feeds()]
    places = set(pick.sample(range(items), min(len(real), items)))
    texts = iter(real)
    by_feed: dict[int, list[MatchedItem]] = {number: [] for number in numbers}
    for index in range(items):
        text = next(texts) if index in places else Headline(newsroom.headline(), newsroom.text(3))
        seen = now - days * 86_400 * (1 - index / items)
        key = ItemKey(f"item:{index}")
        item = Item(
            key, "", str(index), f"https://news.example/{index}", text.title, text.summary, seen, seen, text.body
        )
        by_feed[pick.choice(numbers)].append(MatchedItem(item, (key,)))
        if (index + 1) % _AT_ONCE == 0 or index + 1 == items:
            for number, found in by_feed.items():
                if found:
                    store.apply(IngestPlan(number, FeedState(baseline_at=now - days * 86_400), tuple(found)))
                    found.clear()
    store.db.execute("COMMIT")
    store.close()
    progress(f"{items:,} items in {feeds} feeds, {path.stat().st_size / 2**20:.0f} MB")
