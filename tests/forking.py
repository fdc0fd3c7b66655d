"""The program as a process of its own, without the second of processor that its imports take each time.

One process has imported all of it, and does nothing but fork (``serve``). Each fork gets the arguments, environment,
folder and standard streams of a start, and is from there on what ``python -m monitor`` is: it has its own number, gets
signals, ends with an exit code. What happens before the imports, an early signal say, is not seen so:
``Child.start(..., fresh=True)`` starts an interpreter, and MONITOR_TESTS_FRESH=1 makes all tests do so.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import monitor
from monitor.feeds.parse import worker

_LARGEST = 60_000
"""Bytes of a start that fit into a datagram with room to spare."""
_LOOKED_AT_FIRST = ("PYTHON", "LANG", "LC_", "SSL_", "XDG_CACHE_")
"""Beginnings of what in the environment an interpreter, or what it imports, looks at when it begins."""

_LATE = (
    "aiohttp",
    "apscheduler.schedulers.asyncio",
    "apscheduler.triggers.interval",
    "click.shell_completion",
    "pymorphy3",
    "rich.progress",
    "rich.table",
    "sqlite_utils",
)
"""What the program imports only where it is wanted, besides all of its own."""


def usual_signals() -> None:
    """Let a new process end by the signals that end processes: tests that run in the background inherit that Ctrl-C and
    the end of a session mean nothing.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


# --- the process that forks ----------------------------------------------------------------------------------------


def serve(requests: socket.socket) -> Sequence[str]:
    """Fork the program for each request, until nobody is left to ask. Returns in a fork, with its ``end``."""
    _import_all()
    ended = _ends_of_children()
    answers: dict[int, socket.socket] = {}
    selector = selectors.DefaultSelector()
    selector.register(requests, selectors.EVENT_READ)
    selector.register(ended, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is ended:
                ended.recv(4096)
                _report(answers)
                continue
            asked, descriptors, _, _ = socket.recv_fds(requests, 2 * _LARGEST, 4)
            if not asked:
                os._exit(0)
            *streams, answer = descriptors
            if (pid := os.fork()) == 0:
                selector.close()
                for one in (requests, ended, *answers.values()):
                    one.detach()  # or they would close, at their end, what has their numbers by then
                return _become(json.loads(asked), streams)
            for stream in streams:
                os.close(stream)
            answers[pid] = socket.socket(fileno=answer)
            answers[pid].send(str(pid).encode())


def _import_all() -> None:
    own = (one.name for one in pkgutil.walk_packages(monitor.__path__, "monitor.") if not one.name.endswith("__main__"))
    for name in (*_LATE, *own):
        importlib.import_module(name)
    _read_once()
    gc.collect()
    gc.freeze()  # or each collection in a fork would copy the pages of all that is imported


def _read_once() -> None:
    """Have what each start makes or reads in the same way when it judges its first words: their patterns, how common
    they are, the dictionary of Russian.
    """
    from monitor.matching import Headline
    from monitor.watchlist import build

    engine = build(Path(monitor.__file__).parents[1] / "watchlists").engine
    for words in ("Pakistan's bricks", "Россия и Пакистан", "پاکستان", "中国"):
        engine.match(Headline(words))


def _ends_of_children() -> socket.socket:
    """What can be read from as soon as a child has ended."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(theirs.detach())
    return ours


def _report(answers: dict[int, socket.socket]) -> None:
    """Say of each child that has ended how it did."""
    while answers:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with contextlib.suppress(OSError), answers.pop(pid) as answer:
            answer.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(start: dict[str, Any], streams: Sequence[int]) -> Sequence[str]:
    signal.set_wakeup_fd(-1)  # asyncio has done so by itself from 3.12 on; what it was is closed below
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    usual_signals()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as an interpreter has it
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        was = getattr(sys, name)  # which knows what its descriptor was: whether it can be sought, say
        now = open(was.fileno(), mode, encoding=was.encoding, errors=was.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, now)
        setattr(sys, f"__{name}__", now)
    sys.stderr.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
    if start["session"]:
        os.setsid()
    os.chdir(start["cwd"])
    os.environ.clear()
    os.environ.update(start["env"])
    time.tzset()
    sys.argv[:] = ["monitor", *start["arguments"]]
    _fork_parsers()
    return tuple(start["end"])


def _ended_by(program: Callable[[], None]) -> None:
    """Run it and end as an interpreter does, without taking apart all that is imported: that alone takes longer than
    most commands.
    """
    code = 0
    try:
        program()
    except SystemExit as end:
        if isinstance(end.code, str):
            raise
        code = end.code or 0
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        raise SystemExit(code) from None
    os._exit(code)


def _fork_parsers() -> None:
    """From here on, a process that would be ``python -m monitor.feeds.parse.worker`` is a fork, too."""
    start = subprocess._fork_exec  # type: ignore[attr-defined]  # of CPython 3.11 to 3.14

    def fork_or_exec(arguments: Sequence[str], *rest: Any) -> int:
        reads, _, _, writes, _, errors = rest[5:11]
        if arguments[-1] != worker.__name__ or min(reads, writes, errors) < 3:
            return start(arguments, *rest)  # type: ignore[no-any-return]
        with warnings.catch_warnings():
            # From 3.12 on it warns of other threads; the fork needs none of them. Where nobody reads standard error, to
            # say so would wait for ever.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid:
            return pid
        _parse(reads, writes, errors)

    subprocess._fork_exec = fork_or_exec  # type: ignore[attr-defined]


def _parse(reads: int, writes: int, errors: int) -> NoReturn:
    try:
        signal.set_wakeup_fd(-1)
        usual_signals()
        os.setsid()
        for number, descriptor in enumerate((reads, writes, errors)):
            os.dup2(descriptor, number)
        os.closerange(3, max(map(int, os.listdir("/proc/self/fd"))) + 1)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        worker.main()
    finally:
        os._exit(0)


# --- those who ask it ----------------------------------------------------------------------------------------------


class Forked:
    """A fork, as asyncio shows a process."""

    def __init__(self, pid: int, answer: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = asyncio.create_task(self._wait(answer))

    async def _wait(self, answer: socket.socket) -> int:
        with answer:
            self.returncode = int(await asyncio.get_running_loop().sock_recv(answer, 100))
        return self.returncode

    async def wait(self) -> int:
        """The exit code; negative for a signal."""
        return await asyncio.shield(self._ended)

    def send_signal(self, number: int) -> None:
        """Send a signal. Raises ProcessLookupError when the process has ended."""
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)


class Awaited:
    """A fork, as ``subprocess`` shows a process."""

    def __init__(self, pid: int, answer: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._answer = answer

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; negative for a signal."""
        if self.returncode is None:
            self._answer.settimeout(timeout)
            with self._answer:
                self.returncode = int(self._answer.recv(100))
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing happens when the process has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


class _Server:
    """The process that forks, seen from the one that asks. ``wrapped``: the command that is to start it."""

    def __init__(self, *wrapped: str) -> None:
        self.owner = os.getpid()
        self.began_with = _settings(os.environ)
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.requests.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8 * _LARGEST)
        with theirs:
            self.process = subprocess.Popen(
                [*wrapped, sys.executable, "-P", "-m", "tests.forking", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
            )


_server: _Server | None = None


def _the_server() -> _Server:
    global _server
    if _server is None or _server.owner != os.getpid():
        _server = _Server()
    return _server


@contextlib.contextmanager
def wrapped(*command: str) -> Iterator[None]:
    """All that starts meanwhile is a fork of a process that is started by ``command`` and what follows it."""
    global _server
    before, _server = _server, _Server(*command)
    try:
        yield
    finally:
        _server.requests.close()
        _server.process.wait()
        _server = before


def _settings(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(_LOOKED_AT_FIRST)}


async def fork(
    arguments: Sequence[str], env: dict[str, str], cwd: Path | None, end: Sequence[float], streams: Sequence[int]
) -> Forked | None:
    """The program, started with these arguments, all of this environment, and these standard streams. None where a
    fork would not be what an interpreter is that starts so.
    """
    ours = _ask(arguments, env, cwd, end, streams)
    if ours is None:
        return None
    ours.setblocking(False)
    return Forked(int(await asyncio.get_running_loop().sock_recv(ours, 100)), ours)


def fork_and_wait(
    arguments: Sequence[str], env: dict[str, str], cwd: Path | None, streams: Sequence[int]
) -> Awaited | None:
    """The same where nothing else goes on meanwhile, in a session of its own, as a terminal gives it."""
    ours = _ask(arguments, env, cwd, (), streams, session=True)
    return None if ours is None else Awaited(int(ours.recv(100)), ours)


def _ask(
    arguments: Sequence[str],
    env: dict[str, str],
    cwd: Path | None,
    end: Sequence[float],
    streams: Sequence[int],
    session: bool = False,
) -> socket.socket | None:
    """What says the number of the fork, and then how it ended."""
    server = _the_server()
    start = {"arguments": arguments, "env": env, "cwd": str(cwd or Path.cwd()), "end": [*map(str, end)]}
    asked = json.dumps({**start, "session": session}).encode()
    if os.environ.get("MONITOR_TESTS_FRESH") or _settings(env) != server.began_with or len(asked) > _LARGEST:
        return None
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        socket.send_fds(server.requests, [asked], [*streams, theirs.fileno()])
    return ours


if __name__ == "__main__":
    patience = serve(socket.socket(fileno=int(sys.argv[1])))
    from tests.program import run

    _ended_by(lambda: run(patience))
