"""Reasons: stored as codes, rendered in one place, and never read to decide something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitor.alerts import wording
from monitor.alerts.routing import DeskRules, Untold
from monitor.alerts.wording import DUE, why_due, words_of
from monitor.matching import Handling
from monitor.model import reasons
from monitor.model.reasons import Alike, Because, DueBy
from monitor.store import sentences
from monitor.store.integrity.faults import reason_in
from monitor.workshop.explain import way

REASONS: tuple[Because, ...] = (
    reasons.FirstReport(),
    reasons.FirstSureReport(),
    reasons.EnoughSources(3),
    reasons.MoreSources(2),
    reasons.SameStory(Alike.LINK, 1.0, "Dawn"),
    reasons.SameStory(Alike.TITLE, 1.0, "Dawn as in the morning"),
    reasons.SameStory(Alike.TITLES, 0.83, "The Zanzibar Post"),
    reasons.SameStory(Alike.TEXTS, 0.97, "روزنامہ"),
    reasons.LowScore(),
    reasons.OldDate("2023-09-10"),
    reasons.QuietWatchlist(),
    reasons.ClosedWatchlist("resolved"),
    reasons.QuarantinedFeed("this watchlist"),
    reasons.MutedStory(1_700_000_040.0),
    reasons.SnoozedWatchlist(1_700_000_040.0),
    reasons.Flood(1_200),
    reasons.Flood(20, "a route to nowhere"),
    reasons.PerhapsTold(),
    reasons.Released(),
    *(reasons.Unroutable(gap) for gap in Untold),
    reasons.Unroutable(Untold.NO_DIGEST, reasons.OldDate("2023-09-10")),
    reasons.Unroutable(Untold.NO_ROUTE, reasons.MoreSources(4)),
    reasons.FoundUntold(),
    reasons.FoundUntold(counted=True),
    reasons.QuietHours("07:00"),
    reasons.WaitsForMore("07:05"),
    reasons.LimitReached(1),
    reasons.MutedMeanwhile(),
    reasons.SnoozedMeanwhile(),
    reasons.PerhapsSent(),
    reasons.Noted("for a reason that nobody remembers"),
)


def test_each_kind_of_reason_is_tried_here() -> None:
    assert {one.code for one in REASONS} == set(reasons.CODES)


def test_a_reason_is_stored_as_its_code_with_what_belongs_to_it_and_has_words() -> None:
    for reason in REASONS:
        stored = reasons.to_json(reason)
        assert json.loads(stored)["code"] == reason.code
        assert reasons.from_json(stored) == reason
        assert words_of(reason)
        assert words_of(reason) != reason.code


def test_no_reason_is_stored_as_nothing() -> None:
    assert (reasons.to_json(None), reasons.from_json(""), words_of(None)) == ("", None, "")


STRANGE = (
    *('{"code": "no-such-code"}', '{"code": "flood", "mots": 1}', '{"code": "flood", "most": null}', "[]", "1"),
    *("a sentence", '{"code": "muted-story", "until": "x"}', '{"code": "unroutable", "gap": "x", "but": 1}'),
)


@pytest.mark.parametrize("stored", STRANGE)
def test_what_another_release_has_stored_is_shown_as_it_is_and_stops_nothing(stored: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        reasons.from_json(stored)
    assert words_of(reason_in(stored)) == stored


def test_a_sentence_that_a_release_before_still_writes_is_understood() -> None:
    assert reason_in("quiet hours until Tue 07:00") == reasons.QuietHours("Tue 07:00")
    assert reason_in("the story is muted until 9999-12-31 23:59") is not None


def test_Q15_a_sentence_that_an_older_release_has_stored_is_the_reason_that_it_was() -> None:
    for reason in REASONS:
        assert sentences.reason_of(words_of(reason)) == reason


def test_Q15_so_is_why_a_feed_is_due() -> None:
    assert {sentences.due_by(DUE[one]) for one in DueBy} == set(DueBy)
    assert [why_due(one) for one in ("", DueBy.TTL)] == ["", "the feed asks for it (ttl)"]


def stored_match(reason: Because, outcome: str, delivery: Because | None = None) -> dict[str, Any]:
    """A match as the store gives it, of a story that another report began."""
    first = {"title": "First", "source": "Dawn", "at": 1.0, "item": 1, "alert_id": "b" * 20, "outcome": "digest"}
    told = {"channel": "mail", "mode": "now", "state": "pending", "detail": "", "reason": delivery, "message": None}
    return {
        "watch": "gas",
        "watch_title": "Gas",
        "outcome": outcome,
        "reason": reason,
        "why": "0.90 = gas",
        "score": 0.9,
        "band": "alert",
        "explanation": {"threshold": 0.8},
        "alert_id": "a" * 20,
        "story": "b" * 20,
        "at": 2.0,
        "feed": 7,
        "source": "Dawn",
        "is_later": True,
        "silent": False,
        "snoozes": [],
        "mutes": [],
        "first": {**first, "reason": reason},
        "deliveries": [{**told, "attempts": [], "next_attempt": None, "finished": None}] if delivery else [],
    }


OUTCOMES = ("alerted", "joined", "digest", "untold", "snoozed", "muted", "held", "archived", "quarantined", "restored")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_what_decided_and_what_would_change_it_do_not_hang_on_how_a_reason_is_worded(
    outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided() -> list[Any]:
        ways = [
            way(stored_match(one, outcome, other), DeskRules(), "gas.toml", 100.0, Handling())
            for one in REASONS
            for other in (None, *REASONS)
        ]
        return [(one.decided.name, one.change, [stage.name for stage in one.stages]) for one in ways]

    in_words = decided()
    monkeypatch.setattr(wording, "_words", lambda reason: reason.code)
    assert decided() == in_words
    assert len({str(one) for one in in_words}) > 1
