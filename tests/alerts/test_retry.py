"""What an attempt at a delivery leads to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.compose import message
from monitor.alerts.retry import RetryPolicy, outcome
from monitor.model import Alert, AlertId, AlertKind, AttemptOutcome, DeliveryState, Dispatch, SendFailed, Sent, Story

CREATED = 1_726_660_800.0
DAY = 86_400.0
POLICY = RetryPolicy(first=60, longest=3600, give_up_after=5 * DAY)


def delivery(attempts: int = 0) -> Dispatch:
    alert = Alert(AlertId("a"), AlertKind.NEW, CREATED - DAY, "Pakistan applies")
    return Dispatch(7, "email", message("email", [Story(alert)], CREATED), attempts)


def after(failure: SendFailed, attempts: int = 0, age: float = 10.0) -> AttemptOutcome:
    """What ``failure`` leads to, ``age`` seconds after the message was made, of an alert from the day before."""
    return outcome(delivery(attempts), failure, CREATED + age, POLICY)


def pause(attempts: int) -> float:
    """Seconds until the next try, after ``attempts`` earlier ones."""
    return after(SendFailed("451 later"), attempts).next_attempt - (CREATED + 10)


def test_what_the_channel_took_is_sent_with_its_receipt() -> None:
    made = outcome(delivery(3), Sent("250 queued as X"), CREATED + 10, POLICY)
    assert (made.state, made.detail) == (DeliveryState.SENT, "250 queued as X")


def test_what_arrives_late_is_sent_all_the_same() -> None:
    assert outcome(delivery(), Sent(), CREATED + 30 * DAY, POLICY).state is DeliveryState.SENT


def test_D06_a_temporary_refusal_is_tried_again_later() -> None:
    made = after(SendFailed("451 greylisted"))
    assert (made.state, made.detail) == (DeliveryState.PENDING, "451 greylisted")
    assert made.next_attempt == CREATED + 10 + 60


def test_D06_pauses_double_up_to_the_longest() -> None:
    assert [pause(attempts) for attempts in range(8)] == [60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize("attempts", [31, 1000, 10**9])
def test_D06_no_number_of_attempts_makes_a_pause_too_long(attempts: int) -> None:
    assert pause(attempts) == 3600


def test_D06_D07_a_refusal_for_good_is_not_tried_again() -> None:
    made = after(SendFailed("550 no such user", permanent=True))
    assert made.state is DeliveryState.DEAD
    assert made.detail == "refused for good: 550 no such user"


@pytest.mark.parametrize(
    ("age", "state"),
    [(5 * DAY - 1, DeliveryState.PENDING), (5 * DAY, DeliveryState.DEAD), (50 * DAY, DeliveryState.DEAD)],
)
def test_D16_after_days_of_failures_an_alert_is_given_up(age: float, state: DeliveryState) -> None:
    assert after(SendFailed("451 later"), attempts=100, age=age).state is state


def test_D16_giving_up_says_after_how_long_and_why() -> None:
    assert after(SendFailed("451 later"), attempts=100, age=5 * DAY).detail == "given up after 5 d: 451 later"


def test_D16_a_channel_that_is_away_for_days_is_given_up_too() -> None:
    assert after(SendFailed("no connection", unreachable=True), attempts=100, age=6 * DAY).state is DeliveryState.DEAD


def test_an_old_alert_gets_its_tries_after_the_program_was_off_for_a_week() -> None:
    assert after(SendFailed("451 later"), attempts=1, age=7 * DAY).state is DeliveryState.PENDING


def test_D05_an_alert_stays_due_while_its_channel_cannot_be_reached() -> None:
    made = after(SendFailed("no connection", unreachable=True), attempts=2)
    assert (made.state, made.next_attempt, made.rest) == (DeliveryState.PENDING, CREATED + 10, 240)


def test_a_failure_of_one_alert_does_not_rest_the_channel() -> None:
    assert after(SendFailed("451 later")).rest == 0


@pytest.mark.parametrize("permanent", [False, True])
@pytest.mark.parametrize("age", [10.0, 6 * DAY])
def test_D09_an_attempt_that_may_have_arrived_is_counted_as_such(permanent: bool, age: float) -> None:
    assert after(SendFailed("silence", permanent=permanent, ambiguous=True), age=age).ambiguous
    assert not after(SendFailed("refused", permanent=permanent), age=age).ambiguous


def test_D09_an_attempt_that_may_have_arrived_is_counted_when_the_channel_is_away_too() -> None:
    assert after(SendFailed("broke off", ambiguous=True, unreachable=True)).ambiguous


@given(
    st.integers(0, 10_000),
    st.floats(0, 30 * DAY),
    st.builds(SendFailed, st.text(), st.booleans(), st.booleans(), st.booleans()),
)
def test_a_failure_never_counts_as_sent_and_a_pending_alert_is_never_due_in_the_past(
    attempts: int, age: float, failure: SendFailed
) -> None:
    made = after(failure, attempts, age)
    assert made.state is not DeliveryState.SENT
    assert made.next_attempt >= CREATED + age
    assert 0 <= made.rest <= POLICY.longest
    assert failure.detail in made.detail
