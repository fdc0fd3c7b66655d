"""The program, with other patience at its end than a user's machine needs: beside much else, to stop takes as long as
it takes, and where the other side hangs, nobody need wait for it for long.

    python program.py POLLS SENDS FORCE run --config config.toml

Seconds that polls and deliveries get to end in order, and until the process ends by force.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from monitor.entry import main


def run(end: Sequence[str]) -> None:
    """The program, with this patience, if any is named."""
    if end:
        from monitor.daemon import run

        for name, seconds in zip(("_POLLS_DRAIN", "_SENDS_DRAIN", "_PATIENCE"), end, strict=True):
            assert hasattr(run, name)
            setattr(run, name, float(seconds))
    main()


if __name__ == "__main__":
    patience = sys.argv[1:4]
    sys.argv[:] = ["monitor", *sys.argv[4:]]
    run(patience)
