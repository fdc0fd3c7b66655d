"""JSON that people and scripts write who have not read its rules, read as it is meant.

Commas are missing or too many, quotation marks stand in texts, names have none or single ones, there are comments, a
bracket is missing, the end is missing. Every character is looked at a bounded number of times, whatever is wrong.
"""

from __future__ import annotations

import json
import re
from typing import Any

_PASSED = re.compile(r"(?:[\s\ufeff]+|//[^\n]*|/\*.*?(?:\*/|\Z))+", re.DOTALL)
_COMMAS = re.compile(rf"(?:{_PASSED.pattern}|,)+", re.DOTALL)
_NAME = re.compile(r"[\w$-]{1,100}")
_BARE = re.compile(r"[^,}\]\n\"{\[]{1,1000}")
_NOTHING = frozenset(("null", "none", "nil", "undefined", "nan", "infinity", "-infinity"))
_GARBAGE = re.compile(r"[^,}\]{\"']+")
_NEXT_ITEM = re.compile(r"\}\s*,?\s*\{")
_END_OF_ITEMS = re.compile(r"\}\s*,?\s*\]")
_FIRST_NAME = re.compile(r"\{\s*[\"']?[\w$-]{1,100}[\"']?\s*:")
_BARE_NAME = re.compile(r"""[{,]\s{0,200}[A-Za-z_$][\w$]{0,40}\s{0,10}:\s{0,10}["'\[{]""")
_LOOKED_AT = 20_000
BAD_ESCAPE = re.compile(r'\\(?:u(?![0-9a-fA-F]{4})|([^"\\/bfnrtu]))|(\\.)', re.DOTALL)
_BARE_MARK = re.compile(r'\\.|"', re.DOTALL)
_OUTER = 2
"""A feed is the document, or stands in one that holds nothing else. What is deeper belongs to an item."""
# Blanks and comments between two parts, of a length that is looked at once for each quotation mark.
_GAP = r"\s{0,200}(?:(?://[^\n]{0,200}\n|/\*[^*]{0,200}\*/)\s{0,200}){0,2}"


class _Broken(ValueError):
    """What cannot be made sense of."""


class _Cut(_Broken):
    """The document ends in the middle of a part."""


def read(text: str, start: int) -> tuple[Any, bool, int]:
    """The document that begins at ``start`` of ``text``; whether it is whole; how many of its items cannot be read.

    Numbers stay as they are written. Raises ValueError when nothing can be read, RecursionError when it is nested too
    deeply.
    """
    reader = _Reader(text, start)
    document = reader.value(0)
    return document, reader.is_whole, reader.lost


class _Reader:
    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.is_whole = True
        self.lost = 0
        # What may still be read in vain: an item that is broken is read up to where it breaks, and then passed over.
        self._patience = 2 * len(text) + 100_000
        has_bare_names = bool(_BARE_NAME.search(text, at, at + _LOOKED_AT))
        self._ends = {
            (mark, is_listed): _ends_with(mark, is_listed, has_bare_names)
            for mark in "\"'"
            for is_listed in (False, True)
        }

    def value(self, depth: int, name: str = "") -> Any:
        """The value that comes next, in an object or a list at ``depth``."""
        character = self._next()
        if character == "{":
            return self._object(depth + 1)
        if character == "[":
            return self._items(depth + 1) if name == "items" and depth <= _OUTER else self._list(depth + 1)
        if character in "\"'":
            return self._text(character, is_listed=not name)
        if character in ",}]":
            return None
        return self._word()

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while True:
            try:
                character = self._next(_COMMAS)
                if character == "}":
                    self.at += 1
                    return found
                if character in "]{" and depth > 1:
                    return found  # its own end is missing
                name = self._name(character)
                found[name] = self.value(depth, name)
            except _Cut:
                if depth > _OUTER:
                    raise
                self.is_whole = False
                return found
            except _Broken:
                if depth > _OUTER:
                    raise
                garbage = _GARBAGE.match(self.text, self.at)
                self.at = garbage.end() if garbage else self.at + 1

    def _name(self, character: str) -> str:
        if character in "\"'":
            end = self.text.find(character, self.at + 1)
            if end < 0:
                raise _Cut
            name, self.at = self.text[self.at + 1 : end], end + 1
        elif bare := _NAME.match(self.text, self.at):
            name, self.at = bare[0], bare.end()
        else:
            raise _Broken(f"no name at character {self.at}")
        if self._next() == ":":
            self.at += 1
        elif self._next() not in "\"'{[,}":
            raise _Broken(f"no colon at character {self.at}")
        return name

    def _list(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while (character := self._next(_COMMAS)) != "]":
            if character == "}":
                return found  # its own end is missing
            if character == ":":
                raise _Broken(f"a colon at character {self.at}")
            try:
                found.append(self.value(depth))
            except _Cut:
                if depth > 1:
                    raise
                self.is_whole = False
                return found
        self.at += 1
        return found

    def _items(self, depth: int) -> list[Any]:
        """The list of a feed's items. What one broken item costs is that item."""
        found: list[Any] = []
        self.at += 1
        while True:
            try:
                character = self._next(_COMMAS)
                if character == "]":
                    self.at += 1
                    return found
                if character == "}":
                    if not _NEXT_ITEM.match(self.text, self.at):
                        return found
                    self.at += 1
                    continue
            except _Cut:
                self.is_whole = False
                return found
            start = self.at
            try:
                # An item stands as deep as one does in a document that holds the feed.
                found.append(self.value(max(depth, _OUTER)))
            except _Broken as error:
                if not self._goes_on_behind(start, isinstance(error, _Cut)):
                    self.is_whole = False
                    return found

    def _goes_on_behind(self, start: int, is_cut: bool) -> bool:
        """Whether there are items behind the broken one that begins at ``start``."""
        self._patience -= self.at - start
        # Where the document breaks off, what is attached to its last item is no item.
        first = _FIRST_NAME.match(self.text, start) if is_cut else None
        alike = re.compile(r"\}\s*,?\s*" + re.escape(first[0])) if first else _NEXT_ITEM
        behind = alike.search(self.text, start) if self._patience > 0 else None
        self.lost += bool(behind) or not is_cut
        if not behind and not is_cut:
            behind = _END_OF_ITEMS.search(self.text, start)
        if behind:
            self.at = behind.end() - 1 if not first else self.text.index("{", behind.start())
        return bool(behind)

    def _text(self, mark: str, is_listed: bool) -> str:
        start = self.at + 1
        for found in self._ends[mark, is_listed].finditer(self.text, start):
            if found[0][0] != "\\" or found["literal"] is not None:
                end = found.end() - 1
                self.at = found.end()
                return _decoded(self.text[start:end], mark)
        self.at = len(self.text)
        raise _Cut(f"a text that begins at character {start} has no end")

    def _word(self) -> Any:
        word = _BARE.match(self.text, self.at)
        if not word:
            raise _Broken(f"nothing that can be read at character {self.at}")
        said = word[0].partition("//")[0].partition("/*")[0].strip() if not word[0].startswith("http") else word[0]
        self.at = word.end()
        if self.at == len(self.text):
            raise _Cut("a word that has no end")
        if said.lower() in ("true", "false"):
            return said.lower() == "true"
        return None if said.lower() in _NOTHING else said

    def _next(self, passed: re.Pattern[str] = _PASSED) -> str:
        """The next character that is none of ``passed``."""
        if match := passed.match(self.text, self.at):
            self.at = match.end()
        if self.at >= len(self.text):
            raise _Cut("the document breaks off")
        return self.text[self.at]


def _ends_with(mark: str, is_listed: bool, has_bare_names: bool) -> re.Pattern[str]:
    """What ends a text that begins with ``mark``: not each such mark does, but one behind which a document goes on.
    Escapes are found, too, but only one that is ``literal`` ends a text: a backslash that was not meant to be one.
    """
    name = r"(?:\"[^\"\\]{0,100}\"|'[^'\\]{0,100}'" + (r"|[\w$-]{1,100})" if has_bare_names else ")")
    member = rf"(?:,{_GAP}){{1,3}}{name}{_GAP}:"
    another = rf"\}}{_GAP},{_GAP}\{{{_GAP}[\"']|\}}{_GAP}\]{_GAP}[}},]"
    literal = rf"\\{mark}(?P<literal>(?={_GAP}(?:{member}|{another})))"
    if is_listed:
        ends = r"[,\]}]|\Z"
    else:
        unfinished = rf"(?:,{_GAP}){{1,3}}(?:[}}\]{{]|[\"'\w][^\"']{{0,100}}\Z|\Z)"
        ends = rf"[}}\]]|\Z|{member}|{unfinished}|{mark}[\w$-]{{1,100}}{mark}{_GAP}:"
    return re.compile(rf"{literal}|\\.|{mark}(?={_GAP}(?:{ends}))", re.DOTALL)


def _decoded(text: str, mark: str) -> str:
    if mark == "'":
        text = text.replace("\\'", "'")
    escaped = _BARE_MARK.sub(lambda found: found[0] if found[0] != '"' else r"\"", text)
    if (len(text) - len(text.rstrip("\\"))) % 2:
        escaped += "\\"  # the last one escapes nothing
    try:
        return str(json.loads(f'"{BAD_ESCAPE.sub(as_text, escaped)}"', strict=False))
    except ValueError as error:
        raise _Broken(str(error)) from None


def as_text(escape: re.Match[str]) -> str:
    """An escape that JSON does not know (RFC 8259 section 7) stands for what is behind its backslash; ``\\u`` without a
    number for itself.
    """
    if escape[2]:
        return escape[2]
    return escape[1] or r"\\u"
