"""``monitor status`` and ``monitor matches``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    NOTHING_STORED,
    config_option,
    csv_option,
    json_option,
    show,
    show_object,
    stored,
    warn_of,
)
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.status.to_read import config_to_read, load_to_read
from monitor.cli.status.troubles import refused_now, troubles_of
from monitor.errors import ConfigError, DatabaseRefused, DatabaseTrouble, Problem, Refusal
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.store import Store

NOT_RUNNING, TROUBLED = 3, 5
_DAY = 86_400.0
_WARNINGS_SHOWN = 3
_OUTCOMES = [
    "waiting",
    "alerted",
    "joined",
    "digest",
    "untold",
    "snoozed",
    "muted",
    "held",
    "quarantined",
    "archived",
    "baseline",
    "restored",
]


@click.command()
@config_option
@json_option
def status(config_path: str | None, as_json: bool) -> int:
    """How the daemon, its feeds and its outbox are doing: healthy, or what is wrong.

    Each line at the top begins with a word: healthy, or one for each trouble (stopped, feeds-failing,
    watchlists-refused and others). With --json they are under "troubles", with a code and a message each.

    Exit code 0: healthy; 3: no daemon is running; 5: it runs, and something is wrong; 74: the database is damaged, or
    is not the one that was in use; 78: no daemon is running, and config.toml does not load.
    """
    config, problems = config_to_read(config_path)
    warn_of(config)
    values = _gather(config, problems)
    troubles = troubles_of(values)
    values = {"healthy": not troubles, "troubles": [asdict(one) for one in troubles], **values}
    show_object(values, as_json, _lines(values))
    trouble = values["database_trouble"]
    if trouble and trouble["code"] in list(Refusal):
        return DatabaseRefused.exit_code
    if problems and not values["running"]:
        return ConfigError.exit_code
    return 0 if not troubles else TROUBLED if values["running"] else NOT_RUNNING


def _gather(config: Config, problems: Sequence[Problem]) -> dict[str, Any]:
    """``problems``: why ``config.toml`` does not load; what a daemon does is then told by what it has taken up."""
    from monitor.daemon.lock import holder
    from monitor.watchlist.load import ids_in

    pid = holder(config.database)
    values: dict[str, Any] = {
        "running": pid is not None,
        "pid": pid,
        "config": str(config.path),
        "database": str(config.database),
        "watchlists": str(config.watchlists),
        "followed": len(config.feeds),
        "watched": len(ids_in(config.watchlists)),
        "switched_off": [name for _, name, section in config.alerts.sections if not section.enabled],
        "gaps": [] if problems else _gaps(config),
    }
    stored, trouble = _stored_of(config, values["running"], bool(problems))
    if not values["running"]:
        stored = {**stored, **refused_now(config, not problems)}
    if problems:
        stored = {**stored, "config_refusal": "\n".join(map(str, problems))}
    return {**values, **stored, "database_trouble": trouble}


def _stored_of(config: Config, running: bool, is_refused: bool) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the database says, and what is wrong with it."""
    from monitor.config.find import state_folders
    from monitor.store.integrity import keeping, record

    states = state_folders()
    trouble = record.read(config.database, states).trouble  # of the daemon, or of the last round by hand
    found = {"code": trouble.code, "text": trouble.text, "since": trouble.since} if trouble else None
    try:
        keeping.refuse_lost(config.database, states, config.since)
        keeping.refuse_known(config.database, states)
        return _read(config, running, is_refused), found
    except DatabaseRefused as error:
        return _NOTHING, {"code": error.refusal.value, "text": str(error), "since": None}
    except DatabaseTrouble as error:
        return _NOTHING, {"code": error.fault.value, "text": str(error), "since": None}


_NOTHING: dict[str, Any] = {
    "feeds": {},
    "items": 0,
    "matches": 0,
    "deliveries": {},
    "orphans": {},
    "unsent": {},
    "given_up": {},
    "refused_recipients": {},
    "told_to_nobody": 0,
    "kept_back": {"matches": 0, "notices": 0},
    "older": None,
    "failing": [],
    "others": [],
    "refusal": "",
    "held": "",
    "config_refusal": "",
    "config_waiting": "",
    "watchlist_warnings": [],
    "last_success": None,
    "next_due": None,
}


def _read(config: Config, running: bool, is_refused: bool) -> dict[str, Any]:
    from monitor.daemon.reload.configuring import noted
    from monitor.daemon.reload.refusals import remarks_in
    from monitor.store import Store
    from monitor.store.integrity.faults import from_json

    if not config.database.exists():
        return _NOTHING
    store = Store.reading(config.database)
    facts = store.facts()
    used = (noted(facts) if is_refused else None) or {}
    active = used.pop("active", config.alerts.active)
    values = {**store.counts(), **_feeds_of(store.list_feeds()), **_untold_of(store, active), **used}
    values["older"] = None if running else _older(config, facts)
    store.close()
    refusal, _ = facts.get("watchlists.refusal", ("", 0.0))
    held, _ = facts.get("watchlists.held", ("", 0.0))
    config_refusal, _ = facts.get("config.refusal", ("", 0.0))
    # What a daemon left behind when it ended waits for nothing: the next start reads all.
    waiting, _ = facts.get("config.waiting", ("", 0.0)) if running else ("", 0.0)
    orphans = {
        channel: states["pending"]
        for channel, states in values["deliveries"].items()
        if "pending" in states and channel not in active
    }
    refused = {"refusal": refusal, "held": held, "config_refusal": config_refusal, "config_waiting": waiting}
    odd = [one.text for one in remarks_in(facts) if one.text]
    left_out = {
        channel: whom
        for channel in active
        if f"refused.{channel}" in facts
        and (whom := _still_asked(config, channel, from_json("who is refused", facts[f"refused.{channel}"][0])))
    }
    return {**values, "orphans": orphans, "refused_recipients": left_out, "watchlist_warnings": odd, **refused}


def _still_asked(config: Config, channel: str, refused: list[str]) -> list[str]:
    """Those of the ``refused`` that a channel still sends to."""
    from monitor.text.address import split_address

    section = config.alerts.channels.get(channel)
    asked = {split_address(one)[1] for one in getattr(section, "to", ())}
    return [one for one in refused if one in asked]


def _gaps(config: Config) -> list[dict[str, Any]]:
    """Which watchlists find what nobody is told of, by the configuration."""
    from monitor.cli.status.untold import gaps_of

    return [
        {"why": gap.untold, "chosen": gap.untold.is_chosen, "watchlists": gap.watches, "words": gap.words}
        for gap in gaps_of(config)
    ]


def _untold_of(store: Store, active: Collection[str]) -> dict[str, Any]:
    """What could not be told, and what nothing tells."""
    from monitor.clock import SystemClock
    from monitor.store import outbox, untold
    from monitor.store.integrity import restored

    now = SystemClock().now()
    return {
        "unsent": {name: found for name, found in outbox.failing(store.db).items() if name in active},
        "given_up": {name: count for name, count in outbox.dead_since(store.db, now - _DAY).items() if name in active},
        "told_to_nobody": len(untold.find(store.db, now - 30 * _DAY)),
        "kept_back": asdict(restored.kept(store.db)),
    }


def _older(config: Config, facts: Mapping[str, tuple[str, float]]) -> dict[str, float | None] | None:
    """Of which time a database knows nothing that is older than the one that was last used; None for the same one."""
    from monitor.config.find import state_folders
    from monitor.store.integrity import keeping, record

    known = record.read(config.database, state_folders())
    if not keeping.is_older(facts, known):
        return None
    return {"last_written": keeping.last_written(facts), "last_used": known.used}


def _feeds_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many feeds are in which state, and those in trouble."""
    from monitor.model import Health

    states = Counter(row["health"] for row in rows)
    return {
        "feeds": {state.value: states[state] for state in Health if states[state] or state in _ALWAYS},
        "failing": [
            {"name": row["name"], "failures": row["failures"], "error": row["last_error"]}
            for row in rows
            if row["failures"] and row["health"] != "gone"
        ],
        "others": [
            {"name": row["name"], "state": row["health"], "state_since": row["health_since"]}
            for row in rows
            if row["health"] in _WORDS
        ],
        "last_success": max((row["last_success"] for row in rows if row["last_success"]), default=None),
        "next_due": min((row["next_poll"] for row in rows if row["next_poll"] is not None), default=None),
    }


_ALWAYS = ("healthy", "failing", "new")
_WORDS = {
    "gone": "gone for good",
    "silent": "silent",
    "gap": "with a possible gap",
    "quarantined": "quarantined",
}


def _lines(values: dict[str, Any]) -> Iterator[str]:
    from monitor.clock import local_text

    for trouble in values["troubles"]:
        yield f"{trouble['code']:<10}  {trouble['message']}"
    if values["healthy"]:
        yield "healthy     all that is to be read can be read, and all that is to be told can be told"
    running = f"running, process {values['pid']}" if values["running"] else "not running"
    yield f"daemon      {running}"
    yield f"config      {values['config']}"
    yield f"database    {values['database']}"
    feeds = values["feeds"]
    if not feeds and values["database_trouble"]:
        return
    if not feeds:
        yield "feeds       nothing polled yet"
        return
    usual = f"{feeds['healthy']} healthy, {feeds['failing']} failing, {feeds['new']} not read yet"
    rare = [f"{feeds[state]} {_WORDS[state]}" for state in _WORDS if feeds.get(state)]
    yield f"feeds       {', '.join([usual, *rare])}"
    for feed in values["failing"]:
        yield f"            {feed['name']}: {feed['error']} ({_times(feed['failures'])})"
    for feed in values["others"]:
        yield f"            {feed['name']}: {_WORDS[feed['state']]} since {local_text(feed['state_since'])}"
    yield f"last poll   {local_text(values['last_success'])}, next due {local_text(values['next_due'])}"
    yield f"stored      {counted(values['items'], 'item')}, {counted(values['matches'], 'match', 'matches')}"
    for channel, states in sorted(values["deliveries"].items()):
        yield f"alerts      {channel}: " + ", ".join(
            f"{count:,} {state}" for state, count in sorted(states.items(), reverse=True)
        )
    for channel, count in sorted(values["orphans"].items()):
        yield f"            {channel} is switched off: what is pending there ({count:,}) waits until it is on again"
    yield from _nobody_lines(values)
    yield from _refusal_lines(values)
    yield from _warnings_lines(values["watchlist_warnings"])
    if values["config_waiting"]:
        yield f"config.toml what has changed in {values['config_waiting']} takes effect at the next start"


def _refusal_lines(values: dict[str, Any]) -> Iterator[str]:
    used = "the last edit was refused, the version before it is in use:"
    if values["held"]:
        yield "watchlists  the last edit is held, the version before it is in use:"
        yield from (f"            {line}" for line in values["held"].split("\n"))
    for key, what in (("refusal", "watchlists "), ("config_refusal", "config.toml")):
        if values[key]:
            yield f"{what} {used if values['running'] else 'the next start refuses this:'}"
            yield from (f"            {line}" for line in values[key].split("\n"))


def _warnings_lines(warnings: Sequence[str]) -> Iterator[str]:
    if warnings:
        yield f"watchlists  {counted(len(warnings), 'warning')} when they were last read:"
        yield from (f"            {line}" for one in warnings[:_WARNINGS_SHOWN] for line in one.split("\n"))
    if len(warnings) > _WARNINGS_SHOWN:
        yield f"            and {len(warnings) - _WARNINGS_SHOWN:,} more: monitor watch check lists them"


def _nobody_lines(values: dict[str, Any]) -> Iterator[str]:
    head = "to nobody"
    for gap in values["gaps"]:
        yield f"{head:<12}{gap['words']}"
        head = ""
    if values["told_to_nobody"]:
        found = counted(values["told_to_nobody"], "match", "matches")
        yield f"{head:<12}{found} of the last 30 days: monitor matches --outcome untold"


def _times(failures: int) -> str:
    return "once" if failures == 1 else f"{failures} times in a row"


@click.command()
@config_option
@click.option("--watch", type=WatchName(), help="Only matches of this watchlist.")
@click.option("--outcome", type=click.Choice(_OUTCOMES), help="Only matches that ended like this.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many, newest first.")
@json_option
@csv_option
def matches(
    config_path: str | None, watch: str | None, outcome: str | None, limit: int, as_json: bool, as_csv: bool
) -> None:
    """Items that belong to a watchlist, newest first: what became of each, and why it matched.

    \b
    monitor matches --watch pakistan-brics
    monitor matches --outcome baseline           what feeds held at their first reading
    monitor matches --json | jq '.[].explanation'
    """
    from monitor.alerts.wording import worded

    config = load_to_read(config_path)
    store = stored(config)
    columns = [
        ("title", "Headline"),
        ("outcome", "Outcome"),
        ("score", "Score"),
        ("watch", "Watchlist"),
        ("at", "Seen"),
        ("item", "Item"),
        ("source", "Source"),
        ("reason", "Reason"),
        ("link", "Link"),
    ]
    rows = [worded(row) for row in store.list_matches(limit, watch, outcome=outcome)] if store else []
    if store:
        store.close()
    if watch and not rows:  # one that is gone may have matches all the same
        known_watch(watch, watch_ids(config), "--watch")
    empty = "No matches yet." if store else NOTHING_STORED
    show(
        rows,
        columns,
        as_json,
        empty,
        as_csv=as_csv,
        cut={"title": 28, "watch": 12, "reason": 24, "source": 10},
        dispensable=("link", "reason", "source", "score", "at", "watch"),
    )
