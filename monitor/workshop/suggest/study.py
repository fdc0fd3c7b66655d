"""What stored items and feedback tell about a watchlist: which words belong to its matches, what resembles them, and
what the user missed or did not want. Makes guesses; ``suggest`` measures them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from monitor.matching import Concept, Pattern, TermError, Watch, parse_term
from monitor.matching.index import patterns_of
from monitor.matching.terms.forms import dictionary_form
from monitor.matching.terms.rules import unforgiving
from monitor.matching.words import frequency
from monitor.model import Band
from monitor.store.archive.history import StoredItem
from monitor.text.tokens import raw_tokens, token_key
from monitor.text.wording import counted
from monitor.workshop.replay import Replay
from monitor.workshop.suggest.words import Key, Words, surprise, terms_of

_SIGNIFICANT = 10.8
"""Dunning's ratio from which one word in a thousand would be called telling by chance."""
_SIGNATURE = 15
TRIED = 24
_COMMON = 4.0
_LEAST_STEM = 4
_LEAST_SEEN, _LEAST_FEEDS = 3, 2
"""A word that only one feed has is its byline, its name, or its favourite."""
_SELDOM = 0.002
"""What more of all items name than this (Tuesday, Donald Trump) says nothing about why one of them is not meant."""
_STICKS = 0.5
MISSED = "in what you marked as relevant, and it does not find"
_MOST_READ = 3_000
LEAST_SHARE = 0.34
"""Of what a name gains, so much at least has to resemble what matched."""


class Guess(NamedTuple):
    """A proposal that has not been measured: the watch with it, and how likely it seems."""

    term: str
    where: str
    concept: str
    reason: str
    score: float
    variant: Watch
    is_sure: bool = True


class Study:
    """What is known about a watch, its matches and what is nearly one."""

    def __init__(self, watch: Watch, replayed: Replay, verdicts: Mapping[int, str], background: Words) -> None:
        self.watch = watch
        self.replayed = replayed
        self._background = background
        self._own = {word.key for pattern in patterns_of(watch) for word in pattern.words}
        self._stems = tuple(key for key in self._own if len(key) >= _LEAST_STEM)
        scores = [(one.item, found) for one in replayed.judged if (found := one.by(watch.id))]
        self.matched = {item.number: (item, found.match) for item, found in scores if found.match}
        self.complete = {item.number for item, found in scores if found.score}
        """Items that have all that the watch asks for, be it too weakly."""
        self.marked = {number for number, verdict in verdicts.items() if verdict == "irrelevant"}
        self.wanted = {number for number, verdict in verdicts.items() if verdict == "relevant"}
        good = [item for number, (item, _) in self.matched.items() if number not in self.marked]
        self._good = Words.of(good[-_MOST_READ:])
        self._signature = self._telling(self._good, _SIGNATURE)
        self.pool: dict[int, StoredItem] = {number: item for number, (item, _) in self.matched.items()}
        self.resembling: set[int] = set()
        self._feeds = {token_key(raw) for one in replayed.judged for raw in raw_tokens(one.item.feed_name)}

    def may_gain(self, items: Iterable[StoredItem]) -> bool:
        """Whether nothing among these was marked as not relevant."""
        return not any(item.number in self.marked for item in items)

    def is_mostly_wanted(self, items: Sequence[StoredItem]) -> bool:
        """Whether the user has marked so many of these as relevant that the others may be, too."""
        return sum(item.number in self.wanted for item in items) >= LEAST_SHARE * len(items)

    def _telling(self, words: Words, most: int) -> dict[Key, float]:
        """The words that stand in these texts far more than elsewhere, and are not the watch's own."""
        least = 1 if words.texts < 4 else 2
        found = {}
        for key, number in words.counts.items():
            if number >= least and not any(word in self._own or word.startswith(self._stems) for word in key):
                value = surprise(number, words.texts, self._background.counts[key], self._background.texts)
                if value >= _SIGNIFICANT:
                    found[key] = value
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most])

    # other names

    def aliases(self, probes: Mapping[int, Watch]) -> Iterator[Guess]:
        """Other names for each concept, from the items that lack it."""
        for index, probe in probes.items():
            lacking = [
                one.item
                for one in self.replayed.judged
                if one.item.number not in self.matched and (found := one.by(probe.id)) and found.score
            ][-_MOST_READ:]
            if lacking:
                yield from self._names_in(index, lacking)

    def _names_in(self, index: int, lacking: list[StoredItem]) -> Iterator[Guess]:
        keys = {item.number: {key for key, _ in terms_of(item)} for item in lacking}
        context = {tuple(word.key for word in pattern.words) for pattern in self.watch.context}
        support = set(self._signature) | context
        alike = [item for item in lacking if not support.isdisjoint(keys[item.number])]
        self.pool |= {item.number: item for item in lacking}
        self.resembling |= {item.number for item in alike} | self.wanted
        words, everywhere = Words.of(alike), Words.of(lacking)
        scores: dict[Key, float] = {}
        for key, value in self._telling(words, len(words.counts)).items():
            near = words.counts[key] + self._good.counts[key]
            elsewhere = self._background.counts[key] + everywhere.counts[key] - words.counts[key]
            shared = [item for item in alike if key in keys[item.number] and len(support & keys[item.number]) > 1]
            named = self._may_be_name(key, words, near) and not self._accompanies(key, words)
            if near >= elsewhere * LEAST_SHARE and named and shared:
                scores[key] = value * near / (near + elsewhere)
        for key in sorted(scores, key=lambda key: (-scores[key], -len(key), key))[:TRIED]:
            known = self._good.counts[key]
            why = f"in {counted(words.counts[key], 'item')} with the rest"
            why += f", and in {counted(known, 'match', 'matches')}" if known else ""
            yield from self._named(index, words.as_written(key), why, scores[key], is_sure=False)

    def _named(self, index: int, written: str, why: str, score: float, is_sure: bool = True) -> Iterator[Guess]:
        """One more name for a concept, as a guess."""
        term, concept = as_term(written), self.watch.all[index]
        if pattern := parsed(term):
            changed = Concept(concept.name, (*concept.patterns, pattern))
            everything = (*self.watch.all[:index], changed, *self.watch.all[index + 1 :])
            variant = replace(self.watch, all=everything)
            yield Guess(term, f"all:{index + 1}", concept.name, why, score, variant, is_sure)

    def _may_be_name(self, key: Key, words: Words, seen: int) -> bool:
        """Whether a word or pair may be a name: of several feeds, no outlet's, not too common, and a pair that sticks
        together.
        """
        if seen < _LEAST_SEEN or len(words.feeds[key] | self._good.feeds[key]) < _LEAST_FEEDS:
            return False
        if all(word in self._feeds for word in key) or self._is_ordinary(key, words):
            return False
        return self._sticks(key, words)

    def _is_ordinary(self, key: Key, words: Words) -> bool:
        """Whether it is a single, common word that is not always written with a capital: too common to be a name."""
        return len(key) == 1 and frequency.ordinary(key[0]) >= _COMMON and self._is_small(key, words)

    def _is_small(self, key: Key, words: Words) -> bool:
        """Whether a word is often written small, so that its capital in a headline says nothing."""
        spelt = self._background.written.get(key, Counter()) + words.written.get(key, Counter())
        return sum(number for text, number in spelt.items() if text.islower()) * 4 >= spelt.total()

    def _accompanies(self, key: Key, words: Words) -> bool:
        """Whether a word mostly stands beside one that the watch has already, as a part of that name: Donald Trump."""
        if len(key) > 1:
            return False
        beside = sum(words.counts[key[0], own] + words.counts[own, key[0]] for own in self._own)
        return beside >= _STICKS * words.counts[key]

    def _is_shared(self, key: Key, words: Words) -> bool:
        """Whether several feeds have a word, where there are several: what one alone has is its own furniture."""
        feeds = words.feeds[key] | self._good.feeds[key] | self._background.feeds[key]
        return len(feeds) >= min(_LEAST_FEEDS, self.replayed.extent.feeds)

    def _sticks(self, key: Key, words: Words) -> bool:
        """Whether a pair of words is one thing; a single word is."""
        together = words.counts[key] + self._background.counts[key]
        return len(key) == 1 or together >= _STICKS * min(
            words.counts[(word,)] + self._background.counts[(word,)] for word in key
        )

    # what the user missed

    def lacks(self, item: StoredItem) -> int | None:
        """The one concept that an item lacks; None where it lacks several, or the watch has none to lack."""
        if len(self.watch.all) < 2:
            return None
        verdict = self.replayed.engine.explain(self.watch.id, item)
        names = [concept.name for concept in self.watch.all]
        missing = [names.index(one.concept) for one in verdict.missing if one.concept in names]
        return missing[0] if len(missing) == 1 else None

    def missed(self, items: Sequence[StoredItem]) -> Iterator[Guess]:
        """Names in what was missed, as the user says, and lacks one concept only."""
        lacking: dict[int, list[StoredItem]] = {}
        for item in items:
            index = self.lacks(item)
            if index is not None:
                lacking.setdefault(index, []).append(item)
        for index, group in lacking.items():
            self.pool |= {item.number: item for item in group}
            words = Words.of(group)
            for rank, written in enumerate(self.telling_of(words, Words.of(items))):
                # A name that only one of them has may be anybody's.
                is_sure = words.counts[tuple(map(token_key, written.split()))] > 1
                yield from self._named(index, written, MISSED, 1e6 - rank, is_sure)

    def telling_of(self, words: Words, missed: Words) -> list[str]:
        """What tells a few texts from all others: in as many of what was ``missed`` as can be, and hardly elsewhere.
        Forms of a Russian word are one.
        """
        forms: dict[Key, list[Key]] = {}
        for key in words.counts:
            if self._own.isdisjoint(key) and not all(word in self._feeds for word in key):
                forms.setdefault(_lemmas(key), []).append(key)
        everywhere = Counter[Key]()
        for key, number in missed.counts.items():
            everywhere[_lemmas(key)] += number
        scores: dict[Key, tuple[int, int, bool, int]] = {}
        for lemma, keys in forms.items():
            number, elsewhere = everywhere[lemma], sum(self._background.counts[key] for key in keys)
            key = max(keys, key=lambda key: words.counts[key])
            is_name = all(map(_is_capital, words.as_written(key).split()))
            # What stands in one text alone has to be a name that stands nowhere else, the background holding that text.
            rare = elsewhere <= 2 * number if number > 1 else elsewhere <= 1 and is_name
            whole = all(words.counts[one] >= max(words.counts[(word,)] for word in one) for one in keys)
            if rare and whole and not all(self._is_ordinary(one, words) for one in keys):
                scores[key] = (number, len(key), is_name, -elsewhere)
        parts: dict[Key, int] = {(word,): scores[key][0] for key in scores if len(key) > 1 for word in key}
        best = sorted(scores, key=lambda key: (*(-value for value in scores[key]), key))
        return [words.as_written(key) for key in best if parts.get(key, 0) < scores[key][0]][:TRIED]

    # supporting words

    def contexts(self) -> Iterator[Guess]:
        """Words that support a match, from the matches that have some, for those that have none."""
        if not self.watch.context_weight:
            return
        weak = [item for item, match in self.matched.values() if match and match.band is Band.DIGEST]
        words = Words.of(item for item in weak if item.number not in self.marked)
        for key, value in self._telling(words, TRIED).items():
            term = as_term(words.as_written(key))
            pattern = parsed(term)
            if pattern and words.counts[key] > 1 and self._sticks(key, words) and self._is_shared(key, words):
                variant = replace(self.watch, context=(*self.watch.context, pattern))
                why = f"in {counted(words.counts[key], 'match', 'matches')} that no context word supports"
                yield Guess(term, "context", "context", why, value, variant)

    # what rules out

    def negatives(self) -> Iterator[Guess]:
        """Words of what the user marked as not relevant, that nothing marked as relevant has."""
        marked = [self.matched[number][0] for number in sorted(self.marked & self.matched.keys())]
        wanted = [self.matched[number][0] for number in sorted(self.wanted & self.matched.keys())]
        if not marked:
            return
        words, kept = Words.of(marked), Words.of(wanted)
        for key, number in words.counts.items():
            if kept.counts[key] or (len(key) == 1 and key[0] in self._own):
                continue
            others = self._good.counts[key]
            value = surprise(number, words.texts, self._background.counts[key] + others, self._background.texts)
            term = words.as_written(key)
            pattern = parsed(term)
            if not pattern or value <= 0 or not self._may_rule_out(key, words, number, len(marked)):
                continue
            # Words beside a name change what it means (Pakistan Super League); others change what a text is about.
            watch, exactly = self.watch, unforgiving(pattern)
            if self._own.isdisjoint(key):
                where, variant = "none", replace(watch, vetoes=(*watch.vetoes, exactly))
            else:
                where, variant = "except", replace(watch, masks=(*watch.masks, exactly))
            why = f"in {number} of {counted(len(marked), 'item')} marked as not relevant"
            yield Guess(term, where, where, why, number * 1_000 + value - 10 * others, variant)

    def _may_rule_out(self, key: Key, words: Words, number: int, marked: int) -> bool:
        """Whether what the user rejected may be told by a word: it stands in several of the items, or it is the name of
        something.
        """
        written = words.as_written(key)
        if number > 1 and number * 5 >= marked * 3:
            return self._sticks(key, words)
        capital = all(part[:1].isupper() for part in written.split())
        rare = self._background.counts[key] <= number + _SELDOM * self._background.texts
        return capital and rare and not any(self._is_small((word,), words) for word in key) and self._sticks(key, words)


def _lemmas(key: Key) -> Key:
    """The dictionary forms of folded words."""
    return tuple(token_key(dictionary_form(word)) for word in key)


def _is_capital(word: str) -> bool:
    """Whether a word begins with a capital, or its script has none."""
    return word[0].isupper() or word[0].lower() == word[0].upper()


def as_term(written: str) -> str:
    """Words as one would write them in a list: in Russian, their dictionary forms."""
    return " ".join(map(dictionary_form, raw_tokens(written)))


def parsed(term: str) -> Pattern | None:
    """The term as a pattern; None for what can be none."""
    try:
        return parse_term(term)
    except TermError:
        return None
