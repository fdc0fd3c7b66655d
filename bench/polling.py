"""Feeds polled a second by the real program: fetched, parsed, matched and stored, on this machine alone.

Two rounds over all feeds: the first reading (200, everything is new) and an unchanged one (304). The feeds are files
that nginx serves on loopback (aiohttp where it is not installed), so the network costs next to nothing; the figures are
what the program itself takes. The first round includes the start of the parser processes. Other readers that are
installed take turns with it, on the same feeds of the same server.

A third round, ``steady``, is a day's work: 10,000 feeds at 15 minutes of which one in a hundred has changed at each
poll. Its figure is the share of one core that this takes for ever.

The program runs with its own settings for concurrency, requests to one host and parsers, as for any user who sets
nothing: the feeds are of fifty hosts. Where the system has only one address of loopback, all feeds are of one host, and
``per_host`` is as high as it may be.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from bench.common import SHIPPED_WATCHLISTS, between, clean_up_when_terminated, emit, progress, spread
from bench.polling_ours import Settings, in_a_process, read_steadily, read_twice
from bench.polling_peers import Contest, Peer, Row, peers
from bench.polling_server import FeedServer, feed_server

_MOST_PER_HOST = 16
_ROUNDS = ("first", "unchanged")


def settings_for(server: FeedServer, args: argparse.Namespace) -> Settings:
    """The program's own settings, unless the command line or the system wants others."""
    chosen = {"concurrency": args.concurrency, "parsers": args.parsers}
    polling = {name: value for name, value in chosen.items() if value is not None}
    if server.hosts == 1:
        polling["per_host"] = _MOST_PER_HOST
    return Settings(server, args.watchlists, polling, args.folder)


def summary(rows: list[Row]) -> Row:
    """All runs of one round as one row."""
    row: Row = {"feeds_per_second": spread([row["feeds"] / row["seconds"] for row in rows])}
    for name in ("seconds", "cpu_seconds", "main_cpu_seconds", "parsers_cpu_seconds"):
        if name in rows[0]:
            row[name] = spread([row[name] for row in rows], 2)
    for name in ("peak_rss_mb", "parsers_peak_rss_mb"):
        if name in rows[0]:
            row[name] = max(row[name] or 0.0 for row in rows)
    row["items"] = rows[0]["items"]
    if "errors" in rows[0]:
        row["errors"] = sum(row["errors"] for row in rows)
    return row


def all_at_once(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The first two rounds, ours and the peers' in turns."""
    from monitor.config.settings import PollingSection

    found = peers(args.concurrency or PollingSection().concurrency, args.reader_python) if args.peers else []
    contests = [Contest(peer) for peer in found if isinstance(peer, Peer)]
    runs: list[list[Row]] = []
    loads = []
    with feed_server(folder, args.feeds, args.items, args.seed) as server:
        for index in range(args.repeats):
            loads.append(round(os.getloadavg()[0], 2))
            runs.append(in_a_process(read_twice, settings_for(server, args), args.feeds))
            told = ", ".join(f"{row['round']} {row['feeds'] / row['seconds']:.0f} feeds/s" for row in runs[-1])
            progress(f"run {index + 1} of {args.repeats}: {told}")
            for contest in contests:
                contest.run(folder, server.urls(), args.items)
    figures = {name: summary([run[index] for run in runs]) for index, name in enumerate(_ROUNDS)}
    others: dict[str, Any] = {peer: "not installed" for peer in found if isinstance(peer, str)}
    others |= {contest.peer.name: contest.figures(summary) for contest in contests}
    return {"server": server.software, "load_averages": loads, "figures": figures, "peers": others}


def steady(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The third round."""
    with feed_server(folder, args.steady_feeds, args.items, args.seed) as server:
        progress(f"steady: the first reading of {args.steady_feeds} feeds, then {args.steady_polls} polls")
        row = in_a_process(read_steadily, settings_for(server, args), args.steady_polls)
        progress(f"steady: {row['share_of_one_core_percent']} % of one core")
        return {"load_average": round(os.getloadavg()[0], 2), **row}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.polling", description="Feeds polled a second.")
    add = parser.add_argument
    add("--feeds", type=between(1, 10_000), default=1_000, help="number of feeds (default: %(default)s)")
    add("--items", type=between(2, 1_000), default=30, help="items of each feed (default: %(default)s)")
    add("--repeats", type=between(0, 50), default=3, help="times that all read all feeds (default: %(default)s)")
    add("--steady-feeds", type=between(0, 100_000), default=10_000, help="0: none (default: %(default)s)")
    add("--steady-polls", type=between(1, 1_000_000), default=20_000, help="default: %(default)s")
    add("--concurrency", type=between(1, 1_000), help="polls at a time (default: the program's own)")
    add("--parsers", type=between(1, 64), help="parser processes (default: the program's own)")
    add("--no-peers", dest="peers", action="store_false", help="measure nobody else")
    add("--reader-python", type=Path, metavar="PATH", help="an interpreter that has the library reader")
    add("--watchlists", type=Path, default=SHIPPED_WATCHLISTS, metavar="DIR", help="default: those shipped")
    add("--folder", type=Path, metavar="DIR", help="where databases and documents are put, to measure that disk")
    add("--seed", type=int, default=1, help="for the news (default: %(default)s)")
    args = parser.parse_args()
    if args.reader_python and not args.reader_python.exists():
        parser.error(f"there is no {args.reader_python.name} at that place")
    return args


def main() -> None:
    """Measure, print, and fail when a poll failed."""
    args = arguments()
    clean_up_when_terminated()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="news-monitor-bench-", dir=args.folder) as folder:
        for name in ("once", "steadily"):
            (Path(folder) / name).mkdir()
        if args.repeats:
            found |= all_at_once(args, Path(folder) / "once")
        if args.steady_feeds:
            found["steady"] = steady(args, Path(folder) / "steadily")
    emit("polling", args, found)
    rows = [*found.get("figures", {}).values(), found.get("steady", {})]
    failed = sum(row.get("errors", 0) for row in rows)
    if failed:
        raise SystemExit(f"{failed} polls did not go as they should: these figures mean nothing")


if __name__ == "__main__":
    main()
