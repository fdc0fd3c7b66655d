"""``monitor feeds check``: what the daemon would meet at an address, and what it would do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_if_any, config_option, json_option, run_to_end, show_object, stored_if_usable
from monitor.cli.complete import FeedName
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.cli.feeds.reading import Reading
    from monitor.config.settings import Config
    from monitor.model import FeedSpec, Fetched, Parsed

UNREADABLE = 1
_NEWEST = 5
_MOST = 10
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"[/@?=]|\w[.:]\w")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@click.command()
@click.argument("url", metavar="URL|NAME", type=FeedName())
@config_option
@click.option("--allow-private", is_flag=True, help="The feed is on this machine or in this network on purpose.")
@json_option
def check(url: str, config_path: str | None, allow_private: bool, as_json: bool) -> int:
    """Ask for the feed at URL once, and explain it: what it holds, how often it would be asked, and which of its items
    match. Nothing is stored. Of a web page, the feeds that it names are listed.

    \b
    monitor feeds check https://www.dawn.com/feeds/home
    monitor feeds check Dawn                        one of config.toml, by its name
    monitor feeds check dawn.com                    which feeds does this page have?

    Exit code 0: the feed can be read; 1: it cannot; 2: URL is not an address of the web, nor a feed's name.
    """
    from monitor.cli.feeds.reading import read_first
    from monitor.clock import SystemClock

    config = config_if_any(config_path)
    reading = run_to_end(read_first(_specs(config, url.strip(), allow_private), config))
    values = facts_of(reading, config, SystemClock().now())
    show_object(values, as_json, lines(values))
    return 0 if values["readable"] else UNREADABLE


def _specs(config: Config | None, written: str, allow_private: bool) -> list[FeedSpec]:
    """The feed of the configuration with this address or name, or those that could stand there, in the order in which
    to try them.
    """
    from dataclasses import replace

    from monitor.cli.feeds.reading import addresses
    from monitor.config.settings import ADDRESS_HINT, PollingSection, can_be_polled
    from monitor.model import FeedSpec
    from monitor.text.clean import redact
    from monitor.toml.advice import suggestion

    feeds = config.feeds if config else ()
    known = [feed for feed in feeds if feed.url == written]
    known = known or [feed for feed in feeds if feed.name.casefold() == written.casefold()]
    if len(known) == 1:
        return [replace(known[0], allow_private=known[0].allow_private or allow_private)]
    if known:
        raise click.BadParameter(f'several feeds are called "{written}"; name it by its address')
    urls = addresses(written)
    if not can_be_polled(urls[0]):
        names = dict.fromkeys(feed.name for feed in feeds)
        if names and not _LOOKS_LIKE_AN_ADDRESS.search(written):
            raise click.BadParameter(f'there is no feed "{redact(written)}"; {suggestion(written, names, most=_MOST)}')
        raise click.BadParameter(f"{redact(written)!r} is not an address that can be polled; {ADDRESS_HINT}")
    interval = config.polling.interval if config else PollingSection().interval
    return [FeedSpec(url, url, interval, allow_private=allow_private) for url in urls]


def facts_of(reading: Reading, config: Config | None, now: float) -> dict[str, Any]:
    """What is to be said of a reading, for scripts. ``now``: seconds since the epoch."""
    from monitor.model import Fetched
    from monitor.text.clean import redact

    values: dict[str, Any] = {
        "url": redact(reading.spec.url),
        "listed": bool(config and any(feed.url == reading.spec.url for feed in config.feeds)),
        "readable": reading.parsed is not None,
    }
    if isinstance(reading.answer, Fetched):
        values |= _answer(reading.answer)
    if reading.parsed and isinstance(reading.answer, Fetched):
        values |= _document(reading.parsed, reading.answer, reading.spec, now)
        values["matches"] = _matches(config, reading.parsed, reading.spec)
        values["first_reading"] = _first_reading(config, reading.spec)
    elif reading.failure:
        found = [{"url": redact(one.url), "title": one.title, "kind": one.kind} for one in reading.candidates()]
        values |= {"error": reading.failure.kind, "detail": reading.failure.detail, "feeds": found}
    return values


def _answer(answer: Fetched) -> dict[str, Any]:
    from monitor.feeds.parse.document import encoding_of, format_of
    from monitor.text.clean import redact, single_line

    return {
        "status": answer.status,
        "final_url": redact(answer.url),
        "redirected": answer.redirected,
        "moved_to": redact(answer.moved_to) if answer.moved_to else "",
        "bytes": len(answer.body),
        "content_type": single_line(answer.content_type, 200),
        "format": format_of(answer.body),
        "encoding": encoding_of(answer.body, answer.content_type),
        "etag": answer.validators.etag,
        "last_modified": answer.validators.last_modified,
        "fresh_for": answer.fresh_for,
    }


def _document(document: Parsed, answer: Fetched, spec: FeedSpec, now: float) -> dict[str, Any]:
    from monitor.alerts.wording import DUE
    from monitor.feeds.pace.pacing import Asked, next_poll
    from monitor.feeds.pace.rhythm import Rhythm
    from monitor.feeds.parse.document import contradicted, typical_gap
    from monitor.text.clean import redact
    from monitor.text.languages import is_a_country, language_code

    entries, said = document.entries, spec.language or document.language
    dates = [entry.published for entry in entries if entry.published is not None]
    asked = Asked(
        spec.interval, spec.max_interval, answer.fresh_for, document.ttl, document.skip_hours, document.skip_days
    )
    wait = next_poll(asked, Rhythm(), now, 0.0)
    return {
        "title": document.title,
        "home": redact(document.home) if document.home else "",
        "language": document.language,
        "language_known": bool(language_code(said)) and not is_a_country(said),
        "language_contradicted": contradicted(document, spec.language),
        "items": len(entries),
        "complete": document.complete,
        "cut": document.cut,
        "lost": document.lost,
        "without_guid": sum(not entry.guid for entry in entries),
        "without_date": len(entries) - len(dates),
        "typical_gap": typical_gap(entries),
        "interval": spec.interval,
        "ttl": document.ttl,
        "skip_hours": list(document.skip_hours),
        "skip_days": list(document.skip_days),
        "max_interval": max(spec.interval, spec.max_interval),
        # Chance adds up to a tenth, so this is the least.
        "first_interval": wait.seconds,
        "first_interval_why": DUE[wait.reason],
        "newest": [
            {
                "title": entry.title or entry.summary[:100],
                "published": entry.published,
                "published_day": entry.day or None,
                "link": entry.link,
            }
            for entry in entries[:_NEWEST]
        ],
    }


def _matches(config: Config | None, document: Parsed, spec: FeedSpec) -> list[dict[str, Any]] | None:
    if config is None:
        return None
    from monitor.cli.watch.changes import warn_of
    from monitor.pipeline.story import judged
    from monitor.watchlist.sound import build_sound

    sound = build_sound(config.watchlists)
    warn_of(sound.problems)  # a broken watchlist says nothing against the feed
    engine = sound.library.engine
    return [
        {"watch": match.watch, "band": match.band, "score": match.score, "title": entry.title, "why": match.why}
        for entry, text in judged(document, spec)
        for match in engine.match(text)
    ]


def _first_reading(config: Config | None, spec: FeedSpec) -> str:
    """What becomes of the items at the first reading: ``silent``, ``alerted``; where it has been: ``over``, or the
    state of a feed of which nothing is told.
    """
    if config is None:
        return "silent"
    store = stored_if_usable(config)
    row = next((row for row in store.list_feeds() if row["url"] == spec.url), None) if store else None
    if row and row["health"] in ("gone", "quarantined"):
        return str(row["health"])
    if row and row["last_success"]:
        return "over"
    return "alerted" if config.alerts.baseline else "silent"


# --- in words --------------------------------------------------------------------------------------------------------


def lines(values: dict[str, Any]) -> Iterator[str]:
    """What is to be said of a reading, for people."""
    if not values["readable"]:
        yield from _unreadable(values)
        return
    held = f"{counted(values['items'], 'item')}, {counted(values['bytes'], 'byte')}"
    yield f"{values['title'] or 'untitled feed'}: {held}"
    kind = values["format"] or "a feed of an unknown format"
    yield f"format: {kind}, {values['encoding']}" + (f", language {values['language']}" if values["language"] else "")
    if number := values["language_contradicted"]:
        yield (
            f"{number:,} of {counted(values['items'], 'item')} cannot be in that language by their letters or words: "
            "their language counts as not known, and lang leaves none of them out"
        )
    elif values["language"] and not values["language_known"]:
        yield f'"{values["language"]}" names no language for certain: lang leaves none of its items out'
    yield from _redirects(values)
    told = [name for name, key in (("ETag", "etag"), ("Last-Modified", "last_modified")) if values[key]]
    how = f"yes, by {' and '.join(told)}" if told else "no, every poll reads the whole document"
    yield f"changes can be asked for: {how}"
    yield from _pace(values)
    for what in ("guid", "date"):
        if number := values[f"without_{what}"]:
            yield f"{counted(number, 'item')} {'has' if number == 1 else 'have'} no {what}"
    if values["cut"]:
        yield f"{counted(values['cut'], 'more item')} would be left out: there are too many"
    if values["lost"]:
        yield f"{counted(values['lost'], 'more item')} cannot be read: the document is malformed"
    if not values["complete"]:
        yield "the document's end is missing"
    yield from _items(values)


def _unreadable(values: dict[str, Any]) -> Iterator[str]:
    yield f"cannot be used as a feed: {values['detail']}"
    if values.get("redirected"):
        yield f"redirected to {values['final_url']}"
    if feeds := values["feeds"]:
        yield f"The page names {counted(len(feeds), 'feed')}:"
        for feed in feeds:
            yield f"  {feed['url']}" + (f"  {feed['title']}" if feed["title"] else "")
        yield "`monitor feeds check` looks into one, `monitor feeds add` adds it."


def _redirects(values: dict[str, Any]) -> Iterator[str]:
    if values["moved_to"]:
        yield f"moved for good to {values['moved_to']}: taken up once the new address has proved itself"
    elif values["redirected"]:
        yield f"redirected to {values['final_url']}"


def _pace(values: dict[str, Any]) -> Iterator[str]:
    asks = [f"the interval is {_length(values['interval'])}"]
    if values["fresh_for"]:
        asks.append(f"the server asks for {_length(values['fresh_for'])} (Cache-Control)")
    if values["ttl"]:
        asks.append(f"the feed asks for {_length(values['ttl'])} (ttl)")
    yield f"would be asked every {_length(values['first_interval'])}: {', '.join(asks)}"
    if values["skip_hours"]:
        yield f"asks not to be polled in these hours (UTC): {', '.join(map(str, values['skip_hours']))}"
    if values["skip_days"]:
        yield f"asks not to be polled on these days (UTC): {', '.join(_DAYS[day] for day in values['skip_days'])}"
    if (values["typical_gap"] or 0) >= _SHORTEST_GAP:
        yield f"a new item about every {_length(values['typical_gap'])}, by the dates of its items"


def _items(values: dict[str, Any]) -> Iterator[str]:
    from monitor.clock import local_text

    for item in values["newest"]:
        yield f"  {item['published_day'] or local_text(item['published'])}  {item['title']}"
    for match in values["matches"] or ():
        yield f"{match['band']} for {match['watch']}: {match['title']}"
        yield f"  why: {match['why']}"
    if values["matches"] is None:
        yield "no configuration: not matched"
    elif not values["matches"]:
        yield "no item matches a watchlist"
    yield {
        "silent": "What it holds at its first reading would be stored and not alerted.",
        "alerted": "What it holds at its first reading would be alerted, too: baseline = true under [alerts].",
        "over": "Its first reading is over: what is new is alerted.",
        "gone": "It is not asked any more, since its server called it gone: see monitor feeds resume.",
        "quarantined": "It is quarantined, and nothing of it is told: see monitor feeds accept.",
    }[values["first_reading"]]


_SHORTEST_GAP = 60.0
"""A list of links is often dated as a whole, and then says nothing of how often it is written."""


def _length(seconds: float) -> str:
    """``15 min``, ``90 min``, ``2 h``: exact where a larger unit would not be."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or seconds == size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
