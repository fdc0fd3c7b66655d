"""From the last byte of a feed's answer to the end of the mail: how long the program itself takes to tell.

A real daemon (``monitor run``) polls a feed on loopback and mails to an SMTP server on loopback. Items are published
one at a time. The clock starts when the answer that first holds the item has been written, and stops when its mail has
been received whole; so the wait for the next poll, which is the user's choice, does not count.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.common import ROOT, SHIPPED_WATCHLISTS, between, clean_up_when_terminated, emit, progress

_HEADLINE = "Pakistan applies for BRICS membership, report {}"
_NUMBER = re.compile(r"report (\d+)")
_KEPT = 30
_PATIENCE = 30.0
"""Seconds to wait for the daemon, for its first reading or for a mail, before giving up."""
_STOPS_WITHIN = 15.0


class News:
    """A feed on loopback, to which one item at a time is added. ``answered`` is when an item was first sent."""

    def __init__(self) -> None:
        self.answered: dict[int, float] = {}
        self.read_first = asyncio.Event()
        self.requests = 0
        self.port = 0
        self._newest = 0

    async def __aenter__(self) -> News:
        app = web.Application()
        app.router.add_get("/feed", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def publish(self, number: int) -> None:
        """Add item ``number``."""
        self._newest = number

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        newest, etag = self._newest, f'"{self._newest}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = _document(newest)
        response = web.StreamResponse(headers={"ETag": etag})
        response.content_type = "application/rss+xml"
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body)
        self.answered.setdefault(newest, time.perf_counter())
        await response.write_eof()
        self.read_first.set()
        return response


def _document(newest: int) -> bytes:
    entries = "".join(
        f"<item><guid>{number}</guid><link>https://news.example/{number}</link><title>{_HEADLINE.format(number)}</title>"
        f"<description>The application was handed over on day {number}.</description></item>"
        for number in range(newest, max(0, newest - _KEPT), -1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'.encode()


class Mailbox:
    """An SMTP server on loopback. ``received`` is when the mail about an item had arrived whole."""

    def __init__(self) -> None:
        self.received: dict[int, float] = {}
        self.copies = 0
        self.notices = 0
        self.port = 0
        self._arrived = asyncio.Condition()

    async def __aenter__(self) -> Mailbox:
        loop = asyncio.get_running_loop()
        # With a name of its own, or every connection would ask the resolver for one.
        self._server = await loop.create_server(lambda: SMTP(self, hostname="localhost"), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The whole mail is there; aiosmtpd calls this by its name."""
        now = time.perf_counter()
        assert isinstance(envelope.content, bytes)
        subject = str(message_from_bytes(envelope.content, policy=default)["Subject"])
        number = _NUMBER.search(subject)
        async with self._arrived:
            if number is None:
                self.notices += 1
            elif int(number[1]) in self.received:
                self.copies += 1
            else:
                self.received[int(number[1])] = now
            self._arrived.notify_all()
        return "250 taken"

    async def has(self, number: int) -> None:
        """Wait for the mail about item ``number``; for 0, the notice of the first reading."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: number in self.received if number else self.notices)


@asynccontextmanager
async def daemon(config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The real daemon, as a child process; stopped in order in the end."""
    environment = {name: value for name, value in os.environ.items() if name != "MONITOR_CONFIG"}
    with log.open("wb") as lines:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "monitor", "run", "--config", str(config)),
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=lines,
            stderr=lines,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(_STOPS_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def write_config(folder: Path, news: News, mailbox: Mailbox, watchlists: Path) -> Path:
    """A configuration with one feed, asked every second, and mail without encryption to loopback."""
    path = folder / "config.toml"
    path.write_text(
        f'[monitor]\ndatabase = "monitor.db"\nwatchlists = {json.dumps(str(watchlists.absolute()))}\n'
        '[polling]\ninterval = "1s"\nmin_interval = "1s"\n'
        # What is measured is the program, and not how long it was told to wait for more, or what it holds back.
        '[alerts]\ngroup_wait = "0s"\ngroup_interval = "0s"\nlimit = 0\nflood = 0\n'
        f'[alerts.email]\nhost = "127.0.0.1"\nport = {mailbox.port}\nsecurity = "none"\n'
        'from = "monitor@news.example"\nto = ["desk@news.example"]\n'
        f'[[feeds]]\nurl = "http://127.0.0.1:{news.port}/feed"\nname = "News"\nallow_private = true\n',
        "utf-8",
    )
    return path


async def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Publish one item after another; milliseconds for each."""
    pick = random.Random(args.seed)
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-", dir=args.folder) as folder:
        log = Path(folder) / "log"
        async with News() as news, Mailbox() as mailbox:
            config = write_config(Path(folder), news, mailbox, args.watchlists)
            async with daemon(config, log) as process:
                try:
                    # The notice of the first reading shows that polling and mail work; what follows is news.
                    await _expect(mailbox, 0)
                    for number in range(1, args.items + 1):
                        await asyncio.sleep(pick.uniform(0.0, 1.0))  # at any moment between two polls
                        news.publish(number)
                        await _expect(mailbox, number)
                        took = mailbox.received[number] - news.answered[number]
                        progress(f"item {number} of {args.items}: {1000 * took:.1f} ms")
                except TimeoutError:
                    state = "runs" if process.returncode is None else f"ended with {process.returncode}"
                    progress(log.read_text("utf-8", "replace")[-4000:])
                    raise SystemExit(f"no mail within {_PATIENCE:g} s (the daemon {state}; its log is above)") from None
    times = [1000 * (mailbox.received[number] - news.answered[number]) for number in range(1, args.items + 1)]
    return {"answer_to_mail_ms": _distribution(times), "mails_twice": mailbox.copies, "requests": news.requests}


async def _expect(mailbox: Mailbox, number: int) -> None:
    async with asyncio.timeout(_PATIENCE):
        await mailbox.has(number)


def _distribution(times: list[float]) -> dict[str, float]:
    # The 95th percentile by nearest rank: a time that did occur.
    rank = -(-len(times) * 95 // 100) - 1
    return {
        "median": round(statistics.median(times), 1),
        "p95": round(sorted(times)[rank], 1),
        "max": round(max(times), 1),
        "min": round(min(times), 1),
        "items": len(times),
    }


def resolver_ms() -> float:
    """How long this machine takes to find its own full name, which smtplib asks for at every connection."""
    began = time.perf_counter()
    socket.getfqdn()
    return round(1000 * (time.perf_counter() - began), 2)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.latency", description="Milliseconds from a feed's answer to the end of the mail."
    )
    add = parser.add_argument
    add("--items", type=between(1, 1_000), default=30, help="items to publish (default: %(default)s)")
    add("--watchlists", type=Path, default=SHIPPED_WATCHLISTS, metavar="DIR", help="default: those shipped")
    add("--folder", type=Path, metavar="DIR", help="where the database is put, to measure that disk")
    add("--seed", type=int, default=1, help="for the moments of publication (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and fail when something was told twice."""
    args = arguments()
    clean_up_when_terminated()
    figures = asyncio.run(measure(args))
    emit("latency", args, {"figures": figures, "own_name_ms": resolver_ms()})
    if figures["mails_twice"]:
        raise SystemExit(f"{figures['mails_twice']} alerts were mailed twice")


if __name__ == "__main__":
    main()
