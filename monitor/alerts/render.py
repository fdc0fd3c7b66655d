"""A message as text for a terminal and as data for programs, and what every way of showing one needs. Clean text comes
in; here it is escaped for the place where it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from monitor.clock import FIRST_FEEDS, local_text, utc
from monitor.model import Alert, AlertKind, Copy, Hit, Message, MessageKind, Story
from monitor.text.clean import single_line

if TYPE_CHECKING:
    from rich.text import Text

_LABELS = {AlertKind.NEW: "", AlertKind.NOTICE: "Notice", AlertKind.TEST: "Test"}
_SHORT_ID = 8
_DAY = 86_400.0
_SOURCES_SHOWN = 8
_BRIEF_LIMIT = 300
IN_FULL = 20
"""So many stories of one message are told in full, further ones in a line each."""


def heading(message: Message) -> str:
    """What a message belongs to: its watchlist's title, or what the program calls its own messages."""
    if message.kind is MessageKind.DIGEST:
        return "Digest"
    return message.watch_title or _LABELS[message.stories[0].alert.kind] or "News monitor"


def headed(message: Message) -> str:
    """One line for the whole, for a place that has no room for a heading of its own."""
    return message.title if message.kind is MessageKind.DIGEST else f"[{heading(message)}] {message.title}"


def short_id(alert: Alert) -> str:
    """What commands know an alert by."""
    return alert.id[:_SHORT_ID]


def marked(alert: Alert, field: str, text: str) -> list[tuple[str, bool]]:
    """``text`` in pieces, each with whether it is part of a hit in ``field``; the pieces joined are ``text``."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for hit in sorted((hit for hit in alert.hits if hit.field == field), key=lambda hit: hit.start):
        # A text that was shortened for the alert may end before the hit, or not be the text that was matched at all.
        if hit.start < at or text[hit.start : hit.end] != hit.text:
            continue
        pieces += [(text[at : hit.start], False), (hit.text, True)]
        at = hit.end
    pieces.append((text[at:], False))
    return [piece for piece in pieces if piece[0]]


def other_sources(story: Story) -> str:
    """Who else has the story, in words; empty when nobody has."""
    names = list(dict.fromkeys(copy.source for copy in story.copies if copy.source != story.alert.source))
    more = len(names) - _SOURCES_SHOWN
    return ", ".join(names[:_SOURCES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def published(alert: Alert) -> str:
    """When an alert's item was published, by its own word; called uncertain where that cannot be: before there were
    feeds, or more than a day after the item was seen.
    """
    if alert.published is None and alert.day:
        return alert.day
    text, date, seen = local_text(alert.published), alert.published, alert.first_seen
    if date is None or text == local_text(None) or FIRST_FEEDS <= date <= (seen or date) + _DAY:
        return text
    return f"{text} (uncertain)"


def facts(story: Story) -> Iterator[tuple[str, str]]:
    """The particulars of a story, named: sources, times, link, why."""
    alert = story.alert
    if alert.source:
        yield "source", f"{alert.source}, by the feed {alert.feed}" if alert.feed else alert.source
    if others := other_sources(story):
        yield "also in", others
    if alert.kind is AlertKind.NEW:
        yield "published", published(alert)
        yield "first seen", local_text(alert.first_seen)
    if alert.link:
        yield "link", alert.link
    if alert.why:
        yield "why", alert.why
    if story.remark:
        yield "remark", story.remark


def controls(alert: Alert) -> tuple[tuple[str, str], ...]:
    """What the user may do about an alert: what it is for, and the command."""
    if alert.kind is not AlertKind.NEW:
        return ()
    name = short_id(alert)
    return (
        ("relevant", f"monitor alerts relevant {name}"),
        ("not relevant", f"monitor alerts irrelevant {name}"),
        ("mute this story", f"monitor alerts mute {name}"),
        ("snooze this watchlist", f"monitor alerts snooze {name}"),
        ("all about it", f"monitor alerts show {name}"),
    )


def by_watch(stories: Sequence[Story]) -> list[tuple[str, list[Story]]]:
    """A digest's stories under the titles of their watchlists."""
    grouped = groupby(stories, key=lambda story: (story.alert.watch, story.alert.watch_title))
    return [(title or "News monitor", list(same)) for (_, title), same in grouped]


def direction(text: str) -> str:
    """``rtl`` for text that is mostly in a script written from right to left, otherwise ``ltr``."""
    letters = [char for char in text if char.isalpha()]
    backwards = sum("\u0590" <= char <= "\u08ff" or "\ufb1d" <= char <= "\ufefc" for char in letters)
    return "rtl" if backwards * 2 > len(letters) else "ltr"


def in_brief(message: Message, most: int) -> str:
    """The first ``most`` stories in two lines each, for places where little can be shown and nothing marked."""
    lines = [f"({message.late})"] if message.late else []
    for story in message.stories[:most]:
        alert = story.alert
        headline, source = (single_line(text, _BRIEF_LIMIT) for text in (alert.headline, alert.source))
        lines.append(f"{headline} — {source}" if source else headline)
        lines += [alert.link] if alert.link else []
        lines += [single_line(line, _BRIEF_LIMIT) for line in alert.lines]
    more = len(message.stories) - most
    return "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])


# --- the terminal ----------------------------------------------------------------------------------------------------


def for_terminal(message: Message) -> Text:
    """The message as lines for a terminal; styles vanish by themselves where there is none."""
    from rich.text import Text

    text = Text(no_wrap=True, overflow="ignore")
    text.append(f"{local_text(message.created)}  ", style="dim")
    is_news = message.kind in (MessageKind.ALERT, MessageKind.DIGEST)
    text.append(heading(message), style="bold cyan" if is_news else "bold yellow")
    if message.kind is MessageKind.DIGEST:
        text.append(f"{message.title.removeprefix('Digest')}{f' ({message.late})' if message.late else ''}")
        for title, stories in by_watch(message.stories):
            text.append(f"\n  {title}", style="bold cyan")
            for story in stories:
                _line(text, story)
    else:
        if len(message.stories) > 1:
            text.append(f"  {len(message.stories)} stories", style="bold")
        for story in message.stories[:IN_FULL]:
            _in_full(text, story)
        for story in message.stories[IN_FULL:]:
            _line(text, story)
    text.append("\n")
    return text


def _in_full(text: Text, story: Story) -> None:
    alert = story.alert
    text.append("\n  ")
    _append_marked(text, alert)
    if alert.kind is AlertKind.NEW:
        others = other_sources(story)
        also = f"; also in {others}" if others else ""
        text.append(f"\n  {alert.source}, published {published(alert)}{also}", style="dim")
        if alert.link:
            text.append(f"\n  {alert.link}", style="blue")
    if alert.why:
        text.append(f"\n  why: {alert.why}", style="green")
    for line in alert.lines:
        text.append(f"\n  {line}")
    if alert.kind is AlertKind.NEW:
        text.append(f"\n  first seen {local_text(alert.first_seen)}; ", style="dim")
        text.append(f"monitor alerts relevant|irrelevant|mute|snooze|show {short_id(alert)}", style="dim")


def _line(text: Text, story: Story) -> None:
    alert = story.alert
    text.append(f"\n    {short_id(alert)}  ", style="dim")
    text.append(f"{alert.score:.2f}  " if alert.score is not None else "", style="green")
    _append_marked(text, alert)
    notes = [alert.source, *([f"also in {other}"] if (other := other_sources(story)) else [])]
    notes += [story.remark] if story.remark else []
    text.append(f"\n              {'; '.join(notes)}", style="dim")
    if alert.link:
        text.append(f"\n              {alert.link}", style="blue")


def _append_marked(text: Text, alert: Alert) -> None:
    for piece, is_hit in marked(alert, "title", alert.headline):
        text.append(piece, style="bold underline" if is_hit else "bold")


# --- a message as data -----------------------------------------------------------------------------------------------
# For programs: what a webhook posts and a command reads.


def as_data(message: Message) -> dict[str, Any]:
    """``message`` in the form that receivers may rely on: keys are added, never renamed or taken away.

    The message: ``type`` (alert, digest, notice or test), ``id`` (the same at each retry), ``created``, ``title``,
    ``watch`` (``id`` and ``title``; null where there is no one watchlist), ``urgent``, ``late`` (how late a digest is,
    in words; otherwise empty) and ``stories``.

    A story: ``id``, ``kind`` (new, notice or test), ``headline``, ``summary``, ``source``, ``feed`` (that it came by;
    mostly the same), ``link``, ``published``, ``published_day`` (``2026-11-22``, where only the day is known; otherwise
    null), ``first_seen``, ``score`` (0 to 1, or null), ``band``, ``why``, ``watch``, ``hits`` (``alias``, ``text``,
    ``field``, ``start``, ``end``, ``rule``; offsets count characters of ``field``), ``sources`` (who else has it:
    ``source``, ``headline``, ``link``, ``published``), ``remark``, ``lines`` (of notices) and ``commands`` (what the
    user may run: ``ack``, ``relevant``, ``irrelevant``, ``mute``, ``snooze``, ``show``).

    Times are ISO 8601 in UTC, or null where they are not known. All texts are as they came from a feed: they are clean,
    but not escaped for any place.
    """
    return {
        "type": message.kind.value,
        "id": message.id,
        "created": _time(message.created),
        "title": message.title,
        "watch": _watch(message.watch, message.watch_title),
        "urgent": message.urgent,
        "late": message.late,
        "stories": [_story(story) for story in message.stories],
    }


def as_json(message: Message) -> bytes:
    """``message`` as JSON in UTF-8; the same bytes each time, so that a signature can be made again."""
    text = json.dumps(as_data(message), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _story(story: Story) -> dict[str, Any]:
    alert = story.alert
    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "headline": alert.headline,
        "summary": alert.summary,
        "source": alert.source,
        "feed": alert.feed or alert.source,
        "link": alert.link,
        "published": _time(alert.published),
        "published_day": alert.day or None,
        "first_seen": _time(alert.first_seen),
        "score": alert.score,
        "band": alert.band,
        "why": alert.why,
        "watch": _watch(alert.watch, alert.watch_title),
        "hits": [_hit(hit) for hit in alert.hits],
        "sources": [_source(copy) for copy in story.copies],
        "remark": story.remark,
        "lines": list(alert.lines),
        "commands": _commands(alert),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "alias": hit.alias,
        "text": hit.text,
        "field": hit.field,
        "start": hit.start,
        "end": hit.end,
        "rule": hit.rule.value,
    }


def _source(copy: Copy) -> dict[str, Any]:
    return {
        "source": copy.source,
        "headline": copy.headline,
        "link": copy.link,
        "published": _time(copy.published),
    }


def _commands(alert: Alert) -> dict[str, str]:
    """By the word that names them in the command itself (``monitor alerts WORD ID``)."""
    commands = {command.split()[2]: command for _, command in controls(alert)}
    return {"ack": f"monitor alerts ack {short_id(alert)}"} | commands if commands else {}


def _watch(name: str, title: str) -> dict[str, str] | None:
    return {"id": name, "title": title} if name else None


def _time(timestamp: float | None) -> str | None:
    """Feeds say impossible times; those count as unknown."""
    if timestamp is None:
        return None
    try:
        return utc(timestamp).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return None
