"""The letters that words are compared by: without case, accents and the other marks that a writer may leave out.

A mark goes where people write the same word without it: accents of Latin and Greek, stress marks, the points of Hebrew,
the vowel signs of Arabic, the nukta of Indian scripts. It stays where it is a vowel or a tone (Devanagari, Thai, kana),
and where letter and mark are another letter (й, ї, ў).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

# Arabic letters of different code points that are one letter to a reader: Urdu, Persian and Arabic keyboards disagree
# about these.
_ARABIC = {"ی": "يىې", "ک": "ك", "ه": "ہھةۃە", "ا": "ٱ", "ت": "ٹ"}
_LATIN = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ŋ": "n",
    "ĸ": "k",
    "ſ": "s",
    "ʒ": "z",
    **dict(zip("łøđıðħŧǥɨʉɓɗƙƴɖɛɔƒəǝɣ", "lodidhtgiubdkydeofeeg", strict=True)),
}
# Letters that were once written with two or three code points, and still are by older keyboards.
_INDIC = {"ँ": "ं", "ઁ": "ં", "ৎ": "ত্", "ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്", "ൾ": "ള്", "ൿ": "ക്"}
_LETTERS = {
    **{variant: letter for letter, variants in _ARABIC.items() for variant in variants},
    **_LATIN,
    **{letter.upper(): plain.upper() for letter, plain in _LATIN.items() if letter not in "ßĸſı"},
    **_INDIC,
    "ё": "е",
    "ѐ": "е",
    "ѝ": "и",
    "Ё": "Е",
    "Ѐ": "Е",
    "Ѝ": "И",
    **dict.fromkeys("ʻʹʺʾʿˈꞌ·", ""),  # okina, half rings and primes of transliterations; the point in col·lecció
}
LATIN = str.maketrans(_LATIN)
"""The letters of Latin alphabets that no accent makes."""

# Marks that may be left out. Of the others most are vowels.
_OPTIONAL = (
    *((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20F0), (0xFE20, 0xFE2F)),  # of any alphabet
    *((0x483, 0x487), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED)),
    *((0x711, 0x711), (0x730, 0x74A), (0x8CA, 0x8FF), (0x135D, 0x135F), (0x180B, 0x180D), (0x2CEF, 0x2CF1)),
    *((0x951, 0x954), (0x1CD0, 0x1CFA), (0xFE00, 0xFE0F)),
    *((code, code) for code in (0x93C, 0x9BC, 0xA3C, 0xABC, 0xB3C, 0xC3C, 0xCBC)),  # nuktas
)
_CYRILLIC = range(0x400, 0x530)
_SPACELESS_DIGITS = (range(0xE50, 0xE5A), range(0xED0, 0xEDA), range(0x1040, 0x104A), range(0x17E0, 0x17EA))


class _Folds(dict[int, str]):
    """From a character's number to what is left of it. Filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold(chr(code))
        return folded


_FOLDS = _Folds()


def _fold(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    code = ord(char)
    if any(first <= code <= last for first, last in _OPTIONAL):
        return "" if unicodedata.category(char) == "Mn" else char
    if unicodedata.category(char) == "Nd":
        # A digit of a script without spaces is a token by itself, so it stays in its script.
        return char if any(code in digits for digits in _SPACELESS_DIGITS) else str(unicodedata.digit(char))
    apart = unicodedata.normalize("NFD", char)
    if apart == char or code in _CYRILLIC:
        return char
    return unicodedata.normalize("NFC", apart.translate(_FOLDS))


VIRAMAS = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d"
"""What joins Indian letters to clusters. The non-joiner behind one ends no word, as it does in Urdu and Persian."""
_APART = re.compile(f"(?<=[{VIRAMAS}])\u200c")
# In Hindi a nasal before a consonant of its own row may be written as a dot above: हिन्दी, हिंदी.
_NASALS = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
# In Urdu a hamza above a letter that carries none stands for one of its own: مسٔلہ, مسئلہ.
_HAMZA_OF_ITS_OWN = re.compile("(?<=[بپتٹثجچحخدڈذرڑزژسشصضطظعغفقکكگلمنں])\u0654")
# Thai sara am and its tone mark, whichever was typed first.
_TONE_LAST = re.compile("([\u0e48-\u0e4b\u0ec8-\u0ecb])([\u0e4d\u0ecd])")


def folded(text: str) -> str:
    """``text`` in small letters, without the marks that may be left out. It must be in the form NFKC."""
    if "\u0654" in text:
        text = _HAMZA_OF_ITS_OWN.sub("ئ", text)
    text = text.translate(_FOLDS).casefold().translate(_FOLDS)
    if text.isascii():
        return text
    text = _APART.sub("", text)
    if "्" in text:
        text = _NASALS.sub("ं", text)
    if "ւ" in text:
        text = text.replace("եւ", "եվ")  # Yerevan: Երևան, ԵՐԵՎԱՆ, Երեւան
    return _TONE_LAST.sub(r"\2\1", text)


# --- another way to write a letter -----------------------------------------------------------------------------------

# Where a keyboard lacks the letter, or a passport: Mueller, Aarhus, Djokovic, Aliyev.
_OTHERWISE = str.maketrans(dict(zip("äöüåøőűđə", ("ae", "oe", "ue", "aa", "oe", "oe", "ue", "dj", "a"), strict=True)))
_WITH_OTHERS = frozenset(chain.from_iterable((chr(code), chr(code).upper()) for code in _OTHERWISE))
_IOTA_BELOW = "\u0345"


def written_otherwise(word: str) -> str:
    """``word`` as it is written without special letters, by those who do not just drop their marks: Müller, Mueller.
    The word itself where there is no such way.
    """
    if word.isascii():
        return word
    composed = unicodedata.normalize("NFC", word)
    if not _WITH_OTHERS.isdisjoint(composed):
        return composed.lower().translate(_OTHERWISE) if not word.isupper() else _in_capitals(composed)
    if "\u1f80" <= max(composed) <= "\u1fff":  # ancient Greek: ᾳ is ΑΙ in capitals
        apart = unicodedata.normalize("NFD", word)
        return apart.replace(_IOTA_BELOW, "ι") if _IOTA_BELOW in apart else word
    return word


def _in_capitals(word: str) -> str:
    return word.lower().translate(_OTHERWISE).upper()
