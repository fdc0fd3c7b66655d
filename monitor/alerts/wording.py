"""Reasons in words: the one place where the codes of ``model/reasons.py`` become sentences."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from monitor.alerts.routing import Untold
from monitor.clock import local_text
from monitor.model import reasons
from monitor.model.reasons import Alike, Because, DueBy
from monitor.text.wording import counted


def words_of(reason: Because | None, is_over: bool = False) -> str:
    """A reason for people; the empty string for none. ``is_over``: of a snooze or a mute that holds no more."""
    if is_over and isinstance(reason, reasons.MutedStory | reasons.SnoozedWatchlist):
        return _quiet_until(reason, "was")
    return "" if reason is None else _words(reason)


def worded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A stored row with its ``reason`` in words, and its code beside that."""
    reason = row["reason"]
    return {**row, "reason": reason and words_of(reason), "reason_code": reason and reason.code}


def why_due(stored: str) -> str:
    """Why a feed is asked when it is, by the code that is stored; what is none is shown as it is."""
    return DUE.get(DueBy(stored), stored) if stored in set(DueBy) else stored


@singledispatch
def _words(reason: Because) -> str:
    return _PLAIN[type(reason)]


_PLAIN: dict[type[Because], str] = {
    reasons.FirstReport: "the first report of its story",
    reasons.FirstSureReport: "the first report of its story that is sure enough",
    reasons.LowScore: "its score is for the digest",
    reasons.QuietWatchlist: "the watchlist is quiet",
    reasons.PerhapsTold: "it may have been told before the database was restored",
    reasons.Released: "released by the user",
    reasons.MutedMeanwhile: "the story was muted before it was told",
    reasons.SnoozedMeanwhile: "the watchlist was snoozed before it was told",
    reasons.PerhapsSent: "it may have been sent before the database was restored",
}


@_words.register
def _(reason: reasons.EnoughSources) -> str:
    return f"in {reason.found} sources"


@_words.register
def _(reason: reasons.MoreSources) -> str:
    return f"in 1 of {reason.wanted} sources"


@_words.register
def _(reason: reasons.SameStory) -> str:
    how = {
        Alike.LINK: "same link",
        Alike.TITLE: "same title",
        Alike.TITLES: f"title {reason.share:.2f} alike",
        Alike.TEXTS: f"text {reason.share:.2f} alike",
    }[reason.by]
    return f"{how} as in {reason.source}"


@_words.register
def _(reason: reasons.OldDate) -> str:
    return f"dated {reason.day}, long before it was first seen"


@_words.register
def _(reason: reasons.ClosedWatchlist) -> str:
    return f"the watchlist is {reason.status}"


@_words.register
def _(reason: reasons.QuarantinedFeed) -> str:
    return f"the feed {reason.feed} may be somebody else's now"


@_words.register(reasons.MutedStory)
@_words.register(reasons.SnoozedWatchlist)
def _quiet_until(reason: reasons.MutedStory | reasons.SnoozedWatchlist, verb: str = "is") -> str:
    what = f"the story {verb} muted" if isinstance(reason, reasons.MutedStory) else f"the watchlist {verb} snoozed"
    return f"{what} until {local_text(reason.until)}"


@_words.register
def _(reason: reasons.Flood) -> str:
    what = f"the feed {reason.feed}" if reason.feed else "this watchlist"
    return f"held: more than {counted(reason.most, 'alert')} of {what} within an hour"


@_words.register
def _(reason: reasons.Unroutable) -> str:
    why = Untold(reason.gap).words if reason.gap in set(Untold) else reason.gap
    return f"{_words(reason.but)}, but {why}" if reason.but else why


@_words.register
def _(reason: reasons.FoundUntold) -> str:
    return "found while it could be told to nobody" + ("; a notice said how much there is" if reason.counted else "")


@_words.register
def _(reason: reasons.QuietHours) -> str:
    return f"quiet hours until {reason.until}"


@_words.register
def _(reason: reasons.WaitsForMore) -> str:
    return f"waits until {reason.until} for what belongs to it"


@_words.register
def _(reason: reasons.LimitReached) -> str:
    return f"more than {counted(reason.limit, 'alert')} of this watchlist within an hour"


@_words.register
def _(reason: reasons.Noted) -> str:
    return reason.words


DUE: dict[DueBy, str] = {
    DueBy.INTERVAL: "your interval",
    DueBy.MAX_INTERVAL: "your max_interval",
    DueBy.RHYTHM: "the feed's rhythm",
    DueBy.LEARNING: "your interval, until its rhythm is known",
    DueBy.MISSED: "your interval, as items may have been missed",
    DueBy.MAX_AGE: "the server asks for it (Cache-Control, Expires)",
    DueBy.TTL: "the feed asks for it (ttl)",
    DueBy.SKIPPED: "the feed asks for it (skipHours, skipDays)",
    DueBy.RETRY_AFTER: "the server asks for it (Retry-After)",
    DueBy.FAILED: "it could not be read",
}
"""Why a feed is asked when it is."""
