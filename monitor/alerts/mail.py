"""A message as the body of a mail, from templates that a user may replace by files of the same names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.alerts.render import IN_FULL, by_watch, controls, direction, facts, heading, marked, short_id
from monitor.clock import local_text
from monitor.model import Message, MessageKind, Story

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _templates(folder: Path | None) -> Environment:
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

    shipped = PackageLoader("monitor.alerts", "templates")
    return Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), shipped]) if folder else shipped,
        autoescape=lambda name: bool(name and ".html" in name),  # noqa: S701 - on for HTML, off for plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def for_mail(message: Message, folder: Path | None = None) -> tuple[str, str]:
    """The message as plain text and as HTML. ``folder``: where the user's own templates are; those that are not there
    are the shipped ones. Raises what a template of the user's makes Jinja2 raise.
    """
    name = "digest" if message.kind is MessageKind.DIGEST else "message"
    shown = [shown_story(story) for story in message.stories]
    values = {
        "message": message,
        "heading": heading(message),
        "created": local_text(message.created),
        "stories": shown[:IN_FULL],
        "further": shown[IN_FULL:],
        "watches": [(title, [shown_story(story) for story in stories]) for title, stories in by_watch(message.stories)],
    }
    templates = _templates(folder)
    return (
        templates.get_template(f"{name}.txt.j2").render(values),
        templates.get_template(f"{name}.html.j2").render(values),
    )


def shown_story(story: Story) -> dict[str, Any]:
    """What templates may say of a story."""
    alert = story.alert
    return {
        "alert": alert,
        "id": short_id(alert),
        "headline": marked(alert, "title", alert.headline),
        "summary": marked(alert, "summary", alert.summary) if alert.summary != alert.headline else [],
        "facts": dict(facts(story)),
        "copies": story.copies,
        "remark": story.remark,
        "controls": controls(alert),
        "direction": direction(alert.headline),
    }
