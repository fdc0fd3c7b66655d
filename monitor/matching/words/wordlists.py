"""The word lists of languages as tables that are read in a millisecond: word → how common it is.

Making one from wordfreq's lists takes seconds of processor time, which every command would spend again; so it is kept
in the user's cache folder (XDG Base Directory Specification), under a name that changes with all that it is made from.
Where nothing can be written there, it is made each time.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
import tempfile
import time
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from importlib import metadata
from pathlib import Path

from monitor.text import folding, tokens
from monitor.text.folding import LATIN
from monitor.text.tokens import token_key

COMMON = 2.5
"""From this Zipf value on a word is taken for a word, not for another one misspelt (wordfreq's small lists begin at
3.0).
"""
_LARGE = frozenset(["en", "ru"])  # the small lists of these leave out too many words that stand near to names
_HASH, _VALUE = "Q", "H"
_DIGEST = 8
"""Bytes of a word's hash. Of a million words two share one with a chance of one in thirty million."""


_OLD = 90 * 86_400.0
"""Seconds after which a table makes room when another is written: it may be of a release from before."""


@dataclass(frozen=True)
class Table:
    """Zipf values times 100, by the hash of the word's key, both in the order of the hashes."""

    hashes: array[int]
    values: array[int]

    def zipf(self, key: str) -> float:
        """How common the word with ``key`` is, 0 for one that is not listed."""
        wanted = _hash(key)
        at = bisect_left(self.hashes, wanted)
        return self.values[at] / 100 if at < len(self.hashes) and self.hashes[at] == wanted else 0.0


@functools.cache
def table(languages: tuple[str, ...]) -> Table:
    """The common words of ``languages``, each as common as in the one that has most of it."""
    file = _folder() / f"words-{'-'.join(languages)}-{_made_from()}"
    kept = _read(file)
    if not kept:
        kept = _made(languages)
        _write(file, kept)
    return kept


def by_value(language: str) -> Iterator[tuple[int, list[str]]]:
    """The common words of a language, with their Zipf values times 100, commonest first."""
    from wordfreq import get_frequency_list

    buckets = get_frequency_list(language, "large" if language in _LARGE else "small")
    get_frequency_list.cache_clear()  # it would keep the whole list for good
    for centibels, words in enumerate(buckets):
        if 900 - centibels < COMMON * 100:
            return
        if words:
            yield 900 - centibels, words


def key_of(word: str) -> str:
    """``token_key`` of a listed word (they are in lower case already), short of the way for the usual ones."""
    if word.isascii():
        return word
    if "а" <= word[0] <= "я":
        return word.replace("ё", "е")
    if word[-1] < "\u0250" and word[0] < "\u0250":
        return unicodedata.normalize("NFD", word.translate(LATIN)).encode("ascii", "ignore").decode()
    return token_key(word)


def _made(languages: tuple[str, ...]) -> Table:
    best: dict[int, int] = {}
    for language in languages:
        # Commonest first; of words that share a key the first is the one that counts.
        for value, words in by_value(language):
            for hashed in map(_hash, map(key_of, words)):
                if best.setdefault(hashed, value) < value:
                    best[hashed] = value
    hashes = sorted(best)
    return Table(array(_HASH, hashes), array(_VALUE, map(best.__getitem__, hashes)))


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=_DIGEST).digest(), sys.byteorder)


# --- the cache -------------------------------------------------------------------------------------------------------


def _folder() -> Path:
    named = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(named) if os.path.isabs(named) else Path(os.path.expanduser("~")) / ".cache"
    return home / "news-monitor"


@functools.cache
def _made_from() -> str:
    """What the tables follow from: the lists, and how words become keys."""
    parts = [metadata.version("wordfreq"), sys.byteorder, unicodedata.unidata_version]
    sources = [Path(file).read_bytes() for file in (__file__, folding.__file__, tokens.__file__)]
    return blake2b("\n".join(parts).encode() + b"".join(sources), digest_size=_DIGEST).hexdigest()


def _read(file: Path) -> Table | None:
    try:
        data = file.read_bytes()
    except OSError:
        return None
    hashes, values = array(_HASH), array(_VALUE)
    size = hashes.itemsize + values.itemsize
    words, rest = divmod(len(data) - _DIGEST, size)
    if rest or words <= 0 or blake2b(data[_DIGEST:], digest_size=_DIGEST).digest() != data[:_DIGEST]:
        return None
    middle = _DIGEST + words * hashes.itemsize
    hashes.frombytes(data[_DIGEST:middle])
    values.frombytes(data[middle:])
    return Table(hashes, values)


def _write(file: Path, made: Table) -> None:
    """Keep ``made``. A table that cannot be kept is no less useful."""
    data = made.hashes.tobytes() + made.values.tobytes()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in file.parent.glob("words-*"):
            if time.time() - old.stat().st_mtime > _OLD:
                old.unlink(missing_ok=True)
        handle, draft = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(blake2b(data, digest_size=_DIGEST).digest() + data)
            os.replace(draft, file)
        except BaseException:
            os.unlink(draft)
            raise
