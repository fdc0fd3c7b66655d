"""The way of one poll, from the feed's address over any redirects: where it may go on, and what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
from yarl import URL

from monitor.feeds.fetch.url import address
from monitor.model import Feed, FetchFailed
from monitor.text.clean import redact, single_line

_PERMANENT = frozenset({301, 308})
_MOST_COOKIES = 20
"""Of one answer."""


@dataclass
class Way:
    """How far one poll has got, from the feed's address over any redirects."""

    feed: Feed
    url: URL
    """What is asked now: without credentials and fragment, once it is asked."""
    status: int = 0
    """What the server at ``url`` answered; 0 as long as it has not."""
    redirects: int = 0
    permanent: bool = True
    """Whether all redirects so far are (RFC 9110 section 15.4): 301 and 308."""
    wait: float = 0.0
    """Seconds that a redirect asked to wait. It is followed all the same, and the wait is kept before the next poll."""

    at_home: bool = True
    """Whether it has never left the feed's origin: another site must not send us back there with permission and keys.
    """

    _jar: aiohttp.CookieJar | None = None

    def keep_cookies(self, set_cookie: Sequence[str]) -> None:
        """A redirect has set cookies: some sites send everybody round again who does not bring them back. They live
        as long as this poll, so they tell a server nothing of who asks.
        """
        if set_cookie:
            self._jar = self._jar or aiohttp.CookieJar(unsafe=True)  # also of hosts without a name
            self._jar.update_cookies_from_headers(set_cookie[:_MOST_COOKIES], self.url)

    def cookies(self) -> dict[str, str]:
        """The header with the cookies that belong to ``url`` (RFC 6265 section 5.4); nothing where there are none."""
        found = self._jar.filter_cookies(self.url) if self._jar else {}
        return {"Cookie": "; ".join(f"{name}={one.coded_value}" for name, one in found.items())} if found else {}

    @property
    def has_cookies(self) -> bool:
        """Whether a redirect has set any."""
        return bool(self._jar)

    def go(self, url: URL) -> None:
        """Follow the redirect that was answered, to ``url``."""
        self.at_home = self.at_home and url.origin() == self.url.origin()
        self.permanent = self.permanent and self.status in _PERMANENT
        self.url, self.status, self.redirects = url, 0, self.redirects + 1

    @property
    def host(self) -> str:
        """Whose server it is at now."""
        return (self.url.raw_host or "").lower()

    @property
    def moved_to(self) -> str:
        """What ``Fetched`` says of it."""
        return str(self.url) if self.redirects and self.permanent else ""

    @property
    def permission(self) -> str:
        """What to say to a user whose feed is not allowed to be where it is."""
        if self.at_home:
            return "set allow_private = true for this feed if it is meant to be there"
        return (
            f"its server redirects there ({redact(str(self.url))}), and a permission is only for the feed's own address"
        )


def redirect(url: URL, target: str, status: int) -> URL | FetchFailed:
    """Where an answer of ``status`` (3xx) and ``Location: target`` from ``url`` leads to, or why it may not."""
    if not target:
        return FetchFailed("redirect", "redirected without saying where to", status=status)
    shown = single_line(redact(target), 200)
    try:
        step = url.join(address(target)).with_fragment(None)
    except ValueError:
        return FetchFailed("redirect", f"redirected to {shown}, which is not an address", status=status)
    shown = single_line(redact(str(step)), 200)
    if step.scheme not in ("http", "https") or not step.host:
        return FetchFailed("redirect", f"redirected to {shown}, which is not an address of the web", status=status)
    if url.scheme == "https" and step.scheme == "http":
        return FetchFailed("redirect", f"redirected from https to the unprotected {shown}", status=status)
    return step.with_user(None)
