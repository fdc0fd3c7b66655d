"""``config.toml`` → ``Config``: what the user wants polled and where alerts go. Every error has file and line."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from monitor import tomlfile
from monitor.errors import ConfigError, Problem
from monitor.model import FeedSpec
from monitor.text.address import host_in_ascii, split_address
from monitor.text.clean import redact
from monitor.tomlfile import Duration, Size, Strict, TomlFile

APP = "news-monitor"


class MonitorSection(Strict):
    """``[monitor]``: where things are. Relative paths start at the folder of the file itself."""

    database: str = "data/monitor.db"
    watchlists: str = "watchlists"


class PollingSection(Strict):
    """``[polling]``: how feeds are asked."""

    interval: Duration = 900.0
    min_interval: Duration = 300.0
    per_host: Annotated[int, Field(ge=1, le=16)] = 2
    concurrency: Annotated[int, Field(ge=1, le=1000)] = 32
    connect_timeout: Duration = 10.0
    timeout: Duration = 60.0
    parse_timeout: Duration = 20.0
    parsers: Annotated[int, Field(ge=1, le=64)] = 2
    body_limit: Size = 10_000_000
    contact: str = ""


class FeedSection(Strict):
    """``[[feeds]]``: one feed to follow."""

    url: str
    name: str = ""
    interval: Duration | None = None
    language: str = ""
    allow_private: bool = False
    tags: list[str] = []


class SecretSection(Strict):
    """Where a secret is kept: an environment variable, a file, or a systemd credential. Never in the config itself."""

    example = '{ env = "NAME" }'

    env: str | None = None
    file: str | None = None
    credential: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> SecretSection:
        if sum(value is not None for value in (self.env, self.file, self.credential)) != 1:
            raise ValueError('say one place: { env = "NAME" }, { file = "path" } or { credential = "name" }')
        return self


class ConsoleSection(Strict):
    """``[alerts.console]``: alerts on standard output."""

    enabled: bool = True


class EmailSection(Strict):
    """``[alerts.email]``: alerts by SMTP."""

    enabled: bool = True
    host: str
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password: SecretSection | None = None
    sender: Annotated[str, Field(alias="from")]
    to: Annotated[list[str], Field(min_length=1)]
    timeout: Duration = 30.0

    @property
    def actual_port(self) -> int:
        """The port as written, or the usual one for the kind of security."""
        return self.port or {"starttls": 587, "tls": 465, "none": 25}[self.security]


class AlertsSection(Strict):
    """``[alerts]``: what is told and how often a failed delivery is tried again."""

    baseline: bool = False
    retry_first: Duration = 60.0
    retry_max: Duration = 3600.0
    give_up_after: Duration = 5 * 86400.0
    console: ConsoleSection | None = None
    email: EmailSection | None = None

    @property
    def active(self) -> tuple[str, ...]:
        """The channels that are switched on; the console when none is named."""
        if not (self.console or self.email):
            return ("console",)
        named = {"console": self.console, "email": self.email}
        return tuple(name for name, section in named.items() if section and section.enabled)


class ConfigFile(Strict):
    """The whole file."""

    monitor: MonitorSection = MonitorSection()
    polling: PollingSection = PollingSection()
    feeds: list[FeedSection] = []
    alerts: AlertsSection = AlertsSection()


@dataclass(frozen=True)
class Config:
    """A checked configuration with absolute paths and complete feeds."""

    file: TomlFile
    database: Path
    watchlists: Path
    polling: PollingSection
    alerts: AlertsSection
    feeds: tuple[FeedSpec, ...]
    warnings: tuple[Problem, ...] = ()

    @property
    def path(self) -> Path:
        """The file that this was read from."""
        return self.file.path

    def read_secret(self, secret: SecretSection, key: tuple[str, ...]) -> str:
        """The secret's value, without a trailing newline. Raises ConfigError that names the place but not the value."""
        try:
            return _read_secret(secret, self.path.parent)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = error.args[0] if isinstance(error, KeyError) else getattr(error, "strerror", None) or str(error)
            raise ConfigError([self.file.problem(key, f"the secret cannot be read: {reason}")]) from error

    def with_baseline_alerts(self) -> Config:
        """The same, with alerts also for what feeds hold at their first reading."""
        return replace(self, alerts=self.alerts.model_copy(update={"baseline": True}))


def _read_secret(secret: SecretSection, folder: Path) -> str:
    if secret.env is not None:
        if secret.env not in os.environ:
            raise KeyError(f"the environment variable {secret.env} is not set")
        return os.environ[secret.env]
    if secret.file is not None:
        return (folder / Path(secret.file).expanduser()).read_text("utf-8").rstrip("\r\n")
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if not credentials:
        raise KeyError("$CREDENTIALS_DIRECTORY is not set (start by systemd with LoadCredential=)")
    return (Path(credentials) / str(secret.credential)).read_text("utf-8").rstrip("\r\n")


def _place(file: TomlFile, key: tuple[str, ...], written: str) -> Path:
    try:
        return (file.path.parent / Path(written).expanduser()).absolute()
    except RuntimeError as error:
        raise ConfigError([file.problem(key, f"{written!r}: there is no such user on this machine")]) from error


def find(explicit: str | None = None) -> Path:
    """The file to use: ``explicit``, ``$MONITOR_CONFIG``, ``./config.toml``, the XDG folder, ``/etc``, in this order.

    Raises ConfigError when there is none; a file that is named but missing is an error too, never passed over.
    """
    named = explicit or os.environ.get("MONITOR_CONFIG")
    if named:
        return Path(os.path.expanduser(named)).absolute()
    places = [Path("config.toml"), _xdg_config_home() / APP / "config.toml", Path("/etc") / APP / "config.toml"]
    for place in places:
        if place.is_file():
            return place.absolute()
    looked = ", ".join(str(place) for place in places)
    raise ConfigError(
        [Problem(Path("config.toml"), 0, "no configuration found", f"looked for {looked}; name one with --config FILE")]
    )


def _xdg_config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path(os.environ.get("HOME") or "/") / ".config")


def load(path: Path) -> Config:
    """Read, check and complete ``path``. Raises ConfigError with all problems found."""
    file = tomlfile.read(path)
    if isinstance(file, Problem):
        raise ConfigError([file])
    checked = tomlfile.check(file, ConfigFile)
    if isinstance(checked, list):
        raise ConfigError(checked)
    problems = [*_polling_problems(file, checked), *_email_problems(file, checked)]
    feeds, feed_problems, warnings = _feeds(file, checked)
    if problems or feed_problems:
        raise ConfigError([*problems, *feed_problems])
    if not checked.alerts.active:
        warnings.append(file.problem(("alerts",), "every channel is switched off: alerts are stored and go nowhere"))
    return Config(
        file=file,
        database=_place(file, ("monitor", "database"), checked.monitor.database),
        watchlists=_place(file, ("monitor", "watchlists"), checked.monitor.watchlists),
        polling=checked.polling,
        alerts=checked.alerts,
        feeds=feeds,
        warnings=tuple(warnings),
    )


def _polling_problems(file: TomlFile, checked: ConfigFile) -> list[Problem]:
    polling = checked.polling
    problems = []
    if polling.min_interval < 1:
        problems.append(
            file.problem(("polling", "min_interval"), "min_interval: below one second", 'write at least "1s"')
        )
    if polling.interval < polling.min_interval:
        problems.append(_too_often(file, ("polling", "interval"), polling.interval, polling.min_interval))
    return problems


def _email_problems(file: TomlFile, checked: ConfigFile) -> list[Problem]:
    email = checked.alerts.email
    if email is None:
        return []
    problems = []
    addresses = [
        (("alerts", "email", "from"), email.sender),
        *((("alerts", "email", "to", i), to) for i, to in enumerate(email.to)),
    ]
    for key, address in addresses:
        try:
            split_address(address)
        except ValueError as error:
            hint = 'write for example "Desk <desk@example.org>"'
            problems.append(file.problem(key, f"{address!r} is not an email address: {error}", hint))
    try:
        host_in_ascii(email.host)
    except ValueError as error:
        hint = 'only the name, for example "smtp.example.org"; a port goes into port = ...'
        problems.append(
            file.problem(("alerts", "email", "host"), f"{email.host!r} is not the name of a server: {error}", hint)
        )
    if email.security == "none" and email.username:
        hint = 'use security = "starttls" or "tls", or remove the username'
        problems.append(file.problem(("alerts", "email", "security"), "a password would travel unencrypted", hint))
    return problems


def _feeds(file: TomlFile, checked: ConfigFile) -> tuple[tuple[FeedSpec, ...], list[Problem], list[Problem]]:
    specs: dict[str, FeedSpec] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for index, section in enumerate(checked.feeds):
        key: tuple[str | int, ...] = ("feeds", index, "url")
        url = section.url.strip()
        problem = _url_problem(file, key, url)
        interval = section.interval if section.interval is not None else checked.polling.interval
        if interval < checked.polling.min_interval:
            problem = problem or _too_often(file, ("feeds", index, "interval"), interval, checked.polling.min_interval)
        if problem:
            problems.append(problem)
        elif url in specs:
            warnings.append(file.problem(key, f"this feed is already listed on line {lines[url]}; it is polled once"))
        else:
            lines[url] = file.line(key)
            name = " ".join(section.name.split()) or urlsplit(url).hostname or url
            specs[url] = FeedSpec(url, name, interval, section.language, section.allow_private, tuple(section.tags))
    return tuple(specs.values()), problems, warnings


ADDRESS_HINT = "a feed's address starts with http:// or https:// and has no spaces"


def can_be_polled(url: str) -> bool:
    """Whether ``url`` is an address that a feed can have."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.port != 0
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return False
    return usable and all(0 < len(label) < 64 for label in host.split(".")) and url.isprintable() and " " not in url


def _url_problem(file: TomlFile, key: tuple[str | int, ...], url: str) -> Problem | None:
    if can_be_polled(url):
        return None
    return file.problem(key, f"{redact(url)!r} is not an address that can be polled", ADDRESS_HINT)


def _too_often(file: TomlFile, key: tuple[str | int, ...], interval: float, floor: float) -> Problem:
    hint = "servers block readers that ask too often; if you may, lower min_interval under [polling]"
    return file.problem(key, f"interval of {interval:g} s is below min_interval ({floor:g} s)", hint)
