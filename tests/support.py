"""The outside world for tests: a real HTTP server of feeds, a real SMTP server, the real program as a child process.

Both servers can be told to do something at a given moment of a dialogue (``at``), and keep a log of all that happened.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from tempfile import TemporaryFile
from xml.sax.saxutils import escape

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.forking import Awaited, Forked, fork, fork_and_wait, usual_signals

Hook = Callable[[], None]

PATIENCE = 900.0
"""Seconds until what has not happened never will, however much else the machine has to do. It is there that what hangs
comes to an end: nothing is to take so long, and no test is to say how long anything takes.
"""
MORE_AND_MORE_TIME = (0.3, 3.0, 30.0, 300.0)
"""Seconds for what is given up when they are over, where something else has to come about before: with less time than
this machine takes for that, there was nothing to see, and the next is tried.
"""
PROGRAM = Path(__file__).with_name("program.py")
IN_ORDER = (PATIENCE, PATIENCE, PATIENCE)
"""Polls and deliveries end in order, however long that takes."""
CUT_SHORT = (0.2, 0.2, PATIENCE)
"""They are hardly waited for: for tests in which they never end."""

WATCHLISTS = {
    "brics.toml": 'title = "Pakistan\'s BRICS bid"\nall = ["Pakistan", "BRICS"]\n',
    "pipeline.toml": 'title = "Pakistan Stream"\nany = ["Pakistan Stream"]\n',
}


def rss(*items: tuple[str, str], title: str = "Test feed") -> bytes:
    """An RSS document of (guid, headline) pairs, newest first."""
    entries = "".join(
        f"<item><guid>{escape(guid)}</guid><title>{escape(headline)}</title><link>https://news.example/{escape(guid)}</link></item>"
        for guid, headline in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{entries}</channel></rss>'.encode()


_PLACES: dict[str, socket.socket] = {}


def own_port(name: str) -> int:
    """A port of loopback that is this process's own until its end: for servers that come one after the other under the
    same address. Nobody else is given it, as it is taken, and as nobody listens there a server of ours may.
    """
    if name not in _PLACES:
        _PLACES[name] = socket.socket()
        _PLACES[name].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _PLACES[name].bind(("127.0.0.1", 0))
    return int(_PLACES[name].getsockname()[1])


class Moments:
    """Hooks for moments of a dialogue, each good for one time."""

    def __init__(self) -> None:
        self._hooks: dict[str, Hook] = {}
        self.log: list[tuple[float, str, str]] = []

    def at(self, moment: str, hook: Hook) -> None:
        """Call ``hook`` the next time that ``moment`` comes."""
        self._hooks[moment] = hook

    def forget(self) -> None:
        """Drop hooks whose moment has not come."""
        self._hooks.clear()

    def reached(self, moment: str, detail: str = "") -> None:
        """``moment`` has come."""
        self.log.append((time.monotonic(), moment, detail))
        hook = self._hooks.pop(moment, None)
        if hook:
            hook()


@dataclass
class Page:
    """What a path answers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/rss+xml"
    conditional: bool = True
    delay: float = 0.0


class NewsServer(Moments):
    """Serves feeds on loopback. Moments: request, headers, half-body, body."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self._port = port
        self.pages: dict[str, Page] = defaultdict(Page)
        self.requests: list[web.Request] = []
        self.served: Counter[tuple[str, int]] = Counter()
        self.url = ""

    async def __aenter__(self) -> NewsServer:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def publish(self, path: str, *items: tuple[str, str]) -> None:
        """Let ``path`` be a feed of these (guid, headline) pairs."""
        self.pages[path] = Page(rss(*items))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.reached("request", request.path)
        page = self.pages[request.path]
        if page.delay:
            await asyncio.sleep(page.delay)
        etag = f'W/"{hash(page.body):x}"'
        headers = {"ETag": etag, **page.headers} if page.conditional else page.headers
        if page.conditional and request.headers.get("If-None-Match") == headers.get("ETag") and page.status == 200:
            self.served[request.path, 304] += 1
            return web.Response(status=304, headers=headers)
        response = web.StreamResponse(status=page.status, headers=headers)
        response.content_type = page.content_type
        response.content_length = len(page.body)
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            self.reached("headers")
            half = len(page.body) // 2
            await response.write(page.body[:half])
            self.reached("half-body")
            await response.write(page.body[half:])
            await response.write_eof()
        self.served[request.path, page.status] += 1
        self.reached("body")
        return response


class _Dialogue(SMTP):
    """Tells its server when a mail's text begins, and when a part of it has come."""

    def data_received(self, data: bytes) -> None:
        if self._in_text:
            self.event_handler.reached("half-mail")
        super().data_received(data)

    @property
    def _in_text(self) -> bool:
        return getattr(self, "_began", False)

    async def smtp_DATA(self, argument: str) -> None:
        self.event_handler.reached("data-begun")
        self._began = True
        try:
            await super().smtp_DATA(argument)
        finally:
            self._began = False


class MailServer(Moments):
    """Takes mail on loopback. Moments: ehlo, mail, rcpt, data-begun, half-mail, data (all received, no answer yet),
    accepted, quit.

    ``replies`` overrides the next answers to a command, in order: ``server.replies["RCPT"] = ["450 later"]``.
    ``silent``: mails are received and never answered. ``login``: the name and password that are wanted.
    """

    def __init__(self, port: int = 0, login: tuple[str, str] | None = None) -> None:
        super().__init__()
        self._login = login
        self.recipients: list[list[str]] = []
        self.replies: dict[str, list[str]] = defaultdict(list)
        self.raw: list[bytes] = []
        self.port = port
        self.silent = False

    async def __aenter__(self) -> MailServer:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._dialogue, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self._place = socket.socket()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._place.close()

    def _dialogue(self) -> SMTP:
        if self._login is None:
            return _Dialogue(self, enable_SMTPUTF8=True)
        return _Dialogue(self, authenticator=self._knows, auth_required=True, auth_require_tls=False)

    def _knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        found = data.login.decode("utf-8"), data.password.decode("utf-8")
        return AuthResult(success=found == self._login, handled=False)  # False: the answer is aiosmtpd's

    async def stop(self) -> None:
        """Refuse connections from now on. The port stays taken: nobody else is to answer there."""
        self._server.close()
        await self._server.wait_closed()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", self.port))

    @property
    def mails(self) -> list[EmailMessage]:
        """The mails that were acknowledged, parsed."""
        return [message_from_bytes(raw, policy=default) for raw in self.raw]  # type: ignore[misc]

    def _reply(self, command: str, usual: str) -> str:
        return self.replies[command].pop(0) if self.replies[command] else usual

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.reached("ehlo")
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.reached("mail")
        envelope.mail_from = address
        return self._reply("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.reached("rcpt")
        reply = self._reply("RCPT", "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.reached("data")
        if self.silent:
            await asyncio.Event().wait()
        reply = self._reply("DATA", "250 taken")
        if reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            self.recipients.append(list(envelope.rcpt_tos))
            # After the answer has gone out: the loop writes it before it runs this.
            asyncio.get_running_loop().call_soon(self.reached, "accepted")
        return reply

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.reached("quit")
        return "221 Bye"


@dataclass
class Home:
    """A folder with a configuration and watchlists, and the program that runs on it.

    ``alerts``: lines of the table ``[alerts]``. As it is, every alert is a message of its own, at once, without limits,
    and the digest is half a day away.
    """

    folder: Path
    feeds: list[str]
    smtp_port: int = 0
    extra: str = ""
    alerts: str = 'group_wait = "0s"\nlimit = 0\nflood = 0\n'
    digest: str = field(default_factory=lambda: f'digest = {{ at = "{datetime.now() + timedelta(hours=12):%H:%M}" }}\n')
    polling: str = 'interval = "1s"\nmin_interval = "1s"\n'
    limits: str = 'connect_timeout = "1h"\ntimeout = "1h"\nparse_timeout = "1h"\n'
    """Of a poll. As they are, nothing is given up for being slow: that is the machine's doing as a rule."""
    parsers: int = 1
    watchlists: dict[str, str] = field(default_factory=lambda: dict(WATCHLISTS))

    def write(self) -> Home:
        """Write all files."""
        email = (
            f'[alerts.email]\nhost = "127.0.0.1"\nport = {self.smtp_port}\nsecurity = "none"\n'
            'from = "Monitor <monitor@desk.example>"\nto = ["desk@desk.example"]\ntimeout = "1h"\n'
            if self.smtp_port
            else ""
        )
        feeds = "".join(
            f'[[feeds]]\nurl = "{url}"\nname = "feed{i}"\nallow_private = true\n' for i, url in enumerate(self.feeds)
        )
        self.config.write_text(
            '[monitor]\ndatabase = "monitor.db"\n'
            f"[polling]\n{self.polling}{self.limits}parsers = {self.parsers}\n"
            f"{feeds}"
            f'[alerts]\nretry_first = "0.2s"\nretry_max = "0.4s"\n{self.digest}{self.alerts}[alerts.console]\n'
            f"{email}{self.extra}",
            "utf-8",
        )
        self.config.chmod(0o600)  # what others can read is warned of where it holds a secret
        (self.folder / "watchlists").mkdir(exist_ok=True)
        for name, text in self.watchlists.items():
            (self.folder / "watchlists" / name).write_text(text, "utf-8")
        return self

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "monitor.db"

    @contextlib.asynccontextmanager
    async def daemon(self, end: Sequence[float] = IN_ORDER, fresh: bool = False) -> AsyncIterator[Child]:
        """The running daemon; killed at the end if it still runs. ``end``, ``fresh``: see ``Child.start``."""
        child = await Child.start("run", "--config", str(self.config), end=end, fresh=fresh)
        try:
            yield child
        finally:
            await child.kill()


class Child:
    """The program as a process of its own."""

    def __init__(
        self, process: asyncio.subprocess.Process | Forked, out: asyncio.StreamReader, err: asyncio.StreamReader
    ) -> None:
        self.process = process
        self.out = ""
        self.err = ""
        self._readers = [asyncio.create_task(self._read("out", out)), asyncio.create_task(self._read("err", err))]

    @classmethod
    async def start(
        cls,
        *arguments: str,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        end: Sequence[float] = (),
        fresh: bool = False,
        given: int | None = None,
    ) -> Child:
        """Start the program with these arguments, in the folder ``cwd``. ``end``: see ``tests/program.py``. ``fresh``:
        in an interpreter that has imported nothing yet. ``given``: its standard input.
        """
        whole = {**os.environ, **(env or {})}
        if not fresh and (forked := await cls._forked(arguments, whole, cwd, end, given)):
            return forked
        program = [str(PROGRAM), *map(str, end)] if end else ["-m", "monitor"]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            *program,
            *arguments,
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL if given is None else given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=whole,
            preexec_fn=usual_signals,
        )
        assert process.stdout
        assert process.stderr
        return cls(process, process.stdout, process.stderr)

    @classmethod
    async def _forked(
        cls, arguments: Sequence[str], env: dict[str, str], cwd: Path | None, end: Sequence[float], given: int | None
    ) -> Child | None:
        (out, out_of_it), (err, err_of_it) = os.pipe(), os.pipe()
        given = os.open(os.devnull, os.O_RDONLY) if given is None else os.dup(given)
        try:
            forked = await fork(arguments, env, cwd, end, (given, out_of_it, err_of_it))
        finally:
            for one in (given, out_of_it, err_of_it):
                os.close(one)
        if forked is None:
            os.close(out)
            os.close(err)
            return None
        return cls(forked, await _reader(out), await _reader(err))

    async def _read(self, name: str, stream: asyncio.StreamReader) -> None:
        decoder = getincrementaldecoder("utf-8")("replace")  # a letter may come in two parts
        while chunk := await stream.read(65536):
            setattr(self, name, getattr(self, name) + decoder.decode(chunk))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the process has ended."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    async def wait(self) -> int:
        """The exit code, once the process has ended and all of its output is read."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await asyncio.gather(*self._readers)
        assert code != 70, f"a mistake of the program: {self.err}"
        return code

    async def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        await self.wait()


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    pipe = os.fdopen(descriptor, "rb")
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader


async def run_monitor(
    *arguments: str,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    fresh: bool = False,
    given: bytes | None = None,
) -> tuple[int, str, str]:
    """Run a command to its end: exit code, standard output, standard error. ``given``: what it reads."""
    if given is None:
        child = await Child.start(*arguments, env=env, cwd=cwd, fresh=fresh)
    else:
        with TemporaryFile() as file:
            file.write(given)
            file.seek(0)
            child = await Child.start(*arguments, env=env, cwd=cwd, fresh=fresh, given=file.fileno())
    code = await child.wait()
    return code, child.out, child.err


def started(
    *arguments: str,
    env: dict[str, str],
    stdin: int,
    stdout: int,
    stderr: int,
    cwd: Path | None = None,
    fresh: bool = False,
) -> subprocess.Popen[bytes] | Awaited:
    """The program as ``Popen`` starts it, with these streams and all of this environment, in a session of its own.
    ``fresh``: see ``Child.start``.
    """
    forked = None if fresh else fork_and_wait(arguments, env, cwd, (stdin, stdout, stderr))
    return forked or subprocess.Popen(
        [sys.executable, "-P", "-m", "monitor", *arguments],
        cwd=cwd,
        env=env,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=usual_signals,
    )


async def until_status(home: Home, text: str, is_shown: bool = True) -> None:
    """Wait until ``monitor status`` shows ``text``, or no longer does: the daemon writes its log before its notes."""
    deadline = time.monotonic() + PATIENCE
    while (text in (await run_monitor("status", "--config", str(home.config)))[1]) != is_shown:
        assert time.monotonic() < deadline, f"waited in vain for {text!r} in status ({is_shown=})"
        await asyncio.sleep(0.1)  # the daemon needs the processor, too


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until ``condition`` holds. Fails, saying ``what`` was waited for, when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE:g} s in vain for {what or condition}"
        await asyncio.sleep(0.02)
