"""``monitor watch check``: what is wrong with watchlist files, as compilers say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_if_any, config_option, console, json_option, load_config, show_object
from monitor.cli.refused import refused, tell_refused
from monitor.cli.status.untold import gaps_of, tell
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.errors import Problem
    from monitor.watchlist.checks.check import Checked

BROKEN = 78


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--verbose", "-v", is_flag=True, help="Show notes, too: what is only worth knowing.")
@config_option
@json_option
def check(files: tuple[Path, ...], strict: bool, verbose: bool, config_path: str | None, as_json: bool) -> int:
    """Check watchlists: what is wrong, with file, line and column, and whether their own examples hold.

    \b
    monitor watch check                                 all of the configured folder
    monitor watch check watchlists/pakistan-brics.toml  only this one, with the entities.toml beside it
    monitor watch check watchlists/entities.toml        and all watchlists that it may change
    monitor watch check --strict --json                 for scripts

    FILEs need no configuration, so that this can be a pre-commit hook; where there is a config.toml, the feeds that
    they name have to stand in it. Without FILE, the watchlists and tags that its routes name are checked, too. All
    problems of all files are told at once. Warnings are most likely mistakes; notes (--verbose) are worth knowing.
    Without FILE, what a running daemon refuses is told last: files that have vanished, say, are no mistake of any file.
    So is what the channels of config.toml tell to nobody.

    Exit code 0: all is well (warnings or not); 78: something has to be mended (--strict: or there are warnings).
    """
    from datetime import UTC, datetime

    from monitor.alerts.routing import Gap
    from monitor.clock import SystemClock
    from monitor.errors import Level
    from monitor.watchlist.checks.check import check_files, check_folder

    today = datetime.fromtimestamp(SystemClock().now(), UTC).date()

    def elsewhere() -> Path | None:
        config = load_config(config_path) if config_path else config_if_any(None)
        return config.watchlists if config else None

    def config_of(folder: Path) -> Config | None:
        return load_config(config_path) if config_path else _config_for(folder)

    kept, gaps = "", list[Gap]()
    if files:
        checked = check_files([_watchlist(file) for file in files], elsewhere, today, config_of)
    else:
        config = load_config(config_path, warn=True)
        checked, kept = check_folder(config.watchlists, today, config), refused(config)
        gaps = gaps_of(config)
    shown = [one for one in checked.problems if verbose or one.level is not Level.NOTE]
    counts = Counter(str(one.level) for one in checked.problems)
    if as_json:
        silent = [{"why": gap.untold, "watchlists": gap.watches, "message": gap.words} for gap in gaps]
        show_object(_values(checked, shown, counts) | {"refused": kept, "told_to_nobody": silent}, True, ())
    else:
        _print(shown, _summary(len(checked.files), counts, verbose))
        for file in checked.unchecked:
            click.echo(
                f"{file.name} names feeds; no config.toml that can be read says whether there are such.", err=True
            )
        tell(gaps)
        tell_refused(kept)
    return BROKEN if counts["error"] or (strict and counts["warning"]) else 0


def _watchlist(file: Path) -> Path:
    """``file``, if it can be one. Raises click.BadParameter for what is certainly none."""
    if file.suffix != ".toml" or file.name == "config.toml":
        why = "config.toml is read by every command, and monitor feeds list checks it" if file.suffix == ".toml" else ""
        raise click.BadParameter(
            f"{file} is no watchlist: these are files like pakistan-brics.toml, and entities.toml"
            + (f"; {why}" if why else ""),
            param_hint="FILE",
        )
    if not file.is_file():
        raise click.BadParameter(f"there is no file {file}", param_hint="FILE")
    return file.absolute()


def _config_for(folder: Path) -> Config | None:
    """The configuration that a folder of watchlists belongs to: in it, above it, or the one in force; None where there
    is none that can be used.
    """
    from monitor.config import settings
    from monitor.errors import ConfigError

    near = [path for path in (folder / "config.toml", folder.parent / "config.toml") if path.is_file()]
    try:
        return settings.load(near[0]) if near else config_if_any(None)
    except ConfigError:
        return None


def _values(checked: Checked, shown: list[Problem], counts: Counter[str]) -> dict[str, Any]:
    from monitor.cli.output.excerpt import Sources, as_row, shown_path

    sources = Sources()
    rows = [as_row(one, sources.line(one.file, one.line)) for one in shown]
    return {
        "files": [shown_path(file) for file in checked.files],
        "watchlists": checked.watchlists,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "notes": counts["note"],
        "unchecked": [shown_path(file) for file in checked.unchecked],
        "problems": rows,
    }


def _print(shown: list[Problem], summary: str) -> None:
    from monitor.cli.output.excerpt import Sources, as_text

    output, sources = console(), Sources()
    for one in shown:
        output.print(as_text(one, sources.line(one.file, one.line)), soft_wrap=True)
    click.echo(summary)


def _summary(files: int, counts: Counter[str], verbose: bool) -> str:
    levels = ("error", "warning", "note") if verbose else ("error", "warning")
    return f"{counted(files, 'file')}: {', '.join(_parts(counts, levels)) or 'all is well'}"


def _parts(counts: Counter[str], levels: tuple[str, ...]) -> Iterator[str]:
    yield from (counted(counts[level], level) for level in levels if counts[level])
