"""Stopping while the other side of a dialogue hangs: the process is gone within ten seconds, whoever is silent."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import termios
import time
from pathlib import Path

from tests.support import Child, Home, MailServer, NewsServer, run_monitor, until

ROOT = Path(__file__).resolve().parents[2]

STUCK_DNS = """\
import socket, sys, time

real = socket.getaddrinfo

def getaddrinfo(host, *arguments, **more):
    if host and str(host).endswith(".stuck.example"):
        print("asked for", host, file=sys.stderr, flush=True)
        time.sleep(40)
    return real(host, *arguments, **more)

socket.getaddrinfo = getaddrinfo
"""


async def stops_in_time(daemon: Child) -> None:
    before = time.monotonic()
    daemon.signal(signal.SIGTERM)
    assert await daemon.wait() == 0
    assert time.monotonic() - before < 10


def with_patience(home: Home) -> Home:
    """The mail server may take a minute for each step."""
    home.config.write_text(home.config.read_text().replace('timeout = "5s"\n', 'timeout = "60s"\n'))
    return home


async def test_S04_a_mail_server_that_is_silent_when_called(home: Home, news: NewsServer) -> None:
    called = asyncio.Event()
    server = await asyncio.start_server(lambda *_: called.set(), "127.0.0.1", 0)
    home.smtp_port = server.sockets[0].getsockname()[1]
    news.publish("/feed")
    async with with_patience(home.write()).daemon() as daemon:
        await until(called.is_set, what="the call to the mail server")
        await stops_in_time(daemon)
    server.close()


async def test_S04_D30_a_mail_server_that_is_silent_after_the_message(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    mail.silent = True
    news.publish("/feed")
    async with with_patience(home).daemon() as daemon:
        await until(lambda: any(moment == "data" for _, moment, _ in mail.log), what="the message")
        await stops_in_time(daemon)
    _, out, _ = await run_monitor("alerts", "list", "--state", "pending", "--config", str(home.config))
    assert "First reading" in out


async def test_S04_a_name_server_that_does_not_answer(home: Home, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK_DNS)
    home.feeds = [f"http://n{i}.stuck.example/feed" for i in range(9)]
    home.write()
    daemon = await Child.start("run", "--config", str(home.config), env={"PYTHONPATH": f"{tmp_path}:{ROOT}"})
    try:
        await until(lambda: daemon.err.count("asked for") >= 5, what="the lookups")
        await stops_in_time(daemon)
    finally:
        await daemon.kill()


async def test_S05_an_edit_is_taken_up_while_no_name_server_answers(home: Home, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK_DNS)
    home.feeds = [f"http://n{i}.stuck.example/feed" for i in range(40)]
    home.write()
    daemon = await Child.start("run", "--config", str(home.config), env={"PYTHONPATH": f"{tmp_path}:{ROOT}"})
    try:
        await until(lambda: daemon.err.count("asked for") >= 5, what="the lookups")
        (home.folder / "watchlists" / "port.toml").write_text('title = "Port"\nany = ["Gwadar"]\n')
        await until(lambda: "watchlists reloaded: 3" in daemon.err, patience=20, what="the new watchlist")
        await stops_in_time(daemon)
    finally:
        await daemon.kill()


async def test_S04_S12_a_standard_output_that_nobody_reads(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed", *((f"n{i}", f"Pakistan and BRICS, part {i} " + "of a long story " * 50) for i in range(200)))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "run",
        "--alert-baseline",
        "--config",
        str(home.config),
        stdout=(pipe := os.pipe())[1],
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(pipe[1])
    try:
        # The mails come in the same order: long before the last, the pipe is full.
        await until(lambda: len(mail.raw) > 200, patience=120, what="all mails")
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert time.monotonic() - before < 10
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(pipe[0])


async def test_S04_S12_a_standard_error_that_nobody_reads(home: Home) -> None:
    home.feeds = [f"http://127.0.0.1:1/{i}" for i in range(60)]  # each failure is a line in the log
    home.write()
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitor",
        "run",
        "--config",
        str(home.config),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=writer,
    )
    os.close(writer)

    def unread() -> int:
        return int.from_bytes(fcntl.ioctl(reader, termios.FIONREAD, bytes(4)), sys.byteorder)

    try:
        await until(lambda: unread() > size - 250, what="a full pipe")
        said = -1
        while said != unread():  # there is more to be said, so one that says no more is held up
            said = unread()
            await asyncio.sleep(2)
        before = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGALRM
        assert time.monotonic() - before < 10
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(reader)
