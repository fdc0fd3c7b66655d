"""What has come of the polls since the start, in words: for the log, and for the line at the end of a terminal."""

from __future__ import annotations

from monitor.clock import ago
from monitor.model import PollReport
from monitor.text.numbers import counted


class Progress:
    """Counts what polls report."""

    def __init__(self) -> None:
        self._asked: set[int] = set()
        self._failing: dict[int, str] = {}
        self.items = self.matches = self.alerts = self.held = 0
        self.last: float | None = None
        """When the last poll ended."""

    def note(self, report: PollReport, now: float) -> None:
        """One more poll has ended."""
        self.last = now
        self._asked.add(report.feed.id)
        self.items += report.new
        self.matches += report.matched
        self.alerts += report.alerts
        self.held += report.matched if report.baseline and not report.alerts else 0
        if report.ok:
            self._failing.pop(report.feed.id, None)
        else:
            self._failing[report.feed.id] = report.feed.spec.name

    def asked_all(self, next_poll: float | None, now: float) -> str:
        """One line when all feeds that were due at the start have been asked."""
        if not self._asked:
            return f"no feed is due yet; {_next(next_poll, now)}"
        found = [counted(self.items, "new item"), counted(self.matches, "match", "matches")]
        if self.held:
            found.append(f"{self.held:,} of these at a first reading, which alerts nobody")
        if self._failing:
            found.append(self._cannot_be_read())
        return f"{counted(len(self._asked), 'feed')} asked: {', '.join(found)}; {_next(next_poll, now)}"

    def line(self, feeds: int, next_poll: float | None, now: float) -> str:
        """How things are now, for the last line of a terminal: what changes most comes first, as the end may be cut."""
        parts = [_next(next_poll, now)]
        if self._failing:
            parts.append(self._cannot_be_read())
        parts.append(
            f"{counted(self.items, 'new item')}, {counted(self.matches, 'match', 'matches')}, "
            f"{self.alerts:,} worth an alert since the start"
        )
        if self.last is not None:
            parts.append(f"last poll {ago(max(0.0, now - self.last))} ago")
        parts.append(counted(feeds, "feed"))
        return " · ".join(parts)

    def _cannot_be_read(self) -> str:
        several = len(self._failing)
        return f"{next(iter(self._failing.values()))} cannot be read" if several == 1 else f"{several:,} cannot be read"


def _next(next_poll: float | None, now: float) -> str:
    if next_poll is None:
        return "no poll is due"
    return f"next poll in {ago(next_poll - now)}" if next_poll > now + 1 else "polling"
