"""Reading a TOML file that a person wrote: into a checked model, or into problems with file, line and suggestion.

Used by ``config.toml`` and by watchlists alike, so that an error reads the same wherever it is.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from monitor import toml_locator
from monitor.errors import Problem

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A table whose keys are all known and whose values have just the type asked for."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, populate_by_name=True, use_attribute_docstrings=True
    )
    example: ClassVar[str] = ""
    """What may be written for such a table, for people who have written something else."""


@dataclass(frozen=True)
class TomlFile:
    """A TOML document with the place of each key."""

    path: Path
    data: dict[str, Any]
    positions: dict[toml_locator.Path, toml_locator.Position]

    def problem(self, key: toml_locator.Path, message: str, hint: str = "") -> Problem:
        """A problem at ``key`` (or at its nearest written ancestor)."""
        place = toml_locator.nearest(self.positions, key)
        return Problem(self.path, place.line, message, hint, place.column)

    def line(self, key: toml_locator.Path) -> int:
        """The line that ``key`` stands on, counted from 1."""
        return toml_locator.nearest(self.positions, key).line


Stamp = tuple[int, int, int]
"""Changes whenever a file does: its inode, size and time of change."""


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file; zeros for one that is gone or cannot be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def read(path: Path) -> TomlFile | Problem:
    """Read and parse ``path``; whatever is wrong with it as a file or as TOML comes back as a Problem."""
    try:
        # utf-8-sig: Windows editors put a byte order mark in front, which TOML does not know.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Problem(path, 0, "file not found")
    except OSError as error:
        return Problem(path, 0, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        return Problem(path, 0, f"is not UTF-8 text (byte {error.start})", "save the file with the encoding UTF-8")
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
        return TomlFile(path, data, toml_locator.locate(text))
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(path, text, str(error))
    except RecursionError:
        return Problem(path, 0, "is nested too deeply")
    except ValueError as error:  # a number of thousands of digits, say
        return Problem(path, 0, f"cannot be read as TOML: {error}")


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    what, _, place = message.partition(" (at ")
    found = re.search(r"line (\d+), column (\d+)", place)
    line, column = (int(found[1]), int(found[2])) if found else (max(1, len(text.rstrip().split("\n"))), 0)
    written = text.split("\n")[line - 1].strip() if line <= text.count("\n") + 1 else ""
    return Problem(
        path,
        line,
        f"not valid TOML: {what[:1].lower()}{what[1:]}",
        f"the line reads: {written}" if written else "",
        column,
    )


def check(file: TomlFile, model: type[Model]) -> Model | list[Problem]:
    """Validate ``file`` as ``model``; all problems at once, in the order of their lines."""
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        problems = [_explain(file, model, details) for details in _one_for_each_value(file, error)]
        return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _one_for_each_value(file: TomlFile, error: ValidationError) -> list[ErrorDetails]:
    """A value that fits no branch of a union fails once for each branch; a person wants to hear it once, and a table
    with a mistake inside not also that it is no text.
    """
    details = error.errors(include_url=False)
    places = [_written(file, one["loc"]) for one in details]
    kept = []
    for index, (one, place) in enumerate(zip(details, places, strict=True)):
        again = place in places[:index] and one["type"] not in ("extra_forbidden", "missing")
        inside = isinstance(one["input"], dict | list) and any(
            other[: len(place)] == place and (len(other) > len(place) or details[number]["type"] == "missing")
            for number, other in enumerate(places)
            if number != index
        )
        if not again and not (inside and one["type"].endswith("_type")):
            kept.append(one)
    return kept


def _explain(file: TomlFile, model: type[BaseModel], details: ErrorDetails) -> Problem:
    path = _written(file, details["loc"])
    name = str(details["loc"][-1]) if details["loc"] else ""
    kind = details["type"]
    if kind == "extra_forbidden":
        known = sorted(known_keys(model, path[:-1]))
        return file.problem(path, f'unknown key "{name}"', suggestion(name, known))
    if kind == "missing":
        return file.problem(path, f'the key "{name}" is missing here', f"add the line:  {name} = ...")
    if kind == "value_error":
        return file.problem(path, f"{_dotted(path)}: {details['ctx']['error']}")
    if kind in ("model_type", "dict_type"):
        return file.problem(path, f"{_dotted(path)}: a table is wanted", _table_hint(model, path))
    shown = isinstance(details["input"], str | int | float | bool) and not _SECRET.search(_dotted(path))
    wrong = f"; it is {details['input']!r}" if shown else ""
    message = details["msg"][:1].lower() + details["msg"][1:]
    return file.problem(path, f"{_dotted(path)}: {message.replace('input ', 'the value ')}{wrong}")


def _table_hint(model: type[BaseModel], path: toml_locator.Path) -> str:
    wanted = _model_at(model, path)
    example: str = getattr(wanted, "example", "")
    if example:
        return f"write for example {path[-1]} = {example}"
    if any(isinstance(part, int) for part in path):
        return ""
    known = f"; known there: {', '.join(sorted(_keys_of(wanted)))}" if wanted else ""
    return f"write [{_dotted(path)}] and its keys below it{known}"


def _written(file: TomlFile, location: tuple[str | int, ...]) -> toml_locator.Path:
    """The part of ``location`` that the file holds: pydantic mixes in names of union branches and of missing keys."""
    path: toml_locator.Path = ()
    for part in location:
        if (*path, part) in file.positions:
            path = (*path, part)
    return path


def _dotted(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """``did you mean "x"?`` where one of ``known`` is close, otherwise the list of what can stand there."""
    choices = list(known)
    close = difflib.get_close_matches(wrong.lower(), [choice.lower() for choice in choices], n=1, cutoff=0.6)
    if close:
        original = next(choice for choice in choices if choice.lower() == close[0])
        return f'did you mean "{original}"?'
    return f"known here: {', '.join(choices)}" if choices else ""


def known_keys(model: type[BaseModel], path: toml_locator.Path) -> set[str]:
    """The keys that may stand in the table at ``path`` of ``model``."""
    return _keys_of(_model_at(model, path))


def _keys_of(model: type[BaseModel] | None) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} if model else set()


def _model_at(model: type[BaseModel], path: toml_locator.Path) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or current is None:
            continue
        field = next((f for name, f in current.model_fields.items() if part in (name, f.alias)), None)
        current = _model_in(field.annotation) if field else None
    return current


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``Model``, ``Model | None``, ``list[Model]``, ``dict[str, Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType, Annotated, list, tuple, dict):
        for inner in get_args(annotation):
            if found := _model_in(inner):
                return found
    return None


_SECRET = re.compile(r"password|secret|token", re.IGNORECASE)


# --- values that people write with a unit -----------------------------------------------------------------------------

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB)")
_BYTES = {"B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000}


def parse_duration(value: object) -> float:
    """``"15m"`` as 900.0 seconds. Raises ValueError with advice."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'{value!r} is not a length of time; write for example "90s", "15m", "2h" or "5d"')
    if not float(match[1]):
        raise ValueError(f"{value!r} is no time at all")
    return float(match[1]) * _SECONDS[match[2]]


def parse_size(value: object) -> int:
    """``"10MB"`` as 10000000 bytes. Raises ValueError with advice."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError(f'{value!r} is not a size; write for example "500kB" or "10MB"')
    if not float(match[1]):
        raise ValueError(f"{value!r} is no size at all")
    return int(float(match[1]) * _BYTES[match[2]])


Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["90s", "15m", "2h", "5d"]}),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    WithJsonSchema({"type": "string", "pattern": f"^{_SIZE.pattern}$", "examples": ["500kB", "10MB"]}),
]
