"""How what is written in another program's query language is written here, in the place where it stands."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from monitor.matching.terms.syntax import Foreign, Sort, quoted

NAMES = ("names", "acronyms")
"""The keys of entities that hold names; ``except`` is also one of watchlists."""
_RULING_OUT = ("none", "except")


class Command(NamedTuple):
    """A command that terms were given to: ``monitor watch add-term iran``, and the options that say
    where.
    """

    words: str
    place: str = ""


NOWHERE = Command("")


def advice(found: Foreign, key: str, command: Command) -> str:
    """What to write under ``key``, or as arguments of ``command`` where somebody writes one. A translation offers only
    what there is in that place.
    """
    if found.sort is Sort.OTHER or not (command.words or key in (*NAMES, *_RULING_OUT, "context")):
        return found.hint
    noun = "name" if key in NAMES else "term"
    parts = [part for part in found.parts if part]
    if found.sort is Sort.OR and parts:
        listed = _called(command, parts, command.place) if command.words else f"{key} = [{quoted(*parts)}]"
        return f"each is a {noun} of its own: {listed}"
    if found.sort is Sort.NOT and parts and key not in _RULING_OUT:
        none = f"none = [{quoted(*parts[1:])}]"
        if key in NAMES:
            return f"write the names alone; what rules an item out stands in a watchlist: {none}"
        return f"what rules an item out: {_called(command, parts[1:], '--to none')}" if command.words else found.hint
    if found.sort in (Sort.AND, Sort.NEAR) and len(parts) > 1:
        return _both(found, key, command, parts)
    if found.sort is Sort.FIELD:
        return f"write the {noun} alone; it is looked for in titles and texts"
    return f"write the {noun} alone; each {noun} stands by itself here"


def _both(found: Foreign, key: str, command: Command, parts: Sequence[str]) -> str:
    if key in NAMES:
        return f"names are alternatives; what has to be there together stands in a watchlist: all = [{quoted(*parts)}]"
    if key in _RULING_OUT:
        return f'each term of {key} counts by itself; a phrase is written as it is read: "{" ".join(parts)}"'
    if not command.words:
        return found.hint
    each = "; ".join(_called(command, [part], "--new-concept") for part in parts)
    near = f", and {found.hint.rpartition(' and ')[2]} in its file" if found.sort is Sort.NEAR else ""
    return f"each is a concept of its own: {each}{near}"


def _called(command: Command, parts: Sequence[str], place: str) -> str:
    # Behind -- everything is an argument, also what begins like an option.
    dashes = ["--"] if any(part.startswith("-") for part in parts) else []
    return " ".join(filter(None, [command.words, place, *dashes, *map(shlex.quote, parts)]))


class TermError(ValueError):
    """A term that cannot mean anything. ``code`` names the rule; ``hint`` says what to write instead, under ``any`` and
    ``all``.
    """

    def __init__(self, code: str, message: str, hint: str = "", found: Foreign | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self._found = found

    def hint_at(self, key: str, command: Command = NOWHERE) -> str:
        """What to write under another ``key``, or to ``command``; see ``advice``."""
        return advice(self._found, key, command) if self._found else self.hint
