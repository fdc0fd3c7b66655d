"""The core types: what travels from room to room. Frozen, without behaviour beyond small pure properties.

All times are unix seconds, UTC. Field names follow the field: feed, item, guid, validator, watchlist, hit, match,
alert, delivery.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NewType

from monitor.matches import Band as Band
from monitor.matches import Hit as Hit
from monitor.matches import Match as Match
from monitor.matches import NearMiss as NearMiss
from monitor.matches import Reason as Reason
from monitor.matches import Rule as Rule
from monitor.matches import WatchId as WatchId

FeedId = NewType("FeedId", int)
ItemKey = NewType("ItemKey", str)
"""What an item is known by inside its feed; see ``feeds/identity.py``."""
AlertId = NewType("AlertId", str)


# --- feeds -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as the user wrote it in ``config.toml``."""

    url: str
    name: str
    interval: float
    language: str = ""
    allow_private: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave us to ask "changed since?": echoed byte for byte (RFC 9110 section 13.1)."""

    etag: str = ""
    last_modified: str = ""


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


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to poll: what the user wrote and what the daemon learnt."""

    id: FeedId
    spec: FeedSpec
    state: FeedState


# --- one poll --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fetched:
    """A 2xx answer with a body, within all limits."""

    url: str
    """Where the body came from in the end, after redirects."""
    status: int
    body: bytes
    content_type: str
    validators: Validators
    fresh_for: float = 0.0
    """Seconds that the server asks us to wait (Cache-Control: max-age); 0 when it does not."""
    redirected: bool = False


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304. ``validators`` holds only what the answer itself carried."""

    validators: Validators
    fresh_for: float = 0.0


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No usable answer. ``kind`` is a short stable word (dns, timeout, http, tls, too-large, ...), ``detail`` a
    sentence.
    """

    kind: str
    detail: str
    retry_after: float = 0.0


FetchResult = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed document: clean text, no markup, no control characters."""

    guid: str
    link: str
    title: str
    summary: str
    body: str
    published: float | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed document that could be read. ``complete`` is False when its end is missing (a cut connection)."""

    title: str
    language: str
    entries: tuple[Entry, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """Bytes that are not a feed, or that the parser could not survive."""

    kind: str
    detail: str


ParseResult = Parsed | ParseFailed


@dataclass(frozen=True, slots=True)
class Item:
    """An entry with its identity: what is stored, matched and alerted."""

    key: ItemKey
    feed_name: str
    guid: str
    link: str
    title: str
    summary: str
    published: float | None
    first_seen: float
    body: str = ""
    language: str = ""


# --- alerts ----------------------------------------------------------------------------------------------------------


class Outcome(enum.StrEnum):
    """What became of a match. Stored beside it, so that "why was I (not) told?" has an answer."""

    ALERTED = "alerted"
    DIGEST = "digest"
    BASELINE = "baseline"


class AlertKind(enum.StrEnum):
    """New: a matching item. Notice: the program speaks of itself. Test: asked for by the user."""

    NEW = "new"
    NOTICE = "notice"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell the user, whole: rendering it needs nothing else, so a retry says the same again."""

    id: AlertId
    kind: AlertKind
    created: float
    headline: str
    watch: str = ""
    watch_title: str = ""
    summary: str = ""
    source: str = ""
    link: str = ""
    published: float | None = None
    first_seen: float | None = None
    score: float | None = None
    why: str = ""
    hits: tuple[Hit, ...] = ()
    lines: tuple[str, ...] = ()
    """Further plain lines, for notices."""


class DeliveryState(enum.StrEnum):
    """Pending until the channel has taken it; dead when it never will."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Partly:
    """How far an alert has come that not all recipients of a channel could get at once."""

    owed: tuple[str, ...]
    """Recipients to try again; the others have it, or never will."""
    refused: tuple[str, ...] = ()
    """Who was refused for good, each with the reason."""
    taken: bool = False
    """True when somebody has it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on one channel, due to be sent. ``attempts`` counts those before this one; ``partly`` is what they
    achieved.
    """

    id: int
    channel: str
    alert: Alert
    attempts: int
    partly: Partly | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took the alert. ``receipt`` is its own word for it (an SMTP reply, say)."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class SendFailed:
    """The channel did not take the alert. ``permanent``: trying the same again cannot help."""

    detail: str
    permanent: bool = False
    ambiguous: bool = False
    """True when the other side may have taken it all the same (RFC 1047: silence after the final dot)."""
    unreachable: bool = False
    """True when it is the channel that fails, not this alert: others need not try for now."""
    partly: Partly | None = None
    """Set when the next try is for some of the recipients only."""


SendResult = Sent | SendFailed


@dataclass(frozen=True, slots=True)
class AttemptOutcome:
    """What an attempt at a delivery led to: the row's new state and, while pending, when to try again.

    ``rest`` in seconds: the whole channel is left alone for so long, because it is the channel that failed.
    """

    state: DeliveryState
    next_attempt: float
    detail: str
    ambiguous: bool = False
    rest: float = 0.0
    partly: Partly | None = None


# --- what a poll writes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatchedItem:
    """A new item, every name that it may come back under, its matches and what becomes of each."""

    item: Item
    keys: tuple[ItemKey, ...]
    matches: tuple[tuple[Match, Outcome], ...] = ()


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """All that one poll changes, decided before anything is written, and written in one transaction."""

    feed: FeedId
    state: FeedState
    items: tuple[MatchedItem, ...] = ()
    alerts: tuple[Alert, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one poll, for the log, the command line and the tests."""

    feed: Feed
    result: str
    detail: str = ""
    seen: int = 0
    new: int = 0
    matched: int = 0
    alerts: int = 0
    baseline: bool = False

    @property
    def ok(self) -> bool:
        """Whether the feed could be read (or had nothing new to say)."""
        return self.result in ("read", "unchanged")


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first reading of a feed: how much it held. ``alerted`` of the matches were told, as the user asked for it."""

    feed: FeedId
    name: str
    items: int
    matches: int
    alerted: int = 0
