"""What the shell completes for arguments that name things: watchlists, entities, feeds. And ``monitor completion``,
which lets it ask.

This runs at each press of the key. So it only lists files and reads TOML, loads no heavy library, and is silent about
all that is wrong: the command itself will tell.
"""

from __future__ import annotations

import os
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from monitor.config.settings import Config

_ENTITIES = "entities.toml"


class _Name(click.ParamType[str], ABC):
    """A text that can be completed; whether it names anything is the command's to say."""

    name = "text"

    @abstractmethod
    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterable[tuple[str, str]]:
        """What there is to complete to, each with a word of help. ``watch``: the watchlist that is named, if one is."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The completions that begin with ``incomplete``; none when anything is wrong."""
        from monitor.config.find import find
        from monitor.errors import MonitorError

        try:
            place = find(ctx.params.get("config_path"))
            # Behind an option that still lacks its value, click has not shared out the arguments.
            watch = str(ctx.params.get("watch") or next(iter(ctx.args), ""))
            found = list(self.found(place, _read(place), incomplete, watch))
        except (OSError, ValueError, MonitorError, RuntimeError, AttributeError, TypeError):
            return []
        return [
            CompletionItem(value, help=" ".join(told.split()) or None)
            for value, told in found
            if value.startswith(incomplete)
        ]


class WatchName(_Name):
    """The id of a watchlist; its title is the help."""

    name = "watch"

    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterator[tuple[str, str]]:
        """The files in the folder of watchlists."""
        for file in sorted(_folder(place, config).glob("*.toml")):
            if not file.name.startswith(".") and file.name != _ENTITIES and file.stem.startswith(incomplete):
                yield file.stem, _title(file)


class EntityName(_Name):
    """The name of an entity; ``sigil`` stands before it."""

    name = "entity"

    def __init__(self, sigil: str = "") -> None:
        self._sigil = sigil

    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterator[tuple[str, str]]:
        """The tables of the file of entities. Where a sigil is wanted, nothing is offered before it is typed."""
        if self._sigil and not incomplete.startswith(self._sigil):
            return
        for name, table in _read(_folder(place, config) / _ENTITIES).items():
            names = [str(one) for one in (*table.get("acronyms", []), *table.get("names", []))]
            yield self._sigil + name, ", ".join(names[:3])


class PlaceName(EntityName):
    """Where a term belongs in a watchlist."""

    name = "place"

    def __init__(self) -> None:
        super().__init__("@")

    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterator[tuple[str, str]]:
        """The keys that hold terms, and the entries of ``all`` that the watchlist has; entities behind their sigil."""
        yield "any", ""
        for number, concept in enumerate(_watchlist(place, config, watch).get("all", []), 1):
            yield f"all:{number}", " | ".join(_terms(concept))
        yield from ((key, "") for key in ("context", "except", "none"))
        yield from super().found(place, config, incomplete, watch)


class TermName(_Name):
    """A term of the watchlist that is named, as it stands there, without its weight; where it stands is the help."""

    name = "text"

    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterator[tuple[str, str]]:
        """The terms of its file, each once."""
        data, seen = _watchlist(place, config, watch), set()
        for key in ("any", "all", "context", "except", "none"):
            for term in _terms(data.get(key, [])):
                if term not in seen:
                    seen.add(term)
                    yield term, key


class FeedName(_Name):
    """A feed, by its name in the configuration."""

    name = "feed"

    def found(self, place: Path, config: dict[str, Any], incomplete: str, watch: str) -> Iterator[tuple[str, str]]:
        """The names under ``[[feeds]]``; the address where there is none."""
        for feed in config.get("feeds", []):
            yield str(feed.get("name") or feed["url"]), ""


def watch_ids(config: Config) -> list[str]:
    """The ids of the watchlists of a configuration, whether they can be loaded or not."""
    from monitor.watchlist import ids_in

    return ids_in(config.watchlists) if config.watchlists.is_dir() else []


def known_watch(watch: str, ids: Iterable[str], argument: str = "WATCH") -> str:
    """``watch``, if it is one of ``ids``. Raises click.BadParameter with what was perhaps meant."""
    from monitor.toml.advice import suggestion

    known = list(ids)
    if watch not in known:
        found = suggestion(watch, known) or "there are none at all in the folder of watchlists"
        raise click.BadParameter(f'there is no watchlist "{watch}"; {found}', param_hint=argument)
    return watch


def _folder(place: Path, config: dict[str, Any]) -> Path:
    written = str(config.get("monitor", {}).get("watchlists", "watchlists"))
    return place.parent / os.path.expanduser(written)


def _watchlist(place: Path, config: dict[str, Any], watch: str) -> dict[str, Any]:
    """What stands in the file of a watchlist; nothing where it cannot be read."""
    try:
        return _read(_folder(place, config) / f"{watch}.toml")
    except (OSError, ValueError):
        return {}


def _terms(written: Any) -> Iterator[str]:
    """The terms of a list, or of lists in it, without their weights."""
    if isinstance(written, list):
        for one in written:
            yield from _terms(one)
    else:
        term = str(written.get("t", "")) if isinstance(written, dict) else str(written)
        yield term.partition("^")[0].strip()


def _title(file: Path) -> str:
    try:
        return str(_read(file).get("title", ""))
    except (OSError, ValueError):
        return ""


def _read(file: Path) -> dict[str, Any]:
    from monitor.toml.limits import NotUsable, read_bytes

    try:
        return tomllib.loads(read_bytes(file)[0].decode("utf-8-sig"))
    except NotUsable as error:
        raise ValueError(str(error)) from error


# --- monitor completion ----------------------------------------------------------------------------------------------
# The script that makes the shell complete our commands.


_VARIABLE = "_MONITOR_COMPLETE"
_PLACES = {
    "bash": ("~/.bashrc", 'eval "$(monitor completion bash)"'),
    "zsh": ("~/.zshrc", 'eval "$(monitor completion zsh)"'),
    "fish": ("~/.config/fish/config.fish", "monitor completion fish | source"),
}
# For bash @ and : end a word, and so @entity and all:2 would never be completed.
_WHOLE_WORDS = "COMP_WORDBREAKS=${COMP_WORDBREAKS//[@:]/}\n"


@click.command()
@click.argument("shell", type=click.Choice(list(_PLACES)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script with which SHELL completes commands, options and the names of watchlists, entities and feeds.

    \b
    bash, in ~/.bashrc:                   eval "$(monitor completion bash)"
    zsh, in ~/.zshrc:                     eval "$(monitor completion zsh)"
    fish, in ~/.config/fish/config.fish:  monitor completion fish | source
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None, "click knows these shells"
    file, line = _PLACES[shell]
    click.echo(f"# Put this line into {file}:   {line}")
    if shell == "bash":
        click.echo(_WHOLE_WORDS, nl=False)
    click.echo(script(ctx.find_root().command, {}, "monitor", _VARIABLE).source())
