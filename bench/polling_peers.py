"""What others take for the same feeds of the same server: newsboat, sfeed, and the Python library reader.

Each gets a folder of its own and reads all feeds twice: for the first time, and unchanged. None touches what the user
has of it. A peer that is not installed is left out, and the figures say so.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.common import progress, rss_mb

ROUNDS = ("first", "unchanged")
_PATIENCE = 900.0
"""Seconds that one round of a peer may take."""
_LOOK = 0.005
"""Seconds from one look whether a peer has ended to the next."""
_SOME = 8
"""A number of workers between one and many: for some of the peers more of them are slower."""
Row = dict[str, Any]


@dataclass(frozen=True)
class Peer:
    """Another program that reads feeds. ``read`` reads all of ``urls`` twice with so many workers, in a folder that is
    empty at first, and returns a row of figures for each round.
    """

    name: str
    version: str
    read: Callable[[Path, Sequence[str], int], list[Row]]
    workers: tuple[int, ...]
    """What is tried, of which the fastest counts."""
    remark: str = ""


def peers(concurrency: int, reader_python: Path | None) -> list[Peer | str]:
    """Those that are installed; of others only their names. ``concurrency`` is our own number of polls at a time, which
    each may have, too, besides its own default and some in between.
    """
    return [
        Peer("newsboat", _said("newsboat", "-v").split(" - ")[0], _newsboat, (1, _SOME, concurrency))
        if shutil.which("newsboat")
        else "newsboat",
        Peer("sfeed", "", _sfeed, (16, concurrency), "asks without validators: reads everything again")
        if shutil.which("sfeed_update")
        else "sfeed",
        _reader_peer(reader_python, concurrency) if reader_python else "reader",
    ]


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


# --- newsboat --------------------------------------------------------------------------------------------------------


def _newsboat(folder: Path, urls: Sequence[str], workers: int) -> list[Row]:
    config, addresses, cache = folder / "config", folder / "urls", folder / "cache.db"
    config.write_text(f"reload-threads {workers}\nauto-reload no\nmax-items 0\n", "utf-8")
    addresses.write_text("\n".join(urls) + "\n", "utf-8")
    command = [
        "newsboat",
        f"--config-file={config}",
        f"--url-file={addresses}",
        f"--cache-file={cache}",
        "-x",
        "reload",
    ]
    rows = []
    for name in ROUNDS:
        row = _measured(command, folder, len(urls))
        with closing(sqlite3.connect(cache)) as database:
            items = database.execute("SELECT count(*) FROM rss_item").fetchone()[0]
        rows.append({"round": name, **row, "items": items})
    return rows


# --- sfeed -----------------------------------------------------------------------------------------------------------


def _sfeed(folder: Path, urls: Sequence[str], workers: int) -> list[Row]:
    found = folder / "found"
    found.mkdir()
    config = folder / "sfeedrc"
    lines = "".join(f'\tfeed "{number}" "{url}"\n' for number, url in enumerate(urls))
    config.write_text(f'sfeedpath="{found}"\nmaxjobs={workers}\nfeeds() {{\n{lines}}}\n', "utf-8")
    rows = []
    for name in ROUNDS:
        row = _measured(["sfeed_update", str(config)], folder, len(urls))
        items = sum(file.read_bytes().count(b"\n") for file in found.iterdir())
        rows.append({"round": name, **row, "items": items})
    return rows


# --- reader ----------------------------------------------------------------------------------------------------------

SGMLLIB = """
import sys
from importlib.util import find_spec

if not find_spec("sgmllib") and find_spec("feedparser_sgmllib"):
    import feedparser_sgmllib
    sys.modules["sgmllib"] = feedparser_sgmllib
"""
"""The library holds a copy of a feedparser that wants sgmllib; the feedparser installed beside it brings that under
another name now.
"""
_READER = f"""{SGMLLIB}
import json, resource, sys, time
from reader import make_reader

database, addresses, workers = sys.argv[1:]
reader = make_reader(database, feed_root=None)
urls = open(addresses, encoding="utf-8").read().split()
for url in urls:
    reader.add_feed(url)


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


for name in ("first", "unchanged"):
    cpu, began = used(), time.perf_counter()
    reader.update_feeds(workers=int(workers), scheduled=False)
    seconds = time.perf_counter() - began
    row = dict(round=name, feeds=len(urls), seconds=seconds, cpu_seconds=used() - cpu)
    print(json.dumps(dict(row, items=reader.get_entry_counts().total)), flush=True)
"""
"""Run by the interpreter that has the library. As for ourselves, the start and the listing of feeds do not count."""


def _reader_peer(python: Path, concurrency: int) -> Peer:
    def read(folder: Path, urls: Sequence[str], workers: int) -> list[Row]:
        script, addresses, said = folder / "read.py", folder / "urls", folder / "said"
        script.write_text(_READER, "utf-8")
        addresses.write_text("\n".join(urls), "utf-8")
        with said.open("w", encoding="utf-8") as output:
            whole = _measured(
                [str(python), str(script), str(folder / "reader.db"), str(addresses), str(workers)],
                folder,
                len(urls),
                output.fileno(),
            )
        rows = [json.loads(line) for line in said.read_text("utf-8").splitlines()]
        return [{**row, "peak_rss_mb": whole["peak_rss_mb"]} for row in rows]

    version = _said(str(python), "-c", "import reader; print(reader.__version__)")
    if not version:
        raise SystemExit(f"{python.name}: this interpreter has no library reader")
    return Peer("reader", version, read, (1, _SOME, concurrency))


# --- measuring -------------------------------------------------------------------------------------------------------


def _measured(command: Sequence[str], folder: Path, feeds: int, output: int = subprocess.DEVNULL) -> Row:
    """Run ``command`` to its end: wall time, processor time of it and all its children, and the peak of its own memory
    (its children's is not counted).
    """
    environment = {**os.environ, "HOME": str(folder), "TERM": "xterm"}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        environment.pop(name, None)
    complaints = folder / "complaints"
    began = time.perf_counter()
    with complaints.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
    peak = 0.0
    try:
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            # Not from the usage at the end: that counts this process's own memory at the fork.
            peak = max(peak, rss_mb(process.pid, peak=True) or 0.0)
            if time.perf_counter() - began > _PATIENCE:
                raise SystemExit(f"{command[0]} does not come to an end")
            time.sleep(_LOOK)
    except BaseException:
        process.kill()
        process.wait()
        raise
    seconds = time.perf_counter() - began
    _, status, usage = ended
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = complaints.read_text("utf-8", "replace").strip().rpartition("\n")[2]
        raise SystemExit(f"{Path(command[0]).name} ended with status {process.returncode}: {said}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"feeds": feeds, "seconds": seconds, "cpu_seconds": cpu, "peak_rss_mb": peak}


class Contest:
    """All readings of one peer. Each number of workers is tried once; then the fastest is run again and again."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._runs: dict[int, list[list[Row]]] = {workers: [] for workers in dict.fromkeys(peer.workers)}

    def run(self, folder: Path, urls: Sequence[str], items: int) -> None:
        """Read once more. Raises SystemExit when it has not read everything: then its figures mean nothing."""
        untried = [workers for workers, runs in self._runs.items() if not runs]
        for workers in untried or [self._best()]:
            place = folder / f"{self.peer.name}-{workers}-{len(self._runs[workers])}"
            place.mkdir()
            rows = self.peer.read(place, urls, workers)
            shutil.rmtree(place)
            if any(row["items"] < len(urls) * items for row in rows):
                raise SystemExit(f"{self.peer.name} has read {rows[0]['items']} items of {len(urls) * items}")
            self._runs[workers].append(rows)
            told = ", ".join(f"{row['round']} {row['feeds'] / row['seconds']:.0f} feeds/s" for row in rows)
            progress(f"  {self.peer.name} with {workers} workers: {told}")

    def _best(self) -> int:
        return min(self._runs, key=lambda workers: self._runs[workers][0][0]["seconds"])

    def figures(self, summary: Callable[[list[Row]], Row]) -> Mapping[str, Any]:
        """The figures of the fastest."""
        best = self._best()
        rounds = {name: summary([rows[index] for rows in self._runs[best]]) for index, name in enumerate(ROUNDS)}
        remark = {"remark": self.peer.remark} if self.peer.remark else {}
        return {"version": self.peer.version, "workers": best, "tried": list(self._runs), **remark, **rounds}
