"""``monitor watch add-term|remove-term|add-example|close|reopen``: changes that keep what stands around them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from monitor.cli.changes import change_watchlists, dry_run_option, nothing_to_do, watch_text
from monitor.cli.common import config_option, json_option, load_config
from monitor.cli.complete import EntityName, PlaceName, TermName, WatchName
from monitor.cli.flood import yes_option

if TYPE_CHECKING:
    from monitor.watchlist.edits import Status


@click.command("add-term")
@click.argument("watch", type=WatchName())
@click.argument("terms", metavar="TERM...", nargs=-1, required=True, type=EntityName("@"))
@click.option(
    "--to",
    "where",
    metavar="PLACE",
    type=PlaceName(),
    help="any, context, except, none, all:2 (the second entry of all), or a term that stands there already.",
)
@click.option("--new-concept", is_flag=True, help="As one more entry of all, which then is needed, too.")
@yes_option
@dry_run_option
@config_option
@json_option
def add_term(
    watch: str,
    terms: tuple[str, ...],
    where: str | None,
    new_concept: bool,
    dry_run: bool,
    yes: bool,
    config_path: str | None,
    as_json: bool,
) -> None:
    """Add terms to a watchlist. Comments, order and layout of its file stay.

    \b
    monitor watch add-term pakistan-brics "New Delhi" --to all:1
    monitor watch add-term pakistan-brics Kasur --to @pakistan        beside @pakistan
    monitor watch add-term pakistan-brics "trade bloc" accede --to context
    monitor watch add-term pakistan-brics "cricket*" --to none --dry-run

    Nothing is written when the watchlist could not be loaded then, or when its examples would not hold.
    """
    from monitor.files import only_writer
    from monitor.watchlist import edits

    if where and new_concept:
        raise click.UsageError("--new-concept is a place by itself; leave out --to")
    config = load_config(config_path)
    with only_writer(config.watchlists):
        before = watch_text(config, watch)
        text, there = _with_terms(watch, before, terms, edits.NEW if new_concept else where or "")
        if text == before:
            nothing_to_do("; ".join(there), as_json)
            return
        for known in there:
            click.echo(f"{known}.", err=True)
        change_watchlists(config, {watch: text}, {watch: before}, dry_run, as_json, yes)


def _with_terms(watch: str, text: str, terms: Iterable[str], place: str) -> tuple[str, list[str]]:
    """``text`` with ``terms`` at a place, and what is to be said of those that stand there already."""
    from monitor.watchlist import edits

    there = []
    for term in terms:
        try:
            text = edits.add_term(text, term, place, f"monitor watch add-term {shlex.quote(watch)}")
        except edits.NothingToDo as why:
            there.append(str(why))
            continue
        if place == edits.NEW:  # what else is named belongs beside it
            place = f"all:{len(edits.concepts(text))}"
    return text, there


@click.command("remove-term")
@click.argument("watch", type=WatchName())
@click.argument("term", type=TermName())
@click.option(
    "--from",
    "where",
    metavar="PLACE",
    type=PlaceName(),
    help="Only there: any, context, except, none, all:2, or a term that stands beside it. Everywhere when left out.",
)
@yes_option
@dry_run_option
@config_option
@json_option
def remove_term(
    watch: str, term: str, where: str | None, dry_run: bool, yes: bool, config_path: str | None, as_json: bool
) -> None:
    """Remove a term from a watchlist. Comments, order and layout of its file stay.

    \b
    monitor watch remove-term pakistan-brics "partner state"
    monitor watch remove-term pakistan-brics @islamabad --from all:1
    """
    from monitor.files import only_writer
    from monitor.watchlist import edits

    config = load_config(config_path)
    with only_writer(config.watchlists):
        before = watch_text(config, watch)
        text = edits.remove_term(before, term, where or "")
        change_watchlists(config, {watch: text}, {watch: before}, dry_run, as_json, yes)


@click.command("add-example")
@click.argument("watch", type=WatchName())
@click.argument("headline")
@click.option("--nomatch", is_flag=True, help="It must not match; without this, it must.")
@dry_run_option
@config_option
@json_option
def add_example(
    watch: str, headline: str, nomatch: bool, dry_run: bool, config_path: str | None, as_json: bool
) -> None:
    """Keep a headline as an example of a watchlist: no later edit can lose it, or let it in, unnoticed.

    \b
    monitor watch add-example port-strikes "Dockers down tools in Zeebrugge"
    monitor watch add-example port-strikes "Air strike on the port of Odesa" --nomatch

    Nothing is written when the example does not hold; `monitor watch why-not WATCH HEADLINE` says why.
    """
    from monitor.files import only_writer
    from monitor.text.clean import plain
    from monitor.watchlist import edits

    wanted = plain(headline)
    if not wanted:
        raise click.BadParameter("write a headline", param_hint="HEADLINE")
    config = load_config(config_path)
    with only_writer(config.watchlists):
        before = watch_text(config, watch)
        try:
            text = edits.add_example(before, wanted, match=not nomatch)
        except edits.NothingToDo as there:
            nothing_to_do(there, as_json)
            return
        change_watchlists(config, {watch: text}, {watch: before}, dry_run, as_json)


@click.command()
@click.argument("watch", type=WatchName())
@click.option("--resolved", is_flag=True, help="The question is answered (without this: you follow it no longer).")
@dry_run_option
@config_option
@json_option
def close(watch: str, resolved: bool, dry_run: bool, config_path: str | None, as_json: bool) -> None:
    """Close a watchlist: what it finds is stored, and told to nobody. `reopen` opens it again.

    \b
    monitor watch close pakistan-brics --resolved
    monitor matches --watch pakistan-brics --outcome archived      what it has found since
    """
    _set_status(watch, "resolved" if resolved else "closed", dry_run, config_path, as_json)


@click.command()
@click.argument("watch", type=WatchName())
@dry_run_option
@config_option
@json_option
def reopen(watch: str, dry_run: bool, config_path: str | None, as_json: bool) -> None:
    """Open a watchlist that is closed, resolved or quiet. What it found meanwhile is not told later."""
    _set_status(watch, "open", dry_run, config_path, as_json)


def _set_status(watch: str, status: Status, dry_run: bool, config_path: str | None, as_json: bool) -> None:
    from monitor.files import only_writer
    from monitor.watchlist import edits

    config = load_config(config_path)
    with only_writer(config.watchlists):
        before = watch_text(config, watch)
        try:
            text = edits.set_status(before, status)
        except edits.NothingToDo as there:
            nothing_to_do(there, as_json)
            return
        change_watchlists(config, {watch: text}, {watch: before}, dry_run, as_json)
