"""Mail servers that are spoken to in the wrong way, or are none: what is said names what to write instead."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP

from monitor.alerts.channels import email
from monitor.alerts.channels.email import EmailChannel, MailServer, Security
from monitor.model import SendFailed, SendResult, Sent
from tests.alerts.test_email import SENDER, alert
from tests.authority import Authority
from tests.support import PATIENCE
from tests.support import MailServer as SmtpServer

LONG = 10 * PATIENCE
"""So long nobody waits here: what is wrong has to be known before."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Signs certificates for 127.0.0.1."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine trusts what it signs."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    email._trust.cache_clear()
    yield
    email._trust.cache_clear()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hears nothing asks soon what is there."""
    monkeypatch.setattr("monitor.alerts.channels.smtp._SILENCE", 0.2)


class Taking:
    """Takes each mail."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append(envelope.content)  # type: ignore[attr-defined]
        return "250 OK"


@asynccontextmanager
async def smtp_server(
    tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[int, Taking]]:
    """A mail server that expects TLS from the beginning, or offers it, or has none."""
    loop, taking = asyncio.get_running_loop(), Taking()
    server = await loop.create_server(lambda: SMTP(taking, tls_context=starttls), "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1], taking
    finally:
        server.close()


@asynccontextmanager
async def web_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A real web server."""
    runner = web.AppRunner(web.Application())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def greeting(line: bytes) -> AsyncIterator[int]:
    """A server that says ``line`` and then listens."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(line)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def sent(port: int, security: Security) -> SendResult:
    """What comes of one alert."""
    channel = EmailChannel(MailServer("127.0.0.1", port, security, timeout=LONG), SENDER, ["desk@desk.example"])
    try:
        return await channel.send(alert())
    finally:
        await channel.close()


def refused(result: SendResult) -> str:
    """Why the channel cannot be used, which only the user can mend."""
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.needs_user, result.permanent, result.ambiguous) == (True, True, False, False)
    assert "ssl" not in result.detail.lower()
    return result.detail


@pytest.mark.parametrize("security", ["starttls", "none"])
async def test_F20_a_port_that_expects_tls_is_told_as_such(security: Security, authority: Authority) -> None:
    async with smtp_server(tls=authority.server()) as (port, _):
        assert refused(await sent(port, security)) == f'port {port} of 127.0.0.1 wants security = "tls"'


async def test_F20_a_port_that_offers_starttls_is_told_as_such(authority: Authority) -> None:
    async with smtp_server(starttls=authority.server()) as (port, _):
        assert refused(await sent(port, "tls")) == f'port {port} of 127.0.0.1 wants security = "starttls"'


async def test_F20_a_port_without_encryption_is_told_as_such(mail: SmtpServer) -> None:
    assert refused(await sent(mail.port, "tls")) == f'port {mail.port} of 127.0.0.1 wants security = "none"'
    assert 'security = "none"' in refused(await sent(mail.port, "starttls"))


@pytest.mark.parametrize("security", ["starttls", "none", "tls"])
async def test_F20_a_web_server_is_told_as_such(security: Security) -> None:
    async with web_server() as port:
        assert f"port {port} of 127.0.0.1 is a web server and no mail server" in refused(await sent(port, security))


async def test_F20_a_web_server_with_tls_is_told_as_such(authority: Authority, trusted: None) -> None:
    async with web_server(authority.server()) as port:
        assert f"port {port} of 127.0.0.1 is a web server and no mail server" in refused(await sent(port, "tls"))


@pytest.mark.parametrize(
    ("line", "kind"),
    [(b"* OK ready\r\n", "an IMAP server"), (b"+OK ready\r\n", "a POP3 server"), (b"SSH-2.0-x\r\n", "an SSH server")],
)
@pytest.mark.parametrize("security", ["starttls", "none"])
async def test_F20_other_servers_are_told_as_such(line: bytes, kind: str, security: Security) -> None:
    async with greeting(line) as port:
        assert f"is {kind} and no mail server" in refused(await sent(port, security))


async def test_F20_a_certificate_that_nobody_knows_is_named(authority: Authority) -> None:
    async with smtp_server(tls=authority.self_signed()) as (port, _):
        result = await sent(port, "tls")
    assert isinstance(result, SendFailed)
    assert f"the certificate of 127.0.0.1:{port} is not trusted: self" in result.detail


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_F20_the_right_way_works(security: Security, authority: Authority, trusted: None) -> None:
    made = authority.server()
    async with smtp_server(**{security: made}) as (port, taking):
        result = await sent(port, security)
    assert isinstance(result, Sent), result
    assert len(taking.mails) == 1


async def test_F20_a_server_that_greets_late_is_waited_for(mail: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many do on purpose, against those who send without waiting: they let go of who does not wait."""
    monkeypatch.setattr("monitor.alerts.channels.smtp._PATIENCE", 0.2)  # there is no answer to wait for
    asked, greet = asyncio.Event(), asyncio.Event()
    connections = 0

    async def between(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections > 1:  # somebody asks what this is
            asked.set()
            await reader.read()
            writer.close()
            return
        await asked.wait()
        await greet.wait()
        there, back = await asyncio.open_connection("127.0.0.1", mail.port)
        await asyncio.wait([_copy(there, writer), _copy(reader, back)], return_when=asyncio.ALL_COMPLETED)

    server = await asyncio.start_server(between, "127.0.0.1", 0)
    sending = asyncio.create_task(sent(server.sockets[0].getsockname()[1], "none"))
    await asked.wait()
    greet.set()
    assert isinstance(await sending, Sent)
    server.close()


def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> asyncio.Task[None]:
    async def copy() -> None:
        while part := await reader.read(4096):
            writer.write(part)
        writer.close()

    return asyncio.create_task(copy())
