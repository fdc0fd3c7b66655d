"""Edits that would flood the user: commands ask before they write them, and remember what the user has agreed to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from monitor.cli.common import changing, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.config.settings import Config
    from monitor.matching import Watch
    from monitor.watchlist import Watchlists
    from monitor.workshop.backtest import Flood

F = TypeVar("F", bound="Callable[..., Any]")

_DAYS = 30
_MOST_WATCHES = 200


def yes_option(command: F) -> F:
    """``--yes``, handed to the command as ``yes``."""
    text = "Write it without asking, also where it would flood you."
    return click.option("--yes", "-y", is_flag=True, help=text)(command)


def edited(old: Watchlists, new: Watchlists) -> list[tuple[Watch, Watch | None]]:
    """The watchlists that match otherwise now, and that somebody is told of, each with its version before."""
    from monitor.matching import same_meaning

    before = {watch.id: watch for watch in old.watches}
    told = [watch for watch in new.watches if watch.handling.is_told]
    return [(watch, before.get(watch.id)) for watch in told if not same_meaning(watch, before.get(watch.id))]


def agree(config: Config, pairs: Sequence[tuple[Watch, Watch | None]], dry_run: bool) -> None:
    """Say which of the edited watchlists would flood the user, and ask whether that is meant. Raises EditError where it
    is not, or nobody can be asked.
    """
    from monitor.errors import EditError

    floods = _floods(config, pairs)
    for watch, flood in floods.items():
        click.echo(f"warning: {watch} would be a flood: {flood}.", err=True)
    if not floods or dry_run:
        return
    if not sys.stdin.isatty():
        raise EditError("nothing was written; --yes writes it all the same")
    if not click.confirm("Write it all the same?", default=False, err=True):
        raise EditError("nothing was written")


def _floods(config: Config, pairs: Sequence[tuple[Watch, Watch | None]]) -> dict[str, Flood]:
    from monitor.clock import SystemClock
    from monitor.store import Store
    from monitor.workshop.backtest import flood_of, try_all
    from monitor.workshop.replay import read_of

    if not pairs or not config.database.exists():
        return {}
    store = Store.reading(config.database)
    read = read_of(store)
    store.close()
    with progress("judging items") as bar:
        tried = try_all(config.database, pairs[:_MOST_WATCHES], _DAYS, SystemClock().now(), read, progress=bar)
    found = {str(watch): flood_of(one, config.alerts.flood) for watch, one in tried.items()}
    return {watch: flood for watch, flood in found.items() if flood}


def remember(config: Config, pairs: Sequence[tuple[Watch, Watch | None]]) -> None:
    """Let a running daemon know that the user wants these versions, before it sees them."""
    from monitor.daemon.reload.flooding import accept
    from monitor.errors import StoreError

    if not pairs or not config.database.exists():
        return
    try:
        with changing(config) as (store, now):
            accept(store, {watch.id: watch.version for watch, _ in pairs}, now)
    except StoreError as error:
        click.echo(f"warning: a running daemon may hold this edit, and then says so: {error}", err=True)
