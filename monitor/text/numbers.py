"""Numbers of things, in words."""

from __future__ import annotations


def counted(number: int, what: str, several: str = "") -> str:
    """``1 item``, ``2,000 items``; ``several`` where that is no mere s."""
    return f"{number:,} {what if number == 1 else several or what + 's'}"
