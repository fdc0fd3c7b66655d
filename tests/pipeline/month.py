"""A month of many feeds in minutes: servers that fail in every way of the catalogue, at random, and what must hold all
the same. Everything but the network is real; the clock jumps from step to step.

What must hold: a piece of news that stood in a document which was answered whole is told once, never twice; no feed is
asked sooner than its interval, or than its server or its host allowed; a piece that a working server showed for as long
as the longest pause allows was seen.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from monitor.model import Feed, Fetched, FetchFailed, FetchResult, Validators
from monitor.text.clean import host_of
from tests.pipeline.bureau import a_watch
from tests.pipeline.world import DAY, HOUR, MINUTE, Answer, Piece, Site, World, failing, open_world, page, unreachable

INTERVAL, LONGEST = 30 * MINUTE, 2 * HOUR
_STEP = 5 * MINUTE
_PLAIN = 13 * HOUR
"""Longer than the longest pause after failures, and than any that the servers here ask for."""
_WORDS = (
    *("harbour", "orchard", "violin", "glacier", "lantern", "pepper", "saddle"),
    *("meadow", "copper", "anchor", "thistle", "canvas", "marble", "velvet"),
)


Style = Callable[[Piece, random.Random], Piece]
"""How a publisher writes what he has."""
STYLES: tuple[Style, ...] = (
    lambda one, chance: one,
    lambda one, chance: replace(one, guid=""),
    lambda one, chance: replace(one, guid="", link=f"{one.link}?v={chance.random()}"),
    lambda one, chance: replace(one, guid="same"),
    lambda one, chance: replace(one, guid=f"{chance.random()}"),
    lambda one, chance: replace(one, link="https://lists.example/news"),
    lambda one, chance: replace(one, guid="", link="https://lists.example/news"),
    lambda one, chance: replace(one, title="", summary=one.title),
    lambda one, chance: replace(one, title="", summary=one.title, guid=""),
    lambda one, chance: replace(one, title="", summary=one.title, guid="same", link="https://lists.example/news"),
    lambda one, chance: replace(one, published=one.published and one.published // DAY * DAY),
)


@dataclass
class Paper(Site):
    """A feed with a life of its own: publishes, edits, and falls into trouble."""

    chance: random.Random = field(default_factory=random.Random)
    rate: float = 1.0
    """New pieces an hour."""
    relevant: set[str] = field(default_factory=set)
    """The titles that have to be told, as they were when they first became relevant."""
    old: set[str] = field(default_factory=set)
    """What stood in the first answer."""
    served: set[str] = field(default_factory=set)
    plain: set[str] = field(default_factory=set)
    """What stood there for so long that no polite poller misses it."""
    shown: dict[str, float] = field(default_factory=dict)
    rests: dict[str, float] = field(default_factory=dict)
    """Until when each host wants to be left alone."""
    told_at: dict[str, float] = field(default_factory=dict)
    """When each host last said so: what was asked at the same moment could not know."""
    rude: list[float] = field(default_factory=list)
    """When it was asked while its host wanted to be left alone."""
    trouble_until: float = 0.0
    number: int = 0
    serves_tags: bool = True
    style: Style = STYLES[0]

    def live(self, now: float, seconds: float) -> None:
        """Let ``seconds`` pass at the publisher's."""
        while self.chance.random() < self.rate * seconds / HOUR:
            self._write(now)
            if self.chance.random() < 0.5:
                break
        if self.mood and now >= self.trouble_until:
            self.mood = None
        if not self.mood and self.chance.random() < seconds / (12 * HOUR):
            self._fall_ill(now)
        if self.chance.random() < seconds / (6 * HOUR):
            self.chance.choice(_WHIMS)(self, now)

    def _write(self, now: float) -> None:
        self.number += 1
        subject = "Pakistan" if self.chance.random() < 0.3 else "Weather"
        title = f"{subject} {' '.join(self.chance.sample(_WORDS, 5))} {self.title} {self.number}"
        published = self.chance.choice([now, now - HOUR, now + DAY, None, 0.0, 4e9]) if self.number % 7 == 0 else now
        self.publish(Piece(title, f"{self.url}?p={self.number}", f"{self.url}/{self.number}", published))
        if subject == "Pakistan":
            self.relevant.add(title)

    def _fall_ill(self, now: float) -> None:
        self.trouble_until = now + self.chance.choice([10 * MINUTE, 40 * MINUTE, HOUR, 5 * HOUR])
        wait = self.chance.choice([600.0, 7200.0, 40_000.0])
        self.mood = self.chance.choice(
            [
                failing(500),
                failing(404),
                failing(403),
                unreachable,
                page,
                lambda feed, now: FetchFailed("timeout", "no complete answer within 60 s"),
                lambda feed, now: FetchFailed("cut", "the answer broke off"),
                lambda feed, now: Fetched("", 200, b"", "text/xml", Validators('"empty"')),
                lambda feed, now: Fetched("", 200, b"\x89PNG\r\n\x1a\n\x00", "image/png", Validators('"image"')),
                self._without_entries,
                self._cut_off,
                self._busy(429, wait),
                self._busy(503, wait),
            ]
        )

    def _busy(self, status: int, wait: float) -> Answer:
        def answer(feed: Feed, now: float) -> FetchResult:
            self.rests[host_of(feed.url)] = max(self.rests.get(host_of(feed.url), 0.0), now + wait)
            self.told_at[host_of(feed.url)] = now
            return failing(status, wait)(feed, now)

        return answer

    def _without_entries(self, feed: Feed, now: float) -> FetchResult:
        body = f"<rss version='2.0'><channel><title>{self.title}</title></channel></rss>".encode()
        return Fetched("", 200, body, "application/rss+xml", Validators('"none"'))

    def _cut_off(self, feed: Feed, now: float) -> FetchResult:
        whole = self.document()
        assert isinstance(whole, Fetched)
        cut = whole.body[: self.chance.randrange(len(whole.body))]
        return replace(whole, body=cut)

    # whims

    def _flip_guids(self, now: float) -> None:
        first, second = self.chance.sample(["https://", "http://"], 2)
        self.pieces = [replace(one, guid=one.guid.replace(first, second, 1)) for one in self.pieces]

    def _new_guids(self, now: float) -> None:
        self.pieces = [replace(one, guid=f"urn:{self.chance.random()}:{one.guid[-20:]}") for one in self.pieces]

    def _move(self, now: float) -> None:
        other = f"https://site{self.chance.random()}.example"
        self.pieces = [replace(one, guid=f"{other}?p={n}", link=f"{other}/{n}") for n, one in enumerate(self.pieces)]

    def _shuffle(self, now: float) -> None:
        top = self.pieces[: self.window]
        self.chance.shuffle(top)
        self.pieces[: self.window] = top

    def _edit(self, now: float) -> None:
        if self.pieces:
            place = self.chance.randrange(min(len(self.pieces), self.window))
            one = self.pieces[place]
            self.pieces[place] = replace(one, summary=f"{one.summary} edited at {now}")

    def _withdraw(self, now: float) -> None:
        if len(self.pieces) > self.window:
            self.pieces.insert(self.window + 3, self.pieces.pop(0))

    def _forget_tags(self, now: float) -> None:
        self.serves_tags = not self.serves_tags

    def _dig_out(self, now: float) -> None:
        self.number += 1
        title = f"Pakistan of old {self.title} {self.number}"
        self.publish(Piece(title, f"old{self.number}", f"{self.url}/o{self.number}", now - 900 * DAY))

    # answers

    def document(self, feed: Feed | None = None) -> FetchResult:
        kept = self.pieces
        self.pieces = [self.style(one, self.chance) for one in kept[: self.window]]
        try:
            return super().document(feed)
        finally:
            self.pieces = kept

    def answer(self, feed: Feed, now: float) -> FetchResult:
        if self.told_at.get(host_of(feed.url), now) < now < self.rests.get(host_of(feed.url), 0.0):
            self.rude.append(now)
        given = super().answer(feed, now)
        if self.mood or not isinstance(given, Fetched):
            return given
        shown = {one.title for one in self.pieces[: self.window]}
        self.old = self.old or shown
        self.served |= shown
        return given if self.serves_tags else replace(given, validators=Validators())

    @property
    def owed(self) -> set[str]:
        """What has to be told by now."""
        return ((self.served | self.plain) & self.relevant) - self.old

    def note(self, now: float, seconds: float) -> None:
        """Count for how long each piece has stood there for everybody to read."""
        host = host_of(self.url)
        well = self.mood is None and now >= self.rests.get(host, 0.0)
        shown = {one.title for one in self.pieces[: self.window]} if well else set()
        self.shown = {title: self.shown.get(title, 0.0) + seconds for title in shown}
        self.plain |= {title for title, time in self.shown.items() if time > _PLAIN}


_WHIMS: tuple[Callable[[Paper, float], None], ...] = (
    Paper._flip_guids,
    Paper._new_guids,
    Paper._move,
    Paper._shuffle,
    Paper._edit,
    Paper._withdraw,
    Paper._forget_tags,
    Paper._dig_out,
)


@dataclass
class Found:
    """What a month came to."""

    papers: list[Paper]
    world: World

    @property
    def lost(self) -> set[str]:
        """What was answered whole after the first reading, or stood there for long, and was never told."""
        told = set(self.world.told)
        return {
            one for paper in self.papers for one in ((paper.served | paper.plain) & paper.relevant) - paper.old - told
        }

    @property
    def twice(self) -> list[str]:
        """What was told more than once."""
        return [title for title, times in Counter(self.world.told).items() if times > 1]

    @property
    def out_of_place(self) -> set[str]:
        """What was told and nobody wanted."""
        return set(self.world.told) - {title for paper in self.papers for title in paper.relevant}

    @property
    def hasty(self) -> list[tuple[str, float]]:
        """Requests that came before the feed's interval was over: which, and after how many seconds."""
        return [
            (paper.url, later - earlier)
            for paper in self.papers
            for earlier, later in pairwise(self.world.asked(paper.url))
            if later - earlier < INTERVAL
        ]

    @property
    def rude(self) -> list[tuple[str, float]]:
        """Requests that a host had asked not to make: of which feed, and when."""
        return [(paper.url, at) for paper in self.papers for at in paper.rude]


async def simulate(folder: Path, feeds: int, days: float, seed: int, styles: Sequence[Style] = STYLES[:1]) -> Found:
    """Let ``days`` pass with so many feeds, some of them on one host, in ``styles`` in turn."""
    chance = random.Random(seed)
    rests: dict[str, float] = {}
    told_at: dict[str, float] = {}
    papers = [
        Paper(
            f"https://{'shared' if number % 4 == 0 else f'news{number}'}.example/{number}",
            f"Paper{number}",
            window=chance.choice([10, 20, 40]),
            chance=random.Random(chance.random()),
            rate=chance.choice([0.05, 0.5, 2.0]),
            rests=rests,
            told_at=told_at,
            style=styles[number % len(styles)],
        )
        for number in range(feeds)
    ]
    watch = a_watch("pakistan", "Pakistan", group="none")
    async with open_world(
        folder, [watch], *papers, interval=INTERVAL, max_interval=LONGEST, spread=chance.random
    ) as world:
        for paper in papers:
            for _ in range(paper.window):
                paper._write(world.clock.time - DAY)
        await world.wait(HOUR)
        for _ in range(round(days * DAY / _STEP)):
            for paper in papers:
                paper.live(world.clock.time, _STEP)
                paper.note(world.clock.time, _STEP)
            world.clock.time += _STEP
            await world.step()
        for paper in papers:  # all is well again, and there is time to catch up
            paper.mood, paper.trouble_until = None, 0.0
        for _ in range(round(_PLAIN / _STEP)):
            world.clock.time += _STEP
            await world.step()
        return Found(papers, world)
