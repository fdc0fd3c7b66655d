"""Names that a watchlist takes from ``config.toml``: a feed that does not exist brings nothing, and nobody sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import Level, Problem
from monitor.matching.rules import is_in
from monitor.text.languages import language_code
from monitor.tomlfile import TomlFile, suggestion

if TYPE_CHECKING:
    from monitor.model import FeedSpec
    from monitor.watchlist.load import Watchlists
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
                yield file.problem((key, index), f'no feed is called "{name}"', hint)
    if are_known and known and not _left(known, map(folded, source.sources), map(folded, source.not_sources)):
        said = "nothing can meet this watchlist: not_sources names every feed that it could look at"
        yield file.problem(("not_sources",), said, "remove a name from it, or list another feed in config.toml")


def _left(known: Iterable[str], sources: Iterable[str], not_sources: Iterable[str]) -> list[str]:
    """The feeds that a watchlist looks at, all names being folded."""
    wanted, unwanted = set(sources), set(not_sources)
    return [one for one in known if one not in unwanted and (not wanted or one in wanted)]


def lost_feeds(lists: Watchlists, feeds: Collection[str], config: Path) -> list[Problem]:
    """What keeps ``feeds`` from being all the feeds that there are: watchlists that name others, or that would have
    none left. Told of ``config``.
    """
    return [
        Problem(
            config,
            0,
            f"{problem.file.name}, line {problem.line}, does not fit these feeds: {problem.message}",
            f"{problem.hint}; change the watchlist, or list the feed again".removeprefix("; "),
        )
        for one in lists.loaded.values()
        for problem in feed_problems(one.file, one.source, feeds)
    ]


def feed_remarks(lists: Watchlists, feeds: Collection[FeedSpec]) -> Iterator[Problem]:
    """Warnings for watchlists that wait for more feeds than they look at, or for another language than these have."""
    languages = {folded(feed.name): (language_code(feed.language) or "").casefold() for feed in feeds}
    for watch in lists.watches:
        file, wanted = lists.file(watch.id), watch.handling.min_sources
        left = _left(languages, watch.sources, watch.not_sources)
        if left and wanted > len(left):
            said = f"nothing can be an alert: min_sources is {wanted}, and it looks at {len(left)}"
            problem = file.problem(("min_sources",), said, "lower min_sources, or add feeds")
            yield replace(problem, level=Level.WARNING, code="too-few-feeds")
        spoken = {languages[one] for one in left}
        if left and watch.languages and not any(_may_be_met(one, watch.languages) for one in spoken):
            said = (
                f"lang leaves out each feed that it looks at: config.toml says {', '.join(sorted(spoken))}, and lang "
                f"says {', '.join(sorted(watch.languages))}"
            )
            hint = "only entries that name a language of their own can be met; add a language to lang, or a feed"
            yield replace(file.problem(("lang",), said, hint), level=Level.WARNING, code="other-language")


def _may_be_met(language: str, wanted: Iterable[str]) -> bool:
    return not language or any(is_in(language, one) for one in wanted)
