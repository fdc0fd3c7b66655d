"""Whether a database that SQLite finds whole still makes sense: it has the tables and columns of its format, and its
columns hold values that this program writes.
"""

from __future__ import annotations

import functools
import json
import sqlite3
from collections.abc import Iterable

from sqlite_utils import Database

from monitor.model import Health
from monitor.model.alerts import AlertKind, DeliveryState, MessageKind, Outcome
from monitor.model.matches import Band
from monitor.store.integrity import faults
from monitor.store.migrations import STEPS, migrate
from monitor.text.clean import host_of
from monitor.text.likeness import text_key

_COLUMNS = (
    "SELECT tables.name, columns.name, columns.pk "
    "FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
)
_UNIQUE = """
SELECT tables.name, indexes.name, group_concat(columns.name)
FROM sqlite_master AS tables, pragma_index_list(tables.name) AS indexes, pragma_index_info(indexes.name) AS columns
WHERE tables.type = 'table' AND indexes."unique" AND NOT indexes.partial GROUP BY tables.name, indexes.name
"""
_STATES = tuple(DeliveryState)
_CHOICES: dict[str, tuple[str, Iterable[str]]] = {
    "the state of a feed": ("feeds.health", Health),
    "the state of a feed that was told": ("feeds.told_health", Health),
    "what became of a match": ("matches.outcome", Outcome),
    "how sure a match is": ("matches.band", Band),
    "the kind of an alert": ("alerts.kind", AlertKind),
    "the state of a delivery": ("deliveries.state", _STATES),
    "the mode of a delivery": ("deliveries.mode", ("now", "digest")),
    "the state of a message": ("messages.state", _STATES),
    "the kind of a message": ("messages.kind", MessageKind),
    "the outcome of an attempt": ("attempts.outcome", ("begun", "sent", "failed", "ambiguous")),
    "the kind of what was silenced": ("quietings.kind", ("snooze", "mute")),
    "what was said of an item": ("feedback.verdict", ("relevant", "irrelevant", "seen")),
}
_DOCUMENTS: dict[str, tuple[str, str]] = {
    "what a feed asks of readers": ("feeds.wishes", "array"),
    "what of an item is no story": ("items.asides", "array"),
    "why an item matched": ("matches.explanation", "object"),
    "an alert": ("alerts.payload", "object"),
    "a message": ("messages.payload", "object"),
    "who still waits for a message": ("messages.partly", "object"),
}
"""By what they are called: columns, with the values that they may have, or what their JSON is."""
_MAY_BE_EMPTY = ("feeds.wishes", "items.asides", "messages.partly")
_FACTS = {
    "database.generation": int,
    "restored.lost": list,
    "watchlists.live": list,
    "watchlists.accepted": dict,
}


def lacking(connection: sqlite3.Connection) -> str:
    """What a database of the newest format lacks: a table, a column or a key; empty when it has all of them. Others may
    be there besides.
    """
    columns, unique = _shape(connection)
    all_columns, all_unique = _newest()
    tables = {table for table, _, _ in columns}
    for table, column, _ in sorted(all_columns - columns):
        return f"its table {table} is gone" if table not in tables else f"{table}.{column} is not as it was made"
    for table, names in sorted(all_unique - unique):
        return f"the key {names} of its table {table} is gone"
    return ""


def _shape(connection: sqlite3.Connection) -> tuple[set[tuple[str, str, int]], set[tuple[str, str]]]:
    columns = {(table, column, key) for table, column, key in connection.cursor().execute(_COLUMNS)}
    return columns, {(table, names) for table, _, names in connection.cursor().execute(_UNIQUE)}


@functools.cache
def _newest() -> tuple[set[tuple[str, str, int]], set[tuple[str, str]]]:
    """What the newest format has."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.create_function("host_of", 1, host_of, deterministic=True)
    connection.create_function("text_key", 3, text_key, deterministic=True)
    migrate(Database(connection))
    columns, unique = _shape(connection)
    connection.close()
    return {row for row in columns if row[0] != STEPS}, {row for row in unique if row[0] != STEPS}


def nonsense(connection: sqlite3.Connection) -> str:
    """What is stored that this program never writes, in a database of the newest format; empty when there is nothing.
    Reads all of it. Raises sqlite3.DatabaseError.
    """
    if missing := lacking(connection):
        return missing
    for what, (place, known) in _CHOICES.items():
        table, _, column = place.partition(".")
        found = connection.execute(f"SELECT DISTINCT {column} FROM {table}")  # noqa: S608 - ours
        if {value for (value,) in found} - set(known):
            return f"{what} ({place}) makes no sense"
    for what, (place, kind) in _DOCUMENTS.items():
        table, _, column = place.partition(".")
        is_none = f"{column} = ''" if place in _MAY_BE_EMPTY else "0"
        is_it = f"iif(json_valid({column}), json_type({column}), '') = ?"
        query = f"SELECT 1 FROM {table} WHERE NOT ({is_none} OR {is_it})"  # noqa: S608 - ours
        if connection.execute(query, [kind]).fetchone():
            return f"{what} ({place}) cannot be read"
    connection.execute("SELECT * FROM feeds").fetchall()  # what should be text and is none raises
    for name, value in connection.execute("SELECT name, value FROM facts"):
        if name in _FACTS and not _is_json(value, _FACTS[name]):
            return f"the fact {name} cannot be read"
    return ""


def _is_json(text: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except (ValueError, RecursionError):
        return False


def meant_by(error: BaseException, connection: sqlite3.Connection) -> BaseException | None:
    """Damage where ``error`` comes from a table or column that was here and is gone: SQLite has the same code for that
    and for a mistake in what it is asked. None otherwise.
    """
    if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
        return None
    try:
        detail = lacking(connection)
    except sqlite3.Error as also:
        return faults.meant_by(also)
    return faults.unreadable(detail) if detail else None
