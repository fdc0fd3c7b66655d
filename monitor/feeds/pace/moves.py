"""Permanent redirects, and when to believe them. A server that says "moved for good" for an hour is often a hotel's
login page or a mistake; adopted at once, it would take the feed with it.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Feed, FeedState, FetchFailed, Move, ParseFailed, Validators

_DAY = 86_400.0
_DAYS = 7 * _DAY
_POLLS = 5
"""A move is believed when for so long, and at so many readings, the same target was a feed. Seven days are the rule of
the best reader we know of; others take from one poll to never.
"""
_FEW = 2
_TOO_MANY_FAILURES = 3
_NOBODY = ("dns", "connect")


def followed(feed: Feed, target: str, now: float) -> FeedState:
    """The feed's state after a reading that permanent redirects led to ``target`` (empty: none did)."""
    state = feed.state
    if not target:
        return state if state.move == Move() else replace(state, move=Move())
    known = state.move if state.move.target == target else Move(target, now)
    move = replace(known, polls=known.polls + 1)
    if now - move.since >= _DAYS and move.polls >= _POLLS:
        return _adopted(feed, target)
    return replace(state, move=move)


def after_failure(feed: Feed, failure: FetchFailed | ParseFailed, now: float) -> FeedState:
    """The feed's state when it could not be read. An address that is no more (404, 410) leads to where it pointed
    before. A new address that has not worked for a day is left for the one that the user wrote. While that one cannot
    be read either, they are asked in turn: nobody knows which of them will come back. Only an address that says itself
    that it is gone for good (410) is not come back to.
    """
    state = feed.state
    if state.move.polls >= _FEW and (is_gone(failure) or _is_in_turn(state)):
        return _adopted(feed, state.move.target)
    if state.asked_url and _is_lost(state, failure, now):
        move = Move() if failure.kind == "gone" else Move(state.asked_url, now, _FEW)
        return replace(state, asked_url="", move=move, validators=Validators())
    return state


def _is_in_turn(state: FeedState) -> bool:
    """Whether the address that the user wrote is only asked because the new one has failed: nothing was read since."""
    return not state.asked_url and state.failures > 0 and state.move.since > (state.last_success or 0.0)


def is_gone(failure: FetchFailed | ParseFailed) -> bool:
    """Whether the address itself, and not one that it redirects to, is no more."""
    return isinstance(failure, FetchFailed) and failure.status in (404, 410) and not failure.host


def _is_lost(state: FeedState, failure: FetchFailed | ParseFailed, now: float) -> bool:
    """Whether an address has failed for good: it says so, or has failed for a day. Where nobody was reached, it may be
    our own network, and takes a week.
    """
    if state.failures + 1 < _TOO_MANY_FAILURES:
        return False
    long = _DAYS if failure.kind in _NOBODY else _DAY
    return is_gone(failure) or now - (state.last_success or 0.0) >= long


def _adopted(feed: Feed, target: str) -> FeedState:
    # The validators stay: the last document came from there.
    return replace(feed.state, asked_url="" if target == feed.spec.url else target, move=Move())
