"""``monitor items``: what the feeds brought, whether it matched or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from monitor.cli.common import NOTHING_STORED, config_option, csv_option, json_option, load_config, show, stored

_SINCE = "30d"
_NONE = "No stored item is that new and holds all of these words; --since looks further back."


@click.command()
@click.argument("words", nargs=-1)
@config_option
@click.option("--since", default=_SINCE, show_default=True, help="How far back.")
@click.option("--feed", help="Only items of this feed, by its name.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
@csv_option
def items(
    words: tuple[str, ...],
    config_path: str | None,
    since: str,
    feed: str | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Stored items, newest first, with the watchlists that they matched. All WORDS have to occur in title or summary,
    in upper or lower case, also as parts of words.

    \b
    monitor items                            the newest
    monitor items pakistan gas --since 90d
    monitor items --feed Dawn --json

    The number of an item is what `monitor watch why`, `monitor watch why-not` and `monitor feedback` take.
    """
    from monitor.clock import SystemClock
    from monitor.store import find
    from monitor.tomlfile import parse_duration, suggestion

    store = stored(load_config(config_path))
    try:
        begin = SystemClock().now() - parse_duration(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from error
    known = find.feed_names(store.db) if store else []
    if store and feed is not None and feed not in known:
        raise click.BadParameter(f'there is no feed "{feed}"; {suggestion(feed, known)}', param_hint="--feed")
    rows = find.listing(store.db, words, limit, begin, feed) if store else []
    if store:
        store.close()
    columns = [("item", "Item"), ("at", "Seen"), ("source", "Feed"), ("title", "Headline"), ("found", "Watchlists")]
    show(
        rows if as_json else [_named(row) for row in rows],
        columns,
        as_json,
        _NONE if store else NOTHING_STORED,
        as_csv=as_csv,
        cut={"title": 28, "found": 20, "source": 10},
        dispensable=("source",),
    )


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "found": ", ".join(f"{match['watch']} ({match['outcome']})" for match in row["matches"])}
