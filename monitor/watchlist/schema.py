"""What may stand in ``watchlists/<id>.toml`` and in ``watchlists/entities.toml``.

Keys that act only on later features are checked and kept all the same, so that a file never has to change for them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from monitor.tomlfile import Duration, Strict

Day = date | datetime
Share = Annotated[float, Field(ge=0, le=1)]


class LongTerm(Strict):
    """A term with settings of its own: ``{ t = "Mishustin", fuzz = 2, kind = "person", lang = "en" }``."""

    t: str
    fuzz: Annotated[int, Field(ge=0, le=2)] | None = None
    kind: Literal["person", "place", "org", "title", "thing"] | None = None
    lang: str | None = None


Term = str | LongTerm


class Fields(Strict):
    """How much a hit weighs by where it stands."""

    title: Share = 1.0
    summary: Share = 0.8
    body: Share = 0.55


class Active(Strict):
    """When a thread has an end: from and until (both included), and what happens to matches after it."""

    start: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None
    after: Literal["alert", "digest", "silent"] = "digest"


class Expect(Strict):
    """A window in which something is expected."""

    start: Annotated[Day, Field(alias="from")]
    until: Day
    what: str = ""


class ExampleTexts(Strict):
    """Headlines that must match, and headlines that must not: tests of the watchlist."""

    match: list[str] = []
    nomatch: list[str] = []


class WatchlistFile(Strict):
    """One watchlist."""

    title: Annotated[str, Field(min_length=1)]
    any: list[Term] = []
    all: list[Term | list[Term]] = []
    near: Annotated[int, Field(ge=1, le=1000)] = 40
    context: list[Term] = []
    context_weight: Share = 0.0
    except_: Annotated[list[Term], Field(alias="except")] = []
    none: list[Term] = []
    fields: Fields = Fields()
    alert: Share = 0.70
    digest: Share = 0.45
    lang: list[str] = []
    sources: list[str] = []
    not_sources: list[str] = []
    min_sources: Annotated[int, Field(ge=1)] = 1
    active: Active | None = None
    expect: Expect | list[Expect] | None = None
    silence: Duration | None = None
    status: Literal["open", "quiet", "closed", "resolved"] = "open"
    group: Literal["thread", "story", "none"] = "thread"
    examples: ExampleTexts = ExampleTexts()


class EntitySection(Strict):
    """A name that several watchlists share, in all its spellings."""

    kind: Literal["person", "place", "org", "title", "thing"]
    names: list[str] = []
    acronyms: list[str] = []
    except_: Annotated[list[str], Field(alias="except")] = []
