"""The bench that reads other parsers' suites: what it takes for an expectation, and what it says without the suites."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.support import rss

ROOT = Path(__file__).parent.parent


def conformance(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.conformance", str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_without_the_suites_it_ends_with_a_sentence(tmp_path: Path) -> None:
    result = conformance(tmp_path / "nowhere")
    assert result.returncode == 1
    assert result.stderr == "no documents to read: there is no folder 'nowhere' with conformance/ and feeds/\n"


def test_values_are_compared_and_differences_listed(tmp_path: Path) -> None:
    suite = tmp_path / "conformance" / "feedparser" / "tests"
    suite.mkdir(parents=True)
    (tmp_path / "feeds").mkdir()
    body = rss(("1", "Talks &amp; more"), title="Desk")
    expect = "<!--\nDescription: x\nExpect: not bozo and {} and feed['title'] == u'Desk'\n-->\n"
    (suite / "right.xml").write_bytes(expect.format("entries[0]['title'] == 'Talks &amp; more'").encode() + body)
    (suite / "wrong.xml").write_bytes(expect.format("len(entries) == 2").encode() + body)
    (tmp_path / "feeds" / "site--page").write_bytes(b"<html></html>")
    result = conformance(tmp_path)
    assert result.returncode == 0, result.stderr
    suites = json.loads(result.stdout)["suites"]
    found = suites["feedparser"]
    assert (found["documents"], found["read_as_feeds"], found["items"]) == (2, 2, 2)
    assert (found["values_compared"], found["values_equal"]) == (4, 3)
    assert found["differences"] == [
        {
            "path": "conformance/feedparser/tests/wrong.xml",
            "what": "entries",
            "expected": 2,
            "found": 1,
            "reason": "",
        }
    ]
    assert suites["feeds/site"]["not_feeds"] == {"this is not a feed but a web page": 1}
