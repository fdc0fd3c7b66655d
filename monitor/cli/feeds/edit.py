"""``monitor feeds add|remove``: changes to ``[[feeds]]`` of config.toml that keep everything else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.common import config_option, json_option, load_config, run_to_end
from monitor.cli.complete import FeedName
from monitor.cli.watch.changes import change_config, config_text, dry_run_option
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.cli.feeds.reading import Reading
    from monitor.config.settings import Config

_LONGEST_NAME = 100
_MOST_NAMES = 10


@click.command()
@click.argument("url")
@click.option("--name", help="The name shown in alerts; the feed's own title when left out.")
@click.option("--language", help="The language of its items, like en; what the feed says when left out.")
@click.option("--interval", metavar="TIME", help="How often it is asked, like 10m; the usual interval when left out.")
@click.option("--tag", "tags", multiple=True, help="A word of your own; may be given several times.")
@click.option("--allow-private", is_flag=True, help="The feed is on this machine or in this network on purpose.")
@click.option("--no-check", is_flag=True, help="Add it without reading it.")
@click.option("--pick", type=int, metavar="N", help="Of the feeds that a page names, take the Nth, without asking.")
@click.option("--guess", is_flag=True, help="Ask a page's server at the usual addresses when the page names no feeds.")
@dry_run_option
@config_option
@json_option
def add(
    url: str,
    name: str | None,
    language: str | None,
    interval: str | None,
    tags: tuple[str, ...],
    allow_private: bool,
    no_check: bool,
    pick: int | None,
    guess: bool,
    dry_run: bool,
    config_path: str | None,
    as_json: bool,
) -> None:
    """Add a feed to config.toml. It is read once, to see that it is one and what it is called. Where URL is a web
    page, the feeds that it names are read and offered.

    \b
    monitor feeds add https://www.dawn.com/feeds/home --tag pakistan
    monitor feeds add dawn.com                                 which feeds does this page have?
    monitor feeds add https://www.dawn.com/ --pick 1           the first of them
    monitor feeds add https://news.example/rss --name "The Example" --language en --interval 10m
    monitor feeds add https://news.example/rss --no-check      while its server is down, say

    Exit code 1: it is listed already, it cannot be read as a feed, or it is a page with feeds and nobody can be asked
    which. Nothing is written then.
    """
    from monitor.cli.feeds.reading import addresses
    from monitor.config.settings import ADDRESS_HINT, can_be_polled
    from monitor.text.clean import redact, single_line
    from monitor.toml import edit
    from monitor.toml.write import only_writer

    urls = addresses(url)
    url = urls[0]
    if not can_be_polled(url):
        raise click.BadParameter(f"{redact(url)!r} is not an address that can be polled; {ADDRESS_HINT}")
    if no_check and (pick is not None or guess):
        raise click.UsageError("with --no-check nothing is read; leave out --pick and --guess")
    _check_interval(interval)
    config = load_config(config_path)
    for one in urls:
        _refuse_listed(config, one)
    reading = None
    if not no_check:
        reading = _found(_read(config, urls, allow_private), config, pick, guess, as_json)
        url, allow_private = reading.spec.url, reading.spec.allow_private
    found = reading.parsed if reading else None
    values: dict[str, Any] = {
        "url": url,
        "name": single_line(name if name is not None else found.title[:_LONGEST_NAME] if found else ""),
        "language": language if language is not None else found.language if found else "",
        "interval": interval,
        "tags": list(tags),
        "allow_private": allow_private,
    }
    with only_writer(config.path.parent):
        config = load_config(config_path)  # it may be another one now: reading the feed takes its time
        _refuse_listed(config, url)
        text = edit.append_table(config_text(config), "feeds", {key: value for key, value in values.items() if value})
        change_config(config, text, dry_run, as_json, _remarks(config, values, reading))


def _check_interval(interval: str | None) -> None:
    from monitor.toml.tomlfile import parse_duration

    if interval is not None:
        try:
            parse_duration(interval)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--interval") from error


def _refuse_listed(config: Config, url: str) -> None:
    from monitor.config.settings import request_of

    for index, section in enumerate(config.file.data.get("feeds", [])):
        if request_of(section["url"].strip()) == request_of(url):
            place = f"{config.path}:{config.file.line(('feeds', index, 'url'))}"
            raise click.ClickException(f"this feed is already listed: {place}; monitor feeds list shows it")


def _read(config: Config, urls: Sequence[str], allow_private: bool) -> Reading:
    """What is at the first of ``urls`` that answers. Raises click.ClickException where the user's permission is
    missing.
    """
    from monitor.cli.feeds.reading import read_first
    from monitor.model import FeedSpec

    specs = [FeedSpec(url, url, 900.0, allow_private=allow_private) for url in urls]
    reading = run_to_end(read_first(specs, config))
    if reading.failure and reading.failure.kind == "forbidden" and not allow_private:
        why = reading.failure.detail.partition(";")[0]
        raise click.ClickException(f"cannot be read: {why}; add --allow-private if the feed is meant to be there")
    return reading


def _found(reading: Reading, config: Config, pick: int | None, guess: bool, as_json: bool) -> Reading:
    """The feed that was read, or the one that the user picks of those that the page names which was read instead."""
    if reading.parsed:
        return reading
    from monitor.cli.feeds.page import choose

    return choose(reading, config, pick, guess, as_json)


def _remarks(config: Config, values: dict[str, Any], reading: Reading | None) -> Iterator[str]:
    from monitor.cli.feeds.imports import same_feed
    from monitor.model import Fetched
    from monitor.text.clean import redact

    if reading and reading.parsed:
        yield f"{reading.parsed.title or 'untitled feed'}: {counted(len(reading.parsed.entries), 'item')}"
    if reading and isinstance(reading.answer, Fetched) and reading.answer.redirected:
        yield f"It is redirected to {redact(reading.answer.url)}; perhaps that is the address to list."
    if others := [feed for feed in config.feeds if same_feed(feed.url) == same_feed(values["url"])]:
        yield f'It looks like a feed that is listed already: "{others[0].name}", {redact(others[0].url)}.'
    if values["name"] in (feed.name for feed in config.feeds):
        yield f'Another feed is called "{values["name"]}", too; --name parts them.'
    yield "What it holds at its first reading is not alerted."


@click.command()
@click.argument("feed", metavar="NAME|URL", type=FeedName())
@dry_run_option
@config_option
@json_option
def remove(feed: str, dry_run: bool, config_path: str | None, as_json: bool) -> None:
    """Remove a feed from config.toml, with the comment lines directly above it. What it brought stays in the database.

    \b
    monitor feeds remove Dawn
    monitor feeds remove https://www.dawn.com/feeds/home
    """
    from monitor.toml import edit
    from monitor.toml.write import only_writer

    told = "Its items, matches and alerts stay in the database; listed again, it goes on where it was."
    with only_writer(load_config(config_path).path.parent):
        config = load_config(config_path)
        text = config_text(config)
        for index in reversed(listed(config, feed)):
            text = edit.remove_table(text, ("feeds", index))
        change_config(config, text, dry_run, as_json, [told])


def listed(config: Config, feed: str) -> list[int]:
    """The places of a feed under ``[[feeds]]``. Raises click.BadParameter for none, or for several of one name."""
    from urllib.parse import urlsplit

    from monitor.text.clean import redact, single_line
    from monitor.toml.advice import suggestion

    sections = config.file.data.get("feeds", [])
    urls = [section["url"].strip() for section in sections]
    if feed.strip() in urls:
        return [index for index, url in enumerate(urls) if url == feed.strip()]
    names = [
        single_line(section.get("name", "")) or urlsplit(url).hostname or url
        for section, url in zip(sections, urls, strict=True)
    ]
    found = [index for index, name in enumerate(names) if name.casefold() == feed.strip().casefold()]
    if not found:
        raise click.BadParameter(
            f'there is no feed "{redact(feed)}"; {suggestion(feed, dict.fromkeys(names), most=_MOST_NAMES)}'
        )
    if len(found) > 1:
        listed = ", ".join(redact(urls[index]) for index in found)
        raise click.BadParameter(f'several feeds are called "{feed}"; name it by its address: {listed}')
    return found
