"""Names that a watchlist takes from ``config.toml``: a feed that does not exist brings nothing, and nobody sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from monitor.errors import Problem
from monitor.toml.advice import suggestion
from monitor.toml.tomlfile import TomlFile

if TYPE_CHECKING:
    from monitor.watchlist.schema import WatchlistFile

_MOST_NAMES = 10


def folded(name: str) -> str:
    """A feed's name as it is compared."""
    return " ".join(name.split()).casefold()


def feed_problems(file: TomlFile, source: WatchlistFile, feeds: Collection[str] | None) -> Iterator[Problem]:
    """What keeps a watchlist from looking at any feed: names in ``sources`` and ``not_sources`` that no feed has, or no
    feed that is left. ``feeds``: the names of all feeds; None where they are not known, and nothing can be said.
    """
    if feeds is None:
        return
    known = set(map(folded, feeds))
    are_known = True
    for key, names in (("sources", source.sources), ("not_sources", source.not_sources)):
        for index, name in enumerate(names):
            if folded(name) not in known:
                are_known = False
                hint = suggestion(name, feeds, most=_MOST_NAMES) or "config.toml lists no feed yet"
                yield file.problem((key, index), f'no feed is called "{name}"', hint, "unknown-feed")
    if are_known and known and not left_of(known, map(folded, source.sources), map(folded, source.not_sources)):
        said = "nothing can meet this watchlist: not_sources names every feed that it could look at"
        hint = "remove a name from it, or list another feed in config.toml"
        yield file.problem(("not_sources",), said, hint, "never-met")


def left_of(known: Iterable[str], sources: Iterable[str], not_sources: Iterable[str]) -> list[str]:
    """The feeds that a watchlist looks at, all names being folded."""
    wanted, unwanted = set(sources), set(not_sources)
    return [one for one in known if one not in unwanted and (not wanted or one in wanted)]
