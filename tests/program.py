"""The program, with other patience at its end than a user's machine needs: beside much else, to stop takes as long as
it takes, and where the other side hangs, nobody need wait for it for long.

    python program.py POLLS SENDS FORCE run --config config.toml

Seconds that polls and deliveries get to end in order, and until the process ends by force.
"""

from __future__ import annotations

import sys

from monitor.daemon import run
from monitor.entry import main

if __name__ == "__main__":
    for name in ("_POLLS_DRAIN", "_SENDS_DRAIN", "_PATIENCE"):
        assert hasattr(run, name)
        setattr(run, name, float(sys.argv.pop(1)))
    sys.argv[0] = "monitor"
    main()
