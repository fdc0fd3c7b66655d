"""``monitor feedback``: what you say of an item for a watchlist, found by it or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from monitor.cli.common import changing, config_option, item_of, reading, stored
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.to_read import load_to_read

if TYPE_CHECKING:
    from monitor.config import Config

_VERDICTS = ["relevant", "irrelevant"]
_MAKES = {"": ", which does not take it", "digest": ", which takes it for the digest"}


@click.command()
@click.argument("item")
@click.argument("watch", type=WatchName())
@click.argument("verdict", type=click.Choice(_VERDICTS), required=False)
@click.option("--undo", is_flag=True, help="Take back what you said.")
@config_option
def feedback(item: str, watch: str, verdict: str | None, undo: bool, config_path: str | None) -> None:
    """Say that ITEM is relevant or irrelevant for WATCH, whether it was found or not; and hear whether WATCH, as it is
    now, takes it.

    \b
    monitor feedback 123 pakistan-brics relevant
    monitor feedback https://www.dawn.com/news/1860000 pakistan-brics relevant
    monitor feedback 3f9c21ab pakistan-brics irrelevant       by the alert's id
    monitor feedback 123 pakistan-brics --undo

    ITEM is its number (`monitor items` shows it), its link, the beginning of an alert's id, or its whole headline.
    `monitor watch list` shows how each watchlist, as it is now, agrees with what you said.
    """
    from monitor.store import feedback as said
    from monitor.store import trail

    if (verdict is None) != undo:
        raise click.UsageError("say relevant or irrelevant, or --undo")
    config = load_to_read(config_path)
    known = watch_ids(config)
    store = reading(config)
    found = item_of(store, item)  # may take its time, in which the daemon has to write
    store.close()
    with changing(config) as (store, now):
        matched = any(match["watch"] == watch for match in trail.matches_of(store.db, found.number))
        if watch not in known and not matched and watch not in said.said_of(store.db, found.number):
            known_watch(watch, known)
        if verdict:
            said.record(store.db, found.number, watch, verdict, now)
        else:
            undo = said.take_back(store.db, found.number, watch)
    if verdict is None:
        answer = "Taken back" if undo else f"Nothing was said of it for {watch}"
        click.echo(f"{answer}: #{found.number} {found.item.title}")
        return
    for line in _noted(config, verdict, watch, found.number, found.item.title):
        click.echo(line)


def _noted(config: Config, verdict: str, watch: str, item: int, title: str) -> Iterator[str]:
    """What was noted, what the watchlist makes of the item as it is now, and what can be done where they differ."""
    band = _band(config, watch, item)
    yield f"Noted: {verdict} for {watch}{_MAKES.get(band, '')}: #{item} {title}"
    if band == "" and verdict == "relevant":
        yield f"  monitor watch why-not {watch} {item}   says why"
        yield f"  monitor watch suggest {watch}   proposes what is missing, when three such items have it"
    if band in ("alert", "digest") and verdict == "irrelevant":
        yield f"  monitor watch suggest {watch}   proposes what would rule it out, when three such items have it"


def _band(config: Config, watch: str, item: int) -> str:
    """What the watchlist makes of an item, as it stands in its file: empty for nothing, and "unknown" where the file is
    gone or cannot be used.
    """
    from monitor.watchlist import load_watch
    from monitor.workshop.standing import Judge

    as_it_is, store = load_watch(config.watchlists, watch), stored(config)
    if as_it_is is None or store is None:
        return "unknown"
    band = Judge(store).bands(as_it_is, [item]).get(item)
    store.close()
    return str(band) if band else ""
