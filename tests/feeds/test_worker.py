"""The parser's processes: what one document does to them, the next does not feel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from itertools import product
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.feeds.parse.document import parse_document
from monitor.feeds.parse.worker import ParserPool
from monitor.model import Fetched, Parsed, ParseFailed, Validators
from monitor.text.clean import TITLE_LIMIT
from tests.support import PATIENCE, rss

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool() -> AsyncIterator[ParserPool]:
    """One worker for all tests that need no new one; who ends it leaves the pool another."""
    async with ParserPool(1, PATIENCE) as made:
        await made.parse(fetched(rss(("a", "A"))))
        yield made


def fetched(body: bytes) -> Fetched:
    return Fetched("http://news.example/feed", 200, body, "application/rss+xml", Validators())


def worker_of(pool: ParserPool) -> asyncio.subprocess.Process:
    """The process of the worker that has nothing to do."""
    (worker,) = (worker for worker in pool._idle if worker)
    return worker._process


@contextlib.contextmanager
def impatient(pool: ParserPool, seconds: float) -> Iterator[None]:
    """Documents have so many seconds. Only for a while: the start of a worker is part of its first one's time."""
    pool._timeout = seconds
    yield
    pool._timeout = PATIENCE


async def test_documents_are_parsed_in_other_processes() -> None:
    async with ParserPool(2, PATIENCE) as pool:
        results = await asyncio.gather(*(pool.parse(fetched(rss((f"g{i}", f"Title {i}")))) for i in range(6)))
    assert [result.entries[0].title for result in results if isinstance(result, Parsed)] == [
        f"Title {i}" for i in range(6)
    ]


async def test_a_document_that_takes_too_long_costs_its_worker_and_nothing_else(pool: ParserPool) -> None:
    first = await pool.parse(fetched(rss(("a", "A"))))
    os.kill(worker_of(pool).pid, signal.SIGSTOP)
    with impatient(pool, 0.2):
        result = await pool.parse(fetched(rss(("s", "Slow"))))
    after = await pool.parse(fetched(rss(("b", "B"))))
    assert isinstance(first, Parsed)
    assert result == ParseFailed("timeout", "parsing took longer than 0.2 s")
    assert isinstance(after, Parsed)


ENTITIES = {
    "laughs": "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY l0 "ha">',
    "quadratic": f'<!ENTITY l9 "{"a" * 50_000}">',
}


async def test_H01_entities_that_multiply_cost_neither_time_nor_memory() -> None:
    async with ParserPool(1, PATIENCE) as pool:
        await pool.parse(fetched(rss(("a", "A"))))
        process = Path("/proc") / str(worker_of(pool).pid)
        for name, entities in ENTITIES.items():
            text = "&l9;" * (50_000 if name == "quadratic" else 1)
            item = f"<item><title>{text}</title></item>"
            body = f"<!DOCTYPE rss [{entities}]><rss version='2.0'><channel>{item}</channel></rss>"
            result = await pool.parse(fetched(body.encode()))
            (most,) = (line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
            assert int(most.split()[1]) < 300_000, f"kilobytes: {name}"
            assert isinstance(result, ParseFailed) or all(len(one.title) <= TITLE_LIMIT for one in result.entries), name


# Documents on which feedparser burns a minute and more: its search for an address in an author, expat's for an
# attribute that occurs twice, its own stack of open elements.
HOSTILE = {
    "author": b"<item><author>" + b"a" * 65_536 + b"</author></item>",
    "addresses": b"<item><author>" + b"a@" + b"a." * 32_000 + b"!</author></item>",
    "attributes": b"<item " + b" ".join(b'a%d="1"' % i for i in range(20_000)) + b"/>",
    "nested": b"<item>" + b"".join(b"<t%d>" % i for i in range(100_000)) + b"</item>",
}


@pytest.mark.parametrize("front", [b"", b"<!DOCTYPE rss>"])  # read by us, and by feedparser
@pytest.mark.parametrize("name", sorted(HOSTILE))
async def test_H19_a_document_that_burns_time_is_killed_and_the_next_one_is_read(
    pool: ParserPool, name: str, front: bytes
) -> None:
    body = front + b"<rss version='2.0'><channel><title>x</title>" + HOSTILE[name] + b"</channel></rss>"
    with impatient(pool, 0.3):
        result = await pool.parse(fetched(body))
    after = await pool.parse(fetched(rss(("b", "B"))))
    # A fast machine, or parser, may read it in time.
    assert isinstance(result, Parsed) or result.kind in ("timeout", "parser")
    assert isinstance(after, Parsed)
    assert after.entries[0].title == "B"


async def test_all_that_a_feed_says_comes_back_as_it_was_found(pool: ParserPool) -> None:
    body = b"""<rss version="2.0"><channel><title>x</title><link>https://news.example/</link><ttl>60</ttl>
    <skipHours><hour>1</hour></skipHours><skipDays><day>Monday</day></skipDays>
    <item><guid>1</guid><title>A</title></item></channel></rss>"""
    result = await pool.parse(fetched(body))
    assert result == parse_document(body, "http://news.example/feed", "application/rss+xml")
    assert isinstance(result, Parsed)
    assert (result.skip_hours, result.skip_days, result.ttl) == ((1,), (0,), 3600.0)


async def test_a_worker_that_dies_is_replaced(pool: ParserPool) -> None:
    await pool.parse(fetched(rss()))
    os.kill(worker_of(pool).pid, signal.SIGKILL)
    died = await pool.parse(fetched(rss(("a", "A"))))
    after = await pool.parse(fetched(rss(("b", "B"))))
    assert isinstance(died, ParseFailed)
    assert isinstance(after, Parsed)


async def test_no_document_is_blamed_for_a_worker_that_died_before(pool: ParserPool) -> None:
    await pool.parse(fetched(rss()))
    process = worker_of(pool)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    result = await pool.parse(fetched(rss(("a", "A"))))
    assert isinstance(result, Parsed)


async def test_a_worker_is_let_go_also_in_the_middle_of_a_long_answer(pool: ParserPool) -> None:
    long = rss(*((f"g{i}", f"Title {i} " + "of a long story " * 50) for i in range(3_000)))
    await pool.parse(fetched(rss()))
    answers = worker_of(pool).stdout
    parsing = asyncio.create_task(pool.parse(fetched(long)))
    while not answers._paused:  # type: ignore[union-attr]  # more has come than was taken: asyncio reads no further
        assert not parsing.done()
        await asyncio.sleep(0)
    parsing.cancel()
    await asyncio.wait({parsing})
    after = await pool.parse(fetched(rss(("b", "B"))))
    assert isinstance(after, Parsed)


async def test_lone_surrogates_cross_the_border_cleaned(pool: ParserPool) -> None:
    result = await pool.parse(fetched(rss(("a", "x")).replace(b"<title>x<", b"<title>a&#xD800;b<")))
    assert isinstance(result, Parsed | ParseFailed)
    if isinstance(result, Parsed):
        result.entries[0].title.encode("utf-8")


async def test_files_in_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    for name in ("random.py", "calendar.py", "monitor.py"):
        (tmp_path / name).write_text(f"open({str(ran)!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    async with ParserPool(1, PATIENCE) as pool:
        result = await pool.parse(fetched(rss(("a", "A"))))
    assert isinstance(result, Parsed)
    assert not ran.exists()


def from_site(number: int, body: bytes) -> Fetched:
    return Fetched(f"http://site{number}.example/feed", 200, body, "application/rss+xml", Validators())


async def ended_in_order(pool: ParserPool, documents: list[tuple[str, Fetched]]) -> list[str]:
    """The names of ``documents``, all handed over at once, in the order in which they were done."""
    done: list[str] = []

    async def parse(name: str, document: Fetched) -> None:
        await pool.parse(document)
        done.append(name)

    async with asyncio.TaskGroup() as group:
        for name, document in documents:
            group.create_task(parse(name, document))
    return done


async def test_R14_feeds_that_were_slow_wait_for_the_others(pool: ParserPool) -> None:
    slow = [(f"slow {number}", from_site(number, rss(("b", "B")))) for number in range(3)]
    good = [(f"good {number}", from_site(10 + number, rss(("a", "A")))) for number in range(4)]
    pool._slow_ones = {document.url for _, document in slow}
    order = await ended_in_order(pool, slow + good)
    # The first one found the worker idle.
    assert order == ["slow 0", *(name for name, _ in good), "slow 1", "slow 2"]


async def test_R14_feeds_that_were_slow_leave_one_worker_to_the_others() -> None:
    slow = [from_site(number, rss(("b", "B"))) for number in range(4)]
    async with ParserPool(3, PATIENCE) as pool:
        pool._slow_ones = {document.url for document in slow}
        tasks = [asyncio.create_task(pool.parse(document)) for document in slow]
        await asyncio.sleep(0)
        assert (pool._slow_now, len(pool._waiting), len(pool._idle)) == (2, 2, 1)
        assert isinstance(await pool.parse(from_site(9, rss(("a", "A")))), Parsed)
        await asyncio.gather(*tasks)
        assert (pool._slow_now, len(pool._waiting), len(pool._idle)) == (0, 0, 3)


async def test_R14_what_its_last_document_took_decides_whether_a_feed_waits() -> None:
    document = from_site(0, rss(("a", "A")))
    async with ParserPool(1, PATIENCE, slow=0.0) as pool:  # any time at all is too long
        await pool.parse(document)
        assert pool._slow_ones == {document.url}
        pool._slow = PATIENCE
        await pool.parse(document)
        assert pool._slow_ones == set()
        os.kill(worker_of(pool).pid, signal.SIGSTOP)
        pool._slow = 0.1
        with impatient(pool, 0.2):
            await pool.parse(document)
        assert pool._slow_ones == {document.url}  # what took all the time there was is slow


async def test_R14_a_large_document_waits_for_the_others(pool: ParserPool) -> None:
    large = from_site(0, rss(("a", "A" * 2_500_000)))
    small = [(f"small {number}", from_site(1 + number, rss(("a", "A")))) for number in range(3)]
    order = await ended_in_order(pool, [small[0], ("large", large), *small[1:]])
    assert order == ["small 0", "small 1", "small 2", "large"]


async def test_R14_who_is_cancelled_while_waiting_keeps_no_worker(pool: ParserPool) -> None:
    tasks = [asyncio.create_task(pool.parse(from_site(number, rss(("a", "A"))))) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [Parsed, asyncio.CancelledError, Parsed]
    assert isinstance(await pool.parse(from_site(4, rss(("b", "B")))), Parsed)


NESTED = {
    "elements": b"<b>" * 1_000_000,
    "closed elements": b"<b>" * 500_000 + b"</b>" * 500_000,
    "tables": b"<table><tr><td>" * 300_000,
}


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("tables", "in a feed"),
        *(
            pytest.param(name, where, marks=pytest.mark.long)
            for name, where in product(NESTED, ["in a feed", "in no feed"])
            if (name, where) != ("tables", "in a feed")
        ),
    ],
)
async def test_R14_a_million_elements_take_no_more_than_300_megabytes(name: str, where: str) -> None:
    body = NESTED[name]
    if where == "in a feed":
        body = rss().replace(b"</channel>", b"<item><title>x</title>" + body + b"</item></channel>")
    async with ParserPool(1, PATIENCE) as pool:
        await pool.parse(fetched(rss(("a", "A"))))
        process = Path("/proc") / str(worker_of(pool).pid)
        await pool.parse(fetched(body))
        (most,) = (line for line in (process / "status").read_text().splitlines() if line.startswith("VmHWM"))
    assert int(most.split()[1]) < 300_000, "kilobytes"
