"""Why something was decided: a code, and what belongs to it. Stored as JSON; rendered to words by ``alerts/wording.py``
alone, so that wording can change, and no sentence is ever read to decide something.

To add one: a class here, with its code; its words there. A code that has been released keeps its meaning.
"""

from __future__ import annotations

import enum
import json
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Because:
    """Base of all reasons."""

    code: ClassVar[str] = ""


# --- what becomes of a match -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FirstReport(Because):
    """It is the first report of its story."""

    code: ClassVar[str] = "first-report"


@dataclass(frozen=True, slots=True)
class FirstSureReport(Because):
    """It is the first report of its story whose score is worth an alert."""

    code: ClassVar[str] = "first-sure-report"


@dataclass(frozen=True, slots=True)
class EnoughSources(Because):
    """Its story stands in as many feeds as the watchlist wants."""

    found: int
    code: ClassVar[str] = "enough-sources"


@dataclass(frozen=True, slots=True)
class MoreSources(Because):
    """Its story stands in fewer feeds than the watchlist wants."""

    wanted: int
    code: ClassVar[str] = "more-sources"


class Alike(enum.StrEnum):
    """By what two reports are one story."""

    LINK = "link"
    TITLE = "title"
    TITLES = "titles"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class SameStory(Because):
    """It is one more report of a story that ``source`` had before. ``share``: how alike titles or texts are, 0 to 1."""

    by: Alike
    share: float
    source: str
    code: ClassVar[str] = "same-story"


@dataclass(frozen=True, slots=True)
class LowScore(Because):
    """Its score is worth a line in the digest, not an alert."""

    code: ClassVar[str] = "low-score"


@dataclass(frozen=True, slots=True)
class OldDate(Because):
    """It is dated long before it was first seen. ``day``: as 2024-10-22, UTC."""

    day: str
    code: ClassVar[str] = "old-date"


@dataclass(frozen=True, slots=True)
class QuietWatchlist(Because):
    """Its watchlist is for the digest only."""

    code: ClassVar[str] = "quiet-watchlist"


@dataclass(frozen=True, slots=True)
class ClosedWatchlist(Because):
    """Its watchlist tells nobody any more."""

    status: str
    code: ClassVar[str] = "closed-watchlist"


@dataclass(frozen=True, slots=True)
class QuarantinedFeed(Because):
    """Somebody else may publish in its feed now."""

    feed: str
    code: ClassVar[str] = "quarantined-feed"


@dataclass(frozen=True, slots=True)
class MutedStory(Because):
    """The user has muted its story. ``until`` in unix seconds."""

    until: float
    code: ClassVar[str] = "muted-story"


@dataclass(frozen=True, slots=True)
class SnoozedWatchlist(Because):
    """The user has snoozed its watchlist. ``until`` in unix seconds."""

    until: float
    code: ClassVar[str] = "snoozed-watchlist"


@dataclass(frozen=True, slots=True)
class Flood(Because):
    """Its watchlist, or its ``feed`` where that is named, alerts more than ``most`` times within an hour."""

    most: int
    feed: str = ""
    code: ClassVar[str] = "flood"


@dataclass(frozen=True, slots=True)
class PerhapsTold(Because):
    """It may have been told before the database became older than it was."""

    code: ClassVar[str] = "perhaps-told"


@dataclass(frozen=True, slots=True)
class Released(Because):
    """The user let it be told after all. Of what was held as a flood: it is no part of another one."""

    code: ClassVar[str] = "released"


@dataclass(frozen=True, slots=True)
class Unroutable(Because):
    """Nothing could tell it: ``gap`` is a value of ``Untold``. ``but``: why it was no alert, in the first place."""

    gap: str
    but: Because | None = None
    code: ClassVar[str] = "unroutable"


@dataclass(frozen=True, slots=True)
class FoundUntold(Because):
    """It was found while it could be told to nobody. ``counted``: a notice said only how much of it there is."""

    counted: bool = False
    code: ClassVar[str] = "found-untold"


# --- why something waits, or is told in another way ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuietHours(Because):
    """Its channel has quiet hours. ``until``: as a clock shows it."""

    until: str
    code: ClassVar[str] = "quiet-hours"


@dataclass(frozen=True, slots=True)
class WaitsForMore(Because):
    """What belongs to it may still come. ``until``: as a clock shows it."""

    until: str
    code: ClassVar[str] = "waits-for-more"


@dataclass(frozen=True, slots=True)
class LimitReached(Because):
    """Its watchlist has had ``limit`` alerts on the channel within an hour."""

    limit: int
    code: ClassVar[str] = "limit-reached"


@dataclass(frozen=True, slots=True)
class MutedMeanwhile(Because):
    """The user muted its story before it was told."""

    code: ClassVar[str] = "muted-meanwhile"


@dataclass(frozen=True, slots=True)
class SnoozedMeanwhile(Because):
    """The user snoozed its watchlist before it was told."""

    code: ClassVar[str] = "snoozed-meanwhile"


@dataclass(frozen=True, slots=True)
class PerhapsSent(Because):
    """It may have been sent before the database became older than it was."""

    code: ClassVar[str] = "perhaps-sent"


# --- when a feed is asked next ---------------------------------------------------------------------------------------


class DueBy(enum.StrEnum):
    """What decided when a feed is asked next."""

    INTERVAL = "interval"
    MAX_INTERVAL = "max-interval"
    RHYTHM = "rhythm"
    LEARNING = "learning"
    MISSED = "missed"
    MAX_AGE = "max-age"
    TTL = "ttl"
    SKIPPED = "skipped"
    RETRY_AFTER = "retry-after"
    FAILED = "failed"


ASKED_FOR = frozenset((DueBy.MAX_AGE, DueBy.TTL, DueBy.SKIPPED, DueBy.RETRY_AFTER))
"""What its server or its document asks for: a shorter interval of the user's does not go before that."""


# --- of earlier releases ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noted(Because):
    """A sentence that an earlier release has stored, and that has no code."""

    words: str
    code: ClassVar[str] = "noted"


_CLASSES: dict[str, type[Because]] = {
    one.code: one
    for one in (
        *(FirstReport, FirstSureReport, EnoughSources, MoreSources, SameStory, LowScore, OldDate, QuietWatchlist),
        *(ClosedWatchlist, QuarantinedFeed, MutedStory, SnoozedWatchlist, Flood, PerhapsTold, Released, Unroutable),
        *(FoundUntold, QuietHours, WaitsForMore, LimitReached, MutedMeanwhile, SnoozedMeanwhile, PerhapsSent, Noted),
    )
}
CODES = tuple(_CLASSES)


def to_json(reason: Because | None) -> str:
    """A reason as it is stored; the empty string for none."""
    return "" if reason is None else json.dumps(_values(reason), ensure_ascii=False)


def from_json(text: str) -> Because | None:
    """A stored reason. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    return _reason(json.loads(text)) if text else None


_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,), "bool": (bool,)}


def _values(reason: Because) -> dict[str, Any]:
    values = asdict(reason)
    if isinstance(reason, Unroutable):
        values["but"] = _values(reason.but) if reason.but else None
    return {"code": reason.code, **values}


def _reason(values: dict[str, Any]) -> Because:
    fields = dict(values)
    kind = _CLASSES[fields.pop("code")]
    if kind is SameStory:
        fields["by"] = Alike(fields["by"])
    if kind is Unroutable and fields["but"]:
        fields["but"] = _reason(fields["but"])
    found = kind(**fields)
    for one in dataclass_fields(kind):
        if not isinstance(getattr(found, one.name), _TYPES.get(str(one.type), object)):
            raise TypeError(f"{kind.code}: {one.name}")
    return found
