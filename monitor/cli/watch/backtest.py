"""``monitor watch backtest``: what an edit would have alerted, before it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import NOTHING_STORED, cell, config_option, json_option, load_config, progress, show_object
from monitor.cli.complete import WatchName, known_watch, watch_ids
from monitor.cli.watch.changes import usable
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.matching import Watch
    from monitor.store.archive.history import StoredItem
    from monitor.workshop.backtest import Backtest, Decision, Told

_BARS = "▁▂▃▄▅▆▇█"
_SHOWN = 10
_WEEK = 7
_MOST_BARS = 60


@click.command()
@click.argument("watch", type=WatchName())
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")
@click.option("--file", "draft", type=click.Path(), metavar="DRAFT", help="Try this file, beside the version in use.")
@click.option("--all", "show_all", is_flag=True, help="List every alert that is new or lost, not the newest only.")
@config_option
@json_option
def backtest(watch: str, days: int, draft: str | None, show_all: bool, config_path: str | None, as_json: bool) -> None:
    """Try WATCH on the stored items: what would it have alerted?

    \b
    monitor watch backtest pakistan-brics                    as its file is now, beside what was found at the time
    cp watchlists/pakistan-brics.toml draft.toml             edit draft.toml, then
    monitor watch backtest pakistan-brics --file draft.toml  the draft, beside the version in use

    It shows alerts a day, the alerts that would be new and those that would be lost, with the reason, and what lies
    nearest to the threshold on both sides. Nothing is written and nothing is sent.
    """
    from monitor.clock import SystemClock
    from monitor.watchlist.sound import read_draft
    from monitor.workshop.backtest import try_out

    config = load_config(config_path)
    sound = usable(config, known_watch(watch, watch_ids(config)))
    live = sound.watch(watch)
    if not config.database.exists():
        raise click.ClickException(NOTHING_STORED)
    tried = read_draft(Path(draft), sound.lists.entities) if draft else live
    if draft:
        warn_of_examples(Path(draft), config)
    with progress("judging items") as bar:
        found = try_out(config.database, tried, live if draft else None, days, SystemClock().now(), bar)
    names = ("in use", Path(draft).name) if draft else ("at the time", "now")
    show_object(
        {"watch": watch, "file": draft, **values_of(found)},
        as_json,
        lines_of(found, tried, names, config, None if show_all else _SHOWN, "; --all lists them"),
    )


def warn_of_examples(draft: Path, config: Config) -> None:
    """Say which examples of a draft do not hold: it can be tried, but not be used."""
    from monitor.clock import SystemClock
    from monitor.errors import Level
    from monitor.watchlist.checks.check import check_files
    from monitor.workshop.backtest import day_of

    checked = check_files([draft], lambda: config.watchlists, day_of(SystemClock().now()))
    for problem in checked.problems:
        if problem.level is Level.ERROR:
            click.echo(f"warning: it would be refused: {problem}", err=True)


# --- for scripts -----------------------------------------------------------------------------------------------------


def values_of(found: Backtest) -> dict[str, Any]:
    """All of a backtest."""

    def told(one: Told) -> dict[str, Any]:
        return {
            "matches": one.matches,
            "alerts": one.alerts,
            "digest": one.digest,
            "vetoed": one.vetoed,
            "older": one.older,
            "by_day": {str(day): number for day, number in zip(found.days, one.by_day, strict=True)},
            "last_week": one.lately(_WEEK),
        }

    return {
        "days": len(found.days),
        "items": found.extent.items,
        "feeds": found.extent.feeds,
        "alerts_a_day": round(found.a_day, 2),
        "now": told(found.told),
        "before": told(found.before),
        "gained": [{**item_values(one.item), "score": one.score, "why": one.why} for one in found.gained],
        "lost": [{**item_values(one.item), "score": one.score, "why": one.why} for one in found.lost],
        "just_above": [{**item_values(one.item), "score": one.score} for one in found.above],
        "just_below": [{**item_values(one.item), "score": one.score} for one in found.below],
    }


def item_values(item: StoredItem) -> dict[str, Any]:
    """What names an item."""
    return {
        "item": item.number,
        "at": item.moment,
        "source": item.outlet,
        "feed": item.feed_name,
        "title": item.title or item.text[:140],
        "link": item.link,
        "baseline": bool(item.baseline),
    }


# --- for people ------------------------------------------------------------------------------------------------------


def lines_of(
    found: Backtest, watch: Watch, names: tuple[str, str], config: Config, most: int | None = None, rest: str = ""
) -> Iterator[str]:
    """A backtest in words. ``names``: what the two versions are called, the one that is compared with first. ``most``:
    so many of each list, and ``rest`` says how to see the others.
    """
    read = "today" if len(found.days) == 1 else f"in {counted(len(found.days), 'day')}"
    extent = f"{counted(found.extent.items, 'item')} of {counted(found.extent.feeds, 'feed')}"
    yield f"{watch.title}: {extent}, read {read}"
    yield ""
    yield from _figures(found, names)
    yield ""
    yield from _chart(found, names)
    yield ""
    yield from _verdict(found, names, config)
    changed = (("new alerts", found.gained, "why"), ("lost alerts", found.lost, "because"))
    for heading, items, word in changed:
        if items:
            yield ""
            yield f"{heading}: {len(items):,}"
            for one in items[:most]:
                yield item_line(one.item)
                yield f"      {word}: {one.why}"
            if most is not None and len(items) > most:
                yield f"  and {len(items) - most:,} more{rest}"
    yield from _nearest(f"the weakest alerts (an alert takes {watch.alert:.2f}):", found.above)
    yield from _nearest("the strongest that are no alert:", found.below)


def item_line(item: StoredItem) -> str:
    """An item in one line."""
    when = cell("at", item.moment) if not item.baseline or item.moment < item.first_seen else "undated         "
    return f"  {when}  #{item.number}  {item.outlet}: {item.title or item.text[:100]}"


def _figures(found: Backtest, names: tuple[str, str]) -> Iterator[str]:
    columns = [found.before, found.told]
    width = max(12, *(len(name) + 2 for name in names))
    yield f"{'':<14}" + "".join(f"{name:>{width}}" for name in names)

    def row(name: str, values: Sequence[str], note: str = "") -> str:
        return (f"{name:<14}" + "".join(f"{value:>{width}}" for value in values) + f"   {note}").rstrip()

    changes = f"{len(found.gained):,} new, {len(found.lost):,} lost" if found.gained or found.lost else "the same"
    yield row("matches", [f"{one.matches:,}" for one in columns], changes)
    yield row("alerts", ["many" if one.alerts is None else f"{one.alerts:,}" for one in columns], "copies left out")
    yield row("in the digest", [f"{one.digest:,}" for one in columns])
    if any(one.vetoed for one in columns):
        yield row("ruled out", [f"{one.vetoed:,}" for one in columns], "by none")
    if any(one.older for one in columns):
        yield row("of them older", [f"{one.older:,}" for one in columns], "alerts for what was old at a first reading")


def _chart(found: Backtest, names: tuple[str, str]) -> Iterator[str]:
    """Two lines of bars, of days, or of several days each where there are many."""
    each = -(-len(found.days) // _MOST_BARS)
    rows = [_sums(one.by_day, each) for one in (found.before, found.told)]
    most, width = max(1, *(max(row) for row in rows)), max(len(name) for name in names)
    what = "alerts a day" if each == 1 else f"in {each} days"
    for name, row in zip(names, rows, strict=True):
        bars = "".join(_BARS[-(-number * 7 // most)] if number else "·" for number in row)
        yield f"{what:<12}  {name:<{width}}  {bars}  most {max(row)}"
    style = "%-d %b" if found.days[0].year == found.days[-1].year else "%-d %b %Y"
    first, last = f"{found.days[0]:{style}}", f"{found.days[-1]:{style}}"
    if len(rows[0]) > len(first) + len(last):
        yield " " * (16 + width) + first + last.rjust(len(rows[0]) - len(first))


def _sums(numbers: Sequence[int], each: int) -> list[int]:
    return [sum(numbers[start : start + each]) for start in range(0, len(numbers), each)]


def _verdict(found: Backtest, names: tuple[str, str], config: Config) -> Iterator[str]:
    days = min(_WEEK, len(found.days))
    now, before = found.told.lately(days), found.before.lately(days)
    lately = "today" if days == 1 else "last week" if days == _WEEK else f"in the last {days} days"
    then = (
        f"{before:,} {'was' if before == 1 else 'were'} sent"
        if names[0] == "at the time"
        else f"the version in use would have sent {before:,}"
    )
    yield f"It takes {found.told.matches:,} of {counted(found.extent.items, 'item')}."
    yield f"It would have sent {counted(now, 'alert')} {lately}, {now / days:.1f} a day; {then}."
    if found.told.older:
        older = counted(found.told.older, "alert")
        yield f"{older} more for what is older than these days, which feeds held when they were first read;"
        yield "a larger --days shows them by day."
    if found.known_since and found.extent.items and found.known_since > found.extent.oldest:
        yield f"The watchlist has been in use since {cell('at', found.known_since)}; nothing was found for it before."
    if flood := flood_of(found, config):
        yield flood


def flood_of(found: Backtest, config: Config) -> str:
    """A warning where a version would flood its user; empty where it would not."""
    from monitor.workshop.backtest import flood_of as would_flood

    would_be = would_flood(found, config.alerts.flood)
    return f"This would be a flood: {would_be}." if would_be else ""


def _nearest(heading: str, found: Sequence[Decision]) -> Iterator[str]:
    if found:
        yield ""
        yield heading
        for one in found:
            yield f"  {one.score:.2f}{item_line(one.item)}"
