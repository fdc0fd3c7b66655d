"""The watchlists that are live: loaded at start, reloaded when their files change, never replaced by anything
broken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import WatchlistError
from monitor.matching import Engine, compile_watches
from monitor.watchlist import load
from monitor.watchlist.load import files_in

log = logging.getLogger("monitor.watchlists")

Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class Reloaded:
    """What a look at the folder led to: a new engine, or a refusal to be told."""

    engine: Engine | None = None
    refusal: str = ""


class LiveWatchlists:
    """Watches a folder by looking: works on every file system, and sees every way in which editors save."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.engine = compile_watches(load(folder).watches)
        self._loaded = signature(folder)
        self._seen = self._loaded

    def look(self, now_at_once: bool = False) -> Reloaded | None:
        """Reload when the files have changed and then held still for one look; None when there is nothing to do.

        A save in several writes is thus not read half-way; ``now_at_once`` (SIGHUP) does not wait.
        """
        current = signature(self._folder)
        settled = current == self._seen
        self._seen = current
        if not now_at_once and (current == self._loaded or not settled):
            return None
        self._loaded = current
        try:
            engine = compile_watches(load(self._folder).watches)
        except WatchlistError as error:
            return Reloaded(refusal=str(error))
        self.engine = engine
        return Reloaded(engine)


def signature(folder: Path) -> Signature:
    """Changes whenever a watchlist file changes: names, inodes, sizes and times."""
    found = []
    for path in files_in(folder) if folder.is_dir() else []:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)
