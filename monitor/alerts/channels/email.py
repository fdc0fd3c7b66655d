"""Alerts by mail. The same alert always has the same Message-ID, so that a copy sent twice can be told from two
alerts.
"""

from __future__ import annotations

import contextlib
import functools
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal

from monitor.alerts.channels.thread import ChannelThread
from monitor.alerts.render import for_mail, heading
from monitor.clock import utc
from monitor.model import Alert, SendFailed, SendResult, Sent
from monitor.text.clean import single_line

_SUBJECT_LIMIT = 180


@dataclass(frozen=True)
class MailServer:
    """Where and how mail is handed in. ``timeout`` in seconds, for each step of the dialogue."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    username: str = ""
    password: str = ""
    timeout: float = 30.0


class EmailChannel:
    """Sends alerts from ``sender`` to ``recipients``; the connection is kept for the alerts of one batch."""

    name = "email"

    def __init__(self, server: MailServer, sender: str, recipients: Sequence[str]) -> None:
        self._server = server
        self._sender = sender
        self._recipients = tuple(recipients)
        self._smtp: smtplib.SMTP | None = None
        self._thread = ChannelThread("smtp")

    async def send(self, alert: Alert) -> SendResult:
        """Send one alert; every failure of the mail server comes back as a value."""
        return await self._thread.run(lambda: self._send(alert))

    async def end_batch(self) -> None:
        """Close the connection: servers do not like idle ones."""
        await self._thread.run(self._quit)

    async def close(self) -> None:
        """Let go of the thread, which may wait for a server that has stopped answering."""
        self._thread.close()

    def _send(self, alert: Alert) -> SendResult:
        try:
            message = compose(alert, self._sender, self._recipients)
        except Exception as error:  # an alert that cannot be built never will be; it must not hold up the others
            return SendFailed(f"the mail cannot be built: {type(error).__name__}: {error}", permanent=True)
        if failure := self._connect():
            return failure
        assert self._smtp is not None
        result = _hand_over(self._smtp, parseaddr(self._sender)[1], self._recipients, message.as_bytes(policy=SMTP))
        if isinstance(result, SendFailed):
            self._drop()
        return result

    def _connect(self) -> SendFailed | None:
        if self._smtp is not None:
            return None
        server = self._server
        where = f"{server.host}:{server.port}"
        try:
            if server.security == "tls":
                self._smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_trust())
            else:
                self._smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
            if server.security == "starttls":
                self._smtp.starttls(context=_trust())
            if server.username:
                self._smtp.login(server.username, server.password)
            return None
        except smtplib.SMTPNotSupportedError:
            failure = f"{where} does not offer what was asked for (security = {server.security!r})"
        except smtplib.SMTPAuthenticationError as error:
            failure = f"{where} refused the login: {_reply(error.smtp_code, error.smtp_error)}"
        except smtplib.SMTPResponseException as error:
            failure = f"{where}: {_reply(error.smtp_code, error.smtp_error)}"
        except (OSError, smtplib.SMTPException) as error:
            failure = f"no connection to {where}: {getattr(error, 'strerror', None) or error or type(error).__name__}"
        self._drop()
        return SendFailed(single_line(failure, 500), unreachable=True)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _quit(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()


@functools.cache
def _trust() -> ssl.SSLContext:
    """The machine's certificates; reading them takes longer than a mail."""
    return ssl.create_default_context()


def compose(alert: Alert, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The mail for ``alert``: plain text and HTML, with headers that mail programs can thread and filter by."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = header_text(f"[{heading(alert)}] {alert.headline}")
    message["From"] = sender
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(utc(alert.created))
    message["Message-ID"] = f"<{alert.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if alert.watch:
        message["List-Id"] = f"<{alert.watch}.news-monitor.{domain}>"
    plain, html = for_mail(alert)
    message.set_content(plain)
    message.add_alternative(html, subtype="html")
    return message


def header_text(text: str) -> str:
    """``text`` for a header: one line, cut, and with nothing in it that could be read as an encoded word.

    Python unfolds encoded words (RFC 2047) inside header values and writes out line breaks hidden in them
    (CVE-2024-6923).
    """
    text = single_line(text, 10_000).replace("=?", "= ?")
    return text if len(text) <= _SUBJECT_LIMIT else text[: _SUBJECT_LIMIT - 1].rstrip() + "…"


def _hand_over(smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], message: bytes) -> SendResult:
    """One mail transaction, step by step, so that a failure can be told by the step that it happened in."""
    refused: dict[str, tuple[int, bytes]] = {}
    in_data = False
    try:
        smtp.ehlo_or_helo_if_needed()
        code, reply = smtp.mail(sender)
        if code != 250:
            return _refusal(code, reply, "the sender was refused")
        for recipient in recipients:
            code, reply = smtp.rcpt(parseaddr(recipient)[1])
            if code not in (250, 251):
                refused[recipient] = (code, reply)
        if len(refused) == len(recipients):
            code, reply = min(refused.values())  # one 4xx among them is worth another try
            return _refusal(code, reply, "no recipient was accepted")
        in_data = True
        code, reply = smtp.data(message)
        if code != 250:
            return _refusal(code, reply, "the message was refused")
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error, "the message was refused")
    except (OSError, smtplib.SMTPException) as error:
        reason = single_line(str(error) or type(error).__name__, 300)
        return SendFailed(
            f"the connection broke off{' after the message was begun' if in_data else ''}: {reason}", ambiguous=in_data
        )
    notes = "".join(f"; {recipient} was refused: {_reply(*answer)}" for recipient, answer in refused.items())
    return Sent(_reply(code, reply) + notes)


def _refusal(code: int, reply: bytes | str, what: str) -> SendFailed:
    return SendFailed(f"{what}: {_reply(code, reply)}", permanent=500 <= code < 600)


def _reply(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return single_line(f"{code} {text}", 300)
