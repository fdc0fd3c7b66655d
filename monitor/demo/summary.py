"""What is told after the demo, read from the database that the daemon has left."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.config.find import find
from monitor.demo.newsroom import Newsroom
from monitor.demo.stage import Stage, starter
from monitor.demo.story import BEGINS, BRICS, ITEMS, KILNS, outlet_of
from monitor.errors import ConfigError
from monitor.matching import Watch, compile_watches
from monitor.model import AlertKind, DeliveryState, Item, ItemKey, Outcome
from monitor.store import Store

_ALL = 100_000


@dataclass(frozen=True)
class Tally:
    """What the database holds after the demo."""

    feeds: int
    items: int
    matches: list[dict[str, Any]]
    alerts: Counter[str]
    """Delivered alerts, by watchlist."""


def read_tally(database: Path) -> Tally:
    """Count what the daemon left in ``database``. Raises StoreError."""
    store = Store.reading(database)
    try:
        alerts = Counter(
            str(row["watch"]) for row in store.list_deliveries(_ALL, DeliveryState.SENT) if row["kind"] == AlertKind.NEW
        )
        feeds = sum(row["last_success"] is not None for row in store.list_feeds())
        return Tally(feeds, store.counts()["items"], store.list_matches(_ALL), alerts)
    finally:
        store.close()


def is_all_told(database: Path) -> bool:
    """Whether the daemon that works on ``database`` has read the whole story, and nothing waits to be told at once: the
    digest comes in the morning.
    """
    store = Store.reading(database)
    try:
        # In the order in which a story goes through the program, which does not stand still between two looks.
        if store.counts()["items"] < len(ITEMS) or store.list_matches(1, outcome=Outcome.WAITING):
            return False
        return all(row["mode"] != "now" for row in store.list_deliveries(_ALL, DeliveryState.PENDING))
    finally:
        store.close()


def facts(tally: Tally, newsroom: Newsroom, watches: tuple[Watch, ...]) -> Iterator[str]:
    """The demo in figures."""
    early = sum(item.published < BEGINS for item in ITEMS)
    matched = len({(row["source"], row["title"]) for row in tally.matches})
    yield (
        f"{tally.feeds} feeds, asked {newsroom.requests} times; "
        f'{newsroom.unchanged} times the answer was "not changed" and carried nothing.'
    )
    yield (
        f"{tally.items} items read, {early} of them at the first reading; "
        f"{tally.items - matched} belong to no watchlist and were passed over."
    )
    yield ""
    yield "alerts   digest   baseline   watchlist"
    for watch in watches:
        rows = [row for row in tally.matches if row["watch"] == watch.id]
        outcomes = Counter(row["outcome"] for row in rows)
        languages = ", ".join(sorted({row["language"] for row in rows}))
        yield (
            f"{tally.alerts[watch.id]:6}{outcomes[Outcome.DIGEST]:9}{outcomes[Outcome.BASELINE]:11}   "
            f"{watch.id} ({languages})"
        )
    joined = sum(row["outcome"] == Outcome.JOINED for row in tally.matches)
    if joined:
        reports = "1 more report" if joined == 1 else f"{joined} more reports"
        yield f"{reports} joined a story that another outlet had told, and alerted nobody again."
    yield "(digest: too faint for an alert, only noted; baseline: in the feed before the first reading)"


def silence(watches: tuple[Watch, ...]) -> Iterator[str]:
    """Why one headline that looks like an alert was none."""
    item = next(item for item in ITEMS if item.guid == KILNS)
    watch = next(watch for watch in watches if watch.id == BRICS)
    outlet = outlet_of(item)
    text = Item(ItemKey(item.guid), outlet.name, item.guid, "", item.title, item.summary, item.published, 0.0)
    yield f"{item.title} ({outlet.name})"
    yield f"Asked of the watchlist {watch.id}:"
    yield from compile_watches([watch]).explain(watch.id, text).lines


def next_steps(stage: Stage) -> Iterator[tuple[str, str]]:
    """What to try on the demo's files: what it shows, and the command."""
    monitor, given = program(), f"--config {shlex.quote(str(stage.config))}"
    yield "What matched, and what became of it", f"{monitor} matches {given}"
    yield "What you were told, and when", f"{monitor} alerts list {given}"
    yield (
        "Would this headline alert, and why",
        f'{monitor} watch test "Pakistan puts off its BRICS membership bid" {given}',
    )
    yield (
        "Why one is none",
        f'{monitor} watch why-not {BRICS} "Pakistan bricks kilns told to close over smog" {given}',
    )
    yield "The way of one item, stage by stage (monitor items lists them)", f"{monitor} watch why 13 {given}"
    yield "Change what is followed: checked and tried when you save", f"{monitor} watch edit {BRICS} {given}"
    yield "Draft a watchlist of your own", f'{monitor} watch new "Overchuk in Islamabad" {given}'
    yield "Watch the real news", _real_run(monitor)


def _real_run(monitor: str) -> str:
    try:
        find()
    except ConfigError:
        files = (shlex.quote(str(starter(name))) for name in ("config.toml", "watchlists"))
        return f"cp -r {' '.join(files)} . && {monitor} run"
    return f"{monitor} run"


def program() -> str:
    """How the user can call this very program: by its name where that leads here, else by its path."""
    beside = Path(sys.executable).with_name("monitor")
    on_path = shutil.which("monitor")
    if on_path and Path(on_path).resolve() == beside.resolve():
        return "monitor"
    if not beside.is_file():
        return f"{shlex.quote(sys.executable)} -m monitor"
    here = Path.cwd()
    return shlex.quote(str(beside.relative_to(here) if beside.is_relative_to(here) else beside))
