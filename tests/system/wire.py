"""A small world whose clock jumps, with real servers in it: what is asked travels over real connections, and days pass
in a second.

    async with open_wire(tmp_path, [watch], site, "/feed") as world:
        await world.wait(2 * DAY)
        assert times(site, "/feed") == ...  # of the world's clock
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from monitor.feeds.fetch.client import HttpFetcher
from monitor.matching import Watch
from monitor.model import FeedSpec
from tests.feeds.asking import LIMITS
from tests.pipeline.world import HOUR, World, open_world
from tests.system.web import Site


@asynccontextmanager
async def open_wire(
    folder: Path, watches: Sequence[Watch], site: Site, *paths: str, interval: float = HOUR, **settings: Any
) -> AsyncIterator[World]:
    """A world with these ``paths`` of ``site``, each a feed by its own name without the slash. ``settings`` are those
    of ``open_world``.
    """
    async with open_world(folder, watches, **settings) as world, HttpFetcher(LIMITS, world.clock) as fetcher:
        site.clock = world.clock.now
        world.polling.fetcher = fetcher
        await world.follow(*(feed_of(site, path, interval) for path in paths))
        yield world


def feed_of(site: Site, path: str, interval: float = HOUR) -> FeedSpec:
    """``path`` of ``site`` as a user lists it."""
    return FeedSpec(f"{site.url}{path}", path.removeprefix("/"), interval, allow_private=True)


def times(site: Site, path: str) -> list[float]:
    """When ``path`` was asked for."""
    return [request.began for request in site.asked(path)]


def gaps(site: Site, path: str) -> list[float]:
    """Seconds between one request for ``path`` and the next."""
    return [later - earlier for earlier, later in pairwise(times(site, path))]
