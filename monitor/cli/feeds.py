"""``monitor feeds list|check``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_if_any, config_option, json_option, load_config, show, show_object, stored

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.model import FeedSpec

UNREADABLE = 1


@click.group()
def feeds() -> None:
    """The feeds that are followed."""


@feeds.command("list")
@config_option
@json_option
def list_(config_path: str | None, as_json: bool) -> None:
    """All feeds of the configuration, with when each was last read, when it is due, and what is wrong with it."""
    from monitor.text.clean import redact

    config = load_config(config_path)
    store = stored(config)
    known = {row["url"]: row for row in store.list_feeds()} if store else {}
    rows = []
    for spec in config.feeds:
        row = known.get(spec.url, {})
        state = "failing" if row.get("failures") else "healthy" if row.get("last_success") else "new"
        rows.append(
            {
                "name": spec.name,
                "state": state,
                "language": spec.language,
                "interval": spec.interval,
                "items": row.get("items", 0),
                "last_success": row.get("last_success"),
                "next_due": row.get("next_due"),
                "failures": row.get("failures", 0),
                "error": row.get("last_error", ""),
                "url": redact(spec.url),
                "tags": list(spec.tags),
            }
        )
    columns = [
        ("name", "Feed"),
        ("state", "State"),
        ("items", "Items"),
        ("last_success", "Last read"),
        ("next_due", "Next poll"),
        ("error", "Error"),
        ("url", "Address"),
    ]
    show(rows, columns, as_json, f"{config.path} lists no feeds; add some under [[feeds]].")


@feeds.command()
@click.argument("url")
@config_option
@click.option("--allow-private", is_flag=True, help="The feed is on this machine or in this network on purpose.")
@json_option
def check(url: str, config_path: str | None, allow_private: bool, as_json: bool) -> int:
    """Ask for the feed at URL once, and say what it holds and which of its items match. Nothing is stored.

    \b
    monitor feeds check https://www.dawn.com/feeds/home

    Exit code 0: the feed can be read; 1: it cannot; 2: URL is not an address of the web.
    """
    from monitor.config import ADDRESS_HINT, can_be_polled
    from monitor.model import FeedSpec
    from monitor.text.clean import redact

    url = url.strip()
    if not can_be_polled(url):
        raise click.BadParameter(f"{redact(url)!r} is not an address that can be polled; {ADDRESS_HINT}")
    config = config_if_any(config_path)
    spec = next((feed for feed in config.feeds if feed.url == url), None) if config else None
    spec = spec or FeedSpec(url, url, 900.0, allow_private=allow_private)
    values = asyncio.run(_check(spec, config))
    show_object(values, as_json, _lines(values))
    return 0 if values["readable"] else UNREADABLE


async def _check(spec: FeedSpec, config: Config | None) -> dict[str, Any]:
    from monitor.clock import SystemClock
    from monitor.config import PollingSection
    from monitor.daemon.app import limits_of
    from monitor.feeds.fetch import HttpFetcher
    from monitor.feeds.worker import ParserPool
    from monitor.model import Feed, FeedId, FeedState, Fetched, FetchFailed, Parsed, ParseFailed
    from monitor.text.clean import redact

    polling = config.polling if config else PollingSection()
    async with (
        HttpFetcher(limits_of(polling), SystemClock()) as fetcher,
        ParserPool(1, polling.parse_timeout) as parser,
    ):
        answer = await fetcher.fetch(Feed(FeedId(0), spec, FeedState()))
        document = await parser.parse(answer) if isinstance(answer, Fetched) else None
    values: dict[str, Any] = {"url": redact(spec.url), "readable": isinstance(document, Parsed)}
    if isinstance(answer, Fetched):
        validators = answer.validators
        values.update(
            status=answer.status,
            final_url=redact(answer.url),
            redirected=answer.redirected,
            bytes=len(answer.body),
            content_type=answer.content_type,
            etag=validators.etag,
            last_modified=validators.last_modified,
        )
    if isinstance(document, Parsed):
        entries = document.entries
        values.update(
            title=document.title,
            language=document.language,
            items=len(entries),
            complete=document.complete,
            without_guid=sum(not entry.guid for entry in entries),
            without_date=sum(entry.published is None for entry in entries),
            newest=[
                {"title": entry.title or entry.summary[:100], "published": entry.published, "link": entry.link}
                for entry in entries[:5]
            ],
            matches=_matches(config, entries),
        )
    elif isinstance(document, ParseFailed | FetchFailed) or isinstance(answer, FetchFailed):
        failure = document if isinstance(document, ParseFailed) else answer
        assert isinstance(failure, FetchFailed | ParseFailed)
        values.update(error=failure.kind, detail=failure.detail)
    return values


def _matches(config: Config | None, entries: Any) -> list[dict[str, Any]] | None:
    if config is None:
        return None
    from monitor.matching import Headline
    from monitor.watchlist import build

    engine = build(config.watchlists).engine
    return [
        {"watch": match.watch, "band": match.band, "score": match.score, "title": entry.title, "why": match.why}
        for entry in entries
        for match in engine.match(Headline(entry.title, entry.summary, entry.body))
    ]


def _lines(values: dict[str, Any]) -> Iterator[str]:
    from monitor.clock import local_text

    if not values["readable"]:
        yield f"cannot be used as a feed: {values['detail']}"
        return
    yield f"{values['title'] or 'untitled feed'}: {values['items']} items, {values['bytes']:,} bytes"
    if values["redirected"]:
        yield f"redirected to {values['final_url']}"
    told = [name for name, key in (("ETag", "etag"), ("Last-Modified", "last_modified")) if values[key]]
    how = f"yes, by {' and '.join(told)}" if told else "no, every poll reads the whole document"
    yield f"changes can be asked for: {how}"
    for what in ("guid", "date"):
        if values[f"without_{what}"]:
            yield f"{values[f'without_{what}']} items have no {what}"
    if not values["complete"]:
        yield "the document's end is missing"
    for item in values["newest"]:
        yield f"  {local_text(item['published'])}  {item['title']}"
    for match in values["matches"] or ():
        yield f"{match['band']} for {match['watch']}: {match['title']}"
        yield f"  why: {match['why']}"
    if values["matches"] is None:
        yield "no configuration: not matched"
    elif not values["matches"]:
        yield "no item matches a watchlist"
