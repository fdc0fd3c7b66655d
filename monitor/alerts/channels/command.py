"""Alerts for a program of the user's: JSON on standard input, and the exit code as the answer. No shell is involved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from monitor.alerts.channels.process import CannotStart, Ended, environment, run_to_end
from monitor.alerts.payload import as_json
from monitor.model import Message, Partly, SendFailed, SendResult, Sent
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
