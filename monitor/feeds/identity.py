"""Which entries are the same item as before? Every entry gets keys; an item is known when one of its keys is.

Publishers leave out guids, repeat one guid on every entry, switch between http and https, and give everything a new
guid when they change their system. So each entry has a narrow key (its guid, else its link, else its text), a wide one
(narrow key, link and title together) and an alias that does without the guid (link, title and date together). Where one
document gives several entries the same narrow key, only the wide one tells them apart.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.model import Entry, ItemKey

_LONGEST_KEY = 200
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_[ce]id|_openstat|igshid|at_(?:medium|campaign)\w*|ref_src",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identified:
    """An entry with its keys. ``keys`` are all to be remembered; ``decisive`` are those that show it to be known."""

    entry: Entry
    key: ItemKey
    keys: tuple[ItemKey, ...]
    decisive: tuple[ItemKey, ...]


def identify(entries: Sequence[Entry]) -> list[Identified]:
    """``entries`` with their keys, in their order, without those that say the same twice."""
    narrow = [_narrow(entry) for entry in entries]
    wide = [_wide(key, entry) for key, entry in zip(narrow, entries, strict=True)]
    aliases = [_alias(entry) for entry in entries]
    wides_of: dict[ItemKey, set[ItemKey]] = defaultdict(set)
    for key, wider, alias in zip(narrow, wide, aliases, strict=True):
        wides_of[key].add(wider)
        if alias:
            wides_of[alias].add(wider)
    identified: dict[ItemKey, Identified] = {}
    for entry, key, wider, alias in zip(entries, narrow, wide, aliases, strict=True):
        keys = (key, wider, alias) if alias else (key, wider)
        ambiguous = len(wides_of[key]) > 1
        decisive = (wider,) if ambiguous else tuple(name for name in keys if len(wides_of[name]) <= 1)
        identified.setdefault(wider, Identified(entry, wider if ambiguous else key, keys, decisive))
    return list(identified.values())


def unknown(identified: Sequence[Identified], known: Collection[ItemKey]) -> list[Identified]:
    """Those of ``identified`` that none of their decisive keys shows to be known."""
    return [one for one in identified if not any(key in known for key in one.decisive)]


def canonical_link(link: str) -> str:
    """``link`` without what does not tell pages apart: scheme, case of the host, usual port, fragment, tracking."""
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return link
    if not host:
        return link
    # Split, not decoded: escapes in other encodings than UTF-8 would all become the same character.
    query = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])]
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    return netloc + (parts.path.rstrip("/") or "/") + ("?" + "&".join(query) if any(query) else "")


def _narrow(entry: Entry) -> ItemKey:
    guid = _SCHEME.sub("", entry.guid)
    if guid:
        return _key("g:" + guid)
    if entry.link:
        return _key("l:" + canonical_link(entry.link))
    return _key("t:" + hashlib.sha256(f"{entry.title}\n{entry.summary}".encode()).hexdigest())


def _wide(narrow: ItemKey, entry: Entry) -> ItemKey:
    return _hashed("w:", f"{narrow}\n{canonical_link(entry.link)}\n{entry.title}")


def _alias(entry: Entry) -> ItemKey | None:
    if not (entry.link and entry.title and entry.published):
        return None
    return _hashed("a:", f"{canonical_link(entry.link)}\n{entry.title}\n{entry.published}")


def _hashed(prefix: str, text: str) -> ItemKey:
    return ItemKey(prefix + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def _key(text: str) -> ItemKey:
    if len(text) <= _LONGEST_KEY:
        return ItemKey(text)
    return ItemKey(text[:2] + "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
