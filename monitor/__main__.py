"""Where the program begins, as ``monitor`` and as ``python -m monitor``: with what a signal does, which must hold
before the rest of it is even imported.
"""

from __future__ import annotations

import sys

from monitor.daemon import stopping


def main() -> None:
    """The ``monitor`` command."""
    # No option in front of the command takes a value.
    command = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    stopping.begin(command)
    from monitor.cli.main import main as run

    stopping.imported(command)
    run()


if __name__ == "__main__":
    main()
