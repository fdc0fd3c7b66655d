"""Why an item belongs to a watch, or why not: what was found, what is missing, and what stood in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from monitor.matching.evaluate import Evidence, evaluate, in_life, judge
from monitor.matching.index import Index, Plan
from monitor.matching.lexicon import Refusal
from monitor.matching.scan import Scan
from monitor.matching.terms.rules import Watch, is_in
from monitor.model import Aside, Band, Factor, Hit, Match, NearMiss, Part
from monitor.text.languages import spoken

if TYPE_CHECKING:
    from monitor.matching.scan import Texts

_NAMES_SHOWN = 4

Refusals = Mapping[str, Sequence[Refusal]]
"""For each token the watch words that it is near to without standing for them."""


@dataclass(frozen=True)
class Missing:
    """A concept without evidence: the names it goes by, and the words that came near."""

    concept: str
    names: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]


@dataclass(frozen=True)
class Verdict:
    """The whole answer for one watch and one item. ``match`` is None where there is none."""

    watch: str
    match: Match | None
    score: float
    digest: float
    alert: float
    found: tuple[Hit, ...]
    missing: tuple[Missing, ...]
    veto: Hit | None
    masked: tuple[str, ...]
    refused: str
    """Why the watch does not look at the item at all: its feed, language or day."""
    has_any: bool
    remarks: tuple[str, ...]
    reasons: tuple[Factor, ...] = ()
    out_of_season: bool = False
    """Whether it is refused because of the day."""
    """The factors of the score."""
    beside: tuple[tuple[Part, Hit], ...] = ()
    """What it asks for and what stands beside the story, each with what it stands in."""

    @property
    def lines(self) -> list[str]:
        """The answer in a few plain sentences."""
        if self.match:
            what = "an alert for" if self.match.band is Band.ALERT else "for the digest of"
            lines = [f"It is {what} this watchlist: {self.match.why}."]
            if self.match.band is Band.DIGEST and self.score < self.alert:
                lines.append(f"An alert takes {self.alert:.2f}.")
            return [*lines, *beside_lines(self.beside)]
        if self.refused:
            return [self.refused]
        if self.veto:
            return [f'It holds "{self.veto.text}" ({self.veto.alias}, {self.veto.field}), and that rules it out.']
        found = [f'"{hit.text}" ({hit.field})' for hit in self.found]
        lines = [f"Found: {', '.join(found) or 'nothing that it asks for'}."]
        lines += [f"Missing: {_names(one.names)}.{_nearest(one.near_misses)}" for one in self.missing]
        if self.masked:
            covered = ", ".join(f'"{text}"' for text in self.masked)
            lines.append(f"Not counted, because an exception covers it: {covered}.")
        lines += beside_lines(self.beside)
        if self.score:
            reasons = "; ".join(self.remarks)
            lines.append(f"The score is {self.score:.2f}, and the digest takes {self.digest:.2f}: {reasons}.")
            return lines
        if self.has_any and any(one.concept != "any" for one in self.missing):
            lines.append("It is not called by its own name either.")
        if len(self.missing) + len(self.found) > 1:
            what = "all of them" if self.missing else "different words for each of them"
            lines.append(f"The watchlist asks for {what}, so there was no match.")
        return lines


def language_of(item: Texts) -> str:
    """The language of ``item`` as far as it is known: what is declared and cannot be true counts for nothing."""
    return spoken(item.title, item.language, item.summary) if item.language else ""


def refused_by(watch: Watch, item: Texts) -> str:
    """Why ``watch`` does not look at ``item``, whatever it says; empty where it does. What is not known of an item
    refuses nothing.
    """
    source = item.feed_name.casefold()
    if watch.sources and source and source not in watch.sources:
        return f'The watchlist looks only at the sources that it names, and "{item.feed_name}" is none of them.'
    if source and source in watch.not_sources:
        return f'The watchlist leaves out the source "{item.feed_name}".'
    language = language_of(item) if watch.languages else ""
    if language and not any(is_in(language, wanted) for wanted in watch.languages):
        return f"The watchlist looks only at items in {', '.join(sorted(watch.languages))}; this is in {language}."
    return ""


def near_misses(plan: Plan, scan: Scan, refusals: Refusals, index: Index) -> tuple[NearMiss, ...]:
    """The words of the item that came near to a name the watch asks for, and were refused."""
    return _near_misses((*plan.any, *(number for concept in plan.all for number in concept)), scan, refusals, index)


def _near_misses(patterns: Iterable[int], scan: Scan, refusals: Refusals, index: Index) -> tuple[NearMiss, ...]:
    raw_tokens = scan.all_tokens()
    near = [pair for pair in zip(raw_tokens, map(refusals.__getitem__, raw_tokens), strict=True) if pair[1]]
    refused = [(raw, refusal) for raw, found in near for refusal in found]
    if not refused:
        return ()
    terms: dict[int, str] = {}
    for number in patterns:
        compiled = index.patterns[number]
        for word in compiled.words:
            terms.setdefault(word, compiled.pattern.text)
    found: dict[tuple[str, str], NearMiss] = {}
    for raw, refusal in refused:
        # What is one of the watch's names need not be another.
        wanted = refusal.word in terms and refusal.word not in scan.words
        if wanted and terms.keys().isdisjoint(scan.accepted(raw)):
            miss = NearMiss(raw, terms[refusal.word], refusal.why)
            found.setdefault((raw, miss.term), miss)
    return tuple(found.values())


def verdict(plan: Plan, scan: Scan, item: Texts, refusals: Refusals, index: Index, day: date | None = None) -> Verdict:
    """The whole answer for ``plan`` and the scanned ``item``."""
    watch = plan.watch
    refused = refused_by(watch, item)
    language = language_of(item)
    judged = judge(plan, scan, language, day)
    match = None if refused else evaluate(plan, scan, language, day)
    out_of_season = bool(not refused and not match and day and judged.best.score >= judged.digest)
    if day and out_of_season:
        refused = _out_of_season(watch, day)
    found, missing = _concepts(plan, judged.evidence, refusals, index)
    veto, hidden = judged.evidence.veto, judged.evidence.hidden
    return Verdict(
        watch=watch.id,
        match=match,
        score=round(judged.best.score, 4),
        digest=judged.digest,
        alert=watch.alert,
        found=found,
        missing=missing,
        veto=scan.hit(veto, "none") if veto else None,
        masked=tuple(dict.fromkeys(scan.text(one)[0] for one in hidden)),
        refused=refused,
        out_of_season=out_of_season,
        has_any=bool(watch.any),
        remarks=tuple(f"{reason.words or reason.name} x {reason.factor:.2f}" for reason in judged.best.reasons),
        reasons=judged.best.reasons,
    )


def _out_of_season(watch: Watch, day: date) -> str:
    assert in_life(watch.life, Band.ALERT, day) is None
    if watch.life.start and day < watch.life.start:
        return f"The watchlist is active from {watch.life.start} on; {day} is before that."
    return f"The watchlist was active until {watch.life.until}, and is silent after it."


def beside_lines(beside: Iterable[tuple[Part, Hit]]) -> list[str]:
    """What is not counted because it is none of the story, in a sentence each."""
    return list(dict.fromkeys(f'Not counted: "{hit.text}" ({hit.field}) {BESIDE[part]}.' for part, hit in beside))


BESIDE = {
    Part.OUTLET: "is the name of the outlet",
    Part.FOOTER: "stands in a footer",
    Part.REFRAIN: "stands in what this feed repeats in many of its items",
    Part.RELATED: "stands in a list of other stories",
}
"""Why a word beside a story does not count."""


def beside(plan: Plan, scan: Scan, asides: Sequence[Aside]) -> tuple[tuple[Part, Hit], ...]:
    """What ``plan`` asks for and ``scan``, of the whole texts, finds in ``asides`` only."""
    found = []
    for number in dict.fromkeys((*plan.any, *(number for concept in plan.all for number in concept))):
        for hit in (scan.hit(place, "") for place in scan.find(number)):
            part = next((one.part for one in asides if one.field == hit.field and _overlap(one, hit)), None)
            if part:
                found.append((part, hit))
    return tuple(found)


def _overlap(one: Aside, hit: Hit) -> bool:
    return one.start < hit.end and hit.start < one.end


def _concepts(
    plan: Plan, evidence: Evidence, refusals: Refusals, index: Index
) -> tuple[tuple[Hit, ...], tuple[Missing, ...]]:
    scan = evidence.scan
    hits, missing = [], []
    wanted = [(concept.name, numbers) for concept, numbers in zip(plan.watch.all, plan.all, strict=True)]
    for name, numbers in wanted or [("any", plan.any)]:
        places = evidence.of(numbers)
        if places:
            hits.append(scan.hit(max(places, key=lambda one: (one.quality, one.end - one.start)), name))
        else:
            names = tuple(dict.fromkeys(index.patterns[number].pattern.text for number in numbers))
            missing.append(Missing(name, names, _near_misses(numbers, scan, refusals, index)))
    return tuple(hits), tuple(missing)


def _names(names: tuple[str, ...]) -> str:
    # Scripts that run from right to left come last: they would turn round what stands between them on a terminal.
    ordered = sorted((f'"{name}"' for name in names), key=lambda name: max(name) >= "\u0590")
    more = len(ordered) - _NAMES_SHOWN
    shown = ", ".join(ordered[:_NAMES_SHOWN])
    return (f"any of {shown}" if len(ordered) > 1 else shown) + (f" and {more} more names" if more > 0 else "")


def _nearest(misses: tuple[NearMiss, ...]) -> str:
    if not misses:
        return ""
    return " " + " ".join(f'"{miss.text}" is near to "{miss.term}", but refused: {miss.why}.' for miss in misses[:2])
