"""The first page: one poll, from the request to the committed matches.

A poll is five steps: fetch, parse, ask which entries are known, plan, apply. The plan is decided purely, from old
state, time and entries, and holds everything that the poll changes: new items, their matches, how each would be told,
the feed's validators and its next due time. It is written in one transaction, so a process killed at any instruction
either has done the whole poll or nothing of it, and does it again.

What becomes of a match is decided afterwards, on the desk (``desk.py``): a match waits for it, on disk.
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.alerts import compose
from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import DeskRules
from monitor.clock import Clock
from monitor.feeds import identity, pacing
from monitor.feeds.identity import Identified
from monitor.model import (
    Alert,
    Band,
    Baseline,
    Feed,
    Fetched,
    FetchFailed,
    FetchResult,
    IngestPlan,
    Item,
    ItemKey,
    Match,
    Matched,
    MatchedItem,
    NotModified,
    Outcome,
    Parsed,
    ParseFailed,
    ParseResult,
    PollReport,
    Validators,
)
from monitor.ports import Fetcher, Matcher, Parser, PollStore
from monitor.text.clean import redact, single_line

log = logging.getLogger("monitor.pipeline")

_ADDRESS = re.compile(r"\w+://\S+")
BASELINES_WAIT = 120.0
"""Seconds that the notice of first readings waits for feeds that have not answered yet, so that one notice tells of
all.
"""


@dataclass(frozen=True)
class Policy:
    """What the user decided about alerting. ``spread`` gives a number from 0 to 1, to keep feeds from being due all at
    once.
    """

    desk: DeskRules = field(default_factory=DeskRules)
    alert_baseline: bool = False
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    spread: Callable[[], float] = field(default=random.random)


# --- one poll ------------------------------------------------------------------------------------------------------


@dataclass
class Polling:
    """Polls feeds. ``matcher`` may be exchanged at any time: the next poll uses the new one."""

    fetcher: Fetcher
    parser: Parser
    store: PollStore
    matcher: Matcher
    clock: Clock
    policy: Policy

    async def poll(self, feed: Feed) -> PollReport:
        """One poll, from the request to the committed matches. Raises only when not even a failure can be written."""
        plan, report = await self.prepare(feed)
        try:
            waiting = await self.store.apply(plan)
        except Exception as error:
            plan, report = self._mistake(feed, error)
            waiting = await self.store.apply(plan)
        return replace(report, waiting=waiting)

    async def prepare(self, feed: Feed) -> tuple[IngestPlan, PollReport]:
        """All of a poll but the writing: what would change, and a report of it."""
        try:
            return await self._prepare(feed)
        except Exception as error:
            return self._mistake(feed, error)

    async def _prepare(self, feed: Feed) -> tuple[IngestPlan, PollReport]:
        answer = await self.fetcher.fetch(feed)
        now = self.clock.now()
        document = await self.parser.parse(answer) if isinstance(answer, Fetched) else None
        if not isinstance(document, Parsed):
            return self._nothing_new(feed, answer, document, now)
        identified = identity.identify(document.entries)
        known = await self.store.known_keys(feed.id, {key for one in identified for key in one.decisive})
        assert isinstance(answer, Fetched)
        plan = plan_ingest(feed, answer, document, identified, known, self.matcher, now, self.policy)
        return plan, _report(feed, plan, len(identified))

    def _nothing_new(
        self, feed: Feed, answer: FetchResult, document: ParseResult | None, now: float
    ) -> tuple[IngestPlan, PollReport]:
        spread = self.policy.spread()
        if isinstance(answer, NotModified):
            return plan_unchanged(feed, answer, now, spread), PollReport(feed, "unchanged")
        failure = document if isinstance(document, ParseFailed) else answer
        assert isinstance(failure, FetchFailed | ParseFailed)
        return plan_failure(feed, failure, now, spread), PollReport(feed, failure.kind, failure.detail)

    def _mistake(self, feed: Feed, error: Exception) -> tuple[IngestPlan, PollReport]:
        """A poll that stumbled over what nobody thought of is a failed one: one feed must not stop the others."""
        log.debug("%s: the poll could not be finished", feed.spec.name, exc_info=error)
        failure = unexpected(error)
        plan = plan_failure(feed, failure, self.clock.now(), self.policy.spread())
        return plan, PollReport(feed, failure.kind, failure.detail)


def unexpected(error: Exception) -> FetchFailed:
    """What is said of an exception that no part of a poll knows. Addresses in its text are fit to be shown."""
    text = _ADDRESS.sub(lambda found: redact(found[0]), str(error))
    said = single_line(f"{type(error).__name__}: {text}", 300)
    return FetchFailed("internal", f"the poll could not be finished: {said}")


def plan_ingest(
    feed: Feed,
    answer: Fetched,
    document: Parsed,
    identified: Sequence[Identified],
    known: Collection[ItemKey],
    matcher: Matcher,
    now: float,
    policy: Policy,
) -> IngestPlan:
    """What a document that could be read changes. Pure.

    A feed's first document is its baseline: everything in it is new to us and old to the world, so it is stored and
    matched but, unless the user wants it, not alerted. So is the rest of a first document that was cut off.
    """
    baseline = feed.state.baseline_at is None
    quiet = baseline and not policy.alert_baseline
    items = []
    today = datetime.fromtimestamp(now, UTC).date()
    new = identity.unknown(identified, known)
    for one in _oldest_first(new, now):
        item = _item(feed, document, one, now)
        matches = tuple(_matched(feed, item, match, quiet, now) for match in matcher.match(item, today))
        items.append(MatchedItem(item, one.keys, matches))
    wait = pacing.after_success(feed.spec.interval, answer.fresh_for, policy.spread())
    state = replace(
        feed.state,
        # With the validators of a document whose end is missing, the next answer would be "not modified" and the rest
        # be lost.
        validators=answer.validators if document.complete else Validators(),
        title=document.title,
        baseline_at=now if baseline and _reaches_the_end(document, identified, new) else feed.state.baseline_at,
        next_due=now + wait,
        failures=0,
        last_polled=now,
        last_success=now,
        last_error="",
    )
    return IngestPlan(feed.id, state, tuple(items))


def plan_unchanged(feed: Feed, answer: NotModified, now: float, spread: float) -> IngestPlan:
    """What "304 Not Modified" changes. Validators that it carries replace ours; those it leaves out stay (RFC 9111
    section 3.2).
    """
    kept, carried = feed.state.validators, answer.validators
    validators = Validators(carried.etag or kept.etag, carried.last_modified or kept.last_modified)
    wait = pacing.after_success(feed.spec.interval, answer.fresh_for, spread)
    state = replace(
        feed.state,
        validators=validators,
        next_due=now + wait,
        failures=0,
        last_polled=now,
        last_success=now,
        last_error="",
    )
    return IngestPlan(feed.id, state)


def plan_failure(feed: Feed, failure: FetchFailed | ParseFailed, now: float, spread: float) -> IngestPlan:
    """What a failed poll changes: only the pace. Everything learnt before stays, so a bad hour cannot make old items
    new.
    """
    failures = feed.state.failures + 1
    retry_after = failure.retry_after if isinstance(failure, FetchFailed) else 0.0
    reached_nobody = failure.kind in ("dns", "connect")
    wait = pacing.after_failure(feed.spec.interval, failures, retry_after, spread, reached_nobody)
    state = replace(feed.state, next_due=now + wait, failures=failures, last_polled=now, last_error=failure.detail)
    return IngestPlan(feed.id, state)


def _reaches_the_end(document: Parsed, identified: Sequence[Identified], new: Sequence[Identified]) -> bool:
    """Whether nothing old of the feed is left to be seen: its document is whole, or goes no further back than one
    before. A feed whose end is never there would otherwise be read for the first time for ever.
    """
    return document.complete or (bool(identified) and identified[-1] not in new)


def _oldest_first(new: Sequence[Identified], now: float) -> list[Identified]:
    """The order to tell things in. Dates only order; documents are newest first where dates do not say otherwise."""
    backwards = list(reversed(new))
    return sorted(backwards, key=lambda one: one.entry.published or now)


def _item(feed: Feed, document: Parsed, one: Identified, now: float) -> Item:
    entry = one.entry
    return Item(
        key=one.key,
        feed_name=feed.spec.name,
        guid=entry.guid,
        link=entry.link,
        title=entry.title,
        summary=entry.summary,
        body=entry.body,
        published=entry.published,
        first_seen=now,
        language=feed.spec.language or document.language,
    )


def _matched(feed: Feed, item: Item, match: Match, quiet: bool, now: float) -> Matched:
    if quiet:
        return Matched(match, Outcome.BASELINE if match.band is Band.ALERT else Outcome.DIGEST)
    return Matched(match, Outcome.WAITING, compose.new_item(feed.id, item, match, now))


def _report(feed: Feed, plan: IngestPlan, seen: int) -> PollReport:
    matched = sum(bool(one.matches) for one in plan.items)
    baseline = feed.state.baseline_at is None
    return PollReport(feed, "read", "", seen, len(plan.items), matched, len(plan.alerts), baseline=baseline)


async def announce_baselines(store: PollStore, now: float, channels: Sequence[str], hurry: bool = False) -> bool:
    """Tell the user, once and together, what feeds held at their first reading. Waits for feeds still to answer, unless
    in a ``hurry``.
    """
    baselines, waiting, oldest = await store.untold_baselines()
    if oldest is None or (waiting and not hurry and now - oldest < BASELINES_WAIT):
        return False
    await store.tell_baselines(baselines, _baseline_notice(baselines, now), channels)
    return True


def _baseline_notice(baselines: Sequence[Baseline], now: float) -> Alert:
    notice = compose.baseline_notice(baselines, now)
    alerted = sum(baseline.alerted for baseline in baselines)
    if not alerted:
        return notice
    found = sum(baseline.matches for baseline in baselines)
    told = "All of these matches were alerted" if alerted == found else f"{alerted:,} of these matches were alerted"
    return replace(notice, lines=(f"{told}, as you asked for alerts at the first reading.",))
