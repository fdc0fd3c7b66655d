"""What an attempt to send a message leads to: done, again later, or given up. Pure policy, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock import ago
from monitor.model import AttemptOutcome, DeliveryState, Dispatch, SendFailed, SendResult, Sent
from monitor.text.retry_after import LONGEST_WAIT

_NOBODY_ANSWERS = 60.0
_LEAST_TRIES = 10
"""However old an alert is: the program may have been switched off for a week."""


@dataclass(frozen=True)
class RetryPolicy:
    """Seconds: the first pause, which doubles, the longest pause, and the age at which an alert is given up.

    RFC 5321 section 4.5.4.1 asks for pauses that grow, of two hours and more in the end, and for four to five days of
    patience; greylisting servers want some five minutes. Where nobody answers, asking again costs nobody anything: then
    the first pause is a minute at most.
    """

    first: float = 300.0
    longest: float = 7200.0
    give_up_after: float = 5 * 86400.0


def outcome(dispatch: Dispatch, result: SendResult, now: float, policy: RetryPolicy) -> AttemptOutcome:
    """What ``result`` makes of ``dispatch``."""
    if isinstance(result, Sent):
        return AttemptOutcome(DeliveryState.SENT, now, result.receipt, partly=result.partly)
    return _after_failure(dispatch, result, now, policy)


def _after_failure(dispatch: Dispatch, failure: SendFailed, now: float, policy: RetryPolicy) -> AttemptOutcome:
    age = now - dispatch.message.created
    first = min(policy.first, _NOBODY_ANSWERS) if failure.unreachable and not failure.needs_user else policy.first
    pause = min(first * 2.0 ** min(dispatch.attempts, 30), policy.longest)
    pause = max(pause, min(failure.retry_after, LONGEST_WAIT))
    state, detail, rest = DeliveryState.PENDING, failure.detail, 0.0
    if failure.permanent:
        state, pause, detail = DeliveryState.DEAD, 0.0, f"refused for good: {detail}"
    elif age >= policy.give_up_after and dispatch.attempts >= _LEAST_TRIES:
        state, pause, detail = DeliveryState.DEAD, 0.0, f"given up after {ago(age)}: {detail}"
    elif failure.unreachable:
        # The alert stays due: when the channel is back, alerts go out in the order in which they came up.
        pause, rest = 0.0, pause
    return AttemptOutcome(state, now + pause, detail, failure.ambiguous, rest, failure.partly or dispatch.partly)
