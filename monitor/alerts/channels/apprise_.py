"""Alerts by Apprise, which knows a hundred services (Slack, Telegram, ntfy, Matrix). The extra ``[notify]``."""

from __future__ import annotations

import logging
import re
from typing import Any

from monitor.alerts.channels.thread import ChannelThread
from monitor.alerts.render import headed, in_brief
from monitor.model import Message, Partly, SendFailed, SendResult, Sent
from monitor.text.clean import single_line

_STORIES = 10
_TITLE_LIMIT = 250
_MENTION = re.compile(r"@(?=\w)|<(?=[@!#&])")
_WORD_JOINER = "\u2060"


class AppriseChannel:
    """Hands messages to the service that ``url`` names. The address holds secrets, so it is never shown."""

    def __init__(self, url: str, name: str = "apprise") -> None:
        self.name = name
        self._url = url
        self._apprise: Any = None
        self._thread = ChannelThread("apprise")

    async def send(self, message: Message, partly: Partly | None = None) -> SendResult:
        """Send one message."""
        return await self._thread.run(lambda: self._send(message))

    async def end_batch(self) -> None:
        """Nothing is kept open between messages."""

    async def close(self) -> None:
        """Let go of the thread, which may wait for a service that has stopped answering."""
        self._thread.close()

    def _send(self, message: Message) -> SendResult:
        try:
            service = self._service()
            if service is None:
                return SendFailed("Apprise cannot read the address in the secret", unreachable=True, needs_user=True)
            taken = service.notify(
                body=_harmless(in_brief(message, _STORIES)) or "nothing new",
                title=_harmless(single_line(headed(message), _TITLE_LIMIT)),
                body_format="text",
                notify_type="warning" if message.urgent else "info",
            )
        except Exception as error:  # a plugin may raise anything; without its text, which may quote the address
            return SendFailed(f"Apprise failed: {type(error).__name__}", unreachable=True)
        return Sent("taken by the service") if taken else SendFailed("the service did not take it")

    def _service(self) -> Any:
        """Apprise, with its one service; None when the address is none."""
        if self._apprise is None:
            import apprise

            # Its log quotes addresses, and with them tokens.
            logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
            made = apprise.Apprise(asset=apprise.AppriseAsset(app_id="news-monitor", async_mode=False))
            self._apprise = made if made.add(self._url) and len(made) else None
        return self._apprise


def _harmless(text: str) -> str:
    """``text`` with what services take for a mention (``@everyone``, ``<!channel>``) broken up: a headline must not
    wake a whole room. Links stay as they are.
    """
    lines = (line if line.startswith(("http://", "https://")) else _unmentioned(line) for line in text.split("\n"))
    return "\n".join(lines)


def _unmentioned(line: str) -> str:
    return _MENTION.sub(lambda found: found[0] + _WORD_JOINER, line)
