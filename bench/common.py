"""What the measurements share: the machine, memory, figures with their spread, and generated news."""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SHIPPED_WATCHLISTS = ROOT / "watchlists"
SUBJECTS = ("Government", "Minister", "Court", "Police", "Officials", "Company", "Opposition", "Scientists")


def clean_up_when_terminated() -> None:
    """Let SIGTERM unwind the program as Ctrl-C does, so that child processes and temporary folders go with it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def progress(text: str) -> None:
    """One line about what is being done, on standard error."""
    print(text, file=sys.stderr, flush=True)


def emit(name: str, args: argparse.Namespace, figures: dict[str, Any]) -> None:
    """The one JSON object on standard output."""
    # A folder by its name alone: figures are passed on, where things lie on this machine is not.
    settings = {key: value.name if isinstance(value, Path) else value for key, value in vars(args).items()}
    print(json.dumps({"bench": name, "machine": machine(), "settings": settings, **figures}, indent=2))


def machine() -> dict[str, Any]:
    """What the figures were taken on. A load above the number of processors means that others were at work too."""
    return {
        "cpus": os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def between(lowest: int, highest: int) -> Callable[[str], int]:
    """An argparse type: a whole number within bounds, so that every loop is bounded."""

    def number(text: str) -> int:
        value = int(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"{value} is not between {lowest} and {highest}")
        return value

    return number


def spread(values: Sequence[float], digits: int = 1) -> dict[str, float]:
    """Repeated measurements of one thing: the median, and how far they lie apart."""
    return {
        "median": round(statistics.median(values), digits),
        "lowest": round(min(values), digits),
        "highest": round(max(values), digits),
        "runs": len(values),
    }


# --- memory and time of processes ------------------------------------------------------------------------------------


def rss_mb(pid: int | str = "self", peak: bool = False) -> float | None:
    """Resident memory of a process in MB (2**20 bytes), now or at its ``peak``; None where there is no /proc.

    Not getrusage: its maximum for a child counts the parent's memory at the fork.
    """
    label = "VmHWM:" if peak else "VmRSS:"
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith(label)), None)


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, 0 where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def children_running(module: str) -> list[int]:
    """This process's children that were started as ``python -m module``; empty where there is no /proc."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended meanwhile
        if int(parent) == os.getpid() and module.encode() in words:
            found.append(int(folder.name))
    return found


# --- generated news --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """Names that occur together in the news."""

    names: tuple[str, ...]


class Newsroom:
    """Invents headlines whose words are spread as in real ones: few very common, most very rare (Zipf's law).

    The same seed gives the same headlines. About half of them tell of a story, and name two of its names.
    """

    def __init__(self, seed: int, words: int = 20_000, names: int = 15_000, stories: int = 3_000) -> None:
        self._random = random.Random(seed)
        self._words = self._invent(words)
        self._names = [word.capitalize() for word in self._invent(names, least=2)]
        self._word_weights = _zipf(words)
        self._name_weights = _zipf(names)
        self._stories = [Story(tuple(self._random.sample(self._names, 4))) for _ in range(stories)]
        self._story_weights = _zipf(stories)

    def headline(self) -> str:
        """The next headline: 6 to 14 words, about a third of them names."""
        pick = self._random
        length = pick.randint(6, 14)
        names = pick.choices(self._names, cum_weights=self._name_weights, k=length // 3)
        if pick.random() < 0.5:
            story = pick.choices(self._stories, cum_weights=self._story_weights)[0]
            names[:2] = pick.sample(story.names, 2)
        words = [*pick.choices(self._words, cum_weights=self._word_weights, k=length - len(names) - 1), *names]
        pick.shuffle(words)
        return " ".join([pick.choice(SUBJECTS), *words])

    def text(self, sentences: int) -> str:
        """Some sentences, as a feed's summary has them."""
        return " ".join(f"{self.headline()}." for _ in range(sentences))

    def _invent(self, number: int, least: int = 1) -> list[str]:
        """``number`` different words; the commonest are the shortest, as in real languages."""
        found: dict[str, None] = {}
        while len(found) < number:
            syllables = least + min(4, len(found) * 4 // number) - self._random.randint(0, 1)
            word = "".join(self._syllable() for _ in range(max(least, syllables)))
            # Where all short words are taken, a longer one is.
            found.setdefault(word + self._syllable() if word in found else word)
        return list(found)

    def _syllable(self) -> str:
        pick = self._random
        end = pick.choice(("", "", "n", "r", "s", "l", "k"))
        return pick.choice("bcdfghjklmnprstvwz") + pick.choice(("a", "e", "i", "o", "u", "ai", "ou")) + end


def _zipf(number: int) -> list[float]:
    """Cumulative weights: the word of rank r occurs 1 / (r + 2.7) as often (Mandelbrot's form of Zipf's law)."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(1, number + 1)))
