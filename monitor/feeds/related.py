"""Lists of other stories in an entry's markup. Collectors of news put a story's relatives below it, each with the name
of its outlet, and sites their own: "Read also". They are none of the story.

A list of links alone says nothing: a morning's overview is one, and the story itself. So a list is one of relatives
where a heading says so, or where the story itself stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from monitor.feeds.blocks import BLOCK
from monitor.model import Aside, Part
from monitor.text import phrases
from monitor.text.bylines import credit, names_somebody
from monitor.text.clean import plain

_MOST_MARKUP, _MOST_BLOCKS = 200_000, 2_000
_ANCHOR = re.compile(r"<(/?)a(?=[\s>/])[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
_CAPTION = re.compile(r"<figcaption\b[^<>]*>", re.IGNORECASE)
_END_OF_CAPTION = re.compile(r"</figcaption", re.IGNORECASE)
_LONGEST_CAPTION = 2_000
# An element without others inside: each reading of it ends at the next "<".
_SHORT = re.compile(r"<(span|p|div|small|cite|em|i)\s([^<>]*)>([^<>]{0,200})</\1(?=[\s>])", re.IGNORECASE)
_CLASSES = re.compile(r"""\bclass\s*=\s*["']([^"'<>]*)""", re.IGNORECASE)
_CREDIT = re.compile(r"(?:(?!has-|no-)[a-z]+[-_]{1,2})*(?:credits?|photographer|byline)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_MOST_BESIDE_LINK = 8
_MOST_OF_HEADING = 6
_MOST_OF_PARAGRAPH = 40
_LEAST_TITLE = 8


class _Block(NamedTuple):
    text: str
    linked: str
    hrefs: tuple[str, ...]

    @property
    def is_link(self) -> bool:
        """Whether it is a link, with an outlet's name or a date behind it at most."""
        words, linked = len(_WORD.findall(self.text)), len(_WORD.findall(self.linked))
        is_footer = phrases.FIRST_ON.search(self.text) or phrases.READ_ON.match(self.text)
        return (
            bool(self.hrefs) and linked > 0 and words - linked <= min(_MOST_BESIDE_LINK, linked + 2) and not is_footer
        )

    @property
    def is_heading(self) -> bool:
        """Whether it says that other stories follow, and nothing else."""
        found = phrases.RELATED.match(self.text)
        rest = self.text[found.end() :] if found else ""
        return found is not None and len(_WORD.findall(rest)) <= _MOST_OF_HEADING and not self.hrefs

    @property
    def leads_away(self) -> bool:
        """Whether it names another story behind "Read also"."""
        found = phrases.RELATED.match(self.text)
        if not found or len(_WORD.findall(self.text)) > _MOST_OF_PARAGRAPH:
            return False
        behind = self.text[found.end() :].lstrip()
        beside = len(_WORD.findall(behind)) - len(_WORD.findall(self.linked))
        return behind[:1] in (":", "：", "|", "»") or (bool(self.hrefs) and beside <= _MOST_OF_HEADING)


def related(markup: str, field: str, text: str, title: str, link: str) -> tuple[Aside, ...]:
    """The parts of ``text``, which is the plain text of ``markup``, that are other stories than that of the entry with
    this ``title`` and ``link`` as it is written there.
    """
    if "<" not in markup or not text or not _may_hold_some(markup, title, link):
        return ()
    blocks = [_block(part) for part in BLOCK.split(markup[:_MOST_MARKUP], _MOST_BLOCKS)]
    blocks = [one for one in blocks if one.text]
    found: list[Aside] = []
    place = 0
    others = _others(blocks, title, link)
    for number, one in enumerate(blocks):
        start = text.find(one.text, place)
        if start < 0:
            continue
        place = start + len(one.text)
        if number not in others:
            continue
        if found and not text[found[-1].end : start].strip():
            start = found.pop().start
        found.append(Aside(field, start, place, Part.RELATED))
    return tuple(found)


def credited(markup: str, field: str, text: str) -> tuple[Aside, ...]:
    """The parts of ``text`` that name who took a picture: at the end of a caption, or marked as a credit."""
    found: list[Aside] = []
    place = 0
    for written, is_marked in _short_texts(markup[:_MOST_MARKUP]) if "<" in markup else ():
        words = plain(written)
        start = text.find(words, place) if words else -1
        if start < 0:
            continue
        place = start + len(words)
        if is_marked and names_somebody(words):
            found.append(Aside(field, start, place, Part.FOOTER))
        elif (at := credit(words)) >= 0:
            found.append(Aside(field, start + at, place, Part.FOOTER))
    return tuple(found)


def _short_texts(markup: str) -> list[tuple[str, bool]]:
    """The captions in ``markup``, and what it calls credits, in their order; each with whether it is called so."""
    found = [
        (one.end(), markup[one.end() : end.start()], False)
        for one in _CAPTION.finditer(markup)
        if (end := _END_OF_CAPTION.search(markup, one.end(), one.end() + _LONGEST_CAPTION))
    ]
    for one in _SHORT.finditer(markup):
        classes = _CLASSES.search(one[2])
        if classes and any(map(_CREDIT.fullmatch, classes[1].split())):
            found.append((one.start(3), one[3], True))
    return [(written, is_marked) for _, written, is_marked in sorted(found)]


def _may_hold_some(markup: str, title: str, link: str) -> bool:
    if phrases.RELATED.search(markup):
        return True
    return "<a" in markup.lower() and ((bool(link) and link in markup) or (bool(title) and title[:20] in markup))


def _block(markup: str) -> _Block:
    hrefs = []
    linked = []
    opened = -1
    for tag in _ANCHOR.finditer(markup):
        if tag[1]:
            if opened >= 0:
                linked.append(markup[opened : tag.start()])
            opened = -1
        elif href := _HREF.search(tag[0]):
            hrefs.append(href[1])
            opened = tag.end()
    return _Block(plain(markup), plain(" ".join(linked)), tuple(hrefs))


def _others(blocks: Sequence[_Block], title: str, link: str) -> frozenset[int]:
    """The blocks that are other stories, or only say so."""
    found: set[int] = set()
    for run in _runs(blocks):
        heading = run[0] - 1
        under_heading = heading >= 0 and blocks[heading].is_heading
        if under_heading:
            found.add(heading)
        itself = {number for number in run if _is_itself(blocks[number], title, link)}
        if under_heading or itself:
            found.update(number for number in run if number not in itself)
    found.update(number for number, one in enumerate(blocks) if one.leads_away)
    return frozenset(found)


def _runs(blocks: Sequence[_Block]) -> Iterator[list[int]]:
    run: list[int] = []
    for number, one in enumerate(blocks):
        if one.is_link and not one.is_heading:
            run.append(number)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_itself(block: _Block, title: str, link: str) -> bool:
    """Whether a link is that of the story: by its address, or by its words, which a title may add an outlet to."""
    words = block.linked.casefold()
    same = len(words) >= _LEAST_TITLE and title.casefold().startswith(words)
    return same or (bool(link) and block.hrefs[0] == link and title.casefold()[:_LEAST_TITLE] == words[:_LEAST_TITLE])
