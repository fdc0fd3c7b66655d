"""Notifications on the desktop, by programs that stand in for the system's own."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.channels import desktop
from monitor.alerts.channels.desktop import DesktopChannel
from monitor.model import SendFailed, Sent
from tests.alerts.samples import HOSTILE, TRAP, digest_of, message, notice, story, was_run
from tests.support import PATIENCE


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "_TIMEOUT", PATIENCE)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The arguments that ``notify-send`` or ``osascript`` was last called with, as JSON."""
    folder, out = tmp_path / "bin", tmp_path / "shown"
    folder.mkdir()
    for name in ("notify-send", "osascript"):
        path = folder / name
        path.write_text(
            f"#!{sys.executable}\nimport json, sys\nopen({str(out)!r}, 'w').write(json.dumps(sys.argv[1:]))\n", "utf-8"
        )
        path.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return out


def words(shown: Path) -> list[str]:
    found: list[str] = json.loads(shown.read_text("utf-8"))
    return found


async def show(*stories: object, system: str = "linux") -> None:
    assert await DesktopChannel(system=system).send(message(*stories)) == Sent("shown")  # type: ignore[arg-type]


async def test_an_alert_is_shown_with_its_watchlist_source_and_link(shown: Path) -> None:
    await show()
    assert words(shown) == [
        "--app-name=news-monitor",
        "--urgency=normal",
        "--",
        "[Pakistan's BRICS bid] Pakistan applies for BRICS membership",
        "Pakistan applies for BRICS membership — Dawn\nhttps://news.example/1?a=1&amp;b=2",
    ]


async def test_an_urgent_alert_is_critical(shown: Path) -> None:
    channel = DesktopChannel(system="linux")
    assert await channel.send(replace(message(), urgent=True)) == Sent("shown")
    assert "--urgency=critical" in words(shown)


async def test_H36_a_hostile_title_is_text_and_nothing_else(shown: Path) -> None:
    await show(story(HOSTILE, watch_title="--hint=x"))
    *options, title, body = words(shown)
    assert options == ["--app-name=news-monitor", "--urgency=normal", "--"]
    assert title.startswith(f"[--hint=x] -rf $(touch {TRAP})")
    assert "<script>" in title  # the title is no markup
    assert "&lt;script&gt;" in body
    assert "<" not in body
    assert "\\\\n@everyone" in body  # notify-send makes one backslash of two
    assert not was_run()


async def test_H36_on_macos_texts_are_arguments_and_never_script(shown: Path) -> None:
    await show(story('" & (do shell script "touch /tmp/x") & "'), system="darwin")
    *script, app, title, body = words(shown)
    assert script == [
        "-e",
        "on run argv",
        "-e",
        "display notification (item 3 of argv) with title (item 1 of argv) subtitle (item 2 of argv)",
        "-e",
        "end run",
    ]
    assert app == "News monitor"
    assert 'do shell script "touch /tmp/x"' in title
    assert 'do shell script "touch /tmp/x"' in body


async def test_much_is_shortened(shown: Path) -> None:
    channel = DesktopChannel(system="linux")
    assert await channel.send(digest_of(200)) == Sent("shown")
    *_, title, body = words(shown)
    assert title == "Digest: 200 stories"
    assert body.endswith("and 195 more")
    assert await channel.send(notice("long " * 50_000)) == Sent("shown")
    assert sum(map(len, words(shown))) < 3_000


@pytest.mark.parametrize("system", ["linux", "darwin"])
async def test_without_its_program_the_channel_is_unreachable(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = await DesktopChannel(system=system).send(message())
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert "is it installed?" in result.detail


async def test_without_a_desktop_the_channel_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notify-send"
    path.write_text("#!/bin/sh\necho 'Cannot autolaunch D-Bus without X11 $DISPLAY' >&2\nexit 1\n", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = await DesktopChannel(system="linux").send(message())
    assert isinstance(result, SendFailed)
    assert result.unreachable
    assert "Cannot autolaunch D-Bus" in result.detail
