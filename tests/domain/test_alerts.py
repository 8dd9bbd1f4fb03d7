"""What a receiver's answer means, and the document that is sent."""

import json
from datetime import UTC, datetime, timedelta, timezone

from domain.alerts import Told, is_first, payload
from domain.alerts import test_payload as write_test

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


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
