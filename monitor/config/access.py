"""Who else on this machine can read what the configuration keeps secret, or change what it makes the program do.

Judged are the bits for all others, as ssh and PostgreSQL judge them, whatever folder the file lies in. What lies on a
read-only file system (as mounted secrets of containers do) nobody can change; and nobody is told to change the mode of
a file that belongs to somebody else. Groups are not judged: on many systems each user has one of his own.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor.config.alerts import AlertsSection, CommandSection, SecretSection, WebhookSection
from monitor.errors import Level, Problem
from monitor.text.clean import redact
from monitor.text.secrets import MASK, secret_arguments


def access_problems(path: Path, addresses: Iterable[str], alerts: AlertsSection) -> Iterator[Problem]:
    """What is wrong with the modes of the configuration ``path`` and of the files that it names: errors where others
    can write what the program obeys or logs in with, warnings where they can read a secret. ``addresses``: those of
    feeds.
    """
    sections = list(alerts.channels.values())
    commands = [one.run for one in sections if isinstance(one, CommandSection)]
    hooks = [one.url for one in sections if isinstance(one, WebhookSection)]
    kept = [value for one in sections for _, value in one if isinstance(value, SecretSection)]
    secret = any(MASK in redact(url) for url in (*addresses, *hooks)) or any(map(secret_arguments, commands))
    if _others_can(path, stat.S_IWOTH):
        matters = bool(secret or kept or commands)
        said = "every user of this machine can write this file"
        named = ", which names commands or holds passwords" if matters else ""
        yield _problem(path, f"{said}{named}", Level.ERROR if matters else Level.WARNING)
    elif secret and _others_can(path, stat.S_IROTH) and _is_ours(path):
        yield _problem(path, "every user of this machine can read this file, which holds a password or a key")
    for file in (path.parent / os.path.expanduser(one.file) for one in kept if one.file is not None):
        if _others_can(file, stat.S_IWOTH):
            yield _problem(file, "every user of this machine can write this file, which holds a secret", Level.ERROR)
        elif _others_can(file, stat.S_IROTH) and _is_ours(file):
            yield _problem(file, "every user of this machine can read this file, which holds a secret")


def _problem(path: Path, message: str, level: Level = Level.WARNING) -> Problem:
    return Problem(path, 0, message, f"chmod o-rwx {shlex.quote(str(path))}", level=level)


def _others_can(path: Path, what: int) -> bool:
    try:
        return bool(os.stat(path).st_mode & what) and not os.statvfs(path).f_flag & os.ST_RDONLY
    except OSError:
        return False  # who reads it says so


def _is_ours(path: Path) -> bool:
    try:
        return os.stat(path).st_uid == os.geteuid()
    except OSError:
        return False
