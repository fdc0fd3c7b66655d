"""Rules of one watchlist that cannot hold together: terms that can never count, concepts that can never be met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from monitor.matching import Pattern, Watch
from monitor.matching.rules import is_in
from monitor.watchlist.parts import Parts
from monitor.watchlist.schema import LongTerm, Term, WatchlistFile

Key = tuple[str | int, ...]
Contradiction = tuple[Key, str, str]
"""Where it is written, what is wrong, what to write instead."""


def contradictions(watch: Watch, source: WatchlistFile) -> Iterator[Contradiction]:
    """What in ``watch`` can never count."""
    killers = _Killers(watch)
    yield from _dead_patterns(watch, source, killers)
    for index, concept in enumerate(watch.all):
        if all(killers.of(pattern) for pattern in concept.patterns):
            key, killer = killers.of(concept.patterns[0]) or ("none", concept.patterns[0])
            yield (
                ("all", index),
                f'nothing can meet this concept: {key} rules out "{concept.patterns[0].text}"'
                + (" and all its other names" if len(concept.patterns) > 1 else ""),
                f'take "{killer.text}" out of {key}, or write a name for the concept that does not hold it',
            )
    best = _best_score(watch)
    if best < watch.digest:
        yield (
            ("digest",),
            f"no text can reach the digest: with these weights the score is {best:.2f} at most",
            f"raise the weights of terms or fields, or lower digest (now {watch.digest:g})",
        )
    if watch.sources and watch.sources <= watch.not_sources:
        yield (
            ("sources",),
            "nothing can meet this watchlist: each feed under sources is also under not_sources",
            "remove it from one of the two",
        )
    yield from _lost_languages(watch)


def _dead_patterns(watch: Watch, source: WatchlistFile, killers: _Killers) -> Iterator[Contradiction]:
    """Terms of ``any`` that a veto or an exception covers wholly. Names that an entity brings along are forgiven, as
    long as another of them is left.
    """
    by_text: dict[str, Pattern] = {}
    for one in watch.any:
        by_text.setdefault(one.text, one)
    for index, term in enumerate(source.any):
        text = _text(term)
        if (pattern := by_text.get(text)) and (found := killers.of(pattern)):
            key, killer = found
            yield (
                ("any", index),
                f'"{text}" can never count: {key} holds "{killer.text}", which is part of it',
                f'take "{text}" out of any, or "{killer.text}" out of {key}',
            )
    only_entities = source.any and not source.all and all(_text(term).startswith("@") for term in source.any)
    if only_entities and all(killers.of(pattern) for pattern in watch.any):
        yield (
            ("any", 0),
            "nothing can meet this watchlist: none or except rules out all its names",
            "remove one of them",
        )


class _Killers:
    """The vetoes and exceptions of a watch: lists of thousands are held against each other."""

    def __init__(self, watch: Watch) -> None:
        self._all = [
            (key, pattern)
            for key, patterns in (("none", watch.vetoes), ("except", watch.masks))
            for pattern in dict.fromkeys(patterns)
            if not pattern.language
        ]
        self._parts = Parts(pattern for _, pattern in self._all)

    def of(self, pattern: Pattern) -> tuple[str, Pattern] | None:
        """The veto or exception that stands in every text that ``pattern`` stands in, and the key that it is written
        under.
        """
        first = min(self._parts.of(pattern), default=None)
        return None if first is None else self._all[first]


def _best_score(watch: Watch) -> float:
    field = max(watch.fields)

    def best(patterns: Iterable[Pattern]) -> float:
        return max((pattern.weight for pattern in patterns), default=0.0) * field

    scores = [best(watch.any)]
    if watch.all:
        scores.append(prod(best(concept.patterns) for concept in watch.all) ** (1 / len(watch.all)))
    return max(scores)


def _lost_languages(watch: Watch) -> Iterator[Contradiction]:
    if not watch.languages:
        return
    concepts: list[tuple[Key, tuple[Pattern, ...]]] = [(("all", n), one.patterns) for n, one in enumerate(watch.all)]
    if watch.any and not watch.all:
        concepts.append((("any",), watch.any))
    for key, patterns in concepts:
        languages = {pattern.language for pattern in patterns}
        spoken = ((one, other) for one in languages for other in watch.languages)
        if "" not in languages and not any(is_in(one, other) or is_in(other, one) for one, other in spoken):
            yield (
                key,
                f"nothing can meet this concept: its terms are in {', '.join(sorted(languages))}, "
                f"and the watchlist looks only at {', '.join(sorted(watch.languages))}",
                "add the language to lang, or a term without one",
            )


def _text(term: Term) -> str:
    text = term.t if isinstance(term, LongTerm) else term
    return text.split("^")[0].strip().removeprefix("=")
