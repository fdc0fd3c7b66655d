"""Stopping and going on whatever becomes of standard output and standard error, and whenever the signal comes."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import itertools
import os
import signal
import sys
import termios
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from monitor.daemon import stopping
from tests.forking import Forked
from tests.support import Child, Home, MailServer, NewsServer, until
from tests.system.streams import writing_to

ROOT = Path(__file__).resolve().parents[2]
FULL = [("stdout",), ("stderr",), ("stdout", "stderr")]
SIGNALS = [signal.SIGTERM, signal.SIGINT]

SIGNAL_AT_AN_IMPORT = """\
import os, sys

class Signals:
    def find_spec(self, name, *_):
        if name == {module!r}:
            print("importing", name, file=sys.stderr, flush=True)
            os.kill(os.getpid(), {number:d})

sys.meta_path.insert(0, Signals())
"""


@pytest.fixture
def home(home: Home) -> Home:
    """Asked as seldom as a user may wish: interpreters that start here know of no other."""
    return replace(home, polling=Home.polling).write()


class UnreadPipe:
    """A small pipe that nobody reads."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        self.size = fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, 4096)

    @property
    def free(self) -> int:
        """Bytes that it still takes."""
        return self.size - int.from_bytes(fcntl.ioctl(self.reader, termios.FIONREAD, bytes(4)), sys.byteorder)

    def fill(self) -> None:
        """Leave no room at all."""
        os.write(self.writer, bytes(self.free))


@pytest.fixture
def pipe() -> Iterator[UnreadPipe]:
    made = UnreadPipe()
    yield made
    os.close(made.reader)
    os.close(made.writer)


@pytest.fixture
def device_full(request: pytest.FixtureRequest) -> Iterator[dict[str, int]]:
    """The streams named by the parameter, as files that take nothing."""
    with open("/dev/full", "w") as nothing:
        yield dict.fromkeys(request.param, nothing.fileno())


@contextlib.asynccontextmanager
async def started(
    home: Home, *command: str, stdout: int = DEVNULL, stderr: int = DEVNULL
) -> AsyncIterator[Process | Forked]:
    process = await writing_to(stdout, stderr, *command, "--config", str(home.config))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()


def long_stories(count: int) -> list[tuple[str, str]]:
    return [(f"n{i}", f"Pakistan and BRICS, part {i} " + "of a long story " * 50) for i in range(count)]


async def test_S04_S12_a_standard_output_that_nobody_reads(
    home: Home, news: NewsServer, mail: MailServer, pipe: UnreadPipe
) -> None:
    news.publish("/feed", *long_stories(20))
    async with started(home, "run", "--alert-baseline", stdout=pipe.writer) as daemon:
        await until(lambda: pipe.free < 2000 and len(mail.raw) > 20, what="a full pipe and all mails")
        news.publish("/feed", ("more", "Pakistan and BRICS go on"), *long_stories(20))
        await until(lambda: len(mail.raw) > 21, what="what came after the pipe was full")
        daemon.send_signal(signal.SIGTERM)
        assert await daemon.wait() == 0


async def test_S04_S12_a_standard_error_that_nobody_reads(
    home: Home, news: NewsServer, mail: MailServer, pipe: UnreadPipe
) -> None:
    home.feeds += [f"http://127.0.0.1:1/{i}" for i in range(60)]  # each failure is a line in the log
    home.write()
    news.publish("/feed")
    async with started(home, "run", stderr=pipe.writer) as daemon:
        await until(lambda: pipe.free < 250 and mail.raw, what="a full pipe and the first reading")
        known = len(mail.raw)
        news.publish("/feed", ("more", "Pakistan and BRICS go on"))
        await until(lambda: len(mail.raw) > known, what="what came after the pipe was full")
        daemon.send_signal(signal.SIGTERM)
        assert await daemon.wait() == 0


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("device_full", FULL, indirect=True)
async def test_R08_a_stop_in_order_ends_with_0_where_nothing_can_be_written(
    device_full: dict[str, int], number: signal.Signals, home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed", *long_stories(3))
    async with started(home, "run", "--alert-baseline", **device_full) as daemon:
        await until(lambda: len(mail.raw) > 3, what="the mails")
        daemon.send_signal(number)
        assert await daemon.wait() == 0


@pytest.mark.parametrize("number", SIGNALS)
async def test_R08_a_daemon_whose_first_words_nobody_reads_is_stopped(
    number: signal.Signals, home: Home, pipe: UnreadPipe
) -> None:
    home.extra = "".join(f"[alerts.sideways{i}]\n" for i in range(200))  # each is an error of its own
    home.write()
    async with started(home, "run", stderr=pipe.writer) as daemon:
        await until(lambda: pipe.free < 250, what="a full pipe")
        daemon.send_signal(number)
        assert await daemon.wait() == 0


async def test_R08_signals_that_come_again_and_again_change_nothing(
    home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed")
    async with started(home, "run") as daemon:
        await until(lambda: mail.raw, what="the first reading")
        while daemon.returncode is None:
            for number in SIGNALS:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(daemon.pid, number)  # send_signal would take the exit code from asyncio
            await asyncio.sleep(0.002)
        assert daemon.returncode == 0


def moments_of_the_start() -> Iterator[ParameterSet]:
    """Each starts an interpreter: in every run of the tests only some, with each module, command and signal."""
    modules = (
        "monitor.cli.main",
        "click",
        "asyncio",
        "monitor.config.settings",
        "monitor.daemon.app",
        "monitor.feeds.fetch.client",
    )
    for place, module in enumerate(modules):
        for other, (command, number) in enumerate(itertools.product(("run", "once"), SIGNALS)):
            yield pytest.param(module, command, number, marks=() if place % 4 == other else pytest.mark.long)


@pytest.mark.parametrize(("module", "command", "number"), [*moments_of_the_start()])
async def test_R08_a_signal_during_the_start_is_answered_as_later(
    module: str, command: str, number: signal.Signals, home: Home, news: NewsServer, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SIGNAL_AT_AN_IMPORT.format(module=module, number=number))
    news.publish("/feed")
    child = await Child.start(
        command, "--config", str(home.config), env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    )
    assert await child.wait() == (0 if command == "run" else 128 + number)
    assert f"importing {module}" in child.err
    assert "Traceback" not in child.err
    assert not news.requests


@pytest.mark.parametrize(
    "module",
    [
        "monitor.cli.main",
        pytest.param("monitor.config.settings", marks=pytest.mark.long),
        pytest.param("monitor.daemon.app", marks=pytest.mark.long),
        "monitor.feeds.fetch.client",
    ],
)
async def test_R08_to_be_told_to_reload_during_the_start_ends_nothing(
    module: str, home: Home, news: NewsServer, mail: MailServer, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SIGNAL_AT_AN_IMPORT.format(module=module, number=signal.SIGHUP))
    news.publish("/feed")
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    child = await Child.start("run", "--config", str(home.config), env=environment)
    await until(lambda: mail.raw, what="the first reading")
    assert f"importing {module}" in child.err
    child.signal(signal.SIGTERM)
    assert await child.wait() == 0


def test_R08_ctrl_c_while_a_class_is_made_is_no_mistake_of_the_program() -> None:
    class Interrupted:
        def __set_name__(self, *_: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises((RuntimeError, KeyboardInterrupt)) as raised:  # the first before Python 3.12
        type("Section", (), {"field": Interrupted()})
    assert stopping.is_behind(raised.value)
    assert not stopping.is_behind(RuntimeError("something else"))


@pytest.mark.parametrize(("device_full", "code"), list(zip(FULL, (4, 0, 4), strict=True)), indirect=["device_full"])
async def test_R08_one_round_where_nothing_can_be_written_ends_as_its_alerts_did(
    device_full: dict[str, int], code: int, home: Home, news: NewsServer, mail: MailServer
) -> None:
    news.publish("/feed", *long_stories(3))
    async with started(home, "once", "--alert-baseline", **device_full) as process:
        assert await process.wait() == code
    assert len(mail.raw) == 4


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("full", ["stdout", "stderr"])
async def test_R08_one_round_that_waits_for_a_reader_is_cut_short(
    full: str, number: signal.Signals, home: Home, news: NewsServer, mail: MailServer, pipe: UnreadPipe
) -> None:
    news.publish("/feed", *long_stories(3))
    pipe.fill()
    async with started(home, "once", "--alert-baseline", **{full: pipe.writer}) as process:
        await until(lambda: len(mail.raw) == 4, what="the mails")
        process.send_signal(number)
        assert await process.wait() == 128 + number
