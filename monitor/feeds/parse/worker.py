"""The parser's process, and the pool of them. A document that burns CPU or memory costs its worker, never the daemon.

The protocol on the worker's standard input and output is frames of a 4-byte length and that many bytes: for each
document two frames in (JSON header, body) and one frame out (JSON result). A worker ends when its input ends, so none
outlives the daemon.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import json
import os
import struct
import sys
import time
from dataclasses import asdict
from typing import Any, BinaryIO

from monitor.feeds.parse.document import parse_document
from monitor.model import Aside, Entry, Fetched, Parsed, ParseFailed, ParseResult, Part

_LENGTH = struct.Struct("!I")
_MEMORY_LIMIT = 2 * 1024**3
_DOCUMENTS_PER_WORKER = 2_000
"""After so many documents a worker is replaced: long-lived parsers have been seen to grow."""
_LARGE = 2_000_000
"""Bytes of a document that waits for the others. Of 105 recorded feeds none has half as many."""
_SLOW = 0.5
"""Seconds of processor after which an address's next document waits for the others; 30 items take some hundredths."""


# --- in the worker -------------------------------------------------------------------------------------------------


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until their stream ends."""
    while (header := _read_frame(requests)) is not None:
        body = _read_frame(requests)
        if body is None:
            return
        request = json.loads(header)
        began = time.process_time()
        result = parse_document(body, request["url"], request["content_type"])
        took = time.process_time() - began
        answer = json.dumps({"kind": type(result).__name__, "took": took, "result": asdict(result)}).encode()
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
    """Entry point of ``python -m monitor.feeds.parse.worker``."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY_LIMIT if hard == resource.RLIM_INFINITY else min(_MEMORY_LIMIT, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing that a library prints may get between the frames
    serve(sys.stdin.buffer, answers)


def _entry(fields: dict[str, Any]) -> Entry:
    asides = (Aside(field, start, end, Part(part)) for field, start, end, part in fields["asides"])
    return Entry(**{**fields, "asides": tuple(asides)})


# --- in the daemon -------------------------------------------------------------------------------------------------


class ParserPool:
    """Parses documents in ``size`` worker processes, each document within ``timeout`` seconds.

    Documents that are large, or of an address whose last one took long, wait until no others do, and leave one worker
    to these: a feed whose document is poison makes no other feed late.
    """

    def __init__(self, size: int, timeout: float, slow: float = _SLOW) -> None:
        self._timeout = timeout
        self._slow = slow
        self._idle: list[_Worker | None] = [None] * size  # None: a place for a worker that is started when first needed
        self._waiting: list[tuple[bool, int, asyncio.Future[_Worker | None]]] = []
        self._order = itertools.count()
        self._slow_ones: set[str] = set()
        self._most_slow = max(1, size - 1)
        self._slow_now = 0

    async def __aenter__(self) -> ParserPool:
        return self

    async def __aexit__(self, *exception: object) -> None:
        while self._idle:
            if worker := self._idle.pop():
                await worker.stop()

    async def parse(self, fetched: Fetched) -> ParseResult:
        """Parse one document. A worker that fails or takes too long is killed, and the document reported."""
        slow = len(fetched.body) > _LARGE or fetched.url in self._slow_ones
        worker = await self._a_place(slow)
        took = self._timeout
        try:
            if worker is None or worker.has_ended:
                worker = await _Worker.start()
            async with asyncio.timeout(self._timeout):
                result, took = await worker.parse(fetched)
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
            (self._slow_ones.add if took > self._slow else self._slow_ones.discard)(fetched.url)
            self._leave(worker, slow)

    async def _a_place(self, slow: bool) -> _Worker | None:
        place: asyncio.Future[_Worker | None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (slow, next(self._order), place))
        self._hand_out()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave(place.result(), slow)
            raise

    def _leave(self, worker: _Worker | None, slow: bool) -> None:
        self._slow_now -= slow
        self._idle.append(worker)
        self._hand_out()

    def _hand_out(self) -> None:
        """Give idle workers to those who wait: quick documents first, in the order in which they came."""
        while self._idle and self._waiting:
            slow, _, place = self._waiting[0]
            if slow and self._slow_now >= self._most_slow:
                return
            heapq.heappop(self._waiting)
            if not place.done():  # it is when its poll was cancelled
                self._slow_now += slow
                place.set_result(self._idle.pop())


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
            "monitor.feeds.parse.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the daemon, which then stops its workers in order
        )
        return cls(process)

    async def parse(self, fetched: Fetched) -> tuple[ParseResult, float]:
        """What came of a document, and how many seconds of processor it took."""
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
            return ParseFailed(**fields), answer["took"]
        # JSON knows lists only.
        fields |= {name: tuple(fields[name]) for name in ("skip_hours", "skip_days")}
        return Parsed(**{**fields, "entries": tuple(map(_entry, fields["entries"]))}), answer["took"]

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        # Not wait(): asyncio does not see the end of a process whose output it has stopped reading.
        await self._process.communicate()


if __name__ == "__main__":
    main()
