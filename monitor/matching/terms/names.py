"""Names of persons in other scripts: romanisations of Cyrillic names, consonants of names in Arabic script."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice, product

# How each letter is romanised: English (BGN/PCGN, simplified as newspapers do), French, German, Polish.
_STYLES = ("en", "fr", "de", "pl")
_ROMAN: dict[str, tuple[str, str, str, str]] = {
    "а": ("a", "a", "a", "a"),
    "б": ("b", "b", "b", "b"),
    "в": ("v", "v", "w", "w"),
    "г": ("g", "g", "g", "g"),
    "д": ("d", "d", "d", "d"),
    "е": ("e", "e", "e", "e"),
    "ж": ("zh", "j", "sch", "z"),
    "з": ("z", "z", "s", "z"),
    "и": ("i", "i", "i", "i"),
    "й": ("y", "i", "i", "j"),
    "к": ("k", "k", "k", "k"),
    "л": ("l", "l", "l", "l"),
    "м": ("m", "m", "m", "m"),
    "н": ("n", "n", "n", "n"),
    "о": ("o", "o", "o", "o"),
    "п": ("p", "p", "p", "p"),
    "р": ("r", "r", "r", "r"),
    "с": ("s", "s", "s", "s"),
    "т": ("t", "t", "t", "t"),
    "у": ("u", "ou", "u", "u"),
    "ф": ("f", "f", "f", "f"),
    "х": ("kh", "kh", "ch", "ch"),
    "ц": ("ts", "ts", "z", "c"),
    "ч": ("ch", "tch", "tsch", "cz"),
    "ш": ("sh", "ch", "sch", "sz"),
    "щ": ("shch", "chtch", "schtsch", "szcz"),
    "ъ": ("", "", "", ""),
    "ы": ("y", "y", "y", "y"),
    "ь": ("", "", "", ""),
    "э": ("e", "e", "e", "e"),
    "ю": ("yu", "iou", "ju", "ju"),
    "я": ("ya", "ia", "ja", "ja"),
}
_WEAK = str.maketrans(dict.fromkeys("اويیه"))
LEAST_CONSONANTS = 5
"""A skeleton of fewer consonants belongs to too many words."""


def romanised(key: str) -> Iterable[str]:
    """Latin spellings of a Cyrillic name, folded: ``мишустин`` → mishustin, michoustin(e), mischustin, miszustin."""
    if not key or not all(char in _ROMAN for char in key):
        return ()
    found: list[str] = []
    for style, name in enumerate(_STYLES):
        ending = key.endswith(("ий", "ый")) and len(key) > 3
        stem = key[:-2] if ending else key
        options = [_options(stem, at, style) for at in range(len(stem))]
        options += [_ENDINGS] if ending else [("", "e")] if name == "fr" and key.endswith("ин") else []
        found += map("".join, islice(product(*options), _MOST))
    return list(dict.fromkeys(found))


_ENDINGS = ("y", "i", "ii", "iy", "yy", "yj", "ij")  # Dmitry, Dmitri, Dmitrii, Dmitriy, Zelenskyy, Selenskyj
_MOST = 32


def _options(key: str, at: int, style: int) -> tuple[str, ...]:
    """The ways to write one letter. English papers differ in й (Sergey, Sergei) and in е after a vowel (Dudayev)."""
    written = _ROMAN[key[at]][style]
    if _STYLES[style] == "en" and key[at] == "й":
        return (written, "i")
    if _STYLES[style] == "en" and key[at] == "е" and at > 0 and key[at - 1] in "аеиоуыэюя":
        return (written, "ye")
    return (written,)


def skeleton(key: str) -> str:
    """The consonants of a name in Arabic script, whose vowels are written now and then: مشوستن and میشوستین share
    one. Empty when too few are left.
    """
    consonants = key.translate(_WEAK)
    return consonants if len(consonants) >= LEAST_CONSONANTS and "\u0600" <= key[0] <= "\u06ff" else ""
