"""What a receiver's answer means for an alert and for its channel."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts import AlertState
from domain.delivery import FEW, MOST_AGE, MOST_WAIT, RETRIES, DeliveryPlan, after_try

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def answered(status: int | None, tries: int = 1, **more: float) -> DeliveryPlan:
    return after_try(http_status=status, tries=tries, now=NOON, jitter=more.pop("jitter", 0), **more)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_sent(status: int) -> None:
    assert answered(status, tries=10) == DeliveryPlan(AlertState.SENT, None)


@pytest.mark.parametrize("tries", [1, 99])
def test_410_switches_the_channel_off(tries: int) -> None:
    assert answered(410, tries) == DeliveryPlan(AlertState.OFF, None, channel_off=True)


@pytest.mark.parametrize("status", [None, 199, 301, 408, 425, 429, 500, 503])
def test_what_may_pass_is_tried_again_and_the_others_of_the_channel_wait_too(status: int | None) -> None:
    assert answered(status) == DeliveryPlan(AlertState.WAITING, NOON + timedelta(seconds=5), hold=True)


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_what_the_receiver_does_not_know_or_cannot_read_is_tried_a_few_times(status: int) -> None:
    assert answered(status) == DeliveryPlan(AlertState.WAITING, NOON + timedelta(seconds=5))
    assert answered(status, FEW - 1).due == NOON + RETRIES[FEW - 2]
    assert answered(status, FEW) == DeliveryPlan(AlertState.FAILED, None)
    assert answered(500, FEW).state is AlertState.WAITING


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("tries", [1, 99])
def test_a_receiver_that_refuses_us_pauses_the_channel_and_nothing_is_lost(status: int, tries: int) -> None:
    assert answered(status, tries) == DeliveryPlan(AlertState.WAITING, None, channel_paused=True)


def test_an_alert_that_waited_a_week_behind_others_is_not_tried_again() -> None:
    assert after_try(http_status=500, tries=1, now=NOON, jitter=0, age=MOST_AGE).state is AlertState.WAITING
    late = after_try(http_status=500, tries=1, now=NOON, jitter=0, age=MOST_AGE + timedelta(seconds=1))
    assert late == DeliveryPlan(AlertState.FAILED, None)
    assert after_try(http_status=200, tries=1, now=NOON, jitter=0, age=2 * MOST_AGE).state is AlertState.SENT


def test_the_plan_is_the_specifications_and_ends_after_three_days() -> None:
    waits, tries = [], 1
    while (plan := answered(500, tries)).due:
        waits.append(plan.due - NOON)
        tries += 1
    assert waits == list(RETRIES)
    assert plan == DeliveryPlan(AlertState.FAILED, None)
    assert timedelta(days=2.5) < sum(waits, timedelta()) < timedelta(days=3.5)


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    assert answered(429, retry_after=600).due == NOON + timedelta(minutes=10)
    assert answered(429, 4, retry_after=600).due == NOON + RETRIES[3]
    assert answered(503, retry_after=1e8).due == NOON + MOST_WAIT


@given(st.one_of(st.none(), st.integers(100, 599)), st.integers(1, 20), st.floats(0, 1))
def test_an_alert_that_waits_has_a_time_unless_its_channel_does(status: int | None, tries: int, jitter: float) -> None:
    plan = answered(status, tries, jitter=jitter)
    assert (plan.state is AlertState.WAITING) == (plan.due is not None or plan.channel_paused)
    if plan.due:
        assert RETRIES[tries - 1] <= plan.due - NOON <= RETRIES[tries - 1] * 1.21
