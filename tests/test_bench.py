"""The measurements, as far as others than the machine decide whether they can be taken."""

from __future__ import annotations

import subprocess
import sys

from bench.polling_peers import SGMLLIB


def test_T03_the_peer_reader_finds_the_module_that_its_own_feedparser_wants() -> None:
    program = f"{SGMLLIB}\nimport sgmllib\nprint(sgmllib.SGMLParser.__name__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("SGMLParser\n", "")
