"""A message as data, for programs: what a webhook posts and a command reads."""

from __future__ import annotations

import json
from typing import Any

from monitor.alerts.render import controls, short_id
from monitor.clock import utc
from monitor.model import Alert, Copy, Hit, Message, Story


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
