"""Numbers of things in words, and times and days as people write them."""

from __future__ import annotations

import re
from datetime import time


def counted(number: int, what: str, several: str = "") -> str:
    """``1 item``, ``2,000 items``; ``several`` where that is no mere s."""
    return f"{number:,} {what if number == 1 else several or what + 's'}"


# --- times and days --------------------------------------------------------------------------------------------------
# Times of day and days of the week, as people write them.


EVERY_DAY = frozenset(range(7))
"""0 is Monday."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SETS_OF_DAYS = {"weekdays": frozenset(range(5)), "weekend": frozenset((5, 6)), "daily": EVERY_DAY}
_DAYS_OF = {name: frozenset((day,)) for names in (_DAYS, _LONG_DAYS) for day, name in enumerate(names)} | _SETS_OF_DAYS
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def parse_time(text: object) -> time:
    """``"22:00"`` as a time of day."""
    if not isinstance(text, str):  # a number, or a time as TOML itself knows it
        raise ValueError(f'{text} is no time of day here: write it in quotes, for example "22:00"')
    match = _TIME.fullmatch(text.strip())
    if not match:
        hint = 'midnight is "00:00"' if text.strip() == "24:00" else 'write for example "07:30" or "22:00"'
        raise ValueError(f"{text!r} is no time of day: {hint}")
    return time(int(match[1]), int(match[2]))


def parse_days(names: object) -> frozenset[int]:
    """Days of the week by name (``mon`` or ``monday``), or as a set: ``weekdays``, ``weekend``, ``daily``."""
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f'{names!r} are no days of the week: write for example ["mon", "thu"] or "weekdays"')
    known = f"use {', '.join(_DAYS)}, or {', '.join(_SETS_OF_DAYS)}"
    if not names:
        raise ValueError(f"no days: {known}")
    days: frozenset[int] = frozenset()
    for name in names:
        if name.strip().lower() not in _DAYS_OF:
            raise ValueError(f"{name!r} is no day of the week: {known}")
        days |= _DAYS_OF[name.strip().lower()]
    return days
