"""What today's watchlists make of a stored item that they have not got: how near it came, and what would change it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from monitor.clock import local_text
from monitor.matching import Engine, Watch
from monitor.matching.scan import Texts
from monitor.matching.terms.rules import Mode
from monitor.matching.verdict import Missing, Verdict
from monitor.model import Band, Item, NearMiss
from monitor.text.tokens import are_kin, raw_tokens, token_key
from monitor.watchlist.entities import Entities

_MOST = 2
"""So many words are named of those that came near to a concept, and of those that look like its relatives."""


def history(watch: Watch, item: Item, versions: Sequence[tuple[str, float]]) -> str:
    """Why a watchlist that takes the item today has not got it. ``versions``: those that have judged, and since when,
    oldest first.
    """
    read = f"when it was read ({local_text(item.first_seen)})"
    if not versions:
        return f"{read} that watchlist did not exist yet: it has judged nothing so far"
    if item.first_seen < versions[0][1]:
        return f"{read} that watchlist did not exist yet: it judges since {local_text(versions[0][1])}"
    current = dict(versions).get(watch.version)
    if current is None:
        return f"{read} that watchlist had another version; this one has judged nothing so far"
    if item.first_seen < current:
        until = next(since for _, since in versions if since > item.first_seen)
        return f"{read} that watchlist had another version (until {local_text(until)})"
    return f"{read} that watchlist was as it is now, and did not take it: monitor audit looks into that"


def nearest(engine: Engine, item: Texts, day: date) -> Verdict | None:
    """The verdict of the watchlist that came nearest to taking ``item`` on ``day``: with the fewest missing concepts,
    then the most found. None where there are no watchlists.
    """
    verdicts = (engine.explain(watch.id, item, day) for watch in engine.watches)
    return min(verdicts, key=lambda one: (len(one.missing), -len(one.found), -one.score, one.watch), default=None)


def changes(verdict: Verdict, watch: Watch, entities: Entities, file: str, item: Texts) -> list[str]:
    """What would let ``watch``, which is written in ``file``, alert for ``item``, as far as its verdict tells."""
    if verdict.match:
        if verdict.match.band is Band.ALERT:
            return []
        if verdict.score >= verdict.alert:
            return [f"the days of active are over: move active.until in {file}, or set its after"]
        return list(_higher(verdict, watch, file, verdict.alert, "alert"))
    if verdict.refused:
        key = "active" if verdict.out_of_season else "sources, not_sources or lang"
        return [f"change {key} in {file}"]
    if verdict.veto:
        return [f'take "{verdict.veto.alias}" out of none in {file}']
    found: list[str] = []
    if verdict.masked and verdict.missing:
        found.append(f'take the phrase around "{verdict.masked[0]}" out of except, in {file} or in entities.toml')
    for one in verdict.missing:
        found += [_add(verdict.watch, one, miss, entities) for miss in one.near_misses[:_MOST]]
        relatives = list(islice(_relatives(one, watch, item, entities), _MOST))
        found += relatives
        if not one.near_misses and not relatives:
            place = _place(one.concept, entities)
            found.append(
                f"if the item names it in other words: monitor watch add-term {verdict.watch} WORD --to {place}"
            )
    return found or list(_higher(verdict, watch, file, verdict.digest, "digest"))


def _add(watch: str, missing: Missing, miss: NearMiss, entities: Entities) -> str:
    command = f'monitor watch add-term {watch} "{miss.text}" --to {_place(missing.concept, entities, miss.term)}'
    return f'if "{miss.text}" is another name for it: {command}'


def _relatives(missing: Missing, watch: Watch, item: Texts, entities: Entities) -> Iterator[str]:
    """Words of the item that look like relatives of a missing concept's words, each with the command that adds it."""
    words = {token_key(raw): raw.removesuffix("'s").removesuffix("’s") for raw in _tokens(item)}
    for miss in missing.near_misses:
        words.pop(token_key(miss.text), None)
    patterns = next((one.patterns for one in watch.all if one.name == missing.concept), watch.any)
    for pattern in patterns:
        word = pattern.words[0]
        if len(pattern.words) > 1 or word.mode not in (Mode.WORD, Mode.EXACT):
            continue
        for key in [key for key in words if are_kin(word.key, key)]:
            raw = words.pop(key)
            # The capital that begins a headline must not make a name of a word.
            name = raw.lower() if pattern.text.islower() else raw
            place = _place(missing.concept, entities, pattern.text)
            command = f"monitor watch add-term {watch.id} {shlex.quote(name)} --to {place}"
            yield f'"{raw}" looks like a relative of "{pattern.text}": {command}'


def _tokens(item: Texts) -> list[str]:
    return [raw for text in (item.title, item.summary, item.body) for raw in raw_tokens(text)]


def _place(concept: str, entities: Entities, term: str = "") -> str:
    """What a concept can be called by on the command line: the entity that holds ``term``, or its first name."""
    names = [name.split("^")[0].strip() for name in concept.split("|")]
    for name in names:
        if name.startswith("@") and any(pattern.text == term for pattern in entities.patterns(name[1:]) or ()):
            return name
    return names[0] if " " not in names[0] else f'"{names[0]}"'


def _higher(verdict: Verdict, watch: Watch, file: str, wanted: float, key: str) -> Iterator[str]:
    """What would raise a score that was too low, or be content with it."""
    for reason in verdict.reasons:
        if reason.name == "proximity" and reason.factor < 1:
            yield f"raise near in {file} (now {watch.near}): the words stand {reason.words}"
        if reason.name == "context" and reason.factor < 1:
            weight = f"context_weight (now {watch.context_weight:g})"
            yield f"add a word that it holds to context in {file}, or lower {weight}"
    yield f"lower {key} in {file} (now {wanted:g}) to {verdict.score:.2f} or less"
