"""Notices of how feeds and watchlists are: what they say can be done, and what they say at all."""

from __future__ import annotations

import re

import pytest

from monitor.alerts.notices import feeds_notice, silence_notice
from monitor.model import FeedId, Health, Silence, Standing, WatchId
from tests.test_docs import parse, words_of

NOW = 1_728_907_200.0
COMMAND = re.compile(r"monitor (?:feeds|matches) [^;)]*?(?=[;)]|\. [A-Z]|$)")


def standing(health: Health, name: str = "Dawn", **changes: object) -> Standing:
    """A feed that is not as it was told."""
    values: dict[str, object] = {"told": Health.HEALTHY, "told_at": None, "asked_url": "", "told_url": "", "held": 3}
    return Standing(
        FeedId(1),
        name,
        health,
        NOW - 7200,
        failures=4,
        error="the server answered 503",
        last_success=NOW - 9000,
        last_new=NOW - 90_000,
        gap_at=NOW - 60,
        gap_told_at=None,
        rhythm="",
        **{**values, **changes},  # type: ignore[arg-type]
    )


MOVED = {"asked_url": "https://new.example/", "same": "World Desk"}
CHANGES = [
    *((health, Health.HEALTHY) for health in (Health.FAILING, Health.GONE, Health.SILENT, Health.GAP)),
    (Health.QUARANTINED, Health.HEALTHY),
    *((Health.HEALTHY, told) for told in (Health.FAILING, Health.GONE, Health.SILENT, Health.QUARANTINED)),
    *((health, health) for health in (Health.FAILING, Health.GONE, Health.SILENT, Health.QUARANTINED)),
]


@pytest.mark.parametrize("name", ["Dawn", "--help", "it's; $(a) feed", "Вестник"])
@pytest.mark.parametrize(("health", "told"), CHANGES)
def test_every_command_that_a_notice_names_can_be_used_as_it_stands(health: Health, told: Health, name: str) -> None:
    notice = feeds_notice([standing(health, name, told=told, **MOVED)], NOW, 3)
    # The name has a ";" in it: it is taken for one word before commands are looked for.
    quoted = {"it's; $(a) feed": "'it'\"'\"'s; $(a) feed'"}.get(name, "\0")
    found = [
        line.replace("\1", quoted) for text in notice.lines for line in COMMAND.findall(text.replace(quoted, "\1"))
    ]
    assert found
    for line in found:
        words = words_of(line)
        parse(words)
        assert words[1] == "list" or words[0] == "matches" or words[-1] == name


def test_the_command_of_a_silence_can_be_used_as_it_stands() -> None:
    notice = silence_notice(Silence(WatchId("pakistan-brics"), "Pakistan's BRICS bid", NOW - 90_000, 3, 3), NOW)
    (line,) = [line for text in notice.lines for line in COMMAND.findall(text)]
    assert words_of(line) == ["matches", "--watch=pakistan-brics"]
    parse(words_of(line))


@pytest.mark.parametrize(
    ("feeds", "total", "headline"),
    [
        ([standing(Health.FAILING)], 3, "The feed Dawn cannot be read"),
        ([standing(Health.FAILING, told=Health.FAILING)], 3, "The feed Dawn still cannot be read"),
        ([standing(Health.FAILING)] * 3, 3, "None of the 3 feeds can be read: is this machine offline?"),
        (
            [standing(Health.FAILING), standing(Health.FAILING), standing(Health.HEALTHY, told=Health.SILENT)],
            9,
            "3 feeds: 2 cannot be read, 1 publishes again",
        ),
        ([standing(Health.HEALTHY, asked_url="https://new.example/")], 3, "The feed Dawn has moved"),
        ([standing(Health.GAP, name="evil \x1b[31mred")], 3, "The feed evil [31mred may have lost items"),
    ],
)
def test_the_headline_says_what_changed(feeds: list[Standing], total: int, headline: str) -> None:
    assert feeds_notice(feeds, NOW, total).headline == headline


def test_of_many_feeds_the_first_are_named() -> None:
    lines = feeds_notice([standing(Health.FAILING, name=f"Feed {n}") for n in range(30)], NOW, 90).lines
    assert len(lines) == 12
    assert lines[10] == "... and 20 more: monitor feeds list"


def test_a_password_in_a_new_address_is_not_shown() -> None:
    moved = standing(Health.HEALTHY, asked_url="https://user:s3cret@new.example/?token=t0k3n")
    assert "s3cret" not in str(feeds_notice([moved], NOW, 3))
    assert "t0k3n" not in str(feeds_notice([moved], NOW, 3))
