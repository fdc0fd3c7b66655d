"""What ``Retry-After`` says about when to come back, read leniently and never trusted beyond a cap. For feeds and for
webhooks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime

# As the RFC has it, and as servers write it, too: "120.5", "120 s".
_SECONDS = re.compile(r"\+?(\d+(?:\.\d+)?)\s?(?:s|secs?|seconds?)?", re.ASCII | re.IGNORECASE)
LONGEST_WAIT = 86_400.0
"""Seconds. A server may ask for more patience than a news monitor can have: a year-long max-age would hide a year of
news.
"""


def values(headers: Mapping[str, str], name: str) -> Sequence[str]:
    """All values of the header ``name``, in order: of those of an HTTP library, each that was sent; of a plain mapping,
    its one.
    """
    getall = getattr(headers, "getall", None)
    if getall is not None:
        found: Sequence[str] = getall(name, ())
        return found
    return (headers[name],) if name in headers else ()


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


def server_time(headers: Mapping[str, str], now: float) -> float:
    """Unix time at which the server says it answered (``Date``), whose clock may differ from ours; ``now`` when it does
    not say.
    """
    said = http_date(headers.get("Date", ""))
    return now if said is None else said


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Seconds that ``Retry-After`` asks to wait (RFC 9110 section 10.2.3), at most a day; 0 when absent or senseless.

    A date is taken relative to the server's own ``Date``, whose clock may differ from ours; ``now`` is used without
    one. Of several headers the longest wait counts: waiting too long is late, coming too early is banned.
    """
    waits = [_asked(value, headers, now) or 0.0 for value in values(headers, "Retry-After")]
    return min(max(waits, default=0.0), LONGEST_WAIT)


def oddity(headers: Mapping[str, str], now: float) -> str:
    """What is wrong with ``Retry-After``, in words for the user; empty when nothing is."""
    waits = [_asked(value, headers, now) for value in values(headers, "Retry-After")]
    if None in waits:
        return "its Retry-After makes no sense"
    return "its Retry-After is longer than a day" if any(wait and wait > LONGEST_WAIT for wait in waits) else ""


def _asked(value: str, headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that one value asks for, however many; None when it is neither numbers nor a date."""
    numbers = [_SECONDS.fullmatch(part.strip()) for part in value[:200].split(",")]  # as caches join two headers
    if all(numbers):
        return max(float(number[1]) for number in numbers if number)
    until = http_date(value.strip())
    return None if until is None else max(0.0, until - server_time(headers, now))
