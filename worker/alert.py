"""Alert: puts first matches into the outbox, in their article's transaction; `worker/deliver` sends what waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from domain.alerts import FIRST_MATCH, Told, is_first, payload
from storage import alerts as store
from storage import topics


def announce(session: Session, found: Sequence[tuple[int, str, int, Told]], now: datetime) -> list[str]:
    """Put an alert into the outbox for each first match of a story. Gives the alerts' ids.

    `found`: (topic id, topic name, story, article).
    """
    articles = {told.id for _, _, _, told in found}
    before = topics.told(session, [(topic, story) for topic, _, story, _ in found], articles) if found else set()
    channels = store.channels_of(session, {topic for topic, _, _, _ in found}) if found else {}
    rows = [
        {
            "topic_id": topic, "story_id": story, "reason": FIRST_MATCH, "channel_id": channel,
            "article_id": told.id,
            "payload": payload(topic=name, story=story, reason=FIRST_MATCH, now=now, article=told),
        }
        for topic, name, story, told in found
        if is_first((topic, story) in before)
        for channel in channels.get(topic, ())
    ]  # fmt: skip
    return store.enqueue(session, rows, now)
