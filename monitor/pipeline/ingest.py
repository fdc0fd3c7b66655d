"""The first page: one poll, from the request to the committed matches.

A poll is five steps: fetch, parse, ask which entries are known, plan, apply. The plan is decided purely, from old
state, time and entries, and holds everything that the poll changes: new items, their matches, how each would be told,
the feed's validators and its next due time. It is written in one transaction, so a process killed at any instruction
either has done the whole poll or nothing of it, and does it again.

What becomes of a match is decided afterwards, on the desk (``desk.py``): a match waits for it, on disk.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from monitor.clock import Clock
from monitor.errors import StoreError
from monitor.feeds import identity
from monitor.model import (
    Feed,
    FeedId,
    Fetched,
    FetchFailed,
    FetchResult,
    IngestPlan,
    Lost,
    NotModified,
    Parsed,
    ParseFailed,
    ParseResult,
    PollReport,
)
from monitor.pipeline.past import Reading
from monitor.pipeline.plan import Policy, Wording, by_their_edits, plan_failure, plan_ingest, plan_unchanged
from monitor.pipeline.story import ENOUGH, doubted
from monitor.ports import Fetcher, Matcher, Parser, PollStore
from monitor.text.clean import redact_all, single_line, without_secrets
from monitor.text.wording import counted

log = logging.getLogger("monitor.pipeline")


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
    lost: Lost | None = None
    """What the database has forgotten: what feeds held meanwhile may have been told before."""
    _doubted: set[FeedId] = field(default_factory=set)

    async def poll(self, feed: Feed) -> PollReport:
        """One poll, from the request to the committed matches. Raises only when not even a failure can be written, and
        StoreError: what is wrong with the database is no failure of the feed.
        """
        plan, report = await self.prepare(feed)
        try:
            waiting = await self.store.apply(plan)
        except StoreError:
            raise
        except Exception as error:
            plan, report = self._mistake(feed, error)
            waiting = await self.store.apply(plan)
        return replace(report, waiting=waiting)

    async def prepare(self, feed: Feed) -> tuple[IngestPlan, PollReport]:
        """All of a poll but the writing: what would change, and a report of it."""
        try:
            return await self._prepare(feed)
        except StoreError:
            raise
        except Exception as error:
            return self._mistake(feed, error)

    async def _prepare(self, feed: Feed) -> tuple[IngestPlan, PollReport]:
        answer = await self.fetcher.fetch(feed)
        document = await self.parser.parse(answer) if isinstance(answer, Fetched) else None
        if not isinstance(document, Parsed):
            return self._nothing_new(feed, answer, document, self.clock.now())
        assert isinstance(answer, Fetched)
        entries = identity.identify(document.entries)
        known = await self.store.recall(feed.id, {key for one in entries for key in one.telling})
        if document.cut:
            left_out = (
                f"{counted(document.cut, 'item')} of its document {'was' if document.cut == 1 else 'were'} left out"
            )
            log.warning("%s: %s, it has too many", feed.spec.name, left_out)
        if document.lost:
            log.warning("%s: %s of its document cannot be read", feed.spec.name, counted(document.lost, "item"))
        lately = await self._lately(feed, document, any(known.keys().isdisjoint(one.decisive) for one in entries))
        plan = await self._plan(feed, Reading(answer, document, entries, known, lately))
        if plan.items:
            self._say_doubts(feed, document)
        return plan, _report(feed, plan, len(entries))

    def _say_doubts(self, feed: Feed, document: Parsed) -> None:
        """That a feed is not in its language is said once, so that a wrong word can be mended."""
        language = doubted(document, feed.spec)
        if language and feed.id not in self._doubted:
            self._doubted.add(feed.id)
            log.warning(
                '%s: its items are not in the language that is named for them, "%s", so their language counts as not '
                "known; language in config.toml can name the right one",
                feed.spec.name,
                single_line(language, 40),
            )

    async def _lately(self, feed: Feed, document: Parsed, has_new: bool) -> Sequence[tuple[str, str, str]]:
        """The feed's last items, where there is something new and the document alone does not tell what it repeats."""
        if not has_new or len(document.entries) >= ENOUGH:
            return ()
        return await self.store.lately(feed.id)

    async def _plan(self, feed: Feed, reading: Reading) -> IngestPlan:
        before: dict[int, Wording] = {}
        asked: set[int] = set()
        while True:
            # Nothing is waited for between this and the writing: a clock that is set back, or a watchlist that is
            # renamed, meanwhile would not reach what is planned here.
            now, matcher = self.clock.now(), self.matcher
            plan = plan_ingest(feed, reading, matcher, now, self.policy, self.lost)
            unknown = {one.row for one in plan.edited if one.matches} - asked
            if not unknown:
                break
            asked |= unknown
            before |= await self.store.texts(unknown)
        return by_their_edits(plan, before, matcher)

    def _nothing_new(
        self, feed: Feed, answer: FetchResult, document: ParseResult | None, now: float
    ) -> tuple[IngestPlan, PollReport]:
        spread = self.policy.spread()
        if isinstance(answer, NotModified):
            return plan_unchanged(feed, answer, now, spread), PollReport(feed, "unchanged")
        failure = document if isinstance(document, ParseFailed) else answer
        assert isinstance(failure, FetchFailed | ParseFailed)
        detail = without_secrets(without_secrets(failure.detail, feed.spec.url), feed.url)
        if isinstance(answer, Fetched) and answer.status == HTTPStatus.PARTIAL_CONTENT:
            detail = (
                f"the server answered 206, which is a part of the document, though all of it was asked for: {detail}"
            )
        failure = replace(failure, detail=detail)
        return plan_failure(feed, failure, now, spread), PollReport(feed, failure.kind, failure.detail)

    def _mistake(self, feed: Feed, error: Exception) -> tuple[IngestPlan, PollReport]:
        """A poll that stumbled over what nobody thought of is a failed one: one feed must not stop the others."""
        log.debug("%s: the poll could not be finished", feed.spec.name, exc_info=error)
        failure = unexpected(error)
        plan = plan_failure(feed, failure, self.clock.now(), self.policy.spread())
        return plan, PollReport(feed, failure.kind, failure.detail)


def unexpected(error: Exception) -> FetchFailed:
    """What is said of an exception that no part of a poll knows. Addresses in its text are fit to be shown."""
    said = single_line(f"{type(error).__name__}: {redact_all(str(error))}", 300)
    return FetchFailed("internal", f"the poll could not be finished: {said}")


def _report(feed: Feed, plan: IngestPlan, seen: int) -> PollReport:
    return PollReport(
        feed,
        "read",
        seen=seen,
        new=len(plan.items),
        matched=sum(len(one.matches) for one in plan.items) + sum(len(one.matches) for one in plan.edited),
        alerts=len(plan.alerts),
        baseline=feed.state.baseline_at is None,
        edited=len(plan.edited),
    )
