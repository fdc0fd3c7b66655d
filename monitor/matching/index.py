"""Which watches can an item belong to at all? Answered from the set of watch words in it, before anything is evaluated.

A watch is split into clauses: its ``all`` is one, each pattern of its ``any`` is one. A clause is a list of needs, each
a set of units of which one must be there. A unit is a word or a phrase; a phrase is there where all of its words are,
anywhere, and is looked for once for all watches because of its rarest word. A clause hangs on (is looked at because
of) the units of its rarest need only, and those that hang on one unit are parted by the units of their second need. So
the cost of a headline follows from what it holds, not from the number of watchlists.

All tables are values: a changed watchlist makes new ones, which share with the old whatever did not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from monitor.matching.terms.rules import Mode, Pattern, Watch, Word
from monitor.matching.words.tables import Growing, Tables
from monitor.model import WatchId
from monitor.text.tokens import is_spaceless

Unit = int
"""The number of a word; for a phrase a negative number."""
Need = frozenset[Unit]
Rarity = Callable[[Word], float]
_SIGNATURE_BITS = 2048
"""With 1,024 bits and 10,000 watchlists, half as many headlines again were let through for nothing."""


class Compiled(NamedTuple):
    """A pattern by the numbers of its words; ``joined`` is that of the words written as one, or -1. ``unit`` stands for
    the pattern in needs.
    """

    pattern: Pattern
    words: tuple[int, ...]
    joined: int
    unit: Unit


class Phrase(NamedTuple):
    """A phrase that is looked for because of its rarest word and the ``second``: it is there where ``others`` are."""

    unit: Unit
    second: int
    others: frozenset[int]


class Plan(NamedTuple):
    """A watch with its patterns by number."""

    watch: Watch
    any: tuple[int, ...]
    all: tuple[tuple[int, ...], ...]
    context: tuple[int, ...]
    masks: tuple[int, ...]
    vetoes: tuple[int, ...]


class Clause(NamedTuple):
    """One way for a watch to be met: what it needs beside the need that it hangs on, rarest first."""

    plan: int
    needs: tuple[Need, ...]


class Hanging(NamedTuple):
    """What is looked at because of some units: plans that need nothing else; and, by the units that have to be there
    too, clauses with what they need beside them, and phrases. ``seconds`` are all these units.

    ``signature`` and ``wanted`` stand for the units that are there and for those that are of interest, as the bits of
    a Bloom filter: most headlines are done with when these have been compared, which takes a third of the time.
    """

    signature: int
    wanted: int
    units: tuple[Unit, ...]
    plans: tuple[int, ...]
    seconds: frozenset[Unit]
    clauses: dict[Unit, list[Clause]]
    phrases: dict[int, list[Phrase]]


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
    hanging: dict[Unit, tuple[int, ...]] = {}
    phrases: dict[int, tuple[Phrase, ...]] = {}
    """By the word because of which they are looked for. Those of watches that are gone stay, with nothing hanging on
    them.
    """

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
        added = [plan for plan in plans[len(index.plans) :] if plan]
        clauses, anchors = list(index.clauses), list(index.anchors)
        clauses_of = dict(index.clauses_of)
        hanging = Growing(index.hanging)
        for number in removed:
            plans[number] = None
            for clause in clauses_of.pop(number):
                for unit in anchors[clause]:
                    hanging[unit].remove(clause)
        for number, plan in enumerate(added, len(index.plans)):
            first = len(clauses)
            for anchor, *others in index.needs(plan, rarity):
                for unit in anchor:
                    hanging[unit].append(len(clauses))
                anchors.append(anchor)
                clauses.append(Clause(number, tuple(others)))
            clauses_of[number] = range(first, len(clauses))
        numbers = {plan.watch.id: number for number, plan in enumerate(plans) if plan}
        return index._replace(
            plans=tuple(plans),
            plan_numbers=numbers,
            clauses=tuple(clauses),
            anchors=tuple(anchors),
            clauses_of=clauses_of,
            hanging=hanging.grown(),
            phrases=index._phrases_of(added, rarity),
        )

    def hanging_on(self, units: tuple[Unit, ...]) -> Hanging:
        """What is looked at because of ``units``, ready for use."""
        plans: list[int] = []
        clauses: dict[Unit, list[Clause]] = {}
        phrases: dict[int, list[Phrase]] = {}
        for unit in units:
            for plan, needs in map(self.clauses.__getitem__, self.hanging.get(unit, ())):
                if not needs:
                    plans.append(plan)
                    continue
                for second in needs[0]:
                    clauses.setdefault(second, []).append(Clause(plan, needs[1:]))
            for phrase in self.phrases.get(unit, ()):
                phrases.setdefault(phrase.second, []).append(phrase)
        seconds = frozenset((*clauses, *phrases))
        wanted = _signature((*seconds, *units) if plans else seconds)
        return Hanging(_signature(units), wanted, units, tuple(plans), seconds, clauses, phrases)

    def _phrases_of(self, plans: Iterable[Plan], rarity: Rarity) -> dict[int, tuple[Phrase, ...]]:
        phrases = Growing(self.phrases)
        for one in dict.fromkeys(chain.from_iterable((*plan.any, *chain(*plan.all)) for plan in plans)):
            compiled = self.patterns[one]
            if len(compiled.words) > 1:
                rarest, *others = sorted(set(compiled.words), key=lambda number: rarity(self.tables.words[number]))
                phrase = Phrase(compiled.unit, others[0] if others else rarest, frozenset(others[1:]))
                if phrase not in phrases[rarest]:
                    phrases[rarest].append(phrase)
        return phrases.grown()

    def _with_patterns(self, new: list[Pattern]) -> Index:
        joined = {pattern: word for pattern in new if (word := pattern.joined)}
        words = [word for pattern in new for word in pattern.words]
        tables = self.tables.with_words([*words, *joined.values()])
        compiled = [
            Compiled(
                pattern,
                tuple(tables.numbers[word] for word in pattern.words),
                tables.numbers[joined[pattern]] if pattern in joined else -1,
                tables.numbers[pattern.words[0]] if len(pattern.words) == 1 else -2 - number,
            )
            for number, pattern in enumerate(new, len(self.patterns))
        ]
        numbers = self.pattern_numbers | {pattern: n for n, pattern in enumerate(new, len(self.patterns))}
        return self._replace(tables=tables, patterns=(*self.patterns, *compiled), pattern_numbers=numbers)

    def plan(self, watch: Watch) -> Plan:
        """``watch`` by the numbers of its patterns, all of which the index knows."""

        def numbers(patterns: Iterable[Pattern]) -> tuple[int, ...]:
            return tuple(self.pattern_numbers[one] for pattern in patterns for one in pattern.spellings)

        concepts = tuple(numbers(concept.patterns) for concept in watch.all)
        return Plan(
            watch, numbers(watch.any), concepts, numbers(watch.context), numbers(watch.masks), numbers(watch.vetoes)
        )

    def needs(self, plan: Plan, rarity: Rarity) -> Iterator[list[Need]]:
        """For each clause of a plan its needs, from the rarest to the commonest."""
        alone = plan.all[0] if len(plan.all) == 1 else ()
        for one in dict.fromkeys((*plan.any, *alone)):
            yield [self._need((one,))]
        if len(plan.all) > 1:
            share = self._shares(rarity)
            yield sorted(dict.fromkeys(map(self._need, plan.all)), key=lambda need: sum(map(share, need)))

    def _need(self, patterns: tuple[int, ...]) -> Need:
        compiled = [self.patterns[one] for one in patterns]
        return frozenset(chain.from_iterable((one.unit, one.joined) for one in compiled)) - {-1}

    def _shares(self, rarity: Rarity) -> Callable[[Unit], float]:
        """The share of items that hold a unit, estimated: a phrase is as rare as its rarest word."""
        words = self.tables.words

        def share(unit: Unit) -> float:
            numbers = self.patterns[-2 - unit].words if unit < 0 else (unit,)
            return min(rarity(words[number]) for number in numbers)

        return share


def _signature(units: Iterable[Unit]) -> int:
    bits = 0
    for unit in units:
        bits |= 1 << unit % _SIGNATURE_BITS
    return bits


def patterns_of(watch: Watch) -> Iterator[Pattern]:
    """Every pattern of ``watch``, in all its spellings."""
    concepts = chain.from_iterable(concept.patterns for concept in watch.all)
    for pattern in chain(watch.any, concepts, watch.context, watch.masks, watch.vetoes):
        yield from pattern.spellings


def by_length(word: Word) -> float:
    """An estimate of the share of items that hold ``word``, from its length alone: enough for some dozens of
    watchlists, and no list of words has to be loaded for it.
    """
    if is_spaceless(word.key):
        return 0.05
    return 2.0 ** -min(len(word.key), 16) * (0.25 if word.mode is Mode.ACRONYM else 1.0)
