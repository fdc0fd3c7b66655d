"""Changes to the text of ``entities.toml``, and of the files that name an entity."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.errors import EditError
from monitor.matching import Kind, TermError, parse_term
from monitor.matching.terms.advice import Command
from monitor.matching.terms.rules import acronym as parse_acronym
from monitor.text.clean import visible
from monitor.toml import edit
from monitor.toml.advice import suggestion
from monitor.toml.locate import Path
from monitor.watchlist.edits import NothingToDo

ENTITIES = "entities"
_NAME = re.compile(r"[\w-]+")
_TERM_KEYS = ("any", "all", "context", "except", "none")
_KEYS = ("kind", "names", "acronyms", "except")


def add_name(text: str, entity: str, name: str, kind: str = "", acronym: bool = False) -> str:
    """``text`` with ``name`` (or an acronym) for ``entity``, which is made, of this ``kind``, when it is not there.

    Raises EditError, and NothingToDo where the name is there already.
    """
    data = _read(text)
    key = "acronyms" if acronym else "names"
    options = " ".join([*([f"--kind {kind}"] if kind else []), *(["--acronym"] if acronym else [])])
    command = Command(f"monitor watch entity add {shlex.quote(entity)}", options)
    _check(name, kind or str(data.get(entity, {}).get("kind", "thing")), key, command)
    if entity not in data:
        return _with_entity(text, data, entity, {"kind": kind, key: [name]})
    section = data[entity]
    if kind and section.get("kind") != kind:
        raise EditError(f'"{entity}" is of the kind {section.get("kind")}; change that in its file, if it is wrong')
    for other in ("names", "acronyms"):
        if name in section.get(other, []):
            raise NothingToDo(f'"{name}" is already one of the {other} of "{entity}"')
    return edit.append(text, (entity, key), name, after=_KEYS[: _KEYS.index(key)])


def remove_name(text: str, entity: str, name: str) -> str:
    """``text`` without ``name`` among the names and acronyms of ``entity``. Raises EditError where it is not there."""
    data = _read(text)
    section = _section(data, entity)
    found = [
        (entity, key, index)
        for key in ("names", "acronyms")
        for index, one in enumerate(section.get(key, []))
        if one == name
    ]
    known = [*section.get("names", []), *section.get("acronyms", [])]
    if not found:
        raise EditError(f'"{entity}" has no name "{name}"; {suggestion(name, known)}')
    if len(found) == len(known):
        raise EditError(f'"{name}" is the only name of "{entity}"; add another one first')
    for path in reversed(found):
        text = edit.remove_element(text, path)
    return text


def rename(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """The texts that change when the entity ``old`` is called ``new``: of ``texts``, which has those of all watchlists
    by id, and that of "entities". Weights behind ``@old`` stay. Where only "entities" has been changed, by a command
    that was killed, the others do. Raises EditError.
    """
    data = _read(texts.get(ENTITIES, ""))
    is_begun = old not in data and new in data and any(old in _named(name, text) for name, text in texts.items())
    if not is_begun:
        _section(data, old)
        if old == new:
            raise NothingToDo(f'"{old}" is its name already')
        if new in data:
            raise EditError(f'there is an entity "{new}" already; choose another name')
        _check_entity(new)
    renamed = {}
    for name, text in texts.items():
        changed = text
        for path, term in _references(_read(text), name == ENTITIES):
            reference, caret, weight = term.partition("^")
            if reference[1:].strip() == old:
                changed = edit.put(changed, path, f"@{new}{caret}{weight}")
        if name == ENTITIES and not is_begun:
            changed = edit.rename(changed, (old,), new)
        if changed != text:
            renamed[name] = changed
    return renamed


def _named(name: str, text: str) -> set[str]:
    """The entities that a file names."""
    return {term.partition("^")[0][1:].strip() for _, term in _references(_read(text), name == ENTITIES)}


def _references(data: dict[str, Any], entities: bool) -> Iterator[tuple[Path, str]]:
    """All texts that name entities, with where they stand."""
    tables = [(name, "names") for name in data] if entities else [(key,) for key in _TERM_KEYS]
    for path in tables:
        value: Any = data
        for part in path:
            value = value.get(part, []) if isinstance(value, dict) else []
        yield from _sigils(path, value)


def _sigils(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str) and value.startswith("@"):
        yield path, value
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _sigils((*path, index), inner)


def _with_entity(text: str, data: dict[str, Any], entity: str, values: dict[str, Any]) -> str:
    if not values["kind"]:
        hint = f" ({suggestion(entity, data)})" if data else ""
        kinds = ", ".join(kind for kind in Kind if kind is not Kind.TERM)
        raise EditError(f'there is no entity "{entity}"{hint}; to make it, say of what kind it is: {kinds}')
    _check_entity(entity)
    return edit.add_table(text, entity, values)


def _section(data: dict[str, Any], entity: str) -> dict[str, Any]:
    section = data.get(entity)
    if not isinstance(section, dict):
        raise EditError(f'there is no entity "{entity}"; {suggestion(entity, data)}')
    return section


def _check_entity(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise EditError(f'"{name}" cannot be the name of an entity; use letters, digits, - and _, like russian_pm')


def _check(name: str, kind: str, key: str, command: Command) -> None:
    if visible(name) != name:
        raise EditError(f'"{visible(name)}" holds a character that cannot be seen; write it without that')
    try:
        if key == "acronyms":
            parse_acronym(name)
        elif not name.startswith("@"):
            parse_term(name, Kind(kind))
    except TermError as error:
        hint = error.hint_at(key, command)
        raise EditError(f"{error}; {hint}" if hint else str(error)) from error


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix(edit.BOM))
