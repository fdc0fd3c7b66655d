"""Changes to TOML documents that people wrote: text in, text out. Only the lines that have to change do.

The text itself is changed, at the places that ``outline`` finds; keys and values are written by tomlkit. Whole
documents are not given to it: of 1,500 generated ones 636 were others after it had read and written them (tables in no
order, spaces in headers and behind dates), and it drops comments with the elements of arrays; the tests show where.
Comments, order, alignment,
line ends, a byte order mark and a missing last line break stay as they are. Each result is read again and compared with
what was asked for; where they differ, the document is written in a way that is not understood here, and the change is
refused.
"""

from __future__ import annotations

import copy
import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from monitor.errors import EditError
from monitor.toml.arrays import with_element, without_element
from monitor.toml.locate import Path
from monitor.toml.outline import Header, Outline, Pair

BOM = "\ufeff"
_BY_HAND = "this part of the file is written in a way that only a person can change; edit it by hand"


def append(text: str, path: Path, value: Any, after: Sequence[str] = ()) -> str:
    """``text`` with ``value`` at the end of the array at ``path``, which is made when there is none: behind the last of
    the keys ``after``. Raises EditError.
    """

    def change(outline: Outline) -> str:
        if path not in outline.values:
            return _with_key(outline, path, [value], after)
        if not outline.is_array(path):
            raise EditError(f"{_dotted(path)} is no array; write it in brackets first")
        elements = outline.elements(path)
        like = outline.text[elements[-1].start : elements[-1].end] if elements else ""
        return with_element(outline, path, _written(value, like))

    def expect(data: Any) -> None:
        holder = _at(data, path[:-1], make=True)
        if isinstance(holder, dict):
            holder.setdefault(path[-1], [])
        holder[path[-1]].append(value)

    return _changed(text, change, expect)


def remove_element(text: str, path: Path) -> str:
    """``text`` without the array element at ``path``, which ends with its index. Raises EditError."""
    index = path[-1]
    assert isinstance(index, int), "an element has an index"

    def change(outline: Outline) -> str:
        if path not in outline.values:
            raise EditError(f"{_dotted(path)} is not there")
        return without_element(outline, path[:-1], index)

    return _changed(text, change, lambda data: _at(data, path[:-1]).pop(index))


def wrap(text: str, path: Path) -> str:
    """``text`` with the value at ``path`` in brackets, as the one element of an array. Raises EditError."""

    def change(outline: Outline) -> str:
        span = outline.values[path]
        return f"{outline.text[: span.start]}[{outline.text[span.start : span.end]}]{outline.text[span.end :]}"

    def expect(data: Any) -> None:
        table = _at(data, path[:-1])
        table[path[-1]] = [table[path[-1]]]

    return _changed(text, change, expect)


def put(text: str, path: Path, value: Any, after: Sequence[str] = ()) -> str:
    """``text`` with ``value`` under the key (or index) at ``path``; a new key stands behind the last of the keys
    ``after``. Raises EditError.
    """

    def change(outline: Outline) -> str:
        if path not in outline.values:
            return _with_key(outline, path, value, after)
        span = outline.values[path]
        new = _written(value, outline.text[span.start : span.end])
        return outline.text[: span.start] + new + outline.text[span.end :]

    def expect(data: Any) -> None:
        _at(data, path[:-1], make=True)[path[-1]] = value

    return _changed(text, change, expect)


def drop(text: str, path: Path) -> str:
    """``text`` without the key at ``path`` and its value. A comment behind it stays. Raises EditError."""

    def change(outline: Outline) -> str:
        if path not in outline.pairs:
            raise EditError(f"{_dotted(path)} is not there")
        return _without_pair(outline, outline.pairs[path])

    return _changed(text, change, lambda data: _at(data, path[:-1]).pop(path[-1]), may_be_empty=path[:-1])


def add_table(text: str, name: str, values: Mapping[str, Any]) -> str:
    """``text`` with a table ``[name]`` at its end. Raises EditError where there is one."""

    def change(outline: Outline) -> str:
        if any(path[0] == name for path, _ in outline.keys):
            raise EditError(f"[{name}] is already there")
        return _with_blocks(outline, f"[{_key(name)}]", [values], len(outline.text.rstrip()))

    return _changed(text, change, lambda data: data.update({name: dict(values)}))


def append_table(text: str, name: str, values: Mapping[str, Any]) -> str:
    """``text`` with one more ``[[name]]``, behind the last one. Raises EditError."""
    return append_tables(text, name, [values])


def append_tables(text: str, name: str, tables: Sequence[Mapping[str, Any]]) -> str:
    """``text`` with one more ``[[name]]`` for each of ``tables`` (one at least), in one pass. Raises EditError."""

    def change(outline: Outline) -> str:
        if (name,) in outline.values:
            return with_element(outline, (name,), ", ".join(map(_written, tables)))
        bodies = [_body_end(outline, one) for one in outline.headers if one.path[0] == name]
        return _with_blocks(outline, f"[[{_key(name)}]]", tables, max(bodies, default=len(outline.text.rstrip())))

    return _changed(text, change, lambda data: data.setdefault(name, []).extend(map(dict, tables)))


def remove_table(text: str, path: Path) -> str:
    """``text`` without the table at ``path`` (with an index: one of an array of tables), the tables inside it, and the
    comment lines directly above it. Raises EditError.
    """

    def change(outline: Outline) -> str:
        if path in outline.values:
            if isinstance(path[-1], int):
                return without_element(outline, path[:-1], path[-1])
            return _without_pair(outline, outline.pairs[path])
        headers = [header for header in outline.headers if header.path[: len(path)] == path]
        if not headers:
            raise EditError(f"the table {_dotted(path)} is not written under a header of its own; remove it by hand")
        body = outline.text
        for header in reversed(headers):
            body = _without_block(outline, body, header)
        return body

    def expect(data: Any) -> None:
        holder = _at(data, path[:-1])
        holder.pop(path[-1])
        if isinstance(path[-1], int) and not holder:
            _at(data, path[:-2]).pop(path[-2])

    return _changed(text, change, expect, may_be_empty=path[:-1])


def rename(text: str, path: Path, new: str) -> str:
    """``text`` with the last key of ``path`` called ``new``, wherever it is written. Raises EditError."""

    def change(outline: Outline) -> str:
        spans = [span for where, span in outline.keys if where == path]
        if not spans:
            raise EditError(f"{_dotted(path)} is not there")
        if any(where == (*path[:-1], new) for where, _ in outline.keys):
            raise EditError(f"{_dotted((*path[:-1], new))} is already there")
        body = outline.text
        for span in reversed(spans):
            body = body[: span.start] + _key(new) + body[span.end :]
        return body

    def expect(data: Any) -> None:
        table = _at(data, path[:-1])
        table[new] = table.pop(path[-1])

    return _changed(text, change, expect)


# --- the frame of each change -----------------------------------------------------------------------------------------


def _changed(
    text: str, change: Callable[[Outline], str], expect: Callable[[Any], Any], may_be_empty: Path | None = None
) -> str:
    """``text`` as ``change`` makes it, if it then reads as ``expect`` makes its data. A table at ``may_be_empty`` may
    have gone with its last key.
    """
    bom = BOM if text.startswith(BOM) else ""
    outline = Outline(text.removeprefix(BOM))
    wanted = copy.deepcopy(tomllib.loads(outline.text))
    try:
        changed = change(outline)
        expect(wanted)
    except (KeyError, IndexError, TypeError, AttributeError) as error:  # what is there is no table, or no array
        raise EditError(_BY_HAND) from error
    try:
        found = tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        found = {}
    if may_be_empty is not None:
        wanted, found = (_without_empty(data, may_be_empty) for data in (wanted, found))
    if _comparable(found) != _comparable(wanted):
        raise EditError(_BY_HAND)
    return bom + changed


def _comparable(data: Any) -> str:
    return json.dumps(data, sort_keys=True, default=repr, ensure_ascii=False)


def _without_empty(data: dict[str, Any], path: Path) -> dict[str, Any]:
    for length in range(len(path), 0, -1):
        try:
            holder = _at(data, path[: length - 1])
            if holder[path[length - 1]] == {}:
                holder.pop(path[length - 1])
        except (KeyError, IndexError):
            continue
    return data


def _at(data: Any, path: Path, make: bool = False) -> Any:
    for part in path:
        data = data.setdefault(part, {}) if make and isinstance(data, dict) else data[part]
    return data


# --- how things are written -------------------------------------------------------------------------------------------


def _written(value: Any, like: str = "") -> str:
    """``value`` as TOML on one line; a text between the quotes of ``like``, where it can stand there."""
    import tomlkit

    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_written(inner)}" for name, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(inner, like) for inner in value) + "]"
    if isinstance(value, str) and like.startswith("'") and value.isprintable() and "'" not in value:
        return f"'{value}'"
    return str(tomlkit.item(value).as_string())


def _key(name: str) -> str:
    import tomlkit

    return str(tomlkit.key(name).as_string())


def _dotted(path: Path) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _line(outline: Outline, key: str, value: Any, neighbours: Iterable[Pair]) -> str:
    """A line of a key and a value, with its sign below those of its neighbours, when these were put into one column."""
    widths: Counter[int] = Counter()
    padded = set()
    for pair in neighbours:
        width = pair.equals - pair.start
        widths[width] += 1
        if outline.text[pair.equals - 2 : pair.equals] == "  ":
            padded.add(width)
    width = max(padded, key=widths.__getitem__, default=0)
    return f"{key.ljust(width) if widths[width] > 1 and width > len(key) else key + ' '}= {_written(value)}"


# --- keys -------------------------------------------------------------------------------------------------------------


def _with_key(outline: Outline, path: Path, value: Any, after: Sequence[str]) -> str:
    home, key = path[:-1], _key(str(path[-1]))
    if isinstance(path[-1], int):
        raise EditError(f"{_dotted(path)} is not there")
    if home in outline.values:
        return _with_inline_pair(outline, home, f"{key} = {_written(value)}")
    neighbours = outline.pairs_in(home)
    if neighbours:
        known = [pair for pair in neighbours if pair.path[len(home)] in after]
        return _below(outline, (known or neighbours)[-1], _line(outline, key, value, neighbours))
    header = next((one for one in outline.headers if one.path == home), None)
    if header:
        end = outline.line_end(header.end)
        return f"{outline.text[:end]}{outline.newline}{_line(outline, key, value, ())}{outline.text[end:]}"
    dotted = [pair for pair in outline.pairs.values() if pair.path[: len(home)] == home]
    if home and dotted and dotted[-1].home == home[: len(dotted[-1].home)]:
        own = ".".join(_key(str(part)) for part in path[len(dotted[-1].home) :])
        return _below(outline, dotted[-1], _line(outline, own, value, ()))
    if not home:
        return _at_the_top(outline, _line(outline, key, value, ()))
    if any(isinstance(part, int) or home[:length] in outline.values for length, part in enumerate(home, 1)):
        raise EditError(f"there is no table {_dotted(home)}; write it first")
    name = ".".join(_key(str(part)) for part in home)
    return _with_blocks(outline, f"[{name}]", [{str(path[-1]): value}], len(outline.text.rstrip()))


def _below(outline: Outline, pair: Pair, line: str) -> str:
    start, end = outline.line_start(pair.start), outline.line_end(pair.end)
    indent = outline.text[start : pair.start]
    if indent.strip():  # inside an inline table
        return f"{outline.text[: pair.end]}, {line}{outline.text[pair.end :]}"
    return f"{outline.text[:end]}{outline.newline}{indent}{line}{outline.text[end:]}"


def _with_inline_pair(outline: Outline, home: Path, pair: str) -> str:
    text, span = outline.text, outline.values[home]
    if not outline.is_inline(home):
        raise EditError(f"{_dotted(home)} is no table")
    others = outline.pairs_in(home)
    if not others:
        return f"{text[: span.start]}{{ {pair} }}{text[span.end :]}"
    return f"{text[: others[-1].end]}, {pair}{text[others[-1].end :]}"


def _at_the_top(outline: Outline, line: str) -> str:
    """A first key of the document: above its first table, or below its comments."""
    text, nl = outline.text, outline.newline
    if outline.headers:
        start = _with_comments(outline, outline.headers[0].start)
        return f"{text[:start]}{line}{nl}{nl}{text[start:]}"
    end = len(text.rstrip())
    return f"{text[:end]}{nl if end else ''}{line}{text[end:] or ('' if end else nl)}"


def _without_pair(outline: Outline, pair: Pair) -> str:
    text = outline.text
    if any(pair.home[:length] in outline.values for length in range(1, len(pair.home) + 1)):
        others = outline.pairs_in(pair.home)
        number = others.index(pair)
        if len(others) == 1:
            span = outline.values[pair.home]
            return f"{text[: span.start]}{{}}{text[span.end :]}"
        if number == len(others) - 1:
            return text[: others[number - 1].end] + text[pair.end :]
        return text[: pair.start] + text[others[number + 1].start :]
    comment = text[pair.end : outline.line_end(pair.end)].strip()
    if comment:
        return text[: pair.start] + comment + text[outline.line_end(pair.end) :]
    start, end = outline.line_start(pair.start), outline.next_line(pair.end)
    if end == len(text) and not text.endswith("\n"):
        return text[:start].removesuffix("\n").removesuffix("\r")
    return text[:start] + text[end:]


# --- tables -----------------------------------------------------------------------------------------------------------


def _body_end(outline: Outline, header: Header) -> int:
    """Where the last line of a table ends."""
    last = max((pair.end for pair in outline.pairs_in(header.path)), default=header.end)
    return outline.line_end(last)


def _with_blocks(outline: Outline, header: str, tables: Iterable[Mapping[str, Any]], end: int) -> str:
    """Tables put in behind ``end``, each below an empty line and written like the last one before them."""
    text, nl = outline.text, outline.newline
    before = [one for one in outline.headers if one.end <= end]
    neighbours = outline.pairs_in(before[-1].path) if before else []
    blocks = (nl + nl).join(
        nl.join([header, *(_line(outline, _key(key), value, neighbours) for key, value in values.items())])
        for values in tables
    )
    if not end:
        return f"{blocks}{nl}"
    return f"{text[:end]}{nl}{nl}{blocks}{text[end:]}"


def _with_comments(outline: Outline, offset: int) -> int:
    """The start of the line of ``offset``, or of the comment lines directly above it."""
    start = outline.line_start(offset)
    while start and outline.text[outline.line_start(start - 1) : start].lstrip().startswith("#"):
        start = outline.line_start(start - 1)
    return start


def _without_block(outline: Outline, body: str, header: Header) -> str:
    start, end = _with_comments(outline, header.start), _body_end(outline, header)
    before, behind = body[:start], body[end:]
    behind = behind.removeprefix("\r").removeprefix("\n")
    if not behind.strip():
        kept = before.rstrip()
        return kept + ((outline.newline if kept else "") if outline.text.endswith("\n") else "")
    if not before.strip() or before.endswith(("\n\n", "\n\r\n")):
        behind = behind.lstrip("\r\n")
    return before + behind
