"""Reading feeds for a person who looks at the result: as the daemon would, with nothing stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from monitor.model import Feed, FeedId, FeedState, Fetched, FetchFailed, Parsed, ParseFailed
from monitor.text.clean import without_secrets

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.feeds.lists.discover import Candidate
    from monitor.model import FeedSpec, FetchResult, ParseResult


# A host as people write it: a name with a dot in it, or the machine itself; then perhaps a port and a path.
_BARE = re.compile(
    r"(?:[^\s/:@?#.]+\.)+[^\s/:@?#.]+\.?(?::\d+)?(?:[/?#]\S*)?|localhost(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)", re.IGNORECASE)
_NOBODY_THERE = frozenset(("connect", "tls", "timeout", "cut", "protocol"))
"""Failures after which another scheme is tried."""


def addresses(written: str) -> tuple[str, ...]:
    """The addresses that ``written`` can mean, in the order in which to try them: without a scheme, https and then
    http.
    """
    written = _FEED_SCHEME.sub("", written.strip())
    if written.lower().startswith("feed://"):
        written = written[len("feed://") :]
    if _BARE.fullmatch(written):
        return f"https://{written}", f"http://{written}"
    return (written,)


@dataclass(frozen=True)
class Reading:
    """What came of asking for one feed, once. ``document`` is None where no answer could be parsed."""

    spec: FeedSpec
    answer: FetchResult
    document: ParseResult | None

    @property
    def parsed(self) -> Parsed | None:
        """The feed, if it could be read."""
        return self.document if isinstance(self.document, Parsed) else None

    @property
    def failure(self) -> FetchFailed | ParseFailed | None:
        """Why it could not be read."""
        found = self.document if isinstance(self.document, ParseFailed) else self.answer
        if not isinstance(found, FetchFailed | ParseFailed):
            return None
        return replace(found, detail=without_secrets(found.detail, self.spec.url))

    def candidates(self) -> tuple[Candidate, ...]:
        """The feeds that are named by what is a page and no feed."""
        from monitor.feeds.lists import discover

        if self.parsed or not isinstance(self.answer, Fetched):
            return ()
        return discover.candidates(self.answer.body, self.answer.url, self.answer.content_type)


class FeedReader:
    """Reads feeds within the limits of ``[polling]``. Use as ``async with FeedReader(config) as reader``."""

    def __init__(self, config: Config | None) -> None:
        from monitor.clock import SystemClock
        from monitor.config.settings import PollingSection
        from monitor.daemon.app import limits_of
        from monitor.feeds.fetch.client import HttpFetcher
        from monitor.feeds.parse.worker import ParserPool

        polling = config.polling if config else PollingSection()
        self._fetcher = HttpFetcher(limits_of(polling), SystemClock())
        self._parsers = ParserPool(polling.parsers, polling.parse_timeout)

    async def __aenter__(self) -> FeedReader:
        await self._fetcher.__aenter__()
        await self._parsers.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._parsers.__aexit__(*exception)
        await self._fetcher.__aexit__(*exception)

    async def read(self, spec: FeedSpec) -> Reading:
        """Ask for ``spec`` once, and parse what comes."""
        answer = await self._fetcher.fetch(Feed(FeedId(0), spec, FeedState()))
        document = await self._parsers.parse(answer) if isinstance(answer, Fetched) else None
        return Reading(spec, answer, document)


async def read_once(spec: FeedSpec, config: Config | None) -> Reading:
    """``spec``, asked for once."""
    async with FeedReader(config) as reader:
        return await reader.read(spec)


async def read_first(specs: Sequence[FeedSpec], config: Config | None) -> Reading:
    """The first of ``specs`` at which a server answers, asked for once each; when none does, what came of the first."""
    async with FeedReader(config) as reader:
        readings = []
        for spec in specs:
            readings.append(await reader.read(spec))
            answer = readings[-1].answer
            if not isinstance(answer, FetchFailed) or answer.status or answer.kind not in _NOBODY_THERE:
                return readings[-1]
        return readings[0]
