"""Sentences that a feed repeats wherever they stand, with other numbers in them: "1,234 readers follow Zanzibar Post".

A story is repeated, too: the background of a running one stands in many reports. So a sentence counts as repeated by
the feed only if most of its items have it, or if it names the outlet; never if it is about what the items are about
(``subjects.py``); and with numbers that change only if it says what feeds count: "Zanzibar reports 120 new cases" is
news each time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.text.beside.sentences import Sentence, sentences
from monitor.text.beside.subjects import Feed, stems

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
    """The forms of sentences. ``sure``: of those that name the outlet, which need no story beside them."""

    sentences: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()

    def within(self, text: str, title: str, borders: Sequence[int] = ()) -> Iterator[tuple[int, int, bool]]:
        """Where they stand in ``text`` of an item with this ``title``: start, end, and whether to doubt it."""
        if self.sentences:
            for one in sentences(text, title, borders):
                if (form := _form(one)) in self.sentences:
                    yield one.start, one.end, form not in self.sure


NOTHING = Scattered()


def scattered(texts: Sequence[Text], feed: Feed) -> Scattered:
    """The sentences that ``texts`` of different titles repeat."""
    if len(texts) < LEAST_NAMED:
        return Scattered()
    read = [list(sentences(one.text, one.title, one.borders)) for one in texts]
    found = _often(read)
    sure = {one for one in found if feed.names_outlet(one)}
    kept = {one for one, number in found.items() if one in sure or number >= max(LEAST, _SHARE * len(texts))}
    told = [stems(_told(text, kept, one)) for text, one in zip(texts, read, strict=True)] if kept else []
    kept = {one for one in kept if not feed.is_about(one, told)}
    return Scattered(frozenset(kept), frozenset(kept & sure))


def _often(read: Sequence[Sequence[Sentence]]) -> dict[str, int]:
    """The forms of sentences that several texts have: in how many."""
    numbers = Counter(form for text in read for form in {_form(one) for one in text})
    wanted = max(LEAST_NAMED, _SHARE_NAMED * len(read))
    return {form: number for form, number in numbers.items() if number >= wanted and _is_sentence(form)}


def _form(sentence: Sentence) -> str:
    """What a sentence is compared by: as it is written, but that what counts readers may count others."""
    return sentence.masked if _COUNTS.search(sentence.masked) else sentence.raw


def _is_sentence(form: str) -> bool:
    unparted = len(_UNPARTED.findall(form))
    return unparted >= _LEAST_UNPARTED or len(_WORD.findall(form)) - bool(unparted) >= _LEAST_WORDS


def _told(text: Text, repeated: set[str], read: Sequence[Sentence]) -> str:
    """What an item tells by its title and its first sentences, without what is repeated."""
    rest = " ".join(one.raw for one in read if _form(one) not in repeated)
    return f"{text.title} {rest[:_LEAD]}"
