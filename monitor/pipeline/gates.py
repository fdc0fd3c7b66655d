"""The desk's policies, in their order: each looks at one report and gives a decision, or lets it pass. What passes all
of them is an alert. Before them stands that of feeds in quarantine, whose reports are part of no story (``desk.py``).

To add a policy: a function here, and its place in ``GATES``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.alerts.routing import HOUR, DeskRules, is_closed
from monitor.matching import Handling
from monitor.model import Outcome, Report, reasons
from monitor.model.reasons import Because, SameStory

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

_DAY = 24 * HOUR
_HABIT = 14 * _DAY
_FAR_BEYOND = 10
"""A flood is so many times the habit, and the user's least number at least."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a report, and why."""

    outcome: Outcome
    reason: Because

    @property
    def is_for_alert(self) -> bool:
        """Whether its story is worth an alert, though something else may keep it from being told."""
        return self.outcome in _FOR_ALERTS


_FOR_ALERTS = (Outcome.ALERTED, Outcome.HELD, Outcome.SNOOZED, Outcome.RESTORED)


@dataclass(frozen=True)
class Case:
    """A report as the gates see it. ``same``: why it is one more report of ``story``; None for the first. The book is
    only read here.
    """

    report: Report
    story: str
    same: SameStory | None
    handling: Handling
    rules: DeskRules
    book: DeskBook
    now: float

    def no_alert(self, why: Because) -> Decision:
        """The first report of a story stands in the digest, one more is named beside it."""
        return Decision(Outcome.JOINED, self.same) if self.same else Decision(Outcome.DIGEST, why)


Gate = Callable[[Case], Decision | None]


def closed(case: Case) -> Decision | None:
    """The watchlist tells nobody any more."""
    if not is_closed(case.handling):
        return None
    return Decision(Outcome.ARCHIVED, reasons.ClosedWatchlist(case.handling.status))


def muted(case: Case) -> Decision | None:
    """The user has heard enough of the story."""
    until = case.book.quieted_until("mute", case.story, case.now) if case.same else None
    return Decision(Outcome.MUTED, reasons.MutedStory(until)) if until else None


def told(case: Case) -> Decision | None:
    """The story was told."""
    return Decision(Outcome.JOINED, case.same) if case.same and case.book.was_alerted(case.story) else None


def too_weak(case: Case) -> Decision | None:
    """Its score is worth a line in the digest."""
    return None if case.report.alerting else case.no_alert(reasons.LowScore())


def too_old(case: Case) -> Decision | None:
    """It is dated long before it was first seen."""
    return case.no_alert(case.report.aside) if case.report.aside else None


def quiet(case: Case) -> Decision | None:
    """The watchlist is for the digest only."""
    return case.no_alert(reasons.QuietWatchlist()) if case.handling.status == "quiet" else None


def more_sources(case: Case) -> Decision | None:
    """The watchlist wants it in more feeds."""
    wanted = case.handling.min_sources
    enough = wanted <= (case.book.sources(case.story) if case.same else 1)
    return None if enough else case.no_alert(reasons.MoreSources(wanted))


def unrouted(case: Case) -> Decision | None:
    """No channel would tell it."""
    gap = case.rules.untold(case.report.watch, case.handling, at_once=True)
    return Decision(Outcome.UNTOLD, reasons.Unroutable(gap)) if gap else None


def perhaps_told(case: Case) -> Decision | None:
    """It may have been told before the database was restored."""
    return Decision(Outcome.RESTORED, reasons.PerhapsTold()) if case.report.perhaps_told else None


def snoozed(case: Case) -> Decision | None:
    """The user wants to hear nothing of the watchlist for a while."""
    until = case.book.quieted_until("snooze", case.report.watch, case.now)
    return Decision(Outcome.SNOOZED, reasons.SnoozedWatchlist(until)) if until else None


def flooded(case: Case) -> Decision | None:
    """Its watchlist or its feed alerts far more than it ever did."""
    if not case.rules.flood:
        return None
    for kind, target in floods_of(case.report):
        lately, _ = case.book.alerted(kind, target, case.now - HOUR, case.now + HOUR)
        if lately < case.rules.flood:
            continue
        most = max(case.rules.flood, round(_FAR_BEYOND * _habit(case, kind, target)))
        if lately >= most:
            return Decision(Outcome.HELD, reasons.Flood(most, case.report.source if kind == "feed" else ""))
    return None


def floods_of(report: Report) -> tuple[tuple[str, str], tuple[str, str]]:
    """What a report may be part of a flood of: kind and name, as they are stored."""
    return ("watch", report.watch), ("feed", str(report.feed))


def _habit(case: Case, kind: str, target: str) -> float:
    """Alerts an hour in the last two weeks, or since the first one."""
    count, first = case.book.alerted(kind, target, case.now - _HABIT, case.now - HOUR)
    return count / (max(case.now - HOUR - first, _DAY) / HOUR) if count else 0.0


def alert(case: Case) -> Decision:
    """Nothing keeps it from being told."""
    if not case.same:
        return Decision(Outcome.ALERTED, reasons.FirstReport())
    if case.handling.min_sources > 1:
        return Decision(Outcome.ALERTED, reasons.EnoughSources(case.book.sources(case.story)))
    return Decision(Outcome.ALERTED, reasons.FirstSureReport())


GATES: tuple[Gate, ...] = (
    closed,
    muted,
    told,
    too_weak,
    too_old,
    quiet,
    more_sources,
    unrouted,
    perhaps_told,
    snoozed,
    flooded,
)


def decide(case: Case) -> Decision:
    """The decision of the first gate that has one; else an alert."""
    return next((decision for gate in GATES if (decision := gate(case))), None) or alert(case)
