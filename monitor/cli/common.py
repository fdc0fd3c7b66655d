"""What commands share: finding the configuration, and showing rows to people and to scripts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from monitor.config.settings import Config
    from monitor.store import Store
    from monitor.store.archive.find import FoundItem
    from monitor.workshop.replay import Progress

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

NOTHING_STORED = "Nothing polled yet: there is no database yet; the first `monitor run` or `monitor once` makes it."
_NARROWEST_TABLE = 60
_TIMES = frozenset(
    {
        "at",
        "published",
        "first_seen",
        "next_due",
        "last_polled",
        "last_success",
        "last_written",
        "last_used",
        "baseline_at",
        "next_attempt",
        "finished",
        "started",
        "until",
        "created",
        "last_match",
        "last_new",
        "last_gap",
        "state_since",
        "moved_since",
        "replaced",
    }
)


def config_option(command: F) -> F:
    """``--config FILE``, handed to the command as ``config_path``."""
    option = click.option(
        "--config", "config_path", type=click.Path(), metavar="FILE", help="The configuration file to use."
    )
    return option(command)


def json_option(command: F) -> F:
    """``--json``, handed to the command as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")(command)


def csv_option(command: F) -> F:
    """``--csv``, handed to the command as ``as_csv``."""
    return click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header, for spreadsheets.")(command)


def load_config(config_path: str | None, warn: bool = False) -> Config:
    """The configuration in force; ``warn`` shows what is odd about it. Raises ConfigError."""
    from monitor.config.find import find
    from monitor.config.settings import load

    loaded = load(find(config_path))
    if warn:
        warn_of(loaded)
    return loaded


def warn_of(config: Config) -> None:
    """Show what is odd about a configuration."""
    for warning in (*config.warnings, *config.exposed):
        with contextlib.suppress(OSError):  # nobody reads warnings: no reason to do nothing
            click.echo(f"warning: {warning}", err=True)


def config_if_any(config_path: str | None) -> Config | None:
    """The configuration in force; None when none is named and none is found. Raises ConfigError for a broken one."""
    from monitor.config.find import find
    from monitor.config.settings import load
    from monitor.errors import ConfigError

    try:
        path = find(config_path)
    except ConfigError:
        return None
    return load(path)


def stored(config: Config) -> Store | None:
    """The database, to be read; None before the first poll has made it. Raises StoreError, also where there was a
    database and is none any more.
    """
    from monitor.config.find import state_folders
    from monitor.store import Store
    from monitor.store.integrity.keeping import refuse_lost

    refuse_lost(config.database, state_folders(), config.since)
    return Store.reading(config.database) if config.database.exists() else None


def stored_if_usable(config: Config) -> Store | None:
    """The database, to be read, for commands that can do without: None, with a warning, where it cannot be used."""
    from monitor.errors import StoreError

    try:
        return stored(config)
    except StoreError as error:
        click.echo(f"warning: {error}", err=True)
        return None


@contextlib.contextmanager
def changing(config: Config) -> Iterator[tuple[Store, float]]:
    """The database, to be changed beside a running daemon, in one transaction, and what time it is. Raises StoreError,
    and click.ClickException where there is no database yet.
    """
    from monitor.clock import SystemClock
    from monitor.config.find import state_folders
    from monitor.store import Store
    from monitor.store.integrity.keeping import refuse_known, refuse_lost

    refuse_lost(config.database, state_folders(), config.since)
    if not config.database.exists():
        raise click.ClickException(NOTHING_STORED)
    refuse_known(config.database, state_folders())
    with Store.changing(config.database) as store:
        yield store, SystemClock().now()


def reading(config: Config) -> Store:
    """The database, to be read. Raises StoreError, and click.ClickException where there is none yet."""
    store = stored(config)
    if store is None:
        raise click.ClickException(NOTHING_STORED)
    return store


def item_of(store: Store, text: str) -> FoundItem:
    """The stored item that ``text`` names; see ``store.archive.find.find_item``. Raises click.ClickException."""
    from monitor.store.archive import find

    number = find.find_item(store.db, text)
    found = find.item(store.db, number) if number is not None else None
    if found is None:
        raise click.ClickException(
            f"no stored item is called {text!r}: write its number (123), its link, the beginning of an alert's id, or "
            "its whole headline; monitor items WORDS finds it"
        )
    return found


_THREADS = 250
"""A lookup that no DNS server answers holds its thread for up to a minute, also when its poll has long been given up.
Meanwhile the names of other feeds and of the mail server have to be found, and edited watchlists to be read.
"""


class _Unjoined(ThreadPoolExecutor):
    """Threads that nobody waits for at the end."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run``, which by itself would wait, for minutes, for lookups that a DNS server does not answer."""

    async def main() -> T:
        asyncio.get_running_loop().set_default_executor(_Unjoined(_THREADS, "loop"))
        return await work

    return asyncio.run(main())


def show(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[tuple[str, str]],
    as_json: bool,
    empty: str,
    left_out: Iterable[str] = (),
    dispensable: Sequence[str] = (),
    as_csv: bool = False,
    cut: Mapping[str, int] | None = None,
) -> None:
    """Print ``rows``: JSON, CSV, a table on a terminal, or lines of tab-separated values in a pipe or where a table
    would be too narrow to be read.

    ``columns`` are pairs of key and heading for people; JSON holds every key. Times become local text, or ISO 8601 in
    JSON. A table has no columns that are ``left_out``. With ``cut`` each row is one line: the columns named there may
    be shortened to the given width, and the ``dispensable`` ones go, one by one, where there is no room for all.
    """
    found = list(rows)
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two ways to print the same: choose one")
    if as_json:
        click.echo(json.dumps([_for_json(row) for row in found], ensure_ascii=False, indent=2))
    elif as_csv:
        from monitor.cli.output import listing

        click.echo(listing.as_csv(found, columns, _for_csv), nl=False)
    elif not found:
        click.echo(empty, err=True)
    else:
        table = _table(found, [column for column in columns if column[0] not in left_out], cut, dispensable)
        if table is not None:
            console().print(table)
            return
        for row in found:
            click.echo("\t".join(cell(key, row.get(key)) for key, _ in columns))


def show_object(value: Mapping[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    """Print one thing: as JSON, or as the lines that a person reads."""
    if as_json:
        click.echo(json.dumps(_for_json(value), ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)


def cell(key: str, value: Any) -> str:
    """``value`` as text for a person."""
    from monitor.clock import local_text

    if key in _TIMES:
        return local_text(value) if value is not None else "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    return "-" if value is None or value == "" else str(value)


def console() -> Console:
    """Standard output, for text with styles. One whose reader goes away raises BrokenPipeError, as ``click.echo``
    does; rich would end the program itself.
    """
    from rich.console import Console

    class Output(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    return Output(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _for_csv(key: str, value: Any) -> str:
    plain = _for_json(value, key)
    return "" if plain is None else f"{plain:g}" if isinstance(plain, float) else str(plain)


def _table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[tuple[str, str]],
    cut: Mapping[str, int] | None,
    dispensable: Iterable[str],
) -> Table | None:
    """None in a pipe, and where a terminal is too narrow. Without ``cut`` long cells take several lines."""
    from rich.table import Table
    from rich.text import Text

    from monitor.cli.output.listing import widths

    if not sys.stdout.isatty() or shutil.get_terminal_size().columns < _NARROWEST_TABLE:
        return None
    wide = widths(rows, columns, cut, dispensable, cell) if cut is not None else dict.fromkeys(dict(columns))
    if not wide:
        return None
    table = Table(box=None, header_style="bold", pad_edge=False)
    kept = [column for column in columns if column[0] in wide]
    for key, heading in kept:
        is_short = cut is not None
        table.add_column(heading, overflow="ellipsis" if is_short else "fold", no_wrap=is_short, width=wide[key])
    for row in rows:
        table.add_row(*(Text(cell(key, row.get(key))) for key, _ in kept))
    return table


def _for_json(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _for_json(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_for_json(inner) for inner in value]
    if key in _TIMES and isinstance(value, int | float):
        from monitor.clock import utc

        try:
            return utc(value).isoformat(timespec="seconds")
        except (OverflowError, ValueError, OSError):
            return None
    if isinstance(value, Path | datetime):
        return str(value)
    return value


@contextlib.contextmanager
def progress(what: str) -> Iterator[Progress | None]:
    """A bar on standard error, while it is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
