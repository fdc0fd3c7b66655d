"""Acronyms of names that are written out (United States: US), found where both stand in one stored text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from monitor.matching import Pattern
from monitor.matching.rules import BETWEEN, Mode
from monitor.text.tokens import raw_tokens, token_key
from monitor.workshop.spellings import Spelling

_LEAST_TOGETHER = 2
"""So many texts have to write a name both ways, as papers do: chance seldom brings both twice."""
_LETTERS = range(2, 8)


def acronyms(names: Sequence[Pattern], texts: Iterable[str]) -> list[Spelling]:
    """The initials of ``names`` that ``texts`` use for them, and that are not among the names."""
    known = {pattern.words[0].key for pattern in names if pattern.words[0].mode is Mode.ACRONYM}
    wanted = {letters: pattern.text for pattern in names if (letters := _initials(pattern)) and letters not in known}
    if not wanted:
        return []
    both = {letters: (_either(name), _abbreviated(letters)) for letters, name in wanted.items()}
    together, seen = dict.fromkeys(wanted, 0), dict.fromkeys(wanted, 0)
    for text in texts:
        for letters, (whole, short) in both.items():
            if short.search(text):
                seen[letters] += 1
                together[letters] += bool(whole.search(text))
    return [
        Spelling(letters.upper(), name, seen[letters])
        for letters, name in wanted.items()
        if together[letters] >= _LEAST_TOGETHER
    ]


def _initials(pattern: Pattern) -> str:
    """The first letters of a name of several words, folded; empty for what is no such name."""
    if len(pattern.words) < 2 or any(word.mode is not Mode.WORD for word in pattern.words):
        return ""
    telling = [raw for raw in raw_tokens(pattern.text) if token_key(raw) not in BETWEEN]
    letters = "".join(raw[0] for raw in telling)
    return token_key(letters) if letters.isupper() and len(letters) in _LETTERS else ""


def _either(name: str) -> re.Pattern[str]:
    return re.compile(r"\W+".join(_escaped(raw_tokens(name))), re.IGNORECASE)


def _abbreviated(letters: str) -> re.Pattern[str]:
    """The letters as capitals, with full stops or without them."""
    short = r"\.?".join(_escaped(letters.upper()))
    return re.compile(rf"(?<!\w){short}(?!\w)")


def _escaped(parts: Iterable[str]) -> Iterator[str]:
    return map(re.escape, parts)
