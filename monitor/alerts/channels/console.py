"""Alerts on standard output: coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from monitor.alerts.channels.thread import ChannelThread
from monitor.alerts.render import for_terminal
from monitor.model import Message, Partly, SendFailed, SendResult, Sent


class ConsoleChannel:
    """Writes alerts to ``stream`` (standard output when None) in a thread of its own: a full pipe must not stop the
    daemon.
    """

    def __init__(self, stream: TextIO | None = None, name: str = "console") -> None:
        self.name = name
        self._stream = stream
        self._thread = ChannelThread("console")
        self._is_deserted = False

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Write one message."""
        return await self._thread.run(lambda: self._write(message))

    async def end_batch(self) -> None:
        """Nothing is kept open between alerts."""

    async def close(self) -> None:
        """Let go of the thread, which may hang in a write to a pipe that nobody reads."""
        self._thread.close()

    def _nobody_reads(self) -> SendFailed:
        return SendFailed("nobody reads standard output any more", unreachable=True, needs_user=True)

    def _write(self, message: Message) -> SendResult:
        from rich.console import Console

        stream = self._stream or sys.stdout
        if self._is_deserted:  # and will be until the next start
            return self._nobody_reads()
        try:
            console = Console(file=stream, highlight=False, soft_wrap=True, markup=False, emoji=False)
            # Not printed by rich itself: it ends the program when the reader of a pipe has gone.
            with console.capture() as capture:
                console.print(for_terminal(message))
            write_all(stream, capture.get())
        except BrokenPipeError:
            self._is_deserted = True
            return self._nobody_reads()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            return SendFailed(f"standard output cannot be written: {error}", unreachable=True)
        return Sent("written")


def write_all(stream: TextIO, text: str) -> None:
    """Write ``text``, past the buffer of a file: what cannot be written is not to be tried again when the program ends,
    nor is anybody to wait for a buffer that a full pipe holds up. Raises OSError, and ValueError for a closed stream.
    """
    stream.flush()
    try:
        number = stream.fileno()
    except OSError:  # no file but something of ours
        stream.write(text)
        return
    rest = memoryview(text.encode(stream.encoding, stream.errors or "strict"))
    while rest:
        rest = rest[os.write(number, rest) :]
