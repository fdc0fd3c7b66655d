"""What a feed asks of those who poll it: how often to come, and when not to. Pacing decides what comes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MINUTES = re.compile(r"\+?(\d{1,12})(?:\.\d{0,9})?\s*(?:m|min|mins|minutes?)?\.?", re.IGNORECASE | re.ASCII)
_LONGEST = 366 * 86_400.0
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ITEMS = re.compile(r"<(?:item|entry)[\s>]")
_SKIPPED = {
    what: (re.compile(rf"<skip{what}s(?:\s[^<>]*)?>", re.IGNORECASE), re.compile(f"</skip{what}s>", re.IGNORECASE))
    for what in ("hour", "day")
}
_NO_MARKUP = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_LONGEST_LIST = 4_000
_ONE = re.compile(r"<(?:hour|day)>\s*([\w-]{1,12})\s*</(?:hour|day)>", re.IGNORECASE)


def ttl(feed: Mapping[str, Any]) -> float:
    """Seconds that the feed asks to be left alone after a poll (RSS 2.0 ``ttl``, in minutes), 0 when it does not say or
    says what cannot be meant.

    ``sy:updatePeriod`` of RSS 1.0 tells how often a feed is written, which its rhythm tells better: the most used
    system says "hourly" of every feed.
    """
    minutes = _MINUTES.fullmatch(str(feed.get("ttl") or "").strip())
    return int(minutes[1]) * 60.0 if minutes and 0 < int(minutes[1]) * 60.0 <= _LONGEST else 0.0


def skipped(document: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The hours (0 to 23, UTC) and the days (Monday is 0) in which the RSS document asks not to be polled.

    Hour 24 is 0, as RSS 0.91 counts from 1 to 24. feedparser keeps only the last of each, so they are read here.
    """
    if "skip" not in document and "Skip" not in document and "SKIP" not in document:
        return (), ()
    first = _ITEMS.search(document)
    last = document.rfind("</item>")
    # What an item says is its text.
    channel = document[: first.start()] + document[max(last, first.start()) :] if first else document
    channel = _NO_MARKUP.sub(" ", channel)
    hours = {int(one) % 24 for one in _listed(channel, "hour") if one.isascii() and one.isdigit() and int(one) <= 24}
    days = {_DAYS.index(one.lower()) for one in _listed(channel, "day") if one.lower() in _DAYS}
    return tuple(sorted(hours)), tuple(sorted(days))


def _listed(channel: str, what: str) -> list[str]:
    opens, closes = _SKIPPED[what]
    start = opens.search(channel)
    end = closes.search(channel, start.end(), start.end() + _LONGEST_LIST) if start else None
    return _ONE.findall(channel, start.end(), end.start()) if start and end else []
