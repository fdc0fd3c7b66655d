"""What the entries of a document have to do with the feed's past: which are new, which old ones have other names now,
and which of a first reading are news all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from monitor.feeds import identity
from monitor.feeds.identity import Identified, Recognised
from monitor.model import Entry, Feed, Fetched, ItemKey, Known, Parsed
from monitor.text.likeness import text_key

_MOST_STORMS = 3
"""In so many storms in a row new names are remembered. Some feeds have new ones for each request; they would never
end.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that could be read, and what its entries have to do with the feed's past."""

    answer: Fetched
    document: Parsed
    entries: Sequence[Identified]
    known: Mapping[ItemKey, Known]
    lately: Sequence[tuple[str, str, str]] = ()
    """Titles, summaries and bodies of the feed's last items, where the document has few."""


def recognised(feed: Feed, reading: Reading, now: float) -> Recognised:
    """Which entries are new; among them those whose guid belonged to another item before."""
    stormed = feed.state.storm_at is not None and now - feed.state.storm_at < identity.STORM_LASTS
    found = identity.recognise(
        reading.entries,
        reading.known,
        stormed,
        lambda one, key: _says_the_same(one.entry, reading.known[key]),
        has_moved=identity.has_left((one.entry for one in reading.entries), feed.state.site),
    )

    # An item whose guid another one has now, and which stands there still under its link, title and date.
    places = {
        reading.known[name].item: one.key
        for one in reading.entries
        for name in one.decisive
        if name.startswith("a:") and name in reading.known
    }
    reused: set[ItemKey] = set()
    known = []
    for one, key in found.known:
        past = reading.known[key]
        by_guid = key == one.key and key.startswith("g:") and bool(past.title)
        has_moved_on = places.get(past.item, one.key) != one.key
        if by_guid and (has_moved_on or identity.is_reused(one.entry, past.title, past.link, past.published)):
            # It may have had another guid before: some number the places in their feed.
            same = (name for name in one.keys if name in reading.known and reading.known[name].title == one.entry.title)
            if (own := next(same, None)) and past.title != one.entry.title:
                known.append((one, own))
            else:
                reused.add(one.key)
        else:
            known.append((one, key))
    new = {one.key for one in found.new}
    renewed = [
        replace(one, key=one.again, keys=(*one.keys, one.again)) if one.key in reused else one
        for one in reading.entries
        if one.key in new or one.key in reused
    ]
    return replace(found, new=tuple(renewed), known=tuple(known)) if reused else replace(found, known=tuple(known))


def _says_the_same(entry: Entry, past: Known) -> bool:
    """Whether the text of ``entry`` below its title is that of the item, as far as that is still there."""
    text = text_key(entry.title, entry.summary, entry.body)
    half = len(text) // 2
    return not past.text or past.text[half:] == text[half:]


def renamed(
    found: Recognised, known: Mapping[ItemKey, Known], edited: Collection[int], storms: int
) -> Iterator[tuple[ItemKey, int | None]]:
    """Further names of known items: of those that a storm or an edit gave new ones, and that an older release gave
    none for storms.
    """
    stormy = found.renamed if storms <= _MOST_STORMS else ()
    for one, key in (*stormy, *((one, key) for one, key in found.known if known[key].item in edited)):
        yield from ((name, known[key].item) for name in one.keys if name not in known)
    for one, key in found.known:
        if one.weak and known[key].item not in edited and not any(name in known for name in one.weak):
            yield from ((name, known[key].item) for name in one.weak)


def reaches_the_end(document: Parsed, entries: Sequence[Identified], found: Recognised) -> bool:
    """Whether nothing old of the feed is left to be seen: its document is whole, or goes no further back than one
    before. A feed whose end is never there would otherwise be read for the first time for ever.
    """
    return document.complete or (bool(entries) and entries[-1] not in found.new)


def ahead(reading: Reading, found: Recognised) -> frozenset[ItemKey]:
    """What has been put before all that is known of a document. Where only a part of the first document came, its rest
    stands behind that part; these are news.
    """
    known = {one.key for one, _ in (*found.known, *found.renamed)}
    if not known:
        return frozenset()
    return frozenset(one.key for one in takewhile(lambda one: one.key not in known, reading.entries))


def oldest_first(new: Sequence[Identified], now: float) -> list[Identified]:
    """The order to tell things in. Dates only order; documents are newest first where dates do not say otherwise."""
    backwards = list(reversed(new))
    return sorted(backwards, key=lambda one: one.entry.published or now)
