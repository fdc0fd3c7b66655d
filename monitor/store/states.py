"""What is learnt about a feed, as columns of its row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.model import FeedState, Health, Move, Validators, Wishes
from monitor.model.reasons import DueBy
from monitor.store import sentences
from monitor.store.integrity.faults import readable

_PLAIN = (
    "next_due",
    "failures",
    "last_polled",
    "last_success",
    "last_error",
    "title",
    "baseline_at",
    "health_since",
    "rhythm",
    "last_new",
    "gap_at",
    "site",
    "asked_url",
    "storms",
    "storm_at",
    "dated",
)
"""Columns that bear the names of the fields."""


def columns(state: FeedState) -> dict[str, Any]:
    """``state`` by column."""
    wishes = state.wishes
    return {
        **{name: getattr(state, name) for name in _PLAIN},
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
        "health": state.health,
        "why_due": state.why_due or "",
        "moved_to": state.move.target,
        "moved_since": state.move.since,
        "moved_polls": state.move.polls,
        "wishes": "" if wishes == Wishes() else _as_json(wishes),
        "readdressed": state.readdressed,
    }


def _as_json(wishes: Wishes) -> str:
    return json.dumps([wishes.ttl, wishes.skip_hours, wishes.skip_days, wishes.fresh_for])


SETTERS = ", ".join(f"{name} = :{name}" for name in columns(FeedState()) if not name.startswith("health"))
"""The columns with their places, for an UPDATE; but for those of its health, which the user may have set right."""


def state_of(row: Mapping[str, Any]) -> FeedState:
    """The state in a row of ``feeds``."""
    with readable("what was learnt of a feed"):
        return FeedState(
            **{name: row[name] for name in _PLAIN},
            validators=Validators(row["etag"], row["last_modified"]),
            health=Health(row["health"]),
            why_due=_due_by(row["why_due"]),
            move=Move(row["moved_to"], row["moved_since"], row["moved_polls"]),
            wishes=_wishes(row["wishes"]),
            readdressed=bool(row["readdressed"]),
        )


def _due_by(stored: str) -> DueBy | None:
    """What decided when it is due; also as a release before format 8 may still write it into the file."""
    code = stored if stored in set(DueBy) else sentences.due_by(stored)
    return DueBy(code) if code else None


def _wishes(stored: str) -> Wishes:
    if not stored:
        return Wishes()
    ttl, hours, days, *fresh_for = json.loads(stored)
    numbers = [ttl, *fresh_for, *hours, *days]
    if not all(isinstance(one, int | float) for one in numbers):
        raise ValueError(stored)
    return Wishes(ttl, tuple(hours), tuple(days), *fresh_for)
