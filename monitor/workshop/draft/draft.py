"""The draft of a watchlist: a sketch, measured on what is stored, and written down with comments that say so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from monitor.matching import Headline, Watch, compile_watches
from monitor.matching.words.frequency import LEARNT_FROM, script_of, script_of_language
from monitor.model import Band, WatchId
from monitor.store import Store
from monitor.text.likeness import likeness_of, same_story
from monitor.text.tokens import raw_tokens, token_key
from monitor.text.wording import counted
from monitor.workshop.backtest import Decision, decisions
from monitor.workshop.draft.sketch import CONTEXT_WEIGHT, Part, Sketch
from monitor.workshop.draft.spellings import acronyms, spellings, vocabulary
from monitor.workshop.replay import Progress, read_of, replay

_DRAFT, _WIDER = "draft", "wider"
_COMMENT_AT = 46
_NAMES_SHOWN = 4
_LEAST_UNSUPPORTED = 2


@dataclass(frozen=True)
class Measured:
    """What a sketch is worth on the stored items. ``counts``: items that hold each part, by its first term."""

    items: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    found: tuple[Decision, ...] = ()
    """What the sketch makes of the items that have all of its concepts, the newest last."""
    wider: int = 0
    """Alerts of the wider sketch, where there is one."""
    unsupported: int = 0
    """Items with all concepts, and in a script that no supporting word is written in."""

    @property
    def alerts(self) -> list[Decision]:
        """What would be alerted."""
        return [one for one in self.found if one.band is Band.ALERT]


def stored_texts(database: Path) -> list[str]:
    """Titles and summaries of the newest items, from which the use of words is learnt. Raises StoreError."""
    store = Store.reading(database)
    texts = store.recent_texts(LEARNT_FROM)
    store.close()
    return texts


def add_spellings(sketch: Sketch, texts: Sequence[str]) -> None:
    """Take up the spellings that the sketch's names have in other scripts, and their initials, as far as they stand in
    ``texts``. Entities have theirs.
    """
    names = [part for part in sketch.concepts if not part.terms[0].startswith("@")]
    latin = any(not word.key.isascii() for part in names for pattern in part.patterns for word in pattern.words)
    words = vocabulary(texts, latin)
    for part in names:
        for spelling in (*acronyms(part.patterns, texts), *spellings(part.patterns, words)):
            part.add(spelling)


def measure(database: Path, sketch: Sketch, since: float, progress: Progress | None = None) -> Measured:
    """Judge what has been seen since then by the sketch, and count its parts. Raises StoreError."""
    store = Store.reading(database)
    read = read_of(store)
    store.close()
    parts = [*sketch.concepts, *sketch.context]
    probes = [
        Watch(WatchId(f"part:{number}"), "", "", any=part.patterns, fields=(1.0, 1.0, 1.0))
        for number, part in enumerate(parts)
    ]
    wider = [sketch.wider.watch(_WIDER)] if sketch.wider else []
    replayed = replay(database, [sketch.watch(_DRAFT), *wider, *probes], since, read, progress)
    counts = {
        part.terms[0]: sum(one.by(probe.id) is not None for one in replayed.judged)
        for part, probe in zip(parts, probes, strict=True)
    }
    found = tuple(decisions(replayed, WatchId(_DRAFT)))
    scripts = {script_of(word.key) for part in sketch.context for pattern in part.patterns for word in pattern.words}
    others = [one for one in found if one.score and scripts and _script_of(one.item.title) not in scripts]
    more = sum(one.band is Band.ALERT for one in decisions(replayed, WatchId(_WIDER)))
    return Measured(replayed.extent.items, counts, found, more, len(others))


def fair(sketch: Sketch, measured: Measured) -> Sketch:
    """The sketch without its supporting words, where a large part of what it finds is in a script that has none of
    them: it would all be demoted.
    """
    if measured.unsupported < _LEAST_UNSUPPORTED or measured.unsupported * 8 <= len(measured.found):
        return sketch
    return replace(sketch, context=[], aside=sketch.context)


def _script_of(text: str) -> str:
    scripts = Counter(script_of(token_key(raw)) for raw in raw_tokens(text))
    return scripts.most_common(1)[0][0] if scripts else ""


def picked(sketch: Sketch, measured: Measured, most: int = 3, weaker: bool = True) -> list[Decision]:
    """The items to be shown as examples: the surest alerts, of different stories, and one that only just is none, if
    ``weaker``.

    Examples are headlines, so what matches because of its summary is none.
    """
    engine = compile_watches([sketch.watch(_DRAFT)])
    alone = [one for one in measured.alerts if engine.match(Headline(one.item.title))]
    best = sorted(alone, key=lambda one: (-one.score, -one.item.number))
    chosen: list[Decision] = []
    for one in best:
        own = likeness_of(one.item.title, one.item.source, one.item.link, one.item.text, one.item.feed_name)
        shown = (likeness_of(o.item.title, o.item.source, o.item.link, o.item.text, o.item.feed_name) for o in chosen)
        if one.item.title and not any(same_story(own, other) for other in shown):
            chosen.append(one)
        if len(chosen) == most:
            break
    others = [one for one in measured.found if one.band is not Band.ALERT and one.score and one.item.title]
    return [*chosen, *sorted(others if weaker else [], key=lambda one: -one.score)[:1]]


# --- the file --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Examples:
    """Headlines that the user was asked about, and what was said; ``open``: nothing was."""

    match: tuple[str, ...] = ()
    nomatch: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    """Headlines that match and should not: they cannot be examples before something rules them out."""
    missed: tuple[str, ...] = ()
    """Headlines that should match and do not."""
    open: tuple[str, ...] = ()


def as_text(
    identity: str,
    sketch: Sketch,
    measured: Measured | None,
    days: int,
    examples: Examples,
    with_schema: bool,
    languages: Iterable[str] = (),
) -> str:
    """The file. ``measured``: None where nothing is stored yet. ``languages``: those of the feeds."""
    lines = ["#:schema schema/watchlist.schema.json"] if with_schema else []
    lines += [f"title = {_quoted(sketch.title)}", ""]
    counts = measured.counts if measured else {}
    figures = f"\n# The figures: stored items of the last {counted(days, 'day')} that hold it." if measured else ""
    if len(sketch.concepts) == 1:
        lines.append(f"# One of these is enough.{figures}")
        lines += _array(
            "any", [_quoted(term) for term in sketch.concepts[0].terms], [_note(sketch.concepts[0], counts)]
        )
    else:
        lines.append(f'# Every entry of all is needed; a nested list means "or".{figures}')
        lines += _array("all", map(_concept, sketch.concepts), [_note(part, counts) for part in sketch.concepts])
    lines += _wider(sketch, measured)
    lines += _unspelt(sketch, languages)
    if sketch.context and len(sketch.concepts) > 1:
        weaker = round((1 - CONTEXT_WEIGHT) * 100)
        lines += ["", f"# Supporting words. A headline without any of them is worth {weaker} % of its score:"]
        lines += ["# a line in the digest, and no alert."]
        notes = [_note(part, counts) for part in sketch.context]
        lines += _array("context", [_quoted(term) for part in sketch.context for term in part.terms], notes)
        lines.append(f"context_weight = {CONTEXT_WEIGHT}")
    if sketch.aside:
        words = ", ".join(_quoted(term) for part in sketch.aside for term in part.terms)
        lines += ["", "# Words that would support a match, if there were some for each language that it is found in:"]
        lines += [f"# context = [{words}]", f"# context_weight = {CONTEXT_WEIGHT}"]
    lines += ["", f"# What else it is called, and what to rule out: monitor watch suggest {identity}"]
    lines += ["# Plurals, cases and typing errors in names are found by themselves: monitor watch term WORD shows how."]
    lines += [
        '# except = ["a phrase in which a name means something else"]',
        '# none = ["a word that rules an item out"]',
    ]
    return "\n".join([*lines, *_examples(examples)]) + "\n"


def _wider(sketch: Sketch, measured: Measured | None) -> Iterator[str]:
    """The sketch with entities in place of longer names, for the user to choose."""
    if sketch.wider:
        worth = f", {counted(measured.wider, 'alert')} instead of {len(measured.alerts):,}" if measured else ""
        yield f"# Wider{worth}:  all = [{', '.join(map(_concept, sketch.wider.concepts))}]"


def _unspelt(sketch: Sketch, languages: Iterable[str]) -> Iterator[str]:
    """What has no name yet in a script that some of the feeds are written in, and which feeds may have other names in
    the same script.
    """
    by_script: dict[str, list[str]] = {}
    for language in sorted(set(languages)):
        by_script.setdefault(script_of_language(language), []).append(language)
    written: set[str] = set()
    for part in sketch.concepts:
        has = {script_of(word.key) for pattern in part.patterns for word in pattern.words}
        written |= set() if part.terms[0].startswith("@") else has
        lacks = [language for script, named in by_script.items() if script and script not in has for language in named]
        if lacks:
            missed = "Feeds of yours are in it: add one, or what they write is missed."
            yield f"# {_quoted(part.terms[0])} has no name in {', '.join(lacks)} yet. {missed}"
    for script, named in by_script.items():
        if script and script in written and len({language.partition("-")[0] for language in named}) > 1:
            yield f"# Feeds of yours are in {', '.join(named)}. Add what a name is in each (Moscow, Moskau, Moscou)."


def _array(key: str, entries: Iterable[str], notes: Sequence[str]) -> Iterator[str]:
    """An array, one entry on a line, each with its note."""
    yield f"{key} = ["
    for number, entry in enumerate(entries):
        note = notes[number] if number < len(notes) else ""
        line = f"    {entry},"
        yield f"{line:<{_COMMENT_AT}}{note}".rstrip() if len(line) < _COMMENT_AT else f"{line}  {note}".rstrip()
    yield "]"


def _concept(part: Part) -> str:
    terms = [_quoted(term) for term in part.terms]
    return terms[0] if len(terms) == 1 else f"[{', '.join(terms)}]"


def _note(part: Part, counts: dict[str, int]) -> str:
    said = []
    if part.terms[0] in counts:
        said.append(f"{counts[part.terms[0]]:,}")
    if part.terms[0].startswith("@"):
        names = list(dict.fromkeys(pattern.text for pattern in part.patterns))
        more = ", ..." if len(names) > _NAMES_SHOWN else ""
        said.append(", ".join(names[:_NAMES_SHOWN]) + more)
    return f"# {': '.join(said)}" if said else ""


def _examples(examples: Examples) -> Iterator[str]:
    yield from ("", "# The watchlist's own tests: an edit that breaks one is refused.", "[examples]")
    for key, texts in (("match", examples.match), ("nomatch", examples.nomatch)):
        if texts:
            yield from _array(key, map(_quoted, texts), ())
        else:
            yield f"{key} = []"
    asides = (
        (
            "Does this belong to it? Then move it to match; if not, find what rules it out, and move it to nomatch:",
            "open",
        ),
        ("Not meant, and it matches: rule it out with except or none, then move it to nomatch:", "unwanted"),
        ("Meant, and it does not match: add the name that it uses, then move it to match:", "missed"),
    )
    for heading, name in asides:
        if texts := getattr(examples, name):
            yield f"# {heading}"
            yield from (f"#     {_quoted(text)}," for text in texts)


def _quoted(text: str) -> str:
    """``text`` as a TOML string: as JSON has it, and DEL escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
