"""Alerts on this machine's desktop, by the program that the system has for it."""

from __future__ import annotations

import html
import sys

from monitor.alerts.channels.command import CannotStart, environment, run_to_end
from monitor.alerts.render import headed, in_brief
from monitor.model import Message, Partly, SendFailed, SendResult, Sent
from monitor.text.clean import single_line

_TITLE_LIMIT = 200
_BODY_LIMIT = 2_000
_STORIES = 5
_TIMEOUT = 10.0
_SESSION = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
_APPLESCRIPT = (
    "on run argv",
    "display notification (item 3 of argv) with title (item 1 of argv) subtitle (item 2 of argv)",
    "end run",
)


class DesktopChannel:
    """Shows notifications: by ``notify-send`` (libnotify), on macOS by ``osascript``."""

    def __init__(self, name: str = "desktop", system: str = sys.platform) -> None:
        self.name = name
        self._argv = _for_macos if system == "darwin" else _for_libnotify

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Show one message. What fails here is the desktop, never the message."""
        title = single_line(headed(message), _TITLE_LIMIT)
        argv = self._argv(title, in_brief(message, _STORIES)[:_BODY_LIMIT], message.urgent)
        try:
            ended = await run_to_end(argv, environment(_SESSION), _TIMEOUT)
        except CannotStart as error:
            return SendFailed(f"{argv[0]} cannot be run ({error}): is it installed?", unreachable=True)
        if ended.code is None:
            return SendFailed(f"{argv[0]} did not end within {_TIMEOUT:g} s: is there a desktop?", unreachable=True)
        if ended.code:
            return SendFailed(f"{argv[0]}: {ended.words}", unreachable=True)
        return Sent("shown")

    async def end_batch(self) -> None:
        """Nothing is kept between messages."""

    async def close(self) -> None:
        """Nothing to let go of."""


def _for_libnotify(title: str, body: str, urgent: bool) -> list[str]:
    """The body is markup to libnotify, and before that ``notify-send`` undoes backslashes in it; the title is text."""
    body = html.escape(body, quote=False).replace("\\", "\\\\")
    urgency = "critical" if urgent else "normal"
    return ["notify-send", "--app-name=news-monitor", f"--urgency={urgency}", "--", title, body]


def _for_macos(title: str, body: str, urgent: bool) -> list[str]:
    """Texts are arguments and never part of the script. The first argument is ours: no text is read as an option."""
    script = [word for line in _APPLESCRIPT for word in ("-e", line)]
    return ["osascript", *script, "News monitor", title, body]
