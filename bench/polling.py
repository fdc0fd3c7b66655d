"""Feeds polled a second by the real program: fetched, parsed, matched and stored, on this machine alone.

Two rounds over all feeds: the first reading (200, everything is new) and an unchanged one (304). The feeds are served
by another process on loopback, so the network costs next to nothing; the figures are what the program itself takes.
The first round includes the start of the parser processes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from bench.common import (
    SHIPPED_WATCHLISTS,
    Newsroom,
    between,
    children_running,
    clean_up_when_terminated,
    cpu_seconds,
    emit,
    progress,
    rss_mb,
    spread,
)

_START = 60.0
"""Seconds that the feed server may take to write its documents and listen."""
_PARSER = "monitor.feeds.worker"
_NEWEST = 1_760_000_000
_ROUNDS = (("first", 200, "read"), ("unchanged", 304, "unchanged"))


# --- the feed server, in a process of its own ------------------------------------------------------------------------


def document(newsroom: Newsroom, feed: int, items: int) -> bytes:
    """An RSS document of invented news."""
    from monitor.clock import utc

    entries = []
    for index in range(items):
        link = f"https://news.example/{feed}/{index}"
        date = format_datetime(utc(_NEWEST - 600 * index))
        entries.append(
            f"<item><guid>{link}</guid><link>{link}</link><title>{escape(newsroom.headline())}</title>"
            f"<description>&lt;p&gt;{escape(newsroom.text(3))}&lt;/p&gt;</description><pubDate>{date}</pubDate></item>"
        )
    head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {feed}</title>'
    return f"{head}<link>https://news.example/{feed}</link>{''.join(entries)}</channel></rss>".encode()


def serve(feeds: int, items: int, seed: int, pipe: Connection) -> None:
    """Serve the feeds until ``pipe`` ends; tells the port, then for each word on the pipe the answers given so far."""
    newsroom = Newsroom(seed)
    bodies = [document(newsroom, feed, items) for feed in range(feeds)]
    asyncio.run(_serve(bodies, pipe))


async def _serve(bodies: list[bytes], pipe: Connection) -> None:
    from aiohttp import web

    answers: Counter[int] = Counter()

    async def answer(request: web.Request) -> web.Response:
        feed = int(request.match_info["feed"])
        etag = f'"feed-{feed}"'
        status = 304 if request.headers.get("If-None-Match") == etag else 200
        answers[status] += 1
        if status == 304:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=bodies[feed], headers={"ETag": etag}, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/{feed}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    ended = asyncio.Event()

    def asked() -> None:
        try:
            pipe.recv()
            pipe.send(dict(answers))
        except (EOFError, OSError):
            ended.set()  # the measuring process is gone: nobody needs this one any more

    asyncio.get_running_loop().add_reader(pipe.fileno(), asked)
    pipe.send(runner.addresses[0][1])
    await ended.wait()
    await runner.cleanup()


class FeedServer:
    """The feed server as the measuring process sees it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port: int = self._receive(_START)

    def answers(self) -> Counter[int]:
        """How often each status was answered so far."""
        self._pipe.send("answers")
        return Counter(self._receive(10.0))

    def _receive(self, patience: float) -> Any:
        if not self._pipe.poll(patience):
            raise SystemExit("the feed server does not answer")
        return self._pipe.recv()


@contextmanager
def feed_server(feeds: int, items: int, seed: int) -> Iterator[FeedServer]:
    """A running feed server."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(feeds, items, seed, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield FeedServer(ours)
    finally:
        ours.close()
        process.join(5.0)
        if process.is_alive():
            process.kill()
            process.join()


# --- measuring -------------------------------------------------------------------------------------------------------


def write_config(folder: Path, port: int, args: argparse.Namespace) -> Path:
    """A configuration for all feeds of the server, with its database in ``folder`` and nobody to alert."""
    feeds = "".join(
        f'[[feeds]]\nurl = "http://127.0.0.1:{port}/{feed}"\nname = "Feed {feed}"\nallow_private = true\n'
        for feed in range(args.feeds)
    )
    path = folder / "config.toml"
    path.write_text(
        f'[monitor]\ndatabase = "monitor.db"\nwatchlists = {json.dumps(str(args.watchlists.absolute()))}\n'
        f'[polling]\ninterval = "15m"\nmin_interval = "1s"\nconcurrency = {args.concurrency}\n'
        f"per_host = {args.per_host}\nparsers = {args.parsers}\n[alerts.console]\nenabled = false\n{feeds}",
        "utf-8",
    )
    return path


async def run_once(server: FeedServer, args: argparse.Namespace) -> list[dict[str, Any]]:
    """Both rounds with a new database: one row of figures each."""
    from monitor import config
    from monitor.daemon.app import assembled

    rows = []
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-", dir=args.folder) as folder:
        path = write_config(Path(folder), server.port, args)
        async with assembled(config.load(path), keep_reports=True) as program:
            for name, status, result in _ROUNDS:
                reported, answered, stored = len(program.reports), server.answers(), await program.store.counts()
                cpu, parsers_cpu = time.process_time(), _parsers_cpu()
                began = time.perf_counter()
                await program.poller.tick(force=True)
                await program.poller.drain()
                seconds = time.perf_counter() - began
                reports = program.reports[reported:]
                as_expected = sum(report.result == result for report in reports)
                answers = server.answers() - answered
                peaks = [rss_mb(pid, peak=True) or 0.0 for pid in children_running(_PARSER)]
                rows.append(
                    {
                        "round": name,
                        "feeds": len(reports),
                        "seconds": seconds,
                        "cpu_seconds": time.process_time() - cpu,
                        "parsers_cpu_seconds": _parsers_cpu() - parsers_cpu,
                        "items_stored": (await program.store.counts())["items"] - stored["items"],
                        # A poll that raised has no report.
                        "errors": abs(args.feeds - len(reports)) + len(reports) - as_expected,
                        "unexpected_answers": abs(args.feeds - answers[status]) + answers.total() - answers[status],
                        "peak_rss_mb": rss_mb(peak=True),
                        "parsers_peak_rss_mb": max(peaks, default=None),
                    }
                )
    return rows


def _parsers_cpu() -> float:
    return sum(cpu_seconds(pid) for pid in children_running(_PARSER))


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """All runs of one round as one row."""
    row: dict[str, Any] = {
        "feeds_per_second": spread([row["feeds"] / row["seconds"] for row in rows]),
        **{name: spread([row[name] for row in rows], 2) for name in ("seconds", "cpu_seconds", "parsers_cpu_seconds")},
        "items_stored": rows[0]["items_stored"],
        "items_stored_per_second": spread([row["items_stored"] / row["seconds"] for row in rows]),
    }
    for name in ("errors", "unexpected_answers"):
        row[name] = sum(row[name] for row in rows)
    for name in ("peak_rss_mb", "parsers_peak_rss_mb"):
        row[name] = max((row[name] for row in rows if row[name] is not None), default=None)
    return row


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.polling", description="Feeds polled a second.")
    add = parser.add_argument
    add("--feeds", type=between(1, 10_000), default=300, help="number of feeds (default: %(default)s)")
    add("--items", type=between(1, 1_000), default=30, help="items of each feed (default: %(default)s)")
    add("--concurrency", type=between(1, 1_000), default=32, help="polls at a time (default: %(default)s)")
    add(
        "--per-host", type=between(1, 16), default=16, help="requests at a time, all to one host (default: %(default)s)"
    )
    add("--parsers", type=between(1, 64), default=2, help="parser processes (default: %(default)s)")
    add("--watchlists", type=Path, default=SHIPPED_WATCHLISTS, metavar="DIR", help="default: those shipped")
    add("--folder", type=Path, metavar="DIR", help="where the database is put, to measure that disk")
    add("--repeats", type=between(1, 50), default=3, help="times that both rounds are run (default: %(default)s)")
    add("--seed", type=int, default=1, help="for the news (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and fail when a poll failed."""
    args = arguments()
    clean_up_when_terminated()
    runs: list[list[dict[str, Any]]] = []
    with feed_server(args.feeds, args.items, args.seed) as server:
        for index in range(args.repeats):
            runs.append(asyncio.run(run_once(server, args)))
            told = ", ".join(f"{row['round']} {row['feeds'] / row['seconds']:.0f} feeds/s" for row in runs[-1])
            progress(f"run {index + 1} of {args.repeats}: {told}")
    rounds = {name: summary([run[index] for run in runs]) for index, (name, _, _) in enumerate(_ROUNDS)}
    emit("polling", args, {"figures": rounds})
    failed = sum(row["errors"] + row["unexpected_answers"] for row in rounds.values())
    if failed:
        raise SystemExit(f"{failed} polls did not go as they should: these figures mean nothing")


if __name__ == "__main__":
    main()
