"""Nothing is said against what the program itself has written, nor against spellings that the user lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import run_monitor

CONFIG = '[[feeds]]\nname = "Dawn"\nurl = "https://feeds.example/dawn"\n'
PHRASES = (
    *(
        "Iran nuclear talks",
        "Sky Shield",
        '"Sky Shield" air defence',
        "Strike at Gwadar port",
        "BRICS",
        "AT&T outage",
        "Musk's X",
    ),
    *(
        "Путин в Пекине",
        "Müller trial",
        "lithium",
        "Olaf Scholz visits Ankara",
        "پاکستان برکس",
        "中国 台湾",
        "elections",
    ),
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "watchlists").mkdir()
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return tmp_path


async def monitor(home: Path, *words: str) -> tuple[int, str, str]:
    return await run_monitor(*words, env={"MONITOR_CONFIG": str(home / "config.toml")}, cwd=home)


async def test_U15_a_draft_of_the_program_has_no_warnings(home: Path) -> None:
    for number, phrase in enumerate(PHRASES):
        code, _, err = await monitor(home, "watch", "new", phrase, "--id", f"draft-{number}")
        assert code == 0, err
    code, out, _ = await monitor(home, "watch", "check", "--strict")
    assert (code, out) == (0, f"{len(PHRASES)} files: all is well\n")


async def test_U15_every_spelling_can_be_listed(home: Path) -> None:
    (home / "watchlists" / "talks.toml").write_text('title = "Talks"\nany = ["Tehran", "BRICS"]\n', "utf-8")
    for spelling in ("Teheran", "=Tehran", "=BRICS", "=X", "tehran*"):
        code, _, err = await monitor(home, "watch", "add-term", "talks", spelling)
        assert code == 0, err
    code, _, err = await monitor(home, "watch", "entity", "add", "tehran", "Tehran", "Teheran", "=X", "--kind", "place")
    assert code == 0, err
    code, out, _ = await monitor(home, "watch", "check", "--strict")
    assert code == 0, out
