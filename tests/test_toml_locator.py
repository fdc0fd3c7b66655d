"""Where keys stand in a TOML document, compared with what tomlkit and tomllib read from the same text."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st
from tomlkit.exceptions import TOMLKitError

from monitor.toml.locate import Path, Position, locate, nearest

# How a key can be written, and what it then means; %d keeps all keys of a document apart.
KEYS = (
    ("key%d", "key%d"),
    ("%d", "%d"),
    ("key-%d_", "key-%d_"),
    ('"key %d"', "key %d"),
    ('"key.%d # ] = ["', "key.%d # ] = ["),
    (r'"quo\"te %d \\"', 'quo"te %d \\'),
    ('"\\u043a%d"', "к%d"),
    ("'it\"s [%d] = '", 'it"s [%d] = '),
    ('"ключ%d"', "ключ%d"),
)
# How a value can be written so that it begins with its own mark.
SCALARS = (
    '"mark%d"',
    '"mark%d # no comment ] } , = [x] \\" \\\\"',
    "'mark%d \" # ] } \\'",
    '"""mark%d"""',
    '"""mark%d\n[no.header]\nno = "key"\n\\""" ""still inside"""""',
    "'''mark%d\n[[no.header]]\n# no comment ''still inside'''''",
    '"""\\\n   mark%d\\\n  \n  """',
)
PLAIN = ("1", "0x1F", "1_000.5e3", "inf", "true", "2024-10-15", "2024-10-15 07:32:00Z", "07:32:00", '""', "''")
BLANKS = ("", " ", "\t", "\n", "\n\n  ", " # ] } , \" ''' = [x]\n", "\n# [[x]]\n\t")


class Writer:
    """Writes a valid TOML document, each key and each marked value once."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._count = 0
        self.keys: dict[str, str] = {}

    def key(self) -> str:
        self._count += 1
        written, meaning = self._draw(st.sampled_from(KEYS))
        self.keys[meaning % self._count] = written % self._count
        return written % self._count

    def dotted(self) -> str:
        return self._draw(st.sampled_from([".", " . ", "\t."])).join(
            self.key() for _ in range(self._draw(st.integers(1, 3)))
        )

    def blank(self) -> str:
        return self._draw(st.sampled_from(BLANKS))

    def value(self, depth: int = 2) -> str:
        kind = self._draw(st.sampled_from(["marked", "plain", "array", "table"] if depth else ["marked", "plain"]))
        self._count += 1
        if kind == "marked":
            return self._draw(st.sampled_from(SCALARS)).replace("%d", f"{self._count};")
        if kind == "plain":
            return self._draw(st.sampled_from(PLAIN))
        parts = range(self._draw(st.integers(0, 3)))
        if kind == "array":
            inner = [f"{self.blank()}{self.value(depth - 1)}{self.blank()}" for _ in parts]
            comma = "," if inner and self._draw(st.booleans()) else ""
            return f"[{','.join(inner)}{comma}{self.blank()}]"
        pairs = [f" {self.dotted()} = {self.value(depth - 1)} " for _ in parts]
        return f"{{{','.join(pairs)}}}"

    def pairs(self) -> str:
        equals = self._draw(st.sampled_from(["=", " = ", "\t=  "]))
        lines = [
            f"{self._draw(st.sampled_from(['', '  ']))}{self.dotted()}{equals}{self.value()} # end\n"
            for _ in range(self._draw(st.integers(0, 3)))
        ]
        return "\n".join(lines)

    def document(self) -> str:
        text = self.pairs()
        arrays: list[str] = []
        headers: list[str] = []
        for _ in range(self._draw(st.integers(0, 5))):
            kind = self._draw(st.sampled_from(["table", "array", "again"]))
            if kind == "again" and arrays:
                header = self._draw(st.sampled_from(arrays))
                # A new element of an array starts afresh; tables below the last element are out of reach.
                headers = [other for other in headers if not other.startswith(f"{header}.")]
                arrays = [other for other in arrays if not other.startswith(f"{header}.")]
                brackets = "[[%s]]"
            else:
                parent = self._draw(st.sampled_from(["", *headers]))
                header = f"{parent}.{self.dotted()}" if parent else self.dotted()
                headers.append(header)
                arrays += [header] if kind == "array" else []
                brackets = "[[ %s ]]" if kind == "array" else "[ %s ]"
            text += f"{brackets % header}  # [x]\n{self.pairs()}"
        return text


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A TOML document, and how each of its keys is written."""
    writer = Writer(draw)
    return writer.document(), writer.keys


def paths(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every key path inside ``data`` with its value."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for part, value in pairs:
        yield (*path, part), value
        yield from paths(value, (*path, part))


def text_at(text: str, position: Position) -> str:
    """What stands at ``position``, up to the end of the document."""
    lines = text.split("\n")
    return "\n".join([lines[position.line - 1][position.column - 1 :], *lines[position.line :]])


@given(documents())
def test_every_key_of_the_data_has_a_position_and_every_position_a_key(document: tuple[str, dict[str, str]]) -> None:
    text, _ = document
    positions = set(locate(text))
    assert positions == {path for path, _ in paths(tomllib.loads(text))}
    # tomlkit gives up on some valid documents whose tables stand in no order.
    with contextlib.suppress(TOMLKitError):
        assert positions == {path for path, _ in paths(tomlkit.parse(text).unwrap())}


@given(documents())
def test_the_text_at_a_position_begins_with_the_key_or_the_header_that_holds_it(
    document: tuple[str, dict[str, str]],
) -> None:
    text, keys = document
    for path, position in locate(text).items():
        here = text_at(text, position)
        line = here.split("\n", 1)[0]
        names = [keys[part] for part in path if isinstance(part, str)]
        if isinstance(path[-1], str) and not here.startswith("["):
            assert re.match(r"(?s).*?" + re.escape(names[-1]) + r"[ \t]*[.=]", line)
        elif here.startswith("[") and isinstance(path[-1], str):
            assert names[-1] in line


@given(documents())
def test_the_value_of_a_key_begins_where_the_position_says(document: tuple[str, dict[str, str]]) -> None:
    text, _ = document
    positions = locate(text)
    for path, value in paths(tomllib.loads(text)):
        if not (isinstance(value, str) and value.startswith("mark")):
            continue
        here = text_at(text, positions[path])
        mark = value[: value.index(";") + 1]
        # Nothing but quotes stands before an element; nothing but its key and quotes before the value of a key.
        before = here[: here.index(mark)]
        assert "mark" not in before
        if isinstance(path[-1], int):
            assert before.strip("\"'\\\n ") == ""
        else:
            assert "\n" not in before.rstrip("\"'\\\n ")


DATA = st.recursive(
    st.one_of(st.text(max_size=12), st.integers(-(2**40), 2**40), st.booleans(), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=6), DATA, max_size=5))
def test_documents_that_tomlkit_writes_are_located_whole(data: dict[str, Any]) -> None:
    text = tomlkit.dumps(data)
    assert set(locate(text)) == {path for path, _ in paths(tomllib.loads(text))}


DOCUMENT = """\
title = "x"
all = [["a", "b"], # comment
       "c"]

[examples]
match = [
  "one",
  "two",
]

[[feeds]]
url = "first"
[feeds.extra]
deep = { a.b = 1, c = [2] }
[[feeds]]
  url = "second"
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("title",), 1, 1),
        (("all",), 2, 1),
        (("all", 0), 2, 8),
        (("all", 0, 1), 2, 14),
        (("all", 1), 3, 8),
        (("examples",), 5, 1),
        (("examples", "match", 1), 8, 3),
        (("feeds", 0), 11, 1),
        (("feeds", 0, "url"), 12, 1),
        (("feeds", 0, "extra"), 13, 1),
        (("feeds", 0, "extra", "deep", "a", "b"), 14, 10),
        (("feeds", 0, "extra", "deep", "c", 0), 14, 24),
        (("feeds", 1), 15, 1),
        (("feeds", 1, "url"), 16, 3),
    ],
    ids=str,
)
def test_a_key_is_found_where_it_is_written(path: Path, line: int, column: int) -> None:
    assert locate(DOCUMENT)[path] == Position(line, column)


def test_windows_line_ends_do_not_move_a_key() -> None:
    assert locate(DOCUMENT.replace("\n", "\r\n")) == locate(DOCUMENT)


def test_a_key_that_is_not_written_is_placed_at_its_nearest_written_ancestor() -> None:
    positions = locate(DOCUMENT)
    assert nearest(positions, ("feeds", 1, "interval")) == positions["feeds", 1]


def test_a_key_without_any_written_ancestor_is_placed_at_the_first_line() -> None:
    assert nearest(locate(DOCUMENT), ("polling", "interval")) == Position(1, 1)


def test_an_empty_document_has_no_positions() -> None:
    assert locate("") == {}
