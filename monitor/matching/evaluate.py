"""One watch against one item: which of its patterns count, and the score with its reasons."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from typing import NamedTuple

from monitor.matching.index import Plan
from monitor.matching.scan import Found, Scan
from monitor.matching.terms.rules import Life, Watch, is_in
from monitor.model import Band, Factor, Match, WatchId

_CLOSE = 12
_FAR_FACTOR = 0.6
_BEYOND_FACTOR = 0.35
_EXPECTANT = 0.10
"""Inside a window in which something is expected, so much less is enough for the digest."""
# Up to so many combinations of places are all tried.
_WINDOWS = 512
# In a long text so many places behind another are looked at.
_NEIGHBOURS = 4
# So many places of each concept may begin a window; a text of more is a list of words.
_BEGINNINGS = 2_000
_BODY = 2


class Candidate(NamedTuple):
    """One way of meeting a watch, with its score. ``evidence``: what was found for each concept, with its strength."""

    score: float
    via: str
    evidence: tuple[tuple[str, Found, float], ...] = ()
    reasons: tuple[Factor, ...] = ()
    distance: int | None = None
    context: tuple[str, ...] = ()


NOTHING = Candidate(0.0, "")


@dataclass
class Judgement:
    """A watch against an item: the best candidate, and what stood in the way of others."""

    best: Candidate
    evidence: Evidence
    digest: float
    """The least score that counts, on the day of the judgement."""


def judge(plan: Plan, scan: Scan, language: str = "", day: date | None = None) -> Judgement:
    """The judgement of ``plan`` on the scanned item. ``day``: when it is to be judged; None leaves the calendar out."""
    watch = plan.watch
    digest = watch.digest - _EXPECTANT if day and watch.life.expects(day) else watch.digest
    evidence = Evidence(plan, scan, language)
    best = NOTHING
    if evidence.veto is None:
        best = max(_by_any(plan, evidence), _by_all(plan, evidence), key=lambda candidate: candidate.score)
    return Judgement(best, evidence, digest)


class Scored(NamedTuple):
    """What a watch makes of an item: its score, the match if that is enough for one, and whether a veto ruled the item
    out.
    """

    watch: WatchId
    score: float
    match: Match | None
    vetoed: bool


def scored(plan: Plan, scan: Scan, language: str = "", day: date | None = None) -> Scored:
    """The score of ``plan`` for the scanned item, also where it is too low for a match."""
    judged = judge(plan, scan, language, day)
    match = _match_of(plan.watch, judged, scan, day)
    return Scored(plan.watch.id, round(judged.best.score, 4), match, judged.evidence.veto is not None)


def evaluate(plan: Plan, scan: Scan, language: str = "", day: date | None = None) -> Match | None:
    """The match of ``plan`` with the scanned item, or None when it does not reach the digest threshold."""
    return _match_of(plan.watch, judge(plan, scan, language, day), scan, day)


def _match_of(watch: Watch, judged: Judgement, scan: Scan, day: date | None) -> Match | None:
    best = judged.best
    if not best.score or best.score < judged.digest:
        return None
    band = Band.ALERT if best.score >= watch.alert else Band.DIGEST
    if day:
        banded = in_life(watch.life, band, day)
        if banded is None:
            return None
        band = banded
    return Match(
        watch=watch.id,
        version=watch.version,
        title=watch.title,
        score=round(best.score, 4),
        band=band,
        threshold=watch.alert,
        via=best.via,
        hits=tuple(scan.hit(found, name, strength) for name, found, strength in best.evidence),
        reasons=best.reasons,
        distance=best.distance,
        context=best.context,
        masked=tuple(dict.fromkeys(scan.text(found)[0] for found in judged.evidence.hidden)),
    )


def in_life(life: Life, band: Band, day: date) -> Band | None:
    """What becomes of a match on ``day``: nothing before the watch is active; after it, what ``after`` says."""
    if life.start and day < life.start:
        return None
    if life.until and day > life.until:
        return {"alert": band, "digest": Band.DIGEST, "silent": None}[life.after]
    return band


class Evidence:
    """What a watch may use of a scan: patterns in the item's language that no exception covers."""

    def __init__(self, plan: Plan, scan: Scan, language: str) -> None:
        self.watch = plan.watch
        self.scan = scan
        self.hidden: list[Found] = []
        self._language = language
        masks = self._spoken(plan.masks)
        self._masked = {place for found in masks for place in range(found.start, found.end + 1)}
        # A veto in the running text is often a passing remark; title and summary say what an item is about.
        self.veto = next((found for found in self._spoken(plan.vetoes) if found.field != _BODY), None)

    def of(self, numbers: tuple[int, ...]) -> list[Found]:
        """Where one of the patterns stands, and counts."""
        if not self._masked:
            return list(self._spoken(numbers))
        places = list(self._spoken(numbers))
        self.hidden += (one for one in places if not self._masked.isdisjoint(range(one.start, one.end + 1)))
        return [one for one in places if self._masked.isdisjoint(range(one.start, one.end + 1))]

    def _spoken(self, numbers: tuple[int, ...]) -> Iterator[Found]:
        for number in numbers:
            for one in self.scan.find(number):
                wanted = one.pattern.pattern.language
                if wanted and self._language and not is_in(self._language, wanted):
                    break
                yield one

    def strength(self, found: Found) -> float:
        """What it is worth: the weight of the term, how surely it was met, and where it stands."""
        return found.pattern.pattern.weight * found.quality * self.watch.fields[found.field]


def _by_any(plan: Plan, evidence: Evidence) -> Candidate:
    places = evidence.of(plan.any)
    if not places:
        return NOTHING
    best = max(places, key=lambda found: (evidence.strength(found), found.end - found.start))
    score = evidence.strength(best)
    return Candidate(score, "any", (("any", best, score),), (Factor("evidence", score, ""),))


def _by_all(plan: Plan, evidence: Evidence) -> Candidate:
    if not plan.all:
        return NOTHING
    choices = []
    for concept in plan.all:
        places = evidence.of(concept)
        if not places:
            return NOTHING
        places.sort(key=lambda found: -evidence.strength(found))
        choices.append(places)
    windows = (_scored(plan.watch, window, evidence) for window in _windows(choices, evidence) if apart(window))
    best = max(windows, key=lambda candidate: candidate.score, default=NOTHING)
    return _with_context(plan, evidence, best) if best.score else best


def _windows(choices: list[list[Found]], evidence: Evidence) -> Iterator[tuple[Found, ...]]:
    """One place of each concept: all combinations where they are few. In a long text, from each place on the next of
    every other concept, and the strongest of the next few: the narrowest window is among them, whoever begins it.
    """
    if prod(map(len, choices)) <= _WINDOWS:
        yield from product(*choices)
        return
    in_order = [sorted(places, key=lambda found: (found.start, found.end)) for places in choices]
    starts = [[found.start for found in places] for places in in_order]
    for own, places in enumerate(in_order):
        for first in places[:_BEGINNINGS]:
            following = [
                [first] if index == own else _next(in_order[index], starts[index], first)
                for index in range(len(choices))
            ]
            if all(following):
                yield tuple(near[0] for near in following)
                yield tuple(max(near, key=evidence.strength) for near in following)


def _next(places: list[Found], starts: list[int], first: Found) -> list[Found]:
    at = bisect_left(starts, first.start)
    return [found for found in places[at : at + _NEIGHBOURS] if (found.start, found.end) != (first.start, first.end)]


def _scored(watch: Watch, window: tuple[Found, ...], evidence: Evidence) -> Candidate:
    strengths = [evidence.strength(found) for found in window]
    strength = prod(strengths) ** (1 / len(window))
    reasons = [Factor("evidence", strength, "")]
    distance = None
    if len(window) > 1:
        distance = evidence.scan.distance(window)
        reasons.append(
            Factor("proximity", proximity(distance, watch.near), f"{distance} word{'' if distance == 1 else 's'} apart")
        )
    named = tuple(zip((concept.name for concept in watch.all), window, strengths, strict=True))
    return Candidate(prod(reason.factor for reason in reasons), "all", named, tuple(reasons), distance)


def apart(window: tuple[Found, ...]) -> bool:
    """The same words are evidence for one concept only. A word inside a phrase may be evidence beside it: "Pakistan
    Stream" names a pipeline, and Pakistan.
    """
    return len({(found.start, found.end) for found in window}) == len(window)


def proximity(distance: int, near: int) -> float:
    """1 up to 12 tokens, then falling evenly to 0.6 at ``near``; beyond it the concepts hardly belong together."""
    if distance <= min(_CLOSE, near):
        return 1.0
    if distance <= near:
        return 1.0 - (1.0 - _FAR_FACTOR) * (distance - _CLOSE) / (near - _CLOSE)
    return _BEYOND_FACTOR


def _with_context(plan: Plan, evidence: Evidence, candidate: Candidate) -> Candidate:
    watch = plan.watch
    if not watch.context or not watch.context_weight:
        return candidate
    found = [places[0] for number in plan.context if (places := evidence.of((number,)))]
    if found:
        words = tuple(dict.fromkeys(evidence.scan.text(one)[0] for one in found))
        reason = Factor("context", 1.0, f'context "{words[0]}"')
        return candidate._replace(reasons=(*candidate.reasons, reason), context=words)
    factor = 1.0 - watch.context_weight
    reason = Factor("context", factor, "no context word")
    return candidate._replace(score=candidate.score * factor, reasons=(*candidate.reasons, reason))
