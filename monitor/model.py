"""The core types: what travels from room to room. Frozen, without behaviour beyond small pure properties.

All times are unix seconds, UTC. Field names follow the field: feed, item, guid, validator, watchlist, hit, match,
alert, delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from monitor.matches import Band as Band
from monitor.matches import Hit as Hit
from monitor.matches import Match as Match
from monitor.matches import NearMiss as NearMiss
from monitor.matches import Reason as Reason
from monitor.matches import Rule as Rule
from monitor.matches import WatchId as WatchId
from monitor.messages import Alert as Alert
from monitor.messages import AlertId as AlertId
from monitor.messages import AlertKind as AlertKind
from monitor.messages import AttemptOutcome as AttemptOutcome
from monitor.messages import Copy as Copy
from monitor.messages import Delivery as Delivery
from monitor.messages import DeliveryState as DeliveryState
from monitor.messages import Message as Message
from monitor.messages import MessageKind as MessageKind
from monitor.messages import OpenDelivery as OpenDelivery
from monitor.messages import Outcome as Outcome
from monitor.messages import Partly as Partly
from monitor.messages import Report as Report
from monitor.messages import SendFailed as SendFailed
from monitor.messages import SendResult as SendResult
from monitor.messages import Sent as Sent
from monitor.messages import Story as Story

FeedId = NewType("FeedId", int)
ItemKey = NewType("ItemKey", str)
"""What an item is known by inside its feed; see ``feeds/identity.py``."""


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


# --- what a poll writes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """A match, what becomes of it, and how it would be told; without an alert it never is."""

    match: Match
    outcome: Outcome
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class MatchedItem:
    """A new item, every name that it may come back under, and its matches."""

    item: Item
    keys: tuple[ItemKey, ...]
    matches: tuple[Matched, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """All that one poll changes, decided before anything is written, and written in one transaction."""

    feed: FeedId
    state: FeedState
    items: tuple[MatchedItem, ...] = ()

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What is worth an alert, as far as a poll by itself can tell; the desk has the last word."""
        found = (matched for item in self.items for matched in item.matches)
        return tuple(one.alert for one in found if one.alert and one.match.band is Band.ALERT)


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one poll, for the log, the command line and the tests. ``alerts``: matches that are worth one, as
    far as a poll can tell; ``waiting``: matches that the desk has to decide about.
    """

    feed: Feed
    result: str
    detail: str = ""
    seen: int = 0
    new: int = 0
    matched: int = 0
    alerts: int = 0
    waiting: int = 0
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
