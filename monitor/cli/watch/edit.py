"""``monitor watch add-term|remove-term|add-example|close|reopen``: changes that keep what stands around them; and
``monitor watch edit``, for all others.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import config_option, json_option, load_config, progress
from monitor.cli.complete import EntityName, PlaceName, TermName, WatchName
from monitor.cli.watch.backtest import flood_of, lines_of
from monitor.cli.watch.changes import change_watchlists, dry_run_option, nothing_to_do, watch_text
from monitor.cli.watch.flood import yes_option

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.errors import Problem
    from monitor.matching import Watch
    from monitor.watchlist.edits import Status
    from monitor.watchlist.sound import Sound


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
    from monitor.toml.write import only_writer
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
    from monitor.toml.write import only_writer
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
    from monitor.text.clean import plain
    from monitor.toml.write import only_writer
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
    from monitor.toml.write import only_writer
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


# --- monitor watch edit ----------------------------------------------------------------------------------------------
# A watchlist in the user's editor, checked and tried before it is taken up.


_SHOWN = 3


@click.command()
@click.argument("watch", type=WatchName())
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Try it on so many days.")
@click.option("--yes", "-y", is_flag=True, help="Take it up without asking, also where it would flood you.")
@config_option
def edit(watch: str, days: int, yes: bool, config_path: str | None) -> None:
    """Edit WATCH in $VISUAL or $EDITOR. What you save is checked, and tried on the stored items, before it is used.

    \b
    monitor watch edit pakistan-brics
    EDITOR="code --wait" monitor watch edit pakistan-brics

    A mistake is shown with its line, and you can go back to the editor; nothing you typed is lost. Before an edit that
    would flood you with alerts you are asked.
    """
    from monitor.toml.write import read_text

    if not (sys.stdin.isatty() or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise click.UsageError("there is no terminal for an editor here; set EDITOR, or use monitor watch add-term")
    config = load_config(config_path)
    before = watch_text(config, watch, is_changed_by_hand=True)
    with _draft_of(watch, before) as draft:
        while True:
            click.edit(filename=str(draft))
            text = read_text(draft)
            if text == before:
                click.echo("Nothing was changed.", err=True)
                return
            sound = _checked(config, watch, text)
            if sound is not None and _agreed(config, sound, watch, days, yes):
                break
        change_watchlists(config, {watch: text}, {watch: before}, False, False, yes=True)


@contextlib.contextmanager
def _draft_of(watch: str, text: str) -> Iterator[Path]:
    """A file to be edited, which is removed when it has been taken up. Where that comes to nothing, for whatever
    reason, and something was typed, it stays, and the user is told where it is.
    """
    draft = Path(tempfile.mkdtemp(prefix="monitor-edit-")) / f"{watch}.toml"
    try:
        draft.write_bytes(text.encode())
        yield draft
    except BaseException:
        if draft.exists() and draft.read_bytes() != text.encode():
            click.echo(f"Nothing was written; what you typed is in {draft}", err=True)
        else:
            _drop(draft)
        raise
    _drop(draft)


def _drop(draft: Path) -> None:
    shutil.rmtree(draft.parent, ignore_errors=True)


def _checked(config: Config, watch: str, text: str) -> Sound | None:
    """What can be used with the draft; None to go back to the editor. Raises WatchlistError."""
    from monitor.errors import WatchlistError
    from monitor.watchlist.sound import build_sound, check_change

    before = build_sound(config.watchlists, feeds=config.feed_names)
    after = build_sound(config.watchlists, {watch: text}, before, config.feed_names)
    try:
        check_change(before, after, {watch: text})
        return after
    except WatchlistError as error:
        problems = [_in_draft(problem, watch) for problem in error.problems]
        if not sys.stdin.isatty():
            raise WatchlistError(problems) from error
        for problem in problems:
            click.echo(f"error: {problem}", err=True)
    _go_back("It cannot be used like this.")
    return None


def _in_draft(problem: Problem, watch: str) -> Problem:
    """Lines of the draft are not those of the file."""
    name = f"{watch}.toml"
    return replace(problem, file=Path(f"your draft of {name}")) if problem.file.name == name else problem


def _go_back(what: str) -> None:
    """Ask whether to edit again. Raises click.exceptions.Exit when not."""
    click.echo(what, err=True)
    if click.prompt("[e]dit again or [q]uit?", value_proc=_again_or_quit, default="e", err=True) == "q":
        raise click.exceptions.Exit(1)


def _again_or_quit(answer: str) -> str:
    for meant, words in {"e": ("e", "edit", "y", "yes"), "q": ("q", "quit", "n", "no")}.items():
        if answer.strip().lower() in words:
            return meant
    raise click.UsageError("answer e or q")


def _agreed(config: Config, sound: Sound, watch: str, days: int, yes: bool) -> bool:
    """Whether the draft is to be used, after a look at what it would have alerted. False: back to the editor. Raises
    EditError where nobody can be asked.
    """
    from monitor.errors import EditError, WatchlistError
    from monitor.watchlist.sound import build_sound

    if not config.database.exists():
        click.echo("Nothing is stored yet, so it could not be tried.", err=True)
        return True
    try:
        live = build_sound(config.watchlists).watch(watch)
    except WatchlistError:
        live = None  # this edit mends what was broken: there is nothing to compare it with but what was found
    flood = _tried(config, sound.watch(watch), live, days)
    if not flood or yes:
        return True
    if not sys.stdin.isatty():
        raise EditError("it would be a flood; --yes takes it up all the same")
    if click.confirm("Take it up all the same?", default=False, err=True):
        return True
    _go_back("It is not taken up.")
    return False


def _tried(config: Config, watch: Watch, live: Watch | None, days: int) -> str:
    """Show what the draft would have alerted; a warning where that is a flood."""
    from monitor.clock import SystemClock
    from monitor.workshop.backtest import try_out

    with progress("judging items") as bar:
        found = try_out(config.database, watch, live, days, SystemClock().now(), bar)
    names = ("in use" if live else "at the time", "edited")
    for line in lines_of(found, watch, names, config, _SHOWN):
        click.echo(line)
    click.echo()
    return flood_of(found, config)
