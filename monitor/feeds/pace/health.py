"""How is a feed? Pure rules over what was learnt and what the last poll brought; see ``model.Health``.

A state says what is, at once; when the user is told of it is another matter, see ``pipeline/announce.py``.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.feeds.pace.pacing import HURRY
from monitor.model import FeedState, Health


def after_reading(state: FeedState, now: float, *, gap: bool, taken_over: bool, itself: bool, quiet: bool) -> Health:
    """How a feed is that could be read. ``gap``: this reading had nothing in common with the last; ``taken_over``:
    nothing at all; ``itself``: it holds items again that it had before it was quarantined; ``quiet``: it publishes
    nothing any more.
    """
    if taken_over or (state.health is Health.QUARANTINED and not itself):
        return Health.QUARANTINED
    if gap or (state.gap_at is not None and 0 <= now - state.gap_at < HURRY):
        return Health.GAP
    return Health.SILENT if quiet else Health.HEALTHY


def after_failure(state: FeedState, gone: bool) -> Health:
    """How a feed is that could not be read."""
    if state.health is Health.QUARANTINED:  # the user still has to say whose feed it is
        return Health.QUARANTINED
    return Health.GONE if gone else Health.FAILING


def turned(state: FeedState, health: Health, now: float) -> FeedState:
    """``state`` with its new health; since when, if that is a change."""
    if health is state.health and state.health_since is not None:
        return state
    return replace(state, health=health, health_since=now)
