"""Headlines matched a second on one core, by number of watchlists.

Cold: a newly compiled engine meets every word for the first time. Warm: it has met the words before, which is how a
daemon spends its days. Each number of watchlists is measured in a process of its own, so that memory is its own too.

The peer is what a short script would do: ``rapidfuzz.process.extractOne`` with ``fuzz.partial_ratio`` over the same
terms, for each headline. It answers a smaller question (is any term nearly in the text?), and knows neither concepts,
nearness, word forms nor word boundaries.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.common import SHIPPED_WATCHLISTS, Newsroom, between, clean_up_when_terminated, emit, progress, rss_mb, spread
from monitor.matching import Engine, Headline, Watch, compile_watches
from monitor.model import Band, Parsed
from monitor.watchlist import load

_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST_DOCUMENTS = 2_000
_LARGEST_DOCUMENT = 10_000_000
_PEER_CUTOFF = 90
# One watchlist in ten is about a story of the sample; the others wait for something that is not in it.
_ABOUT_A_STORY = 0.1
_ORDINARY_WORD = 1 / 6


@dataclass(frozen=True)
class Job:
    """One measurement. ``size`` is the number of generated watchlists, 0 for the shipped ones."""

    size: int
    headlines: Sequence[Headline]
    seed: int
    repeats: int
    peer_sample: int
    peer_seconds: float


# --- headlines -------------------------------------------------------------------------------------------------------


def headlines_of(folder: Path, most: int, summaries: bool) -> list[Headline]:
    """The headlines of the feed documents in ``folder``, each title once; other files are passed over."""
    from monitor.feeds.parse import parse_document

    found: dict[str, Headline] = {}
    documents = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file())[:_MOST_DOCUMENTS]:
        if path.stat().st_size > _LARGEST_DOCUMENT:
            continue
        document = parse_document(path.read_bytes(), "http://127.0.0.1/", "")
        if not isinstance(document, Parsed):
            continue
        documents += 1
        for entry in document.entries:
            if entry.title:
                found.setdefault(entry.title, Headline(entry.title, entry.summary if summaries else ""))
    progress(f"{len(found):,} headlines in {documents} feed documents")
    # Mixed, as a daemon meets them; the order of files would put one feed's words together.
    return random.Random(0).sample(list(found.values()), min(most, len(found)))


def invented(number: int, seed: int, summaries: bool) -> list[Headline]:
    """Generated headlines."""
    newsroom = Newsroom(seed)
    return [Headline(newsroom.headline(), newsroom.text(3) if summaries else "") for _ in range(number)]


# --- watchlists ------------------------------------------------------------------------------------------------------


class Editor:
    """Makes watchlists of the words of headlines: two concepts of three names each, mostly rare ones."""

    def __init__(self, headlines: Iterable[Headline], seed: int) -> None:
        self._random = random.Random(seed)
        inside, ordinary = Counter[str](), Counter[str]()
        lines = [_WORD.findall(headline.title) for headline in headlines]
        for words in lines:
            inside.update(word for word in words[1:] if word[0].isupper())
            ordinary.update(word for word in words if word.islower())
        # Where headlines Are Written Like This, a capital letter alone shows no name.
        rarity = {word: 1 / count for word, count in inside.items() if word.lower() not in ordinary}
        self._names, self._rarity = list(rarity), list(rarity.values())
        self._ordinary = list(ordinary) or self._names
        named = ([word for word in dict.fromkeys(words) if word in rarity] for words in lines)
        self._stories = [names for names in named if len(names) >= 2]
        if not self._names or not self._stories:
            raise SystemExit("these headlines hold too few names to make watchlists of")

    def write(self, folder: Path, number: int) -> None:
        """Write ``number`` watchlists into ``folder``."""
        for index in range(number):
            concepts = [[self._term() for _ in range(3)] for _ in range(2)]
            if self._random.random() < _ABOUT_A_STORY:
                concepts[0][0], concepts[1][0] = self._random.sample(self._random.choice(self._stories), 2)
            # A JSON string is a TOML string.
            text = f'title = "Watchlist {index}"\nall = {json.dumps(concepts, ensure_ascii=False)}\n'
            (folder / f"w{index:05}.toml").write_text(text, "utf-8")

    def _term(self) -> str:
        if self._random.random() < _ORDINARY_WORD:
            return self._random.choice(self._ordinary)
        return self._random.choices(self._names, weights=self._rarity)[0]


def terms_of(watches: Iterable[Watch]) -> list[str]:
    """Every term that must occur, folded as the peer wants it."""
    patterns = (p for watch in watches for p in (*watch.any, *(p for concept in watch.all for p in concept.patterns)))
    return list(dict.fromkeys(pattern.text.casefold() for pattern in patterns))


# --- measuring -------------------------------------------------------------------------------------------------------


def measure(job: Job) -> dict[str, Any]:
    """One row of figures. Runs in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-") as name:
        folder = Path(name) if job.size else SHIPPED_WATCHLISTS
        if job.size:
            Editor(job.headlines, job.seed).write(folder, job.size)
        gc.collect()
        memory = {"before": rss_mb()}
        began = time.process_time()
        watches = load(folder).watches
        loading = time.process_time() - began
        memory["loaded"] = rss_mb()
    compiling, cold, warm, matched, alerted = [], [], [], 0, 0
    for _ in range(job.repeats):
        began = time.process_time()
        engine = compile_watches(watches)
        compiling.append(time.process_time() - began)
        memory.setdefault("compiled", rss_mb())
        cold.append(len(job.headlines) / _timed(engine, job.headlines)[0])
        memory.setdefault("warm", rss_mb())
        seconds, matched, alerted = _timed(engine, job.headlines)
        warm.append(len(job.headlines) / seconds)
        del engine
    figures: dict[str, Any] = {
        "watchlists": len(watches),
        "generated": bool(job.size),
        "terms": len(terms_of(watches)),
        "load_seconds": round(loading, 3),
        "compile_seconds": spread(compiling, 4),
        "resident_mb": memory,
        "headlines_per_second_cold": spread(cold, 0),
        "headlines_per_second_warm": spread(warm, 0),
        "share_with_a_match": round(matched / len(job.headlines), 4),
        "share_with_an_alert": round(alerted / len(job.headlines), 4),
    }
    peer = figures["peer"] = _peer(job, terms_of(watches))
    for state in ("cold", "warm"):
        ours = figures[f"headlines_per_second_{state}"]["median"]
        peer[f"ours_{state}_is_times_faster"] = round(ours / peer["headlines_per_second"], 1)
    return figures


def _timed(engine: Engine, headlines: Sequence[Headline]) -> tuple[float, int, int]:
    """Processor seconds for all headlines, how many had a match, and how many one that is worth an alert."""
    matched = alerted = 0
    began = time.process_time()
    for headline in headlines:
        if matches := engine.match(headline):
            matched += 1
            alerted += any(match.band is Band.ALERT for match in matches)
    return max(time.process_time() - began, 1e-6), matched, alerted


def _peer(job: Job, terms: Sequence[str]) -> dict[str, Any]:
    """The same headlines the short way, on a sample that takes about ``peer_seconds``."""
    from rapidfuzz import fuzz, process

    sample = random.Random(job.seed).sample(list(job.headlines), min(job.peer_sample, len(job.headlines)))
    texts = [f"{headline.title} {headline.summary}".casefold() for headline in sample]
    done = found = 0
    began = time.process_time()
    for text in texts:
        best = process.extractOne(text, terms, scorer=fuzz.partial_ratio, score_cutoff=_PEER_CUTOFF)
        found += best is not None
        done += 1
        if time.process_time() - began > job.peer_seconds:
            break
    seconds = max(time.process_time() - began, 1e-6)
    return {
        "what": f"rapidfuzz.process.extractOne, fuzz.partial_ratio, score_cutoff={_PEER_CUTOFF}",
        "sample": done,
        "headlines_per_second": round(done / seconds, 1),
        "share_with_a_match": round(found / done, 4),
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.matching", description="Headlines matched a second on one core."
    )
    add = parser.add_argument
    add("--headlines", type=Path, metavar="DIR", help="a folder of feed documents; without one, news are invented")
    add("--count", type=between(100, 200_000), default=20_000, help="headlines at most (default: %(default)s)")
    add("--summaries", action="store_true", help="match the summaries too, not only the titles")
    add(
        "--sizes",
        type=between(1, 10_000),
        nargs="*",
        default=[10, 100, 1000],
        metavar="N",
        help="numbers of generated watchlists, each up to 10,000 (default: 10 100 1000)",
    )
    add("--repeats", type=between(1, 50), default=5, help="times that each is measured (default: %(default)s)")
    add("--seed", type=int, default=1, help="for what is generated (default: %(default)s)")
    add("--peer-sample", type=between(1, 10_000), default=1000, help="headlines for the peer (default: %(default)s)")
    add("--peer-seconds", type=between(1, 60), default=5, help="time for the peer (default: %(default)s)")
    return parser.parse_args()


def main() -> None:
    """Measure the shipped watchlists, then generated ones."""
    args = arguments()
    clean_up_when_terminated()
    if args.headlines and args.headlines.is_dir():
        source, headlines = "feed documents", headlines_of(args.headlines, args.count, args.summaries)
    else:
        source, headlines = "generated", invented(args.count, args.seed, args.summaries)
    if len(headlines) < 100:
        raise SystemExit("fewer than 100 headlines: too few to measure anything")
    rows = []
    for size in (0, *args.sizes):
        progress(f"{size or 'the shipped'} watchlists, {len(headlines):,} headlines")
        job = Job(size, headlines, args.seed, args.repeats, args.peer_sample, args.peer_seconds)
        # Spawned, not forked: a fork would share this process's memory and count it as its own.
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
            rows.append(process.submit(measure, job).result())
    emit("matching", args, {"headlines": {"source": source, "count": len(headlines)}, "figures": rows})


if __name__ == "__main__":
    main()
