"""Which feeds have brought pages of a host."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

_NEWEST = 50_000
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
    found = Counter(feed for feed, link in db.execute(newest, [_NEWEST, part]) if feed in feeds and is_of(link))
    for feed in feeds.keys() - found.keys():
        links = db.execute("SELECT link FROM items WHERE feed_id = ? LIMIT ?", [feed, _SAMPLE])
        found[feed] = sum(is_of(link) for (link,) in links)
    return [feeds[feed] for feed, number in sorted(found.items(), key=lambda one: (-one[1], one[0])) if number]
