"""A problem as compilers show it: place and message, the line that it is in, and a caret under what is meant."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

from monitor.errors import Problem
from monitor.toml.limits import NotUsable, read_bytes
from monitor.toml.quotes import quotes_of

_TAB = "    "
_WIDEST = 160
_BEFORE = 60
_STYLES = {"error": "bold red", "warning": "bold yellow", "note": "bold cyan"}


class Sources:
    """The lines of files, read once."""

    def __init__(self) -> None:
        self._lines: dict[Path, list[str]] = {}

    def line(self, file: Path, number: int) -> str:
        """A line, counted from 1, as the check has read it; empty where there is none."""
        if file not in self._lines:
            self._lines[file] = _lines_of(file)
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else ""


def _lines_of(file: Path) -> list[str]:
    """The lines as they may be shown: none of a file that is no watchlist."""
    try:
        text = read_bytes(file)[0].decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except (OSError, NotUsable):
        return []
    return quotes_of(file, text).lines(text)


def shown_path(file: Path) -> str:
    """``file`` as it is shown: from the current folder on, where it lies below that."""
    from monitor.text.clean import visible

    here = Path.cwd()
    return visible(str(file.relative_to(here) if file.is_relative_to(here) else file))


def end_column(problem: Problem, source: str) -> int:
    """The column behind what is meant; 0 where there is no column."""
    from monitor.toml.locate import token_end
    from monitor.toml.tomlfile import SYNTAX

    if not problem.column:
        return 0
    return token_end(source, problem.column) if problem.code != SYNTAX else problem.column + 1


def as_row(problem: Problem, source: str) -> Mapping[str, object]:
    """A problem for scripts."""
    return {
        "file": shown_path(problem.file),
        "line": problem.line,
        "column": problem.column,
        "end_column": end_column(problem, source),
        "level": problem.level,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "source": source,
    }


def as_text(problem: Problem, source: str) -> Text:
    """A problem for people, in several lines."""
    from rich.text import Text

    from monitor.text.clean import single_line

    place = [shown_path(problem.file), *(str(one) for one in (problem.line, problem.column) if one)]
    style = _STYLES[problem.level]
    text = Text()
    text.append(":".join(place) + ": ", "bold")
    text.append(f"{problem.level}: ", style)
    text.append(single_line(problem.message))
    gutter = " " * len(str(problem.line))
    if source.strip():
        before, line, caret = _quoted(source, problem.column, end_column(problem, source))
        text.append(f"\n  {problem.line} | ", "blue")
        text.append(line)
        if caret:
            text.append(f"\n  {gutter} | ", "blue")
            text.append(" " * before + caret, style)
    if problem.hint:
        text.append(f"\n  {gutter} = ", "blue")
        text.append("help: ", "bold")
        text.append(single_line(problem.hint))
    return text


def _quoted(source: str, column: int, end: int) -> tuple[int, str, str]:
    """How many cells stand before the caret, the line as it is shown, and the caret. Of a long line a part is shown."""
    from rich.cells import cell_len

    start = max(0, column - 1 - _BEFORE) if len(source) > _WIDEST else 0
    stop = start + _WIDEST
    head, tail = "…" if start else "", "…" if stop < len(source) else ""
    before = head + _visible(source[start : max(start, column - 1)])
    marked = _visible(source[max(0, column - 1) : min(stop, end - 1)]) if column else ""
    line = head + _visible(source[start:stop]) + tail
    caret = "^" + "~" * (cell_len(marked) - 1) if column else ""
    return cell_len(before), line.rstrip(), caret


def _visible(text: str) -> str:
    from monitor.text.clean import visible

    return _TAB.join(map(visible, text.split("\t")))
