"""How alike are two pieces of news, as far as their text tells? And what is the text of an item known by?

The same story comes by several feeds: with another tracking code behind its link, with the aggregator's or the
outlet's name behind its title, with a word changed, or as one agency's text under two headlines. All of this is one
story. What looks alike and is not is worse to get wrong, as it hides news: "5 killed" and "7 killed", or a claim and
its denial. So titles that are only nearly the same are one story only if their numbers and their negations agree.

An item is prepared once (``likeness_of``), and then compared with hundreds of others.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from monitor.model.reasons import Alike
from monitor.text.address import host_in_ascii
from monitor.text.beside.outlet import bare
from monitor.text.redirectors import behind
from monitor.text.tokens import raw_tokens, token_key, width

_TITLES_ALIKE, _TEXTS_ALIKE, _TITLES_STRANGE = 0.8, 0.85, 0.1
_LONGEST_TITLE = 120
"""Longer ones are whole texts, of which a fifth is a sentence."""
_LEAST_WORDS_IN_TITLE, _LEAST_WORDS_IN_BODY, _MOST_WORDS_IN_BODY = 4, 48, 400
_GRAM = 4
_ROUNDING = 1e-9
# More than so many words have in any language; what lies beyond need not be taken apart.
_READ_OF_BODY, _READ_OF_TITLE = 6_000, 1_000

# Parameters that say where a reader came from. Never what may name the page: id, p, q, article.
_TRACKING = re.compile(
    r"utm_\w+|at_\w+|mc_[ce]id|_hs(?:enc|mi)|guce_referrer\w*|fbclid|gclid|gclsrc|[gw]braid|yclid|ysclid|dclid|msclkid"
    r"|twclid|ttclid|igshid|igsh|_openstat|_ga|ref_(?:src|url)|cmp|cmpid|ncid|icid|xtor|ocid|smid|smtyp|taid|ftag|mkt_tok"
    r"|soc_(?:src|trk)|sr_share|guccounter|amp",
    re.IGNORECASE,
)
_VARIANT_HOST = re.compile(r"^(?:(?:www|m|amp)\.)+(?=[^.]+\.)")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_LAST_PART = re.compile(r"(.*)\s[-|–—]\s+(.*)")
_LEAST_WORDS_BEFORE_OUTLET, _MOST_WORDS_OF_OUTLET = 5, 4
_SMALL_IN_NAMES = frozenset(
    ("and", "da", "de", "del", "der", "di", "du", "el", "et", "for", "la", "le", "of", "the", "und", "y")
)

_LIVE = """
    live liveblog livestream liveticker ticker newsticker blog breaking latest updates headlines topics topic tag tags
    direct vivo directo diretta onlayn online canlı прямой онлайн лента
"""
"""Words in the address of a page that has another piece of news each hour."""

_NUMBERS = (
    ("2", "two два две двух دو اثنان"),
    ("3", "three три трех трое تین ثلاثة"),
    ("4", "four четыре четырех четверо چار أربعة"),
    ("5", "five пять пяти пятеро پانچ خمسة"),
    ("6", "six шесть шести шестеро چھ ستة"),
    ("7", "seven семь семи семеро سات سبعة"),
    ("8", "eight восемь восьми آٹھ ثمانية"),
    ("9", "nine девять девяти نو تسعة"),
    ("10", "ten десять десяти دس عشرة"),
    ("11", "eleven одиннадцать одиннадцати گیارہ"),
    ("12", "twelve двенадцать двенадцати بارہ"),
)
_NEGATIONS = (
    "not no never without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't shouldn't"
    " couldn't hasn't haven't hadn't deny denies denied denying denial refute refutes refuted reject rejects rejected"
    " false fake не нет ни без немає ні"
    " نہیں نہ بغیر تردید مسترد انکار لا لم لن ليس ليست ينفي تنفي نفى نفت نفي"
    " नहीं न खंडन इनकार nicht kein keine keinen dementiert pas niega desmiente"
)
_DENIALS = ("опроверг", "отриц", "отверг", "спросту", "запереч")


@dataclass(frozen=True, slots=True)
class Grams:
    """Runs of four letters or words, as hashes. These differ from process to process: not to be stored."""

    all: frozenset[int]
    probe: frozenset[int]
    """The lowest, one more than the other may lack. The lowest that two sets have in common stands among these in both,
    if they are alike; nearly all pairs have none here, and need not be counted.
    """


@dataclass(frozen=True, slots=True)
class Likeness:
    """What an item is compared by."""

    link: str
    title: str
    """Its key; empty when it is too short to identify anything."""
    words: str
    """All of its folded words, however few."""
    numbers: frozenset[str]
    negated: bool
    title_grams: Grams
    body_grams: Grams


def likeness_of(title: str, outlet: str, link: str, body: str, feed: str = "") -> Likeness:
    """What an item is compared by, from its clean texts. ``outlet`` and ``feed``: whose names may stand around them."""
    tokens = _title_tokens(title, outlet, feed)
    words = " ".join(tokens)
    key = words if _identifies(tokens) else ""
    return Likeness(
        link=canonical_link(link),
        title=key,
        words=words,
        numbers=_numbers(tokens),
        negated=_negated(tokens),
        title_grams=_grams(_letter_grams(key) if 0 < len(key) <= _LONGEST_TITLE else frozenset(), _TITLES_ALIKE),
        body_grams=_grams(_word_grams(_keys(raw_tokens(body[:_READ_OF_BODY]))), _TEXTS_ALIKE),
    )


class Same(NamedTuple):
    """By what two pieces of news are one story, and how alike they are by that, 0 to 1."""

    by: Alike
    share: float = 1.0


def same_story(a: Likeness, b: Likeness, elsewhere: bool = False) -> Same | None:
    """Why both are one story; None when nothing says so. ``elsewhere``: by two feeds."""
    if a.link and a.link == b.link:
        # Live pages and lists of news give one link to every piece of news on them. An article has several headlines,
        # too: that of its page, and that of its feed.
        is_one = not _strange(a.words, b.words) or (elsewhere and _is_article(a.link))
        return Same(Alike.LINK) if is_one else None
    if a.title and a.title == b.title:
        return Same(Alike.TITLE)
    alike = _alike(a.title_grams, b.title_grams, _TITLES_ALIKE)
    if alike:
        return Same(Alike.TITLES, alike) if a.numbers == b.numbers and a.negated == b.negated else None
    # Headlines of one text may differ in whether they tell a number, but not in which.
    if a.numbers and b.numbers and a.numbers != b.numbers:
        return None
    alike = _alike(a.body_grams, b.body_grams, _TEXTS_ALIKE)
    return Same(Alike.TEXTS, alike) if alike else None


def canonical_link(url: str) -> str:
    """What ``url`` has in common with other addresses of the same page; to compare, never to show or to ask for.

    Empty for what is no web link, and for the front page of a site, which is no piece of news.
    """
    try:
        parts = urlsplit(behind(url.strip()))
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    path = _without_amp(_escaped(parts.path))
    query = "&".join(sorted(_escaped(pair.replace("+", "%20")) for pair in parts.query.split("&") if _tells(pair)))
    route = "#" + _escaped(parts.fragment) if parts.fragment.startswith("!") else ""
    if not (path or query or route):
        return ""
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    return netloc + path + ("?" + query if query else "") + route


def _is_article(link: str) -> bool:
    """Whether a canonical link names a piece of news: by a number, or in words, none of which says that it is live."""
    page = link.partition("/")[2].rstrip("/").lower()
    words = frozenset(re.findall(r"[^\W\d_]+", unquote(page)))
    last = page.partition("?")[0].rpartition("/")[2]
    return words.isdisjoint(_LIVE.split()) and (bool(re.search(r"\d{3}", page)) or bool(re.search(r"\w[-_]\w", last)))


def title_key(title: str, outlet: str = "") -> str:
    """The words of ``title`` as they are compared, without the name of an outlet at its end; empty when they are too
    few to identify anything.
    """
    tokens = _title_tokens(title, outlet)
    return " ".join(tokens) if _identifies(tokens) else ""


def _host(host: str) -> str:
    host = host_in_ascii(host).lower().rstrip(".") if host else ""
    return _VARIANT_HOST.sub("", host)


def _without_amp(path: str) -> str:
    path = path.rstrip("/")
    while path.lower().endswith("/amp"):
        path = path[: -len("/amp")].rstrip("/")
    return path


def _tells(pair: str) -> bool:
    """Whether a parameter may tell pages apart."""
    return bool(pair) and not _TRACKING.fullmatch(unquote(pair.partition("=")[0]))


def _escaped(text: str) -> str:
    """``text`` with each character escaped if it has to be, and else not. Escapes of what parts an address stay."""
    return quote(_ESCAPE.sub(_unescaped, text), safe="%/:?#[]@!$&'()*+,;=~", errors="surrogatepass")


def _unescaped(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return char if char in _UNRESERVED else escape[0].upper()


def _title_tokens(title: str, outlet: str, feed: str = "") -> list[str]:
    return _keys(raw_tokens(_without_any_outlet(bare(title, outlet, feed))[:_READ_OF_TITLE]))


def _without_any_outlet(title: str) -> str:
    """``title`` without a last part that may be an outlet's name: aggregators add those of others."""
    match = _LAST_PART.fullmatch(title)
    if not match:
        return title
    enough = _words(raw_tokens(match[1])) >= _LEAST_WORDS_BEFORE_OUTLET
    return match[1] if enough and _may_be_outlet(match[2]) else title


def _may_be_outlet(text: str) -> bool:
    """No number ("Part 2"), no negation, and in Latin letters no common word ("Kyiv hit") unless alone ("dawn.com")."""
    tokens, words = raw_tokens(text), text.split()
    if not 0 < _words(tokens) <= _MOST_WORDS_OF_OUTLET:
        return False
    common = any(word.isascii() and word.islower() and word not in _SMALL_IN_NAMES for word in words)
    keys = _keys(tokens)
    return not ((common and len(words) > 1) or _numbers(keys) or _negated(keys))


def _words(tokens: Iterable[str]) -> float:
    return sum(map(width, tokens))


def _identifies(tokens: Iterable[str]) -> bool:
    return _words(tokens) >= _LEAST_WORDS_IN_TITLE


@functools.lru_cache(50_000)
def _key(token: str) -> str:
    return token_key(token)


def _keys(tokens: Iterable[str]) -> list[str]:
    return [key for key in map(_key, tokens) if key]


@functools.cache
def _number_words() -> dict[str, str]:
    return {token_key(word): number for number, words in _NUMBERS for word in words.split()}


@functools.cache
def _negation_words() -> frozenset[str]:
    return frozenset(map(token_key, _NEGATIONS.split()))


def _numbers(keys: Iterable[str]) -> frozenset[str]:
    """The numbers of a text: in digits (``7``, ``7bn``, ``7th``), or small ones in words."""
    words = _number_words()
    return frozenset(words.get(key, key) for key in keys if key in words or any(map(str.isdigit, key)))


def _negated(keys: Iterable[str]) -> bool:
    words = _negation_words()
    return any(key in words or key.startswith(_DENIALS) for key in keys)


def _letter_grams(text: str) -> frozenset[int]:
    return frozenset(hash(text[start : start + _GRAM]) for start in range(max(1, len(text) - _GRAM + 1)))


def _word_grams(keys: Sequence[str]) -> frozenset[int]:
    """Of the beginning of a text; none when there is too little of it to be recognised by."""
    keys = keys[:_MOST_WORDS_IN_BODY]
    if _words(keys) < _LEAST_WORDS_IN_BODY:
        return frozenset()
    return frozenset(hash(tuple(keys[start : start + _GRAM])) for start in range(len(keys) - _GRAM + 1))


def _grams(grams: frozenset[int], least_share: float) -> Grams:
    may_miss = len(grams) - math.ceil(least_share * len(grams) - _ROUNDING)
    return Grams(grams, frozenset(sorted(grams)[: may_miss + 1]))


def _alike(a: Grams, b: Grams, least_share: float) -> float:
    """How much of both is in both; 0.0 when that is less than ``least_share``."""
    if a.probe.isdisjoint(b.probe):
        return 0.0
    share = _share(a.all, b.all)
    return share if share >= least_share else 0.0


def _share(a: frozenset[int], b: frozenset[int]) -> float:
    common = len(a & b)
    return common / (len(a) + len(b) - common)


def _strange(words: str, others: str) -> bool:
    """Whether two titles have next to nothing in common."""
    return bool(words and others) and _share(_letter_grams(words), _letter_grams(others)) < _TITLES_STRANGE


# --- text keys -------------------------------------------------------------------------------------------------------
# What the text of an item is compared by, to see whether it was edited.


def text_key(title: str, summary: str, body: str) -> str:
    """Two halves: that of the title, and that of the rest."""
    return _short(title) + _short(f"{summary}\n{body}")


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
