"""What is not wrong with a watchlist, but worth a second look. It never keeps a watchlist from working."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from monitor.errors import Level, Problem
from monitor.matching import Engine, Headline, Kind, Pattern, Watch
from monitor.matching.lexicon import allowance
from monitor.matching.terms.rules import Mode, Word, is_in
from monitor.matching.words import frequency
from monitor.model import Band, FeedSpec, WatchId
from monitor.text.clean import plain
from monitor.text.languages import language_code
from monitor.watchlist.checks import tidy
from monitor.watchlist.checks.names import feed_problems, folded, left_of
from monitor.watchlist.load import Loaded, Watchlists

_FREQUENT = 0.02
"""From this share of headlines on, what a watchlist hangs on is called very frequent."""
_SMALL_WORD = 5.5
"""Zipf value from which on a word is one of grammar: who, us, it."""
_WELL_KNOWN = 4.0
"""Zipf value from which on a word is known to everybody."""
_NAMED = 6
_LEAST_LETTERS = 5


def warnings(lists: Watchlists, engine: Engine) -> Iterator[Problem]:
    """Warnings and notes for every watchlist. Loads the lists of words."""
    for watch in lists.watches:
        file = lists.file(watch.id)
        terms = ("all",) if watch.all else ("any",)
        if said := _only_names(watch):
            yield replace(file.problem(terms, *said), level=Level.NOTE, code="only-names")
        if said := _without_fuzz(watch):
            yield replace(file.problem(("title",), *said), level=Level.NOTE, code="no-typing-errors")
        for pattern in _shouted(watch):
            yield replace(file.problem(terms, *_as_a_word(pattern)), level=Level.NOTE, code="word-in-capitals")
        if frequent := _frequent(watch, engine):
            level, what, hint = frequent
            yield replace(file.problem(terms, what, hint), level=level, code="very-frequent")
        for index, (text, _) in enumerate(lists.examples(watch.id).match):
            match = engine.match_one(watch.id, Headline(plain(text)))
            if match and match.band is not Band.ALERT:
                said = f'the example "{text}" reaches only the digest: {match.why}', "lower alert"
                problem = file.problem(("examples", "match", index), *said)
                yield replace(problem, level=Level.WARNING, code="example-weak")


def _terms(watch: Watch) -> list[Pattern]:
    return list(dict.fromkeys((*watch.any, *(pattern for concept in watch.all for pattern in concept.patterns))))


def _only_names(watch: Watch) -> tuple[str, str] | None:
    if not all(_is_name(pattern) for pattern in _terms(watch)):
        return None
    return (
        "only proper names: an article that names none of them is not found",
        'add how else they are called: "Russian premier" for the man, "the bloc" for the organisation',
    )


def _shouted(watch: Watch) -> Iterator[Pattern]:
    """Terms that count as acronyms by their capitals, and are common words: ΚΥΠΡΟΣ."""
    for pattern in _terms(watch):
        word = pattern.words[0]
        is_long = len(pattern.words) == 1 and word.mode is Mode.ACRONYM and len(word.key) >= _LEAST_LETTERS
        if is_long and frequency.zipf(word.key) >= _WELL_KNOWN:
            yield pattern


def _as_a_word(pattern: Pattern) -> tuple[str, str]:
    return (
        f'"{pattern.text}" is an acronym by its capitals: it is found in capitals only',
        f'write "{pattern.text.capitalize()}" for the word',
    )


def _is_name(pattern: Pattern) -> bool:
    return all(
        word.mode is Mode.ACRONYM or word.kind.is_name or (word.kind is Kind.TERM and word.named)
        for word in pattern.words
    )


def _without_fuzz(watch: Watch) -> tuple[str, str] | None:
    """Ordinary words, and why no misspelling of them is found. Short words and acronyms go without saying."""
    words = {word for pattern in _terms(watch) for word in pattern.words if _could_be_misspelt(word)}
    off = sorted({word.key for word in words if not allowance(word)})
    if not off:
        return None
    shown = ", ".join(off[:_NAMED]) + (f" and {len(off) - _NAMED} more" if len(off) > _NAMED else "")
    one = off[0]
    return (
        f"typing errors are not forgiven in ordinary words: {shown}",
        f'"monitor watch term {one}" shows the words that stand near to it',
    )


def _could_be_misspelt(word: Word) -> bool:
    return word.mode is Mode.WORD and word.fuzz > 0 and len(word.key) >= _LEAST_LETTERS and not word.fuzz_set


def _frequent(watch: Watch, engine: Engine) -> tuple[Level, str, str] | None:
    """What a watch hangs on, when it stands in very many headlines: then it says little, and costs time. Of an acronym
    that is a small word, too (WHO), nobody has counted how often it stands in capitals.
    """
    needs = [[pattern] for pattern in watch.any]
    if watch.all:
        needs.append(list(min((concept.patterns for concept in watch.all), key=lambda c: _share(list(c), engine))))
    for need in needs:
        share = _share(need, engine)
        if share >= _FREQUENT:
            word = max((_rarest(pattern, engine) for pattern in need), key=lambda pair: pair[1])[0]
            small = word.mode is Mode.ACRONYM and frequency.ordinary(word.key) >= _SMALL_WORD
            return (
                Level.NOTE if small else Level.WARNING,
                f'"{word.key}" stands in about {share:.1%} of all headlines{", in capitals or not" if small else ""}',
                "look for something rarer, or add a concept",
            )
    return None


def _share(patterns: list[Pattern], engine: Engine) -> float:
    return sum(_rarest(pattern, engine)[1] for pattern in patterns)


def _rarest(pattern: Pattern, engine: Engine) -> tuple[Word, float]:
    return min(((word, _share_of(word, engine)) for word in pattern.words), key=lambda pair: pair[1])


def _share_of(word: Word, engine: Engine) -> float:
    seen = engine.read.share(word.key)
    return 10 ** (frequency.ordinary(word.key) - 8) if seen is None else seen


# --- remarks ---------------------------------------------------------------------------------------------------------
# What is odd about watchlists that can be used, as ``watch check`` says it: for all else that reads or writes them.


Key = tuple[str, str, str]


def key_of(problem: Problem) -> Key:
    """What tells a remark from others, also when it has moved to another line."""
    return problem.file.name, problem.code, problem.message


class Remarks:
    """Remembers what was odd about each watchlist, as it costs time to see: only what has changed is looked at anew."""

    def __init__(self) -> None:
        self._own: dict[WatchId, tuple[Loaded, tuple[Problem, ...]]] = {}

    def of(self, lists: Watchlists, engine: Engine, feeds: Sequence[FeedSpec], today: date) -> list[Problem]:
        """All that is odd about ``lists`` now. Loads the lists of words."""
        known, self._own = self._own, {}
        for watch, one in lists.loaded.items():
            before = known.get(watch)
            if before is None or before[0] is not one:
                alone = Watchlists(lists.folder, {watch: one}, lists.entities)
                before = one, tuple(_own(alone, engine, today))
            self._own[watch] = before
        own = [problem for _, problems in self._own.values() for problem in problems]
        return [*own, *_of_names(lists), *tidy.same_again(lists, lists.loaded), *feed_remarks(lists, feeds)]


def new_remarks(
    before: tuple[Watchlists, Engine],
    after: tuple[Watchlists, Engine],
    feeds: Sequence[FeedSpec],
    today: date,
) -> list[Problem]:
    """What is odd after a change, and was not before it. Only watchlists that were read anew are looked at."""
    lists, engine = after
    changed = {watch for watch, one in lists.loaded.items() if before[0].loaded.get(watch) is not one}

    def found(lists: Watchlists, engine: Engine) -> list[Problem]:
        some = Watchlists(
            lists.folder, {name: one for name, one in lists.loaded.items() if name in changed}, lists.entities
        )
        own = [*_own(some, engine, today), *_of_names(lists), *tidy.same_again(lists, changed)]
        return [*own, *feed_remarks(some, feeds)]

    known = set(map(key_of, found(*before)))
    return [problem for problem in found(lists, engine) if key_of(problem) not in known]


def _own(lists: Watchlists, engine: Engine, today: date) -> Iterator[Problem]:
    """What is odd about each of ``lists`` by itself."""
    for problem in (*warnings(lists, engine), *tidy.remarks(lists, today)):
        if problem.code != "term-twice" and _is_worth_saying(problem):
            yield problem
    yield from tidy.terms_twice(lists, lists.loaded)


def _is_worth_saying(problem: Problem) -> bool:
    """Most notes are for those who ask; that a thread is over is not, as it may be a slip of the year."""
    return problem.level is Level.WARNING or problem.code == "window-past"


def _of_names(lists: Watchlists) -> list[Problem]:
    file = lists.entities.file
    return list(tidy.entity_remarks(file, lists, is_whole=False)) if file else []


def lost_feeds(lists: Watchlists, feeds: Collection[str], config: Path) -> list[Problem]:
    """What keeps ``feeds`` from being all the feeds that there are: watchlists that name others, or that would have
    none left. Told of ``config``.
    """
    return [
        Problem(
            config,
            0,
            f"{problem.file.name}, line {problem.line}, does not fit these feeds: {problem.message}",
            f"{problem.hint}; change the watchlist, or list the feed again".removeprefix("; "),
        )
        for one in lists.loaded.values()
        for problem in feed_problems(one.file, one.source, feeds)
    ]


def feed_remarks(lists: Watchlists, feeds: Collection[FeedSpec]) -> Iterator[Problem]:
    """Warnings for watchlists that wait for more feeds than they look at, or for another language than these have."""
    languages = {folded(feed.name): (language_code(feed.language) or "").casefold() for feed in feeds}
    for watch in lists.watches:
        file, wanted = lists.file(watch.id), watch.handling.min_sources
        left = left_of(languages, watch.sources, watch.not_sources)
        if left and wanted > len(left):
            said = f"nothing can be an alert: min_sources is {wanted}, and it looks at {len(left)}"
            problem = file.problem(("min_sources",), said, "lower min_sources, or add feeds")
            yield replace(problem, level=Level.WARNING, code="too-few-feeds")
        spoken = {languages[one] for one in left}
        if left and watch.languages and not any(_may_be_met(one, watch.languages) for one in spoken):
            said = (
                f"lang leaves out each feed that it looks at: config.toml says {', '.join(sorted(spoken))}, and lang "
                f"says {', '.join(sorted(watch.languages))}"
            )
            hint = "only entries that name a language of their own can be met; add a language to lang, or a feed"
            yield replace(file.problem(("lang",), said, hint), level=Level.WARNING, code="other-language")


def _may_be_met(language: str, wanted: Iterable[str]) -> bool:
    return not language or any(is_in(language, one) for one in wanted)
