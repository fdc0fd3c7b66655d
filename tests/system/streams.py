"""The program with streams that a test has made: pipes that nobody reads, devices that take nothing."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process

from tests.forking import Forked, fork, usual_signals


async def writing_to(stdout: int, stderr: int, *arguments: str) -> Process | Forked:
    """Start the program with these arguments, and these descriptors for what it says; DEVNULL for none."""
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        out, err = (nothing if one == DEVNULL else one for one in (stdout, stderr))
        if forked := await fork(arguments, dict(os.environ), None, (), (nothing, out, err)):
            return forked
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "monitor", *arguments),
            stdin=DEVNULL,
            stdout=out,
            stderr=err,
            preexec_fn=usual_signals,
        )
    finally:
        os.close(nothing)
