"""What is shipped for a start: the watchlists and a configuration."""

from __future__ import annotations

from pathlib import Path

import monitor
from monitor.errors import MonitorError


def starter(name: str) -> Path:
    """The shipped file or folder ``name`` (``watchlists``, ``config.toml``). Raises MonitorError when it is missing.

    An installed package carries them inside; a checkout has them in its root.
    """
    package = Path(monitor.__file__).parent
    for place in (package / "starter" / name, package.parent / name):
        if place.exists():
            return place
    raise MonitorError(f"{name} is missing from this installation: install the program anew")
