"""The third page: what is to be told becomes messages. What belongs together goes together, within limits, outside of
quiet hours; all that is not worth an interruption goes into the digest. Nothing is dropped on the way.

What a message holds is stored with it, so a retry says the same again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.alerts import compose
from monitor.alerts.routing import HOUR, ChannelRules
from monitor.alerts.schedule import latest_slot, quiet_until
from monitor.alerts.wording import words_of
from monitor.clock import ago, clock_text
from monitor.model import AlertKind, Delivery, Story
from monitor.model.reasons import LimitReached, MutedMeanwhile, QuietHours, SnoozedMeanwhile, WaitsForMore
from monitor.pipeline.desk import Desk

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

_AT_ONCE = 500
_IN_DIGESTS = 5_000
_LONGEST_DIGEST = 500
_LATE = 900.0
"""A digest that is not sent within so many seconds says that it is late."""


def bundle(desk: Desk, book: DeskBook, channel: str, now: float, hurry: bool = False) -> int:
    """Make the messages that are due on ``channel``; how many. ``hurry``: wait for nothing that may yet belong to them
    (``monitor once`` is over before it could come).
    """
    rules = desk.rules.by_name[channel]
    quiet = quiet_until(now, rules.quiet, rules.zone)
    waiting = _still_wanted(book, rules, book.open_deliveries(channel, "now", _AT_ONCE), now)
    made = 0
    for group in _groups(desk, rules, waiting):
        urgent = any(one.urgent for one in group)
        if quiet and not urgent:
            book.give_reason(_ids(group), QuietHours(clock_text(quiet, rules.zone)))
            continue
        made += _message(desk, book, rules, group, now, hurry)
    return made + _digest(book, rules, quiet, now)


def _still_wanted(book: DeskBook, rules: ChannelRules, waiting: Sequence[Delivery], now: float) -> list[Delivery]:
    """Without what the user has silenced while it waited."""
    kept, muted, snoozed = [], [], []
    for one in waiting:
        if one.story and book.quieted_until("mute", one.story, now):
            muted.append(one.id)
        elif one.story and book.quieted_until("snooze", one.alert.watch, now):
            snoozed.append(one.id)
        else:
            kept.append(one)
    book.withdraw(muted, MutedMeanwhile())
    silence = book.leave_to_digest if rules.digest else book.withdraw
    silence(snoozed, SnoozedMeanwhile())
    return kept


def _groups(desk: Desk, rules: ChannelRules, waiting: Sequence[Delivery]) -> list[list[Delivery]]:
    """What is told together: all of a watchlist, unless the user wants each story by itself."""
    groups: dict[tuple[str, str], list[Delivery]] = defaultdict(list)
    for one in waiting:
        alert = one.alert
        together = alert.kind is AlertKind.NEW and _waits(desk, rules, alert.watch)
        groups[("watch", alert.watch) if together else ("alert", alert.id)].append(one)
    return list(groups.values())


def _waits(desk: Desk, rules: ChannelRules, watch: str) -> bool:
    return rules.group_wait > 0 and desk.handling(watch).group == "thread"


def _message(desk: Desk, book: DeskBook, rules: ChannelRules, group: list[Delivery], now: float, hurry: bool) -> int:
    first = group[0].alert
    if first.kind is AlertKind.NEW:
        ready = _ready_at(desk, book, rules, group, now)
        if now < ready and not hurry:
            book.give_reason(_ids(group), WaitsForMore(clock_text(ready, rules.zone)))
            return 0
        # Urgent ones pass; a flood of them is held all the same.
        limited = rules.limit and not any(one.urgent for one in group)
        if limited and book.messages_between(rules.name, first.watch, now - HOUR, now) >= rules.limit:
            book.leave_to_digest(_ids(group), LimitReached(rules.limit))
            return 0
    stories = [Story(one.alert, book.copies(one.story, one.alert.id) if one.story else ()) for one in group]
    urgent = any(one.urgent for one in group)
    book.put_message(compose.message(rules.name, stories, now, urgent), rules.name, _ids(group), now)
    return 1


def _ready_at(desk: Desk, book: DeskBook, rules: ChannelRules, group: list[Delivery], now: float) -> float:
    watch = group[0].alert.watch
    if not _waits(desk, rules, watch):
        return 0.0
    # A clock that was set back must not hold up alerts: no wait is longer than it would be from now on.
    ready = min(now, *(one.created for one in group)) + rules.group_wait
    last = book.last_message(rules.name, watch, now)
    return ready if last is None else max(ready, last + rules.group_interval)


def _digest(book: DeskBook, rules: ChannelRules, quiet: float | None, now: float) -> int:
    if rules.digest is None:
        return _overflow(book, rules, quiet, now)
    fact = f"digest.{rules.name}"
    slot, done = latest_slot(now, rules.digest, rules.zone), book.fact(fact)
    if done is None or done > now:
        book.set_fact(fact, slot, now)  # the first digest is the next one; so it is after the clock was set back
        return 0
    late = now - slot > _LATE
    if slot <= done or (quiet and (late or rules.digest_waits)):
        return 0
    book.set_fact(fact, slot, now)
    remark = f"due at {clock_text(slot, rules.zone)}, sent {ago(now - slot)} later" if late else ""
    waiting = book.open_deliveries(rules.name, "digest", _IN_DIGESTS)
    if waiting or rules.empty_digest:
        return _digests(book, rules, waiting, now, remark)
    return 0


def _overflow(book: DeskBook, rules: ChannelRules, quiet: float | None, now: float) -> int:
    """Where the digest is switched off, what limits and floods have left is told an hour later, at once."""
    oldest = book.oldest_open(rules.name, "digest")
    if quiet or oldest is None or oldest <= now < oldest + HOUR:
        return 0
    return _digests(book, rules, book.open_deliveries(rules.name, "digest", _IN_DIGESTS), now, "")


def _digests(book: DeskBook, rules: ChannelRules, waiting: list[Delivery], now: float, late: str) -> int:
    parts = [waiting[start : start + _LONGEST_DIGEST] for start in range(0, len(waiting), _LONGEST_DIGEST)] or [[]]
    for part in parts:
        stories = [
            Story(one.alert, book.copies(one.story, one.alert.id) if one.story else (), words_of(one.reason))
            for one in part
        ]
        book.put_message(compose.digest(rules.name, stories, now, late), rules.name, _ids(part), now)
    return len(parts)


def _ids(group: Sequence[Delivery]) -> list[int]:
    return [one.id for one in group]
