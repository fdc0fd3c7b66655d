"""Terms that look like something else: two words with what may be an operator between them, or a site's address."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.matching import Pattern
from monitor.matching import frequency as words_in_use

_JOINED = re.compile(
    r"(?P<one>[^\s,]+)(?:\s+(?P<join>or|[&YOEIU]|یا|أو|او|या|或|或者|または|또는|או|หรือ|অথবা|அல்லது|ან|կամ)\s+|,\s+)(?P<other>[^\s,]+)"
)
"""Two words with what may be an operator between them, or a part of their name."""
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_WELL_KNOWN = 4.0
"""Zipf value from which on a word is known to everybody."""


class Lookalike(NamedTuple):
    """What to say of a term: the code, what it means here, and what to write instead."""

    code: str
    message: str
    hint: str


def lookalike(pattern: Pattern) -> Lookalike | None:
    """What there is to be warned of in one term. Loads the lists of words."""
    return _alternative(pattern) or _address(pattern)


def _alternative(pattern: Pattern) -> Lookalike | None:
    """A phrase like "Iran or Tehran", which stands in hardly any text; "life or death" does."""
    found = _JOINED.fullmatch(" ".join(pattern.text.split()))
    if not found or found["one"].casefold() == found["other"].casefold():
        return None
    one, other = pattern.words[0], pattern.words[-1]
    is_saying = not any(word.named or words_in_use.ordinary(word.key) < _WELL_KNOWN for word in (one, other))
    if is_saying and found["join"] == "or":
        return None
    hint = f'for one of the two, write both as terms of their own: ["{found["one"]}", "{found["other"]}"]'
    number = {2: "two", 3: "three"}.get(len(pattern.words), str(len(pattern.words)))
    return Lookalike("or-in-a-phrase", f'"{pattern.text}" is met only with its {number} words in a row', hint)


def _address(pattern: Pattern) -> Lookalike | None:
    if not _DOMAIN.fullmatch(pattern.text):
        return None
    said = f'"{pattern.text}" is met only where a text names the site so, not in the items of its feed'
    return Lookalike("site-in-a-term", said, 'to choose feeds, write their names: sources = ["Dawn"]')
