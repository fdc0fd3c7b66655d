"""Small watches and headlines, for tests that look at one rule at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from monitor.matching import Concept, Headline, Kind, Pattern, Watch, compile_watches, parse_term
from monitor.model import Match, WatchId

Term = str | Pattern


def patterns(*terms: Term) -> tuple[Pattern, ...]:
    """Terms as written, or ready."""
    return tuple(parse_term(term) if isinstance(term, str) else term for term in terms)


def concepts(*given: Term | list[Term]) -> tuple[Concept, ...]:
    """``"Pakistan", ["BRICS", "NDB"]`` as a watchlist's ``all``."""
    alternatives = [one if isinstance(one, list) else [one] for one in given]
    return tuple(Concept("|".join(map(str, terms)), patterns(*terms)) for terms in alternatives)


def a_watch(name: str = "w", **rules: object) -> Watch:
    return Watch(WatchId(name), name, "1", **rules)  # type: ignore[arg-type]


def match(watch: Watch, headline: Headline | str, day: date | None = None) -> Match | None:
    """What ``watch`` alone makes of a headline."""
    text = Headline(headline) if isinstance(headline, str) else headline
    found = compile_watches([watch]).match(text, day)
    return found[0] if found else None


def seen(term: Term, text: str, kind: Kind = Kind.TERM) -> str | None:
    """The piece of ``text`` that ``term`` is found in, if any."""
    return all_seen(term, [text], kind)[text]


def all_seen(term: Term, texts: Iterable[str], kind: Kind = Kind.TERM) -> dict[str, str | None]:
    """By text: the piece of it that ``term`` is found in, if any."""
    pattern = parse_term(term, kind) if isinstance(term, str) else term
    engine = compile_watches([a_watch(any=(pattern,), digest=0.0)])
    found = {text: next(iter(engine.match(Headline(text), None)), None) for text in texts}
    return {text: one.hits[0].text if one and one.score else None for text, one in found.items()}


def rule(term: str, text: str, kind: Kind = Kind.TERM) -> str | None:
    """By which rule ``term`` is found in ``text``."""
    found = match(a_watch(any=(parse_term(term, kind),), digest=0.0), text)
    return found.hits[0].rule if found else None
