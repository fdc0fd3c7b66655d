"""What may be repeated of a file that a person wrote. Messages go into logs, into mails and to whoever looks over a
shoulder, so nothing that they quote may be a secret, however broken the line is that it stands in.

Of a configuration only what is known to be harmless is quoted: its own words, numbers and times. Of a watchlist,
which is no place for secrets, everything is that stands under its own keys, but what looks like one. Of all other files
nothing is: a watchlist may be a link to anything.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.text.clean import redact, single_line
from monitor.text.secrets import MASK, line_without_secrets, looks_secret
from monitor.toml.outline import Outline, Shape, Span, shapes

_LEFT_OUT = "..."
_HEADER = re.compile(r"\s*(?P<open>\[{1,2})\s*(?P<name>[\w-]+(?:\s*\.\s*[\w-]+)*)\s*(?P<close>\]{0,2})(?P<rest>.*)")
_KEY = re.compile(r"\s*(?P<key>[\w-]+(?:\s*\.\s*[\w-]+)*)\s*=(?P<value>[^=].*|)")
_PLAIN = re.compile(
    r"""[+-]?\d[\d\s_.,:+-]{0,20}
    | [+-]?\d+(?:\.\d+)?\s?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?)
    | \d+(?:\.\d+)?\s?[KMG]?i?B | \d{1,2}\s?[ap]m""",
    re.IGNORECASE | re.VERBOSE,
)
_USUAL = frozenset(
    {"true", "false", "yes", "no", "on", "off", "none", "ssl", "smtps", "mail", "daily", "hourly", "soon"}
)
_UNKNOWN_KEY = re.compile(r"[a-z][a-z_-]{0,29}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_MAIL = re.compile(r"[^@:\"]*<?[\w.+-]+@[\w.-]+>?")
_STRING = re.compile(r"\"\"\"|'''|\"|'")
_COMMENT = re.compile(r"#[^\r\n]*")
_STRING_OR_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')|\#.*\S""")
_CONFIGURATION = re.compile(
    r"""^\s*(?:\[{1,2}\s*["']?(?:feeds|alerts|polling|monitor|routes)\b
    | ["']?(?:feeds|alerts|polling|monitor|routes)["']?\s*[.=])""",
    re.MULTILINE | re.VERBOSE,
)
_REPEATED = re.compile(r" \([^)].*\)|(?<=key) '[^=].*'")
_TELLS = re.compile(r"\b(?:api.?)?(?:key|pass\w*|pwd?|pin|login|auth\w*|token|secrets?|cred\w*)\b", re.IGNORECASE)
"""Of a comment that speaks of such things nothing is shown: what it says of them has no form."""
_SUFFIX = ".toml"
_SHORT = 4


class Hidden:
    """Values of a file that stand in no message, whoever writes it."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = frozenset(values)
        self._forms: dict[str, None] = {}
        for value in sorted(self._values, key=len, reverse=True):
            for form in (value, repr(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], single_line(value)):
                self._forms.update(dict.fromkeys(_forms(form)))

    def __contains__(self, value: object) -> bool:
        return str(value) in self._values

    def mask(self, text: str) -> str:
        """``text`` without any of them."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, f"{form[0]}{MASK}{form[-1]}" if form[0] in "'\"" else MASK)
        return text


def _forms(value: str) -> Iterator[str]:
    """How a value can stand in a message. A plain word may stand there by itself, too: it is masked in quotes only."""
    if len(value) < _SHORT or (value.isalpha() and value.islower()):
        yield from (f"'{value}'", f'"{value}"')
    else:
        yield value


class Quotes:
    """What may be repeated of a file."""

    def lines(self, text: str) -> list[str]:
        """The lines of the file ``text`` as they are shown; a line of which nothing can be is empty."""
        raise NotImplementedError

    def piece(self, text: str, line: str, shown: str) -> str:
        """A part of ``line``, which is shown as ``shown``."""
        raise NotImplementedError

    def key(self, name: str) -> str:
        """A key that is not known."""
        raise NotImplementedError

    def said(self, message: str) -> str:
        """What the reader of TOML says, which may repeat keys."""
        return message

    def hidden(self, data: dict[str, Any]) -> Hidden:
        """What of the file's values may stand in no message."""
        return Hidden()

    def masked(self, text: str) -> str:
        """The whole file as it is shown, line for line."""
        raise NotImplementedError


@dataclass(frozen=True)
class OfWatchlist(Quotes):
    """What may be repeated of a watchlist: what stands under its ``words`` and does not look like a secret.
    ``has_names``: users name the tables, as they do in ``entities.toml``.
    """

    words: frozenset[str]
    has_names: bool = False

    def lines(self, text: str) -> list[str]:
        """The lines as they are shown. Comments may say a password in plain words, so one that fills the line is left
        out.
        """
        return ["# ..." if line.lstrip().startswith("#") else line for line in self._shown(text)]

    def piece(self, text: str, line: str, shown: str) -> str:
        """A part of a line of which nothing is masked, or a key."""
        is_key = all(part in self.words for part in text.split("."))
        return line_without_secrets(text) if is_key or line == shown else _LEFT_OUT

    def key(self, name: str) -> str:
        """A key that is not known."""
        return line_without_secrets(name)

    def masked(self, text: str) -> str:
        """The whole file as it is shown, line for line."""
        return "\n".join(self._shown(text))

    def _shown(self, text: str) -> Iterator[str]:
        in_known_table = in_known_key = True
        for line in shapes(text):
            if line.shape is Shape.TABLE:
                in_known_table = in_known_key = self.has_names or self._are_known(line.keys)
                name = ".".join(part if in_known_table else self._unknown(part) for part in line.keys)
                yield _harmless(line.text) if in_known_table else f"[{name}]"
            elif line.shape is Shape.KEY:
                in_known_key = in_known_table and self._are_known(line.keys[self._named(line.keys) :])
                yield _harmless(line.text) if in_known_key else f"{self._unknown(line.keys[0])} = {MASK}"
            elif line.shape is Shape.OTHER and not self._begins_known(line.keys):
                yield ""
            else:
                yield _harmless(line.text) if in_known_key else ""

    def _named(self, keys: tuple[str, ...]) -> int:
        """How many of ``keys``, which stand in one line, are a user's own."""
        return 1 if self.has_names and len(keys) > 1 else 0

    def _begins_known(self, words: tuple[str, ...]) -> bool:
        """Whether a line that is no TOML is meant to be a key: ``any: [``, ``min sources = 2``."""
        return not words or words[0] in self.words or "_".join(words) in self.words

    def _are_known(self, keys: Iterable[str]) -> bool:
        return all(key in self.words for key in keys)

    def _unknown(self, key: str) -> str:
        return key if key in self.words or _UNKNOWN_KEY.fullmatch(key) else MASK


@dataclass(frozen=True)
class Known(Quotes):
    """What may be repeated of a configuration: ``words`` (its keys, and what is written for some of them). The values
    of the keys ``private`` are never shown, nor those of unknown keys; ``names`` hold what users call things.
    """

    words: frozenset[str] = frozenset()
    private: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def lines(self, text: str) -> list[str]:
        """The lines of the file ``text`` as they are shown; a line of which nothing can be is empty."""
        return [self._line(line) for line in text.split("\n")]

    def _line(self, text: str) -> str:
        """The line's structure, its key where that is known, and its value where that is harmless."""
        if found := _HEADER.fullmatch(text):
            rest = f" {MASK}" if found["rest"].partition("#")[0].strip() else ""
            shown = f"{found['open']}{self._keys(found['name'])}{found['close']}{rest}"
        elif found := _KEY.fullmatch(text):
            value = found["value"].partition("#")[0].strip()
            is_open = self._is_open(_last(found["key"])) and self._is_harmless(value.strip("\"', "))
            shown = f"{self._keys(found['key'])} = {value if is_open else MASK}"
        else:
            shown = ""
        return shown if re.search(r"\w", shown) else ""

    def piece(self, text: str, line: str, shown: str) -> str:
        """A word of the configuration, or a value that is harmless."""
        found = _KEY.match(line)
        is_value = bool(found and self._is_open(_last(found["key"])) and self._is_harmless(text))
        return text if is_value or all(part in self.words for part in text.split(".")) else _LEFT_OUT

    def key(self, name: str) -> str:
        """A key that is not known, where it looks like one."""
        return name if name in self.words or _UNKNOWN_KEY.fullmatch(name) else MASK

    def said(self, message: str) -> str:
        """The message without keys: which are meant is said elsewhere, where they are known."""
        return _REPEATED.sub("", message)

    def hidden(self, data: dict[str, Any]) -> Hidden:
        """Every value that is not known to be harmless, and keys that look like none."""
        return Hidden(self._hidden(data, ""))

    def _hidden(self, value: Any, key: str) -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                if self.key(name) != name:
                    yield name
                yield from self._hidden(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from self._hidden(inner, key)
        elif isinstance(value, str) and not self._is_shown(value, key):
            yield value
        elif not isinstance(value, str) and not self._is_open(key):
            yield str(value)

    def _is_shown(self, value: str, key: str) -> bool:
        if key == "env":
            return bool(_VARIABLE.fullmatch(value))
        if not self._is_open(key):
            return False
        if self._is_harmless(value):
            return True
        usual = not re.search(r"[@:=?&]|//", value) or _MAIL.fullmatch(value)
        return bool(key in self.names and usual and _is_clean(value))

    def _is_open(self, key: str) -> bool:
        return key in self.words and key not in self.private

    def _is_harmless(self, text: str) -> bool:
        words = re.findall(r"[^\W_]+", text.lower())
        return not text or bool(_PLAIN.fullmatch(text)) or all(word in self.words or word in _USUAL for word in words)

    def _keys(self, written: str) -> str:
        return ".".join(part if part in self.words else MASK for part in re.split(r"\s*\.\s*", written))

    def masked(self, text: str) -> str:
        """The whole file, which is valid TOML, with what may be a secret masked. Addresses keep what is harmless."""
        mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
        outline = Outline(text)
        shown: dict[Span, str] = {}
        for path, span in outline.values.items():
            written = text[span.start : span.end]
            if _STRING.match(written):
                shown[span] = self._masked_string(written, next(one for one in reversed(path) if isinstance(one, str)))
            elif written[:1] not in ("[", "{"):
                shown[span] = written
        for _, span in outline.keys:
            shown[span] = text[span.start : span.end]
        parts, at = [mark], 0
        for span in sorted(shown):
            if span.start >= at:
                parts += [self._between(text[at : span.start]), shown[span]]
                at = span.end
        return "".join([*parts, self._between(text[at:])])

    def _between(self, text: str) -> str:
        return _COMMENT.sub(lambda found: self._masked_comment(found[0]), text)

    def _masked_string(self, written: str, key: str) -> str:
        quote = written[:3] if written[:3] in ('"""', "'''") else written[:1]
        content = written[len(quote) : -len(quote)]
        if key == "url":
            return f"{quote}{_shown_address(content)}{quote}"
        if self._is_shown(content, key) or (self._is_open(key) and _is_clean(content)):
            return written
        breaks = "\n" * content.count("\n")
        return f"{quote}{MASK}{breaks}{quote}"

    def _masked_comment(self, comment: str) -> str:
        mark = comment[: len(comment) - len(comment.lstrip("# \t"))]
        body = comment[len(mark) :]
        if (found := _KEY.fullmatch(body)) and not self._is_open(_last(found["key"])):
            return f"{mark}{self._keys(found['key'])} = {MASK}"
        return mark + (MASK if _TELLS.search(body) else line_without_secrets(body))


WATCHLIST = OfWatchlist(
    frozenset(
        (
            *(
                "title",
                "any",
                "all",
                "near",
                "context",
                "context_weight",
                "except",
                "none",
                "fields",
                "summary",
                "body",
            ),
            *("alert", "digest", "lang", "sources", "not_sources", "min_sources", "active", "from", "until", "after"),
            *("expect", "what", "silence", "status", "group", "tags", "priority", "examples", "match", "nomatch"),
            *("t", "fuzz", "kind"),
        )
    )
)
ENTITIES = OfWatchlist(frozenset(("kind", "names", "acronyms", "except")), has_names=True)
_ENTITIES_FILE = "entities.toml"
NOTHING = Known()
"""Of a file that may be anything."""


def quotes_of(path: Path, text: str) -> Quotes:
    """What may be repeated of a file that is read as a watchlist: nothing, where it is a configuration, or a link to a
    file of another kind. What a link out of the folder leads to has to show by its keys that it is a watchlist.
    """
    try:
        file = path.resolve()
        is_inside = file.is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError):
        return NOTHING
    quotes = ENTITIES if path.name == _ENTITIES_FILE else WATCHLIST
    if file.suffix != _SUFFIX or _CONFIGURATION.search(text) or not (is_inside or _has_keys_of(quotes, text)):
        return NOTHING
    return quotes


def _has_keys_of(quotes: OfWatchlist, text: str) -> bool:
    """Whether all of ``text`` stands under keys of a watchlist, or of entities."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    tables = data.values() if quotes.has_names else [data]
    return all(isinstance(one, dict) and quotes.words.issuperset(one) for one in tables)


def _harmless(line: str) -> str:
    return line_without_secrets(_STRING_OR_COMMENT.sub(_harmless_comment, line), is_watchlist=True)


def _harmless_comment(found: re.Match[str]) -> str:
    return found[0] if found[1] or not looks_secret(found[0]) else "# ..."


def _last(key: str) -> str:
    return key.rpartition(".")[2].strip()


def _is_clean(text: str) -> bool:
    return not looks_secret(text) and line_without_secrets(text) == text


def _shown_address(url: str) -> str:
    """An address with its login and its keys masked; nothing of one that cannot be taken apart."""
    if not re.fullmatch(r"https?://[^\s\"'\\]+", url):
        return MASK
    return redact(url)
