"""What is said of TOML that cannot be read: what to write instead, for the mistakes that people make."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import Problem
from monitor.toml import tomlfile
from monitor.toml.quotes import WATCHLIST, OfWatchlist
from monitor.toml.tomlfile import Strict
from monitor.watchlist.schema import WatchlistFile

_DATE = "there is no such date; a date is year-month-day, with two digits each: 2025-09-30"
_BRACES = "a table in braces stands on one line, without a comma behind its last value"
SYNTAX = {
    "key twice": ('title = "a"\nany = ["x"]\ntitle = "b"\n', "the key stands twice: title in line 1 and in line 3;"),
    "list twice": ('any = ["a"]\nany = [\n "x",\n]\n', "the key stands twice: any in line 1 and in line 2;"),
    "key twice in braces": ("a = {x=1, x=2}\n", "the key stands twice in the same braces"),
    "table twice": ("[a]\nx = 1\n[b]\n[a]\ny = 2\n", "the table [a] stands twice: here and in line 1;"),
    "key and table": ("a = 1\n[[a]]\n", "[a] stands twice: it is a key, too"),
    "curly quotes": ("title = “a”\n", 'write straight quotes: "..."'),
    "curly single quotes": ("title = ‘a’\n", 'write straight quotes: "..."'),
    "curly at the end": ('title = "a”\n', 'write straight quotes: "..."'),
    "curly inside of straight ones": ('title = "a “b”"\nnear =\n', "write a value behind the ="),
    "merge": (
        'title = "a"\n<<<<<<< HEAD\nnear = 1\n=======\nnear = 2\n>>>>>>> b\n',
        "a merge was not finished: keep one",
    ),
    "merge in a list": ('any = [\n"x",\n<<<<<<< HEAD\n"y",\n=======\n>>>>>>> b\n]\n', "a merge was not finished"),
    "no such day": ("x = 2024-02-30\n", _DATE),
    "no such month": ("x = 2024-13-01\n", _DATE),
    "short date": ("x = 2024-1-5\n", _DATE),
    "list before a table": ('any = ["x",\n "y"\n\n[b]\nc = ["z"]\n', "the list that begins in line 1 has no end"),
    "list before a key": ('a = 1\nany = ["x"\nall = ["y"]\n', "the list that begins in line 2 has no end"),
    "list at the end": ('all = [["x", "#y["], # [\n ["z"\n', "the list that begins in line 2 has no end"),
    "no comma": ('any = ["a" "b"]\n', "a comma is missing in the list"),
    "no comma between lines": ('any = [\n  "a"\n  "b",\n]\n', "a comma is missing in the list"),
    "text": ('any = ["x", "y]\n', 'the text that begins in column 13 has no end in its line: write " behind it'),
    "long text": ('a = 1\nb = """abc\nc = 2\n', 'the text that begins with """ in line 2 has no end'),
    "nothing but zero bytes": ("\0" * 200, "zero bytes stand here"),
    "zero bytes": ('title = "a"\n\0\0\0\0', "zero bytes stand here"),
    "control character": ('a = "x\x01y"\n', "a text holds a character that cannot be written so"),
    "no quotes": ("any = [Pakistan, BRICS]\n", 'a text stands in quotes: "Pakistan"'),
    "capitals": ("x = True\n", "write true, in small letters"),
    "length of time": ("x = 15m\n", 'this stands in quotes: "15m"'),
    "leading zero": ("x = 01\n", "a number does not begin with 0"),
    "quote inside": ('x = "say "hi""\n', 'a " inside of a text ends it'),
    "apostrophe inside": ("x = 'it's ok\n", "a ' inside of a text ends it"),
    "backslash": ('x = "C:\\data"\n', "write each backslash twice"),
    "colon": ('title: "abc"\n', "write = behind the key, in place of the colon: title = ..."),
    "two words": ("my key = 1\n", "a key is one word: my_key = ..."),
    "no equals sign": ('title "abc"\n', "write key = value"),
    "two keys": ("a = 1 b = 2\n", "write each key on a line of its own"),
    "table": ("[examples\nmatch = []\n", "write [examples]"),
    "braces over lines": ("a = {x=1,\n y=2}\n", _BRACES),
    "comma in braces": ("a = {x=1,}\n", _BRACES),
    "no comma in braces": (
        "a = {x=1 y=2}\n",
        "a table in braces ends on its line, with }, and has a comma between its values",
    ),
    "no statement": ("= 3\n", "a line is key = value"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_a_syntax_error_says_what_to_write(name: str) -> None:
    text, hint = SYNTAX[name]
    known = OfWatchlist(WATCHLIST.words | {"a", "b", "c", "x", "y", "my_key"})
    problem = tomlfile.read(Path("x.toml"), text, known)
    assert isinstance(problem, Problem)
    assert problem.message.startswith("not valid TOML: ")
    assert problem.hint.startswith(hint), problem.hint
    assert problem.reads == text.splitlines()[problem.line - 1].strip()


VALUES = {
    "text for a list": ('any = "Pakistan"', 'write any = ["Pakistan"]'),
    "text for an inner list": ('[examples]\nmatch = "x «y»"', 'write match = ["x «y»"]'),
    "nearly the word": ('status = "closd"', 'did you mean "closed"?'),
    "capital": ('status = "Closed"', 'did you mean "closed"?'),
    "another word": ('priority = "high"', ""),
    "number in quotes": ('near = "30"', "write near = 30, without quotes"),
    "share in quotes": ('alert = "0.5"', "write alert = 0.5, without quotes"),
    "no number in quotes": ('near = "far"', ""),
    "date in quotes": ('active = { until = "2024-01-01" }', "write until = 2024-01-01, without quotes"),
    "number for a text": ("all = [1]", 'write "1"'),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_the_wrong_type_says_what_to_write(name: str) -> None:
    line, hint = VALUES[name]
    read = tomlfile.read(Path("x.toml"), f'title = "T"\n{line}\n')
    assert isinstance(read, tomlfile.TomlFile)
    found = tomlfile.check(read, WatchlistFile)
    assert isinstance(found, list)
    assert [problem.hint for problem in found] == [hint]


def test_a_quoted_bool_is_written_without_quotes_and_a_secret_is_not_repeated() -> None:
    class Section(Strict):
        switched_on: bool
        password: str

    read = tomlfile.read(Path("x.toml"), 'switched_on = "True"\npassword = 12345\n')
    assert isinstance(read, tomlfile.TomlFile)
    found = tomlfile.check(read, Section)
    assert isinstance(found, list)
    assert [problem.hint for problem in found] == ["write switched_on = true, without quotes", ""]
    assert "12345" not in str(found)
