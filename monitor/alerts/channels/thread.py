"""The thread that a channel does its blocking work in."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class ChannelThread:
    """Runs blocking calls one after another.

    A daemon thread and not a ThreadPoolExecutor: python waits for the threads of executors before it exits, and a mail
    server that has stopped answering would keep a stopped program alive.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Run ``work`` in the thread. Cancelling stops the waiting, not a call that has begun."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._calls.put((work, future))
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Let the thread end after the call in hand. Does not wait for it."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            work, future = call
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
