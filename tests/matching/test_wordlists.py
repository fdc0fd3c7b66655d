"""The tables of common words, kept from one command to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.matching.words import wordlists
from monitor.matching.words.wordlists import Table

LANGUAGES = ("ur",)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "news-monitor"


def fresh() -> Table:
    """The table as a process gets it that has asked for none yet."""
    return wordlists.table.__wrapped__(LANGUAGES)


def test_a_table_is_made_once_and_read_afterwards(cache: Path) -> None:
    made = fresh()
    (file,) = cache.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    written = file.stat().st_mtime_ns
    assert fresh() == made
    assert file.stat().st_mtime_ns == written
    assert made.zipf("پاکستان") > 5
    assert made.zipf("zanzibar") == 0


def test_a_table_that_is_damaged_is_made_again(cache: Path) -> None:
    made = fresh()
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    for damaged in (b"", b"x" * 9, whole[:-7] + b"damaged"):
        file.write_bytes(damaged)
        assert fresh() == made, damaged[-9:]
        assert file.read_bytes() == whole, damaged[-9:]
        assert fresh() == made, damaged[-9:]
        assert len(list(cache.iterdir())) == 1, damaged[-9:]


def test_where_nothing_can_be_kept_a_table_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert fresh().zipf("پاکستان") > 5
    assert (tmp_path / "file").read_bytes() == b""
