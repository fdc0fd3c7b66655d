"""Text → tokens, and token → key; and which keys may be relatives.

A token is a maximal run of letters, digits and combining marks, with apostrophes inside it, or a dotted initialism
(``S.C.O.``), or one letter of a script that is written without spaces. Its key is what it is compared by: folded case,
accents, spelling variants of one letter and script mix-ups. Tokens keep their offsets in the original text; keys are
computed once for each distinct token and remembered by the caller.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from monitor.text.folding import VIRAMAS, folded, written_otherwise

_APOSTROPHES = "'’ʼ‘‛＇`´"
# Soft hyphen, joiners, direction marks and the Armenian marks of stress, call and question: part of the word, not of
# its key.
_INSIDE = "\u055b\u055c\u055e\u00ad\u200d\u2060\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]?$")
ONE_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
"""Every character that serves as an apostrophe, as the one of typewriters."""
_DROPPED = str.maketrans(
    dict.fromkeys(
        (
            *"\u055b\u055c\u055e\u00ad\u200b\u200d\u2060\u200e\u200f\u061c.",
            "\u0640",  # tatweel, only stretches a word
            *_APOSTROPHES,
            *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10))),
        )
    )
)

# Scripts that are written without spaces: Han, kana (half-width too), Thai, Lao, Burmese, Khmer. A word of them cannot
# be told from its neighbours without a dictionary, so every letter is a token, and a term a phrase of its letters.
_SPACELESS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3041, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9D),
)
_ASTRAL_HAN = "\U00020000-\U0003fffd"
_VOICING = "\uff9e\uff9f"  # half-width voicing marks belong to the kana before them
# A letter of these stands for so much of a word (Chinese words have 1.5 to 2 characters, Thai ones 4 to 5).
HAN_OR_KANA, ABUGIDA = 0.5, 0.25


class _Patterns(NamedTuple):
    full: re.Pattern[str]
    special: re.Pattern[str]


@functools.cache
def _patterns() -> _Patterns:
    """The pattern of a token, and that of whatever makes it necessary.

    ``\\w`` alone leaves out combining marks and so shatters Devanagari and vocalised Arabic.
    """
    # A class within the basic plane is one table for re; with one character beyond it, a slow list of ranges.
    marks, far_marks = (
        _ranges(first, last, lambda char: unicodedata.category(char)[0] == "M")
        for first, last in ((0x300, 0x10000), (0x10000, 0x1F000))
    )
    spaceless = "".join(
        _ranges(first, last + 1, lambda char: unicodedata.category(char)[0] in "LN") for first, last in _SPACELESS
    )
    letter = rf"(?![{_ASTRAL_HAN}])[^\W_ʼ{spaceless}]"
    word = rf"(?:{letter}|[{marks}{_INSIDE}]|[{far_marks}]|(?<=[{VIRAMAS}])\u200c|(?<=[lL])·(?=[lL]))"
    initialism = rf"(?:[^\W\d_{spaceless}]\.){{2,}}(?:[^\W\d_{spaceless}](?![\w{marks}]))?"
    initialism += rf"(?:[{_APOSTROPHES}][sS](?![\w{marks}]))?"
    # Thai and Lao am stands behind its consonant, in one code point or in two.
    am = "(?:[\u0e33\u0eb3]|(?:(?<=[\u0e4d\u0ecd])|(?<=[\u0e4d\u0ecd][\u0e48-\u0e4b\u0ec8-\u0ecb]))[\u0e32\u0eb2])?"
    one_letter = rf"(?:[{spaceless}]|[{_ASTRAL_HAN}])[{marks}{_VOICING}]*{am}"
    behind = rf"(?:[{_APOSTROPHES}](?:{initialism}|{letter}{word}*))*[’']?"  # l'O.N.U. too
    full = rf"(?<![\w{marks}]){initialism}|{one_letter}|{letter}{word}*{behind}"
    return _Patterns(re.compile(full), re.compile(rf"[{marks}{_INSIDE}{spaceless}{_VOICING}ʼ‛＇`´·]"))


# What the full pattern comes down to where nothing special occurs, at a fifth of the time.
_PLAIN = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*['’]?")
_ASCII = re.compile(r"[0-9A-Za-z]+(?:['`][0-9A-Za-z]+)*'?")
# The letter before the first point is not asked for: a search that begins with a point is fast.
_INITIALISM = re.compile(r"\.[^\W\d_]\.")


def _pattern_for(text: str) -> re.Pattern[str]:
    if "." in text and _INITIALISM.search(text):
        return _patterns().full
    if text.isascii():
        return _ASCII
    patterns = _patterns()
    return patterns.full if max(text) > "\uffff" or patterns.special.search(text) else _PLAIN


def _ranges(first: int, last: int, wanted: Callable[[str], bool]) -> str:
    """The characters from ``first`` to before ``last`` for which ``wanted`` holds, as ranges of a character class."""
    parts: list[str] = []
    start = -1
    for code in range(first, last + 1):
        if code < last and wanted(chr(code)):
            start = code if start < 0 else start
        elif start >= 0:
            parts.append(f"{chr(start)}-{chr(code - 1)}")
            start = -1
    return "".join(parts)


def raw_tokens(text: str) -> list[str]:
    """The tokens of ``text`` as written, in order."""
    return _pattern_for(text).findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each token of ``text``, in the same order as ``raw_tokens``."""
    return [match.span() for match in _pattern_for(text).finditer(text)]


def is_spaceless(token: str) -> bool:
    """Whether ``token`` is a letter of a script that is written without spaces."""
    return not token.isascii() and _width(token[0]) < 1


def width(token: str) -> float:
    """How much of a word ``token`` is: 1, but less for a letter of a script without spaces. For distances in words."""
    return 1.0 if token.isascii() else _width(token[0])


@functools.cache
def _width(char: str) -> float:
    code = ord(char)
    if not (code >= 0x20000 or any(first <= code <= last for first, last in _SPACELESS)):
        return 1.0
    return ABUGIDA if code < 0x3000 else HAN_OR_KANA


_TO_CYRILLIC = str.maketrans("aceopxyiABCEHKMOPTXYI", "асеорхуіАВСЕНКМОРТХУІ")
_TO_LATIN = str.maketrans("асеорхуіАВСЕНКМОРТХУІ", "aceopxyiABCEHKMOPTXYI")


def token_key(token: str) -> str:
    """What ``token`` is compared by; the empty string when nothing is left of it."""
    if token.isascii() and token.isalnum():
        return token.lower()
    # First the apostrophes: NFKC would take the acute accent apart.
    text = unicodedata.normalize("NFKC", _POSSESSIVE.sub("", token).translate(_DROPPED))
    text = folded(one_script(text)).translate(_DROPPED)
    return sys.intern(text) if text.isascii() else text


def other_key(token: str) -> str:
    """The key of ``token`` as it is written without special letters (Müller: mueller); empty where it has none, or
    where that is its key anyway.
    """
    otherwise = written_otherwise(token)
    if otherwise is token:
        return ""
    key = token_key(otherwise)
    return key if key != token_key(token) else ""


def capitals(raw: str) -> int:
    """How many letters a word in capitals has; 0 for any other, and in a script that has no small letters. Nor has
    Georgian: its capitals only set headlines.
    """
    letters = unicodedata.normalize("NFC", raw).replace(".", "")
    is_georgian = "\u1c90" <= letters[:1] <= "\u1cbf"
    return len(letters) if letters.isalpha() and letters.isupper() and not is_georgian else 0


def without_possessive(token: str) -> str:
    """``token`` without what stands behind its first apostrophe."""
    return token.translate(ONE_APOSTROPHE).partition("'")[0]


def look_alike_key(token: str) -> str:
    """The key of ``token`` as it looks in the other of two scripts: С-400 begins with a Cyrillic letter, or with a
    Latin one. Empty where not all of its letters are in both.
    """
    for other in (token.translate(_TO_LATIN), token.translate(_TO_CYRILLIC)):
        scripts = {char.isascii() for char in other if char.isalpha()}
        if other != token and len(scripts) == 1:
            return token_key(other)
    return ""


def one_script(token: str) -> str:
    """A word of Cyrillic and Latin letters that look alike, repaired to the script that has all of them; where both
    have, to that which most of it is written in.
    """
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in token)
    latin = sum(char.isascii() and char.isalpha() for char in token)
    if not cyrillic or not latin:
        return token
    as_cyrillic, as_latin = token.translate(_TO_CYRILLIC), token.translate(_TO_LATIN)
    whole_cyrillic = not any(char.isascii() and char.isalpha() for char in as_cyrillic)
    whole_latin = not any("\u0400" <= char <= "\u04ff" for char in as_latin)
    if whole_cyrillic != whole_latin:
        return as_cyrillic if whole_cyrillic else as_latin
    return as_cyrillic if cyrillic >= latin else as_latin


# --- relatives of words ----------------------------------------------------------------------------------------------
# Words that look like relatives: Iran and Iranian, protests and protester. A guess, for proposals and advice only.


_LEAST_COMMON = 4
_LEAST_SHARE = 0.75
_MOST_MORE = 5


def are_kin(key: str, other: str) -> bool:
    """Whether two different folded words begin alike for so long that one may be formed from the other."""
    if key == other:
        return False
    one, two = _stem(key), _stem(other)
    common = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        common += 1
    alike = common >= _LEAST_COMMON and common >= _LEAST_SHARE * min(len(one), len(two))
    return alike and max(len(one), len(two)) - common <= _MOST_MORE


def _stem(key: str) -> str:
    return key[:-1] if len(key) > _LEAST_COMMON and key.endswith("s") and key.isascii() else key
