"""What stands around a story and is none of it: the outlet's name, the footer of a feed, lists of other stories, and
what a feed writes below everything. It stays where it is, so that offsets are true and people see what they were sent;
but it does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.matches import Aside, Part
from monitor.text import phrases
from monitor.text.outlet import Outlet, around, outlets
from monitor.text.refrains import Refrains

_WINDOW = 700
"""A footer stands within so many characters of a text's end."""
_MOST_FOOTERS = 6
_SENTENCE_ENDS = re.compile(r"[.!?…。！？।۔؟»”\"')\]]\s*$")
_INNER_END = re.compile(r"[.!?。！？।۔؟]\s+\S")
_WORD = re.compile(r"\w+")
_LONG_TAIL, _SHORT_TAIL, _NAME_TAIL = 30, 12, 8
_FEW_BEFORE = 5
_LEAST_TITLE = 8


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of an item, clean."""

    title: str
    summary: str
    body: str


def asides(
    texts: Texts,
    source: str = "",
    others: Sequence[str] = (),
    below: tuple[Refrains, Refrains] | None = None,
    marked: Iterable[Aside] = (),
) -> tuple[Aside, ...]:
    """What does not count in ``texts``.

    ``source`` is the outlet that the item names itself, ``others`` are further names that its site goes by; ``below``:
    what the feed repeats in summaries and in bodies; ``marked``: what its markup has shown already.
    """
    names = outlets(source, *others)
    found = [Aside("title", start, end, Part.OUTLET) for start, end in around(texts.title, names)]
    head = _covered(texts.title, found).strip()
    for field, text, refrains in (
        ("summary", texts.summary, below[0] if below else None),
        ("body", texts.body, below[1] if below else None),
    ):
        if text:
            own = [one for one in marked if one.field == field]
            found += [*own, *_in_text(field, text, texts.title, head, names, refrains, own)]
    return tuple(found)


def covered(text: str, field: str, found: Iterable[Aside]) -> str:
    """``text`` with blanks where something of it does not count, as long as before."""
    return _covered(text, [one for one in found if one.field == field])


def _covered(text: str, found: Iterable[Aside]) -> str:
    for one in found:
        start, end = max(0, one.start), min(len(text), one.end)
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _in_text(
    field: str,
    text: str,
    title: str,
    head: str,
    names: Sequence[Outlet],
    refrains: Refrains | None,
    marked: Sequence[Aside],
) -> Iterator[Aside]:
    text = _covered(text, marked)
    if refrains and title:
        for start, end in refrains.within(text, title):
            yield Aside(field, start, end, Part.REFRAIN)
            text = text[:start] + " " * (end - start) + text[end:]
    end = len(text.rstrip())
    for _ in range(_MOST_FOOTERS):
        footer = _footer(text, end, title, head, names)
        if footer is None:
            break
        yield Aside(field, footer, end, Part.FOOTER)
        end = len(text[:footer].rstrip())
    for start, stop in _outlets_of(text[:end], (title, head), names):
        yield Aside(field, start, stop, Part.OUTLET)


def _outlets_of(text: str, titles: Sequence[str], names: Sequence[Outlet]) -> list[tuple[int, int]]:
    """Names around a text, and the one behind a text that only repeats the title."""
    found = around(text, names)
    for title in titles:
        rest = text[len(title) :].strip(" -–—|:»·()[]") if title and _begins(text, title) else ""
        if rest and any(rest.casefold() == one.name.casefold() for one in names):
            found.append((len(title), len(text)))
            break
    return found


def _begins(text: str, title: str) -> bool:
    return text[: len(title)].casefold() == title.casefold()


def _footer(text: str, end: int, title: str, head: str, names: Sequence[Outlet]) -> int | None:
    """Where a footer that ends at ``end`` begins; None where there is none."""
    floor = max(0, end - _WINDOW)
    part = text[floor:end]
    if not part.strip():
        return None
    starts = (
        _first_on(part, (title, head), names),
        _behind(phrases.READ_ON, part, _LONG_TAIL, (title, head)),
        _behind(phrases.RELATED, part, _LONG_TAIL, (title, head), needs_colon=True),
        _behind(phrases.SOURCE, part, _NAME_TAIL, ()),
        _rights(part),
        _posted(part),
    )
    found = [start for start in starts if start is not None]
    return floor + min(found) if found else None


def _first_on(part: str, titles: Sequence[str], names: Sequence[Outlet]) -> int | None:
    """ "The post TITLE appeared first on SITE.", in whatever words: the title of the item, and the site's name."""
    phrase = next(reversed(list(phrases.FIRST_ON.finditer(part))), None)
    for title in titles:
        at = part.casefold().rfind(title.casefold()) if len(title) >= _LEAST_TITLE else -1
        if at < 0 or len(part.casefold()) != len(part):
            continue
        tail = part[at + len(title) :]
        named = any(one.name.casefold() in tail.casefold() for one in names)
        says_so = phrase is not None and phrase.start() >= at + len(title)
        if _is_short(tail, _SHORT_TAIL) and (says_so or (named and at > 0)):
            return _sentence_begins(part, at, _FEW_BEFORE)
    if phrase and _is_short(part[phrase.end() :], _NAME_TAIL):
        start = _sentence_begins(part, phrase.start(), 40)
        tail = part[phrase.end() :].casefold()
        if phrases.BEGINS.match(part, start) or any(one.name.casefold() in tail for one in names):
            return start
    return None


def _behind(
    phrase: re.Pattern[str], part: str, words: int, titles: Sequence[str], needs_colon: bool = False
) -> int | None:
    """Where a phrase stands at the beginning of a sentence with one sentence at most behind it."""
    for found in reversed(list(phrase.finditer(part))):
        tail = part[found.end() :]
        for title in titles:
            tail = tail.replace(title, " ") if title else tail
        if not _is_short(tail, words) or not _begins_sentence(part, found.start(), found[0]):
            continue
        if needs_colon and not re.match(r"\s*(?:[:：|»>–—-]|$)", tail):
            continue
        return found.start()
    return None


def _rights(part: str) -> int | None:
    found = next(phrases.RIGHTS.finditer(part), None)
    if found is None or len(_WORD.findall(part[found.end() :])) > _LONG_TAIL:
        return None
    return found.start()


def _posted(part: str) -> int | None:
    found = next(phrases.POSTED.finditer(part), None)
    return found.start() if found and len(part) - found.end() < 200 else None


def _is_short(tail: str, words: int) -> bool:
    """Whether a text has one sentence at most, of so many words."""
    return len(_WORD.findall(tail)) <= words and not _INNER_END.search(tail)


def _begins_sentence(part: str, at: int, phrase: str) -> bool:
    before = part[:at].rstrip()
    if before[-1:] in tuple("“„«\"'‘(") and before[-1:]:
        return False
    if not before or _SENTENCE_ENDS.search(before) or before[-1] in "|·•-–—>:":
        return True
    # Paragraphs are told by nothing in plain text. A capital, or letters that know none, may begin one.
    return phrase[0].isupper() or not phrase[0].islower()


def _sentence_begins(part: str, at: int, words: int) -> int:
    """Where the sentence that ``at`` stands in begins, or ``at`` where that is too far."""
    ends = [found.end() for found in re.finditer(r"[.!?…。！？।۔؟]['\"»”’)\]]*\s+", part[:at])]
    start = ends[-1] if ends else 0
    before = _WORD.findall(part[start:at])
    if len(before) <= words:
        return start
    capital = [found.start() for found in re.finditer(r"(?<!\S)[^\W\d_a-zа-яё]\w*", part[:at])]
    return capital[-1] if capital and len(_WORD.findall(part[capital[-1] : at])) <= _FEW_BEFORE else at
