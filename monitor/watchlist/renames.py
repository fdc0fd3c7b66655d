"""Which new files hold watchlists whose own files are gone: taken for two, everything would be told twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from monitor.model import WatchId
from monitor.watchlist.load import Loaded
from monitor.watchlist.schema import LongTerm


def renamed(gone: Mapping[WatchId, Loaded], new: Mapping[WatchId, Loaded]) -> dict[WatchId, WatchId]:
    """Old id → new id, of each of ``gone`` that is alike to just one of ``new``, which no other one is alike to: in all
    bytes; or in its title, or in half of its terms.
    """
    by_text: dict[bytes, WatchId] = {}
    for watch, one in new.items():
        by_text.setdefault(one.file.raw, watch)
    found = {watch: by_text[one.file.raw] for watch, one in gone.items() if one.file.raw in by_text}
    taken = set(found.values())
    kin = _Kin({watch: one for watch, one in new.items() if watch not in taken})
    alike = {watch: kin.of(one) for watch, one in gone.items() if watch not in found}
    claims = Counter(watch for ones in alike.values() for watch in ones)
    certain = ((watch, *ones) for watch, ones in alike.items() if len(ones) == 1)
    return found | {watch: other for watch, other in certain if claims[other] == 1}


class _Kin:
    """The new watchlists, by their titles and terms."""

    def __init__(self, new: Mapping[WatchId, Loaded]) -> None:
        self._titles: defaultdict[str, list[WatchId]] = defaultdict(list)
        self._terms: defaultdict[str, list[WatchId]] = defaultdict(list)
        for watch, one in new.items():
            self._titles[one.watch.title.casefold()].append(watch)
            for term in _terms(one):
                self._terms[term].append(watch)

    def of(self, gone: Loaded) -> set[WatchId]:
        """The new watchlists that may be ``gone`` under another name."""
        terms = _terms(gone)
        shared = Counter(watch for term in terms for watch in self._terms.get(term, ()))
        alike = {watch for watch, count in shared.items() if 2 * count >= len(terms)}
        return alike.union(self._titles.get(gone.watch.title.casefold(), ()))


def _terms(one: Loaded) -> set[str]:
    """The terms that a watchlist asks for. What it shares with others by way of entities does not tell it from them,
    unless it has nothing else.
    """
    terms = set(_written(one))
    return {term for term in terms if not term.startswith("@")} or terms


def _written(one: Loaded) -> Iterator[str]:
    entries: Iterable[object] = (*one.source.any, *one.source.all)
    for entry in entries:
        for term in entry if isinstance(entry, list) else [entry]:
            text = term.t if isinstance(term, LongTerm) else str(term)
            yield text.split("^")[0].strip().casefold()
