"""When is a feed due next? Pure policy over what the user wants, what the server asks and how the last poll went."""

from __future__ import annotations

from monitor.feeds.headers import LONGEST_WAIT

BACKOFF_CAP = 6 * 3600.0
"""Seconds. No feed is given up: even one that has failed for weeks is asked a few times a day."""
_JITTER = 0.1


def after_success(interval: float, fresh_for: float, spread: float) -> float:
    """Seconds until the next poll. The interval is a floor, the server's max-age another; ``spread`` (0 to 1) adds up
    to a tenth.

    Chance only ever adds: a poll before its time would be impolite, and servers count.
    """
    return max(interval, min(fresh_for, LONGEST_WAIT)) * (1 + _JITTER * spread)


def after_failure(
    interval: float, failures: int, retry_after: float, spread: float, reached_nobody: bool = False
) -> float:
    """Seconds until the next poll after ``failures`` (1 or more) failed ones in a row: doubling, up to the cap, at
    least Retry-After.

    A poll that reached nobody (``reached_nobody``) burdened nobody, and it may be the user's own network that is down,
    for all feeds at once: they keep to their interval, so that they are all back soon after it is.
    """
    backoff = interval if reached_nobody else min(interval * 2.0 ** min(failures - 1, 20), max(BACKOFF_CAP, interval))
    return max(backoff * (1 + _JITTER * spread), min(retry_after, LONGEST_WAIT))
