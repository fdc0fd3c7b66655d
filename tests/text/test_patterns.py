"""Regular expressions that every supported Python reads alike. Before 3.11.5 possessive quantifiers and atomic groups
are misread, so there are none.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from re import _constants as ops
from re import _parser as parser

import pytest

import monitor
from monitor.text.clean import plain

ROOT = Path(monitor.__file__).parents[1]
MODULES = [found.name for found in pkgutil.walk_packages(monitor.__path__, "monitor.") if "__main__" not in found.name]


_SUSPECT = re.compile(r"[*+?}]\+|\(\?>")
"""What a possessive quantifier or an atomic group has, whatever else it may be a part of."""


def is_misread(pattern: str | bytes, flags: int = 0) -> bool:
    """Whether early Pythons read ``pattern`` otherwise; what is no pattern is not."""
    if not _SUSPECT.search(pattern if isinstance(pattern, str) else pattern.decode("latin-1")):
        return False
    if isinstance(pattern, str):
        flags &= ~re.UNICODE
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = parser.parse(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return False
    return any(op in (ops.POSSESSIVE_REPEAT, ops.ATOMIC_GROUP) for op in operations(tree))


def operations(tree: object) -> Iterator[object]:
    """All that a parsed pattern consists of."""
    if isinstance(tree, parser.SubPattern | list | tuple):
        for part in tree:
            yield from operations(part)
    elif isinstance(tree, type(ops.ATOMIC_GROUP)):
        yield tree


def texts(source: str) -> Iterator[str | bytes]:
    """All literals of a module; what an f-string puts in is a letter."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


def compiled(value: object) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """The patterns that a module keeps, also in its tables."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from compiled([*value.keys(), *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from compiled(part)


@pytest.mark.parametrize("pattern", ["(?:ab)*+c", "a++", "x{1,2}+", "(?>a|b)c", "(?=(a(?:b)?+))"])
def test_P01_what_early_pythons_misread_is_recognised(pattern: str) -> None:
    assert is_misread(pattern)
    assert is_misread(pattern.encode())


@pytest.mark.parametrize("folder", ["monitor", "bench"])
def test_P01_no_text_is_a_pattern_that_early_pythons_misread(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    found = [(file.name, text) for file in files for text in texts(file.read_text("utf-8")) if is_misread(text)]
    assert found == []


def test_P01_no_module_builds_a_pattern_that_early_pythons_misread() -> None:
    kept = [(name, one) for name in MODULES for one in compiled(vars(importlib.import_module(name)))]
    assert len(kept) > 50
    assert [(name, one.pattern) for name, one in kept if is_misread(one.pattern, one.flags)] == []


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<img src=x onerror=alert(1)>hello", "hello"),
        ("<a href='x'>Pakistan", "Pakistan"),
        ('<a href="https://news.example/?a=1&amp;b=2" class=link>BRICS</a> summit', "BRICS summit"),
        ("<input type=checkbox checked disabled>Gwadar", "Gwadar"),
        ("<o:p style='a:b'>Lahore</o:p>", "Lahore"),
        ('<span title="1 < 2">Karachi</span>', "Karachi"),
        ("<svg/onload=alert(1)>Quetta", "Quetta"),
        ('<!DOCTYPE html PUBLIC "x"><p lang=ur dir=rtl>پاکستان</p>', "پاکستان"),
        ("Inflation <b and c> falls as 3 < 5", "Inflation <b and c> falls as 3 < 5"),
    ],
)
def test_P01_tags_with_attributes_leave_nothing_behind(markup: str, text: str) -> None:
    assert plain(markup) == text
