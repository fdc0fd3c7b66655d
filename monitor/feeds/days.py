"""The day that a date names, in whatever language it is written.

A day is read only where its year, its month and its day are all written, in an order that people use. What can be read
as two days (``11/12/2026``) names none. With dots it is read as Europe reads it (``11.12.2026``), but is not certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from monitor.feeds.months import MOST_WORDS, month_of
from monitor.text.folding import folded

_LONGEST = 100
_FIRST, _LAST = date(1970, 1, 2), date(2099, 12, 31)


class Day(NamedTuple):
    """``day``: as the publisher's own calendar has it; ``is_certain``: nobody reads it otherwise; ``rest``: what stands
    behind it, a time perhaps, in the letters of ``simple``.
    """

    day: date
    is_certain: bool
    rest: str


def day_in(written: str) -> Day | None:
    """The day that ``written`` begins with; None when there is none, or one that no news can have."""
    text = simple(written)
    for found in (*_numbered(text), *_named(text)):
        if found and _FIRST <= found.day <= _LAST:
            return found
    return None


def simple(written: str) -> str:
    """``written`` in small letters, with the digits and dashes of ASCII and without marks that nobody sees."""
    text = written.strip()[:_LONGEST]
    if not text.isascii():
        text = "".join(_simple(char) for char in unicodedata.normalize("NFKC", text))
    return folded(text).strip()


def _simple(char: str) -> str:
    match unicodedata.category(char):
        case "Nd":
            return str(unicodedata.decimal(char))
        case "Pd":
            return "-"
        case "Cf":  # marks of direction, and joiners
            return ""
        case _:
            return {"\u2212": "-", "'": " ", "\u2019": " "}.get(char, char)


# --- in numbers ------------------------------------------------------------------------------------------------------

# A day of the week, and what else stands in front of a date.
_FRONT = r"(?:[^\d\s,.:/-]+[\s,.]+){0,3}"
_END = r"(?!\d|[./]\d|-\d{1,2}(?![\d:]))"  # a dash begins a zone
_YEAR_FIRST = re.compile(_FRONT + r"(\d{4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,2})" + _END)
_YEAR_LAST = re.compile(_FRONT + r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4})" + _END)
_TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)(?![\d/.-])")
_EAST_ASIAN = re.compile(_FRONT + r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?:\s?[日일号號])?(?!\d)")


def _numbered(text: str) -> Iterator[Day | None]:
    if found := _YEAR_FIRST.match(text):
        yield _day(found[1], found[3], found[4], text[found.end() :])
    if found := _EAST_ASIAN.match(text) or _TOGETHER.match(text):
        yield _day(found[1], found[2], found[3], text[found.end() :])
    if found := _YEAR_LAST.match(text):
        first, mark, second, year = found.groups()
        day_first = _day(year, second, first, text[found.end() :])
        month_first = _day(year, first, second, text[found.end() :])
        if mark == ".":
            yield day_first and day_first._replace(is_certain=month_first is None or month_first.day == day_first.day)
        elif not day_first or not month_first or day_first.day == month_first.day:
            yield day_first or month_first


def _day(year: str | int, month: str | int, number: str | int, rest: str) -> Day | None:
    try:
        return Day(date(int(year), int(month), int(number)), True, rest)
    except ValueError:
        return None


# --- with the month's name -------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"(?P<number>\d+)|(?:thang|thg\.?)\s?(?P<month>\d{1,2})(?!\d)|(?P<word>[^\d\s,،;:/()\[\]+.-][^\d\s,،;:/()\[\]+-]*)"
)
# What stands between the parts of a date, and behind its numbers.
_BETWEEN = frozenset(
    (
        *("de", "del", "di", "do", "da", "d", "of", "the", "ta", "gada", "gads", "g", "r", "m", "nam"),
        *("г", "год", "года", "году", "р", "рік", "року", "ж", "ء"),
        *("st", "nd", "rd", "th", "er", "o", "a"),
    )
)
_TIME_BEGINS = re.compile(r"(?<![\d:])\d{1,2}:\d\d")
# As ctime and Twitter's interface write it, the year behind the time.
_BEHIND = re.compile(r"(?P<clock>\d\d?:\d\d(?::\d\d)?)(?P<zone>\s+(?:[a-z]{2,5}|[+-]\d\d:?\d\d))?\s+(?P<year>\d{4})")
# Where year, month and day are. The last one's year has two digits.
_ORDERS = {"DMY": (2, 1, 0), "MDY": (2, 0, 1), "YMD": (0, 1, 2), "YDM": (0, 2, 1), "DMD": (2, 1, 0)}


class _Token(NamedTuple):
    """``kind``: ``D`` is a number of one or two digits, ``Y`` of four, ``n`` another, ``M`` a month, ``w`` a word."""

    kind: str
    value: int
    end: int


def _named(text: str) -> Iterator[Day | None]:
    begins = _TIME_BEGINS.search(text)
    tokens = _tokens(text[: begins.start()] if begins else text)
    for start in range(min(4, len(tokens))):
        three = tokens[start : start + 3]
        kinds = "".join(one.kind for one in three)
        if (order := _ORDERS.get(kinds)) and not _goes_on(tokens[start + 3 :]):
            year, month, number = (three[place].value for place in order)
            if kinds == "DMD":
                year += 2000 if year < 50 else 1900  # RFC 5322 section 4.3
            yield _day(year, month, number, text[three[2].end :])
        elif kinds == "MD" and begins and (behind := _BEHIND.fullmatch(text, begins.start())):
            yield _day(behind["year"], three[0].value, three[1].value, f" {behind['clock']}{behind['zone'] or ''}")
        if tokens[start].kind not in "wM":  # a day of the week stands in front of a date: "mar" is Tuesday, too
            break


def _goes_on(rest: Sequence[_Token]) -> bool:
    return bool(rest) and rest[0].kind in "DYn"


def _tokens(text: str) -> list[_Token]:
    found = list(_TOKEN.finditer(text))
    tokens: list[_Token] = []
    at = 0
    while at < len(found):
        one = found[at]
        at += 1
        if one["number"]:
            kind = {1: "D", 2: "D", 4: "Y"}.get(len(one[0]), "n")
            tokens.append(_Token(kind, int(one[0]), one.end()))
        elif one["month"]:
            tokens.append(_Token("M", int(one["month"]), one.end()))
        elif one[0].rstrip(".") in _BETWEEN:
            tokens[-1:] = [last._replace(end=one.end()) for last in tokens[-1:]]
        else:
            words, month = _month_at(found[at - 1 : at - 1 + MOST_WORDS])
            at += words - 1
            if month and tokens and tokens[-1].kind == "M" and tokens[-1].value == month:  # said in two ways
                tokens.pop()
            tokens.append(_Token("M" if month else "w", month or 0, found[at - 1].end()))
    return tokens


def _month_at(found: Sequence[re.Match[str]]) -> tuple[int, int | None]:
    """Of how many words the name is that begins there, and which month it is."""
    for words in range(len(found), 0, -1):
        if month := month_of(" ".join(one[0] for one in found[:words])):
            return words, month
    return 1, None
