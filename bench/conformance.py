"""What our parser makes of the documents of other people's test suites, and of real feeds, beside what they expect.

    python -m bench.conformance [FOLDER]

Every document goes through the daemon's own parser processes, each within a time limit. Where a suite says what is to
be found (titles, links, guids, dates, the number of items), both sides are cleaned alike and compared; what differs is
listed by name with both values, and counted under the reason for it where there is a known one. The suites are not
part of the project.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.common import ROOT, children_running, clean_up_when_terminated, emit, progress, rss_mb
from bench.expectations import Difference, content_type, differences
from monitor.feeds.parse.encoding import text_of
from monitor.feeds.parse.repair import trimmed
from monitor.feeds.parse.worker import ParserPool
from monitor.feeds.parse.xmlfeed import by_feedparser, of_plain_feed
from monitor.model import Fetched, Parsed, ParseFailed, ParseResult, Validators

_DEFAULT = ROOT.parent / "shared" / "data"
_LIMIT = 20.0
"""Seconds that a document may take."""
_PARSER = "monitor.feeds.parse.worker"
_ADDRESS = "http://feed.example/feeds/rss"


def suites(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    """Every document with the name of its suite; expectations in files of their own are none."""
    for path in sorted((folder / "conformance").rglob("*")):
        if path.is_file() and not _is_expectation(path):
            yield path.relative_to(folder / "conformance").parts[0], path, path.read_bytes()
    for path in sorted((folder / "feeds").glob("*")):
        yield "feeds/" + path.name.partition("--")[0], path, path.read_bytes()


def _is_expectation(path: Path) -> bool:
    if path.suffix != ".json":
        return False
    # gofeed: the expectation of a.xml is a.json, that of the JSON Feed b.json is b_expected.json.
    return path.stem.endswith("_expected") or path.with_suffix(".xml").exists()


async def read_all(
    documents: list[tuple[str, Path, bytes]],
) -> tuple[list[tuple[str, Path, ParseResult, float]], list[float]]:
    """Every document parsed by the daemon's own pool, with the seconds that it took; and the memory that the parser
    processes needed at most, MB.
    """
    async with ParserPool(2, _LIMIT) as pool:

        async def read(suite: str, path: Path, body: bytes) -> tuple[str, Path, ParseResult, float]:
            async with slots:
                start = time.perf_counter()
                result = await pool.parse(Fetched(_ADDRESS, 200, body, content_type(body), Validators()))
            return suite, path, result, time.perf_counter() - start

        slots = asyncio.Semaphore(2)
        results = await asyncio.gather(*(read(suite, path, body) for suite, path, body in documents))
        return results, [rss_mb(pid, peak=True) or 0.0 for pid in children_running(_PARSER)]


def by_which(paths: Iterable[Path]) -> dict[str, Any]:
    """How many documents our own reader takes upon itself, and in which it does not find what feedparser finds."""
    taken, unlike = 0, list[str]()
    for path in paths:
        body = path.read_bytes()
        text = trimmed(text_of(body, content_type(body)))
        found = of_plain_feed(text, _ADDRESS) if text.startswith("<") else None
        taken += found is not None
        if found and found != by_feedparser(text, _ADDRESS):
            unlike.append(path.name)
    return {"read_without_feedparser": taken, "unlike_feedparser": unlike}


def figures(folder: Path, results: list[tuple[str, Path, ParseResult, float]]) -> dict[str, Any]:
    """What came of each suite."""
    found: dict[str, Any] = {}
    by_suite: dict[str, list[tuple[Path, ParseResult, float]]] = defaultdict(list)
    for suite, path, result, seconds in results:
        by_suite[suite].append((path, result, seconds))
    for suite, read in by_suite.items():
        feeds = [result for _, result, _ in read if isinstance(result, Parsed)]
        failures = [(path, result) for path, result, _ in read if isinstance(result, ParseFailed)]
        compared, unequal = 0, list[Difference]()
        for path, result, _ in read:
            number, differing = differences(suite, path, result, _ADDRESS)
            compared += number
            unequal += differing
        slowest = max(read, key=lambda one: one[2])
        found[suite] = {
            "documents": len(read),
            "read_as_feeds": len(feeds),
            "not_feeds": dict(Counter(failure.detail for _, failure in failures if failure.kind != "parser")),
            "items": sum(len(feed.entries) for feed in feeds),
            "incomplete": sum(not feed.complete for feed in feeds),
            "timeouts": _names(failures, "timeout"),
            "parser_failures": _names(failures, "parser"),
            "slowest": {"document": slowest[0].name, "seconds": round(slowest[2], 3)},
            **by_which(path for path, _, _ in read),
            "values_compared": compared,
            "values_equal": compared - len(unequal),
            "differences_by_reason": dict(Counter(one.reason or "not explained" for one in unequal)),
            "differences": [one.shown(folder) for one in unequal],
        }
    return found


def _names(failures: list[tuple[Path, ParseFailed]], kind: str) -> dict[str, str]:
    return {path.name: failure.detail for path, failure in failures if failure.kind == kind}


def main() -> None:
    """Entry point of ``python -m bench.conformance``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=_DEFAULT, help="holds conformance/ and feeds/")
    args = parser.parse_args()
    documents = list(suites(args.folder)) if args.folder.is_dir() else []
    if not documents:
        raise SystemExit(f"no documents to read: there is no folder {args.folder.name!r} with conformance/ and feeds/")
    clean_up_when_terminated()
    progress(f"{len(documents):,} documents")
    results, memory = asyncio.run(read_all(documents))
    emit("conformance", args, {"parser_processes_peak_mb": memory, "suites": figures(args.folder, results)})


if __name__ == "__main__":
    main()
