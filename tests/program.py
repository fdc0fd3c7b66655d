"""The program, with other patience at its end than a user's machine needs: beside much else, to stop takes as long as
it takes, and where the other side hangs, nobody need wait for it for long.

    python program.py POLLS SENDS FORCE run --config config.toml

Seconds that polls and deliveries get to end in order, and until the process ends by force. It also looks more often
than a user's machine would whether there is something to do or to tell: all that tests would do meanwhile is wait.
With MONITOR_TESTS_LOCKED=0.3 in the environment it waits for no longer than that where another holds the database.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from monitor.__main__ import main

AT_THE_END = ("_POLLS_DRAIN", "_SENDS_DRAIN", "_PATIENCE")
PERIODS = {
    "monitor.config.settings": {"LEAST_INTERVAL": 0.1},
    "monitor.daemon.run": {"_TICK": 0.2, "_CHANGES_LOOK": 0.5, "_LINE": 0.5},
    "monitor.daemon.sending": {"_LOOK_EVERY": 0.2, "_SETTLE_EVERY": 1.0, "_PACE": 0.5, "_PAUSE_WITHOUT_DATABASE": 0.5},
    "monitor.daemon.guarding": {"_LOOK": 0.2, "_PATIENCE": 1.0, "_PROBE_IN_TROUBLE": 0.5, "_ROOM_LOOK": 1.0},
    "monitor.daemon.reload.refusals": {"_PATIENCE": 0.5},
}
"""Seconds between two looks, and those that trouble has to stand before it is told."""


def run(end: Sequence[str]) -> None:
    """The program, with these periods, and with this patience, if any is named."""
    if end or "monitor.daemon.run" in sys.modules:
        for module, periods in PERIODS.items():
            _set(module, periods)
    if patience := os.environ.get("MONITOR_TESTS_LOCKED"):
        _set("monitor.store.connection", {"_BUSY_TIMEOUT": float(patience)})
    if end:
        _set("monitor.daemon.run", dict(zip(AT_THE_END, map(float, end), strict=True)))
    main()


def _set(module: str, seconds: dict[str, float]) -> None:
    found = importlib.import_module(module)
    for name, value in seconds.items():
        assert hasattr(found, name), name
        setattr(found, name, value)


if __name__ == "__main__":
    patience = sys.argv[1:4]
    sys.argv[:] = ["monitor", *sys.argv[4:]]
    run(patience)
