"""Where the configuration is looked for. Apart from ``settings``, so that what has to be quick need not load that."""

from __future__ import annotations

import os
from pathlib import Path

from monitor.errors import ConfigError, Problem

APP = "news-monitor"


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
    hint = (
        f"looked for {looked}; name one with --config FILE\n"
        '    a first one holds two lines, [[feeds]] and url = "https://..."; monitor demo needs none'
    )
    raise ConfigError([Problem(Path("config.toml"), 0, "no configuration found", hint)])


def _xdg_config_home() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path(os.environ.get("HOME") or "/") / ".config")


def state_folder() -> Path:
    """Where the program remembers which databases it has used: apart from them, so that it knows when they are lost."""
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]  # by systemd
    if os.path.isabs(given):
        return Path(given)
    named = os.environ.get("XDG_STATE_HOME", "")
    home = Path(named) if os.path.isabs(named) else Path(os.path.expanduser("~")) / ".local" / "state"
    return home / APP


def state_folders() -> list[Path]:
    """Where a copy may be that somebody else has written: a unit of systemd for all users, or for one (before its
    release 254), for whom ``state_folder`` is another one than in a shell.
    """
    return list(dict.fromkeys([state_folder(), Path("/var/lib") / APP, _xdg_config_home() / APP]))
