"""``monitor status`` and ``monitor matches``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import NOTHING_STORED, config_option, json_option, load_config, show, show_object, stored

if TYPE_CHECKING:
    from monitor.config import Config

NOT_RUNNING = 3
_OUTCOMES = ["waiting", "alerted", "joined", "digest", "snoozed", "muted", "held", "baseline"]


@click.command()
@config_option
@json_option
def status(config_path: str | None, as_json: bool) -> int:
    """How the daemon, its feeds and its outbox are doing. Exit code 0: running; 3: not running."""
    config = load_config(config_path)
    values = _gather(config)
    show_object(values, as_json, _lines(values))
    return 0 if values["running"] else NOT_RUNNING


def _gather(config: Config) -> dict[str, Any]:
    from monitor.daemon.lock import holder
    from monitor.store import Store

    pid = holder(config.database)
    values: dict[str, Any] = {
        "running": pid is not None,
        "pid": pid,
        "config": str(config.path),
        "database": str(config.database),
        "watchlists": str(config.watchlists),
    }
    if not config.database.exists():
        return {
            **values,
            "feeds": {},
            "items": 0,
            "matches": 0,
            "deliveries": {},
            "orphans": {},
            "failing": [],
            "refusal": "",
            "last_success": None,
            "next_due": None,
        }
    store = Store.reading(config.database)
    rows = store.list_feeds()
    failing = [
        {"name": row["name"], "failures": row["failures"], "error": row["last_error"]}
        for row in rows
        if row["failures"]
    ]
    new = sum(1 for row in rows if row["last_success"] is None and not row["failures"])
    refusal, _ = store.facts().get("watchlists.refusal", ("", 0.0))
    values.update(store.counts())
    values.update(
        orphans={
            channel: states["pending"]
            for channel, states in values["deliveries"].items()
            if "pending" in states and channel not in config.alerts.active
        },
        feeds={"healthy": len(rows) - len(failing) - new, "failing": len(failing), "new": new},
        failing=failing,
        refusal=refusal,
        last_success=max((row["last_success"] for row in rows if row["last_success"]), default=None),
        next_due=min((row["next_due"] for row in rows), default=None),
    )
    store.close()
    return values


def _lines(values: dict[str, Any]) -> Iterator[str]:
    from monitor.clock import local_text

    running = f"running, process {values['pid']}" if values["running"] else "not running (monitor run starts it)"
    yield f"daemon      {running}"
    yield f"config      {values['config']}"
    yield f"database    {values['database']}"
    feeds = values["feeds"]
    if not feeds:
        yield "feeds       nothing polled yet"
        return
    yield f"feeds       {feeds['healthy']} healthy, {feeds['failing']} failing, {feeds['new']} not read yet"
    for feed in values["failing"]:
        yield f"            {feed['name']}: {feed['error']} ({_times(feed['failures'])})"
    yield f"last poll   {local_text(values['last_success'])}, next due {local_text(values['next_due'])}"
    yield f"stored      {values['items']:,} items, {values['matches']:,} matches"
    for channel, states in sorted(values["deliveries"].items()):
        yield f"alerts      {channel}: " + ", ".join(
            f"{count:,} {state}" for state, count in sorted(states.items(), reverse=True)
        )
    for channel, count in sorted(values["orphans"].items()):
        yield f"            {channel} is switched off: what is pending there ({count:,}) waits until it is on again"
    if values["refusal"]:
        yield "watchlists  the last edit was refused, the version before it is in use:"
        for line in values["refusal"].split("\n"):
            yield f"            {line}"


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"


@click.command()
@config_option
@click.option("--watch", help="Only matches of this watchlist.")
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="Only matches that ended like this.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
def matches(config_path: str | None, watch: str | None, outcome: str | None, limit: int, as_json: bool) -> None:
    """Items that belong to a watchlist, newest first: what became of each, and why it matched.

    \b
    monitor matches --watch pakistan-brics
    monitor matches --outcome baseline           what feeds held at their first reading
    monitor matches --json | jq '.[].explanation'
    """
    store = stored(load_config(config_path))
    columns = [
        ("at", "Seen"),
        ("watch", "Watchlist"),
        ("outcome", "Outcome"),
        ("reason", "Reason"),
        ("score", "Score"),
        ("source", "Source"),
        ("title", "Headline"),
        ("link", "Link"),
    ]
    rows = store.list_matches(limit, watch, outcome=outcome) if store else []
    if store:
        store.close()
    show(rows, columns, as_json, "No matches yet." if store else NOTHING_STORED)
