"""What a receiver's answer means, and the document that is sent."""

import json
from datetime import UTC, datetime

from domain.alerts import test_payload as write_test

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def test_a_test_message_has_the_same_envelope() -> None:
    document = json.loads(write_test(NOON))
    assert (document["type"], document["timestamp"]) == ("test", "2026-04-06T12:00:00+00:00")
    assert document["data"]["message"]
