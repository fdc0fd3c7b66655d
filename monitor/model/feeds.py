"""The core types of feeds: what the user wrote, what is learnt, how each is."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import NewType

from monitor.model.matches import WatchId
from monitor.model.reasons import DueBy

FeedId = NewType("FeedId", int)


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the user wrote it in ``config.toml``.

    ``interval`` (seconds) is the shortest pause between two polls, always; ``max_interval`` the longest that its rhythm
    may make of it (0: as ``interval``). ``host_wait``: whether it waits, too, when its host sends another feed away.
    """

    url: str = field(repr=False)  # it may hold a password
    name: str
    interval: float
    language: str = ""
    allow_private: bool = False
    tags: tuple[str, ...] = ()
    max_interval: float = 0.0
    host_wait: bool = True


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us to ask "changed since?": echoed byte for byte (RFC 9110 section 13.1)."""

    etag: str = ""
    last_modified: str = ""


class Health(enum.StrEnum):
    """How a feed is. Told to the user when it changes; see ``feeds/pace/health.py`` for what makes it change."""

    NEW = "new"
    HEALTHY = "healthy"
    FAILING = "failing"
    GONE = "gone"
    """Its server said that it is gone for good (410): not asked again until the user wants it."""
    SILENT = "silent"
    """It can be read, and has published nothing for far longer than it ever did."""
    GAP = "gap"
    """Lately two readings had no item in common: something may have come and gone between them."""
    QUARANTINED = "quarantined"
    """Title, items and the site they lead to changed all at once: somebody else may publish there now."""


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect (301, 308) that a feed's server has given: where to, since when, at how many polls."""

    target: str = ""
    since: float = 0.0
    polls: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed's document asks of its readers: see ``Parsed``. Kept, as a 304 does not repeat it. ``fresh_for``:
    what its server asked for with the last answer, for when the user shortens the interval.
    """

    ttl: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    fresh_for: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the daemon has learnt about a feed. ``baseline_at`` is None until the first poll that could be read."""

    validators: Validators = Validators()
    next_due: float = 0.0
    failures: int = 0
    last_polled: float | None = None
    last_success: float | None = None
    last_error: str = ""
    title: str = ""
    baseline_at: float | None = None
    health: Health = Health.NEW
    health_since: float | None = None
    why_due: DueBy | None = None
    """Why ``next_due`` is when it is."""
    rhythm: str = ""
    """Its rhythm as learnt, see ``feeds/pace/rhythm.py``."""
    last_new: float | None = None
    """When it last had something new; None before it had any item."""
    gap_at: float | None = None
    """When two readings last had no item in common."""
    site: str = ""
    """The site that most of its links lead to."""
    asked_url: str = ""
    """Where it is asked instead of at the address that the user wrote, since that has moved for good."""
    move: Move = Move()
    wishes: Wishes = Wishes()
    storms: int = 0
    """At how many readings in a row most items had new names, and were known by their titles."""
    storm_at: float | None = None
    """When that was last so."""
    readdressed: bool = False
    """Whether its address has changed since it was last read."""
    dated: int = 0
    """How much its dates are worth, 0 to 3: 3 when a new item lately bore a right one, one less for each reading in
    which all new ones were old. Only where it is not 0 is an old date believed.
    """


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to poll: what the user wrote and what the daemon learnt."""

    id: FeedId
    spec: FeedSpec
    state: FeedState

    @property
    def url(self) -> str:
        """Where it is asked."""
        return self.state.asked_url or self.spec.url


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed is, and what the user was last told of that: when the two differ, there is something to tell."""

    feed: FeedId
    name: str
    health: Health
    since: float | None
    told: Health
    told_at: float | None
    failures: int
    error: str
    last_success: float | None
    last_new: float | None
    gap_at: float | None
    gap_told_at: float | None
    rhythm: str
    asked_url: str
    told_url: str
    usual: str = ""
    """How often it publishes, in words."""
    held: int = 0
    """Matches that are held while it is quarantined."""
    same: str = ""
    """Another feed that is asked at the address to which this one has moved."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A watchlist for which nothing was found for longer than its user wants: ``since`` is when it last had a match, or
    began. ``readable`` of ``feeds`` were read lately, so that a broken connection is not taken for silence.
    """

    watch: WatchId
    title: str
    since: float
    readable: int
    feeds: int
