"""``monitor watch edit``: a watchlist in the user's editor, checked and tried before it is taken up."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.backtest import flood_of, lines_of, progress
from monitor.cli.changes import change_watchlists, watch_text
from monitor.cli.common import config_option, load_config
from monitor.cli.complete import WatchName

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.errors import Problem
    from monitor.matching import Watch
    from monitor.watchlist.sound import Sound

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
    from monitor.files import read_text

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
    from monitor.workshop.trial import try_out

    with progress("judging items") as bar:
        found = try_out(config.database, watch, live, days, SystemClock().now(), bar)
    names = ("in use" if live else "at the time", "edited")
    for line in lines_of(found, watch, names, config, _SHOWN):
        click.echo(line)
    click.echo()
    return flood_of(found, config)
