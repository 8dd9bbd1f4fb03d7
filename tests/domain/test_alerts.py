"""What a receiver's answer means, and the document that is sent."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts import MOST_WAIT, RETRIES, AlertState, DeliveryPlan, Told, after_try, is_first, payload
from domain.alerts import test_payload as write_test

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def answered(status: int | None, tries: int = 1, **more: float) -> DeliveryPlan:
    return after_try(http_status=status, tries=tries, now=NOON, jitter=more.pop("jitter", 0), **more)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_sent(status: int) -> None:
    assert answered(status, tries=10) == DeliveryPlan(AlertState.SENT, None)


@pytest.mark.parametrize("tries", [1, 99])
def test_410_switches_the_channel_off(tries: int) -> None:
    assert answered(410, tries) == DeliveryPlan(AlertState.OFF, None, channel_off=True)


@pytest.mark.parametrize("status", [None, 199, 301, 400, 404, 429, 500, 503])
def test_anything_else_is_tried_again(status: int | None) -> None:
    assert answered(status) == DeliveryPlan(AlertState.WAITING, NOON + timedelta(seconds=5))


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
def test_an_alert_that_waits_has_a_time_and_an_end_has_none(status: int | None, tries: int, jitter: float) -> None:
    plan = answered(status, tries, jitter=jitter)
    assert (plan.state is AlertState.WAITING) == (plan.due is not None)
    if plan.due:
        assert RETRIES[tries - 1] <= plan.due - NOON <= RETRIES[tries - 1] * 1.21


def test_only_the_first_match_of_a_story_is_told() -> None:
    assert is_first(False)
    assert not is_first(True)


def test_the_document_says_what_was_found_where_and_why() -> None:
    published = datetime(2026, 4, 6, 14, 30, tzinfo=timezone(timedelta(hours=3)))
    told = Told(
        7, "غرق سفينة «الأمل»", "صحيفة النورس", published, "https://n.example/7", 0.618_034, "summary", True,
        {"terms": [{"surface": "سفينة"}]},
    )  # fmt: skip
    text = payload(topic="غرق السفينة", story=3, reason="first_match", now=NOON, article=told)
    assert "«الأمل»" in text, "Arabic is written as it is"
    assert json.loads(text) == {
        "type": "topic.match",
        "timestamp": "2026-04-06T12:00:00+00:00",
        "data": {
            "topic": "غرق السفينة", "story": 3, "reason": "first_match",
            "article": {
                "id": 7, "title": "غرق سفينة «الأمل»", "outlet": "صحيفة النورس",
                "published": "2026-04-06T14:30:00+03:00", "url": "https://n.example/7", "score": 0.618,
                "basis": "summary", "provisional": True, "reason": {"terms": [{"surface": "سفينة"}]},
            },
        },
    }  # fmt: skip


def test_a_test_message_has_the_same_envelope() -> None:
    document = json.loads(write_test(NOON))
    assert (document["type"], document["timestamp"]) == ("test", "2026-04-06T12:00:00+00:00")
    assert document["data"]["message"]
