"""Which names of different scripts may be one: by their consonants, as far as scripts agree about them.

Vowels are written by some scripts and not by others, and v, w and h come and go. What is left of Overchuk, Оверчук and
اوورچک is r, ch, k. That is no proof, and is shown to a person as a proposal only.
"""

from __future__ import annotations

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
