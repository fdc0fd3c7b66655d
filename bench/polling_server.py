"""The feeds that bench.polling reads: documents in a folder, served on loopback by nginx, or by aiohttp without it.

Validators (ETag, Last-Modified) and "304 Not Modified" are the server's own. It listens on many addresses of loopback
(127.0.0.1, 127.0.0.2 ...) where the system has them: so the feeds are of many hosts, as a user's are, and the program
needs no other settings than the user's.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from xml.sax.saxutils import escape

from bench.common import Newsroom

NEWEST = 1_760_000_000
"""When the newest item of each feed was published, unix seconds."""
_HOSTS = 50
_START = 20.0
"""Seconds that the server may take until it listens."""
_STOP = 5.0
_WRITTEN_ANEW = 1_000
"""So many feeds have news of their own. Those after them repeat it under their own addresses, as an agency's clients
do: inventing it takes longer than reading it.
"""
_END = "</channel></rss>"
_NGINX = """
daemon off;
worker_processes 1;
pid nginx.pid;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    etag on;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path temp;
    proxy_temp_path temp;
    fastcgi_temp_path temp;
    uwsgi_temp_path temp;
    scgi_temp_path temp;
    types {{ application/rss+xml xml; }}
    server {{
        {listen}
        root feeds;
    }}
}}
"""


# --- documents -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Feeds:
    """The documents, as files that any web server can serve. Those of one seed are always the same."""

    folder: Path
    number: int

    def write(self, items: int, seed: int) -> None:
        """Write all documents, with so many items each."""
        self.folder.mkdir()
        newsroom = Newsroom(seed)
        originals = [entries(newsroom, items) for _ in range(min(self.number, _WRITTEN_ANEW))]
        for feed in range(self.number):
            self._put(feed, originals[feed % len(originals)], NEWEST)

    def change(self, feed: int, number: int, pick: random.Random) -> None:
        """A new item, with a number of its own, before all others of ``feed``, whose last one goes: the news of any
        other feed under a new address.
        """
        own, other = self._entries(feed), self._entries(pick.randrange(self.number))
        date = format_datetime(datetime.fromtimestamp(NEWEST + 600 + number, UTC))
        new = other[-1].partition("<pubDate>")[0] + f"<pubDate>{date}</pubDate></item>"
        address = new.partition("<link>")[2].partition("</link>")[0]
        new = new.replace(address, f"https://news.example/{feed}/new-{number}")
        # nginx's ETag is made of the size and of whole seconds: another second gives another one.
        self._put(feed, [new, *own[:-1]], NEWEST + 1 + number)

    def _entries(self, feed: int) -> list[str]:
        text = self._file(feed).read_text("utf-8").removesuffix(_END)
        return ["<item>" + entry for entry in text.split("<item>")[1:]]

    def _put(self, feed: int, entries: list[str], modified: float) -> None:
        head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {feed}</title>'
        text = "".join(entries).replace("{feed}", str(feed))
        draft = self.folder / "draft"
        draft.write_text(f"{head}<link>https://news.example/{feed}</link>{text}{_END}", "utf-8")
        os.utime(draft, (modified, modified))
        draft.replace(self._file(feed))

    def _file(self, feed: int) -> Path:
        return self.folder / f"{feed}.xml"


def entries(newsroom: Newsroom, items: int) -> list[str]:
    """Invented news as RSS items; ``{feed}`` in their addresses stands for the feed's number."""
    found = []
    for index in range(items):
        link = f"https://news.example/{{feed}}/{index}"
        date = format_datetime(datetime.fromtimestamp(NEWEST - 600 * index, UTC))
        found.append(
            f"<item><guid>{link}</guid><link>{link}</link><title>{escape(newsroom.headline())}</title>"
            f"<description>&lt;p&gt;{escape(newsroom.text(3))}&lt;/p&gt;</description><pubDate>{date}</pubDate></item>"
        )
    return found


# --- the server ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FeedServer:
    """A running server of ``feeds``."""

    feeds: Feeds
    software: str
    port: int
    hosts: int

    def urls(self) -> list[str]:
        """The feeds' addresses, those of neighbours on different hosts."""
        return [f"http://127.0.0.{1 + feed % self.hosts}:{self.port}/{feed}.xml" for feed in range(self.feeds.number)]


@contextmanager
def feed_server(folder: Path, number: int, items: int, seed: int) -> Iterator[FeedServer]:
    """Documents in ``folder``, and a running server of them that ends with the block."""
    feeds = Feeds(folder / "feeds", number)
    feeds.write(items, seed)
    # Only Linux has all of 127.0.0.0/8 without being told.
    hosts = _HOSTS if sys.platform == "linux" else 1
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    with _nginx(nginx, folder, hosts) if nginx else _aiohttp(feeds.folder, hosts) as (software, port):
        yield FeedServer(feeds, software, port, hosts)


@contextmanager
def _nginx(program: str, folder: Path, hosts: int) -> Iterator[tuple[str, int]]:
    port = _free_port()
    # Started by root, its worker would be somebody who may not read a temporary folder.
    user = "user root;" if os.geteuid() == 0 else ""
    listen = " ".join(f"listen 127.0.0.{host}:{port};" for host in range(1, 1 + hosts))
    (folder / "nginx.conf").write_text(_NGINX.format(user=user, listen=listen), "utf-8")
    (folder / "temp").mkdir()
    command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_listening(port, process, folder / "error.log")
        said = subprocess.run([program, "-v"], capture_output=True, text=True, check=False).stderr
        yield said.rpartition(" ")[2].strip(), port
    finally:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_listening(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    ends = time.monotonic() + _START
    while time.monotonic() < ends and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.02)
    said = errors.read_text("utf-8", "replace").strip() if errors.exists() else ""
    raise SystemExit(f"nginx does not serve: {said or 'it says nothing'}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def _aiohttp(documents: Path, hosts: int) -> Iterator[tuple[str, int]]:
    from aiohttp import __version__

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(documents, hosts, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START):
            raise SystemExit("the feed server does not answer")
        yield f"aiohttp/{__version__} (nginx is not installed)", ours.recv()
    finally:
        ours.close()
        process.join(_STOP)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(documents: Path, hosts: int, pipe: Connection) -> None:
    """Serve the documents until ``pipe`` ends; tells the port."""
    asyncio.run(_serve_until_end(documents, hosts, pipe))


async def _serve_until_end(documents: Path, hosts: int, pipe: Connection) -> None:
    from aiohttp import web

    app = web.Application()
    app.router.add_static("/", documents)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = _free_port()
    for host in range(1, 1 + hosts):
        await web.TCPSite(runner, f"127.0.0.{host}", port, backlog=1024).start()
    ended = asyncio.Event()
    # The measuring process sends nothing: its end of the pipe closes with it, and nobody needs this one any more.
    asyncio.get_running_loop().add_reader(pipe.fileno(), ended.set)
    pipe.send(port)
    await ended.wait()
    await runner.cleanup()
