"""``monitor watch new``: a watchlist that is drafted from a phrase, with the help of what is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import config_option, load_config, progress
from monitor.cli.complete import watch_ids
from monitor.cli.status.untold import tell_gaps
from monitor.cli.watch.backtest import item_line
from monitor.cli.watch.changes import remarks_on, warn_of, warn_of_remarks
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.workshop.backtest import Decision
    from monitor.workshop.draft.draft import Examples, Measured
    from monitor.workshop.draft.sketch import Sketch

_DAY = 86_400.0
days_option = click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")


@click.command()
@click.argument("phrase")
@click.option("--id", "identity", metavar="ID", help="The name of the file; made of PHRASE when left out.")
@click.option("--dry-run", is_flag=True, help="Show the draft; write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: what belongs to it is left open in the file.")
@days_option
@config_option
def new(phrase: str, identity: str | None, dry_run: bool, yes: bool, days: int, config_path: str | None) -> None:
    """Draft a watchlist for PHRASE, a few words about what you follow.

    \b
    monitor watch new "Pakistan Stream gas pipeline"
    monitor watch new "Lithium mining in Chile" --dry-run
    monitor watch new '"Sky Shield" air defence' --id sky-shield

    Known entities and names become concepts, of which each has to be there; other words support. Spellings in other
    scripts are looked for in what is stored, and every part is measured on it. On a terminal you are asked whether
    some stored headlines are what you mean: they become the watchlist's own tests.
    """
    from monitor.clock import SystemClock
    from monitor.matching import TermError
    from monitor.watchlist.sound import build_sound
    from monitor.workshop.draft import draft

    config = load_config(config_path)
    since = SystemClock().now() - days * _DAY
    stored = config.database.exists()
    texts = draft.stored_texts(config.database) if stored else []
    try:
        made = _sketched(phrase, config, texts)
    except TermError as error:
        raise click.BadParameter(f"{error}; {error.hint}", param_hint="PHRASE") from error
    name, path = _place(identity, made, config)
    measured = None
    if stored:
        with progress("judging items") as bar:
            measured = draft.measure(config.database, made, since, bar)
            if (fairer := draft.fair(made, measured)) is not made:
                made, measured = fairer, draft.measure(config.database, fairer, since, bar)
    asks = sys.stdin.isatty() and not yes and not dry_run
    picked = draft.picked(made, measured, weaker=asks) if measured else []
    languages = {feed.language for feed in config.feeds if feed.language}
    with_schema = (config.watchlists / "schema").is_dir()

    def text_with(examples: Examples) -> str:
        return draft.as_text(name, made, measured, days, examples, with_schema, languages)

    text = text_with(draft.Examples(open=tuple(one.item.title for one in picked)))
    if dry_run:
        click.echo(text, nl=False)
    else:
        shown = text_with(draft.Examples()) if asks else text
        click.echo("".join(f"    {line}" if line.strip() else line for line in shown.splitlines(keepends=True)))
        text = text_with(_asked(picked)) if asks else text
        _write(path, text, config, yes)
        click.echo(f"{path} is written. A running daemon takes it up within two seconds.")
    for line in _worth(name, measured, days, dry_run):
        click.echo(line, err=dry_run)
    if not dry_run:
        tell_gaps(config, [one for one in build_sound(config.watchlists).lists.watches if one.id == name])
    for other in _followed(phrase, name, config):
        note = f'note: "{other}" takes the words of this phrase, too, and what belongs to both is told by both.'
        click.echo(note if dry_run else f"{note} To take this one back: monitor watch remove {name}", err=True)


def _followed(phrase: str, name: str, config: Config) -> list[str]:
    """The other watchlists that ``phrase``, as a headline, belongs to, without those that are told to nobody."""
    from monitor.matching import Headline
    from monitor.text.clean import plain
    from monitor.watchlist.sound import build_sound

    if not config.watchlists.is_dir():
        return []
    library = build_sound(config.watchlists).library
    told = {watch.id for watch in library.lists.watches if watch.handling.status in ("open", "quiet")} - {name}
    return [str(match.watch) for match in library.engine.match(Headline(plain(phrase))) if match.watch in told]


def _sketched(phrase: str, config: Config, texts: Sequence[str]) -> Sketch:
    from monitor.toml.tomlfile import stamp_of
    from monitor.watchlist.entities import ENTITIES, load_entities
    from monitor.workshop.draft import draft
    from monitor.workshop.draft.phrase import Usage
    from monitor.workshop.draft.sketch import sketch

    path = config.watchlists / ENTITIES
    entities, _ = load_entities(path, stamp_of(path) if path.exists() else None)
    known = {name: patterns for name in entities.names() if (patterns := entities.patterns(name))}
    made = sketch(phrase, known, Usage.of(phrase, texts))
    draft.add_spellings(made, texts)
    return made


def _place(identity: str | None, made: Sketch, config: Config) -> tuple[str, Path]:
    from monitor.watchlist.entities import ENTITIES
    from monitor.watchlist.load import is_id
    from monitor.workshop.draft.sketch import identity_of

    name = (identity or identity_of(made.title, made.concepts)).removesuffix(".toml")
    if not name:
        raise click.UsageError("the phrase has no Latin letters to name the file by: add --id, for example --id gwadar")
    if not is_id(name):
        raise click.BadParameter(f'"{name}": use letters, digits, - and _, for example gwadar-port', param_hint="--id")
    path = config.watchlists / f"{name}.toml"
    if path.name.casefold() == ENTITIES:
        hint = f"{ENTITIES} holds the names that watchlists share"
        raise click.BadParameter(f'"{name}" cannot be a watchlist: {hint}', param_hint="--id")
    if there := next((one for one in watch_ids(config) if one.casefold() == name.casefold()), None):
        there_path = config.watchlists / f"{there}.toml"
        raise click.ClickException(
            f"{there_path} exists: monitor watch edit {there} changes it, --id writes another one"
        )
    return name, path


def _write(path: Path, text: str, config: Config, yes: bool) -> None:
    """Write the draft. Raises WatchlistError when it cannot be used or breaks another one, EditError when it would be a
    flood and the user does not want that, MonitorError when it cannot be written.
    """
    from monitor.cli.watch import flood
    from monitor.toml.write import only_writer, write_all
    from monitor.watchlist.sound import build_sound, check_change

    path.parent.mkdir(parents=True, exist_ok=True)
    with only_writer(path.parent):
        before = build_sound(config.watchlists, feeds=config.feed_names)
        after = build_sound(config.watchlists, {path.stem: text}, before, config.feed_names)
        check_change(before, after, {path.stem: text})
        pairs = flood.edited(before.lists, after.lists)
        if not yes:
            flood.agree(config, pairs, False)
        flood.remember(config, pairs)
        write_all({path: text}, was={path: ""})
    warn_of_remarks(remarks_on(config, before, after))
    warn_of(after.problems)


def _asked(picked: Sequence[Decision]) -> Examples:
    from monitor.model import Band
    from monitor.workshop.draft.draft import Examples

    said: dict[str, list[str]] = {"match": [], "nomatch": [], "unwanted": [], "missed": []}
    for one in picked:
        alerts = one.band is Band.ALERT
        click.echo(item_line(one.item))
        meant = click.prompt("    Is this what you mean?", type=click.Choice(["y", "n", "s"]), default="s", err=True)
        if meant != "s":
            where = {(True, "y"): "match", (True, "n"): "unwanted", (False, "y"): "missed", (False, "n"): "nomatch"}
            said[where[alerts, meant]].append(one.item.title)
    return Examples(**{key: tuple(texts) for key, texts in said.items()})


def _worth(name: str, measured: Measured | None, days: int, dry_run: bool) -> Iterator[str]:
    if measured is None:
        yield "Nothing is stored yet, so nothing could be measured."
    else:
        read = f"{counted(measured.items, 'item')} that {'was' if measured.items == 1 else 'were'} read"
        yield f"It takes {len(measured.alerts):,} of the {read} in the last {counted(days, 'day')}."
    if dry_run:
        return
    if measured and measured.alerts:
        yield f"To see which:             monitor watch backtest {name}"
    yield f"To find what is missing:  monitor watch suggest {name}"
    yield f"To change it:             monitor watch edit {name}"
