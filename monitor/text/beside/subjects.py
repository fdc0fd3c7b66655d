"""Whether a sentence that a feed repeats is about its subject. "Zanzibar votes for a president on Sunday" stands below
each report of an evening, and is news; "Visit Zanzibar with our partner" stands there, too, and is none.

The headlines tell: those of a feed about a subject name it. In doubt the sentence is news.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.text.beside.outlet import feed_names
from monitor.text.beside.sentences import TITLE
from monitor.text.languages import is_little
from monitor.text.tokens import is_spaceless, raw_tokens, token_key

_LEAST, _SHARE = 3, 0.2
_STEM, _LEAST_LETTERS, _LEAST_WITHOUT_CASE = 4, 4, 3
"""Words that begin with the same four letters are one: Iran and Iranians. Too many alike only let more count."""
_LEAST_IN_CAPITALS = 2
_BEFORE = re.compile(r"[^\W\d_]{1,2}['’](?=\w{2})|[وفبلك]{0,2}ال(?=\w{3})|[وفبلك](?=\w{4})|[והבלמכש](?=\w{3})")
"""What is written together with the word behind it: elided articles, Arabic and Hebrew ones and their like."""
_HANGUL = re.compile("[\uac00-\ud7a3]")
_RUN = 2
"""So many letters of a script without spaces are compared as a word."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What is known of a feed by which its subject can be told: its title, and the ``names`` of its outlet."""

    called: str = ""
    names: tuple[str, ...] = ()

    def names_outlet(self, sentence: str) -> bool:
        """Whether ``sentence`` has one of the outlet's names in it."""
        return self._without_names(sentence) != sentence

    def is_about(self, sentence: str, told: Sequence[frozenset[str]]) -> bool:
        """Whether ``sentence`` has a word in common with the feed's title, or with several of its items, of which the
        ``stems`` are given. One that quotes the title of its item is about none of them.
        """
        if TITLE in sentence:
            return False
        own = self._without_names(sentence)
        is_named = own != sentence
        for form in feed_names(self.called):
            own = own.replace(form, " ") if _is_name(form) else own
        found = stems(own)
        if not is_named and not found.isdisjoint(stems(self._without_names(self.called))):
            return True
        wanted = max(_LEAST, _SHARE * len(told))
        return any(sum(one in words for words in told) >= wanted for one in found)

    def _without_names(self, sentence: str) -> str:
        named = _any_of(self.names)
        return named.sub(" ", sentence) if named else sentence


UNKNOWN = Feed()


def _is_name(form: str) -> bool:
    """Whether a feed's title is a name where it stands in a sentence: "Isle Weaver", not "Zanzibar votes"."""
    words = form.split()
    return len(words) > 1 and all(word[:1].isupper() for word in words)


@functools.lru_cache(1_000)
def _any_of(names: tuple[str, ...]) -> re.Pattern[str] | None:
    forms = {form for name in names for form in (name, name.upper())}
    listed = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)") if listed else None


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words in ``text`` that may name a subject."""
    return frozenset(_stems(raw_tokens(text)))


def _stems(tokens: Iterable[str]) -> Iterable[str]:
    run = ""
    for token in tokens:
        if is_spaceless(token):
            run += token
            if len(run) >= _RUN:
                yield run[-_RUN:]
            continue
        run = ""
        yield from _stem(token)
        if before := _BEFORE.match(token):
            yield from _stem(token[before.end() :])


def _stem(token: str) -> Iterator[str]:
    found = token_key(token)
    if found.isdigit():
        return
    if token[1:].isupper():  # UN, IMF, WHO
        if len(found) >= _LEAST_IN_CAPITALS:
            yield found[:_STEM]
        return
    if _HANGUL.match(token):  # a particle follows
        if len(found) >= _RUN:
            yield found[:_RUN]
        return
    least = _LEAST_LETTERS if token.lower() != token.upper() else _LEAST_WITHOUT_CASE
    if len(found) >= least and not is_little(token):
        yield found[:_STEM]
