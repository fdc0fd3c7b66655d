"""Whom a watchlist's matches reach, and which reach nobody. Pure.

The user may switch a digest off, or let no route lead anywhere. Nothing that was found is then told to nobody without
his knowing it: this is what commands, the log and ``monitor audit`` say of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.alerts.routing import DeskRules, Mode, Untold
from monitor.matching import Handling, Watch
from monitor.model import Band

_CLOSED = ("closed", "resolved")
_NAMED = 5


@dataclass(frozen=True)
class Reach:
    """The channels that tell a match at once, and those in whose digests it stands. Where there are none, ``nobody``
    says why, and ``untold`` whether that is by the ways that alerts go (it is not for a watchlist that is closed).
    """

    at_once: tuple[str, ...] = ()
    digest: tuple[str, ...] = ()
    nobody: str = ""
    untold: Untold | None = None

    @property
    def words(self) -> str:
        """The same for people."""
        if self.nobody:
            return f"told to nobody: {self.nobody}"
        ways = [f"at once on {', '.join(self.at_once)}"] if self.at_once else []
        ways += [f"in the digest of {', '.join(self.digest)}"] if self.digest else []
        return f"told {' and '.join(ways)}"


def reach(rules: DeskRules, watch: Watch, band: Band) -> Reach:
    """Whom a match of ``watch`` reaches that is the first report of its story."""
    handling = watch.handling
    if handling.status in _CLOSED:
        return Reach(nobody=f"the watchlist is {handling.status}")
    alerts = band is Band.ALERT and handling.status != "quiet"
    if untold := rules.untold(watch.id, handling, at_once=alerts):
        return Reach(nobody=untold.words, untold=untold)
    if not alerts:
        return Reach(digest=tuple(channel.name for channel in rules.digests(watch.id, handling)))
    modes = rules.modes(watch.id, handling)
    return Reach(
        tuple(channel for channel, mode in modes.items() if mode is not Mode.DIGEST),
        tuple(channel for channel, mode in modes.items() if mode is not Mode.IMMEDIATE),
    )


@dataclass(frozen=True)
class Gap:
    """Watchlists of which something that is found is told to nobody: all of it, or (``no digest``) what is worth no
    alert. ``every``: of all watchlists.
    """

    untold: Untold
    watches: tuple[str, ...]
    every: bool = False

    @property
    def words(self) -> str:
        """One sentence for people."""
        more = len(self.watches) - _NAMED
        named = ", ".join(self.watches[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
        if self.untold is Untold.NO_CHANNEL:
            return f"{self.untold.words}: what is found is told to nobody"
        if self.untold is Untold.NO_ROUTE:
            return f"no route leads {named} to a channel that is switched on: what is found there is told to nobody"
        which = "every channel" if self.every else f"every channel that {named} goes to"
        return f"the digest is switched off on {which}: what is found and is worth no alert is told to nobody"


def gaps(rules: DeskRules, watches: Iterable[Watch]) -> Iterator[Gap]:
    """Which of ``watches`` find what nobody is told of. Those that are closed are silent by design."""
    known = [watch for watch in watches if not is_closed(watch.handling)]
    found: dict[Untold, list[str]] = defaultdict(list)
    for watch in known:
        if untold := rules.untold(watch.id, watch.handling):
            found[untold].append(str(watch.id))
    for untold in Untold:
        if untold in found:
            yield Gap(untold, tuple(sorted(found[untold])), len(found[untold]) == len(known))


def is_closed(handling: Handling) -> bool:
    """Whether the user wants to hear nothing of a watchlist."""
    return handling.status in _CLOSED
