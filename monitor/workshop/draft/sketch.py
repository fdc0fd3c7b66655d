"""From a phrase to what a watchlist would ask for: "Pakistan's BRICS bid" names two things that must both be there, and
a word that supports them.

What is known (entities) and what looks like a name becomes a concept. Of ordinary words the rarest stands in for a
concept that is missing; the others support. Nothing of this is sure: it is a draft, which says what each part is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from monitor.matching import Concept, Pattern, TermError, Watch, parse_term
from monitor.matching.terms.names import romanised
from monitor.matching.terms.rules import refuse_foreign
from monitor.model import WatchId
from monitor.text.tokens import raw_tokens, token_key
from monitor.workshop.draft.phrase import Piece, Usage, known_in, needs_partner, pieces_of
from monitor.workshop.draft.spellings import Spelling

CONTEXT_WEIGHT = 0.4
"""So much less a match without a supporting word is worth: 0.6 in a title, which is a line in the digest."""
_MOST_CONCEPTS = 3
_LONGEST_ID = 60


@dataclass
class Part:
    """One thing that a phrase speaks of: an entity (``@pakistan``), a name or a word, with its spellings."""

    terms: list[str]
    patterns: tuple[Pattern, ...]
    wider: Part | None = None
    """The entity that a name begins with (Pakistan Stream): met in every language, and in more than is meant."""

    def add(self, spelling: Spelling) -> None:
        """Take up a spelling in another script."""
        self.terms.append(spelling.term)
        self.patterns = (*self.patterns, parse_term(spelling.term))


@dataclass
class Sketch:
    """What a phrase was taken to mean."""

    title: str
    concepts: list[Part]
    context: list[Part]
    aside: list[Part] = field(default_factory=list)
    """What would be context, and does more harm than good."""

    def watch(self, identity: str) -> Watch:
        """The sketch as a watch; with one concept alone, any of its names is enough."""
        alone = len(self.concepts) == 1
        supporting = tuple(pattern for part in self.context for pattern in part.patterns)
        return Watch(
            WatchId(identity),
            self.title,
            "",
            any=self.concepts[0].patterns if alone else (),
            all=() if alone else tuple(Concept("|".join(part.terms), part.patterns) for part in self.concepts),
            context=() if alone else supporting,
            context_weight=CONTEXT_WEIGHT if supporting and not alone else 0.0,
        )

    @property
    def wider(self) -> Sketch | None:
        """The same with entities in place of the names that begin with them; None where there are none, or where that
        would leave one entity alone.
        """
        if len(self.concepts) < 2 or not any(part.wider for part in self.concepts):
            return None
        return replace(self, concepts=[part.wider or part for part in self.concepts])


def sketch(phrase: str, entities: Mapping[str, tuple[Pattern, ...]], usage: Usage) -> Sketch:
    """What ``phrase`` speaks of. Raises TermError when it holds nothing that could be searched for."""
    title = " ".join(phrase.split())
    refuse_foreign(title, title, with_quotes=False)
    known = known_in(title, entities)
    pieces = pieces_of(title, known, usage)
    parts: list[tuple[int, Part]] = []
    for start, end, name in known:
        beside = (one for one in pieces if one.start == end + 1)
        partner = next((one for one in beside if needs_partner(title[start:end], one, usage)), None)
        if partner:
            pieces.remove(partner)
            whole = _part(f"{title[start:end]} {partner.text}")
            whole.wider = Part([f"@{name}"], entities[name])
            parts.append((start, whole))
        else:
            parts.append((start, Part([f"@{name}"], entities[name])))
    parts += [(one.start, _part(one.text)) for one in pieces if one.is_name]
    concepts = [part for _, part in sorted(parts, key=lambda pair: pair[0])]
    return _completed(title, concepts, [one for one in pieces if not one.is_name], usage)


def _completed(title: str, concepts: list[Part], words: list[Piece], usage: Usage) -> Sketch:
    """Where there are fewer than two concepts, the rarest words become some; beyond three they only support."""
    whole = not concepts and len(words) == 1
    taken = words if whole else sorted(words, key=usage.rarity)[: max(0, 2 - len(concepts))]
    concepts = [*concepts, *(_part(word.text) for word in words if word in taken)]
    if not concepts:
        raise TermError(
            "too-common", f'"{title}" holds no word that tells a text about it from others', "name what it is about"
        )
    rest = [_part(word.text) for word in words if word not in taken]
    return Sketch(title, concepts[:_MOST_CONCEPTS], [*concepts[_MOST_CONCEPTS:], *rest])


def _part(text: str) -> Part:
    if len(text) == 1 and text.upper() != text.lower():
        text = f"={text.upper()}"  # one letter is met as it is
    return Part([text], (parse_term(text),))


def identity_of(title: str, concepts: list[Part]) -> str:
    """A file's name made of a title, in small Latin letters, or of the entities in it; empty when neither can be."""
    words = [key if key.isascii() else next(iter(romanised(key)), "") for key in map(token_key, raw_tokens(title))]
    if not all(words):
        words = [term[1:] for part in concepts for term in part.terms if term.startswith("@")]
    return "-".join(words)[:_LONGEST_ID].strip("-")
