"""``monitor alerts``: what was told, what waits, and what you say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.alerts.kept_back import dropped, kept_back, release_all
from monitor.cli.alerts.rows import by_alerts, deliveries_of, worded_whole
from monitor.cli.alerts.verdicts import ack, irrelevant, relevant
from monitor.cli.common import (
    NOTHING_STORED,
    cell,
    changing,
    config_option,
    csv_option,
    json_option,
    load_config,
    reading,
    run_to_end,
    show,
    show_object,
    stored,
)
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.status.to_read import load_to_read
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.pipeline import Desk
    from monitor.store import Store

NOT_DELIVERED = 1
_STATES = ["pending", "sent", "dead", "dropped"]
_LONGEST = 10 * 365 * 86_400.0
_ALERT = re.compile(r"[0-9A-Fa-f]{4,}")
_MUTED_FOR = "7d"
_SNOOZED_FOR = "1d"


@click.group()
def alerts() -> None:
    """What you were told, what waits to be, and what you say of it.

    \b
    monitor alerts list                      the newest
    monitor alerts show 3f9c21ab             all about one: why, who else has it, each attempt to tell you
    monitor alerts ack 3f9c21ab              you have seen it
    monitor alerts irrelevant 3f9c21ab       it is not what you want; relevant: it is
    monitor alerts mute 3f9c21ab             no more of this story
    monitor alerts snooze pakistan-brics     nothing of this watchlist for a day
    monitor alerts review                    go through what is new, one key each
    """


for _command in (ack, relevant, irrelevant):
    alerts.add_command(_command)


@alerts.command("list")
@config_option
@click.option("--state", type=click.Choice(_STATES), help="Only deliveries in this state.")
@click.option("--watch", type=WatchName(), help="Only alerts of this watchlist.")
@click.option("--restored", is_flag=True, help="Instead, all that is kept back since a backup was restored.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
@csv_option
def list_(
    config_path: str | None,
    state: str | None,
    watch: str | None,
    restored: bool,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Alerts, newest first, and how far each has come. With --json each of its deliveries is an object of its own.

    \b
    monitor alerts list --state pending          what waits, and why
    monitor alerts list --state dead             what a channel refused for good
    """
    config = load_to_read(config_path)
    store = stored(config)
    columns = [
        ("headline", "Headline"),
        ("told", "Told"),
        ("watch", "Watchlist"),
        ("at", "When"),
        ("name", "Alert"),
        ("detail", "Detail"),
    ]
    by_alert = not as_json and not restored
    if restored and state:
        raise click.UsageError("--restored lists what has no state yet: leave out --state")
    rows = deliveries_of(store, limit, state, watch, by_alert) if store and not restored else []
    if store and restored:
        rows = kept_back(store, watch)[:limit]
    if store:
        store.close()
    if watch and not rows:  # one that is gone may have alerts all the same
        known_watch(watch, watch_ids(config), "--watch")
    named = [{"name": row["alert_id"][:8], **row} for row in rows]
    show(
        list(by_alerts(named)) if by_alert else named,
        columns,
        as_json,
        NOTHING_STORED if not store else "Nothing is kept back." if restored else "No alerts yet.",
        as_csv=as_csv,
        cut={"headline": 28, "detail": 16, "told": 14, "watch": 12},
        dispensable=("watch", "at", "told") if state in ("pending", "dead") else ("detail", "watch", "at"),
    )


@alerts.command("show")
@click.argument("alert")
@config_option
@json_option
def show_(alert: str, config_path: str | None, as_json: bool) -> None:
    """All about one ALERT: what it says and why, its story, and each attempt to tell it."""
    from monitor.store.archive import control

    store = reading(load_to_read(config_path))
    values = worded_whole(control.details(store.db, control.find(store.db, alert)))
    store.close()
    show_object(values, as_json, _detail_lines(values))


def _detail_lines(values: dict[str, Any]) -> Iterator[str]:
    yield values["headline"]
    facts = ("watch", "source", "link", "published", "first_seen", "score", "why", "outcome", "reason", "verdict")
    for key in facts:
        value = values.get(key)
        if key == "published" and values["kind"] == "new" and value is None:
            value = values.get("day") or "unknown"  # the feed did not say
        if value not in (None, ""):
            shown = value if isinstance(value, str) else cell(key, value)
            yield f"  {key.replace('_', ' ') + ':':<13}{shown}"
    for line in values["lines"]:
        yield f"  {line}"
    for one in values["revisions"]:
        yield f"  until {cell('at', one['replaced'])} it read: {one['title']}"
    others = [one for one in values["reports"] if one["alert_id"] != values["id"]]
    if others:
        yield "  other reports of the story:"
        yield from (f"    {one['source']}: {one['title']} ({one['outcome']}: {one['reason']})" for one in others)
    for one in values["deliveries"]:
        why = f": {one['detail'] or one['reason']}" if one["detail"] or one["reason"] else ""
        how = " in the digest" if one["mode"] == "digest" else ""
        yield f"  {one['channel']}{how}: {one['state']}{why}"
        for attempt in one["attempts"]:
            yield f"    {cell('at', attempt['started'])}  {attempt['outcome']}  {attempt['detail']}".rstrip()


@alerts.command()
@click.argument("alert")
@config_option
def retry(alert: str, config_path: str | None) -> None:
    """Send ALERT again where it was given up, refused or dropped, under the same Message-ID.

    What waits for its next try is tried at once.
    """
    from monitor.store.archive import control

    with changing(load_to_read(config_path)) as (store, now):
        number = control.retry(store.db, control.find(store.db, alert), now)
    if not number:
        raise click.ClickException("nothing of it is left to be sent: it has arrived wherever it should")
    click.echo(f"It will be sent again on {number} {'channel' if number == 1 else 'channels'}.")


@alerts.command()
@click.argument("alert", required=False)
@click.option("--restored", is_flag=True, help="All that was kept back when the database was restored.")
@config_option
def drop(alert: str | None, restored: bool, config_path: str | None) -> None:
    """Never send ALERT where it has not been sent yet. `retry` takes it back."""
    from monitor.store.archive import control
    from monitor.store.integrity.restored import drop

    _one_of(alert, restored, "ALERT")
    if alert is None:
        with changing(load_to_read(config_path)) as (store, _):
            click.echo(dropped(drop(store.db)))
        return
    with changing(load_to_read(config_path)) as (store, now):
        number = control.drop(store.db, control.find(store.db, alert), now)
    if not number:
        raise click.ClickException("nothing of it waits to be sent")
    click.echo(f"Dropped on {number} {'channel' if number == 1 else 'channels'}.")


@alerts.command()
@click.argument("alert")
@click.option("--for", "length", default=_MUTED_FOR, show_default=True, help="How long.")
@click.option("--end", is_flag=True, help="Mute it no longer.")
@config_option
def mute(alert: str, length: str, end: bool, config_path: str | None) -> None:
    """Hear no more of the story of ALERT. Its further reports are stored, as `monitor matches --outcome muted`."""
    from monitor.store.archive import control

    with changing(load_to_read(config_path)) as (store, now):
        story, _ = control.story_of(store.db, control.find(store.db, alert))
        said = _quieten(store, "mute", story, "" if end else length, now)
    click.echo(said)


@alerts.command()
@click.argument("target", type=WatchName())
@click.option("--for", "length", default=_SNOOZED_FOR, show_default=True, help="How long.")
@click.option("--end", is_flag=True, help="Snooze it no longer.")
@config_option
def snooze(target: str, length: str, end: bool, config_path: str | None) -> None:
    """No alerts of a watchlist for a while. TARGET is its id, or an alert of it.

    What it finds meanwhile stands in the digest, and in `monitor matches --outcome snoozed`; it is not alerted later.
    """
    from monitor.cli.status.untold import tell_gaps
    from monitor.store.archive import control
    from monitor.watchlist import read_all

    config = load_config(config_path)
    watch = target if target in watch_ids(config) else ""
    if not watch and not _ALERT.fullmatch(target):
        known_watch(target, watch_ids(config), "TARGET")
    with changing(config) as (store, now):
        watch = watch or control.story_of(store.db, control.find(store.db, target))[1]
        said = _quieten(store, "snooze", watch, "" if end else length, now)
    click.echo(said)
    if not end and config.watchlists.is_dir():
        tell_gaps(config, [one for one in read_all(config.watchlists)[0].watches if one.id == watch])


def _quieten(store: Store, kind: str, target: str, length: str, now: float) -> str:
    from monitor.clock import local_text
    from monitor.store.archive import control
    from monitor.toml.tomlfile import parse_duration

    if not length:
        ended = control.end_quiet(store.db, kind, target, now)
        return "It is heard of again." if ended else "It was not silenced."
    try:
        until = now + parse_duration(length)
        if until > now + _LONGEST:
            raise ValueError(f"{length!r} is more than ten years")
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--for") from error
    control.quieten(store.db, kind, target, until, now)
    what = f"The watchlist {target} is snoozed" if kind == "snooze" else "The story is muted"
    return f"{what} until {local_text(until)}."


@alerts.command()
@config_option
@json_option
@csv_option
def silenced(config_path: str | None, as_json: bool, as_csv: bool) -> None:
    """What is snoozed, muted or held as a flood now, until when, and how many matches that has kept silent."""
    from monitor.clock import SystemClock
    from monitor.store.archive import control

    store = stored(load_to_read(config_path))
    rows = control.quietings(store.db, SystemClock().now()) if store else []
    columns = [
        ("kind", "Kind"),
        ("target", "Target"),
        ("what", "What"),
        ("until", "Until"),
        ("silenced", "Silenced"),
    ]
    show(rows, columns, as_json, "Nothing is snoozed, muted or held." if store else NOTHING_STORED, as_csv=as_csv)


def _one_of(name: str | None, restored: bool, what: str) -> None:
    if (name is None) != restored:
        raise click.UsageError(f"write either {what} or --restored")


@alerts.command()
@click.argument("target", type=WatchName(), required=False)
@click.option("--feed", "is_feed", is_flag=True, help="TARGET is the number of a feed, not a watchlist.")
@click.option("--restored", is_flag=True, help="All that was kept back when the database was restored.")
@config_option
def release(target: str | None, is_feed: bool, restored: bool, config_path: str | None) -> None:
    """Tell now what was held as a flood. TARGET is a watchlist, or with --feed the number of a feed."""
    from monitor.watchlist import build

    _one_of(target, restored, "TARGET")
    if target is None:
        config = load_config(config_path)
        with changing(config) as (store, now):
            click.echo(release_all(store, _desk(config), now))
        return
    if is_feed and not (target.isascii() and target.isdigit() and len(target) < 10):
        raise click.BadParameter("a feed has a number; monitor feeds list --json shows it", param_hint="TARGET")
    config = load_config(config_path)
    with changing(config) as (store, _):
        number = _release(config, store, "feed" if is_feed else "watch", target)
    if not number and not is_feed:  # of one that is gone something may be held all the same
        known_watch(target, (one.id for one in build(config.watchlists).engine.watches), "TARGET")
    are = "are on their way" if number != 1 else "is on its way"
    click.echo(f"{counted(number, 'alert')} {are}." if number else "Nothing of it is held.")


def _release(config: Config, store: Store, kind: str, target: str) -> int:
    """Tell what was held of a watchlist or a feed; how many alerts that are."""
    return _desk(config).release(store.desk, kind, target)


def _desk(config: Config) -> Desk:
    from monitor.daemon.channels import policy_of
    from monitor.model import WatchId
    from monitor.pipeline import Desk
    from monitor.watchlist import build

    engine = build(config.watchlists).engine

    def handling(watch: str) -> Any:
        found = engine.watch(WatchId(watch))
        return found.handling if found else None

    return Desk(policy_of(config).desk, handling)


@alerts.command()
@config_option
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many at most.")
def review(config_path: str | None, limit: int) -> None:
    """Go through alerts that you have said nothing of, newest first; one key for each.

    \b
    r  relevant               n  not relevant    a  seen, no more
    m  mute the story         s  snooze the watchlist
    space  next               q  quit
    """
    from monitor.cli.alerts.review import review_alerts

    review_alerts(load_config(config_path), limit)


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
