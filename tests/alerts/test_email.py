"""Mail, through a real SMTP connection, read back as a mail program would."""

from __future__ import annotations

import pytest

from monitor.alerts.channels.email import EmailChannel, MailServer, compose, header_text
from monitor.model import Alert, AlertId, AlertKind, Hit, Rule, SendFailed, SendResult, Sent
from tests.support import MailServer as SmtpServer

SENDER = "Monitor <monitor@desk.example>"


def alert(headline: str = "Pakistan applies for BRICS membership", **fields: object) -> Alert:
    hits = (Hit("p", "Pakistan", "Pakistan", "title", 0, 8, Rule.EXACT, 1.0),)
    return Alert(
        AlertId("abc"), AlertKind.NEW, 1_726_660_000.0, headline, watch="w", watch_title="BRICS", hits=hits, **fields
    )  # type: ignore[arg-type]


async def send(server: SmtpServer, *alerts: Alert, to: tuple[str, ...] = ("desk@desk.example",)) -> list[SendResult]:
    channel = EmailChannel(MailServer("127.0.0.1", server.port, "none", timeout=2.0), SENDER, to)
    results = [await channel.send(one) for one in alerts]
    await channel.end_batch()
    await channel.close()
    return results


async def test_D28_a_mail_is_well_formed(mail: SmtpServer) -> None:
    await send(mail, alert(summary="Long text. " * 400))
    (raw,), (message,) = mail.raw, mail.mails
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert message["Message-ID"] == "<abc@desk.example>"
    assert message["Date"] == "Wed, 18 Sep 2024 11:46:40 +0000"
    assert message["From"] == SENDER
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "<w.news-monitor.desk.example>"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


async def test_D29_any_script_survives_and_a_long_title_is_cut_in_the_subject_only(mail: SmtpServer) -> None:
    headline = "پاکستان نے برکس کی رکنیت 🚀 Заявка " * 300
    await send(mail, alert(headline.strip()))
    (message,) = mail.mails
    subject = str(message["Subject"])
    assert subject.startswith("[BRICS] پاکستان نے برکس")
    assert subject.endswith("…")
    assert len(subject) <= 180
    body = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert headline.strip() in body.replace("\n", "")
    assert 'dir="rtl"' in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


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
    (message,) = mail.mails
    assert isinstance(result, Sent)
    assert message["Bcc"] is None
    assert len(message.get_all("Subject")) == 1  # type: ignore[arg-type]
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


async def test_D08_a_refused_recipient_is_named_and_the_other_gets_one_copy(mail: SmtpServer) -> None:
    mail.replies["RCPT"] = ["550 no such user", "250 OK"]
    (result,) = await send(mail, alert(), to=("gone@desk.example", "desk@desk.example"))
    assert isinstance(result, Sent)
    assert "gone@desk.example was refused: 550 no such user" in result.receipt
    assert len(mail.raw) == 1


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
    server = MailServer("127.0.0.1", mail.port, "starttls", "user", "secret", 2.0)
    channel = EmailChannel(server, SENDER, ["desk@desk.example"])
    result = await channel.send(alert())
    await channel.close()
    assert isinstance(result, SendFailed)
    assert "does not offer" in result.detail
    assert "secret" not in result.detail
    assert [moment for _, moment, _ in mail.log] == ["ehlo"]


async def test_D09_silence_after_the_message_is_ambiguous(mail: SmtpServer) -> None:
    import time

    mail.at("data", lambda: time.sleep(0.5))
    channel = EmailChannel(MailServer("127.0.0.1", mail.port, "none", timeout=0.2), SENDER, ["desk@desk.example"])
    result = await channel.send(alert())
    await channel.close()
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
