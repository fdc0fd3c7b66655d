"""The core types of a poll: what a server answers, what its document holds, and what a poll changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NewType

from monitor.model.alerts import Alert, Outcome
from monitor.model.feeds import Feed, FeedId, FeedState, Validators
from monitor.model.matches import Aside, Band, Match
from monitor.model.reasons import Because

ItemKey = NewType("ItemKey", str)
"""What an item is known by inside its feed; see ``feeds/identity.py``."""


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
    moved_to: str = ""
    """The address to which permanent redirects alone (301, 308) led; empty where none, or another kind, was on the
    way.
    """


@dataclass(frozen=True, slots=True)
class NotModified:
    """A 304. ``validators`` holds only what the answer itself carried; ``moved_to``: see ``Fetched``."""

    validators: Validators
    fresh_for: float = 0.0
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """No usable answer. ``kind`` is a short stable word (dns, timeout, http, gone, tls, too-large, ...), ``detail`` a
    sentence; ``status`` is that of the answer, 0 when there was none.
    """

    kind: str
    detail: str
    retry_after: float = 0.0
    status: int = 0
    host: str = ""
    """Who answered, where that was not the feed's own host but one that it redirects to."""


FetchResult = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed document: clean text, no markup, no control characters.

    ``link`` leads to the story; ``written_link`` is what the feed says, where that is the address of a redirector.
    ``source`` is the outlet that the entry names, ``source_host`` where that is; ``language`` is the entry's own word,
    ``und`` where it says that it is not known.
    ``asides``: what its markup shows to be other stories.
    """

    guid: str
    link: str
    title: str
    summary: str
    body: str
    published: float | None
    day: str = ""
    """The day of its date (``2026-11-22``) where that names no instant; of the publisher's own calendar."""
    written_link: str = ""
    source: str = ""
    source_host: str = ""
    language: str = ""
    asides: tuple[Aside, ...] = ()
    borders: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    """Where blocks begin near the ends of its texts: the field, and the place."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed document that could be read. ``complete`` is False when its end is missing (a cut connection)."""

    title: str
    language: str
    entries: tuple[Entry, ...]
    complete: bool = True
    home: str = ""
    """The web page that it belongs to."""
    ttl: float = 0.0
    """Seconds that it asks to be left alone after each poll (RSS 2.0 ttl); 0 when it does not."""
    skip_hours: tuple[int, ...] = ()
    """Hours of the day, UTC, in which it asks not to be polled (RSS 2.0 skipHours), 0 to 23."""
    skip_days: tuple[int, ...] = ()
    """Days of the week, UTC, in which it asks not to be polled (RSS 2.0 skipDays); Monday is 0."""
    cut: int = 0
    """How many entries were left out because there are too many."""
    lost: int = 0
    """How many entries were left out because they cannot be read."""


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
    text_key: str = ""
    """What its text is compared by: an item whose text key has changed was edited."""
    day: str = ""
    """As in ``Entry``. Shown, and never stored by itself: it decides nothing."""
    source: str = ""
    """The outlet that it comes from, where it says so: a feed may collect those of many."""
    asides: tuple[Aside, ...] = ()
    """What of its texts is none of the story, and does not count."""

    @property
    def outlet(self) -> str:
        """Who reports it: the outlet that it names, else its feed."""
        return self.source or self.feed_name


# --- what a poll writes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """A match, what becomes of it, and how it would be told; without an alert it never is. ``aside``: why it is worth
    no more than the digest, whatever its score. ``perhaps_told``: it may have been told before.
    """

    match: Match
    outcome: Outcome
    alert: Alert | None = None
    aside: Because | None = None
    perhaps_told: bool = False


@dataclass(frozen=True, slots=True)
class MatchedItem:
    """A new item, every name that it may come back under, and its matches."""

    item: Item
    keys: tuple[ItemKey, ...]
    matches: tuple[Matched, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept back since a backup was restored. Some matches are worth an alert, others stand in a digest."""

    matches: int = 0
    notices: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.matches + self.notices


@dataclass(frozen=True, slots=True)
class Lost:
    """The time that the database knows nothing of, because it is older than it was: ``since`` and ``until`` when it was
    last used, before and after; ``at``: when that was noticed.
    """

    since: float
    until: float
    at: float


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered under an item's name: the row of the item (None when it is gone), what it says, when it was
    first seen, and how often its text has changed.
    """

    item: int | None = None
    text: str = ""
    edits: int = 0
    title: str = ""
    link: str = ""
    published: float | None = None
    seen: float = 0.0


@dataclass(frozen=True, slots=True)
class Edited:
    """A known item whose text has changed: the new one, and all that it matches now."""

    row: int
    item: Item
    matches: tuple[Matched, ...] = ()


@dataclass(frozen=True, slots=True)
class IngestPlan:
    """All that one poll changes, decided before anything is written, and written in one transaction.

    ``renamed``: further names of items that are known, by their rows; ``host_rest``: until when a host asks to be left
    alone. ``polled`` is the feed as it was when the poll began: what the user changes meanwhile stays.
    """

    feed: FeedId
    state: FeedState
    items: tuple[MatchedItem, ...] = ()
    edited: tuple[Edited, ...] = ()
    renamed: tuple[tuple[ItemKey, int | None], ...] = ()
    host_rest: tuple[str, float] | None = None
    polled: Feed | None = None

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What is worth an alert, as far as a poll by itself can tell; the desk has the last word."""
        groups = [*(one.matches for one in self.items), *(one.matches for one in self.edited)]
        found = (matched for matches in groups for matched in matches)
        return tuple(one.alert for one in found if one.alert and one.match.band is Band.ALERT)


@dataclass(frozen=True, slots=True)
class PollReport:
    """What came of one poll, for the log, the command line and the tests. ``alerts``: matches that are worth one, as
    far as a poll can tell; ``waiting``: matches that the desk has to decide about; ``edited``: known items whose text
    had changed.
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
    edited: int = 0

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
