"""Killed at any moment of a poll or of a delivery: nothing expected is lost, nothing acknowledged comes twice."""

from __future__ import annotations

import signal
import sqlite3
from collections import Counter

import pytest
from _pytest.mark import ParameterSet

from tests.support import Home, MailServer, NewsServer, until

OLD = ("old", "An old story about Pakistan and BRICS")
NEW = [("n1", "Pakistan applies for BRICS membership"), ("n2", "Pakistan Stream talks resume")]
# Between the server's "250" and our record of it no client can know: such an end may repeat once.
AMBIGUOUS = {"data", "accepted"}


def message_ids(mail: MailServer) -> Counter[str]:
    """How often each alert arrived (notices left out), by Message-ID."""
    return Counter(
        str(message["Message-ID"]) for message in mail.mails if "First reading" not in str(message["Subject"])
    )


def baseline_taken(home: Home) -> bool:
    """Whether the first reading is committed."""
    if not home.database.exists():
        return False
    try:
        with sqlite3.connect(f"file:{home.database}?mode=ro", uri=True) as db:
            return bool(db.execute("SELECT count(*) FROM feeds WHERE baseline_at IS NOT NULL").fetchone()[0])
    except sqlite3.Error:
        return False


def moments(*names: str, quick: str) -> list[ParameterSet]:
    """All of them; without those that are named to be quick, what is long."""
    return [pytest.param(name, marks=() if name in quick.split() else pytest.mark.long) for name in names]


@pytest.mark.parametrize("moment", moments("request", "headers", "half-body", "body", quick="request body"))
async def test_D01_D04_killed_during_a_poll(moment: str, home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed", OLD)
    async with home.daemon() as daemon:
        await until(lambda: baseline_taken(home), what="the first reading")
        news.publish("/feed", *NEW, OLD)
        news.at(moment, lambda: daemon.signal(signal.SIGKILL))
        assert await daemon.wait() == -signal.SIGKILL

    async with home.daemon():
        await until(lambda: len(message_ids(mail)) >= len(NEW), what="both alerts")
        polled = len(news.requests)
        await until(lambda: len(news.requests) >= polled + 2, what="two more polls")

    assert sorted(message_ids(mail).values()) == [1, 1]


@pytest.mark.parametrize("moment", moments("ehlo", "mail", "rcpt", "data", "accepted", "quit", quick="mail data quit"))
async def test_D01_D02_killed_during_a_delivery(moment: str, home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed")
    async with home.daemon() as daemon:
        await until(lambda: baseline_taken(home), what="the first reading")
        await until(lambda: mail.raw, what="the notice of the first reading")
        news.publish("/feed", *NEW)
        mail.at(moment, lambda: daemon.signal(signal.SIGKILL))
        assert await daemon.wait() == -signal.SIGKILL

    async with home.daemon():
        await until(lambda: len(message_ids(mail)) >= len(NEW), what="both alerts")
        polled = len(news.requests)
        await until(lambda: len(news.requests) >= polled + 2, what="two more polls")

    copies = sorted(message_ids(mail).values())
    assert copies in ([1, 1], [1, 2]) if moment in AMBIGUOUS else copies == [1, 1]
    bodies = {str(message["Message-ID"]): message.get_body(("plain",)).get_content() for message in mail.mails}  # type: ignore[union-attr]
    assert all(bodies[str(m["Message-ID"])] == m.get_body(("plain",)).get_content() for m in mail.mails)  # type: ignore[union-attr]


async def test_D24_what_was_published_while_the_daemon_was_down_alerts(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed", OLD)
    async with home.daemon():
        await until(lambda: baseline_taken(home), what="the first reading")

    news.publish("/feed", *NEW, OLD)
    async with home.daemon():
        await until(lambda: len(message_ids(mail)) == len(NEW), what="both alerts")


async def test_D23_restarting_says_nothing_twice(home: Home, news: NewsServer, mail: MailServer) -> None:
    news.publish("/feed", OLD)
    async with home.daemon():
        await until(lambda: baseline_taken(home), what="the first reading")
        news.publish("/feed", *NEW, OLD)
        await until(lambda: len(message_ids(mail)) == len(NEW), what="both alerts")

    for _ in range(2):
        polled = len(news.requests)
        async with home.daemon():
            await until(lambda polled=polled: len(news.requests) > polled + 1, what="two polls")  # type: ignore[misc]

    assert sorted(message_ids(mail).values()) == [1, 1]
    assert sum("First reading" in str(message["Subject"]) for message in mail.mails) == 1
