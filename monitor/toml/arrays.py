"""Arrays of a TOML document, changed in the style that they are written in: on one line, one line for each element, or
several elements to a line. Comments stay where they are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.toml.locate import Path
from monitor.toml.outline import Outline, Span

WIDTH = 120
"""No line grows beyond so many columns, where the file keeps to that."""
_DEEPEST = 60
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_CODE = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^#"'])*""")


def with_element(outline: Outline, path: Path, written: str) -> str:
    """The document with one more element, ``written`` as TOML, at the end of the array at ``path``."""
    text, array = outline.text, outline.values[path]
    elements = outline.elements(path)
    if not elements:
        return _with_first(outline, array, written)
    last, close = elements[-1], array.end - 1
    line_end = min(outline.line_end(last.end), len(text))
    if not _one_per_line(outline, array, elements) and (
        _fits(outline, last.end, written) or _keeps_long_lines(outline, array)
    ):
        return _beside(outline, last.end, f", {written}")
    indent, comma = _indent(outline, array, elements), _comma(text, last.end)
    if line_end >= close:  # the bracket stands behind the last element
        return _cut(text, (last.end, last.end, f",{outline.newline}{indent}{written}"))
    if comma > line_end:  # the comma has a line of its own
        return _cut(text, (comma + 1, comma + 1, f" {written}"))
    new = (line_end, line_end, f"{outline.newline}{indent}{written}{'' if comma < 0 else ','}")
    return _cut(text, *(() if comma >= 0 else ((last.end, last.end, ","),)), new)


def without_element(outline: Outline, path: Path, index: int) -> str:
    """The document without the element ``index`` of the array at ``path``. A line that is then empty goes, too."""
    text, array = outline.text, outline.values[path]
    elements = outline.elements(path)
    one, is_last = elements[index], index == len(elements) - 1
    comma = _comma(text, one.end)
    following = array.end - 1 if is_last else elements[index + 1].start
    stop = comma + 1 if comma >= 0 else one.end
    before = _comma(text, elements[index - 1].end) if index else -1
    if "#" in text[one.end : stop]:  # a comment between the element and its comma: it stays, the rest goes
        return _cut(text, (one.start, one.end, ""), (comma, comma + 1, ""))
    line_start, line_end = outline.line_start(one.start), outline.line_end(stop)
    lost_comma = [(before, before + 1, "")] if is_last and comma < 0 and index else []
    if not text[line_start : one.start].strip() and line_end < following:
        rest = text[stop:line_end]
        end = stop + len(rest) - len(rest.lstrip()) if rest.strip() else outline.next_line(stop)
        start = one.start if rest.strip() else line_start
        return _tidy(_cut(text, *lost_comma, (start, end, "")), array.start)
    if not is_last:
        return _cut(text, _of_many(text, one, stop, following, before))
    if not index:
        return _tidy(_cut(text, (one.start, stop, "")), array.start)
    start = before + 1 if comma >= 0 else elements[index - 1].end
    if "#" in text[start : one.start]:
        return _cut(text, *lost_comma, (one.start, stop, ""))
    return _cut(text, (start, stop, ""))


def _of_many(text: str, one: Span, stop: int, following: int, before: int) -> tuple[int, int, str]:
    """What goes with an element that has others before or behind it on its line."""
    behind = text[stop:following]
    if "\n" not in behind or (before < 0 and "#" not in behind):
        return (one.start, following, "")
    if before < 0:
        return (one.start, stop + len(behind) - len(behind.lstrip(" \t")), "")
    return (before + 1, stop, "")


def _cut(text: str, *changes: tuple[int, int, str]) -> str:
    """``text`` with each part from start to end exchanged."""
    ordered = sorted(changes, key=lambda change: change[0])
    for start, end, new in ordered[::-1]:  # of two at one place, the first stands first
        text = text[:start] + new + text[end:]
    return text


def _tidy(text: str, start: int) -> str:
    """Brackets with nothing but space between them are closed."""
    return text[: start + 1] + re.sub(r"\A[ \t\r\n]+\]", "]", text[start + 1 :])


def _with_first(outline: Outline, array: Span, written: str) -> str:
    inside = outline.text[array.start + 1 : array.end - 1]
    if "\n" not in inside:
        pad = " " if inside else ""
        return _cut(outline.text, (array.start + 1, array.end - 1, f"{pad}{written}{pad}"))
    line = outline.line_start(array.end - 1)
    own = outline.text[line : array.end - 1]
    return _cut(outline.text, (line, line, f"{own}    {written}{outline.newline}"))


def _comma(text: str, offset: int) -> int:
    """Where the comma behind an element stands; -1 when there is none."""
    match = _BLANK.match(text, offset)
    at = match.end() if match else offset
    return at if text[at] == "," else -1


def _begins_line(outline: Outline, span: Span) -> bool:
    return not outline.text[outline.line_start(span.start) : span.start].strip()


def _one_per_line(outline: Outline, array: Span, elements: list[Span]) -> bool:
    if len(elements) == 1:
        return "\n" in outline.text[array.start : elements[0].start]
    return all("\n" in outline.text[one.end : other.start] for one, other in pairwise(elements))


def _keeps_long_lines(outline: Outline, array: Span) -> bool:
    """Whether an array on one line is longer than lines should be already: then its author does not break lines."""
    if "\n" in outline.text[array.start : array.end]:
        return False
    code, _ = _code_and_comment(outline, array.end)
    return array.end - outline.line_start(array.start) + len(code.rstrip()) > WIDTH


def _fits(outline: Outline, offset: int, written: str) -> bool:
    code, _ = _code_and_comment(outline, offset)
    return offset - outline.line_start(offset) + len(f", {written}") + len(code.rstrip()) <= WIDTH


def _code_and_comment(outline: Outline, offset: int) -> tuple[str, str]:
    rest = outline.text[offset : outline.line_end(offset)]
    match = _CODE.match(rest)
    code = match[0] if match else rest
    return code, rest[len(code) :]


def _beside(outline: Outline, offset: int, new: str) -> str:
    """``new`` put in at ``offset``. A comment behind it keeps its column, when there are spaces enough to give up."""
    code, comment = _code_and_comment(outline, offset)
    spaces = len(code) - len(code.rstrip(" "))
    given = len(new) if comment and spaces - len(new) >= 2 else 0
    end = offset + len(code)
    return _cut(outline.text, (offset, offset, new), (end - given, end, ""))


def _indent(outline: Outline, array: Span, elements: list[Span]) -> str:
    """The indentation of a new line: that of the others, or else below the first element."""
    for one in reversed(elements):
        if _begins_line(outline, one):
            return outline.text[outline.line_start(one.start) : one.start]
    line = outline.line_start(array.start)
    column = elements[0].start - outline.line_start(elements[0].start)
    if column <= _DEEPEST:
        return " " * column
    own = outline.text[line : array.start]
    return own[: len(own) - len(own.lstrip())] + "    "
