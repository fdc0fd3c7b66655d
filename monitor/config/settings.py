"""``config.toml`` → ``Config``: what the user wants polled and where alerts go. Every error has file and line."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from monitor.config.access import access_problems
from monitor.config.alerts import AlertsSection, AtomSection, Key, RouteSection, SecretSection, problems_of
from monitor.errors import ConfigError, Level, Problem
from monitor.model import FeedSpec
from monitor.text.clean import single_line
from monitor.toml import limits, tomlfile
from monitor.toml.quotes import Known
from monitor.toml.tomlfile import Duration, Size, Strict, TomlFile

LEAST_INTERVAL = 1.0
"""Seconds between two polls of a feed: less is asked by mistake."""


class MonitorSection(Strict):
    """``[monitor]``: where things are. Relative paths start at the folder of the file itself."""

    database: str = "data/monitor.db"
    watchlists: str = "watchlists"
    free_space: Size | None = None
    """The user is told when less than this is free on the disk with the database; by default 50 MB, or a twentieth of a
    small disk.
    """


class PollingSection(Strict):
    """``[polling]``: how feeds are asked."""

    interval: Duration = 900.0
    """The shortest pause between two polls of a feed that sets none of its own."""
    max_interval: Duration = 3600.0
    """The longest that a feed's rhythm may make of it."""
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
    max_interval: Duration | None = None
    """A feed with an interval of its own keeps to it, unless it has this, too."""
    host_wait: bool = True
    """Whether it waits, too, when its host sends another feed away (Retry-After)."""
    language: str = ""
    allow_private: bool = False
    tags: list[str] = []


class ConfigFile(Strict):
    """The whole file."""

    monitor: MonitorSection = MonitorSection()
    polling: PollingSection = PollingSection()
    feeds: list[FeedSection] = []
    alerts: AlertsSection = AlertsSection()
    routes: list[RouteSection] = []


def _words(annotation: Any) -> set[str]:
    """Every key of a model and of those inside it, and what may be written for keys that take one of a few words."""
    found: set[str] = set()
    if get_origin(annotation) is Literal:
        return set(map(str, get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, one in annotation.model_fields.items():
            found |= {one.alias or name, *_words(one.annotation)}
    for inner in get_args(annotation):
        found |= _words(inner)
    return found


QUOTES = Known(
    words=frozenset(_words(ConfigFile)),
    private=frozenset({"url", "username", "password", "secret", "run", "env", "file", "credential"}),
    names=frozenset(
        {"name", "tags", "watchlists", "channels", "notices", "language", "database", "folder", "templates"}
        | {"from", "to", "host", "contact"}
    ),
)
"""What may be repeated of the file, which holds passwords, or whose lines do when they are broken."""


@dataclass(frozen=True)
class Config:
    """A checked configuration with absolute paths and complete feeds."""

    file: TomlFile
    database: Path
    watchlists: Path
    polling: PollingSection
    alerts: AlertsSection
    feeds: tuple[FeedSpec, ...]
    routes: tuple[RouteSection, ...] = ()
    free_space: int | None = None
    warnings: tuple[Problem, ...] = ()
    exposed: tuple[Problem, ...] = ()
    """What other users of the machine can read of its secrets."""

    def file_beside(self, written: str, key: Key) -> Path:
        """A path of the configuration, which starts at the folder of the file. Raises ConfigError."""
        return _place(self.file, key, written)

    @property
    def path(self) -> Path:
        """The file that this was read from."""
        return self.file.path

    @property
    def since(self) -> float:
        """When the oldest of the user's files was last written to; 0 where none can be looked at."""
        times = []
        for path in (self.path, *self.watchlists.glob("*.toml")):
            with contextlib.suppress(OSError):
                times.append(path.stat().st_ctime)
        return min(times, default=0.0)

    @property
    def feed_names(self) -> tuple[str, ...]:
        """The names that watchlists may give for feeds, each once."""
        return tuple(dict.fromkeys(feed.name for feed in self.feeds))

    @property
    def secrets(self) -> list[SecretSection]:
        """Where the channels that are switched on keep secrets."""
        sections = self.alerts.channels.values()
        return [value for one in sections for _, value in one if isinstance(value, SecretSection)]

    @property
    def folders(self) -> list[Path]:
        """The folders, beside the database's, that channels write to."""
        sections = self.alerts.channels.values()
        return [self.file_beside(one.folder, ("alerts", "atom")) for one in sections if isinstance(one, AtomSection)]

    def read_secret(self, secret: SecretSection, key: Key) -> str:
        """The secret's value, without a trailing newline. Raises ConfigError that names the place but not the value."""
        try:
            return _read_secret(secret, self.path.parent, secret.env in self.file.hidden)
        except (OSError, ValueError, KeyError, RuntimeError, limits.NotUsable) as error:
            reason = error.args[0] if isinstance(error, KeyError) else getattr(error, "strerror", None) or str(error)
            said = f"what it names {reason}" if isinstance(error, limits.NotUsable) else reason
            raise ConfigError([self.file.problem(key, f"the secret cannot be read: {said}")]) from error

    def with_baseline_alerts(self) -> Config:
        """The same, with alerts also for what feeds hold at their first reading."""
        return replace(self, alerts=self.alerts.model_copy(update={"baseline": True}))


def _read_secret(secret: SecretSection, folder: Path, is_hidden: bool) -> str:
    """``is_hidden``: what should be the name of a variable may be the secret itself."""
    if secret.env is not None:
        if secret.env not in os.environ:
            raise KeyError(f"the environment variable {'of this name' if is_hidden else secret.env} is not set")
        return os.environ[secret.env]
    if secret.file is not None:
        return _secret_in(folder / Path(secret.file).expanduser())
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    if not credentials:
        raise KeyError("$CREDENTIALS_DIRECTORY is not set (start by systemd with LoadCredential=)")
    return _secret_in(Path(credentials) / str(secret.credential))


def _secret_in(file: Path) -> str:
    raw, _ = limits.read_bytes(file)  # which never waits for somebody to write into a pipe
    return raw.decode("utf-8").rstrip("\r\n")


def _place(file: TomlFile, key: Key, written: str) -> Path:
    if "\0" in written:
        raise ConfigError([file.problem(key, "no path has a character NUL in it")])
    try:
        return (file.path.parent / Path(written).expanduser()).absolute()
    except RuntimeError as error:
        raise ConfigError([file.problem(key, f"{written!r}: there is no such user on this machine")]) from error


def load(path: Path, draft: str | None = None) -> Config:
    """Read, check and complete ``path`` (or a ``draft`` of it). Raises ConfigError with all problems found."""
    file = tomlfile.read(path, draft, QUOTES)
    if isinstance(file, Problem):
        raise ConfigError([file])
    checked = tomlfile.check(file, ConfigFile)
    if isinstance(checked, list):
        raise ConfigError(checked)
    problems = [*_polling_problems(file, checked), *problems_of(file, checked.alerts, checked.routes)]
    feeds, feed_problems, warnings = _feeds(file, checked)
    if problems or feed_problems:
        raise ConfigError([*problems, *feed_problems])
    if not checked.alerts.active:
        warnings.append(file.problem(("alerts",), "every channel is switched off: alerts are stored and go nowhere"))
    named = checked.alerts.notices or ()
    if checked.alerts.active and named and not set(named) & set(checked.alerts.active):
        elsewhere = ", ".join(checked.alerts.notice_channels)
        warnings.append(
            file.problem(("alerts", "notices"), f"notices: these are switched off; notices go to {elsewhere} meanwhile")
        )
    config = Config(
        file=file,
        database=_place(file, ("monitor", "database"), checked.monitor.database),
        watchlists=_place(file, ("monitor", "watchlists"), checked.monitor.watchlists),
        polling=checked.polling,
        alerts=checked.alerts,
        feeds=feeds,
        routes=tuple(checked.routes),
        free_space=checked.monitor.free_space,
        warnings=tuple(warnings),
    )
    return config if draft is not None else _guarded(config)


def _guarded(config: Config) -> Config:
    """``config``, with a warning where others can read a secret. Raises ConfigError where they can write."""
    found = list(access_problems(config.path, (feed.url for feed in config.feeds), config.alerts))
    if refused := [problem for problem in found if problem.level is Level.ERROR]:
        raise ConfigError(refused)
    return replace(config, exposed=tuple(found))


def _polling_problems(file: TomlFile, checked: ConfigFile) -> list[Problem]:
    polling = checked.polling
    problems = []
    if polling.min_interval < LEAST_INTERVAL:
        problems.append(
            file.problem(("polling", "min_interval"), "min_interval: below one second", 'write at least "1s"')
        )
    if polling.interval < polling.min_interval:
        problems.append(_too_often(file, ("polling", "interval"), polling.interval, polling.min_interval))
    return problems


def request_of(url: str) -> tuple[object, ...]:
    """What is asked for at ``url``: the same for addresses that differ in their fragment, or in how the host is
    written.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.username, parts.password, parts.hostname, port, parts.path or "/", parts.query


def _feeds(file: TomlFile, checked: ConfigFile) -> tuple[tuple[FeedSpec, ...], list[Problem], list[Problem]]:
    specs: dict[str, FeedSpec] = {}
    lines: dict[tuple[object, ...], int] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for index, section in enumerate(checked.feeds):
        key: tuple[str | int, ...] = ("feeds", index, "url")
        url = section.url.strip()
        problem = _url_problem(file, key, url)
        interval = section.interval if section.interval is not None else checked.polling.interval
        if interval < checked.polling.min_interval:
            problem = problem or _too_often(file, ("feeds", index, "interval"), interval, checked.polling.min_interval)
        if section.max_interval is not None and section.max_interval < interval:
            text = f"max_interval of {section.max_interval:g} s is below the interval ({interval:g} s)"
            problem = problem or file.problem(("feeds", index, "max_interval"), text)
        if problem:
            problems.append(problem)
        elif (request := request_of(url)) in lines:
            listed = f"this feed is already listed on line {lines[request]}; it is polled once"
            warnings.append(file.problem(key, listed))
        else:
            lines[request] = file.line(key)
            name = single_line(section.name) or urlsplit(url).hostname or url
            longest = section.max_interval
            if longest is None:
                longest = interval if section.interval is not None else checked.polling.max_interval
            specs[url] = FeedSpec(
                url,
                name,
                interval,
                section.language,
                section.allow_private,
                tuple(section.tags),
                max(longest, interval),
                section.host_wait,
            )
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
    return file.problem(key, "this is not an address that can be polled", ADDRESS_HINT)


def _too_often(file: TomlFile, key: tuple[str | int, ...], interval: float, floor: float) -> Problem:
    hint = "servers block readers that ask too often; if you may, lower min_interval under [polling]"
    return file.problem(key, f"interval of {interval:g} s is below min_interval ({floor:g} s)", hint)
