"""Text → tokens, and token → key.

A token is a maximal run of letters, digits and combining marks, with apostrophes inside it, or a dotted initialism
(``S.C.O.``). Its key is what it is compared by: folded case, accents, spelling variants of one letter and script
mix-ups. Tokens keep their offsets in the original text; keys are computed once for each distinct token and remembered
by the caller.
"""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator

_APOSTROPHES = "'’ʼ‘`´"
_INSIDE = "\u00ad\u200d\u2060"  # soft hyphen, zero-width joiner, word joiner: part of the word, not of its key
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}][sS]?$")
_DROPPED = str.maketrans(
    dict.fromkeys(_INSIDE + "\u200b\u0640." + _APOSTROPHES)
)  # U+0640: tatweel, only stretches a word


@functools.cache
def token_pattern() -> re.Pattern[str]:
    """The pattern of a token. ``\\w`` alone leaves out combining marks and so shatters Devanagari and vocalised
    Arabic.
    """
    marks = _ranges(lambda char: unicodedata.category(char)[0] == "M")
    word = rf"[\w{marks}{_INSIDE}]"
    # The initialism stands first: its letters would match as single-letter words.
    return re.compile(
        rf"(?<![\w{marks}])(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![\w{marks}]))?|{word}+(?:[{_APOSTROPHES}]{word}+)*[’']?"
    )


def _ranges(wanted: Callable[[str], bool]) -> str:
    """The characters for which ``wanted`` holds, as ranges of a regular expression's class."""
    parts: list[str] = []
    start = -1
    for code in range(0x300, 0x1F000):
        if wanted(chr(code)):
            start = code if start < 0 else start
        elif start >= 0:
            parts.append(f"{chr(start)}-{chr(code - 1)}")
            start = -1
    return "".join(parts)


def raw_tokens(text: str) -> list[str]:
    """The tokens of ``text`` as written, in order."""
    return token_pattern().findall(_parted(text))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each token of ``text``, in the same order as ``raw_tokens``."""
    return (match.span() for match in token_pattern().finditer(_parted(text)))


def _parted(text: str) -> str:
    """Underscores part words (hashtags, file names); same length, so offsets stay true."""
    return text.replace("_", " ") if "_" in text else text


# Letters of different code points that are one letter to a reader: Urdu, Persian and Arabic keyboards disagree about
# these.
_ARABIC_VARIANTS = {"ی": "يىېئ", "ک": "ك", "ه": "ہھةۃۂ", "ا": "أإآٱ", "و": "ؤ", "ت": "ٹ"}
_ARABIC = str.maketrans({variant: letter for letter, variants in _ARABIC_VARIANTS.items() for variant in variants})
_LATIN = str.maketrans({"ł": "l", "ß": "ss", "ı": "i", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_TO_CYRILLIC = str.maketrans("aceopxyiABCEHKMOPTXYI", "асеорхуіАВСЕНКМОРТХУІ")
_TO_LATIN = str.maketrans("асеорхуіАВСЕНКМОРТХУІ", "aceopxyiABCEHKMOPTXYI")


def token_key(token: str) -> str:
    """What ``token`` is compared by; the empty string when nothing is left of it."""
    if token.isascii() and token.isalnum():
        return token.lower()
    text = unicodedata.normalize("NFKC", token)
    text = _one_script(_POSSESSIVE.sub("", text)).casefold().translate(_DROPPED)
    if text.isascii():
        return sys.intern(text)
    if any("\u0600" <= char <= "\u06ff" for char in text):
        return _without_marks(text).translate(_ARABIC)
    if any("\u0400" <= char <= "\u04ff" for char in text):
        # NFD would take й apart into и and a mark; only ё is written with and without its dots.
        return text.replace("ё", "е")
    if any(char < "\u0250" or "\u1e00" <= char <= "\u1eff" for char in text):
        return _without_marks(unicodedata.normalize("NFD", text)).translate(_LATIN)
    return text


def _without_marks(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char) != "Mn")


def _one_script(token: str) -> str:
    """A word of Cyrillic and Latin letters that look alike, repaired to the script that most of it is written in."""
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in token)
    latin = sum(char.isascii() and char.isalpha() for char in token)
    if not cyrillic or not latin:
        return token
    return token.translate(_TO_CYRILLIC) if cyrillic >= latin else token.translate(_TO_LATIN)
