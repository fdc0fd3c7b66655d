"""What the tests need of a system: Python, its venv module, make, and what every Debian has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EVERYWHERE = {"bash", "sh"}


def test_P02_no_test_is_skipped_for_want_of_a_program() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py")]
    wanted = {name for source in sources for name in re.findall(r"""\bwhich\(["'](\w+)""", source)}
    assert wanted <= EVERYWHERE
