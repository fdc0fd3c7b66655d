"""``monitor alerts review``: what is new, alert by alert, with one key for what the user says of each."""

from __future__ import annotations

import sys

import click

from monitor.cli.common import changing, console, stored
from monitor.config.settings import Config

_KEYS = "[r]elevant  [n]ot relevant  [a]cknowledge  [m]ute story  [s]nooze watchlist  [space] next  [q]uit"
_DAY = 86_400.0
_MUTED, _SNOOZED = 7 * _DAY, _DAY


def review_alerts(config: Config, limit: int) -> None:
    """Show unseen alerts one by one, and do what each key says."""
    from monitor.alerts.compose import message
    from monitor.alerts.render import for_terminal
    from monitor.model import Story
    from monitor.store import outbox
    from monitor.store.archive import control

    if not sys.stdin.isatty():
        raise click.ClickException(
            "review needs a terminal; elsewhere use monitor alerts relevant, irrelevant, ack, mute and snooze"
        )
    store = stored(config)
    waiting = control.unseen(store.db, limit) if store else []
    if not store or not waiting:
        click.echo("Nothing new.", err=True)
        return
    output = console()
    for number, alert in enumerate(waiting, 1):
        payload = store.db.execute("SELECT payload FROM alerts WHERE id = ?", [alert]).fetchone()[0]
        told = outbox.alert_of(payload)
        story = Story(told, store.desk.copies(control.story_of(store.db, alert)[0], alert))
        output.print(for_terminal(message("console", [story], told.created)), soft_wrap=True)
        click.echo(f"{number} of {len(waiting)}  {_KEYS} ", nl=False)
        key = _key()
        click.echo()
        if key == "q":
            break
        _act(config, key, alert)
    store.close()


def _key() -> str:
    while True:
        key = click.getchar().lower()
        if key in ("r", "n", "a", "m", "s", " ", "\r", "\n", "q"):
            return key
        if key in ("\x03", "\x04", ""):
            raise click.Abort


def _act(config: Config, key: str, alert: str) -> None:
    from monitor.store.archive import control

    if key not in ("r", "n", "a", "m", "s"):
        return
    with changing(config) as (store, now):
        story, watch = control.story_of(store.db, alert)
        if key == "m":
            control.quieten(store.db, "mute", story, now + _MUTED, now)
        if key == "s":
            control.quieten(store.db, "snooze", watch, now + _SNOOZED, now)
        # Who mutes or snoozes has seen it, and has said nothing of whether it was relevant.
        verdict = {"r": "relevant", "n": "irrelevant"}.get(key, "seen")
        control.acknowledge(store.db, alert, verdict, now)
    said = {
        "r": "relevant",
        "n": "not relevant",
        "a": "seen",
        "m": "story muted for 7 d",
        "s": "watchlist snoozed for 1 d",
    }
    click.secho(f"  {said[key]}\n", fg="green")
