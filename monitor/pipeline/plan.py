"""What a poll changes, decided purely: from what was known, the time, and what came, to a plan that is written whole.

Dates order what is told and never decide what is new. Beyond that they count for one thing: an item that is dated long
before the feed's last reading, in a feed whose dates are right, has only now slid into its window. It is stored and
stands in the digest, and pages nobody.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from monitor.alerts import compose
from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import DeskRules
from monitor.clock import FIRST_FEEDS
from monitor.feeds import identity
from monitor.feeds.identity import Identified, Recognised
from monitor.feeds.pace import health, moves, pacing
from monitor.feeds.pace import rhythm as rhythms
from monitor.feeds.pace.pacing import Asked
from monitor.feeds.pace.rhythm import Rhythm
from monitor.model import (
    Aside,
    Band,
    Edited,
    Feed,
    FeedState,
    FetchFailed,
    Health,
    IngestPlan,
    Item,
    ItemKey,
    Known,
    Lost,
    Match,
    Matched,
    MatchedItem,
    NotModified,
    Outcome,
    ParseFailed,
    Validators,
    Wishes,
)
from monitor.model.reasons import Because, DueBy, OldDate
from monitor.pipeline.announce import Patience
from monitor.pipeline.past import Reading, ahead, oldest_first, reaches_the_end, recognised, renamed
from monitor.pipeline.story import Repeated, asides_of, declared, refrains_of
from monitor.ports import Matcher
from monitor.text.clean import host_of
from monitor.text.languages import language_of
from monitor.text.likeness import text_key

_DAY = 86_400.0
_OLD = 7 * _DAY
"""An item is old when it is dated so long before the feed's last reading."""
_SOON = 2 * _DAY
"""Dates are right when new items bear one so close to the time at which they came."""
_TRUSTED = 3
_MOST_EDITS = 20
"""After so many edits of its text only a new title counts: some feeds count their readers in the summary."""
_IM_USED = 226
_TOO_MUCH = (400, 412, 431)


@dataclass(frozen=True)
class Policy:
    """What the user decided about alerting. ``spread`` gives a number from 0 to 1, to keep feeds from being due all at
    once.
    """

    desk: DeskRules = field(default_factory=DeskRules)
    alert_baseline: bool = False
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    patience: Patience = field(default_factory=Patience)
    spread: Callable[[], float] = field(default=random.random)


# --- a document that could be read -----------------------------------------------------------------------------------


def plan_ingest(
    feed: Feed, reading: Reading, matcher: Matcher, now: float, policy: Policy, lost: Lost | None = None
) -> IngestPlan:
    """What a document that could be read changes. ``lost``: what the database has forgotten.

    A feed's first document is its baseline: everything in it is new to us and old to the world, so it is stored and
    matched but, unless the user wants it, not alerted. So is the rest of a first document that was cut off (what is new
    in front of its first part is news), and the first one from a new address that has nothing in common with what was
    read before.
    """
    found = recognised(feed, reading, now)
    elsewhere = feed.state.readdressed and found.nothing_in_common
    baseline = feed.state.baseline_at is None or elsewhere
    news = ahead(reading, found)
    dated = _dated(feed, reading, found, now)
    forgotten = lost.until if lost and (feed.state.last_success or 0.0) < lost.at else 0.0
    find = _Finder(feed, reading, matcher, now, dated > 0 and not baseline, forgotten)
    state = _state_after(feed, reading, found, baseline, dated, now, policy.spread())
    edited = tuple(_edits(found, reading.known, find))
    return IngestPlan(
        feed.id,
        state,
        items=tuple(
            find.new(one, quiet=baseline and not policy.alert_baseline and one.key not in news)
            for one in oldest_first(found.new, now)
        ),
        edited=edited,
        renamed=(
            *renamed(found, reading.known, {one.row for one in edited}, state.storms),
            *((name, None) for name in _lists(reading, found)),
        ),
        polled=feed,
    )


def _lists(reading: Reading, found: Recognised) -> Iterator[ItemKey]:
    """The pages of lists that new items lead to."""
    new = {identity.list_key(one.entry.link) for one in found.new}
    if new:
        yield from (name for name in identity.lists(reading.document.entries) if name in new)


def _dated(feed: Feed, reading: Reading, found: Recognised, now: float) -> int:
    """What the feed's dates are worth after this reading, see ``FeedState.dated``."""
    ages = [now - entry.published for entry in reading.document.entries if entry.published]
    if any(-_DAY < age < _SOON for age in ages):
        return _TRUSTED
    old = found.new and all(_is_old(feed, one.entry.published, now) for one in found.new)
    return (
        max(0, feed.state.dated - 1) if old and not any(-_DAY < age < _OLD + _OLD for age in ages) else feed.state.dated
    )


def _is_old(feed: Feed, published: float | None, now: float) -> bool:
    """Whether an item with this date was old when it was first seen."""
    return published is not None and FIRST_FEEDS <= published < (feed.state.last_success or now) - _OLD


@dataclass(frozen=True)
class _Finder:
    """Finds what entries match."""

    feed: Feed
    reading: Reading
    matcher: Matcher
    now: float
    dates_count: bool
    forgotten: float
    """Up to when the feed was read by a database that has been lost since; 0 when it was not."""

    @functools.cached_property
    def _below(self) -> Repeated:
        return refrains_of(self.reading)

    @functools.cached_property
    def _declared(self) -> tuple[str, str]:
        return declared(self.reading.document, self.feed.spec)

    def new(self, one: Identified, quiet: bool) -> MatchedItem:
        item = self._item(one)
        return MatchedItem(item, one.keys, self._matches(item, quiet))

    def edited(self, one: Identified, row: int) -> Edited:
        item = self._item(one)
        return Edited(row, item, self._matches(item, False, "since it was edited"))

    def _item(self, one: Identified) -> Item:
        entry, document = one.entry, self.reading.document
        return Item(
            key=one.key,
            feed_name=self.feed.spec.name,
            guid=entry.guid,
            link=entry.link,
            title=entry.title,
            summary=entry.summary,
            body=entry.body,
            published=entry.published,
            day=entry.day,
            first_seen=self.now,
            language=language_of(entry.language, *self._declared, entry.title, entry.summary),
            text_key=text_key(entry.title, entry.summary, entry.body),
            source=entry.source,
            asides=asides_of(entry, document, self._below),
        )

    def _matches(self, item: Item, quiet: bool, since: str = "") -> tuple[Matched, ...]:
        found = self.matcher.match(item, datetime.fromtimestamp(self.now, UTC).date())
        return tuple(self._matched(item, match, quiet, since) for match in found)

    def _matched(self, item: Item, match: Match, quiet: bool, since: str) -> Matched:
        if quiet:
            return Matched(match, Outcome.BASELINE)
        alert = compose.new_item(self.feed.id, item, match, self.now)
        alert = replace(alert, why=f"{alert.why}; {since}") if since else alert
        return Matched(match, Outcome.WAITING, alert, self._aside(item), self._is_perhaps_told(item))

    def _is_perhaps_told(self, item: Item) -> bool:
        """Without a date it is not known whether it was there before; then it is kept back, and nothing is lost."""
        return bool(self.forgotten) and (item.published is None or item.published <= self.forgotten)

    def _aside(self, item: Item) -> Because | None:
        """Why an item is worth no alert by its age; None when it is."""
        if not self.dates_count or not _is_old(self.feed, item.published, self.now):
            return None
        return OldDate(f"{datetime.fromtimestamp(item.published or 0.0, UTC):%Y-%m-%d}")


def _edits(found: Recognised, known: Mapping[ItemKey, Known], find: _Finder) -> Iterator[Edited]:
    """Known items whose text is not what it was."""
    seen = set()
    for one, key in (*found.known, *found.renamed):
        past = known[key]
        if past.item is None or past.item in seen:
            continue
        seen.add(past.item)
        text = text_key(one.entry.title, one.entry.summary, one.entry.body)
        half = len(text) // 2 if past.edits >= _MOST_EDITS else len(text)
        if past.text and past.text[:half] != text[:half]:
            yield find.edited(one, past.item)


Wording = tuple[str, str, str, tuple[Aside, ...]]
"""An item's title, summary and body, and what of them does not count."""


def by_their_edits(plan: IngestPlan, before: Mapping[int, Wording], matcher: Matcher) -> IngestPlan:
    """``plan`` without matches of edited items that these would have had as they were ``before``: a watchlist that is
    younger than an item is not told of it for a comma.
    """
    return replace(plan, edited=tuple(_by_its_edit(one, before.get(one.row), matcher) for one in plan.edited))


def _by_its_edit(edited: Edited, before: Wording | None, matcher: Matcher) -> Edited:
    if not edited.matches or before is None:
        return edited
    title, summary, body, asides = before
    item = replace(edited.item, title=title, summary=summary, body=body, asides=asides)
    had = {one.watch: one.band for one in matcher.match(item, datetime.fromtimestamp(item.first_seen, UTC).date())}
    newly = (one for one in edited.matches if had.get(one.match.watch) not in (Band.ALERT, one.match.band))
    return replace(edited, matches=tuple(newly))


def _state_after(
    feed: Feed, reading: Reading, found: Recognised, baseline: bool, dated: int, now: float, spread: float
) -> FeedState:
    answer, document, old = reading.answer, reading.document, feed.state
    site = identity.site_of(document.entries)
    strange = (
        not baseline
        and old.last_new is not None
        and answer.status != _IM_USED
        and bool(reading.entries)
        and found.nothing_in_common
    )
    # What is not known is no likeness; of a single item that is not enough.
    alike = not old.title or document.title == old.title or (bool(site) and site == old.site)
    foreign = strange and not alike and (len(reading.entries) > 1 or bool(site and old.site))
    gap = strange and not foreign and len(reading.entries) > 1
    itself = any(0 < reading.known[key].seen < (old.health_since or 0.0) for _, key in (*found.known, *found.renamed))
    # Who may be somebody else does not decide where it is asked.
    is_trusted = not foreign and (old.health is not Health.QUARANTINED or itself)
    state = replace(
        moves.followed(feed, answer.moved_to if is_trusted else "", now),
        # With the validators of a document whose end is missing, the next answer would be "not modified" and the rest
        # be lost.
        validators=answer.validators if document.complete else Validators(),
        baseline_at=now if baseline and reaches_the_end(document, reading.entries, found) else old.baseline_at,
        wishes=Wishes(document.ttl, document.skip_hours, document.skip_days),
        last_new=now if found.new else old.last_new,
        gap_at=now if gap else old.gap_at,
        storms=old.storms + 1 if found.renamed else 0,
        storm_at=now if found.renamed else old.storm_at,
        dated=dated,
        readdressed=False,
    )
    rhythm = rhythms.learned(rhythms.from_text(old.rhythm), now, [one.entry.published for one in found.new], missed=gap)
    now_is = health.after_reading(
        state,
        now,
        gap=gap,
        taken_over=foreign,
        itself=itself,
        quiet=rhythms.silent_since(rhythm) is not None,
    )
    if now_is is not Health.QUARANTINED and (baseline or not found.nothing_in_common):
        state = replace(state, title=document.title, site=site or old.site)  # else it may be a stranger's
    return _read(health.turned(state, now_is, now), feed, answer.fresh_for, rhythm, now, spread)


def plan_unchanged(feed: Feed, answer: NotModified, now: float, spread: float) -> IngestPlan:
    """What "304 Not Modified" changes. Validators that it carries replace ours; those it leaves out stay (RFC 9111
    section 3.2).
    """
    kept, carried = feed.state.validators, answer.validators
    validators = Validators(carried.etag or kept.etag, carried.last_modified or kept.last_modified)
    moved_to = "" if feed.state.health is Health.QUARANTINED else answer.moved_to
    state = replace(moves.followed(feed, moved_to, now), validators=validators)
    rhythm = rhythms.learned(rhythms.from_text(state.rhythm), now)
    quiet = rhythms.silent_since(rhythm) is not None
    now_is = health.after_reading(state, now, gap=False, taken_over=False, itself=False, quiet=quiet)
    state = _read(health.turned(state, now_is, now), feed, answer.fresh_for, rhythm, now, spread)
    return IngestPlan(feed.id, state, polled=feed)


def _read(state: FeedState, feed: Feed, fresh_for: float, rhythm: Rhythm, now: float, spread: float) -> FeedState:
    """``state`` after a poll that went well."""
    spec, wishes = feed.spec, state.wishes
    asked = Asked(spec.interval, spec.max_interval, fresh_for, wishes.ttl, wishes.skip_hours, wishes.skip_days)
    wait = pacing.next_poll(asked, rhythm, now, spread)
    return replace(
        state,
        wishes=replace(wishes, fresh_for=fresh_for),
        rhythm=rhythms.to_text(rhythm),
        next_due=now + wait.seconds,
        why_due=wait.reason,
        failures=0,
        last_polled=now,
        last_success=now,
        last_error="",
    )


# --- no document -----------------------------------------------------------------------------------------------------


def plan_failure(feed: Feed, failure: FetchFailed | ParseFailed, now: float, spread: float) -> IngestPlan:
    """What a failed poll changes: the pace, and where it is asked next. Everything learnt before stays, so a bad hour
    cannot make old items new.
    """
    failures = feed.state.failures + 1
    status = failure.status if isinstance(failure, FetchFailed) else 0
    retry_after = failure.retry_after if isinstance(failure, FetchFailed) else 0.0
    reached_nobody = failure.kind in ("dns", "connect")
    wait = pacing.after_failure(feed.spec.interval, failures, retry_after, spread, reached_nobody)
    state = moves.after_failure(feed, failure, now)
    moved = state.asked_url != feed.state.asked_url
    gone = failure.kind == "gone" and not moved and not feed.state.asked_url
    now_is = state.health if moved and state.asked_url else health.after_failure(state, gone)
    # A server that cannot bear the conditions is asked without them next time. Some do not say so, but send a body with
    # their 304, which is not HTTP.
    unbearable = status in _TOO_MUCH or failure.kind == "protocol"
    state = replace(
        health.turned(state, now_is, now),
        validators=Validators() if unbearable else state.validators,
        next_due=now + wait,
        failures=failures,
        last_polled=now,
        last_error=failure.detail,
        why_due=DueBy.RETRY_AFTER if retry_after >= wait else DueBy.FAILED,
    )
    host = (failure.host if isinstance(failure, FetchFailed) else "") or host_of(feed.url)
    rest = (host, now + min(retry_after, wait)) if retry_after and status in (429, 503) else None
    return IngestPlan(feed.id, state, host_rest=rest, polled=feed)
