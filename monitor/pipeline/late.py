"""What nothing could tell when it was found, and something can tell now: at each start, before the other pages.

Releases in which a channel had no digest of its own accord have left such matches, and so does a digest that was
switched off, or a route that led nowhere, until the user mends that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.alerts import notices
from monitor.model import Outcome
from monitor.model.reasons import FoundUntold
from monitor.pipeline.desk import Desk

if TYPE_CHECKING:
    from monitor.store.desk import DeskBook

_DAY = 86_400.0
_DONE = "untold.caught_up"
_LOOKS_BACK = 30 * _DAY
_LATELY = 7 * _DAY
_MOST = 500
"""So much of what was found so lately stands in the next digest; of the rest is only said how much there is."""


def catch_up(desk: Desk, book: DeskBook, now: float) -> int:
    """Let the next digest, or a notice, tell what was told to nobody and can be told now; how many matches that are."""
    before = book.fact(_DONE)
    book.set_fact(_DONE, now, now)
    known = book.silent(0.0 if before is None else now - _LOOKS_BACK)
    found = [
        one for one in known if desk.follows(one.watch) and not desk.rules.untold(one.watch, desk.handling(one.watch))
    ]
    late = {one.match for one in [one for one in found if one.seen > now - _LATELY][-_MOST:]}
    for one in found:
        is_late = one.match in late
        if is_late:
            book.settle(one, Outcome.DIGEST, one.alert, FoundUntold())
        for channel in desk.rules.digests(one.watch, desk.handling(one.watch)):
            if is_late:
                book.tell(one, channel.name, "digest", reason=FoundUntold())
            else:
                book.leave_untold(one, channel.name, FoundUntold(counted=True))
    if rest := len(found) - len(late):
        book.notice(notices.untold_notice(rest, len(late), found[0].seen, now), desk.rules.notices)
    return len(found)
