"""``monitor watch why|why-not``: the way that an item went, stage by stage, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import (
    config_option,
    item_of,
    json_option,
    load_config,
    reading,
    show_object,
    stored,
    stored_if_usable,
)
from monitor.cli.complete import WatchName, known_watch
from monitor.cli.status.to_read import load_to_read
from monitor.cli.unknown import not_stored
from monitor.cli.watch.test import at_option, source_option, summary_option, typed

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.matching import Watch
    from monitor.matching.scan import Texts
    from monitor.matching.verdict import Verdict
    from monitor.store import Store
    from monitor.store.archive.find import FoundItem
    from monitor.watchlist import Library
    from monitor.workshop.explain import Way

NOT_STORED = 1
_NAMES_WIDE = 14


@dataclass(frozen=True)
class _Desk:
    """What explanations are made of: the configuration, the database, and the watchlists as they are now."""

    config: Config
    store: Store | None
    library: Library | None

    def watch(self, name: str) -> Watch | None:
        """The watchlist with this id."""
        from monitor.model import WatchId

        return self.library.engine.watch(WatchId(name)) if self.library else None

    def ways(self, item: FoundItem, only: str | None) -> list[Way]:
        """The ways of an item's stored matches, or of the one for the watchlist ``only``."""
        from monitor.clock import SystemClock
        from monitor.daemon.channels import policy_of
        from monitor.store.archive import trail
        from monitor.workshop.explain import way

        assert self.store is not None
        rules, now = policy_of(self.config).desk, SystemClock().now()
        rows = [row for row in trail.matches_of(self.store.db, item.number) if only in (None, row["watch"])]
        known = {row["watch"]: self.watch(row["watch"]) for row in rows}
        return [
            way(row, rules, self.file(row["watch"]), now, watch.handling if watch else None)
            for row, watch in ((row, known[row["watch"]]) for row in rows)
        ]

    def file(self, watch: str) -> str:
        """Where a watchlist is written, for people."""
        return f"{watch}.toml"

    def history(self, watch: Watch, item: FoundItem) -> str:
        """Why a watchlist that takes the item today has not got it."""
        from monitor.store.archive import trail
        from monitor.workshop.judge import history

        assert self.store is not None
        return history(watch, item.item, trail.versions_of(self.store.db, watch.id))

    def changes(self, verdict: Verdict, watch: Watch, item: Texts) -> list[str]:
        """What would let the watchlist alert for ``item``."""
        from monitor.workshop.judge import changes

        assert self.library is not None
        lists = self.library.lists
        return changes(verdict, watch, lists.entities, self.file(watch.id), item)


def _library(config: Config, store: Store | None) -> Library:
    """The watchlists as they are, and the words that the monitor has read, as the daemon knows them."""
    from monitor.watchlist import build
    from monitor.workshop.replay import read_of

    return build(config.watchlists, feeds=config.feed_names, read=read_of(store) if store else None)


# --- why ------------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("item")
@click.argument("watch", required=False, type=WatchName())
@config_option
@json_option
def why(item: str, watch: str | None, config_path: str | None, as_json: bool) -> None:
    """Say which watchlists have ITEM, and the way that it went with each: what matched, and each stage up to the one
    that decided; then what would change it.

    \b
    monitor watch why 123
    monitor watch why 3f9c21ab                      an alert, by the beginning of its id
    monitor watch why https://www.dawn.com/news/1860000 pakistan-brics

    ITEM is its number (`monitor items` and `monitor matches` show it), its link, the beginning of an alert's id, or
    its whole headline. Watchlists that would take it today and have not got it are named, too.
    """
    from monitor.errors import WatchlistError

    config = load_to_read(config_path)
    store = reading(config)
    found = item_of(store, item)
    try:
        library = _library(config, store)
    except WatchlistError:
        library = None
        click.echo("warning: watchlists are broken (see monitor watch check): they were not tried on it", err=True)
    desk = _Desk(config, store, library)
    ways = desk.ways(found, watch)
    if watch and not ways and library and desk.watch(watch) is None:
        known_watch(watch, (one.id for one in library.engine.watches))
    today = _today(desk, found, {way.watch for way in ways}, watch)
    near = None if ways or today else _nearest(desk, found, watch)
    store.close()
    values = {"item": _item(found), "ways": [asdict(way) for way in ways], "would_match": today, "nearest": near}
    show_object(values, as_json, [*_item_lines(found), *_why_lines(ways, today, near, watch, library is not None)])


def _today(desk: _Desk, found: FoundItem, told: set[str], only: str | None) -> list[dict[str, Any]]:
    """The watchlists that have not got the item and would take it as they are now, each with why it was otherwise."""
    rows: list[dict[str, Any]] = []
    if desk.library is None:
        return rows
    for match in desk.library.engine.match(found.item, _day(found)):
        watch = desk.watch(match.watch)
        if watch and match.watch not in told and only in (None, match.watch):
            history = desk.history(watch, found)
            row = {"watch": match.watch, "band": match.band, "score": match.score, "why": match.why}
            rows.append({**row, "history": history})
    return rows


def _nearest(desk: _Desk, found: FoundItem, only: str | None) -> dict[str, Any] | None:
    """The verdict of the watchlist that came nearest, or of the one that was asked for."""
    from monitor.model import WatchId
    from monitor.workshop.judge import nearest

    if desk.library is None:
        return None
    engine = desk.library.engine
    verdict = (
        engine.explain(WatchId(only), found.item, _day(found)) if only else nearest(engine, found.item, _day(found))
    )
    watch = desk.watch(verdict.watch) if verdict else None
    if verdict is None or watch is None:
        return None
    return {"watch": verdict.watch, "lines": verdict.lines, "change": desk.changes(verdict, watch, found.item)}


def _why_lines(
    ways: list[Way], today: list[dict[str, Any]], near: Mapping[str, Any] | None, only: str | None, tried: bool
) -> Iterator[str]:
    for way in ways:
        yield from _way_lines(way)
    for one in today:
        yield f"{one['watch']} would take it today ({one['band']}: {one['why']})"
        yield f"  {one['history']}"
    if not ways and not today:
        takes = f"{only} does not take it." if only else "No watchlist takes it."
        yield takes if tried else "It has no matches."
    if near:
        if near["watch"] != only:
            yield f"Nearest is {near['watch']}:"
        yield from (f"  {line}" for line in near["lines"])
        yield from _change_lines(near["change"])


# --- why not --------------------------------------------------------------------------------------------------------


@click.command("why-not")
@click.argument("watch", type=WatchName())
@click.argument("headline", metavar="ITEM|URL|HEADLINE")
@summary_option
@source_option
@at_option
@config_option
@json_option
def why_not(
    watch: str, headline: str, summary: str, source: str, at: datetime | None, config_path: str | None, as_json: bool
) -> int:
    """Say why something is no match for WATCH, or why a match of it stayed silent; and what would change it.

    \b
    monitor watch why-not pakistan-brics "Pakistan bricks kilns told to close over smog"
    monitor watch why-not pakistan-brics 123                     a stored item, by its number
    monitor watch why-not pakistan-brics https://www.dawn.com/news/1860000

    What names a stored item (number, link, beginning of an alert's id, whole headline) is judged with all that is
    stored of it, on the day it was seen. Everything else is judged as a headline.

    Exit code 1: no item with this link or number is stored. For a link you hear which feeds could have brought it.
    """
    from monitor.store.archive import find

    config = load_config(config_path)
    # A headline can be judged without a database; what names an item cannot.
    store = stored(config) if find.is_link(headline) or find.is_number(headline) else stored_if_usable(config)
    found = None if summary else _named(store, headline)
    desk = _Desk(config, store, _library(config, store))
    assert desk.library is not None, "it was just loaded"
    known_watch(watch, (one.id for one in desk.library.engine.watches))
    chosen = desk.watch(watch)
    assert chosen is not None, "it is known"
    day = at.date() if at else None
    if found is None and not summary and (missing := not_stored(config, store, headline)):
        show_object({"title": headline, "watch": watch, "stored": False, "why": " ".join(missing)}, as_json, missing)
        return NOT_STORED
    values, lines = (
        _stored(desk, chosen, found, day) if found else _typed(desk, chosen, (headline, summary, source), day)
    )
    if store:
        store.close()
    show_object(values, as_json, lines)
    return 0


def _named(store: Store | None, text: str) -> FoundItem | None:
    """The stored item that ``text`` names, if it names one."""
    from monitor.store.archive import find

    number = find.find_item(store.db, text) if store else None
    return find.item(store.db, number) if store and number is not None else None


def _typed(
    desk: _Desk, watch: Watch, written: tuple[str, str, str], day: date | None
) -> tuple[dict[str, Any], list[str]]:
    """The verdict on a headline that was typed, with its summary and its source."""
    from monitor.alerts.routing import reach
    from monitor.daemon.channels import policy_of
    from monitor.text.clean import plain

    assert desk.library is not None
    headline, summary, source = written
    text = typed(plain(headline), plain(summary), source)
    verdict = desk.library.engine.explain(watch.id, text, day)
    change = desk.changes(verdict, watch, text)
    lines, status = list(verdict.lines), watch.handling.status
    if verdict.match and status != "open":
        lines.append(
            f"The watchlist is {status}: it is told {'in the digest only' if status == 'quiet' else 'to nobody'}."
        )
        change = [*change, f"monitor watch reopen {watch.id}"]
    if verdict.match and (found := reach(policy_of(desk.config).desk, watch, verdict.match.band)).untold:
        lines.append(f"It would be {found.words}.")
    return _verdict(headline, verdict, change), [*lines, *_change_lines(change)]


def _stored(desk: _Desk, watch: Watch, found: FoundItem, day: date | None) -> tuple[dict[str, Any], list[str]]:
    """Of a stored item: the way of its match, or why there is none."""
    assert desk.library is not None
    verdict = desk.library.engine.explain(watch.id, found.item, day or _day(found))
    ways = desk.ways(found, watch.id)
    change = list(ways[0].change) if ways else desk.changes(verdict, watch, found.item)
    lines = list(_item_lines(found))
    history = ""
    if ways:
        lines += _way_lines(ways[0])
    elif verdict.match:
        history = desk.history(watch, found)
        lines += [f"{watch.id} would take it today ({verdict.match.band}: {verdict.match.why})", f"  {history}"]
        lines += _change_lines(change)
    else:
        lines += [*verdict.lines, *_change_lines(change)]
    values = _verdict(found.item.title, verdict, change)
    way = asdict(ways[0]) if ways else None
    return {**values, "item": _item(found), "stored": True, "way": way, "history": history}, lines


def _verdict(title: str, verdict: Verdict, change: list[str]) -> dict[str, Any]:
    return {
        "title": title,
        "matches": verdict.match is not None,
        "why": " ".join(verdict.lines),
        **asdict(verdict),
        "match": verdict.match.explanation if verdict.match else None,
        "change": change,
    }


# --- lines ----------------------------------------------------------------------------------------------------------


def _day(found: FoundItem) -> date:
    return datetime.fromtimestamp(found.item.first_seen, UTC).date()


def _item(found: FoundItem) -> dict[str, Any]:
    item = found.item
    return {
        "item": found.number,
        "at": item.first_seen,
        "published": item.published,
        "source": item.outlet,
        "feed": item.feed_name,
        "title": item.title,
        "link": item.link,
        "language": item.language,
    }


def _item_lines(found: FoundItem) -> Iterator[str]:
    from monitor.clock import local_text

    item = found.item
    by = f" by {item.feed_name}" if item.outlet != item.feed_name else ""
    yield f"#{found.number}  {item.outlet}{by}, read {local_text(item.first_seen)}"
    yield f"  {item.title}"
    if item.link:
        yield f"  {item.link}"


def _way_lines(way: Way) -> Iterator[str]:
    yield f"{way.watch} ({way.title}): {way.outcome}"
    for stage in way.stages:
        yield f"  {stage.name:<{_NAMES_WIDE}}{stage.said}"
    said = "" if way.decided in way.stages else f": {way.decided.said}"
    yield f"  {'decided by':<{_NAMES_WIDE}}{way.decided.name}{said}"
    yield from _change_lines(way.change, "  ")


def _change_lines(change: tuple[str, ...] | list[str], indent: str = "") -> Iterator[str]:
    for number, one in enumerate(change):
        head = "to change it" if not number else ""
        yield f"{indent}{head:<{_NAMES_WIDE}}{one}"
