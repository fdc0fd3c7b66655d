"""Channels, quiet hours, digests and routes as people write them, rightly and wrongly."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from monitor.alerts.routing import Mode
from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.config import settings
from monitor.config.alerts import unknown_watchlists
from monitor.daemon.channels import policy_of
from monitor.errors import ConfigError

MAIL = '[[alerts.email]]\nname = "desk"\nhost = "smtp.example.org"\nfrom = "m@example.org"\nto = ["d@example.org"]\n'


def load(folder: Path, text: str) -> settings.Config:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    return settings.load(path)


def test_what_a_channel_leaves_out_is_as_for_all(tmp_path: Path) -> None:
    text = '[alerts]\nlimit = 7\ngroup_wait = "0s"\ntimezone = "Asia/Karachi"\n[alerts.console]\nlimit = 0\n' + MAIL
    text += 'quiet = [{ from = "22:00", to = "07:00", days = "weekdays" }, '
    text += '{ from = "00:00", to = "00:00", days = "sun" }]\n'
    text += 'digest = { at = "08:00", days = ["mon", "thu"], empty = true }\ngroup_wait = "1m"\n'
    rules = policy_of(load(tmp_path, text)).desk.by_name
    assert list(rules) == ["console", "desk"]
    assert (rules["console"].limit, rules["console"].group_wait, rules["console"].quiet) == (0, 0.0, ())
    desk = rules["desk"]
    assert (desk.limit, desk.group_wait, str(desk.zone), desk.empty_digest) == (7, 60.0, "Asia/Karachi", True)
    assert desk.quiet == (Quiet(time(22), time(7), frozenset(range(5))), Quiet(time(0), time(0), frozenset([6])))
    assert desk.digest == DigestTimes(time(8), frozenset([0, 3]))


def test_further_mail_channels_take_the_server_from_the_first(tmp_path: Path) -> None:
    found = load(tmp_path, MAIL + '[[alerts.email]]\nname = "ann"\nto = ["ann@example.org"]\n').alerts.channels
    assert [(name, one.host, one.to) for name, one in found.items()] == [  # type: ignore[attr-defined]
        ("desk", "smtp.example.org", ["d@example.org"]),
        ("ann", "smtp.example.org", ["ann@example.org"]),
    ]


def test_another_server_gets_nothing_of_the_first_ones_login(tmp_path: Path) -> None:
    first = MAIL + 'username = "me"\npassword = { env = "X" }\nport = 2525\n'
    text = first + '[[alerts.email]]\nname = "ann"\nhost = "relay.example.net"\nto = ["ann@example.org"]\n'
    ann = load(tmp_path, text).alerts.channels["ann"]
    assert (ann.username, ann.password, ann.port, ann.sender) == ("", None, None, "m@example.org")  # type: ignore[attr-defined]


def test_routes_become_rules(tmp_path: Path) -> None:
    text = MAIL + 'digest = { at = "08:00" }\n[[routes]]\ntags = ["Asia"]\nchannels = ["desk"]\nmode = "both"\n'
    (route,) = policy_of(load(tmp_path, text)).desk.routes
    assert (route.tags, route.channels, route.mode) == (frozenset(["asia"]), ("desk",), Mode.BOTH)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ('[[routes]]\nchannels = ["mial"]\n', 2, 'there is no channel "mial"', "console"),
        ('[alerts]\nnotices = ["dsk"]\n' + MAIL, 2, 'there is no channel "dsk"', 'did you mean "desk"?'),
        ("[alerts]\nnotices = []\n", 2, "at least 1 item", ""),
        (MAIL + '[[routes]]\nchannels = ["dsk"]\n', 7, 'there is no channel "dsk"', 'did you mean "desk"?'),
        (
            MAIL + 'digest = false\n[[routes]]\nchannels = ["desk"]\nmode = "digest"\n',
            8,
            'the digest of the channel "desk" is switched off',
            "at =",
        ),
        (
            MAIL + '[[alerts.email]]\nname = "desk"\nto = ["a@example.org"]\n',
            6,
            'a second channel is called "desk"',
            "1",
        ),
        ('[alerts.console]\nquiet = { from = "25:00", to = "07:00" }\n', 2, "is no time of day", ""),
        ('[alerts.console]\nquiet = { from = "22:00", to = "07:00", days = "moon" }\n', 2, "is no day of the week", ""),
        ('[alerts.console]\ntimezone = "Berlin"\n', 2, "is no time zone known here", ""),
        ("[alerts.console]\ndigest = { at = 8 }\n", 2, "write it in quotes", ""),
        ("[alerts.console]\nquiet = { from = 22:00:00, to = '07:00' }\n", 2, "write it in quotes", ""),
        ("[alerts.console]\ndigest = { at = '08:00', days = [1, 2] }\n", 2, "are no days of the week", ""),
        ("[alerts.console]\ndigest = { at = '08:00', days = 3 }\n", 2, "are no days of the week", ""),
        ('[alerts]\ngroup_interval = "99999999w"\n', 2, "is more than a week", ""),
        ('[alerts.console]\ndigest = "08:00"\n', 2, "a table is wanted", 'digest = { at = "08:00" }'),
        ("[alerts.console]\nlimit = -1\n", 2, "greater than or equal to 0", ""),
        ('[alerts]\ngroup_wait = "soon"\n', 2, "is not a length of time", ""),
        ('[alerts.webhook]\nurl = "hooks.example.org"\n', 2, "starts with https://", ""),
        ("[alerts.command]\nrun = []\n", 2, "at least 1 item", ""),
        ("[alerts.consol]\nenabled = true\n", 1, 'unknown key "consol"', 'did you mean "console"?'),
        ('[[routes]]\ntags = ["asia"]\n', 1, 'the key "channels" is missing', ""),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert message in problem.message
    assert hint in problem.hint


def test_a_route_for_a_watchlist_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    text = '[alerts.console]\n[[routes]]\nwatchlists = ["brics", "pipelin"]\nchannels = ["console"]\n'
    loaded = load(tmp_path, text)
    (problem,) = unknown_watchlists(loaded.file, loaded.routes, ["brics", "pipeline"])
    assert (problem.line, problem.hint) == (3, 'did you mean "pipeline"?')
    assert 'there is no watchlist "pipelin"' in problem.message


ANN = '[[alerts.email]]\nname = "ann"\nto = ["ann@example.org"]\n'


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("", ("console",)),
        (MAIL + ANN, ("desk",)),
        ("[alerts.console]\n" + MAIL + ANN, ("console", "desk")),
        (MAIL + ANN + "[alerts.console]\n", ("console", "desk")),
        ("[alerts.desktop]\n" + MAIL, ("desktop",)),
        (MAIL + "[alerts.desktop]\n", ("desk",)),
        (MAIL + "enabled = false\n" + ANN, ("ann",)),
        ('[alerts]\nnotices = ["ann"]\n' + MAIL + ANN, ("ann",)),
        ('[alerts]\nnotices = ["ann", "desk"]\n' + MAIL + ANN, ("desk", "ann")),
        ('[alerts]\nnotices = ["ann"]\n' + MAIL + ANN + "enabled = false\n", ("desk",)),
    ],
)
def test_U08_notices_go_to_the_channels_named_or_to_the_first_and_the_console(
    tmp_path: Path, text: str, notices: tuple[str, ...]
) -> None:
    found = load(tmp_path, text)
    assert set(policy_of(found).desk.notices) == set(notices)
    is_off = "ann" not in found.alerts.active and "notices" in text
    assert [warning.message.split(":")[0] for warning in found.warnings] == (["notices"] if is_off else [])
    assert policy_of(found.with_baseline_alerts()).desk.notices == policy_of(found).desk.notices
