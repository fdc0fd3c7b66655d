"""``monitor watch``: the watchlists themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from monitor.cli import judge
from monitor.cli.common import config_option, json_option, load_config, show, show_object

if TYPE_CHECKING:
    from monitor.errors import Problem

BROKEN = 78


@click.group()
def watch() -> None:
    """The watchlists: what you follow."""


for command in (judge.test, judge.why_not, judge.term):
    watch.add_command(command)


@watch.command("list")
@config_option
@json_option
def list_(config_path: str | None, as_json: bool) -> None:
    """All watchlists, with their files."""
    from monitor.watchlist import load

    lists = load(load_config(config_path).watchlists)
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "status": lists.source(one.id).status,
            "concepts": len(one.all),
            "terms": len(one.any) + sum(len(concept.patterns) for concept in one.all),
            "version": one.version,
            "file": str(lists.file(one.id).path),
        }
        for one in lists.watches
    ]
    show(
        rows,
        [("id", "Id"), ("title", "Title"), ("status", "Status"), ("terms", "Terms"), ("file", "File")],
        as_json,
        "No watchlists.",
    )


@watch.command()
@config_option
@json_option
def check(config_path: str | None, as_json: bool) -> int:
    """Check all watchlists: what is wrong, with file and line, and whether their own examples hold.

    Warnings are worth a second look: names without a role, ordinary words in which no typing error is forgiven, words
    that stand in very many headlines.

    Exit code 0: all is well (warnings or not); 78: something has to be mended.
    """
    from monitor.errors import WatchlistError
    from monitor.watchlist import build
    from monitor.watchlist.lint import warnings

    folder = load_config(config_path).watchlists
    problems: list[Problem] = []
    remarks: list[Problem] = []
    count = 0
    try:
        library = build(folder)
        remarks = list(warnings(library.lists, library.engine))
        count = len(library.lists.watches)
    except WatchlistError as error:
        problems = error.problems
    values = {
        "folder": str(folder),
        "watchlists": count,
        "problems": [_row(problem) for problem in problems],
        "warnings": [_row(remark) for remark in remarks],
    }
    lines = [f"error: {problem}" for problem in problems] + [f"warning: {remark}" for remark in remarks]
    if not problems:
        lines.append(f"{count} watchlists in {folder}: all is well")
    show_object(values, as_json, lines)
    return BROKEN if problems else 0


def _row(problem: Problem) -> dict[str, Any]:
    return {
        "file": str(problem.file),
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
    }


@watch.command()
@click.argument("name", type=click.Choice(["watchlist", "entities"]), default="watchlist")
def schema(name: str) -> None:
    """Print the JSON Schema of watchlist files (or of entities.toml), with which editors complete and check them.

    \b
    mkdir -p watchlists/schema && monitor watch schema > watchlists/schema/watchlist.schema.json
    and as the first line of a watchlist:   #:schema schema/watchlist.schema.json
    """
    from monitor.watchlist import editors

    click.echo(editors.text(name), nl=False)
