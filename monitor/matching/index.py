"""Which watches can an item belong to at all? Answered from the set of watch words in it, before anything is evaluated.

A watch is split into clauses: its ``all`` is one, each pattern of its ``any`` is one. A clause is a list of needs, each
a set of words of which one must be there. It hangs on (is looked at because of) the words of its rarest need only;
where very many clauses hang on one word, they are parted by their second need. So the cost of a headline follows from
what it holds, not from the number of watchlists.

All tables are values: a changed watchlist makes new ones, which share with the old whatever did not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from monitor.matching.lexicon import Growing, Tables
from monitor.matching.rules import Mode, Pattern, Watch, Word
from monitor.model import WatchId
from monitor.text.tokens import is_spaceless

Need = frozenset[int]
Rarity = Callable[[Word], float]
_CROWDED = 3
"""A word that more clauses than this hang on has them parted by their second need: one test then stands for many."""


class Compiled(NamedTuple):
    """A pattern by the numbers of its words; ``joined`` is that of the words written as one, or -1."""

    pattern: Pattern
    words: tuple[int, ...]
    joined: int


class Plan(NamedTuple):
    """A watch with its patterns by number."""

    watch: Watch
    any: tuple[int, ...]
    all: tuple[tuple[int, ...], ...]
    context: tuple[int, ...]
    masks: tuple[int, ...]
    vetoes: tuple[int, ...]


class Clause(NamedTuple):
    """One way for a watch to be met: what it needs beside the need that it hangs on, rarest first. Where that is
    nothing, ``second`` is the need that it hangs on.
    """

    plan: int
    second: Need
    others: tuple[Need, ...]


class Parted(NamedTuple):
    """The clauses that hang on a crowded word: by the words of their second need, with what else they need; and those
    that have none.
    """

    words: frozenset[int]
    by_word: dict[int, tuple[Clause, ...]]
    always: tuple[Clause, ...]


class Index(NamedTuple):
    """All watches, compiled. Where a watch is gone, ``plans`` holds None, and nothing hangs on its clauses."""

    tables: Tables = Tables()
    patterns: tuple[Compiled, ...] = ()
    pattern_numbers: dict[Pattern, int] = {}
    plans: tuple[Plan | None, ...] = ()
    plan_numbers: dict[WatchId, int] = {}
    clauses: tuple[Clause, ...] = ()
    anchors: tuple[Need, ...] = ()
    """For each clause the need that it hangs on."""
    clauses_of: dict[int, range] = {}
    hanging: dict[int, tuple[int, ...]] = {}
    parted: dict[int, Parted] = {}

    @property
    def watches(self) -> Iterator[Watch]:
        """The watches."""
        return (plan.watch for plan in self.plans if plan)

    @property
    def waste(self) -> float:
        """The share of watches in the tables that are gone."""
        return 1 - len(self.plan_numbers) / len(self.plans) if self.plans else 0.0

    def changed(self, gone: Iterable[WatchId], new: Iterable[Watch], rarity: Rarity) -> Index:
        """This index without the watches ``gone`` and with those that are ``new``."""
        new = list(new)
        patterns = list(dict.fromkeys(pattern for watch in new for pattern in patterns_of(watch)))
        index = self._with_patterns([pattern for pattern in patterns if pattern not in self.pattern_numbers])
        removed = [self.plan_numbers[watch] for watch in gone]
        plans = [*index.plans, *(index.plan(watch) for watch in new)]
        clauses, anchors = list(index.clauses), list(index.anchors)
        clauses_of = dict(index.clauses_of)
        hanging = Growing(index.hanging)
        for number in removed:
            plans[number] = None
            for clause in clauses_of.pop(number):
                for word in anchors[clause]:
                    hanging[word].remove(clause)
        for number in range(len(index.plans), len(plans)):
            first = len(clauses)
            for anchor, *others in index.needs(plans[number], rarity):
                for word in anchor:
                    hanging[word].append(len(clauses))
                anchors.append(anchor)
                clauses.append(Clause(number, others[0] if others else anchor, tuple(others[1:])))
            clauses_of[number] = range(first, len(clauses))
        parted = {word: place for word, place in index.parted.items() if word not in hanging}
        crowded = {word: members for word, members in hanging.items() if len(members) > _CROWDED}
        parted |= {word: _by_second_need(members, clauses, anchors) for word, members in crowded.items()}
        numbers = {plan.watch.id: number for number, plan in enumerate(plans) if plan}
        return index._replace(
            plans=tuple(plans),
            plan_numbers=numbers,
            clauses=tuple(clauses),
            anchors=tuple(anchors),
            clauses_of=clauses_of,
            hanging=hanging.grown(),
            parted=parted,
        )

    def is_possible(self, number: int, present: set[int]) -> bool:
        """Whether the words ``present`` suffice for the plan: for a phrase all of its words, anywhere. Clauses ask
        for one word of a phrase only; most of what they let pass ends here, before places are looked for.
        """
        plan = self.plans[number]
        assert plan is not None

        def is_there(pattern: int) -> bool:
            compiled = self.patterns[pattern]
            return present.issuperset(compiled.words) or compiled.joined in present

        if any(map(is_there, plan.any)):
            return True
        return bool(plan.all) and all(any(map(is_there, concept)) for concept in plan.all)

    def _with_patterns(self, new: list[Pattern]) -> Index:
        joined = {pattern: word for pattern in new if (word := pattern.joined)}
        words = [word for pattern in new for word in pattern.words]
        tables = self.tables.with_words([*words, *joined.values()])
        compiled = [
            Compiled(
                pattern,
                tuple(tables.numbers[word] for word in pattern.words),
                tables.numbers[joined[pattern]] if pattern in joined else -1,
            )
            for pattern in new
        ]
        numbers = self.pattern_numbers | {pattern: n for n, pattern in enumerate(new, len(self.patterns))}
        return self._replace(tables=tables, patterns=(*self.patterns, *compiled), pattern_numbers=numbers)

    def plan(self, watch: Watch) -> Plan:
        """``watch`` by the numbers of its patterns, all of which the index knows."""

        def numbers(patterns: Iterable[Pattern]) -> tuple[int, ...]:
            return tuple(self.pattern_numbers[pattern] for pattern in patterns)

        concepts = tuple(numbers(concept.patterns) for concept in watch.all)
        return Plan(
            watch, numbers(watch.any), concepts, numbers(watch.context), numbers(watch.masks), numbers(watch.vetoes)
        )

    def needs(self, plan: Plan | None, rarity: Rarity) -> Iterator[list[Need]]:
        """For each clause of a plan its needs, from the rarest to the commonest."""
        assert plan is not None
        alone = plan.all[0] if len(plan.all) == 1 else ()
        for one in dict.fromkeys((*plan.any, *alone)):
            compiled = self.patterns[one]
            also = {compiled.joined} - {-1}
            yield self._sorted([frozenset({word} | also) for word in compiled.words], rarity)
        if len(plan.all) > 1:
            each = [frozenset().union(*(self._rarest(one, rarity) for one in concept)) for concept in plan.all]
            yield self._sorted(each, rarity)

    def _rarest(self, pattern: int, rarity: Rarity) -> set[int]:
        compiled = self.patterns[pattern]
        word = min(compiled.words, key=lambda number: rarity(self.tables.words[number]))
        return {word, compiled.joined} - {-1}

    def _sorted(self, needs: list[Need], rarity: Rarity) -> list[Need]:
        words = self.tables.words
        return sorted(dict.fromkeys(needs), key=lambda need: sum(rarity(words[number]) for number in need))


def _by_second_need(members: list[int], clauses: list[Clause], anchors: list[Need]) -> Parted:
    found: dict[int, list[Clause]] = {}
    always = []
    for member in members:
        clause = clauses[member]
        if clause.second is anchors[member]:
            always.append(clause)
            continue
        left = Clause(clause.plan, *_first_and_rest(clause))
        for word in clause.second:
            found.setdefault(word, []).append(left)
    by_word = {word: tuple(same) for word, same in found.items()}
    return Parted(frozenset(by_word), by_word, tuple(always))


def _first_and_rest(clause: Clause) -> tuple[Need, tuple[Need, ...]]:
    """What is left to be tested of a clause whose second need is met."""
    return (clause.others[0], clause.others[1:]) if clause.others else (clause.second, ())


def patterns_of(watch: Watch) -> Iterator[Pattern]:
    """Every pattern of ``watch``."""
    yield from watch.any
    for concept in watch.all:
        yield from concept.patterns
    yield from watch.context
    yield from watch.masks
    yield from watch.vetoes


def by_length(word: Word) -> float:
    """An estimate of the share of items that hold ``word``, from its length alone: enough for some dozens of
    watchlists, and no list of words has to be loaded for it.
    """
    if is_spaceless(word.key):
        return 0.05
    return 2.0 ** -min(len(word.key), 16) * (0.25 if word.mode is Mode.ACRONYM else 1.0)
