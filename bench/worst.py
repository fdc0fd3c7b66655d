"""The cases in which matching has most to do: each bounded, none quadratic."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bench.common import SHIPPED_WATCHLISTS
from monitor.matching import Concept, Engine, Headline, Watch, compile_watches, parse_term
from monitor.model import WatchId
from monitor.text.tokens import raw_tokens
from monitor.watchlist import load

_MANY = 5_000
_JUNK = 10_000
_MEGABYTE = 1_000_000
_LATIN_AND_CYRILLIC = "aceopxABCEHKMOPTXасеорхАВСЕНКМОРТХ"


def worst_cases(headlines: Sequence[Headline]) -> dict[str, Any]:
    """Milliseconds of each worst case, cold (its words never met before) and warm."""
    shipped = compile_watches(load(SHIPPED_WATCHLISTS).watches)
    shipped.match(Headline("Pakisan joins BRICS"))  # loads the lists of words
    frequent = _frequent(headlines)
    pick = random.Random(1)
    mixed = " ".join("".join(pick.choices(_LATIN_AND_CYRILLIC, k=9)) for _ in range(_JUNK))
    junk = " ".join("".join(pick.choices("abcdefghijklmnopqrstuvwxyz", k=8)) for _ in range(_JUNK))
    near = " ".join(f"Mishu{pick.choice('stnbd')}{pick.choice('tdkl')}i{pick.choice('nmr')}" for _ in range(_JUNK))
    return {
        f"{_MANY:,} watchlists hang on one frequent word": _frequent_anchor(*frequent, headlines),
        "a title of 1 MB of ordinary words": _times(
            shipped, Headline(" ".join(h.title for h in headlines * 20)[:_MEGABYTE])
        ),
        "a title of 1 MB that repeats two watch words": _times(
            shipped, Headline(("Pakistan and the BRICS " * 60_000)[:_MEGABYTE])
        ),
        "a title of 1 MB without a space": _times(shipped, Headline("x" * _MEGABYTE)),
        f"{_JUNK:,} different junk tokens": _times(shipped, Headline(junk)),
        f"{_JUNK:,} tokens near to a name": _times(shipped, Headline(near)),
        f"{_JUNK:,} tokens of mixed scripts": _times(shipped, Headline(mixed)),
    }


def _frequent(headlines: Sequence[Headline]) -> list[str]:
    """The most frequent word, and the next that is hardly ever met beside it."""
    lines = [{word for word in raw_tokens(headline.title) if len(word) >= 4} for headline in headlines]
    counts = Counter(word for words in lines for word in words)
    first = counts.most_common(1)[0][0]
    together = Counter(word for words in lines if first in words for word in words)
    return [first, next(word for word, _ in counts.most_common() if together[word] <= 0.02 * counts[first])]


def _frequent_anchor(word: str, other: str, headlines: Sequence[Headline]) -> dict[str, Any]:
    """Each watchlist asks for the most frequent word of all, and for the next or an invented one: there is nothing rare
    to hang on.
    """
    pick = random.Random(2)
    invented = ["".join(pick.choices("bcdfghklmnprstvz", k=10)) for _ in range(_MANY)]
    watches = [
        Watch(
            WatchId(f"w{index}"),
            f"W{index}",
            "1",
            all=(Concept("frequent", (parse_term(word),)), Concept("other", (parse_term(other), parse_term(name)))),
        )
        for index, name in enumerate(invented)
    ]
    engine = compile_watches(watches)
    holding = [headline for headline in headlines if word in headline.title][:500]
    for headline in holding:
        engine.match(headline)
    began = time.perf_counter()
    for headline in holding:
        engine.match(headline)
    return {
        "word": word,
        "headlines": len(holding),
        "share_with_a_match": round(sum(other in headline.title for headline in holding) / len(holding), 4),
        "milliseconds_a_headline": round((time.perf_counter() - began) * 1e3 / len(holding), 3),
    }


def _times(engine: Engine, headline: Headline) -> dict[str, float]:
    def milliseconds(call: Callable[[], object]) -> float:
        began = time.perf_counter()
        call()
        return round((time.perf_counter() - began) * 1e3, 1)

    return {
        "cold_milliseconds": milliseconds(lambda: engine.match(headline)),
        "warm_milliseconds": milliseconds(lambda: engine.match(headline)),
    }
