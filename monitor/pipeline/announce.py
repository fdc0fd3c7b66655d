"""What the program says of itself: first readings, feeds that changed how they are, watchlists that fell silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.alerts import compose, notices
from monitor.alerts.notices import restored_notice
from monitor.alerts.routing import DeskRules
from monitor.feeds.pace import rhythm
from monitor.matching import Watch
from monitor.model import Alert, Baseline, Health, Silence, Standing
from monitor.ports import PollStore

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

BASELINES_WAIT = 120.0
"""Seconds that the notice of first readings waits for feeds that have not answered yet, so that one notice tells of
all.
"""


async def announce_baselines(store: PollStore, now: float, channels: Sequence[str], hurry: bool = False) -> bool:
    """Tell the user, once and together, what feeds held at their first reading. Waits for feeds still to answer, unless
    in a ``hurry``.
    """
    oldest, waiting = await store.untold_since()
    if oldest is None or (waiting and not hurry and now - oldest < BASELINES_WAIT):
        return False
    baselines = await store.untold_baselines()
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


# --- feeds and watchlists that are not as they were ------------------------------------------------------------------

_TOGETHER = 600.0
"""Seconds between notices of feeds that fail or recover: where a network fails, feeds do so one after the other."""
_SURELY = 2
"""A feed has failed so often before anybody is told."""
_DAY = 86_400.0
_TOLD = "feeds.told"


@dataclass(frozen=True)
class Patience:
    """Seconds: for how long a feed may fail before the user hears of it, and after which he is reminded of one that
    still fails, is gone, silent or quarantined.
    """

    trouble_after: float = 1_800.0
    remind: float = 7 * _DAY


def announce_feeds(book: DeskBook, now: float, patience: Patience, channels: Sequence[str]) -> bool:
    """Tell, in one notice, which feeds are not as the user was last told; whether there was anything to tell."""
    found = book.standings(now - patience.remind)
    quietly = [feed for feed in found if _is_nothing(feed, now, patience)]
    book.mark_told(quietly, now, quietly=True)
    loud = [feed for feed in found if feed not in quietly]
    lately = book.fact(_TOLD)
    held_up = lately is not None and 0 <= now - lately < _TOGETHER
    due = [feed for feed in loud if _is_due(feed, now, patience) and not (held_up and _is_common(feed))]
    if not due:
        return False
    # Those that will be due soon are told of in the same breath.
    failing = (feed for feed in loud if feed.health is Health.FAILING and feed.told is not Health.FAILING)
    due += [feed for feed in failing if feed not in due and feed.failures >= _SURELY]
    _, total = book.readable(0.0)
    in_words = [replace(feed, usual=rhythm.usually(rhythm.from_text(feed.rhythm))) for feed in due]
    book.notice(notices.feeds_notice(in_words, now, total), channels)
    book.mark_told(due, now)
    if any(map(_is_common, due)):
        book.set_fact(_TOLD, now, now)
    return True


def _is_nothing(feed: Standing, now: float, patience: Patience) -> bool:
    """Whether a change needs no words: a gap is over, or there was another one not long ago."""
    if feed.asked_url != feed.told_url:
        return False
    if feed.health in (Health.NEW, Health.HEALTHY):
        return feed.told is Health.GAP
    lately = feed.gap_told_at is not None and now - feed.gap_told_at < patience.remind
    return feed.health is Health.GAP and feed.told is Health.HEALTHY and lately


def _is_common(feed: Standing) -> bool:
    """Whether a change is one that befalls many feeds at once."""
    return feed.health in (Health.FAILING, Health.NEW, Health.HEALTHY) and feed.asked_url == feed.told_url


def _is_due(feed: Standing, now: float, patience: Patience) -> bool:
    """Whether to tell of a feed now. Where one that fails is asked meanwhile is told with that, and never alone."""
    if feed.health is not Health.FAILING:
        return True
    if feed.told is Health.FAILING:
        return now - (feed.told_at or 0.0) >= patience.remind
    return feed.failures >= _SURELY and now - (feed.since or now) >= patience.trouble_after


def announce_restored(book: DeskBook, now: float, channels: Sequence[str]) -> bool:
    """Tell, once, that the database is older than it was, and how much is kept back because of it; when most feeds have
    been read since, or after a while.
    """
    lost, kept = book.restored_untold()
    if lost is None:
        return False
    read, total = book.readable(lost.at)
    if read < total and 0 <= now - lost.at < BASELINES_WAIT:
        return False
    book.notice(restored_notice(lost, kept, now), channels)
    book.mark_restored_told(now)
    return True


def announce_silences(book: DeskBook, watches: Sequence[Watch], now: float, rules: DeskRules) -> bool:
    """Tell of watchlists for which nothing was found for longer than their user wants, once for each silence, where
    they themselves are told; whether there was anything to tell.
    """
    told = False
    handlings = {str(watch.id): watch.handling for watch in watches}
    for silence in _silences(book, watches, now):
        fact = f"silence.{silence.watch}"
        if book.fact(fact) != silence.since:
            readers = rules.modes(silence.watch, handlings[silence.watch]) or rules.notices
            book.notice(notices.silence_notice(silence, now), readers)
            book.set_fact(fact, silence.since, now)
            told = True
    return told


def _silences(book: DeskBook, watches: Iterable[Watch], now: float) -> Iterator[Silence]:
    now = min(now, book.last_read() or 0.0)  # of the time in which nothing was read nobody knows
    for watch in watches:
        patience = watch.handling.silence
        if not patience or watch.handling.status not in ("open", "quiet") or not watch.life.is_on(now):
            continue
        since = book.last_found(watch.id)
        if since is not None and now - max(since, watch.life.begins) > patience:
            yield Silence(watch.id, watch.title, since, *book.readable(now - _DAY))
