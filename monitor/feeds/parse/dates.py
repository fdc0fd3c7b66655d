"""The instants that dates of entries name. They are advice: a date that cannot be, or that leaves open which instant it
means, is unknown.

A wrong time told as a fact is worse than none. So a date without a time or without a zone names no instant, nor does
one in a zone whose name has several meanings (IST, BST). The day that is written there is known all the same.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from monitor.feeds.parse.days import day_in, month_of

# Years that a news item can bear; outside of them a date is a mistake.
_DAY = 86_400.0
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
_TIME = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d{1,12})?)?\s*(.{0,40})"
# The two forms that nearly all feeds write, for speed.
_INTERNET = re.compile(
    r"(?:[a-z]{2,9}\.?\s?,?\s*)?(\d{1,2})[\s-]+([a-z]{3,9})\.?,?[\s-]+(\d{4}|\d\d),?\s+" + _TIME,
    re.IGNORECASE | re.ASCII,
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T\s]\s*" + _TIME, re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(
    r"(?:GMT|UTC)?\s?([+-])(\d\d?):?(\d\d)?(?:\s*\([^()]*\)|\s*\[[\w/+-]*\]|\s+[a-z]{3,5})?", re.IGNORECASE | re.ASCII
)
# What stands behind a day, in the letters of ``days.simple``: a time, and perhaps its half of the day and its zone.
_CLOCK = re.compile(
    r"(?:[\s.,]*t\s*|[\s.,|]+(?:-\s+)?(?:\([^()\d]{1,9}\)\s*)?(?:(?:at|um|kl|a|à|в|о)\.?\s+)?)"
    r"(?:(?P<am>오전|上午)|(?P<pm>오후|下午))?\s*"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,12})?)?(?!\d)\s*"
    r"(?:(?P<half>[ap])\.?m\b\.?\s*)?(?P<zone>.{0,40})"
)
_BASIC = re.compile(r"t(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,]\d{1,12})?)?)?(z|[+-]\d\d(?::?\d\d)?)")
# A time that there is not makes its day as doubtful.
_NO_TIME = re.compile(r"\D*(?:(?:2[4-9]|[3-9]\d):|\d{1,2}:[6-9]\d|\d{1,2}:\d\d:(?:6[1-9]|[7-9]\d))")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff]")
# As JSON writes it, too.
_NUMBER = re.compile(r"1\d{9}(?:\d{3})?(?:\.\d{1,12})?|1\.\d{1,15}e\+?(?:0?9|12)", re.IGNORECASE | re.ASCII)


def moment(written: str) -> float | None:
    """The instant that ``written`` names, unix seconds; None when it names none, or one that no news can have.

    RFC 5322 section 3.3 and RFC 3339, both read leniently; then any day that ``days`` is certain of, with a time and a
    zone; then unix time itself.
    """
    written = written.strip()[:100]
    try:
        found = _internet(written) or _iso(written) or _of_any_form(written)
    except (ValueError, OverflowError):
        return None
    seconds = found.timestamp() if found else _counted(written)
    return seconds if seconds is not None and _EARLIEST <= seconds < _LATEST else None


Published = tuple[float | None, str]
"""When an entry was published: an instant, or, where none is known, perhaps a day (``2026-11-22``)."""


def published(dates: Iterable[str]) -> Published:
    """The first instant among the ``dates`` of an entry; where there is none, the first day.

    An instant that a day in front of it contradicts counts for nothing: what was published today may have been created
    years ago.
    """
    known = ""
    for written in dates:
        if (instant := moment(written)) is None:
            known = known or day(written)
        elif not known or instant > datetime.fromisoformat(known).replace(tzinfo=UTC).timestamp() - _DAY:
            return instant, ""
    return None, known


def day(written: str) -> str:
    """The day that ``written`` begins with, as the publisher's own calendar has it: ``2026-11-22``; empty when there is
    none, or one that no news can have. For dates of which ``moment`` knows no instant.
    """
    found = day_in(written)
    return found.day.isoformat() if found and not _NO_TIME.match(found.rest) else ""


def _internet(written: str) -> datetime | None:
    match = _INTERNET.fullmatch(written)
    month = month_of(match[2]) if match else None
    if not match or not month:
        return None
    year = int(match[3])
    if len(match[3]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 5322 section 4.3
    return _instant(year, month, int(match[1]), match.groups()[3:])


def _iso(written: str) -> datetime | None:
    match = _ISO.fullmatch(written)
    return _instant(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:]) if match else None


def _of_any_form(written: str) -> datetime | None:
    found = day_in(written)
    if not found or not found.is_certain:
        return None
    year, month, number = found.day.timetuple()[:3]
    if basic := _BASIC.fullmatch(found.rest):
        hour, minute, second, zone = basic.groups()
        return _instant(year, month, number, (hour, minute or "0", second, zone))
    clock = _CLOCK.fullmatch(found.rest)
    if not clock:
        return None
    hour = int(clock["hour"])
    if clock["pm"] or clock["half"] == "p":
        hour += 12 if hour < 12 else 0
    elif (clock["am"] or clock["half"]) and hour == 12:
        hour = 0
    zone = clock["zone"]
    if not zone and _HANGUL.search(written):  # Korean sites mean Korean time
        zone = "kst"
    return _instant(year, month, number, (str(hour), clock["minute"], clock["second"], zone))


def _counted(written: str) -> float | None:
    """Unix time, in seconds or milliseconds, of this century's first third: other numbers may be something else."""
    if not _NUMBER.fullmatch(written):
        return None
    number = float(written)
    return next((number / unit for unit in (1, 1000) if 1e9 * unit <= number < 2e9 * unit), None)


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
