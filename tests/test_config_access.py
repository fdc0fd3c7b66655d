"""Files with secrets that others can read, and files that others can write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.config import settings
from monitor.errors import ConfigError
from tests.support import Home, NewsServer, run_monitor, until

FEED = '[[feeds]]\nurl = "https://news.example/feed"\n'
LOGIN = '[[feeds]]\nurl = "https://user:s3cret@news.example/feed"\n'
KEY = '[[feeds]]\nurl = "https://news.example/feed?token=s3cret"\n'
HOOK = FEED + '[alerts.webhook]\nurl = "https://hooks.slack.com/services/T0/B0/x"\n'
COMMAND = FEED + '[alerts.command]\nrun = ["notify"]\n'
TOKEN = FEED + '[alerts.command]\nrun = ["notify", "--token", "s3cret"]\n'
MAIL = FEED + '[alerts.email]\nhost = "h"\nfrom = "a@b.example"\nto = ["a@b.example"]\nusername = "u"\n'
PASSWORD = MAIL + 'password = { file = "password" }\n'
OFF = PASSWORD + "enabled = false\n"


def said(folder: Path, text: str, mode: int, password: int = 0o600) -> tuple[str, list[str]]:
    """What is refused, and what is warned of."""
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    (folder / "password").write_text("s3cret\n", "utf-8")
    os.chmod(path, mode)
    os.chmod(folder / "password", password)
    try:
        loaded = settings.load(path)
    except ConfigError as error:
        return str(error), []
    return "", [str(one) for one in loaded.exposed]


@pytest.mark.parametrize("text", [LOGIN, KEY, HOOK, TOKEN])
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o664])
def test_R09_a_configuration_with_a_secret_that_all_can_read_is_a_warning(text: str, mode: int, tmp_path: Path) -> None:
    refused, (warning,) = said(tmp_path, text, mode)
    assert not refused
    assert "config.toml: every user of this machine can read this file" in warning
    assert f"chmod o-rwx {tmp_path}/config.toml" in warning
    assert "s3cret" not in warning


@pytest.mark.parametrize("text", [LOGIN, KEY, HOOK, TOKEN, COMMAND, PASSWORD])
@pytest.mark.parametrize("mode", [0o666, 0o602, 0o777])
def test_R09_a_configuration_with_commands_or_secrets_that_all_can_write_is_refused(
    text: str, mode: int, tmp_path: Path
) -> None:
    refused, _ = said(tmp_path, text, mode)
    assert "config.toml: every user of this machine can write this file" in refused
    assert "s3cret" not in refused


@pytest.mark.parametrize(
    ("text", "mode"),
    [(FEED, 0o644), (COMMAND, 0o644), (PASSWORD, 0o644), (LOGIN, 0o600), (LOGIN, 0o640), (LOGIN, 0o660), (MAIL, 0o664)],
)
def test_R09_what_keeps_its_secrets_is_not_mentioned(text: str, mode: int, tmp_path: Path) -> None:
    assert said(tmp_path, text, mode) == ("", [])


def test_R09_a_configuration_without_secrets_that_all_can_write_is_a_warning(tmp_path: Path) -> None:
    refused, (warning,) = said(tmp_path, FEED, 0o666)
    assert not refused
    assert "can write this file" in warning


@pytest.mark.parametrize("mode", [0o644, 0o604])
def test_R09_a_password_that_all_can_read_is_a_warning(mode: int, tmp_path: Path) -> None:
    refused, (warning,) = said(tmp_path, PASSWORD, 0o644, mode)
    assert not refused
    assert f"{tmp_path}/password: every user of this machine can read this file" in warning


def test_R09_a_password_that_all_can_write_is_refused(tmp_path: Path) -> None:
    assert "password: every user of this machine can write" in said(tmp_path, PASSWORD, 0o600, 0o666)[0]


def test_R09_a_channel_that_is_off_has_no_password(tmp_path: Path) -> None:
    assert said(tmp_path, OFF, 0o600, 0o666) == ("", [])


def test_R09_the_file_behind_a_link_is_judged(tmp_path: Path) -> None:
    """As a ConfigMap has them: a link by way of a link."""
    data = tmp_path / "..2026"
    data.mkdir()
    (data / "config.toml").write_text(LOGIN, "utf-8")
    (data / "config.toml").chmod(0o600)
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "config.toml").symlink_to("..data/config.toml")
    assert settings.load(tmp_path / "config.toml").exposed == ()
    (data / "config.toml").chmod(0o644)
    assert len(settings.load(tmp_path / "config.toml").exposed) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_R09_nobody_is_told_to_change_the_mode_of_another_users_file(tmp_path: Path) -> None:
    said(tmp_path, PASSWORD, 0o644, 0o644)
    os.chown(tmp_path / "password", 12345, 12345)
    assert settings.load(tmp_path / "config.toml").exposed == ()


async def test_R09_commands_say_it_and_a_running_daemon_refuses_what_others_can_write(
    home: Home, news: NewsServer
) -> None:
    news.publish("/feed")
    with_token = home.config.read_text().replace("/feed", "/feed?token=s3cret")
    home.config.write_text(with_token)
    home.config.chmod(0o644)
    for words in (("feeds", "list"), ("status",), ("watch", "check")):
        _, out, err = await run_monitor(*words, "--config", str(home.config))
        assert f"warning: {home.config}: every user of this machine can read this file" in err
        assert "s3cret" not in out + err
    async with home.daemon() as daemon:
        await until(lambda: "every user of this machine can read" in daemon.err, what="the warning")
        await until(lambda: "watching" in daemon.err, what="the start")
        home.config.chmod(0o666)
        await until(lambda: "config.toml not reloaded" in daemon.err, what="the refusal")
        home.config.chmod(0o600)
        await until(lambda: "config.toml reloaded" in daemon.err, what="the mended mode")
        assert "s3cret" not in daemon.err
