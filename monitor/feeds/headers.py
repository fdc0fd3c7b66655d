"""What a server's headers say about when to come back, read leniently and never trusted beyond a cap."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.text.retry_after import LONGEST_WAIT as LONGEST_WAIT
from monitor.text.retry_after import http_date as http_date
from monitor.text.retry_after import oddity as oddity
from monitor.text.retry_after import retry_after as retry_after
from monitor.text.retry_after import server_time, values

# One directive of Cache-Control (RFC 9111 section 5.2); its value may be quoted, and then hold commas.
_DIRECTIVE = re.compile(r'(?:"[^"]*"?|[^,"])+')


def fresh_for(headers: Mapping[str, str], now: float) -> float:
    """Seconds for which the server calls its answer fresh, at most a day; 0 when it says nothing, or nothing sensible.

    That is ``Cache-Control: max-age``, or else ``Expires`` relative to ``Date`` (RFC 9111 section 4.2.1), ``now``
    standing in for a server that does not say the time. ``no-cache`` and ``no-store`` make it 0. ``s-maxage`` is for
    caches that many share.

    ``Age`` is not subtracted, as a cache would have to: it tells how long a copy has lain on the way, and max-age how
    often the feed's owner wishes to be asked. Nor would the difference be news sooner, on the whole: intervals are
    about as long as max-age, and coming early at every poll is what gets readers banned.
    """
    directives = _directives(",".join(values(headers, "Cache-Control")))
    # With a value, these two are about single headers and not the whole answer (RFC 9111 section 5.2.2.4).
    if directives.get("no-store") is not None or directives.get("no-cache") == "":
        return 0.0
    max_age = directives.get("max-age")
    if max_age is not None:
        return min(float(max_age[:18]), LONGEST_WAIT) if max_age.isascii() and max_age.isdigit() else 0.0
    until = http_date(next(iter(values(headers, "Expires")), ""))
    return 0.0 if until is None else min(max(0.0, until - server_time(headers, now)), LONGEST_WAIT)


def _directives(cache_control: str) -> dict[str, str]:
    """Names in lower case with their values; where one is repeated, the first holds (RFC 9111 section 4.2.1)."""
    found: dict[str, str] = {}
    for match in _DIRECTIVE.finditer(cache_control):
        name, _, value = match[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
