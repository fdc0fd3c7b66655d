"""The parser's process, and the pool of them. A document that burns CPU or memory costs its worker, never the daemon.

The protocol on the worker's standard input and output is frames of a 4-byte length and that many bytes: for each
document two frames in (JSON header, body) and one frame out (JSON result). A worker ends when its input ends, so none
outlives the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import struct
import sys
from dataclasses import asdict
from typing import BinaryIO

from monitor.feeds.parse import parse_document
from monitor.model import Entry, Fetched, Parsed, ParseFailed, ParseResult

_LENGTH = struct.Struct("!I")
_MEMORY_LIMIT = 2 * 1024**3
_DOCUMENTS_PER_WORKER = 2_000
"""After so many documents a worker is replaced: long-lived parsers have been seen to grow."""


# --- in the worker -------------------------------------------------------------------------------------------------


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until their stream ends."""
    while (header := _read_frame(requests)) is not None:
        body = _read_frame(requests)
        if body is None:
            return
        request = json.loads(header)
        result = parse_document(body, request["url"], request["content_type"])
        answer = json.dumps({"kind": type(result).__name__, "result": asdict(result)}).encode()
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _read_frame(stream: BinaryIO) -> bytes | None:
    prefix = stream.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(prefix)
    frame = stream.read(length)
    return frame if len(frame) == length else None


def main() -> None:
    """Entry point of ``python -m monitor.feeds.worker``."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(_MEMORY_LIMIT, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get between the frames
    serve(sys.stdin.buffer, answers)


# --- in the daemon -------------------------------------------------------------------------------------------------


class ParserPool:
    """Parses documents in ``size`` worker processes, each document within ``timeout`` seconds."""

    def __init__(self, size: int, timeout: float) -> None:
        self._timeout = timeout
        self._idle: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._idle.put_nowait(None)  # a place for a worker that is started when first needed
        self._size = size

    async def __aenter__(self) -> ParserPool:
        return self

    async def __aexit__(self, *exception: object) -> None:
        for _ in range(self._size):
            try:
                worker = self._idle.get_nowait()
            except asyncio.QueueEmpty:
                return
            if worker:
                await worker.stop()

    async def parse(self, fetched: Fetched) -> ParseResult:
        """Parse one document. A worker that fails or takes too long is killed, and the document reported."""
        worker = await self._idle.get()
        try:
            if worker is None or worker.has_ended:
                worker = await _Worker.start()
            async with asyncio.timeout(self._timeout):
                result = await worker.parse(fetched)
            if worker.parsed >= _DOCUMENTS_PER_WORKER:
                await worker.stop()
                worker = None
            return result
        except TimeoutError:
            return ParseFailed("timeout", f"parsing took longer than {self._timeout:g} s")
        except (asyncio.IncompleteReadError, ConnectionError):
            return ParseFailed("parser", "the parser's process died of this document")
        finally:
            if worker and not worker.ready:
                await worker.stop()
                worker = None
            self._idle.put_nowait(worker)


class _Worker:
    """One parser process. ``ready`` is False while an answer is outstanding: such a worker cannot be used again."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.ready = True
        self.parsed = 0

    @property
    def has_ended(self) -> bool:
        """Whether somebody, the kernel for want of memory say, has ended it while it had nothing to do."""
        return self._process.returncode is not None

    @classmethod
    async def start(cls) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # or files in the current folder, a calendar.py say, would be taken for modules and run
            "-m",
            "monitor.feeds.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the daemon, which then stops its workers in order
        )
        return cls(process)

    async def parse(self, fetched: Fetched) -> ParseResult:
        requests, answers = self._process.stdin, self._process.stdout
        assert requests
        assert answers
        self.ready = False
        header = json.dumps({"url": fetched.url, "content_type": fetched.content_type}).encode()
        requests.write(_LENGTH.pack(len(header)) + header + _LENGTH.pack(len(fetched.body)) + fetched.body)
        await requests.drain()
        (length,) = _LENGTH.unpack(await answers.readexactly(_LENGTH.size))
        answer = json.loads(await answers.readexactly(length))
        self.ready = True
        self.parsed += 1
        fields = answer["result"]
        if answer["kind"] == ParseFailed.__name__:
            return ParseFailed(**fields)
        # JSON knows lists only.
        fields |= {name: tuple(fields[name]) for name in ("skip_hours", "skip_days")}
        return Parsed(**{**fields, "entries": tuple(Entry(**entry) for entry in fields["entries"])})

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        # Not wait(): asyncio does not see the end of a process whose output it has stopped reading.
        await self._process.communicate()


if __name__ == "__main__":
    main()
