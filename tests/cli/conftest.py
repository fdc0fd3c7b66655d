"""Servers at addresses that stay, so that what one run of the program has stored fits the next test, too."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import Home, MailServer, NewsServer, own_port, run_monitor

STORY = "Pakistan applies for BRICS membership"


@pytest.fixture
async def news() -> AsyncIterator[NewsServer]:
    """A real HTTP server of feeds, at the same address in each test."""
    async with NewsServer(own_port("news")) as server:
        yield server


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    """A real SMTP server, at the same address in each test."""
    async with MailServer(own_port("mail")) as server:
        yield server


async def tell(home: Home, news: NewsServer) -> Home:
    """Let the program find an item without interest at first, and then a story to tell of."""
    news.publish("/feed", ("old", "Nothing of interest here"))
    await run_monitor("once", "--config", str(home.config))
    news.publish("/feed", ("n1", STORY), ("old", "Nothing of interest here"))
    code, _, err = await run_monitor("once", "--force", "--config", str(home.config))
    assert code == 0, err
    return home


def copied(home: Home, folder: Path) -> Home:
    """A home in ``folder`` that is as another one is."""
    shutil.copytree(home.folder, folder, dirs_exist_ok=True)
    return replace(home, folder=folder)


@pytest.fixture(scope="session")
def told_at_first(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """What ``told`` copies."""

    async def make() -> Home:
        async with NewsServer(own_port("news")) as news, MailServer(own_port("mail")) as mail:
            folder = tmp_path_factory.mktemp("told")
            return await tell(Home(folder, [f"{news.url}/feed"], mail.port).write(), news)

    return asyncio.run(make())


@pytest.fixture
def told(tmp_path: Path, news: NewsServer, mail: MailServer, told_at_first: Home) -> Home:
    """A home whose program has told of one story."""
    news.publish("/feed", ("n1", STORY), ("old", "Nothing of interest here"))
    return copied(told_at_first, tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory, told_at_first: Home) -> Home:
    """The same, for tests that change nothing of it and need no server."""
    return copied(told_at_first, tmp_path_factory.mktemp("lasting"))
