"""How well headlines are told apart: this program beside what people use today, on the same labelled headlines.

Every pair of a headline and a watchlist is one decision. A pair counts as positive if the label names the watchlist,
with whichever band: the other methods know no bands. Figures are sums over all pairs (micro-averaged); how often our
band was the right one is told apart.

The other methods get the final lists of aliases of the shipped watchlists, and nothing else of them: no context,
nearness or weights; masks and vetoes only where it is said, as a plain NOT. Otherwise they are favoured: their texts
are folded and freed of punctuation beforehand, at no cost in time, and of all thresholds they get the one that suits
these very headlines best. Ours comes with the watchlists. But ``tests/data/matching.tsv`` is also what our tests hold
the engine to, so there it is right by construction, and the aliases were chosen with such headlines in view. Read large
gaps only, and for what is to come trust headlines that nobody tuned anything on.

The times are those of these few lines of Python, not of Elasticsearch. Nearly every labelled headline touches a
watchlist, which costs us most, and hardly any headline of a real feed does: for speed see ``bench.matching``.
"""

from __future__ import annotations

import argparse
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bench.common import ROOT, SHIPPED_WATCHLISTS, between, emit, progress, spread
from monitor.matching import Headline, Pattern, Watch, compile_watches
from monitor.model import Band
from monitor.text.clean import plain
from monitor.watchlist import load

_LABELLED = (ROOT / "tests" / "data" / "matching.tsv", ROOT / "bench" / "data" / "headlines.tsv")
_SCORERS: tuple[Callable[..., float], ...] = (
    fuzz.ratio,
    fuzz.partial_ratio,
    fuzz.token_sort_ratio,
    fuzz.token_set_ratio,
    fuzz.token_ratio,
    fuzz.partial_token_sort_ratio,
    fuzz.partial_token_set_ratio,
    fuzz.partial_token_ratio,
    fuzz.WRatio,
    fuzz.QRatio,
)
_THRESHOLDS = range(101)
_YES, _NO = 100.0, 0.0

Result = TypeVar("Result")
Find = Callable[[str, Sequence[str]], float]
"""How well the best of some aliases is found in a text, 0 to 100."""


# --- labelled headlines ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Labelled:
    """A headline, and the watchlists that it belongs to."""

    headline: Headline
    expected: dict[str, Band]


def labelled(paths: Iterable[Path], watches: set[str]) -> list[Labelled]:
    """The headlines of all files, each once: one that stands in two files would count double."""
    found: dict[Headline, Labelled] = {}
    for path in paths:
        for number, row in _rows(path):
            headline = Headline(plain(row.get("title", "")), plain(row.get("summary", "")))
            new = Labelled(headline, _expected(row.get("expected", ""), f"{path.name}:{number}", watches))
            if found.setdefault(headline, new).expected != new.expected:
                raise SystemExit(f"{path.name}:{number}: the same headline is expected elsewhere to match differently")
    if not any(one.expected for one in found.values()):
        raise SystemExit("no headline is expected to match: nothing to measure")
    return list(found.values())


def _rows(path: Path) -> Iterable[tuple[int, dict[str, str]]]:
    """Line number and columns of each row; quotes are quotes, as headlines have them."""
    try:
        # Not splitlines: a headline may hold a line separator of another kind.
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path.name} cannot be read: {error}") from None
    header = lines[0].split("\t") if lines else []
    if not {"title", "summary", "expected"} <= set(header):
        raise SystemExit(f"{path.name}: the first line must name the columns title, summary and expected")
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            yield number, dict(zip(header, line.split("\t"), strict=False))


def _expected(text: str, where: str, watches: set[str]) -> dict[str, Band]:
    """``"one:alert two:digest"`` as watchlists and bands."""
    expected = {}
    for label in text.split():
        watch, _, band = label.partition(":")
        if watch not in watches or band not in list(Band):
            raise SystemExit(f'{where}: "{label}" is not a watchlist and a band, like pakistan-brics:alert')
        expected[watch] = Band(band)
    return expected


# --- the other methods -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rules:
    """What is left of a watchlist for a method that knows aliases only: ``any`` of these, or one of each of ``all``."""

    watch: str
    title: str
    any: tuple[str, ...]
    all: tuple[tuple[str, ...], ...]
    none: tuple[str, ...] = ()
    """Vetoes and exceptions, for the methods that are given them as a plain NOT."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every alias, wherever it stands."""
        return tuple(dict.fromkeys((*self.any, *(alias for concept in self.all for alias in concept))))


@dataclass(frozen=True)
class Method:
    """A way to judge a text by the rules of a watchlist. ``swept``: it needs a threshold; others say yes or no."""

    name: str
    judge: Callable[[str, Rules], float]
    swept: bool = True


def folded(text: str) -> str:
    """The words of ``text`` with a space between them, in lower case. Combining marks belong to their letters; the star
    of ``prefix*`` falls away, so that the bare stem is left.
    """
    # The categories of letters, numbers and marks.
    return " ".join("".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in text.casefold()).split())


def rules_of(watch: Watch) -> Rules:
    """The aliases of ``watch``, folded as texts are."""

    def aliases(patterns: Iterable[Pattern]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(folded(pattern.text) for pattern in patterns))

    groups = tuple(aliases(concept.patterns) for concept in watch.all)
    return Rules(watch.id, folded(watch.title), aliases(watch.any), groups, aliases((*watch.vetoes, *watch.masks)))


def boolean(find: Find) -> Callable[[str, Rules], float]:
    """``any`` or all groups: the score that holds for every alias needed."""

    def judge(text: str, rules: Rules) -> float:
        alone = find(text, rules.any) if rules.any else _NO
        together = min((find(text, concept) for concept in rules.all), default=_NO)
        return max(alone, together)

    return judge


def boolean_not(find: Find) -> Callable[[str, Rules], float]:
    """As ``boolean``, but not where a veto or an exception stands: what a patient user of NOT would get."""
    judge = boolean(find)
    return lambda text, rules: _NO if whole_words(text, rules.none) == _YES else judge(text, rules)


def whole_words(text: str, aliases: Sequence[str]) -> float:
    """Whether a word, or the words of a phrase one behind the other, stand in the text as they are."""
    padded = f" {text} "
    return _YES if any(f" {alias} " in padded for alias in aliases) else _NO


def substring(text: str, aliases: Sequence[str]) -> float:
    """Whether the letters stand in the text, be it inside other words."""
    return _YES if any(alias in text for alias in aliases) else _NO


def auto_fuzzy(text: str, aliases: Sequence[str]) -> float:
    """Whole words with the typing errors that Elasticsearch allows: ``fuzziness: AUTO``, ``prefix_length: 0``."""
    words = text.split()
    return _YES if any(_stands_nearly(alias.split(), words) for alias in aliases) else _NO


def _stands_nearly(phrase: Sequence[str], words: Sequence[str]) -> bool:
    starts = range(len(words) - len(phrase) + 1)
    return any(all(_near(part, words[start + i]) for i, part in enumerate(phrase)) for start in starts)


def _near(term: str, word: str) -> bool:
    edits = 0 if len(term) <= 2 else 1 if len(term) <= 5 else 2
    return OSA.distance(term, word, score_cutoff=edits) <= edits


def closest(scorer: Callable[..., float]) -> Find:
    """The score of the alias that ``scorer`` likes best."""
    return lambda text, aliases: process.extractOne(text, aliases, scorer=scorer)[1]


def with_title(scorer: Callable[..., float]) -> Callable[[str, Rules], float]:
    """The text against the title of the watchlist."""
    return lambda text, rules: scorer(rules.title, text)


def with_aliases(scorer: Callable[..., float]) -> Callable[[str, Rules], float]:
    """The text against all aliases, of which the best counts."""
    find = closest(scorer)
    return lambda text, rules: find(text, rules.aliases)


def methods() -> list[Method]:
    """What people use today."""
    return [
        Method("Boolean, whole words", boolean(whole_words), swept=False),
        Method("Boolean, substrings", boolean(substring), swept=False),
        Method("Boolean, Elasticsearch `AUTO` fuzziness", boolean(auto_fuzzy), swept=False),
        Method("Boolean with NOT, whole words", boolean_not(whole_words), swept=False),
        Method("Boolean with NOT, substrings", boolean_not(substring), swept=False),
        Method("Boolean with NOT, Elasticsearch `AUTO` fuzziness", boolean_not(auto_fuzzy), swept=False),
        Method("Boolean, `partial_ratio` per alias", boolean(closest(fuzz.partial_ratio))),
        *(Method(f"`{scorer.__name__}`, watchlist's title", with_title(scorer)) for scorer in _SCORERS),
        *(Method(f"`{scorer.__name__}`, best of all aliases", with_aliases(scorer)) for scorer in _SCORERS),
    ]


# --- measuring -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """Decisions counted: rightly said yes, wrongly said yes, wrongly said no."""

    tp: int
    fp: int
    fn: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.tp / max(1, 2 * self.tp + self.fp + self.fn)

    def figures(self) -> dict[str, float]:
        """All that follows from the counts."""
        return {
            "tp": self.tp,
            "fp": self.fp,
            "fn": self.fn,
            "precision": round(self.tp / max(1, self.tp + self.fp), 3),
            "recall": round(self.tp / max(1, self.tp + self.fn), 3),
            "f1": round(self.f1, 3),
        }


def tally(said: Iterable[bool], truth: Sequence[bool]) -> Tally:
    """Count one method's decisions."""
    pairs = list(zip(said, truth, strict=True))
    return Tally(pairs.count((True, True)), pairs.count((True, False)), pairs.count((False, True)))


def best_threshold(scores: Sequence[float], truth: Sequence[bool]) -> tuple[int, Tally]:
    """The threshold with the best F1, the highest of them where several are as good."""
    tallies = {threshold: tally((score >= threshold for score in scores), truth) for threshold in _THRESHOLDS}
    best = max(tallies, key=lambda threshold: (tallies[threshold].f1, threshold))
    return best, tallies[best]


def timed(call: Callable[[], Result], headlines: int, repeats: int) -> tuple[Result, dict[str, float]]:
    """What ``call`` returns, and its processor seconds for a thousand headlines once it has warmed up."""
    result, seconds = call(), []
    for _ in range(repeats):
        began = time.process_time()
        call()
        seconds.append((time.process_time() - began) * 1000 / headlines)
    return result, spread(seconds, 4)


def measure(method: Method, rules: Sequence[Rules], cases: Sequence[Labelled], repeats: int) -> dict[str, Any]:
    """The row of one of the other methods."""
    texts = [folded(f"{case.headline.title} {case.headline.summary}") for case in cases]
    truth = [rule.watch in case.expected for case in cases for rule in rules]
    scores, seconds = timed(lambda: [method.judge(text, rule) for text in texts for rule in rules], len(cases), repeats)
    threshold, counts = (
        best_threshold(scores, truth) if method.swept else (None, tally((s == _YES for s in scores), truth))
    )
    return {"method": method.name, "threshold": threshold, **counts.figures(), "seconds_per_1000": seconds}


def measure_ours(watches: Sequence[Watch], cases: Sequence[Labelled], repeats: int) -> dict[str, Any]:
    """Our row, with what only we can be asked: the band, and every mistake by name."""
    engine = compile_watches(watches)
    answers, seconds = timed(
        lambda: [{str(match.watch): match.band for match in engine.match(case.headline)} for case in cases],
        len(cases),
        repeats,
    )
    ids = [str(watch.id) for watch in watches]
    bands = [
        (got.get(watch), case.expected.get(watch)) for case, got in zip(cases, answers, strict=True) for watch in ids
    ]
    counts = tally((got is not None for got, _ in bands), [wanted is not None for _, wanted in bands])
    alerts = tally((got is Band.ALERT for got, _ in bands), [wanted is Band.ALERT for _, wanted in bands])
    expected = [pair for pair in bands if pair[1] is not None]
    row = {"method": "This program", "threshold": None, **counts.figures(), "seconds_per_1000": seconds}
    return {
        "row": row,
        "bands": {
            "expected": len(expected),
            "right": sum(got is wanted for got, wanted in expected),
            "accuracy": round(sum(got is wanted for got, wanted in expected) / len(expected), 3),
            "alert": alerts.figures(),
        },
        "mistakes": [
            {"title": case.headline.title, "summary": case.headline.summary, "expected": case.expected, "got": got}
            for case, got in zip(cases, answers, strict=True)
            if got != case.expected
        ],
    }


def table(rows: Iterable[dict[str, Any]]) -> str:
    """The rows as the documentation shows them."""
    lines = ["| Method | Threshold | F1 | Precision | Recall | tp | fp | fn | Seconds per 1,000 |"]
    lines.append("| --- " + "| ---: " * 8 + "|")
    for row in rows:
        threshold = "-" if row["threshold"] is None else row["threshold"]
        rates = " | ".join(f"{row[name]:.2f}" for name in ("f1", "precision", "recall"))
        counts = " | ".join(str(row[name]) for name in ("tp", "fp", "fn"))
        lines.append(
            f"| {row['method']} | {threshold} | {rates} | {counts} | {row['seconds_per_1000']['median']:.3f} |"
        )
    return "\n".join(lines)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.quality", description="How well headlines are told apart, beside other methods."
    )
    parser.add_argument(
        "--labelled",
        type=Path,
        nargs="+",
        metavar="FILE",
        default=[path for path in _LABELLED if path.is_file()],
        help="tab-separated files with the columns title, summary and expected (default: those of the project)",
    )
    parser.add_argument("--markdown", action="store_true", help="print the table for the documentation, not JSON")
    parser.add_argument(
        "--repeats", type=between(1, 50), default=5, help="times that each is timed (default: %(default)s)"
    )
    return parser.parse_args()


def main() -> None:
    """Judge the same headlines by every method."""
    args = arguments()
    watches = load(SHIPPED_WATCHLISTS).watches
    cases = labelled(args.labelled, {str(watch.id) for watch in watches})
    rules = [rules_of(watch) for watch in watches]
    progress(f"{len(cases):,} headlines, {len(watches)} watchlists")
    rows = [measure(method, rules, cases, args.repeats) for method in methods()]
    ours = measure_ours(watches, cases, args.repeats)
    rows.append(ours.pop("row"))
    if args.markdown:
        print(table(rows))
        return
    counts = {
        "headlines": len(cases),
        "pairs": len(cases) * len(watches),
        "positive": sum(len(case.expected) for case in cases),
    }
    args.labelled = [path.name for path in args.labelled]
    emit("quality", args, {"counted": counts, "figures": rows, **ours})


if __name__ == "__main__":
    main()
