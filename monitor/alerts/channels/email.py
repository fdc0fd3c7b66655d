"""Alerts by mail. The same alert always has the same Message-ID, so that a copy sent twice can be told from two
alerts.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import itertools
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from monitor.alerts.channels.smtp import Connection, Security, WrongServer
from monitor.alerts.channels.thread import ChannelThread
from monitor.alerts.mail import AS_WRITTEN, address_header, for_mail, text_header
from monitor.alerts.render import headed
from monitor.clock import utc
from monitor.model import Message, MessageKind, Partly, SendFailed, SendResult, Sent
from monitor.text.address import address_in_ascii, host_in_ascii, split_address
from monitor.text.clean import single_line
from monitor.text.secrets import without

_SUBJECT_LIMIT = 180
_TAKEN = (250, 251)
_LOGIN_WANTED = (530, 535, 538)
"""RFC 4954 section 6: what a server says, to any command, to a client that should have logged in."""


@dataclass(frozen=True)
class MailServer:
    """Where and how mail is handed in. ``timeout`` in seconds, for each step of the dialogue."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0


class EmailChannel:
    """Sends alerts from ``sender`` to ``recipients``; the connection is kept for the alerts of one batch."""

    def __init__(
        self,
        server: MailServer,
        sender: str,
        recipients: Sequence[str],
        name: str = "email",
        templates: Path | None = None,
    ) -> None:
        self.name = name
        self._templates = templates
        self._server = server
        self._sender = address_in_ascii(sender)
        self._recipients = tuple(address_in_ascii(one) for one in recipients)
        self._addresses = tuple(split_address(one)[1] for one in recipients)
        self._smtp: smtplib.SMTP | None = None
        self._thread = ChannelThread("smtp")

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Send one message; every failure of the mail server comes back as a value."""
        return self._shown(await self._thread.run(lambda: self._send(message, partly)))

    def _shown(self, result: SendResult) -> SendResult:
        """What the server has said, without the password that it was given."""
        user, password = (
            one.encode("utf-8", "surrogatepass") for one in (self._server.username, self._server.password)
        )
        encoded = (base64.b64encode(one).decode() for one in (password, b"\0" + user + b"\0" + password))
        secrets = {self._server.password, *encoded} if password else set()
        if isinstance(result, Sent):
            refused = tuple(without(one, secrets) for one in _refused(result.partly))
            partly = result.partly and replace(result.partly, refused=refused)
            return replace(result, receipt=without(result.receipt, secrets), partly=partly)
        return replace(result, detail=without(result.detail, secrets))

    async def end_batch(self) -> None:
        """Close the connection: servers do not like idle ones."""
        await self._thread.run(self._quit)

    async def close(self) -> None:
        """Let go of the thread, which may wait for a server that has stopped answering."""
        self._thread.close()

    def _send(self, message: Message, before: Partly | None) -> SendResult:
        recipients = [one for one in self._addresses if before is None or one in before.owed]
        if not recipients:
            gone = "those still owed it are no longer among the recipients"
            return Sent("; ".join([gone, *_refused(before)]), before if _refused(before) else None)
        try:
            mail = compose(message, self._sender, self._recipients, self._templates).as_bytes()
        except Exception as error:  # what cannot be built never will be; it must not hold up the others
            return SendFailed(f"the mail cannot be built: {type(error).__name__}: {error}", permanent=True)
        if failure := self._connect():
            return failure
        assert self._smtp is not None
        result = _hand_over(self._smtp, split_address(self._sender)[1], recipients, mail, before)
        if isinstance(result, SendFailed):
            self._drop()
        return result

    def _connect(self) -> SendFailed | None:
        if self._smtp is not None:
            return None
        server = self._server
        where = f"{server.host}:{server.port}"
        needs_user = False
        try:
            host = host_in_ascii(server.host)
            self._smtp = Connection(host, server.port, server.security, server.timeout, _trust())
            if server.security == "starttls":
                self._smtp.starttls(context=_trust())
            if server.username:
                _log_in(self._smtp, server.username, server.password)
            return None
        except WrongServer as error:
            needs_user = True
            failure = str(error)
        except smtplib.SMTPNotSupportedError:
            needs_user = True
            failure = f"{where} does not offer what was asked for (security = {server.security!r}); {_instead(server)}"
        except smtplib.SMTPAuthenticationError as error:
            needs_user = error.smtp_code >= 500
            failure = f"{where} refused the login: {_reply(error.smtp_code, error.smtp_error)}"
        except smtplib.SMTPResponseException as error:
            failure = f"{where}: {_reply(error.smtp_code, error.smtp_error)}"
        except ssl.SSLCertVerificationError as error:
            failure = f"the certificate of {where} is not trusted: {error.verify_message}"
        except ssl.SSLError as error:
            said = (error.reason or type(error).__name__).replace("_", " ").lower()
            failure = f"no encrypted connection to {where}: {said}"
        except (OSError, smtplib.SMTPException) as error:
            failure = f"no connection to {where}: {getattr(error, 'strerror', None) or error or type(error).__name__}"
        except ValueError:  # without its text, which may quote the password
            failure = f"{where}: the host's name, the username or the password holds what cannot be sent"
        self._drop()
        return SendFailed(single_line(failure, 500), unreachable=True, needs_user=needs_user)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _quit(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()


def _instead(server: MailServer) -> str:
    """What to write for a server that offers no encryption, or no way to log in."""
    if server.security == "starttls":
        return 'a server of your own network may have security = "none", without a username'
    return "leave out username and password if it wants none"


@functools.cache
def _trust() -> ssl.SSLContext:
    """The machine's certificates; reading them takes longer than a mail."""
    return ssl.create_default_context()


def compose(message: Message, sender: str, recipients: Sequence[str], templates: Path | None = None) -> EmailMessage:
    """The mail for ``message``: plain text and HTML, with headers that mail programs can thread and filter by.

    All mails of a watchlist refer to one that never was: so programs show them as one thread (RFC 5322 section 3.6.4).
    """
    domain = split_address(sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=AS_WRITTEN)
    text_header(mail, "Subject", header_text(headed(message)))
    address_header(mail, "From", [split_address(sender)])
    address_header(mail, "To", [split_address(one) for one in recipients])
    mail["Date"] = format_datetime(utc(message.created))
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    thread = message.watch or {MessageKind.DIGEST: "digest"}.get(message.kind, "")
    if thread:
        mail["List-Id"] = f"<{thread}.news-monitor.{domain}>"
        mail["In-Reply-To"] = mail["References"] = f"<thread.{thread}.news-monitor@{domain}>"
    if message.urgent:
        mail["Importance"] = "high"
    plain, html = for_mail(message, templates)
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    mail.set_boundary(_boundary(message.id, plain + html))
    return mail


def _boundary(identity: str, body: str) -> str:
    """What parts the mail: the same in each copy, and nothing that stands in it."""
    for number in itertools.count():
        found = f"=_{hashlib.sha256(f'{identity} {number}'.encode()).hexdigest()[:32]}"
        if found not in body:
            break
    return found


def header_text(text: str) -> str:
    """``text`` for a header: one line, cut, and with nothing in it that could be read as an encoded word.

    Python unfolds encoded words (RFC 2047) inside header values and writes out line breaks hidden in them
    (CVE-2024-6923).
    """
    text = single_line(text, 10_000).replace("=?", "= ?")
    return text if len(text) <= _SUBJECT_LIMIT else text[: _SUBJECT_LIMIT - 1].rstrip() + "…"


def _log_in(smtp: smtplib.SMTP, username: str, password: str) -> None:
    if (username + password).isascii():
        smtp.login(username, password)
        return
    # smtplib knows only ASCII; the mechanism PLAIN is in UTF-8 (RFC 4616).
    smtp.ehlo_or_helo_if_needed()
    if "PLAIN" not in smtp.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError
    token = base64.b64encode(f"\0{username}\0{password}".encode()).decode("ascii")
    code, reply = smtp.docmd("AUTH", f"PLAIN {token}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, reply)


def _hand_over(
    smtp: smtplib.SMTP, sender: str, recipients: Sequence[str], mail: bytes, before: Partly | None
) -> SendResult:
    """One mail transaction, step by step, so that a failure can be told by the step that it happened in."""
    in_data = False
    try:
        smtp.ehlo_or_helo_if_needed()
        code, reply = smtp.mail(sender)
        if code != 250:
            # The sender is the same for every alert, so it is not this one that was refused.
            return _refusal(code, reply, "the sender was refused", of_all=500 <= code < 600)
        answers = {recipient: smtp.rcpt(recipient) for recipient in recipients}
        if any(code in _TAKEN for code, _ in answers.values()):
            in_data = True
            code, reply = smtp.data(mail)
            if code != 250:
                return _refusal(code, reply, "the message was refused")
        elif unheard := [answer for answer in answers.values() if answer[0] in _LOGIN_WANTED]:
            return _refusal(*unheard[0], "no recipient was accepted")
    except smtplib.SMTPDataError as error:
        return _refusal(error.smtp_code, error.smtp_error, "the message was refused")
    except (OSError, smtplib.SMTPException) as error:
        reason = single_line(str(error) or type(error).__name__, 300)
        return SendFailed(
            f"the connection broke off{' after the message was begun' if in_data else ''}: {reason}", ambiguous=in_data
        )
    except ValueError as error:  # smtplib will not send an address
        return SendFailed(f"the mail cannot be handed over: {single_line(str(error), 300)}", unreachable=True)
    return _sum_up(answers, _reply(code, reply), before)


def _sum_up(answers: Mapping[str, tuple[int, bytes]], receipt: str, before: Partly | None) -> SendResult:
    """What became of the alert as a whole, from what the server said to each recipient."""
    owed = {one: answer for one, answer in answers.items() if 400 <= answer[0] < 500}
    never = {one: answer for one, answer in answers.items() if answer[0] not in _TAKEN and one not in owed}
    refused = (*_refused(before), *(f"{one} was refused: {_reply(*answer)}" for one, answer in never.items()))
    gone = (*(before.never if before else ()), *never)
    taken = len(owed) + len(never) < len(answers) or bool(before and before.taken)
    if owed:
        waits = [f"{one} has to wait: {_reply(*answer)}" for one, answer in owed.items()]
        return SendFailed("; ".join([*waits, *refused]), partly=Partly(tuple(owed), refused, taken, gone))
    if not taken:
        return SendFailed("no recipient was accepted: " + "; ".join(refused), permanent=True)
    partly = Partly((), refused, taken, gone) if refused else None
    takers = tuple(one for one in answers if one not in never)
    return Sent("; ".join([*([receipt] if takers else []), *refused]), partly, takers)


def _refused(before: Partly | None) -> tuple[str, ...]:
    return before.refused if before else ()


def _refusal(code: int, reply: bytes | str, what: str, of_all: bool = False) -> SendFailed:
    of_all = of_all or code in _LOGIN_WANTED
    return SendFailed(
        f"{what}: {_reply(code, reply)}",
        permanent=500 <= code < 600 and not of_all,
        unreachable=of_all,
        needs_user=of_all,
    )


def _reply(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return single_line(f"{code} {text}", 300)
