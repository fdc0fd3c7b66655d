"""Webhooks, through a real HTTP server that checks what a receiver would check."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web

from monitor.alerts.channels.webhook import WebhookChannel, signing_key
from monitor.alerts.retry import RetryPolicy, outcome
from monitor.config import settings
from monitor.daemon.channels import channels_of
from monitor.errors import ConfigError
from monitor.model import DeliveryState, Dispatch, SendFailed, SendResult, Sent
from tests.alerts.samples import CREATED, message
from tests.support import MORE_AND_MORE_TIME, PATIENCE, until

DAY = 86_400.0
NOW = 1_726_661_234.7


class Receiver:
    """Answers as it is told, and keeps what it got."""

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.got: list[tuple[web.Request, bytes]] = []
        self.answer: Callable[[web.Request], object] | None = None
        self.url = ""

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((request, await request.read()))
        if self.answer:
            self.answer(request)
            await asyncio.sleep(PATIENCE)
        return web.Response(status=self.status, headers=self.headers)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as server:
        yield server


async def post(
    url: str, key: bytes = b"", now: Callable[[], float] = lambda: NOW, times: int = 1, patience: float = PATIENCE
) -> list[SendResult]:
    channel = WebhookChannel(url, now, key, timeout=patience)
    results = [await channel.send(message()) for _ in range(times)]
    await channel.end_batch()
    await channel.close()
    return results


async def test_a_receiver_can_verify_the_message_as_standard_webhooks_asks(receiver: Receiver) -> None:
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
    assert await post(receiver.url, signing_key(secret)) == [Sent("200 OK")]
    ((request, body),) = receiver.got
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["webhook-id"] == message().id
    assert request.headers["webhook-timestamp"] == "1726661234"
    assert (request.method, request.content_type) == ("POST", "application/json")
    assert json.loads(body)["stories"][0]["id"] == "abc"


async def test_D14_a_retry_has_the_same_id_and_body_and_a_fresh_timestamp(receiver: Receiver) -> None:
    times = iter([NOW, NOW + 60])
    await post(receiver.url, b"key", lambda: next(times), times=2)
    (first, first_body), (second, second_body) = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first_body == second_body
    stamps = int(first.headers["webhook-timestamp"]), int(second.headers["webhook-timestamp"])
    assert stamps[1] - stamps[0] == 60
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_without_a_secret_nothing_is_signed(receiver: Receiver) -> None:
    await post(receiver.url)
    assert "webhook-signature" not in receiver.got[0][0].headers


def test_a_secret_is_base64_after_its_prefix_or_else_plain_text() -> None:
    assert signing_key("whsec_AAEC") == b"\x00\x01\x02"
    assert signing_key("пароль") == "пароль".encode()


@pytest.mark.parametrize("secret", ["whsec_s3cret!", "whsec_abc", ""])
def test_a_secret_that_cannot_be_used_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(ValueError) as caught:
        signing_key(secret)
    assert not secret or secret not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "permanent", "unreachable"),
    [
        (400, True, False),
        (401, False, True),
        (403, False, True),
        (404, False, True),
        (405, False, True),
        (408, False, False),
        (410, False, True),
        (413, True, False),
        (415, False, True),
        (422, True, False),
        (429, False, True),
        (500, False, False),
        (502, False, False),
        (503, False, True),
    ],
)
async def test_D06_what_a_status_means(status: int, permanent: bool, unreachable: bool, receiver: Receiver) -> None:
    receiver.status = status
    (result,) = await post(receiver.url)
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable, result.ambiguous) == (permanent, unreachable, False)
    assert str(status) in result.detail


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_2xx_is_taken(status: int, receiver: Receiver) -> None:
    receiver.status = status
    (result,) = await post(receiver.url)
    assert isinstance(result, Sent)
    assert result.receipt.startswith(str(status))


async def test_D15_a_receiver_that_has_gone_is_named_as_such(receiver: Receiver) -> None:
    receiver.status = 410
    (result,) = await post(receiver.url)
    assert isinstance(result, SendFailed)
    assert "410 Gone: the receiver wants no more" in result.detail


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_D15_redirects_are_not_followed_and_their_target_is_not_shown(status: int, receiver: Receiver) -> None:
    receiver.status = status
    receiver.headers = {"Location": receiver.url + "?token=s3cret"}
    (result,) = await post(receiver.url)
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable) == (False, True)
    assert f"{status} " in result.detail
    assert "s3cret" not in result.detail
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "9999999"}, DAY),
        ({"Retry-After": "Wed, 18 Sep 2024 12:10:00 GMT", "Date": "Wed, 18 Sep 2024 12:00:00 GMT"}, 600),
        ({"Retry-After": "soon"}, 0),
        ({}, 0),
    ],
)
async def test_D15_a_busy_receiver_says_how_long_to_wait(
    status: int, headers: dict[str, str], seconds: float, receiver: Receiver
) -> None:
    receiver.status, receiver.headers = status, headers
    (result,) = await post(receiver.url)
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.retry_after) == (True, seconds)


async def test_D09_silence_after_the_message_is_ambiguous(receiver: Receiver) -> None:
    receiver.answer = lambda _: None
    for seconds in MORE_AND_MORE_TIME:
        (result,) = await post(receiver.url, patience=seconds)
        if receiver.got:
            break
    assert isinstance(result, SendFailed)
    assert (result.ambiguous, result.permanent, result.unreachable) == (True, False, False)
    assert f"no answer within {seconds:g} s" in result.detail


async def test_D09_a_connection_that_breaks_after_the_message_is_ambiguous(receiver: Receiver) -> None:
    receiver.answer = lambda request: request.transport.abort()  # type: ignore[union-attr]
    (result,) = await post(receiver.url)
    assert isinstance(result, SendFailed)
    assert (result.ambiguous, result.unreachable) == (True, False)


async def test_a_receiver_that_is_not_there_is_an_unreachable_channel() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        (result,) = await post(f"http://127.0.0.1:{port}/hook")
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.ambiguous) == (True, False)
    assert f"http://127.0.0.1:{port}: no connection" in result.detail


async def test_a_peer_that_never_shakes_hands_is_an_unreachable_channel() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (result,) = await post(f"https://127.0.0.1:{silent.getsockname()[1]}/hook", patience=0.4)
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.ambiguous) == (True, False)


async def test_a_name_that_is_none_is_an_unreachable_channel() -> None:
    (result,) = await post("https://no-such-host.invalid/hook")
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.ambiguous) == (True, False)


@pytest.mark.parametrize("url", ["http://[", "https://", "/hook", "http://a:b"])
async def test_an_address_that_is_none_is_an_unreachable_channel(url: str) -> None:
    (result,) = await post(url)
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.ambiguous) == (True, False)


async def test_D11_credentials_in_the_address_are_sent_as_a_header_and_shown_nowhere(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 401
    (result,) = await post(receiver.url.replace("//", "//user:s3cret@") + "?token=t0ken")
    request, _ = receiver.got[0]
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(b"user:s3cret").decode()
    assert request.query["token"] == "t0ken"
    assert isinstance(result, SendFailed)
    for hidden in ("s3cret", "t0ken", "user"):
        assert hidden not in result.detail + caplog.text


async def test_a_channel_can_be_used_again_after_a_batch(receiver: Receiver) -> None:
    channel = WebhookChannel(receiver.url, lambda: NOW, timeout=PATIENCE)
    for _ in range(2):
        assert isinstance(await channel.send(message()), Sent)
        await channel.end_batch()
    await channel.close()


async def test_a_cancelled_send_leaves_a_channel_that_works(receiver: Receiver) -> None:
    receiver.answer = lambda _: None
    channel = WebhookChannel(receiver.url, lambda: NOW, timeout=PATIENCE)
    sending = asyncio.create_task(channel.send(message()))
    await until(lambda: receiver.got, what="the message")
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    receiver.answer = None
    assert isinstance(await channel.send(message()), Sent)
    await channel.close()


# --- how long a failure lets the channel rest ------------------------------------------------------------------------


def after(failure: SendFailed, attempts: int = 0) -> tuple[DeliveryState, float, float]:
    """State, pause and rest after ``failure``."""
    made = outcome(Dispatch(7, "hook", message(), attempts), failure, CREATED + 10, RetryPolicy(60, 3600, 5 * DAY))
    return made.state, made.next_attempt - (CREATED + 10), made.rest


@pytest.mark.parametrize(
    ("asked", "attempts", "rest"), [(600.0, 0, 600), (30.0, 0, 60), (600.0, 20, 3600), (9e9, 0, DAY)]
)
def test_a_channel_rests_as_long_as_it_was_asked_to_and_no_shorter_than_usual(
    asked: float, attempts: int, rest: float
) -> None:
    busy = SendFailed("429", unreachable=True, retry_after=asked)
    assert after(busy, attempts) == (DeliveryState.PENDING, 0, rest)


def test_one_message_waits_as_long_as_it_was_asked_to() -> None:
    assert after(SendFailed("later", retry_after=600.0)) == (DeliveryState.PENDING, 600, 0)


def test_what_is_refused_for_good_waits_for_nothing() -> None:
    assert after(SendFailed("gone", permanent=True, retry_after=600.0)) == (DeliveryState.DEAD, 0, 0)


# --- the configuration -----------------------------------------------------------------------------------------------


def written(folder: Path, section: str) -> settings.Config:
    (folder / "config.toml").write_text(section, "utf-8")
    return settings.load(folder / "config.toml")


async def test_a_section_makes_a_channel_that_signs(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "whsec_AAEC")
    section = f'[alerts.webhook]\nname = "desk"\nurl = "{receiver.url}"\nsecret = {{ env = "HOOK" }}\n'
    (channel,) = channels_of(written(tmp_path, section))
    assert channel.name == "desk"
    assert isinstance(await channel.send(message()), Sent)
    await channel.close()
    assert receiver.got[0][0].headers["webhook-signature"].startswith("v1,")


def test_a_secret_that_cannot_be_used_is_a_problem_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "whsec_s3cret!")
    section = '[alerts.webhook]\nurl = "https://hook.example/"\nsecret = { env = "HOOK" }\n'
    with pytest.raises(ConfigError, match=r"config\.toml:3.*not base64") as caught:
        channels_of(written(tmp_path, section))
    assert "s3cret!" not in str(caught.value)
