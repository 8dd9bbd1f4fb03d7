"""Where an alert stands; `domain/messages.py` says what is told, `domain/delivery.py` when it is tried again."""

import json
from datetime import datetime
from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands. All but `waiting` are ends, repeated only by choice."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    OFF = "off"  # the channel is switched off
    STALE = "stale"  # old news when it was made, or when it was first to be sent
    JOINED = "joined"  # said by another alert on the same channel


def test_payload(now: datetime) -> str:
    """Write the JSON document that `alerts test` sends: same envelope, no article."""
    data = {"message": "تنبيه تجريبي من مرصد"}
    return json.dumps({"type": "test", "timestamp": now.isoformat(), "data": data}, ensure_ascii=False)
