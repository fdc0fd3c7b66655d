"""Messages to send in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.alerts.compose import digest
from monitor.alerts.compose import message as message_of
from monitor.model import Alert, AlertId, AlertKind, Copy, Hit, Message, Rule, Story

CREATED = 1_726_660_000.0  # 2024-09-18 11:46:40 UTC
TRAP = Path("/tmp/news-monitor-trap")
HOSTILE = (
    f"-rf $(touch {TRAP}) `touch {TRAP}` <script>alert(1)</script> ]]> & \u202edesrever \x00\x1b[31m\ufffe 🚀"
    " \\n@everyone"
)


def was_run() -> bool:
    """Whether a shell has run what stands in ``HOSTILE``."""
    return TRAP.exists()


def alert(headline: str = "Pakistan applies for BRICS membership", name: str = "abc", **fields: Any) -> Alert:
    """An alert of the watchlist ``brics``."""
    return Alert(
        **{
            "id": AlertId(name),
            "kind": AlertKind.NEW,
            "created": CREATED,
            "headline": headline,
            "watch": "brics",
            "watch_title": "Pakistan's BRICS bid",
            "summary": "Islamabad has filed its application.",
            "source": "Dawn",
            "link": "https://news.example/1?a=1&b=2",
            "published": CREATED - 600,
            "first_seen": CREATED - 60,
            "score": 0.97,
            "why": "0.97 = Pakistan (exact, title)",
            "hits": (Hit("p", "Pakistan", "Pakistan", "title", 0, 8, Rule.EXACT, 1.0),),
            "band": "alert",
            **fields,
        }
    )


def story(headline: str = "Pakistan applies for BRICS membership", name: str = "abc", **fields: Any) -> Story:
    """A story that a second feed has too."""
    copy = Copy("Tribune", "Islamabad seeks BRICS seat", "https://tribune.example/2", CREATED - 300)
    return Story(alert(headline, name, **fields), (copy,))


def message(*stories: Story) -> Message:
    """An alert of these stories."""
    return message_of("channel", stories or [story()], CREATED)


def notice(headline: str = "First reading of 2 feeds", name: str = "note") -> Message:
    """The program speaks of itself."""
    told = Alert(
        AlertId(name), AlertKind.NOTICE, CREATED, headline, source="news-monitor", lines=("Dawn: 1 match", "And so on.")
    )
    return message_of("channel", [Story(told)], CREATED)


def digest_of(number: int) -> Message:
    """A digest of so many stories, of two watchlists."""
    watches = ("brics", "pipeline")
    stories = [
        story(f"Story number {n}", f"story{n}", watch=watches[n % 2], watch_title=watches[n % 2].title())
        for n in range(number)
    ]
    return digest("channel", stories, CREATED)
