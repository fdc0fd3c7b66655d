"""What a server's headers say about when to come back, read leniently and never trusted beyond a cap."""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.text.retry_after import LONGEST_WAIT as LONGEST_WAIT
from monitor.text.retry_after import http_date as http_date
from monitor.text.retry_after import retry_after as retry_after

_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,18})', re.IGNORECASE)


def fresh_for(headers: Mapping[str, str]) -> float:
    """Seconds for which the server calls its answer fresh (``Cache-Control: max-age``), at most a day; 0 when it says
    nothing.
    """
    match = _MAX_AGE.search(headers.get("Cache-Control", ""))
    return min(float(match[1]), LONGEST_WAIT) if match else 0.0
