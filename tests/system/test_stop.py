"""Stopping while the other side of a dialogue hangs: the process ends all the same, whoever is silent."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from monitor.daemon import run
from tests.support import CUT_SHORT, PATIENCE, Child, Home, MailServer, NewsServer, run_monitor, until

ROOT = Path(__file__).resolve().parents[2]

STUCK_DNS = f"""\
import socket, sys, time

real = socket.getaddrinfo

def getaddrinfo(host, *arguments, **more):
    if host and str(host).endswith(".stuck.example"):
        print("asked for", host, file=sys.stderr, flush=True)
        time.sleep({PATIENCE})
    return real(host, *arguments, **more)

socket.getaddrinfo = getaddrinfo
"""


async def stops(daemon: Child) -> None:
    daemon.signal(signal.SIGTERM)
    assert await daemon.wait() == 0


def test_S04_what_is_waited_for_at_the_end_is_over_within_ten_seconds() -> None:
    assert run._POLLS_DRAIN + run._SENDS_DRAIN < run._PATIENCE < 10


async def test_S04_a_mail_server_that_is_silent_when_called(home: Home, news: NewsServer) -> None:
    called = asyncio.Event()
    server = await asyncio.start_server(lambda *_: called.set(), "127.0.0.1", 0)
    home.smtp_port = server.sockets[0].getsockname()[1]
    news.publish("/feed")
    async with home.write().daemon(CUT_SHORT) as daemon:
        await until(called.is_set, what="the call to the mail server")
        await stops(daemon)
    server.close()


async def test_S04_D30_a_mail_server_that_is_silent_after_the_message(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.silent = True
    news.publish("/feed")
    async with home.daemon(CUT_SHORT) as daemon:
        await until(lambda: any(moment == "data" for _, moment, _ in mail.log), what="the message")
        await stops(daemon)
    _, out, _ = await run_monitor("alerts", "list", "--state", "pending", "--config", str(home.config))
    assert "First reading" in out


async def test_S04_a_name_server_that_does_not_answer(home: Home, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK_DNS)
    home.feeds = [f"http://n{i}.stuck.example/feed" for i in range(9)]
    home.write()
    daemon = await Child.start(
        "run", "--config", str(home.config), env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, end=CUT_SHORT
    )
    try:
        await until(lambda: daemon.err.count("asked for") >= 5, what="the lookups")
        await stops(daemon)
    finally:
        await daemon.kill()


async def test_S05_an_edit_is_taken_up_while_no_name_server_answers(home: Home, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK_DNS)
    home.feeds = [f"http://n{i}.stuck.example/feed" for i in range(40)]
    home.write()
    daemon = await Child.start(
        "run", "--config", str(home.config), env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, end=CUT_SHORT
    )
    try:
        await until(lambda: daemon.err.count("asked for") >= 5, what="the lookups")
        (home.folder / "watchlists" / "port.toml").write_text('title = "Port"\nany = ["Gwadar"]\n')
        await until(lambda: "watchlists reloaded: 3" in daemon.err, what="the new watchlist")
        await stops(daemon)
    finally:
        await daemon.kill()
