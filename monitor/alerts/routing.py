"""Which watchlists go to which channels, and how: at once, in the digest, or both; and which reach nobody. Pure."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.matching import Handling, Watch
from monitor.model import Band

HOUR = 3600.0


class Mode(enum.StrEnum):
    """Immediate: alerts at once, the rest in the digest. Digest: all in the digest. Both: alerts at once, and in the
    digest again.
    """

    IMMEDIATE = "immediate"
    DIGEST = "digest"
    BOTH = "both"


class Untold(enum.StrEnum):
    """Why something that was found is told to nobody."""

    NO_CHANNEL = "no channel"
    NO_ROUTE = "no route"
    NO_DIGEST = "no digest"

    @property
    def is_chosen(self) -> bool:
        """Whether the user has said so, in so many words."""
        return self is Untold.NO_DIGEST

    @property
    def words(self) -> str:
        """The same for people."""
        return _WORDS[self]


_WORDS = {
    Untold.NO_CHANNEL: "every channel is switched off",
    Untold.NO_ROUTE: "no route leads it to a channel that is switched on",
    Untold.NO_DIGEST: "the digest is switched off on every channel that it goes to",
}


@dataclass(frozen=True)
class Route:
    """Watchlists, by id, tag or priority (one of them is enough; none of the three: all), and where they go."""

    channels: tuple[str, ...]
    watches: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    priorities: frozenset[str] = frozenset()
    mode: Mode = Mode.IMMEDIATE

    def takes(self, watch: str, handling: Handling) -> bool:
        """Whether the route is for this watchlist."""
        if not (self.watches or self.tags or self.priorities):
            return True
        return watch in self.watches or not self.tags.isdisjoint(handling.tags) or handling.priority in self.priorities


@dataclass(frozen=True)
class ChannelRules:
    """When a channel may speak, and how much. Seconds; ``limit``: messages an hour for each watchlist, 0 for no end.
    ``digest``: None where the user wants none. ``digest_waits``: one that nobody has set a time for leaves quiet hours
    quiet.
    """

    name: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    quiet: tuple[Quiet, ...] = ()
    digest: DigestTimes | None = None
    empty_digest: bool = False
    digest_waits: bool = False
    limit: int = 10
    group_wait: float = 30.0
    group_interval: float = 300.0


@dataclass(frozen=True)
class DeskRules:
    """All that the user decided about telling. ``flood``: so many alerts of one watchlist or one feed within an hour
    are never more than its habit. ``notices_to``: the channels on which the program speaks of itself; all without one.
    """

    channels: tuple[ChannelRules, ...] = ()
    routes: tuple[Route, ...] = ()
    flood: int = 20
    notices_to: tuple[str, ...] = ()
    story_window: float = 3 * 86400.0
    by_name: dict[str, ChannelRules] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {channel.name: channel for channel in self.channels})

    @property
    def names(self) -> tuple[str, ...]:
        """The channels that are switched on."""
        return tuple(self.by_name)

    @property
    def notices(self) -> tuple[str, ...]:
        """The channels on which the program speaks of itself."""
        return tuple(name for name in self.notices_to if name in self.by_name) or self.names

    def complaints(self, channel: str) -> tuple[str, ...]:
        """The channels on which is told what fails on ``channel``: those for notices; all others where it is itself one
        of these, as nobody may hear of it there.
        """
        others = tuple(name for name in self.names if name != channel)
        return others if channel in self.notices else tuple(name for name in others if name in self.notices)

    def modes(self, watch: str, handling: Handling) -> dict[str, Mode]:
        """The channels of a watchlist, each with how it is told there. Without routes everything goes everywhere."""
        if not self.routes:
            return dict.fromkeys(self.by_name, Mode.IMMEDIATE)
        found: dict[str, set[Mode]] = {}
        for route in self.routes:
            if route.takes(watch, handling):
                for channel in route.channels:
                    found.setdefault(channel, set()).add(route.mode)
        return {channel: _together(modes) for channel, modes in found.items() if channel in self.by_name}

    def digests(self, watch: str, handling: Handling) -> list[ChannelRules]:
        """The channels in whose digests a watchlist's matches stand that are not told at once."""
        channels = map(self.by_name.__getitem__, self.modes(watch, handling))
        return [channel for channel in channels if channel.digest]

    def untold(self, watch: str, handling: Handling, at_once: bool = False) -> Untold | None:
        """Why what a watchlist finds is told to nobody, at once or else in a digest; None when somebody is told."""
        if not self.by_name:
            return Untold.NO_CHANNEL
        if not self.modes(watch, handling):
            return Untold.NO_ROUTE
        return None if at_once or self.digests(watch, handling) else Untold.NO_DIGEST


def _together(modes: set[Mode]) -> Mode:
    return modes.pop() if len(modes) == 1 else Mode.BOTH


# --- whom a match reaches --------------------------------------------------------------------------------------------
# The user may switch a digest off, or let no route lead anywhere. Nothing that was found is then told to nobody without
# the user's knowing it: this is what commands, the log and ``monitor audit`` say of it.


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
