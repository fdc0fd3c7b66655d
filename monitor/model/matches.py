"""The core types of matching: a watchlist that an item belongs to, with the whole reason why."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, NewType

WatchId = NewType("WatchId", str)


class Band(enum.StrEnum):
    """How sure a match is: worth an alert, or only worth a line in a digest."""

    ALERT = "alert"
    DIGEST = "digest"


class Part(enum.StrEnum):
    """What stands in an item's texts beside the story."""

    OUTLET = "outlet"
    FOOTER = "footer"
    REFRAIN = "refrain"
    RELATED = "related"


class Aside(NamedTuple):
    """A piece of ``field`` that is none of the story and does not count: where it stands, and what it is."""

    field: str
    start: int
    end: int
    part: Part


class Rule(enum.StrEnum):
    """How a piece of text met a term."""

    EXACT = "exact"
    FORM = "form"
    PREFIX = "prefix"
    FUZZY = "fuzzy"
    ACRONYM = "acronym"
    JOINED = "joined"
    TRANSLITERATION = "transliteration"
    CONSONANTS = "consonants"


@dataclass(frozen=True, slots=True)
class Hit:
    """A term of a watchlist, found. ``start`` and ``end`` are offsets in the original text of ``field``."""

    concept: str
    alias: str
    text: str
    field: str
    start: int
    end: int
    rule: Rule
    quality: float
    strength: float = 0.0
    """What it is worth as evidence: quality x weight of the term x weight of the field."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One named factor of a score; a match's score is the product of its reasons' factors."""

    name: str
    factor: float
    words: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A word that looked like one of a watchlist's, and the guard that refused it."""

    text: str
    term: str
    why: str


@dataclass(frozen=True, slots=True)
class Match:
    """A watchlist that an item belongs to, with the whole reason why."""

    watch: WatchId
    version: str
    title: str
    score: float
    band: Band
    threshold: float
    via: str
    hits: tuple[Hit, ...]
    reasons: tuple[Factor, ...]
    distance: int | None = None
    """How many words apart the evidence stands; None where it is one piece."""
    context: tuple[str, ...] = ()
    """The supporting words that were found."""
    masked: tuple[str, ...] = ()
    """Pieces of the text that did not count, because an exception covers them."""
    near_misses: tuple[NearMiss, ...] = ()

    @property
    def why(self) -> str:
        """One plain sentence: ``0.99 = Пакистана (Пакистан, form, title) + БРИКС (acronym, title), 2 words apart``."""
        found = " + ".join(
            f"{hit.text} ({'' if hit.text == hit.alias else hit.alias + ', '}{hit.rule}, {hit.field})"
            for hit in self.hits
        )
        notes = "".join(f", {reason.words}" for reason in self.reasons if reason.words)
        return f"{self.score:.2f} = {found}{notes}"

    @property
    def explanation(self) -> dict[str, Any]:
        """The whole reason why, as it is stored and given out as JSON."""
        return {
            "watch": self.watch,
            "score": self.score,
            "band": self.band,
            "via": self.via,
            "threshold": self.threshold,
            "concepts": [
                {
                    "concept": hit.concept,
                    "text": hit.text,
                    "field": hit.field,
                    "span": [hit.start, hit.end],
                    "rule": hit.rule,
                    "alias": hit.alias,
                    "quality": round(hit.quality, 4),
                    "e": round(hit.strength, 4),
                }
                for hit in self.hits
            ],
            "proximity": next(
                ({"span": self.distance, "P": round(r.factor, 4)} for r in self.reasons if r.name == "proximity"), None
            ),
            "context": list(self.context),
            "vetoes": [],  # a match has none: a veto leaves no match
            "masked": list(self.masked),
            "near_misses": [asdict(miss) for miss in self.near_misses],
            "reasons": [asdict(reason) for reason in self.reasons],
        }
