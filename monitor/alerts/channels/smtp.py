"""The connection to a mail server: its greeting, and what it is where there is none.

A server that is asked in the wrong way says nothing: one that expects TLS waits for it while the client waits for a
greeting, and so does a web server. Who has heard nothing for a few seconds asks by a second connection what answers.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from typing import Literal, TypeVar

T = TypeVar("T")
Security = Literal["starttls", "tls", "none"]

_SILENCE = 3.0
"""Seconds of silence before the other side is asked what it is. Mail servers may greet late on purpose."""
_PATIENCE = 3.0
"""Seconds for each answer to that."""
_MOST = 4096
_QUESTION = b"OPTIONS / HTTP/1.0\r\n\r\n"
_TLS_RECORDS = (b"\x15\x03", b"\x16\x03")
_KINDS = {b"HTTP/": "a web server", b"* OK": "an IMAP server", b"+OK": "a POP3 server", b"SSH-": "an SSH server"}
_LAST_LINE = re.compile(rb"(?:^|\n)\d{3}(?: [^\n]*)?\r?\n\Z")


class WrongServer(Exception):
    """What answers is no mail server, or wants to be spoken to in another way; the message says what to write."""


class Connection(smtplib.SMTP):
    """A mail server that has greeted, by ``security`` and with the certificates that ``trust`` knows. Raises
    WrongServer besides what ``smtplib`` raises.
    """

    def __init__(self, host: str, port: int, security: Security, timeout: float, trust: ssl.SSLContext) -> None:
        self._security, self._trust, self._there = security, trust, (host, port)
        self._heard = b""
        self._patience = min(_PATIENCE, timeout)
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """What ``smtplib`` calls to connect."""
        deadline = time.monotonic() + timeout
        made = socket.create_connection((host, port), timeout)
        try:
            if self._security == "tls":
                made = self._encrypted(made, host, deadline)
            self._heard = self._greeting(made, deadline)
            made.settimeout(timeout)
            return made
        except BaseException:
            made.close()
            raise

    def _encrypted(self, plain: socket.socket, host: str, deadline: float) -> socket.socket:
        made = self._trust.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        try:
            self._patiently(made, made.do_handshake, deadline)
        except ssl.SSLCertVerificationError:
            raise
        except (ssl.SSLError, ConnectionError):
            self._ask()
            raise
        return made

    def _greeting(self, made: socket.socket, deadline: float) -> bytes:
        """Everything up to the greeting's last line; nothing follows it before the client has spoken."""
        heard = b""
        while not _LAST_LINE.search(heard) and len(heard) < _MOST:
            part = self._patiently(made, lambda: made.recv(_MOST), deadline)
            if not part:
                self._ask()
                break
            heard += part
            if kind := _kind_of(heard):
                raise WrongServer(_no_mail_server(*self._there, kind))
        return heard

    def getreply(self) -> tuple[int, bytes]:
        """The greeting first, which has been heard already."""
        if not self._heard:
            return super().getreply()
        lines, self._heard = self._heard.splitlines(), b""
        code = int(lines[-1][:3]) if lines[-1][:3].isdigit() else -1
        return code, b"\n".join(line[4:].strip() for line in lines)

    def _patiently(self, made: socket.socket, step: Callable[[], T], deadline: float) -> T:
        """``step``, which waits for the other side: after some silence ask what it is, and then wait for the rest of
        the time. Raises TimeoutError at the deadline.
        """
        made.settimeout(max(0.001, min(_SILENCE, deadline - time.monotonic())))
        try:
            return step()
        except TimeoutError:
            self._ask()
            rest = deadline - time.monotonic()
            if rest <= 0:
                raise
            made.settimeout(rest)
            return step()

    def _ask(self) -> None:
        """Find out what answers there. Raises WrongServer when that is known."""
        host, port = self._there
        said = self._answer(_client_hello(host))
        speaks_tls = said.startswith(_TLS_RECORDS)
        if speaks_tls and self._security != "tls":
            raise WrongServer(f'port {port} of {host} wants security = "tls"')
        if said.startswith(b"220") and self._security == "tls":
            wanted = "starttls" if _offers_starttls(host, port, self._patience) else "none"
            raise WrongServer(f'port {port} of {host} wants security = "{wanted}"')
        kind = _kind_of(said) or _kind_of(self._answer(_QUESTION, self._trust if speaks_tls else None))
        if kind:
            raise WrongServer(_no_mail_server(host, port, kind))

    def _answer(self, question: bytes, trust: ssl.SSLContext | None = None) -> bytes:
        """The first bytes that come back by a connection of its own; empty when none do."""
        with contextlib.suppress(OSError, ValueError), socket.create_connection(self._there, self._patience) as plain:
            made = trust.wrap_socket(plain, server_hostname=self._there[0]) if trust else plain
            made.sendall(question)
            return made.recv(_MOST)
        return b""


def _client_hello(host: str) -> bytes:
    """How a client begins that speaks TLS."""
    sent = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), sent, server_hostname=host).do_handshake()
    return sent.read()


def _offers_starttls(host: str, port: int, patience: float) -> bool:
    with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP(host, port, timeout=patience) as server:
        server.ehlo()
        return server.has_extn("starttls")
    return True


def _kind_of(said: bytes) -> str:
    """What answers so, where it is certainly no mail server."""
    return next((kind for begins, kind in _KINDS.items() if said.startswith(begins)), "")


def _no_mail_server(host: str, port: int, kind: str) -> str:
    return f"port {port} of {host} is {kind} and no mail server: mend host or port under [alerts.email]"
