"""Names that are gained together: spellings in other scripts, initials, and relatives of words (Iran, Iranian).

An article in Russian has all its names in Russian, and "Iranians mourn protesters" has two relatives at once. One such
name alone gains nothing, so all are tried together, and each is shown with the items that it has a part in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from monitor.matching import Headline, Pattern, Read, Scored, Watch, compile_watches
from monitor.matching.terms.rules import Mode
from monitor.model import Band, WatchId
from monitor.store.archive.history import StoredItem
from monitor.text.tokens import are_kin
from monitor.text.wording import counted
from monitor.workshop.draft.phrase import Usage
from monitor.workshop.draft.spellings import Spelling, acronyms, spellings, vocabulary
from monitor.workshop.replay import Replay
from monitor.workshop.suggest.study import parsed

_MOST_KIN = 4
_LEAST_KIN = 2


class Name(NamedTuple):
    """One more name for a concept: its number in ``all``, or -1 for ``any``; the pattern, and why."""

    concept: int
    pattern: Pattern
    reason: str


@dataclass(frozen=True)
class Together:
    """Names of one kind, and the watch with all of them."""

    names: tuple[Name, ...]
    watch: Watch

    def gained(self, replayed: Replay, base: WatchId) -> Iterator[tuple[Name, list[StoredItem]]]:
        """For each name the alerts that it has a part in, newest first. Both watches have been judged."""
        alerts = [one for one in replayed.judged if _alerts(one.by(self.watch.id)) and not _alerts(one.by(base))]
        for name in self.names:
            probe = Watch(WatchId("name"), "", "", any=(name.pattern,), fields=(1.0, 1.0, 1.0))
            engine = compile_watches([probe])
            yield name, [one.item for one in reversed(alerts) if engine.match(one.item)]


def _alerts(found: Scored | None) -> bool:
    return bool(found and found.match and found.match.band is Band.ALERT)


def spelt(watch: Watch, texts: Sequence[str]) -> Together | None:
    """Spellings of the watch's names in other scripts."""
    patterns = [pattern for _, names in _concepts(watch) for pattern in names]
    words = vocabulary(texts, latin=any(not word.key.isascii() for pattern in patterns for word in pattern.words))
    return _written("spelt", watch, "sounds like", lambda names: spellings(names, words))


def shortened(watch: Watch, texts: Sequence[str]) -> Together | None:
    """Acronyms of the watch's names."""
    return _written("shortened", watch, "the initials of", lambda names: acronyms(names, texts))


def _written(
    kind: str, watch: Watch, why: str, find: Callable[[Sequence[Pattern]], Iterable[Spelling]]
) -> Together | None:
    """Other ways in which the watch's names are written."""
    found = [
        Name(index, pattern, f'{why} "{one.name}", in {counted(one.texts, "item")}')
        for index, names in _concepts(watch)
        for one in find(names)
        if (pattern := parsed(one.term))
    ]
    return _together(kind, watch, found)


def kin(watch: Watch, texts: Sequence[str]) -> Together | None:
    """Words of the stored texts that look like relatives of the watch's own."""
    counts = Read.of(texts).counts
    found: list[Name] = []
    for index, names in _concepts(watch):
        words = {
            pattern.words[0] for pattern in names if len(pattern.words) == 1 and pattern.words[0].mode is Mode.WORD
        }
        alike = {key: word for key in counts for word in words if are_kin(key, word.key)}
        if not alike:
            continue
        engine = compile_watches([Watch(WatchId("known"), "", "", any=tuple(names))])
        usage = Usage.of(" ".join(alike), texts)
        fresh = [
            key
            for key, word in alike.items()
            if counts[key] >= _LEAST_KIN
            and not engine.match(Headline(key))
            and not engine.match(Headline(key.capitalize()))
            and not (word.named and usage.is_ordinary(key))
        ]
        chosen: list[Pattern] = []
        for key in sorted(fresh, key=lambda key: (-counts[key], key)):
            term = key.capitalize() if alike[key].named else key
            pattern = parsed(term)
            if pattern and not _are_met(term, chosen) and len(chosen) < _MOST_KIN:
                chosen.append(pattern)
                own = alike[key].key.capitalize() if alike[key].named else alike[key].key
                found.append(
                    Name(index, pattern, f'looks like a relative of "{own}", in {counted(counts[key], "item")}')
                )
    return _together("kin", watch, found)


def _are_met(text: str, patterns: Sequence[Pattern]) -> bool:
    """Whether ``text`` is a form of what one of the patterns stands for."""
    return bool(patterns) and bool(
        compile_watches([Watch(WatchId("met"), "", "", any=tuple(patterns))]).match(Headline(text))
    )


def _concepts(watch: Watch) -> Iterator[tuple[int, tuple[Pattern, ...]]]:
    if watch.any:
        yield -1, watch.any
    yield from enumerate(concept.patterns for concept in watch.all)


def _together(kind: str, watch: Watch, found: Sequence[Name]) -> Together | None:
    return Together(tuple(found), with_names(watch, found, kind)) if found else None


def with_names(watch: Watch, found: Iterable[Name], identity: str) -> Watch:
    """``watch`` with more names, under another id."""
    concepts, alone = list(watch.all), watch.any
    for name in found:
        if name.concept < 0:
            alone = (*alone, name.pattern)
        else:
            concept = concepts[name.concept]
            concepts[name.concept] = replace(concept, patterns=(*concept.patterns, name.pattern))
    return replace(watch, id=WatchId(identity), any=alone, all=tuple(concepts))
