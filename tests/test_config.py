"""``config.toml``: what it means, and what is said about it when it is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.config import settings
from monitor.config.alerts import EmailSection
from monitor.config.find import find
from monitor.config.settings import Config
from monitor.errors import ConfigError, Problem
from monitor.toml.tomlfile import parse_duration, parse_size

EMAIL = '[alerts.email]\nhost = "smtp.desk.example"\nfrom = "a@desk.example"\nto = ["b@desk.example"]\n'
ROOT = Path(__file__).parents[1]


def load(folder: Path, text: str | bytes) -> Config:
    """The configuration that ``text`` makes."""
    path = folder / "config.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return settings.load(path)


def problems(folder: Path, text: str | bytes) -> list[Problem]:
    """What is wrong with ``text``."""
    with pytest.raises(ConfigError) as raised:
        load(folder, text)
    return raised.value.problems


def said(folder: Path, text: str | bytes) -> str:
    """The error message for ``text``, as the user sees it."""
    return "\n".join(map(str, problems(folder, text)))


def test_the_shipped_configuration_loads_without_a_warning() -> None:
    shipped = settings.load(ROOT / "config.toml")
    assert shipped.warnings == ()
    assert shipped.watchlists == ROOT / "watchlists"
    assert len(shipped.feeds) > 10


def test_an_empty_file_is_a_configuration_of_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path, "")
    assert loaded.feeds == ()
    assert loaded.database == tmp_path / "data" / "monitor.db"
    assert loaded.polling.interval == 900.0


def test_relative_paths_start_at_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    loaded = load(tmp_path, '[monitor]\ndatabase = "x/y.db"\nwatchlists = "/etc/lists"\n')
    assert loaded.database == tmp_path / "x" / "y.db"
    assert loaded.watchlists == Path("/etc/lists")


def test_a_tilde_is_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/desk")
    assert load(tmp_path, '[monitor]\ndatabase = "~/m.db"\n').database == Path("/home/desk/m.db")


def test_a_feed_takes_what_it_does_not_say_from_the_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path, '[polling]\ninterval = "20m"\n[[feeds]]\nurl = "https://news.example:8443/rss?x=1"\n')
    (feed,) = loaded.feeds
    assert (feed.url, feed.name, feed.interval) == ("https://news.example:8443/rss?x=1", "news.example", 1200.0)
    assert (feed.language, feed.allow_private, feed.tags) == ("", False, ())


def test_a_feed_keeps_what_it_says(tmp_path: Path) -> None:
    text = """
[[feeds]]
url = "http://a.example/"
name = " The \\t Desk "
interval = "6m"
language = "ur"
tags = ["x"]
allow_private = true
"""
    (feed,) = load(tmp_path, text).feeds
    assert (feed.name, feed.interval, feed.language, feed.allow_private, feed.tags) == (
        "The Desk",
        360,
        "ur",
        True,
        ("x",),
    )


def test_E34_a_feed_that_is_listed_twice_is_polled_once_with_a_warning(tmp_path: Path) -> None:
    loaded = load(tmp_path, '[[feeds]]\nurl = "http://a.example/"\n\n[[feeds]]\nurl = " http://a.example/ "\n')
    assert [feed.url for feed in loaded.feeds] == ["http://a.example/"]
    (warning,) = loaded.warnings
    assert warning.line == 5
    assert "already listed on line 2" in warning.message


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ("http://a.example/f#news", True),
        ("HTTP://A.example:80/f", True),
        ("http://a.example/F", False),
        ("https://a.example/f", False),
        ("http://u:p@a.example/f", False),
        ("http://a.example/f/", False),
    ],
)
def test_E34_addresses_that_are_the_same_request_are_one_feed(other: str, is_same: bool, tmp_path: Path) -> None:
    loaded = load(tmp_path, f'[[feeds]]\nurl = "http://a.example/f"\n\n[[feeds]]\nurl = "{other}"\n')
    assert (len(loaded.feeds), len(loaded.warnings)) == ((1, 1) if is_same else (2, 0))


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b""], ids=["with byte order mark", "without"])
def test_files_of_windows_editors_are_read(tmp_path: Path, start: bytes) -> None:
    (problem,) = problems(tmp_path, start + b'[polling]\r\ninterval = "1h"\r\nfoo = 1\r\n')
    assert (problem.line, problem.message) == (3, 'unknown key "foo"')


# The file, the line that is blamed, a part of the message, a part of the hint.
BAD = {
    "unknown key": ('[polling]\nintervall = "1h"\n', 2, 'unknown key "intervall"', 'did you mean "interval"?'),
    "unknown table": ("[alerts.emial]\n", 1, 'unknown key "emial"', 'did you mean "email"?'),
    "unknown key far from all": ("[polling]\nxyzzy = 1\n", 2, 'unknown key "xyzzy"', "known here: body_limit"),
    "bare number": ("[polling]\ninterval = 900\n", 2, "polling.interval: 900 is not a length of time", ""),
    "words": ('[polling]\ninterval = "15 minutes"\n', 2, "'15 minutes' is not a length of time", ""),
    "negative": ('[polling]\ninterval = "-5m"\n', 2, "is not a length of time", ""),
    "size": ('[polling]\nbody_limit = "10"\n', 2, "is not a size", ""),
    "below the floor": ('\n[polling]\ninterval = "1m"\n', 3, "60 s is below min_interval (300 s)", "min_interval"),
    "feed below the floor": ('[[feeds]]\nurl = "http://a/"\ninterval = "1m"\n', 3, "60 s is below", "min_interval"),
    "floor below a second": ('[polling]\nmin_interval = "0.5s"\n', 2, "below one second", '"1s"'),
    "too few": ("[polling]\nper_host = 0\n", 2, "polling.per_host: the value should be greater", ""),
    "wrong type": ('[[feeds]]\nurl = "http://a/"\nallow_private = "yes"\n', 3, "should be a valid boolean", ""),
    "table for list": ('[feeds]\nurl = "http://a/"\n', 1, "feeds: the value should be a valid list", ""),
    "no url": ('[[feeds]]\nurl = "http://a/"\n\n[[feeds]]\nname = "x"\n', 4, 'the key "url" is missing', "url = ..."),
    "ftp": ('[[feeds]]\nurl = "ftp://a/"\n', 2, "is not an address that can be polled", "http:// or https://"),
    "no host": ('[[feeds]]\nurl = "http:///x"\n', 2, "is not an address that can be polled", ""),
    "bad port": ('[[feeds]]\nurl = "http://a:99999/"\n', 2, "is not an address that can be polled", ""),
    "bad bracket": ('[[feeds]]\nurl = "http://[::1/"\n', 2, "is not an address that can be polled", ""),
    "line break in url": ('[[feeds]]\nurl = "http://a/\\nHost: b"\n', 2, "is not an address that can be polled", ""),
    "second inline feed": ('feeds = [\n {url="http://a/"},\n {url="x"}]\n', 3, "this is not an address", ""),
    "no recipient": ('[alerts.email]\nhost = "h"\nfrom = "a@b.c"\nto = []\n', 4, "alerts.email.to", ""),
    "no sender": ('\n[alerts.email]\nhost = "h"\nto = ["a@b.c"]\n', 2, 'the key "from" is missing', ""),
    "bad recipient": (EMAIL.replace("b@desk.example", "desk"), 4, "'desk' is not an email address", ""),
    "letters before the @": (EMAIL.replace("b@desk", "отдел@desk"), 4, "has to be in ASCII letters", "Desk <"),
    "bad domain of a recipient": (EMAIL.replace("b@desk", "b@desk."), 4, "a part of it is empty", ""),
    "bad host": (EMAIL.replace("smtp.desk", "smtp..desk"), 2, "'smtp..desk.example' is not the name of a server", ""),
    "address for host": (EMAIL.replace("smtp.desk", "https://smtp.desk"), 2, "is not the name of a server", "port"),
    "port in host": (EMAIL.replace("smtp.desk.example", "smtp.desk.example:25"), 2, "is not the name", "port = ..."),
    "line break in sender": (EMAIL.replace("a@desk", "x\\r\\nBcc: a@desk"), 3, "is not an email address", ""),
    "bad security": (EMAIL + 'security = "ssl"\n', 5, "should be 'starttls', 'tls' or 'none'; it is 'ssl'", ""),
    "bare password": (EMAIL + 'security = "none"\nusername = "u"\n', 5, "would travel unencrypted", "starttls"),
    "two secrets": (EMAIL + 'password = {env = "A", file = "b"}\n', 5, "say one place", ""),
    "no secret": (EMAIL + "password = {}\n", 5, "say one place", ""),
    "password in the file": (
        EMAIL + 'password = "hunter2"\n',
        5,
        "alerts.email.password: a table is wanted",
        'write for example password = { env = "NAME" }',
    ),
    "number for table": ("\nmonitor = 3\n", 2, "monitor: a table is wanted", "write [monitor] and its keys below it"),
    "feeds without tables": ('feeds = ["http://a/"]\n', 1, "feeds[1]: a table is wanted", ""),
    "syntax": ('[polling]\ninterval = "1h\n', 2, "not valid TOML", 'write " behind it'),
    "twice": ("a = 1\na = 2\n", 2, "not valid TOML: cannot overwrite a value", ""),
    "unclosed to the end": ("[polling]\n\nx = [1,\n", 3, "not valid TOML", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_named_with_its_line_and_a_way_out(tmp_path: Path, name: str) -> None:
    text, line, message, hint = BAD[name]
    (problem,) = problems(tmp_path, text)
    assert problem.file == tmp_path / "config.toml"
    assert problem.line == line
    assert message in problem.message
    assert hint in problem.hint


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, "[polling]\nper_host = 0\nfoo = 1\n[alerts]\nretry_max = 5\n[monitor]\ndatabase = 7\n")
    assert [problem.line for problem in found] == [2, 3, 5, 7]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: file not found"):
        settings.load(tmp_path / "nowhere.toml")


def test_a_folder_is_not_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no file but a directory"):
        settings.load(tmp_path)


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[polling]\n".encode("utf-16"))
    assert "not UTF-8" in problem.message
    assert "UTF-8" in problem.hint


def test_errors_end_with_the_exit_code_of_configuration_errors(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, "x")
    assert raised.value.exit_code == 78


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("15 min", 900), ("2h", 7200), ("5d", 432_000), ("1w", 604_800), ("1.5h", 5400)],
)
def test_lengths_of_time_are_seconds(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("value", ["", "5", "m", "-5m", "5 years", "1e3s", "5m5s", 900, None, True])
def test_what_is_no_length_of_time_is_refused_with_advice(value: object) -> None:
    with pytest.raises(ValueError, match='write for example "90s"'):
        parse_duration(value)


@pytest.mark.parametrize(
    ("text", "count"), [("10MB", 10_000_000), ("500 kB", 500_000), ("7B", 7), ("1.5GB", 1_500_000_000)]
)
def test_sizes_are_bytes(text: str, count: int) -> None:
    assert parse_size(text) == count


@pytest.mark.parametrize("value", ["", "10", "10 mb", "-1MB", 7, None])
def test_what_is_no_size_is_refused_with_advice(value: object) -> None:
    with pytest.raises(ValueError, match='write for example "500kB"'):
        parse_size(value)


# --- secrets ---------------------------------------------------------------------------------------------------------


def secret(folder: Path, place: str) -> str:
    """The password that is kept at ``place``."""
    loaded = load(folder, EMAIL + f"password = {place}\n")
    assert isinstance(loaded.alerts.email, EmailSection)
    assert loaded.alerts.email.password is not None
    return loaded.read_secret(loaded.alerts.email.password, ("alerts", "email", "password"))


def test_a_secret_is_read_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_PASSWORD", "s3cret")
    assert secret(tmp_path, '{ env = "DESK_PASSWORD" }') == "s3cret"


def test_a_secret_is_read_from_a_file_beside_the_configuration_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(" s3 cret \r\n")
    assert secret(tmp_path, '{ file = "password" }') == " s3 cret "


def test_R09_a_pipe_in_the_place_of_a_secret_is_refused_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "password")
    with pytest.raises(ConfigError) as raised:
        secret(tmp_path, '{ file = "password" }')
    assert "the secret cannot be read: what it names is no file but a pipe" in str(raised.value)


def test_S17_a_secret_is_read_from_the_credentials_of_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "smtp").write_text("s3cret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    assert secret(tmp_path, '{ credential = "smtp" }') == "s3cret"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ('{ env = "NOT_SET_ANYWHERE" }', "NOT_SET_ANYWHERE is not set"),
        ('{ file = "missing" }', "No such file"),
        ('{ credential = "smtp" }', "CREDENTIALS_DIRECTORY is not set"),
    ],
)
def test_S17_a_secret_that_is_not_there_is_a_clear_error_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, reason: str
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(ConfigError, match=reason) as raised:
        secret(tmp_path, place)
    assert raised.value.problems[0].line == 5


def test_a_tilde_is_the_home_of_the_user_for_secrets_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "password").write_text("s3cret\n")
    monkeypatch.setenv("HOME", str(home))
    assert secret(tmp_path, '{ file = "~/password" }') == "s3cret"


def test_H28_a_password_written_into_the_file_is_not_repeated_in_the_error(tmp_path: Path) -> None:
    assert "hunter2" not in said(tmp_path, EMAIL + 'password = "hunter2"\n')


def test_H28_the_credentials_of_an_address_are_not_repeated_in_the_error(tmp_path: Path) -> None:
    message = said(tmp_path, '[[feeds]]\nurl = "https://u:secret@news.example /f?token=tok"\n')
    assert "secret" not in message
    assert "=tok" not in message


@pytest.mark.parametrize(
    "line",
    [
        '[polling]\ntimeout = "0s"\n',
        '[polling]\nparse_timeout = "0s"\n',
        '[polling]\nbody_limit = "0B"\n',
        '[alerts]\nretry_first = "0s"\n',
        EMAIL + 'timeout = "0s"\n',
    ],
)
def test_no_time_at_all_is_refused(tmp_path: Path, line: str) -> None:
    assert problems(tmp_path, line)


def test_D08_two_recipients_in_one_text_are_refused(tmp_path: Path) -> None:
    assert "not an email address" in said(tmp_path, EMAIL.replace("b@desk.example", "b@desk.example, c@desk.example"))


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 3000 + "]" * 3000, "a = " + "9" * 5000],
    ids=["nested deeply", "number of 5000 digits"],
)
def test_whatever_the_file_holds_the_error_is_one_for_the_user(tmp_path: Path, text: str) -> None:
    assert problems(tmp_path, text)


# --- where the file is -----------------------------------------------------------------------------------------------


def test_a_file_that_is_named_is_used_even_when_it_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("MONITOR_CONFIG", "from-environment.toml")
    assert find("named.toml") == tmp_path / "named.toml"
    assert find() == tmp_path / "from-environment.toml"


def test_the_file_of_the_working_folder_comes_before_that_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, users = tmp_path / "here", tmp_path / "xdg" / "news-monitor"
    for folder in (here, users):
        folder.mkdir(parents=True)
    (users / "config.toml").write_text("")
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert find() == users / "config.toml"
    (here / "config.toml").write_text("")
    assert find() == here / "config.toml"


def test_without_any_file_the_places_that_were_searched_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(ConfigError, match=r"news-monitor/config\.toml") as raised:
        find()
    assert "a first one holds two lines, [[feeds]] and url" in str(raised.value)


def test_baseline_alerts_can_be_asked_for_without_touching_the_file(tmp_path: Path) -> None:
    loaded = load(tmp_path, "")
    assert not loaded.alerts.baseline
    assert loaded.with_baseline_alerts().alerts.baseline
    assert not loaded.alerts.baseline


def test_a_configuration_without_any_channel_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[alerts.console]\nenabled = false\n")
    (warning,) = settings.load(path).warnings
    assert "every channel is switched off" in warning.message
