"""``monitor watch list|check|test``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, json_option, load_config, show, show_object

if TYPE_CHECKING:
    from monitor.errors import Problem
    from monitor.matching import Engine
    from monitor.watchlist import Watchlists

NO_MATCH = 1
BROKEN = 78


@click.group()
def watch() -> None:
    """The watchlists: what you follow."""


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
            "status": lists.sources[one.id].status,
            "concepts": len(one.all),
            "terms": len(one.any) + sum(len(concept.patterns) for concept in one.all),
            "version": one.version,
            "file": str(lists.files[one.id].path),
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

    Exit code 0: all is well; 78: something has to be mended.
    """
    from monitor.errors import WatchlistError
    from monitor.matching import compile_watches
    from monitor.watchlist import load

    folder = load_config(config_path).watchlists
    try:
        lists = load(folder)
        problems = list(_failed_examples(lists, compile_watches(lists.watches)))
        count = len(lists.watches)
    except WatchlistError as error:
        problems, count = error.problems, 0
    values = {
        "folder": str(folder),
        "problems": [
            {"file": str(p.file), "line": p.line, "column": p.column, "message": p.message, "hint": p.hint}
            for p in problems
        ],
    }
    lines = [f"error: {problem}" for problem in problems] or [f"{count} watchlists in {folder}: all is well"]
    show_object(values, as_json, lines)
    return BROKEN if problems else 0


def _failed_examples(lists: Watchlists, engine: Engine) -> Iterator[Problem]:
    from monitor.errors import Problem
    from monitor.model import Band

    for one in lists.watches:
        examples = lists.examples(one.id)
        path = lists.files[one.id].path
        for text, line in examples.match:
            found = {match.watch: match for match in engine.match(Headline(text))}
            if one.id not in found or found[one.id].band is not Band.ALERT:
                score = f"only {found[one.id].score:.2f}" if one.id in found else "no match"
                yield Problem(
                    path,
                    line,
                    f'the example "{text}" should alert, but gives {score}',
                    "add the name or spelling that it uses, or remove the example",
                )
        for text, line in examples.nomatch:
            match = next((match for match in engine.match(Headline(text)) if match.watch == one.id), None)
            if match:
                yield Problem(path, line, f'the example "{text}" should not match', f"it does: {match.why}")


class Headline:
    """A headline to be matched by itself."""

    def __init__(self, title: str, summary: str = "") -> None:
        self.title = title
        self.summary = summary
        self.body = ""


@watch.command()
@click.argument("headline")
@click.option("--summary", default="", help="The text below the headline.")
@config_option
@json_option
def test(headline: str, summary: str, config_path: str | None, as_json: bool) -> int:
    """Say which watchlists HEADLINE belongs to, and why.

    \b
    monitor watch test "Pakistan applies for BRICS membership"
    monitor watch test "Talks in Kazan" --summary "Pakistan asked to join BRICS."

    Exit code 0: it matches; 1: it does not.
    """
    from monitor.matching import compile_watches
    from monitor.text.clean import plain
    from monitor.watchlist import load

    folder: Path = load_config(config_path).watchlists
    engine = compile_watches(load(folder).watches)
    found = engine.match(Headline(plain(headline), plain(summary)))
    values: dict[str, Any] = {
        "title": headline,
        "matches": [
            {"watch": match.watch, "score": match.score, "band": match.band, "why": match.why} for match in found
        ],
    }
    lines = [f"{match.band} for {match.watch} ({match.title})\n  why: {match.why}" for match in found] or [
        "no watchlist matches"
    ]
    show_object(values, as_json, lines)
    return 0 if found else NO_MATCH
