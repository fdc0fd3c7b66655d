"""What two servers saw, checked against what must hold whatever happened to the daemon (invariants V1 to V7)."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.support import Child, Home, MailServer, NewsServer, run_monitor

OFTEN = 1.0 if os.environ.get("MONITOR_TESTS_FRESH") else 0.25
"""Seconds between two polls, where most of what a test does is to wait for the next one. A user may not ask so often,
and an interpreter that is started as by a user would refuse it.
"""


@dataclass(frozen=True)
class Load:
    """What a process holds on to."""

    memory_mb: float
    files: int
    threads: int

    @classmethod
    def of(cls, daemon: Child) -> Load:
        """Of a running daemon."""
        folder = Path("/proc") / str(daemon.process.pid)
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        memory = float(status["VmRSS"].split()[0]) / 1000
        return cls(memory, len(os.listdir(folder / "fd")), int(status["Threads"]))


@dataclass
class History:
    """A run of the daemon, perhaps in several lives. ``kills``: how often it was killed; ``interval``: the least number
    of seconds between two requests for a feed.
    """

    home: Home
    news: NewsServer
    mail: MailServer
    kills: int = 0
    interval: float = OFTEN

    @property
    def copies(self) -> Counter[str]:
        """How often each message was taken, by Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self.mail.mails)

    def told(self, headline: str) -> int:
        """In how many different messages a headline arrived."""
        bodies = {str(mail["Message-ID"]): _plain(mail) for mail in self.mail.mails}
        return sum(headline in body for body in bodies.values())

    def check(self, expected: list[str]) -> None:
        """V1 to V6; raises AssertionError."""
        for headline in expected:  # V1, and V2 for what would come under two names
            assert self.told(headline) == 1, f"{headline!r} was told {self.told(headline)} times"
        ambiguous = self._ambiguous()
        for message, copies in self.copies.items():  # V2
            assert copies <= 1 + self.kills + ambiguous, f"{message} came {copies} times"
        assert sum(self.copies.values()) - len(self.copies) <= self.kills + ambiguous
        for mail in self.mail.mails:  # V3
            body = _plain(mail)
            assert any(headline in body for headline in expected) or "First reading" in body, body
        self._check_requests()
        self._check_database()

    def _check_requests(self) -> None:
        """V4: no feed is asked too often, and without validators only while none had been given."""
        moments: dict[str, list[float]] = {}
        for moment, kind, path in self.news.log:
            if kind == "request":
                moments.setdefault(path, []).append(moment)
        for path, times in moments.items():
            gaps = [later - earlier for earlier, later in pairwise(times)]
            assert min(gaps, default=self.interval) > self.interval * 0.9, f"{path}: {min(gaps):.2f} s apart"
        bare = Counter(request.path for request in self.news.requests if "If-None-Match" not in request.headers)
        assert max(bare.values(), default=0) <= 1 + self.kills

    def _check_database(self) -> None:
        """V5: the file is whole; V6: the outbox is empty."""
        with sqlite3.connect(f"file:{self.home.database}?mode=ro", uri=True) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert db.execute("SELECT count(*) FROM messages WHERE state = 'pending'").fetchone() == (0,)
            assert db.execute("SELECT count(*) FROM matches WHERE outcome = 'waiting'").fetchone() == (0,)

    def _ambiguous(self) -> int:
        with sqlite3.connect(f"file:{self.home.database}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM attempts WHERE outcome = 'ambiguous'").fetchone()[0])

    async def audit(self) -> None:
        """The program's own audit agrees."""
        code, out, err = await run_monitor("audit", "--config", str(self.home.config))
        assert code == 0, out + err


def check_load(before: Load, after: Load) -> None:
    """V7: nothing grows."""
    assert after.memory_mb < before.memory_mb * 1.5 + 30
    assert after.files <= before.files + 10
    assert after.threads <= before.threads + 4


def settled(home: Home, matches: int) -> bool:
    """Whether so many matches are decided and nothing waits to be sent."""
    try:
        with sqlite3.connect(f"file:{home.database}?mode=ro", uri=True) as db:
            decided = db.execute(
                "SELECT count(*) FROM matches WHERE outcome NOT IN ('waiting', 'baseline')"
            ).fetchone()[0]
            pending = db.execute("SELECT count(*) FROM deliveries WHERE state = 'pending'").fetchone()[0]
            return decided >= matches and not pending
    except sqlite3.Error:
        return False


def _plain(mail: object) -> str:
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[attr-defined]
