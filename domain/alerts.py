"""What is told, when it is tried again, and what the receiver's answer means."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

FIRST_MATCH = "first_match"
# The waits of the Standard Webhooks specification after the first try, three days in all.
RETRIES = tuple(timedelta(seconds=s) for s in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000))
MOST_WAIT = timedelta(days=1)


class AlertState(StrEnum):
    """Where an alert stands. `failed` and `off` are ends, seen in the log and repeated only by choice."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OFF = "off"  # the channel is switched off


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """What follows from a try: the alert's state, the next try (None: no more), whether the channel is switched off."""

    state: AlertState
    due: datetime | None
    channel_off: bool = False


def is_first(topic_matched_story_before: bool) -> bool:
    """Say whether a match is the first of its story for its topic, which is the one reason to alert."""
    return not topic_matched_story_before


def after_try(
    *, http_status: int | None, tries: int, now: datetime, jitter: float, retry_after: float | None = None
) -> DeliveryPlan:
    """Say what a receiver's answer means (Standard Webhooks): 2xx is sent, 410 switches the channel off, else retry.

    `tries` counts this one; `http_status` is None when there was no answer; `jitter` lies in 0..1 and lengthens the
    wait by up to a fifth; `retry_after` is in seconds.
    """
    if http_status is not None and 200 <= http_status < 300:
        return DeliveryPlan(AlertState.SENT, None)
    if http_status == 410:
        return DeliveryPlan(AlertState.OFF, None, channel_off=True)
    if tries > len(RETRIES):
        return DeliveryPlan(AlertState.FAILED, None)
    wait = RETRIES[tries - 1] * (1 + 0.2 * jitter)
    if retry_after is not None:
        wait = max(wait, min(timedelta(seconds=retry_after), MOST_WAIT))
    return DeliveryPlan(AlertState.WAITING, now + wait)


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert says of an article."""

    id: int
    title: str
    outlet: str
    published: datetime
    url: str
    score: float
    basis: str
    provisional: bool
    reason: dict[str, Any]


def payload(*, topic: str, story: int, reason: str, now: datetime, article: Told) -> str:
    """Write the JSON document of an alert: `{"type", "timestamp", "data": {"topic", "story", "reason", "article"}}`."""
    document = {
        "type": "topic.match",
        "timestamp": now.isoformat(),
        "data": {
            "topic": topic,
            "story": story,
            "reason": reason,
            "article": {
                "id": article.id,
                "title": article.title,
                "outlet": article.outlet,
                "published": article.published.isoformat(),
                "url": article.url,
                "score": round(article.score, 4),
                "basis": article.basis,
                "provisional": article.provisional,
                "reason": article.reason,
            },
        },
    }
    return json.dumps(document, ensure_ascii=False)


def test_payload(now: datetime) -> str:
    """Write the JSON document that `alerts test` sends: same envelope, no article."""
    data = {"message": "تنبيه تجريبي من مرصد"}
    return json.dumps({"type": "test", "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
