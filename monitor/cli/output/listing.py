"""Listings whose rows are one line each, and listings as CSV."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Columns = Sequence[tuple[str, str]]
Cell = Callable[[str, Any], str]
_BETWEEN = 2
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Columns, text: Cell) -> str:
    """``rows`` with a header, under the names that they have in JSON."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([key for key, _ in columns])
    for row in rows:
        writer.writerow([_harmless(row.get(key), text(key, row.get(key))) for key, _ in columns])
    return written.getvalue()


def _harmless(value: Any, text: str) -> str:
    """A headline that begins like a formula is none to a spreadsheet with a quote in front."""
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def widths(
    rows: Sequence[Mapping[str, Any]], columns: Columns, cut: Mapping[str, int], dispensable: Iterable[str], cell: Cell
) -> dict[str, int]:
    """How wide each column is where every row is to be one line; those that are left out had no room. Empty where there
    is no room for what may neither be shortened nor go. ``cut``: the columns that may be shortened, each with the least
    that is readable; of what room there is, the first has most.
    """
    from rich.cells import cell_len

    full = {key: max([cell_len(head), *(cell_len(cell(key, row.get(key))) for row in rows)]) for key, head in columns}
    found = {key: min(wide, cut.get(key, wide)) for key, wide in full.items()}
    room = shutil.get_terminal_size().columns + _BETWEEN
    for key in dispensable:
        if sum(found.values()) + _BETWEEN * len(found) <= room:
            break
        found.pop(key, None)
    room -= sum(found.values()) + _BETWEEN * len(found)
    if room < 0:
        return {}
    for key in cut:
        if key in found and room > 0:
            more = min(room, full[key] - found[key])
            found[key] += more
            room -= more
    return found
