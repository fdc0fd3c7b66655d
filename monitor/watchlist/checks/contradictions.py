"""Rules of one watchlist that cannot hold together: terms that can never count, concepts that can never be met, and
weights with which a title, a lead or a body is never enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil, prod
from typing import NamedTuple

from monitor.matching import Pattern, Watch
from monitor.matching.terms.rules import is_in
from monitor.watchlist.checks.terms import Parts
from monitor.watchlist.schema import LongTerm, Term, WatchlistFile

Key = tuple[str | int, ...]
Contradiction = tuple[Key, str, str, str]
"""Where it is written, the code of the rule, what is wrong, what to write instead."""
_NEVER_MET = "never-met"


def contradictions(watch: Watch, source: WatchlistFile) -> Iterator[Contradiction]:
    """What in ``watch`` can never count."""
    killers = _Killers(watch)
    yield from _dead_patterns(watch, source, killers)
    for index, concept in enumerate(watch.all):
        if all(killers.of(pattern) for pattern in concept.patterns):
            key, killer = killers.of(concept.patterns[0]) or ("none", concept.patterns[0])
            yield (
                ("all", index),
                _NEVER_MET,
                f'nothing can meet this concept: {key} rules out "{concept.patterns[0].text}"'
                + (" and all its other names" if len(concept.patterns) > 1 else ""),
                f'take "{killer.text}" out of {key}, or write a name for the concept that does not hold it',
            )
    best = _best_score(watch)
    if best < watch.digest:
        yield (
            ("digest",),
            "out-of-reach",
            f"no text can reach the digest: with these weights the score is {best:.2f} at most",
            f"raise the weights of terms or fields, or lower digest (now {watch.digest:g})",
        )
    if watch.sources and watch.sources <= watch.not_sources:
        yield (
            ("sources",),
            _NEVER_MET,
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
                _NEVER_MET,
                f'"{text}" can never count: {key} holds "{killer.text}", which is part of it',
                f'take "{text}" out of any, or "{killer.text}" out of {key}',
            )
    only_entities = source.any and not source.all and all(_text(term).startswith("@") for term in source.any)
    if only_entities and all(killers.of(pattern) for pattern in watch.any):
        yield (
            ("any", 0),
            _NEVER_MET,
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
                _NEVER_MET,
                f"nothing can meet this concept: its terms are in {', '.join(sorted(languages))}, "
                f"and the watchlist looks only at {', '.join(sorted(watch.languages))}",
                "add the language to lang, or a term without one",
            )


def _text(term: Term) -> str:
    text = term.t if isinstance(term, LongTerm) else term
    return text.split("^")[0].strip().removeprefix("=")


# --- the best score that can be reached ------------------------------------------------------------------------------
# By a text in which all that a watchlist asks for stands in one part of an item: its title, its lead or its body. A
# weight that looks harmless may keep a lead from ever being an alert: two names, one of them with the weight 0.6, come
# to 0.66 there, however exactly they are written.


_PARTS = (
    ("title", "be an alert from a title alone"),
    ("summary", "be an alert from a lead alone"),
    ("body", "reach the digest from a body alone"),
)
_NAMES = 3


class Weighed(NamedTuple):
    """A term where it is written, with its weight."""

    key: Key
    text: str
    weight: float


class Remark(NamedTuple):
    """Something that can never reach a line: where it is written, what it is, and what to write instead."""

    key: Key
    message: str
    hint: str
    is_note: bool = False


class _Part(NamedTuple):
    name: str
    aim: str
    weight: float
    line: float


def out_of_reach(watch: Watch, source: WatchlistFile, terms: list[Weighed]) -> Iterator[Remark]:
    """What in ``watch`` can never be an alert from a title or a lead alone, or stand in the digest because of a body
    alone. ``terms``: those of ``any`` and ``all``. Of what is out of reach in several parts the first is told.
    """
    told: set[Key] = set()
    of_any = [one for one in terms if one.key[0] == "any"]
    concepts = [[one for one in terms if one.key[:2] == ("all", index)] for index in range(len(watch.all))]
    for part in _parts(watch, source):
        for remark in (*_of_any(part, of_any), *(_of_all(part, concepts) if all(concepts) and concepts else ())):
            if remark.key not in told:
                told.add(remark.key)
                yield remark


def _parts(watch: Watch, source: WatchlistFile) -> Iterator[_Part]:
    """The parts that are looked at. A weight that was set below the line says that this is meant."""
    for (name, aim), weight in zip(_PARTS, watch.fields, strict=True):
        line = watch.digest if name == "body" else watch.alert
        if weight and not (name in source.fields.model_fields_set and weight < line):
            yield _Part(name, aim, weight, line)


def _of_any(part: _Part, terms: list[Weighed]) -> Iterator[Remark]:
    weak = [one for one in terms if one.weight < 1 and one.weight * part.weight < part.line <= part.weight]
    if weak:
        score = max(one.weight for one in weak) * part.weight
        yield _of_terms(part, weak, score, part.line / part.weight)._replace(is_note=True)


def _of_all(part: _Part, concepts: list[list[Weighed]]) -> Iterator[Remark]:
    root = 1 / len(concepts)
    best = [max(one.weight for one in concept) for concept in concepts]
    highest = part.weight * prod(best) ** root
    if highest < part.line:
        yield _of_whole(part, highest, min(best) < 1)
        return
    found = 0
    for concept, own in zip(concepts, best, strict=True):
        others = prod(best) / own
        weak = [one for one in concept if part.weight * (others * one.weight) ** root < part.line]
        found += len(weak)
        if weak:
            score = part.weight * (others * max(one.weight for one in weak)) ** root
            yield _of_terms(part, weak, score, (part.line / part.weight) ** len(concepts) / others)
    weakest = [min(concept, key=lambda one: one.weight) for concept in concepts]
    lowest = part.weight * prod(one.weight for one in weakest) ** root
    if not found and lowest < part.line:
        names = " with ".join(f'"{one.text}"' for one in weakest if one.weight < 1)
        hint = f"the line is {part.line:g}: raise one of these weights, or {part.name} in fields"
        yield Remark(("all",), f"{names} can never {part.aim}: the score is {lowest:.2f} at most", hint)


def _of_whole(part: _Part, highest: float, may_weigh_more: bool) -> Remark:
    needed = part.line * part.weight / highest
    raised = [f"{part.name} in fields to {_up(needed)}"] * (needed <= 1) + ["the weights of terms"] * may_weigh_more
    ways = [f"raise {' or '.join(raised)}"] * bool(raised) + [f"lower the line (now {part.line:g})"]
    message = f"what all asks for can never {part.aim}: the score is {highest:.2f} at most"
    return Remark(("all",), message, ", or ".join(ways))


def _of_terms(part: _Part, weak: list[Weighed], score: float, needed: float) -> Remark:
    first = weak[0]
    names = [f'"{one.text}"' for one in weak[:_NAMES]] + [f"{len(weak) - _NAMES:,} more"] * (len(weak) > _NAMES)
    said = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    message = f"{said} can never {part.aim}: the score is {score:.2f} at most"
    name = first.text.rpartition("^")[0] or first.text
    written = f'"{name}^{_up(needed)}" or more' if _up(needed) != "1" else f'"{name}"'
    return Remark(first.key, message, f"the line is {part.line:g}: write {written}")


def _up(value: float) -> str:
    """``value`` with two decimals, never less than it is."""
    return f"{ceil(round(value * 100, 6)) / 100:g}"
