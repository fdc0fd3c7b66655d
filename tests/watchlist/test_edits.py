"""Changes to the text of a watchlist."""

from __future__ import annotations

import pytest

from monitor.errors import EditError
from monitor.watchlist import edits

TEXT = """\
title   = "BRICS bid"
all     = [["@pakistan", "@islamabad^0.75"], "@brics"]   # every entry
near    = 30             # tokens
none    = ["cricket"]

[examples]
match   = ["Pakistan applies to join BRICS"]
"""


@pytest.mark.parametrize(
    ("term", "where", "line"),
    [
        ("Kasur", "all:1", 'all     = [["@pakistan", "@islamabad^0.75", "Kasur"], "@brics"]   # every entry'),
        (
            "Kasur^0.5",
            "@islamabad",
            'all     = [["@pakistan", "@islamabad^0.75", "Kasur^0.5"], "@brics"]   # every entry',
        ),
        ("bloc", "all:2", 'all     = [["@pakistan", "@islamabad^0.75"], ["@brics", "bloc"]]   # every entry'),
        ("bid", "new", 'all     = [["@pakistan", "@islamabad^0.75"], "@brics", "bid"]   # every entry'),
        ("PSL", "none", 'none    = ["cricket", "PSL"]'),
        ("football", "cricket", 'none    = ["cricket", "football"]'),
        ("bid", "context", 'context = ["bid"]'),
        ("Pakistan BRICS", "any", 'any     = ["Pakistan BRICS"]'),
        ("bricks", "except", 'except  = ["bricks"]'),
    ],
)
def test_a_term_is_added_where_it_belongs(term: str, where: str, line: str) -> None:
    before, after = TEXT.splitlines(), edits.add_term(TEXT, term, where).splitlines()
    assert [one for one in after if one not in before] == [line]
    assert len([one for one in before if one not in after]) <= 1


def test_a_new_key_stands_in_the_order_of_the_guide() -> None:
    keys = [line.split()[0] for line in edits.add_term(TEXT, "bid", "context").splitlines()[:5]]
    assert keys == ["title", "all", "near", "context", "none"]
    assert edits.add_term(TEXT, "bid", "any").splitlines()[1].startswith("any ")


def test_without_a_place_the_only_one_is_taken() -> None:
    assert edits.add_term('title = "x"\nany = ["a b"]\n', "c d") == 'title = "x"\nany = ["a b", "c d"]\n'
    assert edits.add_term('title = "x"\nall = ["a b"]\n', "c d") == 'title = "x"\nall = [["a b", "c d"]]\n'


@pytest.mark.parametrize(
    ("term", "where", "told"),
    [
        ("Kasur", "", r"say where it belongs: .* all:1: @pakistan \| @islamabad; all:2: @brics"),
        ("Kasur", "all:3", r"there is no all:3; there is all:1: @pakistan"),
        ("Kasur", "@pakistn", r'no place "@pakistn", nor a term of that name; did you mean "@pakistan"\?'),
        ("@islamabad", "all:1", r'"@islamabad\^0.75" is already in all:1; to give it another weight'),
        ("x", "none", "is a single letter"),
        ("a^7", "none", "the weight"),
    ],
)
def test_what_cannot_be_added_is_said_with_advice(term: str, where: str, told: str) -> None:
    with pytest.raises(EditError, match=told):
        edits.add_term(TEXT, term, where)


@pytest.mark.parametrize(("term", "where"), [("@pakistan", "all:1"), ("cricket", "none"), ("@brics", "new")])
def test_a_term_that_is_there_is_nothing_to_do(term: str, where: str) -> None:
    with pytest.raises(edits.NothingToDo, match="is already in"):
        edits.add_term(TEXT, term, where)


def test_a_term_is_removed_wherever_it_stands_or_at_one_place() -> None:
    both = edits.add_term(TEXT, "@islamabad", "context")
    assert "islamabad" not in edits.remove_term(both, "@islamabad")
    assert "islamabad^0.75" in edits.remove_term(both, "@islamabad", "context")
    assert edits.remove_term(edits.add_term(TEXT, "Kasur", "all:1"), "Kasur") == TEXT


def test_the_last_term_of_an_entry_goes_only_where_the_entry_is_named() -> None:
    with pytest.raises(EditError, match=r'"@brics" is all of all:2: .* name the entry as the place: all:2'):
        edits.remove_term(TEXT, "@brics")
    assert 'all     = [["@pakistan", "@islamabad^0.75"]]' in edits.remove_term(TEXT, "@brics", "all:2")


def test_what_is_not_there_cannot_be_removed() -> None:
    with pytest.raises(EditError, match=r'"crickt" is not in it; did you mean "cricket"\?'):
        edits.remove_term(TEXT, "crickt")
    with pytest.raises(EditError, match=r'"cricket" is not in all:1'):
        edits.remove_term(TEXT, "cricket", "all:1")


def test_status_and_other_keys_are_set() -> None:
    closed = edits.set_status(TEXT, "closed")
    assert 'status  = "closed"\n\n[examples]' in closed
    assert edits.set_status(closed, "open") == closed.replace("closed", "open")
    with pytest.raises(edits.NothingToDo):
        edits.set_status(TEXT, "open")
    assert "near    = 12             # tokens" in edits.set_value(TEXT, "near", 12)
    with pytest.raises(EditError, match=r'no key "neer"; did you mean "near"\?'):
        edits.set_value(TEXT, "neer", 12)


def test_examples_are_added_once_and_never_to_both_lists() -> None:
    told = edits.add_example(TEXT, 'He said "no" to BRICS', match=False)
    assert told == TEXT + 'nomatch = ["He said \\"no\\" to BRICS"]\n'
    with pytest.raises(edits.NothingToDo):
        edits.add_example(told, 'He said "no" to BRICS', match=False)
    with pytest.raises(EditError, match="is an example under nomatch; remove it there first"):
        edits.add_example(told, 'He said "no" to BRICS', match=True)
    assert edits.add_example("title = 1\n", "x", match=True) == 'title = 1\n\n[examples]\nmatch = ["x"]\n'
