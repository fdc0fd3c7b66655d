"""Terms that are written in another program's query language: found, and told how they are written here.

Such a term would be taken for a phrase ("iran or tehran") and never be met, without anybody noticing. Names that only
look like it have to stay: ``Trinidad and Tobago``, ``TRINIDAD AND TOBAGO``, ``AT&T``, ``Disney+``, ``ПАО "Газпром"``.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote


class Sort(StrEnum):
    """What something of another language asks for; ``FIELD``: something of the whole item or term."""

    OR = "or"
    AND = "and"
    NOT = "not"
    NEAR = "near"
    FIELD = "field"
    MIXED = "mixed"
    OTHER = ""


class Foreign(NamedTuple):
    """What of a term is not understood here, and what to write instead under ``any`` and ``all``. ``parts``: what the
    operators stand between.
    """

    what: str
    hint: str
    sort: Sort = Sort.OTHER
    parts: tuple[str, ...] = ()


_Found = re.Match[str]
_LETTER = r"[^\W\d_]"
_QUOTES = '"“”„‟'
_STRIPPED = f" \t\n()*~{_QUOTES}'‘’"
_OR, _AND, _NOT, _NEAR = Sort.OR, Sort.AND, Sort.NOT, Sort.NEAR

# Words in capitals between two others. Where all else is in capitals, too, see ``_is_shouted``.
_NEXT_TO = "NEAR|ADJ"
_OPERATORS = (
    (_NOT, re.compile(r"(?:(?:^|(?<=[^\s,;:])\s+)(?:(?:AND|BUT)\s+NOT|ANDNOT|NOT|NICHT|SAUF|НЕ)\s+(?=\S))")),
    (_OR, re.compile(r"(?<=[^\s,;:])\s+(?:OR|ODER|OU|VEYA|ИЛИ)\s+(?=\S)")),
    (_AND, re.compile(r"(?<=[^\s,;:])\s+(?:AND|UND)\s+(?=\S)")),
    (_NEAR, re.compile(rf"(?<=\S)\s+(?:{_NEXT_TO})\s+(?=\S)")),
)
# Words in capitals between two in small letters. In capitals all of a name may be written: BANK OF CHINA.
_CONJUNCTIONS = {
    _OR: "XOR LUB ALBO ELLER OF VAGY NEBO ALEBO SAU ILI TAI ATAU HOẶC АБО Ή",
    _AND: "ET OCH OG EN VE ORAZ ÉS ȘI JA DAN VÀ ТА І И ΚΑΙ",
    _NOT: "NIET NIE INTE IKKE NEM NON TIDAK ΟΧΙ",
    _NEAR: "NEXT BEFORE AFTER THEN",
}
_BETWEEN_SMALL = tuple(
    (kind, re.compile(rf"(?<=\S)\s+(?:{'|'.join(words.split())})\s+(?=\S)")) for kind, words in _CONJUNCTIONS.items()
)
_CAN_BE_DENIED = re.compile(
    r"(?:^|\s)(?:DO|DOES|DID|IS|ARE|WAS|WERE|BE|CAN|COULD|WILL|WOULD|SHALL|SHALT|SHOULD|MAY|MIGHT|MUST|HAS|HAVE|HAD|"
    r"NEED|WHY|IF|OR|BUT|AND|THOU)$"
)
"""What stands before NOT where it is a word of a sentence."""
_SIGNS = (
    (_OR, re.compile(r"\s*\|+\s*|\s+[∨⋁]\s+|\s*;\s+|\s*<or>\s*", re.IGNORECASE)),
    (_AND, re.compile(r"\s*&&+\s*|\s+[∧⋀]\s+|\s*<and>\s*", re.IGNORECASE)),
    (_NOT, re.compile(rf"^[-−–—]\s*(?=[{_QUOTES}'(@*#\s]|{_LETTER})|\s+[-−–—](?=[{_QUOTES}(@#]|{_LETTER})")),
    (_NOT, re.compile(r"(?:^|\s+)¬\s*(?=\S)|\s*<not>\s*", re.IGNORECASE)),
    (_NEAR, re.compile(r"\s*<(?:near|order|in|onear)(?:\s*/\s*\d{1,4})?>\s*", re.IGNORECASE)),
    (_NOT, re.compile(rf"(?:^|\s+)!(?=[a-z{_QUOTES}(@])")),
    (_NEAR, re.compile(r"(?<=\S)\s+(?:(?:not\s+)?(?:near|pre|onear|adj|next|within|before|after|notw|w|n)\s*[/:]|/)"
                       r"\s*(?:\d{1,4}|[sp])\s+(?=\S)", re.IGNORECASE)),
    (_NEAR, re.compile(r"(?<=\S)\s+(?:NEAR|ADJ|NEXT|PRE|ONEAR|WITHIN|AROUND)\s*\d{1,4}\s+(?=\S)")),
    (_NEAR, re.compile(r"(?<=\S)\s+(?:near|around|onear|within)\s*[(\[]\s*\d{1,4}\s*[)\]]\s+(?=\S)", re.IGNORECASE)),
    (_NEAR, re.compile(r"(?<=\S)\s+within\s+\d{1,4}\s+(?:words?|sentences?)\s+(?:of\s+)?(?=\S)", re.IGNORECASE)),
)  # fmt: skip
# Small letters are words, unless what they join is in quotation marks or brackets, or there are several of them.
_SMALL = (
    (_OR, re.compile(r"(?<=\S)\s+or\s+(?=\S)")),
    (_AND, re.compile(r"(?<=\S)\s+and\s+(?=\S)")),
    (_NOT, re.compile(r"(?<=\S)\s+(?:and\s+|but\s+)?not\s+(?=\S)")),
)
_ENCLOSED_FIRST = re.compile(rf"^[{_QUOTES}(].*[{_QUOTES})]\s+(?:and|or|not)\s", re.IGNORECASE)
_ENCLOSED_LAST = re.compile(rf"\s(?:and|or|not)\s+[{_QUOTES}(].*[{_QUOTES})]$", re.IGNORECASE)
_CALL = re.compile(
    r"\b(near|onear|around|adj|atleast\d*|before|after|all|any|phrase)\d*\(|\b(?:NEAR|ATLEAST\d*)\s*\(", re.IGNORECASE
)
_PLUS = re.compile(rf"(?:^|\s)\+(?=[{_QUOTES}(@]|{_LETTER})")
_REGEX = (
    re.compile(r"\\|\(\?|\.[*+]|[{}]|^\^|^/.+/[a-z]*$|[a-z]\$$"),
    re.compile(r"\[\^|\[[^\]\s]-[^\]\s]|[^\W_][)\]]?\[[^\]]*\]|\[[^\]]*\][\w+*?]|\[\S+ TO \S+\]"),
)
_WILDCARD = re.compile(r"\w\?\w|(?:^|\s)\?\w|%\w+%")
_TILDE = re.compile(rf"(?:^|\s)~(?=[\w{_QUOTES}])|(?<=[\w{_QUOTES}])~\d*(?:\.\d+)?(?=\s|$)")
_WRAPPED = re.compile(rf"^(?:[{_QUOTES}].*|'.+'|‘.+’)$|[{_QUOTES}][^{_QUOTES}]+[{_QUOTES}].*[{_QUOTES}]", re.DOTALL)
_QUOTED = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]+)[{_QUOTES}]")
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"^[a-z]+://|^www\.\w|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\w", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_ESCAPE = re.compile(r"%(?:2[0-9A-F]|3[A-F]|[C-F][0-9A-F]%[89AB][0-9A-F])", re.IGNORECASE)
_HASH = re.compile(r"\s#\s")

_TITLES = "intitle|allintitle|title|titles|headline|hlead|hl|ti|intext|allintext|inbody|text|body|content|summary|lead"
_SOURCES = "site|source|sources|inurl|allinurl|url|domain|host|hostname|feed|publisher|outlet|from|link|related|cache"
_LANGUAGES = "lang|language|lr"
_DATES = "date|daterange|before|after|since|until|when|newer_than|older_than|within_time"
_OTHERS = (
    "author|creator|by|filetype|ext|subject|category|topic|section|country|location|loc|region|tag|hashtag|inanchor|"
    "not|has|is|filter|type|label|to|id|min_\\w+|entity|query|q"
)
_NAMES = f"{_TITLES}|{_SOURCES}|{_LANGUAGES}|{_DATES}|{_OTHERS}"
_FIELD = re.compile(rf"(?:^|[\s(+-])({_NAMES})(?::(?=\S)|\()", re.IGNORECASE)
_FIELD_IN = re.compile(r"(?:^|\s)in:(?:title|text|body|url|subject|summary|headline)\b|^re:(?=[a-z])")
_FIELD_FIRST = re.compile(
    rf"^({_NAMES}):\s*|^({_TITLES}|{_SOURCES}|{_LANGUAGES})\s*=|^(TI|AB|AU|SU|HL|LP|BY|SN|SO)\s*="
)

_WORDS = re.compile(r"[^\W_]+(?:[ -][^\W_]+)*")
_DIGITS = "0123456789"
_OPERATOR_WORDS = frozenset(
    (
        *("OR", "ODER", "OU", "VEYA", "ИЛИ", "AND", "UND", "ANDNOT", "NOT", "NICHT", "SAUF", "НЕ"),
        *("NEAR", "ADJ", "NEXT", "PRE", "ONEAR", "WITHIN", "AROUND", "within"),
        *(word for words in _CONJUNCTIONS.values() for word in words.split()),
    )
)
_LONGEST_SHOUTED = 5
_NUMBER = re.compile(r"\d+")


def foreign(text: str, with_quotes: bool = True) -> Foreign | None:
    """What in a term (without its weight and ``=``) belongs to another language; None for one that is written as here.
    ``with_quotes``: quotation marks are nothing that is understood either.
    """
    text = " ".join(_seen(unicodedata.normalize("NFKC", text)).split())
    if _is_plain(text):
        return None
    if not any(char.isalnum() for char in text):
        return None
    if found := _ENTITY.search(text) or _ESCAPE.search(text):
        return Foreign(f'"{found[0]}"', f"write it as it is read: {quoted(_as_read(text))}")
    if found := _HASH.search(text):
        return Foreign("a comment in a term", f"write it behind the quotes: {quoted(text[: found.start()])}  # ...")
    if _ADDRESS.search(text):
        hint = 'only words are compared; for a feed\'s items write sources = ["its name"]'
        return Foreign("an address", hint, Sort.FIELD)
    if any(pattern.search(text) for pattern in _REGEX):
        hint = 'list the spellings: ["Iran", "Tehran"]; the beginning of a word is written with a star: pakist*'
        return Foreign("a regular expression", hint)
    if found := _FIELD_IN.search(text):
        hint = "write the word alone; fields says which parts of an item are looked at"
        return Foreign(f'"{found[0].strip()}"', hint, Sort.FIELD)
    if found := _FIELD.search(text) or _FIELD_FIRST.search(text):
        return _field(found)
    return _operator(text) or _mark(text, with_quotes)


def _seen(text: str) -> str:
    """``text`` without characters that nobody sees; those that join letters are part of words."""
    text = text.replace("\u200b", " ")
    return "".join(char for char in text if char in "\u200c\u200d" or unicodedata.category(char) != "Cf")


def _as_read(text: str) -> str:
    """A term that was copied from a page's source or from an address, as people read it."""
    read = _TAG.sub("", html.unescape(unquote(text)))
    return " ".join(read.translate(_NO_MARKS).split()).strip(_STRIPPED)


def _is_plain(text: str) -> bool:
    """Whether a term is of words alone, none of which could be an operator, as nearly all terms of long lists are."""
    words = text.split(" ")
    return (
        _WORDS.fullmatch(text) is not None
        and not any(word.strip(_DIGITS) in _OPERATOR_WORDS for word in words)
        and words.count("or") < 2
    )


def _operator(text: str) -> Foreign | None:
    """Operators between terms. Of several kinds the hint tells how each is written."""
    hits = _operators_in(text)
    if not hits:
        found = _CALL.search(text)
        words = [one for one in _WORD.findall(text[found.end() :]) if not one.isdigit()] if found else []
        if not found:
            return None
        return Foreign(f'"{found[0]}...)"', _near(_NUMBER.findall(text), words), _NEAR, tuple(words))
    kind, first = hits[0]
    what = f'"{first[0].strip()}"'
    if len({kind for kind, _ in hits}) > 1:
        listed = 'for OR one list inside all, [["Iran", "Tehran"]]; for NOT none = ["word"]; for NEAR near = 5'
        return Foreign(what, f'write for AND all = ["one", "other"]; {listed}', Sort.MIXED)
    parts = _parts(text, (found for _, found in hits))
    return Foreign(what, _HINTS[kind](first, parts), kind, tuple(parts))


def _operators_in(text: str) -> list[tuple[Sort, _Found]]:
    """The operators of ``text`` in order, each with its kind."""
    small = _SMALL if _is_joined(text) else ()
    found = [(kind, one) for kind, pattern in (*_SIGNS, *small) for one in pattern.finditer(text)]
    for kind, pattern in _OPERATORS:
        found += ((kind, one) for one in pattern.finditer(text) if not _is_shouted(text, one, kind))
    for kind, pattern in _BETWEEN_SMALL:
        found += ((kind, one) for one in pattern.finditer(text) if _is_between_small(text, one))
    hits: list[tuple[Sort, _Found]] = []
    for kind, one in sorted(found, key=lambda hit: (hit[1].start(), -hit[1].end())):
        if not hits or one.start() >= hits[-1][1].end():  # AND NOT is one
            hits.append((kind, one))
    return hits


def _is_joined(text: str) -> bool:
    """Whether small "and", "or", "not" can only be operators."""
    return bool(_ENCLOSED_FIRST.search(text) or _ENCLOSED_LAST.search(text)) or text.split().count("or") > 1


def _is_shouted(text: str, found: _Found, kind: Sort) -> bool:
    """Whether a word in capitals is an ordinary one, as all of the term is in capitals: TRINIDAD AND TOBAGO. Where each
    of the others is as short as an acronym, it is none (NATO AND BRICS); "or" is hardly ever part of a name.
    """
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if kind == _OR or not rest.isupper():
        return False
    if kind == _NOT and text[: found.start()].strip() and not _CAN_BE_DENIED.search(text[: found.start()].rstrip()):
        return False
    sides = (text[: found.start()].strip(), text[found.end() :].strip())
    return any(len(side) > _LONGEST_SHOUTED or " " in side for side in sides)


def _is_between_small(text: str, found: _Found) -> bool:
    before, after = text[: found.start()].split()[-1], text[found.end() :].split()[0]
    return all(any(char.islower() for char in word) for word in (before, after))


def _mark(text: str, with_quotes: bool) -> Foreign | None:
    """Signs that other languages put at words."""
    if found := _TAG.search(text):
        return Foreign(f'"{found[0]}"', f"write it as it is read: {quoted(_as_read(text))}")
    plain = quoted(text.translate(_NO_MARKS).strip(_STRIPPED))
    if _PLUS.search(text):
        return Foreign(
            "a plus in front of a word", f"what has to be there stands under all: all = [{plain}]", Sort.FIELD
        )
    if found := _TILDE.search(text):
        if text[: found.start()].endswith(tuple(_QUOTES)):
            words = text[: found.start()].strip(_STRIPPED).split()
            return Foreign("a tilde", _near(_NUMBER.findall(found[0]), words), _NEAR, tuple(words))
        hint = 'names may be misspelt anyway; how much, a long term says: { t = "Mishustin", fuzz = 2 }'
        return Foreign("a tilde", hint, Sort.FIELD)
    if _WILDCARD.search(text):
        hint = 'list the spellings: ["organise", "organize"], or write the beginning of the word: organi*'
        return Foreign("a wildcard inside a word", hint)
    if with_quotes and _WRAPPED.search(text):
        inner = tuple(part.strip(_STRIPPED) for part in _QUOTED.findall(text))
        return Foreign(
            "text in quotation marks", _unquoted_hint(text, plain), _AND if len(inner) > 1 else Sort.OTHER, inner
        )
    if text.count("(") != text.count(")") or _is_bracketed(text):
        return Foreign("text in brackets", f"write it without them: {plain}; lists make the groups here")
    return None


def _unquoted_hint(text: str, plain: str) -> str:
    parts = [part.strip(_STRIPPED) for part in _QUOTED.findall(text)]
    if len(parts) > 1:
        return f"a phrase is written without them; where both have to be there: all = [{quoted(*parts)}]"
    if " " in text:
        return f"write it without them: {plain}; words in a row are met in this order"
    exact = quoted(f"={text.strip(_STRIPPED)}")
    return f"write it without them: {plain}, or {exact}, which is not met in its other forms"


_NO_MARKS = str.maketrans(dict.fromkeys(f"+()[]{_QUOTES}"))


def _is_bracketed(text: str) -> bool:
    """Whether brackets enclose all of a term, or several parts of it: ``(a b)``, ``(a b) (c d)``."""
    if not text.startswith("("):
        return False
    return text.find(")") == len(text) - 1 or (text.count("(") > 1 and text.endswith(")"))


def _field(found: _Found) -> Foreign:
    what, hint = _field_words(found)
    return Foreign(what, hint, Sort.FIELD)


def _field_words(found: _Found) -> tuple[str, str]:
    name = next(filter(None, found.groups()))
    what, key = f'"{found[0].strip(" (+-")}"', name.lower()
    if re.fullmatch(_TITLES, key):
        return what, "write the word alone; fields = { summary = 0, body = 0 } looks at titles only"
    if re.fullmatch(_SOURCES, key):
        return what, 'name the feeds: sources = ["Dawn"], or not_sources = ["Dawn"]'
    if re.fullmatch(_LANGUAGES, key):
        return what, 'write the word alone, and lang = ["en"] for the watchlist'
    if re.fullmatch(_DATES, key):
        return what, "write the word alone, and active = { from = 2026-01-01, until = 2026-12-31 }"
    return what, "write the word alone; only titles and texts are compared"


def _parts(text: str, operators: Iterable[_Found]) -> list[str]:
    """What stands between operators, without brackets and quotation marks."""
    parts, start = [], 0
    for found in sorted(operators, key=lambda one: one.start()):
        parts.append(text[start : found.start()])
        start = max(start, found.end())
    parts.append(text[start:])
    return [part.strip(_STRIPPED) for part in parts]


def quoted(*parts: str) -> str:
    """``"a", "b"``, without what is empty."""
    return ", ".join(f'"{part}"' for part in parts if part)


def _near(numbers: Iterable[str], parts: Iterable[str]) -> str:
    distance = next((number for number in numbers if 1 <= int(number) <= 1000), "10")
    both = quoted(*parts) or '"one", "other"'
    return f"write all = [{both}] and near = {distance}"


def _or_hint(_: _Found, parts: list[str]) -> str:
    listed = quoted(*parts)
    return f"each is a term of its own: any = [{listed}], or one list inside all: [[{listed}]]"


def _and_hint(found: _Found, parts: list[str]) -> str:
    words = [part.lower() if "".join(parts).isupper() else part for part in parts]
    phrase = (
        f'; a phrase is written small: "{f" {found[0].strip().lower()} ".join(words)}"'
        if found[0].strip().isalpha()
        else ""
    )
    return f"write all = [{quoted(*parts)}]{phrase}"


def _not_hint(_: _Found, parts: list[str]) -> str:
    wanted, unwanted = parts[0], parts[1:]
    return f"what rules an item out stands under none: none = [{quoted(*unwanted)}]" + (
        f", and {quoted(wanted)} stands by itself" if wanted else ""
    )


def _near_hint(found: _Found, parts: list[str]) -> str:
    return _near(_NUMBER.findall(found[0]), parts)


_HINTS: dict[Sort, Callable[[_Found, list[str]], str]] = {
    _OR: _or_hint,
    _AND: _and_hint,
    _NOT: _not_hint,
    _NEAR: _near_hint,
}
