"""What commands that write the user's files share: trying the change first, writing it, and showing what it is."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import show_object
from monitor.errors import ConfigError, Level, Problem, WatchlistError
from monitor.text.wording import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.config.settings import Config
    from monitor.watchlist import Watchlists
    from monitor.watchlist.sound import Sound

F = TypeVar("F", bound="Callable[..., Any]")

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def dry_run_option(command: F) -> F:
    """``--dry-run``, handed to the command as ``dry_run``."""
    return click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")(command)


def show_diff(lines: Iterable[str]) -> None:
    """Print the lines of a diff; in colours on a terminal, and byte for byte elsewhere."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in lines:
        colour = None if line.startswith(("---", "+++")) else _COLOURS.get(line[:1])
        click.echo(click.style(line, fg=colour) if coloured and colour else line, color=True)


def watch_text(config: Config, watch: str, is_changed_by_hand: bool = False) -> str:
    """The text of a watchlist's file, which a program can change only where it has the form of one. Raises
    click.BadParameter for one that is not there, and MonitorError.
    """
    from monitor.cli.complete import known_watch, watch_ids
    from monitor.toml.write import read_text

    path = config.watchlists / f"{known_watch(watch, watch_ids(config))}.toml"
    text = read_text(path)
    if not is_changed_by_hand:
        _check_watchlist(path, text)
    return text


def entities_text(config: Config) -> str:
    """The text of the file of entities; empty when there is none. Raises MonitorError."""
    from monitor.toml.write import read_text
    from monitor.watchlist.entities import load_entities

    path = config.watchlists / "entities.toml"
    if not path.exists():
        return ""
    text = read_text(path)
    entities, problems = load_entities(path, None, draft=text)
    if entities.broken:
        raise WatchlistError(problems)
    return text


def config_text(config: Config) -> str:
    """The text that ``config`` was read from."""
    return config.file.raw.decode("utf-8")


def _check_watchlist(path: Path, text: str) -> None:
    """Raises WatchlistError for what has not the form of a watchlist."""
    from monitor.toml import tomlfile
    from monitor.watchlist.schema import WatchlistFile

    read = tomlfile.read(path, text)
    checked = [read] if isinstance(read, Problem) else tomlfile.check(read, WatchlistFile)
    if isinstance(checked, list):
        raise WatchlistError(checked)


def change_watchlists(
    config: Config,
    drafts: Mapping[str, str],
    was: Mapping[str, str],
    dry_run: bool,
    as_json: bool,
    yes: bool = False,
) -> None:
    """Write ``drafts`` (by watchlist id, or "entities") if they can be used and break nothing else, and show the diff
    and which watchlists are others then. ``was``: the texts that they were made from. Without ``yes`` the user is asked
    before an edit that would be a flood. Raises WatchlistError, with nothing written, if they cannot be used, EditError
    if the user does not agree, and MonitorError if a file is another one now.
    """
    from monitor.cli.output.excerpt import as_row
    from monitor.cli.watch import flood
    from monitor.toml import write
    from monitor.toml.quotes import quotes_of
    from monitor.watchlist.sound import build_sound, check_change

    folder = config.watchlists
    paths = {name: folder / f"{name}.toml" for name in drafts}
    old = build_sound(folder, feeds=config.feed_names)
    new = build_sound(folder, drafts, old, config.feed_names)
    try:
        check_change(old, new, drafts)
    except WatchlistError:
        click.echo("Nothing was written: with this change the watchlists could not be used.", err=True)
        raise
    pairs = flood.edited(old.lists, new.lists)
    if not yes:
        flood.agree(config, pairs, dry_run)
    if not dry_run:
        flood.remember(config, pairs)
        write.write_all(
            {paths[name]: text for name, text in drafts.items()},
            was={paths[name]: was[name] for name in drafts},
        )
    diff = [
        line
        for name in drafts
        for line in write.diff(was[name], drafts[name], shown(paths[name]), quotes_of(paths[name], drafts[name]).masked)
    ]
    changed = _changed(old.lists, new.lists)
    same = _same_meaning(old.lists, new.lists)
    odd = remarks_on(config, old, new)
    values = {
        "written": not dry_run,
        "files": [str(path) for path in paths.values()],
        "diff": diff,
        "changed": changed,
        "warnings": [as_row(one, "") for one in odd],
    }
    _tell(values, as_json, _told([one for one in changed if one["watch"] not in same], dry_run))
    warn_of_remarks(odd)
    warn_of(new.problems)


def warn_of(problems: Iterable[Problem]) -> None:
    """Say what else is broken, which kept nothing from being done."""
    for problem in problems:
        click.echo(f"warning: also broken, not by this: {str(problem).splitlines()[0]}", err=True)


def remarks_on(config: Config, old: Sound, new: Sound) -> list[Problem]:
    """What is odd about the watchlists since a change to them, as `watch check` would warn of it."""
    from monitor.clock import SystemClock, utc
    from monitor.watchlist.checks.lint import new_remarks

    before, after = (old.lists, old.library.engine), (new.lists, new.library.engine)
    return new_remarks(before, after, config.feeds, utc(SystemClock().now()).date())


def warn_of_remarks(problems: Sequence[Problem], most: int = 20) -> None:
    """Say what is odd about watchlists that can be used; of much only the beginning."""
    from monitor.cli.output.excerpt import as_text

    with contextlib.suppress(OSError):  # nobody reads warnings: no reason to fail
        for problem in problems[:most]:
            click.echo(as_text(replace(problem, level=Level.WARNING), "").plain, err=True)
        if len(problems) > most:
            click.echo(f"and {counted(len(problems) - most, 'more warning')}: monitor watch check lists them", err=True)


def usable(config: Config, watch: str) -> Sound:
    """The watchlists that can be used, ``watch`` among them; says what is wrong with others. Raises WatchlistError with
    what is wrong with ``watch``.
    """
    from monitor.watchlist.sound import build_sound

    sound = build_sound(config.watchlists, feeds=config.feed_names)
    sound.watch(watch)
    warn_of(sound.elsewhere(watch))
    return sound


def _changed(old: Watchlists, new: Watchlists) -> list[dict[str, Any]]:
    """The watchlists whose version is another one now."""
    before = {one.id: one.version for one in old.watches}
    return [
        {"watch": one.id, "title": one.title, "before": before.get(one.id), "version": one.version}
        for one in new.watches
        if before.get(one.id) != one.version
    ]


def _same_meaning(old: Watchlists | None, new: Watchlists) -> set[str]:
    """The watchlists that match and alert as before, whatever their files and concepts are called."""
    from monitor.matching import same_meaning

    before = {one.id: one for one in old.watches} if old else {}
    return {one.id for one in new.watches if same_meaning(one, before.get(one.id))}


def _told(changed: list[dict[str, Any]], dry_run: bool) -> list[str]:
    names = ", ".join(one["watch"] for one in changed)
    lines = [f"Watchlists that change: {names}." if changed else "No watchlist changes in meaning."]
    return [*lines, "Nothing was written." if dry_run else "A running daemon takes it up within two seconds."]


def change_config(
    config: Config,
    draft: str,
    dry_run: bool,
    as_json: bool,
    told: Iterable[str] = (),
    more: Mapping[str, Any] | None = None,
    with_diff: bool = True,
) -> None:
    """Write ``draft``, which was made from the text of ``config``, as the configuration if it can be used, and show
    the diff (to people only ``with_diff``), and what else is ``told`` or, to scripts, is ``more``. Raises ConfigError,
    with nothing written, if it cannot, and MonitorError if the file is another one now.
    """
    from monitor.config import settings
    from monitor.toml import write

    before = config_text(config)
    try:
        after = settings.load(config.path, draft)
        _keep_feeds(config, after)
    except ConfigError:
        click.echo("Nothing was written: with this change the configuration could not be used.", err=True)
        raise
    if not dry_run:
        write.write_all({config.path: draft}, was={config.path: before})
    diff = write.diff(before, draft, shown(config.path), settings.QUOTES.masked)
    # The daemon never takes an edit that leaves it nothing to do for what somebody wanted.
    is_last = bool(config.feeds) and not after.feeds
    taken = "It was the last feed: a running daemon goes on with it until you add another one, or stop the daemon."
    taken = taken if is_last else "A running daemon takes it up within two seconds."
    last = "Nothing was written." if dry_run else taken
    values = {"written": not dry_run, "files": [str(config.path)], "diff": diff, **(more or {})}
    _tell(values, as_json, [*told, last], with_diff)


def _keep_feeds(before: Config, after: Config) -> None:
    """Raises ConfigError when watchlists name feeds that are there before, and not after."""
    from monitor.watchlist.checks.lint import lost_feeds
    from monitor.watchlist.load import read_all

    if set(before.feed_names) <= set(after.feed_names):
        return
    try:
        lists, _ = read_all(before.watchlists)
    except WatchlistError:  # no folder: nothing names a feed
        return
    known = lost_feeds(lists, before.feed_names, before.path)
    if lost := [one for one in lost_feeds(lists, after.feed_names, before.path) if one not in known]:
        raise ConfigError(lost)


def _tell(values: dict[str, Any], as_json: bool, told: Iterable[str], with_diff: bool = True) -> None:
    if as_json:
        show_object(values, True, ())
        return
    if with_diff:
        show_diff(values["diff"])
    sys.stdout.flush()
    for line in told:
        click.echo(line, err=True)


def nothing_to_do(why: object, as_json: bool) -> None:
    """Say that the file is as it should be already."""
    if as_json:
        show_object({"written": False, "files": [], "diff": [], "changed": [], "warnings": []}, True, ())
    click.echo(f"No change: {why}.", err=True)


def shown(path: Path) -> str:
    """``path``, as short as a person would write it here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)
