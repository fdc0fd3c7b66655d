"""The sentences in which releases before format 8 stored their reasons, and the reasons that they are now. For the
migration, and for what such a release still writes while it runs; what none of them fits is kept as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from monitor.model import reasons
from monitor.model.reasons import Alike, Because, DueBy

_PLAIN: dict[str, Because] = {
    "the first report of its story": reasons.FirstReport(),
    "the first report of its story that is sure enough": reasons.FirstSureReport(),
    "its score is for the digest": reasons.LowScore(),
    "the watchlist is quiet": reasons.QuietWatchlist(),
    "it may have been told before the database was restored": reasons.PerhapsTold(),
    "it may have been sent before the database was restored": reasons.PerhapsSent(),
    "released by the user": reasons.Released(),
    "found while it could be told to nobody": reasons.FoundUntold(),
    "found while it could be told to nobody; a notice said how much there is": reasons.FoundUntold(counted=True),
    "the story was muted before it was told": reasons.MutedMeanwhile(),
    "the watchlist was snoozed before it was told": reasons.SnoozedMeanwhile(),
}
_GAPS = {
    "every channel is switched off": "no channel",
    "no route leads it to a channel that is switched on": "no route",
    "the digest is switched off on every channel that it goes to": "no digest",
}
_ALIKE = {"same link": (Alike.LINK, 1.0), "same title": (Alike.TITLE, 1.0)}


def _same_story(how: str, source: str) -> Because:
    kind, _, share = how.partition(" ")
    by, alike = _ALIKE.get(how) or (Alike.TITLES if kind == "title" else Alike.TEXTS, float(share.split()[0]))
    return reasons.SameStory(by, alike, source)


def _number(written: str) -> int:
    return int(written.replace(",", ""))


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Because]], ...] = tuple(
    (re.compile(pattern, re.DOTALL), made)
    for pattern, made in (
        (r"in 1 of (\d+) sources", lambda wanted: reasons.MoreSources(int(wanted))),
        (r"in (\d+) sources", lambda found: reasons.EnoughSources(int(found))),
        (r"(same link|same title|title [\d.]+ alike|text [\d.]+ alike) as in (.*)", _same_story),
        (r"dated (\d{4}-\d\d-\d\d), long before it was first seen", reasons.OldDate),
        (r"the watchlist is (\w+)", reasons.ClosedWatchlist),
        (r"the feed (.*) may be somebody else's now", reasons.QuarantinedFeed),
        (r"held: more than ([\d,]+) alerts? of this watchlist within an hour", lambda n: reasons.Flood(_number(n))),
        (
            r"held: more than ([\d,]+) alerts? of the feed (.*) within an hour",
            lambda n, f: reasons.Flood(_number(n), f),
        ),
        (r"quiet hours until (.*)", reasons.QuietHours),
        (r"waits until (.*) for what belongs to it", reasons.WaitsForMore),
        (r"more than ([\d,]+) alerts? of this watchlist within an hour", lambda n: reasons.LimitReached(_number(n))),
        (r"the story is muted until (\d{4}-\d\d-\d\d \d\d:\d\d)", lambda at: reasons.MutedStory(_moment(at))),
        (
            r"the watchlist is snoozed until (\d{4}-\d\d-\d\d \d\d:\d\d)",
            lambda at: reasons.SnoozedWatchlist(_moment(at)),
        ),
    )
)


def _moment(local: str) -> float:
    return datetime.strptime(local, "%Y-%m-%d %H:%M").astimezone().timestamp()


def reason_of(sentence: str) -> Because | None:
    """The reason that a stored sentence is; None for the empty one."""
    if not sentence:
        return None
    if sentence in _PLAIN:
        return _PLAIN[sentence]
    if sentence in _GAPS:
        return reasons.Unroutable(_GAPS[sentence])
    before, but, gap = sentence.rpartition(", but ")
    if but and gap in _GAPS:
        return reasons.Unroutable(_GAPS[gap], reason_of(before))
    for pattern, made in _FORMS:
        if found := pattern.fullmatch(sentence):
            try:
                return made(*found.groups())
            except (ValueError, OverflowError):  # a moment that no clock shows
                break
    return reasons.Noted(sentence)


_DUE = {
    "your interval": DueBy.INTERVAL,
    "your max_interval": DueBy.MAX_INTERVAL,
    "the feed's rhythm": DueBy.RHYTHM,
    "your interval, until its rhythm is known": DueBy.LEARNING,
    "your interval, as items may have been missed": DueBy.MISSED,
    "the server asks for it (Cache-Control, Expires)": DueBy.MAX_AGE,
    "the feed asks for it (ttl)": DueBy.TTL,
    "the feed asks for it (skipHours, skipDays)": DueBy.SKIPPED,
    "the server asks for it (Retry-After)": DueBy.RETRY_AFTER,
    "it could not be read": DueBy.FAILED,
}


def due_by(sentence: str) -> str:
    """The code for which a feed is due, as it is stored; empty for what is not known."""
    return _DUE.get(sentence, "")
