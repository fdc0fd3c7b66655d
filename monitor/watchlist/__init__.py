"""Watchlist files: what may stand in them, and loading them into watches."""

from monitor.watchlist.load import Examples, Watchlists, load

__all__ = ["Examples", "Watchlists", "load"]
