"""The real daemon, killed at each moment of a poll and of a delivery while the mail server misbehaves: afterwards the
two servers' logs and the program's own audit have to agree with what must always hold.

``make test-all`` goes once through the twelve moments, ``make test`` through four of them. ``make faults`` sets
``FAULT_ROUNDS``, for as many further runs with several kills and faults at random in each.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal

import pytest

from tests.support import Child, Home, MailServer, NewsServer, until
from tests.system.history import History, Load, check_load, settled
from tests.system.test_kill import baseline_taken

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))
POLL = ["request", "headers", "half-body", "body"]
SMTP = ["ehlo", "mail", "rcpt", "data-begun", "half-mail", "data", "accepted", "quit"]
# What a mail server may answer for a while; the daemon has to get over each.
FAULTS = {
    "MAIL": ["451 try later", "421 going down"],
    "RCPT": ["450 greylisted", "452 too many"],
    "DATA": ["452 full", "451 later"],
}
OLD = ("old", "An old story about Pakistan and BRICS")
SUBJECTS = (
    "cotton",
    "railways",
    "courts",
    "cricket",
    "the monsoon",
    "elections",
    "textiles",
    "ports",
    "tariffs",
    "power",
)


def stories(first: int, number: int) -> list[tuple[str, str]]:
    """Items of different stories, all of which a watchlist is for."""
    return [
        (f"n{i}", f"Pakistan asks BRICS about {SUBJECTS[i % 10]}, document {i * 37} of {i * 11}")
        for i in range(first, first + number)
    ]


def kill_at(daemon: Child, news: NewsServer, mail: MailServer, moment: str) -> None:
    """Kill the daemon when the moment comes, at whichever server that is."""
    server = news if moment in POLL else mail
    server.at(moment, lambda: daemon.signal(signal.SIGKILL))


QUICK = {"half-body", "rcpt", "half-mail", "accepted"}


@pytest.mark.parametrize(
    "moment", [one if one in QUICK else pytest.param(one, marks=pytest.mark.long) for one in (*POLL, *SMTP)]
)
async def test_D01_V1_to_V7_after_a_kill_at_each_moment(
    moment: str, home: Home, news: NewsServer, mail: MailServer
) -> None:
    history = History(home, news, mail, kills=1)
    items = stories(0, 4)
    news.publish("/feed", OLD)
    async with home.daemon() as daemon:
        await until(lambda: baseline_taken(home) and mail.raw, what="the first reading, told")
        mail.replies["DATA"] = ["451 later"]
        mail.replies["RCPT"] = ["450 greylisted"]
        news.publish("/feed", *items, OLD)
        kill_at(daemon, news, mail, moment)
        assert await daemon.wait() == -signal.SIGKILL
    async with home.daemon() as daemon:
        await until(lambda: settled(home, len(items)), what="all to be told")
        before = Load.of(daemon)
        asked = len(news.requests)
        await until(lambda: len(news.requests) >= asked + 2, what="two more polls")
        check_load(before, Load.of(daemon))
    history.check([headline for _, headline in items])
    await history.audit()


@pytest.mark.skipif("FAULT_ROUNDS" not in os.environ, reason="make faults")
@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_V1_to_V7_after_many_kills_and_faults(seed: int, home: Home, news: NewsServer, mail: MailServer) -> None:
    chance = random.Random(seed)
    history = History(home, news, mail)
    news.publish("/feed", OLD)
    async with home.daemon():
        await until(lambda: baseline_taken(home) and mail.raw, what="the first reading, told")
    published: list[tuple[str, str]] = []
    for _ in range(chance.randint(3, 8)):
        published = [*stories(len(published), chance.randint(1, 5)), *published]
        news.publish("/feed", *published, OLD)
        for command, replies in FAULTS.items():
            mail.replies[command] = [chance.choice(replies) for _ in range(chance.randint(0, 2))]
        async with home.daemon() as daemon:
            kill_at(daemon, news, mail, chance.choice([*POLL, *SMTP]))
            # Where the moment does not come in this life, it ends all the same, by a kill.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(chance.uniform(3, 8)):
                    assert await daemon.wait() == -signal.SIGKILL
        history.kills += 1
        news.forget()
        mail.forget()
    mail.replies.clear()
    async with home.daemon() as daemon:
        await until(lambda: settled(home, len(published)), "all to be told")
        before = Load.of(daemon)
        asked = len(news.requests)
        await until(lambda: len(news.requests) >= asked + 5, "five more polls")
        check_load(before, Load.of(daemon))
    history.check([headline for _, headline in published])
    await history.audit()
