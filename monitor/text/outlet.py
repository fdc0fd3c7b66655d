"""Where the name of an outlet stands around a story: ``Ferry sinks - Dawn``, ``Ferry sinks (dawn.com)``, ``Dawn: Ferry
sinks``. It tells who reports, not what.

A name that belongs to a sentence stays: "Life in Pakistan" of the outlet "Pakistan". So what parts a name from a title
has to be there; and where a headline names its subject, in front, behind a colon or in brackets, a single word is no
outlet's name unless the item itself says so.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import NamedTuple

_MOST_PARTS = 3
_LONGEST_NAME = 120
# A hyphen or dash that no space stands before is part of a word: Anglo-Zanzibari.
_BEFORE = re.compile(r"(?:\s[-‐‑‒–—―~/:]{1,2}|\s*(?:[|¦»›·•∙●■◆►▶⋅・｜»]|>>|::|…|\.\.\.)|[—―])\s*$")
_BEFORE_COLON = re.compile(r"\s*[:：]\s*$")
_BEHIND = re.compile(r"\s*(?:[-‐‑‒–—―~/]{1,2}\s|[|¦»›·•∙●■◆►▶⋅・｜]|>>|::|[—―])\s*")
_BEHIND_COLON = re.compile(r"\s*[:：]\s*")
_OPENING, _CLOSING = "([（［【<{«", ")]）］】>}»"
_GENERIC = re.compile(
    r"(?:\s*[-–—|:»·,]\s*|\s+)(?:rss(?:\s*2\.0)?|atom|feeds?|news ?feed|rss feed|latest|latest news|top stories|news"
    r"|home|home ?page|all articles|all news|articles|headlines|новости|все новости|лента)\s*$",
    re.IGNORECASE,
)


class Outlet(NamedTuple):
    """What an outlet goes by. ``declared``: the item says itself that this is its outlet."""

    name: str
    declared: bool = False


def outlets(source: str, *others: str) -> tuple[Outlet, ...]:
    """The names that may stand around an item's texts: that of its declared ``source``, and what the feed is called or
    where it leads to.
    """
    return _outlets(source, others)


@functools.lru_cache(1_000)
def _outlets(source: str, others: tuple[str, ...]) -> tuple[Outlet, ...]:
    found: dict[str, Outlet] = {}
    for name, declared in ((source, True), *((other, False) for other in others)):
        for form in _forms(name):
            found.setdefault(form.casefold(), Outlet(form, declared or "." in form))
    return tuple(sorted(found.values(), key=lambda one: -len(one.name)))


def _forms(name: str) -> Iterable[str]:
    """A name, and what it is without "RSS Feed" and the like behind it, and a host without its "www"."""
    name = " ".join(name.split())
    if not 1 < len(name) <= _LONGEST_NAME:
        return
    yield name
    shorter = name
    while (generic := _GENERIC.search(shorter)) and generic.start() > 1:
        shorter = shorter[: generic.start()].rstrip(" -–—|:»·,")
        if " " in shorter or generic[0].strip()[:1] in "-–—|:»·":
            yield shorter
    if name.casefold().startswith("www."):
        yield name[4:]


def without_outlet(title: str, outlet: str, feed: str = "") -> str:
    """``title`` without the names of its ``outlet``, which it declares itself, and of its ``feed`` at its end. Offsets
    stay true.
    """
    names = outlets(outlet, feed)
    for _ in range(_MOST_PARTS):
        cut = _end(title, names)
        if cut is None:
            break
        title = title[:cut]
    return title


def bare(title: str, outlet: str, feed: str = "") -> str:
    """``title`` without the names of its outlet and its feed around it."""
    title = without_outlet(title, outlet, feed)
    return title[_beginning(title, outlets(outlet, feed)) or 0 :]


def around(text: str, names: Iterable[Outlet]) -> list[tuple[int, int]]:
    """The parts of ``text`` at its beginning and its end that only name an outlet, with what parts them from the rest.
    None where nothing would be left.
    """
    names = tuple(names)
    start, end = 0, len(text)
    for _ in range(_MOST_PARTS):
        cut = _end(text[start:end], names)
        if cut is None:
            break
        end = start + cut
    cut = _beginning(text[start:end], names)
    start = start if cut is None else start + cut
    return [span for span in ((0, start), (end, len(text))) if span[0] < span[1]]


def _end(text: str, names: Iterable[Outlet]) -> int | None:
    """Where the name at the end of ``text`` begins, with what parts it from the rest; None where there is none."""
    whole = text.rstrip()
    inner = whole
    bracketed = bool(whole) and whole[-1] in _CLOSING
    if bracketed:
        inner = whole[:-1].rstrip()
    for one in names:
        head = _without_end(inner, one.name)
        if head is None:
            continue
        if bracketed:
            opened = _is_surely(one) and head.rstrip()[-1:] in tuple(_OPENING)
            if opened and (rest := head.rstrip()[:-1].rstrip()):
                return len(rest)
            continue
        parted = _BEFORE.search(head) or (_BEFORE_COLON.search(head) if _is_surely(one) else None)
        if parted and parted.start() > 0:
            return parted.start()
    return None


def _beginning(text: str, names: Iterable[Outlet]) -> int | None:
    """Where the rest begins behind a name at the beginning of ``text``."""
    start = len(text) - len(text.lstrip())
    bracket = text[start : start + 1]
    bracketed = bool(bracket) and bracket in _OPENING
    for one in filter(_is_surely, names):
        begin = start + bracketed
        end = begin + len(one.name)
        if text[begin:end].casefold() != one.name.casefold():
            continue
        if bracketed:
            if text[end : end + 1] in tuple(_CLOSING) and (rest := text[end + 1 :].lstrip(" :-–—|")):
                return len(text) - len(rest)
            continue
        parted = _BEHIND.match(text, end) or _BEHIND_COLON.match(text, end)
        if parted and parted.end() < len(text):
            return parted.end()
    return None


def _without_end(text: str, name: str) -> str | None:
    if len(text) <= len(name) or text[-len(name) :].casefold() != name.casefold():
        return None
    return text[: -len(name)]


def _is_surely(one: Outlet) -> bool:
    """Whether a name is no subject: "Zanzibar: ferry sinks" of a feed that is called "Zanzibar" names one."""
    return one.declared or " " in one.name
