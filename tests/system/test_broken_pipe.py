"""``monitor run | head -1``: whoever read the output has gone."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.forking import Forked
from tests.support import Home, MailServer, NewsServer, run_monitor, until, until_status
from tests.system.streams import writing_to

NEWS = "Pakistan applies for BRICS membership"
WARNED = '[[feeds]]\nurl = "https://a.example/feed"\n[[feeds]]\nurl = "https://a.example/feed"\n'


async def head(home: Home, both: bool) -> asyncio.subprocess.Process | Forked:
    """The daemon, of whose output (``both``: and log) somebody reads one line and then goes away."""
    reader, writer = os.pipe()
    log = writer if both else asyncio.subprocess.DEVNULL
    process = await writing_to(writer, log, "run", "--config", str(home.config))
    os.close(writer)
    await asyncio.to_thread(os.read, reader, 1)
    os.close(reader)
    return process


@pytest.mark.parametrize("both", [False, True], ids=["output", "output and log"])
async def test_R04_the_daemon_goes_on_without_its_reader_and_says_so_elsewhere(
    home: Home, news: NewsServer, mail: MailServer, both: bool
) -> None:
    home.config.write_text(home.config.read_text("utf-8") + WARNED * 3, "utf-8")
    news.publish("/feed", ("old", "Old"))
    process = await head(home, both)
    try:
        await until(lambda: len(mail.raw) >= 1, what="the first mail")
        news.publish("/feed", ("n1", NEWS), ("old", "Old"))
        await until(lambda: NEWS in str([one["Subject"] for one in mail.mails]), what="the alert by mail")
        told = "Alerts do not reach the channel console"
        await until(lambda: told in str([one["Subject"] for one in mail.mails]), what="the notice by mail")
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()


async def test_R04_where_the_console_is_the_only_channel_alerts_wait_for_the_next_start(
    home: Home, news: NewsServer
) -> None:
    home.smtp_port = 0
    home.write()
    news.publish("/feed", ("old", "Old"))
    process = await head(home, both=False)
    try:
        await until_status(home, "console: 1 sent")
        news.publish("/feed", ("n1", NEWS), ("old", "Old"))
        await until_status(home, "1 pending")
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
    _, out, _ = await run_monitor("alerts", "list", "--state", "pending", "--config", str(home.config))
    assert "nobody reads standard output any more" in out
    async with home.daemon() as daemon:
        await until(lambda: NEWS in daemon.out, what="what waited")
