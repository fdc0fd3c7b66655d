"""Sentences that a feed repeats wherever they stand, with other numbers in them: "1,234 readers follow Zanzibar Post".

A story is repeated, too: the background of a running one stands in many reports. So a sentence counts as repeated by
the feed only if most of its items have it, or if it names the outlet; never if it is about what the items are about
(``subjects.py``); and with numbers that change only if it names the outlet or says what they count: "Zanzibar reports
120 new cases" is news each time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.text.sentences import Sentence, sentences
from monitor.text.subjects import Feed, stems

LEAST, _SHARE = 5, 0.6
LEAST_NAMED, _SHARE_NAMED = 4, 0.25
_LEAST_WORDS, _LEAST_UNPARTED = 3, 6
_LEAD = 200
_WORD = re.compile(r"\w+")
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_COUNTS = re.compile(
    r"(?<!\w)(?:readers?|followers?|subscribers?|views?|comments?|min(?:ute)?s?[ -](?:read|to read)|words|copyright"
    r"|читател\w*|подписчик\w*|просмотр\w*|комментари\w*|минут\w* (?:на )?чтени\w*|lecteurs?|abonnés|vues"
    r"|commentaires?|min(?:utes)? de lecture|lectores|seguidores|suscriptores|comentarios?|min(?:utos)? de lectura"
    r"|leitores|assinantes|comentários?|min(?:utos)? de leitura|leser\w*|abonnent\w*|aufrufe|kommentare?|lesezeit"
    r"|oku(?:yu)?cu\w*|okur\w*|takipçi\w*|yorum\w*|قارئین|صارفین|تبصر\w*|قارئ\w*|قراء|متابع\w*|مشترك\w*|تعليق\w*"
    r"|مشاهد\w*|पाठक\w*|फ़?ॉलोअर\w*|टिप्पणि\w*)(?!\w)|©|字数|阅读|閱讀|评论|評論|コメント",
    re.IGNORECASE,
)
"""What feeds count in each of their items."""


class Text(NamedTuple):
    """A text of an item, and where its blocks begin."""

    title: str
    text: str
    borders: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Scattered:
    """Sentences, masked. ``sure``: those of them that name the outlet, which need no story beside them."""

    sentences: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()

    def within(self, text: str, title: str, borders: Sequence[int] = ()) -> Iterator[tuple[int, int, bool]]:
        """Where they stand in ``text`` of an item with this ``title``: start, end, and whether to doubt it."""
        if self.sentences:
            for one in sentences(text, title, borders):
                if one.masked in self.sentences:
                    yield one.start, one.end, one.masked not in self.sure


NOTHING = Scattered()


def scattered(texts: Sequence[Text], feed: Feed) -> Scattered:
    """The sentences that ``texts`` of different titles repeat."""
    if len(texts) < LEAST_NAMED:
        return Scattered()
    read = [list(sentences(one.text, one.title, one.borders)) for one in texts]
    found = _often(read)
    sure = {one for one in found if feed.names_outlet(one)}
    kept = {
        one
        for one, (number, same) in found.items()
        if one in sure or _is_common(number if _COUNTS.search(one) else same, len(texts))
    }
    told = [stems(_told(text, kept, one)) for text, one in zip(texts, read, strict=True)] if kept else []
    kept = {one for one in kept if not feed.is_about(one, told)}
    return Scattered(frozenset(kept), frozenset(kept & sure))


def _often(read: Sequence[Sequence[Sentence]]) -> dict[str, tuple[int, int]]:
    """Sentences that several texts have: in how many, and in how many with the same numbers in them."""
    numbers = Counter(one for text in read for one in {sentence.masked for sentence in text})
    wanted = max(LEAST_NAMED, _SHARE_NAMED * len(read))
    same: dict[str, Counter[str]] = {one: Counter() for one, number in numbers.items() if number >= wanted}
    for text in read:
        for masked, raw in {(one.masked, one.raw) for one in text}:
            if masked in same:
                same[masked][raw] += 1
    return {one: (numbers[one], max(counted.values())) for one, counted in same.items() if _is_sentence(one)}


def _is_sentence(masked: str) -> bool:
    unparted = len(_UNPARTED.findall(masked))
    return unparted >= _LEAST_UNPARTED or len(_WORD.findall(masked)) - bool(unparted) >= _LEAST_WORDS


def _is_common(number: int, texts: int) -> bool:
    return number >= max(LEAST, _SHARE * texts)


def _told(text: Text, repeated: set[str], read: Sequence[Sentence]) -> str:
    """What an item tells by its title and its first sentences, without what is repeated."""
    rest = " ".join(one.raw for one in read if one.masked not in repeated)
    return f"{text.title} {rest[:_LEAD]}"
