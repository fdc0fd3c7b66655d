"""``config.toml`` that is edited while the daemon runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import settings
from monitor.daemon.reload.configuring import ConfigRead, LiveConfig

TEXT = """\
[polling]
interval = "15m"
[[feeds]]
url = "https://a.example/feed"
[alerts.console]
enabled = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration with one feed."""
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def live(file: Path) -> LiveConfig:
    """The configuration, live."""
    return LiveConfig(settings.load(file))


def read(live: LiveConfig) -> ConfigRead:
    """The one thing that four looks bring."""
    (found,) = [one for _ in range(4) if (one := live.look())]
    return found


def test_a_configuration_that_has_not_changed_is_not_taken_up_again(live: LiveConfig) -> None:
    assert [live.look() for _ in range(4)] == [None] * 4
    asked = live.look(now_at_once=True)
    assert asked
    assert asked.config
    assert asked.sections == ()


def test_what_waits_for_the_next_start_is_known_until_it_is_as_it_was(file: Path, live: LiveConfig) -> None:
    assert live.waiting == ()
    file.write_text(TEXT.replace("[alerts.console]", "[alerts]\nlimit = 3\n[alerts.console]"))
    assert read(live).sections == ("[alerts]",)
    assert live.waiting == ("[alerts]",)
    file.write_text(TEXT)
    assert read(live).sections == ()
    assert live.waiting == ()


def test_an_edit_is_taken_up_once_it_has_settled(file: Path, live: LiveConfig) -> None:
    file.write_text(TEXT + '[[feeds]]\nurl = "https://b.exa')
    assert live.look() is None
    file.write_text(TEXT + '[[feeds]]\nurl = "https://b.example/feed"\n')
    assert live.look() is None
    found = read(live)
    assert found.config
    assert [spec.name for spec in found.config.feeds] == ["a.example", "b.example"]
    assert (found.problems, found.sections) == ((), ())


def test_an_edit_between_reading_and_watching_is_not_lost(file: Path) -> None:
    started = settings.load(file)
    file.write_text(TEXT.replace("15m", "20m"))
    found = read(LiveConfig(started))
    assert found.config
    assert found.config.feeds[0].interval == 1200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT + "[poling]\n", 'config.toml:7:1: unknown key "poling"'),
        ("", "config.toml:1: the file is empty"),
        (TEXT.rstrip("\n"), "config.toml: looks half-written: its end is missing"),
        (None, "config.toml: the file is gone"),
    ],
)
def test_S05_what_cannot_be_used_is_refused_until_it_is_good_again(
    text: str | None, expected: str, file: Path, live: LiveConfig
) -> None:
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    found = read(live)
    assert found.config is None
    assert expected in str(found.problems[0])
    file.write_text(TEXT)
    mended = read(live)
    assert mended.config
    assert mended.problems == ()


@pytest.mark.parametrize("is_asked", [False, True], ids=["an edit", "SIGHUP"])
def test_S05_feeds_that_all_vanish_are_kept(is_asked: bool, file: Path, live: LiveConfig) -> None:
    file.write_text(TEXT.replace('[[feeds]]\nurl = "https://a.example/feed"\n', ""))
    found = live.look(now_at_once=True) if is_asked else read(live)
    assert found
    (problem,) = found.problems
    assert (found.config, problem.message) == (None, "holds no feed any more")
    assert problem.hint == "the version that was read last stays in use; put back what is to be followed"
    file.write_text(TEXT.replace("a.example", "b.example"))
    mended = read(live)
    assert mended.config
    assert [spec.name for spec in mended.config.feeds] == ["b.example"]


def test_sections_that_wait_for_the_next_start_are_named_once(file: Path, live: LiveConfig) -> None:
    changed = TEXT.replace("enabled = true", "enabled = false\n[alerts]\nlimit = 3")
    changed = changed.replace('"15m"', '"30m"\nparsers = 3') + '[monitor]\nwatchlists = "lists"\n'
    file.write_text(changed)
    found = read(live)
    assert found.config
    assert found.sections == ("[monitor]", "[polling]", "[alerts]")
    assert found.config.feeds[0].interval == 1800
    file.write_text(changed + '[[feeds]]\nurl = "https://b.example/feed"\n')
    assert read(live).sections == ()
    file.write_text(TEXT)  # as it was at the start
    assert read(live).sections == ()


def test_intervals_act_at_once_and_are_no_section_that_waits(file: Path, live: LiveConfig) -> None:
    file.write_text(TEXT.replace('"15m"', '"1m"\nmin_interval = "1m"'))
    found = read(live)
    assert found.config
    assert (found.sections, found.config.feeds[0].interval) == ((), 60)
