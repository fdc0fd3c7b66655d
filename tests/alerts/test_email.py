"""Mail, through a real SMTP connection, read back as a mail program would."""

from __future__ import annotations

import asyncio

import pytest

from monitor.alerts.channels.email import EmailChannel, MailServer, compose, header_text
from monitor.alerts.compose import message
from monitor.model import Alert, AlertId, AlertKind, Hit, Message, Partly, Rule, SendFailed, SendResult, Sent, Story
from tests.support import MORE_AND_MORE_TIME, PATIENCE
from tests.support import MailServer as SmtpServer

# A server that wants a login without encryption is good enough for these tests.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

SENDER = "Monitor <monitor@desk.example>"


def alert(headline: str = "Pakistan applies for BRICS membership", **fields: object) -> Message:
    """A message of one alert."""
    hits = (Hit("p", "Pakistan", "Pakistan", "title", 0, 8, Rule.EXACT, 1.0),)
    one = Alert(
        AlertId("abc"), AlertKind.NEW, 1_726_660_000.0, headline, watch="w", watch_title="BRICS", hits=hits, **fields
    )  # type: ignore[arg-type]
    return message("email", [Story(one)], 1_726_660_000.0)


async def send(
    server: SmtpServer, *messages: Message, to: tuple[str, ...] = ("desk@desk.example",)
) -> list[SendResult]:
    channel = EmailChannel(MailServer("127.0.0.1", server.port, "none", timeout=PATIENCE), SENDER, to)
    results = [await channel.send(one) for one in messages]
    await channel.end_batch()
    await channel.close()
    return results


async def test_D28_a_mail_is_well_formed(mail: SmtpServer) -> None:
    one = alert(summary="Long text. " * 400)
    await send(mail, one)
    (raw,), (received,) = mail.raw, mail.mails
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert received["Message-ID"] == f"<{one.id}@desk.example>"
    assert received["Date"] == "Wed, 18 Sep 2024 11:46:40 +0000"
    assert received["From"] == SENDER
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["List-Id"] == "<w.news-monitor.desk.example>"
    assert [part.get_content_type() for part in received.walk()] == ["multipart/alternative", "text/plain", "text/html"]


async def test_D29_any_script_survives_and_a_long_title_is_cut_in_the_subject_only(mail: SmtpServer) -> None:
    headline = "پاکستان نے برکس کی رکنیت 🚀 Заявка " * 300
    await send(mail, alert(headline.strip()))
    (received,) = mail.mails
    subject = str(received["Subject"])
    assert subject.startswith("[BRICS] پاکستان نے برکس")
    assert subject.endswith("…")
    assert len(subject) <= 180
    body = received.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert headline.strip() in body.replace("\n", "")
    assert 'dir="rtl"' in received.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "title",
    [
        "=?utf-8?q?hi=0D=0ABcc:_x@y.example?=",
        "=?utf-8?q?hi=0D=0A=0D=0Abody?=",
        "a\r\nBcc: x@y.example",
        "a\u2028b\u0085c\x0bd\x0ce\x1cf",
    ],
)
async def test_H10_H11_a_title_cannot_add_headers_or_lines(title: str, mail: SmtpServer) -> None:
    (result,) = await send(mail, alert(title))
    (received,) = mail.mails
    assert isinstance(result, Sent)
    assert received["Bcc"] is None
    assert len(received.get_all("Subject")) == 1  # type: ignore[arg-type]
    head = mail.raw[0].split(b"\r\n\r\n")[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.split(b"\r\n"))


def test_encoded_words_are_broken_in_headers() -> None:
    assert header_text("a =?utf-8?q?x?= b") == "a = ?utf-8?q?x?= b"


async def test_html_is_escaped_and_hits_are_marked(mail: SmtpServer) -> None:
    await send(mail, alert('Pakistan <script>alert(1)</script> "quoted"', link='https://news.example/?a="><b>'))
    html = mail.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html
    assert '"><b>' not in html
    assert ">Pakistan</span>" in html


async def test_the_connection_is_kept_for_a_batch(mail: SmtpServer) -> None:
    await send(mail, alert("one"), alert("two"), alert("three"))
    moments = [moment for _, moment, _ in mail.log]
    assert moments.count("ehlo") == 1
    assert moments.count("accepted") == 3
    assert moments[-1] == "quit"


def channel_to(server: SmtpServer, *to: str, **more: object) -> EmailChannel:
    return EmailChannel(MailServer("127.0.0.1", server.port, "none", timeout=PATIENCE, **more), SENDER, to)  # type: ignore[arg-type]


async def test_D08_a_refused_recipient_is_named_and_the_other_gets_one_copy(mail: SmtpServer) -> None:
    mail.replies["RCPT"] = ["550 no such user", "250 OK"]
    (result,) = await send(mail, alert(), to=("gone@desk.example", "desk@desk.example"))
    assert isinstance(result, Sent)
    assert "gone@desk.example was refused: 550 no such user" in result.receipt
    assert len(mail.raw) == 1


async def test_D08_a_recipient_that_has_to_wait_gets_the_same_mail_later_and_alone(mail: SmtpServer) -> None:
    mail.replies["RCPT"] = ["250 OK", "450 greylisted", "550 no such user"]
    channel = channel_to(mail, "Ann <a@desk.example>", "Bob <b@desk.example>", "c@desk.example")
    first = await channel.send(alert())
    assert isinstance(first, SendFailed)
    assert (first.permanent, first.unreachable) == (False, False)
    assert "b@desk.example has to wait: 450 greylisted" in first.detail
    refused = ("c@desk.example was refused: 550 no such user",)
    assert first.partly == Partly(("b@desk.example",), refused, True, ("c@desk.example",))

    second = await channel.send(alert(), first.partly)
    await channel.close()
    never = Partly((), refused, True, ("c@desk.example",))
    assert second == Sent(f"250 taken; {refused[0]}", never, ("b@desk.example",))
    assert mail.recipients == [["a@desk.example"], ["b@desk.example"]]
    assert mail.mails[0]["Message-ID"] == mail.mails[1]["Message-ID"] == f"<{alert().id}@desk.example>"


async def test_D08_who_is_refused_at_the_second_try_is_named_and_what_others_have_stays_sent(mail: SmtpServer) -> None:
    mail.replies["RCPT"] = ["250 OK", "450 greylisted", "550 no such user"]
    channel = channel_to(mail, "a@desk.example", "b@desk.example")
    first = await channel.send(alert())
    assert isinstance(first, SendFailed)
    second = await channel.send(alert(), first.partly)
    await channel.close()
    refused = "b@desk.example was refused: 550 no such user"
    assert second == Sent(refused, Partly((), (refused,), True, ("b@desk.example",)))


async def test_D08_nobody_has_it_when_the_last_one_owed_is_refused(mail: SmtpServer) -> None:
    mail.replies["RCPT"] = ["550 gone", "450 greylisted", "550 never"]
    channel = channel_to(mail, "a@desk.example", "b@desk.example")
    first = await channel.send(alert())
    assert isinstance(first, SendFailed)
    second = await channel.send(alert(), first.partly)
    await channel.close()
    assert isinstance(second, SendFailed)
    assert second.permanent
    assert "a@desk.example was refused: 550 gone; b@desk.example was refused: 550 never" in second.detail


async def test_D08_who_is_no_longer_a_recipient_is_owed_nothing(mail: SmtpServer) -> None:
    channel = channel_to(mail, "a@desk.example")
    result = await channel.send(alert(), Partly(("b@desk.example",), taken=True))
    await channel.close()
    assert isinstance(result, Sent)
    assert not mail.raw


async def test_international_domains_travel_in_ascii(mail: SmtpServer) -> None:
    (result,) = await send(mail, alert(), to=("Отдел <desk@пример.рф>",))
    assert isinstance(result, Sent)
    assert mail.recipients == [["desk@xn--e1afmkfd.xn--p1ai"]]
    assert mail.mails[0]["To"] == "Отдел <desk@xn--e1afmkfd.xn--p1ai>"


@pytest.mark.parametrize("host", ["smtp..example.org", "x" * 70 + ".example.org"])
async def test_a_host_that_cannot_be_a_name_is_a_failure_of_the_channel(host: str) -> None:
    channel = EmailChannel(MailServer(host, 25, "none", timeout=PATIENCE), SENDER, ["desk@desk.example"])
    result = await channel.send(alert())
    await channel.close()
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert host in result.detail


@pytest.mark.parametrize("password", ["пароль", "plain"])
async def test_D11_a_password_in_any_script_logs_in(password: str) -> None:
    async with SmtpServer(login=("user", password)) as server:
        channel = channel_to(server, "desk@desk.example", username="user", password=password)
        assert isinstance(await channel.send(alert()), Sent)
        await channel.close()


async def test_D11_a_password_that_cannot_be_sent_is_a_failure_of_the_channel_and_is_not_repeated() -> None:
    async with SmtpServer(login=("user", "x")) as server:
        channel = channel_to(server, "desk@desk.example", username="user", password="s3cret\udcff")
        result = await channel.send(alert())
        await channel.close()
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert "password" in result.detail
    assert "udcff" not in result.detail
    assert "s3cret" not in result.detail


async def test_D11_a_forgotten_username_is_a_failure_of_the_channel_and_no_alert_dies() -> None:
    async with SmtpServer(login=("user", "x")) as server:
        (result,) = await send(server, alert())
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable) == (False, True)
    assert "530" in result.detail


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        ("MAIL", "530 Authentication required"),
        ("MAIL", "550 sender not allowed"),
        ("RCPT", "530 Authentication required"),
        ("RCPT", "538 Encryption required"),
        ("DATA", "535 Authentication failed"),
    ],
)
async def test_D11_what_would_meet_every_alert_is_a_failure_of_the_channel(
    command: str, reply: str, mail: SmtpServer
) -> None:
    mail.replies[command] = [reply]
    (result,) = await send(mail, alert())
    assert isinstance(result, SendFailed)
    assert (result.permanent, result.unreachable) == (False, True)
    assert reply in result.detail


@pytest.mark.parametrize(
    ("command", "reply", "permanent"),
    [
        ("MAIL", "451 later", False),
        ("RCPT", "450 greylisted", False),
        ("RCPT", "550 never", True),
        ("DATA", "452 full", False),
        ("DATA", "554 spam", True),
    ],
)
async def test_D06_refusals_are_temporary_or_permanent_by_their_code(
    command: str, reply: str, permanent: bool, mail: SmtpServer
) -> None:
    mail.replies[command] = [reply]
    first, second = await send(mail, alert("one"), alert("two"))
    assert isinstance(first, SendFailed)
    assert (first.permanent, first.unreachable, first.ambiguous) == (permanent, False, False)
    assert reply in first.detail
    assert isinstance(second, Sent)


async def test_a_server_that_is_not_there_is_an_unreachable_channel(mail: SmtpServer) -> None:
    await mail.stop()
    (result,) = await send(mail, alert())
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert f"127.0.0.1:{mail.port}" in result.detail


async def test_D11_without_the_encryption_that_was_asked_for_nothing_is_sent(mail: SmtpServer) -> None:
    server = MailServer("127.0.0.1", mail.port, "starttls", "user", "secret", PATIENCE)
    channel = EmailChannel(server, SENDER, ["desk@desk.example"])
    result = await channel.send(alert())
    await channel.close()
    assert isinstance(result, SendFailed)
    assert "does not offer" in result.detail
    assert "secret" not in result.detail
    assert [moment for _, moment, _ in mail.log] == ["ehlo"]


async def test_D09_silence_after_the_message_is_ambiguous(mail: SmtpServer) -> None:
    mail.silent = True
    for seconds in MORE_AND_MORE_TIME:
        server = MailServer("127.0.0.1", mail.port, "none", timeout=seconds)
        channel = EmailChannel(server, SENDER, ["desk@desk.example"])
        result = await channel.send(alert())
        await channel.close()
        if any(moment == "data" for _, moment, _ in mail.log):
            break
    assert isinstance(result, SendFailed)
    assert result.ambiguous
    assert not result.permanent


async def test_an_alert_that_cannot_be_built_is_a_permanent_failure(mail: SmtpServer) -> None:
    (result,) = await send(mail, alert(published="not a time"))
    assert isinstance(result, SendFailed)
    assert result.permanent
    assert "cannot be built" in result.detail


def test_the_same_alert_makes_the_same_mail() -> None:
    bodies = [compose(alert(), SENDER, ["desk@desk.example"]).get_body(("plain",)).get_content() for _ in range(2)]  # type: ignore[union-attr]
    assert bodies[0] == bodies[1]


async def test_D10_a_server_that_says_nothing_is_left_after_the_timeout() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    channel = EmailChannel(MailServer("127.0.0.1", port, "none", timeout=0.2), SENDER, ["desk@desk.example"])
    result = await channel.send(alert())
    await channel.close()
    server.close()
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.ambiguous) == (True, False)


async def test_D12_a_refused_login_needs_the_user() -> None:
    async with SmtpServer(login=("user", "right")) as server:
        channel = channel_to(server, "desk@desk.example", username="user", password="wrong")
        result = await channel.send(alert())
        await channel.close()
    assert isinstance(result, SendFailed)
    assert (result.unreachable, result.permanent, result.needs_user) == (True, False, True), result.detail
