"""``monitor watch entity``: the names that several watchlists share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, csv_option, json_option, load_config, show
from monitor.cli.complete import EntityName, watch_ids
from monitor.cli.watch.changes import change_watchlists, dry_run_option, entities_text, nothing_to_do, watch_text
from monitor.cli.watch.flood import yes_option

if TYPE_CHECKING:
    from monitor.watchlist import Watchlists

_KINDS = ["person", "place", "org", "title", "thing"]


@click.group()
def entity() -> None:
    """Names that several watchlists share: @pakistan in a watchlist stands for every spelling of Pakistan.

    \b
    monitor watch entity list
    monitor watch entity add pakistan Pakistán Paquistão
    monitor watch entity add sqm "Sociedad Química y Minera" --kind org
    monitor watch entity add sqm SQM --acronym
    monitor watch entity remove-name pakistan Paquistão
    monitor watch entity rename russian_pm prime_minister
    """


@entity.command("list")
@config_option
@json_option
@csv_option
def list_(config_path: str | None, as_json: bool, as_csv: bool) -> None:
    """All entities: their kind, their names, and what they are used in."""
    from monitor.watchlist import load

    lists = load(load_config(config_path).watchlists)
    rows = [_row(name, lists) for name in lists.entities.names()]
    columns = [("name", "Entity"), ("kind", "Kind"), ("spellings", "Names"), ("uses", "Used in")]
    if not as_json:
        for row in rows:
            row["spellings"] = ", ".join([*row["acronyms"], *row["names"]])
            row["uses"] = ", ".join([*row["used_in"], *(f"@{other}" for other in row["part_of"])])
    empty = "No entities; they stand in entities.toml in the folder of watchlists."
    show(rows, columns, as_json, empty, as_csv=as_csv)


def _row(name: str, lists: Watchlists) -> dict[str, Any]:
    section = lists.entities.section(name)
    assert section is not None, "each name has a section"
    wider = _part_of(name, lists)
    users = [
        watch.id for watch in lists.watches if {name, *wider} & {used for used, _ in lists.loaded[watch.id].entities}
    ]
    return {
        "name": name,
        "kind": section.kind,
        "names": section.names,
        "acronyms": section.acronyms,
        "except": section.except_,
        "used_in": users,
        "part_of": wider,
    }


def _part_of(name: str, lists: Watchlists) -> list[str]:
    """The entities that name this one, and those that name them."""
    found: list[str] = []
    open_: list[str] = [name]
    while open_:
        wanted = open_.pop()
        for other in lists.entities.names():
            section = lists.entities.section(other)
            if section and other not in (name, *found) and wanted in _references(section.names):
                found.append(other)
                open_.append(other)
    return found


def _references(names: Iterable[str]) -> set[str]:
    return {one[1:].strip() for one in names if one.startswith("@")}


@entity.command()
@click.argument("name", type=EntityName())
@click.argument("terms", metavar="TERM...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(_KINDS), help="What it names; needed for a new entity.")
@click.option("--acronym", is_flag=True, help="The terms are acronyms: met in capitals only, and never misspelt.")
@yes_option
@dry_run_option
@config_option
@json_option
def add(
    name: str,
    terms: tuple[str, ...],
    kind: str | None,
    acronym: bool,
    dry_run: bool,
    yes: bool,
    config_path: str | None,
    as_json: bool,
) -> None:
    """Add spellings to an entity, or make it.

    \b
    monitor watch entity add pakistan Pakistán Paquistão
    monitor watch entity add sqm "Sociedad Química y Minera" --kind org
    monitor watch entity add sqm SQM --acronym
    """
    from monitor.toml.write import only_writer
    from monitor.watchlist import entity_edits
    from monitor.watchlist.edits import NothingToDo

    config = load_config(config_path)
    with only_writer(config.watchlists):
        before = text = entities_text(config)
        there = []
        for term in terms:
            try:
                text = entity_edits.add_name(text, name, term, kind or "", acronym)
            except NothingToDo as why:
                there.append(str(why))
        if text == before:
            nothing_to_do("; ".join(there), as_json)
            return
        for known in there:
            click.echo(f"{known}.", err=True)
        was = {entity_edits.ENTITIES: before}
        change_watchlists(config, {entity_edits.ENTITIES: text}, was, dry_run, as_json, yes)


@entity.command("remove-name")
@click.argument("name", type=EntityName())
@click.argument("term")
@yes_option
@dry_run_option
@config_option
@json_option
def remove_name(name: str, term: str, dry_run: bool, yes: bool, config_path: str | None, as_json: bool) -> None:
    """Remove a spelling from an entity.

    \b
    monitor watch entity remove-name pakistan Paquistão
    """
    from monitor.toml.write import only_writer
    from monitor.watchlist import entity_edits

    config = load_config(config_path)
    with only_writer(config.watchlists):
        was = {entity_edits.ENTITIES: entities_text(config)}
        text = entity_edits.remove_name(was[entity_edits.ENTITIES], name, term)
        change_watchlists(config, {entity_edits.ENTITIES: text}, was, dry_run, as_json, yes)


@entity.command()
@click.argument("old", type=EntityName())
@click.argument("new")
@yes_option
@dry_run_option
@config_option
@json_option
def rename(old: str, new: str, dry_run: bool, yes: bool, config_path: str | None, as_json: bool) -> None:
    """Call an entity otherwise, in entities.toml and in every watchlist that names it.

    \b
    monitor watch entity rename russian_pm prime_minister

    All files are written or none, unless the command is killed in the very moment of that. The same command, once more,
    then does the rest.
    """
    from monitor.toml.write import only_writer
    from monitor.watchlist import entity_edits
    from monitor.watchlist.edits import NothingToDo

    config = load_config(config_path)
    with only_writer(config.watchlists):
        texts = {entity_edits.ENTITIES: entities_text(config)}
        texts |= {watch: watch_text(config, watch) for watch in watch_ids(config)}
        try:
            drafts = entity_edits.rename(texts, old, new)
        except NothingToDo as why:
            nothing_to_do(why, as_json)
            return
        change_watchlists(config, drafts, {name: texts[name] for name in drafts}, dry_run, as_json, yes)
