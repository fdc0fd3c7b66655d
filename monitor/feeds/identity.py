"""Which entries are the same item as before? Every entry gets keys; an item is known when one of its keys is.

Publishers leave out guids, repeat one guid on every entry and switch between http and https. So each entry has a narrow
key (its guid, else its link, else its text) and a wide one (narrow key, link and title together). Where one document
gives several entries the same narrow key, only the wide one tells them apart.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

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
    entries_of = {key: Counter[ItemKey]() for key in narrow}
    for key, wider in zip(narrow, wide, strict=True):
        entries_of[key][wider] += 1
    identified: dict[ItemKey, Identified] = {}
    for entry, key, wider in zip(entries, narrow, wide, strict=True):
        ambiguous = len(entries_of[key]) > 1
        decisive = (wider,) if ambiguous else (key, wider)
        identified.setdefault(wider, Identified(entry, wider if ambiguous else key, (key, wider), decisive))
    return list(identified.values())


def unknown(identified: Sequence[Identified], known: Collection[ItemKey]) -> list[Identified]:
    """Those of ``identified`` that none of their decisive keys shows to be known."""
    return [one for one in identified if not any(key in known for key in one.decisive)]


def canonical_link(link: str) -> str:
    """``link`` without what does not tell pages apart: scheme, host case, default port, fragment, tracking
    parameters.
    """
    try:
        parts = urlsplit(link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return link
    if not host:
        return link
    query = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(name)
    ]
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    return netloc + (parts.path.rstrip("/") or "/") + (f"?{urlencode(query)}" if query else "")


def _narrow(entry: Entry) -> ItemKey:
    guid = _SCHEME.sub("", entry.guid)
    if guid:
        return _key("g:" + guid)
    if entry.link:
        return _key("l:" + canonical_link(entry.link))
    return _key("t:" + hashlib.sha256(f"{entry.title}\n{entry.summary}".encode()).hexdigest())


def _wide(narrow: ItemKey, entry: Entry) -> ItemKey:
    text = f"{narrow}\n{canonical_link(entry.link)}\n{entry.title}"
    return ItemKey("w:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())


def _key(text: str) -> ItemKey:
    if len(text) <= _LONGEST_KEY:
        return ItemKey(text)
    return ItemKey(text[:2] + "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest())
