"""Other spellings of names, found in what is stored: those of other scripts (пакистана, for Pakistan, in a Russian
feed) and acronyms.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from monitor.matching import Headline, Pattern, Watch, compile_watches
from monitor.matching.terms.forms import dictionary_form
from monitor.matching.terms.rules import BETWEEN, Mode
from monitor.matching.words.frequency import script_of
from monitor.model import WatchId
from monitor.text.tokens import raw_tokens, token_key, without_possessive

_LEAST = 2
_SHOWN = 3


class Spelling(NamedTuple):
    """A word of another script that sounds like a name, in its dictionary form; in how many texts it stands."""

    term: str
    name: str
    texts: int


def vocabulary(texts: Iterable[str], latin: bool) -> Counter[str]:
    """In how many texts each word stands that may be a name, as it is written. Those in Latin letters are left out
    unless they are asked for: nothing is quicker than not to look at them.
    """
    found: Counter[str] = Counter()
    for text in texts:
        if latin or not text.isascii():
            found.update(set(filter(_may_be_name, map(without_possessive, raw_tokens(text)))))
    return found


@functools.lru_cache(200_000)
def _may_be_name(raw: str) -> bool:
    return len(raw) > 2 and (raw[0].isupper() or raw[0].lower() == raw[0].upper())


def spellings(names: Sequence[Pattern], words: Counter[str]) -> list[Spelling]:
    """What of ``words`` sounds like one of ``names``, is of another script, and is not met by them yet."""
    wanted = {
        (sounds(pattern.words[0].key), script_of(pattern.words[0].key)): pattern.text
        for pattern in names
        if len(pattern.words) == 1
    }
    by_sound: dict[str, list[tuple[str, str]]] = {}
    for (sound, script), text in wanted.items():
        if sound:
            by_sound.setdefault(sound, []).append((script, text))
    scripts = {script for _, script in wanted}
    if not by_sound:
        return []
    engine = compile_watches([Watch(WatchId("known"), "known", "", any=tuple(names))])
    found: Counter[tuple[str, str]] = Counter()
    for raw, number in words.items():
        same = by_sound.get(_sounds(raw))
        if same and _script(raw) not in scripts and not engine.match(Headline(raw)):
            found[dictionary_form(raw), same[0][1]] += number
    best = [Spelling(term, name, number) for (term, name), number in found.most_common() if number >= _LEAST]
    return best[:_SHOWN]


@functools.lru_cache(200_000)
def _sounds(raw: str) -> str:
    return sounds(token_key(raw))


def _script(raw: str) -> str:
    return script_of(token_key(raw))


# --- sounds ----------------------------------------------------------------------------------------------------------
# Which names of different scripts may be one, by the consonants that scripts agree about: of Overchuk, Оверчук and
# اوورچک that is r, ch, k, as vowels are not written by all, and v, w and h come and go. That is no proof, and is shown
# to a person as a proposal only.


LEAST_SOUNDS = 3
"""Fewer consonants belong to too many names."""

_DIGRAPHS = (
    ("shch", "S"),
    ("tsch", "C"),
    ("sch", "S"),
    ("tch", "C"),
    ("kh", "K"),
    ("gh", "G"),
    ("sh", "S"),
    ("ch", "C"),
    ("zh", "Z"),
    ("ph", "F"),
    ("th", "T"),
    ("ck", "K"),
    ("ts", "C"),
    ("dj", "J"),
    ("дж", "J"),
)
_SOUNDS = {
    "B": "bpбпبپ",
    "C": "cчцچ",
    "D": "dдدڈ",
    "F": "fфف",
    "G": "gгґگغ",
    "J": "jجџ",
    "K": "kqкхکقخ",
    "L": "lлل",
    "M": "mмم",
    "N": "nнنں",
    "R": "rрرڑ",
    "S": "sсшщسصثش",
    "T": "tтتطٹ",
    "Z": "zжзزذضظژ",
}
_OF_LETTER = {letter: sound for sound, letters in _SOUNDS.items() for letter in letters}


def sounds(key: str) -> str:
    """The consonants of a folded word, by classes of sounds; empty when they are too few to tell anything, or when its
    script is not known here.
    """
    text = key
    for written, sound in _DIGRAPHS:
        text = text.replace(written, sound)
    text = text.replace("x", "KS")
    found = [char if char in _SOUNDS else _OF_LETTER.get(char, "") for char in _hard_c(text)]
    # A doubled consonant is one sound.
    once = [sound for at, sound in enumerate(found) if sound and (at == 0 or found[at - 1] != sound)]
    return "".join(once) if len(once) >= LEAST_SOUNDS else ""


def _hard_c(text: str) -> str:
    """``c`` is k before a, o, u and consonants, and s before e, i and y."""
    return "".join(
        ("S" if text[at + 1 : at + 2] in ("e", "i", "y") else "K") if char == "c" else char
        for at, char in enumerate(text)
    )


# --- initials --------------------------------------------------------------------------------------------------------
# Acronyms of names that are written out (United States: US), found where both stand in one stored text.


_LEAST_TOGETHER = 2
"""So many texts have to write a name both ways, as papers do: chance seldom brings both twice."""
_LETTERS = range(2, 8)


def acronyms(names: Sequence[Pattern], texts: Iterable[str]) -> list[Spelling]:
    """The initials of ``names`` that ``texts`` use for them, and that are not among the names."""
    known = {pattern.words[0].key for pattern in names if pattern.words[0].mode is Mode.ACRONYM}
    wanted = {letters: pattern.text for pattern in names if (letters := _initials(pattern)) and letters not in known}
    if not wanted:
        return []
    both = {letters: (_either(name), _abbreviated(letters)) for letters, name in wanted.items()}
    together, seen = dict.fromkeys(wanted, 0), dict.fromkeys(wanted, 0)
    for text in texts:
        for letters, (whole, short) in both.items():
            if short.search(text):
                seen[letters] += 1
                together[letters] += bool(whole.search(text))
    return [
        Spelling(letters.upper(), name, seen[letters])
        for letters, name in wanted.items()
        if together[letters] >= _LEAST_TOGETHER
    ]


def _initials(pattern: Pattern) -> str:
    """The first letters of a name of several words, folded; empty for what is no such name."""
    if len(pattern.words) < 2 or any(word.mode is not Mode.WORD for word in pattern.words):
        return ""
    telling = [raw for raw in raw_tokens(pattern.text) if token_key(raw) not in BETWEEN]
    letters = "".join(raw[0] for raw in telling)
    return token_key(letters) if letters.isupper() and len(letters) in _LETTERS else ""


def _either(name: str) -> re.Pattern[str]:
    return re.compile(r"\W+".join(_escaped(raw_tokens(name))), re.IGNORECASE)


def _abbreviated(letters: str) -> re.Pattern[str]:
    """The letters as capitals, with full stops or without them."""
    short = r"\.?".join(_escaped(letters.upper()))
    return re.compile(rf"(?<!\w){short}(?!\w)")


def _escaped(parts: Iterable[str]) -> Iterator[str]:
    return map(re.escape, parts)
