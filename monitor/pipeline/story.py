"""What of an entry is its story: without the name of its outlet, what its feed writes below everything, and the lists
of other stories. See ``text/beside/around.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from monitor.matching import Headline
from monitor.model import Aside, Entry, FeedSpec, Parsed
from monitor.pipeline.past import Reading
from monitor.text.beside import subjects
from monitor.text.beside.around import Texts, asides
from monitor.text.beside.outlet import Outlet, outlets, shown_by
from monitor.text.beside.refrains import Refrains, refrains
from monitor.text.beside.scattered import Text
from monitor.text.clean import host_of
from monitor.text.languages import language_of, unopposed

ENOUGH = 8
"""A document with so many entries tells by itself what its feed repeats; of others the last items are asked, too."""
_MOST = 100
_READ = 200


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a feed repeats: the name of its outlet around titles, and what stands in nearly all summaries and bodies."""

    names: tuple[Outlet, ...] = ()
    below: tuple[Refrains, Refrains] | None = None


def refrains_of(reading: Reading) -> Repeated:
    """What the feed repeats in its items."""
    return repeated(reading.document, reading.lately)


def repeated(document: Parsed, lately: Iterable[tuple[str, str, str]] = ()) -> Repeated:
    """What stands in nearly all titles, summaries and bodies of a document, and of the feed's last items."""
    told, lately = document.entries[:_MOST], [*lately]
    titles = [*(one.title for one in told), *(title for title, _, _ in lately)]
    shown = shown_by(titles, document.title, _site(document.home))
    feed = subjects.Feed(document.title, _names(document, shown))
    below = (
        refrains(_texts(told, "summary", ((title, summary) for title, summary, _ in lately)), feed),
        refrains(_texts(told, "body", ((title, body) for title, _, body in lately)), feed),
    )
    return Repeated(shown, below)


def _texts(told: Iterable[Entry], field: str, lately: Iterable[tuple[str, str]]) -> Iterator[Text]:
    for one in told:
        text = one.summary if field == "summary" else one.body
        yield Text(one.title, text, [place for name, place in one.borders if name == field])
    yield from (Text(*one) for one in lately)


def _names(document: Parsed, shown: tuple[Outlet, ...]) -> tuple[str, ...]:
    """What the outlet of all entries is surely called."""
    sources = {one.source for one in document.entries[:_MOST]}
    source = sources.pop() if len(sources) == 1 else ""
    found = outlets(source, document.title, _site(document.home), shown=shown)
    return tuple(one.name for one in found if one.declared or one in shown)


def asides_of(entry: Entry, document: Parsed, found: Repeated | None = None) -> tuple[Aside, ...]:
    """What of an entry's texts does not count. What the user calls the feed tells nothing: it may be its subject."""
    others = (entry.source_host, document.title, _site(document.home), _site(entry.link))
    texts = Texts(entry.title, entry.summary, entry.body, entry.borders)
    found = found or Repeated()
    return asides(texts, entry.source, others, found.below, entry.asides, found.names)


def declared(document: Parsed, spec: FeedSpec) -> tuple[str, str]:
    """What the user and the feed say of the language of its items, as far as the items show nothing else."""
    titles = [one.title or one.summary[:_READ] for one in document.entries[:_MOST] if not one.language]
    return unopposed(spec.language, titles), unopposed(document.language, titles)


def doubted(document: Parsed, spec: FeedSpec) -> str:
    """The language that the user, or else the feed, names for its items, where the items show that they are in
    another; empty where they do not.
    """
    said = spec.language or document.language
    return said if said and said not in declared(document, spec) else ""


def judged(document: Parsed, spec: FeedSpec) -> Iterator[tuple[Entry, Headline]]:
    """The entries of a document by itself, each as it would be matched."""
    found = repeated(document)
    said = declared(document, spec)
    for one in document.entries:
        language = language_of(one.language, *said, one.title, one.summary)
        beside = asides_of(one, document, found)
        yield one, Headline(one.title, one.summary, one.body, spec.name, language, beside)


def _site(address: str) -> str:
    return host_of(address).removeprefix("www.")
