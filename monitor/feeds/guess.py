"""Which encoding are these bytes in? Asked only of documents that are not UTF-8 and whose declaration does not fit.

Every encoding that feeds are seen in is tried, and the text that comes out is judged: pairs of letters that are common
in one language, capitals only where capitals stand, no control characters or box drawings. One headline is enough where
it has a few letters that leave ASCII: tests/feeds/test_encoding.py holds it to that over tests/data/headlines.tsv.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from monitor.feeds.letters import FOLDED, HANGUL, HANZI, HANZI_TRADITIONAL, KANJI, PAIRS

# Where two give the same text, the first is taken: the code pages of Windows are what the web means by the others.
_SINGLE_BYTE = (
    *("cp1252", "cp1251", "koi8_u", "cp1250", "cp1254", "cp1256", "cp1253", "cp1255", "cp1257", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_6", "iso8859_15", "iso8859_16"),
)
_SELDOM = ("cp866", "mac_cyrillic", "mac_roman", "cp852")
"""Seen in no feed for years: they have to read clearly better than the others."""
_EAST_ASIAN = {
    "cp932": KANJI,
    "euc_jp": KANJI,
    "gb18030": HANZI,
    "big5hkscs": HANZI_TRADITIONAL,
    "cp949": HANGUL,
}
# Counted over a page only, and written without spaces: most pairs of Thai are not among the common ones.
_MISS = {language: -0.4 if language == "th" else -2.0 for language in PAIRS}
"""What a pair of letters that is not common in a language says for it."""


def _gains() -> dict[str, list[tuple[str, float]]]:
    """By pair: the languages that it is common in, and how much more it says for each than a pair that is not."""
    found: dict[str, list[tuple[str, float]]] = {}
    for name, weights in PAIRS.items():
        for pair, weight in weights.items():
            found.setdefault(pair, []).append((name, weight - _MISS[name]))
    return found


_GAINS = _gains()
_SAMPLE = 2_400
"""Bytes that are looked at, beside the markup; a headline has about 60."""
_DECLARED = 5.0
"""What it is worth that the document, or its server, names an encoding: about two common pairs of letters."""
_AGREED = 10.0
"""The same where nothing contradicts it: rightly declared, 0 of 1,000 English headlines alone in their document are
misread, and of 163 in other languages that are declared as Latin-1, 14; of three together none."""
_LANGUAGE = 4.0
_RARITY = 4.0
"""What the seldom encodings have to read better by, and 1 more for each byte beyond ASCII."""
_ASCII = bytes(range(0x80))

# Vowel signs belong to the word: those of Thai, Hebrew, Arabic.
_WORD = re.compile(r"(?:[^\W\d_]|[\u0e31-\u0e4e\u0591-\u05c7\u064b-\u0652])+")
_ORDINARY = frozenset("\u00a0“”‘’‚„«»‹›–—…•·€£§©®™°№¡¿¼½¾×،؛؟\u200c\u200d\u200e\u200f")
# A sign that touches a letter as none does in writing: it is a letter of another encoding.
_MISPLACED = re.compile(
    r"[^\W\d_][^\w\s\x00-\x7f\xa0“”‘’‚„«»‹›–—…•·€£§©®™°،؛؟\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e\u200b-\u200f]"
    r"|[^\w\s\x00-\x7f\xa0“”‘’‚„«»‹›–—…•·€£§©™°№¡¿\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e\u200b-\u200f][^\W\d_]"
    r"|(?<!\w)’(?=\w)|[^\w\s\x00-\x7f\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e]{2}"
)
_LATIN, _BEYOND_LATIN = re.compile("[a-zA-Z]"), re.compile("[\u0370-\u9fff]")
# Signs where what is spelt with Latin letters has them: the apostrophe of English, quotation marks at the edges of a
# word, a dash between two, dots behind one, a currency in front of its number. They decide only where letters do
# not: the code pages of Windows have most of them in the same places.
_IN_PLACE = re.compile(
    r"[a-z]’(?:s|t|re|ve|ll|d|m)\b|(?<!\S)[“‘](?=[^\W_])|(?<=[\w.,!?])”(?![^\W_])|(?<=[^\W_] )[–—](?= [^\W_])"
    r"|(?<=[^\W_])…|\[…\]|[£€]\d|\d ?°[CF]|© \d",
    re.IGNORECASE,
)
_INSIDE_A_WORD = re.compile("[a-zA-Z][\u3041-\u9fff\uac00-\ud7a3\uff61-\uff9f]+[a-z]")


def likeliest(body: bytes, declared: list[str], agreed: bool, language: str) -> str:
    """The name of the encoding in which ``body`` reads best. ``declared``: encodings named for it, the most trusted
    first; ``agreed``: whether there is but one, and ``body`` can be in it; ``language``: that of the document as it
    says itself, or empty.
    """
    sample = _sample(body)
    worth = _AGREED if agreed else _DECLARED
    rarity = _RARITY + len(sample.translate(None, _ASCII))
    judged: dict[str, float] = {}
    for encoding in declared:
        score = _score(sample, encoding, language)
        if score >= 0:
            return _neighbour(sample, encoding, score + worth, language)
        judged[encoding] = score + worth
    for encoding in (*_SINGLE_BYTE, *_EAST_ASIAN, *_SELDOM):
        if encoding not in judged:
            judged[encoding] = _score(sample, encoding, language) - (rarity if encoding in _SELDOM else 0.0)
    return max(judged, key=lambda encoding: judged[encoding])


def _neighbour(sample: bytes, encoding: str, score: float, language: str) -> str:
    """``encoding``, or the one that it is easily taken for: Latin-1 is what many servers say of everything Latin."""
    if encoding == "cp1252":
        for other in ("cp1250", "iso8859_2", "cp1254"):
            if _score(sample, other, language) > score:
                return other
    return encoding


def _sample(body: bytes) -> bytes:
    """The texts of ``body`` that leave ASCII. Neither ``<`` nor a line's end is ever a part of a longer character."""
    found: list[bytes] = []
    size = 0
    for text in re.split(rb"[<>\n]", body):
        if not text.isascii():
            found.append(text[: _SAMPLE - size])
            size += len(text)
            if size >= _SAMPLE:
                break
    return b"\n".join(found)


def _score(sample: bytes, encoding: str, language: str) -> float:
    """How much like a language ``sample`` reads in ``encoding``: above 0 rather like one, below rather not."""
    text = sample.decode(encoding, "replace")
    common = _EAST_ASIAN.get(encoding)
    if common:
        signs = sum(_east_asian(char, common) for char in text if char > "\x7f")
        return signs - 6.0 * len(_INSIDE_A_WORD.findall(text))
    return _alphabetic(text, language)


def _alphabetic(text: str, language: str) -> float:
    """How much ``text`` is like one in a language that is spelt."""
    counts: Counter[str] = Counter()
    # A capital behind a small letter, letters of two scripts in one word: seldom written, common where misread.
    # A word in capitals is an acronym; a text of them is KOI8-R that is read as Windows-1251, or the other way round.
    oddities = 0.0
    for match in _WORD.finditer(text):
        word = match[0]
        if not word.isascii():
            if not word.islower():
                oddities += 6.0 * sum(one.islower() and other.isupper() for one, other in pairwise(word))
                oddities += 0.7 * sum(char.isupper() for char in word[1:])
            oddities += 12.0 * bool(_LATIN.search(word) and _BEYOND_LATIN.search(word))
            counts.update(one + other for one, other in pairwise(f" {word.translate(FOLDED).lower()} "))
    signs = sum(_sign(char) for char in text if char > "\x7f" and not char.isalpha())
    return (
        _letters(counts, language)
        + signs
        + min(12.0, 4.0 * len(_IN_PLACE.findall(text)))
        - oddities
        - 8.0 * len(_MISPLACED.findall(text))
    )


def _letters(counts: Counter[str], language: str) -> float:
    """What pairs of letters are worth in the language that they suit best."""
    pairs = [(pair, count) for pair, count in counts.items() if not pair.isascii()]
    if not pairs:
        return 0.0
    total = sum(count for _, count in pairs)
    worth = {name: total * miss + (_LANGUAGE if name == language else 0.0) for name, miss in _MISS.items()}
    for pair, count in pairs:
        for name, gain in _GAINS.get(pair, ()):
            worth[name] += count * gain
    return max(worth.values())


def _sign(char: str) -> float:
    """What a character that is no letter says about the encoding."""
    category = unicodedata.category(char)
    if char in _ORDINARY:
        return 0.0
    if char == "\ufffd" or category in ("Cc", "Co", "Cn") or "\u2500" <= char <= "\u259f":
        return -6.0
    return 0.0 if category in ("Mn", "Mc") else -3.0


def _east_asian(char: str, common: frozenset[str]) -> float:
    """What a character says for its text being in the language whose characters are ``common``."""
    if char in common:
        return 3.0
    if "\u3040" <= char <= "\u30ff":
        return 3.0 if common is KANJI else -0.5
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60" or char in _ORDINARY:
        return 0.5
    if "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3":
        return -2.0 if common is HANGUL else -1.2
    if "\uff61" <= char <= "\uff9f" and common is KANJI:
        return -0.5  # kana of half the width are seldom, and what other alphabets are misread as
    return min(_sign(char), -2.0)
