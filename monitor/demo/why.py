"""Why an item was no alert, asked of the real engine: concept by concept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from monitor.matching import Concept, Pattern, Texts, Watch, compile_watches
from monitor.model import Hit
from monitor.text.tokens import raw_tokens

_NAMES_SHOWN = 4
_RESEMBLES = 0.75


def why_not(watch: Watch, item: Texts) -> list[str]:
    """Why ``item`` is no alert of ``watch``, in a few plain sentences."""
    judged = compile_watches([watch]).match(item)
    if judged:
        return [f"It is {judged[0].band} for this watchlist: {judged[0].why}."]
    forbidden = _hit(watch, watch.vetoes, item)
    if forbidden:
        return [f'It holds "{forbidden.text}", and that rules it out.']
    hits = [(concept, _hit(watch, concept.patterns, item)) for concept in watch.all]
    found = [f'"{hit.text}" ({hit.field})' for _, hit in hits if hit]
    missing = [concept for concept, hit in hits if hit is None]
    lines = [f"Found: {', '.join(found) or 'nothing that it asks for'}."]
    lines += [f"Missing: {_names(concept)}.{_nearest(concept, item)}" for concept in missing]
    if watch.any:
        lines.append("It is not called by its own name either.")
    if missing:
        lines.append("The watchlist asks for all of them, so there was no match.")
    else:
        lines.append("All is there, but too far apart or too faint to count.")
    return lines


def _hit(watch: Watch, patterns: Iterable[Pattern], item: Texts) -> Hit | None:
    """Where one of ``patterns`` stands in ``item``: the question put to an engine that looks for nothing else."""
    alone = replace(watch, any=tuple(patterns), all=(), vetoes=(), alert=0.0, digest=0.0)
    matches = compile_watches([alone]).match(item)
    return matches[0].hits[0] if matches and matches[0].hits else None


def _names(concept: Concept) -> str:
    # Scripts that run from right to left come last: they would turn round what stands between them on a terminal.
    names = sorted((f'"{pattern.text}"' for pattern in concept.patterns), key=lambda name: max(name) >= "\u0590")
    more = len(names) - _NAMES_SHOWN
    return f"any of {', '.join(names[:_NAMES_SHOWN])}" + (f" and {more} more names" if more > 0 else "")


def _nearest(concept: Concept, item: Texts) -> str:
    """The word of ``item`` that looks most like what is missing, when one does."""
    words = {word.casefold(): word for word in raw_tokens(f"{item.title} {item.summary} {item.body}")}
    for pattern in concept.patterns:
        near = get_close_matches(pattern.text.casefold(), list(words), n=1, cutoff=_RESEMBLES)
        if near:
            return f' The nearest word, "{words[near[0]]}", is not one of them.'
    return ""
