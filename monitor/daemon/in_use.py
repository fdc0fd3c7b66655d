"""What of ``config.toml`` the program works with, for ``monitor status`` beside an edit that does not load."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.alerts.reach import gaps
from monitor.config import Config
from monitor.daemon.channels import policy_of
from monitor.matching import Engine
from monitor.store.faults import readable

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
