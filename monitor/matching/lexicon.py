"""The words of all watchlists together: which of them does a token of a text stand for?

Every distinct token is looked up once and remembered: news repeats its vocabulary, so nearly every token of a headline
costs one dictionary access.

Typing errors are found as SymSpell does it (Garbe 2012): all deletions of the beginnings of the watchlists' words are
in one dictionary, and those of an unknown token are looked up in it. The guards come after, with their reasons.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from monitor.matching.terms import designations
from monitor.matching.terms.names import skeleton
from monitor.matching.terms.rules import Mode, Word
from monitor.matching.words import frequency
from monitor.matching.words.frequency import Read
from monitor.matching.words.tables import BEGINNING, FORM_QUALITY, VARIANT, Tables, WordHit, deletions_of, forms_of
from monitor.matching.words.wordlists import COMMON
from monitor.model import Rule
from monitor.text import tokens

PREFIX_QUALITY = 0.97
CONSONANTS_QUALITY = 0.93
COST_OF_AN_EDIT = 0.08
ORDINARY = 3.0
"""Words that are no names survive no typing error from this Zipf value on, and rarer ones only one."""
_ORDINARY_OTHERWISE = (3.9, 4.5)
"""From this value on another spelling is a word of its own, in small letters or with a capital: blue, due, does; but
Mueller is Müller, and Phoenix is Phönix.
"""
KNOWN = 3.6
"""Names survive at most one from this value on."""
_FEW_WORDS = 500
"""Among so few words nearly all tokens can be told from misspellings by their first letter. Among many, none."""
_MOST_EDITS = 2


_ENDINGS_OF_ACRONYMS = frozenset(("а", "у", "е", "ом", "ы", "s"))


# Articles, prepositions and conjunctions that lose their vowel before a noun: French, Italian, Catalan, Portuguese,
# Maltese, Irish. No pronouns: "j'ai" names no AI.
ELIDED = frozenset(("l", "d", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu", "entr", "b", "f", "un", "gl")) | {
    *("dell", "all", "nell", "dall", "sull", "coll", "pell", "quell", "quest", "degl", "agl", "negl", "dagl", "sugl"),
    *("anch", "com", "tutt"),
}
# Of all that can stand there with a capital these are words of French and Italian, be it in titles of works.
_BEHIND_ARTICLES = """
    a age ai aile air alba ame ami an ane ange anno arco area aria arma art arte asia au aube auto eau eco ecole elle
    en era erba ete est et eu eux ex homme huit il ile io isola on onde opera or ora oro ours un una une uno uomo us
    usage y
"""
_WORDS_BEHIND_ARTICLES = frozenset(_BEHIND_ARTICLES.split())


class Refusal(NamedTuple):
    """A token is near to the watch word number ``word``, and does not stand for it."""

    word: int
    why: str


def _beginnings(words: Iterable[Word]) -> frozenset[str]:
    """The letters that a misspelling of one of ``words`` can begin with: its first, or its second when the two have
    been swapped.
    """
    return frozenset(letter for word in words if word.fuzz for letter in word.key[:2])


def _openings(tables: Tables) -> frozenset[str]:
    """The first two letters of all that is met without a typing error."""
    keys = chain(tables.exact, tables.acronyms, tables.prefixes, tables.joined)
    return frozenset(key[:2] for key in keys)


class Lexicon:
    """Looks tokens up in tables, with the guards that words which merely look alike do not pass."""

    def __init__(self, tables: Tables, read: Read) -> None:
        self._tables = tables
        self._read = read
        self._prefix_lengths = sorted({len(prefix) for prefix in tables.prefixes})
        few = len(tables.words) <= _FEW_WORDS
        self._beginnings = _beginnings(tables.words) if few else None
        self._openings = _openings(tables) if few else None
        self._forgiving: frozenset[str] | None = None

    def look_up(self, raw: str) -> tuple[WordHit, ...]:
        """The words that the token ``raw`` stands for, each once, by the rule that is surest."""
        keys = list(self._keys(raw))
        found = [] if raw.isalpha() else list(self._by_variant(raw))
        if not found and (
            not keys or (self._openings is not None and all(self._leads_nowhere(raw, key) for key in keys))
        ):
            return ()
        found += [hit for key in keys for hit in self._by_key(raw, key)]
        if not found or len(raw) > len(keys[0]):
            found += self._beside_an_apostrophe(raw)
        found += (entry for entry in self._near(raw, keys[0]) if isinstance(entry, WordHit))
        best: dict[int, WordHit] = {}
        for hit in found:
            if hit.word not in best or best[hit.word].quality < hit.quality:
                best[hit.word] = hit
        return tuple(best.values())

    def _leads_nowhere(self, raw: str, key: str) -> bool:
        """Whether ``key`` begins like nothing in the tables; asked where they are so few that this is mostly so."""
        assert self._openings is not None, "there are few words"
        if key[:2] in self._openings or len(raw) > len(key) or key[0] >= "\u0600":
            return False
        if self._forgiving is None:
            self._forgiving = frozenset(
                letter for word in self._tables.words if word.fuzz and allowance(word) for letter in word.key[:2]
            )
        return key[0] not in self._forgiving

    def refusals(self, raw: str) -> list[Refusal]:
        """The words that ``raw`` is near to without standing for them, with the reasons."""
        key = tokens.token_key(raw)
        if not key:
            return []
        found = [entry for entry in self._near(raw, key) if isinstance(entry, Refusal)]
        return [*found, *self._refused_acronyms(raw, key)]

    def key_of(self, word: int) -> str:
        """The key of the watch word number ``word``."""
        return self._tables.words[word].key

    def is_glued(self, word: int) -> bool:
        """Whether the watch word number ``word`` is the end of a name of letters and digits."""
        return self._tables.words[word].glued

    def is_common(self, key: str, from_zipf: float) -> bool:
        """Whether ``key`` is a word that is met from ``from_zipf`` on in a language of its script."""
        return frequency.zipf(key) >= from_zipf

    # the rules

    def _keys(self, raw: str) -> Iterator[str]:
        """The key of a token, and that of its other spelling. Three small letters are a word of their own (bør is no
        Boer).
        """
        if key := tokens.token_key(raw):
            yield key
            other = tokens.other_key(raw)
            if other and not (len(key) <= 3 and raw.islower()):
                yield other

    def _by_key(self, raw: str, key: str) -> Iterator[WordHit]:
        for hit in self._tables.exact.get(key, ()):
            if not (raw.islower() and self._is_ordinary(hit, key)) and not self._is_another_word(hit, raw, key):
                yield hit
        for length in self._prefix_lengths:
            if length > len(key):
                break
            for number in self._tables.prefixes.get(key[:length], ()):
                yield WordHit(number, PREFIX_QUALITY, Rule.PREFIX)
        for number in self._tables.joined.get(key, ()):
            # May be and maybe differ; a name that is often written as one is the same name.
            if self._tables.words[number].kind.is_name or not self.is_common(key, 3.0):
                yield WordHit(number, FORM_QUALITY, Rule.JOINED)
        yield from self._by_acronym(raw, key)

    def _is_ordinary(self, hit: WordHit, key: str) -> bool:
        """Whether what is written in small letters is an ordinary word, and not the name that has such a form: a tramp
        (Трамп), "Pakistan streams a series" (Pakistan Stream).
        """
        if hit.rule is Rule.TRANSLITERATION:
            return self.is_common(key, COMMON)
        word = self._tables.words[hit.word]
        return hit.rule is Rule.FORM and word.named and key.isascii() and frequency.ordinary(word.key) >= ORDINARY

    def _is_another_word(self, hit: WordHit, raw: str, key: str) -> bool:
        """Whether the other spelling of a word is an ordinary word: blue is not blü."""
        if key != self._tables.words[hit.word].other:
            return False
        return frequency.ordinary(key) >= _ORDINARY_OTHERWISE[not raw.islower()]

    def _by_acronym(self, raw: str, key: str) -> Iterator[WordHit]:
        stem = tokens.without_possessive(raw).replace(".", "")
        found = self._tables.acronyms.get(key, ())
        for number in found if stem == raw or key in self._keys(stem) else ():
            if case := _case(stem):
                yield WordHit(number, 1.0, Rule.ACRONYM, case)
            elif stem.upper() == stem.lower():
                yield WordHit(number, 1.0, Rule.ACRONYM)  # digits, or a script without capitals: as it is written
        # With an ending: БРИКСа, UAEs; among capitals only where the rest is long.
        for ending in (1, 2):
            head, tail = stem[:-ending], stem[-ending:]
            if not head.isupper() or len(head) < 2 + ending:
                continue
            if tail.islower() or (len(head) >= 5 and tail.casefold() in _ENDINGS_OF_ACRONYMS):
                for number in self._tables.acronyms.get(tokens.token_key(head), ()):
                    yield WordHit(number, 0.95, Rule.FORM)

    def _by_variant(self, raw: str) -> Iterator[WordHit]:
        """A name of letters and digits with the letter of a variant: F-16 is in F-16C."""
        if not (name := designations.without_variant(raw)):
            return
        key = tokens.token_key(name)
        numbers = [hit.word for hit in self._tables.exact.get(key, ())] + [*self._tables.acronyms.get(key, ())]
        for number in numbers:
            word = self._tables.words[number]
            if word.mode is not Mode.EXACT and (word.glued or designations.has_variants(name)):
                yield WordHit(number, FORM_QUALITY, Rule.FORM, VARIANT)

    def _beside_an_apostrophe(self, raw: str) -> Iterator[WordHit]:
        """What stands before an apostrophe with its ending (Pakistan'ın, AB'nin) or behind an elided article (l'Iran,
        dell'UE, l'F-35).
        """
        before, apostrophe, after = raw.translate(tokens.ONE_APOSTROPHE).partition("'")
        if not apostrophe:
            return
        is_elided = before.casefold() in ELIDED
        for part, other in ((before, after), (after, before)):
            behind = part is after and is_elided
            letters = len(tokens.without_possessive(part).replace(".", ""))
            before_ending = part is before and letters == 2 and part.isupper() and other.islower()
            if letters < 3 and not behind and not before_ending:
                continue
            if behind or (len(other) <= 5 and (letters < 3 or len(part) > len(other) - 2)):
                for hit in chain.from_iterable(self._by_key(part, key) for key in self._keys(part)):
                    if hit.case == "title" and behind and self.key_of(hit.word) not in _WORDS_BEHIND_ARTICLES:
                        yield hit._replace(case="named")
                    elif hit.case:
                        yield hit
                    elif letters >= 3:
                        yield hit._replace(quality=hit.quality * FORM_QUALITY, rule=Rule.FORM)

    def _near(self, raw: str, key: str) -> Iterator[WordHit | Refusal]:
        if len(key) <= 3:
            return
        if self._tables.skeletons and (consonants := skeleton(key)):
            for number in self._tables.skeletons.get(consonants, ()):
                if self._tables.words[number].key != key:
                    yield WordHit(number, CONSONANTS_QUALITY, Rule.CONSONANTS)
        if self._beginnings is not None and key[0] not in self._beginnings:
            return
        if any(char.isdigit() for char in key):
            return
        numbers: set[int] = set()
        for deletion in deletions_of(key, _MOST_EDITS):
            numbers.update(self._tables.deletions.get(deletion, ()))
        for number in numbers:
            entry = self._by_typing_error(key, number)
            if entry:
                yield entry

    def _by_typing_error(self, key: str, number: int) -> WordHit | Refusal | None:
        from rapidfuzz.distance import OSA

        word = self._tables.words[number]
        distances = [OSA.distance(key, target, score_cutoff=word.fuzz) for target in _misspellable(word)]
        distance = min(distances)
        if not 0 < distance <= word.fuzz:
            return None
        # The first letter is hardly ever the wrong one; but the first two may have been swapped.
        if key[0] != word.key[0] and key[:2] != word.key[1::-1]:
            return None
        left = allowance(word)
        if distance > left:
            return Refusal(number, f"{word.key} is too common a word to be misspelt" if not left else "too many errors")
        value = frequency.zipf(key)
        if value >= COMMON:
            return Refusal(number, f"a common word, Zipf {value:.1f}")
        if self._read.is_common(key, word.key):
            return Refusal(number, f"a word of its own, read {self._read.counts[key]} times")
        certainty = 1.0 if distances[0] == distance else FORM_QUALITY
        return WordHit(number, certainty * (1.0 - COST_OF_AN_EDIT * distance), Rule.FUZZY)

    def _refused_acronyms(self, raw: str, key: str) -> Iterator[Refusal]:
        for number in self._tables.acronyms.get(key, ()):
            upper = _case(raw) in ("upper", "mostly")
            why = "among capitals only, it may be the ordinary word" if upper else "an acronym counts in capitals only"
            yield Refusal(number, why)
        if not self._tables.acronyms or len(key) <= 3 or len(key) > 8:
            return
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(key, list(self._tables.acronyms), scorer=OSA.distance, score_cutoff=1, limit=None)
        for acronym, distance, _ in near:
            if distance:
                for number in self._tables.acronyms[acronym]:
                    yield Refusal(number, "an acronym has to be met exactly")


@functools.lru_cache(20_000)
def _misspellable(word: Word) -> tuple[str, ...]:
    """What a typing error may have been made in: the word itself, and the cases of a Russian name. Their beginnings are
    the same, so the deletions of the word lead to them too.
    """
    if word.named and len(word.key) >= BEGINNING and "а" <= word.key[0] <= "я":
        return (word.key, *forms_of(word.key, word.written, word.kind.is_name))
    return (word.key,)


@functools.lru_cache(100_000)
def allowance(word: Word) -> int:
    """How many typing errors ``word`` survives, given how common it is itself."""
    if word.fuzz_set or not word.fuzz:
        return word.fuzz
    value = frequency.ordinary(word.key)
    if not word.named:
        return 0 if value >= ORDINARY else 1
    return 1 if value >= KNOWN else word.fuzz


def _case(stem: str) -> str:
    """How an acronym is written: ``upper``, ``mostly`` (BRICs), ``title``, ``lower``; empty for anything else."""
    if stem.isupper():
        return "upper"
    if stem.islower():
        return "lower"
    if stem[:1].isupper() and stem[1:].islower():
        return "title"
    letters = sum(map(str.isalpha, stem))
    return "mostly" if stem[:1].isupper() and sum(map(str.isupper, stem)) * 3 >= letters * 2 else ""
