"""Changes to TOML documents: what was asked for is changed, and every other byte stays."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path as File
from typing import Any

import pytest
import tomlkit
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.errors import EditError
from monitor.toml import edit
from monitor.toml.locate import Path
from monitor.toml.outline import Outline
from tests.test_toml_locator import documents, paths

ROOT = File(__file__).resolve().parents[1]
SHIPPED = sorted((ROOT / "watchlists").glob("*.toml"))


def changes(before: str, after: str) -> list[str]:
    """The lines that a change takes away (-) and brings (+)."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


# --- arrays ----------------------------------------------------------------------------------------------------------

ARRAYS = [
    # on one line
    ('a = ["x"]', 'a = ["x", "new"]'),
    ("a = []  # none", 'a = ["new"]  # none'),
    ("a = [ ]", 'a = [ "new" ]'),
    ("a = ['x', 'y',]", "a = ['x', 'y', 'new',]"),
    ('a = ["x"]          # here', 'a = ["x", "new"]   # here'),
    ('a = ["# ] no comment"] # b', 'a = ["# ] no comment", "new"] # b'),
    # one line for each
    ('a = [\n  "x",\n  "y",  # why\n]', 'a = [\n  "x",\n  "y",  # why\n  "new",\n]'),
    ('a = [\n\t"x",\n\t"y"  # why\n\t# end\n]', 'a = [\n\t"x",\n\t"y",  # why\n\t"new"\n\t# end\n]'),
    ('a = ["x",\n     "y"]', 'a = ["x",\n     "y",\n     "new"]'),
    ("a = [\r\n  1,\r\n  2\r\n]\r\n", 'a = [\r\n  1,\r\n  2,\r\n  "new"\r\n]\r\n'),
    ('a = [\n    "x"\n]', 'a = [\n    "x",\n    "new"\n]'),
    ("a = [\n  # none yet\n]", 'a = [\n  # none yet\n    "new"\n]'),
    # several to a line
    ('a = ["x", "y",\n     "z"]', 'a = ["x", "y",\n     "z", "new"]'),
    ('a = ["x", "y",\n     "z", # end\n  ]', 'a = ["x", "y",\n     "z", "new", # end\n  ]'),
    # commas at the beginning of lines
    ('a = [ "x"\n    , "y"\n    ]', 'a = [ "x"\n    , "y",\n      "new"\n    ]'),
    # tables in an array
    ("a = [{ t = 1 }]", 'a = [{ t = 1 }, "new"]'),
]


@pytest.mark.parametrize(("before", "after"), ARRAYS)
def test_an_element_is_added_in_the_style_of_the_others(before: str, after: str) -> None:
    assert edit.append(before, ("a",), "new") == after


@pytest.mark.parametrize(
    ("after", "before"), [pair for pair in ARRAYS if "none" not in pair[0] and "[ ]" not in pair[0]]
)
def test_taking_it_out_again_leaves_the_data_and_all_comments_as_they_were(after: str, before: str) -> None:
    taken = edit.remove_element(before, ("a", len(tomllib.loads(after)["a"])))
    assert tomllib.loads(taken) == tomllib.loads(after)
    assert comments(taken) == comments(before)


def test_a_line_that_would_be_too_long_is_broken_below_the_first_element() -> None:
    before = f'context = ["{"x" * 50}", "{"y" * 50}"]  # why\n'
    after = edit.append(before, ("context",), "z" * 20)
    assert after == f'context = ["{"x" * 50}", "{"y" * 50}",\n           "{"z" * 20}"]  # why\n'
    one_line = f'match = ["{"x" * 80}", "{"y" * 80}"]\n'
    assert edit.append(one_line, ("match",), "z").count("\n") == 1, "its author does not break lines"


REMOVALS = [
    ('a = ["x", "y", "z"]', 0, 'a = ["y", "z"]'),
    ('a = ["x", "y", "z"]', 1, 'a = ["x", "z"]'),
    ('a = ["x", "y", "z"]', 2, 'a = ["x", "y"]'),
    ('a = ["x", "y",]', 1, 'a = ["x",]'),
    ('a = [ "x" ]', 0, "a = []"),
    ('a = [\n  "x",\n  "y",\n  "z",\n]', 1, 'a = [\n  "x",\n  "z",\n]'),
    ('a = [\n  "x",\n  "y",\n  "z",\n]', 2, 'a = [\n  "x",\n  "y",\n]'),
    ('a = [\n  "x",\n  "y"\n]', 1, 'a = [\n  "x"\n]'),
    ('a = [\n  "x",  # why\n  "y"\n]', 0, 'a = [\n  # why\n  "y"\n]'),
    ('a = ["x", "y",\n     "z"]', 2, 'a = ["x", "y"]'),
    ('a = ["x", "y",\n     "z"]', 1, 'a = ["x",\n     "z"]'),
    ('a = ["x",\n     "z"]', 0, 'a = ["z"]'),
    ('a = ["x", # why\n     "z"]', 0, 'a = [# why\n     "z"]'),
    ('a = ["x", # why\n     "z"]', 1, 'a = ["x" # why\n     ]'),
    ('a = [\n  "x",\n]', 0, "a = []"),
    ('a = [\n  "x"\n  # still here\n  , "y"]', 0, 'a = [\n  \n  # still here\n   "y"]'),
]


@pytest.mark.parametrize(("before", "index", "after"), REMOVALS)
def test_an_element_goes_and_takes_nothing_with_it(before: str, index: int, after: str) -> None:
    assert edit.remove_element(before, ("a", index)) == after


def test_a_nested_array_and_one_in_an_inline_table_are_reached_by_their_path() -> None:
    before = 'all = [["a", "b"], "c"]\nexamples = { match = ["x"] }\n'
    after = edit.append(edit.append(before, ("all", 0), "n"), ("examples", "match"), "m")
    assert after == 'all = [["a", "b", "n"], "c"]\nexamples = { match = ["x", "m"] }\n'
    assert edit.wrap(after, ("all", 1)).startswith('all = [["a", "b", "n"], ["c"]]\n')


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_change_in_the_lines_of_the_edit_only(path: File) -> None:
    before = path.read_text("utf-8")
    data = tomllib.loads(before)
    for where, value in [pair for pair in paths(data) if isinstance(pair[1], list)]:
        after = edit.append(before, where, "New term")
        gone, come = (sum(line[0] == sign for line in changes(before, after)) for sign in "-+")
        assert gone == 1, f"{where}: {changes(before, after)}"
        assert come in (1, 2)
        assert edit.remove_element(after, (*where, len(value))) == before or "#" in "".join(changes(before, after))


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_value_is_exchanged_between_its_own_quotes() -> None:
    before = "title = 'x'  # named\nstatus  = \"open\"\n"
    assert edit.put(before, ("title",), "y") == "title = 'y'  # named\nstatus  = \"open\"\n"
    assert edit.put(before, ("title",), "it's") == 'title = "it\'s"  # named\nstatus  = "open"\n'
    assert edit.put(before, ("status",), "closed") == "title = 'x'  # named\nstatus  = \"closed\"\n"


KEYS = [
    (
        'title   = "x"\nall     = []\n\n[examples]\n',
        ("near",),
        'title   = "x"\nall     = []\nnear    = 3\n\n[examples]\n',
    ),
    ('title = "x"  # t\n# for later\n', ("near",), 'title = "x"  # t\nnear = 3\n# for later\n'),
    ('title = "x"', ("near",), 'title = "x"\nnear = 3'),
    ("\ufefftitle = 1\r\n\r\n[e]\r\n", ("near",), "\ufefftitle = 1\r\nnear = 3\r\n\r\n[e]\r\n"),
    ("name = 1\ntags = 2\n", ("near",), "name = 1\ntags = 2\nnear = 3\n"),
    ("name = 1\ntags = 2\n", ("nr",), "name = 1\ntags = 2\nnr = 3\n"),
    ("", ("near",), "near = 3\n"),
    ("# a file\n\n# about x\n[x]\n", ("near",), "# a file\n\nnear = 3\n\n# about x\n[x]\n"),
    ("a = 1\n[x]  # here\n\n[y]\n", ("x", "near"), "a = 1\n[x]  # here\nnear = 3\n\n[y]\n"),
    ("a = 1\n", ("x", "near"), "a = 1\n\n[x]\nnear = 3\n"),
    ("x = { a = 1 }\n", ("x", "near"), "x = { a = 1, near = 3 }\n"),
    ("x = {}\n", ("x", "near"), "x = { near = 3 }\n"),
    ("x.a = 1\nb = 2\n", ("x", "near"), "x.a = 1\nx.near = 3\nb = 2\n"),
    ("[[f]]\nu = 1\n[[f]]\nu = 2\n", ("f", 0, "near"), "[[f]]\nu = 1\nnear = 3\n[[f]]\nu = 2\n"),
]


@pytest.mark.parametrize(("before", "path", "after"), KEYS)
def test_a_new_key_stands_with_those_of_its_table(before: str, path: Path, after: str) -> None:
    assert edit.put(before, path, 3) == after
    assert tomllib.loads(edit.drop(after, path).lstrip("\ufeff")).get(path[0]) != 3


def test_a_new_key_stands_behind_the_one_that_is_named() -> None:
    before = "title = 1\nall = 2\nnear = 3\n"
    assert edit.put(before, ("any",), 4, after=("title", "any")) == "title = 1\nany = 4\nall = 2\nnear = 3\n"


def test_a_key_goes_and_its_comment_stays() -> None:
    assert edit.drop("a = 1\nb = 2  # why\nc = 3", ("b",)) == "a = 1\n# why\nc = 3"
    assert edit.drop("a = 1\nb = 2", ("b",)) == "a = 1"
    assert edit.drop("x = { a = 1, b = 2 }", ("x", "a")) == "x = { b = 2 }"


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_table_is_appended_in_the_style_of_the_last_one() -> None:
    before = '[a]\nkind  = "x"\nnames = ["y"]'
    after = edit.add_table(before, "b c", {"kind": "z", "names": []})
    assert after == before + '\n\n["b c"]\nkind  = "z"\nnames = []'
    with pytest.raises(EditError, match=r"\[a\] is already there"):
        edit.add_table(before, "a", {})


def test_an_array_of_tables_grows_behind_its_last_one() -> None:
    before = "[[feeds]]\r\nurl = 1\r\n[feeds.more]\r\nx = 1  # end\r\n\r\n[other]\r\n"
    after = edit.append_table(before, "feeds", {"url": 2})
    assert after == before.replace("# end\r\n", "# end\r\n\r\n[[feeds]]\r\nurl = 2\r\n")
    assert edit.append_table("a = 1\n", "feeds", {"url": 2}) == "a = 1\n\n[[feeds]]\nurl = 2\n"
    assert edit.append_table("feeds = []\n", "feeds", {"url": 2}) == "feeds = [{ url = 2 }]\n"


def test_several_tables_are_appended_as_one_after_the_other_would_be() -> None:
    tables = [{"url": 2}, {"url": 3, "tags": ["a"]}]
    for before in ("# head\n", "", "[[feeds]]\r\nurl  = 1\r\nnames = 2\r\n\r\n[other]\r\n", "feeds = [{ url = 1 }]\n"):
        one_by_one = before
        for table in tables:
            one_by_one = edit.append_table(one_by_one, "feeds", table)
        assert edit.append_tables(before, "feeds", tables) == one_by_one


def test_a_table_goes_with_its_own_comment_and_one_of_the_empty_lines_around_it() -> None:
    before = "# head\n\n[[f]]\nu = 1\n\n# about 2\n[[f]]\nu = 2\nv = [\n]\n\n# --- next ---\n\n[[f]]\nu = 3"
    assert edit.remove_table(before, ("f", 1)) == "# head\n\n[[f]]\nu = 1\n\n# --- next ---\n\n[[f]]\nu = 3"
    assert edit.remove_table(before, ("f", 2)) == before[: before.index("\n\n[[f]]\nu = 3")]
    assert edit.remove_table(before, ("f", 0)).startswith("# head\n\n# about 2\n[[f]]\nu = 2\n")


def test_a_table_is_renamed_wherever_it_is_written() -> None:
    before = "[a]  # x\nk = 1\n[a.b]\nk = 2\n[ c . a ]\n"
    assert edit.rename(before, ("a",), "new") == "[new]  # x\nk = 1\n[new.b]\nk = 2\n[ c . a ]\n"
    assert edit.rename("a.x = 1\na.y = 2\n", ("a",), "n m") == '"n m".x = 1\n"n m".y = 2\n'
    with pytest.raises(EditError, match="c is already there"):
        edit.rename(before, ("a",), "c")


WRONG: list[tuple[str, str, tuple[Any, ...]]] = [
    ("append", "a = 1\n", (("a",), 2)),
    ("remove_element", "a = []\n", (("a", 0),)),
    ("drop", "a = 1\n", (("b",),)),
    ("remove_table", "a.b = 1\n", (("a",),)),
    ("rename", "a = 1\n", (("b",), "c")),
]


@pytest.mark.parametrize(("name", "text", "rest"), WRONG, ids=[name for name, *_ in WRONG])
def test_what_cannot_be_done_is_said(name: str, text: str, rest: tuple[Any, ...]) -> None:
    with pytest.raises(EditError):
        getattr(edit, name)(text, *rest)


@pytest.mark.parametrize(
    ("name", "text", "rest"),
    [
        ("wrap", "a = 1\n", (("b",),)),
        ("append_table", "f = 5\n", ("f", {"u": 1})),
        ("append_table", "[f]\nu = 1\n", ("f", {"u": 1})),
    ],
)
def test_what_is_no_table_or_not_there_is_left_to_a_person(name: str, text: str, rest: tuple[Any, ...]) -> None:
    with pytest.raises(EditError, match="edit it by hand"):
        getattr(edit, name)(text, *rest)


# --- what tomlkit alone would lose -----------------------------------------------------------------------------------


def test_tables_in_no_order_stay_where_they_are() -> None:
    before = "[[f]]\nu = 1\n\n[o]\nx = 1\n\n[[f]]\nu = 2\n"
    assert tomlkit.dumps(tomlkit.parse(before)) != before, "whole documents can be given to tomlkit"
    assert edit.put(before, ("f", 1, "u"), 3) == before.replace("2", "3")
    assert edit.append_table(before, "f", {"u": 4}) == before + "\n[[f]]\nu = 4\n"


def test_spaces_in_a_header_stay() -> None:
    before = "[ a ]\n[[ a.b ]]\nx = 1\n"
    assert tomlkit.dumps(tomlkit.parse(before)) != before, "whole documents can be given to tomlkit"
    assert edit.put(before, ("a", "b", 0, "x"), 2) == before.replace("1", "2")


def test_the_space_behind_a_date_stays() -> None:
    before = "x = { until = 2024-10-20 }\ny = [ 2024-10-20 ]\nz = 1\n"
    assert tomlkit.dumps(tomlkit.parse(before)) != before, "whole documents can be given to tomlkit"
    assert edit.put(before, ("z",), 2) == before.replace("z = 1", "z = 2")
    assert edit.put(before, ("x", "until"), date(2024, 10, 21)) == before.replace("20 }", "21 }")
    assert edit.put(before, ("x", "a"), 1) == before.replace("20 }", "20, a = 1 }")


def test_a_comma_is_put_before_the_comment_of_the_last_element() -> None:
    before = 'a = [\n  "y"  # why\n  # end\n]\n'
    document = tomlkit.parse(before)
    document["a"].append("z")
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(tomlkit.dumps(document))
    assert edit.append(before, ("a",), "z") == 'a = [\n  "y",  # why\n  "z"\n  # end\n]\n'


def test_the_comment_of_an_element_outlives_it() -> None:
    before = 'a = [\n  "x",\n  "y",  # the next ones, too\n  "z",\n]\n'
    document = tomlkit.parse(before)
    del document["a"][1]
    assert "#" not in tomlkit.dumps(document), "tomlkit keeps comments"
    assert edit.remove_element(before, ("a", 1)) == before.replace('"y",  #', "#")


def test_a_comma_at_the_end_of_a_line_stays() -> None:
    document = tomlkit.parse('a = ["x",]')
    document["a"].append("y")
    assert tomlkit.dumps(document) == 'a = ["x", "y"]', "tomlkit keeps the comma"
    assert edit.append('a = ["x",]', ("a",), "y") == 'a = ["x", "y",]'


# --- any document ----------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:[^"\\]|\\.)*"|\'[^\']*\'|#[^\n]*', re.DOTALL
)


def comments(text: str) -> Counter[str]:
    """All comments of a document."""
    return Counter(token.rstrip("\r") for token in _TOKEN.findall(text) if token.startswith("#"))


def flat(data: Any) -> dict[Path, Any]:
    """Everything that is no container, by its path."""
    return {path: repr(value) for path, value in paths(data) if not isinstance(value, dict | list)}


VALUES = st.one_of(st.text(max_size=20), st.integers(-9, 9), st.booleans(), st.dates())


@given(documents(), st.data(), VALUES, st.booleans(), st.booleans())
def test_any_edit_of_any_document_changes_nothing_else(
    document: tuple[str, dict[str, str]], data: st.DataObject, value: Any, windows: bool, marked: bool
) -> None:
    text = document[0]
    if windows:
        text = text.replace("\n", "\r\n")
    body, before = text, tomllib.loads(text)
    if marked:
        text = "\ufeff" + text
    outline = Outline(body)
    places = [path for path, inner in paths(before) if path in outline.values]
    assume(places)
    path = data.draw(st.sampled_from(places))
    lost: Counter[str] = Counter()
    expected = flat(before)
    if outline.is_array(path):
        number = len(outline.elements(path))
        after = edit.append(text, path, value)
        expected[(*path, number)] = repr(value)
        again = edit.remove_element(after, (*path, number))
        assert comments(again) == comments(text)
        assert flat(tomllib.loads(again.lstrip("\ufeff"))) == flat(before)
    elif isinstance(path[-1], str) and path in outline.pairs and data.draw(st.booleans()):
        lost = comments(body[slice(*outline.values[path])])
        after = edit.drop(text, path)
        expected = {where: one for where, one in expected.items() if where[: len(path)] != path}
    else:
        lost = comments(body[slice(*outline.values[path])])
        after = edit.put(text, path, value)
        expected = {where: one for where, one in expected.items() if where[: len(path)] != path}
        expected[path] = repr(value)
    assert after.startswith("\ufeff") == marked
    assert flat(tomllib.loads(after.lstrip("\ufeff"))) == expected
    assert comments(after) == comments(text) - lost
    assert windows <= ("\n" not in after.replace("\r\n", ""))
    touched = [line for line in changes(text, after) if line.startswith("-")]
    lines = body[slice(*outline.values[path])].count("\n") + 1
    assert len(touched) <= lines
