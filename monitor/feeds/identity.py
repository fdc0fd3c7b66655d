"""Which entries are the same item as before? Every entry gets keys; an item is known when one of its keys is.

Publishers leave out guids, repeat one guid on every entry, switch between http and https, and give everything a new
guid when they change their system. So each entry has a narrow key (its guid, else its link, else its text), a wide one
(narrow key, link and title together) and an alias that does without the guid (link, title and date together). Where one
document gives several entries the same narrow key, the wide one tells them apart; where they share that, too, their
dates do if they have no guid, and their texts if they have no title. In all other keys the text of an entry without a
title stands for one.

Some change guids and links at once, when they move to another site, or have links with a token of each request. Then
titles and dates are all that is left. Alone they are weak keys: another "Daily briefing" is another item. But where
most of a document is known by them and not by its names, it is a storm of names, and they decide; so they do where
nothing is known by its name, and its links have left the site, or a date is exact, or the text is the same, too.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.model import Entry, ItemKey
from monitor.text.redirectors import behind

_LONGEST_KEY = 200
_ALIASES = ("a:", "q:")
_TITLES = ("d:", "n:")
_LONG_TITLE = 20
_HOUR, _HALF_A_YEAR = 3_600.0, 180 * 86_400.0
STORM_LASTS = 60 * 86_400.0
"""Seconds after a storm in which an item that was not in it may come back under its new name."""
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_[ce]id|_openstat|igshid|at_(?:medium|campaign)\w*|ref_src",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with its keys. ``keys`` are all to be remembered; ``decisive`` are those that show it to be known, the
    surest first, ``weak`` those that do so in a storm.
    """

    entry: Entry
    key: ItemKey
    keys: tuple[ItemKey, ...]
    decisive: tuple[ItemKey, ...]
    weak: tuple[ItemKey, ...] = ()

    @property
    def again(self) -> ItemKey:
        """Its key where the guid belonged to another item before, see ``is_reused``."""
        entry = self.entry
        return _hashed("r:", f"{self.key}\n{entry.link}\n{entry.title}\n{entry.published}")

    @property
    def telling(self) -> tuple[ItemKey, ...]:
        """The keys to be looked up."""
        return (*self.decisive, *self.weak, self.again) if self.entry.guid else self.decisive + self.weak


@dataclass(frozen=True, slots=True)
class Recognised:
    """The entries of a document, told apart. Known ones stand with the key that they are known by; so do the renamed of
    a storm, which are known by anything but their names.
    """

    new: tuple[Identified, ...]
    known: tuple[tuple[Identified, ItemKey], ...] = ()
    renamed: tuple[tuple[Identified, ItemKey], ...] = ()

    @property
    def nothing_in_common(self) -> bool:
        """Whether no entry has been seen before."""
        return not (self.known or self.renamed)


def identify(entries: Sequence[Entry]) -> list[Identified]:
    """``entries`` with their keys, in their order, without those that say the same twice."""
    links = [canonical_link(entry.link) for entry in entries]
    narrow = [_narrow(entry, link) for entry, link in zip(entries, links, strict=True)]
    wide = [_wide(key, entry, link) for key, entry, link in zip(narrow, entries, links, strict=True)]
    others = [_others(entry, link) for entry, link in zip(entries, links, strict=True)]
    widest = [_widest(key, entry, alias) for key, entry, (alias, _) in zip(wide, entries, others, strict=True)]
    owner: dict[ItemKey, ItemKey] = {}
    shared: set[ItemKey] = set()  # by entries that are not the same
    for key, wider, own, (alias, weak) in zip(narrow, wide, widest, others, strict=True):
        for name in (key, wider, *alias, *weak):
            if owner.setdefault(name, own) != own:
                shared.add(name)

    def alone(names: tuple[ItemKey, ...]) -> tuple[ItemKey, ...]:
        return names if shared.isdisjoint(names) else tuple(name for name in names if name not in shared)

    identified: dict[ItemKey, Identified] = {}
    for entry, key, wider, own, (alias, weak) in zip(entries, narrow, wide, widest, others, strict=True):
        names = (key, wider, *alias) if own == wider else tuple(dict.fromkeys((own, key, wider, *alias)))
        its = key if key not in shared else wider if wider not in shared else own
        decisive = alone(names) if its == key else (its,)
        identified.setdefault(own, Identified(entry, its, names + weak, decisive, alone(weak)))
    return list(identified.values())


def lists(entries: Iterable[Entry]) -> list[ItemKey]:
    """What is to be remembered of pages that several of ``entries``, which are not the same, lead to: such a link is
    that of a list, and makes no story of them.
    """
    told: dict[ItemKey, tuple[str, object]] = {}
    found: dict[ItemKey, None] = {}
    for entry in entries:
        if entry.link:
            says = (entry.title, entry.published) if entry.title else (entry.summary, entry.published)
            if told.setdefault(name := list_key(entry.link), says) != says:
                found[name] = None
    return list(found)


def list_key(link: str) -> ItemKey:
    """What is remembered of a feed in which several items at once lead to ``link``."""
    return _hashed("c:", canonical_link(link))


def recognise(
    identified: Sequence[Identified],
    known: Collection[ItemKey],
    after_storm: bool = False,
    says_the_same: Callable[[Identified, ItemKey], bool] = lambda one, key: True,
    has_moved: bool = False,
) -> Recognised:
    """Tell new entries from known ones; ``known`` are those keys of all that the feed has had before. ``after_storm``:
    names have changed lately, so that the same title with the same date, or a long title without one, is the same item.
    ``has_moved``: none of its links leads to the site of before.

    ``says_the_same``: whether an entry has the text of the item that is known by the key. Where titles come back each
    day, only the text tells the next briefing from one under a new name. The same title at the same second needs none,
    nor does one without a guid on the same page, nor any in the midst of a storm that others show.
    """

    def weakly(one: Identified, prefixes: tuple[str, ...] = ()) -> ItemKey | None:
        enough = ("d:",) if one.entry.guid else ("d:", "p:")
        names = (name for name in one.weak if name in known and (not prefixes or name[:2] in prefixes))
        return next((name for name in names if name[:2] in enough or says_the_same(one, name)), None)

    named: list[tuple[Identified, ItemKey]] = []
    aliased: list[tuple[Identified, ItemKey]] = []
    by_weak: list[tuple[Identified, ItemKey]] = []
    by_title: list[tuple[Identified, ItemKey]] = []
    unknown: list[Identified] = []
    for one in identified:
        if one.entry.guid and one.again in known:
            named.append((one, one.again))
        elif its := [name for name in one.decisive if name in known]:
            by_name = its[0] == one.key or any(name[:2] not in _ALIASES for name in its)
            (named if by_name else aliased).append((one, its[0]))
        elif after_storm and (key := weakly(one, _TITLES)):
            aliased.append((one, key))
        elif key := weakly(one):
            by_weak.append((one, key))
        elif key := _first(one.weak, known):
            by_title.append((one, key))
        else:
            unknown.append(one)
    otherwise = aliased + by_weak
    # A storm: nothing is known by its own name any more, or most is known by something else. Of a feed that has moved
    # while it was down, one old item may be all that is left beside new ones.
    sure = any(_is_sure(*pair) or (_is_dated(*pair) and says_the_same(*pair)) for pair in by_weak)
    is_left = not named and len(identified) > 1 and (has_moved or sure)
    if otherwise and (is_left or (len(otherwise) > 1 and (not named or 2 * len(otherwise) >= len(identified)))):
        return Recognised(tuple(unknown), tuple(named), tuple(otherwise + by_title))
    new = {one.key for one in unknown} | {one.key for one, _ in by_weak + by_title}
    return Recognised(tuple(one for one in identified if one.key in new), tuple(named + aliased))


def _is_sure(one: Identified, key: ItemKey) -> bool:
    """Whether ``key`` is that of a title at an instant. A whole hour may stand for a day somewhere, in which the title
    can come back.
    """
    return key.startswith("d:") and bool((one.entry.published or 0.0) % _HOUR)


def _is_dated(one: Identified, key: ItemKey) -> bool:
    """Whether ``key`` is that of a date and a title that says something."""
    return key.startswith("d:") and len(_label(one.entry)) >= _LONG_TITLE


def is_reused(entry: Entry, title: str, link: str, published: float | None) -> bool:
    """Whether ``entry``, which is known by its guid, is another item than the one that had the guid before: one with
    another link, a later date, where there are dates, and another title altogether; or the same title half a year
    later.

    Some publishers number the places in their feed, and some repeat themselves each year. An edit changes some of it.
    """
    words, before = _words(entry.title), _words(title)
    if entry.published and published:
        if entry.published < published + _HOUR:
            return False
        if words == before:
            return entry.published >= published + _HALF_A_YEAR
    elif entry.published or published or not (entry.link and link) or words == before:
        return False
    other_page = canonical_link(entry.link) != canonical_link(behind(link))
    return other_page and 3 * len(words & before) <= min(len(words), len(before))


def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", title.casefold()) if len(word) > 2)


def _first(keys: Sequence[ItemKey], known: Collection[ItemKey]) -> ItemKey | None:
    return next((key for key in keys if key in known), None)


def site_of(entries: Iterable[Entry]) -> str:
    """The host that most of ``entries`` lead to; empty when they have no links."""
    hosts = Counter((urlsplit(entry.link).hostname or "").removeprefix("www.") for entry in entries if entry.link)
    return hosts.most_common(1)[0][0] if hosts else ""


def has_left(entries: Iterable[Entry], site: str) -> bool:
    """Whether ``entries`` have links, and none of them leads to ``site``; False where that is not known."""
    hosts = {site_of([entry]) for entry in entries} - {""}
    return bool(site and hosts) and site not in hosts


def canonical_link(link: str) -> str:
    """``link`` without what does not tell pages apart: scheme, case of the host, usual port, fragment, tracking."""
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return link
    if not host:
        return link
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    page = netloc + (parts.path.rstrip("/") or "/")
    if not parts.query:
        return page
    # Split, not decoded: escapes in other encodings than UTF-8 would all become the same character.
    query = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    return page + ("?" + "&".join(query) if any(query) else "")


def _narrow(entry: Entry, link: str) -> ItemKey:
    guid = _SCHEME.sub("", entry.guid)
    if guid:
        return _key("g:" + guid)
    if entry.link:
        return _key("l:" + link)
    return _key("t:" + hashlib.sha256(f"{entry.title}\n{entry.summary}".encode()).hexdigest())


def _wide(narrow: ItemKey, entry: Entry, link: str) -> ItemKey:
    return _hashed("w:", f"{narrow}\n{link}\n{entry.title}")


def _widest(wide: ItemKey, entry: Entry, alias: tuple[ItemKey, ...]) -> ItemKey:
    """What tells entries apart that have the same wide key. A guid and a title are enough: entries that share both are
    one that stands there twice.
    """
    if not entry.title:
        return _hashed("x:", f"{wide}\n{_label(entry)}")
    return wide if entry.guid or not alias else alias[0]


def _label(entry: Entry) -> str:
    """What an entry is called by: its title, or where it has none its text, as notes have it."""
    return entry.title or f"{entry.summary}{entry.body}"


def _alias(entry: Entry, link: str) -> tuple[ItemKey, ...]:
    label = _label(entry)
    if not (entry.link and label and entry.published):
        return ()
    alias = _hashed("a:", f"{link}\n{label}\n{entry.published}")
    return (alias,) if entry.guid else (alias, _hashed("q:", f"{_page(link)}\n{label}\n{entry.published}"))


def _others(entry: Entry, link: str) -> tuple[tuple[ItemKey, ...], tuple[ItemKey, ...]]:
    """The aliases of an entry and its weak keys. Where its link was written as that of a redirector, so are those that
    it had when it was known by that.
    """
    alias, weak = _alias(entry, link), _weak(entry, link)
    if not entry.written_link:
        return alias, weak
    former = replace(entry, link=entry.written_link)
    link = canonical_link(former.link)
    narrow = _narrow(former, link)
    names = (_wide(narrow, former, link), *_alias(former, link))
    return (*alias, *(() if entry.guid else (narrow,)), *names), tuple(dict.fromkeys((*weak, *_weak(former, link))))


def _page(link: str) -> str:
    """Where a canonical link leads to, without parameters: some are tokens of the request."""
    return link.partition("?")[0]


def _weak(entry: Entry, link: str) -> tuple[ItemKey, ...]:
    """By title and date, or title and link; without a date by title and page, whatever the link's parameters are, or by
    a long title alone.
    """
    title = _label(entry).casefold()
    if not title:
        return ()
    if entry.published:
        dated = _hashed("d:", f"{title}\n{entry.published}")
        return (dated, _hashed("k:", f"{link}\n{title}")) if link else (dated,)
    page = (_hashed("p:", f"{_page(link)}\n{title}"),) if link else ()
    return (*page, _hashed("n:", title)) if len(title) >= _LONG_TITLE else page


def _hashed(prefix: str, text: str) -> ItemKey:
    return ItemKey(prefix + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def _key(text: str) -> ItemKey:
    if len(text) <= _LONGEST_KEY:
        return ItemKey(text)
    return ItemKey(text[:2] + "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
