"""What every channel keeps, whatever it leads to."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from monitor.alerts.channels import desktop
from monitor.alerts.channels.atom import AtomChannel
from monitor.alerts.channels.command import CommandChannel
from monitor.alerts.channels.console import ConsoleChannel
from monitor.alerts.channels.desktop import DesktopChannel
from monitor.alerts.channels.email import EmailChannel
from monitor.alerts.channels.email import MailServer as Server
from monitor.alerts.channels.webhook import WebhookChannel
from monitor.model import Message, Sent
from monitor.ports import Channel
from tests.alerts.samples import HOSTILE, digest_of, message, notice, story, was_run
from tests.support import PATIENCE, MailServer


@pytest.fixture
async def hook() -> AsyncIterator[str]:
    """The address of a receiver that takes everything."""

    async def take(request: web.Request) -> web.Response:
        await request.json()
        return web.Response(status=204)

    app = web.Application(client_max_size=10_000_000)
    app.router.add_post("/", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def _notify_send(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "notify-send"
    path.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.fixture(params=["console", "email", "webhook", "command", "atom", "desktop"])
async def channel(
    request: pytest.FixtureRequest, tmp_path: Path, mail: MailServer, hook: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Channel]:
    """Each channel in turn, with something real behind it."""
    _notify_send(tmp_path, monkeypatch)
    monkeypatch.setattr(desktop, "_TIMEOUT", PATIENCE)
    reads = [sys.executable, "-c", "import json, sys; json.load(sys.stdin.buffer)"]
    makers: dict[str, Callable[[], Channel]] = {
        "console": lambda: ConsoleChannel(io.StringIO()),
        "email": lambda: EmailChannel(
            Server("127.0.0.1", mail.port, "none", timeout=PATIENCE),
            "Monitor <monitor@desk.example>",
            ["desk@desk.example"],
        ),
        "webhook": lambda: WebhookChannel(hook, lambda: 1_726_660_000.0, b"key", PATIENCE),
        "command": lambda: CommandChannel(reads, PATIENCE),
        "atom": lambda: AtomChannel(tmp_path / "feeds"),
        "desktop": lambda: DesktopChannel(system="linux"),
    }
    made = makers[request.param]()
    assert made.name == request.param
    yield made
    await made.close()


MESSAGES = {
    "alert": message(),
    "group": message(*(story(f"Story {n}", f"s{n}") for n in range(30))),
    "digest": digest_of(30),
    "empty": digest_of(0),
    "notice": notice(),
    "hostile": message(story(HOSTILE, summary=HOSTILE, source=HOSTILE, why=HOSTILE, watch_title=HOSTILE)),
    "long": message(story("پاکستان 🚀 " * 2_000)),
    "bare": message(story("", summary="", source="", link="", published=None, first_seen=None, score=None, hits=())),
    "impossible": message(story(published=1e18, first_seen=-1e18)),
}


@pytest.mark.parametrize("sent", MESSAGES.values(), ids=MESSAGES)
async def test_a_message_of_any_kind_is_taken_also_twice(sent: Message, channel: Channel) -> None:
    for _ in range(2):
        assert isinstance(await channel.send(sent), Sent)
    for _ in range(2):
        await channel.end_batch()
    assert not was_run()


async def test_a_channel_works_from_batch_to_batch(channel: Channel) -> None:
    for sent in (message(), notice(), digest_of(3)):
        assert isinstance(await channel.send(sent), Sent)
        await channel.end_batch()


async def test_a_channel_that_was_never_used_can_be_closed_twice_and_starts_nothing(channel: Channel) -> None:
    before = set(threading.enumerate())
    await channel.close()
    await channel.close()
    assert set(threading.enumerate()) <= before
