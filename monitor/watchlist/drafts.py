"""A draft of a watchlist: a file anywhere, read as if it stood in the folder."""

from __future__ import annotations

from pathlib import Path

from monitor import tomlfile
from monitor.errors import Problem, WatchlistError
from monitor.matching import Watch
from monitor.watchlist.entities import Entities
from monitor.watchlist.reader import Reader
from monitor.watchlist.schema import WatchlistFile


def read_draft(path: Path, entities: Entities) -> Watch:
    """The watch that ``path`` holds, whose id is the file's stem. Raises WatchlistError with all that is wrong."""
    file = tomlfile.read(path)
    if isinstance(file, Problem):
        raise WatchlistError([file])
    checked = tomlfile.check(file, WatchlistFile)
    if isinstance(checked, list):
        raise WatchlistError(checked)
    watch = Reader(file, checked, entities).read()
    if isinstance(watch, list):
        raise WatchlistError(watch)
    return watch
