"""The other number of an English word: plurals of singulars, and the singulars that a plural may have."""

from __future__ import annotations

from monitor.matching.frequency import zipf

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
