"""``monitor watch remove``: the end of a watchlist, on purpose and with nothing lost."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import config_option, load_config, stored

if TYPE_CHECKING:
    from monitor.config.settings import Config


@click.command()
@click.argument("watch", metavar="ID")
@config_option
def remove(watch: str, config_path: str | None) -> None:
    """End the watchlist ID: its file is put aside, as ID.toml.off, and a running daemon lets go of it.

    \b
    monitor watch remove chile-lithium
    mv watchlists/chile-lithium.toml.off watchlists/chile-lithium.toml     takes it back

    A file that merely vanishes ends nothing: the daemon goes on with its last good version. This command ends such a
    watchlist, too.
    """
    from monitor.toml.write import only_writer
    from monitor.watchlist.entities import ENTITIES
    from monitor.watchlist.load import OFF, is_id

    config = load_config(config_path)
    watch = watch.removesuffix(".toml")
    if f"{watch}.toml" == ENTITIES:
        raise click.ClickException(f"{ENTITIES} is no watchlist: it holds the names that watchlists share")
    path = config.watchlists / f"{watch}.toml"
    aside = config.watchlists / f"{watch}{OFF}"
    if not is_id(watch) or not (os.path.lexists(path) or aside.exists() or watch in _vanished(config)):
        raise click.ClickException(_unknown(config, watch))
    try:
        with only_writer(config.watchlists):
            told = _put_aside(path, aside)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be put aside: {error.strerror}") from error
    for line in (*told, *_consequences(config, watch)):
        click.echo(line)


def _put_aside(path: Path, aside: Path) -> list[str]:
    """Put the file aside, or leave word that it is. Returns what to tell. Raises OSError."""
    back = shlex.join(["mv", str(aside), str(path)])
    if os.path.lexists(path):  # also a link that leads nowhere
        _keep_older(aside)
        path.rename(aside)
        return [
            f"{path} is now {aside.name}; a running daemon lets go of it within two seconds.",
            f"To take it back: {back}",
        ]
    if os.path.lexists(aside):
        return [f"{path.stem} was ended before: its file is {aside}", f"To take it back: {back}"]
    with aside.open("x", encoding="utf-8") as file:
        file.write("# The file of this watchlist was gone when it was ended.\n")
    return [
        f"{path} was gone already; {aside.name} now says that this is meant. A running daemon lets go of it within two "
        "seconds.",
        f"To take it back: write {path} again, and remove {aside.name}",
    ]


def _keep_older(aside: Path) -> None:
    """An earlier version that was put aside gets a number."""
    if os.path.lexists(aside):
        number = next(n for n in range(1, 10_000) if not os.path.lexists(f"{aside}.{n}"))
        aside.rename(f"{aside}.{number}")


def _consequences(config: Config, watch: str) -> list[str]:
    """What the end of the watchlist leads to elsewhere."""
    from monitor.watchlist.load import look_at

    lines = []
    if any(watch in route.watchlists for route in config.routes):
        lines.append(f"Note: [[routes]] in {config.path} name {watch}; mend that before the next start.")
    lines += _lost_tags(config)
    if not look_at(config.watchlists).watchlists:
        lines.append("Note: this was the last watchlist; from now on what the feeds bring is only stored.")
    return lines


def _lost_tags(config: Config) -> list[str]:
    """A note for each tag that a route names, and that no watchlist but the one that has ended has."""
    from monitor.config.alerts import unused_tags
    from monitor.errors import WatchlistError
    from monitor.watchlist.load import read_all

    if not any(route.tags for route in config.routes):
        return []
    try:
        lists, problems = read_all(config.watchlists)
    except WatchlistError:
        return []
    tags = {tag for one in lists.watches for tag in one.handling.tags}
    lost = [] if problems else unused_tags(config.file, config.routes, tags)
    return [
        f"Note: {config.path}, line {one.line}: {one.message} any more; mend that before the next start."
        for one in lost
    ]


def _vanished(config: Config) -> set[str]:
    """The watchlists that the daemon follows, or followed last."""
    from monitor.daemon.reload.refusals import live_ids

    store = stored(config)
    if store is None:
        return set()
    try:
        return live_ids(store.facts())
    finally:
        store.close()


def _unknown(config: Config, watch: str) -> str:
    from monitor.toml.advice import suggestion
    from monitor.watchlist.load import id_of, look_at

    known = {*map(id_of, look_at(config.watchlists).watchlists), *_vanished(config)}
    return f'there is no watchlist "{watch}" in {config.watchlists}; {suggestion(watch, sorted(known))}'.removesuffix(
        "; "
    )
