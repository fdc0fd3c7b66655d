"""The second page: what becomes of a match. Is it news or one more report of a story, who is told, and at once or not?

All of it happens inside one transaction of the writer, so a decision never rests on what has changed meanwhile, and a
process killed half-way has decided nothing. Every decision is stored with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from monitor.alerts import compose
from monitor.alerts.routing import HOUR, DeskRules, Mode, is_closed
from monitor.feeds.identity import list_key
from monitor.matching import Handling
from monitor.model import Outcome, Report, reasons
from monitor.model.reasons import Alike, Because, SameStory
from monitor.pipeline import gates
from monitor.pipeline.gates import Case, decide, floods_of
from monitor.text.likeness import Likeness, likeness_of, same_story

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

_AT_ONCE = 200
_LATELY = 300
"""So many recent reports of a watchlist a new one is compared with."""
_REMEMBERED = 20_000
_WHEN_RELEASED = (gates.closed, gates.too_weak, gates.too_old, gates.quiet, gates.unrouted, gates.snoozed)
"""What still keeps from being told what was kept back since a restore."""


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
            story, same = self._story_of(book, report, lately[report.watch]) or (report.alert, None)
            self._decide(book, report, story, same, now)
            lately[report.watch].insert(0, replace(report, story=story))
        return len(reports)

    # is it news?

    def _story_of(self, book: DeskBook, report: Report, lately: list[Report]) -> tuple[str, SameStory] | None:
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

    def _decide(self, book: DeskBook, report: Report, story: str, same: SameStory | None, now: float) -> None:
        """Let the gates decide about a report, and do what they say."""
        if same is None:
            book.open_story(story, report.watch, now)
        elif not is_closed(self.handling(report.watch)):
            book.settle(report, Outcome.JOINED, story, same)  # it counts among the sources from here on
        case = Case(report, story, same, self.handling(report.watch), self.rules, book, now)
        decision = decide(case)
        outcome, reason = decision.outcome, decision.reason
        if same and (decision.is_for_alert or outcome is Outcome.UNTOLD):
            book.take_story_from_digest(story)
        if decision.is_for_alert:
            book.note_alerted(story)
        if isinstance(reason, reasons.Flood):
            self._hold(book, report, reason, now)
        match outcome:
            case Outcome.ARCHIVED | Outcome.MUTED | Outcome.UNTOLD:
                book.settle(report, outcome, story, reason)
            case Outcome.ALERTED:
                book.settle(report, outcome, story, reason)
                self._tell(book, report)
            case _:
                self._aside(book, report, story, outcome, reason)

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
            case = Case(report, story, None, self.handling(report.watch), self.rules, book, now)
            decision = next((found for gate in _WHEN_RELEASED if (found := gate(case))), None)
            enough = book.sources(story) >= case.handling.min_sources
            if decision and decision.outcome is Outcome.ARCHIVED:
                book.settle(report, decision.outcome, story, decision.reason)
            elif story in told:
                self._aside(book, report, story, Outcome.JOINED, reasons.Released())
            elif not enough or (decision and decision.outcome is Outcome.DIGEST):
                self._aside(book, report, story, Outcome.DIGEST, reasons.Released())
            elif decision and decision.outcome is Outcome.UNTOLD:
                book.settle(report, decision.outcome, story, decision.reason)
            elif decision:
                self._aside(book, report, story, decision.outcome, decision.reason)
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
        untold = self.rules.untold(report.watch, self.handling(report.watch)) if outcome is Outcome.DIGEST else None
        if untold:
            outcome, reason = Outcome.UNTOLD, reasons.Unroutable(untold, reason)
        book.settle(report, outcome, story, reason)
        for channel in self.rules.modes(report.watch, self.handling(report.watch)):
            if outcome is Outcome.JOINED and book.is_to_be_told(story, channel):
                continue  # there it will be named among the sources
            if self.rules.by_name[channel].digest or outcome is Outcome.HELD:
                book.tell(report, channel, "digest", reason=None if outcome is Outcome.DIGEST else reason)

    def _hold(self, book: DeskBook, report: Report, flood: reasons.Flood, now: float) -> None:
        """One more alert of a flood is held; the user is told of the first one."""
        watch, feed = floods_of(report)
        (kind, target), name = (feed, flood.feed) if flood.feed else (watch, report.watch_title)
        until = book.fuse_until(kind, target)
        book.hold_flood(kind, target, now, now + HOUR)
        if not now < until <= now + HOUR:  # none, or one from before the clock was set back
            book.notice(compose.flood_notice(kind, target, name, flood.most, now), self.rules.notices)
