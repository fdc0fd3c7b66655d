"""What may stand in ``watchlists/<id>.toml`` and in ``watchlists/entities.toml``.

Keys that act only on later features are checked and kept all the same, so that a file never has to change for them.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from monitor.toml.tomlfile import Duration, Strict

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
    summary: Share = 0.85
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
    """Its name, as it stands above its alerts."""
    any: list[Term] = []
    """Terms of which one is enough."""
    all: list[Term | list[Term]] = []
    """Concepts, each of which has to be there; a nested list means "or"."""
    near: Annotated[int, Field(ge=1, le=1000)] = 40
    """The concepts of all belong together within so many words; the score falls from 12 words on."""
    context: list[Term] = []
    """Supporting words; where none is found, the score is multiplied by 1 - context_weight."""
    context_weight: Share = 0.0
    """How much the lack of any context word costs."""
    except_: Annotated[list[Term], Field(alias="except")] = []
    """Phrases in which a term means something else: a hit inside one of them does not count."""
    none: list[Term] = []
    """Words that rule an item out, in its title or summary."""
    fields: Fields = Fields()
    """How much a hit weighs by where it stands."""
    alert: Share = 0.70
    """The least score of an alert."""
    digest: Share = 0.45
    """The least score of a line in the digest."""
    lang: list[str] = []
    """Only items in these languages (en, ru, ur)."""
    sources: list[str] = []
    """Only items of these feeds, by name."""
    not_sources: list[str] = []
    """No items of these feeds, by name."""
    min_sources: Annotated[int, Field(ge=1)] = 1
    """Alert only when so many sources report."""
    active: Active | None = None
    """When the thread begins and ends."""
    expect: Expect | list[Expect] | None = None
    """Windows in which something is expected: there the digest takes 0.1 less."""
    silence: Duration | None = None
    """Tell when nothing was found for so long."""
    status: Literal["open", "quiet", "closed", "resolved"] = "open"
    """Where the thread stands. Quiet: told in the digest only; closed, resolved: matches are stored and not told."""
    group: Literal["thread", "story", "none"] = "thread"
    """What is told together: all of the thread, or each story by itself; "none": each report, alike or not."""
    tags: list[str] = []
    """Words of your own, which routes in config.toml can name."""
    priority: Literal["urgent", "normal", "low"] = "normal"
    """Urgent alerts pass quiet hours and go first; routes can name priorities."""
    examples: ExampleTexts = ExampleTexts()
    """The watchlist's own tests."""


class EntitySection(Strict):
    """A name that several watchlists share, in all its spellings."""

    kind: Literal["person", "place", "org", "title", "thing"]
    """What it names: decides which forms and typing errors are met, and whether it is transliterated."""
    names: list[str] = []
    """Names in any script; "@other" stands for all names of another entity."""
    acronyms: list[str] = []
    """Met in capitals only, and never misspelt."""
    except_: Annotated[list[str], Field(alias="except")] = []
    """Phrases in which the name means something else."""


# --- JSON Schemas ----------------------------------------------------------------------------------------------------
# Of the files of watchlists, for editors that complete and check while one types (``#:schema`` lines).


FILES = {"watchlist": "watchlist.schema.json", "entities": "entities.schema.json"}
"""The name of each schema's file, in the folder ``schema`` beside the watchlists."""


def schema(name: str) -> dict[str, Any]:
    """The schema of ``watchlist`` or ``entities`` files, generated from the models that check them."""
    if name == "entities":
        found = TypeAdapter(dict[str, EntitySection]).json_schema(by_alias=True)
        title = "entities.toml of news-monitor: names that several watchlists share"
    else:
        found = WatchlistFile.model_json_schema(by_alias=True)
        title = "a watchlist of news-monitor"
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_draft_07(found), "title": title}


def text(name: str) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"


def _draft_07(value: Any) -> Any:
    """The editors' plugins read draft 7, in which definitions have another name."""
    if isinstance(value, dict):
        return {("definitions" if key == "$defs" else key): _draft_07(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_draft_07(inner) for inner in value]
    return value.replace("#/$defs/", "#/definitions/") if isinstance(value, str) else value
