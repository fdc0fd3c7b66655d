"""The core types of telling: alerts, stories, messages, and what became of them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NewType

from monitor.model.matches import Hit
from monitor.model.reasons import Because

AlertId = NewType("AlertId", str)


class Outcome(enum.StrEnum):
    """What became of a match. Stored beside it, so that "why was I (not) told?" has an answer.

    Waiting: the desk has not seen it yet. Untold: there is no channel, route or digest that could tell it. Joined: one
    more report of a story that was told. Held: by the flood fuse. Archived: its watchlist is closed. Quarantined: its
    feed may be somebody else's. Restored: it may have been told before the database became older than it was.
    """

    WAITING = "waiting"
    ALERTED = "alerted"
    DIGEST = "digest"
    UNTOLD = "untold"
    BASELINE = "baseline"
    JOINED = "joined"
    SNOOZED = "snoozed"
    MUTED = "muted"
    HELD = "held"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    RESTORED = "restored"


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
    band: str = ""
    day: str = ""
    """The day on which it was published, where only that is known."""
    feed: str = ""
    """The feed that it came by, where that is another name than that of the source."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One more report of a story, in another feed or under another name."""

    source: str
    headline: str
    link: str
    published: float | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story as it is told: the alert for its first report, and who else has it. ``remark`` says why it stands where
    it stands (in a digest: that a limit was reached, say).
    """

    alert: Alert
    copies: tuple[Copy, ...] = ()
    remark: str = ""


class MessageKind(enum.StrEnum):
    """Alert: stories of one watchlist. Digest: all that was not worth an interruption. Notice, test: as for alerts."""

    ALERT = "alert"
    DIGEST = "digest"
    NOTICE = "notice"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel is handed at once, whole and unchanging: a retry says the same again, under the same ``id``."""

    id: str
    kind: MessageKind
    created: float
    stories: tuple[Story, ...]
    watch: str = ""
    watch_title: str = ""
    late: str = ""
    """For a digest that could not be sent when it was due: how late it is, in words."""
    urgent: bool = False
    """Whether it may wake people."""

    @property
    def title(self) -> str:
        """One line for the whole."""
        if self.kind is MessageKind.DIGEST:
            return f"Digest: {_count(len(self.stories))}"
        first = self.stories[0].alert.headline
        return first if len(self.stories) == 1 else f"{_count(len(self.stories))}: {first}"


def _count(stories: int) -> str:
    return "1 story" if stories == 1 else f"{stories:,} stories" if stories else "nothing new"


class DeliveryState(enum.StrEnum):
    """Pending until the channel has taken it; dead when it never will; dropped by the user."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Partly:
    """How far an alert has come that not all recipients of a channel could get at once."""

    owed: tuple[str, ...]
    """Recipients to try again; the others have it, or never will."""
    refused: tuple[str, ...] = ()
    """Who was refused for good, each with the reason."""
    taken: bool = False
    """True when somebody has it."""
    never: tuple[str, ...] = ()
    """The addresses of those who were refused."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One message on one channel, due to be sent. ``attempts`` counts those before this one; ``partly`` is what they
    achieved.
    """

    id: int
    channel: str
    message: Message
    attempts: int
    partly: Partly | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took the alert. ``receipt`` is its own word for it (an SMTP reply, say)."""

    receipt: str = ""
    partly: Partly | None = None
    """Set where some of the channel's recipients never get it."""
    takers: tuple[str, ...] = ()
    """The addresses that were asked now and took it, where a channel has several."""


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
    needs_user: bool = False
    """True when only the user can mend it (a wrong password, say): he is told at once, on the other channels."""
    retry_after: float = 0.0
    """Seconds that the other side asks to be left alone for (``Retry-After``, say)."""


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


@dataclass(frozen=True, slots=True)
class Report:
    """A match as the desk sees it: one report of something, in one feed, for one watchlist."""

    match: int
    watch: str
    watch_title: str
    alerting: bool
    """Whether its score is worth an alert, and not only the digest."""
    alert: str
    """How it would be told."""
    feed: int
    source: str
    title: str
    link: str
    text: str
    seen: float
    story: str = ""
    aside: Because | None = None
    """Why it is worth no more than the digest, whatever its score."""
    outlet: str = ""
    """Who reports it: ``source`` is the feed, which may collect what others do."""
    perhaps_told: bool = False
    """Whether it may have been told before the database became older than it was."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert that is to be told on a channel, and is part of no message yet."""

    id: int
    alert: Alert
    created: float
    urgent: bool
    reason: Because | None
    story: str
