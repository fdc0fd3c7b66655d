"""``monitor alerts ack|relevant|irrelevant`` and ``monitor feedback``: what the user says of alerts and of items. To
have seen one is no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from monitor.cli.common import changing, config_option, item_of, reading, stored
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.status.to_read import load_to_read

if TYPE_CHECKING:
    from monitor.config.settings import Config

_the_alerts = click.argument("names", metavar="ALERT...", nargs=-1, required=True)


@click.command()
@_the_alerts
@click.option("--relevant", is_flag=True, help="Say that it is relevant, as `alerts relevant` does.")
@click.option("--irrelevant", is_flag=True, help="Say that it is not, as `alerts irrelevant` does.")
@config_option
def ack(names: tuple[str, ...], relevant: bool, irrelevant: bool, config_path: str | None) -> None:
    """Say that you have seen ALERTs: `alerts review` shows them no more. It says nothing of whether they are relevant,
    and takes back nothing that you have said.
    """
    if relevant and irrelevant:
        raise click.UsageError("an alert is relevant or it is not")
    _say("relevant" if relevant else "irrelevant" if irrelevant else "seen", names, config_path)


@click.command()
@_the_alerts
@config_option
def relevant(names: tuple[str, ...], config_path: str | None) -> None:
    """Say that ALERTs are relevant: `watch list` shows each watchlist's precision, `watch suggest` learns from it."""
    _say("relevant", names, config_path)


@click.command()
@_the_alerts
@config_option
def irrelevant(names: tuple[str, ...], config_path: str | None) -> None:
    """Say that ALERTs are not relevant: `watch suggest` proposes what would rule them out.

    `monitor feedback ALERT WATCH --undo` takes it back.
    """
    _say("irrelevant", names, config_path)


def _say(verdict: str, names: Sequence[str], config_path: str | None) -> None:
    """Keep what the user says of alerts: of all of them, or of none where one is not there."""
    from monitor.store.archive import control

    with changing(load_to_read(config_path)) as (store, now):
        found = [control.find(store.db, name) for name in names]
        for alert in found:
            control.acknowledge(store.db, alert, verdict, now)
    said = "not relevant" if verdict == "irrelevant" else verdict
    click.echo(f"Noted: {said}." if len(found) == 1 else f"Noted of {len(found)} alerts: {said}.")


# --- monitor feedback ------------------------------------------------------------------------------------------------
# What the user says of an item for a watchlist, found by it or not.


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
    from monitor.store.archive import control, trail

    if (verdict is None) != undo:
        raise click.UsageError("say relevant or irrelevant, or --undo")
    config = load_to_read(config_path)
    known = watch_ids(config)
    store = reading(config)
    found = item_of(store, item)  # may take its time, in which the daemon has to write
    store.close()
    with changing(config) as (store, now):
        matched = any(match["watch"] == watch for match in trail.matches_of(store.db, found.number))
        if watch not in known and not matched and watch not in control.said_of(store.db, found.number):
            known_watch(watch, known)
        if verdict:
            control.record(store.db, found.number, watch, verdict, now)
        else:
            undo = control.take_back(store.db, found.number, watch)
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
    from monitor.workshop.suggest.scores import Judge

    as_it_is, store = load_watch(config.watchlists, watch), stored(config)
    if as_it_is is None or store is None:
        return "unknown"
    band = Judge(store).bands(as_it_is, [item]).get(item)
    store.close()
    return str(band) if band else ""
