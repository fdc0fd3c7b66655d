"""Other shapes of a word that mean the word: plurals in Latin script, case endings of Russian nouns and adjectives.

Forms are generated once, when a watchlist is compiled, and met exactly; so they cost nothing per headline and bring in
none of the neighbours that fuzzy comparison would. The tables over-generate: a form that no text holds does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable

# Endings by what a dictionary form ends with, longest first. Russian grammar: the regular declensions, singular and
# plural.
_ADJECTIVE = (
    "ого",
    "ому",
    "ым",
    "им",
    "ом",
    "ая",
    "ой",
    "ую",
    "ое",
    "ые",
    "ие",
    "ых",
    "их",
    "ыми",
    "ими",
    "его",
    "ему",
    "ем",
)
_MASCULINE = ("а", "у", "ом", "е", "ы", "и", "ов", "ам", "ами", "ах", "ым")  # -ым: surnames in -ин and -ов (Мишустиным)
_FEMININE_A = ("ы", "и", "е", "у", "ой", "ою", "ам", "ами", "ах", "")
_FEMININE_IYA = ("ии", "ию", "ией", "ий", "иям", "иями", "иях")
_SOFT = ("я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях", "ью")
_NEUTER_IE = ("ия", "ию", "ием", "ии", "ий", "иям", "иями", "иях")
_NEUTER_O = ("а", "у", "ом", "е", "ам", "ами", "ах", "")

_RUSSIAN: tuple[tuple[tuple[str, ...], int, tuple[str, ...]], ...] = (
    (("ый", "ий", "ой", "ая", "ое", "ые"), 2, _ADJECTIVE),
    (("ия",), 2, _FEMININE_IYA),
    (("ие",), 2, _NEUTER_IE),
    (("а",), 1, _FEMININE_A),
    (("о",), 1, _NEUTER_O),
    (("я", "ь", "й"), 1, _SOFT),
)


def forms(key: str) -> Iterable[str]:
    """The other forms of the word ``key`` (folded, see ``token_key``), without itself."""
    if len(key) < 3 or any(char.isdigit() for char in key):
        return ()
    if all("а" <= char <= "я" for char in key):
        return _russian(key) if len(key) >= 4 else ()
    if key.isascii():
        return _latin(key)
    return ()


def _latin(key: str) -> list[str]:
    if key.endswith("ss") or len(key) < 4:
        return [key + "s"] if not key.endswith("s") else []
    found = [key + "s"]
    if key.endswith(("s", "x", "z", "ch", "sh")):
        found = [key + "es"]
    elif key.endswith("y") and key[-2] not in "aeiou":
        found.append(key[:-1] + "ies")
    if key.endswith("s") and len(key) >= 5 and not key.endswith(("us", "is")):
        found.append(key[:-1])
    return found


def _russian(key: str) -> list[str]:
    for endings, cut, replacements in _RUSSIAN:
        if key.endswith(endings):
            stem = key[:-cut]
            return [stem + ending for ending in replacements if len(stem) >= 3 and stem + ending != key]
    if key[-1] in "еиуыэю":
        return []
    found = [key + ending for ending in _MASCULINE]
    if key.endswith("ок") and len(key) >= 5:  # the fleeting vowel: поток → потока, but потолок → потолка
        found += [key[:-2] + "к" + ending for ending in _MASCULINE]
    return found
