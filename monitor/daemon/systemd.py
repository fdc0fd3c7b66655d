"""Talking to systemd, and the unit that runs this installation."""

from __future__ import annotations

import os
import shlex
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.config.alerts import SecretSection


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


# -P: what lies in the folder where it is started is not taken for a module.
_PROGRAM = (sys.executable, "-P", "-m", "monitor")
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
StateDirectory=news-monitor
"""


_NAME = "news-monitor.service"


def unit(
    config: Path,
    database: Path,
    user: bool,
    secrets: Sequence[SecretSection] = (),
    folders: Sequence[Path] = (),
) -> Unit:
    """The unit for this Python and this ``config``; ``user``: for the user's own service manager instead of the
    system's; ``secrets``: where the configuration says that passwords are kept; ``folders``: what else it writes to.
    """
    command = " ".join(_quoted(part) for part in (*_PROGRAM, "run", "--config", str(config)))
    account = "" if user else f"User={_owner(config)}\n"
    data = Path(os.path.realpath(database)).parent
    # The user's manager cannot drop what the user never had; asking it to would keep the unit from starting.
    hardening = "NoNewPrivileges=yes\n" if user else f"{_HARDENING}{_writable([data, *folders])}"
    kept = list(dict.fromkeys(filter(None, (_kept(secret, config.parent) for secret in secrets))))
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
# Modules are never taken from the working directory
Environment=PYTHONSAFEPATH=1
{"".join(dict.fromkeys(one.line for one in kept))}Restart=always
RestartSec=5
# 78: the configuration is wrong, and starting again would not mend it
RestartPreventExitStatus=74 78
WatchdogSec=120
# The daemon ends its parsers, and lets the document and the alert in hand be finished before
KillMode=mixed
TimeoutStopSec=15
UMask=0077
MemoryMax=2G
{hardening}
[Install]
WantedBy={"default.target" if user else "multi-user.target"}
"""
    path = f"~/.config/systemd/user/{_NAME}" if user else f"/etc/systemd/system/{_NAME}"
    return Unit(path, text, _commands(config, data, user, path, kept))


@dataclass(frozen=True)
class _Kept:
    """The file that a secret reaches the program from: the unit's line, and what the file holds."""

    line: str
    file: Path
    holds: str


def _writable(folders: Sequence[Path]) -> str:
    return "".join(f"ReadWritePaths={_quoted(str(folder))}\n" for folder in dict.fromkeys(folders))


def _kept(secret: SecretSection, folder: Path) -> _Kept | None:
    if secret.env is not None:
        file = folder / "environment"
        return _Kept(f"EnvironmentFile={_escaped(str(file))}\n", file, f"the line {secret.env}=...")
    if secret.credential is not None:
        file = folder / secret.credential
        return _Kept(f"LoadCredential={_escaped(f'{secret.credential}:{file}')}\n", file, "the password alone")
    return None


def _commands(config: Path, data: Path, user: bool, path: str, kept: Sequence[_Kept]) -> tuple[str, ...]:
    if user:
        first = ["mkdir -p ~/.config/systemd/user"]
        install = f"{_itself(config, user)} > {path}"
        last = [
            "systemctl --user daemon-reload",
            f"systemctl --user enable --now {_NAME}",
            "loginctl enable-linger  # keeps it running when you are logged out",
            f"journalctl --user -fu {_NAME}",
        ]
    else:
        # systemd does not start a unit whose ReadWritePaths= are not there.
        make = f"sudo install -d -m 700 -o {shlex.quote(_owner(config))} {shlex.quote(str(data))}"
        first = [] if os.path.isdir(data) else [make]
        install = f"{_itself(config, user)} | sudo tee {path} > /dev/null"
        last = ["sudo systemctl daemon-reload", f"sudo systemctl enable --now {_NAME}", f"journalctl -fu {_NAME}"]
    for file in dict.fromkeys(one.file for one in kept):
        holds = " and ".join(one.holds for one in kept if one.file == file)
        sudo, name = "" if user else "sudo ", shlex.quote(str(file))
        first += [
            f"{sudo}touch {name} && {sudo}chmod 600 {name}",
            f'{sudo}"${{EDITOR:-vi}}" {name}  # holds {holds}',
        ]
    return (*first, install, *last)


def _itself(config: Path, user: bool) -> str:
    options = ["--user"] if user else []
    return shlex.join([*_PROGRAM, "service", "show", *options, "--unit-only", "--config", str(config)])


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
