"""Watchlists, compiled: which items belong to which watchlist, how surely, and why. Pure: no files, no clock."""

from monitor.matching.engine import Engine, Texts, compile_watches
from monitor.matching.rules import Concept, Kind, Pattern, TermError, Watch, Word, parse_term

__all__ = [
    "Concept",
    "Engine",
    "Kind",
    "Pattern",
    "TermError",
    "Texts",
    "Watch",
    "Word",
    "compile_watches",
    "parse_term",
]
