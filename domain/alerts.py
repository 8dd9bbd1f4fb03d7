"""What is told, and how it is written down; `domain/delivery.py` says when it is tried again."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

FIRST_MATCH = "first_match"


class AlertState(StrEnum):
    """Where an alert stands. `failed` and `off` are ends, seen in the log and repeated only by choice."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OFF = "off"  # the channel is switched off


def is_first(topic_matched_story_before: bool) -> bool:
    """Say whether a match is the first of its story for its topic, which is the one reason to alert."""
    return not topic_matched_story_before


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
