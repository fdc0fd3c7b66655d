"""From ``[alerts]`` and ``[[routes]]`` to channels and rules. Part of the composition root, see ``daemon/app.py``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.alerts.channels.console import ConsoleChannel
from monitor.alerts.retry import RetryPolicy
from monitor.alerts.routing import ChannelRules, DeskRules, Mode, Route
from monitor.alerts.schedule import DigestTimes, Quiet
from monitor.clock import Clock, SystemClock
from monitor.config.alerts import (
    USUAL_DIGEST,
    AlertsSection,
    AppriseSection,
    AtomSection,
    ChannelSection,
    CommandSection,
    ConsoleSection,
    DesktopSection,
    EmailSection,
    Key,
    WebhookSection,
)
from monitor.config.settings import Config
from monitor.daemon.extras import how_to_install
from monitor.errors import ConfigError
from monitor.pipeline import Patience, Policy
from monitor.ports import Channel


def channels_of(config: Config, clock: Clock | None = None) -> list[Channel]:
    """The channels that are switched on. Raises ConfigError for a secret that cannot be read or used, and for a library
    that is not installed.
    """
    clock = clock or SystemClock()
    places = {name: key for key, name, _ in config.alerts.sections}
    return [
        _MAKERS[type(section)](config, clock, places.get(name, ()), name, section)
        for name, section in config.alerts.channels.items()
    ]


def _console(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    return ConsoleChannel(sys.stdout, name)


def _email(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.email import EmailChannel, MailServer

    assert isinstance(section, EmailSection)
    password = config.read_secret(section.password, (*key, "password")) if section.password else ""
    server = MailServer(
        section.host, section.actual_port, section.security, section.username, password, section.timeout
    )
    return EmailChannel(server, section.sender, section.to, name, templates_of(config))


def _webhook(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.webhook import WebhookChannel, signing_key

    assert isinstance(section, WebhookSection)
    signing = b""
    if section.secret:
        place = (*key, "secret")
        try:
            signing = signing_key(config.read_secret(section.secret, place))
        except ValueError as error:
            raise ConfigError([config.file.problem(place, f"the secret cannot be used: {error}")]) from error
    return WebhookChannel(section.url, clock.now, signing, section.timeout, name)


def _command(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.command import CommandChannel

    assert isinstance(section, CommandSection)
    program, *arguments = section.run
    if "/" in program:  # a file, and not a name to be looked for in PATH
        program = str(config.file_beside(program, (*key, "run")))
    return CommandChannel([program, *arguments], section.timeout, name, config.path.parent)


def _apprise(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.apprise_ import AppriseChannel

    assert isinstance(section, AppriseSection)
    if find_spec("apprise") is None:
        hint = f"install it with: {how_to_install('notify')}"
        raise ConfigError([config.file.problem(key, f'the channel "{name}" needs Apprise, which is missing', hint)])
    return AppriseChannel(config.read_secret(section.url, (*key, "url")), name)


def _desktop(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.desktop import DesktopChannel

    return DesktopChannel(name)


def _atom(config: Config, clock: Clock, key: Key, name: str, section: ChannelSection) -> Channel:
    from monitor.alerts.channels.atom import AtomChannel

    assert isinstance(section, AtomSection)
    return AtomChannel(config.file_beside(section.folder, (*key, "folder")), section.entries, name)


_MAKERS: dict[type[ChannelSection], Callable[[Config, Clock, Key, str, ChannelSection], Channel]] = {
    ConsoleSection: _console,
    EmailSection: _email,
    WebhookSection: _webhook,
    CommandSection: _command,
    AppriseSection: _apprise,
    DesktopSection: _desktop,
    AtomSection: _atom,
}


def templates_of(config: Config) -> Path | None:
    """Where the user's own templates are. Raises ConfigError."""
    written = config.alerts.templates
    return config.file_beside(written, ("alerts", "templates")) if written else None


def policy_of(config: Config) -> Policy:
    """What the user decided about telling."""
    alerts = config.alerts
    return Policy(
        desk=DeskRules(
            channels=tuple(_rules(alerts, name, section) for name, section in alerts.channels.items()),
            routes=tuple(
                Route(
                    tuple(route.channels),
                    frozenset(route.watchlists),
                    frozenset(tag.casefold() for tag in route.tags),
                    frozenset(route.priority),
                    Mode(route.mode),
                )
                for route in config.routes
            ),
            flood=alerts.flood,
            notices_to=alerts.notice_channels,
        ),
        alert_baseline=alerts.baseline,
        retry=RetryPolicy(alerts.retry_first, alerts.retry_max, alerts.give_up_after),
        patience=Patience(alerts.trouble_after, alerts.remind),
    )


def _rules(alerts: AlertsSection, name: str, section: ChannelSection) -> ChannelRules:
    quiet = section.quiet if isinstance(section.quiet, list) else [section.quiet]
    digest = alerts.digest_of(section)
    return ChannelRules(
        name=name,
        zone=zone_of(section.timezone or alerts.timezone),
        quiet=tuple(Quiet(one.start, one.to, one.days) for one in quiet),
        digest=DigestTimes(digest.at, digest.days) if digest else None,
        empty_digest=bool(digest and digest.empty),
        digest_waits=digest is USUAL_DIGEST,
        limit=alerts.limit if section.limit is None else section.limit,
        group_wait=alerts.group_wait if section.group_wait is None else section.group_wait,
        group_interval=alerts.group_interval if section.group_interval is None else section.group_interval,
    )


def zone_of(name: str | None) -> ZoneInfo:
    """The zone called ``name``; without one the machine's own."""
    import tzlocal

    try:
        return ZoneInfo(name) if name else tzlocal.get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a machine whose own zone has no name, or a broken one
        return ZoneInfo("UTC")
