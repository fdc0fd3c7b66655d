"""All that can be asked of the database, as plain calls in the thread that opened it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from monitor.model import Alert, Aside, AttemptOutcome, Baseline, Dispatch, FeedId, FeedSpec, IngestPlan, ItemKey, Known
from monitor.store import feeds, items, outbox, renames
from monitor.store.archive import control, history
from monitor.store.archive.history import Decided, Extent, StoredItem
from monitor.store.connection import open_for_reading, open_for_writing, told_apart
from monitor.store.desk import DeskBook
from monitor.store.feeds import Claimed
from monitor.store.integrity import faults, sense


class Store:
    """One connection. Writing calls expect to stand in a transaction that the caller (``StoreWriter``) began."""

    def __init__(self, db: Database) -> None:
        self.db = db

    @classmethod
    def writing(cls, path: Path) -> Store:
        """The writing store; there is one in the whole program. Raises StoreError."""
        return cls(open_for_writing(path))

    @classmethod
    def reading(cls, path: Path) -> Store:
        """A read-only store, for commands beside a running daemon. Raises StoreError."""
        return cls(open_for_reading(path))

    @classmethod
    @contextlib.contextmanager
    def changing(cls, path: Path) -> Iterator[Store]:
        """A store for one change beside a running daemon: all of the block is one transaction. Raises StoreError."""
        store = cls.writing(path)
        try:
            store.db.execute("BEGIN IMMEDIATE")
            yield store
            store.db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            meant = faults.meant_by(sense.meant_by(error, store.db.conn) or error, path)
            if meant is None:
                raise
            raise told_apart(meant, path) from error
        finally:
            store.close()  # rolls back what was not committed

    def close(self) -> None:
        """Close the connection."""
        self.db.close()

    # feeds and polls

    def sync_feeds(self, specs: Iterable[FeedSpec], now: float, at_once: bool = False) -> None:
        """Make the active feeds be ``specs``; see ``feeds.sync``."""
        feeds.sync(self.db, specs, now, at_once)

    def claim_due(
        self,
        now: float,
        limit: int,
        lease: float,
        round_began: float | None = None,
        force: bool = False,
        busy: Iterable[FeedId] = (),
        takes: Callable[[str], bool] = lambda url: True,
    ) -> list[Claimed]:
        """Take feeds that are due; see ``feeds.claim_due``."""
        return feeds.claim_due(self.db, now, limit, lease, round_began, force, busy, takes)

    def release_claims(self) -> None:
        """Take back the leases of polls that died."""
        feeds.release_claims(self.db)

    def release_claim(self, feed: FeedId, now: float) -> None:
        """Give a claim back without a poll."""
        feeds.release_claim(self.db, feed, now)

    def resting(self, now: float) -> dict[str, float]:
        """The hosts that have asked for rest; see ``feeds.resting``."""
        return feeds.resting(self.db, now)

    def recent_texts(self, limit: int) -> list[str]:
        """Title and summary of the newest ``limit`` items."""
        return items.recent_texts(self.db, limit)

    def recall(self, feed: FeedId, keys: Collection[ItemKey]) -> dict[ItemKey, Known]:
        """What is remembered under those of ``keys`` that the feed has had before."""
        return items.recall(self.db, feed, keys)

    def lately(self, feed: FeedId) -> list[tuple[str, str, str]]:
        """A feed's last items; see ``items.lately``."""
        return items.lately(self.db, feed)

    def texts(self, rows: Collection[int]) -> dict[int, tuple[str, str, str, tuple[Aside, ...]]]:
        """Title, summary and body of items, and what of these does not count, by their rows."""
        return items.texts(self.db, rows)

    def apply(self, plan: IngestPlan) -> int:
        """Write all that a poll decided; returns how many matches wait for the desk now. Applying a plan again changes
        nothing.
        """
        waiting = items.insert(self.db, plan.feed, plan.items)
        waiting += sum(items.edit(self.db, edited) for edited in plan.edited)
        items.remember(self.db, plan.feed, plan.renamed, plan.state.last_polled or 0.0)
        if plan.host_rest:
            feeds.rest_host(self.db, *plan.host_rest)
        feeds.save_state(self.db, plan.feed, plan.state, plan.polled)
        return waiting

    def outlook(self) -> tuple[int, float | None]:
        """How many feeds have never been asked, and when the next one is due; see ``feeds.outlook``."""
        return feeds.outlook(self.db)

    def untold_since(self) -> tuple[float | None, int]:
        """Since when first readings wait to be told of; see ``feeds.untold_since``."""
        return feeds.untold_since(self.db)

    def untold_baselines(self) -> list[Baseline]:
        """First readings to tell of; see ``feeds.untold_baselines``."""
        return feeds.untold_baselines(self.db)

    def tell_baselines(self, baselines: Iterable[Baseline], notice: Alert | None, channels: Iterable[str]) -> None:
        """Put ``notice`` into the outbox and note that these first readings have been told of."""
        if notice:
            outbox.put(self.db, notice, channels)
        feeds.mark_baselines_told(self.db, (baseline.feed for baseline in baselines))

    def shift_due(self, seconds: float, now: float) -> None:
        """Move all plans by ``seconds``, after the wall clock was set."""
        feeds.shift_due(self.db, seconds, now)

    # the desk and the outbox

    @property
    def desk(self) -> DeskBook:
        """What the desk reads and writes."""
        return DeskBook(self.db)

    def put_alert(self, alert: Alert, channels: Iterable[str]) -> bool:
        """Put an alert of the program's own into the outbox."""
        return outbox.put(self.db, alert, channels)

    def due_dispatches(self, channel: str, now: float, limit: int) -> list[Dispatch]:
        """Pending messages of ``channel`` whose time has come; see ``outbox.due``."""
        return outbox.due(self.db, channel, now, limit)

    def begin_attempt(self, message: int, now: float) -> int | None:
        """Note that an attempt begins; see ``outbox.begin_attempt``."""
        return outbox.begin_attempt(self.db, message, now)

    def finish_attempt(self, message: int, attempt: int, outcome: AttemptOutcome, now: float) -> None:
        """Note what an attempt led to."""
        outbox.finish_attempt(self.db, message, attempt, outcome, now)

    def close_interrupted(self, now: float) -> int:
        """Count attempts that the last process did not finish as ambiguous."""
        return outbox.close_interrupted(self.db, now)

    # facts and listings

    def note_versions(self, versions: Mapping[str, str], now: float) -> None:
        """These versions of watchlists judge what is read from now on. A version that comes back begins anew."""
        current = self.last_versions()
        for watch, version in versions.items():
            if current.get(watch) != version:
                self.db.execute(
                    "INSERT INTO versions VALUES (?, ?, ?) "
                    "ON CONFLICT (watch, version) DO UPDATE SET since = excluded.since",
                    [watch, version, now],
                )

    def last_versions(self) -> dict[str, str]:
        """The version of each watchlist, also of those that are no more, that was noted last."""
        return dict(self.db.execute("SELECT watch, version FROM versions ORDER BY since").fetchall())

    def rename_watches(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Watchlists go on under other ids, each from the first to the second; see ``renames.rename_watch``."""
        for old, new in pairs:
            renames.rename_watch(self.db, old, new)

    def set_fact(self, name: str, value: str, now: float) -> None:
        """Remember a single value about the daemon."""
        self.db.execute(
            """
            INSERT INTO facts VALUES (?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at
            """,
            [name, value, now],
        )

    def facts(self) -> dict[str, tuple[str, float]]:
        """All single values, with when each was set."""
        return {name: (value, at) for name, value, at in self.db.execute("SELECT name, value, at FROM facts")}

    def list_feeds(self) -> list[dict[str, Any]]:
        """Active feeds with their state."""
        return feeds.listing(self.db)

    def resume_feed(self, feed: FeedId, now: float) -> None:
        """Ask a feed again that was gone."""
        feeds.resume(self.db, feed, now)

    def accept_feed(self, feed: FeedId, now: float) -> int:
        """Trust a feed that was quarantined; see ``feeds.accept``."""
        return feeds.accept(self.db, feed, now)

    def list_matches(
        self, limit: int, watch: str | None = None, since: float | None = None, outcome: str | None = None
    ) -> list[dict[str, Any]]:
        """The newest matches with their items."""
        return items.matches(self.db, limit, watch, since, outcome)

    def list_deliveries(
        self, limit: int, state: str | None = None, watch: str | None = None, by_alert: bool = False
    ) -> list[dict[str, Any]]:
        """The newest deliveries with their alerts, or those of the newest alerts."""
        return outbox.listing(self.db, limit, state, watch, by_alert)

    def verdicts(self, watch: str) -> dict[int, str]:
        """What the user said of items for a watchlist, ``relevant`` or ``irrelevant``, by the item's number."""
        return control.verdicts(self.db, watch)

    # what was stored, to be judged again

    def extent(self, since: float) -> Extent:
        """How much has been seen since then."""
        return history.extent(self.db, since)

    def stretch(self, first: int, last: int, since: float) -> Iterator[StoredItem]:
        """The items with these numbers, both included, that were seen since then."""
        return history.stretch(self.db, first, last, since)

    def newest(self, limit: int) -> Iterator[StoredItem]:
        """The newest items, newest first."""
        return history.newest(self.db, limit)

    def newest_since(self, number: int) -> float:
        """Since when the newest ``number`` items have been seen; 0 where there are fewer."""
        return history.newest_since(self.db, number)

    def first_known(self, watch: str) -> float | None:
        """Since when there has been a watchlist of this id."""
        return history.first_known(self.db, watch)

    def decided(self, watch: str, since: float) -> Iterator[Decided]:
        """What a watchlist was found to have, as it was decided when it came."""
        return history.decided(self.db, watch, since)

    def counts(self) -> dict[str, Any]:
        """Items, matches, and deliveries by channel and state."""
        return {**items.counts(self.db), "deliveries": outbox.counts(self.db), "unsent": outbox.unsent(self.db)}
