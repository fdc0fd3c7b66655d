"""Apprise, with a real HTTP server as its service."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from monitor.alerts.channels.apprise_ import AppriseChannel
from monitor.config import settings
from monitor.daemon.channels import channels_of
from monitor.errors import ConfigError
from monitor.model import Message, SendFailed, SendResult, Sent
from tests.alerts.samples import digest_of, message, story
from tests.support import PATIENCE


class Service:
    """What Apprise's ``json://`` posts to."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[dict[str, Any]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        return web.Response(status=self.status)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    pytest.importorskip("apprise")
    service = Service()
    app = web.Application()
    app.router.add_post("/{path:.*}", service.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"json://user:s3cret@127.0.0.1:{runner.addresses[0][1]}/?cto={PATIENCE:g}&rto={PATIENCE:g}"
    yield service
    await runner.cleanup()


async def send(url: str, sent: Message) -> SendResult:
    channel = AppriseChannel(url)
    result = await channel.send(sent)
    await channel.end_batch()
    await channel.close()
    return result


async def test_a_message_arrives_as_plain_text(service: Service) -> None:
    assert isinstance(await send(service.url, replace(message(story()), urgent=True)), Sent)
    (got,) = service.got
    assert got["title"] == "[Pakistan's BRICS bid] Pakistan applies for BRICS membership"
    assert got["message"] == "Pakistan applies for BRICS membership — Dawn\nhttps://news.example/1?a=1&b=2"
    assert got["type"] == "warning"


async def test_a_long_digest_is_shortened_and_an_empty_one_says_so(service: Service) -> None:
    assert isinstance(await send(service.url, digest_of(30)), Sent)
    assert isinstance(await send(service.url, digest_of(0)), Sent)
    assert service.got[0]["title"] == "Digest: 30 stories"
    assert service.got[0]["message"].count("https://") == 10
    assert service.got[0]["message"].endswith("and 20 more")
    assert service.got[1]["message"] == "nothing new"


async def test_a_headline_cannot_wake_a_whole_room(service: Service) -> None:
    link = "https://news.example/@author"
    await send(service.url, message(story("@everyone <!channel> <@U123> a @ b", link=link)))
    for text in (service.got[0]["title"], service.got[0]["message"]):
        assert not any(mention in text for mention in ("@everyone", "<!", "<@"))
        assert "a @ b" in text
    assert link in service.got[0]["message"]


async def test_what_the_service_does_not_take_is_tried_again_and_its_address_is_shown_nowhere(
    service: Service, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    service.status = 500
    result = await send(service.url, message())
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable) == (False, False)
    assert "s3cret" not in result.detail + caplog.text + capfd.readouterr().err


@pytest.mark.parametrize("url", ["nonsense s3cret", "no-such-service://s3cret", "slack://s3cret", ""])
async def test_an_address_that_is_none_is_an_unreachable_channel_and_is_not_shown(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("apprise")
    result = await send(url, message())
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert "cannot read the address" in result.detail
    assert "s3cret" not in result.detail + caplog.text + capfd.readouterr().err


def written(folder: Path) -> settings.Config:
    (folder / "config.toml").write_text('[alerts.apprise]\nurl = { env = "PLACE" }\n', "utf-8")
    return settings.load(folder / "config.toml")


def test_without_apprise_the_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", "json://s3cret")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match=r"config\.toml:1.*needs Apprise") as caught:
        channels_of(written(tmp_path))
    assert "-m pip install 'apprise<3,>=2.3'" in str(caught.value)
    assert "s3cret" not in str(caught.value)


async def test_a_section_makes_a_channel(tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACE", service.url)
    (channel,) = channels_of(written(tmp_path))
    assert isinstance(await channel.send(message()), Sent)
    await channel.close()
