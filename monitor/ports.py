"""What the pipeline needs from the outside, as Protocols; the docstrings are the contract.

The pipeline sees the store, the network, the parser and the channels only through these. ``daemon/app.py`` alone knows
which classes stand behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from monitor.matching.scan import Texts
from monitor.model import (
    Alert,
    Aside,
    AttemptOutcome,
    Baseline,
    Dispatch,
    Feed,
    FeedId,
    Fetched,
    FetchResult,
    IngestPlan,
    ItemKey,
    Known,
    Match,
    Message,
    ParseResult,
    Partly,
    SendResult,
)

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

T = TypeVar("T")


class Fetcher(Protocol):
    """Asks a feed's server."""

    async def fetch(self, feed: Feed) -> FetchResult:
        """One conditional request. Failures are values; only cancellation raises."""


class Parser(Protocol):
    """Reads feed documents."""

    async def parse(self, fetched: Fetched) -> ParseResult:
        """The entries of one document, as clean text. Failures are values; bounded in time and memory."""


class Matcher(Protocol):
    """Finds the watchlists that an item belongs to. The engine is one."""

    def match(self, item: Texts, day: date | None = None) -> list[Match]:
        """Matches, surest first, as they count on ``day``. Pure."""


class PollStore(Protocol):
    """What a poll asks of the database."""

    async def recall(self, feed: FeedId, keys: Collection[ItemKey]) -> Mapping[ItemKey, Known]:
        """What is remembered under those of ``keys`` that the feed has had before, however long ago."""

    async def texts(self, rows: Collection[int]) -> Mapping[int, tuple[str, str, str, tuple[Aside, ...]]]:
        """Title, summary and body of stored items, and what of these does not count, by their rows."""

    async def lately(self, feed: FeedId) -> Sequence[tuple[str, str, str]]:
        """Title, summary and body of a feed's last items, newest first."""

    async def apply(self, plan: IngestPlan) -> int:
        """Write the plan, all or nothing, durably, before returning; the number of matches that now wait for the desk.

        Idempotent: items and matches that are there already stay as they are.
        """

    async def untold_since(self) -> tuple[float | None, int]:
        """The time of the oldest first reading not yet told of (None without one), and how many feeds still wait for
        theirs.
        """

    async def untold_baselines(self) -> list[Baseline]:
        """First readings not yet told of."""

    async def tell_baselines(
        self, baselines: Iterable[Baseline], notice: Alert | None, channels: Iterable[str]
    ) -> None:
        """Put the notice into the outbox and mark the readings as told, in one transaction."""


class Outbox(Protocol):
    """What delivery asks of the database."""

    async def at_desk(self, work: Callable[[DeskBook], T]) -> T:
        """Let ``work`` read and write what the desk decides about, in one transaction, durably."""

    async def due_dispatches(self, channel: str, now: float, limit: int) -> list[Dispatch]:
        """Pending messages whose time has come: urgent ones first, then the oldest."""

    async def begin_attempt(self, message: int, now: float) -> int | None:
        """Record durably that an attempt begins, before anything is sent; its number. None when it must not."""

    async def finish_attempt(self, message: int, attempt: int, outcome: AttemptOutcome, now: float) -> None:
        """Record durably what the attempt led to."""


class Channel(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """What the outbox calls it."""

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Try once. Failures are values that say whether trying again can help; only cancellation raises.

        ``partly``: what the channel itself said of an earlier try; only those still owed the message get it now.
        """

    async def end_batch(self) -> None:
        """No more messages for the moment: a connection may be closed."""

    async def close(self) -> None:
        """The program ends. Must not wait for a peer."""
