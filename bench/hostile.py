"""What is written to keep its reader busy: how the time for it grows from one size to twice that.

The tests count steps; what one regular expression, or another function in C, does inside is one step to them. Here each
case is timed at three sizes. A growth of 2 or less is linear, one near 4 quadratic: such a document of a megabyte would
hold up all others.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from bench.common import between, emit, progress
from monitor.feeds.fetch import headers
from monitor.feeds.lists import discover, opml
from monitor.feeds.parse.document import parse_document
from monitor.feeds.parse.encoding import text_of
from monitor.text.clean import plain
from monitor.toml import limits

_URL = "https://news.example/feed"
_TOO_SHORT = 0.002
"""Seconds below which the clock says more about the machine than about the work."""
_PIECES = (
    *("<div>", "<ul><li>", "<b>", "<p class='x'>", "<table><tr><td>", "</p><s>", "<script>", "<!--", "<title>"),
    *("<template ", '<a x="', '<a x="<"', "<b title='\"<", '<p x="<<<" y="<<<" ', "<a ", "<a alt ", "<p x= "),
    *("<p /", "<a-", "<a:a", "<", "&", "&a", "<p a0=1 ", "<a href=/feed>", '<a x"<div><div>">', "<a '\"<", "\x1b$B"),
    *("<author>", "<x/>", '<outline a="', "<item><title>", "[", "{a=", "a.", '"', "max-age=", ","),
)
"""Of these, repeated, each case is made."""


def _entry(markup: str) -> bytes:
    item = f"<item><guid>x</guid><title>Poison</title>{markup}</item>"
    return f'<rss version="2.0"><channel><title>x</title><foo><b/></foo>{item}</channel></rss>'.encode()


def _opml(markup: str) -> None:
    with contextlib.suppress(opml.OpmlError):  # which is an answer
        opml.read(f"<opml><body>{markup}</body></opml>".encode())


READERS: dict[str, Callable[[str], object]] = {
    "markup of a title": lambda text: plain(text, 50_000),
    "an entry of a feed": lambda text: parse_document(_entry(text), _URL, "text/xml"),
    "a document's encoding": lambda text: text_of(f"<rss>{text}".encode(), ""),
    "a page's feeds": lambda text: discover.candidates(f"<html>{text}".encode(), _URL, "text/html"),
    "a list of feeds": _opml,
    "Cache-Control": lambda text: headers.fresh_for({"Cache-Control": text}, 0.0),
    "a TOML file's depth": limits.too_deep,
}


def seconds(work: Callable[[], object], repeats: int) -> float:
    """The shortest time of a processor that ``work`` takes."""
    found = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return min(found)


def measured(read: Callable[[str], object], piece: str, size: int, repeats: int) -> dict[str, Any]:
    """One case at ``size`` characters, and at twice and four times as many."""
    texts = [piece * (size * times // len(piece)) for times in (1, 2, 4)]
    times = [seconds(lambda text=text: read(text), repeats) for text in texts]  # type: ignore[misc]
    growth = [round(later / earlier, 2) for earlier, later in pairwise(times) if earlier > _TOO_SHORT]
    return {"milliseconds": [round(one * 1e3, 1) for one in times], "growth": growth}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description="How the cost of hostile input grows.")
    add = parser.add_argument
    add("--size", type=between(1_000, 1_000_000), default=25_000, help="characters at first (default: %(default)s)")
    add("--repeats", type=between(1, 20), default=3, help="of which the shortest counts (default: %(default)s)")
    args = parser.parse_args()
    gc.disable()
    figures: dict[str, Any] = {}
    for name, read in READERS.items():
        progress(name)
        figures[name] = {piece: measured(read, piece, args.size, args.repeats) for piece in _PIECES}
    growths = [
        (max(row["growth"]), name, piece)
        for name, rows in figures.items()
        for piece, row in rows.items()
        if row["growth"]
    ]
    worst = [{"growth": growth, "reader": name, "piece": piece} for growth, name, piece in sorted(growths)[:-6:-1]]
    emit("hostile", args, {"worst": worst, "figures": figures})


if __name__ == "__main__":
    main()
