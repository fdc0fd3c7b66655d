"""Watchlist files: what may stand in them, and loading them into watches and an engine."""

from monitor.watchlist.build import Library, build
from monitor.watchlist.load import Examples, Watchlists, ids_in, load, load_watch, read_all
from monitor.watchlist.reload import Reload, reload

__all__ = [
    "Examples",
    "Library",
    "Reload",
    "Watchlists",
    "build",
    "ids_in",
    "load",
    "load_watch",
    "read_all",
    "reload",
]
