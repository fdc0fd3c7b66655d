"""Changes to the text of a watchlist: terms, status, examples. What a person has written around them stays as it is.

A place is named as in the file: ``any``, ``context``, ``except``, ``none``, ``all:2`` for the second entry of ``all``,
``new`` for one more entry, or by a term that stands there already (``@pakistan``).
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from typing import Any, Literal

from monitor.errors import EditError
from monitor.matching import TermError, parse_term
from monitor.matching.terms.advice import Command
from monitor.matching.terms.rules import split_weight
from monitor.text.clean import visible
from monitor.toml import edit
from monitor.toml.advice import suggestion
from monitor.toml.locate import Path
from monitor.watchlist.schema import WatchlistFile

Status = Literal["open", "quiet", "closed", "resolved"]
NEW = "new"
_LISTS = ("any", "context", "except", "none")
_ALIKE = 0.7
"""How alike a term and what was perhaps meant have to be: ordinary words have many in common."""
_MOST_TERMS = 10
_CONCEPT = re.compile(r"all:(\d{1,4})")
_ORDER = [field.alias or name for name, field in WatchlistFile.model_fields.items()]


class NothingToDo(EditError):
    """The file says already what it is to say."""


class NoPlace(EditError):
    """A term could belong to several places, and none is named."""

    exit_code = 2


def add_term(text: str, term: str, where: str = "", command: str = "") -> str:
    """``text`` with ``term`` at a place (see above); without ``where``, at the only place that there is. ``command``:
    what was written to have it so, as far as the terms.

    Raises EditError for a place that is not there and for a term that means nothing, NothingToDo for one that stands
    there.
    """
    place_option = "--new-concept" if where == NEW else f"--to {shlex.quote(where)}" if where else ""
    _check(term, where, Command(command, place_option))
    data = _read(text)
    path = place(text, where)
    if path == ("all",):
        for number, concept in enumerate(_concepts(data), 1):
            if _find(concept, term) is not None:
                raise NothingToDo(f'"{term}" is already in all:{number} ({describe(concept)})')
        return edit.append(text, path, term, after=_before("all"))
    there: Any = data.get(str(path[0]), [])
    if len(path) > 1:
        there = there[path[1]]
    found = _find(there, term)
    if found is not None:
        name, weight = (part or "1" for part in (_name(found), found.partition("^")[2]))
        if split_weight(term)[1] != float(weight):
            raise EditError(f'"{found}" is already in {_said(path)}; to give it another weight, remove it first')
        raise NothingToDo(f'"{name}" is already in {_said(path)}')
    if len(path) > 1 and not isinstance(there, list):
        text = edit.wrap(text, path)
    return edit.append(text, path, term, after=_before(str(path[0])))


def remove_term(text: str, term: str, where: str = "") -> str:
    """``text`` without ``term``, at one place or wherever it stands. Raises EditError where it is not there.

    The only term of an entry of ``all`` is removed, with the entry, only where ``where`` names that entry: without it,
    everything that meets the other entries would match.
    """
    data = _read(text)
    paths = [path for path, one in _terms(data) if _same(one, term)]
    if where:
        wanted = place(text, where)
        paths = [path for path in paths if path[: len(wanted)] == wanted]
    if not paths:
        there = dict.fromkeys(_text(one) for _, one in _terms(data))
        known = suggestion(term, there, cutoff=_ALIKE, most=_MOST_TERMS)
        raise EditError(f'"{term}" is not in {_said(wanted) if where else "it"}; {known}')
    for path in reversed(paths):
        concept = data["all"][path[1]] if path[0] == "all" else []
        is_whole = path[0] == "all" and (not isinstance(concept, list) or len(concept) == 1)
        if is_whole and not _CONCEPT.fullmatch(where):
            entry = _said(path[:2])
            raise EditError(
                f'"{term}" is all of {entry}: without it, all that meets the other entries would match; '
                f"add another term first, or name the entry as the place: {entry}"
            )
        text = edit.remove_element(text, path[:2] if is_whole else path)
    return text


def set_status(text: str, status: Status) -> str:
    """``text`` with this status. Raises NothingToDo where it has it."""
    if _read(text).get("status", "open") == status:
        raise NothingToDo(f"its status is already {status}")
    return set_value(text, "status", status)


def set_value(text: str, key: str, value: Any) -> str:
    """``text`` with ``value`` under ``key``, which may lead into a table: ``active.until``. Raises EditError."""
    path = tuple(key.split("."))
    if path[0] not in _ORDER:
        raise EditError(f'there is no key "{path[0]}"; {suggestion(path[0], _ORDER)}')
    return edit.put(text, path, value, after=_before(path[0]) if len(path) == 1 else ())


def add_example(text: str, headline: str, match: bool) -> str:
    """``text`` with ``headline`` among its examples: one that must match, or one that must not. Raises EditError where
    it is an example of the opposite, and NothingToDo where it is there.
    """
    names = ("match", "nomatch") if match else ("nomatch", "match")
    examples = _read(text).get("examples", {})
    if headline in examples.get(names[0], []):
        raise NothingToDo(f'"{headline}" is already an example under {names[0]}')
    if headline in examples.get(names[1], []):
        raise EditError(f'"{headline}" is an example under {names[1]}; remove it there first')
    return edit.append(text, ("examples", names[0]), headline, after=("match",))


def place(text: str, where: str) -> Path:
    """The key path of a place: of the array for a new term, or of an entry of ``all``. Raises EditError."""
    data = _read(text)
    number = len(_concepts(data))
    if where in _LISTS:
        return (where,)
    if where == NEW:
        return ("all",)
    if match := _CONCEPT.fullmatch(where):
        if not 1 <= int(match[1]) <= number:
            raise EditError(f"there is no {where}; {_listed(text)}")
        return ("all", int(match[1]) - 1)
    if not where:
        if number + ("any" in data) != 1:
            places = "--to any, context, except, none or all:1, or --new-concept"
            raise NoPlace(f"say where it belongs: {places}; {_listed(text)}")
        return ("all", 0) if number else ("any",)
    holding = dict.fromkeys(path[: 2 if path[0] == "all" else 1] for path, one in _terms(data) if _same(one, where))
    if not holding:
        terms = dict.fromkeys(_text(one) for _, one in _terms(data))
        raise EditError(f'there is no place "{where}", nor a term of that name; {suggestion(where, terms)}')
    if len(holding) > 1:
        raise EditError(f'"{where}" stands in {" and ".join(map(_said, holding))}; name one of them')
    return next(iter(holding))


def concepts(text: str) -> list[str]:
    """The entries of ``all``, in words."""
    return [describe(concept) for concept in _concepts(_read(text))]


def describe(concept: Any) -> str:
    """An entry of ``all`` in words: its terms, without their weights."""
    return " | ".join(_name(_text(one)) for one in (concept if isinstance(concept, list) else [concept]))


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix(edit.BOM))


def _concepts(data: dict[str, Any]) -> list[Any]:
    return list(data.get("all", []))


def _listed(text: str) -> str:
    listed = "; ".join(f"all:{number}: {concept}" for number, concept in enumerate(concepts(text), 1))
    return f"there is {listed}" if listed else "it has no entries under all"


def _said(path: Path) -> str:
    return f"all:{path[1] + 1}" if len(path) > 1 and isinstance(path[1], int) and path[0] == "all" else str(path[0])


def _terms(data: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """All terms, with where they stand."""
    for key in _LISTS:
        yield from (((key, index), term) for index, term in enumerate(data.get(key, [])))
    for number, concept in enumerate(_concepts(data)):
        if isinstance(concept, list):
            yield from ((("all", number, index), term) for index, term in enumerate(concept))
        else:
            yield ("all", number), concept


def _find(terms: Any, term: str) -> str | None:
    """How ``term`` is written among ``terms``."""
    several = terms if isinstance(terms, list) else [terms]
    return next((_text(one) for one in several if not isinstance(one, list) and _same(one, term)), None)


def _text(term: Any) -> str:
    return str(term.get("t", "")) if isinstance(term, dict) else str(term)


def _name(term: str) -> str:
    return term.partition("^")[0].strip()


def _same(term: Any, other: str) -> bool:
    """Whether two terms differ in weight and spaces at most. Case matters: "who" is a word, "WHO" an acronym."""
    return " ".join(_name(_text(term)).split()) == " ".join(_name(other).split())


def _before(key: str) -> list[str]:
    """The keys behind which ``key`` has its place."""
    return _ORDER[: _ORDER.index(key)]


def _check(term: str, where: str, command: Command) -> None:
    if visible(term) != term:
        raise EditError(f'"{visible(term)}" holds a character that cannot be seen; write it without that')
    try:
        name, _ = split_weight(term)
        if not name.startswith("@"):
            parse_term(term)
    except TermError as error:
        hint = error.hint_at(where, command)
        raise EditError(f"{error}; {hint}" if hint else str(error)) from error
