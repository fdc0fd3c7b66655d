"""Secrets in what people write and programs say: found by their form and by the names that stand before them.

``text.clean.redact`` knows addresses. This is for whole lines, which may be broken: a quote is missing, a name is
misspelt. What looks like a secret is masked; that a harmless word goes with it is no loss.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from monitor.text.clean import redact_all

MASK = "***"

_TO_THE_AT = re.compile(r"(\w[\w+.-]*:[/\\]+)[^\"'<>\n]*@")
"""An address up to its last ``@``: what is in front may hold anything, blanks too."""
_LOGIN = re.compile(r"[^\s\"'/@,=]+:(?!//)[^\s\"'@]*@")
_SCHEME = re.compile(r"\b(bearer|basic|digest|apikey)\s+\S.*", re.IGNORECASE)
_NAMED = re.compile(r"([\w-]+)([\"']?\s*[:=]\s*)\S.*")
_SPOKEN = re.compile(
    r"""\b(?P<name>(?:pass(?:wor[dt]|wd|phrase|code)?|pwd)\s+(?:(?:is|was)\s+)?)
    (?!(?:is|was|for|of|and|or|to|in|on|has|must|not|wrong|incorrect|required|missing|expired|file|authentication)\b)
    (?P<value>"[^"]*"|'[^']*'|[^\s:=]+)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A password behind its name and a blank, as in ``.netrc``."""
_SPOKEN_OR_STRING = re.compile(rf"""{_SPOKEN.pattern} | "[^"]*" | '[^']*'""", _SPOKEN.flags)
_OPTION = re.compile(r"--?[\w-]+")
_NAMES = re.compile(
    r"pass(?!age|enger|port|es|ed|ing|ion)|pwd|passwd|token|secret|api_?key|_key$|credential|authori[sz]ation"
    r"|cookie|jwt|whsec|signature",
    re.IGNORECASE,
)
_USUAL_NAMES = ("password", "passwort", "passphrase", "token", "secret", "authorization", "credential", "apikey")
_ALIKE = 0.85
_MIXED = re.compile(r"[A-Za-z][\W_]*\d[\W_]*[A-Za-z]")
_LONG = 20
_LEAST = 4


def is_secret_name(name: str) -> bool:
    """Whether what is called so is a secret, also where the name is misspelt."""
    plain = name.strip("\"'").lower().replace("-", "_")
    return bool(_NAMES.search(plain) or difflib.get_close_matches(plain, _USUAL_NAMES, n=1, cutoff=_ALIKE))


def looks_secret(text: str) -> bool:
    """Whether a word of ``text`` looks made up by a machine, or by somebody who was asked for digits in it."""
    words = re.split(r"[\s/,;]+", text)
    return any(_MIXED.search(word) or (len(word) >= _LONG and re.search(r"\d", word)) for word in words)


def line_without_secrets(line: str, is_watchlist: bool = False) -> str:
    """``line``, of a file or of a program's output, with everything masked that looks like a secret. ``is_watchlist``:
    in quotes stand terms, which may speak of passwords.
    """
    line = _TO_THE_AT.sub(rf"\1{MASK}@", line)
    line = _LOGIN.sub(f"{MASK}@", redact_all(line))
    line = _SCHEME.sub(rf"\1 {MASK}", line)
    line = _NAMED.sub(lambda found: _named(found[0]), line)
    return _SPOKEN_OR_STRING.sub(_without_spoken, line) if is_watchlist else _SPOKEN.sub(_without_value, line)


def _without_value(found: re.Match[str]) -> str:
    return f"{found['name']}{MASK}"


def _without_spoken(found: re.Match[str]) -> str:
    """Of what stands in quotes only a password with digits: ``"password manager"`` is a term."""
    if found["name"]:
        return _without_value(found)
    return _SPOKEN.sub(lambda inner: _without_value(inner) if re.search(r"\d", inner["value"]) else inner[0], found[0])


def _named(text: str) -> str:
    """``name = value, other = value``: from the first secret name on nothing is shown."""
    for found in re.finditer(r"([\w-]+)([\"']?\s*[:=]\s*)(?=\S)", text):
        if is_secret_name(found[1]):
            return f"{text[: found.end()]}{MASK}"
    return text


def secret_arguments(argv: Sequence[str]) -> set[str]:
    """The arguments of a command, or the parts of them, that are most likely secrets."""
    found: set[str] = set()
    before = ""
    for argument in argv[1:]:
        name, equals, value = argument.partition("=")
        if equals and is_secret_name(name):
            found.add(value)
        elif (_OPTION.fullmatch(before) and is_secret_name(before)) or looks_secret(argument):
            found.add(argument)
        elif (shown := line_without_secrets(argument)) != argument:
            found.update(_parts_that_went(argument, shown))
        before = argument
    return found


def _parts_that_went(text: str, shown: str) -> Iterable[str]:
    kept = set(re.split(r"[\s/?&=:@]+", shown))
    return (part for part in re.split(r"[\s/?&=:@]+", text) if part not in kept)


def without(text: str, secrets: Iterable[str]) -> str:
    """``text`` without ``secrets``. Those of fewer than four characters stay: they would take other words apart."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _LEAST:
            text = text.replace(secret, MASK)
    return text
