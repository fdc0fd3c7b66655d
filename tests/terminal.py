"""A terminal for tests: the program on a pseudo terminal, to be read and answered."""

from __future__ import annotations

import os
import pty
import select
import signal
import termios
import time
from codecs import getincrementaldecoder
from pathlib import Path

import pytest

from tests.support import PATIENCE, started

_LOOK = 0.02


def opened() -> tuple[int, int]:
    """Both ends of a new terminal; the test is skipped where there is none, as in some containers."""
    try:
        return pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal is to be had here: {error}")


class Terminal:
    """``python -m monitor ...`` on a terminal of its own, 100 columns wide."""

    def __init__(self, *arguments: str, cwd: Path, env: dict[str, str] | None = None) -> None:
        self._ours, theirs = opened()
        termios.tcsetwinsize(theirs, (40, 100))
        usual = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "VISUAL")}
        whole = {**usual, "TERM": "xterm", "NO_COLOR": "1", **(env or {})}
        self._process = started(*arguments, cwd=cwd, env=whole, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._decoder = getincrementaldecoder("utf-8")("replace")  # a letter may come in two parts
        self.shown = ""
        self._read_to = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def expect(self, text: str) -> str:
        """Wait until ``text`` is shown; all that was shown before it since the last time."""
        deadline = time.monotonic() + PATIENCE
        while (at := self.shown.find(text, self._read_to)) < 0:
            assert time.monotonic() < deadline, f"{text!r} was not shown, but: {self.shown}"
            assert self._more(deadline), f"it ended without {text!r}: {self.shown}"
        before, self._read_to = self.shown[self._read_to : at], at + len(text)
        return before

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def interrupt(self) -> None:
        """What Ctrl-C does to the program, once it waits for a line as it does when a person reacts: a signal that
        comes before it waits in the kernel is seen only with the next one.
        """
        deadline = time.monotonic() + PATIENCE
        stat = Path(f"/proc/{self._process.pid}/stat")
        while stat.read_text("utf-8").rpartition(")")[2].split()[0] != "S":
            assert time.monotonic() < deadline, f"it does not wait for a line: {self.shown}"
            time.sleep(_LOOK)
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        """The exit code, once all is shown."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self._process.wait(timeout=PATIENCE)

    def _more(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            chunk = os.read(self._ours, 65_536)
        except OSError:  # EIO: the other end is closed
            return False
        self.shown = f"{self.shown}{self._decoder.decode(chunk)}".replace("\r\n", "\n")
        return bool(chunk)
