"""The parser's processes: what one document does to them, the next does not feel."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from monitor.feeds.worker import ParserPool
from monitor.model import Fetched, Parsed, ParseFailed, Validators
from tests.support import rss


def fetched(body: bytes) -> Fetched:
    return Fetched("http://news.example/feed", 200, body, "application/rss+xml", Validators())


async def test_documents_are_parsed_in_other_processes() -> None:
    async with ParserPool(2, timeout=10) as pool:
        results = await asyncio.gather(*(pool.parse(fetched(rss((f"g{i}", f"Title {i}")))) for i in range(6)))
    assert [result.entries[0].title for result in results if isinstance(result, Parsed)] == [
        f"Title {i}" for i in range(6)
    ]


async def test_a_document_that_takes_too_long_costs_its_worker_and_nothing_else() -> None:
    # 60,000 attributes: expat's and feedparser's cost grows with their square.
    slow = (
        b"<rss><channel><item "
        + b" ".join(b'a%d="1"' % i for i in range(60_000))
        + b"><title>x</title></item></channel></rss>"
    )
    async with ParserPool(1, timeout=1.0) as pool:
        first = await pool.parse(fetched(rss(("a", "A"))))
        result = await pool.parse(fetched(slow))
        after = await pool.parse(fetched(rss(("b", "B"))))
    assert isinstance(first, Parsed)
    assert result == ParseFailed("timeout", "parsing took longer than 1 s")
    assert isinstance(after, Parsed)


async def test_a_worker_that_dies_is_replaced() -> None:
    async with ParserPool(1, timeout=10) as pool:
        await pool.parse(fetched(rss()))
        worker = pool._idle._queue[0]  # type: ignore[attr-defined]
        os.kill(worker._process.pid, signal.SIGKILL)
        died = await pool.parse(fetched(rss(("a", "A"))))
        after = await pool.parse(fetched(rss(("b", "B"))))
    assert isinstance(died, ParseFailed)
    assert isinstance(after, Parsed)


async def test_lone_surrogates_cross_the_border_cleaned() -> None:
    async with ParserPool(1, timeout=10) as pool:
        result = await pool.parse(fetched(rss(("a", "x")).replace(b"<title>x<", b"<title>a&#xD800;b<")))
    assert isinstance(result, Parsed | ParseFailed)
    if isinstance(result, Parsed):
        result.entries[0].title.encode("utf-8")


async def test_files_in_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    for name in ("random.py", "calendar.py", "monitor.py"):
        (tmp_path / name).write_text(f"open({str(ran)!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    async with ParserPool(1, timeout=10) as pool:
        result = await pool.parse(fetched(rss(("a", "A"))))
    assert isinstance(result, Parsed)
    assert not ran.exists()
