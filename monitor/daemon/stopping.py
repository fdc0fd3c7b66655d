"""What SIGTERM and Ctrl-C do, from the first instruction of the program to its last.

``monitor run`` is made to be stopped: whenever that comes, it ends with 0. ``once`` and ``demo`` are cut short, and end
with 128 and the number of the signal. Other commands leave SIGTERM to the system.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

_RUN = "run"
_CUT_SHORT = ("once", "demo")
_CTRL_C = 128 + signal.SIGINT


def _now() -> None:
    os._exit(0)


_stop: Callable[[], object] = _now
_code = _CTRL_C


def begin(command: str) -> None:
    """Before anything else is imported: nothing is in hand yet, so whoever is told to stop goes at once."""
    if command == _RUN:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: _stop())
        signal.signal(signal.SIGHUP, lambda *_: None)  # to reload is nothing yet: all files are still to be read
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is to be ignored
        signal.signal(signal.SIGINT, lambda *_: os._exit(_CTRL_C))
    if command in _CUT_SHORT:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))


def imported(command: str) -> None:
    """Now the program knows itself how to end when it is cut short: KeyboardInterrupt is raised."""
    if command == _RUN:
        return
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if command in _CUT_SHORT:
        signal.signal(signal.SIGTERM, _as_ctrl_c)


def on_stop(action: Callable[[], object]) -> None:
    """Let ``action`` be called, at any moment and maybe more than once, when ``monitor run`` is told to stop."""
    global _stop
    _stop = action


def ended() -> None:
    """All is done but for the last output: whoever is told to stop now does so anyway."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


def exit_code() -> int:
    """That of a command which was cut short."""
    return _code


def is_behind(error: BaseException) -> bool:
    """Whether ``error`` is what became of a KeyboardInterrupt: in the making of a class Python makes a RuntimeError of
    it, as where a module is being imported.
    """
    reasons: set[BaseException] = set()
    while error not in reasons:
        reasons.add(error)
        error = error.__cause__ or error.__context__ or error
    return any(isinstance(reason, KeyboardInterrupt) for reason in reasons)


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    global _code
    _code = 128 + number
    handler = signal.getsignal(signal.SIGINT)  # that of asyncio, while a loop runs
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt
