"""Alerts for a program of the user's: JSON on standard input, and the exit code as the answer. No shell is involved.
And how any channel runs a program to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from monitor.alerts.render import as_json
from monitor.model import Message, Partly, SendFailed, SendResult, Sent
from monitor.text.clean import single_line
from monitor.text.secrets import line_without_secrets, secret_arguments, without


class CommandChannel:
    """Runs ``run`` once for each message, in ``folder``."""

    def __init__(
        self, run: Sequence[str], timeout: float = 30.0, name: str = "command", folder: Path | None = None
    ) -> None:
        self.name = name
        self._run = tuple(run)
        self._timeout = timeout
        self._folder = folder

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Run the program; its exit code says what became of the message."""
        env = environment() | {
            "MONITOR_MESSAGE_ID": message.id,
            "MONITOR_KIND": message.kind.value,
            "MONITOR_WATCH": message.watch,
        }
        try:
            ended = await run_to_end(self._run, env, self._timeout, as_json(message), self._folder)
            ended = replace(ended, out=self._shown(ended.out), err=self._shown(ended.err))
        except CannotStart as error:
            return SendFailed(f"{self._run[0]} cannot be run: {error}", unreachable=True, needs_user=True)
        return self._judge(ended)

    async def end_batch(self) -> None:
        """Nothing is kept between messages."""

    async def close(self) -> None:
        """Nothing to let go of: a program that runs is killed by cancelling ``send``."""

    def _shown(self, said: str) -> str:
        """What the program has said, without the secrets that it was given: some repeat them in their errors."""
        return line_without_secrets(without(said, secret_arguments(self._run)))

    def _judge(self, ended: Ended) -> SendResult:
        """Exit codes are those of sysexits.h. Only the one for bad data says that trying again is of no use."""
        if ended.code is None:
            said = f": {ended.err}" if ended.err else ""
            return SendFailed(f"{self._run[0]} was killed after {self._timeout:g} s{said}", ambiguous=True)
        if ended.code == os.EX_OK:
            return Sent(ended.out or ended.words)
        return SendFailed(f"{self._run[0]}: {ended.words}", permanent=ended.code == os.EX_DATAERR)


# --- a program run to its end ----------------------------------------------------------------------------------------
# For channels that hand messages to one: bounded in time, in output and in what it sees.


OUTPUT_LIMIT = 10_000
"""Bytes that are kept of each stream; what comes after them is read and thrown away, so that the program goes on."""
_LINGER = 1.0
"""Seconds that output may arrive after the end: a child of the program's own may hold the streams for ever."""
_BASICS = ("PATH", "HOME", "LANG", "LC_*", "TZ")


@dataclass(frozen=True)
class Ended:
    """How a program ended. ``code`` is None when it had to be killed, and negative when a signal ended it."""

    code: int | None
    out: str
    err: str

    @property
    def words(self) -> str:
        """How it ended, and the first thing that it said on standard error."""
        how = f"ended by signal {-self.code}" if self.code and self.code < 0 else f"exit code {self.code}"
        return f"{how}: {self.err}" if self.err else how


class CannotStart(Exception):
    """The program is not there, or is none."""


def environment(more: Iterable[str] = ()) -> dict[str, str]:
    """The variables that a program needs to find its way, and those in ``more``. The rest may hold secrets, which the
    daemon was given and the program was not.
    """
    patterns = [*_BASICS, *more]
    return {name: value for name, value in os.environ.items() if any(fnmatchcase(name, one) for one in patterns)}


async def run_to_end(
    argv: Sequence[str], env: Mapping[str, str], patience: float, body: bytes = b"", folder: Path | None = None
) -> Ended:
    """Run ``argv`` (never a shell) with ``body`` on standard input. Raises CannotStart.

    It leads a process group of its own, which is killed as a whole after ``patience`` seconds or on cancellation.
    """
    try:
        transport, program = await _start(argv, env, folder)
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        raise CannotStart(single_line(getattr(error, "strerror", None) or str(error), 200)) from error
    try:
        program.feed(transport, body)
        async with asyncio.timeout(patience):
            await program.exited.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                await program.drained.wait()
        return Ended(transport.get_returncode(), program.said(1), program.said(2))
    except TimeoutError:
        return Ended(None, program.said(1), program.said(2))
    finally:
        _let_go(transport, program)


Started = tuple[asyncio.SubprocessTransport, "_Program"]


async def _start(argv: Sequence[str], env: Mapping[str, str], folder: Path | None) -> Started:
    """Cancelled half-way, asyncio would end the program alone and wait for its children; so it may come up first."""
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(loop.subprocess_exec(_Program, *argv, env=env, cwd=folder, start_new_session=True))
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        starting.add_done_callback(_let_go_once_started)
        raise


def _let_go_once_started(starting: asyncio.Future[Started]) -> None:
    if not starting.cancelled() and not starting.exception():
        _let_go(*starting.result())


def _let_go(transport: asyncio.SubprocessTransport, program: _Program) -> None:
    """Kill what has not ended by itself, with all its children."""
    if not program.exited.is_set():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
    transport.close()


class _Program(asyncio.SubprocessProtocol):
    """Keeps the beginning of what the program says. The end of the program and the end of its output are two things."""

    def __init__(self) -> None:
        self.exited = asyncio.Event()
        self.drained = asyncio.Event()
        self._said = {1: bytearray(), 2: bytearray()}

    def feed(self, transport: asyncio.SubprocessTransport, body: bytes) -> None:
        """Hand over standard input. A program may end without having read it: that is no failure."""
        pipe = transport.get_pipe_transport(0)
        assert isinstance(pipe, asyncio.WriteTransport)
        pipe.write(body)
        pipe.close()

    def said(self, stream: int) -> str:
        """The first line that is not empty."""
        lines = self._said[stream].decode("utf-8", "replace").splitlines()
        return next((line for line in (single_line(one, 300) for one in lines) if line), "")

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        kept = self._said[fd]
        kept += data[: OUTPUT_LIMIT - len(kept)]

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.drained.set()
