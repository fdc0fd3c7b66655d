"""``monitor alerts list|test``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from monitor.cli.common import NOTHING_STORED, config_option, json_option, load_config, run_to_end, show, stored

if TYPE_CHECKING:
    from monitor.config import Config

NOT_DELIVERED = 1


@click.group()
def alerts() -> None:
    """What you were told, and what waits to be."""


@alerts.command("list")
@config_option
@click.option("--state", type=click.Choice(["pending", "sent", "dead"]), help="Only deliveries in this state.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
def list_(config_path: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """Alerts and their deliveries, newest first.

    \b
    monitor alerts list --state pending          what waits, and why
    monitor alerts list --state dead             what a channel refused for good
    """
    store = stored(load_config(config_path))
    columns = [
        ("at", "When"),
        ("channel", "Channel"),
        ("state", "State"),
        ("attempts", "Tries"),
        ("watch", "Watchlist"),
        ("headline", "Headline"),
        ("detail", "Detail"),
    ]
    rows = store.list_deliveries(limit, state) if store else []
    if store:
        store.close()
    show(rows, columns, as_json, "No alerts yet." if store else NOTHING_STORED)


@alerts.command()
@config_option
@json_option
def test(config_path: str | None, as_json: bool) -> int:
    """Send a test alert through every channel of the configuration, now, and say how each took it.

    Exit code 0: all channels took it; 1: one did not.
    """
    config = load_config(config_path)
    rows = run_to_end(_test(config))
    show(rows, [("channel", "Channel"), ("result", "Result"), ("detail", "Detail")], as_json, "No channels.")
    return 0 if all(row["result"] == "sent" for row in rows) else NOT_DELIVERED


async def _test(config: Config) -> list[dict[str, str]]:
    from monitor.alerts.compose import message, test_alert
    from monitor.clock import SystemClock
    from monitor.daemon.channels import channels_of
    from monitor.model import SendFailed, Story
    from monitor.pipeline import attempt_to_send

    alert = test_alert(SystemClock().now())
    rows = []
    for channel in channels_of(config):
        result = await attempt_to_send(channel, message(channel.name, [Story(alert)], alert.created))
        await channel.end_batch()
        await channel.close()
        failed = isinstance(result, SendFailed)
        rows.append(
            {
                "channel": channel.name,
                "result": "failed" if failed else "sent",
                "detail": result.detail if isinstance(result, SendFailed) else result.receipt,
            }
        )
    return rows
