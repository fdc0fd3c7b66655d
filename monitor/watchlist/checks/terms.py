"""Which terms are part of others (among thousands, without holding each against each), and which look like something
else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.matching import Pattern, Word
from monitor.matching.terms.forms import forms
from monitor.matching.terms.rules import Mode
from monitor.matching.words import frequency


@dataclass
class _Node:
    """A place in the tree of all patterns: the words that can follow, and the patterns that end here."""

    following: dict[int, _Node] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


class Parts:
    """Patterns by their words, to find those that stand in every text that a given one stands in. ``steps`` counts what
    was looked at.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.steps = 0
        self._words: dict[Word, int] = {}
        self._modes: list[Mode] = []
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[int]] = defaultdict(list)
        self._root = _Node()
        known: set[Pattern] = set()
        for number, pattern in enumerate(patterns):
            alike = pattern._replace(text="")
            if alike not in known:  # of those that say the same, the first one is enough
                known.add(alike)
                self._add(number, pattern)

    def of(self, whole: Pattern) -> Iterator[int]:
        """The numbers of the patterns that are part of ``whole``: its words, side by side."""
        covering = [self._covering(word) for word in whole.words]
        for start in range(len(covering)):
            nodes = [self._root]
            for numbers in covering[start:]:
                nodes = [node.following[number] for node in nodes for number in numbers if number in node.following]
                self.steps += len(nodes) + 1
                for node in nodes:
                    yield from node.ends
                if not nodes:
                    break

    def _add(self, number: int, pattern: Pattern) -> None:
        node = self._root
        for word in pattern.words:
            known = self._words.get(word)
            node = node.following.setdefault(self._new(word) if known is None else known, _Node())
        node.ends.append(number)

    def _new(self, word: Word) -> int:
        number = self._words[word] = len(self._words)
        keys = {word.key, *(forms(word.key, word.written) if word.mode is Mode.WORD else ())}
        self._modes.append(word.mode)
        if word.mode is Mode.PREFIX:
            self._by_prefix[word.key].append(number)
        else:
            for key in keys:
                self._by_key[key].append(number)
        return number

    def _covering(self, word: Word) -> list[int]:
        """The words that are met wherever ``word`` is."""
        starts = range(1, len(word.key) + 1) if self._by_prefix else ()
        found = [number for end in starts for number in self._by_prefix.get(word.key[:end], ())]
        if word.mode is not Mode.PREFIX:
            is_acronym = word.mode is Mode.ACRONYM
            others = self._by_key.get(word.key, ())
            found += (number for number in others if is_acronym or self._modes[number] is not Mode.ACRONYM)
        self.steps += len(found)
        return found


# --- terms that look like something else -----------------------------------------------------------------------------
# Two words with what may be an operator between them, or a site's address.


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
    is_saying = not any(word.named or frequency.ordinary(word.key) < _WELL_KNOWN for word in (one, other))
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
