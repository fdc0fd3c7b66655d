"""``monitor watch suggest``: what a watchlist lacks, learnt from what is stored."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import NOTHING_STORED, config_option, json_option, load_config, progress, show_object, stored
from monitor.cli.complete import WatchName
from monitor.cli.watch.backtest import item_line, item_values
from monitor.cli.watch.changes import change_watchlists, usable, watch_text
from monitor.cli.watch.flood import yes_option
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.workshop.suggest.suggest import Proposal

_DAY = 86_400.0
_ITEMS_SHOWN = 3
_ASK = "ask"


@click.command()
@click.argument("watch", type=WatchName())
@click.option(
    "--apply",
    "numbers",
    is_flag=False,
    flag_value=_ASK,
    metavar="[NUMBERS]",
    help="Put proposals into the file: 1,3 or all; without NUMBERS you are asked about each.",
)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")
@yes_option
@config_option
@json_option
def suggest(watch: str, numbers: str | None, days: int, yes: bool, config_path: str | None, as_json: bool) -> None:
    """Propose what WATCH lacks: names, supporting words, and words that rule out what you marked as not relevant.

    \b
    monitor watch suggest pakistan-brics
    monitor watch suggest pakistan-brics --apply 1,3
    monitor watch suggest pakistan-brics --apply          asks about each
    monitor feedback 4711 pakistan-brics irrelevant       and then suggest again

    All is learnt from stored items and from your feedback. Each proposal comes with the alerts that it would gain or
    lose. Nothing is written without --apply.
    """
    config = load_config(config_path)
    text = watch_text(config, watch)
    found, verdicts = _proposals(watch, days, config)
    if numbers is None or not found:
        values = {"watch": watch, "proposals": [_values(number, one) for number, one in enumerate(found, 1)]}
        show_object(values, as_json, _lines(watch, found, verdicts))
        return
    chosen = _asked(found) if numbers == _ASK else _numbered(found, numbers)
    if not chosen:
        click.echo("Nothing was chosen, and nothing was written.", err=True)
        return
    change_watchlists(config, {watch: _with(text, chosen)}, {watch: text}, False, as_json, yes)


def _proposals(watch: str, days: int, config: Config) -> tuple[list[Proposal], Counter[str]]:
    """The proposals, and how many items the user has called what."""
    from monitor.clock import SystemClock
    from monitor.workshop.suggest.suggest import suggest as proposals

    live = usable(config, watch).watch(watch)
    store = stored(config)
    if store is None:
        raise click.ClickException(NOTHING_STORED)
    verdicts = store.verdicts(watch)
    store.close()
    with progress("judging items") as bar:
        found = proposals(config.database, live, verdicts, SystemClock().now() - days * _DAY, bar)
    return found, Counter(verdicts.values())


def _with(text: str, chosen: Sequence[Proposal]) -> str:
    """The watchlist's text with proposals in it."""
    from monitor.watchlist import edits

    for one in chosen:
        try:
            text = edits.add_term(text, one.term, one.where)
        except edits.NothingToDo as why:
            click.echo(f"{why}.", err=True)
    return text


def _numbered(found: Sequence[Proposal], numbers: str) -> list[Proposal]:
    if numbers.strip().lower() == "all":
        return list(found)
    chosen = []
    for written in numbers.replace(",", " ").split():
        if not (written.isascii() and written.isdigit() and 0 < int(written) <= len(found)):
            hint = f"the proposals have the numbers 1 to {len(found)}"
            raise click.BadParameter(f'"{written}" is none of the proposals; {hint}', param_hint="--apply")
        chosen.append(found[int(written) - 1])
    return chosen


def _asked(found: Sequence[Proposal]) -> list[Proposal]:
    if not sys.stdin.isatty():
        raise click.UsageError("--apply asks, which takes a terminal; elsewhere name the proposals: --apply 1,3")
    chosen = []
    for number, one in enumerate(found, 1):
        for line in _proposal_lines(number, one):
            click.echo(line)
        answer = click.prompt("   Take it up?", type=click.Choice(["y", "n", "q"]), default="n")
        if answer == "q":
            break
        if answer == "y":
            chosen.append(one)
    return chosen


def _values(number: int, one: Proposal) -> dict[str, Any]:
    return {
        "number": number,
        "term": one.term,
        "to": one.where,
        "concept": one.concept,
        "reason": one.reason,
        "sure": one.is_sure,
        "gained": [item_values(item) for item in one.gained],
        "lost": [item_values(item) for item in one.lost],
        "marked_irrelevant": one.marked,
        "gained_for_digest": one.faint,
    }


def _lines(watch: str, found: Sequence[Proposal], verdicts: Mapping[str, int]) -> Iterator[str]:
    if not found:
        yield from _nothing(watch, verdicts)
        return
    for number, one in enumerate(found, 1):
        yield from _proposal_lines(number, one)
        yield ""
    yield f"To take some up:  monitor watch suggest {watch} --apply {'1,2' if len(found) > 1 else '1'}"
    yield "Then ask again: the proposals are others, and so are their numbers."


def _nothing(watch: str, verdicts: Mapping[str, int]) -> Iterator[str]:
    """Why nothing is proposed, and what the user can do."""
    from monitor.workshop.suggest.suggest import LEAST_VERDICTS

    relevant, irrelevant = verdicts.get("relevant", 0), verdicts.get("irrelevant", 0)
    if max(relevant, irrelevant) >= LEAST_VERDICTS:
        judged = counted(relevant + irrelevant, "item")
        yield f"Nothing to propose: no spelling of its names is missing, and of the {judged} that you judged no"
        yield f"{LEAST_VERDICTS} have a word in common that would find what was missed, or rule out what is irrelevant."
        yield "If you know such a word:"
        yield f"    monitor watch add-term {watch} WORD --to any        monitor watch add-term {watch} WORD --to none"
        return
    yield "Nothing to propose: no spelling of its names is missing, and there are too few verdicts to learn from."
    so_far = f"(so far: {relevant} and {irrelevant})"
    yield f"It takes {LEAST_VERDICTS} items that you call relevant, or as many irrelevant {so_far}."
    yield "Say what the watchlist missed, and what it should not have found; monitor items has the numbers:"
    yield f"    monitor feedback ITEM {watch} relevant        monitor feedback ITEM {watch} irrelevant"


def _proposal_lines(number: int, one: Proposal) -> Iterator[str]:
    if one.where.startswith("all:"):
        where = f"another name for {one.concept}" if one.is_sure else f"which may stand for {one.concept}, or may not"
    else:
        where = _PLACES[one.where]
    yield f'{number:>2}. "{one.term}", {where}'
    yield f"    {one.reason}"
    if one.gained:
        yield f"    gains {_gains(one)}:"
        yield from _items(one.gained)
    if one.lost and one.where in ("none", "except"):
        yield f"    loses {counted(len(one.lost), 'alert')}, of which you marked {one.marked} as not relevant:"
        yield from _items(one.lost)


def _gains(one: Proposal) -> str:
    """How many alerts, and items that the user wants and will find in the digest."""
    alerts, faint = len(one.gained) - one.faint, counted(one.faint, "line") + " in the digest"
    if not one.faint:
        return counted(alerts, "alert")
    return f"{counted(alerts, 'alert')} and {faint}" if alerts else faint


_PLACES = {
    "any": "a name by itself (any)",
    "context": "a supporting word (context)",
    "none": "a word that rules an item out (none)",
    "except": "a phrase in which a name means something else (except)",
}


def _items(items: Sequence[Any]) -> Iterator[str]:
    yield from (f"    {item_line(item)}" for item in items[:_ITEMS_SHOWN])
    if len(items) > _ITEMS_SHOWN:
        yield f"      and {len(items) - _ITEMS_SHOWN:,} more; --json lists all"
