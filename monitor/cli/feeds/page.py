"""Where a page was named instead of a feed: the feeds that the page names, read and offered."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import run_to_end
from monitor.cli.feeds.reading import FeedReader, Reading, read_once
from monitor.config.settings import can_be_polled
from monitor.feeds.lists import discover
from monitor.model import FeedSpec, Fetched
from monitor.text.clean import redact
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.feeds.lists.discover import Candidate

_MOST_READ = 5
_BY_HAND = "Look for the feed's own address on the page, or add it all the same with --no-check."


@dataclass(frozen=True)
class Offer:
    """A feed that a page names, and what came of reading it; ``reading`` is None for one that was not read."""

    candidate: Candidate
    spec: FeedSpec
    reading: Reading | None
    listed: bool

    @property
    def title(self) -> str:
        """What the page calls it, which tells its feeds apart, else what it calls itself."""
        parsed = self.reading.parsed if self.reading else None
        return self.candidate.title or (parsed.title if parsed else "") or "untitled feed"

    @property
    def state(self) -> str:
        """How much it holds, or why it cannot be read."""
        if self.reading is None:
            return "not read"
        parsed, failure = self.reading.parsed, self.reading.failure
        held = (
            counted(len(parsed.entries), "item") if parsed else f"cannot be read: {failure.detail if failure else ''}"
        )
        return f"{held}, listed already" if self.listed else held

    @property
    def failed(self) -> bool:
        """Whether it was read, and cannot be used."""
        return self.reading is not None and self.reading.parsed is None

    @property
    def can_be_added(self) -> bool:
        """Whether nothing is known that speaks against it."""
        return not self.listed and not self.failed


def choose(page: Reading, config: Config, pick: int | None, guess: bool, as_json: bool) -> Reading:
    """The feed, read, that the user picks of those that ``page`` names; with ``guess`` also of the usual addresses on
    its server. Raises click.ClickException where there is none, and click.exceptions.Exit, with the feeds listed, where
    nobody can be asked.
    """
    offers = _offers(page, config, guess)
    if pick is not None:
        if not 1 <= pick <= len(offers):
            raise click.BadParameter(f"there are {counted(len(offers), 'feed')} to pick from", param_hint="--pick")
        return _taken(offers[pick - 1], config)
    if as_json:
        click.echo(json.dumps(_for_scripts(page, offers), ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        for number, offer in enumerate(offers, 1):
            click.echo(f"{number}\t{redact(offer.spec.url)}\t{offer.title}\t{offer.state}")
        sys.stdout.flush()
        raise click.ClickException(
            f"this is a web page and no feed; it has {counted(len(offers), 'feed')}: "
            "add one by its address, or with --pick and its number"
        )
    return _taken(_asked(page, offers), config)


def _offers(page: Reading, config: Config, guess: bool) -> list[Offer]:
    found = tuple(one for one in page.candidates() if can_be_polled(one.url))
    guessed = guess and not found and isinstance(page.answer, Fetched)
    if guessed:
        assert isinstance(page.answer, Fetched)
        found = discover.well_known(page.answer.url)
    if found and sys.stderr.isatty():
        click.echo("Looking for the feeds of this page ...", err=True)
    offers = run_to_end(_read(page, found, len(found) if guessed else _MOST_READ, config)) if found else []
    # What merely looks like the address of a feed is offered only if it is one.
    offers = [offer for offer in offers if offer.candidate.kind not in ("link", "guess") or not offer.failed]
    if not offers:
        raise click.ClickException(
            "\n".join([f"cannot be used as a feed: {_why(page)}", *_hints(page, guess), _BY_HAND])
        )
    return offers


def _hints(page: Reading, guess: bool) -> Iterator[str]:
    if not isinstance(page.answer, Fetched) or not discover.is_page(page.answer.body, page.answer.content_type):
        return
    if guess:
        yield "The page names no feeds, and its server has none at the usual addresses."
    else:
        yield "The page names no feeds; --guess asks for the usual addresses on its server."


async def _read(page: Reading, found: Sequence[Candidate], most: int, config: Config) -> list[Offer]:
    specs = [_spec(page, candidate, config) for candidate in found]
    async with FeedReader(config) as reader:
        readings = await asyncio.gather(*(reader.read(spec) for spec in specs[:most]))
    listed = {feed.url for feed in config.feeds}
    padded = [*readings, *[None] * (len(specs) - len(readings))]
    return [
        Offer(candidate, spec, reading, spec.url in listed)
        for candidate, spec, reading in zip(found, specs, padded, strict=True)
    ]


def _spec(page: Reading, candidate: Candidate, config: Config) -> FeedSpec:
    # The user's permission is for the server that the user named, not for others that its page points to.
    private = page.spec.allow_private and discover.of_one_origin(page.spec.url, candidate.url)
    return FeedSpec(candidate.url, candidate.url, config.polling.interval, allow_private=private)


def _asked(page: Reading, offers: Sequence[Offer]) -> Offer:
    """The one that the user picks on the terminal. Raises click.exceptions.Exit for none."""
    click.echo(f"{redact(page.spec.url)} is a web page and no feed. It has {counted(len(offers), 'feed')}:")
    for line in _shown(offers):
        click.echo(line)
    usual = next((number for number, offer in enumerate(offers, 1) if offer.can_be_added), None)
    if usual is None:
        raise click.ClickException("none of them can be added")
    if len(offers) == 1:
        number = int(click.confirm("Add it?", default=True))
    else:
        number = click.prompt("Which one? (0 for none)", type=click.IntRange(0, len(offers)), default=usual)
    if not number:
        click.echo("Nothing was written.", err=True)
        raise click.exceptions.Exit(1)
    return offers[number - 1]


def _shown(offers: Sequence[Offer]) -> Iterator[str]:
    width = len(str(len(offers)))
    for number, offer in enumerate(offers, 1):
        yield f"  {number:>{width}}  {offer.title} ({offer.state})"
        yield f"  {'':{width}}  {redact(offer.spec.url)}"


def _taken(offer: Offer, config: Config) -> Reading:
    reading = offer.reading or run_to_end(read_once(offer.spec, config))
    if not reading.parsed:
        raise click.ClickException(f"{redact(offer.spec.url)} cannot be used as a feed: {_why(reading)}")
    return reading


def _why(reading: Reading) -> str:
    return reading.failure.detail if reading.failure else "it is not understood"


def _for_scripts(page: Reading, offers: Sequence[Offer]) -> dict[str, Any]:
    return {
        "written": False,
        "files": [],
        "diff": [],
        "url": redact(page.spec.url),
        "error": page.failure.kind if page.failure else "",
        "detail": _why(page),
        "feeds": [
            {
                "number": number,
                "url": redact(offer.spec.url),
                "title": offer.title,
                "kind": offer.candidate.kind,
                "items": len(offer.reading.parsed.entries) if offer.reading and offer.reading.parsed else None,
                "state": offer.state,
                "listed": offer.listed,
            }
            for number, offer in enumerate(offers, 1)
        ],
    }
