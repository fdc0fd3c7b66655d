"""What the text of an item is compared by, to see whether it was edited."""

from __future__ import annotations

import hashlib


def text_key(title: str, summary: str, body: str) -> str:
    """Two halves: that of the title, and that of the rest."""
    return _short(title) + _short(f"{summary}\n{body}")


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
