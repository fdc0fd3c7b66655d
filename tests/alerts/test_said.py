"""What servers and programs say, as channels repeat it: without the secrets that they were given."""

from __future__ import annotations

import base64
import sys

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from monitor.alerts.channels.command import CommandChannel
from monitor.alerts.channels.email import EmailChannel, MailServer
from monitor.alerts.channels.webhook import WebhookChannel
from monitor.model import SendFailed, SendResult, Sent
from monitor.text.secrets import is_secret_name, line_without_secrets, secret_arguments
from tests.alerts.test_email import SENDER, alert
from tests.support import PATIENCE
from tests.support import MailServer as SmtpServer

# A server that wants a login without encryption is good enough for these tests.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def words(result: SendResult) -> str:
    """What is told of an attempt."""
    return result.receipt if isinstance(result, Sent) else result.detail


@pytest.mark.parametrize("said", ["no hook T0SECRET/B0SECRET", "bad key SECRETkey", "u:SECRETpw is gone", "SECRETsign"])
@pytest.mark.parametrize("status", [200, 302, 400, 404, 410, 429, 500])
async def test_R01_a_webhook_that_repeats_its_address_tells_nobody(said: str, status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, reason=said)

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server:
        url = f"http://u:SECRETpw@127.0.0.1:{server.port}/services/T0SECRET/B0SECRET/SECRETslack?key=SECRETkey"
        channel = WebhookChannel(url, lambda: 0.0, b"SECRETsign", PATIENCE)
        result = await channel.send(alert())
        await channel.close()
    assert "SECRET" not in words(result)
    assert str(status) in words(result)


@pytest.mark.parametrize("code", ["250", "450", "550"])
async def test_R01_a_mail_server_that_repeats_the_password_tells_nobody(code: str) -> None:
    encoded = base64.b64encode(b"\0user\0SECRETpw").decode()
    async with SmtpServer(login=("user", "SECRETpw")) as server:
        server.replies["RCPT"] = [f"{code} you are SECRETpw {encoded}"]
        login = MailServer("127.0.0.1", server.port, "none", "user", "SECRETpw", PATIENCE)
        channel = EmailChannel(login, SENDER, ["desk@desk.example"])
        result = await channel.send(alert())
        await channel.close()
    assert "SECRET" not in words(result)
    assert encoded not in words(result)
    assert isinstance(result, Sent) == (code == "250")


@pytest.mark.parametrize("code", [0, 1, 65])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--token", "SECRETtok3n"], "cannot log in with SECRETtok3n"),
        (["--api-key=SECRETkey"], "bad key: SECRETkey"),
        (["-H", "Authorization: Bearer SECRETbearer"], "sent Authorization: Bearer SECRETbearer"),
        (["https://u:SECRETpw@push.example/x"], "https://u:SECRETpw@push.example/x does not answer"),
        (["tgram://1:SECRETbot/SECRETchat"], "cannot load tgram://1:SECRETbot/SECRETchat"),
        ([], "password=SECRETpw was refused"),
        ([], "login bob password SECRETpw was refused"),
        ([], "the password is 'SECRET pw'"),
    ],
)
async def test_R01_a_program_that_repeats_its_arguments_tells_nobody(given: list[str], says: str, code: int) -> None:
    text = f"import sys; print({says!r}, file=sys.stderr); sys.exit({code})"
    channel = CommandChannel([sys.executable, "-c", text, *given], PATIENCE)
    result = await channel.send(alert())
    await channel.close()
    assert words(result)
    assert "SECRET" not in words(result)
    assert isinstance(result, SendFailed) == bool(code)


@pytest.mark.parametrize(
    "name", ["password", "pasword", "Passwort", "passwd", "tokn", "API-Key", "client_secret", "Authorization", "pwd"]
)
def test_R01_names_of_secrets_are_known_also_where_they_are_misspelt(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["title", "passage", "passenger", "taken", "keywords", "author"])
def test_R01_other_names_are_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "line",
    [
        'all = ["Pakistan", "BRICS"]',
        'any = ["F-16", "COP30", "S-400", "G7"]',
        'title = "Pakistan\'s BRICS bid"',
        'sources = ["https://news.example/feed.xml"]',
        "near = 30",
    ],
)
def test_R01_lines_of_watchlists_stay_as_they_are(line: str) -> None:
    assert line_without_secrets(line) == line


@pytest.mark.parametrize(
    "line", ["wrong password for bob", "the password is wrong", "bypass the firewall", "no password"]
)
def test_R01_what_a_program_says_of_passwords_without_telling_one_stays(line: str) -> None:
    assert line_without_secrets(line) == line


def test_R01_harmless_arguments_are_no_secrets() -> None:
    assert secret_arguments(["notify-send", "--app-name", "news", "-t", "5000", "/usr/bin/mpv", "--volume=50"]) == set()
