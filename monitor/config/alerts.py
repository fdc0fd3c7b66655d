"""``[alerts]`` and ``[[routes]]`` of ``config.toml``: channels, when they may speak, and which watchlists go where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from monitor.errors import Problem
from monitor.text.address import host_in_ascii, split_address
from monitor.text.wording import EVERY_DAY, parse_days, parse_time
from monitor.toml.advice import meant, suggestion
from monitor.toml.tomlfile import Duration, Strict, TomlFile, parse_duration

Key = tuple[str | int, ...]
_LONGEST_WAIT = 7 * 86_400.0


def _wait(value: object) -> float:
    seconds = 0.0 if value == "0s" else parse_duration(value)
    if seconds > _LONGEST_WAIT:
        raise ValueError(f"{value!r} is more than a week")
    return seconds


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        hint = meant(value, sorted(available_timezones())) or 'write for example "Europe/Berlin"'
        raise ValueError(f"{value!r} is no time zone known here; {hint}") from error
    return value


Wait = Annotated[float, BeforeValidator(_wait), WithJsonSchema({"type": "string", "examples": ["0s", "30s", "5m"]})]
Zone = Annotated[str, AfterValidator(_zone)]
ClockTime = Annotated[time, BeforeValidator(parse_time), WithJsonSchema({"type": "string", "examples": ["07:00"]})]
Days = Annotated[
    frozenset[int], BeforeValidator(parse_days), WithJsonSchema({"type": ["string", "array"], "examples": ["weekdays"]})
]


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


class QuietSection(Strict):
    """``quiet``: hours in which a channel waits. Over midnight where they end earlier than they begin."""

    example = '{ from = "22:00", to = "07:00" }'

    start: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime
    days: Days = EVERY_DAY


class DigestSection(Strict):
    """``digest``: when all that was not worth an alert is told together. ``empty``: also when there is nothing."""

    example = '{ at = "08:00" }, or digest = false'

    at: ClockTime
    days: Days = EVERY_DAY
    empty: bool = False


USUAL_DIGEST = DigestSection.model_validate({"at": "08:00"})
"""The one of channels that have none of their own."""
NO_DIGEST = DigestSection.model_validate({"at": "00:00"})
"""This very object stands for ``digest = false``."""


def _digest(value: object) -> object:
    if value is False or value == "off":
        return NO_DIGEST
    return USUAL_DIGEST if value is True or value == "on" else value


Digest = Annotated[DigestSection, BeforeValidator(_digest)]


class ChannelSection(Strict):
    """What every channel can be told. What is left out is as under ``[alerts]``."""

    name: str = ""
    enabled: bool = True
    quiet: QuietSection | list[QuietSection] = []
    digest: Digest | None = None
    timezone: Zone | None = None
    limit: Annotated[int, Field(ge=0)] | None = None
    group_wait: Wait | None = None
    group_interval: Wait | None = None


class ConsoleSection(ChannelSection):
    """``[alerts.console]``: alerts on standard output."""


class EmailSection(ChannelSection):
    """``[alerts.email]``: alerts by SMTP."""

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


class WebhookSection(ChannelSection):
    """``[alerts.webhook]``: JSON by HTTP, signed as Standard Webhooks asks for."""

    url: str
    secret: SecretSection | None = None
    timeout: Duration = 15.0


class CommandSection(ChannelSection):
    """``[alerts.command]``: a program of the user's, which gets JSON on standard input. No shell is involved."""

    run: Annotated[list[str], Field(min_length=1)]
    timeout: Duration = 30.0


class AppriseSection(ChannelSection):
    """``[alerts.apprise]``: Slack, Telegram, ntfy, Matrix and a hundred more, by Apprise (the extra ``[notify]``)."""

    url: SecretSection


class DesktopSection(ChannelSection):
    """``[alerts.desktop]``: notifications on this machine's desktop."""


class AtomSection(ChannelSection):
    """``[alerts.atom]``: a feed file for each watchlist, for any feed reader."""

    folder: str
    entries: Annotated[int, Field(ge=1, le=1000)] = 100


_KINDS = ("console", "email", "webhook", "command", "apprise", "desktop", "atom")
_INHERITED = ("host", "port", "security", "username", "password", "from", "timeout")


class AlertsSection(Strict):
    """``[alerts]``: what is told, how much at a time, and how often a failed delivery is tried again."""

    baseline: bool = False
    retry_first: Duration = 300.0
    retry_max: Duration = 7200.0
    give_up_after: Duration = 5 * 86400.0
    trouble_after: Duration = 1800.0
    """For how long a feed may fail before that is told."""
    remind: Duration = 7 * 86400.0
    """After which feeds that still fail, or are gone, silent or quarantined, are told of again."""
    timezone: Zone | None = None
    digest: Digest = USUAL_DIGEST
    limit: Annotated[int, Field(ge=0)] = 10
    flood: Annotated[int, Field(ge=0)] = 20
    group_wait: Wait = 30.0
    group_interval: Wait = 300.0
    notices: Annotated[list[str], Field(min_length=1)] | None = None
    """The channels on which the program speaks of itself; see ``notice_channels``."""
    templates: str | None = None
    console: ConsoleSection | list[ConsoleSection] | None = None
    email: EmailSection | list[EmailSection] | None = None
    webhook: WebhookSection | list[WebhookSection] | None = None
    command: CommandSection | list[CommandSection] | None = None
    apprise: AppriseSection | list[AppriseSection] | None = None
    desktop: DesktopSection | list[DesktopSection] | None = None
    atom: AtomSection | list[AtomSection] | None = None

    _order: tuple[str, ...] = _KINDS
    """The kinds of channels, in the order of the file."""

    @model_validator(mode="wrap")
    @classmethod
    def _in_order(cls, written: Any, check: Callable[[Any], AlertsSection]) -> AlertsSection:
        made = check(written)
        if isinstance(written, dict):
            made._order = tuple(key for key in written if key in _KINDS)
        return made

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, written: Any) -> Any:
        """Further ``[[alerts.email]]`` need not repeat the first one's server."""
        mails = written.get("email") if isinstance(written, dict) else None
        if not (isinstance(mails, list) and mails and isinstance(mails[0], dict)):
            return written
        first = mails[0]

        def completed(one: Any) -> Any:
            if not isinstance(one, dict):
                return one
            # Another server gets nothing of the login at the first.
            keys = _INHERITED if one.get("host", first.get("host")) == first.get("host") else ("from",)
            return {key: first[key] for key in keys if key in first} | one

        return written | {"email": [completed(one) for one in mails]}

    @property
    def sections(self) -> Iterator[tuple[Key, str, ChannelSection]]:
        """Every channel that is written, in the order of the file: its place there, its name, and what it says."""
        for kind in self._order:
            value = getattr(self, kind)
            for index, section in enumerate(value if isinstance(value, list) else [value] if value else []):
                key: Key = ("alerts", kind, index) if isinstance(value, list) else ("alerts", kind)
                yield key, section.name or kind, section

    @property
    def channels(self) -> dict[str, ChannelSection]:
        """The channels that are switched on, by name; the console when none is written."""
        written = list(self.sections)
        if not written:
            return {"console": ConsoleSection()}
        return {name: section for _, name, section in written if section.enabled}

    def digest_of(self, section: ChannelSection) -> DigestSection | None:
        """The digest of a channel: its own, or the one of all. None where the user has switched it off."""
        found = self.digest if section.digest is None else section.digest
        return None if found is NO_DIGEST else found

    @property
    def notice_channels(self) -> tuple[str, ...]:
        """Where the program speaks of itself: on the channels that are named for it; where there are none, on the first
        one and on the console, which stands beside the program and may have no reader.
        """
        named = tuple(name for name in self.notices or () if name in self.channels)
        if named:
            return named
        consoles = [name for name, section in self.channels.items() if isinstance(section, ConsoleSection)]
        others = [name for name in self.channels if name not in consoles]
        return (*consoles, *others[:1])

    @property
    def active(self) -> tuple[str, ...]:
        """The names of the channels that are switched on."""
        return tuple(self.channels)


class RouteSection(Strict):
    """``[[routes]]``: watchlists, by id, tag or priority, and the channels that they go to."""

    watchlists: list[str] = []
    tags: list[str] = []
    priority: list[Literal["urgent", "normal", "low"]] = []
    channels: Annotated[list[str], Field(min_length=1)]
    mode: Literal["immediate", "digest", "both"] = "immediate"


# --- what a model alone cannot see -----------------------------------------------------------------------------------


def problems_of(file: TomlFile, alerts: AlertsSection, routes: Iterable[RouteSection]) -> Iterator[Problem]:
    """What is wrong with channels and routes, although each value by itself is sound."""
    yield from _doubles(file, alerts)
    for key, _, section in alerts.sections:
        if isinstance(section, EmailSection):
            yield from _email_problems(file, key, section)
        if isinstance(section, WebhookSection) and not section.url.startswith(("https://", "http://")):
            yield file.problem((*key, "url"), "url: a webhook's address starts with https://")
    names = {name: section for _, name, section in alerts.sections} or {"console": ConsoleSection()}
    for number, channel in enumerate(alerts.notices or ()):
        if channel not in names:
            where: Key = ("alerts", "notices", number)
            yield file.problem(where, f'there is no channel "{channel}"', suggestion(channel, names))
    for index, route in enumerate(routes):
        for number, channel in enumerate(route.channels):
            place: Key = ("routes", index, "channels", number)
            if channel not in names:
                yield file.problem(place, f'there is no channel "{channel}"', suggestion(channel, names))
            elif route.mode != "immediate" and alerts.digest_of(names[channel]) is None:
                hint = f'give the channel "{channel}" a digest = {{ at = "08:00" }}, or the route mode = "immediate"'
                yield file.problem(place, f'the digest of the channel "{channel}" is switched off', hint)


def _doubles(file: TomlFile, alerts: AlertsSection) -> Iterator[Problem]:
    seen: dict[str, Key] = {}
    for key, name, _ in alerts.sections:
        if name in seen:
            hint = f'add name = "..." here; the other one is on line {file.line(seen[name])}'
            yield file.problem(key, f'a second channel is called "{name}"', hint)
        seen.setdefault(name, key)


def _email_problems(file: TomlFile, key: Key, email: EmailSection) -> Iterator[Problem]:
    addresses = [((*key, "from"), email.sender), *(((*key, "to", index), to) for index, to in enumerate(email.to))]
    for place, address in addresses:
        try:
            split_address(address)
        except ValueError as error:
            hint = 'write for example "Desk <desk@example.org>"'
            yield file.problem(place, f"{address!r} is not an email address: {error}", hint)
    try:
        host_in_ascii(email.host)
    except ValueError as error:
        hint = 'only the name, for example "smtp.example.org"; a port goes into port = ...'
        yield file.problem((*key, "host"), f"{email.host!r} is not the name of a server: {error}", hint)
    if email.security == "none" and email.username:
        hint = 'use security = "starttls" or "tls", or remove the username'
        yield file.problem((*key, "security"), "a password would travel unencrypted", hint)


def lost_routes(
    file: TomlFile,
    routes: Iterable[RouteSection],
    tags: Mapping[Any, Iterable[str]],
    renamed: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Routes that name watchlists, or tags, that there are not. ``tags``: those of each watchlist; ``renamed``: old id
    → new id, of those that had another one before.
    """
    routes = list(routes)
    all_tags = {tag for own in tags.values() for tag in own}
    return [*unknown_watchlists(file, routes, tags, renamed), *unused_tags(file, routes, all_tags)]


def unused_tags(file: TomlFile, routes: Iterable[RouteSection], known: Iterable[str]) -> list[Problem]:
    """Routes for tags that no watchlist has."""
    tags = sorted(known)
    return [
        file.problem(
            ("routes", index, "tags", number),
            f'no watchlist has the tag "{tag}"',
            suggestion(tag, tags) or "none has any tag",
            "unknown-tag",
        )
        for index, route in enumerate(routes)
        for number, tag in enumerate(route.tags)
        if tag.casefold() not in tags
    ]


def unknown_watchlists(
    file: TomlFile, routes: Iterable[RouteSection], known: Iterable[str], renamed: Mapping[str, str] | None = None
) -> list[Problem]:
    """Routes for watchlists that do not exist. ``renamed``: old id → new id, of those that had another one before."""
    ids, now = dict.fromkeys(sorted(known)), renamed or {}
    return [
        file.problem(
            ("routes", index, "watchlists", number),
            f'there is no watchlist "{watch}"',
            f'it is called "{now[watch]}" now' if now.get(watch) in ids else suggestion(watch, ids),
            "unknown-watchlist",
        )
        for index, route in enumerate(routes)
        for number, watch in enumerate(route.watchlists)
        if watch not in ids
    ]
