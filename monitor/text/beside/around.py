"""What stands around a story and is none of it: the outlet's name, the footer of a feed, lists of other stories, and
what a feed writes below everything. It stays where it is, so that offsets are true and people see what they were sent;
but it does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model.matches import Aside, Part
from monitor.text.beside.footers import byline, footers, has_story, posted
from monitor.text.beside.outlet import Outlet, around, is_one_of, outlets
from monitor.text.beside.refrains import Refrains


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of an item, clean."""

    title: str
    summary: str
    body: str
    borders: Sequence[tuple[str, int]] = ()
    """Where blocks begin near the ends of summary and body: the field, and the place."""


def asides(
    texts: Texts,
    source: str = "",
    others: Sequence[str] = (),
    below: tuple[Refrains, Refrains] | None = None,
    marked: Iterable[Aside] = (),
    shown: tuple[Outlet, ...] = (),
) -> tuple[Aside, ...]:
    """What does not count in ``texts``.

    ``source`` is the outlet that the item names itself, ``others`` are further names that its site goes by; ``below``:
    what the feed repeats in summaries and in bodies; ``marked``: what its markup has shown already; ``shown``:
    the names that the feed's titles show.
    """
    names = outlets(source, *others, shown=shown)
    found = [Aside("title", start, end, Part.OUTLET) for start, end in around(texts.title, names)]
    titles = texts.title, _covered(texts.title, found).strip()
    for field, text, refrains in (
        ("summary", texts.summary, below[0] if below else None),
        ("body", texts.body, below[1] if below else None),
    ):
        if text:
            own = [one for one in marked if one.field == field]
            borders = [place for name, place in texts.borders if name == field]
            found += _Field(field, text, titles, names, refrains, own, borders).asides()
    return tuple(found)


def covered(text: str, field: str, found: Iterable[Aside]) -> str:
    """``text`` with blanks where something of it does not count, as long as before."""
    return _covered(text, [one for one in found if one.field == field])


def _covered(text: str, found: Iterable[Aside]) -> str:
    for one in found:
        text = _blank(text, max(0, one.start), min(len(text), one.end))
    return text


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


@dataclass(frozen=True, slots=True)
class _Field:
    """A summary or a body, with all that tells what of it is no story. ``titles``: that of its item as it came, and
    without the outlet.
    """

    field: str
    text: str
    titles: tuple[str, str]
    names: Sequence[Outlet]
    refrains: Refrains | None
    marked: Sequence[Aside]
    borders: Sequence[int]

    def asides(self) -> Iterator[Aside]:
        """What does not count. Without a story in what would be left, what only might be none counts."""
        found = list(self._beside())
        left = _covered(self.text, (one for one, _ in found))
        if not has_story(left, self.borders) and any(weak for _, weak in found):
            found = [(one, weak) for one, weak in found if not weak]
            left = _covered(self.text, (one for one, _ in found))
        yield from (one for one, _ in found)
        for start, end in _outlets_of(left.rstrip(), self.titles, self.names):
            yield Aside(self.field, start, end, Part.OUTLET)

    def _beside(self) -> Iterator[tuple[Aside, bool]]:
        """What may be none of the story, each with whether that is to be doubted."""
        yield from ((one, True) for one in self.marked)
        text = _covered(self.text, self.marked)
        for start, end in posted(text):
            yield Aside(self.field, start, end, Part.FOOTER), False
            text = _blank(text, start, end)
        if self.refrains and self.titles[0]:
            for start, end in self.refrains.within(text, self.titles[0]):
                yield Aside(self.field, start, end, Part.REFRAIN), False
                text = _blank(text, start, end)
            for start, end, weak in [*self.refrains.anywhere.within(text, self.titles[0], self.borders)]:
                yield Aside(self.field, start, end, Part.REFRAIN), weak
                text = _blank(text, start, end)
        if at := byline(text, self.names, self.borders):
            yield Aside(self.field, 0, at, Part.OUTLET), True
            text = _blank(text, 0, at)
        for start, end, weak in footers(text, self.titles, self.names, self.borders):
            yield Aside(self.field, start, end, Part.FOOTER), weak


def _outlets_of(text: str, titles: Sequence[str], names: Sequence[Outlet]) -> list[tuple[int, int]]:
    """Names around a text, and the one behind a text that only repeats the title."""
    found = around(text, names)
    for title in titles:
        rest = text[len(title) :].strip(" -–—|:»·()[]") if title and _begins(text, title) else ""
        if rest and is_one_of(rest, names):
            found.append((len(title), len(text)))
            break
    return found


def _begins(text: str, title: str) -> bool:
    return text[: len(title)].casefold() == title.casefold()
