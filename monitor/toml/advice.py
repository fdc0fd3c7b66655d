"""What to write instead of TOML that cannot be read: advice on the mistakes that people make.

tomllib says where it gave up, which is often not where the mistake is. Nothing here has to be certain: what is not
recognised gets no advice.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

_CURLY = "“”„‟«»‘’‚‛"
_MERGE = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)
_TOKEN = re.compile(
    r"""\#[^\n]* | \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''.*?''' | \"\"\" | '''
    | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' | [\[\]{}]""",
    re.DOTALL | re.VERBOSE,
)
_CLOSING = {"]": "[", "}": "{"}
_KEY = re.compile(r"""\s*([\w.-]+|"[^"\n]*"|'[^'\n]*')\s*=""")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]\n]+?)\s*\]")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_NO_DATE = "there is no such date; a date is year-month-day, with two digits each: 2025-09-30"


class _Place(NamedTuple):
    """Where tomllib gave up. ``line`` counts from 1, ``at`` is an offset; ``here`` is the line up to there, ``rest``
    what stands behind it.
    """

    text: str
    at: int
    line: int
    here: str
    rest: str
    show: Callable[[str], str]
    """What may be repeated of a part of the line."""

    @property
    def whole(self) -> str:
        """The whole line."""
        return self.here + self.rest


def advice(text: str, message: str, line: int, column: int, show: Callable[[str], str] = str) -> str:
    """What to do about the ``message`` of tomllib, which gave up at this line and column of ``text`` (both from 1;
    column 0: at its end). Empty where nothing is known. ``show``: what may be repeated of a part of the line.
    """
    lines = text.split("\n")
    at = len(text) if not column else sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
    whole = lines[line - 1] if line <= len(lines) else ""
    cut = column - 1 if column else len(whole)
    place = _Place(text, at, line, whole[:cut], whole[cut:], show)
    if "\0" in whole:
        return "zero bytes stand here, as a save leaves them that a crash broke off: take the file from a backup"
    if _MERGE.search(text):
        return (
            "a merge was not finished: keep one of the versions, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        )
    # What stands inside of straight quotes may be curly.
    if any(quote in _TOKEN.sub("", whole) for quote in _CURLY):
        return 'write straight quotes: "..."'
    return next((found for begins, advise in _ADVICE if message.startswith(begins) and (found := advise(place))), "")


# --- what stands twice ----------------------------------------------------------------------------------------------


def _twice(place: _Place) -> str:
    """A key, or a table, that was there before."""
    before = place.text.split("\n")[: place.line]
    if header := _HEADER.match(before[-1]):
        for number, line in enumerate(before[:-1], 1):
            other = _HEADER.match(line)
            if other and other[2] == header[2]:
                table = place.show(header[2])
                return f"the table [{table}] stands twice: here and in line {number}; put the keys of both under one"
        return f"[{place.show(header[2])}] stands twice: it is a key, too; remove one of them"
    own = next((number for number in range(len(before), 0, -1) if _KEY.match(before[number - 1])), 0)
    key = _KEY.match(before[own - 1]) if own else None
    if not key:
        return ""
    for number in range(own - 1, 0, -1):
        if _HEADER.match(before[number - 1]):
            break
        other = _KEY.match(before[number - 1])
        if other and other[1] == key[1]:
            said = f"the key stands twice: {place.show(key[1])} in line {number} and in line {own}"
            return f"{said}; remove one of them"
    return f"the key stands twice: {place.show(key[1])}; remove one of them"


# --- what has no end ------------------------------------------------------------------------------------------------


def _open(text: str) -> tuple[str, int]:
    """What was opened last before the end of ``text`` and not closed (a bracket or three quotes), and in which line;
    nothing, and 0, where all is closed.
    """
    found: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(text):
        what = token[0]
        line = text.count("\n", 0, token.start()) + 1
        if what in ('"""', "'''"):
            return what, line
        if what in ("[", "{"):
            found.append((what, line))
        elif what in _CLOSING and found and found[-1][0] == _CLOSING[what]:
            found.pop()
    return found[-1] if found else ("", 0)


def _unclosed_list(place: _Place) -> str:
    if place.rest[:1] in ('"', "'") and not _KEY.match(place.rest):
        return "a comma is missing in the list, before this value"
    opened, line = _open(place.text[: place.at])
    return f"the list that begins in line {line} has no end: write ] behind its last value" if opened == "[" else ""


def _unclosed_text(place: _Place) -> str:
    opened, line = _open(place.text[: place.at])
    if opened in ('"""', "'''"):
        return f"the text that begins with {opened} in line {line} has no end: write {opened} behind it"
    if place.rest.strip():
        return "a text holds a character that cannot be written so: remove it"
    column = _open_quote(place.whole)
    return f"the text that begins in column {column} has no end in its line: write {place.whole[column - 1]} behind it"


def _open_quote(line: str) -> int:
    """The column of the quote that is not closed in its line."""
    blank = _TOKEN.sub(lambda token: " " * len(token[0]), line)
    return next((column for column, char in enumerate(blank, 1) if char in "\"'"), len(line))


# --- what is no value, key or statement -----------------------------------------------------------------------------


def _no_value(place: _Place) -> str:
    word = re.split(r"[,\]}#\n]", place.rest)[0].strip()
    if not word:
        return "write a value behind the ="
    if word.lower() in ("true", "yes", "on", "false", "no", "off"):
        return f"write {'true' if word.lower() in ('true', 'yes', 'on') else 'false'}, in small letters"
    if _DATE.match(word):
        return _NO_DATE
    return f'a text stands in quotes: "{place.show(word)}"' if word[:1].isalpha() and '"' not in word else ""


def _no_end_of_line(place: _Place) -> str:
    written = place.whole.partition("=")[2].strip()
    if _DATE.match(written) or re.match(r"\d{4}-\d", written):
        return _NO_DATE
    if re.fullmatch(r"\d+(?:\.\d+)?\s*[A-Za-z]+", written):
        return f'this stands in quotes: "{place.show(written)}"'
    if re.match(r"[+-]?0\d", written):
        return "a number does not begin with 0"
    if written[:1] in ('"', "'") and written.count(written[0]) > 2:
        return f"a {written[0]} inside of a text ends it: put the other kind of quotes around the text"
    if _KEY.match(place.rest.lstrip()):
        return "write each key on a line of its own"
    if written[:1] == "'":
        return "a ' inside of a text ends it: put \" around the text"
    return ""


def _no_key(place: _Place) -> str:
    if place.rest.lstrip().startswith(":"):
        return f"write = behind the key, in place of the colon: {place.show(place.here.strip())} = ..."
    if _KEY.match(place.rest.lstrip()):
        key = "_".join((place.here + place.rest).partition("=")[0].split())
        return f"a key is one word: {place.show(key)} = ..."
    return "write key = value"


def _no_table(place: _Place) -> str:
    name = place.whole.split("#")[0].strip().strip("[]").strip()
    return f"write [{place.show(name)}]" if re.fullmatch(r"[\w.-]+", name) else ""


def _no_statement(place: _Place) -> str:
    if _open(place.text[: place.at])[0] == "{":
        return "a table in braces stands on one line, without a comma behind its last value"
    return 'a line is key = value, or [table], or begins with "#"'


_ADVICE: tuple[tuple[str, Callable[[_Place], str]], ...] = (
    ("Cannot overwrite a value", _twice),
    ("Cannot declare", _twice),
    ("Cannot mutate", _twice),
    ("Cannot redefine", _twice),
    ("Duplicate inline table key", lambda _: "the key stands twice in the same braces; remove one of them"),
    ("Invalid date", lambda _: _NO_DATE),
    ("Unclosed array", _unclosed_list),
    (
        "Unclosed inline table",
        lambda _: "a table in braces ends on its line, with }, and has a comma between its values",
    ),
    ("Illegal character", _unclosed_text),
    ("Unterminated string", _unclosed_text),
    ("Expected", lambda place: _no_table(place) if place.whole.lstrip().startswith("[") else ""),
    ("Expected '=' after", _no_key),
    ("Expected newline", _no_end_of_line),
    ("Unescaped '\\'", lambda _: "write each backslash twice, or put ' around the text"),
    ("Invalid value", _no_value),
    ("Invalid initial character", _no_statement),
    ("Invalid statement", _no_statement),
)
"""How the messages of tomllib begin, and who knows what to do; the first answer counts."""


def suggestion(wrong: str, known: Iterable[str], cutoff: float = 0.6, most: int = 0) -> str:
    """``did you mean "x"?`` where one of ``known`` is close, otherwise the list of what can stand there. ``most``: how
    many are listed, 0 for all; ``cutoff``: see ``meant``.
    """
    choices = list(known)
    shown = choices[: most or None]
    more = f" and {len(choices) - len(shown)} more" if len(shown) < len(choices) else ""
    return meant(wrong, choices, cutoff) or (f"known here: {', '.join(shown)}{more}" if choices else "")


def meant(wrong: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """``did you mean "x"?`` where one of ``known`` is close, otherwise nothing. ``cutoff``: how alike they have to be,
    from 0 to 1.
    """
    by_key = {choice.lower(): choice for choice in reversed(list(known))}
    close = difflib.get_close_matches(wrong.lower(), list(reversed(by_key)), n=1, cutoff=cutoff)
    return f'did you mean "{by_key[close[0]]}"?' if close else ""
