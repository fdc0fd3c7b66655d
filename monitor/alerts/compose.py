"""Matches and events → alerts. Pure; an alert's id follows from what it is about, so composing twice is saying once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from monitor.errors import HELD, Problem
from monitor.model import Alert, AlertId, AlertKind, Baseline, FeedId, Item, Match, Message, MessageKind, Story
from monitor.text.clean import single_line
from monitor.text.wording import counted

_SUMMARY_LIMIT = 1_000
_HEADLINE_FROM_SUMMARY = 140
_NAMED = 10
"""Of many files or problems so many are named."""


def new_item(feed: FeedId, item: Item, match: Match, now: float) -> Alert:
    """The alert for an item that belongs to a watchlist."""
    return Alert(
        id=id_of("new", match.watch, str(feed), item.key),
        kind=AlertKind.NEW,
        created=now,
        headline=headline(item),
        watch=match.watch,
        watch_title=match.title,
        summary=item.summary[:_SUMMARY_LIMIT],
        source=item.outlet,
        feed=item.feed_name if item.outlet != item.feed_name else "",
        link=item.link,
        published=item.published,
        first_seen=item.first_seen,
        score=match.score,
        why=match.why,
        hits=match.hits,
        band=match.band,
        day=item.day,
    )


def headline(item: Item) -> str:
    """The title, or the beginning of the text where a feed has no titles."""
    if item.title:
        return item.title
    text = item.summary or item.body
    return text if len(text) <= _HEADLINE_FROM_SUMMARY else text[:_HEADLINE_FROM_SUMMARY].rsplit(" ", 1)[0] + "…"


def baseline_notice(baselines: Sequence[Baseline], now: float) -> Alert:
    """The notice that feeds were read for the first time, and how many matches they held that were not alerted."""
    items = sum(baseline.items for baseline in baselines)
    matches = sum(baseline.matches for baseline in baselines)
    feeds, found = counted(len(baselines), "feed"), counted(matches, "match", "matches")
    held = [
        f"{baseline.name}: {counted(baseline.matches, 'match', 'matches')} in {counted(baseline.items, 'item')}"
        for baseline in baselines
        if baseline.matches
    ]
    which = "this feed publishes" if len(baselines) == 1 else "these feeds publish"
    lines = [*held, f"Alerts begin with what {which} from now on."]
    if matches:
        lines.append("To read the matches they already held: monitor matches --outcome baseline")
    return notice(
        ("baseline", *(f"{baseline.feed}" for baseline in baselines), f"{now}"),
        now,
        f"First reading of {feeds}: {counted(items, 'item')}, {found} already there",
        tuple(lines),
    )


def flood_notice(kind: str, target: str, name: str, most: int, now: float) -> Alert:
    """The notice that a watchlist or a feed suddenly alerts far beyond its habit; told once for each flood."""
    what = f"the watchlist {name}" if kind == "watch" else f"the feed {name}"
    return notice(
        ("flood", kind, target, f"{now}"),
        now,
        f"A flood: {what} brought more than {counted(most, 'alert')} within an hour",
        (
            "Further ones are held until an hour has passed without; they stand in the next digest.",
            "To see them:       monitor matches --outcome held",
            f"To be told of all: monitor alerts release {f'--feed {target}' if kind == 'feed' else target}",
        ),
    )


def trouble_notice(channel: str, since: float, waiting: int, detail: str, now: float) -> Alert:
    """The notice that a channel does not work, for the other channels; one for each time that it fails."""
    return notice(
        ("trouble", channel, f"{since}"),
        now,
        f"Alerts do not reach the channel {channel}",
        (
            detail,
            f"{counted(waiting, 'message')} waiting; none is lost. It is tried again by itself.",
            "To see them:                monitor alerts list --state pending",
            "To try after mending it:    monitor alerts test",
        ),
    )


def refused_notice(channel: str, refused: Sequence[str], reasons: Sequence[str], now: float) -> Alert:
    """The notice that some of a channel's recipients never get what the others get."""
    return notice(
        ("refused", channel, *refused, f"{now}"),
        now,
        f"{channel}: the server refuses {', '.join(refused)}",
        (
            *reasons,
            "The other recipients get everything. Alerts are not sent again to who was refused for good.",
            "Correct or remove the address in config.toml, and try it with: monitor alerts test",
        ),
    )


def dead_notice(channel: str, title: str, detail: str, now: float) -> Alert:
    """The notice that a message was given up on a channel, for the others, or for itself where it is the only one; one
    an hour at most.
    """
    return notice(
        ("dead", channel, f"{now // 3600:.0f}"),
        now,
        f"Not delivered by {channel}: {title}",
        (detail, "To send it again: monitor alerts list --state dead, then monitor alerts retry ID"),
    )


_STAYS_UNTIL = ("Until then the version before it, if any, stays in use. You are told once.",)
_REFUSED = (
    "The last good version, if any, stays in use. You are told once; a good version is taken up by itself.",
    "To see what is wrong now: monitor status",
)


def refusal_notice(problems: Sequence[Problem], now: float) -> Alert:
    """The notice that files cannot be used as they are, while the program goes on with their last good versions; or,
    where all of it would be a flood, that it waits until the user says that it is meant.
    """
    is_held = all(problem.code == HELD for problem in problems)
    names = list(dict.fromkeys(_clean(problem.file.name) for problem in problems))
    what = f"{names[0]}: {_clean(problems[0].message)}" if len(names) == 1 else _list(names)
    what += " cannot be used" if len(names) > 1 and not is_held else ""
    return notice(
        ("refusal", *map(str, problems), f"{now}"),
        now,
        f"{'Held' if is_held else 'Not taken up'}: {what}"[:_SUMMARY_LIMIT],
        (
            *(_clean("; ".join(str(problem).split("\n    "))) for problem in problems[:_NAMED]),
            *((f"... and {counted(len(problems) - _NAMED, 'more problem')}",) if len(problems) > _NAMED else ()),
            *(_STAYS_UNTIL if is_held else _REFUSED),
        ),
    )


def lost_notice(watches: Sequence[str], folder: str, now: float) -> Alert:
    """The notice that watchlists of the last run have no files any more; they are not followed."""
    several = len(watches) > 1
    return notice(
        ("lost", *watches, f"{now}"),
        now,
        f"Not followed any more: {_list(watches)}",
        (
            f"{'Their files were' if several else 'Its file was'} in {_clean(folder)} when the program last ran, and "
            f"{'are' if several else 'is'} gone.",
            f"To follow {'them' if several else 'it'} again, put the file{'s' if several else ''} back. "
            "Where it was only renamed, there is nothing to do. You are told once.",
        ),
    )


def message(channel: str, stories: Sequence[Story], now: float, urgent: bool = False) -> Message:
    """A message of alerts of one watchlist, the best story first, or of one notice."""
    stories = sorted(stories, key=_best_first)
    first = stories[0].alert
    kind = {AlertKind.NEW: MessageKind.ALERT, AlertKind.NOTICE: MessageKind.NOTICE, AlertKind.TEST: MessageKind.TEST}
    return Message(
        id=id_of("message", channel, *(story.alert.id for story in stories)),
        kind=kind[first.kind],
        created=now,
        stories=tuple(stories),
        watch=first.watch,
        watch_title=first.watch_title,
        urgent=urgent,
    )


def digest(channel: str, stories: Sequence[Story], now: float, late: str = "") -> Message:
    """A digest: by watchlist, and in each the best stories first."""
    ordered = sorted(stories, key=lambda story: (story.alert.watch_title, story.alert.watch, _best_first(story)))
    return Message(
        id=id_of("digest", channel, f"{now}", *(story.alert.id for story in stories)),
        kind=MessageKind.DIGEST,
        created=now,
        stories=tuple(ordered),
        late=late,
    )


def _best_first(story: Story) -> float:
    return -(story.alert.score or 0.0)


def test_alert(now: float) -> Alert:
    """An alert that tests the channels."""
    return Alert(
        id=id_of("test", f"{now}"),
        kind=AlertKind.TEST,
        created=now,
        headline="This is a test: alerts arrive here",
        source="news-monitor",
        lines=("Sent by `monitor alerts test`. If you can read this, the channel works.",),
    )


def _list(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join([*names[:_NAMED], *([f"and {more:,} more"] if more > 0 else [])])


def _clean(text: str) -> str:
    """One line; names of files may hold bytes that are no text."""
    return single_line(text.encode("utf-8", "replace").decode("utf-8"))


def notice(about: Iterable[str], now: float, headline: str, lines: Iterable[str]) -> Alert:
    """What the program says of itself. ``about`` makes it one and the same notice, which is told once."""
    return Alert(
        id=id_of(*about),
        kind=AlertKind.NOTICE,
        created=now,
        headline=headline,
        source="news-monitor",
        lines=tuple(lines),
    )


def id_of(*parts: str) -> AlertId:
    """The id that follows from what something is about."""
    return AlertId(hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:20])
