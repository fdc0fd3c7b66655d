"""What is wrong at this moment, for ``monitor status``: a list of troubles, each with a code for scripts.

To add a kind: let ``status`` gather what it is seen by, write a function that yields its troubles from these values,
and add that to ``_KINDS``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from monitor.alerts.notices import kept_words, span_words
from monitor.clock import local_text
from monitor.model import Kept
from monitor.text.wording import counted

if TYPE_CHECKING:
    from monitor.config.settings import Config
    from monitor.errors import Problem

Values = Mapping[str, Any]
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong. The ``code`` never changes; the words may."""

    code: str
    message: str


STOPPED = "stopped"


def troubles_of(values: Values) -> list[Trouble]:
    """All that is wrong, by the values that ``monitor status`` has gathered; the gravest first."""
    return [trouble for kind in _KINDS for trouble in kind(values)]


def _stopped(values: Values) -> Iterator[Trouble]:
    if not values["running"]:
        yield Trouble(STOPPED, "no daemon is running (monitor run starts it)")


def _database(values: Values) -> Iterator[Trouble]:
    if trouble := values["database_trouble"]:
        since = f" (since {local_text(trouble['since'])})" if trouble["since"] else ""
        yield Trouble(f"database-{trouble['code']}", f"{trouble['text']}{since}")


def _refused(values: Values) -> Iterator[Trouble]:
    if values["running"]:
        said = "the last edit was refused, and the version before it is in use"
    else:
        said = "the next start will refuse what is written there now"
    if values["refusal"]:
        yield Trouble("watchlists-refused", f"watchlists: {said}")
    if values["held"]:
        yield Trouble(
            "watchlists-held", "watchlists: the last edit would be a flood; it is held till you save it again"
        )
    if values["config_refusal"]:
        yield Trouble("config-refused", f"config.toml: {said}")


def _no_watchlist(values: Values) -> Iterator[Trouble]:
    if not values["watched"] and not values["refusal"]:
        said = "there is no watchlist yet: what the feeds bring is stored, and nobody is told"
        yield Trouble("no-watchlists", f'{said} (monitor watch new "a few words" writes one)')


def _told_to_nobody(values: Values) -> Iterator[Trouble]:
    for gap in values["gaps"]:
        if not gap["chosen"]:
            yield Trouble("told-to-nobody", gap["words"])


def _restored(values: Values) -> Iterator[Trouble]:
    if older := values["older"]:
        since = older["last_written"]
        of = "of what came later" if since is None else f"of {span_words(since, older['last_used'])}"
        said = f"the database is older than it was and knows nothing {of}"
        yield Trouble("database-older", f"{said}; the next start keeps back what you may have been told since")
    kept = Kept(**values["kept_back"])
    if kept.total:
        yield Trouble(
            "kept-back",
            f"{kept_words(kept)} {'is' if kept.total == 1 else 'are'} kept back since a backup was restored "
            "(monitor alerts list --restored; alerts release or drop --restored ends it)",
        )


def _channels(values: Values) -> Iterator[Trouble]:
    for channel, trouble in values["unsent"].items():
        messages = counted(trouble["messages"], "message")
        yield Trouble("channel-failing", f"{channel}: {messages} could not be sent yet: {trouble['detail']}")
    for channel, dead in values["given_up"].items():
        yield Trouble("not-delivered", f"{channel}: {counted(dead, 'message')} given up within a day")
    for channel, addresses in values["refused_recipients"].items():
        yield Trouble(
            "recipient-refused", f"{channel}: the server refuses {', '.join(addresses)}; others get the alerts"
        )
    for channel, count in values["orphans"].items():
        if channel not in values["switched_off"]:
            alerts = counted(count, "alert waits", "alerts wait")
            yield Trouble("channel-missing", f"{alerts} for the channel {channel}, which config.toml no longer has")


def _feeds(values: Values) -> Iterator[Trouble]:
    if not values["followed"]:
        yield Trouble("no-feeds", "config.toml lists no feed: nothing is read")
    names = {"failing": [feed["name"] for feed in values["failing"]]}
    for feed in values["others"]:
        names.setdefault(feed["state"], []).append(feed["name"])
    for state, (one, several) in _FEEDS.items():
        if found := names.get(state):
            more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
            message = f"{', '.join(found[:_NAMED])}{more} {one if len(found) == 1 else several}"
            yield Trouble(f"feeds-{state}", message)


_FEEDS = {
    "gone": ("is gone for good", "are gone for good"),
    "quarantined": ("may be somebody else's now", "may be somebody else's now"),
    "failing": ("cannot be read", "cannot be read"),
    "silent": ("has fallen silent", "have fallen silent"),
    "gap": ("may have lost items", "may have lost items"),
}

_KINDS = (_stopped, _database, _refused, _no_watchlist, _told_to_nobody, _restored, _channels, _feeds)


# --- what a start would refuse ---------------------------------------------------------------------------------------
# For ``monitor status`` while no daemon is running.


def refused_now(config: Config, is_whole: bool) -> dict[str, str]:
    """What is wrong with the watchlists, and with ``config.toml`` beside them; ``is_whole``: all of that was read."""
    from monitor.cli.status.untold import wrong_routes
    from monitor.errors import WatchlistError
    from monitor.watchlist import read_all

    routes: list[Problem] = []
    try:
        lists, problems = read_all(config.watchlists, feeds=config.feed_names if is_whole else None, may_be_empty=True)
        if is_whole and not problems:
            routes = wrong_routes(config, lists.watches)
    except WatchlistError as error:
        problems = error.problems
    return {"refusal": _text(problems), "held": "", "config_refusal": _text(routes)}


def _text(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))
