"""The best score that a text can reach where all that a watchlist asks for stands in one part of an item: its title,
its lead or its body.

A weight that looks harmless may keep a lead from ever being an alert: two names, one of them with the weight 0.6, come
to 0.66 there, however exactly they are written.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, prod
from typing import NamedTuple

from monitor.matching import Watch
from monitor.watchlist.schema import WatchlistFile

Key = tuple[str | int, ...]
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
