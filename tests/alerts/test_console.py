"""Alerts on standard output, through real streams."""

from __future__ import annotations

import io
import os

from monitor.alerts.channels.console import ConsoleChannel
from monitor.alerts.compose import message
from monitor.model import Alert, AlertId, AlertKind, SendFailed, Sent, Story

_ALERT = Alert(
    AlertId("a"), AlertKind.NEW, 1_726_660_000.0, "Pakistan [/red] {{7*7}} %s", watch_title="BRICS", source="Dawn"
)
MESSAGE = message("console", [Story(_ALERT)], _ALERT.created)


async def test_an_alert_is_plain_text_in_a_pipe() -> None:
    stream = io.StringIO()
    channel = ConsoleChannel(stream)
    assert await channel.send(MESSAGE) == Sent("written")
    await channel.close()
    assert "Pakistan [/red] {{7*7}} %s" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


async def test_S12_a_reader_that_has_gone_away_is_a_failure_of_the_channel_and_not_the_end() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        channel = ConsoleChannel(stream)
        result = await channel.send(MESSAGE)
        await channel.close()
        assert isinstance(result, SendFailed)
        assert result.unreachable
        # What could not be written must not be written later, when the stream is closed.
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)


async def test_R04_a_reader_that_has_gone_is_for_the_user_to_know_and_is_not_written_to_again() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as stream:
        channel = ConsoleChannel(stream)
        results = [await channel.send(MESSAGE) for _ in range(2)]
        await channel.close()
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
    for result in results:
        assert isinstance(result, SendFailed)
        assert result.needs_user
        assert "nobody reads standard output" in result.detail


async def test_S12_a_closed_stream_is_a_failure_of_the_channel() -> None:
    stream = io.StringIO()
    stream.close()
    channel = ConsoleChannel(stream)
    result = await channel.send(MESSAGE)
    await channel.close()
    assert isinstance(result, SendFailed)
