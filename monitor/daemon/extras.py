"""How to install what is optional, in the installation that is running: the program itself is on no index."""

from __future__ import annotations

import re
import shlex
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = "news-monitor"
_LIBRARIES = {"notify": "apprise", "ru": "pymorphy3"}


def how_to_install(extra: str) -> str:
    """The command that installs the libraries of ``extra`` beside the running program."""
    return _pip_command(list(_wanted(extra)) or [_LIBRARIES[extra]], Path(sys.prefix), sys.prefix != sys.base_prefix)


def _pip_command(libraries: list[str], prefix: Path, is_venv: bool) -> str:
    names = shlex.join(libraries)
    if (prefix / "pipx_metadata.json").exists():
        return f"pipx inject {_PACKAGE} {names}"
    python = shlex.quote(sys.executable or "python3")
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {names}"
    if is_venv:
        return f"{python} -m pip install {names}"
    managed = Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists()
    return f"{python} -m pip install --user {'--break-system-packages ' if managed else ''}{names}"


def _wanted(extra: str) -> Iterable[str]:
    """What the package asks for with ``extra``, with the versions that it was tried with."""
    try:
        known = requires(_PACKAGE) or []
    except PackageNotFoundError:  # it runs from its sources
        return
    for line in known:
        what, _, condition = line.partition(";")
        if re.fullmatch(rf"""\s*extra\s*==\s*["']{extra}["']\s*""", condition):
            yield what.strip()
