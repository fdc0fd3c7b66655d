"""Watchlist files: what may stand in them, and loading them into watches and an engine."""

from monitor.watchlist.build import Library, build
from monitor.watchlist.load import Examples, Watchlists, load

__all__ = ["Examples", "Library", "Watchlists", "build", "load"]
