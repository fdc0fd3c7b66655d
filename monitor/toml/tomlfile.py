"""Reading a TOML file that a person wrote: into a checked model, or into problems with file, line and suggestion."""

from __future__ import annotations

import codecs
import functools
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from monitor.errors import Problem
from monitor.text.clean import single_line
from monitor.text.secrets import is_secret_name
from monitor.text.wording import counted
from monitor.toml import advice as toml_advice
from monitor.toml import limits, locate
from monitor.toml.advice import meant, suggestion
from monitor.toml.quotes import WATCHLIST, Hidden, Quotes, quotes_of

Model = TypeVar("Model", bound=BaseModel)

SYNTAX, _WRONG_VALUE = "syntax", "wrong-value"
"""Codes of problems: what is no TOML, and a value that is not what is wanted."""


class Strict(BaseModel):
    """A table whose keys are all known and whose values have just the type asked for."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )
    example: ClassVar[str] = ""
    """What may be written for such a table, for people who have written something else."""


EMPTY = "the file is empty"
_TOO_DEEP = "is nested too deeply"
_SHOWN = 200
"""So many characters of what is written are quoted."""
_MOST = 500
"""So many values that are wrong are told one by one."""

Stamp = tuple[int, int, int, int]
"""Changes whenever a file does: its inode, size and times of change, of what it holds and of all that is known of it.
The second one nobody can set back."""
NO_STAMP: Stamp = (0, 0, 0, 0)
"""Of a file that is not there, and of a draft."""


@dataclass(frozen=True)
class TomlFile:
    """A TOML document with the place of each key."""

    path: Path
    data: dict[str, Any]
    positions: dict[locate.Path, locate.Position]
    raw: bytes = b""
    """The file as it was read."""
    stamp: Stamp = NO_STAMP
    """Of the file when it was read."""
    quotes: Quotes = WATCHLIST
    """What of it may be repeated."""

    @functools.cached_property
    def hidden(self) -> Hidden:
        """Its values that may stand in no message."""
        return self.quotes.hidden(self.data)

    @property
    def is_empty(self) -> bool:
        """Whether nothing but blanks and comments stands in it."""
        return not self.data

    def looks_cut(self, used: TomlFile) -> bool:
        """Whether this is what a save that died has left of ``used``, or of an edit of it. A file that was put in its
        place by renaming is taken for whole, unless it ends in the middle of a line.
        """
        if self.stamp[0] == used.stamp[0]:
            return limits.is_cut(self.raw, used.raw)
        return self.raw != used.raw and used.raw.startswith(self.raw) and not self.raw.endswith(b"\n")

    def half_written(self) -> Problem:
        """What is said of one that looks cut."""
        hint = "if you deleted it, save it once more"
        return Problem(self.path, 0, "looks half-written: its end is missing", hint, code="half-written")

    def problem(self, key: locate.Path, message: str, hint: str = "", code: str = "") -> Problem:
        """A problem at ``key`` (or at its nearest written ancestor)."""
        place, hidden = locate.nearest(self.positions, key), self.hidden
        return Problem(self.path, place.line, hidden.mask(message), hidden.mask(hint), place.column, code=code)

    def line(self, key: locate.Path) -> int:
        """The line that ``key`` stands on, counted from 1."""
        return locate.nearest(self.positions, key).line


def stamp_of(path: Path | str) -> Stamp:
    """The stamp of a file; zeros for one that is gone or cannot be looked at."""
    try:
        return _stamp(os.stat(path))
    except OSError:
        return NO_STAMP


def _stamp(found: os.stat_result) -> Stamp:
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _leads_nowhere(path: Path) -> str:
    try:
        return f": it is a link to {single_line(os.readlink(path), 200)}, where nothing is"
    except OSError:  # no link
        return ""


def read(path: Path, draft: str | None = None, quotes: Quotes | None = None) -> TomlFile | Problem:
    """Read and parse ``path``; whatever is wrong with it as a file or as TOML comes back as a Problem.

    ``draft``: what the file is going to hold; it is read in its place. ``quotes``: what of it may be repeated, where it
    is no watchlist.
    """
    stamp = NO_STAMP
    try:
        if draft is None:
            raw, found = limits.read_bytes(path)
            stamp = _stamp(found)
        else:
            raw = draft.encode("utf-8")
        # utf-8-sig: Windows editors put a byte order mark in front, which TOML does not know.
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        return _unreadable(path, f"file not found{_leads_nowhere(path)}")
    except limits.NotUsable as reason:
        return _unreadable(path, str(reason))
    except OSError as error:
        return _unreadable(path, f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _unreadable(path, "is not UTF-8 text: it is UTF-16", "save it as UTF-8")
        return _unreadable(path, f"is not UTF-8 text (byte {error.start})", "save the file with the encoding UTF-8")
    if "\0" in text[:4] and text.strip("\0"):  # without a mark in front
        return _unreadable(path, "is not UTF-8 text: it is UTF-16", "save it as UTF-8")
    text = text.replace("\r\n", "\n")
    quotes = quotes or quotes_of(path, text)
    if line := limits.too_deep(text):
        return Problem(path, line, _TOO_DEEP, code=SYNTAX)
    try:
        data = tomllib.loads(text)
        return TomlFile(path, data, locate.locate(text), raw, stamp, quotes)
    except tomllib.TOMLDecodeError as error:
        return _syntax_problem(path, text, str(error), quotes)
    except RecursionError:
        return Problem(path, 0, _TOO_DEEP, code=SYNTAX)
    except ValueError:  # a number of thousands of digits, say
        said = "cannot be read as TOML: a number or a date in it is none that a computer knows"
        return Problem(path, 0, said, code=SYNTAX)


def _unreadable(path: Path, said: str, hint: str = "") -> Problem:
    return Problem(path, 0, said, hint, code="unreadable")


def _syntax_problem(path: Path, text: str, message: str, quotes: Quotes) -> Problem:
    what, _, place = message.partition(" (at ")
    found = re.search(r"line (\d+), column (\d+)", place)
    line, column = (int(found[1]), int(found[2])) if found else (max(1, len(text.rstrip().split("\n"))), 0)
    what = quotes.said(what)
    index = line - 1 if line <= text.count("\n") + 1 else -1
    written, shown = text.split("\n")[index], quotes.lines(text)[index]
    advice = toml_advice.advice(text, what, line, column, lambda piece: quotes.piece(piece, written, shown))
    said = f"not valid TOML: {what[:1].lower()}{what[1:]}"
    return Problem(path, line, said, advice, column, code=SYNTAX, reads=shortened(shown.strip()))


def shortened(text: str) -> str:
    """``text``, or its beginning where it is longer than anybody reads."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def check(file: TomlFile, model: type[Model]) -> Model | list[Problem]:
    """Validate ``file`` as ``model``; all problems at once, in the order of their lines."""
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems = [_explain(file, model, one) for one in _one_for_each_value(file, details[:_MOST])]
        problems.sort(key=lambda problem: (problem.line, problem.column))
        if (more := len(details) - _MOST) > 0:
            problems.append(
                Problem(
                    file.path, 0, f"and about {counted(more, 'more problem')}", "mend those above first", code="more"
                )
            )
        return problems


def _one_for_each_value(file: TomlFile, details: list[ErrorDetails]) -> list[ErrorDetails]:
    """A value that fits no branch of a union fails once for each branch; a person wants to hear it once, and a table
    with a mistake inside not also that it is no text.
    """
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
        hint = _misplaced(file, model, path) or suggestion(name, known)
        return file.problem(path, f'unknown key "{file.quotes.key(name)}"', hint, "unknown-key")
    if kind == "missing":
        return file.problem(path, f'the key "{name}" is missing here', f"add the line:  {name} = ...", "missing-key")
    if kind == "value_error":
        return file.problem(path, f"{_dotted(path)}: {details['ctx']['error']}", "", _WRONG_VALUE)
    if kind in ("model_type", "dict_type"):
        return file.problem(path, f"{_dotted(path)}: a table is wanted", _table_hint(model, path), "not-a-table")
    shown = isinstance(details["input"], str | int | float | bool) and details["input"] not in file.hidden
    shown = shown and not is_secret_name(str(path[-1]) if path else "")
    wrong = f"; it is {shortened(repr(details['input']))}" if shown else ""
    message = details["msg"][:1].lower() + details["msg"][1:]
    hint = _value_hint(path, kind, details["input"], details.get("ctx", {})) if shown else ""
    said = f"{_dotted(path)}: {message.replace('input ', 'the value ')}{wrong}"
    return file.problem(path, said, hint, _WRONG_VALUE)


def _value_hint(path: locate.Path, kind: str, value: Any, context: Mapping[str, Any]) -> str:
    """What to write in place of ``value``, which has the wrong type or is none of a few."""
    if kind == "literal_error":
        return meant(str(value), re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    wanted = ""
    if kind == "list_type":
        wanted = f"[{_as_toml(value)}]"
    elif kind == "string_type" and not isinstance(value, str):
        wanted = _as_toml(str(_as_toml(value)))
    elif isinstance(value, str) and _UNQUOTED.get(kind, _NEVER).fullmatch(value.strip()):
        wanted = value.strip().lower()
    if not wanted:
        return ""
    quotes = ", without quotes" if isinstance(value, str) and kind != "list_type" else ""
    return f"write {path[-1]} = {wanted}{quotes}" if path and isinstance(path[-1], str) else f"write {wanted}{quotes}"


_NEVER = re.compile(r"(?!)")
_WHOLE, _NUMBER = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?\d+(?:\.\d+)?")
_A_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_UNQUOTED = {
    "bool_type": re.compile("true|false", re.IGNORECASE),
    "int_type": _WHOLE,
    "float_type": _NUMBER,
    "date_type": _A_DATE,
    "datetime_type": _A_DATE,
}
"""What has to look like what, for the quotes around it to be the mistake."""


def _as_toml(value: str | int | float) -> str:
    return json.dumps(value, ensure_ascii=False)


def _table_hint(model: type[BaseModel], path: locate.Path) -> str:
    wanted = _model_at(model, path)
    example: str = getattr(wanted, "example", "")
    if example:
        return f"write for example {path[-1]} = {example}"
    if any(isinstance(part, int) for part in path):
        return ""
    known = f"; known there: {', '.join(sorted(_keys_of(wanted)))}" if wanted else ""
    return f"write [{_dotted(path)}] and its keys below it{known}"


def _written(file: TomlFile, location: tuple[str | int, ...]) -> locate.Path:
    """The part of ``location`` that the file holds: pydantic mixes in names of union branches and of missing keys."""
    path: locate.Path = ()
    for part in location:
        if (*path, part) in file.positions:
            path = (*path, part)
    return path


def _dotted(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"


def _misplaced(file: TomlFile, model: type[BaseModel], path: locate.Path) -> str:
    """What to do about a key of the file itself that was written below the heading of a table, as people do who add a
    line at the end.
    """
    table, name = path[:-1], str(path[-1])
    if len(table) != 1 or name not in known_keys(model, ()) or name in known_keys(model, table):
        return ""
    heading = f"[{table[0]}]"
    if not any(line.strip().startswith(heading) for line in file.raw.decode("utf-8", "replace").splitlines()):
        return ""
    return f"what stands below {heading} belongs to it: move this line up, above {heading}"


def known_keys(model: type[BaseModel], path: locate.Path) -> set[str]:
    """The keys that may stand in the table at ``path`` of ``model``."""
    return _keys_of(_model_at(model, path))


def _keys_of(model: type[BaseModel] | None) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()} if model else set()


def _model_at(model: type[BaseModel], path: locate.Path) -> type[BaseModel] | None:
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
