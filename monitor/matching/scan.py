"""An item as the watchlists see it: its tokens, the watch words among them, and where patterns stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, chain
from typing import NamedTuple, Protocol

from monitor.matching.index import Compiled
from monitor.matching.lexicon import Lexicon
from monitor.matching.terms import designations
from monitor.matching.terms.designations import belong_together
from monitor.matching.terms.rules import BETWEEN, Mode
from monitor.matching.words.tables import VARIANT, WordHit
from monitor.model import Aside, Hit, Rule
from monitor.text import tokens
from monitor.text.tokens import is_spaceless

FIELDS = ("title", "summary", "body")
# Title and summary are one lead; the body is a little further away.
_GAPS = (0, 3, 12)
_SHOUTING = 0.7
# Without case to tell them apart, acronyms are too often ordinary words (who, it, us; AIDS, START). The longer ones are
# on the lists of words because of the acronym itself (брикс, nato), so that more is allowed them.
_CASELESS_LIMITS = ((3, 3.5), (100, 3.8))
_VOWELS = frozenset("aeiouyаеиоуыэюяіїєαεηιουωաեէըիոօւ")
_SHORT_KATAKANA = 3
_JOINING = frozenset("-\u2010\u2011\u2012\u2013/&+.,:_@#*")
"""What parts a single letter from the rest of what it belongs to."""


class Texts(Protocol):
    """What is matched: an item's three texts, clean and unescaped, the name of its feed and its language, and what of
    the texts is none of the story.

    Feed and language may be empty: then nothing is filtered by them.
    """

    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def feed_name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def asides(self) -> Sequence[Aside]: ...


class Occurrence(NamedTuple):
    """A watch word at a position of the item (positions run on from field to field)."""

    position: int
    quality: float
    rule: Rule


class Found(NamedTuple):
    """A pattern found in an item, from position ``start`` to ``end`` (both included)."""

    pattern: Compiled
    start: int
    end: int
    field: int
    quality: float
    rule: Rule


class Scan:
    """One item. Patterns found are remembered, as watches share them."""

    def __init__(
        self,
        texts: tuple[str, str, str],
        raw: Sequence[list[str]],
        look_up: Callable[[str], tuple[WordHit, ...]],
        lexicon: Lexicon,
        patterns: Sequence[Compiled],
    ) -> None:
        self.texts = texts
        self.raw = raw
        self._patterns = patterns
        self._lexicon = lexicon
        self._look_up = look_up
        self._found: dict[int, list[Found]] = {}
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._places: list[float] | None = None
        self.starts: list[int] = []
        self.words: dict[int, list[Occurrence]] = defaultdict(list)
        start = 0
        for index, field_tokens in enumerate(raw):
            start += _GAPS[index]
            self.starts.append(start)
            if not field_tokens:
                continue
            flat: bool | None = None
            for offset, token_hits in [pair for pair in enumerate(map(look_up, field_tokens)) if pair[1]]:
                for hit in token_hits:
                    quality = hit.quality
                    if hit.case == VARIANT:
                        if not self._is_variant(index, offset, hit.word):
                            continue
                    elif hit.case:
                        flat = _is_flat(texts[index]) if flat is None else flat
                        quality = self._acronym_quality(hit.case, flat, self._lexicon.key_of(hit.word))
                    if quality:
                        self.words[hit.word].append(Occurrence(start + offset, quality, hit.rule))
            start += len(field_tokens)
        self.length = start

    def _is_variant(self, index: int, offset: int, word: int) -> bool:
        """Whether the letter behind a number is that of a variant: F-16C is, G-7X and 30M behind COP are not."""
        spans, text = self._spans_of(index), self.texts[index]
        start, end = spans[offset]
        if not text[start].isdigit() or not self._lexicon.is_glued(word):
            return not text[start].isdigit()
        before = spans[offset - 1] if offset else (0, 0)
        return offset > 0 and designations.is_variant(text, before, (start, end))

    def _acronym_quality(self, case: str, flat: bool, key: str) -> float:
        if not flat:
            if case == "title":
                # Swift and Start begin sentences, and are names; Brics and Unesco are what they look like.
                return 0.95 if len(key) >= 5 and not self._lexicon.is_common(key, _CASELESS_LIMITS[-1][1]) else 0.0
            # Behind an elided article no sentence begins: l'Onu, dell'Ue are names.
            return {"upper": 1.0, "mostly": 0.95, "named": 0.95}.get(case, 0.0)
        if _VOWELS.isdisjoint(key):
            return 0.9  # LNG, РФ: no word of any language
        limit = next(limit for length, limit in _CASELESS_LIMITS if len(key) <= length)
        return 0.0 if self._lexicon.is_common(key, limit) else 0.9

    # where patterns stand

    def find(self, number: int) -> list[Found]:
        """All places where the pattern stands, in order."""
        found = self._found.get(number)
        if found is None:
            found = self._found[number] = self._search(self._patterns[number])
        return found

    def _search(self, compiled: Compiled) -> list[Found]:
        words = self.words
        found = []
        if all(number in words for number in compiled.words):
            found = self._in_order(compiled)
        if compiled.joined in words:
            for position, quality, rule in words[compiled.joined]:
                found.append(Found(compiled, position, position, self._field_of(position), quality, rule))
            found.sort(key=lambda one: one.start)
        if found and len(compiled.words) <= _SHORT_KATAKANA and _is_katakana(compiled.pattern.words[0].key):
            found = [one for one in found if self._stands_alone(one)]
        if found and len(compiled.words) == 1 and len(compiled.pattern.words[0].key) == 1:
            found = [one for one in found if self._is_whole_word(one)]
        return found

    def _in_order(self, compiled: Compiled) -> list[Found]:
        first, *others = compiled.words
        glued = [word.glued for word in compiled.pattern.words[1:]]
        runs = [(o.position, o.position, o.quality, o.rule, o.rule is not Rule.FUZZY) for o in self.words[first]]
        for number, is_glued in zip(others, glued, strict=True):
            by_position = {occurrence.position: occurrence for occurrence in self.words[number]}
            longer = []
            for start, end, quality, rule, certain in runs:
                following = by_position.get(end + 1)
                if is_glued:
                    following = following if following and self._belongs_together(end) else None
                elif following is None and self._stands_between(end + 1):
                    following = by_position.get(end + 2)
                if following is not None:
                    weaker = following.quality < quality
                    longer.append(
                        (
                            start,
                            following.position,
                            min(quality, following.quality),
                            following.rule if weaker else rule,
                            certain or following.rule is not Rule.FUZZY,
                        )
                    )
            runs = longer
        # The gap in positions between fields keeps phrases from running over a field's end. One word of a phrase has to
        # be met without typing errors, or errors could make it up.
        return [
            Found(compiled, start, end, self._field_of(start), quality, rule)
            for start, end, quality, rule, certain in runs
            if certain or not others
        ]

    def _stands_between(self, position: int) -> bool:
        index = self._field_of(position)
        offset = position - self.starts[index]
        return 0 <= offset < len(self.raw[index]) and tokens.token_key(self.raw[index][offset]) in BETWEEN

    def _belongs_together(self, position: int) -> bool:
        index = self._field_of(position)
        spans, at = self._spans_of(index), position - self.starts[index]
        return belong_together(self.texts[index], spans[at], spans[at + 1])

    def _stands_alone(self, found: Found) -> bool:
        """Whether no further katakana follow or precede: イラン (Iran) is not part of トイランド."""
        raw, spans, start = self.raw[found.field], self._spans_of(found.field), self.starts[found.field]
        first, last = found.start - start, found.end - start
        before = first > 0 and spans[first - 1][1] == spans[first][0] and _is_katakana(raw[first - 1])
        after = last + 1 < len(raw) and spans[last][1] == spans[last + 1][0] and _is_katakana(raw[last + 1])
        return not (before or after)

    def _is_whole_word(self, found: Found) -> bool:
        """Whether a single letter is a capital, where there are any, and no part of something longer: X-ray, 7,000."""
        spans, text = self._spans_of(found.field), self.texts[found.field]
        start, end = spans[found.start - self.starts[found.field]]
        if text[start:end].islower():
            return False
        before = start > 1 and text[start - 1] in _JOINING and text[start - 2].isalnum()
        after = end + 1 < len(text) and text[end] in _JOINING and text[end + 1].isalnum()
        return is_spaceless(found.pattern.pattern.words[0].key) or not (before or after)

    def _field_of(self, position: int) -> int:
        return max(index for index, start in enumerate(self.starts) if position >= start)

    # distances and texts

    def place(self, position: int) -> float:
        """Where ``position`` lies in words: the position itself, but letters of scripts without spaces count for less
        than a word.
        """
        if self._places is None:
            widths = [1.0] * (self.length + 1)
            for start, field_tokens in zip(self.starts, self.raw, strict=True):
                widths[start : start + len(field_tokens)] = map(tokens.width, field_tokens)
            self._places = list(accumulate(widths))
        return self._places[position]

    def distance(self, window: Sequence[Found]) -> int:
        """How many words apart the pieces of evidence in ``window`` stand, at most."""
        first_end = min(found.end for found in window)
        last_start = max(found.start for found in window)
        if last_start <= first_end:
            return 0
        if all(map(str.isascii, self.texts)):
            return last_start - first_end
        return round(self.place(last_start) - self.place(first_end))

    def text(self, found: Found) -> tuple[str, int, int]:
        """The piece of text that was found, and its offsets in the original text of its field."""
        spans = self._spans_of(found.field)
        start = spans[found.start - self.starts[found.field]][0]
        end = spans[found.end - self.starts[found.field]][1]
        return self.texts[found.field][start:end], start, end

    def hit(self, found: Found, concept: str, strength: float = 0.0) -> Hit:
        """``found`` as it is told and stored."""
        text, start, end = self.text(found)
        pattern = found.pattern.pattern
        rule = found.rule
        if rule is Rule.ACRONYM and pattern.words[0].mode is not Mode.ACRONYM:
            rule = Rule.EXACT
        return Hit(concept, pattern.text, text, FIELDS[found.field], start, end, rule, found.quality, strength)

    def _spans_of(self, field: int) -> list[tuple[int, int]]:
        spans = self._spans.get(field)
        if spans is None:
            spans = self._spans[field] = tokens.spans(self.texts[field])
        return spans

    def accepted(self, raw: str) -> set[int]:
        """The watch words that the token counts as, in one place of the item or another."""
        return {hit.word for hit in self._look_up(raw) if hit.word in self.words}

    def all_tokens(self) -> Iterable[str]:
        """Every distinct token, in order."""
        return dict.fromkeys(chain.from_iterable(self.raw))


def _is_flat(text: str) -> bool:
    """Whether a field's case tells nothing: all lower, or (nearly) all upper.

    Among letters that have no case (Urdu, Chinese) a capital is as telling as can be.
    """
    upper = sum(map(str.isupper, text))
    lower = sum(map(str.islower, text))
    if not upper:
        return True
    if sum(map(str.isalpha, text)) > 2 * (upper + lower):
        return False
    return upper >= _SHOUTING * (upper + lower) and lower + upper > 7


def _is_katakana(token: str) -> bool:
    return "\u30a1" <= token[0] <= "\u30fa" or token[0] == "ー" or "\uff66" <= token[0] <= "\uff9d"
