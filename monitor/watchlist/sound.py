"""What of a folder of watchlists can be used, while other files of it are broken: for commands about one watchlist, and
for drafts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import Problem, WatchlistError
from monitor.matching import Watch, compile_watches
from monitor.model import WatchId
from monitor.toml import tomlfile
from monitor.watchlist.build import Library, failed_examples
from monitor.watchlist.entities import ENTITIES, Entities
from monitor.watchlist.load import Watchlists, read_all
from monitor.watchlist.reader import Reader, rests_on
from monitor.watchlist.schema import WatchlistFile


@dataclass(frozen=True)
class Sound:
    """The watchlists that can be read, compiled, and all that is wrong: with other files, and with examples."""

    library: Library
    problems: tuple[Problem, ...]

    @property
    def lists(self) -> Watchlists:
        """The watchlists that can be read."""
        return self.library.lists

    def watch(self, name: str) -> Watch:
        """The watchlist of this id. Raises WatchlistError with what keeps it from being read."""
        loaded = self.lists.loaded.get(WatchId(name))
        if loaded is None:
            folder = self.lists.folder
            own = [one for one in self.problems if one.file == folder / f"{name}.toml"]
            shared = [one for one in self.problems if one.file == folder / ENTITIES]
            raise WatchlistError(
                own or shared or [Problem(folder / f"{name}.toml", 0, "file not found", code="unreadable")]
            )
        return loaded.watch

    def elsewhere(self, *names: str) -> list[Problem]:
        """What is wrong with files other than those of ``names``: ids of watchlists, or "entities"."""
        files = {self.lists.folder / f"{name}.toml" for name in names}
        return [one for one in self.problems if one.file not in files]


def build_sound(
    folder: Path,
    drafts: Mapping[str, str] | None = None,
    previous: Sound | None = None,
    feeds: Collection[str] | None = None,
) -> Sound:
    """Load, compile and try what can be used of ``folder``. ``drafts``, ``feeds``, and what is taken over of
    ``previous``: as in ``build``. A watchlist that names entities is left out while these are broken. Raises
    WatchlistError when the folder cannot be read at all.
    """
    lists, problems = read_all(folder, previous.lists if previous else None, drafts, feeds)
    loaded = {name: one for name, one in lists.loaded.items() if not rests_on(lists.entities, one.source)}
    refused = {problem.file for problem in problems}
    lists = Watchlists(
        folder, {name: one for name, one in loaded.items() if one.file.path not in refused}, lists.entities
    )
    engine = compile_watches(lists.watches, None, previous.library.engine if previous else None)
    for watch in lists.watches:
        problems += failed_examples(lists, engine, watch.id)
    return Sound(Library(lists, engine), tuple(problems))


def check_change(before: Sound, after: Sound, names: Mapping[str, str]) -> None:
    """Raises WatchlistError when a change to the files of ``names`` leaves one of them broken, or breaks another: what
    was wrong with the others before is no reason.
    """
    elsewhere = after.elsewhere(*names)
    new = [one for one in after.problems if one not in elsewhere or one not in before.problems]
    if new:
        raise WatchlistError(new)
    for name in names:
        if f"{name}.toml" != ENTITIES:
            after.watch(name)


# --- drafts ----------------------------------------------------------------------------------------------------------
# A draft of a watchlist is a file anywhere, read as if it stood in the folder.


def read_draft(path: Path, entities: Entities) -> Watch:
    """The watch that ``path`` holds, whose id is the file's stem. Raises WatchlistError with all that is wrong."""
    file = tomlfile.read(path)
    if isinstance(file, Problem):
        raise WatchlistError([file])
    checked = tomlfile.check(file, WatchlistFile)
    if isinstance(checked, list):
        raise WatchlistError(checked)
    watch = Reader(file, checked, entities).read()
    if isinstance(watch, list):
        raise WatchlistError(watch)
    return watch
