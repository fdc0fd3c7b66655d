"""What a list of feeds would change: which of them are new, which are listed already, and which are refused and why."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from monitor.config.settings import ADDRESS_HINT, can_be_polled
from monitor.feeds.fetch.connections import is_public
from monitor.feeds.identity import canonical_link
from monitor.feeds.lists.opml import NAME_LIMIT, NoFeed
from monitor.text.clean import LINK_LIMIT, single_line

if TYPE_CHECKING:
    from monitor.feeds.lists.opml import Outline
    from monitor.model import FeedSpec

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,19}):", re.IGNORECASE)


WHY_NO_FEED = {
    NoFeed.LINK: "it is a link to a page, not a feed",
    NoFeed.LIST: "it names another list; import that one by itself",
    NoFeed.SCRAPED: "it is a web page that the other reader takes apart by its own rules, not a feed",
    NoFeed.PAGE: "it names a page but no feed; monitor feeds add finds the feeds of a page",
    NoFeed.NOTHING: "it has no address",
}


@dataclass(frozen=True)
class Look:
    """What reading a feed has shown; ``why`` says what kept it from being read."""

    title: str = ""
    language: str = ""
    why: str = ""


@dataclass
class Plan:
    """What becomes of each feed of a list."""

    new: list[dict[str, Any]] = field(default_factory=list)
    """Tables for ``[[feeds]]``."""
    listed: list[tuple[str, str]] = field(default_factory=list)
    """The address in the list, and the one in the configuration."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """The name in the list, and why."""
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """The address, and why it cannot be read."""


def plan(
    outlines: Iterable[Outline],
    feeds: Sequence[FeedSpec],
    tags: Sequence[str] = (),
    looks: Mapping[str, Look] | None = None,
) -> Plan:
    """What becomes of ``outlines`` beside ``feeds``, with ``tags`` for all of them, and what ``looks`` by address have
    shown, when they were looked at.
    """
    result = Plan()
    there = {same_feed(feed.url): feed.url for feed in feeds}
    new: dict[str, dict[str, Any]] = {}
    for outline in outlines:
        key = same_feed(outline.url)
        if why := refusal(outline.url):
            result.refused.append((outline.name, why))
        elif key in there:
            result.listed.append((outline.url, there[key]))
        elif key in new:  # readers list a feed once in each of its folders
            new[key]["tags"] = list(dict.fromkeys([*new[key]["tags"], *outline.tags]))
        else:
            name, language = outline.name, outline.language
            new[key] = {"url": outline.url, "name": name, "language": language, "tags": [*tags, *outline.tags]}
    taken = Counter(feed.name.casefold() for feed in feeds)
    for table in new.values():
        look = looks.get(table["url"], Look(why="it was not read")) if looks is not None else Look()
        if look.why:
            result.unreadable.append((table["url"], look.why))
            continue
        table["name"] = _told_apart(table["name"] or look.title[:NAME_LIMIT].strip(), table["url"], taken)
        table["language"] = table["language"] or look.language
        table["tags"] = list(dict.fromkeys(table["tags"]))
        result.new.append({key: value for key, value in table.items() if value})
    return result


def same_feed(url: str) -> str:
    """What is the same for all spellings of a feed's address: http or https, a slash at the end, a fragment. Another
    user's feed is another one.
    """
    user = url.partition("://")[2].partition("/")[0].rpartition("@")[0]
    return f"{user}@{canonical_link(url)}" if user else canonical_link(url)


def refusal(url: str) -> str:
    """Why ``url``, which others have written, cannot be listed; empty when it can. Quotes nothing of it that could
    be a secret or a command.
    """
    if not url:
        return "it has no address"
    if len(url) > LINK_LIMIT:
        return f"its address is longer than {LINK_LIMIT:,} characters"
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return f"{scheme[1].lower()}: is not the web"
    if not scheme:
        return "its address is relative"
    return "" if can_be_polled(url) else ADDRESS_HINT


def is_private(url: str) -> bool:
    """Whether ``url`` by its letters leads to this machine or network."""
    host = urlsplit(url).hostname or ""
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _told_apart(name: str, url: str, taken: Counter[str]) -> str:
    """``name``, with its host or a number behind it when another feed has it: watchlists name their sources by it. A
    feed without a name is called by its host, as one in the configuration would be.
    """
    if not name:
        return ""
    with_host = f"{name} ({single_line(urlsplit(url).hostname or '', NAME_LIMIT)})"
    tried = name if not taken[name.casefold()] else with_host
    while taken[tried.casefold()]:
        taken[with_host.casefold()] += 1
        tried = f"{with_host} {taken[with_host.casefold()]}"
    taken[tried.casefold()] += 1
    return tried
