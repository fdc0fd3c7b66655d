"""Dates of entries. They are advice: one that cannot be, or that leaves open which instant it means, is unknown.

A wrong time told as a fact is worse than none. So a date without a time or without a zone names no instant, nor does
one in a zone whose name has several meanings (IST, BST). The day that is written there is known all the same.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

# Years that a news item can bear; outside of them a date is a mistake.
_EARLIEST, _LATEST = calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.timegm((2100, 1, 1, 0, 0, 0))
# RFC 5322 section 4.3, then names that mean one thing to everybody who writes them. Hours east of Greenwich.
_ZONES = {
    name: hours
    for names, hours in (
        ("Z UT UTC GMT WET", 0),
        ("WEST CET MEZ", 1),
        ("CEST MESZ EET SAST", 2),
        ("EEST MSK", 3),
        ("PKT", 5),
        ("HKT SGT", 8),
        ("WIB", 7),
        ("JST KST", 9),
        ("AEST", 10),
        ("AEDT", 11),
        ("NZST", 12),
        ("NZDT", 13),
        ("EDT", -4),
        ("EST CDT", -5),
        ("CST MDT", -6),
        ("MST PDT", -7),
        ("PST", -8),
    )
    for name in names.split()
}
_MOSCOW_SINCE = datetime(2014, 10, 26, tzinfo=UTC)
"""Since then Moscow's time is UTC+3 all year round; before, MSK meant +4 or +3."""
_MONTHS = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * month : 3 * month + 3]: month + 1 for month in range(12)}
# Portuguese names, as Brazilian sites write them, some of them Spanish, German and Romanian, too.
_MONTHS |= {"fev": 2, "abr": 4, "mai": 5, "ago": 8, "set": 9, "out": 10, "dez": 12}
_TIME = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?\s*(.{0,40})"
_INTERNET = re.compile(
    r"(?:[a-z]{2,9}\.?\s?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]{0,6}\.?,?[\s-]+(\d{4}|\d\d),?\s+" + _TIME,
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T\s]\s*" + _TIME, re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(
    r"(?:GMT|UTC)?\s?([+-])(\d\d?):?(\d\d)?(?:\s*\([^()]*\)|\s*\[[\w/+-]*\]|\s+[a-z]{3,5})?", re.IGNORECASE | re.ASCII
)
# As ctime and Twitter's interface write it, the year behind the time; and the American order of day and month.
_YEAR_LAST = re.compile(
    r"[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d\d:\d\d:\d\d)\s+([a-z]{2,5}|[+-]\d{4})\s+(\d{4})", re.IGNORECASE | re.ASCII
)
_MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},?\s+)?([a-z]{3})[a-z]{0,6}\s+(\d{1,2}),?\s+(\d{4}),?\s+(\d.*)", re.IGNORECASE | re.ASCII
)
_DAY_MONTH = re.compile(
    r"(?:[a-z]{2,9}\.?\s?,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]{0,6}\.?,?[\s-]+(\d{4})(?!\d)", re.IGNORECASE | re.ASCII
)
_MONTH_DAY = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?([a-z]{3})[a-z]{0,6}\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)", re.IGNORECASE | re.ASCII
)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2}|(?<=[-/.])\d)\2(\d{2}|(?<=[-/.])\d)(?![\d/.-])", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)", re.ASCII)
# A time that there is not makes its day as doubtful.
_NO_TIME = re.compile(r"[T\s]\s*(?:(?:2[4-9]|[3-9]\d):|\d{1,2}:[6-9]\d|\d{1,2}:\d\d:(?:6[1-9]|[7-9]\d))", re.ASCII)
# Each with the places of year, month and day in it.
_DAYS = ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2)), (_YEAR_FIRST, (1, 3, 4)), (_DOTTED, (3, 2, 1)))
_KOREAN = re.compile("[\uac00-\ud7a3]")
_ENDS_IN_A_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\b(?:UT|UTC|GMT|[ECMP][SD]T))$", re.IGNORECASE | re.ASCII)


def moment(written: str, parts: Any = None) -> float | None:
    """The instant that ``written`` names, unix seconds; None when it names none, or one that no news can have.

    RFC 5322 section 3.3 and RFC 3339, both read leniently. ``parts``: what feedparser made of it, a UTC time tuple; it
    is asked only about other forms (Korean, Greek, Hungarian), and believed only where a zone is written or implied.
    """
    written = _reordered(written.strip()[:100])
    try:
        found = _internet(written) or _iso(written)
        if found:
            seconds = found.timestamp()
        elif parts and not _INTERNET.match(written) and not _ISO.match(written) and _has_zone(written):
            seconds = float(calendar.timegm(parts))
        else:
            return None
    except (ValueError, OverflowError, TypeError):
        return None
    return seconds if _EARLIEST <= seconds < _LATEST else None


Published = tuple[float | None, str]
"""When an entry was published: an instant, or, where none is known, perhaps a day (``2026-11-22``)."""


def published(dates: Iterable[tuple[str, Any]]) -> Published:
    """The first instant among the ``dates`` of an entry, each as written and as feedparser has it (see ``moment``);
    where there is none, the first day.
    """
    dates = list(dates)
    for written, parts in dates:
        if (instant := moment(written, parts)) is not None:
            return instant, ""
    return None, next((found for written, _ in dates if (found := day(written))), "")


def day(written: str) -> str:
    """The day that ``written`` begins with, as the publisher's own calendar has it: ``2026-11-22``; empty when there is
    none, or one that no news can have. For dates of which ``moment`` knows no instant.
    """
    written = _reordered(written.strip()[:100])
    for pattern, places in (
        (_DAY_MONTH, (3, 2, 1)),
        (_MONTH_DAY, (3, 1, 2)),
        (_YEAR_FIRST, (1, 3, 4)),
        (_DOTTED, (3, 2, 1)),
    ):
        if (match := pattern.match(written)) and not _NO_TIME.match(written, match.end()):
            year, month, number = (match[place] for place in places)
            try:
                found = date(int(year), _MONTHS.get(month.lower()) or int(month), int(number))
            except ValueError:
                continue
            return found.isoformat() if 1970 <= found.year < 2100 else ""
    return ""


def _reordered(written: str) -> str:
    """``written`` in the order of RFC 5322 where it has another one."""
    if match := _YEAR_LAST.fullmatch(written):
        month, day, time, zone, year = match.groups()
        return f"{day} {month} {year} {time} {zone}"
    if match := _MONTH_FIRST.fullmatch(written):
        month, day, year, time = match.groups()
        return f"{day} {month} {year} {time}"
    return written


def _internet(written: str) -> datetime | None:
    match = _INTERNET.fullmatch(written)
    month = _MONTHS.get(match[2].lower()) if match else None
    if not match or not month:
        return None
    year = int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 5322 section 4.3
    return _instant(year, month, int(match[1]), match.groups()[3:])


def _iso(written: str) -> datetime | None:
    match = _ISO.fullmatch(written)
    return _instant(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:]) if match else None


def _instant(year: int, month: int, day: int, time: tuple[str | None, ...]) -> datetime | None:
    """Raises ValueError when there is no such day or time."""
    hour, minute, second, zone = time
    offset = _offset(zone or "")
    if offset is None:
        return None
    leap = min(int(second or 0), 59) if second != "60" else 59
    if second and int(second) > 60:
        raise ValueError("no such second")
    found = datetime(year, month, day, int(hour or 0), int(minute or 0), leap, tzinfo=timezone(offset))
    return None if (zone or "").upper() == "MSK" and found < _MOSCOW_SINCE else found


def _offset(zone: str) -> timedelta | None:
    match = _OFFSET.fullmatch(zone.strip())
    if not match:
        hours = _ZONES.get(zone.strip().upper().removeprefix("ETC/"))
        return None if hours is None else timedelta(hours=hours)
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    # The widest that is in use anywhere is 14 hours; ValueError otherwise, as of an hour 25.
    if size > timedelta(hours=14) or int(match[3] or 0) > 59:
        raise ValueError("no such zone")
    return -size if match[1] == "-" else size


def _has_zone(written: str) -> bool:
    return bool(_ENDS_IN_A_ZONE.search(written) or _KOREAN.search(written))
