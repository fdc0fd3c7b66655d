"""Where the name of an outlet stands around a story: ``Ferry sinks - Dawn``, ``Ferry sinks (dawn.com)``, ``Dawn: Ferry
sinks``. It tells who reports, not what.

A name that belongs to a sentence stays: "Life in Pakistan" of the outlet "Pakistan". So what parts a name from a title
has to be there. A feed may be called by its subject, and headlines name theirs in the same places: "South Africa:
miners strike". So what a feed is called is an outlet's name only where its words, its host or its titles show that.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.text import names as known
from monitor.text.folding import folded

_MOST_PARTS = 3
_MOST_SEPARATORS = 4
_LONGEST_NAME = 120
_LEAST_TITLES, _MOST_TITLES, _SHARE = 5, 100, 0.8
_RUN = re.compile(r"[\W_ǀ]+")
_DASHES, _LONG_DASHES = "-‐‑‒–−~/", "—―"
_BESIDE = "&+%$€£'’ʼ\"“”„«»‹›"
"""What stands inside names or around them."""
_ENDS = ".!?…。！？।۔؟;"
_OPENING, _CLOSING = "([（［【<{«", ")]）］】>}»"
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class Outlet(NamedTuple):
    """What an outlet goes by. ``declared``: this is surely its name, wherever it stands apart. Else it counts only
    behind a title, or where it ``leads`` before one, as most titles of its feed show it.
    """

    name: str
    declared: bool = False
    leads: bool = False


class _Separator(NamedTuple):
    start: int
    end: int
    kind: str
    """``bar``, ``dash``, ``colon``, ``stop`` (which ends a sentence or a part of one)."""


def outlets(source: str, *others: str, shown: tuple[Outlet, ...] = ()) -> tuple[Outlet, ...]:
    """The names that may stand around an item's texts: that of its declared ``source``, and of ``others``, which its
    feed is called or leads to, what is surely one; ``shown``: what the feed's titles show.
    """
    return _outlets(source, others, shown)


@functools.lru_cache(1_000)
def _outlets(source: str, others: tuple[str, ...], shown: tuple[Outlet, ...]) -> tuple[Outlet, ...]:
    found: dict[str, Outlet] = {}
    source = " ".join(source.split())
    if 1 < len(source) <= _LONGEST_NAME:
        found[source] = Outlet(source, True)
        if label := _label(source):
            found.setdefault(label, Outlet(label))
    hosts = [one for one in others if _HOST.fullmatch(one)]
    for host in hosts:
        found.setdefault(host, Outlet(host, True))
    labels = {label for label in map(_label, hosts) if label}
    for name in (one for one in others if one not in hosts):
        for form in feed_names(name):
            is_outlet = known.is_outlet(form)
            if is_outlet or key(form) in labels:
                found.setdefault(form, Outlet(form, is_outlet))
    for one in shown:
        found.setdefault(one.name, one)
    return tuple(sorted(found.values(), key=lambda one: -len(one.name)))


@functools.lru_cache(1_000)
def feed_names(title: str) -> tuple[str, ...]:
    """What a feed's title may name, without "RSS Feed" and "Latest from": all of it, and its parts."""
    title = " ".join(title.split())
    if not title or len(title) > 2 * _LONGEST_NAME:
        return ()
    parts = [title]
    if not known.asks_for_a_search(title):
        place = 0
        for one in (*_separators(title), _Separator(len(title), len(title), "bar")):
            parts.append(title[place : one.start])
            place = one.end
    forms = (known.without_generic(part.strip(" \"'“”«»()[]")) for part in parts)
    return tuple(dict.fromkeys(form for form in forms if 1 < len(form) <= _LONGEST_NAME and key(form)))


def _label(host: str) -> str:
    """The name in a host: ``dawn`` of ``www.dawn.com``."""
    if not _HOST.fullmatch(host):
        return ""
    labels = host.lower().split(".")[:-1]
    if len(labels) > 1 and (labels[-1] in ("co", "com", "org", "net", "gov", "ac", "or", "ne", "edu")):
        labels = labels[:-1]
    return key(labels[-1])


@functools.lru_cache(10_000)
def key(name: str) -> str:
    """What names are compared by: letters and digits, without marks, case and an article in front."""
    words = folded(unicodedata.normalize("NFKC", name)).split()
    if len(words) > 1 and words[0] in known.ARTICLES:
        words = words[1:]
    while len(words) > 1 and words[-1].strip(".") in known.BEHIND:
        words = words[:-1]
    joined = "".join(words)
    if joined.isalnum():
        return joined
    return "".join(char for char in joined if char.isalnum() or unicodedata.category(char)[0] == "M")


def is_one_of(text: str, names: Iterable[Outlet]) -> bool:
    """Whether ``text`` is one of these names, however it is spelt."""
    return key(text) in _by_key(tuple(names))


@functools.lru_cache(1_000)
def _by_key(names: tuple[Outlet, ...]) -> Mapping[str, Outlet]:
    found: dict[str, Outlet] = {}
    for one in sorted(names, key=lambda one: one.declared, reverse=True):
        if one_key := key(one.name):
            found.setdefault(one_key, one)
    return found


def shown_by(titles: Iterable[str], *called: str) -> tuple[Outlet, ...]:
    """What stands apart at the same end of nearly all ``titles``: the name of their outlet. A single word may be a
    place that they are all about, and is one only if the feed is ``called`` so.
    """
    distinct = list(dict.fromkeys(titles))[:_MOST_TITLES]
    if len(distinct) < _LEAST_TITLES:
        return ()
    behind: Counter[str] = Counter()
    before: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for title in distinct:
        found = [one for one in _separators(title) if one.kind in ("bar", "dash")]
        last = _inside_brackets(title) or (title[found[-1].end :] if found and found[-1].start > 0 else "")
        first = title[: found[0].start] if found and found[0].kind == "bar" else ""
        for part, counted in ((last, behind), (first, before)):
            if one_key := key(part):
                counted[one_key] += 1
                spelt.setdefault(one_key, part.strip())
    confirmed = {key(form) for name in called for form in (*feed_names(name), _label(name)) if form}
    wanted = max(_LEAST_TITLES, int(-(-len(distinct) * _SHARE // 1)))
    return tuple(
        Outlet(spelt[one], False, counted is before)
        for counted in (behind, before)
        for one, number in counted.items()
        if number >= wanted and (one in confirmed or len(_WORD.findall(spelt[one])) > 1)
    )


def _inside_brackets(title: str) -> str:
    whole = title.rstrip()
    start = max((whole.rfind(one) for one in "([（［【"), default=-1)
    return whole[start + 1 : -1] if whole[-1:] in tuple(")]）］】") and start > 0 else ""


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


def _end(text: str, names: Sequence[Outlet]) -> int | None:
    """Where the name at the end of ``text`` begins, with what parts it from the rest; None where there is none."""
    floor = max(0, len(text) - 3 * _LONGEST_NAME)
    by_key, whole = _by_key(tuple(names)), text.rstrip()
    opened = max((whole.rfind(one) for one in _OPENING), default=-1)
    if whole[-1:] in tuple(_CLOSING) and opened > 0 and (one := by_key.get(key(whole[opened + 1 : -1]))):
        before = whole[:opened].rstrip()
        if (one.declared or len(_WORD.findall(one.name)) > 1) and key(before) and not _separator_ends(before):
            return len(before)
    end = len(text)
    for separator in list(_separators(text, floor))[-_MOST_SEPARATORS:][::-1]:
        part = text[separator.end : end]
        found = by_key.get(key(part))
        if found and _may_part(separator, found) and key(text[: separator.start]):
            return separator.start
        if known.is_generic(part):
            end = separator.start
    return None


def _separator_ends(text: str) -> bool:
    return any(one.end == len(text) and one.kind != "stop" for one in _separators(text))


def _may_part(separator: _Separator, name: Outlet) -> bool:
    """Whether a name may stand behind that at the end of a title."""
    if separator.kind in ("bar", "dash"):
        return not name.leads
    return name.declared and (separator.kind == "colon" or len(_WORD.findall(name.name)) > 1)


def _beginning(text: str, names: Sequence[Outlet]) -> int | None:
    """Where the rest begins behind a name at the beginning of ``text``."""
    by_key = _by_key(tuple(names))
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] in tuple(_OPENING):
        closes = min((place for one in _CLOSING if (place := text.find(one, start, start + 200)) > 0), default=-1)
        found = by_key.get(key(text[start + 1 : closes])) if closes > 0 else None
        rest = text[closes + 1 :].lstrip(" :-–—|")
        if found and found.declared and key(rest):
            return len(text) - len(rest)
    for number, separator in enumerate(_separators(text[: 3 * _LONGEST_NAME])):
        if number >= _MOST_SEPARATORS:
            break
        found = by_key.get(key(text[: separator.start]))
        is_parted = separator.kind in ("bar", "dash", "colon") if found and found.declared else separator.kind == "bar"
        if found and (found.declared or found.leads) and is_parted and key(text[separator.end :]):
            return separator.end
    return None


def _separators(text: str, floor: int = 0) -> Iterator[_Separator]:
    """What parts ``text``: runs of marks that no word has inside."""
    for run in _RUN.finditer(text, floor):
        start, end = run.span()
        while start < end and unicodedata.category(text[start])[0] == "M":
            start += 1
        marks = text[start:end]
        kind = _kind(marks)
        if kind:
            yield _Separator(start, end, kind)


@functools.lru_cache(1_000)
def _kind(marks: str) -> str:
    core = "".join(char for char in marks if not char.isspace() and unicodedata.category(char) != "Cf")
    spaced = any(char.isspace() for char in marks)
    angled = core.strip("\"'“”") in ("»", "›", "«", "»»") and spaced
    core = core if angled else "".join(char for char in core if char not in _BESIDE)
    if not core or all(unicodedata.category(char)[0] == "M" for char in core):
        return ""
    if "::" in core or "..." in core or "…" in core:
        return "bar"
    core = core.strip(_ENDS + ",،、()[]（）")
    if not core:
        return "stop" if spaced and not any(char in _OPENING + _CLOSING for char in marks) else ""
    if core in (":", "："):
        return "colon"
    if core.startswith(":/"):  # of an address
        return ""
    if all(char in _DASHES for char in core):
        return "dash" if spaced or len(core) > 1 else ""
    if all(char in _LONG_DASHES for char in core):
        return "dash"
    if core in ("@", "#", "·", ".", "_") and not spaced and core != "_":
        return ""
    return "bar"
