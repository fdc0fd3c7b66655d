"""What matching costs: headlines a second, how that depends on the number of watchlists, reloading, and worst cases.

Cold: a newly compiled engine meets every word for the first time. Warm: it has met the words before, which is how a
daemon spends its days. All that is compared is measured in one run, side by side, on one core; each number of
watchlists in a process of its own, so that memory is its own too.

The peer is what a short script would do: ``rapidfuzz.process.cdist`` with ``fuzz.partial_ratio`` over the same terms,
on one core. It answers a smaller question (is any term nearly in the text?), and knows neither concepts, nearness, word
forms nor word boundaries.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.common import Newsroom, between, clean_up_when_terminated, emit, progress, rss_mb, spread
from bench.editor import Editor, as_file, terms_of, write
from bench.worst import worst_cases
from monitor.matching import Engine, Headline, Watch, compile_watches
from monitor.model import Band, Parsed
from monitor.watchlist import build, load

_MOST_DOCUMENTS = 2_000
_LARGEST_DOCUMENT = 10_000_000
_PEER_CUTOFF = 90
_RELOADED = 5_000


@dataclass(frozen=True)
class Job:
    """What is measured: watchlists, on headlines."""

    watches: Sequence[Watch]
    headlines: Sequence[Headline]
    repeats: int
    peer_sample: int = 0


# --- headlines -------------------------------------------------------------------------------------------------------


def headlines_of(folder: Path, most: int, summaries: bool) -> list[Headline]:
    """The headlines of the feed documents in ``folder``, each title once; other files are passed over."""
    from monitor.feeds.parse.document import parse_document

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


# --- measuring -------------------------------------------------------------------------------------------------------


def measure(job: Job) -> dict[str, Any]:
    """One row of figures. Runs in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-") as name:
        write(job.watches, Path(name))
        gc.collect()
        memory = {"before": rss_mb()}
        began = time.process_time()
        watches = load(Path(name)).watches
        loading = time.process_time() - began
    began = time.process_time()
    engine = compile_watches(watches)
    compiling = time.process_time() - began
    memory["compiled"] = rss_mb()
    # The lists of words are loaded by the first word that comes near to a name: once in a daemon's life.
    cold, _, _ = _timed(engine, job.headlines)
    warm, matched, alerted = [], 0, 0
    for _ in range(job.repeats):
        seconds, matched, alerted = _timed(engine, job.headlines)
        warm.append(len(job.headlines) / seconds)
    memory["warm"], memory["peak"] = rss_mb(), rss_mb(peak=True)
    figures: dict[str, Any] = {
        "watchlists": len(watches),
        "terms": len(terms_of(watches)),
        "load_seconds": round(loading, 3),
        "compile_seconds": round(compiling, 3),
        "resident_mb": memory,
        "headlines_per_second_cold": round(len(job.headlines) / cold),
        "headlines_per_second_warm": spread(warm, 0),
        "microseconds_a_headline": round(1e6 / max(warm), 2),
        "share_with_a_match": round(matched / len(job.headlines), 4),
        "share_with_an_alert": round(alerted / len(job.headlines), 4),
    }
    if job.peer_sample:
        peer = figures["peer"] = _peer(job, terms_of(watches))
        peer["ours_is_times_faster"] = round(max(warm) / peer["headlines_per_second"], 1)
        differing = peer["headlines_per_second_if_all_terms_differed"]
        peer["ours_is_times_faster_if_all_terms_differed"] = round(max(warm) / differing, 1)
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
    """A sample of the headlines the short way."""
    from rapidfuzz import fuzz, process

    written = 6 * len(job.watches)
    sample = random.Random(1).sample(list(job.headlines), min(job.peer_sample, len(job.headlines)))
    texts = [f"{headline.title} {headline.summary}".casefold().strip() for headline in sample]
    began = time.process_time()
    scores = process.cdist(texts, terms, scorer=fuzz.partial_ratio, score_cutoff=_PEER_CUTOFF, workers=1)
    seconds = max(time.process_time() - began, 1e-6)
    return {
        "what": f"rapidfuzz.process.cdist, fuzz.partial_ratio, score_cutoff={_PEER_CUTOFF}, one core",
        "sample": len(texts),
        "different_terms": len(terms),
        "headlines_per_second": round(len(texts) / seconds, 1),
        # The vocabulary of a few thousand headlines is small, so watchlists share terms; people's share fewer.
        "headlines_per_second_if_all_terms_differed": round(
            len(texts) / seconds * len(terms) / max(written, len(terms)), 1
        ),
        "share_with_a_match": round(float((scores.max(axis=1) > 0).mean()), 4),
    }


def reloading(watches: Sequence[Watch]) -> dict[str, Any]:
    """Seconds from a changed file to an engine that has it, among ``watches``."""
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-") as name:
        folder = Path(name)
        write(watches, folder)
        began = time.perf_counter()
        library = build(folder)
        whole = time.perf_counter() - began
        seconds = []
        for number, watch in enumerate(watches[:5]):
            (folder / f"{watch.id}.toml").write_text(as_file(watch, f"changed {number}"), "utf-8")
            began = time.perf_counter()
            library = build(folder, library)
            seconds.append(time.perf_counter() - began)
    return {"watchlists": len(watches), "whole_seconds": round(whole, 3), "one_changed_seconds": spread(seconds, 3)}


def alone(function: Any, *given: Any) -> Any:
    """``function`` in a process of its own. Spawned, not forked: a fork would share this process's memory."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *given).result()


# --- the command -----------------------------------------------------------------------------------------------------


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description="What matching costs.")
    add = parser.add_argument
    add("--headlines", type=Path, metavar="DIR", help="a folder of feed documents; without one, news are invented")
    add("--count", type=between(100, 200_000), default=20_000, help="headlines at most (default: %(default)s)")
    add("--summaries", action="store_true", help="match the summaries too, not only the titles")
    add("--share", type=float, default=0.05, help="share of headlines that match (default: %(default)s)")
    add(
        "--sizes",
        type=between(10, 10_000),
        nargs="*",
        default=[10, 100, 1000, 10_000],
        metavar="N",
        help="numbers of watchlists, each from 10 to 10,000 (default: 10 100 1000 10000)",
    )
    add("--repeats", type=between(1, 50), default=5, help="times that each is measured (default: %(default)s)")
    add("--seed", type=int, default=1, help="for what is generated (default: %(default)s)")
    add("--peer-sample", type=between(1, 10_000), default=200, help="headlines for the peer (default: %(default)s)")
    add("--skip-worst", action="store_true", help="leave out the worst cases and reloading")
    return parser.parse_args()


def main() -> None:
    """Measure growing numbers of watchlists, then reloading and the worst cases."""
    args = arguments()
    clean_up_when_terminated()
    if args.headlines and args.headlines.is_dir():
        source, headlines = "feed documents", headlines_of(args.headlines, args.count, args.summaries)
    else:
        source, headlines = "generated", invented(args.count, args.seed, args.summaries)
    if len(headlines) < 100:
        raise SystemExit("fewer than 100 headlines: too few to measure anything")
    progress("making watchlists")
    most = max([*args.sizes, 0 if args.skip_worst else _RELOADED])
    editor = alone(Editor, headlines, args.seed, args.share, most)
    rows = []
    for size in args.sizes:
        progress(f"{size:,} watchlists, {len(headlines):,} headlines")
        rows.append(alone(measure, Job(editor.watches(size), headlines, args.repeats, args.peer_sample)))
    costs = {row["watchlists"]: row["microseconds_a_headline"] for row in rows}
    figures: dict[str, Any] = {
        "headlines": {"source": source, "count": len(headlines)},
        "figures": rows,
        "cost_of_most_to_fewest": round(costs[max(costs)] / costs[min(costs)], 2) if costs else None,
    }
    if not args.skip_worst:
        progress("reloading")
        figures["reloading"] = alone(reloading, editor.watches(_RELOADED))
        progress("worst cases")
        figures["worst_cases"] = alone(worst_cases, headlines)
    emit("matching", args, figures)


if __name__ == "__main__":
    main()
