"""Footers: what stands below a story. "Read more on Zanzibar Post", "Source: Reuters", "© 2026 Zanzibar Post".

None is ever taken for more than one sentence, at the end of a text or of its last block. One that might be a story
itself ("Sources: president to resign") is ``weak``: it is a footer only where a story stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.text import phrases
from monitor.text.bylines import credit
from monitor.text.invitations import invitation
from monitor.text.outlet import Outlet, is_one_of

_WINDOW = 700
"""A footer stands within so many characters of a text's end."""
_MOST_FOOTERS = 8
_SENTENCE_ENDS = re.compile(r"[.!?…。！？।۔؟»”\"')\]]\s*$")
# The point of an initial ends no sentence.
_INNER_END = re.compile(r"(?<!\b\w)[.!?]\s+\S|[。！？।۔؟]\s*\w")
_SENTENCE = re.compile(r"[^.!?。！？।۔؟]+")
_WORD = re.compile(r"\w+")
_MORE_TAIL, _LINK_TAIL, _SHORT_TAIL, _NAME_TAIL = 30, 12, 12, 8
_FEW_BEFORE, _MOST_BEFORE = 5, 40
_LEAST_TITLE = 8
_MOST_JOINING = 2
_LEAST_STORY, _LEAST_UNPARTED = 2, 4
_MOST_OF_NAME, _MOST_WITHOUT_CASE, _MOST_LETTERS = 6, 3, 10
_SMALL = frozenset(
    "of the and for in on und der die das de du des da la le les et y e el di del do i и van & a".split()  # noqa: SIM905
)
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class Footer(NamedTuple):
    """Where a footer stands. ``weak``: only if a story stands above it."""

    start: int
    end: int
    weak: bool


def footers(text: str, titles: Sequence[str], names: Sequence[Outlet], borders: Sequence[int] = ()) -> Iterator[Footer]:
    """The footers of ``text``, from its end on. ``titles``: how its item is called; ``borders``: where blocks begin."""
    end = len(text.rstrip())
    floor = max(0, end - _WINDOW)
    for _ in range(_MOST_FOOTERS):
        begin = max((place for place in borders if floor < place < end), default=floor)
        part = text[begin:end]
        found = _last(part, titles, names) if part.strip() else None
        if found is None and begin > floor and is_one_of(part, names):
            found = 0, False  # a block that only names the outlet
        if found is None:
            return
        yield Footer(begin + found[0], end, found[1])
        end = len(text[: begin + found[0]].rstrip())


def posted(text: str) -> list[tuple[int, int]]:
    """What sites for discussion add, wherever it stands: start and end."""
    return [found.span() for found in phrases.POSTED.finditer(text)]


def has_story(text: str, borders: Sequence[int] = ()) -> bool:
    """Whether a story is among what is left of a text: a sentence that is no credit and leads nowhere."""
    places = [0, *borders, len(text)]
    for start, end in pairwise(places):
        for found in _SENTENCE.finditer(text, start, end):
            sentence = found[0]
            unparted = len(_UNPARTED.findall(sentence))
            words = len(_WORD.findall(sentence)) - bool(unparted)
            is_whole = words == 1 and found.end() < end  # "Boats."
            enough = unparted >= _LEAST_UNPARTED or words >= _LEAST_STORY or is_whole
            if enough and not _is_beside(sentence.lstrip()):
                return True
    return False


def _is_beside(sentence: str) -> bool:
    if phrases.RIGHTS.search(sentence) or phrases.READ_ON.match(sentence) or phrases.SOURCE.match(sentence):
        return True
    related = phrases.RELATED.match(sentence)
    return bool(related) and _is_followed_by_mark(sentence[related.end() :]) if related else False


def _last(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """Where the footer at the end of ``part`` begins, and whether it is a weak one."""
    found = [
        one
        for one in (
            _first_on(part, titles, names),
            _read_on(part, titles, names),
            _related(part, titles),
            _source(part, names),
            _rights(part, names),
            _credit(part),
            invitation(part, names),
        )
        if one
    ]
    return min(found) if found else None


def _first_on(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "The post TITLE appeared first on SITE.", in whatever words: the title of the item, and the site's name."""
    phrase = next(reversed(list(phrases.FIRST_ON.finditer(part))), None)
    folded = part.casefold()
    for title in titles:
        at = folded.rfind(title.casefold()) if len(title) >= _LEAST_TITLE and len(folded) == len(part) else -1
        if at < 0:
            continue
        tail = part[at + len(title) :]
        says_so = phrase is not None and phrase.start() >= at + len(title)
        if _is_short(tail, _SHORT_TAIL) and (says_so or (_names_one(tail, names) and at > 0)):
            return _sentence_begins(part, at, _FEW_BEFORE), not says_so
    if not phrase or not _is_short(part[phrase.end() :], _NAME_TAIL):
        return None
    start = _sentence_begins(part, phrase.start(), _MOST_BEFORE)
    begins = phrases.BEGINS.match(part, start)
    between = len(_WORD.findall(part[start : phrase.start()]))
    tail = part[phrase.end() :].strip(" .")
    is_named = _only_names(tail, names)
    if begins and (between <= _FEW_BEFORE or is_named or _may_be_name(tail)):
        return start, True
    if is_named and tail:
        return (start if between <= _FEW_BEFORE else phrase.start()), True
    return None


def _read_on(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "Read more", and where: it is surely a footer where nothing follows but the title and the outlet's name."""
    for found in reversed(list(phrases.READ_ON.finditer(part))):
        tail = _without(part[found.end() :], titles)
        if _is_short(tail, _LINK_TAIL) and _begins_sentence(part, found.start(), found[0]):
            return found.start(), not _only_names(tail, names)
    return None


def _related(part: str, titles: Sequence[str]) -> tuple[int, bool] | None:
    for found in reversed(list(phrases.RELATED.finditer(part))):
        tail = part[found.end() :]
        is_one = _is_followed_by_mark(tail) and _is_short(_without(tail, titles), _MORE_TAIL)
        if is_one and _begins_sentence(part, found.start(), found[0]):
            return found.start(), True
    return None


def _is_followed_by_mark(tail: str) -> bool:
    return bool(re.match(r"\s*(?:[:：|»>–—-]|$)", tail))


def _source(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "Source:" with a name behind it."""
    for found in reversed(list(phrases.SOURCE.finditer(part))):
        tail = part[found.end() :].strip(' .,;()[]（）【】。»«"“”')
        if not _begins_sentence(part, found.start(), found[0]):
            continue
        if _is_known(tail, names) or _ADDRESS.fullmatch(tail):
            return found.start(), False
        if _may_be_name(tail):
            return found.start(), True
    return None


def _rights(part: str, names: Sequence[Outlet]) -> tuple[int, bool] | None:
    """ "© 2026 Zanzibar Post, all rights reserved": surely one where a year stands before a name."""
    for one in phrases.RIGHTS.finditer(part):
        behind = part[one.end() :]
        if _is_short(behind, _SHORT_TAIL) and not re.search(r"[:：]\s", behind):
            tail = behind.lstrip("0123456789-–,.©() \t")
            has_year = any(char.isdigit() for char in behind[: len(behind) - len(tail)])
            tail = phrases.RIGHTS.split(tail)[0].strip(" .,-–|")
            return one.start(), bool(tail) and not (_is_known(tail, names) or (has_year and _may_be_name(tail)))
    return None


def _credit(part: str) -> tuple[int, bool] | None:
    """ "Photo by Ali Khan / Zanzibar Post"."""
    at = credit(part)
    return (at, True) if at >= 0 else None


def _is_known(tail: str, names: Sequence[Outlet]) -> bool:
    return is_one_of(tail, names)


def _names_one(tail: str, names: Sequence[Outlet]) -> bool:
    return any(one.name.casefold() in tail.casefold() for one in names)


def _only_names(tail: str, names: Sequence[Outlet]) -> bool:
    """Whether nothing stands there but the name of an outlet, and a word or two that join it."""
    tail = tail.strip(" .…→»›>:[]()&|-–—。")
    for one in names:
        if tail.casefold().endswith(one.name.casefold()):
            tail = tail[: len(tail) - len(one.name)]
            return len(_WORD.findall(tail)) <= _MOST_JOINING and ":" not in tail
    return not _WORD.search(tail)


def _may_be_name(tail: str) -> bool:
    """Whether a few words may be a name: in capitals where there are any."""
    words = tail.split()
    if not 0 < len(words) <= _MOST_OF_NAME or _INNER_END.search(tail) or re.search(r"[:：!?？！]", tail):
        return False
    if tail.upper() == tail.lower():
        return len(words) <= _MOST_WITHOUT_CASE and len(_UNPARTED.findall(tail)) <= _MOST_LETTERS
    return all(not one[:1].islower() or one.lower() in _SMALL for one in (word.strip("\"'«“(") for word in words))


def _without(tail: str, titles: Sequence[str]) -> str:
    for title in titles:
        tail = tail.replace(title, " ") if title else tail
    return tail


def _is_short(tail: str, words: int) -> bool:
    """Whether a text has one sentence at most, of so many words."""
    letters = len(_UNPARTED.findall(tail))
    return len(_WORD.findall(tail)) + letters // 2 <= words and not _INNER_END.search(tail)


def _begins_sentence(part: str, at: int, phrase: str) -> bool:
    before = part[:at].rstrip()
    if before[-1:] in tuple("“„«\"'‘(") and before[-1:]:
        return False
    if not before or _SENTENCE_ENDS.search(before) or before[-1] in "|·•-–—>:（(":
        return True
    # Paragraphs are told by nothing in plain text. A capital, or letters that know none, may begin one.
    return part[at - 1].isspace() and (phrase[0].isupper() or not phrase[0].islower())


def _sentence_begins(part: str, at: int, words: int) -> int:
    """Where the sentence that ``at`` stands in begins, or ``at`` where that is too far."""
    ends = [found.end() for found in re.finditer(r"[.!?…。！？।۔؟]['\"»”’)\]]*\s+", part[:at])]
    start = ends[-1] if ends else 0
    before = _WORD.findall(part[start:at])
    if len(before) <= words:
        return start
    capital = [found.start() for found in re.finditer(r"(?<!\S)[^\W\d_a-zа-яё]\w*", part[:at])]
    return capital[-1] if capital and len(_WORD.findall(part[capital[-1] : at])) <= _FEW_BEFORE else at
