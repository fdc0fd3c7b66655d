"""Watchlists made of the words of headlines, for measurements: as people would write them, and as many as wanted."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from monitor.matching import Concept, Headline, Watch, compile_watches, parse_term
from monitor.matching.terms.rules import TermError
from monitor.model import WatchId

_WORD = re.compile(r"[^\W\d_]{4,}")
_ORDINARY_WORD = 1 / 6


class Editor:
    """Writes watchlists of two concepts of three names each, mostly rare ones, some of two words; one term in six is an
    ordinary word.

    All words are taken from the headlines, so that nearly every word of a headline is a watch word: the hard case.
    ``most``: the largest number of watchlists that will be asked for.
    """

    def __init__(self, headlines: Sequence[Headline], seed: int, share: float, most: int) -> None:
        self._random = random.Random(seed)
        inside, ordinary = Counter[str](), Counter[str]()
        lines = [_WORD.findall(headline.title) for headline in headlines]
        for words in lines:
            inside.update(word for word in words[1:] if word[0].isupper())
            ordinary.update(word for word in words if word.islower())
        # Where headlines Are Written Like This, a capital letter alone shows no name.
        rarity = {word: 1 / count for word, count in inside.items() if word.lower() not in ordinary}
        self._singles = list(rarity)
        # Many names that people follow have two words.
        pairs = Counter(
            f"{one} {other}"
            for words in lines
            for one, other in pairwise(words[1:])
            if one in rarity and other in rarity
        )
        rarity |= {pair: 1 / count for pair, count in pairs.items()}
        self._names, self._rarity = list(rarity), list(rarity.values())
        self._ordinary = list(ordinary) or self._names
        if len(self._names) < 100:
            raise SystemExit("these headlines hold too few names to make watchlists of")
        self.matching = self._that_match(inside, headlines, share)
        self.waiting = self._that_wait(headlines, most)

    def watches(self, number: int) -> list[Watch]:
        """``number`` watchlists, of which always the same ten match anything: so the share of headlines that match does
        not depend on the number.
        """
        return (self.matching + self.waiting)[:number]

    def _that_match(self, names: Counter[str], headlines: Sequence[Headline], share: float) -> list[Watch]:
        """Ten watchlists that together match about ``share`` of the headlines, each by one name or another."""
        wanted = share * len(headlines) / 10
        usable = [name for name in self._rarity_order(names) if names[name] <= wanted * 1.5]
        chosen = sorted(usable, key=lambda name: abs(names[name] - wanted))[:10]
        return [
            Watch(WatchId(f"match{index}"), f"Match {index}", "1", any=(parse_term(name),))
            for index, name in enumerate(chosen)
        ]

    def _rarity_order(self, names: Counter[str]) -> list[str]:
        return sorted(self._singles, key=lambda name: (-names[name], name))

    def _that_wait(self, headlines: Sequence[Headline], most: int) -> list[Watch]:
        """Watchlists whose two concepts never meet in these headlines, though their words occur."""
        found: list[Watch] = []
        while len(found) < most:
            made = [self._waiting(len(found) + index) for index in range(most - len(found) + 200)]
            engine = compile_watches(made)
            hit = {match.watch for headline in headlines for match in engine.match(headline)}
            found += [watch for watch in made if watch.id not in hit]
        return [Watch(WatchId(f"wait{index}"), watch.title, "1", all=watch.all) for index, watch in enumerate(found)]

    def _waiting(self, index: int) -> Watch:
        concepts = []
        for _ in range(2):
            terms = list(dict.fromkeys(self._term() for _ in range(3)))
            concepts.append(Concept("|".join(terms), tuple(parse_term(term) for term in terms)))
        return Watch(WatchId(f"made{index}"), f"Waiting {index}", "1", all=tuple(concepts))

    def _term(self) -> str:
        while True:
            if self._random.random() < _ORDINARY_WORD:
                term = self._random.choice(self._ordinary)
            else:
                term = self._random.choices(self._names, weights=self._rarity)[0]
            try:
                parse_term(term)
            except TermError:
                continue
            return term


def write(watches: Iterable[Watch], folder: Path) -> None:
    """Write ``watches`` as the files that people would have written."""
    for watch in watches:
        path = folder / f"{watch.id}.toml"
        path.write_text(as_file(watch), "utf-8")


def as_file(watch: Watch, title: str = "") -> str:
    """The text of a watchlist file. A JSON string is a TOML string."""

    def text(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    lines = [f"title = {text(title or watch.title)}"]
    if watch.any:
        lines.append(f"any = {text([pattern.text for pattern in watch.any])}")
    if watch.all:
        lines.append(f"all = {text([[pattern.text for pattern in concept.patterns] for concept in watch.all])}")
    return "\n".join(lines) + "\n"


def terms_of(watches: Iterable[Watch]) -> list[str]:
    """Every term that must occur, folded as a peer wants it."""
    patterns = (p for watch in watches for p in (*watch.any, *(p for concept in watch.all for p in concept.patterns)))
    return list(dict.fromkeys(pattern.text.casefold() for pattern in patterns))
