"""What an attempt at a delivery leads to: done, again later, or given up. Pure policy, with the reason in words."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.clock import ago
from monitor.model import AttemptOutcome, Delivery, DeliveryState, SendFailed, SendResult, Sent

_LEAST_TRIES = 10
"""However old an alert is: the program may have been switched off for a week."""


@dataclass(frozen=True)
class RetryPolicy:
    """Seconds: the first pause, which doubles, the longest pause, and the age at which an alert is given up.

    RFC 5321 section 4.5.4.1 asks for pauses that grow and for four to five days of patience.
    """

    first: float = 60.0
    longest: float = 3600.0
    give_up_after: float = 5 * 86400.0


def outcome(delivery: Delivery, result: SendResult, now: float, policy: RetryPolicy) -> AttemptOutcome:
    """What ``result`` makes of ``delivery``."""
    if isinstance(result, Sent):
        return AttemptOutcome(DeliveryState.SENT, now, result.receipt)
    return _after_failure(delivery, result, now, policy)


def _after_failure(delivery: Delivery, failure: SendFailed, now: float, policy: RetryPolicy) -> AttemptOutcome:
    if failure.permanent:
        return AttemptOutcome(DeliveryState.DEAD, now, f"refused for good: {failure.detail}", failure.ambiguous)
    age = now - delivery.alert.created
    if age >= policy.give_up_after and delivery.attempts >= _LEAST_TRIES:
        return AttemptOutcome(
            DeliveryState.DEAD, now, f"given up after {ago(age)}: {failure.detail}", failure.ambiguous
        )
    pause = min(policy.first * 2.0 ** min(delivery.attempts, 30), policy.longest)
    if failure.unreachable:
        # The alert stays due: when the channel is back, alerts go out in the order in which they came up.
        return AttemptOutcome(DeliveryState.PENDING, now, failure.detail, failure.ambiguous, rest=pause)
    return AttemptOutcome(DeliveryState.PENDING, now + pause, failure.detail, failure.ambiguous)
