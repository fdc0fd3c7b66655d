"""The second page: what becomes of a match. Is it news or one more report of a story, who is told, and at once or not?

All of it happens inside one transaction of the writer, so a decision never rests on what has changed meanwhile, and a
process killed half-way has decided nothing. Every decision is stored with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.alerts import compose
from monitor.alerts.routing import HOUR, DeskRules, Mode, Untold, is_closed
from monitor.feeds.identity import list_key
from monitor.matching import Handling
from monitor.model import Outcome, Report, reasons
from monitor.model.reasons import Alike, Because
from monitor.text.likeness import Likeness, likeness_of, same_story

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

_AT_ONCE = 200
_LATELY = 300
"""So many recent reports of a watchlist a new one is compared with."""
_REMEMBERED = 20_000
_DAY = 24 * HOUR
_HABIT = 14 * _DAY
_FAR_BEYOND = 10
"""A flood is so many times the habit, and the user's least number at least."""


class Desk:
    """Decides about waiting matches. ``handling``: what a watchlist asks for; None for one that is gone."""

    def __init__(self, rules: DeskRules, handling: Callable[[str], Handling | None]) -> None:
        self.rules = rules
        self._handling = handling
        self._likeness: dict[int, Likeness] = {}

    def handling(self, watch: str) -> Handling:
        """How matches of ``watch`` are told; the usual way when it has been deleted meanwhile."""
        return self._handling(watch) or Handling()

    def follows(self, watch: str) -> bool:
        """Whether the user wants to hear of what ``watch`` finds."""
        found = self._handling(watch)
        return found is not None and not is_closed(found)

    def settle(self, book: DeskBook, now: float) -> int:
        """Decide about matches that wait, oldest first; how many these were. Zero: none is left."""
        reports = book.waiting(_AT_ONCE)
        lately: dict[str, list[Report]] = {}
        for report in reports:
            if book.is_quarantined(report.feed):
                # Part of no story, of no digest, and no second source of anything: somebody else may speak here.
                book.settle(report, Outcome.QUARANTINED, "", reasons.QuarantinedFeed(report.source))
                continue
            if report.watch not in lately:
                lately[report.watch] = book.recent(report.watch, now - self.rules.story_window, _LATELY)
            known = self._story_of(book, report, lately[report.watch])
            if known:
                story, why = known
                self._one_more(book, report, story, why, now)
            else:
                story = report.alert
                self._first(book, report, now)
            lately[report.watch].insert(0, replace(report, story=story))
        return len(reports)

    # is it news?

    def _story_of(self, book: DeskBook, report: Report, lately: list[Report]) -> tuple[str, Because] | None:
        """The story that ``report`` belongs to, and why; None for a new one."""
        each = self.handling(report.watch).group == "none"
        own = self._likeness_of(report)
        if own.link and book.is_known(report.feed, list_key(report.link)):
            own = replace(own, link="")
        for other in lately:
            elsewhere = report.feed != other.feed
            same = same_story(own, self._likeness_of(other), elsewhere)
            if same and same.by is Alike.LINK and elsewhere and book.is_known(other.feed, list_key(other.link)):
                same = same_story(replace(own, link=""), self._likeness_of(other))
            if same and not (each and same.by is not Alike.LINK):
                return other.story, reasons.SameStory(same.by, same.share, other.outlet or other.source)
        return None

    def _likeness_of(self, report: Report) -> Likeness:
        found = self._likeness.get(report.match)
        if found is None:
            if len(self._likeness) >= _REMEMBERED:
                self._likeness.clear()
            found = likeness_of(report.title, report.outlet, report.link, report.text, report.source)
            self._likeness[report.match] = found
        return found

    # who is told?

    def _first(self, book: DeskBook, report: Report, now: float) -> None:
        book.open_story(report.alert, report.watch, now)
        wanted = self.handling(report.watch).min_sources
        if self._archived(book, report, report.alert):
            return
        if not report.alerting:
            self._aside(book, report, report.alert, Outcome.DIGEST, reasons.LowScore())
        elif report.aside:
            self._aside(book, report, report.alert, Outcome.DIGEST, report.aside)
        elif self._is_quiet(report):
            self._aside(book, report, report.alert, Outcome.DIGEST, reasons.QuietWatchlist())
        elif wanted > 1:
            self._aside(book, report, report.alert, Outcome.DIGEST, reasons.MoreSources(wanted))
        else:
            self._alert(book, report, report.alert, reasons.FirstReport(), now)

    def _archived(self, book: DeskBook, report: Report, story: str) -> bool:
        """Store a match of a watchlist that is closed, and tell nobody."""
        handling = self.handling(report.watch)
        if not is_closed(handling):
            return False
        book.settle(report, Outcome.ARCHIVED, story, reasons.ClosedWatchlist(handling.status))
        return True

    def _is_quiet(self, report: Report) -> bool:
        return self.handling(report.watch).status == "quiet"

    def _one_more(self, book: DeskBook, report: Report, story: str, why: Because, now: float) -> None:
        if self._archived(book, report, story):
            return
        book.settle(report, Outcome.JOINED, story, why)
        muted = book.quieted_until("mute", story, now)
        if muted:
            book.settle(report, Outcome.MUTED, story, reasons.MutedStory(muted))
            return
        may_alert = report.alerting and not report.aside and not self._is_quiet(report)
        if may_alert and not book.was_alerted(story):
            wanted, found = self.handling(report.watch).min_sources, book.sources(story)
            if found >= wanted:
                reason = reasons.EnoughSources(found) if wanted > 1 else reasons.FirstSureReport()
                book.take_story_from_digest(story)
                self._alert(book, report, story, reason, now)
                return
        self._aside(book, report, story, Outcome.JOINED, why)

    def _alert(self, book: DeskBook, report: Report, story: str, reason: Because, now: float) -> None:
        if untold := self._untold(report, at_once=True):
            book.settle(report, Outcome.UNTOLD, story, reasons.Unroutable(untold))
            return
        book.note_alerted(story)
        snoozed = book.quieted_until("snooze", report.watch, now)
        if report.perhaps_told:
            self._aside(book, report, story, Outcome.RESTORED, reasons.PerhapsTold())
            return
        if snoozed:
            self._aside(book, report, story, Outcome.SNOOZED, reasons.SnoozedWatchlist(snoozed))
            return
        flood = self._flood(book, report, now)
        if flood:
            self._aside(book, report, story, Outcome.HELD, flood)
            return
        book.settle(report, Outcome.ALERTED, story, reason)
        self._tell(book, report)

    def _tell(self, book: DeskBook, report: Report) -> None:
        """Let a report be told, at once or in the digest, as the routes say."""
        handling = self.handling(report.watch)
        for channel, mode in self.rules.modes(report.watch, handling).items():
            if mode is not Mode.DIGEST:
                book.tell(report, channel, "now", handling.priority == "urgent")
            if mode is not Mode.IMMEDIATE:
                book.tell(report, channel, "digest")

    def release(self, book: DeskBook, kind: str, target: str) -> int:
        """Tell at once what was held as a flood of a watchlist or a feed; how many alerts that are."""
        reports = book.held(kind, target)
        for report in reports:
            book.settle(report, Outcome.ALERTED, report.story, reasons.Released())
            handling = self.handling(report.watch)
            modes = self.rules.modes(report.watch, handling)
            at_once = [channel for channel, mode in modes.items() if mode is not Mode.DIGEST]
            for channel in book.take_from_digest(report, at_once):
                book.tell(report, channel, "now", handling.priority == "urgent")
        book.end_flood(kind, target)
        return len(reports)

    def release_restored(self, book: DeskBook, now: float) -> None:
        """Tell what was kept back since a restore: each story once, as its watchlist wants it now."""
        told: set[str] = set()
        for report in book.restored():
            book.release_restored(report)
            report = replace(report, perhaps_told=False)
            story = report.story
            if self._archived(book, report, story):
                continue
            may_alert = report.alerting and not report.aside and not self._is_quiet(report)
            enough = book.sources(story) >= self.handling(report.watch).min_sources
            snoozed = book.quieted_until("snooze", report.watch, now)
            if story in told:
                self._aside(book, report, story, Outcome.JOINED, reasons.Released())
            elif not may_alert or not enough:
                self._aside(book, report, story, Outcome.DIGEST, reasons.Released())
            elif untold := self._untold(report, at_once=True):
                book.settle(report, Outcome.UNTOLD, story, reasons.Unroutable(untold))
            elif snoozed:
                self._aside(book, report, story, Outcome.SNOOZED, reasons.SnoozedWatchlist(snoozed))
            else:
                told.add(story)
                book.take_story_from_digest(story)
                book.settle(report, Outcome.ALERTED, story, reasons.Released())
                self._tell(book, report)

    def _aside(self, book: DeskBook, report: Report, story: str, outcome: Outcome, reason: Because) -> None:
        """No alert: it stands in the digest. Where that is switched off, what was held is told all the same. What may
        have been told before is told in none.
        """
        if report.perhaps_told:
            if outcome is not Outcome.JOINED:
                outcome, reason = Outcome.RESTORED, reasons.PerhapsTold()
            book.settle(report, outcome, story, reason)
            return
        untold = self._untold(report) if outcome is Outcome.DIGEST else None
        if untold:
            outcome, reason = Outcome.UNTOLD, reasons.Unroutable(untold, reason)
        book.settle(report, outcome, story, reason)
        for channel in self.rules.modes(report.watch, self.handling(report.watch)):
            if outcome is Outcome.JOINED and book.is_to_be_told(story, channel):
                continue  # there it will be named among the sources
            if self.rules.by_name[channel].digest or outcome is Outcome.HELD:
                book.tell(report, channel, "digest", reason=None if outcome is Outcome.DIGEST else reason)

    def _untold(self, report: Report, at_once: bool = False) -> Untold | None:
        return self.rules.untold(report.watch, self.handling(report.watch), at_once)

    # floods

    def _habit(self, book: DeskBook, kind: str, target: str, now: float) -> float:
        """Alerts an hour in the last two weeks, or since the first one."""
        count, first = book.alerted(kind, target, now - _HABIT, now - HOUR)
        return count / (max(now - HOUR - first, _DAY) / HOUR) if count else 0.0

    def _flood(self, book: DeskBook, report: Report, now: float) -> Because | None:
        """Why a report is held: its watchlist or its feed alerts far more than it ever did. None when it does not."""
        if not self.rules.flood:
            return None
        for kind, target, name in (
            ("watch", report.watch, report.watch_title),
            ("feed", str(report.feed), report.source),
        ):
            until = book.fuse_until(kind, target)
            lately, _ = book.alerted(kind, target, now - HOUR, now + HOUR)
            if lately < self.rules.flood:
                continue
            most = max(self.rules.flood, round(_FAR_BEYOND * self._habit(book, kind, target, now)))
            if lately < most:
                continue
            book.hold_flood(kind, target, now, now + HOUR)
            if not now < until <= now + HOUR:  # none, or one from before the clock was set back
                book.notice(compose.flood_notice(kind, target, name, most, now), self.rules.notices)
            return reasons.Flood(most, "" if kind == "watch" else name)
        return None
