"""Proposals for a watchlist, learnt from stored items and from what the user said of them: other names, supporting
words, and words that rule out. Each is measured before it is shown.

Surest are spellings in other scripts and relatives of the watch's own words, then what the items have that the user
missed. Last comes what stands where all concepts but one are met, in texts that resemble the matches: that may be
another name, or only a neighbouring subject. All but the first rest on three items that the user has judged. A proposal
is a guess; the items that it would gain or lose are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from monitor.matching import Watch, compile_watches
from monitor.matching.words.frequency import LEARNT_FROM
from monitor.model import Band, WatchId
from monitor.store import Store
from monitor.store.archive.history import StoredItem
from monitor.workshop.draft.name_groups import Name, Together, kin, shortened, spelt, with_names
from monitor.workshop.replay import Progress, Replay, read_of, replay, whole
from monitor.workshop.suggest.study import LEAST_SHARE, MISSED, TRIED, Guess, Study, as_term, parsed
from monitor.workshop.suggest.words import Words

LEAST_VERDICTS = 3
"""So many of the items that a proposal gains or loses have to be judged by the user, unless it is a spelling, a
relative or the initials of a name.
"""
_BACKGROUND = 3_000
_RULING_OUT = ("none", "except")
_WORTH = {Band.DIGEST: 1, Band.ALERT: 2}
_SHOWN, _UNSURE_SHOWN, _BY_NAME_SHOWN = 5, 2, 3


@dataclass(frozen=True)
class Proposal:
    """A term, where it would stand in the file, why it is proposed, and the items that it would gain or lose."""

    term: str
    where: str
    """``any``, ``all:2``, ``context``, ``except`` or ``none``, as ``monitor watch add-term --to`` takes it."""
    concept: str
    reason: str
    is_sure: bool = True
    """False for what may be another name as well as a neighbouring subject."""
    gained: tuple[StoredItem, ...] = ()
    lost: tuple[StoredItem, ...] = ()
    marked: int = 0
    """How many of the lost ones the user had marked as not relevant."""
    faint: int = 0
    """How many of the gained ones reach the digest only: items that the user wants."""


def suggest(
    database: Path,
    watch: Watch,
    verdicts: Mapping[int, str],
    since: float,
    progress: Progress | None = None,
) -> list[Proposal]:
    """Proposals for ``watch`` from what has been seen since then, the surest kinds first. ``verdicts``: what the user
    said of items, ``relevant`` or ``irrelevant``, by number. Raises StoreError.
    """
    probes = _probes(watch)
    store = Store.reading(database)
    read = read_of(store)
    background = Words.of(store.newest(_BACKGROUND))
    texts = store.recent_texts(LEARNT_FROM)
    marked = sorted(number for number, verdict in verdicts.items() if verdict == "relevant")
    wanted = [item for number in marked for item in store.stretch(number, number, 0.0)]
    store.close()
    groups = [group for made in (shortened, spelt, kin) if (group := made(watch, texts))]
    variants = [*probes.values(), *(group.watch for group in groups)]
    replayed = replay(database, [watch, *variants], since, read, progress)
    study = Study(watch, replayed, verdicts, background)
    missed = [item for item in wanted if item.number not in study.matched]
    named = _by_name(watch, study, missed)
    by_name = replay(database, [watch, *(one.watch for one in named)], since, read, progress) if named else replayed
    alone = [one for one in _together(named, watch, by_name, study) if study.is_mostly_wanted(one.gained)]
    alone.sort(key=lambda one: (-len(one.gained), not one.term.isupper()))
    guesses = [*study.missed(missed), *study.aliases(probes), *study.contexts(), *study.negatives()]
    learnt = [*alone[:_BY_NAME_SHOWN], *_measured(database, study, guesses)]
    return _few([*_together(groups, watch, replayed, study), *(one for one in learnt if _is_learnt(one, study))])


def _is_learnt(one: Proposal, study: Study) -> bool:
    """Whether what the user said of items is enough to learn it from. Where only counts of words speak for it, they
    speak for anything that happens to stand there.
    """
    judged = one.marked if one.where in _RULING_OUT else sum(item.number in study.wanted for item in one.gained)
    return judged >= LEAST_VERDICTS


def _together(groups: Iterable[Together], watch: Watch, replayed: Replay, study: Study) -> Iterator[Proposal]:
    """What groups of names gain; nothing that the user has marked as not relevant."""
    for group in groups:
        for name, gained in group.gained(replayed, watch.id):
            if gained and study.may_gain(gained):
                where = f"all:{name.concept + 1}" if name.concept >= 0 else "any"
                concept = watch.all[name.concept].name if name.concept >= 0 else watch.title
                yield Proposal(name.pattern.text, where, concept, name.reason, gained=tuple(gained))


def _by_name(watch: Watch, study: Study, missed: Sequence[StoredItem]) -> list[Together]:
    """Names that are enough by themselves, each with a watch of its own: what relevant items have that were missed and
    lack more than one concept, and next to nothing else has.
    """
    far = [item for item in missed if study.lacks(item) is None and item.number not in study.complete]
    terms = map(as_term, study.telling_of(Words.of(far), Words.of(missed)))
    found = [Name(-1, pattern, MISSED) for term in terms if (pattern := parsed(term))]
    named = enumerate(found)
    return [Together((name,), with_names(watch, [name], f"name:{number}")) for number, name in named]


def _probes(watch: Watch) -> dict[int, Watch]:
    """For each concept the watch without it; none where that would leave nothing."""
    if len(watch.all) < 2:
        return {}
    return {
        index: replace(
            watch,
            id=WatchId(f"without:{index}"),
            any=(),
            all=tuple(concept for number, concept in enumerate(watch.all) if number != index),
            context=(),
            context_weight=0.0,
        )
        for index in range(len(watch.all))
    }


def _measured(database: Path, study: Study, guesses: Iterable[Guess]) -> list[Proposal]:
    """The guesses that gain or lose anything, with what that is; the best few of each place."""
    tried = _best(guesses)
    variants = [replace(guess.variant, id=WatchId(f"guess:{number}")) for number, guess in enumerate(tried)]
    engine = compile_watches([study.watch, *variants], study.replayed.engine.read)
    gained: dict[str, list[StoredItem]] = {str(one.id): [] for one in variants}
    lost: dict[str, list[StoredItem]] = {str(one.id): [] for one in variants}
    faint: Counter[str] = Counter()
    for item in whole(database, (study.pool[number] for number in sorted(study.pool))):
        day = datetime.fromtimestamp(item.first_seen, UTC).date()
        worth = {str(found.watch): _WORTH[found.band] for found in engine.match(item, day)}
        before = worth.get(str(study.watch.id), 0)
        # What the user wants is gained by reaching the digest as well.
        least = _WORTH[Band.DIGEST if item.number in study.wanted else Band.ALERT]
        for name in gained:
            after = worth.get(name, 0)
            if after > before and after >= least:
                gained[name].append(item)
                faint[name] += after < _WORTH[Band.ALERT]
            elif after < before and before >= least:
                lost[name].append(item)
    made = [
        Proposal(
            guess.term,
            guess.where,
            guess.concept,
            guess.reason,
            guess.is_sure,
            tuple(reversed(gained[str(one.id)])),
            tuple(reversed(lost[str(one.id)])),
            sum(item.number in study.marked for item in lost[str(one.id)]),
            faint[str(one.id)],
        )
        for guess, one in zip(tried, variants, strict=True)
    ]
    return list(_worthwhile(study, made))


def _worthwhile(study: Study, made: Iterable[Proposal]) -> Iterator[Proposal]:
    for one in made:
        if one.where in _RULING_OUT:
            wanted = sum(item.number in study.wanted for item in one.lost)
            if one.marked and not wanted and one.marked * 2 >= len(one.lost):
                yield one
        elif one.gained and not sum(item.number in study.marked for item in one.gained):
            alike = sum(item.number in study.resembling or item.number in study.matched for item in one.gained)
            if one.where == "context" or alike >= LEAST_SHARE * len(one.gained):
                yield one


def _best(guesses: Iterable[Guess]) -> list[Guess]:
    by_place: dict[str, list[Guess]] = {}
    for guess in guesses:
        by_place.setdefault(guess.where, []).append(guess)
    return [
        guess
        for place in by_place.values()
        for guess in sorted(place, key=lambda one: (-one.score, -len(one.term), one.term))[:TRIED]
    ]


def _few(made: Iterable[Proposal]) -> list[Proposal]:
    """The first few of each place, without those that do exactly what a better one does. Of words that rule out those
    stay that do so, as there is a choice; one that does less is none.
    """
    kept: list[Proposal] = []
    for one in made:
        same_place = [other for other in kept if other.where == one.where]
        unsure = sum(not other.is_sure for other in same_place)
        items = {item.number for item in (*one.gained, *one.lost)}
        twice = any({item.number for item in (*other.gained, *other.lost)} >= items for other in same_place)
        if one.where in _RULING_OUT and any({item.number for item in other.lost} > items for other in same_place):
            continue
        if (one.is_sure and len(same_place) < _SHOWN) or (not one.is_sure and not twice and unsure < _UNSURE_SHOWN):
            kept.append(one)
    return kept
