"""Talking to systemd, and the unit that runs this installation."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from dataclasses import dataclass
from pathlib import Path


def notify(message: str) -> None:
    """Send ``message`` (``READY=1``, ``STOPPING=1``, ``WATCHDOG=1``) to systemd; does nothing elsewhere. See
    sd_notify(3).
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    name = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.sendto(message.encode(), name)
    except OSError:
        return  # an unreachable service manager is no reason to stop watching the news


@dataclass(frozen=True)
class Unit:
    """A systemd unit and the commands, one per line, that install it."""

    path: str
    text: str
    commands: tuple[str, ...]


_HARDENING = """\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""


def unit(config: Path, database: Path, user: bool) -> Unit:
    """The unit for this Python and this ``config``; ``user``: for the user's own service manager instead of the
    system's.
    """
    name = "news-monitor.service"
    command = " ".join(_quoted(part) for part in (sys.executable, "-m", "monitor", "run", "--config", str(config)))
    account = "" if user else f"User={_owner(config)}\n"
    # The user's manager cannot drop what the user never had; asking it to would keep the unit from starting.
    hardening = "NoNewPrivileges=yes\n" if user else f"{_HARDENING}ReadWritePaths={_quoted(str(database.parent))}\n"
    text = f"""\
[Unit]
Description=News monitor
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=300
StartLimitBurst=10

[Service]
Type=notify
ExecStart={command}
ExecReload=/bin/kill -HUP $MAINPID
{account}WorkingDirectory={_escaped(str(config.parent))}
Restart=always
RestartSec=5
# 78: the configuration is wrong, and starting again would not mend it
RestartPreventExitStatus=78
WatchdogSec=120
TimeoutStopSec=15
UMask=0077
MemoryMax=2G
{hardening}
[Install]
WantedBy={"default.target" if user else "multi-user.target"}
"""
    if user:
        path = f"~/.config/systemd/user/{name}"
        commands: tuple[str, ...] = (
            "mkdir -p ~/.config/systemd/user",
            f"{_itself(config, user)} > {path}",
            "systemctl --user daemon-reload",
            f"systemctl --user enable --now {name}",
            "loginctl enable-linger  # keeps it running when you are logged out",
            f"journalctl --user -fu {name}",
        )
    else:
        path = f"/etc/systemd/system/{name}"
        commands = (
            f"{_itself(config, user)} | sudo tee {path} > /dev/null",
            "sudo systemctl daemon-reload",
            f"sudo systemctl enable --now {name}",
            f"journalctl -fu {name}",
        )
    return Unit(path, text, commands)


def _itself(config: Path, user: bool) -> str:
    parts = [
        sys.executable,
        "-m",
        "monitor",
        "service",
        "show",
        *(["--user"] if user else []),
        "--unit-only",
        "--config",
        str(config),
    ]
    return shlex.join(parts)


def _owner(config: Path) -> str:
    import pwd

    try:
        return pwd.getpwuid(config.stat().st_uid).pw_name
    except (OSError, KeyError):
        return str(os.getuid())


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    """One word of a unit's command line (systemd.service(5), "Command lines")."""
    text = _escaped(text).replace("$", "$$")
    if text.isascii() and all(char.isalnum() or char in "/._-+=:@%$" for char in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
