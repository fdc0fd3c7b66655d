"""A search in texts, with words as watchlists know them: whatever their case, accents, plural or elided article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitor.matching.engine import Headline, compile_watches
from monitor.matching.lexicon import ELIDED
from monitor.matching.terms.advice import TermError
from monitor.matching.terms.rules import (
    Concept,
    Pattern,
    Watch,
    is_acronym,
    parse_term,
    says_nothing,
    unforgiving,
)
from monitor.model import WatchId
from monitor.text.tokens import ONE_APOSTROPHE, capitals, raw_tokens, token_key

_ACRONYM = 4
"""A longer word in capitals is typed so by chance, or is no other word in small letters."""
_OR, _AND = "OR", "AND"
_PIECES = re.compile(r'"([^"]+)"|([^\s"]+)')
_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))


class Search:
    """What has to occur in a text: every one of some terms, or another that stands for it."""

    def __init__(self, words: Sequence[str]) -> None:
        """``words``: words and phrases as they are typed, a phrase in quotes or as one of ``words``; ``OR`` between two
        of them asks for one of the two. Raises TermError for what can be met nowhere, or everywhere.
        """
        concepts = tuple(Concept(" OR ".join(terms), tuple(map(_pattern, terms))) for terms in _asked(words))
        watch = Watch(WatchId("search"), "", "", all=tuple(dict.fromkeys(concepts)), fields=(1.0, 1.0, 1.0))
        self._engine = compile_watches([watch]) if concepts else None

    def finds(self, title: str, summary: str) -> bool:
        """Whether all of it occurs in the two texts."""
        return not self._engine or any(found.score for found in self._engine.judge(Headline(title, summary)))


def _asked(words: Sequence[str]) -> Iterator[list[str]]:
    groups: list[list[str]] = []
    joins = False
    for piece, is_phrase in _pieces(words):
        if piece in (_OR, _AND) and not is_phrase:
            if joins or (piece == _OR and not groups):
                raise _lone_or()
            joins = piece == _OR
        elif joins:
            groups[-1].append(piece)
            joins = False
        else:
            groups.append([piece])
    if joins:
        raise _lone_or()
    telling = [group for group in groups if len(group) > 1 or not _says_nothing(group[0])]
    yield from telling or groups


def _lone_or() -> TermError:
    return TermError(
        "foreign-syntax", '"OR" stands between two words', "write a word on both sides of it, or leave it out"
    )


def _pieces(words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    for word in words:
        word = word.translate(_QUOTES)
        if '"' in word or not {_OR, _AND}.isdisjoint(word.split()):
            yield from ((phrase or plain, bool(phrase)) for phrase, plain in _PIECES.findall(word))
        elif word.strip():
            yield word, False


def _says_nothing(term: str) -> bool:
    keys = list(map(token_key, raw_tokens(term)))
    return all((len(key) == 1 and key.isascii()) or says_nothing(key) for key in keys) and not is_acronym(term)


def _pattern(term: str) -> Pattern:
    article, _, noun = term.translate(ONE_APOSTROPHE).partition("'")
    if article.casefold() in ELIDED and len(noun) > 1:
        term = noun
    if capitals(term) > _ACRONYM:
        term = term.lower()
    return unforgiving(parse_term(term))
