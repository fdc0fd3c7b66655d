"""Fixtures that many tests share: the servers, and a home for the program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import Home, MailServer, NewsServer
from tests.system.web import Site

# How long an example takes says more about what else the machine does than about the program. And a check that fails
# shows what a change has broken, not what luck has found: to search for more, pytest --hypothesis-profile=search.
settings.register_profile("search", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", settings.get_profile("search"), max_examples=40, derandomize=True)
settings.register_profile("quick", settings.get_profile("patient"), max_examples=15)
settings.load_profile("quick")


# No test cuts the power, and to wait for the disk takes a third of the time of those that let months pass.
pytest.MonkeyPatch().setattr("monitor.store.connection._SYNCHRONOUS", "OFF")


@pytest.fixture
async def news() -> AsyncIterator[NewsServer]:
    """A real HTTP server of feeds."""
    async with NewsServer() as server:
        yield server


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A real HTTP server whose every byte is scripted."""
    async with Site() as server:
        yield server


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    """A real SMTP server."""
    async with MailServer() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, news: NewsServer, mail: MailServer) -> Home:
    """A configuration with one feed, ``/feed``, and alerts by console and mail."""
    return Home(tmp_path, [f"{news.url}/feed"], mail.port).write()


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the program remembers of databases apart from them is not written into the user's folders: from the first
    test on, as fixtures of whole modules begin before those of tests do.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("STATE_DIRECTORY", raising=False)
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
        yield


@pytest.fixture(autouse=True)
def _no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not depend on the account that runs them."""
    for name in ("MONITOR_CONFIG", "NOTIFY_SOCKET", "JOURNAL_STREAM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
