"""What the configuration and the watchlists let nobody hear of, for commands to say so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from monitor.alerts.routing import Gap
    from monitor.config.settings import Config
    from monitor.errors import Problem
    from monitor.matching import Watch


def gaps_of(config: Config, watches: Iterable[Watch] | None = None) -> list[Gap]:
    """Which of ``watches`` (all that can be read, when left out) find what nobody is told of."""
    from monitor.alerts.routing import gaps
    from monitor.daemon.channels import policy_of
    from monitor.watchlist import read_all

    rules = policy_of(config).desk
    if not rules.routes and rules.channels and all(channel.digest for channel in rules.channels):
        return []  # whatever the watchlists are
    if watches is None:
        watches = read_all(config.watchlists)[0].watches if config.watchlists.is_dir() else ()
    return list(gaps(rules, watches))


def told_by(config: Config, watches: Iterable[Watch]) -> Callable[[str], dict[str, list[str]]]:
    """Where each of ``watches`` is told, by its id: ``alerts_to``, and ``digest_of``: where the rest of it stands."""
    from monitor.alerts.routing import reach
    from monitor.daemon.channels import policy_of
    from monitor.model import Band

    rules, known = policy_of(config).desk, {str(watch.id): watch for watch in watches}

    def told(name: str) -> dict[str, list[str]]:
        watch = known.get(name)
        alerts, rest = (reach(rules, watch, band) if watch else None for band in (Band.ALERT, Band.DIGEST))
        return {"alerts_to": list(alerts.at_once if alerts else ()), "digest_of": list(rest.digest if rest else ())}

    return told


def wrong_routes(config: Config, watches: Iterable[Watch]) -> list[Problem]:
    """The routes that name watchlists, or tags, that there are not: no program starts with them."""
    from monitor.config.alerts import lost_routes

    return lost_routes(config.file, config.routes, {watch.id: watch.handling.tags for watch in watches})


def refuse_wrong_routes(config: Config, watches: Iterable[Watch]) -> None:
    """Raises ConfigError."""
    from monitor.errors import ConfigError

    if wrong := wrong_routes(config, watches):
        raise ConfigError(wrong)


def tell_gaps(config: Config, watches: Iterable[Watch] | None = None) -> None:
    """Say what nobody hears of."""
    tell(gaps_of(config, watches))


def tell(gaps: Iterable[Gap]) -> None:
    """Say it beside the results, so that a pipe gets only these."""
    for gap in gaps:
        sys.stdout.flush()
        click.echo(f"{'note' if gap.untold.is_chosen else 'warning'}: {gap.words}", err=True)
