"""``monitor watch``: the watchlists themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, csv_option, json_option, load_config, show, stored_if_usable
from monitor.cli.refused import refused, tell_refused
from monitor.cli.status.untold import tell_gaps, told_by
from monitor.cli.watch import backtest, check, edit, entity, new, remove, suggest, test, why

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.matching import Watch
    from monitor.watchlist import Watchlists

BROKEN = check.BROKEN
_BROKEN = "broken"
_DISPENSABLE = ("terms", "title", "last_match", "alerts", "matches")
"""Columns that go where a terminal is too narrow for all. An id says most of what its title does."""
_LATELY = 7 * 86_400.0
_NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(
    ("relevant", "irrelevant", "missed", "precision", "matches", "alerts", "last_match")
)


@click.group()
def watch() -> None:
    """The watchlists: what you follow."""


for command in (
    test.test,
    test.term,
    why.why,
    why.why_not,
    check.check,
    backtest.backtest,
    new.new,
    suggest.suggest,
    edit.edit,
    edit.add_term,
    edit.remove_term,
    edit.add_example,
    edit.close,
    edit.reopen,
    remove.remove,
    entity.entity,
):
    watch.add_command(command)


@watch.command("list")
@config_option
@json_option
@csv_option
def list_(config_path: str | None, as_json: bool, as_csv: bool) -> None:
    """All watchlists: how they agree with what you said, as they are now, and what they found of late.

    Of the items that you called relevant or irrelevant (`monitor alerts relevant`, `monitor feedback`), precision is
    the share of relevant ones among those that the watchlist, as it is now, takes as alerts; missed (--json) are the
    relevant ones that it does not take. Matches and alerts are those of seven days.
    """
    from monitor.watchlist import ids_in, load, read_all

    config = load_config(config_path)
    lists, problems = read_all(config.watchlists)
    ids = ids_in(config.watchlists)
    if not ids:
        load(config.watchlists)  # which says what to do about that
    known = _known(config, lists.watches, ids)
    told = told_by(config, lists.watches)
    rows = [{**_row(lists, config.watchlists, one), **known.get(one, _NOTHING_KNOWN), **told(one)} for one in ids]
    columns = [
        ("id", "Id"),
        ("title", "Title"),
        ("status", "Status"),
        ("terms", "Terms"),
        ("judged", "Precision"),
        ("matches", "Matches"),
        ("alerts", "Alerts"),
        ("last_match", "Last match"),
        ("file", "File"),
    ]
    shown = rows if as_json else [{**row, "judged": _judged(row)} for row in rows]
    show(
        shown,
        columns,
        as_json,
        "No watchlists.",
        left_out=("file",),
        as_csv=as_csv,
        cut={"title": 12},
        dispensable=_DISPENSABLE,
    )
    broken = [row["id"] for row in rows if row["status"] == _BROKEN]
    if broken or problems:
        what = f"{', '.join(broken)} cannot be used" if broken else f"{problems[0].file.name} has mistakes"
        click.echo(f"warning: {what}; monitor watch check says why", err=True)
    tell_gaps(config, lists.watches)
    tell_refused(refused(config))


def _row(lists: Watchlists, folder: Path, watch: str) -> dict[str, Any]:
    """What the file of a watchlist says; nothing of one that cannot be used."""
    from monitor.model import WatchId

    loaded = lists.loaded.get(WatchId(watch))
    if loaded is None:
        nothing = dict.fromkeys(("title", "concepts", "terms", "version"))
        return {"id": watch, **nothing, "status": _BROKEN, "file": str(folder / f"{watch}.toml")}
    one = loaded.watch
    return {
        "id": one.id,
        "title": one.title,
        "status": loaded.source.status,
        "concepts": len(one.all),
        "terms": len(one.any) + sum(len(concept.patterns) for concept in one.all),
        "version": one.version,
        "file": str(loaded.file.path),
    }


def _known(config: Config, watches: Sequence[Watch], ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the database knows of each watchlist, and how it stands, if it can be used; nothing before there is one."""
    from monitor.clock import SystemClock
    from monitor.store.archive import control
    from monitor.workshop.suggest.scores import standings

    store = stored_if_usable(config)
    if store is None:
        return {}
    found = {}
    stands = standings(store, watches)
    for watch, numbers in control.activity(store.db, ids, SystemClock().now() - _LATELY).items():
        found[watch] = {**_NOTHING_KNOWN, **numbers}
        if watch in stands:
            found[watch] |= {**asdict(stands[watch]), "precision": stands[watch].precision}
    store.close()
    return found


def _judged(row: Mapping[str, Any]) -> str | None:
    if row["precision"] is None:
        return None
    return f"{row['precision']:.2f} ({row['relevant']} of {row['relevant'] + row['irrelevant']})"


@watch.command()
@click.argument("name", type=click.Choice(["watchlist", "entities"]), default="watchlist")
def schema(name: str) -> None:
    """Print the JSON Schema of watchlist files (or of entities.toml), with which editors complete and check them.

    \b
    mkdir -p watchlists/schema && monitor watch schema > watchlists/schema/watchlist.schema.json
    and as the first line of a watchlist:   #:schema schema/watchlist.schema.json
    """
    from monitor.watchlist.schema import text

    click.echo(text(name), nl=False)
