"""What work costs, counted in steps and not in time: a slow machine takes as many of them as a fast one."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

Result = TypeVar("Result")

LINEAR = 2.3
"""The most that twice the size may cost in times of the size. What is quadratic comes near to 4."""


def counted(work: Callable[[], Result]) -> tuple[Result, int]:
    """What ``work`` gives, and how many calls of functions, in Python and in C, it makes."""
    steps = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        if event in ("call", "c_call"):
            steps += 1

    before, collects = sys.getprofile(), gc.isenabled()
    gc.disable()  # it calls what others want to know of it, and comes when it likes
    sys.setprofile(note)
    try:
        result = work()
    finally:
        sys.setprofile(before)
        if collects:
            gc.enable()
    return result, steps


def steps(work: Callable[[], object]) -> int:
    """How many calls of functions, in Python and in C, ``work`` makes."""
    return counted(work)[1]


def growth(work: Callable[[int], object], size: int) -> float:
    """How many times more steps ``work`` takes for twice the size: 2 or less where it is linear, 4 where it is
    quadratic. Loops inside a function in C, a regular expression's, are not seen: ``python -m bench.hostile`` times
    those.
    """
    work(size)  # what is made once, and kept, is no part of it
    return steps(lambda: work(2 * size)) / steps(lambda: work(size))
