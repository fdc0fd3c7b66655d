"""Watchlists, compiled: which items belong to which watchlist, how surely, and why. Pure: no files, no clock."""

from monitor.matching.engine import Engine, Headline, compile_watches
from monitor.matching.evaluate import Scored
from monitor.matching.scan import Texts
from monitor.matching.terms.advice import TermError
from monitor.matching.terms.rules import (
    Concept,
    Handling,
    Kind,
    Life,
    Pattern,
    Watch,
    Word,
    parse_term,
    same_meaning,
)
from monitor.matching.verdict import Verdict
from monitor.matching.words.frequency import Read

__all__ = [
    "Concept",
    "Engine",
    "Handling",
    "Headline",
    "Kind",
    "Life",
    "Pattern",
    "Read",
    "Scored",
    "TermError",
    "Texts",
    "Verdict",
    "Watch",
    "Word",
    "compile_watches",
    "parse_term",
    "same_meaning",
]
