"""Names that a watchlist takes from ``config.toml``: a feed that does not exist brings nothing, and nobody sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import Level, Problem
from monitor.tomlfile import TomlFile, suggestion

if TYPE_CHECKING:
    from monitor.watchlist.load import Watchlists
    from monitor.watchlist.schema import WatchlistFile

_MOST_NAMES = 10


def folded(name: str) -> str:
    """A feed's name as it is compared."""
    return " ".join(name.split()).casefold()


def unknown_feeds(file: TomlFile, source: WatchlistFile, feeds: Collection[str] | None) -> Iterator[Problem]:
    """The names in ``sources`` and ``not_sources`` that no feed has. ``feeds``: the names of all feeds; None where they
    are not known, and nothing can be said.
    """
    if feeds is None:
        return
    known = set(map(folded, feeds))
    for key, names in (("sources", source.sources), ("not_sources", source.not_sources)):
        for index, name in enumerate(names):
            if folded(name) not in known:
                hint = suggestion(name, feeds, most=_MOST_NAMES) or "config.toml lists no feed yet"
                yield file.problem((key, index), f'no feed is called "{name}"', hint)


def lost_feeds(lists: Watchlists, feeds: Collection[str], config: Path) -> list[Problem]:
    """What keeps ``feeds`` from being all the feeds that there are: watchlists that name others. Told of ``config``."""
    return [
        Problem(
            config,
            0,
            f"{problem.file.name}, line {problem.line}, names a feed that is not listed: {problem.message}",
            f"{problem.hint}; change the watchlist, or list a feed of this name again".removeprefix("; "),
        )
        for one in lists.loaded.values()
        for problem in unknown_feeds(one.file, one.source, feeds)
    ]


def feed_remarks(lists: Watchlists, feeds: Iterable[str] | None) -> Iterator[Problem]:
    """A warning for each watchlist that waits for more feeds than it looks at."""
    known = [] if feeds is None else [folded(name) for name in feeds]
    for watch in lists.watches:
        wanted = watch.handling.min_sources
        looked_at = [one for one in known if one not in watch.not_sources and one in (watch.sources or known)]
        if known and wanted > len(looked_at):
            said = f"nothing can be an alert: min_sources is {wanted}, and it looks at {len(looked_at)}"
            problem = lists.file(watch.id).problem(("min_sources",), said, "lower min_sources, or add feeds")
            yield replace(problem, level=Level.WARNING, code="too-few-feeds")
