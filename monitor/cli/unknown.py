"""What to say of a link or a number that no stored item has: which feeds it could have come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.store import Store

_MOST = 3


def not_stored(config: Config, store: Store | None, text: str) -> list[str]:
    """What to say of a link or a number that no stored item has; nothing for what may be a headline."""
    from monitor.store.archive import find

    if find.is_number(text):
        return ["No item with this number is stored; monitor items shows those that are."]
    if not find.is_link(text):
        return []
    return ["No item with this link is stored.", *_sources(config, store, text)]


def _sources(config: Config, store: Store | None, text: str) -> Iterator[str]:
    """The feeds of the link's host, and those that have brought pages of it."""
    from monitor.store.archive.find import feeds_with_pages_of

    link = text.strip() if "://" in text else f"https://{text.strip()}"
    host = _host(link)
    own = [feed for feed in config.feeds if _of_one_host(feed.url, link)]
    states = {row["url"]: row for row in store.list_feeds()} if store else {}
    yield from (_feed_line(feed.name, states.get(feed.url)) for feed in own[:_MOST])
    if len(own) > _MOST:
        yield f"And {len(own) - _MOST} more of your feeds are of this host."
    brought = feeds_with_pages_of(store.db, host, lambda other: _of_one_host(other, link)) if store and host else []
    urls = {feed.url for feed in own}
    others = [row for row in brought if row["url"] not in urls]
    if others:
        yield f"Feeds that have brought pages of {host}: {_listed(others)}."
    elif not own:
        yield "None of your feeds is of this host or has brought pages of it; monitor feeds check finds one's address."


def _listed(feeds: Sequence[Mapping[str, Any]]) -> str:
    from monitor.clock import local_text

    shown = [
        f"{feed['name']} (last read {local_text(feed['last_success'])})" if feed["last_success"] else feed["name"]
        for feed in feeds[:_MOST]
    ]
    more = len(feeds) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _feed_line(name: str, state: Mapping[str, Any] | None) -> str:
    from monitor.clock import local_text

    last = state["last_success"] if state else None
    if last is None:
        return f"The feed {name} is of this host; it has not been read yet."
    said = f"The feed {name} is of this host, and was last read {local_text(last)}"
    return f"{said}: it may not have carried the item, or not for long enough."


def _of_one_host(url: str, link: str) -> bool:
    one, other = _host(url), _host(link)
    return bool(one and other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _host(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
