"""What stands, word for word, at the beginning or the end of nearly all texts of a feed; and, by ``scattered.py``, the
sentences that most of them have anywhere.

Only whole sentences or paragraphs of several items count, each under another title: a handful of stories about one
subject share words, and seldom a sentence. An item's own title inside ("The post TITLE appeared ...") is any title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.text.beside.scattered import NOTHING, Scattered, Text, scattered
from monitor.text.beside.subjects import UNKNOWN, Feed, stems

LEAST = 5
"""In so many texts something has to stand before it can be a refrain."""
_SHARE = 0.8
_MOST_TEXTS, _MOST_WORDS, _WINDOW = 100, 60, 600
_LEAST_OF_PARAGRAPH = 6
_LEAST_IN_FRONT = 3
"""Shorter ones are where a story comes from: "ZANZIBAR. Ferries ..."."""
_LEAST_TITLE = 8
_LEAD = 200
_TITLE = "\0"
_PIECE = re.compile(r"\0|[^\s\0]+")
_ENDS = re.compile(r"[.!?…。！？।۔؟:|·•»][\"'»”’)\]]*$")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？।۔؟|·•»][\"'»”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Refrains:
    """What a feed's texts begin and end with, in words, and the sentences that stand anywhere in them."""

    leading: tuple[str, ...] = ()
    trailing: tuple[str, ...] = ()
    anywhere: Scattered = NOTHING

    def within(self, text: str, title: str) -> list[tuple[int, int]]:
        """What of ``text`` of an item with this ``title`` is its beginning and its end: start and end."""
        found = []
        if self.leading:
            pieces = _pieces(text[:_WINDOW], title)
            if tuple(word for word, _, _ in pieces[: len(self.leading)]) == self.leading:
                found.append((0, pieces[len(self.leading) - 1][2]))
        if self.trailing:
            floor = max(0, len(text) - _WINDOW)
            pieces = _pieces(text[floor:], title)[-len(self.trailing) :]
            start = floor + pieces[0][1] if pieces else 0
            if tuple(word for word, _, _ in pieces) == self.trailing and not (found and start < found[0][1]):
                found.append((start, len(text)))
        return found


def refrains(texts: Iterable[Text | tuple[str, str]], feed: Feed = UNKNOWN) -> Refrains:
    """Those of ``texts``, which stand with their titles."""
    by_title: dict[str, Text] = {}
    for one in map(_text, texts):
        if one.title and one.text.strip():
            by_title.setdefault(one.title.casefold(), one)
            if len(by_title) >= _MOST_TEXTS:
                break
    told = [*by_title.values()]
    found = Refrains(anywhere=scattered(told, feed))
    if len(told) < LEAST:
        return found
    leading = _common([[word for word, _, _ in _pieces(one.text[:_WINDOW], one.title)] for one in told])
    trailing = _common([[word for word, _, _ in reversed(_pieces(one.text[-_WINDOW:], one.title))] for one in told])
    found = replace(found, leading=_whole_sentences(leading), trailing=_segment(trailing, told))
    return _without_subjects(found, told, feed)


def _text(one: Text | tuple[str, str]) -> Text:
    return one if isinstance(one, Text) else Text(*one)


def _without_subjects(found: Refrains, told: Sequence[Text], feed: Feed) -> Refrains:
    """``found`` without what is about the subject of the feed."""
    if not found.leading and not found.trailing:
        return found
    words = [stems(" ".join((one.title, _rest(found, one)[:_LEAD]))) for one in told]
    return replace(
        found,
        leading=() if feed.is_about(" ".join(found.leading), words) else found.leading,
        trailing=() if feed.is_about(" ".join(found.trailing), words) else found.trailing,
    )


def _rest(found: Refrains, one: Text) -> str:
    places = [
        *found.within(one.text, one.title),
        *((start, end) for start, end, _ in found.anywhere.within(one.text, one.title, one.borders)),
    ]
    return "".join(_outside(one.text, places))


def _outside(text: str, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The parts of ``text`` between ``places``."""
    begin = 0
    for start, end in sorted(places):
        yield text[begin : max(begin, start)]
        begin = max(begin, end)
    yield text[begin:]


def _pieces(text: str, title: str) -> list[tuple[str, int, int]]:
    """The words of ``text`` with their places; its title counts as one."""
    if len(title) >= _LEAST_TITLE and len(text.casefold()) == len(text):
        title, folded, at = title.casefold(), text.casefold(), 0
        while (at := folded.find(title, at)) >= 0:
            text = text[:at] + _TITLE * len(title) + text[at + len(title) :]
            at += len(title)
    found: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(text):
        if piece[0] == _TITLE and found and found[-1][0] == _TITLE and found[-1][2] == piece.start():
            found[-1] = (_TITLE, found[-1][1], piece.end())
        else:
            found.append((piece[0], piece.start(), piece.end()))
    return found


def _common(texts: Sequence[Sequence[str]]) -> list[str]:
    """The longest beginning that nearly all have in common."""
    wanted = max(LEAST, int(-(-len(texts) * _SHARE // 1)))
    common: list[str] = []
    alive = list(texts)
    for place in range(_MOST_WORDS):
        counted = Counter(words[place] for words in alive if len(words) > place)
        word, number = counted.most_common(1)[0] if counted else ("", 0)
        if number < wanted:
            break
        common.append(word)
        alive = [words for words in alive if len(words) > place and words[place] == word]
    return common


def _whole_sentences(words: Sequence[str]) -> tuple[str, ...]:
    """``words`` up to the last one that ends a sentence."""
    ends = [place for place, word in enumerate(words) if _ENDS_SENTENCE.search(word)]
    return tuple(words[: ends[-1] + 1]) if ends and ends[-1] >= _LEAST_IN_FRONT - 1 else ()


def _segment(backwards: Sequence[str], texts: Sequence[Text]) -> tuple[str, ...]:
    """The last words in order, from where a sentence or a paragraph begins on."""
    words = list(reversed(backwards))
    if not words:
        return ()
    if _begin_anew(words, texts):
        return tuple(words)
    for place in range(1, len(words)):
        if _ENDS.search(words[place - 1]):
            return tuple(words[place:])
    is_paragraph = len(words) >= _LEAST_OF_PARAGRAPH and not words[0][:1].islower()
    return tuple(words) if is_paragraph else ()


def _begin_anew(words: Sequence[str], texts: Sequence[Text]) -> bool:
    """Whether a sentence ends, or nothing stands, before ``words`` in most of the texts: some paragraphs end without a
    point.
    """
    number = len(words)
    pieces = ([word for word, _, _ in _pieces(text[-_WINDOW:], title)] for title, text, _ in texts)
    before = [one[-number - 1] if len(one) > number else "." for one in pieces if one[-number:] == list(words)]
    return 3 * sum(bool(_ENDS.search(word)) for word in before) >= 2 * len(before)
