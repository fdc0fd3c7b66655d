"""One watch against one item: where its patterns stand, which of them count, and the score with its reasons."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product
from math import prod
from typing import NamedTuple

from monitor.matching.lexicon import Lexicon
from monitor.matching.rules import Mode, Pattern, Watch
from monitor.model import Band, Hit, Match, Reason, Rule
from monitor.text import tokens

FIELDS = ("title", "summary", "body")
# Title and summary are one lead; the body is a little further away.
_GAPS = (0, 3, 12)
# One of these may stand between two words of a phrase.
_STOP_WORDS = frozenset(["of", "the", "and", "и", "в", "کا", "کی", "کے", "de", "la", "for", "to"])
_CLOSE = 12
_FAR_FACTOR = 0.6
_BEYOND_FACTOR = 0.35
_SHOUTING = 0.7
# Without case to tell them apart, short acronyms are too often ordinary words (who, it, us).
_CASELESS_ACRONYM = 4
# Up to so many combinations of places are all tried.
_WINDOWS = 512
# In a long text so many places before and behind another are looked at.
_NEIGHBOURS = 12


class Occurrence(NamedTuple):
    """A watch word at a position of the item (positions run on from field to field)."""

    position: int
    quality: float
    rule: Rule


class Found(NamedTuple):
    """A pattern found in an item, from position ``start`` to ``end`` (both included)."""

    pattern: Pattern
    start: int
    end: int
    field: int
    quality: float
    rule: Rule


@dataclass
class Scan:
    """An item's tokens with the watch words among them; patterns found are remembered, as watches share them."""

    texts: tuple[str, str, str]
    raw: tuple[list[str], ...]
    starts: tuple[int, ...]
    words: dict[int, list[Occurrence]]
    numbers: dict[object, int]
    _found: dict[Pattern, tuple[Found, ...]] = field(default_factory=dict)
    _spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: tuple[str, str, str], lexicon: Lexicon) -> Scan | None:
        """The scan of ``texts``, or None when no word of any watchlist occurs."""
        raw = tuple(tokens.raw_tokens(text) if text else [] for text in texts)
        hits = [[(i, h) for i, h in enumerate(map(lexicon.__getitem__, field_tokens)) if h] for field_tokens in raw]
        if not any(hits):
            return None
        words: dict[int, list[Occurrence]] = defaultdict(list)
        starts = []
        start = 0
        for index, field_hits in enumerate(hits):
            start += _GAPS[index]
            starts.append(start)
            style = ""
            for offset, token_hits in field_hits:
                for hit in token_hits:
                    quality = hit.quality
                    if hit.case:
                        style = style or _case_style(texts[index])
                        quality = _acronym_quality(hit.case, style, len(tokens.token_key(raw[index][offset])))
                    if quality:
                        words[hit.word].append(Occurrence(start + offset, quality, hit.rule))
            start += len(raw[index])
        return cls(texts, raw, tuple(starts), words, lexicon.numbers)  # type: ignore[arg-type]

    def find(self, pattern: Pattern) -> tuple[Found, ...]:
        """All places where ``pattern`` stands, in order."""
        found = self._found.get(pattern)
        if found is None:
            found = self._found[pattern] = tuple(self._search(pattern))
        return found

    def _search(self, pattern: Pattern) -> list[Found]:
        numbers = [self.numbers[word] for word in pattern.words]
        if any(number not in self.words for number in numbers):
            return []
        runs = [(first.position, first.position, first.quality, first.rule) for first in self.words[numbers[0]]]
        for number in numbers[1:]:
            by_position = {occurrence.position: occurrence for occurrence in self.words[number]}
            longer = []
            for start, end, quality, rule in runs:
                following = by_position.get(end + 1)
                if following is None and self._is_stop_word(end + 1):
                    following = by_position.get(end + 2)
                if following is not None:
                    weaker = following.quality < quality
                    longer.append(
                        (start, following.position, min(quality, following.quality), following.rule if weaker else rule)
                    )
            runs = longer
        # The gap in positions between fields keeps phrases from running over a field's end.
        return [Found(pattern, start, end, self._field_of(start), quality, rule) for start, end, quality, rule in runs]

    def _is_stop_word(self, position: int) -> bool:
        index = self._field_of(position)
        offset = position - self.starts[index]
        return 0 <= offset < len(self.raw[index]) and tokens.token_key(self.raw[index][offset]) in _STOP_WORDS

    def _field_of(self, position: int) -> int:
        return max(index for index, start in enumerate(self.starts) if position >= start)

    def hit(self, found: Found, concept: str) -> Hit:
        """``found`` with its text as seen and its offsets in the original text of its field."""
        text = self.texts[found.field]
        first = found.start - self.starts[found.field]
        last = found.end - self.starts[found.field]
        spans = self._spans.get(found.field)
        if spans is None:
            spans = self._spans[found.field] = list(tokens.spans(text))
        start, end = spans[first][0], spans[last][1]
        rule = (
            Rule.EXACT if found.rule is Rule.ACRONYM and found.pattern.words[0].mode is not Mode.ACRONYM else found.rule
        )
        return Hit(concept, found.pattern.text, text[start:end], FIELDS[found.field], start, end, rule, found.quality)


def _case_style(text: str) -> str:
    """``mixed``, or ``flat`` where a field's case tells nothing: all lower, or (nearly) all upper.

    Among letters that have no case (Urdu, Chinese) a capital is as telling as can be.
    """
    upper = sum(map(str.isupper, text))
    lower = sum(map(str.islower, text))
    if sum(map(str.isalpha, text)) > 2 * (upper + lower):
        return "mixed"
    return "flat" if not upper or (upper >= _SHOUTING * (upper + lower) and lower + upper > 7) else "mixed"


def _acronym_quality(case: str, style: str, length: int) -> float:
    if style == "flat":
        return 0.9 if length >= _CASELESS_ACRONYM else 0.0
    if case == "upper":
        return 1.0
    return 0.95 if case == "title" and length >= 5 else 0.0


def evaluate(watch: Watch, scan: Scan) -> Match | None:
    """The match of ``watch`` with the scanned item, or None when it does not reach the digest threshold."""
    if any(scan.find(pattern) for pattern in watch.vetoes):
        return None
    masked = {
        position for mask in watch.masks for found in scan.find(mask) for position in range(found.start, found.end + 1)
    }
    best = max(_by_any(watch, scan, masked), _by_all(watch, scan, masked), key=lambda candidate: candidate.score)
    if best.score < watch.digest:
        return None
    band = Band.ALERT if best.score >= watch.alert else Band.DIGEST
    return Match(
        watch=watch.id,
        version=watch.version,
        title=watch.title,
        score=round(best.score, 4),
        band=band,
        threshold=watch.alert,
        via=best.via,
        hits=tuple(scan.hit(found, name) for name, found in best.evidence),
        reasons=best.reasons,
    )


class _Candidate(NamedTuple):
    score: float
    via: str
    evidence: tuple[tuple[str, Found], ...] = ()
    reasons: tuple[Reason, ...] = ()


_NOTHING = _Candidate(0.0, "")


def _unmasked(pattern: Pattern, scan: Scan, masked: set[int]) -> list[Found]:
    found = scan.find(pattern)
    return [f for f in found if not masked or masked.isdisjoint(range(f.start, f.end + 1))]


def _strength(watch: Watch, found: Found) -> float:
    return found.pattern.weight * found.quality * watch.fields[found.field]


def _by_any(watch: Watch, scan: Scan, masked: set[int]) -> _Candidate:
    places = [found for pattern in watch.any for found in _unmasked(pattern, scan, masked)]
    if not places:
        return _NOTHING
    best = max(places, key=lambda found: (_strength(watch, found), found.end - found.start))
    score = _strength(watch, best)
    return _Candidate(score, "any", (("any", best),), (Reason("evidence", score, ""),))


def _by_all(watch: Watch, scan: Scan, masked: set[int]) -> _Candidate:
    if not watch.all:
        return _NOTHING
    choices = []
    for concept in watch.all:
        places = [found for pattern in concept.patterns for found in _unmasked(pattern, scan, masked)]
        if not places:
            return _NOTHING
        places.sort(key=lambda found: -_strength(watch, found))
        choices.append(places)
    windows = [_scored(watch, window) for window in _windows(watch, choices) if _apart(window)]
    best = max(windows, key=lambda candidate: candidate.score, default=_NOTHING)
    return _with_context(watch, scan, masked, best) if best.score else best


def _windows(watch: Watch, choices: list[list[Found]]) -> Iterator[tuple[Found, ...]]:
    """One place of each concept: all combinations where they are few; in a long text, around each place of the concept
    that has the fewest, the best of the places near it.
    """
    if prod(map(len, choices)) <= _WINDOWS:
        yield from product(*choices)
        return
    rarest = min(range(len(choices)), key=lambda index: len(choices[index]))
    in_order = [sorted(places, key=lambda found: found.start) for places in choices]
    starts = [[found.start for found in places] for places in in_order]
    for pivot in choices[rarest][:_WINDOWS]:
        window: dict[int, Found] = {rarest: pivot}
        for index, places in enumerate(in_order):
            if index != rarest:
                at = bisect_left(starts[index], pivot.start)
                near = [found for found in places[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS] if _free(found, window)]
                if not near:
                    break
                window[index] = max(near, key=lambda found: _worth(watch, found, pivot))
        if len(window) == len(choices):
            yield tuple(window[index] for index in range(len(choices)))


def _free(found: Found, window: dict[int, Found]) -> bool:
    return all(_apart((found, other)) for other in window.values())


def _worth(watch: Watch, found: Found, pivot: Found) -> tuple[float, int]:
    distance = max(found.start, pivot.start) - min(found.end, pivot.end)
    return _strength(watch, found) * proximity(distance, watch.near), -distance


def _scored(watch: Watch, window: tuple[Found, ...]) -> _Candidate:
    strength = prod(_strength(watch, found) for found in window) ** (1 / len(window))
    distance = max(found.start for found in window) - min(found.end for found in window)
    reasons = [Reason("evidence", strength, "")]
    if len(window) > 1:
        reasons.append(Reason("proximity", proximity(distance, watch.near), f"{max(distance, 0)} words apart"))
    evidence = tuple(zip((concept.name for concept in watch.all), window, strict=True))
    return _Candidate(prod(reason.factor for reason in reasons), "all", evidence, tuple(reasons))


def _apart(window: tuple[Found, ...]) -> bool:
    """One piece of text is evidence for one concept only: "Pakistan Stream" alone does not also say "Pakistan"."""
    ordered = sorted(window, key=lambda found: found.start)
    return all(one.end < other.start for one, other in pairwise(ordered))


def proximity(distance: int, near: int) -> float:
    """1 up to 12 tokens, then falling evenly to 0.6 at ``near``; beyond it the concepts hardly belong together."""
    if distance <= min(_CLOSE, near):
        return 1.0
    if distance <= near:
        return 1.0 - (1.0 - _FAR_FACTOR) * (distance - _CLOSE) / (near - _CLOSE)
    return _BEYOND_FACTOR


def _with_context(watch: Watch, scan: Scan, masked: set[int], candidate: _Candidate) -> _Candidate:
    if not watch.context or not watch.context_weight:
        return candidate
    for pattern in watch.context:
        found = _unmasked(pattern, scan, masked)
        if found:
            words = scan.hit(found[0], "context").text
            return candidate._replace(reasons=(*candidate.reasons, Reason("context", 1.0, f'context "{words}"')))
    factor = 1.0 - watch.context_weight
    reason = Reason("context", factor, "no context word")
    return candidate._replace(score=candidate.score * factor, reasons=(*candidate.reasons, reason))
