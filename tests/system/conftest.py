"""Homes whose feeds are asked more often than a user may wish: most of what tests of a daemon do is wait for polls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.program import PERIODS
from tests.support import Home, MailServer, NewsServer
from tests.system.history import OFTEN


@pytest.fixture
def home(tmp_path: Path, news: NewsServer, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A configuration with one feed, ``/feed``, and alerts by console and mail."""
    for name, seconds in PERIODS["monitor.config.settings"].items():
        monkeypatch.setattr(f"monitor.config.settings.{name}", seconds)
    return Home(
        tmp_path, [f"{news.url}/feed"], mail.port, polling=f'interval = "{OFTEN}s"\nmin_interval = "{OFTEN}s"\n'
    ).write()
