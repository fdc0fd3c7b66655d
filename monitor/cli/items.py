"""``monitor items``: what the feeds brought, whether it matched or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import click

from monitor.cli.common import NOTHING_STORED, config_option, csv_option, json_option, show, stored
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.status.to_read import load_to_read

_SINCE = "30d"
_NONE = "No stored item is that new and holds all of these words; --since looks further back."


@click.command()
@click.argument("words", nargs=-1)
@config_option
@click.option("--since", default=_SINCE, show_default=True, help="How far back, or from which day: 90d, 2026-01-15.")
@click.option("--until", help="Up to when: 7d (ago), or 2026-01-31, that day included.")
@click.option("--feed", help="Only items of this feed, by its name.")
@click.option("--watch", type=WatchName(), help="Only items that matched this watchlist.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
@csv_option
def items(
    words: tuple[str, ...],
    config_path: str | None,
    since: str,
    until: str | None,
    feed: str | None,
    watch: str | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Stored items, newest first, with the watchlists that they matched. All WORDS have to occur in title or summary,
    as the words of watchlists do: whole words, whatever their case, accents and plural; a phrase in quotes; the
    beginning of a word with a star; an acronym of up to four letters in capitals. OR between two of them asks for one
    of the two.

    \b
    monitor items                            the newest
    monitor items pakistan gas --since 90d
    monitor items "gas pipeline" geneve OR genf
    monitor items --watch pakistan-brics --since 2026-01-01 --until 2026-01-31
    monitor items --feed Dawn --json

    The number of an item is what `monitor watch why`, `monitor watch why-not` and `monitor feedback` take.
    """
    from monitor.clock import SystemClock
    from monitor.store.archive import find
    from monitor.toml.advice import suggestion

    holds = _search(words)
    now = SystemClock().now()
    begin, end = _moment(since, now, "--since"), _moment(until, now, "--until") if until else None
    if begin >= (now if end is None else end):
        later = "lies in the future" if end is None else f"is later than --until {until}"
        raise click.BadParameter(f"{since} {later}: nothing can be found", param_hint="--since")
    config = load_to_read(config_path)
    store = stored(config)
    known = find.feed_names(store.db) if store else []
    if store and feed is not None and feed not in known:
        raise click.BadParameter(f'there is no feed "{feed}"; {suggestion(feed, known)}', param_hint="--feed")
    wanted = find.Wanted(begin, feed=feed, watch=watch) if end is None else find.Wanted(begin, end, feed, watch)
    rows = find.listing(store.db, wanted, holds, limit) if store else []
    if store:
        store.close()
    if watch and not rows:  # one that is gone may have matched items all the same
        known_watch(watch, watch_ids(config), "--watch")
    columns = [("item", "Item"), ("at", "Seen"), ("source", "Feed"), ("title", "Headline"), ("found", "Watchlists")]
    show(
        rows if as_json else [_named(row) for row in rows],
        columns,
        as_json,
        _NONE if store else NOTHING_STORED,
        as_csv=as_csv,
        cut={"title": 28, "found": 20, "source": 10},
        dispensable=("source", "at"),
    )


def _search(words: tuple[str, ...]) -> Callable[[str, str], bool]:
    from monitor.matching import TermError
    from monitor.matching.search import Search

    try:
        return Search(words).finds
    except TermError as error:
        raise click.BadParameter(f"{error}: {error.hint}", param_hint="WORDS") from error


def _moment(text: str, now: float, option: str) -> float:
    """The moment that a length of time goes back to; that at which a day begins, or ends for ``--until``."""
    from monitor.toml.tomlfile import parse_duration

    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            return now - parse_duration(text)
        except ValueError as error:
            raise click.BadParameter(f"{error}, or a day: 2026-01-15", param_hint=option) from error
    day += timedelta(days=option == "--until")
    return datetime(day.year, day.month, day.day).astimezone().timestamp()


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "found": ", ".join(f"{match['watch']} ({match['outcome']})" for match in row["matches"])}
