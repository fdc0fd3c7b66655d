"""Spellings of names in other scripts, found in what is stored: пакистана, for Pakistan, in a Russian feed."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.matching import Headline, Pattern, Watch, compile_watches
from monitor.matching.forms import dictionary_form
from monitor.matching.frequency import script_of
from monitor.model import WatchId
from monitor.text.tokens import raw_tokens, token_key, without_possessive
from monitor.workshop.sounds import sounds

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
