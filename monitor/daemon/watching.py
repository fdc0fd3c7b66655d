"""The watchlists that are live: loaded at start, reloaded when their files change, never replaced by anything
broken.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import WatchlistError
from monitor.matching import Engine, Read, compile_watches
from monitor.tomlfile import Stamp, stamp_of
from monitor.watchlist import Library, build
from monitor.watchlist.load import files_in

log = logging.getLogger("monitor.watchlists")

Signature = tuple[tuple[str, Stamp], ...]


@dataclass(frozen=True)
class Reloaded:
    """What a look at the folder led to: a new engine, or a refusal to be told."""

    engine: Engine | None = None
    refusal: str = ""


class LiveWatchlists:
    """Watches a folder by looking: works on every file system, and sees every way in which editors save."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = build(folder)
        self._loaded = signature(folder)
        self._seen = self._loaded

    @property
    def engine(self) -> Engine:
        """The engine of the last good watchlists."""
        return self._library.engine

    def learn(self, texts: Iterable[str]) -> Engine | None:
        """Compile anew with what ``texts``, items read of late, tell of the words of the stream: which are rare
        enough to hang watchlists on, and which are no misspellings. None when they are too few to tell.
        """
        read = Read.of(texts)
        if not read.is_enough:
            return None
        lists = self._library.lists
        self._library = Library(lists, compile_watches(lists.watches, read))
        return self.engine

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
            self._library = build(self._folder, self._library)
        except WatchlistError as error:
            return Reloaded(refusal=str(error))
        return Reloaded(self.engine)


def signature(folder: Path) -> Signature:
    """Changes whenever a watchlist file changes: names, inodes, sizes and times."""
    return tuple((path.name, stamp_of(path)) for path in (files_in(folder) if folder.is_dir() else []))
