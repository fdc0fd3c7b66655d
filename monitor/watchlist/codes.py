"""Short, stable names of the rules that files are checked by: for scripts, which should not have to read messages."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.errors import Problem

OTHER = "invalid"
"""What has no name of its own; the tests see to it that there is nothing of the kind."""

# In the order in which they are tried. What users wrote stands in quotes inside of messages, so each pattern is bound
# to the beginning or the end.
_RULES = tuple(
    (code, re.compile(pattern, re.DOTALL))
    for code, pattern in (
        ("syntax", r"^not valid TOML|^cannot be read as TOML|^is nested too deeply"),
        ("unreadable", r"^file not found|^cannot be read:|^is not UTF-8"),
        ("empty-file", r"^the file is empty"),
        ("no-folder", r"^the folder of watchlists does not exist"),
        ("no-watchlist", r"^holds no watchlist"),
        ("bad-id", r"^the file's name is the watchlist's id"),
        ("duplicate-id", r'^the id ".*" is taken by '),
        ("merge-copy", r"^is a copy that an unfinished merge has left"),
        ("example-fails", r'^the example ".*" should '),
        ("unknown-key", r'^unknown key "'),
        ("missing-key", r'^the key ".*" is missing here$'),
        ("not-a-table", r'^".*" is not a table$|^[\w.\[\]-]+: a table is wanted$'),
        ("nothing-asked", r"^neither any nor all is given"),
        ("blank-title", r"^the title is blank"),
        ("unknown-feed", r'^no feed is called "'),
        ("unknown-language", r'^no language is called "'),
        ("unknown-watchlist", r'^there is no watchlist "'),
        ("unknown-tag", r'^no watchlist has the tag "'),
        ("unknown-entity", r'^unknown entity "'),
        ("entity-circle", r"^entities name each other in a circle"),
        ("entity-empty", r'^the entity ".*" has no names$'),
        ("window-reversed", r"^(?:expect|active): the (?:window|thread) ends before it begins"),
        ("digest-above-alert", r"^digest \(.*\) is above alert"),
        ("out-of-reach", r"^no text can reach the digest"),
        ("never-met", r"^nothing can meet this|^\".*\" can never count"),
        ("empty-list", r"^an empty list can never match"),
        ("empty-term", r"^an empty term would match everything"),
        ("bad-weight", r'^the weight of "'),
        ("single-letter", r'^".*" is a single letter$'),
        ("short-prefix", r'^".*" is too short for a prefix$'),
        ("no-letters", r'^".*" holds no letters or digits$'),
        ("too-common", r'^".*" holds only words that occur in every text$'),
        ("foreign-syntax", r'^".*": .* is not understood here$'),
        ("bad-term", r'^".*" (?:is written with a sigil|names an entity)$|^".*": (?:an entity is not|a star stands)'),
        ("wrong-value", r"^[\w.\[\]-]+: "),
    )
)

CODES = (*(code for code, _ in _RULES), OTHER)


def with_code(problem: Problem) -> Problem:
    """``problem`` with the name of its rule."""
    if problem.code:
        return problem
    code = next((code for code, pattern in _RULES if pattern.search(problem.message)), OTHER)
    return replace(problem, code=code)
