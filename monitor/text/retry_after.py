"""What ``Retry-After`` says about when to come back, read leniently and never trusted beyond a cap. For feeds and for
webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 86_400.0
"""Seconds. A server may ask for more patience than a news monitor can have: a year-long max-age would hide a year of
news.
"""


def http_date(text: str) -> float | None:
    """Unix time of an HTTP date in any of its three forms (RFC 9110 section 5.6.7), None when it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, OSError, ValueError):
        return None


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds that ``Retry-After`` asks to wait, at most a day; 0 when absent or senseless.

    A date is taken relative to the server's own ``Date``, whose clock may differ from ours; ``now`` is used without
    one.
    """
    value = headers.get("Retry-After", "").strip()
    if not value:
        return 0.0
    if value.isascii() and value.isdigit():
        return min(float(value[:18]), LONGEST_WAIT)
    until = http_date(value)
    if until is None:
        return 0.0
    start = http_date(headers.get("Date", ""))
    return min(max(0.0, until - (now if start is None else start)), LONGEST_WAIT)
