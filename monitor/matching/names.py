"""Names of persons in other scripts: romanisations of Cyrillic names, consonants of names in Arabic script."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

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
    found = []
    for style, _ in enumerate(_STYLES):
        name = "".join(_ROMAN[char][style] for char in key)
        found.append(name)
        if _STYLES[style] == "fr" and key.endswith("ин"):
            found.append(name + "e")
    # English papers differ in -ий and -ый (Dmitry, Dmitriy, Dmitri) and in е after a vowel (Medvedev, Dudayev).
    english = found[0]
    if key.endswith(("ий", "ый")):
        found += [english[:-2] + ending for ending in ("y", "i", "ii", "iy")]
    found += ["".join(parts) for parts in product(*_with_glides(key))] if key.count("е") <= 2 else []
    return list(dict.fromkeys(found))


def _with_glides(key: str) -> Iterable[tuple[str, ...]]:
    for index, char in enumerate(key):
        after_vowel = index > 0 and key[index - 1] in "аеиоуыэюя"
        yield ("e", "ye") if char == "е" and after_vowel else (_ROMAN[char][0],)


def skeleton(key: str) -> str:
    """The consonants of a name in Arabic script, whose vowels are written now and then: مشوستن and میشوستین share
    one. Empty when too few are left.
    """
    consonants = key.translate(_WEAK)
    return consonants if len(consonants) >= LEAST_CONSONANTS and "\u0600" <= key[0] <= "\u06ff" else ""
