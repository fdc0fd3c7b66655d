"""The configuration for commands that only read: they work beside an edit of ``config.toml`` that does not load, as the
daemon does.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import load_config, warn_of
from monitor.errors import ConfigError, Problem, StoreError

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.model import FeedSpec


def config_to_read(config_path: str | None) -> tuple[Config, list[Problem]]:
    """The configuration in force. Where it does not load, what can be read of it, beside the database of the version
    that was last taken up, and why it does not. Raises ConfigError where there is no such database.
    """
    from monitor.config import lenient
    from monitor.config.find import find, state_folders

    try:
        return load_config(config_path), []
    except ConfigError as error:
        problems = error.problems
    path = find(config_path)
    found = _likeliest(list(lenient.read(path, state_folders())))
    if found is None:
        said = "there is no database that is known to belong to it, so nothing that is stored can be shown"
        raise ConfigError([*problems, Problem(path, 0, said)])
    return replace(found, feeds=_followed(found.database)), problems


def load_to_read(config_path: str | None, warn: bool = False) -> Config:
    """The same, for a command that warns of what is wrong and goes on; ``warn``: also of what is odd."""
    config, problems = config_to_read(config_path)
    if warn:
        warn_of(config)
    tell_unread(config, problems)
    return config


def tell_unread(config: Config, problems: list[Problem]) -> None:
    """Say why ``config.toml`` does not load, and what is shown all the same."""
    if problems:
        for problem in problems:
            click.echo(f"warning: {problem}", err=True)
        click.echo(f"warning: {config.path} does not load; this is read from {config.database}", err=True)


def _likeliest(found: list[Config]) -> Config | None:
    """The one that a daemon works with, or the first that has a database."""
    from monitor.daemon.lock import holder

    there = [one for one in found if one.database.is_file()]
    return next((one for one in there if holder(one.database) is not None), there[0] if there else None)


def _followed(database: Path) -> tuple[FeedSpec, ...]:
    """The feeds that were followed last. What is wrong with the database is told by whoever opens it next."""
    from monitor.model import FeedSpec
    from monitor.store import Store

    with contextlib.suppress(StoreError):
        store = Store.reading(database)
        rows = store.list_feeds()
        store.close()
        return tuple(
            FeedSpec(row["url"], row["name"], row["interval"], max_interval=row["max_interval"]) for row in rows
        )
    return ()
