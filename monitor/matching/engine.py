"""``compile_watches(watches) -> Engine``; ``engine.match(item) -> [Match, ...]``.

The usual headline has nothing to do with any watchlist, and costs one dictionary access per token. Where words of
watchlists occur, only watches that hang on such a word are looked at; where words of all their concepts occur, they are
evaluated in full. So cost follows matches, not the number of watchlists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from monitor.matching.evaluate import Scored, evaluate, scored
from monitor.matching.index import Hanging, Index, Plan, Rarity, Unit, by_length
from monitor.matching.lexicon import Lexicon
from monitor.matching.scan import Scan, Texts
from monitor.matching.terms.rules import Mode, Watch, Word
from monitor.matching.verdict import Verdict, beside, language_of, near_misses, refused_by, verdict
from monitor.matching.words import frequency
from monitor.matching.words.frequency import Read
from monitor.model import Aside, Hit, Match, Part, WatchId
from monitor.text.beside.around import covered
from monitor.text.tokens import raw_tokens

MEMO_LIMIT = 500_000
_FEW = 50
"""Up to so many watches it hardly matters which word they hang on, and no list of words is loaded to find out."""
_MUCH_WASTE = 0.3


class Headline(NamedTuple):
    """A text by itself, as it is typed or piped in."""

    title: str
    summary: str = ""
    body: str = ""
    feed_name: str = ""
    language: str = ""
    asides: tuple[Aside, ...] = ()


Key = TypeVar("Key")
Value = TypeVar("Value")


class _Memo(dict[Key, Value]):
    """From raw token to what is known of it: nothing for nearly all of a language's words.

    Safe to share between threads: two of them at worst compute the same entry twice.
    """

    def __init__(self, find: Callable[[Key], Value]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Key) -> Value:
        if len(self) >= MEMO_LIMIT:
            self.clear()
        value = self[key] = self._find(key)
        return value


class Engine:
    """All watchlists, compiled. A value: it does not change, so any thread may use it and a reload swaps it whole."""

    def __init__(self, watches: Iterable[Watch], index: Index, read: Read) -> None:
        self.watches = tuple(watches)
        self._index = index
        self.read = read
        self._lexicon = Lexicon(index.tables, read)
        self._hits = _Memo(self._lexicon.look_up).__getitem__
        # Most headlines are done with after this memo.
        self._hanging = _Memo(self._look_up_hanging).__getitem__
        self._hanging_on = _Memo(index.hanging_on).__getitem__
        # Asked only for texts that match: what stood near to another word is part of the explanation.
        self._refusals = _Memo(self._lexicon.refusals)
        self._by_id = {watch.id: watch for watch in self.watches}
        self._idle: set[str] = set()

    def _look_up_hanging(self, raw: str) -> Hanging | None:
        hits = self._hits(raw)
        return self._hanging_on(tuple(hit.word for hit in hits)) if hits else None

    def match(self, item: Texts, day: date | None = None) -> list[Match]:
        """The watches that ``item`` belongs to, surest first; empty for nearly every item.

        ``day``: when the item was found; None leaves out of account when watches are active and what they expect.
        """
        found = self._candidates(item)
        if not found:
            return []
        plans, scan = found
        matches, language = [], language_of(item)
        for plan in plans:
            match = evaluate(plan, scan, language, day)
            if match:
                near = near_misses(plan, scan, self._refusals, self._index)
                matches.append(replace(match, near_misses=near) if near else match)
        matches.sort(key=lambda match: (-match.score, match.watch))
        return matches

    def judge(self, item: Texts, day: date | None = None) -> list[Scored]:
        """What every watch whose words are all there makes of ``item``, whether that is enough or not. For trying
        watches on many items; near misses are left out.
        """
        if self._is_idle(item.title) and self._is_idle(item.summary) and self._is_idle(item.body):
            return []
        found = self._candidates(item)
        if not found:
            return []
        plans, scan = found
        language = language_of(item)
        return [scored(plan, scan, language, day) for plan in plans]

    def _is_idle(self, text: str) -> bool:
        """Whether nothing hangs on any word of ``text``. Its words are parted at blanks, which takes a fifth of the
        time that tokens take; each token is part of one of them.
        """
        idle, words = self._idle, text.split()
        if idle.issuperset(words):
            return True
        busy = False
        if len(idle) > MEMO_LIMIT:
            idle.clear()
        for word in words:
            if word not in idle:
                if any(found and found.wanted for found in map(self._hanging, raw_tokens(word))):
                    busy = True
                else:
                    idle.add(word)
        return not busy

    def _candidates(self, item: Texts) -> tuple[list[Plan], Scan] | None:
        """The plans that ``item`` may belong to, as the words in it tell, and the item's scan; None for nearly all."""
        texts = _texts(item)
        raw = [raw_tokens(text) if text else [] for text in texts]
        hanging = list(filter(None, map(self._hanging, raw[0])))
        for tokens in raw[1:]:
            if tokens:
                hanging += filter(None, map(self._hanging, tokens))
        if not hanging:
            return None
        numbers = self._plans(hanging)
        if not numbers:
            return None
        found = [plan for plan in map(self._index.plans.__getitem__, numbers) if plan]
        plans = [plan for plan in found if not refused_by(plan.watch, item)]
        return (plans, Scan(texts, raw, self._hits, self._lexicon, self._index.patterns)) if plans else None

    def _plans(self, hanging: list[Hanging]) -> set[int]:
        """The plans of which all needs of a clause are met, by what hangs on the words of an item."""
        signature = 0
        for one in hanging:
            signature |= one[0]
        met = [one for one in hanging if one[1] & signature]
        if not met:
            return set()
        present: set[Unit] = set()
        present.update(*[one[2] for one in hanging])
        for one in met:
            if one.phrases and not one.seconds.isdisjoint(present):
                for second in one.phrases.keys() & present:
                    for unit, _, others in one.phrases[second]:
                        if others <= present:
                            present.add(unit)
                            found = self._hanging_on((unit,))
                            signature |= found[0]
                            hanging.append(found)
        plans: set[int] = set()
        for one in [one for one in hanging if one[1] & signature]:
            if one.plans:
                plans.update(one.plans)
            if one.clauses:
                for second in one.clauses.keys() & present:
                    plans.update(plan for plan, needs in one.clauses[second] if not any(map(present.isdisjoint, needs)))
        return plans

    def match_one(self, watch: WatchId, item: Texts) -> Match | None:
        """The match of one watch alone, whatever the day. Raises KeyError for an unknown watch."""
        plan, scan = self._looked_at(watch, item)
        return evaluate(plan, scan, language_of(item))

    def _looked_at(self, watch: WatchId, item: Texts) -> tuple[Plan, Scan]:
        plan = self._index.plans[self._index.plan_numbers[watch]]
        assert plan is not None
        return plan, self._scan(_texts(item))

    def _scan(self, texts: tuple[str, str, str]) -> Scan:
        raw = [raw_tokens(text) for text in texts]
        return Scan(texts, raw, self._hits, self._lexicon, self._index.patterns)

    def explain(self, watch: WatchId, item: Texts, day: date | None = None) -> Verdict:
        """Why ``item`` belongs to ``watch``, or why not. Raises KeyError for an unknown watch."""
        plan, scan = self._looked_at(watch, item)
        found = verdict(plan, scan, item, self._refusals, self._index, day)
        if not item.asides:
            return found
        whole = self._scan((item.title, item.summary, item.body))
        return replace(found, beside=beside(plan, whole, item.asides))

    def beside(self, item: Texts) -> list[tuple[WatchId, Part, Hit]]:
        """What watches ask for and what is none of the story of ``item``, each with what it stands in."""
        if not item.asides:
            return []
        found = self._candidates(Headline(item.title, item.summary, item.body, "", item.language))
        if not found:
            return []
        plans, scan = found
        return [(plan.watch.id, *one) for plan in plans for one in beside(plan, scan, item.asides)]

    def watch(self, watch: WatchId) -> Watch | None:
        """The watch with this id, if there is one."""
        return self._by_id.get(watch)

    def rebuilt(self, watches: Iterable[Watch], read: Read | None = None) -> Engine:
        """An engine for ``watches`` that takes over from this one whatever they have in common."""
        return compile_watches(watches, self.read if read is None else read, self)


def _texts(item: Texts) -> tuple[str, str, str]:
    title, summary, body = item.title, item.summary, item.body
    if item.asides:
        title, summary, body = (
            covered(text, field, item.asides)
            for text, field in ((title, "title"), (summary, "summary"), (body, "body"))
        )
    return title, summary, body


def compile_watches(watches: Iterable[Watch], read: Read | None = None, previous: Engine | None = None) -> Engine:
    """The engine for ``watches``, whose ids must differ. ``read``: what is known of the words of the stream.

    With a ``previous`` engine, watches that have not changed are not compiled again.
    """
    watches = list(watches)
    read = read or Read()
    index = Index()
    if previous and previous._index.waste < _MUCH_WASTE:
        index = previous._index
    new = {watch.id: watch for watch in watches}
    kept = {watch.id for watch in index.watches if new.get(watch.id) == watch}
    gone = index.plan_numbers.keys() - kept
    added = [watch for watch in watches if watch.id not in kept]
    if gone or added or not previous:
        index = index.changed(gone, added, _rarity(len(watches), read))
    return Engine(watches, index, read)


def _rarity(watches: int, read: Read) -> Rarity:
    """The share of items that hold a word, estimated."""
    if watches <= _FEW and not read.documents:
        return by_length

    def share(word: Word) -> float:
        seen = read.share(word.key)
        if seen is not None:
            return seen
        if by_length(word) == 0.05 or word.mode in (Mode.PREFIX, Mode.JOINED):
            return by_length(word)
        # A headline has some ten words; Zipf 9 would be every word.
        return min(1.0, 10 ** (frequency.ordinary(word.key) - 8)) or by_length(word)

    return share
