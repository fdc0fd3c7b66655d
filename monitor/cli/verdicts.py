"""``monitor alerts ack|relevant|irrelevant``: what the user says of alerts. To have seen one is no verdict."""

from __future__ import annotations

from collections.abc import Sequence

import click

from monitor.cli.common import changing, config_option
from monitor.cli.to_read import load_to_read

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
    from monitor.store import control

    with changing(load_to_read(config_path)) as (store, now):
        found = [control.find(store.db, name) for name in names]
        for alert in found:
            control.acknowledge(store.db, alert, verdict, now)
    said = "not relevant" if verdict == "irrelevant" else verdict
    click.echo(f"Noted: {said}." if len(found) == 1 else f"Noted of {len(found)} alerts: {said}.")
