"""What of an item's texts does not count, as it is stored: JSON, and nothing for nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from monitor.model import Aside, Part
from monitor.store.faults import readable


def to_text(asides: Sequence[Aside]) -> str:
    """As a column holds them."""
    return json.dumps(asides, separators=(",", ":")) if asides else ""


def from_text(stored: str) -> tuple[Aside, ...]:
    """What a column holds."""
    if not stored:
        return ()
    with readable("what of an item is no story"):
        return tuple(Aside(field, start, end, Part(part)) for field, start, end, part in json.loads(stored))
