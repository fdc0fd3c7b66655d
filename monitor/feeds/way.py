"""The way of one poll, from the feed's address over any redirects: where it may go on, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass

from yarl import URL

from monitor.feeds.address import address
from monitor.model import Feed, FetchFailed
from monitor.text.clean import redact, single_line

_PERMANENT = frozenset({301, 308})


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
