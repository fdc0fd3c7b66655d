"""``config.toml`` while the program runs: edits are read like those of watchlists. Feeds are taken up; for all else the
log says that it takes effect at the next start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.alerts.routing import gaps
from monitor.config import settings
from monitor.config.settings import Config
from monitor.daemon.channels import policy_of
from monitor.errors import ConfigError, Problem
from monitor.matching import Engine
from monitor.store.integrity.faults import readable
from monitor.toml.limits import Halves
from monitor.toml.tomlfile import EMPTY, NO_STAMP, Stamp, stamp_of

_STAYS = "the version that was read last stays in use"
_ACT_AT_ONCE = frozenset({"interval", "max_interval", "min_interval"})


@dataclass(frozen=True)
class ConfigRead:
    """What a look at the file led to: a configuration, or why there is none. ``sections``: what has changed in it and
    does not act before the next start.
    """

    config: Config | None = None
    problems: tuple[Problem, ...] = ()
    sections: tuple[str, ...] = ()


class LiveConfig:
    """Watches ``config.toml`` by looking. ``lost``: what would be lost with a configuration, which is then refused."""

    def __init__(self, started: Config, lost: Callable[[Config], list[Problem]] = lambda _: []) -> None:
        self._lost = lost
        self._started = self._last = started
        self._path: Path = started.path
        # Not the stamp of now: the file may have been edited since it was read.
        self._loaded: Stamp | None = None
        self._seen: Stamp | None = None
        self._is_refused = False
        self._is_held = False
        self._halves = Halves()

    @property
    def last(self) -> Config:
        """The last good version of the file: what the next start will find, unless it is refused."""
        return self._last

    @property
    def waiting(self) -> tuple[str, ...]:
        """The sections of the last good version that differ from those in force: they act from the next start on."""
        return _differing(_sections(self._started), _sections(self._last))

    def reconsider(self) -> None:
        """Read the file once more if it was refused because of what is lost with it: that may be otherwise now."""
        if self._is_held:
            self._loaded = None

    def look(self, now_at_once: bool = False) -> ConfigRead | None:
        """Read the file when it has changed and then held still for one look; None when there is nothing to do.
        ``now_at_once`` (SIGHUP): read it now.
        """
        stamp = stamp_of(self._path)
        before, self._seen = self._seen, stamp
        if not now_at_once and (stamp == self._loaded or stamp != before):
            return None
        found = self._read(stamp, now_at_once)
        lost = [] if isinstance(found, list) else self._lost(found)
        self._is_held = bool(lost)
        if stamp_of(self._path) != stamp:
            return None  # it changes while it is read; the next look sees that
        self._loaded = stamp
        if lost or isinstance(found, list):
            self._is_refused = True
            return ConfigRead(problems=tuple(found if isinstance(found, list) else lost))
        last, self._last = self._last, found
        was_refused, self._is_refused = self._is_refused, False
        if found.file.raw == last.file.raw and not was_refused and not now_at_once:
            return None
        return ConfigRead(found, sections=self._later(last, found))

    def _read(self, stamp: Stamp, is_asked: bool) -> Config | list[Problem]:
        if stamp == NO_STAMP:
            return [Problem(self._path, 0, "the file is gone", f"{_STAYS}; put it back")]
        try:
            found = settings.load(self._path)
        except ConfigError as error:
            return error.problems
        if found.file.is_empty and not self._last.file.is_empty:
            return [Problem(self._path, 1, EMPTY, _STAYS)]
        if not found.file.looks_cut(self._last.file):
            self._halves.forget(self._path.name)
        elif self._halves.refuses(self._path.name, found.file.raw, stamp[:3], is_asked):
            return [found.file.half_written()]
        if not found.feeds and self._last.feeds:
            return [Problem(self._path, 0, "holds no feed any more", f"{_STAYS}; put back what is to be followed")]
        return found

    def _later(self, last: Config, new: Config) -> tuple[str, ...]:
        """The sections that were changed now, and differ from those in force."""
        started, before, now = _sections(self._started), _sections(last), _sections(new)
        return tuple(name for name in now if now[name] not in (started[name], before[name]))


def _differing(one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in one if one[name] != other[name])


def _sections(read: Config) -> dict[str, Any]:
    """What is written in the sections that act from the start only."""
    data = read.file.data
    polling = {key: value for key, value in data.get("polling", {}).items() if key not in _ACT_AT_ONCE}
    return {
        "[monitor]": data.get("monitor", {}),
        "[polling]": polling,
        "[alerts]": data.get("alerts", {}),
        "[[routes]]": data.get("routes", []),
    }


# --- what is in use --------------------------------------------------------------------------------------------------
# What of ``config.toml`` the program works with, for ``monitor status`` beside an edit that does not load.


IN_USE = "config.in_use"


def in_use(config: Config, engine: Engine) -> dict[str, Any]:
    """How many feeds are followed, which channels there are, and what nobody is told of."""
    return {
        "followed": len(config.feeds),
        "active": list(config.alerts.active),
        "switched_off": [name for _, name, section in config.alerts.sections if not section.enabled],
        "gaps": [
            {"why": gap.untold, "chosen": gap.untold.is_chosen, "watchlists": gap.watches, "words": gap.words}
            for gap in gaps(policy_of(config).desk, engine.watches)
        ],
    }


def text_of(config: Config, engine: Engine) -> str:
    """The same, fit to be stored: the names of files may hold bytes that are no text."""
    return json.dumps(in_use(config, engine)).encode("utf-8", "replace").decode("utf-8")


def noted(facts: Mapping[str, tuple[str, float]]) -> dict[str, Any] | None:
    """What the program last worked with; None where a release before this one did."""
    text, _ = facts.get(IN_USE, ("", 0.0))
    with readable("what of config.toml is in use"):
        found = json.loads(text or "null")
        return {key: found[key] for key in ("followed", "active", "switched_off", "gaps")} if found else None
