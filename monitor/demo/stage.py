"""The folder that a demo plays in: a configuration, the shipped watchlists, and what the daemon leaves behind."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import monitor
from monitor.demo.newsroom import Newsroom
from monitor.demo.story import BRICS, OUTLETS, STREAM, VISIT
from monitor.errors import MonitorError

_CONFIG = """\
# Written by `monitor demo`. Its newsroom closed when the demo ended: the feeds below answer no more,
# all that was read from them is in the database.

[monitor]
database = "monitor.db"
watchlists = "watchlists"

[polling]
interval = "1s"
min_interval = "1s"
per_host = 4

# Weeks pass in seconds: every story is told by itself and at once, however many there are.
[alerts]
group_wait = "0s"
group_interval = "0s"
limit = 0
flood = 0

[alerts.console]
enabled = true
"""


@dataclass(frozen=True)
class Stage:
    """A folder, ready to be played in."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    @property
    def watchlists(self) -> Path:
        """The copies of the shipped watchlists."""
        return self.folder / "watchlists"

    @property
    def database(self) -> Path:
        """Where the daemon keeps what it learns."""
        return self.folder / "monitor.db"

    @property
    def log(self) -> Path:
        """What the daemon says of itself."""
        return self.folder / "daemon.log"

    def write_config(self, newsroom: Newsroom) -> None:
        """Write the configuration: all feeds of ``newsroom``."""
        feeds = [
            f"\n[[feeds]]\nurl = {_quoted(newsroom.url(outlet))}\nname = {_quoted(outlet.name)}\n"
            f"language = {_quoted(outlet.language)}\nallow_private = true\n"
            for outlet in OUTLETS
        ]
        self.config.write_text(_CONFIG + "".join(feeds), "utf-8")


def set_stage(folder: str | None) -> Stage:
    """A stage in ``folder``, made if need be, or in a new temporary one. Raises MonitorError when it is in use."""
    try:
        path = Path(folder) if folder else Path(tempfile.mkdtemp(prefix="news-monitor-demo-"))
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            # It may be the user's own: a demo that overwrites a configuration is not worth seeing.
            raise MonitorError(f"{path} is not empty; name a new folder with --keep, or leave --keep out")
        stage = Stage(path)
        stage.watchlists.mkdir()
        # Only what the story is about: a checkout may hold watchlists of its user's besides.
        for name in ("entities", BRICS, STREAM, VISIT):
            shutil.copyfile(starter("watchlists") / f"{name}.toml", stage.watchlists / f"{name}.toml")
        shutil.copytree(starter("watchlists") / "schema", stage.watchlists / "schema")  # the files name them
    except OSError as error:
        raise MonitorError(f"{error.filename}: {error.strerror}") from error
    return stage


def _quoted(text: str) -> str:
    """``text`` as a TOML string."""
    return json.dumps(text, ensure_ascii=False)


# --- what is shipped for a start -------------------------------------------------------------------------------------
# The watchlists and a configuration.


def starter(name: str) -> Path:
    """The shipped file or folder ``name`` (``watchlists``, ``config.toml``). Raises MonitorError when it is missing.

    An installed package carries them inside; a checkout has them in its root.
    """
    package = Path(monitor.__file__).parent
    for place in (package / "starter" / name, package.parent / name):
        if place.exists():
            return place
    raise MonitorError(f"{name} is missing from this installation: install the program anew")
