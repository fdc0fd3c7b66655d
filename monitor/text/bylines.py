"""Who wrote a story and who took its picture: "By Jane Doe, Zanzibar Post" above it, "Photo by Ali Khan" below that. A
caption tells of the story; the name of who took the picture does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text import phrases
from monitor.text.outlet import Outlet

_BY = re.compile(
    r"\s*(?:(?:By|BY|by|Von|Par|Por|Door|Av|Af|Autor(?:in)?:|Auteur\s?:|Autor/a:|Автор:|Авторы:|Текст:|تحریر:|بقلم:?"
    r"|लेखक:|रिपोर्ट:|Yazan:|Haber:)\s+|文[/／：]|作者[:：]|记者[:：]?)"
)
_MOST_WORDS, _LONGEST, _MOST_OF_CREDIT = 10, 120, 8
_MOST_OF_BYLINE, _MOST_WITHOUT_CASE, _MOST_LETTERS = 5, 3, 10
"""So many words, or letters of a script that does not part words, are a name where no capitals show it."""
_SMALL = frozenset(
    "and for of the und für et pour y e para и для & staff writer writers correspondent reporter reporters editor"  # noqa: SIM905
    " de la van von der al bin".split()
)
_MAY_SHOW = re.compile(r"\W*(?:photo|image|picture|illustration)s?\s*[:：]\s*", re.IGNORECASE)
"""What a caption may begin with that says who is seen: "Photo: President Mwinyi"."""
_BEHIND = re.compile(r"\s*(?:$|[.|:;,)–—-](?=\s|$)|\()")
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_MARK = re.compile(r"[.!?…]\s|[:：!?？！。۔।]")


def byline(text: str, names: Sequence[Outlet], borders: Sequence[int] = ()) -> int:
    """Where the story begins behind a line that says who wrote it; 0 where there is none. It is a block of its own, or
    ends with a name of the outlet.
    """
    by = _BY.match(text)
    if not by:
        return 0
    border = next((place for place in borders if place > 0), 0)
    if 0 < border - by.end() <= _LONGEST and may_be_names(text[by.end() : border]):
        return border
    for one in names:
        at = text.find(one.name, by.end(), by.end() + _LONGEST)
        end = at + len(one.name)
        known = one.declared or " " in one.name
        if at >= 0 and known and _BEHIND.match(text, end) and (at == by.end() or may_be_names(text[by.end() : at])):
            return end
    return 0


def credit(text: str) -> int:
    """Where the credit at the end of a caption begins, -1 where there is none."""
    for found in phrases.CREDIT.finditer(text):
        before, tail = text[: found.start()].rstrip(), text[found.end() :].strip(" .()[]")
        if not before and _MAY_SHOW.fullmatch(found[0]) and "/" not in tail:
            continue
        parted = not before or before[-1] in ".!?…()[]|–—-/。" or found[0][0] in "([©"
        if parted and tail and may_be_names(tail, _MOST_OF_CREDIT, _MOST_WITHOUT_CASE):
            return len(before)
    return -1


def names_somebody(text: str) -> bool:
    """Whether ``text`` only says who wrote or took something: "By Jane Doe", "Photo: Ali Khan / Reuters"."""
    lead = _BY.match(text) or phrases.CREDIT.match(text)
    return may_be_names(text[lead.end() :] if lead else text)


def may_be_names(text: str, most: int = _MOST_WORDS, without_case: int = _MOST_OF_BYLINE) -> bool:
    """Whether a few words may be names: in capitals, where there are any."""
    words = [word.strip(",/|()\"'“”«»") for word in text.replace("/", " / ").split()]
    words = [word for word in words if word]
    if not 0 < len(words) <= most or _MARK.search(text.strip(" .")):
        return False
    if text.lower() == text.upper():
        return len(words) <= without_case and len(_UNPARTED.findall(text)) <= _MOST_LETTERS
    return all(not word[:1].islower() or word in _SMALL for word in words)
