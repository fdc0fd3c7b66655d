"""``monitor feeds list|resume|accept``: how the feeds are, and what the user says of those in trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import changing, config_option, csv_option, json_option, load_config, show, stored
from monitor.cli.complete import FeedName
from monitor.cli.status.to_read import load_to_read

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.errors import Problem
    from monitor.model import FeedSpec
    from monitor.store import Store


@click.command("list")
@config_option
@json_option
@csv_option
def list_(config_path: str | None, as_json: bool, as_csv: bool) -> None:
    """All feeds of the configuration: how each is, when it was last read and is asked next, how often it publishes.

    \b
    new          not read yet                  silent       publishes nothing, far beyond its usual pauses
    healthy      read, and publishes           gap          lately something may have come and gone unseen
    failing      cannot be read at the moment  quarantined  somebody else may publish there: see feeds accept
    gone         its server says for good: not asked until feeds resume
    """
    config = load_to_read(config_path, warn=True)
    store = stored(config)
    known = {row["url"]: row for row in store.list_feeds()} if store else {}
    rows = [_row(spec, known.get(spec.url, {})) for spec in config.feeds]
    columns = [
        ("name", "Feed"),
        ("state", "State"),
        ("items", "Items"),
        ("publishes", "Publishes"),
        ("last_success", "Last read"),
        ("next_due", "Next poll"),
        ("error", "Error"),
        ("url", "Address"),
    ]
    for problem in _unknown_names(config):
        click.echo(f"warning: {problem}", err=True)
    show(
        rows,
        columns,
        as_json,
        f"{config.path} lists no feeds; add some under [[feeds]].",
        as_csv=as_csv,
        cut={"name": 16, "error": 24},
        dispensable=("url", "next_due", "publishes", "items", "last_success"),
    )


def _unknown_names(config: Config) -> list[Problem]:
    """Names in watchlists that no feed has."""
    from monitor.watchlist.checks.names import feed_problems
    from monitor.watchlist.load import look_at, read_all

    if look_at(config.watchlists).trouble:
        return []
    lists, _ = read_all(config.watchlists)
    found = (feed_problems(one.file, one.source, config.feed_names) for one in lists.loaded.values())
    return [problem for problems in found for problem in problems]


def _row(spec: FeedSpec, row: dict[str, Any]) -> dict[str, Any]:
    from monitor.feeds.pace import rhythm as rhythms
    from monitor.text.clean import redact

    rhythm = rhythms.from_text(row.get("rhythm", ""))
    return {
        "number": row.get("id"),
        "name": spec.name,
        "state": row.get("health", "new"),
        "state_since": row.get("health_since"),
        "language": spec.language,
        "interval": spec.interval,
        "max_interval": spec.max_interval,
        "items": row.get("items", 0),
        "last_success": row.get("last_success"),
        "last_new": row.get("last_new"),
        "publishes": rhythms.usually(rhythm),
        "typical_gap": rhythm.gap or None,
        "last_gap": row.get("gap_at"),
        "next_due": row.get("next_poll"),
        "why_due": _why_due(row),
        "failures": row.get("failures", 0),
        "error": row.get("last_error", ""),
        "url": redact(spec.url),
        "asked_url": redact(row.get("asked_url") or spec.url),
        "moved_to": redact(row["moved_to"]) if row.get("moved_to") else "",
        "moved_since": row.get("moved_since") or None,
        "tags": list(spec.tags),
    }


def _why_due(row: dict[str, Any]) -> str:
    """Why the next poll is when it is."""
    from monitor.alerts.wording import why_due

    if not row:
        return "it was not read yet"
    if row["health"] == "gone":
        return "it is gone, and not asked"
    if row["rest_until"] > max(row["next_due"], row["claimed_until"]):
        return "its host asks for it (Retry-After)"
    if row["claimed_until"] > row["next_due"]:
        return "a poll is under way, or died with its process"
    return why_due(row["why_due"])


@click.command()
@click.argument("feed", metavar="NAME|URL", type=FeedName())
@config_option
def resume(feed: str, config_path: str | None) -> None:
    """Ask a feed again that its server had called gone for good.

    \b
    monitor feeds resume Dawn
    """
    from monitor.text.clean import redact

    config = load_config(config_path)
    with changing(config) as (store, now):
        row = _row_of(config, store, feed)
        if row["health"] != "gone":
            raise click.ClickException(f"{redact(feed)} is not gone but {row['health']}")
        store.resume_feed(row["id"], now)
    click.echo("It is asked again with the next poll.")


@click.command()
@click.argument("feed", metavar="NAME|URL", type=FeedName())
@config_option
def accept(feed: str, config_path: str | None) -> None:
    """Trust a feed again whose title, items and site all changed at once. What was kept back of it is decided about as
    if it came now.

    \b
    monitor matches --outcome quarantined        what was kept back
    monitor feeds accept Dawn
    """
    from monitor.text.clean import redact

    config = load_config(config_path)
    with changing(config) as (store, now):
        row = _row_of(config, store, feed)
        kept = store.accept_feed(row["id"], now)
        if row["health"] != "quarantined" and not kept:
            raise click.ClickException(f"{redact(feed)} is not quarantined but {row['health']}")
    were = "match that was" if kept == 1 else "matches that were"
    click.echo(f"It is trusted; {kept:,} {were} kept back will be told where they are worth it.")


def _row_of(config: Config, store: Store, feed: str) -> dict[str, Any]:
    """What is stored of a feed. Raises click.ClickException for one that was never polled."""
    from monitor.cli.feeds.edit import listed

    section = config.file.data["feeds"][listed(config, feed)[0]]
    row = next((row for row in store.list_feeds() if row["url"] == section["url"].strip()), None)
    if row is None:
        raise click.ClickException("this feed was never polled; monitor run and monitor once do")
    return row
