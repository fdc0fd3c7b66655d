"""The forms that a word takes in texts: plurals, Russian cases, Korean particles, Arabic prefixes.

Forms are generated when watchlists are compiled and met exactly; so they cost nothing per headline and bring in none of
the neighbours that fuzzy comparison would. The tables over-generate: a form that no text holds does no harm.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from monitor.matching.words.frequency import zipf

# --- Russian without a dictionary ------------------------------------------------------------------------------------

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
_FEMININE_A = (*["ы", "и", "е", "у", "ой", "ою", "ам", "ами", "ах"], "")
_FEMININE_IYA = ("ии", "ию", "ией", "ий", "иям", "иями", "иях")
_SOFT = ("я", "ю", "ем", "е", "и", "ей", "ям", "ями", "ях", "ью")
_NEUTER_IE = ("ия", "ию", "ием", "ии", "ий", "иям", "иями", "иях")
_NEUTER_O = (*["а", "у", "ом", "е", "ам", "ами", "ах"], "")

_RUSSIAN: tuple[tuple[tuple[str, ...], int, tuple[str, ...]], ...] = (
    (("ый", "ий", "ой", "ая", "ое", "ые"), 2, _ADJECTIVE),
    (("ия",), 2, _FEMININE_IYA),
    (("ие",), 2, _NEUTER_IE),
    (("а",), 1, _FEMININE_A),
    (("о",), 1, _NEUTER_O),
    (("я", "ь", "й"), 1, _SOFT),
)


def _by_endings(key: str) -> list[str]:
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


# --- Russian with one ------------------------------------------------------------------------------------------------

_PARSES = 2  # of a form's readings the first two are nearly always all that are meant


@functools.cache
def _parser() -> Callable[[str], list[Any]] | None:
    """All readings of a form by pymorphy3, likeliest first; None where it is not installed (the extra ``[ru]``)."""
    try:
        from pymorphy3 import MorphAnalyzer
    except ImportError:
        return None
    parse: Callable[[str], list[Any]] = MorphAnalyzer(lang="ru").parse
    return parse


@functools.cache
def _analyzer() -> Callable[[str], Iterable[str]] | None:
    """The lexeme by the dictionary, where it is installed.

    Readings of which the word is not the dictionary form are left out: a name like Орлов is also a case of орёл, and
    would bring in the eagle.
    """
    parse = _parser()
    if parse is None:
        return None

    def lexeme(key: str) -> Iterable[str]:
        readings = [one for one in parse(key) if one.normal_form.replace("ё", "е") == key][:_PARSES]
        return {form.word.replace("ё", "е") for one in readings for form in one.lexeme}

    return lexeme


def dictionary_form(written: str) -> str:
    """The dictionary form of a Russian word (Казани → Казань), with its capital; any other word as it is, and every
    word where no dictionary is installed.
    """
    key = written.casefold()
    if len(key) < 4 or not all("а" <= char <= "я" or char == "ё" for char in key):
        return written
    parse = _parser()
    best = parse(key)[0] if parse else None
    if best is None:
        return written
    form = str(best.normal_form)
    # What the dictionary does not know it guesses; a guess is good when it leads back.
    if not best.is_known and key.replace("ё", "е") not in forms(form.replace("ё", "е"), is_name=True):
        return written
    return form.upper() if written.isupper() else form.capitalize() if written[0].isupper() else form


# --- the other scripts -----------------------------------------------------------------------------------------------

# A Korean noun is written together with its particle.
_KOREAN = (
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "에게",
    "와",
    "과",
    "로",
    "으로",
    "도",
    "만",
    "까지",
    "부터",
    "측",
    "이나",
    "라고",
    "에는",
    "에도",
    "에서는",
)
# So is an Arabic one with its article, "and", "in", "to", "like". Urdu and Persian words take none of these.
_ARABIC_PREFIXES = ("ال", "و", "ب", "ل", "ف", "وال", "بال", "لل", "فال", "ك")
_HINDI = ("ों", "ओं", "ें", "जी")  # oblique plurals, and the honorific
_UKRAINIAN = frozenset("іїєґ")
_ARABIC_ONLY = frozenset("يكةىأإؤئ")
_URDU_OR_PERSIAN = frozenset("یکہھےںٹڈڑگچپژ")


def forms(key: str, written: str = "", is_name: bool = False) -> Iterable[str]:
    """The other forms of the word ``key`` (folded, see ``token_key``), without itself.

    ``written`` is the word as it stands in the watchlist: folding hides whether it is Arabic or Urdu. ``is_name``: it
    names one person, place or organisation, so it has no singular other than itself (Gates) and no genitive of many
    (газ is no form of Газа).
    """
    if len(key) < 2 or any(char.isdigit() for char in key):
        return [key + "s"] if key.isascii() and len(key) >= 2 and key[-1:].isdigit() else []  # F16s, S-400s
    if all("가" <= char <= "힣" for char in key):
        return [key + particle for particle in _KOREAN]
    if len(key) < 3:
        return ()
    if all("а" <= char <= "я" or char in _UKRAINIAN for char in key):
        return _russian(key, is_name) if len(key) >= 4 else ()
    if key.isascii():
        return [form for form in other_number(key) if not (is_name and len(form) < len(key))]
    if "\u0900" <= key[0] <= "\u097f":
        return [key + ending for ending in _HINDI]
    if "\u0600" <= key[0] <= "\u06ff" and _URDU_OR_PERSIAN.isdisjoint(written):
        return _arabic(key, written)
    return ()


def _arabic(key: str, written: str) -> list[str]:
    if key.startswith("ال") and len(key) >= 5 and not written.startswith(("أ", "إ")):
        # With its article: بالنفط, and للنفط, where the article loses its first letter.
        return [prefix + key for prefix in ("و", "ف", "ب", "ك", "وب")] + ["لل" + key[2:], "ولل" + key[2:]]
    if len(key) >= 4 and not _ARABIC_ONLY.isdisjoint(written):
        return [prefix + key for prefix in _ARABIC_PREFIXES]
    return []


def _russian(key: str, is_name: bool) -> Iterable[str]:
    analyzer = None if is_name else _analyzer()
    found = dict.fromkeys(_by_endings(key))
    if analyzer and _UKRAINIAN.isdisjoint(key):
        found |= dict.fromkeys(analyzer(key))
    found.pop(key, None)
    return [form for form in found if not (is_name and key.startswith(form))]


# --- English plurals -------------------------------------------------------------------------------------------------
# The other number of a word: plurals of singulars, and the singulars that a plural may have.


_TABLE = """
man/men woman/women child/children grandchild/grandchildren person/people foot/feet tooth/teeth mouse/mice goose/geese
ox/oxen policeman/policemen fisherman/fishermen spokesman/spokesmen spokeswoman/spokeswomen salesperson/salespeople
chairman/chairmen businessman/businessmen gunman/gunmen congressman/congressmen crisis/crises axis/axes basis/bases
thesis/theses analysis/analyses hypothesis/hypotheses phenomenon/phenomena criterion/criteria quiz/quizzes knife/knives
life/lives wife/wives wolf/wolves half/halves leaf/leaves thief/thieves shelf/shelves loaf/loaves calf/calves
scarf/scarves hero/heroes potato/potatoes tomato/tomatoes embargo/embargoes veto/vetoes cargo/cargoes echo/echoes
torpedo/torpedoes
"""
_IRREGULAR = dict(pair.split("/") for pair in _TABLE.split())
_OTHER = {one: [several] for one, several in _IRREGULAR.items()} | {
    several: [one] for one, several in _IRREGULAR.items()
}
_OTHER |= {"bases": ["base", "basis"], "axes": ["axe", "axis"], "leaves": ["leaf", "leave"], "lives": ["life", "live"]}
_UNCHANGED = frozenset(
    ["series", "species", "news", "means", "headquarters", "sheep", "aircraft", "spacecraft", "corps"]
)
_HISSING = ("s", "x", "z", "ch", "sh")
_ES = ("sses", "uses", "xes", "zes", "ches", "shes")


def other_number(key: str) -> list[str]:
    """The plural of ``key``, or where it is one, the singular; both where it may be either. Not every word is known:
    of forms that nobody has counted the usual ones are kept, as names have them too.
    """
    if key in _OTHER:
        return list(_OTHER[key])
    if key in _UNCHANGED or key.endswith("ics"):
        return []
    if key.endswith("s") and not key.endswith(("ss", "us", "is")):
        return _singulars(key) if len(key) >= 5 else _counted([f"{key}es"])
    if key.endswith("is"):
        return _counted([f"{key[:-2]}es"]) if key.endswith(("sis", "xis")) else []
    if key.endswith(_HISSING):
        return [f"{key}es"]
    if key.endswith("y") and key[-2:-1] not in ("", *"aeiou"):
        return _counted([f"{key[:-1]}ies"]) or [f"{key[:-1]}ies", f"{key}s"]  # cities, but the Kennedys
    return [f"{key}s"]


def _singulars(key: str) -> list[str]:
    """What ``key``, which ends in s, may be the plural of: a word that is known, if one is."""
    likely = [key[:-1]]
    if key.endswith("ies") and len(key) >= 6:
        likely.insert(0, f"{key[:-3]}y")
    elif key.endswith(_ES):
        likely.insert(0, key[:-2])
    known = sorted(_counted(likely), key=zipf, reverse=True)
    return known[:1] or ([] if zipf(key) else likely[:1])


def _counted(forms: list[str]) -> list[str]:
    return [form for form in forms if zipf(form)]
