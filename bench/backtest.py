"""What trying an edit costs: a month of 200 feeds (200,000 items) judged by a draft and by the version in use.

The whole command is measured, as a user waits for it: a process of its own, from its start to its last line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import SHIPPED_WATCHLISTS, between, clean_up_when_terminated, emit, progress, spread
from bench.library import fill
from bench.matching import headlines_of

_DAYS = 30


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Seconds for ``watch backtest``, with a draft and without."""
    real = headlines_of(args.headlines, args.items, summaries=True) if args.headlines else []
    with tempfile.TemporaryDirectory(prefix="bench-backtest-") as folder:
        home = Path(folder)
        shutil.copytree(SHIPPED_WATCHLISTS, home / "watchlists")
        (home / "config.toml").write_text('[monitor]\ndatabase = "monitor.db"\n', "utf-8")
        fill(home / "monitor.db", args.items, args.feeds, _DAYS, time.time(), args.seed, real)
        figures = {}
        for watch in sorted(path.stem for path in (home / "watchlists").glob("*-*.toml")):
            draft = home / "draft.toml"
            draft.write_text((home / "watchlists" / f"{watch}.toml").read_text("utf-8") + "\n# a draft\n", "utf-8")
            figures[watch] = {
                "draft_s": spread([_seconds(home, watch, "--file", str(draft)) for _ in range(args.repeats)], 2),
                "no_draft_s": spread([_seconds(home, watch) for _ in range(args.repeats)], 2),
            }
    return {"items": args.items, "real_headlines": min(len(real), args.items), "watchlists": figures}


def _seconds(home: Path, watch: str, *options: str) -> float:
    command = [sys.executable, "-m", "monitor", "watch", "backtest", watch, *options, "--json"]
    began = time.perf_counter()
    done = subprocess.run([*command, "--config", str(home / "config.toml")], capture_output=True, check=True)
    took = time.perf_counter() - began
    found = json.loads(done.stdout)
    progress(f"{watch} {' '.join(options[:1])}: {took:.2f} s for {found['items']:,} items")
    return took


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--items", type=between(1_000, 2_000_000), default=200_000)
    parser.add_argument("--feeds", type=between(1, 5_000), default=200)
    parser.add_argument("--repeats", type=between(1, 20), default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--headlines", type=Path, metavar="FOLDER", help="Feed documents, whose items are among them.")
    return parser.parse_args()


def main() -> None:
    """Measure, and print JSON."""
    clean_up_when_terminated()
    args = arguments()
    emit("backtest", args, measure(args))


if __name__ == "__main__":
    main()
