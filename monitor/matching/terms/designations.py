"""Names of letters and digits, which are written in one, with a hyphen or with a space: G7, G-7, G 7; F16, F-16."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from monitor.text import tokens

# The vowel signs of Indic scripts are marks: जी20, ஜி20.
_MARKS = "".join(chr(code) for code in range(0x300, 0x1100) if unicodedata.category(chr(code))[0] == "M")
_LETTERS = rf"(?:[^\W\d_]|[{_MARKS}])"
# G7, COP30, F-16, Su-30MKI, A320neo, COVID-19; H5N1; 737 MAX, 5G. What 10m, 1st or 24h mean is no name.
_SHAPES = (
    re.compile(rf"({_LETTERS}{{1,12}})(\d{{1,4}}{_LETTERS}{{0,4}})"),
    re.compile(rf"({_LETTERS}{{1,3}}\d{{1,2}})({_LETTERS}{{1,3}}\d{{1,3}})"),
    re.compile(rf"(\d{{1,4}})({_LETTERS}{{1,4}})"),
)
_BESIDE = re.compile(r"|\s|[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d_]")
_SPACED = re.compile(r"\s[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]\s?|[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]\s")
_LEAST_BEFORE_A_SPACE = 4
"""Letters of a name that may stand before a dash with spaces («Северный поток — 2»). A shorter one is a word by
chance: COP - 30 people.
"""
# F-16C, F-16Cs, A320neo, Ту-160М; of no name as short as G7.
_VARIANT = re.compile(r"(.*\d)([^\W\d_]{1,3}?)s?", re.DOTALL)
_SMALL_VARIANTS = frozenset(("neo", "ceo"))
_LEAST_WITH_VARIANTS = 3
_HYPHEN = re.compile(r"|[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d_]")
# 30,000 and 30 000 are other numbers than 30; so is 7.5 than 7.
_GOES_ON = re.compile(r"[.,'’]\d|[\s\u00a0\u202f]\d{3}(?!\d)")
# With a space behind them these are words: "A 320 million fine", "С 400 рублей".
_SMALL_WORDS = frozenset("AEIOYÀÉАВИКОСУЯЮ")


def halves(name: str) -> tuple[str, str] | None:
    """The two parts of a name of letters and digits; None for any other word. ``F16s`` is F16."""
    if re.fullmatch(r".*\ds", name):
        name = name[:-1]
    for shape in _SHAPES:
        if found := shape.fullmatch(name):
            first, second = found[1], found[2]
            return (first, second) if not first.isdigit() or second.isupper() else None
    return None


def without_variant(raw: str) -> str:
    """A name, or the digits at its end, without the letter of a variant behind them; empty where there is none."""
    if raw[-1:].isdigit() or not any(map(str.isdigit, raw)):
        return ""
    found = _VARIANT.fullmatch(tokens.without_possessive(raw))
    return found[1] if found and (found[2].isupper() or found[2] in _SMALL_VARIANTS) else ""


def has_variants(name: str) -> bool:
    """Whether ``name`` is a whole one that may have variants."""
    two = halves(name)
    return bool(two) and not name[0].isdigit() and name[-1].isdigit() and len(name) >= _LEAST_WITH_VARIANTS


def is_variant(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether what stands in ``text`` at ``first`` and ``second`` is a name with the letter of a variant."""
    if not is_hyphen(text[first[1] : second[0]]):
        return False
    return has_variants(text[slice(*first)] + without_variant(text[slice(*second)]))


def is_hyphen(between: str) -> bool:
    """Whether ``between`` is all that parts two halves that are meant as one name: a hyphen, or nothing."""
    return bool(_HYPHEN.fullmatch(between))


def belong_together(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether what stands in ``text`` at ``first`` and ``second`` is one name, and no word and number by chance."""
    between, start = text[first[1] : second[0]], text[slice(*first)]
    if _SPACED.fullmatch(between) and len(start) >= _LEAST_BEFORE_A_SPACE and not _GOES_ON.match(text, second[1]):
        return True
    if not _BESIDE.fullmatch(between) or _GOES_ON.match(text, second[1]):
        return False
    if not between.isspace():
        return True
    if start.isdigit():
        return second[1] - second[0] > 1
    return start not in _SMALL_WORDS and not (len(start) <= 3 and start.islower())


# --- in terms --------------------------------------------------------------------------------------------------------


class Part(NamedTuple):
    """A token of a term as it is written."""

    raw: str
    starred: bool = False
    glued: bool = False


def parts_of(text: str) -> list[Part]:
    """The tokens of a term; those of a name of letters and digits in the singular."""
    parts: list[Part] = []
    end_before = 0
    for start, end in tokens.spans(text):
        raw, starred = text[start:end], text[end : end + 1] == "*"
        glued = bool(parts) and not starred and _are_halves(parts[-1], raw)
        if not starred and raw[-1] == "s" and (glued or halves(raw)):
            raw = raw[:-1]
        glued = glued and (is_hyphen(text[end_before:start]) or tokens.capitals(parts[-1].raw) > 0)
        parts.append(Part(raw, starred, glued))
        end_before = end
    return parts


def _are_halves(first: Part, second: str) -> bool:
    return not first.starred and halves(first.raw + second) in ((first.raw, second), (first.raw, second[:-1]))


def respelt(parts: list[Part]) -> list[Part]:
    """The parts with names of letters and digits in their other spelling; nothing where there are none."""
    found: list[Part] = []
    changed = False
    for part in parts:
        if found and not part.starred and _are_halves(found[-1], part.raw):
            found[-1] = Part(found[-1].raw + part.raw)
            changed = True
        elif (two := halves(part.raw)) and not part.starred:
            found += (Part(two[0]), Part(two[1], glued=True))
            changed = True
        else:
            found.append(part)
    return found if changed else []
