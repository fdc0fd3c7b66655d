"""What a running daemon refuses of the watchlists' files, for commands that read these files themselves."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.config.settings import Config


def refused(config: Config) -> str:
    """What the running daemon refuses or holds now, as ``monitor status`` shows it; empty when there is nothing."""
    from monitor.cli.common import stored
    from monitor.daemon.lock import holder
    from monitor.daemon.reload.refusals import WATCHLISTS, WATCHLISTS_HELD
    from monitor.errors import StoreError

    if holder(config.database) is None:
        return ""
    try:
        store = stored(config)
    except StoreError:
        return ""  # the daemon's own trouble; status tells of it
    if store is None:
        return ""
    facts = store.facts()
    store.close()
    return "\n".join(facts[fact][0] for fact in (WATCHLISTS, WATCHLISTS_HELD) if fact in facts and facts[fact][0])


def tell_refused(text: str) -> None:
    """Say it last, and beside the results, so that a pipe gets only these."""
    if text:
        sys.stdout.flush()
        click.echo("The running daemon refuses this, and goes on with the version before it:", err=True)
        for line in text.split("\n"):
            click.echo(f"  {line}", err=True)
