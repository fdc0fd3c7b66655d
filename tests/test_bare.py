"""What the tests need of a system: Python, its venv module, make, and what every Debian has."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_P02_no_test_is_skipped_for_want_of_a_program() -> None:
    asking = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "which"
    ]
    assert asking == []
