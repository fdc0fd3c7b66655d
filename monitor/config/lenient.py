"""A ``config.toml`` that does not load, for commands that only read: what of it makes sense, and where the database is.

A running daemon goes on with the version before such an edit, so those who ask how it is must get an answer. Where the
database and the watchlists of the version last taken up are is kept in the state folder, as the edit may be in just
these lines. Nothing is polled or sent by what is read here.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config.settings import QUOTES, Config, ConfigFile
from monitor.toml import limits
from monitor.toml.tomlfile import TomlFile

_ROUNDS = 20
"""What is wrong in one place can hide what is wrong in others, but not for ever."""


def remember(config: Config, state: Path) -> None:
    """Note where the database and the watchlists of a configuration are that was taken up. Never raises: without the
    note the file itself is asked.
    """
    places = json.dumps([os.fspath(config.database), os.fspath(config.watchlists)])
    note = _note(config.path, state)
    try:
        if _text_of(note) == places:
            return
    except (OSError, ValueError):
        pass
    part = note.with_name(f"{note.name}.{os.getpid()}")
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.write_text(places, "ascii")
        part.replace(note)
    except OSError:
        part.unlink(missing_ok=True) if part.exists() else None


def read(path: Path, states: list[Path]) -> Iterator[Config]:
    """What can be read of ``path``, with each place where its database may be; the likeliest first. ``states``: the
    folders with the notes of ``remember``.
    """
    data = {} if _others_can_write(path) else _loose(path)
    file = TomlFile(path, data, {}, quotes=QUOTES)
    checked = _checked(data)
    for database, watchlists in [
        *(places for state in states if (places := _noted(path, state))),
        (checked.monitor.database, checked.monitor.watchlists),
    ]:
        yield Config(
            file=file,
            database=_absolute(path, database),
            watchlists=_absolute(path, watchlists),
            polling=checked.polling,
            alerts=checked.alerts,
            feeds=(),
            routes=tuple(checked.routes),
            free_space=checked.monitor.free_space,
        )


def _note(path: Path, state: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:16]
    return state / f"{name}.config"


def _noted(path: Path, state: Path) -> tuple[str, str] | None:
    try:
        database, watchlists = json.loads(_text_of(_note(path, state)))
    except (OSError, ValueError, TypeError):
        return None
    return (database, watchlists) if isinstance(database, str) and isinstance(watchlists, str) else None


def _text_of(note: Path) -> str:
    """Raises OSError and ValueError. A pipe in its place is no note, and is not waited for."""
    try:
        return limits.read_bytes(note)[0].decode("ascii")
    except limits.NotUsable as error:
        raise ValueError(str(error)) from error


def _absolute(path: Path, written: str) -> Path:
    return (path.parent / os.path.expanduser(written)).absolute()


def _others_can_write(path: Path) -> bool:
    try:
        return bool(os.stat(path).st_mode & stat.S_IWOTH)
    except OSError:
        return False


# --- what of a file makes sense --------------------------------------------------------------------------------------


def _loose(path: Path) -> dict[str, Any]:
    """The tables of a file that are TOML, and of the others the lines that are."""
    try:
        text = limits.read_bytes(path)[0].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except (OSError, limits.NotUsable):
        return {}
    if limits.too_deep(text):
        return {}
    whole = _parsed(text)
    if whole is not None:
        return whole
    found: dict[str, Any] = {}
    for part in re.split(r"(?m)^(?=[ \t]*\[)", text):
        table = _parsed(part)
        if table is None:
            head, *lines = part.split("\n")
            table = _parsed("\n".join(_sound(head, lines))) or {}
        _add(found, table)
    return found


def _sound(head: str, lines: list[str]) -> list[str]:
    """The lines of a table that are TOML; of a key that stands twice the first."""
    if _parsed(head) is None:
        return []
    known: set[str] = set()
    sound = [head]
    for line in lines:
        key = line.partition("=")[0].strip()  # a dotted one is whole in it
        if _parsed(line) and key not in known:
            known.add(key)
            sound.append(line)
    return sound


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _add(to: dict[str, Any], more: dict[str, Any]) -> None:
    """Put one more table into what was read before it."""
    for key, value in more.items():
        known = to.get(key)
        if isinstance(known, list) and isinstance(value, list):
            known.extend(value)
        elif isinstance(known, list) and known and isinstance(known[-1], dict) and isinstance(value, dict):
            _add(known[-1], value)
        elif isinstance(known, dict) and isinstance(value, dict):
            _add(known, value)
        else:
            to.setdefault(key, value)


def _checked(data: dict[str, Any]) -> ConfigFile:
    """``data`` without the values that may not stand there."""
    for _ in range(_ROUNDS):
        try:
            return ConfigFile.model_validate(data)
        except ValidationError as error:
            wrong = {_written(data, one["loc"]) for one in error.errors(include_url=False, include_input=False)}
            if () in wrong:
                break
            data = _without(data, (), wrong)
    return ConfigFile()


def _written(data: Any, place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The deepest value that is written on the way to ``place``, which also names the branches of unions."""
    found: list[int | str] = []
    for part in place:
        if (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = data[part]  # type: ignore[index]
            found.append(part)
    return tuple(found)


def _without(value: Any, place: tuple[int | str, ...], wrong: set[tuple[int | str, ...]]) -> Any:
    if isinstance(value, dict):
        return {key: _without(one, (*place, key), wrong) for key, one in value.items() if (*place, key) not in wrong}
    if isinstance(value, list):
        return [
            _without(one, (*place, index), wrong) for index, one in enumerate(value) if (*place, index) not in wrong
        ]
    return value
