"""Asking a server for a feed, as the daemon does."""

from __future__ import annotations

import socket

import pytest

from monitor.clock import SystemClock
from monitor.feeds.fetch.client import FetchLimits, HttpFetcher
from monitor.model import Feed, FeedId, FeedSpec, FeedState, Fetched, FetchFailed, FetchResult, Validators
from tests.support import PATIENCE

LIMITS = FetchLimits(PATIENCE, PATIENCE, body_limit=100_000, contact="https://desk.example/about")


def feed(url: str, validators: Validators | None = None, private: bool = True) -> Feed:
    return Feed(
        FeedId(1), FeedSpec(url, "Test", 900, allow_private=private), FeedState(validators=validators or Validators())
    )


async def fetch(
    url: str, validators: Validators | None = None, private: bool = True, limits: FetchLimits = LIMITS
) -> FetchResult:
    async with HttpFetcher(limits, SystemClock()) as fetcher:
        return await fetcher.fetch(feed(url, validators, private))


async def fetched(url: str, validators: Validators | None = None) -> Fetched:
    """The document at ``url``, which must be one."""
    answer = await fetch(url, validators)
    assert isinstance(answer, Fetched), answer
    return answer


async def failed(
    url: str, validators: Validators | None = None, private: bool = True, limits: FetchLimits = LIMITS
) -> FetchFailed:
    """The failure to read ``url``, which must be one."""
    answer = await fetch(url, validators, private, limits)
    assert isinstance(answer, FetchFailed), answer
    return answer


def resolves_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """From now on the system finds ``addresses`` for every name."""
    found = [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (one, 80, 0, 0))
        if ":" in one
        else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80))
        for one in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
