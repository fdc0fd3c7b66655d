"""All that is wrong with watchlist files, or worth a second look, at once: a broken file does not hide the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from monitor.config.alerts import lost_routes
from monitor.config.settings import Config
from monitor.errors import Level, Problem
from monitor.matching import compile_watches
from monitor.model import WatchId
from monitor.toml import tomlfile
from monitor.toml.tomlfile import stamp_of
from monitor.watchlist.build import failed_examples
from monitor.watchlist.checks import lint, tidy
from monitor.watchlist.checks.lint import feed_remarks
from monitor.watchlist.checks.names import feed_problems
from monitor.watchlist.entities import ENTITIES, UNKNOWN_ENTITY, load_entities
from monitor.watchlist.load import BEGIN, Loaded, Watchlists, files_in, left_by_merge, load_file, look_at, twice
from monitor.watchlist.reader import rests_on


@dataclass(frozen=True)
class Checked:
    """What a check came to: the files that were looked at, how many watchlists can be used, and all problems, by file
    and line, with the codes of their rules. ``unchecked``: files that name feeds, where no configuration says which
    there are.
    """

    files: tuple[Path, ...]
    watchlists: int
    problems: tuple[Problem, ...]
    unchecked: tuple[Path, ...] = ()


def check_folder(folder: Path, today: date, config: Config | None = None) -> Checked:
    """Check all watchlists of ``folder`` and their entities, and with a ``config`` the names that they and its routes
    take from one another. Raises nothing for what is wrong with them.
    """
    if not folder.is_dir():
        return _sorted([], 0, [Problem(folder, 0, "the folder of watchlists does not exist", BEGIN, code="no-folder")])
    paths = files_in(folder)
    sound, problems = _check(paths, folder / ENTITIES, today, True, config)
    if config and not any(one.level is Level.ERROR for one in problems):
        tags = {watch.id: watch.handling.tags for watch in sound.watches}
        problems += lost_routes(config.file, config.routes, tags)
    count = _usable(sound, problems)
    problems += (replace(left_by_merge(folder / name), level=Level.WARNING) for name in look_at(folder).copies)
    if not count and not problems:
        hint = 'write a file like pakistan-brics.toml with a title and all = ["Pakistan", "BRICS"]'
        problems = [Problem(folder, 0, "holds no watchlist", hint, code="no-watchlist")]
    return _sorted(paths, count, problems)


def check_files(
    files: Iterable[Path],
    elsewhere: Callable[[], Path | None],
    today: date,
    config_of: Callable[[Path], Config | None] = lambda _: None,
) -> Checked:
    """Check these files: watchlists, each with the ``entities.toml`` beside it, or where there is none with that in the
    folder that ``elsewhere`` gives. With an ``entities.toml`` all watchlists beside it are checked. ``config_of``: the
    configuration that belongs to a folder of watchlists.
    """
    folders: dict[Path, set[Path]] = defaultdict(set)
    for file in files:
        folders[file.parent].add(file)
    looked_at: list[Path] = []
    problems: list[Problem] = []
    unchecked: list[Path] = []
    count = 0
    for folder, chosen in folders.items():
        is_whole = folder / ENTITIES in chosen
        paths = files_in(folder) if is_whole else sorted(chosen)
        config = config_of(folder)
        sound, found = _check(paths, _entities_for(folder, elsewhere), today, is_whole, config)
        looked_at += paths
        problems += found
        count += _usable(sound, found)
        if config is None:
            unchecked += (
                one.file.path for one in sound.loaded.values() if one.source.sources or one.source.not_sources
            )
    return replace(_sorted(looked_at, count, problems), unchecked=tuple(unchecked))


def _entities_for(folder: Path, elsewhere: Callable[[], Path | None]) -> Path:
    beside = folder / ENTITIES
    if beside.exists():
        return beside
    other = elsewhere()
    return other / ENTITIES if other else beside


def _sorted(files: list[Path], watchlists: int, problems: Iterable[Problem]) -> Checked:
    found = sorted(dict.fromkeys(problems), key=lambda one: (str(one.file), one.line, one.column))
    return Checked(tuple(files), watchlists, tuple(found))


def _usable(sound: Watchlists, problems: Iterable[Problem]) -> int:
    """How many of the watchlists can be used."""
    broken = {problem.file for problem in problems if problem.level is Level.ERROR}
    return sum(one.file.path not in broken for one in sound.loaded.values())


def _check(
    paths: list[Path], entities_file: Path, today: date, is_whole: bool, config: Config | None
) -> tuple[Watchlists, list[Problem]]:
    """The watchlists of ``paths`` that can be read, and all that is to be said."""
    feeds = config.feed_names if config else None
    entities, problems = load_entities(entities_file, stamp_of(entities_file) if entities_file.exists() else None)
    problems = list(problems)
    files = [path for path in paths if path.name != ENTITIES]
    for folder in {path.parent for path in files}:
        beside = {path.name for path in (*files_in(folder), *files) if path.parent == folder} - {ENTITIES}
        problems += (problem for problem in twice(folder, sorted(beside)) if problem.file in files)
    loaded: dict[WatchId, Loaded] = {}
    for path in files:
        result = load_file(path, stamp_of(path), entities, None)
        if isinstance(result, list):
            problems += result if entities_file.exists() else map(_without_entities, result)
            text = tomlfile.read(path)
            if isinstance(text, tomlfile.TomlFile):
                problems += tidy.remarks_beside_errors(text, entities)
        else:
            loaded[result.watch.id] = result
    # What would follow from broken entities is told there, and once.
    sound = {name: one for name, one in loaded.items() if not (problems and rests_on(entities, one.source))}
    lists = Watchlists(entities_file.parent, sound, entities)
    for one in loaded.values():
        problems += feed_problems(one.file, one.source, feeds)
    problems += (*_remarks(lists, today), *feed_remarks(lists, config.feeds if config else ()))
    entities_text = tomlfile.read(entities_file) if entities_file in paths else None
    if isinstance(entities_text, tomlfile.TomlFile):
        all_loaded = Watchlists(entities_file.parent, loaded, entities)
        is_certain = is_whole and len(loaded) == len(files)
        problems += tidy.entity_remarks(entities_text, all_loaded, is_certain)
    return lists, problems


def _remarks(lists: Watchlists, today: date) -> Iterator[Problem]:
    engine = compile_watches(lists.watches)
    for watch in lists.watches:
        yield from failed_examples(lists, engine, watch.id)
    yield from lint.warnings(lists, engine)
    yield from tidy.remarks(lists, today)
    yield from tidy.same_again(lists, lists.loaded)


def _without_entities(problem: Problem) -> Problem:
    unknown = problem.code == UNKNOWN_ENTITY and not problem.hint
    return replace(problem, hint=f"there is no {ENTITIES} beside the file") if unknown else problem
