"""A folder of watchlist files → a running engine: loaded, compiled, and tried on the watchlists' own examples."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import Problem, WatchlistError
from monitor.matching import Engine, Headline, Read, compile_watches
from monitor.model import WatchId
from monitor.text.clean import plain
from monitor.watchlist.load import Watchlists, load


@dataclass(frozen=True)
class Library:
    """The watchlists of a folder, ready to match."""

    lists: Watchlists
    engine: Engine


def build(
    folder: Path,
    previous: Library | None = None,
    read: Read | None = None,
    drafts: Mapping[str, str] | None = None,
    feeds: Collection[str] | None = None,
    may_be_empty: bool = False,
) -> Library:
    """Load, compile and try the watchlists of ``folder``. Raises WatchlistError with all problems found.

    Of a ``previous`` library whatever has not changed is taken over, and not tried again. ``read``: what is known of
    the words of the stream. ``drafts``: texts that are read in place of files, ``feeds``: the names of all feeds;
    ``may_be_empty``: see ``load``.
    """
    lists = load(folder, previous.lists if previous else None, drafts, feeds, may_be_empty)
    read = read or (previous.engine.read if previous else None)
    engine = compile_watches(lists.watches, read, previous.engine if previous else None)
    problems = [
        problem
        for watch in lists.watches
        if not previous or previous.engine.watch(watch.id) is not watch
        for problem in failed_examples(lists, engine, watch.id)
    ]
    if problems:
        raise WatchlistError(problems)
    return Library(lists, engine)


def failed_examples(lists: Watchlists, engine: Engine, watch: WatchId) -> Iterator[Problem]:
    """The examples of a watchlist that do not hold."""
    examples = lists.examples(watch)
    file = lists.file(watch)
    for index, (text, _) in enumerate(examples.match):
        headline = Headline(plain(text))
        if engine.match_one(watch, headline) is None:
            why = " ".join(engine.explain(watch, headline).lines)
            yield file.problem(
                ("examples", "match", index),
                f'the example "{text}" should match, and does not: {why}',
                "add the name or spelling that it uses, or remove the example",
                "example-fails",
            )
    for index, (text, _) in enumerate(examples.nomatch):
        match = engine.match_one(watch, Headline(plain(text)))
        if match:
            hint = f"it does: {match.why}; narrow the terms, use except or none, or remove the example"
            said = f'the example "{text}" should not match'
            yield file.problem(("examples", "nomatch", index), said, hint, "example-fails")
